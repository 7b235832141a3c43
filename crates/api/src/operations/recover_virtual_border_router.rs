//! RecoverVirtualBorderRouter: switch a router on again.

use super::create_virtual_border_router::{
    BY_OTHER, LATER, SERVICE_CLOSED, WITH_ROUTER, needs_service,
};
use super::delete_virtual_border_router::STRANGER;
use super::terminate_virtual_border_router::{NOT_FOUND, TERMINATED};
use crate::answer::request_id;
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2023, E2024_03, until};
use crate::error::{BAD_REGION, ErrorRow, Invalid, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{REGION_ID, ROUTER_ID};
use domain::Refusal;
use domain::command::RecoverRouter;

/// SOURCE: ROUTERS, annex A: without the full stop.
static WRONG_STATE: ErrorRow = error(
    400,
    "InvalidOperation.OperationNotAllowedInState",
    "The specified VirutalBorderRouter is in invalid state",
)
.on(&[Refusal::RouterState])
.assumed("of a circuit that is not in service too");

static VLAN_USED: ErrorRow =
    error(400, "OperationFailed.VlanIdAlreadyInUse", "The specifed vlanId has been used.")
        .on(&[Refusal::VlanTaken]);

const NOT_THEIRS: &str = "The caller is not allowed to recover the specified VirtualBorderRouter.";

static NOT_BY_USER: ErrorRow = error(403, "Forbidden.OperationNotAllowedByUser", NOT_THEIRS)
    .in_editions(until(E2024_03))
    .on(&[Refusal::NotTheOwners]);

static NOT_RECOVERED_BY_USER: ErrorRow =
    error(403, "Forbidden.OperationRecoverNotAllowedByUser", NOT_THEIRS)
        .in_editions(LATER)
        .on(&[Refusal::NotTheOwners]);

/// RecoverVirtualBorderRouter.
/// SOURCE: ROUTERS 3 and annex A; the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&VPC, "RecoverVirtualBorderRouter", &changes(asks, &[request_id()]))
        .summary("Recovers a terminated virtual border router (VBR).")
        .directory("Virtual border routers")
        .parameters(&[&REGION_ID.spec, &ROUTER_ID.spec, &CLIENT_TOKEN.spec])
        .resources_in(ALL, &["acs:vpc:{region}:{account}:virtualborderrouter/{VbrId}"])
        .errors(&[
            &BAD_REGION.documented_in(ALL),
            &NOT_FOUND,
            &NOT_BY_USER,
            &NOT_RECOVERED_BY_USER,
            &WRONG_STATE,
            &SERVICE_CLOSED,
            &VLAN_USED,
        ])
        .assumed(&[
            "outbound traffic must be billed from the edition on whose table says so",
            STRANGER,
        ])
        .examples(
            TERMINATED,
            "RegionId=cn-hangzhou&VbrId={VbrId}",
            &[
                answers("A VBR that is off", ALL, "", "RequestId=*"),
                refuses("By its owner, before 2024", until(E2024_03), "", &NOT_BY_USER)
                    .after(BY_OTHER),
                refuses("By its owner", LATER, "", &NOT_RECOVERED_BY_USER).after(BY_OTHER),
                refuses("An account without outbound-traffic billing", LATER, "", &SERVICE_CLOSED)
                    .after(&[
                        Before::NewAccount,
                        Before::circuit("Enabled"),
                        Before::CallIn(E2023, "CreateVirtualBorderRouter", ""),
                        Before::Call("TerminateVirtualBorderRouter", ""),
                        Before::Later("PT1S"),
                    ]),
                refuses("A VBR in service", ALL, "", &WRONG_STATE).after(WITH_ROUTER),
                refuses("A VBR whose VLAN has gone to another", ALL, "VbrId={VbrId.1}", &VLAN_USED)
                    .after(&[
                        Before::circuit("Enabled"),
                        Before::Call("CreateVirtualBorderRouter", ""),
                        Before::Call("TerminateVirtualBorderRouter", ""),
                        Before::Later("P8D"),
                        Before::Call("CreateVirtualBorderRouter", ""),
                    ]),
            ],
        );

fn asks(input: &Input) -> Result<RecoverRouter, Invalid> {
    Ok(RecoverRouter { router: input.get(&ROUTER_ID), needs_service: needs_service(input) })
}
