//! ListBusinessRegions: the regions where circuits can be bought.

use crate::answer::{Each, Field, list, number, request_id, text};
use crate::check::Input;
use crate::does::Answers;
use crate::edition::{ALL, E2025_09, from};
use crate::error::Invalid;
use crate::example::answers;
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, Text, optional};
use domain::catalogue::{AccessPoint, Region};

/// SOURCE: dossier, annex A.
static ACCEPT_LANGUAGE: Param<Text> = optional("AcceptLanguage")
    .doc("The language of the regions' names.")
    .example("zh-CN")
    .default_in(ALL, "zh-CN")
    .one_of_in(ALL, &["zh-CN", "en-US"]);

/// The regions where a line can end.
pub struct Regions(Vec<Region>);

static REGION: &[Field<Region>] = &[
    text("Name", "The name of the region.", |region: &Region, input| {
        let facts = region.facts();
        let chinese = &*input.get(&ACCEPT_LANGUAGE).0 == "zh-CN";
        if chinese { facts.name_zh } else { facts.name_en }.into()
    })
    .example("华东1(杭州)")
    .assumed("the name that DescribeRegions tells, with its blanks"),
    text("RegionId", "The ID of the region.", |region: &Region, _| region.id().into())
        .example("cn-hangzhou"),
];

static ANSWER: &[Field<Regions>] = &[
    request_id(),
    list(
        "GeographicSubRegions",
        "The regions.",
        &Each { of: |regions: &Regions| &regions.0, fields: REGION },
    ),
    number("Count", "How many there are.", |regions: &Regions, _| {
        i64::try_from(regions.0.len()).expect("fewer than 256 regions")
    })
    .long()
    .example("10"),
];

/// ListBusinessRegions.
/// SOURCE: dossier, annex A; EDITIONS, T126 (since when).
pub static OPERATION: Operation =
    operation(&VPC, "ListBusinessRegions", &Answers { makes: regions, answer: ANSWER })
        .only_in(from(E2025_09))
        .summary("Lists the regions where circuits can be bought.")
        .directory("Catalogue")
        .parameters(&[&ACCEPT_LANGUAGE.spec])
        .assumed(&["those that have an access point"])
        .examples(
            &[],
            "",
            &[answers(
                "In English",
                from(E2025_09),
                "AcceptLanguage=en-US",
                "Count=*&GeographicSubRegions.0.RegionId=cn-beijing\
                 &GeographicSubRegions.0.Name=China (Beijing)",
            )],
        );

fn regions(_: &Input) -> Result<Regions, Invalid> {
    Ok(Regions(Region::all().filter(|region| AccessPoint::of(*region).next().is_some()).collect()))
}
