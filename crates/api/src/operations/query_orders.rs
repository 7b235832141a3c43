//! QueryOrders: list orders, newest first. Also how an order is told, which GetOrderDetail shares.

use crate::answer::{Each, Field, boolean, list, number, object, request_id, text, these};
use crate::check::Input;
use crate::does::Lists;
use crate::edition::{ALL, E2022, from};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, answers};
use crate::operation::{BSS, Operation, operation};
use crate::parameter::{Param, Text, optional};
use domain::Timestamp;
use domain::order::{Charge, Order, OrderKind, OrderStatus};
use domain::price::Money;
use domain::query::{Listing, OrderFilter, OrdersOf, Page};
use std::borrow::Cow;

/// How far back orders are searched for when no time is given.
/// SOURCE: billing dossier 1.3.
const HOUR_MS: i64 = 3_600_000;

/// The codes of BSS name no parameter.
pub(super) const INVALID: ErrorRow =
    error(400, "InvalidParameter", "A specified parameter is not valid.").assumed("the text");

static BAD_VALUE: ErrorRow = INVALID;

pub(super) const ONE_TIME: &str = "one of the two times leaves the other side open";

static CREATE_TIME_START: Param<Timestamp> = optional("CreateTimeStart")
    .doc("The beginning of the time in which the orders were made; the last hour by default.")
    .example("2016-05-23T13:00:00Z")
    .assumed(ONE_TIME)
    .or_else(&BAD_VALUE);

static CREATE_TIME_END: Param<Timestamp> = optional("CreateTimeEnd")
    .doc("The end of the time in which the orders were made.")
    .example("2016-05-23T12:00:00Z")
    .assumed(ONE_TIME)
    .or_else(&BAD_VALUE);

/// SOURCE: billing dossier 1.3 (and which values the China page adds; values in any case).
static ORDER_TYPE: Param<Text> = optional("OrderType")
    .doc("The type of the orders.")
    .example("New")
    .one_of_in(
        ALL,
        &[
            "New",
            "Renew",
            "Upgrade",
            "Refund",
            "TempUpgrade",
            "Downgrade",
            "Convert",
            "ResizeDisk",
            "CompensatoryRenew",
            "IncreaseUpgrade",
            "Exchange",
            "ChangeOperatingSystem",
        ],
    )
    .in_any_case()
    .or_else(&BAD_VALUE);

/// SOURCE: GetOrderDetail's list of values (the fourth word).
static PAYMENT_STATUS: Param<Text> = optional("PaymentStatus")
    .doc("The payment status of the orders: Unpaid, Paid or Cancelled.")
    .example("Paid")
    .one_of_in(ALL, &["Unpaid", "Paid", "Cancelled", "Canceled"])
    .in_any_case()
    .or_else(&BAD_VALUE);

pub(super) static PRODUCT_CODE: Param<Text> =
    optional("ProductCode").doc("The code of the product.").example("pconn");

pub(super) static PRODUCT_TYPE: Param<Text> =
    optional("ProductType").doc("The type of the product; circuits have none.").example("rds");

pub(super) static SUBSCRIPTION_TYPE: Param<Text> = optional("SubscriptionType")
    .doc("The billing method: Subscription or PayAsYouGo.")
    .example("Subscription")
    .one_of_in(ALL, &["Subscription", "PayAsYouGo"])
    .in_any_case()
    .or_else(&BAD_VALUE);

pub(super) static PAGE_NUM: Param<u32> = optional("PageNum")
    .doc("The number of the page to return, from 1.")
    .example("1")
    .default_in(ALL, "1")
    .range_in(ALL, 1, 2_147_483_647)
    .or_else(&BAD_VALUE);

/// SOURCE: bss_operations.json (20 recommended); billing dossier, corrections of 2026-11-28 (no
/// maximum is documented, and collectors ask for 300).
static PAGE_SIZE: Param<u32> = optional("PageSize")
    .doc("The number of entries on each page.")
    .example("20")
    .default_in(ALL, "20")
    .range_in(ALL, 1, 2_147_483_647)
    .or_else(&BAD_VALUE);

pub(super) const NO_RESELLERS: &str = "There are no resellers.";
pub(super) const FAILURE: &str = "A failure of the server is answered 500 or 503.";

/// SOURCE: the vendor's metadata of mid-2024.
pub(super) static BAD_OWNER: ErrorRow =
    error(400, "InvalidOwner", "The specified owner doesn't belong to caller.")
        .unreached(NO_RESELLERS);
pub(super) static FAILED: ErrorRow =
    error(500, "InternalError", "The request processing has failed due to some unknown error.")
        .unreached(FAILURE);

/// QueryOrders.
pub static OPERATION: Operation = operation(&BSS, "QueryOrders", &Lists { asks, answer: ANSWER })
    .summary("Queries orders.")
    .directory("Orders")
    .parameters(&[
        &CREATE_TIME_START.spec,
        &CREATE_TIME_END.spec,
        &ORDER_TYPE.spec,
        &PAYMENT_STATUS.spec,
        &PRODUCT_CODE.spec,
        &PRODUCT_TYPE.spec,
        &SUBSCRIPTION_TYPE.spec,
        &PAGE_NUM.spec,
        &PAGE_SIZE.spec,
    ])
    .ram_aliases(&["bss:DescribeOrderList"]) // SOURCE: billing dossier 1.1.
    .errors(&[&BAD_OWNER, &FAILED])
    .examples(
        ORDERED,
        "",
        &[
            answers(
                "The orders of the last hour",
                ALL,
                "ProductCode=pconn",
                "Code=Success&Message=Successful!&Success=true&RequestId=*&Data.PageNum=1\
                     &Data.PageSize=20&Data.TotalCount=1&Data.OrderList.Order.0.OrderId=*\
                     &Data.OrderList.Order.0.PaymentStatus=Unpaid\
                     &Data.OrderList.Order.0.SubscriptionType=Subscription\
                     &Data.OrderList.Order.0.PretaxAmount=85.00",
            ),
            answers(
                "Orders that are paid, in any case of letters",
                ALL,
                "PaymentStatus=paid",
                "Data.TotalCount=0",
            ),
            answers(
                "Renewals, which there are none of yet",
                ALL,
                "OrderType=Renew",
                "Data.TotalCount=0",
            ),
            answers(
                "Another time",
                ALL,
                "CreateTimeStart=2016-05-23T12:00:00Z&CreateTimeEnd=2016-05-23T13:00:00Z",
                "Data.TotalCount=0",
            ),
        ],
    );

/// A circuit that waits for payment, and an order for it that is not paid, or is.
pub(super) const ORDERED: &[Before] =
    &[Before::circuit("Confirmed"), Before::Call(ORDER, "AutoPay=false")];
pub(super) const PAID: &[Before] =
    &[Before::circuit("Confirmed"), Before::Call(ORDER, "AutoPay=true")];
const ORDER: &str = "CreatePhysicalConnectionOccupancyOrder";

fn payment_status(text: &str) -> Option<OrderStatus> {
    let words = [
        ("unpaid", OrderStatus::Unpaid),
        ("paid", OrderStatus::Paid),
        ("cancelled", OrderStatus::Cancelled),
        ("canceled", OrderStatus::Cancelled), // SOURCE: GetOrderDetail's list of values.
    ];
    words.iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, status)| *status)
}

pub(super) fn is_subscription(text: &str) -> Option<bool> {
    let words = [("Subscription", true), ("PayAsYouGo", false)];
    words.iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, is)| *is)
}

fn asks(input: &Input) -> Result<OrdersOf, Invalid> {
    let (start, end) = (input.find(&CREATE_TIME_START), input.find(&CREATE_TIME_END));
    let last_hour = (start.is_none() && end.is_none()).then(|| input.now.plus_ms(-HOUR_MS));
    let other = |param: &'static Param<Text>, ours: &str| {
        input.find(param).is_some_and(|Text(word)| !word.eq_ignore_ascii_case(ours))
    };
    let asked = input.find(&ORDER_TYPE);
    let is = |kind: &&OrderKind| {
        asked.as_ref().is_some_and(|Text(word)| word.eq_ignore_ascii_case(kind.told().text()))
    };
    let kind = OrderKind::ALL.iter().find(is).copied();
    let filter = OrderFilter {
        from: start.or(last_hour),
        until: end.map(whole_second),
        status: input.find(&PAYMENT_STATUS).and_then(|Text(word)| payment_status(&word)),
        subscription: input.find(&SUBSCRIPTION_TYPE).and_then(|Text(word)| is_subscription(&word)),
        kind,
        nothing: (asked.is_some() && kind.is_none())
            || other(&PRODUCT_CODE, "pconn")
            || other(&PRODUCT_TYPE, ""),
    };
    let page = Page { number: input.get(&PAGE_NUM), size: input.get(&PAGE_SIZE) };
    Ok(OrdersOf(input.caller.account, filter, page))
}

/// The end of a time that is asked for. Answers show seconds: all of it is within the end.
pub(super) fn whole_second(end: Timestamp) -> Timestamp {
    Timestamp::from_ms(end.seconds() * 1000 + 999)
}

/// What every answer of BSS begins with.
pub(super) const fn status_rows<T>() -> [Field<T>; 4] {
    [
        text("Code", "The status code.", |_, _| "Success".into()).example("Success"),
        text("Message", "The message.", |_, _| "Successful!".into()).example("Successful!"),
        request_id(),
        boolean("Success", "Whether the call succeeded.", |_, _| true).example("true"),
    ]
}

/// The envelope of BSS. SOURCE: bss_operations.json.
pub(super) const fn envelope<T>(data: &'static [Field<T>]) -> [Field<T>; 5] {
    let [code, message, request_id, success] = status_rows();
    [code, message, request_id, success, object("Data", "What was asked for.", data)]
}

/// The host that a list was asked of.
pub(super) const fn host_name<T>() -> Field<T> {
    text("HostName", "The host.", |_, input| input.host().into())
        .example("test")
        .assumed("the host that was called; the samples print test")
}

static ANSWER: &[Field<Listing<Order>>] = &envelope(&[
    host_name(),
    number("PageNum", "The number of the page.", |_, input| input.get(&PAGE_NUM).into())
        .example("1"),
    number("PageSize", "The number of entries on a page.", |_, input| input.get(&PAGE_SIZE).into())
        .example("20"),
    number("TotalCount", "The number of orders.", |orders: &Listing<Order>, _| {
        i64::try_from(orders.total).expect("orders fit in memory")
    })
    .example("1"),
    object(
        "OrderList",
        "The orders.",
        &[list(
            "Order",
            "The orders.",
            &Each { of: |orders: &Listing<Order>| &orders.page, fields: &[these(LISTED)] },
        )],
    ),
]);

const PRICES: &str = "prices are what is paid, without discount and tax";

/// What every list tells of an order, all of it text.
/// SOURCE: bss_operations.json.
pub(super) static LISTED: &[Field<Order>] = &[
    text("OrderId", "The ID of the order.", |order: &Order, _| order.id.to_string().into())
        .example("202844382740728"),
    text("OrderType", "The type of the order.", |order: &Order, _| order.kind.told().text().into())
        .example("New"),
    // SOURCE: billing dossier 1.3: none of an order that gives money back.
    text("PaymentStatus", "The payment status.", |order: &Order, _| {
        let shown = match order.status {
            OrderStatus::Abnormal => OrderStatus::Unpaid,
            status => status,
        };
        shown.text().into()
    })
    .when(|order: &Order, _| order.kind != OrderKind::Refund)
    .example("Paid")
    .assumed("an order that can only be voided shows as Unpaid (CONTRACT)"),
    text("CreateTime", "When the order was made.", |order: &Order, _| {
        order.created_at.to_string().into()
    })
    .example("2016-05-23T12:44:37Z"),
    text("PaymentTime", "When the order was paid.", |order: &Order, _| time(order.paid_at).into())
        .example("2016-05-23T12:44:37Z"),
    text("ProductCode", "The code of the product.", |_, _| "pconn".into()).example("pconn"),
    text("ProductType", "The type of the product.", |_, _| "".into()).example("rds"),
    text("CommodityCode", "The code of the commodity.", |_, _| "pconn".into())
        .only_in(from(E2022)) // SOURCE: EDITIONS, T174 and T175.
        .example("pconn"),
    text("SubscriptionType", "The billing method.", |order: &Order, _| {
        match order.charge {
            Charge::PrePaid(_) | Charge::Once => "Subscription",
            Charge::PostPaid => "PayAsYouGo",
        }
        .into()
    })
    .example("Subscription"),
    text("RelatedOrderId", "The ID of the order that this one is about.", |order: &Order, _| {
        let about = order.follows.filter(|_| order.kind == OrderKind::Refund);
        about.map_or_else(String::new, |id| id.to_string()).into()
    })
    .example("202844382740725")
    .assumed("only an order that gives money back is about another: the last that was paid"),
    text("PretaxGrossAmount", "The amount before discount and tax.", amount)
        .example("0.12")
        .assumed(PRICES),
    text("PretaxAmount", "The amount before tax.", amount).example("0.12").assumed(PRICES),
    text("PretaxAmountLocal", "The amount before tax, in the local currency.", amount)
        .example("0.12")
        .assumed(PRICES),
    text("Tax", "The tax.", |order: &Order, _| Money(0).render(order.currency).into())
        .example("0.12")
        .assumed(PRICES),
    text("AfterTaxAmount", "The amount after tax.", amount).example("0.12").assumed(PRICES),
    text("Currency", "The currency.", |order: &Order, _| order.currency.text().into())
        .example("CNY"),
    text("PaymentCurrency", "The currency of the payment.", |order: &Order, _| {
        order.currency.text().into()
    })
    .example("CNY"),
];

fn amount<'t>(order: &'t Order, _: &'t Input) -> Cow<'t, str> {
    order.amount.render(order.currency).into()
}

/// A time, or nothing while there is none.
pub(super) fn time(at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| at.to_string())
}
