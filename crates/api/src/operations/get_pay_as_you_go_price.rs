//! GetPayAsYouGoPrice: what a port costs that is used as it goes.

use super::describe_pricing_module::PCONN;
use super::get_subscription_price::{
    BAD_CONFIG, BAD_MODULE, CONFIG, CURRENCY, DETAIL, Detail, ERRORS, MISSING, MODULE_CODE,
    NO_PRICE, PROMOTIONS, REGION, WHOSE_PORT, bearer, details, port, read,
};
use super::query_orders::{INVALID, envelope};
use super::renew_instance::PRODUCT_TYPE;
use crate::answer::{Field, Made, list, object};
use crate::check::Input;
use crate::does::Quotes;
use crate::edition::ALL;
use crate::error::{ErrorRow, Invalid};
use crate::example::{Before, answers, refuses};
use crate::operation::{BSS, Operation, operation};
use crate::parameter::{Param, Text, objects, required};
use domain::pricing::{Price, Priced, Span};
use domain::query::PriceOf;

static BAD_VALUE: ErrorRow = INVALID;

/// SOURCE: billing dossier 1.7 (China site). ASSUMED: a set-up is not used as it goes.
static PRODUCT_CODE: Param<Text> = required("ProductCode")
    .doc("The code of the product: pconn, a circuit's port.")
    .example("pconn")
    .one_of_in(ALL, &["pconn"])
    .in_any_case()
    .or_else(&BAD_VALUE);

static SUBSCRIPTION_TYPE: Param<Text> = required("SubscriptionType")
    .doc("The billing method: PayAsYouGo.")
    .example("PayAsYouGo")
    .one_of_in(ALL, &["PayAsYouGo"])
    .in_any_case()
    .or_else(&BAD_VALUE);

/// SOURCE: bss_operations.json (the first four). ASSUMED: the day, which DescribePricingModule
/// tells.
static PRICE_TYPE: Param<Text> = required("PriceType")
    .doc("What the price is for: Hour, Day, Month or Year; Usage is a day.")
    .example("Hour")
    .one_of_in(ALL, &["Hour", "Usage", "Month", "Year", "Day"])
    .in_any_case()
    .assumed(
        "what is used is used by the day: a day costs its part of the month's price, by the days \
         of the month, rounded down to the cent; an hour a 24th of that, with four digits",
    )
    .or_else(&BAD_VALUE);

static MODULE_LIST: Param<Text> =
    objects("ModuleList", &[&MODULE_CODE.spec, &PRICE_TYPE.spec, &CONFIG.spec], 50)
        .required_in(ALL)
        .doc("What the price is asked of: at most 50 modules.")
        .example("Spec")
        .or_else(&BAD_VALUE);

fn asks(input: &Input) -> Result<PriceOf, Invalid> {
    let list = input.objects(&MODULE_LIST);
    let asked = read(&PCONN, &list)?;
    let Text(price_type) = list[bearer(&asked)].get(&PRICE_TYPE);
    let span = match &*price_type.to_ascii_lowercase() {
        "hour" => Span::Hour,
        "month" => Span::Month,
        "year" => Span::Year,
        _ => Span::Day,
    };
    let what = Priced::Use(port(&asked, input)?, span, input.now);
    Ok(PriceOf(input.caller.account, what, 1))
}

fn modules(price: &Price, input: &Input) -> Vec<Detail> {
    details(price, &PCONN, &input.objects(&MODULE_LIST))
}

static ANSWER: &[Field<Price>] = &envelope(&[
    CURRENCY,
    object(
        "ModuleDetails",
        "What each module costs.",
        &[list("ModuleDetail", "The modules.", &Made { of: modules, fields: DETAIL })],
    ),
    PROMOTIONS,
]);

/// GetPayAsYouGoPrice.
/// SOURCE: billing dossier 1.7, the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&BSS, "GetPayAsYouGoPrice", &Quotes { asks, answer: ANSWER })
        .summary("Tells what a port costs that is used as it goes.")
        .directory("Prices")
        .parameters(&[
            &PRODUCT_CODE.spec,
            &PRODUCT_TYPE.spec,
            &SUBSCRIPTION_TYPE.spec,
            &REGION.spec,
            &MODULE_LIST.spec,
        ])
        .ram_aliases(&["bss:DescribePrice"]) // SOURCE: billing dossier 1.1.
        .errors(ERRORS)
        .assumed(WHOSE_PORT)
        .examples(
            &[Before::circuit("Enabled")],
            "ProductCode=pconn&SubscriptionType=PayAsYouGo&Region=cn-hangzhou-dg-a01\
             &ModuleList.1.ModuleCode=Spec&ModuleList.1.Config=Spec:1G\
             &ModuleList.1.PriceType=Month",
            &[
                answers(
                    "A month",
                    ALL,
                    "",
                    "Code=Success&Message=Successful!&Success=true&RequestId=*&Data.Currency=USD\
                     &Data.ModuleDetails.ModuleDetail.0.ModuleCode=Spec\
                     &Data.ModuleDetails.ModuleDetail.0.OriginalCost=85.00\
                     &Data.ModuleDetails.ModuleDetail.0.CostAfterDiscount=85.00",
                ),
                answers(
                    "A year, in small letters",
                    ALL,
                    "ModuleList.1.PriceType=year&ModuleList.1.ModuleCode=spec",
                    "Data.ModuleDetails.ModuleDetail.0.UnitPrice=1020.00",
                ),
                answers(
                    "A day of a circuit's own port",
                    ALL,
                    "ModuleList.1.PriceType=Usage&Region=&ModuleList.2.ModuleCode=Pconn_ID\
                     &ModuleList.2.Config=Pconn_ID:pc-example&ModuleList.2.PriceType=Usage",
                    "Data.ModuleDetails.ModuleDetail.0.CostAfterDiscount=*\
                     &Data.ModuleDetails.ModuleDetail.1.CostAfterDiscount=0.00",
                ),
                refuses("Setting up", ALL, "ProductCode=pconn_setup", &BAD_VALUE),
                refuses("A week", ALL, "ModuleList.1.PriceType=Week", &BAD_VALUE),
                refuses("A module that is none", ALL, "ModuleList.1.ModuleCode=SP", &BAD_MODULE),
                refuses("A speed that is none", ALL, "ModuleList.1.Config=Spec:", &BAD_CONFIG),
                refuses("A port nowhere", ALL, "Region=", &MISSING),
                refuses("A port without a price", ALL, "", &NO_PRICE).after(&[Before::NoPrices]),
            ],
        );
