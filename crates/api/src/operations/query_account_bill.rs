//! QueryAccountBill: what a month, or a day of it, came to for the account, or by product.

use super::query_account_transactions::NO_NAME;
use super::query_available_instances::PAGE_SIZE;
use super::query_bill::{
    ALIKE, AMOUNTS, BILL_OWNER_ID, BILLING_CYCLE, ERRORS, NONE, OTHER_OWNER, PAYER, PRODUCT, USED,
    asks, count, is_own, month, page, page_asked,
};
use super::query_orders::{INVALID, PAGE_NUM, PAID, PRODUCT_CODE, envelope};
use crate::answer::{Field, Made, list, number, object, text, these};
use crate::check::Input;
use crate::does::Lists;
use crate::edition::{ALL, E2022, until};
use crate::error::ErrorRow;
use crate::example::{answers, refuses};
use crate::operation::{BSS, Operation, operation};
use crate::parameter::{Param, Text, optional};
use crate::value::{Day, Month, Value as _};
use domain::billing_month;
use domain::statement::{Item, Sum, sums};

static BAD_VALUE: ErrorRow = INVALID;

static OWNER_ID: Param<i64> = optional("OwnerID")
    .doc("The ID of the account that owns what is billed: one's own.")
    .example("122")
    .rule_in(ALL, is_own)
    .assumed("no account sees another's bills")
    .or_else(&OTHER_OWNER);

static IS_GROUP_BY_PRODUCT: Param<bool> = optional("IsGroupByProduct")
    .doc("Whether each product and billing method is a row, and not the account.")
    .example("false")
    .default_in(ALL, "false") // SOURCE: bss_operations.json.
    .or_else(&BAD_VALUE);

/// SOURCE: bss_operations.json (the values; its example is spelt `Monthly`).
pub(super) static GRANULARITY: Param<Text> = optional("Granularity")
    .doc("MONTHLY, or DAILY: of the day BillingDate.")
    .example("MONTHLY")
    .one_of_in(ALL, &["MONTHLY", "DAILY"])
    .in_any_case()
    .default_in(ALL, "MONTHLY")
    .assumed("the default")
    .or_else(&BAD_VALUE);

/// Whether a call asks for a day.
pub(super) fn is_daily(input: &Input) -> bool {
    input.find(&GRANULARITY).is_some_and(|Text(word)| word.eq_ignore_ascii_case("DAILY"))
}

fn is_in_month(input: &Input, text: &str) -> bool {
    let Month(month) = input.get(&BILLING_CYCLE);
    !is_daily(input) || Day::read(text).is_some_and(|Day(day)| billing_month(day) == Some(month))
}

/// SOURCE: bss_operations.json (YYYY-MM-DD).
pub(super) static BILLING_DATE: Param<Day> = optional("BillingDate")
    .doc("The day, YYYY-MM-DD, in UTC+8; DAILY needs it.")
    .example("2021-06-01")
    .required_with_in(ALL, &GRANULARITY, "DAILY")
    .rule_in(ALL, is_in_month)
    .assumed("that it must be a day of the month; with MONTHLY it means nothing")
    .or_else(&BAD_VALUE);

/// QueryAccountBill.
/// SOURCE: billing dossier 1.8, the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&BSS, "QueryAccountBill", &Lists { asks, answer: ANSWER })
        .summary("Queries what a month or a day of it came to, in all or by product.")
        .directory("Bills")
        .parameters(&[
            &BILLING_CYCLE.spec,
            &PAGE_NUM.spec,
            &PAGE_SIZE.spec,
            &OWNER_ID.spec,
            &IS_GROUP_BY_PRODUCT.spec,
            &PRODUCT_CODE.spec,
            &BILL_OWNER_ID.spec,
            &GRANULARITY.spec,
            &BILLING_DATE.spec,
        ])
        .errors(ERRORS)
        .assumed(&[ALIKE])
        .examples(
            PAID,
            "BillingCycle=2026-11",
            &[
                answers(
                    "The account",
                    ALL,
                    "",
                    "Code=Success&Message=Successful!&Success=true&RequestId=*&Data.PageNum=1\
                     &Data.PageSize=20&Data.TotalCount=1&Data.BillingCycle=2026-11\
                     &Data.Items.Item.0.PretaxAmount=85.00\
                     &Data.Items.Item.0.PaymentAmount=85.00",
                ),
                answers(
                    "By product, of a day",
                    ALL,
                    "IsGroupByProduct=true&ProductCode=pconn&Granularity=Daily\
                     &BillingDate=2026-11-22",
                    "Data.TotalCount=1&Data.Items.Item.0.BillingDate=2026-11-22\
                     &Data.Items.Item.0.ProductCode=pconn\
                     &Data.Items.Item.0.SubscriptionType=Subscription",
                ),
                answers(
                    "What was used, on the last day that was billed",
                    until(E2022),
                    "IsGroupByProduct=true&Granularity=DAILY&BillingDate=2026-11-30",
                    "Data.TotalCount=1&Data.Items.Item.0.SubscriptionType=PayAsYouGo\
                     &Data.Items.Item.0.PretaxAmount=25.50",
                )
                .after(USED),
                answers("Another day", ALL, "Granularity=DAILY&BillingDate=2026-11-01", NONE),
                answers("Another product", ALL, "ProductCode=rds", NONE),
                answers("A month, whatever the day", ALL, "BillingDate=2021-06-01", ONE),
                answers("One's own", ALL, "OwnerID=1000000000000001&BillOwnerId=-1", ONE),
                answers("No more pages", ALL, "PageNum=2", ONE),
                refuses("Another's", ALL, "OwnerID=122", &OTHER_OWNER),
                refuses(
                    "A day of another month",
                    ALL,
                    "Granularity=DAILY&BillingDate=2021-06-01",
                    &BAD_VALUE,
                ),
                refuses("A page of 301", ALL, "PageSize=301", &BAD_VALUE),
            ],
        );

const ONE: &str = "Data.TotalCount=1";

fn grouped(input: &Input) -> bool {
    input.get(&IS_GROUP_BY_PRODUCT)
}

/// A row for the account; or for each product, of which there is one, and billing method.
fn rows(items: &[Item], input: &Input) -> Vec<Sum> {
    sums(items, |item| grouped(input) && item.is_subscription())
}

static ANSWER: &[Field<Vec<Item>>] = &envelope(&[
    these(&page_asked()),
    these(&month()),
    number("TotalCount", "The number of rows.", |items: &Vec<Item>, input| {
        count(rows(items, input).len())
    })
    .example("1"),
    object(
        "Items",
        "The rows.",
        &[list(
            "Item",
            "The rows.",
            &Made {
                of: |items: &Vec<Item>, input| page(rows(items, input).into_iter(), input),
                fields: &[
                    these(PRODUCT).when(|_, input| grouped(input)),
                    these(AMOUNTS),
                    these(PAYER),
                    these(OWNED),
                    billing_date(),
                ],
            },
        )],
    ),
]);

static OWNED: &[Field<Sum>] = &[
    text("OwnerName", "The name of the account that owns what is billed.", |_, input| {
        input.caller.account.to_string().into()
    })
    .example("aligzncloudtest2")
    .assumed(NO_NAME),
    cost_unit(),
];

/// What costs are told apart by.
pub(super) const fn cost_unit() -> Field<Sum> {
    text("CostUnit", "The cost unit.", |_, _| "Not allocated".into())
        .example("Not allocated")
        .assumed("no costs are allocated; the words are those of newer pages")
}

/// The day that is asked for.
pub(super) const fn billing_date() -> Field<Sum> {
    text("BillingDate", "The day.", |_, input: &Input| {
        input.find(&BILLING_DATE).map_or_else(String::new, |Day(day)| day.billing_day_text()).into()
    })
    .when(|_, input| is_daily(input))
    .example("2021-03-01")
    .assumed("told of days alone")
}
