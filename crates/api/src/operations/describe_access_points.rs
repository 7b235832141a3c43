//! DescribeAccessPoints: the buildings of a region where a line can end.

use crate::answer::{Each, Field, list, object, page_of, request_id, text, these};
use crate::check::Input;
use crate::does::Answers;
use crate::edition::{ALL, E2022, E2023, E2024_03, from, until};
use crate::error::{BAD_REGION, Invalid, error};
use crate::example::answers;
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{PAGE_NUMBER, PAGE_SIZE, Param, REGION_ID, Shape, Text, optional, several};
use domain::catalogue::AccessPoint;
use domain::query::{Listing, Page};

/// SOURCE: dossier, annex A: the default differs from that of other operations.
static ACCEPT_LANGUAGE: Param<Text> = optional("AcceptLanguage")
    .doc("The language of the access points' names.")
    .example("zh-CN")
    .only_in(from(E2023)) // SOURCE: EDITIONS, T122.
    .default_in(ALL, "en-US")
    .one_of_in(ALL, &["zh-CN", "en-US"])
    .assumed("names are English before there was a choice, as they are without one since");

const IN_NO_PAGE: &str = "it is in no page, and what it looked for is unknown";

/// SOURCE: EDITIONS, T121, like the next three: in SDKs and metadata, in no page.
static FILTER: Param<Text> = several("Filter", Shape::Filters)
    .doc("What to look for.")
    .example("Name")
    .only_in(until(E2022))
    .without_effect(IN_NO_PAGE);
static TYPE: Param<Text> = optional("Type")
    .doc("The type of the access points.")
    .example("VPC")
    .only_in(until(E2022))
    .without_effect(IN_NO_PAGE);
static NAME: Param<Text> = optional("Name")
    .doc("The name of the access point.")
    .example("Beijing-Fengtai-A")
    .only_in(until(E2022))
    .without_effect(IN_NO_PAGE);
static HOST_OPERATOR: Param<Text> = optional("HostOperator")
    .doc("The operator of the building.")
    .example("chinaother")
    .only_in(until(E2022))
    .without_effect(IN_NO_PAGE);

/// The features of every access point.
static FEATURES: &[(&str, &str)] = &[("AP_Support_VbrBandwidthLimit", "true")];

static FEATURE: &[Field<(&str, &str)>] = &[
    text("FeatureKey", "The feature.", |feature: &(&str, &str), _| feature.0.into())
        .example("AP_Support_VbrBandwidthLimit"),
    text("FeatureValue", "Whether the access point has it.", |feature: &(&str, &str), _| {
        feature.1.into()
    })
    .example("true"),
];

static POINT: &[Field<AccessPoint>] = &[
    text("AccessPointId", "The ID of the access point.", |point: &AccessPoint, _| {
        point.facts().id.into()
    })
    .example("ap-cn-beijing-ft-A"),
    text("Name", "The name of the access point.", |point: &AccessPoint, input| {
        let facts = point.facts();
        let chinese = &*input.get(&ACCEPT_LANGUAGE).0 == "zh-CN";
        if chinese { facts.name_zh } else { facts.name_en }.into()
    })
    .example("Beijing-Fengtai-A"),
    text("Status", "The status of the access point.", |point: &AccessPoint, input| {
        input.settings.offers.at(*point).status.text().into()
    })
    .example("recommended")
    .assumed("recommended, unless the operator has set another"),
    text("Type", "The type of the access point: VPC.", |_, _| "VPC".into()).example("VPC"),
    text("AttachedRegionNo", "The region of the access point.", |point: &AccessPoint, _| {
        point.facts().region.into()
    })
    .example("cn-beijing"),
    text("Description", "The description of the access point.", |point: &AccessPoint, _| {
        point.facts().id.trim_start_matches("ap-").into()
    })
    .example("cn-beijing-ft-cxp32")
    .assumed("a machine-made word like the sample's"),
    text("HostOperator", "The operator of the building.", |point: &AccessPoint, _| {
        point.facts().host_operator.into()
    })
    .example("chinaother"),
    // SOURCE: dossier, annex A: empty in all samples.
    text("Location", "The location of the access point.", |_, _| "".into()).example("-"),
    // SOURCE: wire dossier 4.3: Terraform panics over an access point without features.
    object(
        "AccessPointFeatureModels",
        "The features of the access point.",
        &[list(
            "AccessPointFeatureModel",
            "The features of the access point.",
            &Each { of: |_| FEATURES, fields: FEATURE },
        )],
    )
    .assumed("told in 2019 too, which has not documented it: Terraform stops without it"),
];

static ANSWER: &[Field<Listing<AccessPoint>>] = &[
    request_id(),
    these(&page_of("The number of access points.")),
    object(
        "AccessPointSet",
        "The access points.",
        &[list(
            "AccessPointType",
            "The access points.",
            &Each { of: |points: &Listing<AccessPoint>| &points.page, fields: POINT },
        )],
    ),
];

/// DescribeAccessPoints.
pub static OPERATION: Operation =
    operation(&VPC, "DescribeAccessPoints", &Answers { makes: points, answer: ANSWER })
        .summary("Lists the access points of a region.")
        .directory("Catalogue")
        .parameters(&[
            &REGION_ID.spec,
            &FILTER.spec,
            &TYPE.spec,
            &NAME.spec,
            &HOST_OPERATOR.spec,
            &ACCEPT_LANGUAGE.spec,
            &PAGE_NUMBER.spec,
            &PAGE_SIZE.spec,
        ])
        .errors(&[
            &BAD_REGION.documented_in(from(E2024_03)), // SOURCE: EDITIONS, T123.
            &error(400, "InvalidAccessPointType.NotSupport", "Invalid access point type.")
                .in_editions(from(E2024_03))
                .unreached("No parameter names a type of access point."),
            &error(
                404,
                "InvalidRegionId.NotSupport",
                "The RegionId provided does not support in our records.",
            )
            .unreached(
                "An unknown region is answered InvalidRegionId.NotFound before; no other lacks \
                 support.",
            ),
        ])
        .examples(
            &[],
            "RegionId=cn-hangzhou",
            &[
                answers(
                    "The access points of a region",
                    ALL,
                    "",
                    "RequestId=*&PageNumber=1&PageSize=10&TotalCount=6\
                         &AccessPointSet.AccessPointType.0.AccessPointId=ap-cn-hangzhou-yh-B\
                         &AccessPointSet.AccessPointType.0.Name=Hangzhou-Yuhang-B\
                         &AccessPointSet.AccessPointType.0.Status=recommended",
                ),
                answers(
                    "A page, in Chinese",
                    from(E2023),
                    "AcceptLanguage=zh-CN&PageNumber=3&PageSize=1",
                    "TotalCount=6&AccessPointSet.AccessPointType.0.Name=杭州-萧山-B",
                ),
            ],
        );

fn points(input: &Input) -> Result<Listing<AccessPoint>, Invalid> {
    let page = Page { number: input.get(&PAGE_NUMBER), size: input.get(&PAGE_SIZE) };
    let shown = AccessPoint::of(input.region()).skip(page.skip()).take(page.size as usize);
    Ok(Listing { total: AccessPoint::of(input.region()).count(), page: shown.collect() })
}
