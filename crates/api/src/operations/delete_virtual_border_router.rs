//! DeleteVirtualBorderRouter: remove a router.

use super::create_virtual_border_router::{FOR_OTHER, LATER, TAKES_OVER, WITH_OTHERS, WITH_ROUTER};
use super::terminate_virtual_border_router::{TERMINATED, WRONG_STATE};
use crate::answer::request_id;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2024_03, until};
use crate::error::{BAD_REGION, ErrorRow, error};
use crate::example::{Before, CALLER, OTHER, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{REGION_ID, ROUTER_ID};
use domain::Refusal;
use domain::command::DeleteRouter;

pub(super) static NOT_FOUND: ErrorRow = error(
    404,
    "InvalidVbrId.NotFound",
    "The specified VirutalBorderRouter does not exist in our records.",
)
.on(&[Refusal::NoSuchRouter]);

static ASSOCIATED: ErrorRow = error(
    400,
    "InvalidStatus.NotAllowed",
    "The virtual border has been associated by physicalConnection.",
)
.on(&[Refusal::CircuitsAssociated]);

/// ROUTERS has these calls refused as not allowed.
pub(super) const STRANGER: &str =
    "who has neither the VBR nor its circuit is told that there is none, as of all else";

pub(super) const NOT_THEIRS: &str =
    "The caller is not allowed to delete the specified VirtualBorderRouter.";

static NOT_BY_USER: ErrorRow = error(403, "Forbidden.OperationNotAllowedByUser", NOT_THEIRS)
    .in_editions(until(E2024_03))
    .on(&[Refusal::NotTheOwners]);

static NOT_DELETED_BY_USER: ErrorRow =
    error(403, "Forbidden.OperationDeleteNotAllowedByUser", NOT_THEIRS)
        .in_editions(LATER)
        .on(&[Refusal::NotTheOwners]);

pub(super) const NO_INTERFACES: &str = "There are no router interfaces here.";
pub(super) const OWN_INTERFACE: &str = "A VBR has its one interface on each circuit.";
const NO_ROUTES: &str = "There are no routes, no BGP and no health checks here.";
const NO_NETWORKS: &str = "There are no networks here that a VBR could be attached to.";

/// DeleteVirtualBorderRouter.
/// SOURCE: ROUTERS 3 and annex A; the vendor's metadata of mid-2024.
pub static OPERATION: Operation = operation(
    &VPC,
    "DeleteVirtualBorderRouter",
    &changes(|input| Ok(DeleteRouter { router: input.get(&ROUTER_ID) }), &[request_id()]),
)
.summary("Deletes a virtual border router (VBR).")
.directory("Virtual border routers")
.parameters(&[&REGION_ID.spec, &ROUTER_ID.spec, &CLIENT_TOKEN.spec])
.resources_in(ALL, &["acs:vpc:{region}:{account}:virtualborderrouter/{VbrId}"])
.errors(ERRORS)
.assumed(&[
    "a failover group that it is in holds it back no more than the API says: not at all",
    STRANGER,
])
.examples(
    WITH_ROUTER,
    "RegionId=cn-hangzhou&VbrId={VbrId}",
    &[
        answers("A VBR in service", ALL, "", "RequestId=*"),
        answers("A VBR that is off", ALL, "", "RequestId=*").after(TERMINATED),
        answers("Another's, which has not taken it over", ALL, "", "RequestId=*")
            .after(WITH_OTHERS),
        refuses("Another's, before 2024", until(E2024_03), "", &NOT_BY_USER).after(TAKEN_OVER),
        refuses("Another's", LATER, "", &NOT_DELETED_BY_USER).after(TAKEN_OVER),
        refuses("A VBR that is being switched off", ALL, "", &WRONG_STATE).after(&[
            Before::circuit("Enabled"),
            Before::Call("CreateVirtualBorderRouter", ""),
            Before::Call("TerminateVirtualBorderRouter", ""),
        ]),
        refuses("A VBR with a further circuit", ALL, "", &ASSOCIATED).after(&[
            Before::circuit("Enabled"),
            Before::Circuit("pc-other", "Enabled", "", "Normal"),
            Before::Call("CreateVirtualBorderRouter", ""),
            Before::Call("AssociatePhysicalConnectionToVirtualBorderRouter", ""),
        ]),
    ],
);

/// A router that was made for another account, and taken over.
const TAKEN_OVER: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Call("CreateVirtualBorderRouter", FOR_OTHER),
    Before::As(OTHER),
    TAKES_OVER,
    Before::As(CALLER),
];

static ERRORS: &[&ErrorRow] = &[
    &BAD_REGION.documented_in(LATER),
    &NOT_FOUND,
    &NOT_BY_USER,
    &NOT_DELETED_BY_USER,
    &WRONG_STATE,
    &ASSOCIATED,
    &error(
        400,
        "InvalidOperation.RouterInterfaceNotDeleted",
        "The specified VirutalBorderRouter still has routerInterface.",
    )
    .unreached(NO_INTERFACES),
    &error(
        400,
        "DependencyViolation.RouterInterfaceReferedByRouteEntry",
        "The specified VirutalBorderRouter is refered by routeEntry.",
    )
    .in_editions(LATER)
    .unreached(NO_ROUTES),
    &error(400, "DependencyViolation.BgpGroup", "bgp group exists, cannot delete vbr.")
        .in_editions(LATER)
        .unreached(NO_ROUTES),
    &error(400, "DependencyViolation.Nqa", "nqa exists, cannot delete vbr.")
        .in_editions(LATER)
        .unreached(NO_ROUTES),
    &error(400, "DependencyViolation.BgpNetwork", "bgp network exists, cannot delete vbr.")
        .in_editions(LATER)
        .unreached(NO_ROUTES),
    &error(
        400,
        "OperationUnsupported.VBRAttachedCen",
        "Operation failed because the VBR is attached to CEN.",
    )
    .in_editions(LATER)
    .unreached(NO_NETWORKS),
    &error(400, "InvalidStatus.vbrAttatchToEcr", "Invalid virtual border router ecr status.")
        .in_editions(LATER)
        .unreached(NO_NETWORKS),
    &error(403, "Forbidden.MultiVlanRi", "Multiple vlan router interfaces are found.")
        .unreached(OWN_INTERFACE),
    &error(403, "Forbidden.NoRiFound", "No vlan router interfaces are found.")
        .unreached(OWN_INTERFACE),
];
