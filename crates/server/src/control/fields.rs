//! Fields of control calls that are more than texts: serde reads them as what they are, so that a
//! call that cannot be meant is refused where it is read, with its line and column.

use super::money::Month;
use domain::catalogue::{AccessPoint, LineOperator, PortType, Region, SharedSpec};
use domain::circuit::{BusinessStatus, Event, LoaStatus, Status};
use domain::order::OrderStatus;
use domain::price::{Currency, Money};
use domain::router::RouterStatus;
use domain::{AccountId, CircuitId, Timestamp};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Something that a control call writes as one text.
pub(crate) trait Written: Sized {
    /// What it is, for whoever wrote something else.
    const WHAT: &'static str;

    /// What a text says.
    fn read(text: &str) -> Option<Self>;
}

macro_rules! written {
    ($($what:ty: $name:literal, $read:expr;)+) => {
        $(impl Written for $what {
            const WHAT: &'static str = $name;

            fn read(text: &str) -> Option<Self> {
                $read(text)
            }
        })+
    };
}

written! {
    AccessPoint: "access point", AccessPoint::find;
    AccountId: "account number", account;
    BusinessStatus: "business status", BusinessStatus::find;
    CircuitId: "circuit id: pc- and up to 28 of a-z, 0-9, -", CircuitId::new;
    Currency: "currency", Currency::find;
    api::Edition: "edition", api::Edition::find;
    Event: "event", Event::of_carrier;
    LineOperator: "line operator", LineOperator::find;
    LoaStatus: "LOA status", LoaStatus::find;
    Money: "amount, such as 1000.00", Money::parse;
    Month: "month, such as 2026-11", |text: &str| domain::parse_month(text).map(Month);
    OrderStatus: "status of an order", OrderStatus::find;
    PortType: "port type", PortType::find;
    Region: "region", Region::find;
    RouterStatus: "status of a router", RouterStatus::find;
    SharedSpec: "speed of a shared port", SharedSpec::find;
    SnapshotName: "name of a snapshot: 1-64 letters, digits, -, _ and .", snapshot_name;
    Step: "length of time such as P30D or P5Y", |text: &str| text.parse().ok().map(Step);
    Status: "status", Status::find;
    Timestamp: "time", Timestamp::parse;
}

/// A length of time by the calendar.
#[derive(Clone, Copy)]
pub(super) struct Step(pub(super) jiff::Span);

fn account(text: &str) -> Option<AccountId> {
    let id = text.parse().ok().filter(|id: &u64| *id > 0 && i64::try_from(*id).is_ok());
    id.map(AccountId)
}

/// What a snapshot can be called.
pub(super) struct SnapshotName(pub(super) Box<str>);

fn snapshot_name(text: &str) -> Option<SnapshotName> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    // Nor what a path would take for another place.
    let is_name = (1..=64).contains(&text.len()) && text.bytes().all(plain);
    (is_name && !matches!(text, "." | "..")).then(|| SnapshotName(text.into()))
}

/// A text read, or what it is not.
pub(super) fn read<T: Written>(text: &str) -> Result<T, String> {
    T::read(text).ok_or_else(|| format!("{text:?} is no {}", T::WHAT))
}

/// A field that is written as a text.
#[derive(Clone, Copy)]
pub(crate) struct Is<T>(pub(crate) T);

impl<'de, T: Written> Deserialize<'de> for Is<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        read(&text).map(Self).map_err(D::Error::custom)
    }
}

/// An account's number: a text, or a number of JSON.
#[derive(Clone, Copy)]
pub(super) struct AccountNumber(pub(super) AccountId);

impl<'de> Deserialize<'de> for AccountNumber {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(from)? {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            _ => return Err(D::Error::custom("an account is a string of digits")),
        };
        read(&text).map(Self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_is_not_what_it_should_be_is_named() {
        let error = |json: &str| {
            let read = serde_json::from_str::<Is<Currency>>(json).map(|_| ());
            read.expect_err("it is none").to_string()
        };
        assert!(error("\"DEM\"").starts_with("\"DEM\" is no currency"));
        assert!(error("7").contains("expected a string"));
        for (json, id) in [("\"7\"", Some(7)), ("7", Some(7)), ("0", None), ("7.5", None)] {
            let read = serde_json::from_str::<AccountNumber>(json).ok();
            assert_eq!(read.map(|AccountNumber(AccountId(id))| id), id, "{json}");
        }
    }
}
