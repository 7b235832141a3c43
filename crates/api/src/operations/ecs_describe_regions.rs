//! DescribeRegions of Elastic Compute: what `alicloud_regions` of Terraform asks.
//!
//! The one operation of that product that clients of circuits call; it answers as VPC's does.
//! SOURCE: wire dossier 4.3.

use super::describe_regions::{ANSWER, Named, language, named};
use crate::check::Input;
use crate::does::Answers;
use crate::edition::{ALL, E2022, from};
use crate::error::Invalid;
use crate::example::answers;
use crate::operation::{ECS, Operation, operation};
use crate::parameter::{Param, Text, optional};

static ACCEPT_LANGUAGE: Param<Text> = language().only_in(from(E2022)); // SOURCE: EDITIONS, T130.

const VPCS: &str = "every region has circuits, whatever is paid for there and how";

static INSTANCE_CHARGE_TYPE: Param<Text> = optional("InstanceChargeType")
    .doc("The billing method of the instances that the regions must offer.")
    .example("PrePaid")
    .without_effect(VPCS);

static RESOURCE_TYPE: Param<Text> = optional("ResourceType")
    .doc("The type of the resources that the regions must offer.")
    .example("instance")
    .without_effect(VPCS);

/// DescribeRegions.
pub static OPERATION: Operation =
    operation(&ECS, "DescribeRegions", &Answers { makes: regions, answer: ANSWER })
        .summary("Lists the regions.")
        .directory("Catalogue")
        .parameters(&[&ACCEPT_LANGUAGE.spec, &INSTANCE_CHARGE_TYPE.spec, &RESOURCE_TYPE.spec])
        .open_to_all()
        .assumed(&["anyone may call it, and the languages are VPC's"])
        .examples(
            &[],
            "",
            &[answers(
                "The regions, as Terraform asks for them",
                ALL,
                "RegionId=cn-hangzhou",
                "RequestId=*&Regions.Region.0.RegionId=cn-qingdao",
            )],
        );

fn regions(input: &Input) -> Result<Vec<Named>, Invalid> {
    Ok(named(&input.get(&ACCEPT_LANGUAGE)))
}
