//! TerminateVirtualBorderRouter: switch a router off. Also what its sisters say alike.

use super::create_virtual_border_router::{BY_OTHER, LATER, WITH_OTHERS, WITH_ROUTER};
use super::delete_virtual_border_router::STRANGER;
use crate::answer::request_id;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2024_03, until};
use crate::error::{BAD_REGION, ErrorRow, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{REGION_ID, ROUTER_ID};
use domain::Refusal;
use domain::command::TerminateRouter;

pub(super) static NOT_FOUND: ErrorRow =
    error(404, "InvalidVbrId.NotFound", "The specified VirutalBorderRouter is not found.")
        .on(&[Refusal::NoSuchRouter]);

pub(super) static WRONG_STATE: ErrorRow = error(
    400,
    "InvalidOperation.OperationNotAllowedInState",
    "The specified VirutalBorderRouter is in invalid state.",
)
.on(&[Refusal::RouterState]);

const NOT_THEIRS: &str =
    "The caller is not allowed to terminate the specified VirtualBorderRouter.";

static NOT_BY_USER: ErrorRow = error(403, "Forbidden.OperationNotAllowedByUser", NOT_THEIRS)
    .in_editions(until(E2024_03))
    .on(&[Refusal::NotTheOwners]);

static NOT_TERMINATED_BY_USER: ErrorRow =
    error(403, "Forbidden.OperationTerminateNotAllowedByUser", NOT_THEIRS)
        .in_editions(LATER)
        .on(&[Refusal::NotTheOwners]);

/// A router that is switched off.
pub(super) const TERMINATED: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Call("CreateVirtualBorderRouter", ""),
    Before::Call("TerminateVirtualBorderRouter", ""),
    Before::Later("PT1S"),
];

/// TerminateVirtualBorderRouter.
/// SOURCE: ROUTERS 3 and annex A; the vendor's metadata of mid-2024.
pub static OPERATION: Operation = operation(
    &VPC,
    "TerminateVirtualBorderRouter",
    &changes(|input| Ok(TerminateRouter { router: input.get(&ROUTER_ID) }), &[request_id()]),
)
.summary("Terminates a virtual border router (VBR).")
.directory("Virtual border routers")
.parameters(&[&REGION_ID.spec, &ROUTER_ID.spec, &CLIENT_TOKEN.spec])
.resources_in(ALL, &["acs:vpc:{region}:{account}:virtualborderrouter/{VbrId}"])
.errors(&[
    &BAD_REGION.documented_in(ALL),
    &NOT_FOUND,
    &NOT_BY_USER,
    &NOT_TERMINATED_BY_USER,
    &WRONG_STATE,
])
.assumed(&[STRANGER])
.examples(
    WITH_ROUTER,
    "RegionId=cn-hangzhou&VbrId={VbrId}",
    &[
        answers("A VBR in service", ALL, "", "RequestId=*"),
        refuses("By its owner, before 2024", until(E2024_03), "", &NOT_BY_USER).after(BY_OTHER),
        refuses("By its owner", LATER, "", &NOT_TERMINATED_BY_USER).after(BY_OTHER),
        refuses("A VBR that is off", ALL, "", &WRONG_STATE).after(TERMINATED),
        refuses("A VBR that nobody has taken over", ALL, "", &WRONG_STATE).after(WITH_OTHERS),
    ],
);
