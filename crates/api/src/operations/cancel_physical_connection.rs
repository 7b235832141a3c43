//! CancelPhysicalConnection: give up a circuit that is not in service yet.

use crate::answer::request_id;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2024_03, E2025_03, from};
use crate::error::{BAD_REGION, ErrorRow, NO_CIRCUIT, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{CIRCUIT_ID, REGION_ID};
use domain::Refusal;
use domain::command::CancelCircuit;

static WRONG_STATE: ErrorRow =
    error(400, "Forbidden.NotAllowedInState", "The request does not allow in this state.")
        .on(&[Refusal::CircuitState]);

/// CancelPhysicalConnection.
/// SOURCE: dossier, annex A (states and errors); EDITIONS, T057 (the region's row).
pub static OPERATION: Operation = operation(
    &VPC,
    "CancelPhysicalConnection",
    &changes(|input| Ok(CancelCircuit { circuit: input.get(&CIRCUIT_ID) }), &[request_id()]),
)
.summary("Cancels an Express Connect circuit that is not enabled.")
.directory("Express Connect circuits")
.parameters(&[&REGION_ID.spec, &CIRCUIT_ID.spec, &CLIENT_TOKEN.spec])
.resources_in(ALL, &["acs:vpc:{region}:{account}:physicalconnection/{PhysicalConnectionId}"])
.errors(&[
    &BAD_REGION.documented_in(from(E2024_03)),
    &NO_CIRCUIT.on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted]),
    &WRONG_STATE,
])
.assumed(&[
    "an unpaid order for the circuit is cancelled with it (CONTRACT), and one that is paid \
            and about to enable it keeps it from being cancelled",
])
.examples(
    &[Before::circuit("Allocated")],
    "RegionId=cn-hangzhou&PhysicalConnectionId=pc-example",
    &[
        answers("A circuit that is not wanted any more", ALL, "", "RequestId=*"),
        answers("A circuit with an unpaid order, which is cancelled", ALL, "", "RequestId=*")
            .after(&[
                Before::circuit("Confirmed"),
                Before::Call("CreatePhysicalConnectionOccupancyOrder", "AutoPay=false"),
            ]),
        refuses("A circuit in service", ALL, "", &WRONG_STATE).after(&[Before::circuit("Enabled")]),
        refuses("A circuit whose port is being allocated", from(E2025_03), "", &WRONG_STATE)
            .after(&[Before::circuit("Allocating")]),
    ],
);
