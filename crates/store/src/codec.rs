//! How values go into the columns of a row and come back, for every engine.
//!
//! A column holds an integer, a text, a blob or nothing. A [`Codec`] turns a value into one or more
//! of them, over any engine's [`Sink`] and [`Source`]. What no release ever wrote is an error,
//! never a guess.

use crate::words::Words;
use domain::catalogue::{AccessPoint, LineOperator, PortType, Region, SharedSpec};
use domain::circuit::{LoaStatus, Locks, Status};
use domain::history::Cause;
use domain::order::{CancelCause, OrderKind, OrderStatus};
use domain::price::{Currency, Cycle, Money};
use domain::router::RouterStatus;
use domain::router_group::GroupStatus;
use domain::{AccountId, CircuitId, GroupId, Kind, OrderId, RouterId, Timestamp};
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

    // A start takes ten million of them.
    #[inline]
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

    #[inline]
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

    #[inline]
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

            #[inline]
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
    u8: i64::from, |number| u8::try_from(number).ok();
    bool: i64::from, |number| match number { 0 => Some(false), 1 => Some(true), _ => None };
    OrderKind: |kind| kind as i64, |place| {
        OrderKind::ALL.get(usize::try_from(place).ok()?).copied()
    };
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

            #[inline]
            fn read(words: &Words, value: Value<'_>) -> Result<Self, String> {
                words.value(i64::read(words, value)?)
            }
        }
    )+ };
}

words! {
    AccessPoint, CancelCause, Cause, Currency, Cycle, Kind, LineOperator, LoaStatus, Locks,
    GroupStatus, OrderStatus, PortType, Region, RouterStatus, SharedSpec, Status,
}

/// A text, if it is one.
pub(crate) fn text(value: Value<'_>) -> Result<&str, String> {
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

    #[inline]
    fn read(_: &Words, value: Value<'_>) -> Result<Self, String> {
        text(value).map(Box::from)
    }
}

impl Column for Arc<str> {
    fn value(&self, _: &Words) -> Value<'_> {
        Value::Text(self.as_bytes())
    }

    #[inline]
    fn read(_: &Words, value: Value<'_>) -> Result<Self, String> {
        text(value).map(Arc::from)
    }
}

/// Ids, each of what it is an id of.
macro_rules! ids {
    ($($id:ty: $of:literal;)+) => { $(
        impl Column for $id {
            fn value(&self, _: &Words) -> Value<'_> {
                Value::Text(self.as_str().as_bytes())
            }

            #[inline]
            fn read(_: &Words, value: Value<'_>) -> Result<Self, String> {
                let Value::Text(bytes) = value else { return unexpected(value) };
                let why = || format!("{:?} is no {}'s id", String::from_utf8_lossy(bytes), $of);
                Self::from_bytes(bytes).ok_or_else(why)
            }
        }
    )+ };
}

ids! {
    CircuitId: "circuit";
    RouterId: "router";
    GroupId: "group";
}
