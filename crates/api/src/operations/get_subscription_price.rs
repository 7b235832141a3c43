//! GetSubscriptionPrice: what an order would cost now. Also how a query names what it asks about
//! and how a price is told, which the query for what is used as it goes shares.

use super::describe_pricing_module::{
    Asked, FAILED, NOT_APPLICABLE, NOT_AUTHORIZED, PRODUCT_CODE, Product, product, region,
};
use super::query_orders::{BAD_OWNER, INVALID, envelope};
use super::renew_instance::PRODUCT_TYPE;
use crate::answer::{Field, Made, NoItems, decimal, list, number, object, text};
use crate::check::{Input, Object};
use crate::does::Quotes;
use crate::edition::ALL;
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, Example, Given, answers, refuses};
use crate::operation::{BSS, Operation, operation};
use crate::parameter::{Param, Text, objects, optional, required};
use domain::price::{Currency, Cycle, Money, Term};
use domain::pricing::{PortAsked, Price, Priced};
use domain::query::PriceOf;
use domain::{CircuitId, Refusal};

static BAD_VALUE: ErrorRow = INVALID;

pub(super) static MISSING: ErrorRow =
    error(400, "MissingParameter", "The specified parameter is mandatory for this request.")
        .assumed("a port is that of a circuit, or has a speed and a region");

pub(super) static BAD_MODULE: ErrorRow =
    error(400, "InvalidModuleCode", "The specified moduleCode is not valid.")
        .assumed("a module twice is told so too");

pub(super) static BAD_CONFIG: ErrorRow =
    error(400, "InvalidConfigCode", "The specified configCode is not valid.")
        .on(&[Refusal::NoSuchCircuit])
        .assumed("a circuit that nobody knows, and a value that is none, are told so too");

pub(super) static NO_PRICE: ErrorRow =
    error(400, "InvalidPrice.NotFound", "Pricing plan result not found.")
        .on(&[Refusal::NoPrice])
        .assumed("that it is told as of CreatePhysicalConnectionOccupancyOrder");

/// What both queries may say. SOURCE: alibabacloud.com/help/doc-detail/91486.htm (2020-03).
pub(super) static ERRORS: &[&ErrorRow] = &[
    &NOT_APPLICABLE,
    &NOT_AUTHORIZED,
    &MISSING,
    &BAD_VALUE,
    &BAD_MODULE,
    &BAD_CONFIG,
    &NO_PRICE,
    &BAD_OWNER,
    &FAILED,
];

/// Which port's price both tell.
pub(super) const WHOSE_PORT: &[&str] = &[
    "the price of a circuit is that of its own port and region, whatever else is said",
    "of a speed alone the first port of that speed is meant that has a price",
];

static SUBSCRIPTION_TYPE: Param<Text> = required("SubscriptionType")
    .doc("The billing method: Subscription.")
    .example("Subscription")
    .one_of_in(ALL, &["Subscription"])
    .in_any_case()
    .or_else(&BAD_VALUE);

/// SOURCE: billing dossier 1.7. ASSUMED: nothing here is upgraded, and a set-up is not renewed.
static ORDER_TYPE: Param<Text> = required("OrderType")
    .doc("The type of the order: NewOrder or, of pconn alone, Renewal.")
    .example("NewOrder")
    .one_of_in(ALL, &["NewOrder", "Renewal", "Upgrade"])
    .in_any_case()
    .rule_in(ALL, |input, text| is(text, "NewOrder") || (is(text, "Renewal") && !sets_up(input)))
    .assumed("nothing is upgraded, and what is set up is not renewed")
    .or_else(&BAD_VALUE);

static SERVICE_PERIOD_UNIT: Param<Text> = optional("ServicePeriodUnit")
    .doc("The unit of ServicePeriodQuantity: Month or Year.")
    .example("Year")
    .one_of_in(ALL, &["Year", "Month"])
    .in_any_case()
    .default_in(ALL, "Month")
    .assumed("the default")
    .or_else(&BAD_VALUE);

static SERVICE_PERIOD_QUANTITY: Param<u32> = optional("ServicePeriodQuantity")
    .doc("How many months or years.")
    .example("1")
    .default_in(ALL, "1")
    .range_in(ALL, 1, 2_147_483_647)
    .assumed("the default; any term has a price, whether or not it can be ordered")
    .or_else(&BAD_VALUE);

static QUANTITY: Param<u32> = optional("Quantity")
    .doc("How many of it.")
    .example("1")
    .default_in(ALL, "1")
    .range_in(ALL, 1, 2_147_483_647)
    .assumed("the default")
    .or_else(&BAD_VALUE);

pub(super) static REGION: Param<Text> = optional("Region")
    .doc("The region: its ID, or the code that DescribePricingModule lists.")
    .example("cn-hangzhou")
    .rule_in(ALL, |_, text| region(text).is_some())
    .assumed("IDs beside the codes of the pages")
    .or_else(&BAD_VALUE);

static INSTANCE_ID: Param<CircuitId> = optional("InstanceId")
    .doc("The ID of the circuit, in the place of the module Pconn_ID.")
    .example("pc-119mfjzm7")
    .assumed("the pages want it for upgrades alone");

pub(super) static MODULE_CODE: Param<Text> =
    required("ModuleCode").doc("The code of the module.").example("Spec");

/// SOURCE: alibabacloud.com/help/doc-detail/91481.htm (2019-10; the form, and at most 50).
pub(super) static CONFIG: Param<Text> = required("Config")
    .doc("Its configuration, such as Spec:1G; codes and values, separated by commas.")
    .example("Spec:1G");

static MODULE_STATUS: Param<u32> = optional("ModuleStatus")
    .doc("Whether an upgrade adds the module or changes it: 1 or 2.")
    .example("1")
    .default_in(ALL, "1")
    .without_effect("nothing is upgraded")
    .or_else(&BAD_VALUE);

static TAG: Param<Text> = optional("Tag")
    .doc("The tag of what is upgraded.")
    .example("213213123")
    .without_effect("nothing is upgraded");

static MODULE_LIST: Param<Text> =
    objects("ModuleList", &[&MODULE_STATUS.spec, &MODULE_CODE.spec, &TAG.spec, &CONFIG.spec], 50)
        .required_in(ALL)
        .doc("What the price is asked of: at most 50 modules.")
        .example("Spec")
        .or_else(&BAD_VALUE);

fn is(text: &str, word: &str) -> bool {
    text.eq_ignore_ascii_case(word)
}

fn sets_up(input: &Input) -> bool {
    is(&input.get(&PRODUCT_CODE).0, "pconn_setup")
}

/// Reads what a call asks about. Codes are in any case of letters, and attributes that nobody knows
/// mean nothing.
pub(super) fn read(product: &Product, list: &[Object]) -> Result<Asked, Invalid> {
    let mut asked = Asked::default();
    for object in list {
        let Text(code) = object.get(&MODULE_CODE);
        let its = product.modules.iter().find(|module| is(module.code, &code));
        let module = *its.ok_or_else(|| BAD_MODULE.invalid())?;
        if asked.modules.iter().any(|known| known.code == module.code) {
            return Err(BAD_MODULE.invalid());
        }
        asked.modules.push(module);
        let Text(config) = object.get(&CONFIG);
        let mut says_itself = false;
        for pair in config.split(',') {
            let (name, value) = pair.split_once(':').ok_or_else(|| BAD_CONFIG.invalid())?;
            let its = module.attributes.iter().find(|attribute| is(attribute.code, name.trim()));
            let Some(attribute) = its else { continue };
            if !(attribute.take)(value.trim(), &mut asked) {
                return Err(BAD_CONFIG.invalid());
            }
            says_itself |= attribute.code == module.code;
        }
        if !says_itself {
            return Err(BAD_CONFIG.invalid());
        }
    }
    Ok(asked)
}

/// The port that is asked about: a circuit's own, or any of a speed in a region.
pub(super) fn port(asked: &Asked, input: &Input) -> Result<PortAsked, Invalid> {
    let of_call = input.find(&REGION).and_then(|Text(text)| region(&text));
    match (asked.circuit, asked.spec, of_call.or(asked.region)) {
        (Some(circuit), ..) => Ok(PortAsked::Of(circuit)),
        (None, Some(spec), Some(region)) => Ok(PortAsked::Any(spec, region)),
        _ => Err(MISSING.invalid()),
    }
}

fn asks(input: &Input) -> Result<PriceOf, Invalid> {
    let mut asked = read(product(input), &input.objects(&MODULE_LIST))?;
    let what = if sets_up(input) {
        Priced::Setup
    } else {
        asked.circuit = asked.circuit.or_else(|| input.find(&INSTANCE_ID));
        // What is renewed is a circuit's.
        if asked.circuit.is_none() && is(&input.get(&ORDER_TYPE).0, "Renewal") {
            return Err(MISSING.invalid());
        }
        let is_years = is(&input.get(&SERVICE_PERIOD_UNIT).0, "Year");
        let cycle = if is_years { Cycle::Year } else { Cycle::Month };
        Priced::Port(
            port(&asked, input)?,
            Term { count: input.get(&SERVICE_PERIOD_QUANTITY), cycle },
        )
    };
    Ok(PriceOf(input.caller.account, what, input.get(&QUANTITY)))
}

/// What a module costs.
pub(super) struct Detail {
    code: &'static str,
    /// What all costs; `None` of a module that does not bear it.
    price: Option<Price>,
    currency: Currency,
}

impl Detail {
    fn told(&self, part: fn(Price) -> Money) -> (Money, Currency) {
        (self.price.map_or(Money(0), part), self.currency)
    }
}

/// The place of the module that bears the price: the speed, or else the first.
pub(super) fn bearer(asked: &Asked) -> usize {
    asked.modules.iter().position(|module| module.code == "Spec").unwrap_or_default()
}

/// What each module that a call named costs.
pub(super) fn details(price: &Price, product: &Product, list: &[Object]) -> Vec<Detail> {
    // It was read before, when the price was asked.
    let asked = read(product, list).unwrap_or_default();
    let bearer = bearer(&asked);
    let modules = asked.modules.iter().enumerate().map(|(place, module)| Detail {
        code: module.code,
        price: (place == bearer).then_some(*price),
        currency: price.currency,
    });
    modules.collect()
}

const NO_DISCOUNT: &str = "nothing is discounted: what is paid is the price of the list";

pub(super) static DETAIL: &[Field<Detail>] = &[
    decimal("CostAfterDiscount", "What is to be paid.", |it: &Detail, _| it.told(|all| all.amount))
        .example("0")
        .assumed("the speed bears the price, or else the first module that is named"),
    decimal("InvoiceDiscount", "The discount.", |it: &Detail, _| (Money(0), it.currency))
        .example("100")
        .assumed(NO_DISCOUNT),
    decimal("UnitPrice", "The price of one.", |it: &Detail, _| it.told(|all| all.unit))
        .example("0")
        .assumed("of what is for a term that of a month"),
    decimal("OriginalCost", "The price before discount.", |it: &Detail, _| {
        it.told(|all| all.amount)
    })
    .example("200"),
    text("ModuleCode", "The code of the module.", |it: &Detail, _| it.code.into())
        .example("InstanceType"),
];

const PROMOTION: &[Field<()>] = &[
    text("PromotionDesc", "What the promotion is.", |(), _| "".into()).example("test"),
    number("PromotionId", "The ID of the promotion.", |(), _| 0).long().example("1021199213"),
    text("PromotionName", "The name of the promotion.", |(), _| "".into()).example("test"),
];

/// The promotions, of which there are none.
pub(super) const PROMOTIONS: Field<Price> = object(
    "PromotionDetails",
    "The promotions.",
    &[list("PromotionDetail", "The promotions.", &NoItems(PROMOTION))],
);

pub(super) const CURRENCY: Field<Price> =
    text("Currency", "The currency.", |it: &Price, _| it.currency.text().into()).example("CNY");

static ANSWER: &[Field<Price>] = &envelope(&[
    decimal("OriginalPrice", "The price before discount.", |it: &Price, _| {
        (it.amount, it.currency)
    })
    .example("900"),
    decimal("DiscountPrice", "The discount.", |it: &Price, _| (Money(0), it.currency))
        .example("100")
        .assumed(NO_DISCOUNT),
    CURRENCY,
    number("Quantity", "How many were asked about.", |_, input| input.get(&QUANTITY).into())
        .example("1"),
    decimal("TradePrice", "What is to be paid.", |it: &Price, _| (it.amount, it.currency))
        .example("0"),
    object(
        "ModuleDetails",
        "What each module costs.",
        &[list("ModuleDetail", "The modules.", &Made { of: modules, fields: DETAIL })],
    ),
    PROMOTIONS,
]);

fn modules(price: &Price, input: &Input) -> Vec<Detail> {
    details(price, product(input), &input.objects(&MODULE_LIST))
}

/// GetSubscriptionPrice.
/// SOURCE: billing dossier 1.7, the vendor's metadata of mid-2024; EDITIONS, 11 (f).
pub static OPERATION: Operation =
    operation(&BSS, "GetSubscriptionPrice", &Quotes { asks, answer: ANSWER })
        .summary("Tells what an order would cost now.")
        .directory("Prices")
        .parameters(&[
            &SERVICE_PERIOD_UNIT.spec,
            &PRODUCT_CODE.spec,
            &SUBSCRIPTION_TYPE.spec,
            &ORDER_TYPE.spec,
            &SERVICE_PERIOD_QUANTITY.spec,
            &PRODUCT_TYPE.spec,
            &REGION.spec,
            &INSTANCE_ID.spec,
            &QUANTITY.spec,
            &MODULE_LIST.spec,
        ])
        .ram_aliases(&["bss:DescribePrice"]) // SOURCE: billing dossier 1.1.
        // ASSUMED: those of its sisters' pages; its own page's table was not seen.
        .errors(ERRORS)
        .assumed(WHOSE_PORT)
        .examples(&[Before::circuit("Enabled")], PORT, EXAMPLES);

const PORT: Given = "ProductCode=pconn&SubscriptionType=Subscription&OrderType=NewOrder\
                     &Region=cn-hangzhou-dg-a01&ModuleList.1.ModuleCode=Spec\
                     &ModuleList.1.Config=Spec:1G";

const SETUP: Given = "ProductCode=pconn_setup&ModuleList.1.ModuleCode=SP\
                      &ModuleList.1.Config=SP:CT&ModuleList.2.ModuleCode=Access_Point\
                      &ModuleList.2.Config=Access_Point:ap-cn-hangzhou-yh-B\
                      &ModuleList.3.ModuleCode=Spec&ModuleList.3.Config=Spec:1G\
                      &ModuleList.4.ModuleCode=Port_Type\
                      &ModuleList.4.Config=Port_Type:1000Base-LX";

const EXAMPLES: &[Example] = &[
    answers(
        "A port for a month",
        ALL,
        "",
        "Code=Success&Message=Successful!&Success=true&RequestId=*&Data.OriginalPrice=85.00\
         &Data.DiscountPrice=0.00&Data.TradePrice=85.00&Data.Currency=USD&Data.Quantity=1\
         &Data.ModuleDetails.ModuleDetail.0.ModuleCode=Spec\
         &Data.ModuleDetails.ModuleDetail.0.CostAfterDiscount=85.00",
    ),
    answers(
        "Three ports for two years",
        ALL,
        "ServicePeriodUnit=Year&ServicePeriodQuantity=2&Quantity=3",
        "Data.TradePrice=6120.00&Data.Quantity=3\
         &Data.ModuleDetails.ModuleDetail.0.UnitPrice=85.00",
    ),
    answers(
        "In any case of letters, with an attribute that is not known, by the region's ID",
        ALL,
        "ProductCode=PCONN&ModuleList.1.ModuleCode=spec&ModuleList.1.Config=SPEC:10G,Colour:red\
         &Region=cn-hongkong",
        "Data.TradePrice=1600.00&Data.ModuleDetails.ModuleDetail.0.ModuleCode=Spec",
    ),
    answers(
        "The region in the configuration",
        ALL,
        "Region=&ModuleList.1.Config=Region:us-west-ot7-a01,Spec:100G",
        "Data.TradePrice=11700.00",
    ),
    answers(
        "A renewal",
        ALL,
        "OrderType=Renewal&Region=&ModuleList.2.ModuleCode=Pconn_ID\
         &ModuleList.2.Config=Pconn_ID:pc-example&ModuleList.2.ModuleStatus=2",
        "Data.TradePrice=85.00&Data.ModuleDetails.ModuleDetail.1.ModuleCode=Pconn_ID\
         &Data.ModuleDetails.ModuleDetail.1.CostAfterDiscount=0.00",
    ),
    answers(
        "A renewal of a circuit that InstanceId names",
        ALL,
        "OrderType=renewal&InstanceId=pc-example&ModuleList.1.Tag=a",
        "Data.TradePrice=85.00",
    ),
    answers("Setting up", ALL, SETUP, "Data.TradePrice=1500.00").after(&[Before::NewAccount]),
    answers("Setting up where outbound traffic is billed", ALL, SETUP, "Data.TradePrice=0.00"),
    refuses("Another product", ALL, "ProductCode=rds", &BAD_VALUE),
    refuses("An upgrade", ALL, "OrderType=Upgrade", &BAD_VALUE),
    refuses("An unknown region", ALL, "Region=cn-atlantis", &BAD_VALUE),
    refuses("A module that is none", ALL, "ModuleList.1.ModuleCode=Bandwidth", &BAD_MODULE),
    refuses(
        "A module twice",
        ALL,
        "ModuleList.2.ModuleCode=Spec&ModuleList.2.Config=Spec:10G",
        &BAD_MODULE,
    ),
    refuses("A speed that is none", ALL, "ModuleList.1.Config=Spec:3G", &BAD_CONFIG),
    refuses("A configuration without its code", ALL, "ModuleList.1.Config=1G", &BAD_CONFIG),
    refuses("An unknown circuit", ALL, "InstanceId=pc-other", &BAD_CONFIG),
    refuses("A port nowhere", ALL, "Region=", &MISSING),
    refuses("A renewal of nothing", ALL, "OrderType=Renewal", &MISSING),
    refuses("A port without a price", ALL, "", &NO_PRICE).after(&[Before::NoPrices]),
];
