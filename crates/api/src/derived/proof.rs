//! How much of what is told of an operation in an edition is documented and proved by a test,
//! assumed, or neither.

use crate::answer::{Described, in_edition};
use crate::derived::portal::{documented, parameters_in};
use crate::derived::refusals::refusals;
use crate::edition::Edition;
use crate::error::ErrorRow;
use crate::example::{Example, Shows, changed, pairs};
use crate::operation::Operation;

/// Facts of an operation in an edition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// Documented, and proved by an example or a refusal made from declarations.
    pub proved: usize,
    /// A guess.
    pub assumed: usize,
    /// Documented, and met by no test.
    pub unproved: usize,
}

impl Count {
    fn note(&mut self, assumed: bool, proved: bool) {
        let count = match (assumed, proved) {
            (true, _) => &mut self.assumed,
            (false, true) => &mut self.proved,
            (false, false) => &mut self.unproved,
        };
        *count += 1;
    }
}

/// Counts parameters, errors and rows of the answer.
pub fn count(operation: &'static Operation, edition: Edition) -> Count {
    let mut count = Count::default();
    let examples: Vec<&Example> =
        operation.examples.iter().filter(|it| it.editions.contains(edition)).collect();
    let refused = refusals(operation, edition);
    for spec in parameters_in(operation, edition) {
        let its = |name: &str| name == spec.name || name.starts_with(&format!("{}.", spec.name));
        let given = examples.iter().any(|example| {
            let call = changed(operation.example_call, pairs(example.changes));
            call.iter().any(|(name, _)| its(name))
        });
        let broken = refused.iter().any(|it| it.told.code.ends_with(spec.name));
        count.note(spec.assumed.get(edition).is_some(), given || broken);
    }
    for row in documented(operation, edition) {
        let is = |status: u16, code: &str| (status, code) == (row.status, row.code);
        let met = examples.iter().any(|it| it.refusal().is_some_and(|(s, code)| is(s, &code)))
            || refused.iter().any(|it| is(it.told.status, &it.told.code));
        count.note(!row.assumed.is_empty(), met);
    }
    // The server's tests hold every answer of an example against the rows.
    let answered = examples.iter().any(|example| matches!(example.shows, Shows::Answer(_)));
    of_rows(&in_edition(operation.does.rows(), edition), answered, &mut count);
    count
}

fn of_rows(rows: &[Described], answered: bool, count: &mut Count) {
    for row in rows {
        let answered = answered && row.told;
        match row.shape.rows() {
            Some(rows) => of_rows(rows, answered, count),
            None => count.note(!row.facts.assumed.is_empty(), answered),
        }
    }
}

/// Every guess about an operation: what it is about, and what is guessed.
pub fn assumptions(operation: &'static Operation) -> Vec<(String, &'static str)> {
    let own = operation.assumed.iter().map(|text| ("the operation".to_owned(), *text));
    let of_parameters = operation.specs().flat_map(|spec| {
        let of = move |editions: crate::edition::Editions| match editions.to_string().as_str() {
            "all" => format!("parameter {}", spec.name),
            its => format!("parameter {}, {its}", spec.name),
        };
        spec.assumed.iter().map(move |(editions, text)| (of(editions), text))
    });
    let errors = operation.error_table();
    let of_errors = errors.iter().filter(|row| !row.assumed.is_empty());
    let of_errors = of_errors.map(|row: &&ErrorRow| (format!("error {}", row.code), row.assumed));
    let mut all: Vec<_> = own.chain(of_parameters).chain(of_errors).collect();
    rows_assumed(&operation.does.rows(), &mut all);
    all
}

fn rows_assumed(rows: &[Described], all: &mut Vec<(String, &'static str)>) {
    for row in rows {
        if !row.facts.assumed.is_empty() {
            all.push((format!("answer {}", row.facts.name), row.facts.assumed));
        }
        rows_assumed(row.shape.rows().unwrap_or_default(), all);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{Field, NoItems, describe, list, text};
    use crate::edition::E2024_03;
    use crate::operations::create_physical_connection_occupancy_order::OPERATION;

    #[test]
    fn everything_documented_of_the_order_is_proved_or_assumed() {
        for edition in Edition::ALL {
            let count = count(&OPERATION, edition);
            assert_eq!(count.unproved, 0, "{}: {count:?}", edition.name());
        }
        assert!(count(&OPERATION, E2024_03).proved > 15);
        let assumed = assumptions(&OPERATION);
        assert!(assumed.iter().any(|(about, _)| about == "parameter Period, 2022"), "{assumed:?}");
    }

    static WORD: &[Field<()>] = &[text("Key", "The key.", |(), _| "".into())];
    static NOTHING: &[Field<()>] = &[list("Tags", "Tags.", &NoItems(WORD))];

    #[test]
    fn what_stands_in_a_list_without_items_is_not_proved() {
        let of = |rows: &dyn Fn() -> Vec<Described>| {
            let mut count = Count::default();
            of_rows(&rows(), true, &mut count);
            (count.proved, count.unproved)
        };
        assert_eq!(of(&|| describe(WORD)), (1, 0));
        assert_eq!(of(&|| describe(NOTHING)), (0, 1));
    }
}
