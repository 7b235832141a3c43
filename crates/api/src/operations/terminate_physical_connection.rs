//! TerminatePhysicalConnection: end a circuit that is in service.

use crate::edition::ALL;
use crate::operation::{Ask, Before, Operation, VPC, answered, error, refused, write};
use crate::parameter::{CIRCUIT_ID, CLIENT_TOKEN, REGION_ID};
use domain::Refusal;
use domain::command::TerminateCircuit;

/// TerminatePhysicalConnection.
/// SOURCE: dossier, annex A (the current page's table is cut off after its fifth row).
pub static OPERATION: Operation = write(&VPC, "TerminatePhysicalConnection")
    .summary("Terminates an Express Connect circuit.")
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
            .on(&[Refusal::CircuitState]),
        error(
            400,
            "Forbidden.VbrAttached",
            "Cannot terminate physical connection when virtual border routers are still attached.",
        )
        .unreached("There are no virtual border routers yet."),
        error(
            400,
            "OperationFailed.VpconnAttached",
            "Cannot terminate physical connection when vpconn are still attached.",
        )
        .unreached("There are no hosted circuits yet."),
        error(
            400,
            "OperationDenied.MacsecAttached",
            "The operation is not allowed because of MacsecAttached.",
        )
        .unreached("There are no MACsec keys."),
        error(
            400,
            "OperationFailed.ResourceLockedBySystem",
            "The specified resource is locked by system.",
        )
        .unreached("No circuit is locked by the system."),
    ])
    .asks(|input| Ok(Ask::change(TerminateCircuit { circuit: input.get(&CIRCUIT_ID) })))
    .examples(&[
        answered("A circuit in service", ALL, &[ENABLED], CALL, &[("RequestId", "*")]),
        refused("An unknown region", ALL, &[], UNKNOWN_REGION, 404, "InvalidRegionId.NotFound"),
        refused("An unknown circuit", ALL, &[], CALL, 404, "InvalidPhysicalConnectionId.NotFound"),
        refused(
            "A deleted circuit",
            ALL,
            &[CONFIRMED, Before::Call("DeletePhysicalConnection", CALL)],
            CALL,
            404,
            "InvalidPhysicalConnectionId.NotFound",
        ),
        refused(
            "A circuit that is not in service",
            ALL,
            &[CONFIRMED],
            CALL,
            400,
            "Forbidden.NotAllowedInState",
        ),
    ]);

const CIRCUIT: &str = "pc-example";
const ENABLED: Before = Before::Circuit(CIRCUIT, "Enabled", "", "Normal");
const CONFIRMED: Before = Before::Circuit(CIRCUIT, "Confirmed", "", "Normal");
const CALL: &[(&str, &str)] = &[("RegionId", "cn-hangzhou"), ("PhysicalConnectionId", CIRCUIT)];
const UNKNOWN_REGION: &[(&str, &str)] =
    &[("RegionId", "cn-atlantis"), ("PhysicalConnectionId", CIRCUIT)];
