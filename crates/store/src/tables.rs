//! Records as rows, for every engine. A kind of record is declared once, in a file of `tables/`:
//! its columns, and how its fields go into them and come back. Nobody outside knows a column.
//!
//! A column holds an integer, a text, a blob or nothing. A [`Codec`] turns a field into one or more
//! of them, over any engine's [`Sink`] and [`Source`]. A value that no release ever wrote is an
//! error, never a guess.

mod accounts;
mod circuits;
mod keys;
mod orders;
mod postings;
mod prices;
mod receipts;
mod users;

pub(crate) use circuits::{Described, STATE_ALONE};
pub(crate) use receipts::{Receipted, Remembered};

use crate::words::Words;
use crate::world::WorldId;
use domain::catalogue::{AccessPoint, LineOperator, PortType, Region};
use domain::circuit::{BusinessStatus, Circuit, LoaStatus, Status};
use domain::order::{CancelCause, OrderStatus};
use domain::price::{Currency, Cycle, Money};
use domain::{AccountId, CircuitId, Kind, OrderId, Timestamp};
use std::sync::Arc;

/// What one column of a row holds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Value<'v> {
    Nothing,
    Integer(i64),
    Text(&'v [u8]),
    Blob(&'v [u8]),
}

/// Where the columns of a row go, one after the other.
pub(crate) trait Sink {
    /// The engine's own.
    type Error;

    /// The next column.
    fn put(&mut self, value: Value<'_>) -> Result<(), Self::Error>;
}

/// Where the columns of a row come from, one after the other.
pub(crate) trait Source {
    /// The engine's own.
    type Error;

    /// The next column.
    fn next(&mut self) -> Result<Value<'_>, Self::Error>;

    /// What the last column held is not what any release wrote there.
    fn unreadable(&self, why: String) -> Self::Error;
}

/// How a value goes into columns and comes back.
pub(crate) trait Codec: Sized {
    /// Into them.
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error>;

    /// Back.
    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error>;
}

/// A value that fits one column. `Err` says why what it holds is no such value.
pub(crate) trait Column: Sized {
    /// As the column holds it.
    fn value(&self, words: &Words) -> Value<'_>;

    /// Back from it.
    fn read(words: &Words, value: Value<'_>) -> Result<Self, String>;
}

impl<T: Column> Codec for T {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        into.put(self.value(words))
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        match T::read(words, from.next()?) {
            Ok(value) => Ok(value),
            Err(why) => Err(from.unreadable(why)),
        }
    }
}

impl<T: Column> Column for Option<T> {
    fn value(&self, words: &Words) -> Value<'_> {
        self.as_ref().map_or(Value::Nothing, |value| value.value(words))
    }

    fn read(words: &Words, value: Value<'_>) -> Result<Self, String> {
        match value {
            Value::Nothing => Ok(None),
            value => T::read(words, value).map(Some),
        }
    }
}

fn unexpected<T>(value: Value<'_>) -> Result<T, String> {
    Err(format!("{value:?} is not a value that this release knows here"))
}

impl Column for i64 {
    fn value(&self, _: &Words) -> Value<'_> {
        Value::Integer(*self)
    }

    fn read(_: &Words, value: Value<'_>) -> Result<Self, String> {
        match value {
            Value::Integer(number) => Ok(number),
            other => unexpected(other),
        }
    }
}

/// Values that are kept as a number: how, and back unless there is no such value.
macro_rules! numbers {
    ($($type:ty: $to:expr, $back:expr;)+) => { $(
        impl Column for $type {
            fn value(&self, _: &Words) -> Value<'_> {
                let to: fn(Self) -> i64 = $to;
                Value::Integer(to(*self))
            }

            fn read(words: &Words, value: Value<'_>) -> Result<Self, String> {
                let back: fn(i64) -> Option<Self> = $back;
                back(i64::read(words, value)?).map_or_else(|| unexpected(value), Ok)
            }
        }
    )+ };
}

/// Numbers are kept signed; every id fits.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).expect("ids are below 2^63")
}

numbers! {
    u32: i64::from, |number| u32::try_from(number).ok();
    bool: i64::from, |number| match number { 0 => Some(false), 1 => Some(true), _ => None };
    Money: |money| money.0, |amount| Some(Money(amount));
    Timestamp: Timestamp::ms, |ms| Some(Timestamp::from_ms(ms));
    AccountId: |id| signed(id.0), |number| u64::try_from(number).ok().map(AccountId);
    OrderId: |id| signed(id.number()), |number| OrderId::new(u64::try_from(number).ok()?);
}

/// Values that have fixed texts are kept as the numbers of those.
macro_rules! words {
    ($($type:ty),+ $(,)?) => { $(
        impl Column for $type {
            fn value(&self, words: &Words) -> Value<'_> {
                Value::Integer(words.number(*self))
            }

            fn read(words: &Words, value: Value<'_>) -> Result<Self, String> {
                words.value(i64::read(words, value)?)
            }
        }
    )+ };
}

words! {
    AccessPoint, BusinessStatus, CancelCause, Currency, Cycle, Kind, LineOperator, LoaStatus,
    OrderStatus, PortType, Region, Status,
}

fn text(value: Value<'_>) -> Result<&str, String> {
    match value {
        Value::Text(bytes) => {
            std::str::from_utf8(bytes).map_err(|error| format!("no text: {error}"))
        }
        other => unexpected(other),
    }
}

impl Column for Box<str> {
    fn value(&self, _: &Words) -> Value<'_> {
        Value::Text(self.as_bytes())
    }

    fn read(_: &Words, value: Value<'_>) -> Result<Self, String> {
        text(value).map(Box::from)
    }
}

impl Column for Arc<str> {
    fn value(&self, _: &Words) -> Value<'_> {
        Value::Text(self.as_bytes())
    }

    fn read(_: &Words, value: Value<'_>) -> Result<Self, String> {
        text(value).map(Arc::from)
    }
}

impl Column for CircuitId {
    fn value(&self, _: &Words) -> Value<'_> {
        Value::Text(self.as_str().as_bytes())
    }

    fn read(_: &Words, value: Value<'_>) -> Result<Self, String> {
        let Value::Text(bytes) = value else { return unexpected(value) };
        let why = || format!("{:?} is no circuit's id", String::from_utf8_lossy(bytes));
        Self::from_bytes(bytes).ok_or_else(why)
    }
}

/// How the rows of a table are told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rows {
    /// By the world and these columns: the last word counts.
    Keyed(&'static [&'static str]),
    /// By the first column, whichever the world: the last word counts.
    Numbered,
    /// They are added and never changed; the engine counts them.
    Appended,
    /// By the world and the place of the record in it, which are one number before the columns.
    Placed,
    /// As [`Rows::Placed`], but a history: the last row of a place counts.
    History,
}

/// A table: its name, its columns but for what tells worlds apart, and how its rows are told apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) rows: Rows,
    pub(crate) columns: &'static [&'static str],
}

/// What is kept as the rows of one table.
pub(crate) trait Row: Codec {
    /// The table.
    const SHAPE: Shape;
}

/// Where a row was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Spot {
    pub(crate) world: WorldId,
    /// The record's place in its world, where rows are placed; else 0.
    pub(crate) place: usize,
}

/// An engine within the transaction of a commit, writing what changed in one world.
pub(crate) trait Writing {
    /// The engine's own.
    type Error;

    /// The place of a circuit in its world, and what it was there before: the next place of one that
    /// is new.
    fn before(&mut self, circuit: &CircuitId) -> (usize, Option<&Circuit>);

    /// Puts a row there, in the place of the one that is told apart by the same. `place`: where
    /// rows are placed, the record's.
    fn put<R: Row>(&mut self, place: usize, row: &R) -> Result<(), Self::Error>;

    /// Removes the rows that begin with the same as this one, in so many of the columns by which
    /// they are told apart.
    fn remove_like<R: Row>(&mut self, row: &R, columns: usize) -> Result<(), Self::Error>;
}

/// An engine reading all of a store.
pub(crate) trait Reading {
    /// The engine's own.
    type Error;

    /// Calls `take` with every row of a table, in the order by which they are told apart, or in
    /// which they were added.
    fn each<R: Row>(
        &mut self,
        take: impl FnMut(Spot, R) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error>;

    /// A row is not what any release wrote.
    fn unreadable(&self, why: String) -> Self::Error;
}

/// A kind of record, as it is kept.
pub(crate) trait Stored: Sized {
    /// Its tables.
    const SHAPES: &'static [Shape];

    /// Writes one.
    fn write<W: Writing>(&self, to: &mut W) -> Result<(), W::Error>;

    /// Reads all.
    fn read<F: Reading>(
        from: &mut F,
        take: impl FnMut(WorldId, Self) -> Result<(), F::Error>,
    ) -> Result<(), F::Error>;
}

/// A record that is one row.
impl<R: Row> Stored for R {
    const SHAPES: &'static [Shape] = &[R::SHAPE];

    fn write<W: Writing>(&self, to: &mut W) -> Result<(), W::Error> {
        to.put(0, self)
    }

    fn read<F: Reading>(
        from: &mut F,
        mut take: impl FnMut(WorldId, Self) -> Result<(), F::Error>,
    ) -> Result<(), F::Error> {
        from.each(|spot, row| take(spot.world, row))
    }
}

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

/// Declares a row: its table, and each field with its columns. A field that is forgotten does not
/// compile; a column that is, fails the comparison with what migrations made.
macro_rules! row {
    (
        $type:ty, $rows:expr, $table:literal {
            $($field:ident: $($column:literal)+,)+
        }
    ) => {
        impl $crate::tables::Row for $type {
            const SHAPE: $crate::tables::Shape = $crate::tables::Shape {
                name: $table,
                rows: $rows,
                columns: &[$($($column,)+)+],
            };
        }

        impl $crate::tables::Codec for $type {
            fn put<S: $crate::tables::Sink>(
                &self,
                words: &$crate::words::Words,
                into: &mut S,
            ) -> Result<(), S::Error> {
                let Self { $($field,)+ } = self;
                $($crate::tables::Codec::put($field, words, into)?;)+
                Ok(())
            }

            fn take<S: $crate::tables::Source>(
                words: &$crate::words::Words,
                from: &mut S,
            ) -> Result<Self, S::Error> {
                // In the order of the columns.
                $(let $field = $crate::tables::Codec::take(words, from)?;)+
                Ok(Self { $($field,)+ })
            }
        }
    };
}
pub(crate) use row;
