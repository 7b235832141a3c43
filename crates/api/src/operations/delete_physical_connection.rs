//! DeletePhysicalConnection: remove a circuit's record.

use crate::edition::{ALL, E2024_03, from, until};
use crate::operation::{Ask, Before, Operation, VPC, answered, error, refused, write};
use crate::parameter::{CIRCUIT_ID, CLIENT_TOKEN, REGION_ID};
use domain::Refusal;
use domain::command::DeleteCircuit;

/// DeletePhysicalConnection.
/// SOURCE: dossier, annex A. ASSUMED: Allocated and Confirmed circuits can be deleted in every
/// edition, though the pages before 2025 do not list them.
pub static OPERATION: Operation = write(&VPC, "DeletePhysicalConnection")
    .summary("Deletes an Express Connect circuit.")
    .parameters(&[&REGION_ID.spec, &CIRCUIT_ID.spec, &CLIENT_TOKEN.spec])
    .resource_in(ALL, "acs:vpc:{region}:{account}:physicalconnection/{PhysicalConnectionId}")
    .errors(&[
        error(
            404,
            "InvalidRegionId.NotFound",
            "The RegionId provided does not exist in our records.",
        ),
        error(
            404,
            "InvalidPhysicalConnectionId.NotFound",
            "The PhysicalConnectionId provided does not exist in our records.",
        )
        .on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted]),
        error(400, "Forbidden.NotAllowedInState", "The request does not allow in this state.")
            .in_editions(until(E2024_03))
            .on(&[Refusal::CircuitState]),
        // ASSUMED: the edition it came in, and the end of the text, cut off in the source after
        // "Allocated, or Alloca".
        error(
            400,
            "Forbidden.NotInAllowDeleteStatus",
            "Only physical connection in the Cancelled, Rejected, Terminated, Allocated, or \
             AllocationFailed status can be deleted.",
        )
        .in_editions(from(E2024_03))
        .on(&[Refusal::CircuitState]),
        error(400, "InvalidPhysicalConnectionId.NotMatched", "instance id not matched.")
            .unreached("A circuit of another account or region is not found."),
        error(400, "Forbidden.VBRExists", "physical connection owner's vbr still exists.")
            .unreached("There are no virtual border routers yet."),
        error(400, "Forbidden.VBRExists", "vbr owner's vbr still exists.")
            .unreached("There are no virtual border routers yet."),
        error(400, "Forbidden.VBRExists", "The vbr still exists.")
            .unreached("There are no virtual border routers yet."),
        error(400, "Forbidden.AssociateToVBR", "The physical connection still associate to VBR.")
            .unreached("There are no virtual border routers yet."),
        error(400, "OperationDenied.NeedVpconnOwner", "The operation is denied.")
            .unreached("There are no hosted circuits yet."),
        error(400, "OperationDenied.NeedPconnOwner", "The operation is denied.")
            .unreached("There are no hosted circuits yet."),
    ])
    .asks(|input| Ok(Ask::change(DeleteCircuit { circuit: input.get(&CIRCUIT_ID) })))
    .examples(&[
        answered("A circuit that was never used", ALL, &[CONFIRMED], CALL, &[("RequestId", "*")]),
        answered(
            "A circuit with an unpaid order, which is cancelled",
            ALL,
            &[CONFIRMED, UNPAID],
            CALL,
            &[("RequestId", "*")],
        ),
        refused("An unknown region", ALL, &[], UNKNOWN_REGION, 404, "InvalidRegionId.NotFound"),
        refused("An unknown circuit", ALL, &[], CALL, 404, "InvalidPhysicalConnectionId.NotFound"),
        refused(
            "A circuit that is deleted already",
            ALL,
            &[CONFIRMED, Before::Call("DeletePhysicalConnection", CALL)],
            CALL,
            404,
            "InvalidPhysicalConnectionId.NotFound",
        ),
        refused(
            "A circuit in service, before 2024",
            until(E2024_03),
            &[ENABLED],
            CALL,
            400,
            "Forbidden.NotAllowedInState",
        ),
        refused(
            "A circuit in service",
            from(E2024_03),
            &[ENABLED],
            CALL,
            400,
            "Forbidden.NotInAllowDeleteStatus",
        ),
    ]);

const CIRCUIT: &str = "pc-example";
const CONFIRMED: Before = Before::Circuit(CIRCUIT, "Confirmed", "", "Normal");
const ENABLED: Before = Before::Circuit(CIRCUIT, "Enabled", "", "Normal");
const CALL: &[(&str, &str)] = &[("RegionId", "cn-hangzhou"), ("PhysicalConnectionId", CIRCUIT)];
const UNKNOWN_REGION: &[(&str, &str)] =
    &[("RegionId", "cn-atlantis"), ("PhysicalConnectionId", CIRCUIT)];
const UNPAID: Before = Before::Call(
    "CreatePhysicalConnectionOccupancyOrder",
    &[
        ("RegionId", "cn-hangzhou"),
        ("PhysicalConnectionId", CIRCUIT),
        ("InstanceChargeType", "PrePaid"),
        ("Period", "1"),
        ("AutoPay", "false"),
    ],
);
