//! DescribeRegions of VPC: where circuits can be.

use crate::check::Input;
use crate::edition::ALL;
use crate::operation::{Invalid, Operation, Told, VPC, answered, read, refused, text};
use crate::parameter::{Param, Text, optional};
use domain::catalogue::Region;
use wire::Node;

/// SOURCE: dossier, annex A (default zh-CN, two languages).
pub(super) static ACCEPT_LANGUAGE: Param<Text> = optional("AcceptLanguage")
    .doc("The language of the regions' names.")
    .example("zh-CN")
    .default_in(ALL, "zh-CN")
    .one_of_in(ALL, &["zh-CN", "en-US"]);

/// ASSUMED: it has no effect; the values other than VPC are not published.
static PRODUCT_TYPE: Param<Text> = optional("ProductType")
    .doc("The product whose regions to list.")
    .example("VPC")
    .default_in(ALL, "VPC");

/// DescribeRegions.
pub static OPERATION: Operation = read(&VPC, "DescribeRegions")
    .summary("Lists the regions.")
    .parameters(&[&ACCEPT_LANGUAGE.spec, &PRODUCT_TYPE.spec])
    .open_to_all() // ASSUMED: the page prints no authorization.
    .tells(tells)
    .examples(&[
        answered(
            "The regions",
            ALL,
            &[],
            &[],
            &[
                ("RequestId", "*"),
                ("Regions.Region.0.RegionId", "cn-qingdao"),
                ("Regions.Region.0.LocalName", "华北 1"),
                ("Regions.Region.0.RegionEndpoint", "*"),
            ],
        ),
        answered(
            "Names in English",
            ALL,
            &[],
            &[("AcceptLanguage", "en-US")],
            &[("Regions.Region.0.LocalName", "China (Qingdao)")],
        ),
        refused(
            "A language that is not spoken",
            ALL,
            &[],
            &[("AcceptLanguage", "tlh")],
            400,
            "InvalidAcceptLanguage",
        ),
    ]);

/// The regions in the call's language, at the endpoint that was called: one server is all of them.
pub(super) fn tells(input: &Input, _: Told) -> Result<Node, Invalid> {
    let chinese = &*input.get(&ACCEPT_LANGUAGE).0 == "zh-CN";
    let region = |region: Region| {
        let facts = region.facts();
        Node::Object(vec![
            ("RegionId", text(facts.id)),
            ("RegionEndpoint", text(input.host().to_owned())),
            ("LocalName", text(if chinese { facts.name_zh } else { facts.name_en })),
        ])
    };
    let regions = Region::all().map(region).collect();
    Ok(Node::Object(vec![
        ("RequestId", Node::RequestId),
        ("Regions", Node::Object(vec![("Region", Node::List(regions))])),
    ]))
}
