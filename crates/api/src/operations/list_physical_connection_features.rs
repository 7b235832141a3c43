//! ListPhysicalConnectionFeatures: what the device of a circuit is capable of.

use super::describe_physical_connection_loa::CLIENT_TOKEN;
use crate::answer::{Each, Field, list, request_id, text};
use crate::does::Looks;
use crate::edition::{E2020, E2022, E2025_09, Editions, between, from};
use crate::error::{ErrorRow, NO_CIRCUIT};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{CIRCUIT_ID, REGION_ID};
use domain::Refusal;
use domain::circuit::Circuit;
use domain::letter::Letter;
use domain::query::LetterOf;

/// SOURCE: EDITIONS, T095 to T097: it was withdrawn for some years.
const EDITIONS: Editions = between(E2020, E2022).or(from(E2025_09));

/// SOURCE: EDITIONS, T015 (the names).
static FEATURES: &[(&str, &str)] =
    &[("SubifRateLimit", "OK"), ("DualStack", "OK"), ("BFD", "OK"), ("CEN", "OK"), ("CENv6", "OK")];

static FEATURE: &[Field<(&str, &str)>] = &[
    text("FeatureKey", "The capability.", |feature: &(&str, &str), _| feature.0.into())
        .example("SubifRateLimit"),
    text("FeatureValue", "Whether the device has it.", |feature: &(&str, &str), _| {
        feature.1.into()
    })
    .example("OK"),
];

static NOT_FOUND: ErrorRow = NO_CIRCUIT
    .documented_in(Editions::NONE)
    .on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted])
    .assumed("no table of errors is known");

static ANSWER: &[Field<(Box<Circuit>, Option<Letter>)>] = &[
    request_id(),
    list(
        "PhysicalConnectionFeatures",
        "The capabilities.",
        &Each { of: |_: &(Box<Circuit>, Option<Letter>)| FEATURES, fields: FEATURE },
    ),
];

/// ListPhysicalConnectionFeatures.
/// SOURCE: dossier, annex A.
pub static OPERATION: Operation = operation(
    &VPC,
    "ListPhysicalConnectionFeatures",
    &Looks {
        asks: |input| Ok(LetterOf(input.caller.account, input.region(), input.get(&CIRCUIT_ID))),
        missing: Refusal::NoSuchCircuit,
        answer: ANSWER,
    },
)
.only_in(EDITIONS)
.summary("Lists what the device of an Express Connect circuit is capable of.")
.directory("Express Connect circuits")
.parameters(&[&REGION_ID.spec, &CIRCUIT_ID.spec, &CLIENT_TOKEN.spec])
.errors(&[&NOT_FOUND])
.assumed(&["every device here has every capability"])
.examples(
    &[Before::circuit("Enabled")],
    "RegionId=cn-hangzhou&PhysicalConnectionId=pc-example",
    &[
        answers(
            "A circuit in service",
            EDITIONS,
            "",
            "PhysicalConnectionFeatures.0.FeatureKey=SubifRateLimit\
             &PhysicalConnectionFeatures.0.FeatureValue=OK",
        ),
        refuses(
            "A circuit that nobody knows",
            EDITIONS,
            "PhysicalConnectionId=pc-none",
            &NOT_FOUND,
        ),
    ],
);
