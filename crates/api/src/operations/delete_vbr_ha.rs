//! DeleteVbrHa: dissolve a failover group.

use super::create_vbr_ha::WITH_GROUP;
use super::create_virtual_border_router::LATER;
use crate::answer::request_id;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2022, from};
use crate::error::{ErrorRow, TOKEN_REUSED, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, required};
use domain::command::DeleteRouterGroup;
use domain::{GroupId, Refusal};

/// SOURCE: ROUTERS 12, point 2: the only operation that calls it so.
static GROUP_ID: Param<GroupId> =
    required("InstanceId").doc("The ID of the failover group.").example("vbrha-sa1******");

static NO_GROUP: ErrorRow =
    error(404, "ResourceNotFound.VbrHa", "The VBR HA resource is not found.")
        .documented_in(LATER)
        .on(&[Refusal::NoSuchGroup]);

/// DeleteVbrHa.
/// SOURCE: ROUTERS 9 and annex A; EDITIONS, T164; the vendor's metadata of mid-2024.
pub static OPERATION: Operation = operation(
    &VPC,
    "DeleteVbrHa",
    &changes(|input| Ok(DeleteRouterGroup { group: input.get(&GROUP_ID) }), &[request_id()]),
)
.only_in(from(E2022))
.summary("Deletes a failover group of virtual border routers (VBRs).")
.directory("Failover groups of virtual border routers")
.parameters(&[&CLIENT_TOKEN.spec, &GROUP_ID.spec, &REGION_ID.spec])
.errors(&[
    &NO_GROUP,
    &error(400, "IllegalParam.%s", "The param of %s is illegal.")
        .in_editions(LATER)
        .unreached("An id that is none is not found."),
])
.assumed(&["it is gone at once, and its VBRs stay"])
.examples(
    WITH_GROUP,
    "RegionId=cn-hangzhou&InstanceId={VbrHaId}",
    &[
        answers("A group", ALL, "", "RequestId=*"),
        refuses("An unknown group", ALL, "InstanceId=vbrha-none", &NO_GROUP),
        refuses(
            "The token of another",
            ALL,
            "ClientToken=used&InstanceId=vbrha-none",
            &TOKEN_REUSED,
        )
        .after(&[
            Before::circuit("Enabled"),
            Before::Circuit("pc-other", "Enabled", "", "Normal"),
            Before::Call("CreateVirtualBorderRouter", ""),
            Before::Call("CreateVirtualBorderRouter", "PhysicalConnectionId=pc-other"),
            Before::Call("CreateVbrHa", ""),
            Before::Call("DeleteVbrHa", "ClientToken=used"),
        ]),
    ],
);
