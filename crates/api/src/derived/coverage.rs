//! Which errors operations document or tell, and what proves each: an example, a refusal made
//! from declarations, edition by edition, or the reason why no call can meet it here. Both are run
//! by the server's tests, not here. And how many of the reference's rows that comes to.

use crate::derived::refusals::refusals;
use crate::edition::{Edition, Editions, only};
use crate::error::ErrorRow;
use crate::example::Example;
use crate::operation::{Operation, VPC};
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

/// A row of the reference's tables: what an operation may be refused with.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Row {
    /// `Action`.
    pub operation: String,
    /// HTTP status.
    pub status: u16,
    /// `Code`; `%s` in it stands for any text.
    pub code: String,
}

/// What is known of a row of the reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Proved or met in every edition that documents or tells it, if need be with a setting.
    Met,
    /// Unreached, with a reason.
    Unreached,
    /// Its operation is served, and nothing is known of it.
    Neither,
    /// Its operation is not served.
    NotServed,
}

/// What is known of each of these rows.
pub fn standings(rows: &[Row]) -> Vec<Standing> {
    let vpc = OPERATIONS.iter().filter(|operation| operation.product.name == VPC.name);
    let tables: Vec<(&str, Vec<Entry>)> =
        vpc.map(|operation| (operation.name, entries(operation))).collect();
    let of = |row: &Row| {
        let table = tables.iter().find(|(name, _)| *name == row.operation);
        table.map_or(Standing::NotServed, |(_, entries)| row.standing(entries))
    };
    rows.iter().map(of).collect()
}

impl Row {
    /// What is known of it by the entries of its operation.
    fn standing(&self, entries: &[Entry]) -> Standing {
        let its = || entries.iter().filter(|its| its.status == self.status && self.is(its.code));
        let is_met = |entry: &Entry| {
            entry.unreached.is_none() && (entry.setting.is_some() || entry.unproved().is_empty())
        };
        match (its().any(is_met), its().any(|entry| entry.unreached.is_some())) {
            (true, _) => Standing::Met,
            (false, true) => Standing::Unreached,
            (false, false) => Standing::Neither,
        }
    }

    /// Whether a code is the row's.
    fn is(&self, code: &str) -> bool {
        let any = self.code.split_once("%s");
        let fits = |(before, after)| code.starts_with(before) && code.ends_with(after);
        code == self.code || any.is_some_and(fits)
    }
}

/// How many rows of the reference stand how.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Share {
    /// All of them.
    pub rows: usize,
    /// Proved or met.
    pub met: usize,
    /// Unreached, with a reason.
    pub unreached: usize,
    /// Neither.
    pub neither: usize,
    /// Of operations that are not served.
    pub not_served: usize,
}

impl Share {
    /// Counts rows.
    pub fn of(rows: &[Row]) -> Self {
        let mut share = Self { rows: rows.len(), ..Self::default() };
        for standing in standings(rows) {
            *match standing {
                Standing::Met => &mut share.met,
                Standing::Unreached => &mut share.unreached,
                Standing::Neither => &mut share.neither,
                Standing::NotServed => &mut share.not_served,
            } += 1;
        }
        share
    }

    /// How many of a thousand are proved or met, rounded down.
    pub const fn met_per_mille(&self) -> usize {
        self.met * 1000 / self.rows
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { rows, met, unreached, neither, not_served } = self;
        let (percent, tenth) = (self.met_per_mille() / 10, self.met_per_mille() % 10);
        writeln!(
            f,
            "# Of {rows} rows that the reference's tables and the vendor's metadata have of the \
             operations of circuits and\n# routers (a status and a code of an operation, each \
             once), {percent}.{tenth} %:"
        )?;
        writeln!(f, "# {met:3} proved or met, some with a setting alone")?;
        writeln!(f, "# {unreached:3} unreached, with a reason")?;
        writeln!(f, "# {not_served:3} of operations that are not served")?;
        write!(f, "# {neither:3} neither")
    }
}

const HEAD: &str = "\
# Errors and what proves them. Written by `cargo xtask generate`; not to be edited.
#
# operation | status and code | editions that document it | editions in which an example proves it |
# editions in which a refusal made from declarations meets it, or why no call can meet it here. Both
# are run by the server's tests in each edition they name.
";

/// The whole list, and how many of these rows it proves.
pub fn text(reference: &[Row]) -> String {
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
        "#".to_owned(),
        Share::of(reference).to_string(),
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
