//! How near we are to the vendor: the differences from its own metadata, each with its reason.

use crate::derived::facts::{Difference, differences, facts};
use crate::derived::portal::api;
use crate::edition::Edition;
use crate::operations::OPERATIONS;
use serde_json::Value;

/// The edition that the vendor's metadata of mid-2024 is held against.
pub const HELD: Edition = Edition::E2024_03;

/// The differences of what is served from the vendor's metadata of these products: operation by
/// operation, ours first.
pub fn differences_from(portals: &[Value]) -> Vec<(&'static str, Difference)> {
    let mut all = Vec::new();
    for operation in OPERATIONS {
        let its = |portal: &&Value| portal["version"]["product"] == operation.product.name;
        let portal = portals.iter().find(its).map(|portal| &portal["apis"][operation.name]);
        let Some(vendor) = portal.filter(|vendor| !vendor.is_null()) else { continue };
        let differ = differences(&facts(&api(operation, HELD)), &facts(vendor));
        all.extend(differ.into_iter().map(|difference| (operation.name, difference)));
    }
    all
}

/// Differences that are meant: of this operation ("" for any), facts that begin so, and why.
struct Meant {
    operation: &'static str,
    facts: &'static [&'static str],
    why: &'static str,
}

const fn meant(
    operation: &'static str,
    facts: &'static [&'static str],
    why: &'static str,
) -> Meant {
    Meant { operation, facts, why }
}

const PROSE: &str = "The vendor says it in the description alone: api dossier, annex A.";
const TOKEN: &str = "The vendor says it in the description alone: dossier O4, kept since.";
const ORDER: &str = "CreatePhysicalConnectionOccupancyOrder";

/// Every difference from the vendor's metadata of mid-2024, and its source.
static MEANT: &[Meant] = &[
    meant("", &["parameter ClientToken: m"], TOKEN),
    meant(
        "",
        &[
            "parameter AcceptLanguage: ",
            "parameter LineOperator: values",
            "parameter PortType: values",
            "parameter Type: values",
            "parameter Name: m",
            "parameter Description: m",
            "parameter bandwidth: m",
            "parameter bandwidth: values",
        ],
        PROSE,
    ),
    meant(
        "",
        &["parameter PeerLocation: m", "parameter CircuitCode: m", "parameter ResourceGroupId: m"],
        "ASSUMED: the vendor publishes no form, and takes none of any length.",
    ),
    meant(
        "",
        &["parameter PageNumber: maximum"],
        "An integer of 32 bits, as its format says: no greater one can be read.",
    ),
    meant(
        "DescribeRegions",
        &["parameter ProductType: default"],
        "ASSUMED: what is listed without it is what VPC lists.",
    ),
    meant(
        "CreatePhysicalConnection",
        &["parameter bandwidth: default"],
        "Its own text says that it is of hosted circuits: EDITIONS, T002. Without it a circuit has \
         its port's speed.",
    ),
    meant(
        "",
        &["parameter Tag: maxItems", "parameter DeviceAdvancedCapacity: maxItems"],
        "Taken without effect, and so not counted: see what is taken without effect.",
    ),
    meant(
        "DescribePhysicalConnections",
        &["parameter Tags: maxItems"],
        "ASSUMED: no circuit has tags, so that any number of conditions on them matches none.",
    ),
    meant("DescribePhysicalConnections", &["parameter IncludeReservationData: default"], PROSE),
    meant(
        ORDER,
        &[
            "parameter AutoPay: default",
            "parameter InstanceChargeType: ",
            "parameter PricingCycle: ",
        ],
        "Seed 001, the page of 2024-03, says it in the descriptions.",
    ),
    meant(
        ORDER,
        &["parameter Period: default"],
        "ASSUMED: it is optional and no text states what holds without it.",
    ),
    meant(
        "DeletePhysicalConnection",
        &["error 400 Forbidden.VBRExists"],
        "Two more texts of the same code: api dossier, annex A, the page of 2025.",
    ),
    meant(
        "DeletePhysicalConnection",
        &["error 400 ResourceAlreadyAssociated.PconnQos", "error 400 ResourceNotFound.Physical"],
        "The metadata is three months later than the edition: EDITIONS, T059.",
    ),
    meant(
        "DeletePhysicalConnection",
        &["error 404 InvalidRegionId.NotFound"],
        "On the page, not in the metadata: api dossier, annex A.",
    ),
    meant(
        "QueryAccountBalance",
        &["error 400 NoPermission"],
        "On the page, not in the metadata: bss_operations.json.",
    ),
    meant(
        "",
        &[
            "error 400 InvalidParameter",
            "error 400 MissingParameter",
            "error 400 NotApplicable",
            "error 400 InvalidModuleCode",
            "error 400 InvalidConfigCode",
            "error 400 InvalidOwner",
            "error 400 InvalidCaller",
        ],
        "On the page, not in the metadata, which has no such rows of billing: bss_operations.json.",
    ),
    meant(
        "QueryOrders",
        &["parameter OrderType: values", "parameter PaymentStatus: values", "parameter Subscr"],
        "The vendor says it in the description alone: billing dossier 1.3.",
    ),
    meant(
        "QueryOrders",
        &["parameter PageNum: ", "parameter PageSize: "],
        "The defaults stand in the description alone, billing dossier 1.3; ASSUMED: the limits.",
    ),
];

/// Why a difference is meant; `None` if it is not.
pub fn why(operation: &str, difference: &Difference) -> Option<&'static str> {
    let is = |meant: &&Meant| {
        let its = meant.operation.is_empty() || meant.operation == operation;
        its && meant.facts.iter().any(|fact| difference.fact.starts_with(fact))
    };
    MEANT.iter().find(is).map(|meant| meant.why)
}

/// Reasons that no difference needs any more.
pub fn idle(differences: &[(&'static str, Difference)]) -> Vec<&'static str> {
    let needed = |meant: &Meant, fact: &str| {
        differences.iter().any(|(operation, difference)| {
            (meant.operation.is_empty() || meant.operation == *operation)
                && difference.fact.starts_with(fact)
        })
    };
    let facts = MEANT.iter().flat_map(|meant| meant.facts.iter().map(move |fact| (meant, *fact)));
    facts.filter(|(meant, fact)| !needed(meant, fact)).map(|(_, fact)| fact).collect()
}
