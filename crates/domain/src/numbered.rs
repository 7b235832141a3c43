//! Records by number, which is also the order of making: orders and bills.

use crate::id::{AccountId, OrderId};
use crate::kept::{Home, Record};
use crate::shelf::Shelf;
use hashbrown::HashMap;

/// Records by number, and those of each account.
#[derive(Debug)]
pub struct Numbered<R> {
    all: Shelf<R>,
    of: HashMap<AccountId, Vec<u32>>,
}

impl<R> Default for Numbered<R> {
    fn default() -> Self {
        Self { all: Shelf::new(), of: HashMap::new() }
    }
}

impl<R: Record<Name = OrderId>> Numbered<R> {
    /// Where a record stands in the order of making.
    fn place(&self, id: OrderId) -> Option<usize> {
        let (oldest, newest) = (self.all.get(0)?, self.all.get(self.all.end() - 1)?);
        // Numbers only go up, so a record is at most as many places from the first as its number
        // is from the first's, and in a store with one busy world just so many.
        let furthest = id.number().checked_sub(oldest.name().number())?;
        let furthest = usize::try_from(furthest).ok()?;
        let is = |place: &usize| self.all.get(*place).is_some_and(|record| record.is_named(&id));
        if id > newest.name() {
            return None;
        }
        Some(furthest).filter(is).or_else(|| {
            let before = |record: &R| record.name() < id;
            Some(self.all.partition_point(0..furthest, before)).filter(is)
        })
    }

    /// The records of an account, newest first.
    pub(crate) fn of(&self, account: AccountId) -> impl Iterator<Item = &R> {
        let places = self.of.get(&account).map_or(&[][..], Vec::as_slice);
        places.iter().rev().filter_map(|&place| self.all.get(place as usize))
    }
}

impl<R: Record<Name = OrderId>> Home<R> for Numbered<R> {
    fn get(&self, id: &OrderId) -> Option<&R> {
        self.all.get(self.place(*id)?)
    }

    fn put(&mut self, record: R, replaced: impl FnOnce(&R)) {
        let id = record.name();
        if let Some(place) = self.place(id) {
            let old = self.all.get_mut(place).expect("it has a place");
            replaced(old);
            *old = record;
            return;
        }
        let newest = self.all.get(self.all.end().wrapping_sub(1));
        assert!(newest.is_none_or(|newest| newest.name() < id), "numbers only go up");
        let account = record.owner();
        let place = u32::try_from(self.all.push(record)).expect("fewer than 2^32 of a kind");
        self.of.entry(account).or_default().push(place);
    }

    fn all<'h>(&'h self) -> impl Iterator<Item = &'h R>
    where
        R: 'h,
    {
        self.all.iter()
    }
}
