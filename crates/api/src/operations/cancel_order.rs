//! CancelOrder: void an order that is not paid.

use super::query_orders::{INVALID, ORDERED, PAID, envelope};
use crate::answer::{Field, text};
use crate::does::changes;
use crate::edition::ALL;
use crate::error::{ErrorRow, error};
use crate::example::{answers, refuses};
use crate::operation::{BSS, Operation, operation};
use crate::parameter::{Param, required};
use domain::command::CancelOrder;
use domain::receipt::Placed;
use domain::{OrderId, Refusal};

static ORDER_ID: Param<OrderId> =
    required("OrderId").doc("The ID of the order.").example("73465432785");

static ANSWER: &[Field<Placed>] =
    &envelope(&[text("HostId", "The host.", |_, input| input.host().into())
        .example("cn")
        .assumed("the host that was called; the sample prints cn")]);

static NO_ORDER: ErrorRow = INVALID.on(&[Refusal::NoSuchOrder]);

static PAID_ALREADY: ErrorRow =
    error(400, "NotApplicable", "This API is not applicable for caller.")
        .on(&[Refusal::OrderNotUnpaid])
        .assumed("which of the table's errors says it (CONTRACT)");

/// CancelOrder.
/// SOURCE: billing dossier 1.3, bss_operations.json (a truncated list of errors by meaning).
pub static OPERATION: Operation = operation(
    &BSS,
    "CancelOrder",
    &changes(|input| Ok(CancelOrder { order: input.get(&ORDER_ID) }), ANSWER),
)
.summary("Cancels an unpaid order.")
.directory("Orders")
.parameters(&[&ORDER_ID.spec])
.ram_aliases(&["bss:CancelOrder"]) // SOURCE: billing dossier 1.1.
.errors(&[
    &NO_ORDER,
    &PAID_ALREADY,
    &error(400, "MissingParameter", "A required parameter is missing.")
        .unreached("MissingOrderId is answered before."),
    &error(400, "InvalidModuleCode", "The specified module code is not valid.")
        .unreached("No parameter names a module."),
    &error(400, "InvalidConfigCode", "The specified config code is not valid.")
        .unreached("No parameter names a configuration."),
    &error(400, "InvalidOwner", "The specified OwnerId is not valid.")
        .unreached("There are no resellers."),
    &error(400, "InvalidCaller", "The caller is not valid.")
        .unreached("A call that is let in has an account."),
])
.assumed(&["the texts of errors, but for NotApplicable's, which the SDKs print"])
.examples(
    ORDERED,
    "OrderId={OrderId}",
    &[
        answers("An unpaid order", ALL, "", "Code=Success&Success=true&RequestId=*&Data.HostId=*"),
        refuses("An order that is paid", ALL, "", &PAID_ALREADY).after(PAID),
        refuses("An unknown order", ALL, "OrderId=202844382740728", &NO_ORDER),
        refuses("A number that is none", ALL, "OrderId=x", &NO_ORDER),
    ],
);
