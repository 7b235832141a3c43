//! AttachVbrToVpconn: move a router to the shared circuit that was made of it.

use super::create_virtual_physical_connection::{BY_PARTNER, DRY_RUN, DRY_RUN_DONE, IT, TOO_MANY};
use super::create_vpconn_from_vbr::{FOR_TENANT, MAKE_ROUTER};
use crate::answer::{Field, request_id, text};
use crate::check::Input;
use crate::client_token::OWN_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2022, from};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, CALLER, Example, OTHER, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, ROUTER_ID, required};
use domain::command::MoveRouter;
use domain::receipt::Done;
use domain::{CircuitId, Refusal};

static CIRCUIT: Param<CircuitId> = required("VpconnId")
    .doc("The ID of the shared circuit, which must be in service.")
    .example("pc-bp1mrgfbtmc9brre7****");

// SOURCE: the vendor's metadata of mid-2024, the tab at the end of its text too.
static NOT_FOUND: ErrorRow =
    error(400, "ResourceNotFound.PhysicalConnectionId", "PhysicalConnection is not found.\t")
        .on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted, Refusal::NoSuchRouter])
        .assumed("of a VBR that is not found too, since the table has no other row");

static NOT_ENABLED: ErrorRow = error(
    400,
    "IncorrectStatus.PhysicalConnection",
    "The specified PhysicalConnectionId [%s] is not in Enabled state.",
)
.on(&[Refusal::CircuitNotEnabled])
.naming("VpconnId");

static TAKEN: ErrorRow = error(
    TOO_MANY.status,
    TOO_MANY.code,
    "The quota of VBR_COUNT_PER_VPCONN is exceeded, usage 1/1.",
)
.on(&[Refusal::HostedTaken]);

static BOUND: ErrorRow = error(
    400,
    "OperationFailed.VbrBindedPconn",
    "The operation is failed because of VbrBindedPconn.",
)
.on(&[Refusal::RouterBound])
.assumed("of a VBR that the shared circuit was not made of, or that is on further circuits");

/// AttachVbrToVpconn.
/// SOURCE: dossier, annex A; ROUTERS 8; EDITIONS, T111; the vendor's metadata of mid-2024.
pub static OPERATION: Operation = operation(&VPC, "AttachVbrToVpconn", &changes(asks, ANSWER))
    .only_in(from(E2022))
    .summary("Moves a VBR to the shared circuit that was made of it.")
    .directory("Shared circuits")
    .parameters(&[&REGION_ID.spec, &ROUTER_ID.spec, &CIRCUIT.spec, &DRY_RUN.spec, &OWN_TOKEN.spec])
    .errors(&[&NOT_FOUND, &NOT_ENABLED, &TAKEN, &BOUND, &DRY_RUN_DONE])
    .assumed(&[
        "the VBR is on the shared circuit at once, and its owner's alone from then on",
        "the order of the errors",
    ])
    .examples(
        TAKEN_OVER,
        "RegionId=cn-hangzhou&VbrId={VbrId}&VpconnId={VirtualPhysicalConnection}",
        EXAMPLES,
    );

static ANSWER: &[Field<Done>] = &[
    request_id(),
    text("VirtualPhysicalConnection", "The ID of the shared circuit.", |_, input| {
        input.get(&CIRCUIT).to_string().into()
    })
    .example("pc-bp1mrgfbtmc9brre7****"),
];

const MAKE: &str = "CreateVpconnFromVbr";

/// A shared circuit that was made of a router, and is in service.
const TAKEN_OVER: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Call(MAKE_ROUTER, FOR_TENANT),
    Before::Call(MAKE, BY_PARTNER),
    Before::As(OTHER),
    Before::Call("ConfirmPhysicalConnection", IT),
    Before::As(CALLER),
];

fn asks(input: &Input) -> Result<MoveRouter, Invalid> {
    let (router, circuit) = (input.get(&ROUTER_ID), input.get(&CIRCUIT));
    Ok(MoveRouter { router, circuit, dry_run: input.get(&DRY_RUN) })
}

static EXAMPLES: &[Example] = &[
    answers("A VBR that moves", ALL, "", "VirtualPhysicalConnection={VirtualPhysicalConnection}"),
    refuses("Only to check", ALL, "DryRun=true", &DRY_RUN_DONE),
    refuses("A circuit that nobody knows", ALL, "VpconnId=pc-none", &NOT_FOUND),
    refuses("A circuit that is no shared one", ALL, "VpconnId=pc-example", &NOT_FOUND),
    refuses("Before it is in service", ALL, "", &NOT_ENABLED).after(&[
        Before::circuit("Enabled"),
        Before::Call(MAKE_ROUTER, FOR_TENANT),
        Before::Call(MAKE, BY_PARTNER),
    ]),
    refuses("A second time", ALL, "", &TAKEN).after(&[
        Before::circuit("Enabled"),
        Before::Call(MAKE_ROUTER, FOR_TENANT),
        Before::Call(MAKE, BY_PARTNER),
        Before::As(OTHER),
        Before::Call("ConfirmPhysicalConnection", IT),
        Before::As(CALLER),
        Before::Call("AttachVbrToVpconn", ""),
    ]),
    refuses("A VBR that it was not made of", ALL, "", &BOUND).after(&[
        Before::circuit("Enabled"),
        Before::Call(MAKE_ROUTER, FOR_TENANT),
        Before::Call(MAKE, BY_PARTNER),
        Before::As(OTHER),
        Before::Call("ConfirmPhysicalConnection", IT),
        Before::As(CALLER),
        Before::Call(
            MAKE_ROUTER,
            "VbrOwnerId=1000000000000002&LocalGatewayIp=&PeerGatewayIp=&PeeringSubnetMask=\
             &VlanId=11",
        ),
    ]),
];
