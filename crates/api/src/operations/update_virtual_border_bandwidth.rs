//! UpdateVirtualBorderBandwidth: set how fast a router is.

use super::create_virtual_border_router::{ON_HOSTED, TOO_FAST, WITH_ROUTER, limited};
use crate::answer::{Field, boolean, number, request_id, text};
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2020, E2024_03, Editions, from, until};
use crate::error::{ErrorRow, Invalid, TOKEN_REUSED, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, required};
use domain::command::SetRouterBandwidth;
use domain::receipt::Done;
use domain::{Refusal, RouterId};

/// SOURCE: ROUTERS 12, point 2: the only operation that calls it so.
static ROUTER_ID: Param<RouterId> =
    required("VirtualBorderRouterId").doc("The ID of the VBR.").example("vbr-bp15zckdt37pq72****");

static BANDWIDTH: Param<u32> = required("Bandwidth")
    .doc("The bandwidth, in Mbit/s.")
    .example("2")
    .range_in(ALL, 1, 102_400)
    .assumed("its range: the page's example is below all that a VBR can be made with");

static NOT_FOUND: ErrorRow =
    error(400, "InvalidInstanceId.NotFound", "InstanceId not found.").on(&[Refusal::NoSuchRouter]);

static WRONG_STATE: ErrorRow = error(
    400,
    "IncorrectStatus.VirtualBorderRouter",
    "The status of VirtualBorderRouter is incorrect.",
)
.documented_in(Editions::NONE)
.on(&[Refusal::RouterState])
.assumed("as ModifyVirtualBorderRouterAttribute says it; the table's fourth row is not known");

/// SOURCE: ROUTERS 4.
static SHARED: ErrorRow =
    error(400, "OperationFailed.Vpconn", "The operation is failed because of Vpconn.")
        .on(&[Refusal::CircuitHosted]);

/// UpdateVirtualBorderBandwidth.
/// SOURCE: ROUTERS, annex A; EDITIONS, T162.
pub static OPERATION: Operation =
    operation(&VPC, "UpdateVirtualBorderBandwidth", &changes(asks, ANSWER))
        .only_in(from(E2020))
        .summary("Changes the bandwidth of a virtual border router (VBR).")
        .directory("Virtual border routers")
        .parameters(&[&REGION_ID.spec, &ROUTER_ID.spec, &BANDWIDTH.spec, &CLIENT_TOKEN.spec])
        .resources_in(ALL, &["acs:vpc:*:{account}:virtualborderrouter/{VirtualBorderRouterId}"])
        .errors(&[
            &NOT_FOUND,
            &WRONG_STATE,
            &TOO_FAST.documented_in(Editions::NONE),
            &SHARED,
            &error(400, "MissingParam.InstanceId", "Missing param of InstanceId.")
                .for_missing(&["VirtualBorderRouterId"]),
        ])
        .assumed(&["the VBR must be active", "the new bandwidth is in force at once"])
        .examples(
            WITH_ROUTER,
            "RegionId=cn-hangzhou&VirtualBorderRouterId={VbrId}&Bandwidth=2",
            &[
                answers(
                    "Less",
                    ALL,
                    "",
                    "Code=200&HttpStatusCode=200&Message=successful&Success=true&RequestId=*",
                ),
                refuses("An unknown VBR", ALL, "VirtualBorderRouterId=vbr-none", &NOT_FOUND),
                refuses("Faster than its port", from(E2024_03), "Bandwidth=1001", &TOO_FAST),
                answers(
                    "Faster than its port, before",
                    until(E2024_03),
                    "Bandwidth=1001",
                    "Code=200",
                ),
                refuses("A VBR that is switched off", ALL, "", &WRONG_STATE).after(&[
                    Before::circuit("Enabled"),
                    Before::Call("CreateVirtualBorderRouter", ""),
                    Before::Call("TerminateVirtualBorderRouter", ""),
                ]),
                refuses("The VBR of a shared circuit", ALL, "", &SHARED).after(ON_HOSTED),
                refuses("The token of another", ALL, "ClientToken=used&Bandwidth=3", &TOKEN_REUSED)
                    .after(&[
                        Before::circuit("Enabled"),
                        Before::Call("CreateVirtualBorderRouter", ""),
                        Before::Call("UpdateVirtualBorderBandwidth", "ClientToken=used"),
                    ]),
            ],
        );

fn asks(input: &Input) -> Result<SetRouterBandwidth, Invalid> {
    Ok(SetRouterBandwidth {
        router: input.get(&ROUTER_ID),
        bandwidth_mbps: input.get(&BANDWIDTH),
        limited: limited(input),
    })
}

/// SOURCE: ROUTERS 12, point 7.
static ANSWER: &[Field<Done>] = &[
    text("Code", "The status code.", |_, _| "200".into()).example("200"),
    number("HttpStatusCode", "The status code.", |_, _| 200).example("200"),
    text("Message", "The message.", |_, _| "successful".into()).example("successful"),
    boolean("Success", "Whether the call succeeded.", |_, _| true).example("true"),
    request_id(),
];
