//! GetOrderDetail: one order, and what it is for.

use super::query_orders::{BAD_OWNER, FAILED, INVALID, LISTED, PAID, envelope, host_name, time};
use crate::answer::{Each, Field, list, number, object, text, these};
use crate::does::Looks;
use crate::edition::ALL;
use crate::error::{ErrorRow, error};
use crate::example::{answers, refuses};
use crate::operation::{BSS, Operation, operation};
use crate::parameter::{Param, required};
use domain::order::{Order, OrderKind};
use domain::query::{OrderDetail, OrderOf};
use domain::{OrderId, Refusal};

static ORDER_ID: Param<OrderId> =
    required("OrderId").doc("The ID of the order.").example("202844382740728");

static NO_ORDER: ErrorRow = INVALID.on(&[Refusal::NoSuchOrder]);

/// GetOrderDetail.
/// SOURCE: billing dossier 1.3, bss_operations.json (a truncated list of errors by meaning).
pub static OPERATION: Operation = operation(
    &BSS,
    "GetOrderDetail",
    &Looks {
        asks: |input| Ok(OrderOf(input.caller.account, input.get(&ORDER_ID))),
        missing: Refusal::NoSuchOrder,
        answer: ANSWER,
    },
)
.summary("Queries the details of an order.")
.directory("Orders")
.parameters(&[&ORDER_ID.spec])
.ram_aliases(&["bss:DescribeOrderDetail"]) // SOURCE: billing dossier 1.1.
.errors(&[
    &NO_ORDER,
    &BAD_OWNER,
    &FAILED,
    &error(400, "NotApplicable", "This API is not applicable for caller.")
        .unreached("One site serves every account."),
    &error(400, "MissingParameter", "A required parameter is missing.")
        .unreached("MissingOrderId is answered before."),
    &error(400, "InvalidModuleCode", "The specified module code is not valid.")
        .unreached("No parameter names a module."),
])
.assumed(&["the texts of errors, but for NotApplicable's, which the SDKs print"])
.examples(
    PAID,
    "OrderId={OrderId}",
    &[
        answers(
            "An order that is paid",
            ALL,
            "",
            "Code=Success&Data.TotalCount=1&Data.OrderList.Order.0.PaymentStatus=Paid\
             &Data.OrderList.Order.0.PretaxAmount=85.00\
             &Data.OrderList.Order.0.InstanceIDs=[\"pc-example\"]",
        ),
        refuses("An unknown order", ALL, "OrderId=202844382740728", &NO_ORDER),
        refuses("A number that is none", ALL, "OrderId=x", &NO_ORDER),
    ],
);

fn parts(detail: &OrderDetail) -> &[Order] {
    &detail.parts
}

/// SOURCE: bss_operations.json: one entry a sub-order; paged like a list, with that of the sample.
static ANSWER: &[Field<OrderDetail>] = &envelope(&[
    host_name(),
    number("PageNum", "The number of the page.", |_, _| 1).example("1"),
    number("PageSize", "The number of entries on a page.", |_, _| 20).example("20"),
    number("TotalCount", "The number of sub-orders.", |detail: &OrderDetail, _| {
        i64::try_from(detail.parts.len()).expect("few orders pay for a circuit")
    })
    .example("1"),
    object(
        "OrderList",
        "The sub-orders.",
        &[list("Order", "The sub-orders.", &Each { of: parts, fields: SUB_ORDER })],
    ),
]);

static SUB_ORDER: &[Field<Order>] = &[
    these(LISTED),
    text("SubOrderId", "The ID of the sub-order.", |order: &Order, _| {
        let of = order.follows.filter(|_| order.kind == OrderKind::Refund);
        of.unwrap_or(order.id).to_string().into()
    })
    .example("202844382740728")
    .assumed("the order's own number; of one that gives back, that of the order of which it does"),
    // SOURCE: billing dossier 1.3.
    text("OrderSubType", "The type of the sub-order.", |order: &Order, _| {
        match order.kind {
            OrderKind::New | OrderKind::Renew | OrderKind::Setup | OrderKind::Hosting => {
                "ProductSubOrder"
            }
            OrderKind::Refund => "RefundSubOrder",
        }
        .into()
    })
    .example("ProductSubOrder"),
    text("InstanceIDs", "What the order is for.", |order: &Order, _| {
        format!("[\"{}\"]", order.circuit).into()
    })
    .example("[\"rm-xxxxxx\"]"),
    // SOURCE: billing dossier 1.7 (modules Spec and Pconn_ID).
    text("Config", "The configuration.", |order: &Order, _| {
        format!("pconn:[Spec:{};Pconn_ID:{};]", order.port().spec(), order.circuit).into()
    })
    .example("dbfree:[Engine:mysql;]"),
    text("OriginalConfig", "The configuration before a change.", |_, _| "".into())
        .example("dbfree:[Engine:mysql;]")
        .assumed("no order changes a configuration"),
    text("Quantity", "How many.", |_, _| "1".into()).example("1"),
    text("Region", "The region.", |order: &Order, _| order.region.id().into())
        .example("cn-hangzhou"),
    text("Operator", "Who made the order.", |order: &Order, _| order.account.to_string().into())
        .example("1009603000"),
    text("UsageStartTime", "When the usage begins.", |order: &Order, _| {
        time(order.usage.map(|(start, _)| start)).into()
    })
    .example("2016-05-23T12:44:38Z"),
    text("UsageEndTime", "When the usage ends.", |order: &Order, _| {
        time(order.usage.and_then(|(_, end)| end)).into()
    })
    .example("2016-05-24T16:00:00Z"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Caller, Settings, check};
    use crate::does::{Blank, Told};
    use crate::edition::Edition;
    use domain::Found;
    use domain::catalogue::{PortType, Region};
    use domain::order::{Charge, OrderStatus};
    use domain::price::{Currency, Cycle, Money, Term};
    use domain::{AccountId, CircuitId, Timestamp};

    #[test]
    fn an_abnormal_order_shows_as_unpaid_and_says_what_it_is_for() {
        let order = Order {
            id: OrderId::new(202_844_382_740_728).expect("not zero"),
            account: AccountId(1_000_000_000_000_001),
            kind: OrderKind::New,
            follows: None,
            circuit: CircuitId::new("pc-example").expect("well formed"),
            region: Region::find("cn-hangzhou").expect("a region"),
            port_type: PortType::Base10GLr,
            shared: None,
            charge: Charge::PrePaid(Term { count: 1, cycle: Cycle::Month }),
            status: OrderStatus::Abnormal,
            cancel_cause: None,
            amount: Money::units(720),
            currency: Currency::Usd,
            price_version: 1,
            created_at: Timestamp::from_ms(1_795_459_541_123),
            paid_at: None,
            dies_at: None,
            usage: None,
            auto_renew: false,
            auto_renew_months: 1,
            by_time: false,
            request: None,
        };
        let body = told(order);
        let told = &body["Data"]["OrderList"]["Order"][0];
        for (name, value) in [
            ("PaymentStatus", "Unpaid"),
            ("PaymentTime", ""),
            ("PretaxGrossAmount", "720.00"),
            ("Tax", "0.00"),
            ("Config", "pconn:[Spec:10G;Pconn_ID:pc-example;]"),
            ("InstanceIDs", "[\"pc-example\"]"),
            ("UsageEndTime", ""),
        ] {
            assert_eq!(told[name], value, "{name}");
        }
    }

    /// The answer about an order, in JSON.
    fn told(order: Order) -> serde_json::Value {
        let headers = http::HeaderMap::new();
        let query = "Action=GetOrderDetail&Version=2017-12-14&OrderId=1";
        let raw = wire::Raw { method: "GET", path: "/", query, headers: &headers, body: b"" };
        let call = wire::parse(&raw, &wire::Limits::default()).expect("it is well formed");
        let caller = Caller { account: order.account, user: None };
        let (edition, now, settings) = (Edition::DEFAULT, order.created_at, Settings::default());
        let input = check(&OPERATION, &call, &caller, edition, now, settings).expect("it is valid");
        let head = wire::Head { request_id: "id", host: "here", product: "BssOpenApi" };
        let mut out = Vec::new();
        let blank = Blank { format: wire::Format::Json, head: &head, out: &mut out };
        let detail = OrderDetail { order, parts: vec![order], paid: Money(0) };
        let found = Told::Found(Found::Order(Some(detail)));
        OPERATION.answer(&input, found, blank).expect("an answer");
        serde_json::from_slice(&out).expect("JSON")
    }
}
