//! DescribeAccessPoints: the buildings of a region where a line can end.

use crate::check::Input;
use crate::edition::ALL;
use crate::operation::{Invalid, Operation, Told, VPC, answered, error, read, refused, text};
use crate::parameter::{PAGE_NUMBER, PAGE_SIZE, Param, REGION_ID, Text, optional};
use domain::catalogue::AccessPoint;
use domain::query::Page;
use wire::Node;

/// SOURCE: dossier, annex A: the default differs from that of other operations.
static ACCEPT_LANGUAGE: Param<Text> = optional("AcceptLanguage")
    .doc("The language of the access points' names.")
    .example("zh-CN")
    .default_in(ALL, "en-US")
    .one_of_in(ALL, &["zh-CN", "en-US"]);

/// DescribeAccessPoints.
pub static OPERATION: Operation = read(&VPC, "DescribeAccessPoints")
    .summary("Lists the access points of a region.")
    .parameters(&[&REGION_ID.spec, &ACCEPT_LANGUAGE.spec, &PAGE_NUMBER.spec, &PAGE_SIZE.spec])
    .errors(&[
        error(400, "InvalidAccessPointType.NotSupport", "Invalid access point type.")
            .unreached("No parameter names a type of access point."),
        error(
            404,
            "InvalidRegionId.NotSupport",
            "The RegionId provided does not support in our records.",
        )
        .unreached(
            "An unknown region is answered InvalidRegionId.NotFound before; no other lacks \
                    support.",
        ),
    ])
    .tells(tells)
    .examples(&[
        answered(
            "The access points of a region",
            ALL,
            &[],
            &[("RegionId", "cn-hangzhou")],
            &[
                ("RequestId", "*"),
                ("PageNumber", "1"),
                ("PageSize", "10"),
                ("TotalCount", "6"),
                ("AccessPointSet.AccessPointType.0.AccessPointId", "ap-cn-hangzhou-yh-B"),
                ("AccessPointSet.AccessPointType.0.Name", "Hangzhou-Yuhang-B"),
                ("AccessPointSet.AccessPointType.0.Status", "recommended"),
            ],
        ),
        answered(
            "A page, in Chinese",
            ALL,
            &[],
            &[
                ("RegionId", "cn-hangzhou"),
                ("AcceptLanguage", "zh-CN"),
                ("PageNumber", "3"),
                ("PageSize", "1"),
            ],
            &[("TotalCount", "6"), ("AccessPointSet.AccessPointType.0.Name", "杭州-萧山-B")],
        ),
        refused(
            "A page that is too large",
            ALL,
            &[],
            &[("RegionId", "cn-hangzhou"), ("PageSize", "51")],
            400,
            "InvalidPageSize",
        ),
        refused(
            "An unknown region",
            ALL,
            &[],
            &[("RegionId", "cn-atlantis")],
            404,
            "InvalidRegionId.NotFound",
        ),
    ]);

fn tells(input: &Input, _: Told) -> Result<Node, Invalid> {
    let chinese = &*input.get(&ACCEPT_LANGUAGE).0 == "zh-CN";
    let page = Page { number: input.get(&PAGE_NUMBER), size: input.get(&PAGE_SIZE) };
    let total = AccessPoint::of(input.region()).count();
    let shown = AccessPoint::of(input.region()).skip(page.skip()).take(page.size as usize);
    let points = shown.map(|point| access_point(point, chinese)).collect();
    Ok(Node::Object(vec![
        ("RequestId", Node::RequestId),
        ("PageNumber", Node::Number(page.number.into())),
        ("PageSize", Node::Number(page.size.into())),
        ("TotalCount", Node::Number(i64::try_from(total).expect("a catalogue is small"))),
        ("AccessPointSet", Node::Object(vec![("AccessPointType", Node::List(points))])),
    ]))
}

fn access_point(point: AccessPoint, chinese: bool) -> Node {
    let facts = point.facts();
    // SOURCE: wire dossier 4.3: Terraform panics over an access point without features.
    let feature = Node::Object(vec![
        ("FeatureKey", text("AP_Support_VbrBandwidthLimit")),
        ("FeatureValue", text("true")),
    ]);
    let features = Node::Object(vec![("AccessPointFeatureModel", Node::List(vec![feature]))]);
    Node::Object(vec![
        ("AccessPointId", text(facts.id)),
        ("Name", text(if chinese { facts.name_zh } else { facts.name_en })),
        ("Status", text(facts.status)),
        ("Type", text("VPC")),
        ("AttachedRegionNo", text(facts.region)),
        // ASSUMED: a machine-made word like the sample's `cn-beijing-ft-cxp32`.
        ("Description", text(facts.id.trim_start_matches("ap-"))),
        ("HostOperator", text(facts.host_operator)),
        ("Location", text("")), // SOURCE: dossier, annex A: empty in all samples.
        ("AccessPointFeatureModels", features),
    ])
}
