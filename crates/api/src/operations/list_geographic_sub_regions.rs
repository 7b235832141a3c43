//! ListGeographicSubRegions: the ids of the regions.

use crate::answer::{Field, Texts, list, number, request_id};
use crate::does::Answers;
use crate::edition::{E2023, from};
use crate::example::answers;
use crate::operation::{Operation, VPC, operation};
use domain::catalogue::Region;

static ANSWER: &[Field<()>] = &[
    request_id(),
    list(
        "GeographicSubRegions",
        "The IDs of the regions.",
        &Texts(|(), _| Region::all().map(|region| region.id().into()).collect()),
    )
    .example("[\"cn-beijing\",\"cn-hangzhou\"]"),
    number("Count", "How many there are.", |(), _| {
        i64::try_from(Region::all().count()).expect("fewer than 256 regions")
    })
    .long()
    .example("10"),
];

/// ListGeographicSubRegions.
/// SOURCE: dossier, annex A; EDITIONS, T127 (since when).
pub static OPERATION: Operation =
    operation(&VPC, "ListGeographicSubRegions", &Answers { makes: |_| Ok(()), answer: ANSWER })
        .only_in(from(E2023))
        .summary("Lists the IDs of the regions where circuits can be.")
        .directory("Catalogue")
        .examples(
            &[],
            "",
            &[answers(
                "Every region",
                from(E2023),
                "",
                "Count=36&GeographicSubRegions.0=cn-qingdao",
            )],
        );
