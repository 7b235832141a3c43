//! How near we are to the vendor: the differences from its own metadata, each with its reason.

use crate::derived::facts::{Difference, differences, facts};
use crate::derived::portal::api;
use crate::derived::proof::{Count, assumptions, count};
use crate::edition::Edition;
use crate::operation::Operation;
use crate::operations::OPERATIONS;
use crate::parameter::Spec;
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
        "ASSUMED: the vendor publishes no form; a text that has no end could not be kept.",
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

const HEAD: &str = "\
<!-- Written by `cargo xtask generate`; not to be edited. -->

# How near the documents we are

";

/// `docs/generated/fidelity.md`: the differences from the vendor's metadata, what is taken without
/// effect, how much is proved and what is guessed, and what of the reference is not served.
pub fn text(portals: &[Value], reference: &[String]) -> String {
    [
        HEAD.to_owned(),
        told_otherwise(portals),
        without_effect(),
        proofs(),
        guesses(),
        not_served(reference),
    ]
    .concat()
}

/// A text as a cell of a table.
fn cell(text: Option<&String>) -> String {
    text.map_or_else(|| "nothing".to_owned(), |text| text.replace('|', "\\|"))
}

fn told_otherwise(portals: &[Value]) -> String {
    let differences = differences_from(portals);
    let row = |(operation, difference): &(&str, Difference)| {
        let Difference { fact, one, other } = difference;
        let why = why(operation, difference).unwrap_or("**not listed**");
        let (one, other) = (cell(one.as_ref()), cell(other.as_ref()));
        format!("| {operation} | {fact} | {one} | {other} | {why} |\n")
    };
    let rows: String = differences.iter().map(row).collect();
    format!(
        "## Told otherwise than by the vendor\n\nOur metadata of {} against the vendor's own of \
         mid-2024: names, types, limits, rows of answers, errors. A difference that does not stand \
         here with its reason fails a test.\n\n| operation | fact | ours | the vendor's | why |\n\
         |---|---|---|---|---|\n{rows}\n",
        HELD.name()
    )
}

fn without_effect() -> String {
    let of = |operation: &&'static Operation| {
        let idle =
            operation.parameters.iter().filter_map(|spec| Some((spec, spec.without_effect?)));
        let row = |(spec, why): (&&Spec, &str)| {
            format!("| {} | {} | {} | {why} |\n", operation.name, spec.name, spec.editions)
        };
        idle.map(row).collect::<String>()
    };
    let rows: String = OPERATIONS.iter().map(of).collect();
    format!(
        "## Taken without effect\n\n| operation | parameter | editions | why |\n|---|---|---|---|\n\
         {rows}\n"
    )
}

fn proofs() -> String {
    let names: Vec<&str> = Edition::ALL.iter().map(|edition| edition.name()).collect();
    let of = |operation: &&'static Operation| {
        let cells = Edition::ALL.map(|edition| {
            let Count { proved, assumed, unproved } = count(operation, edition);
            format!("{proved} / {assumed} / {unproved}")
        });
        format!("| {} | {} |\n", operation.name, cells.join(" | "))
    };
    let rows: String = OPERATIONS.iter().map(of).collect();
    format!(
        "## Facts by edition\n\nParameters, documented errors and rows of answers: documented and \
         proved by a test / assumed / documented and met by no test (mostly errors that nothing \
         here can bring about).\n\n| operation | {} |\n|---|{}\n{rows}\n",
        names.join(" | "),
        "---|".repeat(names.len())
    )
}

fn guesses() -> String {
    let of = |operation: &&'static Operation| {
        let row = |(about, text): (String, &str)| format!("* {about}: {text}\n");
        let rows: String = assumptions(operation).into_iter().map(row).collect();
        if rows.is_empty() { rows } else { format!("### {}\n\n{rows}\n", operation.name) }
    };
    let all: String = OPERATIONS.iter().map(of).collect();
    format!("## Assumed\n\n{all}")
}

fn not_served(reference: &[String]) -> String {
    let served = |name: &&String| OPERATIONS.iter().any(|operation| operation.name == **name);
    let (here, away): (Vec<&String>, Vec<&String>) = reference.iter().partition(served);
    let names: Vec<&str> = away.iter().map(|name| name.as_str()).collect();
    format!(
        "## Not served\n\nOf {} operations in the reference's tables {} are served and {} are not \
         (`InvalidAction.NotFound`):\n\n{}.\n",
        reference.len(),
        here.len(),
        away.len(),
        names.join(", ")
    )
}
