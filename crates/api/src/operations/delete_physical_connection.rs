//! DeletePhysicalConnection: remove a circuit's record.

use super::create_virtual_border_router::WITH_ROUTER;
use super::create_virtual_physical_connection::{
    HOSTED_FOR_CALLER, IT, SERVED_BY_CALLER, WITH_HOSTED,
};
use crate::answer::request_id;
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2020, E2022, E2024_03, E2025_03, from, only, until};
use crate::error::{BAD_REGION, ErrorRow, Invalid, NO_CIRCUIT, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{CIRCUIT_ID, Param, REGION_ID, Shape, Text, several};
use domain::Refusal;
use domain::command::DeleteCircuit;

static WRONG_STATE: ErrorRow =
    error(400, "Forbidden.NotAllowedInState", "The request does not allow in this state.")
        .in_editions(until(E2024_03))
        .on(&[Refusal::CircuitState, Refusal::NeedsTenant, Refusal::NeedsPartner]);

/// SOURCE: the vendor's metadata of mid-2024.
static NOT_IN_STATUS: ErrorRow = error(
    400,
    "Forbidden.NotInAllowDeleteStatus",
    "Only physical connection in the Cancelled, Rejected, Terminated, Allocated, or \
     AllocationFailed states can be deleted.",
)
.in_editions(from(E2024_03))
.on(&[Refusal::CircuitState])
.assumed("the edition it came in");

/// SOURCE: the vendor's metadata of mid-2024; dossier, annex A, the page of 2025.
static VBR_EXISTS: ErrorRow =
    error(400, "Forbidden.VBRExists", "physical connection owner's vbr still exists.")
        .or_in(from(E2025_03), &["vbr owner's vbr still exists.", "The vbr still exists."])
        .on(&[Refusal::RoutersAttached, Refusal::OthersRoutersAttached])
        .saying_in(
            from(E2025_03),
            &[(Refusal::OthersRoutersAttached, "vbr owner's vbr still exists.")],
        );

static ASSOCIATED: ErrorRow =
    error(400, "Forbidden.AssociateToVBR", "The physical connection still associate to VBR.")
        .on(&[Refusal::RouterAssociated]);

/// SOURCE: EDITIONS, T070.
static NEEDS_TENANT: ErrorRow =
    error(400, "OperationDenied.NeedVpconnOwner", "The operation is denied.")
        .in_editions(from(E2024_03))
        .on(&[Refusal::NeedsTenant])
        .assumed("of a shared circuit that its owner has taken: it is his from then on");

/// SOURCE: EDITIONS, T070.
static NEEDS_PARTNER: ErrorRow =
    error(400, "OperationDenied.NeedPconnOwner", "The operation is denied.")
        .in_editions(from(E2024_03))
        .on(&[Refusal::NeedsPartner])
        .assumed("of a shared circuit that its owner has not taken: its partner takes it back");

static ELSEWHERE: ErrorRow =
    error(400, "InvalidPhysicalConnectionId.NotMatched", "instance id not matched.")
        .on(&[Refusal::CircuitElsewhere])
        .assumed("of a circuit of the caller's in another region");

/// DeletePhysicalConnection.
/// SOURCE: dossier, annex A.
pub static OPERATION: Operation =
    operation(&VPC, "DeletePhysicalConnection", &changes(asks, &[request_id()]))
        .summary("Deletes an Express Connect circuit.")
        .directory("Express Connect circuits")
        .parameters(&[&REGION_ID.spec, &CIRCUIT_ID.spec, &USER_CIDR.spec, &CLIENT_TOKEN.spec])
        .resources_in(
            ALL,
            &["acs:vpc:{region}:{account}:physicalconnection/{PhysicalConnectionId}"],
        )
        .errors(&[
            &BAD_REGION.documented_in(ALL),
            &NO_CIRCUIT.on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted]),
            &VBR_EXISTS,
            &ASSOCIATED,
            &WRONG_STATE,
            &NOT_IN_STATUS,
            &ELSEWHERE,
            &NEEDS_TENANT,
            &NEEDS_PARTNER,
            // SOURCE: EDITIONS, T059.
            &error(
                400,
                "ResourceAlreadyAssociated.PconnQos",
                "The specified resource of PconnQos is already associated.",
            )
            .in_editions(from(E2025_03))
            .unreached("There are no QoS policies yet."),
            // Whoever deletes again after a lost answer takes a 404 for done.
            &error(
                400,
                "ResourceNotFound.PhysicalConnectionId",
                "PhysicalConnection is not found.",
            )
            .in_editions(from(E2025_03))
            .unreached("InvalidPhysicalConnectionId.NotFound says it."),
        ])
        .examples(
            &[Before::circuit("Canceled")],
            "RegionId=cn-hangzhou&PhysicalConnectionId=pc-example",
            &[
                answers("A circuit that was given up", ALL, "", "RequestId=*"),
                answers("A circuit that was never used", from(E2025_03), "", "RequestId=*")
                    .after(&[Before::circuit("Confirmed")]),
                answers(
                    "A circuit with an unpaid order, which is cancelled",
                    from(E2025_03),
                    "",
                    "RequestId=*",
                )
                .after(&[
                    Before::circuit("Confirmed"),
                    Before::Call("CreatePhysicalConnectionOccupancyOrder", "AutoPay=false"),
                ]),
                refuses(
                    "A circuit that waits for payment, before 2024",
                    until(E2024_03),
                    "",
                    &WRONG_STATE,
                )
                .after(&[Before::circuit("Confirmed")]),
                refuses("A circuit that has its port, in 2024", only(E2024_03), "", &NOT_IN_STATUS)
                    .after(&[Before::circuit("Allocated")]),
                refuses("A circuit in service, before 2024", until(E2024_03), "", &WRONG_STATE)
                    .after(&[Before::circuit("Enabled")]),
                refuses("A circuit in service", from(E2024_03), "", &NOT_IN_STATUS)
                    .after(&[Before::circuit("Enabled")]),
                answers(
                    "As scripts of 2019 ask for it",
                    until(E2020),
                    "UserCidr.1=10.0.0.0/8",
                    "RequestId=*",
                ),
                refuses("In another region", ALL, "RegionId=cn-beijing", &ELSEWHERE),
                refuses("A circuit with a VBR", ALL, "", &VBR_EXISTS).after(WITH_ROUTER),
                answers("A shared circuit that nobody has taken", from(E2022), IT, "RequestId=*")
                    .after(WITH_HOSTED),
                refuses("One that its owner has taken", from(E2024_03), IT, &NEEDS_TENANT)
                    .after(SERVED_BY_CALLER),
                refuses("One that its owner has not taken", from(E2024_03), IT, &NEEDS_PARTNER)
                    .after(HOSTED_FOR_CALLER),
                refuses(
                    "A further circuit of a VBR",
                    ALL,
                    "PhysicalConnectionId=pc-other",
                    &ASSOCIATED,
                )
                .after(&[
                    Before::circuit("Enabled"),
                    Before::Circuit("pc-other", "Enabled", "", "Normal"),
                    Before::Call("CreateVirtualBorderRouter", ""),
                    Before::Call("AssociatePhysicalConnectionToVirtualBorderRouter", ""),
                ]),
            ],
        );

/// SOURCE: EDITIONS, T071.
static USER_CIDR: Param<Text> = several("UserCidr", Shape::List)
    .doc("The networks of the customer.")
    .example("10.0.0.0/8")
    .only_in(until(E2020))
    .without_effect("its page says of none that it has one");

/// SOURCE: EDITIONS, T067 to T069, and the note under its table.
fn asks(input: &Input) -> Result<DeleteCircuit, Invalid> {
    Ok(DeleteCircuit { circuit: input.get(&CIRCUIT_ID), waiting_too: input.edition >= E2025_03 })
}
