//! What each edition changed of the operations of circuits and routers, at a glance.

use crate::derived::changes::changes;
use crate::edition::Edition;
use crate::operation::{Operation, VPC};
use crate::operations::OPERATIONS;

/// Between these two lines of `docs/circuits.md` stands [`table`].
pub const MARKS: [&str; 2] =
    ["<!-- editions: made by `cargo xtask generate` -->", "<!-- /editions -->"];

const HEAD: &str = "\
What an edition changed against the one before: `+` a parameter that came, `-` one that went, a bare
name for one of which something else changed, *answer* for the rows of the answer, and how many
errors came, went or read otherwise. `new` is an operation's first edition; in those marked – there
is none of it. `crossconnect editions OPERATION` tells each change.

";

/// The operations, each with what the editions changed of it.
pub fn table() -> String {
    let family: Vec<&'static Operation> =
        OPERATIONS.iter().copied().filter(|it| it.product.name == VPC.name).collect();
    let cells = |operation| Edition::ALL.map(|edition| cell(operation, edition));
    let (still, changed): (Vec<_>, Vec<_>) = family
        .into_iter()
        .map(|operation| (operation.name, cells(operation)))
        .partition(|(_, cells)| cells.iter().all(String::is_empty));
    let names = Edition::ALL.map(Edition::name).join(" | ");
    let rule = "---|".repeat(Edition::ALL.len() + 1);
    let rows = changed.iter().map(|(name, cells)| format!("| {name} | {} |\n", cells.join(" | ")));
    let rows: String = rows.collect();
    let still: Vec<&str> = still.iter().map(|(name, _)| *name).collect();
    let still = match &*still {
        [] => String::new(),
        names => format!("\nThe same in every edition: {}.\n", names.join(", ")),
    };
    format!("{HEAD}| operation | {names} |\n|{rule}\n{rows}{still}")
}

/// What an edition changed of an operation, in a few words.
fn cell(operation: &'static Operation, edition: Edition) -> String {
    if !operation.editions.contains(edition) {
        return "–".into();
    }
    if operation.editions.iter().next() == Some(edition) && edition != Edition::ALL[0] {
        return "new".into();
    }
    let changed = changes(operation, edition);
    let of = |what: &str| {
        let its = |fact: &str| fact.strip_prefix(what).map(str::to_owned);
        changed.iter().filter_map(move |it| Some((its(&it.fact)?, it))).collect::<Vec<_>>()
    };
    let mut parts: Vec<String> = Vec::new();
    for (fact, change) in of("parameter ") {
        let end = fact.find([':', '.', '[']).unwrap_or(fact.len());
        // Every parameter says where it is, once and always so.
        let sign = match (&change.one, &change.other) {
            (None, Some(_)) if fact[end..] == *": in" => "+",
            (Some(_), None) if fact[end..] == *": in" => "-",
            _ => "",
        };
        let name = &fact[..end];
        match parts.iter_mut().find(|part| part.trim_start_matches(['+', '-']) == name) {
            Some(part) if sign.is_empty() || part.starts_with(sign) => {}
            Some(part) => part.insert_str(0, sign),
            None => parts.push(format!("{sign}{name}")),
        }
    }
    if !of("answer ").is_empty() {
        parts.push("*answer*".into());
    }
    match of("error ").len() {
        0 => {}
        1 => parts.push("1 error".into()),
        many => parts.push(format!("{many} errors")),
    }
    parts.join(", ")
}

/// The document with the table as it is now; `None` if the marks are missing.
pub fn renewed(document: &str) -> Option<String> {
    super::between(document, MARKS, &format!("\n\n{}\n", table()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::{E2019, E2022, E2023, E2024_03, E2025_03};
    use crate::operations::{
        confirm_physical_connection, create_high_reliable_physical_connection,
        create_physical_connection,
    };

    #[test]
    fn a_cell_says_what_came_what_went_and_what_else_changed() {
        let apply = &create_physical_connection::OPERATION;
        assert_eq!(cell(apply, E2019), "");
        assert_eq!(cell(apply, E2022), "bandwidth, 8 errors");
        assert_eq!(cell(apply, E2023), "PeerLocation, PortType, +ResourceGroupId, +Tag");
        let set = &create_high_reliable_physical_connection::OPERATION;
        assert_eq!((&*cell(set, E2023), &*cell(set, E2024_03)), ("–", "new"));
        assert_eq!(cell(&confirm_physical_connection::OPERATION, E2025_03), "");
        assert_eq!(renewed("no marks"), None);
    }
}
