//! ConfirmPhysicalConnection: report the line as ready, Allocated to Confirmed.

use crate::edition::ALL;
use crate::operation::{Ask, Before, Operation, VPC, answered, error, refused, write};
use crate::parameter::{CIRCUIT_ID, CLIENT_TOKEN, REGION_ID};
use domain::Refusal;
use domain::command::ConfirmCircuit;

/// ConfirmPhysicalConnection.
/// SOURCE: dossier, annex A (errors of the current page; its resource is `*`).
pub static OPERATION: Operation = write(&VPC, "ConfirmPhysicalConnection")
    .summary("States that the construction of an Express Connect circuit is done.")
    .parameters(&[&REGION_ID.spec, &CIRCUIT_ID.spec, &CLIENT_TOKEN.spec])
    .errors(&[
        error(
            400,
            "OperationFailed.PconnTrafficNotEnable",
            "The operation is failed because of PconnTrafficNotEnable.",
        )
        .on(&[Refusal::ServiceClosed]),
        error(
            400,
            "InvalidPhysicalConnectionId.NotFound",
            "The specified physicalConnection is not found",
        )
        .on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted]),
        error(
            400,
            "IncorrectStatus.PhysicalConnection",
            "The specified PhysicalConnectionId is not in Allocated state.",
        )
        .on(&[Refusal::CircuitState]),
        error(400, "ResourceNotFound.PhysicalConnectionId", "PhysicalConnection is not found.")
            .unreached("InvalidPhysicalConnectionId.NotFound says it."),
        error(400, "MissingParam.RegionNo", "RegionNo is missing.")
            .unreached("MissingRegionId is answered before."),
        error(400, "MissingParam.AliUid", "AliUid is missing.")
            .unreached("A call that is let in has an account."),
        error(400, "MissingParam.PhysicalConnectionId", "PhysicalConnectionId is missing.")
            .unreached("MissingPhysicalConnectionId is answered before."),
        error(400, "InvalidRegionId.NotFound", "The specified RegionId is not found.")
            .unreached("An unknown region is answered 404 before."),
        error(400, "OperationUnsupported.SkipConstruction", "You can not skip construction.")
            .unreached("No circuit here requires its construction to be reported first."),
    ])
    .asks(|input| Ok(Ask::change(ConfirmCircuit { circuit: input.get(&CIRCUIT_ID) })))
    .examples(&[
        answered("A line that is ready", ALL, &[ALLOCATED], CALL, &[("RequestId", "*")]),
        refused(
            "An account without outbound-traffic billing",
            ALL,
            &[Before::NewAccount, ALLOCATED],
            CALL,
            400,
            "OperationFailed.PconnTrafficNotEnable",
        ),
        refused("An unknown circuit", ALL, &[], CALL, 400, "InvalidPhysicalConnectionId.NotFound"),
        refused(
            "A deleted circuit",
            ALL,
            &[ALLOCATED, Before::Call("DeletePhysicalConnection", CALL)],
            CALL,
            400,
            "InvalidPhysicalConnectionId.NotFound",
        ),
        refused(
            "A circuit that is confirmed already",
            ALL,
            &[ALLOCATED, Before::Call("ConfirmPhysicalConnection", CALL)],
            CALL,
            400,
            "IncorrectStatus.PhysicalConnection",
        ),
        refused(
            "No circuit named",
            ALL,
            &[],
            &[("RegionId", "cn-hangzhou")],
            400,
            "MissingPhysicalConnectionId",
        ),
    ]);

const CIRCUIT: &str = "pc-example";
const ALLOCATED: Before = Before::Circuit(CIRCUIT, "Allocated", "", "Normal");
const CALL: &[(&str, &str)] = &[("RegionId", "cn-hangzhou"), ("PhysicalConnectionId", CIRCUIT)];
