//! TerminatePhysicalConnection: end a circuit that is in service.

use super::create_virtual_border_router::WITH_ROUTER;
use super::create_virtual_physical_connection::WITH_HOSTED;
use crate::answer::request_id;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2022, E2024_03, E2025_09, from, until};
use crate::error::{BAD_REGION, ErrorRow, NO_CIRCUIT, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{CIRCUIT_ID, REGION_ID};
use domain::Refusal;
use domain::command::TerminateCircuit;

const KEYED: &[Before] = &[Before::circuit("Enabled"), Before::Call("AssociateMacSecKey", "")];

static WRONG_STATE: ErrorRow =
    error(400, "Forbidden.NotAllowedInState", "The request does not allow in this state.")
        .on(&[Refusal::CircuitState])
        .on_in(until(E2024_03), &[Refusal::RoutersAttached, Refusal::RouterAssociated])
        .on_in(until(E2025_09), &[Refusal::KeysAttached])
        .on_in(until(E2022), &[Refusal::HostedAttached]);

/// SOURCE: EDITIONS, T062.
static HOSTED_ATTACHED: ErrorRow = error(
    400,
    "OperationFailed.VpconnAttached",
    "Cannot terminate physical connection when vpconn are still attached.",
)
.in_editions(from(E2022))
.on(&[Refusal::HostedAttached]);

/// SOURCE: EDITIONS, T060; ROUTERS 18, point 6 (a terminated VBR holds it back too).
static VBR_ATTACHED: ErrorRow = error(
    400,
    "Forbidden.VbrAttached",
    "Cannot terminate physical connection when virtual border routers are still attached.",
)
.in_editions(from(E2024_03))
.on(&[Refusal::RoutersAttached, Refusal::RouterAssociated])
.assumed("of a circuit that a VBR has as a further one too");

/// SOURCE: EDITIONS, T063.
static MACSEC_ATTACHED: ErrorRow = error(
    400,
    "OperationDenied.MacsecAttached",
    "The operation is not allowed because of MacsecAttached.",
)
.in_editions(from(E2025_09))
.on(&[Refusal::KeysAttached]);

/// TerminatePhysicalConnection.
/// SOURCE: dossier, annex A (the current page's table is cut off after its fifth row).
pub static OPERATION: Operation = operation(
    &VPC,
    "TerminatePhysicalConnection",
    &changes(|input| Ok(TerminateCircuit { circuit: input.get(&CIRCUIT_ID) }), &[request_id()]),
)
.summary("Terminates an Express Connect circuit.")
.directory("Express Connect circuits")
.parameters(&[&REGION_ID.spec, &CIRCUIT_ID.spec, &CLIENT_TOKEN.spec])
.resources_in(ALL, &["acs:vpc:{region}:{account}:physicalconnection/{PhysicalConnectionId}"])
.errors(&[
    &BAD_REGION.documented_in(from(E2024_03)), // SOURCE: EDITIONS, T058.
    &NO_CIRCUIT.on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted]),
    &WRONG_STATE,
    &VBR_ATTACHED,
    &HOSTED_ATTACHED,
    &MACSEC_ATTACHED,
    &error(
        400,
        "OperationFailed.ResourceLockedBySystem",
        "The specified resource is locked by system.",
    )
    .in_editions(from(E2025_09)) // SOURCE: EDITIONS, T061.
    .unreached("No circuit is locked by the system."),
])
.examples(
    &[Before::circuit("Enabled")],
    "RegionId=cn-hangzhou&PhysicalConnectionId=pc-example",
    &[
        answers("A circuit in service", ALL, "", "RequestId=*"),
        refuses("A circuit that is not in service", ALL, "", &WRONG_STATE)
            .after(&[Before::circuit("Confirmed")]),
        refuses("A circuit with a MACsec key", from(E2025_09), "", &MACSEC_ATTACHED).after(KEYED),
        refuses("A circuit with a VBR", from(E2024_03), "", &VBR_ATTACHED).after(WITH_ROUTER),
        refuses("A circuit that others share", from(E2022), "", &HOSTED_ATTACHED)
            .after(WITH_HOSTED),
        refuses("A circuit with a VBR, before 2024", until(E2024_03), "", &WRONG_STATE)
            .after(WITH_ROUTER),
    ],
);
