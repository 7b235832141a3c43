//! DescribeRegions of Elastic Compute: what `alicloud_regions` of Terraform asks.
//!
//! The one operation of that product that clients of circuits call; it answers as VPC's does.
//! SOURCE: wire dossier 4.3.

use super::describe_regions::{ACCEPT_LANGUAGE, tells};
use crate::edition::ALL;
use crate::operation::{ECS, Operation, answered, read};

/// DescribeRegions.
pub static OPERATION: Operation = read(&ECS, "DescribeRegions")
    .summary("Lists the regions.")
    // ASSUMED: the other parameters (InstanceChargeType, ResourceType) have no effect, and the
    // languages are VPC's.
    .parameters(&[&ACCEPT_LANGUAGE.spec])
    .open_to_all() // ASSUMED: as VPC's.
    .tells(tells)
    .examples(&[answered(
        "The regions, as Terraform asks for them",
        ALL,
        &[],
        &[("RegionId", "cn-hangzhou")],
        &[("RequestId", "*"), ("Regions.Region.0.RegionId", "cn-qingdao")],
    )]);
