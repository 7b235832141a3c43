//! QueryBill: the orders that were paid in a month, the bills of what was used in it, and what was
//! given back. Also how a line is asked for and told, which the other queries for bills share.

use super::describe_pricing_module::{FAILED, NOT_APPLICABLE, NOT_AUTHORIZED};
use super::query_account_bill::{BILLING_DATE, is_daily};
use super::query_account_transactions::{NO_NAME, account_name};
use super::query_available_instances::PAGE_SIZE;
use super::query_orders::{
    INVALID, PAGE_NUM, PAID, PRODUCT_CODE, PRODUCT_TYPE, SUBSCRIPTION_TYPE, envelope,
    is_subscription,
};
use crate::answer::{Field, Made, decimal, list, number, object, text, these};
use crate::check::Input;
use crate::does::Lists;
use crate::edition::{ALL, E2022, E2025_03, from, until};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{BSS, Operation, operation};
use crate::parameter::{Param, Text, optional, required};
use crate::value::{Day, Month};
use domain::order::OrderKind;
use domain::price::{Currency, Money};
use domain::query::{Page, StatementOf};
use domain::statement::{Item, ItemFilter, ItemKind, Sum};
use domain::{CircuitId, Timestamp, month_text};
use std::borrow::Cow;

static BAD_VALUE: ErrorRow = INVALID;

/// SOURCE: bss_operations.json (YYYY-MM).
pub(super) static BILLING_CYCLE: Param<Month> = required("BillingCycle")
    .doc("The month, YYYY-MM, in UTC+8.")
    .example("2018-07")
    .or_else(&BAD_VALUE);

/// SOURCE: bss_operations.json (the values). ASSUMED: in any case of letters, as other words.
static TYPE: Param<Text> = optional("Type")
    .doc("The type of the lines: SubscriptionOrder, PayAsYouGoBill, Refund or Adjustment.")
    .example("SubscriptionOrder")
    .one_of_in(ALL, &["SubscriptionOrder", "PayAsYouGoBill", "Refund", "Adjustment"])
    .in_any_case()
    .or_else(&BAD_VALUE);

pub(super) static IS_HIDE_ZERO_CHARGE: Param<bool> = optional("IsHideZeroCharge")
    .doc("Whether lines that come to nothing are left out.")
    .example("false")
    .default_in(ALL, "false")
    .assumed("the default")
    .or_else(&BAD_VALUE);

/// SOURCE: the vendor's metadata of mid-2024, of other operations.
pub(super) static OTHER_OWNER: ErrorRow =
    error(400, "InvalidOwner", "The specified owner doesn't belong to caller.")
        .assumed("whoever asks for the bills of an account that is not his own is told so");

/// Whether a text names the account that calls; -1 stands for no account.
pub(super) fn is_own(input: &Input, text: &str) -> bool {
    text == "-1" || text == input.caller.account.to_string()
}

/// SOURCE: the vendor's metadata of mid-2024 (the limits).
pub(super) static BILL_OWNER_ID: Param<i64> = optional("BillOwnerId")
    .doc("The ID of the account whose bills these are: one's own.")
    .example("123")
    .range_in(ALL, -1, i64::MAX)
    .rule_in(ALL, is_own)
    .assumed("no account sees another's bills")
    .or_else(&OTHER_OWNER);

/// SOURCE: the vendor's metadata of 2024-09 on, in which it comes and goes: timeline.json.
static IS_DISPLAY_LOCAL_CURRENCY: Param<bool> = optional("IsDisplayLocalCurrency")
    .doc("Whether amounts are told in the local currency too.")
    .example("false")
    .only_in(from(E2025_03))
    .default_in(ALL, "false")
    .without_effect("an account has one currency")
    .or_else(&BAD_VALUE);

/// What all of billing may say. ASSUMED: no page of a query for bills prints its errors.
pub(super) static ERRORS: &[&ErrorRow] = &[&NOT_APPLICABLE, &NOT_AUTHORIZED, &FAILED];

pub(super) const ALIKE: &str = "errors: no page prints any; those that all of billing has";

/// QueryBill.
/// SOURCE: billing dossier 1.8, the vendor's metadata of mid-2024.
pub static OPERATION: Operation = operation(&BSS, "QueryBill", &Lists { asks, answer: ANSWER })
    .summary("Queries what a month came to: orders, bills and refunds.")
    .directory("Bills")
    .parameters(&[
        &BILLING_CYCLE.spec,
        &TYPE.spec,
        &PRODUCT_CODE.spec,
        &PRODUCT_TYPE.spec,
        &SUBSCRIPTION_TYPE.spec,
        &IS_HIDE_ZERO_CHARGE.spec,
        &PAGE_NUM.spec,
        &PAGE_SIZE.spec,
        &BILL_OWNER_ID.spec,
        &IS_DISPLAY_LOCAL_CURRENCY.spec,
    ])
    .errors(ERRORS)
    .assumed(&[ALIKE, "an order stands in the month in which it was paid"])
    .examples(
        PAID,
        "BillingCycle=2026-11",
        &[
            answers(
                "An order that was paid",
                ALL,
                "Type=subscriptionorder&ProductCode=pconn&SubscriptionType=Subscription",
                "Code=Success&Message=Successful!&Success=true&RequestId=*&Data.PageNum=1\
                 &Data.PageSize=20&Data.TotalCount=1&Data.BillingCycle=2026-11\
                 &Data.AccountID=*&Data.Items.Item.0.Item=SubscriptionOrder\
                 &Data.Items.Item.0.Status=PayFinish&Data.Items.Item.0.RecordID=*\
                 &Data.Items.Item.0.SubscriptionType=Subscription\
                 &Data.Items.Item.0.PretaxGrossAmount=85.00\
                 &Data.Items.Item.0.PretaxAmount=85.00&Data.Items.Item.0.PaymentAmount=85.00\
                 &Data.Items.Item.0.OutstandingAmount=0.00&Data.Items.Item.0.Currency=USD\
                 &Data.Items.Item.0.PaymentTime=*\
                 &Data.Items.Item.0.UsageEndTime=2026-12-23 00:00:00",
            ),
            answers(
                "What was used as it goes, and paid",
                until(E2022),
                "Type=PayAsYouGoBill",
                "Data.TotalCount=1&Data.Items.Item.0.Item=PayAsYouGoBill\
                 &Data.Items.Item.0.Status=PayFinish\
                 &Data.Items.Item.0.SubscriptionType=PayAsYouGo\
                 &Data.Items.Item.0.PretaxAmount=25.50&Data.Items.Item.0.CashAmount=25.50\
                 &Data.Items.Item.0.PaymentTime=2026-12-01 00:00:00\
                 &Data.Items.Item.0.UsageEndTime=2026-12-01 00:00:00",
            )
            .after(USED),
            answers(
                "A bill that is not paid",
                until(E2022),
                "",
                "Data.TotalCount=1&Data.Items.Item.0.Status=PayUnclear\
                 &Data.Items.Item.0.PretaxAmount=25.50&Data.Items.Item.0.PaymentAmount=0.00\
                 &Data.Items.Item.0.OutstandingAmount=25.50&Data.Items.Item.0.PaymentTime=",
            )
            .after(NOT_PAID),
            answers(
                "What was given back: 30 of 31 days",
                from(E2022),
                "Type=Refund",
                "Data.TotalCount=1&Data.Items.Item.0.Item=Refund\
                 &Data.Items.Item.0.PretaxAmount=-82.25&Data.Items.Item.0.PaymentAmount=-82.25",
            )
            .after(GIVEN_BACK),
            answers("Another month", ALL, "BillingCycle=2018-07", "Data.TotalCount=0"),
            answers("Another product", ALL, "ProductCode=rds", "Data.TotalCount=0"),
            answers("Another type of product", ALL, "ProductType=rds", "Data.TotalCount=0"),
            answers("Adjustments", ALL, "Type=Adjustment", "Data.TotalCount=0"),
            answers("What is billed as it goes", ALL, "SubscriptionType=PayAsYouGo", NONE),
            answers("No more pages", ALL, "PageNum=2&PageSize=1", "Data.TotalCount=1"),
            answers("What came to something", ALL, "IsHideZeroCharge=true", "Data.TotalCount=1"),
            answers("One's own", ALL, "BillOwnerId=1000000000000001", "Data.TotalCount=1"),
            answers(
                "In the local currency, which is the account's",
                from(E2025_03),
                "IsDisplayLocalCurrency=true",
                "Data.Items.Item.0.PretaxAmountLocal=85.00",
            ),
            refuses("Another's", ALL, "BillOwnerId=123", &OTHER_OWNER),
            refuses("A month that is none", ALL, "BillingCycle=July", &BAD_VALUE),
            refuses("A type that is none", ALL, "Type=Order", &BAD_VALUE),
        ],
    );

pub(super) const NONE: &str = "Data.TotalCount=0";
const ORDER: &str = "CreatePhysicalConnectionOccupancyOrder";
const READY: Before = Before::circuit("Confirmed");
const AS_IT_GOES: Before = Before::Call(ORDER, "InstanceChargeType=PostPaid");
const A_MONTH: Before = Before::Later("P30D");
/// A circuit whose nine days of November are billed.
pub(super) const USED: &[Before] = &[READY, AS_IT_GOES, A_MONTH];
const NOT_PAID: &[Before] = &[Before::NewAccount, READY, AS_IT_GOES, A_MONTH];
/// A circuit that was paid for a month, ended and refunded within a day.
const GIVEN_BACK: &[Before] = &[
    READY,
    Before::Call(ORDER, "AutoPay=true"),
    Before::Call("TerminatePhysicalConnection", ""),
    Before::Later("PT1S"),
    Before::Call("RefundInstance", ""),
];

/// The types of lines. SOURCE: billing dossier 1.8.
const KINDS: [(&str, ItemKind); 3] = [
    ("SubscriptionOrder", ItemKind::Subscription),
    ("PayAsYouGoBill", ItemKind::Usage),
    ("Refund", ItemKind::Refund),
];

pub(super) static INSTANCE_ID: Param<CircuitId> =
    optional("InstanceID").doc("The ID of the circuit.").example("pc-119mfjzm7");

pub(super) static PIP_CODE: Param<Text> =
    optional("PipCode").doc("The code of the product in bills: pconn.").example("pconn");

/// The lines that a call asks for, by whatever of the parameters its operation has.
pub(super) fn asks(input: &Input) -> Result<StatementOf, Invalid> {
    let Month(month) = input.get(&BILLING_CYCLE);
    let other = |param: &'static Param<Text>, ours: &str| {
        input.find(param).is_some_and(|Text(word)| !word.eq_ignore_ascii_case(ours))
    };
    let kind = input.find(&TYPE).map(|Text(word)| {
        let known = KINDS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
        known.map(|(_, kind)| *kind)
    });
    let filter = ItemFilter {
        kind: kind.flatten(),
        subscription: input.find(&SUBSCRIPTION_TYPE).and_then(|Text(word)| is_subscription(&word)),
        circuit: input.find(&INSTANCE_ID),
        day: input.find(&BILLING_DATE).filter(|_| is_daily(input)).map(|Day(day)| day),
        hide_free: input.find(&IS_HIDE_ZERO_CHARGE) == Some(true),
        nothing: kind == Some(None)
            || other(&PRODUCT_CODE, "pconn")
            || other(&PRODUCT_TYPE, "")
            || other(&PIP_CODE, "pconn"),
    };
    Ok(StatementOf(input.caller.account, month, filter))
}

/// What is told of a month, whatever of it is asked for.
pub(super) const fn month<T>() -> [Field<T>; 3] {
    [
        text("BillingCycle", "The month.", |_, input| {
            let Month(month) = input.get(&BILLING_CYCLE);
            month_text(month).into()
        })
        .example("2020-02"),
        text("AccountID", "The ID of the account.", own_account).example("185xxxxx489"),
        account_name(),
    ]
}

fn own_account<'t, T>(_: &'t T, input: &'t Input) -> Cow<'t, str> {
    input.caller.account.to_string().into()
}

fn nothing<'t, T>(_: &'t T, _: &'t Input) -> Cow<'t, str> {
    "".into()
}

/// How many there are in all of what is counted.
pub(super) fn count(of: usize) -> i64 {
    i64::try_from(of).expect("orders and bills fit in memory")
}

/// The rows of the call's page.
pub(super) fn page(rows: impl Iterator<Item = Sum>, input: &Input) -> Vec<Sum> {
    let page = Page { number: input.get(&PAGE_NUM), size: input.get(&PAGE_SIZE) };
    rows.skip(page.skip()).take(page.size as usize).collect()
}

/// What is told of the page that is asked for.
pub(super) const fn page_asked<T>() -> [Field<T>; 2] {
    [
        number("PageNum", "The number of the page.", |_, input| input.get(&PAGE_NUM).into())
            .example("1"),
        number("PageSize", "The number of entries on a page.", |_, input| {
            input.get(&PAGE_SIZE).into()
        })
        .example("20"),
    ]
}

static ANSWER: &[Field<Vec<Item>>] = &envelope(&[
    these(&page_asked()),
    these(&month()),
    number("TotalCount", "The number of lines.", |items: &Vec<Item>, _| count(items.len()))
        .example("20"),
    object(
        "Items",
        "The lines.",
        &[list(
            "Item",
            "The lines.",
            &Made {
                of: |items: &Vec<Item>, input| page(items.iter().map(Sum::of), input),
                fields: &[these(LINE), these(ORDERED), these(PRODUCT), these(AMOUNTS)],
            },
        )],
    ),
]);

fn time(at: Option<Timestamp>) -> Cow<'static, str> {
    at.map_or_else(String::new, Timestamp::billing_text).into()
}

/// Bills tell times without a zone.
const IN_UTC_8: &str = "that it is UTC+8, in which bills are counted";

/// What QueryBill alone tells.
static LINE: &[Field<Sum>] = &[
    // SOURCE: the descriptions of newer SDKs (not cleared, not settled, free of settlement).
    text("Status", "Whether it is paid: PayFinish, or PayUnclear.", |sum: &Sum, _| {
        if sum.first.paid_at.is_some() { "PayFinish" } else { "PayUnclear" }.into()
    })
    .example("PayFinish")
    .assumed("a bill that is not paid is not cleared: PayUnclear"),
    text("RecordID", "The ID of the order or bill.", |sum: &Sum, _| {
        sum.first.id.to_string().into()
    })
    .example("2020xxxx5912"),
    text("SubOrderId", "The ID of the sub-order.", |sum: &Sum, _| {
        let order = sum.first.order.map(|_| sum.first.id.to_string());
        order.unwrap_or_default().into()
    })
    .example("325345254353")
    .assumed("the order's own number; none of a bill"),
    text("UsageStartTime", "When what it is for begins.", |sum: &Sum, _| {
        time(sum.first.usage.map(|(start, _)| start))
    })
    .example("2020-03-11 07:00:00")
    .assumed(IN_UTC_8),
    text("UsageEndTime", "When what it is for ends.", |sum: &Sum, _| {
        time(sum.first.usage.and_then(|(_, end)| end))
    })
    .example("2020-03-11 08:00:00")
    .assumed(IN_UTC_8),
    text("PaymentTime", "When it was paid.", |sum: &Sum, _| time(sum.first.paid_at))
        .example("2020-03-11 08:00:00")
        .assumed(IN_UTC_8),
    text("PaymentTransactionID", "The ID of the payment.", nothing)
        .example("2O3AADJFEAF2PDKSFAMFCB11918")
        .assumed("nothing: QueryAccountTransactions finds it by RecordID"),
    these(TAXED),
];

const NO_TAX: &str = "amounts are what is paid, without tax, in the account's currency";

/// What is told of tax and rounding; newer samples have it, and schemas not.
pub(super) static TAXED: &[Field<Sum>] = &[
    text("RoundDownDiscount", "What was rounded down.", |sum: &Sum, _| {
        Money(0).render(sum.first.currency).into()
    })
    .example("0")
    .assumed("what is rounded is rounded before: the gross amount is what is paid"),
    decimal("PretaxAmountLocal", "The amount before tax, in the local currency.", charge)
        .example("0")
        .assumed(NO_TAX),
    decimal("Tax", "The tax.", none).example("0").assumed(NO_TAX),
    decimal("AfterTaxAmount", "The amount after tax.", charge).example("0").assumed(NO_TAX),
    text("PaymentCurrency", "The currency of the payment.", |sum: &Sum, _| {
        sum.first.currency.text().into()
    })
    .example("USD"),
];

/// What kind of line it is, and of which kind of product.
pub(super) static ORDERED: &[Field<Sum>] = &[
    // SOURCE: billing dossier 1.8.
    text("Item", "The type of the line.", |sum: &Sum, _| {
        let known = KINDS.iter().find(|(_, kind)| *kind == sum.first.kind);
        known.map_or("", |(name, _)| name).into()
    })
    .example("SubscriptionOrder"),
    text("ProductType", "The type of the product.", nothing).example("rds"),
    text("CommodityCode", "The code of the commodity.", |_, _| "pconn".into()).example("rds"),
    text("ProductDetail", "What of the product it is.", |sum: &Sum, _| {
        let order = sum.first.order;
        match order {
            None => "Express Connect circuit (pay-as-you-go)",
            Some(OrderKind::New | OrderKind::Renew | OrderKind::Refund) => {
                "Express Connect circuit (subscription)"
            }
            Some(OrderKind::Setup) => "Express Connect circuit (setup)",
            Some(OrderKind::Hosting) => "Express Connect circuit (shared)",
        }
        .into()
    })
    .example("NAT Gateway (Pay-As-You-Go)")
    .assumed("the words are ours"),
];

/// The product, and how it is paid.
pub(super) static PRODUCT: &[Field<Sum>] = &[
    text("PipCode", "The code of the product in bills.", |_, _| "pconn".into()).example("rds"),
    text("ProductCode", "The code of the product.", |_, _| "pconn".into()).example("rds"),
    text("ProductName", "The name of the product.", |_, _| "Express Connect".into())
        .example("rds")
        .assumed("the words are ours"),
    text("SubscriptionType", "The billing method.", |sum: &Sum, _| {
        if sum.first.is_subscription() { "Subscription" } else { "PayAsYouGo" }.into()
    })
    .example("PayAsYouGo"),
];

fn charge(sum: &Sum, _: &Input) -> (Money, Currency) {
    (sum.charge, sum.first.currency)
}

fn paid(sum: &Sum, _: &Input) -> (Money, Currency) {
    (sum.paid, sum.first.currency)
}

fn none(sum: &Sum, _: &Input) -> (Money, Currency) {
    (Money(0), sum.first.currency)
}

const BELOW_ZERO: &str = "what is given back is below zero";
const NO_DISCOUNT: &str = "nothing is discounted: the gross amount is what is paid";
const NO_COUPONS: &str = "everything is paid of the balance";

/// Whose it is, and what it comes to, as every query for bills tells it.
/// SOURCE: billing dossier 1.8 (what is taken off what); the vendor's metadata (numbers).
pub(super) static AMOUNTS: &[Field<Sum>] = &[
    text("OwnerID", "The ID of the account that owns the resource.", own_account)
        .example("3532535235"),
    text("Currency", "The currency.", |sum: &Sum, _| sum.first.currency.text().into())
        .example("CNY"),
    decimal("PretaxGrossAmount", "The amount before discount.", charge)
        .example("0")
        .assumed(BELOW_ZERO),
    decimal("InvoiceDiscount", "The discount.", none).example("0").assumed(NO_DISCOUNT),
    decimal("PretaxAmount", "The amount.", charge).example("100").assumed(BELOW_ZERO),
    decimal("DeductedByCoupons", "What coupons paid.", none).example("0").assumed(NO_COUPONS),
    decimal("DeductedByCashCoupons", "What cash coupons paid.", none)
        .example("0")
        .assumed(NO_COUPONS),
    decimal("DeductedByPrepaidCard", "What prepaid cards paid.", none)
        .example("0")
        .assumed(NO_COUPONS),
    decimal("AdjustAmount", "What credit paid.", none).example("0").assumed(NO_COUPONS),
    decimal("PaymentAmount", "What was paid.", paid).example("0").assumed(BELOW_ZERO),
    decimal("CashAmount", "What of it was cash: all.", paid).example("0").assumed(NO_COUPONS),
    decimal("OutstandingAmount", "What is not paid.", |sum: &Sum, _| {
        (sum.outstanding(), sum.first.currency)
    })
    .example("0"),
];

/// Who pays.
pub(super) static PAYER: &[Field<Sum>] = &[
    text("BillAccountID", "The ID of the account that pays.", own_account).example("185766xxxx"),
    text("BillAccountName", "The name of the account that pays.", own_account)
        .example("test@test.aliyunid.com")
        .assumed(NO_NAME),
    text("BizType", "On whose behalf: nobody else's.", nothing)
        .example("trusteeship")
        .assumed("nothing: there are no resellers"),
];
