//! DescribeRegions of VPC: where circuits can be.

use crate::answer::{Each, Field, list, object, request_id, text};
use crate::check::Input;
use crate::does::Answers;
use crate::edition::{ALL, E2022, Editions};
use crate::error::Invalid;
use crate::example::answers;
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, Text, optional};
use domain::catalogue::Region;

/// SOURCE: dossier, annex A (default zh-CN, two languages).
static ACCEPT_LANGUAGE: Param<Text> = language();

/// The language of the regions' names.
pub(super) const fn language() -> Param<Text> {
    optional("AcceptLanguage")
        .doc("The language of the regions' names.")
        .example("zh-CN")
        .default_in(ALL, "zh-CN")
        .one_of_in(ALL, &["zh-CN", "en-US"])
}

static PRODUCT_TYPE: Param<Text> = optional("ProductType")
    .doc("The product whose regions to list.")
    .example("VPC")
    .only_in(Editions::except(E2022)) // SOURCE: EDITIONS, T128 and T129.
    .default_in(ALL, "VPC")
    .without_effect("the values other than VPC are not published");

/// A region and its name in the call's language.
pub(super) struct Named {
    region: Region,
    name: &'static str,
}

/// Each at the endpoint that was called: one server is all of them.
static REGION: &[Field<Named>] = &[
    text("RegionId", "The ID of the region.", |named: &Named, _| named.region.id().into())
        .example("cn-hangzhou"),
    text("RegionEndpoint", "The endpoint of the region.", |_, input| input.host().into())
        .example("vpc.aliyuncs.com"),
    text("LocalName", "The name of the region.", |named: &Named, _| named.name.into())
        .example("China (Hangzhou)"),
];

pub(super) static ANSWER: &[Field<Vec<Named>>] = &[
    request_id(),
    object(
        "Regions",
        "The regions.",
        &[list("Region", "The regions.", &Each { of: Vec::as_slice, fields: REGION })],
    ),
];

/// All regions in a language.
pub(super) fn named(Text(language): &Text) -> Vec<Named> {
    let name = |region: Region| {
        let facts = region.facts();
        if &**language == "zh-CN" { facts.name_zh } else { facts.name_en }
    };
    Region::all().map(|region| Named { region, name: name(region) }).collect()
}

fn regions(input: &Input) -> Result<Vec<Named>, Invalid> {
    Ok(named(&input.get(&ACCEPT_LANGUAGE)))
}

/// DescribeRegions.
pub static OPERATION: Operation =
    operation(&VPC, "DescribeRegions", &Answers { makes: regions, answer: ANSWER })
        .summary("Lists the regions.")
        .directory("Catalogue")
        .parameters(&[&ACCEPT_LANGUAGE.spec, &PRODUCT_TYPE.spec])
        .open_to_all()
        .assumed(&["anyone may call it: the page prints no authorization"])
        .examples(
            &[],
            "",
            &[
                answers(
                    "The regions",
                    ALL,
                    "",
                    "RequestId=*&Regions.Region.0.RegionId=cn-qingdao\
                         &Regions.Region.0.LocalName=华北 1&Regions.Region.0.RegionEndpoint=*",
                ),
                answers(
                    "Names in English",
                    ALL,
                    "AcceptLanguage=en-US",
                    "Regions.Region.0.LocalName=China (Qingdao)",
                ),
            ],
        );
