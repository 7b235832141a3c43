//! Which errors operations document or tell, and what proves each: an example, a refusal made
//! from declarations, edition by edition, or the reason why no call can meet it here. Both are run
//! by the server's tests, not here.

use crate::derived::refusals::refusals;
use crate::edition::{Edition, Editions, only};
use crate::error::ErrorRow;
use crate::example::Example;
use crate::operation::Operation;
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
    /// In which of the others a generated refusal meets it.
    generated: Editions,
    /// Why no call can meet any of its rows.
    unreached: Option<&'static str>,
    /// The setting without which no call meets it.
    setting: Option<&'static str>,
}

impl Entry {
    /// The editions that have it without either.
    fn unproved(&self) -> Editions {
        self.has.without(self.proved).without(self.generated)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { status, code, documented, proved, generated, .. } = self;
        let Operation { product, name, .. } = self.operation;
        write!(f, "{}:{name} | {status} {code} | documented: {documented}", product.ram_prefix)?;
        if let Some(reason) = self.unreached {
            return write!(f, " | unreached: {reason}");
        }
        if let Some(setting) = self.setting {
            return write!(f, " | with the setting {setting}: stories of the server's tests");
        }
        for (word, editions) in
            [("proved", *proved), ("generated", *generated), ("unproved", self.unproved())]
        {
            if !editions.is_empty() {
                write!(f, " | {word}: {editions}")?;
            }
        }
        Ok(())
    }
}

/// An operation's codes, in the order of its error table.
fn entries(operation: &'static Operation) -> Vec<Entry> {
    let entry = |row: &&'static ErrorRow| {
        let proved = proved(operation, row);
        Entry {
            operation,
            status: row.status,
            code: row.code,
            documented: row.documented_in.and(operation.editions),
            has: row.documented_in.or(row.told_in).and(operation.editions),
            proved,
            generated: generated(operation, row).without(proved),
            unreached: row.unreached,
            setting: row.setting,
        }
    };
    operation.error_table().iter().map(entry).collect()
}

/// The editions in which an example shows this error.
fn proved(operation: &Operation, row: &ErrorRow) -> Editions {
    let shows = |example: &&Example| {
        example.refusal().is_some_and(|(status, code)| (status, &*code) == (row.status, row.code))
    };
    let examples = operation.examples.iter().filter(shows);
    let all = examples.fold(Editions::NONE, |all, example| all.or(example.editions));
    all.and(operation.editions)
}

/// The editions in which a generated refusal meets this error.
fn generated(operation: &'static Operation, row: &ErrorRow) -> Editions {
    let meets = |edition: &Edition| {
        let mut refusals = refusals(operation, *edition).into_iter();
        refusals.any(|it| (it.told.status, &*it.told.code) == (row.status, row.code))
    };
    let editions = Edition::ALL.into_iter().filter(meets);
    editions.fold(Editions::NONE, |all, edition| all.or(only(edition)))
}

const HEAD: &str = "\
# Errors and what proves them. Written by `cargo xtask generate`; not to be edited.
#
# operation | status and code | editions that document it | editions in which an example proves it |
# editions in which a refusal made from declarations meets it, or why no call can meet it here. Both
# are run by the server's tests in each edition they name.
";

/// The whole list.
pub fn text() -> String {
    let tables: Vec<Vec<Entry>> = OPERATIONS.iter().map(|operation| entries(operation)).collect();
    let all = || tables.iter().flatten();
    let unreached = all().filter(|entry| entry.unreached.is_some()).count();
    let set = all().filter(|entry| entry.setting.is_some()).count();
    let proved = all().filter(|entry| entry.unproved().is_empty()).count();
    let neither = all().count() - unreached - proved - set;
    let editions =
        Edition::ALL.map(|edition| format!("# {:9}  {}", edition.name(), edition.about()));
    let mut lines = vec![
        HEAD.to_owned() + "#",
        editions.join("\n"),
        "#".to_owned(),
        format!("# {} operations, {} codes:", tables.len(), all().count()),
        format!("# {proved:3} proved or met in every edition that documents or tells them"),
        format!("# {unreached:3} unreached, with a reason"),
        format!("# {set:3} met with a setting alone"),
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
            assert!(
                entry.documented.without(entry.proved).without(entry.generated).is_empty(),
                "{entry}"
            );
        }
    }

    #[test]
    fn every_error_is_proved_in_all_its_editions_or_says_why_not() {
        let wrong = OPERATIONS.iter().flat_map(|operation| entries(operation)).filter(|entry| {
            entry.unproved().is_empty() == entry.unreached.or(entry.setting).is_some()
        });
        let wrong: Vec<String> = wrong.map(|entry| entry.to_string()).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
