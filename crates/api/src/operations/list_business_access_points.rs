//! ListBusinessAccessPoints: access points with what their ports can be.

use super::create_physical_connection::{LINE_OPERATORS, OPTICAL_MODULES, PORT_TYPES};
use crate::answer::{Each, Field, Made, list, request_id, text};
use crate::check::Input;
use crate::does::Answers;
use crate::edition::{ALL, E2023, E2025_09, from};
use crate::error::{Invalid, error};
use crate::example::answers;
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, Text, optional};
use domain::catalogue::{AccessPoint, PortType, Region};

/// Not the shared one: without it access points of every region are listed.
static REGION_ID: Param<Text> = optional("RegionId")
    .doc("The region of the access points; all regions without it.")
    .example("cn-hangzhou")
    .rule_in(ALL, |_, text| Region::find(text).is_some())
    .assumed("a region that nobody knows is refused in the gateway's words")
    .or_else(&NO_REGION);

static NO_REGION: crate::error::ErrorRow =
    error(404, "InvalidRegionId.NotFound", "The RegionId provided does not exist in our records.")
        .documented_in(crate::edition::Editions::NONE);

/// The access points.
pub struct Points(Vec<AccessPoint>);

/// A module, and the port that it fits.
struct Module {
    port_type: &'static str,
    model: &'static str,
}

/// The types of port that an access point has, by the words of the wire.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "rows take their subjects so")]
fn ports(point: &AccessPoint, input: &Input) -> Vec<&'static str> {
    let offer = input.settings.offers.at(*point);
    let has = |text: &&&str| PortType::find(text).is_some_and(|port| offer.has(port));
    PORT_TYPES.iter().filter(has).copied().collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "rows take their subjects so")]
fn modules(point: &AccessPoint, input: &Input) -> Vec<Module> {
    let ports = ports(point, input);
    let fits = |(port_type, models): &(&'static str, &[&'static str])| {
        let port_type = *port_type;
        models.iter().map(move |model| Module { port_type, model }).collect::<Vec<_>>()
    };
    OPTICAL_MODULES.iter().filter(|(port, _)| ports.contains(port)).flat_map(fits).collect()
}

static MODULE: &[Field<Module>] = &[
    text("PortType", "The port.", |module: &Module, _| module.port_type.into())
        .example("1000Base-LX"),
    text("OpticalModuleModel", "The module that fits it.", |module: &Module, _| {
        module.model.into()
    })
    .example("SFP-GE-LR-SM1310,10KM"),
];

static POINT: &[Field<AccessPoint>] = &[
    text("AccessPointId", "The ID of the access point.", |point: &AccessPoint, _| {
        point.facts().id.into()
    })
    .example("ap-cn-hangzhou-xs-B"),
    text("AccessPointName", "The name of the access point.", |point: &AccessPoint, _| {
        point.facts().name_zh.into()
    })
    .example("杭州-萧山-B"),
    text("SupportLineOperator", "The carriers whose lines can end there.", |_, _| {
        LINE_OPERATORS.join(",").into()
    })
    .example("CT")
    .assumed("every carrier, and the comma between them"),
    text("SupportPortTypes", "What its ports can be.", |point: &AccessPoint, input| {
        ports(point, input).join(",").into()
    })
    .example("1000Base-T")
    .assumed("every type that the operator has not taken away, and the comma between them"),
    text("CloudBoxInstanceIds", "The cloud boxes there.", |_, _| "".into()).example("cb-****"),
    list(
        "OpticalModuleModels",
        "The modules that fit its ports.",
        &Made { of: modules, fields: MODULE },
    )
    .only_in(from(E2025_09)), // SOURCE: EDITIONS, T125.
];

static ANSWER: &[Field<Points>] = &[
    request_id(),
    list(
        "BusinessAccessPoints",
        "The access points.",
        &Each { of: |points: &Points| &points.0, fields: POINT },
    ),
];

/// ListBusinessAccessPoints.
/// SOURCE: dossier, annex A; EDITIONS, T124 (since when).
pub static OPERATION: Operation =
    operation(&VPC, "ListBusinessAccessPoints", &Answers { makes: points, answer: ANSWER })
        .only_in(from(E2023))
        .summary("Lists access points, with what their ports can be.")
        .directory("Catalogue")
        .parameters(&[&REGION_ID.spec])
        .errors(&[&error(500, "InternalError", "Internal system error.")
            .unreached("The catalogue is in memory.")])
        .assumed(&["where an access point lies is not told: coordinates of one alone are known"])
        .examples(
            &[],
            "RegionId=cn-hangzhou",
            &[answers(
                "The access points of a region",
                from(E2023),
                "",
                "BusinessAccessPoints.0.AccessPointId=ap-cn-hangzhou-yh-B",
            )],
        );

fn points(input: &Input) -> Result<Points, Invalid> {
    let wanted = input.find(&REGION_ID).and_then(|text| Region::find(&text.0));
    let regions = Region::all().filter(|region| wanted.is_none_or(|wanted| wanted == *region));
    Ok(Points(regions.flat_map(AccessPoint::of).collect()))
}
