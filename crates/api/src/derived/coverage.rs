//! Which errors operations document or tell, and what proves each: an example, edition by edition,
//! or the reason why no call can meet it here. Examples are run by the server's tests, not here.

use crate::edition::{Edition, Editions};
use crate::operation::{Operation, Shows};
use crate::operations::OPERATIONS;
use std::fmt;

/// An error code of an operation: its rows taken together.
struct Entry {
    operation: &'static Operation,
    status: u16,
    code: &'static str,
    documented: Editions,
    /// In which editions it is documented or told.
    has: Editions,
    /// In which of them an example shows it.
    proved: Editions,
    /// Why no call can meet any of its rows.
    unreached: Option<&'static str>,
}

impl Entry {
    /// The editions that have it without an example.
    fn unproved(&self) -> Editions {
        self.has.without(self.proved)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { status, code, documented, proved, .. } = self;
        let Operation { product, name, .. } = self.operation;
        write!(f, "{}:{name} | {status} {code} | documented: {documented} | ", product.ram_prefix)?;
        match self.unreached {
            Some(reason) => write!(f, "unreached: {reason}"),
            None if self.unproved().is_empty() => write!(f, "proved: {proved}"),
            None => write!(f, "proved: {proved}; unproved: {}", self.unproved()),
        }
    }
}

/// An operation's codes, in the order of its error table.
fn entries(operation: &'static Operation) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for row in operation.errors {
        let (status, code, documented) = (row.status, row.code, row.documented_in);
        let has = documented.or(row.told_in);
        let same = |entry: &&mut Entry| (entry.status, entry.code) == (status, code);
        if let Some(entry) = entries.iter_mut().find(same) {
            entry.documented = entry.documented.or(documented);
            entry.has = entry.has.or(has);
            entry.unreached = entry.unreached.and(row.unreached);
        } else {
            let proved = proved(operation, status, code);
            let unreached = row.unreached;
            entries.push(Entry { operation, status, code, documented, has, proved, unreached });
        }
    }
    entries
}

/// The editions in which an example shows this error.
fn proved(operation: &Operation, status: u16, code: &str) -> Editions {
    let shows = |shows: &Shows| matches!(shows, Shows::Error(s, c) if (*s, *c) == (status, code));
    let examples = operation.examples.iter().filter(|example| shows(&example.shows));
    examples.fold(Editions::NONE, |proved, example| proved.or(example.editions))
}

const HEAD: &str = "\
# Errors and what proves them. Written by `cargo xtask generate`; not to be edited.
#
# operation | status and code | editions that document it | editions in which an example proves it,
# or why no call can meet it here. Examples are run by the server's tests in each edition they name.
";

/// The whole list.
pub fn text() -> String {
    let tables: Vec<Vec<Entry>> = OPERATIONS.iter().map(|operation| entries(operation)).collect();
    let all = || tables.iter().flatten();
    let unreached = all().filter(|entry| entry.unreached.is_some()).count();
    let proved = all().filter(|entry| entry.unproved().is_empty()).count();
    let neither = all().count() - unreached - proved;
    let editions =
        Edition::ALL.map(|edition| format!("# {:9}  {}", edition.name(), edition.about()));
    let mut lines = vec![
        HEAD.to_owned() + "#",
        editions.join("\n"),
        "#".to_owned(),
        format!("# {} operations, {} codes:", tables.len(), all().count()),
        format!("# {proved:3} proved in every edition that documents or tells them"),
        format!("# {unreached:3} unreached, with a reason"),
        format!("# {neither:3} neither"),
    ];
    for table in tables.iter().filter(|table| !table.is_empty()) {
        lines.push(String::new());
        lines.extend(table.iter().map(Entry::to_string));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::create_physical_connection_occupancy_order;

    #[test]
    fn the_order_proves_every_error_in_every_edition_that_documents_it() {
        let entries = entries(&create_physical_connection_occupancy_order::OPERATION);
        assert_eq!(entries.len(), 11, "the codes of seed 000");
        for entry in entries {
            assert!(entry.documented.without(entry.proved).is_empty(), "{entry}");
        }
    }

    #[test]
    fn every_error_is_proved_in_all_its_editions_or_says_why_not() {
        for entry in OPERATIONS.iter().flat_map(|operation| entries(operation)) {
            assert_ne!(entry.unproved().is_empty(), entry.unreached.is_some(), "{entry}");
        }
    }
}
