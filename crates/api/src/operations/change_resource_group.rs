//! ChangeResourceGroup: put a circuit or a router into another resource group.

use super::tag_resources_for_express_connect::TYPES;
use crate::answer::request_id;
use crate::check::Input;
use crate::does::changes;
use crate::edition::{ALL, E2023, Editions, from};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, answers, refuses};
use crate::form::{Characters, Form};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, Text, required};
use domain::Refusal;
use domain::command::ChangeResourceGroup;
use domain::tag::ResourceType;

const NOT_PUBLISHED: &str = "no page of the operation is at hand: its errors are as its family's";

static NO_TYPE: ErrorRow =
    error(400, "IllegalParam.ResourceType", "The param of ResourceType is illegal.")
        .documented_in(Editions::NONE)
        .assumed(NOT_PUBLISHED);

static NO_RESOURCE: ErrorRow =
    error(404, "ResourceNotFound.ResourceId", "The specified resource is not found.")
        .documented_in(Editions::NONE)
        .on(&[Refusal::NoSuchResource])
        .assumed(NOT_PUBLISHED);

static KIND: Param<ResourceType> = required("ResourceType")
    .doc("The type of the resource: PHYSICALCONNECTION, VIRTUALBORDERROUTER or another.")
    .example("VIRTUALBORDERROUTER")
    .one_of_in(ALL, TYPES)
    .or_else(&NO_TYPE);

static ID_FORM: Form = Form::of(Characters::Printable, (1, 128));

static RESOURCE: Param<Text> = required("ResourceId")
    .doc("The ID of the resource.")
    .example("vbr-bp15zckdt37pq72****")
    .form_in(ALL, &ID_FORM)
    .assumed("its form");

static GROUP_FORM: Form = Form::of(Characters::Printable, (1, 64));

static GROUP: Param<Text> = required("NewResourceGroupId")
    .doc("The ID of the resource group that it is to be in.")
    .example("rg-acfmxazb4ph6aiy****")
    .form_in(ALL, &GROUP_FORM)
    .assumed("its form, and that any group exists");

/// ChangeResourceGroup.
/// SOURCE: ROUTERS 13.2 (as Terraform calls it) and 18, point 8.
pub static OPERATION: Operation =
    operation(&VPC, "ChangeResourceGroup", &changes(asks, &[request_id()]))
        .only_in(from(E2023))
        .without_page_in(
            from(E2023),
            "no page of it is known; circuits have resource groups since 2022-12 (dossier, annex \
             A), and Terraform calls it",
        )
        .summary("Moves a circuit or a virtual border router (VBR) to another resource group.")
        .directory("Tags")
        .kind("update")
        .parameters(&[&REGION_ID.spec, &KIND.spec, &RESOURCE.spec, &GROUP.spec])
        .errors(&[&NO_TYPE, &NO_RESOURCE])
        .assumed(&["a VBR is its owner's to move, and a circuit its owner's, in any status"])
        .examples(
            &[Before::circuit("Enabled"), Before::Call("CreateVirtualBorderRouter", "")],
            "RegionId=cn-hangzhou&ResourceType=VIRTUALBORDERROUTER&ResourceId={VbrId}\
             &NewResourceGroupId=rg-other",
            &[
                answers("A VBR", ALL, "", "RequestId=*"),
                answers(
                    "A circuit",
                    ALL,
                    "ResourceType=PHYSICALCONNECTION&ResourceId=pc-example",
                    "RequestId=*",
                ),
                refuses("A VBR that nobody knows", ALL, "ResourceId=vbr-none", &NO_RESOURCE),
                refuses("What there is not here", ALL, "ResourceType=TRAFFICQOS", &NO_RESOURCE),
            ],
        );

fn asks(input: &Input) -> Result<ChangeResourceGroup, Invalid> {
    Ok(ChangeResourceGroup {
        kind: input.get(&KIND),
        resource: input.get(&RESOURCE).0,
        group: input.get(&GROUP).0,
    })
}
