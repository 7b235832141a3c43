//! QueryOrders: list orders, newest first. Also how an order is told, which GetOrderDetail shares.

use crate::check::Input;
use crate::edition::ALL;
use crate::operation::{
    Ask, BSS, Before, Example, Invalid, Operation, Told, answered, read, refused, text,
};
use crate::parameter::{Param, Text, optional};
use domain::order::{Charge, Order, OrderStatus};
use domain::price::Money;
use domain::query::{OrderFilter, Page};
use domain::{Found, Query, Timestamp};
use wire::Node;

/// How far back orders are searched for when no time is given.
/// SOURCE: billing dossier 1.3. ASSUMED: one of the two times leaves the other side open.
const HOUR_MS: i64 = 3_600_000;

/// The codes of BSS name no parameter. ASSUMED: the text.
const INVALID: (&str, &str) = ("InvalidParameter", "A specified parameter is not valid.");

static CREATE_TIME_START: Param<Timestamp> = optional("CreateTimeStart")
    .doc("The beginning of the time in which the orders were made; the last hour by default.")
    .example("2016-05-23T13:00:00Z")
    .or_else(INVALID.0, INVALID.1);

static CREATE_TIME_END: Param<Timestamp> = optional("CreateTimeEnd")
    .doc("The end of the time in which the orders were made.")
    .example("2016-05-23T12:00:00Z")
    .or_else(INVALID.0, INVALID.1);

/// SOURCE: billing dossier 1.3 (and which values the China page adds; values in any case).
const ORDER_TYPES: &[&str] = &[
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
];

static ORDER_TYPE: Param<Text> = optional("OrderType")
    .doc("The type of the orders.")
    .example("New")
    .rule_in(ALL, |_, text| ORDER_TYPES.iter().any(|word| text.eq_ignore_ascii_case(word)))
    .or_else(INVALID.0, INVALID.1);

static PAYMENT_STATUS: Param<Text> = optional("PaymentStatus")
    .doc("The payment status of the orders: Unpaid, Paid or Cancelled.")
    .example("Paid")
    .rule_in(ALL, |_, text| payment_status(text).is_some())
    .or_else(INVALID.0, INVALID.1);

static PRODUCT_CODE: Param<Text> =
    optional("ProductCode").doc("The code of the product.").example("pconn");

static PRODUCT_TYPE: Param<Text> =
    optional("ProductType").doc("The type of the product; circuits have none.").example("rds");

static SUBSCRIPTION_TYPE: Param<Text> = optional("SubscriptionType")
    .doc("The billing method: Subscription or PayAsYouGo.")
    .example("Subscription")
    .rule_in(ALL, |_, text| is_subscription(text).is_some())
    .or_else(INVALID.0, INVALID.1);

static PAGE_NUM: Param<u32> = optional("PageNum")
    .doc("The number of the page to return, from 1.")
    .example("1")
    .default_in(ALL, "1")
    .range_in(ALL, 1..=2_147_483_647)
    .or_else(INVALID.0, INVALID.1);

/// SOURCE: bss_operations.json (20 recommended). ASSUMED: the limit.
static PAGE_SIZE: Param<u32> = optional("PageSize")
    .doc("The number of entries on each page.")
    .example("20")
    .default_in(ALL, "20")
    .range_in(ALL, 1..=100)
    .or_else(INVALID.0, INVALID.1);

/// QueryOrders. Its error table is not published.
pub static OPERATION: Operation = read(&BSS, "QueryOrders")
    .summary("Queries orders.")
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
    .asks(asks)
    .tells(tells)
    .examples(EXAMPLES);

fn payment_status(text: &str) -> Option<OrderStatus> {
    let words = [
        ("unpaid", OrderStatus::Unpaid),
        ("paid", OrderStatus::Paid),
        ("cancelled", OrderStatus::Cancelled),
        ("canceled", OrderStatus::Cancelled), // SOURCE: GetOrderDetail's list of values.
    ];
    words.iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, status)| *status)
}

fn is_subscription(text: &str) -> Option<bool> {
    let words = [("Subscription", true), ("PayAsYouGo", false)];
    words.iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, is)| *is)
}

fn asks(input: &Input) -> Result<Ask, Invalid> {
    let (start, end) = (input.find(&CREATE_TIME_START), input.find(&CREATE_TIME_END));
    let last_hour = (start.is_none() && end.is_none()).then(|| input.now.plus_ms(-HOUR_MS));
    let other = |param: &'static Param<Text>, ours: &str| {
        input.find(param).is_some_and(|Text(word)| !word.eq_ignore_ascii_case(ours))
    };
    let filter = OrderFilter {
        from: start.or(last_hour),
        // Orders show the second they were made in: all of it is within the end.
        until: end.map(|end| Timestamp::from_ms(end.seconds() * 1000 + 999)),
        status: input.find(&PAYMENT_STATUS).and_then(|Text(word)| payment_status(&word)),
        subscription: input.find(&SUBSCRIPTION_TYPE).and_then(|Text(word)| is_subscription(&word)),
        nothing: other(&ORDER_TYPE, "New")
            || other(&PRODUCT_CODE, "pconn")
            || other(&PRODUCT_TYPE, ""),
    };
    let page = Page { number: input.get(&PAGE_NUM), size: input.get(&PAGE_SIZE) };
    Ok(Ask::Look(Query::Orders(input.caller.account, filter, page)))
}

fn tells(input: &Input, told: Told) -> Result<Node, Invalid> {
    let Told::Found(Found::Orders(orders, total)) = told else {
        unreachable!("asking for orders finds orders")
    };
    let orders = orders.iter().map(|order| Node::Object(fields(order))).collect();
    let total = i64::try_from(total).expect("orders fit in memory");
    let page = (input.get(&PAGE_NUM).into(), input.get(&PAGE_SIZE).into());
    Ok(success(list(input, orders, page, total)))
}

/// The envelope of BSS. SOURCE: bss_operations.json.
pub(super) fn success(data: Node) -> Node {
    Node::Object(vec![
        ("Code", text("Success")),
        ("Message", text("Successful!")),
        ("RequestId", Node::RequestId),
        ("Success", Node::Bool(true)),
        ("Data", data),
    ])
}

/// A list of orders in its wrappers.
pub(super) fn list(input: &Input, orders: Vec<Node>, page: (i64, i64), total: i64) -> Node {
    Node::Object(vec![
        ("HostName", text(input.host().to_owned())), // ASSUMED: the samples print `test`.
        ("PageNum", Node::Number(page.0)),
        ("PageSize", Node::Number(page.1)),
        ("TotalCount", Node::Number(total)),
        ("OrderList", Node::Object(vec![("Order", Node::List(orders))])),
    ])
}

/// What every list tells of an order, all of it text.
/// SOURCE: bss_operations.json. ASSUMED: prices are what is paid, without discount and tax; an
/// order that can only be voided shows as Unpaid (CONTRACT).
pub(super) fn fields(order: &Order) -> Vec<(&'static str, Node)> {
    let amount = |amount: Money| text(amount.render(order.currency));
    let shown = match order.status {
        OrderStatus::Abnormal => OrderStatus::Unpaid,
        status => status,
    };
    let method = match order.charge {
        Charge::PrePaid(_) => "Subscription",
        Charge::PostPaid => "PayAsYouGo",
    };
    vec![
        ("OrderId", text(order.id.to_string())),
        ("OrderType", text("New")),
        ("PaymentStatus", text(shown.text())),
        ("CreateTime", text(order.created_at.to_string())),
        ("PaymentTime", time(order.paid_at)),
        ("ProductCode", text("pconn")),
        ("ProductType", text("")),
        ("CommodityCode", text("pconn")),
        ("SubscriptionType", text(method)),
        ("RelatedOrderId", text("")),
        ("PretaxGrossAmount", amount(order.amount)),
        ("PretaxAmount", amount(order.amount)),
        ("PretaxAmountLocal", amount(order.amount)),
        ("Tax", amount(Money(0))),
        ("AfterTaxAmount", amount(order.amount)),
        ("Currency", text(order.currency.text())),
        ("PaymentCurrency", text(order.currency.text())),
    ]
}

/// A time, or nothing while there is none.
pub(super) fn time(at: Option<Timestamp>) -> Node {
    text(at.map_or_else(String::new, |at| at.to_string()))
}

/// An order for a month of the circuit.
macro_rules! order {
    ($auto_pay:literal) => {
        Before::Call(
            "CreatePhysicalConnectionOccupancyOrder",
            &[
                ("RegionId", "cn-hangzhou"),
                ("PhysicalConnectionId", CIRCUIT),
                ("InstanceChargeType", "PrePaid"),
                ("Period", "1"),
                ("AutoPay", $auto_pay),
            ],
        )
    };
}

const CIRCUIT: &str = "pc-example";
pub(super) const CONFIRMED: Before = Before::Circuit(CIRCUIT, "Confirmed", "", "Normal");
pub(super) const UNPAID: Before = order!("false");
pub(super) const PAID: Before = order!("true");

static EXAMPLES: &[Example] = &[
    answered(
        "The orders of the last hour",
        ALL,
        &[CONFIRMED, UNPAID],
        &[("ProductCode", "pconn")],
        &[
            ("Code", "Success"),
            ("Message", "Successful!"),
            ("Success", "true"),
            ("RequestId", "*"),
            ("Data.PageNum", "1"),
            ("Data.PageSize", "20"),
            ("Data.TotalCount", "1"),
            ("Data.OrderList.Order.0.OrderId", "*"),
            ("Data.OrderList.Order.0.PaymentStatus", "Unpaid"),
            ("Data.OrderList.Order.0.SubscriptionType", "Subscription"),
            ("Data.OrderList.Order.0.PretaxAmount", "85.00"),
        ],
    ),
    answered(
        "Orders that are paid, in any case of letters",
        ALL,
        &[CONFIRMED, UNPAID],
        &[("PaymentStatus", "paid")],
        &[("Data.TotalCount", "0")],
    ),
    answered(
        "Renewals, which there are none of",
        ALL,
        &[CONFIRMED, UNPAID],
        &[("OrderType", "Renew")],
        &[("Data.TotalCount", "0")],
    ),
    answered(
        "Another time",
        ALL,
        &[CONFIRMED, UNPAID],
        &[("CreateTimeStart", "2016-05-23T12:00:00Z"), ("CreateTimeEnd", "2016-05-23T13:00:00Z")],
        &[("Data.TotalCount", "0")],
    ),
    refused(
        "A time that is none",
        ALL,
        &[],
        &[("CreateTimeStart", "yesterday")],
        400,
        "InvalidParameter",
    ),
    refused(
        "An unknown payment status",
        ALL,
        &[],
        &[("PaymentStatus", "Lost")],
        400,
        "InvalidParameter",
    ),
];
