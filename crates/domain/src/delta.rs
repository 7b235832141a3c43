//! What one commit writes: for each kind of record, those that changed, each once and in its final
//! form. It knows tables, and neither rows nor files.

use crate::id::AccountId;
use crate::kept::{Entry, Record};
use crate::receipt::{Earlier, Receipt, ReceiptKey};
use crate::record::{Due, Mention, Scheduled};
use crate::records;
use crate::table::{Appended, Keyed};
use crate::time::Timestamp;
use crate::view::View;
use hashbrown::HashMap;

macro_rules! tables {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        /// Changes that belong together.
        #[derive(Default, Debug)]
        pub struct Delta {
            /// Everything before was forgotten.
            pub cleared: bool,
            /// The clock, if it was moved: how far it is ahead of the wall, milliseconds.
            pub clock: Option<i64>,
            /// How far time has come in the world. Known in memory alone.
            pub floor: Timestamp,
            /// How far it has come for each account. Known in memory alone.
            pub latest: HashMap<AccountId, Timestamp>,
            $(#[doc = concat!("The ", stringify!($many), " as they now are.")]
            pub $many: Keyed<$record>,)+
            $(#[doc = concat!("The ", stringify!($entries), " that were added.")]
            pub $entries: Appended<$appended>,)+
            /// Where each new receipt with a token stands.
            by_key: HashMap<ReceiptKey, usize>,
        }

        impl Delta {
            /// Whether there is nothing to write.
            pub fn is_empty(&self) -> bool {
                !self.cleared
                    && self.clock.is_none()
                    $(&& self.$many.is_empty())+
                    $(&& self.$entries.is_empty())+
            }

            /// What is mentioned of it to those who watch.
            pub fn mentions(&self) -> Vec<Mention> {
                let mut all = Vec::new();
                $(all.extend(self.$many.iter().map(|record| Mention::$kind(record.name())));)+
                $(all.extend(self.$entries.iter().map(|entry| Mention::$entry(entry.owner())));)+
                all
            }

            /// Whether this delta, and not what is below it, says when `due` happens.
            pub(crate) fn speaks_for(&self, due: &Due) -> bool {
                self.cleared || match due {
                    $($(Due::$kind(name) => {
                        let $wakes = self.$many.get(name);
                        $wakes.is_some()
                    })?)+
                }
            }

            /// Calls `step` with what the decision has changed of when things happen: whose they
            /// are, when each was to happen by this delta, and when it now is.
            pub(crate) fn each_rescheduled(
                &self,
                mut step: impl FnMut(AccountId, Option<(Timestamp, Due)>, Option<(Timestamp, Due)>),
            ) {
                $(for (before, now) in self.$many.touched() {
                    let (before, after) = (before.and_then(Scheduled::scheduled), now.scheduled());
                    if before != after {
                        step(now.owner(), before, after);
                    }
                })+
            }

            /// The decision stands; the next one begins.
            pub(crate) fn keep(&mut self) {
                $(self.$many.keep();)+
                $(self.$entries.keep();)+
            }

            /// Everything is as it was before the decision; the next one begins.
            pub(crate) fn put_back(&mut self) {
                $(self.$many.put_back();)+
                $(self.$entries.put_back();)+
            }
        }

        $(impl Tabled for $record {
            fn table(delta: &mut Delta) -> &mut Keyed<Self> {
                &mut delta.$many
            }

            fn find<'v>(view: &'v dyn View, name: &Self::Name) -> Option<&'v Self> {
                view.$one(name)
            }
        })+
    };
}

records!(tables);

/// A kind of record that a decision reads and writes.
pub trait Tabled: Record {
    /// Where its changes are held.
    #[doc(hidden)]
    fn table(delta: &mut Delta) -> &mut Keyed<Self>;

    /// The record of this name.
    #[doc(hidden)]
    fn find<'v>(view: &'v dyn View, name: &Self::Name) -> Option<&'v Self>;
}

impl Delta {
    /// Everything before was forgotten.
    pub(crate) fn of_nothing() -> Self {
        Self { cleared: true, ..Self::default() }
    }

    /// Makes room for what about so many calls leave.
    pub(crate) fn reserve(&mut self, calls: usize) {
        self.circuits.reserve(calls);
        self.orders.reserve(calls);
        self.postings.reserve(calls);
        self.receipts.reserve(calls);
        self.by_key.reserve(calls);
    }

    /// Keeps the receipt of a decision that stands.
    pub(crate) fn keep_receipt(&mut self, key: Option<ReceiptKey>, receipt: Receipt) {
        if let Some(key) = key {
            self.by_key.insert(key, self.receipts.len());
        }
        self.receipts.push(receipt);
        // It stands already: the next decision must not take it along when it is put back.
        self.receipts.keep();
    }

    /// What a new receipt of this key says.
    pub(crate) fn earlier(&self, key: &ReceiptKey) -> Option<Earlier> {
        let receipt = self.receipts.get(*self.by_key.get(key)?);
        Some(receipt.expect("its place was noted when it came").earlier())
    }

    /// Every new receipt that had a token, by its key, in order.
    pub(crate) fn tokens(&self) -> Vec<(ReceiptKey, Earlier)> {
        let mut places: Vec<_> = self.by_key.iter().collect();
        places.sort_unstable_by_key(|(_, place)| **place);
        places.into_iter().filter_map(|(key, _)| Some((*key, self.earlier(key)?))).collect()
    }

    /// Notes how far time has come for an account.
    pub(crate) fn reach(&mut self, account: AccountId, at: Timestamp) {
        let latest = self.latest.entry(account).or_default();
        *latest = at.max(*latest);
    }
}
