//! How near we are to the vendor: the differences from its own metadata, each with its reason.

use crate::generated::json;
use crate::meant::{MEANT, matches};
use crate::samples;
use api::derived::facts::{Difference, differences, facts};
use api::derived::portal::api;
use api::derived::proof::{Count, assumptions, count};
use api::parameter::Spec;
use api::{Edition, OPERATIONS, Operation};
use serde_json::Value;
use std::collections::BTreeMap;

/// The edition that the vendor's metadata of mid-2024 is held against.
const HELD: Edition = Edition::E2024_03;

/// The vendor's metadata.
fn portals() -> [Value; 2] {
    ["vpc", "bss"].map(|name| json(&format!("fixtures/reference/portal/{name}_2024-06.json")))
}

/// The differences of what is served from the vendor's metadata, ours first, by operation.
fn differences_from_the_vendor() -> Vec<(&'static str, Difference)> {
    let portals = portals();
    let mut all = Vec::new();
    for operation in OPERATIONS {
        let its = |portal: &&Value| portal["version"]["product"] == operation.product.name;
        let portal = portals.iter().find(its).map(|portal| &portal["apis"][operation.name]);
        let Some(vendor) = portal.filter(|vendor| !vendor.is_null()) else { continue };
        let ours = api(operation, HELD);
        let mut differ = differences(&facts(&ours), &facts(vendor));
        differ.extend(differences(&samples::of_ours(&ours), &samples::of_vendor(vendor)));
        all.extend(differ.into_iter().map(|difference| (operation.name, difference)));
    }
    all
}

/// The fact of the list that a difference is meant by, and why; `None` if it is not.
fn listed(operation: &str, difference: &Difference) -> Option<(&'static str, &'static str)> {
    MEANT.iter().find_map(|meant| Some((meant.speaks_of(operation, &difference.fact)?, meant.why)))
}

#[test]
fn every_difference_from_the_vendors_metadata_is_listed_with_its_source() {
    let all = differences_from_the_vendor();
    let unlisted: Vec<String> = all
        .iter()
        .filter(|(operation, difference)| listed(operation, difference).is_none())
        .map(|(operation, difference)| format!("{operation}: {difference:?}"))
        .collect();
    assert!(unlisted.is_empty(), "{}", unlisted.join("\n"));
    assert!(all.len() > 50, "the two sides were compared");
}

#[test]
fn every_reason_is_needed_by_each_operation_and_fact_that_it_names() {
    let all = differences_from_the_vendor();
    let needed = |operation: &str, fact: &str| {
        let differs = |(its, difference): &(&str, Difference)| {
            *its == operation && matches(fact, &difference.fact)
        };
        all.iter().any(differs)
    };
    for meant in MEANT {
        for operation in meant.operations {
            let some = meant.facts.iter().any(|fact| needed(operation, fact));
            assert!(some, "{operation} needs none of {:?}", meant.facts);
        }
        for fact in meant.facts {
            let some = meant.operations.iter().any(|operation| needed(operation, fact));
            assert!(some, "{fact} is needed by none of {:?}", meant.operations);
        }
    }
}

/// The days are of copies of the vendor's metadata: one had the parameter, the one before had not,
/// or the other way round. Some come and go.
#[test]
fn a_parameter_that_came_or_went_on_a_known_day_is_had_by_the_editions_between() {
    let timeline = json("fixtures/reference/portal/timeline.json");
    // By operation and parameter: the month of each change, and whether it was there afterwards.
    let mut changes: BTreeMap<(&str, &str), Vec<(&str, bool)>> = BTreeMap::new();
    // Some operations came, went for a week and came again, after the last edition's first day.
    let mut there: BTreeMap<&str, bool> = BTreeMap::new();
    for entry in timeline["vpc"].as_array().into_iter().chain(timeline["bss"].as_array()).flatten()
    {
        let [day, _, operation, what, parameter] =
            [0, 1, 2, 3, 4].map(|place| entry[place].as_str().unwrap_or_default());
        let served = OPERATIONS.iter().find(|served| served.name == operation);
        if served.is_some() && what.starts_with("operation ") {
            there.insert(operation, what == "operation appears");
        } else if served.is_some() {
            let is_there = what == "parameter appears";
            assert!(is_there || what == "parameter goes", "{entry}: say here what becomes of it");
            changes.entry((operation, parameter)).or_default().push((&day[..7], is_there));
        }
    }
    assert!(!changes.is_empty() && !there.is_empty(), "the timeline speaks of what is served");
    for (operation, is_there) in there {
        let served = OPERATIONS.iter().find(|served| served.name == operation);
        let editions = served.expect("it is served").editions;
        assert_eq!(editions.contains(Edition::DEFAULT), is_there, "{operation}");
    }
    for ((operation, parameter), changes) in changes {
        let served = OPERATIONS.iter().find(|served| served.name == operation);
        let mut specs = served.expect("it is served").parameters.iter();
        let spec = specs.find(|spec| spec.name == parameter);
        let spec = spec.unwrap_or_else(|| panic!("{operation} lacks {parameter}"));
        let has = |name: &&str| {
            let before = changes.iter().rev().find(|(month, _)| month <= name);
            before.map_or(!changes[0].1, |(_, is_there)| *is_there)
        };
        let expected: Vec<&str> = Edition::ALL.map(Edition::name).into_iter().filter(has).collect();
        let editions: Vec<&str> = spec.editions.iter().map(Edition::name).collect();
        assert_eq!(editions, expected, "{parameter}: {changes:?}");
    }
}

const HEAD: &str = "\
<!-- Written by `cargo xtask generate`; not to be edited. -->

# How near the documents we are

";

/// `docs/generated/fidelity.md`: the differences from the vendor's metadata, what is taken without
/// effect, how much is proved and what is guessed, and what of the reference is not served.
pub fn text(reference: &[String]) -> String {
    [
        HEAD.to_owned(),
        told_otherwise(),
        crate::pages::served_without(),
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

fn told_otherwise() -> String {
    let differences = differences_from_the_vendor();
    let mut rows: Vec<String> = Vec::new();
    for (operation, difference) in &differences {
        let Difference { fact, one, other } = difference;
        let (its, why) = listed(operation, difference).unwrap_or((fact, "**not listed**"));
        let whole = !its.ends_with('*');
        let told = |text: &Option<String>| {
            if whole { cell(text.as_ref()) } else { "otherwise".to_owned() }
        };
        let (one, other) = (told(one), told(other));
        let row = format!("| {operation} | {its} | {one} | {other} | {why} |\n");
        // What a `*` stands for is one row.
        if rows.last() != Some(&row) {
            rows.push(row);
        }
    }
    let rows = rows.concat();
    format!(
        "## Told otherwise than by the vendor\n\nOur metadata of {} against the vendor's own of \
         mid-2024: methods, names, types, limits, rows of answers and of sample answers, errors. \
         A difference that does not stand \
         here with its reason fails a test.\n\n| operation | fact | ours | the vendor's | why |\n\
         |---|---|---|---|---|\n{rows}\n",
        HELD.name()
    )
}

fn without_effect() -> String {
    let of = |operation: &&'static Operation| {
        let idle = operation.specs().filter_map(|spec| Some((spec, spec.without_effect?)));
        let row = |(spec, why): (&Spec, &str)| {
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
            if !operation.editions.contains(edition) {
                return "-".to_owned();
            }
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
