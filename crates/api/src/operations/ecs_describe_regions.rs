//! DescribeRegions of Elastic Compute: what `alicloud_regions` of Terraform asks.
//!
//! The one operation of that product that clients of circuits call; it answers as VPC's does.
//! SOURCE: wire dossier 4.3.

use super::describe_regions::{ACCEPT_LANGUAGE, ANSWER, regions};
use crate::does::Answers;
use crate::edition::ALL;
use crate::example::answers;
use crate::operation::{ECS, Operation, operation};

/// DescribeRegions.
pub static OPERATION: Operation =
    operation(&ECS, "DescribeRegions", &Answers { makes: regions, answer: ANSWER })
        .summary("Lists the regions.")
        .directory("Catalogue")
        .parameters(&[&ACCEPT_LANGUAGE.spec])
        .open_to_all()
        .assumed(&[
            "anyone may call it, as VPC's",
            "the other parameters (InstanceChargeType, ResourceType) have no effect, and the \
             languages are VPC's",
        ])
        .examples(
            &[],
            &[],
            &[answers(
                "The regions, as Terraform asks for them",
                ALL,
                &[("RegionId", "cn-hangzhou")],
                &[("RequestId", "*"), ("Regions.Region.0.RegionId", "cn-qingdao")],
            )],
        );
