//! ConfirmPhysicalConnection: report the line as ready, Allocated to Confirmed.

use crate::answer::request_id;
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2020, E2022, from, until};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{CIRCUIT_ID, REGION_ID};
use domain::Refusal;
use domain::command::ConfirmCircuit;

pub(super) static SERVICE_CLOSED: ErrorRow = error(
    400,
    "OperationFailed.PconnTrafficNotEnable",
    "The operation is failed because of PconnTrafficNotEnable.",
)
.in_editions(from(E2022))
.on(&[Refusal::ServiceClosed])
.assumed("since the edition whose other tables have it");

static WRONG_STATUS: ErrorRow = error(
    400,
    "IncorrectStatus.PhysicalConnection",
    "The specified PhysicalConnectionId is not in Allocated state.",
)
.on(&[Refusal::CircuitState]);

static GONE: ErrorRow =
    error(400, "ResourceNotFound.PhysicalConnectionId", "PhysicalConnection is not found.")
        .on(&[Refusal::CircuitDeleted])
        .assumed("that it is told of what was there and was deleted");

fn asks(input: &Input) -> Result<ConfirmCircuit, Invalid> {
    let needs_service = SERVICE_CLOSED.told_in.contains(input.edition);
    Ok(ConfirmCircuit { circuit: input.get(&CIRCUIT_ID), needs_service })
}

/// Of an account whose outbound traffic is not billed.
const CLOSED: &[Before] = &[Before::NewAccount, Before::circuit("Allocated")];

/// ConfirmPhysicalConnection.
/// SOURCE: dossier, annex A (errors of the current page; its resource is `*`).
pub static OPERATION: Operation =
    operation(&VPC, "ConfirmPhysicalConnection", &changes(asks, &[request_id()]))
        .without_page_in(until(E2020), "no circuit could be ordered for without it")
        .summary("States that the construction of an Express Connect circuit is done.")
        .directory("Express Connect circuits")
        .parameters(&[&REGION_ID.spec, &CIRCUIT_ID.spec, &CLIENT_TOKEN.spec])
        .errors(&[
            &SERVICE_CLOSED,
            &error(
                400,
                "InvalidPhysicalConnectionId.NotFound",
                "The specified physicalConnection is not found",
            )
            .on(&[Refusal::NoSuchCircuit]),
            &WRONG_STATUS,
            &GONE,
            &error(400, "MissingParam.RegionNo", "RegionNo is missing.").for_missing(&["RegionId"]),
            &error(400, "MissingParam.AliUid", "AliUid is missing.")
                .unreached("A call that is let in has an account."),
            &error(400, "MissingParam.PhysicalConnectionId", "PhysicalConnectionId is missing.")
                .for_missing(&["PhysicalConnectionId"]),
            &error(400, "InvalidRegionId.NotFound", "The specified RegionId is not found.")
                .unreached("An unknown region is answered 404 before."),
            &error(400, "OperationUnsupported.SkipConstruction", "You can not skip construction.")
                .unreached(
                    "Whose construction must be reported first is not documented, and the sample \
                     of DescribePhysicalConnections has a circuit in service whose letter is still \
                     Available.",
                ),
        ])
        .assumed(&[
            "a letter is Complete once the line is ready, however far it was",
            "the id of the request has no API- before it, as in the sample: that is how the \
             console's own calls are numbered",
        ])
        .examples(
            &[Before::circuit("Allocated")],
            "RegionId=cn-hangzhou&PhysicalConnectionId=pc-example",
            &[
                answers("A line that is ready", ALL, "", "RequestId=*"),
                refuses(
                    "An account without outbound-traffic billing",
                    from(E2022),
                    "",
                    &SERVICE_CLOSED,
                )
                .after(CLOSED),
                answers(
                    "An account without outbound-traffic billing",
                    until(E2022),
                    "",
                    "RequestId=*",
                )
                .after(CLOSED),
                refuses("A circuit that was deleted", ALL, "", &GONE).after(&[
                    Before::circuit("Canceled"),
                    Before::Call("DeletePhysicalConnection", ""),
                ]),
                refuses("A circuit that is confirmed already", ALL, "", &WRONG_STATUS)
                    .after(&[Before::circuit("Confirmed")]),
            ],
        );
