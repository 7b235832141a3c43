//! What differs between editions: a short list of values, each with the editions that it is for.

use crate::edition::{Edition, Editions};

/// So many values may differ; one more does not compile.
const PLACES: usize = 8;

/// Values by edition. The first that is for an edition counts.
#[derive(Clone, Copy, Debug)]
pub struct ByEdition<T: 'static>([Option<(Editions, T)>; PLACES]);

impl<T: Copy> ByEdition<T> {
    /// No value for any edition.
    pub const NONE: Self = Self([None; PLACES]);

    /// Another value, for these editions.
    #[must_use]
    pub const fn with(mut self, editions: Editions, value: T) -> Self {
        let mut place = 0;
        while self.0[place].is_some() {
            place += 1;
            assert!(place < PLACES, "there is room for eight values");
        }
        self.0[place] = Some((editions, value));
        self
    }

    /// The value for an edition.
    pub fn get(&self, edition: Edition) -> Option<T> {
        self.iter().find(|(editions, _)| editions.contains(edition)).map(|(_, value)| value)
    }

    /// Every value, in the order in which they were said.
    pub fn iter(&self) -> impl Iterator<Item = (Editions, T)> + use<'_, T> {
        self.0.iter().map_while(|place| *place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::{E2019, E2020, E2022, E2025_09, between, from, only, until};

    #[test]
    fn the_first_value_that_is_for_an_edition_counts() {
        let values = ByEdition::NONE.with(until(E2020), 1).with(only(E2019), 2);
        let values = values.with(between(E2020, E2022), 3);
        assert_eq!([E2019, E2020, E2025_09].map(|e| values.get(e)), [Some(1), Some(3), None]);
        assert_eq!(values.iter().count(), 3);
    }

    #[test]
    #[should_panic(expected = "room for eight")]
    fn a_ninth_value_does_not_compile_where_it_is_constant() {
        let eight = (0..8).fold(ByEdition::NONE, |values, nth| values.with(from(E2019), nth));
        assert_eq!(eight.iter().count(), 8);
        let _ = eight.with(from(E2019), 8);
    }
}
