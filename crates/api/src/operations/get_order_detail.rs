//! GetOrderDetail: one order, and what it is for.

use super::query_orders::{CONFIRMED, PAID, fields, list, success, time};
use crate::check::Input;
use crate::edition::ALL;
use crate::operation::{Ask, BSS, Invalid, Operation, Told, answered, error, read, refused, text};
use crate::parameter::{Param, required};
use domain::order::Order;
use domain::{Found, OrderId, Query, Refusal};
use wire::Node;

static ORDER_ID: Param<OrderId> =
    required("OrderId").doc("The ID of the order.").example("202844382740728");

/// GetOrderDetail.
/// SOURCE: billing dossier 1.3, bss_operations.json (a truncated list of errors by meaning).
/// ASSUMED: the texts, but for NotApplicable's, which the SDKs print.
pub static OPERATION: Operation = read(&BSS, "GetOrderDetail")
    .summary("Queries the details of an order.")
    .parameters(&[&ORDER_ID.spec])
    .ram_aliases(&["bss:DescribeOrderDetail"]) // SOURCE: billing dossier 1.1.
    .errors(&[
        error(400, "InvalidParameter", "A specified parameter is not valid.")
            .on(&[Refusal::NoSuchOrder]),
        error(400, "NotApplicable", "This API is not applicable for caller.")
            .unreached("One site serves every account."),
        error(400, "MissingParameter", "A required parameter is missing.")
            .unreached("MissingOrderId is answered before."),
        error(400, "InvalidModuleCode", "The specified module code is not valid.")
            .unreached("No parameter names a module."),
    ])
    .asks(|input| Ok(Ask::Look(Query::Order(input.caller.account, input.get(&ORDER_ID)))))
    .tells(tells)
    .examples(&[
        answered(
            "An order that is paid",
            ALL,
            &[CONFIRMED, PAID],
            &[("OrderId", "{OrderId}")],
            &[
                ("Code", "Success"),
                ("Data.TotalCount", "1"),
                ("Data.OrderList.Order.0.PaymentStatus", "Paid"),
                ("Data.OrderList.Order.0.PretaxAmount", "85.00"),
                ("Data.OrderList.Order.0.InstanceIDs", "[\"pc-example\"]"),
            ],
        ),
        refused(
            "An unknown order",
            ALL,
            &[],
            &[("OrderId", "202844382740728")],
            400,
            "InvalidParameter",
        ),
        refused("A number that is none", ALL, &[], &[("OrderId", "x")], 400, "InvalidParameter"),
        refused("No order named", ALL, &[], &[], 400, "MissingOrderId"),
    ]);

fn tells(input: &Input, told: Told) -> Result<Node, Invalid> {
    let Told::Found(Found::Order(order)) = told else {
        unreachable!("asking for an order finds one or none")
    };
    let order = order.ok_or_else(|| OPERATION.refusal(Refusal::NoSuchOrder, input))?;
    // SOURCE: bss_operations.json: one entry a sub-order, which ours have one of; paged like a
    // list, with that of the sample.
    Ok(success(list(input, vec![sub_order(&order)], (1, 20), 1)))
}

/// ASSUMED: the only sub-order has the order's own number.
fn sub_order(order: &Order) -> Node {
    let config = format!("pconn:[Spec:{};Pconn_ID:{};]", order.port_type.spec(), order.circuit);
    let mut fields = fields(order);
    fields.extend([
        ("SubOrderId", text(order.id.to_string())),
        ("OrderSubType", text("ProductSubOrder")),
        ("InstanceIDs", text(format!("[\"{}\"]", order.circuit))),
        ("Config", text(config)), // SOURCE: billing dossier 1.7 (modules Spec and Pconn_ID).
        ("Quantity", text("1")),
        ("Region", text(order.region.id())),
        ("Operator", text(order.account.to_string())),
        ("UsageStartTime", time(order.usage.map(|(start, _)| start))),
        ("UsageEndTime", time(order.usage.and_then(|(_, end)| end))),
    ]);
    Node::Object(fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::catalogue::{PortType, Region};
    use domain::order::{Charge, OrderStatus};
    use domain::price::{Currency, Cycle, Money, Term};
    use domain::{AccountId, CircuitId, Timestamp};

    #[test]
    fn an_abnormal_order_shows_as_unpaid_and_says_what_it_is_for() {
        let order = Order {
            id: OrderId::new(202_844_382_740_728).expect("not zero"),
            account: AccountId(1_000_000_000_000_001),
            circuit: CircuitId::new("pc-example").expect("well formed"),
            region: Region::find("cn-hangzhou").expect("a region"),
            port_type: PortType::Base10GLr,
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
        };
        let Node::Object(fields) = sub_order(&order) else { unreachable!("an object") };
        let told = |name| fields.iter().find(|(n, _)| *n == name).map(|(_, node)| node.clone());
        for (name, value) in [
            ("PaymentStatus", "Unpaid"),
            ("PaymentTime", ""),
            ("PretaxGrossAmount", "720.00"),
            ("Tax", "0.00"),
            ("Config", "pconn:[Spec:10G;Pconn_ID:pc-example;]"),
            ("InstanceIDs", "[\"pc-example\"]"),
            ("UsageEndTime", ""),
        ] {
            assert_eq!(told(name), Some(text(value)), "{name}");
        }
    }
}
