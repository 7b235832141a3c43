//! UnassociatePhysicalConnectionFromVirtualBorderRouter: take a router off a further circuit.

use super::associate_physical_connection_to_virtual_border_router::{
    NOT_ALLOWED, NOT_THEIRS, TABLED, TWO_CIRCUITS, WRONG_STATUS,
};
use super::create_virtual_border_router::{BY_OTHER, LATER};
use super::delete_virtual_border_router::NOT_FOUND;
use crate::answer::request_id;
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2024_03, until};
use crate::error::{BAD_REGION, ErrorRow, Invalid, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{CIRCUIT_ID, REGION_ID, ROUTER_ID};
use domain::Refusal;
use domain::command::UnassociateCircuit;

static NOT_ASSOCIATED: ErrorRow = error(
    400,
    "PHYSICAL_NOT_ASSOCIATE_TO_VBR",
    "The specified PhysicalConnection have not associate to the vbr.",
)
.documented_in(TABLED)
.on(&[Refusal::NotAssociated]);

const ASSOCIATE: &str = "AssociatePhysicalConnectionToVirtualBorderRouter";
const SAME_TOKEN: &str = "ClientToken=TF-UnassociatePhysicalConnectionFromVirtualBorderRouter";

/// UnassociatePhysicalConnectionFromVirtualBorderRouter.
/// SOURCE: dossier, annex A; ROUTERS 13.1 (its tokens); EDITIONS, T105; the vendor's metadata of
/// mid-2024.
pub static OPERATION: Operation = operation(
    &VPC,
    "UnassociatePhysicalConnectionFromVirtualBorderRouter",
    &changes(asks, &[request_id()]),
)
.summary("Takes a virtual border router (VBR) off a further Express Connect circuit.")
.directory("Virtual border routers")
.tokens_are_cut()
.parameters(&[&REGION_ID.spec, &ROUTER_ID.spec, &CIRCUIT_ID.spec, &CLIENT_TOKEN.spec])
.errors(&[
    &BAD_REGION.documented_in(LATER),
    &NOT_FOUND.documented_in(TABLED).or_in(
        TABLED.and(until(E2024_03)),
        &["The specified VirutalBorderRouter or PhysicalConnection does not exist in our records."],
    ),
    &NOT_THEIRS,
    &WRONG_STATUS,
    &NOT_ALLOWED,
    &NOT_ASSOCIATED,
    &error(
        400,
        "PARAMETER_MUST_NOT_NULL",
        "The specified physical connection id or vbrId must not be null.",
    )
    .documented_in(TABLED)
    .for_missing(&["VbrId", "PhysicalConnectionId"]),
    &error(
        400,
        "ROUTER_INTERFACE_REFERED_BY_ROUTEENTRY",
        "The specified VlanInterface has been used by routeEntry.",
    )
    .documented_in(TABLED)
    .unreached("There are no routes here."),
])
.assumed(&[
    "the circuit is taken away at once",
    "Terraform cuts all chance from its token: with other parameters it is a new call, and a \
     remembered answer is given while the circuit is not associated",
])
.examples(
    ASSOCIATED,
    "RegionId=cn-hangzhou&VbrId={VbrId}&PhysicalConnectionId=pc-other",
    &[
        answers("A further circuit", ALL, "", "RequestId=*"),
        answers("A token of one that was associated again since", ALL, SAME_TOKEN, "RequestId=*")
            .after(&[
                Before::circuit("Enabled"),
                Before::Circuit("pc-other", "Enabled", "", "Normal"),
                Before::Call("CreateVirtualBorderRouter", ""),
                Before::Call(ASSOCIATE, ""),
                Before::Call("UnassociatePhysicalConnectionFromVirtualBorderRouter", SAME_TOKEN),
                Before::Call(ASSOCIATE, ""),
            ]),
        refuses("A circuit that it is not on", ALL, "", &NOT_ASSOCIATED).after(TWO_CIRCUITS),
        refuses("By its owner", ALL, "", &NOT_THEIRS).after(BY_OTHER),
        refuses("Its own circuit", ALL, "PhysicalConnectionId=pc-example", &NOT_ALLOWED),
        refuses("A VBR that is being switched off", ALL, "", &WRONG_STATUS).after(&[
            Before::circuit("Enabled"),
            Before::Circuit("pc-other", "Enabled", "", "Normal"),
            Before::Call("CreateVirtualBorderRouter", ""),
            Before::Call(ASSOCIATE, ""),
            Before::Call("TerminateVirtualBorderRouter", ""),
        ]),
    ],
);

const ASSOCIATED: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Circuit("pc-other", "Enabled", "", "Normal"),
    Before::Call("CreateVirtualBorderRouter", ""),
    Before::Call(ASSOCIATE, ""),
];

fn asks(input: &Input) -> Result<UnassociateCircuit, Invalid> {
    Ok(UnassociateCircuit { router: input.get(&ROUTER_ID), circuit: input.get(&CIRCUIT_ID) })
}
