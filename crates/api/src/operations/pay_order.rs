//! PayOrder: pay an order that was made without paying. It came into the SDKs in 2025, and no page
//! describes it: what stands here the SDKs say, and the rest is a guess.

use super::create_physical_connection_occupancy_order::TOO_LITTLE_MONEY;
use super::query_orders::INVALID;
use crate::answer::{Field, number, object, request_id};
use crate::does::changes;
use crate::edition::{ALL, E2025_09, from};
use crate::error::{ErrorRow, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{BSS, Operation, Pricing, operation};
use crate::parameter::{Param, Text, optional, required};
use domain::command::PayOwnOrder;
use domain::receipt::Placed;
use domain::{OrderId, Refusal};

static BAD_VALUE: ErrorRow = INVALID.on(&[Refusal::NoSuchOrder]);

static ORDER_ID: Param<i64> =
    required("OrderId").doc("The ID of the order.").example("260591304500425").or_else(&BAD_VALUE);

const ONE_BALANCE: &str = "every order here is paid from the balance of the account that made it";

static BUYER_ID: Param<i64> = required("BuyerId")
    .doc("Who bought.")
    .example("1178418164369806")
    .or_else(&BAD_VALUE)
    .without_effect(ONE_BALANCE);

static PAY_SUBMIT_UID: Param<i64> = required("PaySubmitUid")
    .doc("Who has it paid.")
    .example("201437655683478597")
    .or_else(&BAD_VALUE)
    .without_effect(ONE_BALANCE);

static PAYER_ID: Param<i64> = required("PayerId")
    .doc("Who pays; told again in the answer.")
    .example("201437655683478597")
    .or_else(&BAD_VALUE)
    .without_effect(ONE_BALANCE);

/// SOURCE: billing dossier 1.5 (it looks like an internal ticket).
static TOKEN: Param<Text> = required("Token")
    .doc("A token of the payment.")
    .example("eyJwYWdlTnVtIjoyLCJwYWdlU2l6ZSI6MTB9")
    .without_effect("nothing here gives such tokens out");

static NBID: Param<Text> = optional("Nbid")
    .doc("The business of the order.")
    .example("26888345")
    .without_effect(ONE_BALANCE);

static PAID_ALREADY: ErrorRow =
    error(400, "NotApplicable", "This API is not applicable for caller.")
        .on(&[Refusal::OrderNotUnpaid, Refusal::CircuitState])
        .assumed("what CancelOrder says of such an order");

static TOO_LITTLE: ErrorRow = TOO_LITTLE_MONEY.on(&[Refusal::BalanceTooLow]);

static ANSWER: &[Field<Placed>] = &[
    object("Metadata", "Nothing.", &[]).assumed("the sample prints an empty one"),
    number("OrderId", "The ID of the order.", |placed: &Placed, _| {
        i64::try_from(placed.order.number()).expect("order numbers have 15 digits")
    })
    .long()
    .example("260591304500425"),
    number("PayStatus", "1: it is paid.", |_, _| 1)
        .example("1")
        .assumed("the values, of which the sample prints one"),
    number("PayerId", "Who paid.", |_, input| input.get(&PAYER_ID))
        .long()
        .example("201437655683478597"),
    request_id(),
];

/// PayOrder.
/// SOURCE: billing dossier 1.5, bss_operations.json; EDITIONS, T190 (its day).
pub static OPERATION: Operation = operation(
    &BSS,
    "PayOrder",
    &changes(
        |input| {
            let number = u64::try_from(input.get(&ORDER_ID)).ok();
            let order = number.and_then(OrderId::new).unwrap_or(OrderId::NONE);
            Ok(PayOwnOrder { order })
        },
        ANSWER,
    ),
)
.priced(Pricing::Single)
.summary("Pays an unpaid order from the balance.")
.directory("Orders")
.only_in(from(E2025_09))
.parameters(&[
    &ORDER_ID.spec,
    &BUYER_ID.spec,
    &PAYER_ID.spec,
    &PAY_SUBMIT_UID.spec,
    &TOKEN.spec,
    &NBID.spec,
])
.errors(&[&BAD_VALUE, &PAID_ALREADY, &TOO_LITTLE])
.assumed(&["all of its errors: no page describes it"])
.examples(
    &[Before::circuit("Confirmed"), Before::Call(ORDER, "AutoPay=false")],
    "OrderId={OrderId}&BuyerId=1&PayerId=2&PaySubmitUid=3&Token=t",
    &[
        answers("An unpaid order", ALL, "", "RequestId=*&OrderId=*&PayStatus=1&PayerId=2"),
        refuses("An order that is paid", ALL, "", &PAID_ALREADY)
            .after(&[Before::circuit("Confirmed"), Before::Call(ORDER, "AutoPay=true")]),
        refuses("An order beyond the balance", ALL, "", &TOO_LITTLE).after(&[
            Before::NewAccount,
            Before::circuit("Confirmed"),
            Before::Call(ORDER, "AutoPay=false"),
        ]),
        refuses("An unknown order", ALL, "OrderId=202844382740728", &BAD_VALUE),
        refuses("A number that is none", ALL, "OrderId=-1", &BAD_VALUE),
    ],
);

const ORDER: &str = "CreatePhysicalConnectionOccupancyOrder";
