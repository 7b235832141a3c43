//! DescribeZones: the zones of a region.

use crate::answer::{Each, Field, list, object, request_id, text};
use crate::check::Input;
use crate::does::Answers;
use crate::edition::{ALL, E2022, E2024_03, from};
use crate::error::{BAD_REGION, Invalid};
use crate::example::answers;
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, Text, optional};
use domain::catalogue::Region;

/// SOURCE: dossier, annex A; EDITIONS, T130.
static ACCEPT_LANGUAGE: Param<Text> = optional("AcceptLanguage")
    .doc("The language of the zones' names.")
    .example("zh-cn")
    .only_in(from(E2022))
    .default_in(ALL, "zh-cn")
    .one_of_in(ALL, &["zh-cn", "en-us", "ja"])
    .in_any_case()
    .assumed("the default; Japanese names are the English ones");

static ZONE_TYPE: Param<Text> = optional("ZoneType")
    .doc("The type of the zones.")
    .example("AvailabilityZone")
    .only_in(from(E2022))
    .default_in(ALL, "AvailabilityZone")
    .one_of_in(ALL, &["AvailabilityZone"])
    .assumed("no other type is known");

/// A zone.
pub struct Zone {
    region: Region,
    letter: char,
}

/// What is told of a region's zones.
pub struct Zones(Vec<Zone>);

static ZONE: &[Field<Zone>] = &[
    text("ZoneId", "The ID of the zone.", |zone: &Zone, _| {
        format!("{}-{}", zone.region.id(), zone.letter).into()
    })
    .example("cn-hangzhou-b"),
    text("LocalName", "The name of the zone.", |zone: &Zone, input| {
        let letter = zone.letter.to_ascii_uppercase();
        let chinese = input.get(&ACCEPT_LANGUAGE).0.eq_ignore_ascii_case("zh-cn");
        if chinese {
            format!("{} 可用区 {letter}", zone.region.facts().name_zh)
        } else {
            format!("{} Zone {letter}", zone.region.facts().name_en)
        }
        .into()
    })
    .example("华东 1 可用区 B"),
    text("ZoneType", "The type of the zone.", |_, _| "AvailabilityZone".into())
        .only_in(from(E2022))
        .example("AvailabilityZone"),
];

static ANSWER: &[Field<Zones>] = &[
    request_id(),
    object(
        "Zones",
        "The zones.",
        &[list("Zone", "The zones.", &Each { of: |zones: &Zones| &zones.0, fields: ZONE })],
    ),
];

/// DescribeZones.
pub static OPERATION: Operation =
    operation(&VPC, "DescribeZones", &Answers { makes: zones, answer: ANSWER })
        .summary("Lists the zones of a region.")
        .directory("Catalogue")
        .parameters(&[&REGION_ID.spec, &ACCEPT_LANGUAGE.spec, &ZONE_TYPE.spec])
        .errors(&[&BAD_REGION.documented_in(from(E2024_03))])
        .assumed(&["every region has the zones a and b; no circuit is in one"])
        .examples(
            &[],
            "RegionId=cn-hangzhou",
            &[
                answers(
                    "The zones of a region",
                    ALL,
                    "",
                    "Zones.Zone.1.ZoneId=cn-hangzhou-b&Zones.Zone.1.LocalName=华东 1 可用区 B",
                ),
                answers(
                    "In English",
                    from(E2022),
                    "AcceptLanguage=en-US",
                    "Zones.Zone.0.LocalName=China (Hangzhou) Zone A",
                ),
            ],
        );

fn zones(input: &Input) -> Result<Zones, Invalid> {
    let region = input.region();
    Ok(Zones(['a', 'b'].map(|letter| Zone { region, letter }).into()))
}
