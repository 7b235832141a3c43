//! What each edition changed of each operation.

use crate::derived::facts::{Difference, differences, facts};
use crate::derived::portal::api;
use crate::edition::Edition;
use crate::operation::Operation;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What an edition changed of an operation, compared with the edition before.
pub fn changes(operation: &'static Operation, edition: Edition) -> Vec<Difference> {
    let place = Edition::ALL.iter().position(|known| *known == edition).expect("all are there");
    let Some(before) = place.checked_sub(1) else { return Vec::new() };
    let of = |edition| {
        let has = operation.editions.contains(edition);
        if has { facts(&api(operation, edition)) } else { BTreeMap::default() }
    };
    differences(&of(Edition::ALL[before]), &of(edition))
}

/// The changes of these operations, edition by edition, for people.
pub fn text(operations: &[&'static Operation]) -> String {
    let mut text = String::new();
    for edition in Edition::ALL {
        let _ = writeln!(text, "{}  {}", edition.name(), edition.about());
        for operation in operations {
            let changed = changes(operation, edition);
            if changed.is_empty() {
                continue;
            }
            let _ = writeln!(text, "    {}", operation.name);
            for Difference { fact, one, other } in changed {
                let _ = match (one, other) {
                    (None, Some(now)) => writeln!(text, "      + {fact}: {now}"),
                    (Some(_), None) => writeln!(text, "      - {fact}"),
                    (was, now) => writeln!(
                        text,
                        "        {fact}: {} -> {}",
                        was.unwrap_or_default(),
                        now.unwrap_or_default()
                    ),
                };
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::{E2019, E2022, E2025_09};
    use crate::operations::create_physical_connection_occupancy_order::OPERATION;

    #[test]
    fn the_first_edition_changed_nothing_and_the_order_changed_in_2022_and_2025() {
        assert_eq!(changes(&OPERATION, E2019), []);
        let named = |edition| {
            let changed = changes(&OPERATION, edition).into_iter();
            changed.map(|it| (it.fact, it.one.is_some(), it.other.is_some())).collect::<Vec<_>>()
        };
        let pays = ("parameter AutoPay: default".to_owned(), true, true);
        let answer = ("answer Data.OrderId".to_owned(), false, true);
        let number = ("answer data.orderId".to_owned(), true, false);
        for change in [pays, answer, number] {
            assert!(named(E2022).contains(&change), "{change:?}");
        }
        let renews = ("parameter AutoRenew".to_owned(), false, true);
        assert!(named(E2025_09).contains(&renews));
    }
}
