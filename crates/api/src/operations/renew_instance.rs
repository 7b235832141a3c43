//! RenewInstance: more time for a circuit, paid at once. Also how a subscription is named, which
//! the other operations about one share.

use super::create_physical_connection_occupancy_order::short;
use super::query_orders::{BAD_OWNER, FAILED, INVALID, envelope};
use crate::answer::{Field, text};
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN_RULED_LATER;
use crate::does::Changes;
use crate::edition::{ALL, E2024_03, until};
use crate::error::{ErrorRow, Invalid, TOKEN_REUSED, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{BSS, Operation, Pricing, operation};
use crate::parameter::{Param, Text, optional, required};
use domain::command::RenewCircuit;
use domain::receipt::Placed;
use domain::{CircuitId, Kept, Refusal};
use std::num::NonZeroU32;

/// SOURCE: the vendor's metadata of mid-2024.
pub(super) static NOT_THERE: ErrorRow =
    error(400, "ResourceNotExists", "The specific resource is not exists.")
        .on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted])
        .assumed("what no product has is not there either");

/// SOURCE: the vendor's metadata of mid-2024.
pub(super) static WRONG_STATUS: ErrorRow =
    error(400, "ResourceStatusError", "The resource status error.").on(&[Refusal::CircuitState]);

/// SOURCE: billing dossier 1.7 (China site). ASSUMED: the international site's code is the same.
pub(super) static PRODUCT_CODE: Param<Text> = required("ProductCode")
    .doc("The code of the product: pconn, the port of an Express Connect circuit.")
    .example("pconn")
    .one_of_in(ALL, &["pconn"])
    .in_any_case()
    .or_else(&NOT_THERE);

pub(super) static PRODUCT_TYPE: Param<Text> = optional("ProductType")
    .doc("The type of the product; circuits have none, so whatever it says is not looked at.")
    .example("pconn");

static INSTANCE_ID: Param<CircuitId> =
    required("InstanceId").doc("The ID of the circuit.").example("pc-119mfjzm7");

static BAD_VALUE: ErrorRow = INVALID.on(&[Refusal::TermTooLong]);

/// SOURCE: billing dossier 1.4.
static RENEW_PERIOD: Param<u32> = required("RenewPeriod")
    .doc("The length of the renewal, in months: 1 to 9, 12, 24 or 36.")
    .example("6")
    .rule_in(ALL, |_, text| matches!(text.parse(), Ok(1..=9 | 12 | 24 | 36)))
    .or_else(&BAD_VALUE);

static NO_PRICE: ErrorRow = error(400, "InvalidPrice.NotFound", "Pricing plan result not found.")
    .on(&[Refusal::NoPrice])
    .assumed("that it is told as of CreatePhysicalConnectionOccupancyOrder");

static ANSWER: &[Field<Placed>] =
    &envelope(&[text("OrderId", "The ID of the order.", |placed: &Placed, _| {
        placed.order.to_string().into()
    })
    .example("202657601410661")]);

/// How long what is sold is kept after its end. SOURCE: billing dossier 2.6.
pub(super) fn kept(input: &Input) -> Kept {
    if until(E2024_03).contains(input.edition) { Kept::Until2023 } else { Kept::Since2024 }
}

fn asks(input: &Input) -> Result<RenewCircuit, Invalid> {
    let months = NonZeroU32::new(input.get(&RENEW_PERIOD)).expect("none of its values is zero");
    Ok(RenewCircuit { circuit: input.get(&INSTANCE_ID), months, kept: kept(input) })
}

/// RenewInstance.
/// SOURCE: billing dossier 1.4, the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&BSS, "RenewInstance", &Changes { asks, unless: short, answer: ANSWER })
        .priced(Pricing::Single)
        .summary("Renews a subscription by so many months from its end, and pays for it.")
        .directory("Instances")
        .kind("create")
        .parameters(&[
            &PRODUCT_CODE.spec,
            &INSTANCE_ID.spec,
            &RENEW_PERIOD.spec,
            &CLIENT_TOKEN_RULED_LATER.spec,
            &PRODUCT_TYPE.spec,
        ])
        // SOURCE: billing dossier 1.1.
        .ram_aliases(&["bssapi:ModifyInstance", "bss:ModifyInstance"])
        .errors(&[
            &NOT_THERE,
            &BAD_VALUE,
            &WRONG_STATUS,
            &NO_PRICE,
            &BAD_OWNER,
            &FAILED,
            &error(400, "NotApplicable", "This API is not applicable for caller.")
                .unreached("One site serves every account."),
            &error(400, "NotAuthorized", "This API is not authorized for caller.")
                .unreached("A call that policies deny is answered 403 before."),
        ])
        .assumed(&["what is in service, paid beforehand and not released is renewed (dossier 2.6)"])
        .examples(
            &[Before::circuit("Enabled")],
            "ProductCode=pconn&InstanceId=pc-example&RenewPeriod=1",
            &[
                answers(
                    "A month more",
                    ALL,
                    "",
                    "Code=Success&Success=true&RequestId=*&Data.OrderId=*",
                ),
                answers(
                    "Three years more, in small letters",
                    ALL,
                    "RenewPeriod=36&ProductCode=PCONN",
                    "",
                ),
                refuses("Another product", ALL, "ProductCode=rds", &NOT_THERE),
                refuses("An unknown circuit", ALL, "InstanceId=pc-other", &NOT_THERE),
                refuses("A circuit that is not in service", ALL, "", &WRONG_STATUS)
                    .after(&[Before::circuit("Confirmed")]),
                refuses("Ten months", ALL, "RenewPeriod=10", &BAD_VALUE),
                refuses("A port without a price", ALL, "", &NO_PRICE)
                    .after(&[Before::circuit("Enabled"), Before::NoPrices]),
                refuses(
                    "The token of another renewal",
                    ALL,
                    "ClientToken=used&RenewPeriod=2",
                    &TOKEN_REUSED,
                )
                .after(&[
                    Before::circuit("Enabled"),
                    Before::Call("RenewInstance", "ClientToken=used"),
                ]),
            ],
        );
