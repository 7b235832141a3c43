//! Finding records of a list by their names: looked through while they are few, which most batches
//! are, and hashed once they are many.

use hashbrown::HashMap;
use std::hash::Hash;

/// So many are looked through.
const FEW: usize = 8;

/// Where the records of a list stand, by their names. The list says how long it is, and which name
/// stands where.
#[derive(Debug)]
pub(crate) struct Index<N>(HashMap<N, usize>);

impl<N> Default for Index<N> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<N: Eq + Hash> Index<N> {
    /// Makes room for so many more.
    pub(crate) fn reserve(&mut self, records: usize) {
        if records > FEW {
            self.0.reserve(records);
        }
    }

    /// The newest place of a name in a list of `len`.
    pub(crate) fn find(
        &self,
        name: &N,
        len: usize,
        is_at: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        if len <= FEW { (0..len).rfind(|place| is_at(*place)) } else { self.0.get(name).copied() }
    }

    /// Notes that the list has become longer by the record at `place`.
    pub(crate) fn added(&mut self, place: usize, name_at: impl Fn(usize) -> Option<N>) {
        let first = match place {
            0..FEW => return,
            FEW => 0,
            _ => place,
        };
        for place in first..=place {
            if let Some(name) = name_at(place) {
                self.0.insert(name, place);
            }
        }
    }

    /// Notes that the list has only its first `len` records left; `gone` are the names of the
    /// others, none of which had another place.
    pub(crate) fn truncated(&mut self, len: usize, gone: impl Iterator<Item = N>) {
        if len <= FEW {
            self.0.clear();
        } else {
            for name in gone {
                self.0.remove(&name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against a plain search from the end.
        #[test]
        fn a_name_leads_to_its_newest_place(
            steps in prop::collection::vec((0..30_u8, any::<bool>(), 0..6_usize), 0..40),
        ) {
            let (mut index, mut list) = (Index::default(), Vec::new());
            for (name, named, shorter) in steps {
                list.push(named.then_some(name));
                index.added(list.len() - 1, |place| list[place]);
                for name in 0..30 {
                    let newest = list.iter().rposition(|its| *its == Some(name));
                    let found = index.find(&name, list.len(), |place| list[place] == Some(name));
                    prop_assert_eq!(found, newest);
                }
                // What is taken away must have no other place: so it is, where tables do it.
                let kept = list.len() - shorter.min(list.len());
                let (left, gone) = list.split_at(kept);
                let alone = |name: &u8| list.iter().filter(|its| **its == Some(*name)).count() == 1;
                if gone.iter().flatten().all(alone) {
                    index.truncated(left.len(), gone.iter().flatten().copied());
                    list.truncate(kept);
                }
            }
        }
    }
}
