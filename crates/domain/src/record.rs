//! The table of records: one line each. Whatever keeps, reads, copies or checks every kind of
//! record is made from it, here and in stores, so a kind that is forgotten anywhere does not
//! compile.
//!
//! A line says what one and many of a kind are called, the record itself, and whether it `wakes`:
//! moves by itself when its time has come.
//! The order of the lines is the order in which what is due at one instant happens.

/// Calls the macro `$with` with the table.
#[macro_export]
macro_rules! records {
    ($with:ident) => {
        $crate::with_test_kinds! { $with;
            keyed {
                Account: account, accounts, $crate::account::Account;
                Circuit: circuit, circuits, $crate::circuit::Circuit, wakes;
                Order: order, orders, $crate::order::Order, wakes;
                Bill: bill, bills, $crate::bill::Bill, wakes;
                Letter: letter, letters, $crate::letter::Letter;
                Router: router, routers, $crate::router::Router, wakes;
                Group: group, groups, $crate::router_group::RouterGroup, wakes;
                Reference: reference, references, $crate::reference::Reference;
                Grant: grant, grants, $crate::grant::Grant;
                User: user, users, $crate::user::User;
                Key: key, keys, $crate::user::Key;
            }
            appended {
                PriceList: price_lists, $crate::price::PriceList;
                Posting: postings, $crate::ledger::Posting;
                Receipt: receipts, $crate::receipt::Receipt;
                CircuitMove: circuit_moves, $crate::history::CircuitMove;
                OrderMove: order_moves, $crate::history::OrderMove;
                RouterMove: router_moves, $crate::history::RouterMove;
            }
        }
    };
}

/// The table as it is.
#[cfg(not(test))]
#[doc(hidden)]
#[macro_export]
macro_rules! with_test_kinds {
    ($with:ident; keyed { $($keyed:tt)* } appended { $($appended:tt)* }) => {
        $with! { keyed { $($keyed)* } appended { $($appended)* } }
    };
}

/// The table and, for tests, a kind whose time buys.
#[cfg(test)]
#[doc(hidden)]
#[macro_export]
macro_rules! with_test_kinds {
    ($with:ident; keyed { $($keyed:tt)* } appended { $($appended:tt)* }) => {
        $with! {
            keyed {
                $($keyed)*
                Renewal: renewal, renewals, $crate::renewal::Renewal, wakes;
            }
            appended { $($appended)* }
        }
    };
}

use crate::id::AccountId;
use crate::kept::{Entry, Listed, Record, Wakes};
use crate::time::Timestamp;

/// When a record of any kind moves by itself.
pub trait Scheduled: Record {
    /// When, and what.
    fn scheduled(&self) -> Option<(Timestamp, Due)>;
}

macro_rules! kinds {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        /// What moves by itself, in the order in which it moves when several are due at one
        /// instant.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Due {
            $($(#[doc = concat!("A record of its kind ", stringify!($wakes), ".")]
                $kind(<$record as Record>::Name),)?)+
        }

        /// A record that a commit has changed or added: its kind, and its name or its owner.
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        pub enum Mention {
            $(#[doc = "A record of this kind and name."] $kind(<$record as Record>::Name),)+
            $(#[doc = "One more of this kind, of this account or of the world."]
                $entry(Option<AccountId>),)+
        }

        /// All of a world's records, as read back from where they are kept.
        #[derive(Clone, PartialEq, Eq, Debug, Default)]
        pub struct Books {
            $(#[doc = "Records of this kind, in the order in which they were made, or by name."]
                pub $many: Vec<$record>,)+
            $(#[doc = "Records of this kind, in the order in which they were added."]
                pub $entries: Vec<$appended>,)+
        }

        $(impl Scheduled for $record {
            fn scheduled(&self) -> Option<(Timestamp, Due)> {
                let due = None;
                $(
                    let $wakes = Wakes::due(self).map(|at| (at, Due::$kind(self.name())));
                    let due = due.or($wakes);
                )?
                due
            }
        })+

        $($(
            #[doc = concat!("It ", stringify!($wakes), ".")]
            impl Listed for $record {}
        )?)+

        $(const _: fn(&$appended) -> Option<AccountId> = <$appended as Entry>::owner;)+
    };
}

records!(kinds);
