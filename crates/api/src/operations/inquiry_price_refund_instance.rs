//! InquiryPriceRefundInstance: what RefundInstance would give back, before it does.

use super::create_virtual_border_router::WITH_ROUTER;
use super::refund_instance::{
    ENDED, ERRORS, IN_SERVICE, INSTANCE_ID, INVALID, MISSING, NOT_READY, NOT_THERE, NOTHING_LEFT,
    PRODUCT_CODE, REFUNDED, REFUNDED_BEFORE, UNPAID, named,
};
use super::renew_instance::{PRODUCT_TYPE, WRONG_STATUS};
use crate::answer::{Field, boolean, decimal, object, request_id, text};
use crate::check::Input;
use crate::client_token::TOKEN;
use crate::does::Previews;
use crate::edition::{ALL, E2022, from};
use crate::error::Invalid;
use crate::example::{answers, refuses};
use crate::operation::{BSS, Operation, operation};
use crate::parameter::{Param, Text, optional};
use domain::command::RefundCircuit;
use domain::query::OrderDetail;

static CLIENT_TOKEN: Param<Text> = optional("ClientToken")
    .doc("The token that makes a request idempotent.")
    .example("793F021C-B589-1225-82A9-99232AEBE494")
    .form_in(ALL, &TOKEN)
    .or_else(&INVALID)
    .without_effect("a question leaves nothing behind that could be repeated");

/// When it is released does not change what is left.
fn asks(input: &Input) -> Result<RefundCircuit, Invalid> {
    named(input).map(|circuit| RefundCircuit { circuit, release_now: true })
}

static ANSWER: &[Field<OrderDetail>] = &[
    text("Message", "The message.", |_, _| "success".into()).example("success"),
    request_id(),
    object(
        "Data",
        "What would be given back.",
        &[
            text("HostId", "The host.", |_, input| input.host().into())
                .example("cn")
                .assumed("the host that was called; the sample prints cn"),
            text("InstanceId", "The ID of the circuit.", |detail: &OrderDetail, _| {
                detail.order.circuit.as_str().into()
            })
            .example("i-bp1etb69sqxgl4*******"),
            text("Currency", "The currency of the amount.", |detail: &OrderDetail, _| {
                detail.order.currency.text().into()
            })
            .example("CNY"),
            decimal("RefundAmount", "The amount.", |detail: &OrderDetail, _| {
                (detail.order.amount, detail.order.currency)
            })
            .double()
            .example("12.34"),
        ],
    ),
    text("Code", "The status code.", |_, _| "200".into()).example("200"),
    boolean("Success", "Whether the call succeeded.", |_, _| true).example("true"),
];

/// InquiryPriceRefundInstance.
/// SOURCE: billing dossier 1.8, the vendor's metadata of mid-2024; EDITIONS, T184.
pub static OPERATION: Operation =
    operation(&BSS, "InquiryPriceRefundInstance", &Previews { asks, answer: ANSWER })
        .summary("Tells what RefundInstance would give back now.")
        .directory("Instances")
        .only_in(from(E2022))
        .kind("get")
        .parameters(&[
            &CLIENT_TOKEN.spec,
            &PRODUCT_CODE.spec,
            &INSTANCE_ID.spec,
            &PRODUCT_TYPE.spec,
        ])
        .ram_aliases(&["bss:RefundQueryRemainAmount"]) // SOURCE: billing dossier 1.1.
        .errors(ERRORS)
        .assumed(&["the order of its checks"])
        .examples(
            ENDED,
            "ProductCode=pconn&InstanceId=pc-example",
            &[
                answers(
                    "What is left",
                    ALL,
                    "",
                    "Code=200&Message=success&Success=true&RequestId=*&Data.InstanceId=pc-example\
                     &Data.Currency=USD&Data.RefundAmount=*",
                ),
                refuses("No circuit", ALL, "InstanceId=", &MISSING),
                refuses("No product", ALL, "ProductCode=", &MISSING),
                refuses("An unknown circuit", ALL, "InstanceId=pc-other", &NOT_THERE),
                refuses("A circuit with a VBR", ALL, "", &NOT_READY).after(WITH_ROUTER),
                refuses("After the refund", ALL, "", &REFUNDED).after(REFUNDED_BEFORE),
                refuses("A circuit in service", ALL, "", &WRONG_STATUS).after(IN_SERVICE),
                refuses("A circuit that nobody paid for", ALL, "", &NOTHING_LEFT).after(UNPAID),
            ],
        );
