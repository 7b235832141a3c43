//! RecoverPhysicalConnection: bring a shared circuit back that its owner has ended.

use super::create_virtual_physical_connection::{
    BY_PARTNER, DRY_RUN, DRY_RUN_DONE, IT, MAKE, SERVED_FOR_CALLER,
};
use crate::answer::request_id;
use crate::check::Input;
use crate::client_token::OWN_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2022, from};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, Example, OTHER, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{INSTANCE_ID, REGION_ID};
use domain::Refusal;
use domain::command::RecoverCircuit;

// SOURCE: the vendor's metadata of mid-2024.
static NOT_FOUND: ErrorRow =
    error(400, "ResourceNotFound", "The specified resource %s is not found.")
        .on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted])
        .naming("InstanceId");

static WRONG_STATUS: ErrorRow =
    error(400, "IncorrectStatus.PhysicalConnection", "The status of %s is incorrect.")
        .on(&[Refusal::CircuitState])
        .naming("InstanceId")
        .assumed("of one that was given back, or whose time is over, too");

static BEING_ENDED: ErrorRow = error(
    400,
    "OperationDenied.TerminateVirtualPhysicalConnection",
    "The operation is not allowed because of TerminateVirtualPhysicalConnection.",
)
.on(&[Refusal::CircuitEnded])
.assumed("of one that is still being ended");

static DEDICATED: ErrorRow = error(
    400,
    "OperationDenied.PconnNotAllowRecover",
    "Exclusive physical connection does not allow recovery.",
)
.on(&[Refusal::CircuitDedicated]);

/// RecoverPhysicalConnection.
/// SOURCE: dossier 3.2 and annex A; EDITIONS, T066; the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&VPC, "RecoverPhysicalConnection", &changes(asks, &[request_id()]))
        .only_in(from(E2022))
        .summary("Recovers a terminated shared Express Connect circuit.")
        .directory("Shared circuits")
        .kind("update")
        .parameters(&[&REGION_ID.spec, &INSTANCE_ID.spec, &DRY_RUN.spec, &OWN_TOKEN.spec])
        .resources_in(ALL, &["acs:vpc:{region}:{account}:physicalconnection/{InstanceId}"])
        .errors(&[&NOT_FOUND, &DEDICATED, &BEING_ENDED, &WRONG_STATUS, &DRY_RUN_DONE])
        .assumed(&["it is in service again at once, for as long as it was paid"])
        .examples(ENDED, "RegionId=cn-hangzhou&InstanceId={VirtualPhysicalConnection}", EXAMPLES);

fn asks(input: &Input) -> Result<RecoverCircuit, Invalid> {
    Ok(RecoverCircuit { circuit: input.get(&INSTANCE_ID), dry_run: input.get(&DRY_RUN) })
}

/// A shared circuit that the caller is ending.
const BEING: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Call(MAKE, BY_PARTNER),
    Before::As(OTHER),
    Before::Call("ConfirmPhysicalConnection", IT),
    Before::Call("TerminatePhysicalConnection", IT),
];

/// One that he has ended.
const ENDED: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Call(MAKE, BY_PARTNER),
    Before::As(OTHER),
    Before::Call("ConfirmPhysicalConnection", IT),
    Before::Call("TerminatePhysicalConnection", IT),
    Before::Later("PT1S"),
];

static EXAMPLES: &[Example] = &[
    answers("A shared circuit that was ended", ALL, "", "RequestId=*"),
    refuses("Only to check", ALL, "DryRun=true", &DRY_RUN_DONE),
    refuses("One that is being ended", ALL, "", &BEING_ENDED).after(BEING),
    refuses("One that is in service", ALL, "", &WRONG_STATUS).after(SERVED_FOR_CALLER),
    refuses("A circuit with a port of its own", ALL, "InstanceId=pc-example", &DEDICATED)
        .after(&[Before::circuit("Terminated")]),
];
