//! How the changed records of a kind are held until they are committed. While a decision is made,
//! each table notes what it must know to be put back as it was.

use crate::index::Index;
use crate::kept::Record;

/// A record of a table, and the last decision that noted what it was before.
#[derive(Debug)]
struct Kept<R> {
    record: R,
    noted_by: u32,
}

/// Records by name, each as it now is, in the order in which they were first touched.
#[derive(Debug)]
pub struct Keyed<R: Record> {
    index: Index<R::Name>,
    kept: Vec<Kept<R>>,
    /// The decision that is being made, counted from the first.
    decision: u32,
    /// How many records there were when it began.
    begun: usize,
    /// What it found, of records that were there when it began.
    found: Vec<(usize, R)>,
}

impl<R: Record> Default for Keyed<R> {
    fn default() -> Self {
        Self { index: Index::default(), kept: Vec::new(), decision: 1, begun: 0, found: Vec::new() }
    }
}

impl<R: Record> Keyed<R> {
    /// Makes room for so many more.
    pub(crate) fn reserve(&mut self, records: usize) {
        self.index.reserve(records);
        self.kept.reserve(records);
    }

    /// Whether nothing is kept here.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How many records are kept here.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// The record of this name.
    pub fn get(&self, name: &R::Name) -> Option<&R> {
        self.place(name).map(|place| &self.kept[place].record)
    }

    fn place(&self, name: &R::Name) -> Option<usize> {
        self.index.find(name, self.kept.len(), |place| self.kept[place].record.is_named(name))
    }

    /// Every record, in the order in which they were first touched.
    pub fn iter(&self) -> impl Iterator<Item = &R> {
        self.kept.iter().map(|kept| &kept.record)
    }

    /// Every record, to be taken over.
    pub(crate) fn into_records(self) -> impl Iterator<Item = R> {
        self.kept.into_iter().map(|kept| kept.record)
    }

    /// The record of this name, to be changed: the one that is here, or a copy of what is `below`.
    pub(crate) fn touch<'r>(
        &mut self,
        name: &R::Name,
        below: impl FnOnce() -> Option<&'r R>,
    ) -> Option<&mut R>
    where
        R: 'r,
    {
        let place = if let Some(place) = self.place(name) {
            self.note(place);
            place
        } else {
            self.push(below()?.clone())
        };
        Some(&mut self.kept[place].record)
    }

    /// Keeps a record, whatever was said of it before.
    pub(crate) fn put(&mut self, record: R) {
        if let Some(place) = self.place(&record.name()) {
            self.note(place);
            self.kept[place].record = record;
        } else {
            self.push(record);
        }
    }

    fn push(&mut self, record: R) -> usize {
        let place = self.kept.len();
        self.kept.push(Kept { record, noted_by: self.decision });
        let Self { index, kept, .. } = self;
        index.added(place, |place| Some(kept[place].record.name()));
        place
    }

    /// Notes what a record is before the decision changes it for the first time.
    fn note(&mut self, place: usize) {
        let kept = &mut self.kept[place];
        if kept.noted_by != self.decision {
            kept.noted_by = self.decision;
            self.found.push((place, kept.record.clone()));
        }
    }

    /// What the decision has touched: how each record was here before it, if it was, and how it is.
    pub(crate) fn touched(&self) -> impl Iterator<Item = (Option<&R>, &R)> {
        let found = self.found.iter().map(|(at, found)| (Some(found), &self.kept[*at].record));
        found.chain(self.kept[self.begun..].iter().map(|kept| (None, &kept.record)))
    }

    /// The decision stands; the next one begins.
    pub(crate) fn keep(&mut self) {
        self.found.clear();
        self.begun = self.kept.len();
        self.decision += 1;
    }

    /// Everything is as it was before the decision; the next one begins.
    pub(crate) fn put_back(&mut self) {
        let gone = self.kept.drain(self.begun..).map(|kept| kept.record.name());
        self.index.truncated(self.begun, gone);
        for (place, record) in self.found.drain(..) {
            self.kept[place].record = record;
        }
        self.decision += 1;
    }
}

/// Records in the order in which they were added.
#[derive(Debug)]
pub struct Appended<T> {
    records: Vec<T>,
    /// How many there were when the decision began.
    begun: usize,
}

impl<T> Default for Appended<T> {
    fn default() -> Self {
        Self { records: Vec::new(), begun: 0 }
    }
}

impl<T> Appended<T> {
    /// Makes room for so many more.
    pub(crate) fn reserve(&mut self, records: usize) {
        self.records.reserve(records);
    }

    /// Whether nothing is kept here.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The record at a place.
    pub fn get(&self, place: usize) -> Option<&T> {
        self.records.get(place)
    }

    /// Every record, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.records.iter()
    }

    /// Every record, to be taken over.
    pub(crate) fn into_records(self) -> impl Iterator<Item = T> {
        self.records.into_iter()
    }

    /// The last record that the decision has added, to be changed.
    pub(crate) fn last_of_decision(&mut self) -> Option<&mut T> {
        self.records[self.begun..].last_mut()
    }

    /// Adds a record.
    pub(crate) fn push(&mut self, record: T) {
        self.records.push(record);
    }

    /// The decision stands; the next one begins.
    pub(crate) fn keep(&mut self) {
        self.begun = self.records.len();
    }

    /// Everything is as it was before the decision; the next one begins.
    pub(crate) fn put_back(&mut self) {
        self.records.truncate(self.begun);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::AccountId;
    use crate::kept::ByName;
    use crate::time::Timestamp;
    use proptest::prelude::*;

    /// A letter, and a number that the last word about it says.
    type Word = (u8, u32);

    impl crate::kept::Named for u8 {
        fn account(&self) -> Option<AccountId> {
            None
        }
    }

    impl Record for Word {
        type Name = u8;
        type Home = ByName<Self>;

        fn name(&self) -> u8 {
            self.0
        }

        fn decided_at(&self) -> Timestamp {
            Timestamp::default()
        }

        fn owner(&self) -> AccountId {
            AccountId(self.0.into())
        }
    }

    /// What a decision says: names, numbers, and whether what was there before is touched.
    fn said() -> impl Strategy<Value = Vec<(u8, u32, bool)>> {
        prop::collection::vec((0..6_u8, any::<u32>(), any::<bool>()), 0..6)
    }

    proptest! {
        /// Against a plain map that is copied before each decision.
        #[test]
        fn what_is_put_back_is_as_it_was(
            below in prop::collection::hash_map(0..4_u8, any::<u32>(), 0..4),
            decisions in prop::collection::vec((said(), any::<bool>()), 1..8),
        ) {
            let (mut table, mut list) = (Keyed::<Word>::default(), Appended::default());
            let (mut map, mut all) = (std::collections::HashMap::new(), Vec::new());
            for (words, stands) in decisions {
                let (map_before, all_before) = (map.clone(), all.clone());
                for (name, number, touches) in words {
                    let under = below.get(&name).map(|number| (name, *number));
                    if touches {
                        let found = table.touch(&name, || under.as_ref());
                        let known = map.contains_key(&name) || under.is_some();
                        prop_assert_eq!(found.is_some(), known);
                        if let Some(word) = found {
                            word.1 = number;
                            map.insert(name, number);
                        }
                    } else {
                        table.put((name, number));
                        map.insert(name, number);
                    }
                    list.push(number);
                    all.push(number);
                }
                for (before, now) in table.touched() {
                    prop_assert_eq!(before.map(|word| word.1), map_before.get(&now.0).copied());
                    prop_assert_eq!(Some(&now.1), map.get(&now.0));
                }
                if stands {
                    table.keep();
                    list.keep();
                } else {
                    table.put_back();
                    list.put_back();
                    (map, all) = (map_before, all_before);
                }
                prop_assert_eq!(table.len(), map.len());
                for name in 0..6 {
                    prop_assert_eq!(table.get(&name).map(|word| word.1), map.get(&name).copied());
                }
                prop_assert!(list.iter().eq(&all));
            }
        }
    }

    #[test]
    fn records_come_in_the_order_in_which_they_were_first_touched() {
        let mut table = Keyed::<Word>::default();
        for word in [(3, 1), (1, 1), (2, 1), (1, 2)] {
            table.put(word);
        }
        assert!(table.iter().eq(&[(3, 1), (1, 2), (2, 1)]));
        assert!(table.into_records().eq([(3, 1), (1, 2), (2, 1)]));
    }
}
