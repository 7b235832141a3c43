//! RefundInstance: give back what was paid for a terminated circuit and not used.

use super::create_virtual_border_router::WITH_ROUTER;
use super::renew_instance::{PRODUCT_TYPE, WRONG_STATUS};
use crate::answer::{Field, boolean, number, object, request_id, text};
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN_RULED_LATER;
use crate::does::changes;
use crate::edition::{ALL, E2022, from};
use crate::error::{ErrorRow, Invalid, TOKEN_REUSED, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{BSS, Operation, Pricing, operation};
use crate::parameter::{Param, Text, optional};
use domain::command::RefundCircuit;
use domain::receipt::Placed;
use domain::{CircuitId, Refusal};

static NOT_SUPPORTED: ErrorRow =
    error(400, "CommodityNotSupported", "The specified commodity is not supported.");

pub(super) static MISSING: ErrorRow =
    error(400, "MissingParameter", "The specified request lacks essential parameters.");

pub(super) static INVALID: ErrorRow =
    error(400, "InvalidParameter", "The specified request contains invalid parameters.")
        .on(&[Refusal::AmountTooLarge])
        .assumed("a balance that could not be counted any more is told so");

/// SOURCE: billing dossier, corrections of 2026-11-28 (the circuit refund page names it).
pub(super) static PRODUCT_CODE: Param<Text> = optional("ProductCode")
    .doc("The code of the product: pconn, the port of an Express Connect circuit.")
    .example("pconn")
    .one_of_in(ALL, &["pconn"])
    .in_any_case()
    .or_else(&NOT_SUPPORTED);

pub(super) static INSTANCE_ID: Param<CircuitId> =
    optional("InstanceId").doc("The ID of the circuit.").example("pc-119mfjzm7");

/// SOURCE: billing dossier 1.8.
static IMMEDIATELY_RELEASE: Param<Text> = optional("ImmediatelyRelease")
    .doc("1: the circuit is released at once; 0: it is stopped, and released after 7 days.")
    .example("1")
    .default_in(ALL, "1")
    .one_of_in(ALL, &["0", "1"])
    .assumed("after how many days")
    .or_else(&INVALID);

/// The circuit that is named, with its product.
pub(super) fn named(input: &Input) -> Result<CircuitId, Invalid> {
    let circuit = input.find(&INSTANCE_ID).ok_or_else(|| MISSING.invalid())?;
    input.find(&PRODUCT_CODE).ok_or_else(|| MISSING.invalid())?;
    Ok(circuit)
}

fn asks(input: &Input) -> Result<RefundCircuit, Invalid> {
    let circuit = named(input)?;
    let release_now = &*input.get(&IMMEDIATELY_RELEASE).0 == "1";
    Ok(RefundCircuit { circuit, release_now })
}

static ANSWER: &[Field<Placed>] = &[
    text("Code", "The status code.", |_, _| "200".into())
        .example("200")
        .assumed("as of InquiryPriceRefundInstance; the sample prints a failure"),
    text("Message", "The message.", |_, _| "success".into()).example("success"),
    request_id(),
    boolean("Success", "Whether the call succeeded.", |_, _| true).example("true"),
    object(
        "Data",
        "What was given back.",
        &[
            text("HostId", "The host.", |_, input| input.host().into())
                .example("cn")
                .assumed("the host that was called; the sample prints cn"),
            number("OrderId", "The ID of the order that gives back.", |placed: &Placed, _| {
                i64::try_from(placed.order.number()).expect("order numbers have 15 digits")
            })
            .long()
            .example("2100000000***"),
        ],
    ),
];

pub(super) static NOT_THERE: ErrorRow =
    error(400, "ResourceNotExists", "The specific resource is not exists.")
        .on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted]);

pub(super) static REFUNDED: ErrorRow = error(
    400,
    "ExistRefundingOrderError",
    "The instance ID is invalid: the instance may have expired, been refunded, or been released.",
)
.on(&[Refusal::CircuitRefunded]);

pub(super) static NOTHING_LEFT: ErrorRow =
    error(400, "NoRestValueError", "The refund amount is 0.").on(&[Refusal::NothingLeft]);

pub(super) static NOT_READY: ErrorRow =
    error(400, "ProductCheckError", "The cloud service failed SPI preflight verification.")
        .on(&[Refusal::RoutersAttached, Refusal::RouterAssociated])
        .assumed("of a circuit with a VBR (billing dossier 2.7)");

const NOT_HERE: &str = "Nothing here brings it about.";

/// SOURCE: the vendor's metadata of mid-2024.
pub(super) static ERRORS: &[&ErrorRow] = &[
    &MISSING,
    &INVALID,
    &NOT_SUPPORTED,
    &NOT_THERE,
    &REFUNDED,
    &WRONG_STATUS,
    &NOTHING_LEFT,
    &error(400, "NotApplicable", "The specified API is not applicable for the user.")
        .unreached("One site serves every account."),
    &NOT_READY,
    &error(400, "ExistUnPaidOrderError", "The instance has an unsettled order.")
        .unreached("A terminated circuit has no unpaid order."),
    &error(400, "InvalidOwner", "The specified owner does not belong to caller.")
        .unreached("There are no resellers."),
    &error(400, "NotAuthorized", "The user is not authorized for the specified API.")
        .unreached("A call that policies deny is answered 403 before."),
    &error(400, "BindMirrorInstanceError", "Charged images that are related to ECS.")
        .unreached(NOT_HERE),
    &error(
        400,
        "ExceedRefundQuotaError",
        "The number of unsubscription times has reached the upper limit.",
    )
    .unreached(NOT_HERE),
    &error(
        400,
        "AmbassadorOrderLimitError",
        "The instance has an ambassador order that may raise risks.",
    )
    .unreached(NOT_HERE),
    &error(400, "ActivityForbiddenError", "Promotional orders do not support refunds.")
        .unreached(NOT_HERE),
    &error(500, "InternalError", "An error occurred in the internal server.")
        .unreached("A failure of the server is answered 500 or 503."),
];

/// RefundInstance.
/// SOURCE: billing dossier 1.8 and 2.7, the vendor's metadata of mid-2024; EDITIONS, T183.
pub static OPERATION: Operation = operation(&BSS, "RefundInstance", &changes(asks, ANSWER))
    .priced(Pricing::Delta)
    .summary("Gives back what was paid for a terminated circuit and not used.")
    .directory("Instances")
    .only_in(from(E2022))
    .parameters(&[
        &CLIENT_TOKEN_RULED_LATER.spec,
        &IMMEDIATELY_RELEASE.spec,
        &PRODUCT_CODE.spec,
        &INSTANCE_ID.spec,
        &PRODUCT_TYPE.spec,
    ])
    .ram_aliases(&["bss:RefundBatchRemainRefund"]) // SOURCE: billing dossier 1.1.
    .kind("update")
    .errors(ERRORS)
    .assumed(&["the order of its checks"])
    .examples(
        ENDED,
        "ProductCode=pconn&InstanceId=pc-example",
        &[
            answers("What is left", ALL, "", "Success=true&RequestId=*&Data.OrderId=*"),
            answers("Released in a week", ALL, "ImmediatelyRelease=0", "Success=true"),
            refuses("No circuit", ALL, "InstanceId=", &MISSING),
            refuses("No product", ALL, "ProductCode=", &MISSING),
            refuses("An unknown circuit", ALL, "InstanceId=pc-other", &NOT_THERE),
            refuses("A circuit with a VBR", ALL, "", &NOT_READY).after(WITH_ROUTER),
            refuses("A second time", ALL, "", &REFUNDED).after(REFUNDED_BEFORE),
            refuses("A circuit in service", ALL, "", &WRONG_STATUS).after(IN_SERVICE),
            refuses("A circuit that nobody paid for", ALL, "", &NOTHING_LEFT).after(UNPAID),
            refuses(
                "The token of another refund",
                ALL,
                "ClientToken=used&ImmediatelyRelease=0",
                &TOKEN_REUSED,
            )
            .after(TOKEN_USED),
        ],
    );

const ORDER: Before =
    Before::Call("CreatePhysicalConnectionOccupancyOrder", "AutoPay=true&Period=9");
const END: Before = Before::Call("TerminatePhysicalConnection", "");
/// The carrier ends it within a second.
const SECOND: Before = Before::Later("PT1S");
/// A circuit that was paid for and has ended.
pub(super) const ENDED: &[Before] = &[Before::circuit("Confirmed"), ORDER, END, SECOND];
pub(super) const REFUNDED_BEFORE: &[Before] =
    &[Before::circuit("Confirmed"), ORDER, END, SECOND, Before::Call("RefundInstance", "")];
const TOKEN_USED: &[Before] = &[
    Before::circuit("Confirmed"),
    ORDER,
    END,
    SECOND,
    Before::Call("RefundInstance", "ClientToken=used"),
];
pub(super) const IN_SERVICE: &[Before] = &[Before::circuit("Enabled")];
pub(super) const UNPAID: &[Before] = &[Before::circuit("Terminated")];
