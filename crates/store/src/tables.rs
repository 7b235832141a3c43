//! Records as rows, for every engine. A kind of record is declared once, in a file of `tables/`:
//! its columns, and how its fields go into them and come back. Nobody outside knows a column.

mod accounts;
mod bills;
mod circuits;
mod history;
mod keys;
mod letters;
mod orders;
mod postings;
mod prices;
mod receipts;
mod routers;
mod subscriptions;
mod users;

pub(crate) use circuits::{Described, STATE_ALONE};
pub(crate) use history::Moved;
pub(crate) use receipts::{Receipted, Remembered};
pub(crate) use subscriptions::Renewed;

use crate::row::{Shape, Stored};

macro_rules! all_shapes {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        /// Every table that records are kept in.
        pub(crate) fn shapes() -> impl Iterator<Item = Shape> {
            let all = [
                $(<$record as Stored>::SHAPES,)+
                $(<$appended as Stored>::SHAPES,)+
            ];
            all.into_iter().flatten().copied()
        }
    };
}

domain::records!(all_shapes);
