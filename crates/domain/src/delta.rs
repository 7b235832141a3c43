//! What one commit writes: for each kind of record, those that changed, each once and in its final
//! form. It knows tables, and neither rows nor files.

use crate::history::Cause;
use crate::id::AccountId;
use crate::index::Index;
use crate::kept::{ByName, Entry, Record};
use crate::receipt::{Earlier, Receipt, ReceiptKey};
use crate::record::{Due, Mention, Scheduled};
use crate::records;
use crate::table::{Appended, Keyed};
use crate::time::Timestamp;
use crate::view::View;

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
            pub latest: Keyed<Reached>,
            $(#[doc = concat!("The ", stringify!($many), " as they now are.")]
            pub $many: Keyed<$record>,)+
            $(#[doc = concat!("The ", stringify!($entries), " that were added.")]
            pub $entries: Appended<$appended>,)+
            /// The key of each new receipt; `None` of one without a token.
            tokens: Vec<Option<ReceiptKey>>,
            /// Where the newest receipt of each key stands.
            by_key: Index<ReceiptKey>,
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
        self.tokens.reserve(calls);
        self.by_key.reserve(calls);
    }

    /// What brought about each move of a circuit, and of an order that no circuit moves with: a
    /// circuit whose order has died is set free, which is no second thing that has happened.
    pub fn causes(&self) -> impl Iterator<Item = Cause> {
        let circuits = self.circuit_moves.iter().filter_map(|step| step.why);
        let circuits = circuits.filter(|why| why.cause != Cause::Expiry);
        circuits.chain(self.order_moves.iter().map(|step| step.why)).map(|why| why.cause)
    }

    /// Keeps the receipt of a decision that stands.
    pub(crate) fn keep_receipt(&mut self, key: Option<ReceiptKey>, receipt: Receipt) {
        let place = self.tokens.len();
        self.tokens.push(key);
        let Self { tokens, by_key, .. } = self;
        by_key.added(place, |place| tokens[place]);
        self.receipts.push(receipt);
        // It stands like the decision that it is of: the next one does not put it back.
        self.receipts.keep();
    }

    /// What a new receipt of this key says.
    pub(crate) fn earlier(&self, key: &ReceiptKey) -> Option<Earlier> {
        let is_at = |place: usize| self.tokens[place].as_ref() == Some(key);
        let place = self.by_key.find(key, self.tokens.len(), is_at)?;
        Some(self.receipts.get(place).expect("each has its key beside it").earlier())
    }

    /// Every new receipt that had a token, by its key, in order.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = (ReceiptKey, Earlier)> {
        let all = self.tokens.iter().zip(self.receipts.iter());
        all.filter_map(|(key, receipt)| Some(((*key)?, receipt.earlier())))
    }

    /// Notes how far time has come for an account.
    pub(crate) fn reach(&mut self, account: AccountId, at: Timestamp) {
        let known = self.latest.get(&account).map_or(at, |known| known.at.max(at));
        self.latest.put(Reached { account, at: known });
    }
}

/// How far time has come for an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reached {
    /// Whose time.
    pub account: AccountId,
    /// The latest instant at which something of it was decided.
    pub at: Timestamp,
}

/// No record of the table of records: it is kept in memory alone.
impl Record for Reached {
    type Name = AccountId;
    type Home = ByName<Self>;

    fn name(&self) -> AccountId {
        self.account
    }

    fn owner(&self) -> AccountId {
        self.account
    }
}
