//! Where a state keeps its many records: a [`Shelf`] holds them in the order in which they came,
//! [`Places`] finds them by what they are called.
//!
//! Both grow a little at a time. A vector or map that doubles moves everything it holds at once,
//! and with a million records that is a pause of many milliseconds for whoever is waiting.

use hashbrown::hash_table::OccupiedEntry;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::collections::VecDeque;
use std::hash::{BuildHasher, Hash};

/// How many records lie on one board.
const BOARD_LEN: usize = 1024;

/// Records in the order in which they came. New ones go to the end, old ones leave at the front;
/// none is ever moved, and the place of each stays the same for good.
#[derive(Debug)]
pub(crate) struct Shelf<T> {
    boards: VecDeque<Vec<T>>,
    /// Places before the first board: of records long gone.
    before: usize,
    /// The place of the oldest record that is still wanted.
    first: usize,
}

impl<T> Shelf<T> {
    pub(crate) const fn new() -> Self {
        Self { boards: VecDeque::new(), before: 0, first: 0 }
    }

    /// The place that the next record will have.
    pub(crate) fn end(&self) -> usize {
        let whole = self.boards.len().saturating_sub(1) * BOARD_LEN;
        self.before + whole + self.boards.back().map_or(0, Vec::len)
    }

    /// The place of the oldest record.
    pub(crate) const fn first(&self) -> usize {
        self.first
    }

    /// Adds a record and says where it is.
    pub(crate) fn push(&mut self, record: T) -> usize {
        let place = self.end();
        match self.boards.back_mut() {
            Some(board) if board.len() < BOARD_LEN => board.push(record),
            Some(_) => {
                let mut board = Vec::with_capacity(BOARD_LEN);
                board.push(record);
                self.boards.push_back(board);
            }
            // The first board grows as any vector does: most worlds are small.
            None => self.boards.push_back(vec![record]),
        }
        place
    }

    /// The record at a place, unless it is gone or was never there.
    pub(crate) fn get(&self, place: usize) -> Option<&T> {
        let from_front = place.checked_sub(self.before).filter(|_| place >= self.first)?;
        self.boards.get(from_front / BOARD_LEN)?.get(from_front % BOARD_LEN)
    }

    /// The record at a place, to be changed.
    pub(crate) fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        let from_front = place.checked_sub(self.before).filter(|_| place >= self.first)?;
        self.boards.get_mut(from_front / BOARD_LEN)?.get_mut(from_front % BOARD_LEN)
    }

    /// Lets go of the oldest record. Its memory is given back with its whole board.
    pub(crate) fn drop_first(&mut self) {
        assert!(self.first < self.end(), "there is a record to let go of");
        self.first += 1;
        if self.first - self.before == BOARD_LEN {
            self.boards.pop_front();
            self.before = self.first;
        }
    }

    /// All records, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.boards.iter().flatten().skip(self.first - self.before)
    }

    /// The first place among `places` whose record is not `before` what is looked for; all for
    /// which it is come first. The end of `places` if there is none.
    pub(crate) fn partition_point(
        &self,
        places: std::ops::Range<usize>,
        before: impl Fn(&T) -> bool,
    ) -> usize {
        let (mut low, mut high) = (places.start.max(self.first), places.end.min(self.end()));
        while low < high {
            let middle = low.midpoint(high);
            match self.get(middle) {
                Some(record) if before(record) => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }
}

/// How many parts a table is in. One of them doubles at a time.
pub(crate) const PARTS: usize = 16;

/// Places on a shelf, by the names of what is there. Holds no names: the records have them.
#[derive(Debug)]
pub(crate) struct Places {
    /// A part of the hash and the place. The hash is kept since most records that are not meant
    /// are told by it, without a look at the shelf.
    parts: [HashTable<(u32, u32)>; PARTS],
    hasher: DefaultHashBuilder,
}

/// The hash by which a table finds an entry, spread from the part that the entry keeps.
pub(crate) fn spread(kept: u32) -> u64 {
    (u64::from(kept) << 32) | u64::from(kept)
}

/// The part that a name is in, and what its entry keeps of its hash.
pub(crate) fn part_of(hasher: &DefaultHashBuilder, name: &impl Hash) -> (usize, u32) {
    let hash = hasher.hash_one(name);
    let kept = u32::try_from(hash >> 32).expect("32 bits");
    (usize::try_from(hash % PARTS as u64).expect("below 16"), kept)
}

impl Places {
    pub(crate) fn new() -> Self {
        // Callers choose names, so the hash is keyed with chance.
        let parts = std::array::from_fn(|_| HashTable::new());
        Self { parts, hasher: DefaultHashBuilder::default() }
    }

    fn part_of(&self, name: &impl Hash) -> (usize, u32) {
        part_of(&self.hasher, name)
    }

    /// The place of this name; `is` says whether the record at a place has it.
    pub(crate) fn find(&self, name: &impl Hash, is: impl Fn(usize) -> bool) -> Option<usize> {
        let (part, kept) = self.part_of(name);
        let meant = |&(its, place): &(u32, u32)| its == kept && is(place as usize);
        self.parts[part].find(spread(kept), meant).map(|&(_, place)| place as usize)
    }

    /// Notes the place of a name that has none.
    pub(crate) fn insert(&mut self, name: &impl Hash, place: usize) {
        let (part, kept) = self.part_of(name);
        let place = u32::try_from(place).expect("fewer than 2^32 records");
        self.parts[part].insert_unique(spread(kept), (kept, place), |&(its, _)| spread(its));
    }

    /// Forgets that this name is at this place. Says whether it was.
    pub(crate) fn remove(&mut self, name: &impl Hash, place: usize) -> bool {
        let (part, kept) = self.part_of(name);
        let meant = |&(its, at): &(u32, u32)| its == kept && at as usize == place;
        self.parts[part].find_entry(spread(kept), meant).map(OccupiedEntry::remove).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Something done to a shelf.
    #[derive(Clone, Debug)]
    enum Step {
        Push(usize),
        Drop(usize),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step =
            prop_oneof![(1..3000_usize).prop_map(Step::Push), (0..3000_usize).prop_map(Step::Drop)];
        prop::collection::vec(step, 1..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_shelf_is_a_queue_whose_places_stay(steps in steps()) {
            let mut shelf = Shelf::new();
            let (mut first, mut end) = (0, 0);
            for step in steps {
                match step {
                    Step::Push(count) => {
                        for _ in 0..count {
                            prop_assert_eq!(shelf.push(end), end);
                            end += 1;
                        }
                    }
                    Step::Drop(count) => {
                        for _ in 0..count.min(end - first) {
                            shelf.drop_first();
                            first += 1;
                        }
                    }
                }
                prop_assert_eq!((shelf.first(), shelf.end()), (first, end));
                prop_assert!(shelf.iter().copied().eq(first..end));
                for place in [first.wrapping_sub(1), first, first.midpoint(end), end] {
                    let there = (first..end).contains(&place).then_some(&place);
                    prop_assert_eq!(shelf.get(place), there);
                }
                let middle = first.midpoint(end);
                prop_assert_eq!(shelf.partition_point(0..end, |record| *record < middle), middle);
            }
        }

        #[test]
        fn every_name_leads_to_its_place(names in prop::collection::hash_set(".{0,8}", 0..200)) {
            let names: Vec<_> = names.into_iter().collect();
            let mut places = Places::new();
            for (place, name) in names.iter().enumerate() {
                prop_assert_eq!(places.find(name, |at| &names[at] == name), None);
                places.insert(name, place);
            }
            for (place, name) in names.iter().enumerate() {
                prop_assert_eq!(places.find(name, |at| &names[at] == name), Some(place));
            }
            for (place, name) in names.iter().enumerate() {
                prop_assert!(places.remove(name, place));
                prop_assert!(!places.remove(name, place));
                prop_assert_eq!(places.find(name, |at| &names[at] == name), None);
            }
        }
    }

    #[test]
    fn a_board_that_nobody_wants_is_given_back() {
        let mut shelf = Shelf::new();
        for record in 0..BOARD_LEN * 3 {
            shelf.push(record);
        }
        for left in (0..3).rev() {
            (0..BOARD_LEN).for_each(|_| shelf.drop_first());
            assert_eq!(shelf.boards.len(), left);
        }
        assert_eq!(shelf.push(0), BOARD_LEN * 3);
    }

    #[test]
    fn names_of_one_hash_are_told_apart_by_the_records() {
        /// Hashes like any other of its kind.
        struct Alike;
        impl Hash for Alike {
            fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
        }
        let mut places = Places::new();
        for place in 0..20 {
            places.insert(&Alike, place);
        }
        for place in 0..20 {
            assert_eq!(places.find(&Alike, |at| at == place), Some(place));
        }
        assert_eq!(places.find(&Alike, |_| false), None);
        for place in (0..20).rev() {
            assert!(places.remove(&Alike, place));
            assert_eq!(places.find(&Alike, |at| at == place), None);
        }
    }

    /// Else a table is a list.
    #[test]
    fn names_are_spread_over_the_parts_and_in_each_of_them() {
        let places = Places::new();
        let mut parts = [0; PARTS];
        let mut kept = std::collections::HashSet::new();
        for name in 0..1000 * PARTS {
            let (part, its) = places.part_of(&name);
            parts[part] += 1;
            kept.insert(its);
        }
        assert!(parts.iter().all(|&names| (500..2000).contains(&names)), "{parts:?}");
        assert!(kept.len() > 990 * PARTS, "{}", kept.len());
        // A table takes one end of a hash for the place and the other for a mark.
        assert_eq!(spread(0x89AB_CDEF), 0x89AB_CDEF_89AB_CDEF);
    }
}
