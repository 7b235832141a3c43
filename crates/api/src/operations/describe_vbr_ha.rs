//! DescribeVbrHa: look at a failover group.

use super::create_vbr_ha::{TWO_ROUTERS, WITH_GROUP};
use super::create_virtual_border_router::LATER;
use crate::answer::{Field, request_id, text};
use crate::check::Input;
use crate::does::{Finds, Looks};
use crate::edition::{ALL, E2022, E2024_03, from, until};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, Text, optional};
use domain::query::{GroupBy, GroupOf};
use domain::router_group::RouterGroup;
use domain::{GroupId, Refusal, RouterId};

static GROUP_ID: Param<GroupId> = optional("VbrHaId")
    .doc("The ID of the failover group. This or VbrId must be given.")
    .example("vbrha-sa1sxheuxtd98****");

static ROUTER_ID: Param<RouterId> = optional("VbrId")
    .doc("The ID of one of its VBRs. This or VbrHaId must be given.")
    .example("vbr-bp1jcg5cmxjbl9xgc****");

/// Looking needs no token; this one is not the shared one, so nothing is checked or kept.
static CLIENT_TOKEN: Param<Text> = optional("ClientToken")
    .doc("The client token.")
    .example("CBCE910E-D396-4944-8****")
    .without_effect("a call that changes nothing leaves nothing behind that could be repeated");

static DRY_RUN: Param<bool> = optional("DryRun")
    .doc("Specifies whether only to check the call.")
    .example("false")
    .without_effect("a call that changes nothing is no more than checked");

static NO_GROUP: ErrorRow =
    error(404, "ResourceNotFound.VbrHa", "The VBR HA resource is not found.")
        .in_editions(LATER)
        .on(&[Refusal::NoSuchGroup]);

/// SOURCE: the SDKs' prose names the code.
static NO_ID: ErrorRow =
    error(400, "MissingParam.VbrHaIdOrVbrId", "The parameter VbrHaId or VbrId is mandatory.")
        .assumed("its text");

static ANSWER: &[Field<RouterGroup>] = &[
    request_id(),
    text("VbrHaId", "The ID of the failover group.", |group: &RouterGroup, _| {
        group.id.as_str().into()
    })
    .example("vbrha-sa1sxheuxtd98****"),
    // SOURCE: ROUTERS 9: with capitals.
    text("Status", "The status of the failover group.", |group: &RouterGroup, _| {
        group.status.text().into()
    })
    .example("Active"),
    text("VbrId", "The ID of the first VBR.", |group: &RouterGroup, _| {
        group.routers[0].as_str().into()
    })
    .example("vbr-bp1jcg5cmxjbl9xgc****"),
    text("PeerVbrId", "The ID of the other VBR.", |group: &RouterGroup, _| {
        group.routers[1].as_str().into()
    })
    .example("vbr-bp12mw1f8k3jgygk9****"),
    text("Name", "The name of the failover group.", |group: &RouterGroup, _| (&*group.name).into())
        .example("VBRHa"),
    text("Description", "The description of the failover group.", |group: &RouterGroup, _| {
        (&*group.description).into()
    })
    .example("desc"),
    text("RegionId", "The region of the failover group.", |group: &RouterGroup, _| {
        group.region.id().into()
    })
    .example("cn-hangzhou"),
    text("CreationTime", "When the failover group was made.", |group: &RouterGroup, _| {
        group.created_at.to_string().into()
    })
    .example("2021-06-08T12:20:55"),
];

/// DescribeVbrHa.
/// SOURCE: ROUTERS 9 and annex A; EDITIONS, T165; the vendor's metadata of mid-2024.
pub static OPERATION: Operation = operation(
    &VPC,
    "DescribeVbrHa",
    // ROUTERS 9: until then an unknown group is answered without one.
    &Finds {
        looks: Looks { asks, missing: Refusal::NoSuchGroup, answer: ANSWER },
        refused_in: LATER,
    },
)
.only_in(from(E2022))
.summary("Queries a failover group of virtual border routers (VBRs).")
.directory("Failover groups of virtual border routers")
.parameters(&[&CLIENT_TOKEN.spec, &DRY_RUN.spec, &ROUTER_ID.spec, &GROUP_ID.spec, &REGION_ID.spec])
.errors(&[&NO_ID, &NO_GROUP])
.assumed(&["before 2024 an unknown group is answered with the id of the request alone"])
.examples(
    WITH_GROUP,
    "RegionId=cn-hangzhou&VbrHaId={VbrHaId}",
    &[
        answers(
            "A group that is being made",
            ALL,
            "",
            "RequestId=*&VbrHaId={VbrHaId}&VbrId={VbrId.1}&PeerVbrId={VbrId.2}&Status=Creating\
             &RegionId=cn-hangzhou",
        ),
        answers("A group", ALL, "", "Status=Active").after(&[
            Before::circuit("Enabled"),
            Before::Circuit("pc-other", "Enabled", "", "Normal"),
            Before::Call("CreateVirtualBorderRouter", ""),
            Before::Call("CreateVirtualBorderRouter", "PhysicalConnectionId=pc-other"),
            Before::Call("CreateVbrHa", ""),
            Before::Later("PT1S"),
        ]),
        answers("By a VBR", ALL, "VbrHaId=&VbrId={VbrId}", "VbrHaId={VbrHaId}"),
        answers(
            "An unknown group, before 2024",
            until(E2024_03),
            "VbrHaId=vbrha-none",
            "RequestId=*",
        ),
        refuses("An unknown group", LATER, "VbrHaId=vbrha-none", &NO_GROUP),
        refuses("A VBR that is in none", LATER, "VbrHaId=&VbrId={VbrId}", &NO_GROUP)
            .after(TWO_ROUTERS),
        answers("By both", ALL, "VbrId={VbrId.2}", "VbrHaId={VbrHaId}"),
        refuses("A group and a VBR that is not of it", LATER, "VbrId=vbr-none", &NO_GROUP),
        refuses("Neither", ALL, "VbrHaId=", &NO_ID),
    ],
);

fn asks(input: &Input) -> Result<GroupOf, Invalid> {
    let by = GroupBy { group: input.find(&GROUP_ID), router: input.find(&ROUTER_ID) };
    if by == GroupBy::default() {
        return Err(NO_ID.invalid());
    }
    Ok(GroupOf(input.caller.account, input.region(), by))
}
