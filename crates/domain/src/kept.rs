//! What all records have in common.
//!
//! A record is keyed, so that the last word about it counts, or it is appended and never changed.

use crate::id::{AccountId, CircuitId, GroupId, OrderId, RouterId};
use crate::time::Timestamp;
use hashbrown::HashMap;
use std::hash::Hash;

/// A record with a name: the last word about it counts.
pub trait Record: Clone {
    /// What it is called in its world.
    type Name: Named;

    /// Where a state in memory keeps it.
    type Home: Home<Self>;

    /// Its name.
    fn name(&self) -> Self::Name;

    /// Whether this is its name.
    fn is_named(&self, name: &Self::Name) -> bool {
        self.name() == *name
    }

    /// The account that it belongs to.
    fn owner(&self) -> AccountId;

    /// The latest instant that it tells of: something was decided then. The beginning of 1970 if it
    /// tells of none.
    fn decided_at(&self) -> Timestamp {
        Timestamp::default()
    }
}

/// What a record may be called.
pub trait Named: Clone + Eq + Hash {
    /// The account that it names, whether or not there is such a record.
    fn account(&self) -> Option<AccountId>;
}

impl Named for AccountId {
    fn account(&self) -> Option<AccountId> {
        Some(*self)
    }
}

impl<N: Clone + Eq + Hash> Named for (AccountId, N) {
    fn account(&self) -> Option<AccountId> {
        Some(self.0)
    }
}

/// Names that name no account.
macro_rules! bare {
    ($($name:ty),+) => {
        $(impl Named for $name {
            fn account(&self) -> Option<AccountId> {
                None
            }
        })+
    };
}

bare!(CircuitId, RouterId, GroupId, OrderId, Box<str>);

/// A kind of record whose line in `record.rs` says `wakes`.
pub trait Listed {}

/// A record that moves by itself. Its line in `record.rs` says `wakes`.
pub trait Wakes: Record + Listed {
    /// When it next does.
    fn due(&self) -> Option<Timestamp>;
}

/// A record that is added and never changed.
pub trait Entry {
    /// The account that it belongs to; `None` for the world's own.
    fn owner(&self) -> Option<AccountId>;
}

/// A place in memory for records of one kind.
pub trait Home<R: Record>: Default {
    /// The record of this name.
    fn get(&self, name: &R::Name) -> Option<&R>;

    /// Takes in a record, or puts it in the place of the one of its name, which `replaced` is shown
    /// before it goes.
    fn put(&mut self, record: R, replaced: impl FnOnce(&R));

    /// Every record, in the order of making, or of names where there is no other.
    fn all<'h>(&'h self) -> impl Iterator<Item = &'h R>
    where
        R: 'h;
}

/// Records by name alone.
#[derive(Debug)]
pub struct ByName<R: Record>(HashMap<R::Name, R>);

impl<R: Record> Default for ByName<R> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<R: Record> ByName<R> {
    /// Whether nothing is kept here.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<R: Record<Name: Ord>> Home<R> for ByName<R> {
    fn get(&self, name: &R::Name) -> Option<&R> {
        self.0.get(name)
    }

    fn put(&mut self, record: R, replaced: impl FnOnce(&R)) {
        let name = record.name();
        if let Some(old) = self.0.get_mut(&name) {
            replaced(old);
            *old = record;
        } else {
            self.0.insert(name, record);
        }
    }

    fn all<'h>(&'h self) -> impl Iterator<Item = &'h R>
    where
        R: 'h,
    {
        let mut all: Vec<_> = self.0.iter().collect();
        // By reference: a name may be a text, which a key would have to be a copy of.
        #[expect(clippy::unnecessary_sort_by)]
        all.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        all.into_iter().map(|(_, record)| record)
    }
}
