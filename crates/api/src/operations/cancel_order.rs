//! CancelOrder: void an order that is not paid.

use super::query_orders::{CONFIRMED, PAID, UNPAID, success};
use crate::check::Input;
use crate::edition::ALL;
use crate::operation::{Ask, BSS, Invalid, Operation, Told, answered, error, refused, text, write};
use crate::parameter::{Param, required};
use domain::command::CancelOrder;
use domain::{OrderId, Refusal};
use wire::Node;

static ORDER_ID: Param<OrderId> =
    required("OrderId").doc("The ID of the order.").example("73465432785");

/// CancelOrder.
/// SOURCE: billing dossier 1.3, bss_operations.json (a truncated list of errors by meaning).
/// ASSUMED: which error says what (CONTRACT), and the texts, but for NotApplicable's, which the
/// SDKs print.
pub static OPERATION: Operation = write(&BSS, "CancelOrder")
    .summary("Cancels an unpaid order.")
    .parameters(&[&ORDER_ID.spec])
    .ram_aliases(&["bss:CancelOrder"]) // SOURCE: billing dossier 1.1.
    .errors(&[
        error(400, "InvalidParameter", "A specified parameter is not valid.")
            .on(&[Refusal::NoSuchOrder]),
        error(400, "NotApplicable", "This API is not applicable for caller.")
            .on(&[Refusal::OrderNotUnpaid]),
        error(400, "MissingParameter", "A required parameter is missing.")
            .unreached("MissingOrderId is answered before."),
        error(400, "InvalidModuleCode", "The specified module code is not valid.")
            .unreached("No parameter names a module."),
        error(400, "InvalidConfigCode", "The specified config code is not valid.")
            .unreached("No parameter names a configuration."),
        error(400, "InvalidOwner", "The specified OwnerId is not valid.")
            .unreached("There are no resellers."),
        error(400, "InvalidCaller", "The caller is not valid.")
            .unreached("A call that is let in has an account."),
    ])
    .asks(|input| Ok(Ask::change(CancelOrder { order: input.get(&ORDER_ID) })))
    .tells(tells)
    .examples(&[
        answered(
            "An unpaid order",
            ALL,
            &[CONFIRMED, UNPAID],
            &[("OrderId", "{OrderId}")],
            &[("Code", "Success"), ("Success", "true"), ("RequestId", "*"), ("Data.HostId", "*")],
        ),
        refused(
            "An order that is paid",
            ALL,
            &[CONFIRMED, PAID],
            &[("OrderId", "{OrderId}")],
            400,
            "NotApplicable",
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

/// ASSUMED: `HostId` is the host that was called; the sample prints `cn`.
fn tells(input: &Input, _: Told) -> Result<Node, Invalid> {
    Ok(success(Node::Object(vec![("HostId", text(input.host().to_owned()))])))
}
