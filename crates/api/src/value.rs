//! What the text of a parameter can be read as.

use domain::catalogue::{AccessPoint, LineOperator, PortType, Region, SharedSpec};
use domain::circuit::{BusinessStatus, Payer};
use domain::macsec::CipherSuite;
use domain::peering::{is_mask, read_prefix};
use domain::price::Cycle;
use domain::subscription::RenewStatus;
use domain::tag::ResourceType;
use domain::{AccountId, CircuitId, GroupId, OrderId, RouterId, Timestamp, parse_day, parse_month};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A type that a parameter's text can be read as.
pub trait Value: Sized {
    /// Its name in documentation.
    const TYPE: &'static str;

    /// Which of several of that name it is; "" where there is one.
    const FORMAT: &'static str = "";

    /// The value of a text; `None` if it has none.
    fn read(text: &str) -> Option<Self>;

    /// A text that has no value; `None` where every text has one.
    const NONSENSE: Option<&'static str> = None;
}

/// Any text.
pub struct Text(pub Box<str>);

impl Value for Text {
    const TYPE: &'static str = "string";
    fn read(text: &str) -> Option<Self> {
        Some(Self(text.into()))
    }
}

/// SOURCE: wire dossier 2: `True` and `true` are both sent.
impl Value for bool {
    const TYPE: &'static str = "boolean";
    const NONSENSE: Option<&'static str> = Some("maybe");
    fn read(text: &str) -> Option<Self> {
        match text {
            _ if text.eq_ignore_ascii_case("true") => Some(true),
            _ if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }
}

/// Plain decimal digits with an optional minus; `+5`, `5.0` and `0x5` are no numbers here.
fn decimal(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

impl Value for i64 {
    const TYPE: &'static str = "integer";
    const FORMAT: &'static str = "int64";
    const NONSENSE: Option<&'static str> = Some("x");
    fn read(text: &str) -> Option<Self> {
        decimal(text)
    }
}

impl Value for u32 {
    const TYPE: &'static str = "integer";
    const FORMAT: &'static str = "int32";
    const NONSENSE: Option<&'static str> = Some("x");
    fn read(text: &str) -> Option<Self> {
        decimal(text).and_then(|number| Self::try_from(number).ok())
    }
}

/// A text that names no region is found out where the region is checked, before any parameter.
impl Value for Region {
    const TYPE: &'static str = "string";
    fn read(text: &str) -> Option<Self> {
        Self::find(text)
    }
}

impl Value for ResourceType {
    const TYPE: &'static str = "string";
    fn read(text: &str) -> Option<Self> {
        Self::find(text)
    }
}

/// Text that no circuit could have reads as an id that none has: it is not found, not malformed.
impl Value for CircuitId {
    const TYPE: &'static str = "string";
    fn read(text: &str) -> Option<Self> {
        Self::new(text).or_else(|| Self::new("pc-"))
    }
}

/// As for circuits.
impl Value for RouterId {
    const TYPE: &'static str = "string";
    fn read(text: &str) -> Option<Self> {
        Self::new(text).or_else(|| Self::new("vbr-"))
    }
}

/// As for circuits.
impl Value for GroupId {
    const TYPE: &'static str = "string";
    fn read(text: &str) -> Option<Self> {
        Self::new(text).or_else(|| Self::new("vbrha-"))
    }
}

/// How fast a shared circuit is.
impl Value for SharedSpec {
    const TYPE: &'static str = "string";
    const NONSENSE: Option<&'static str> = Some("51M");
    fn read(text: &str) -> Option<Self> {
        Self::find(text)
    }
}

/// Who pays for a shared circuit.
impl Value for Payer {
    const TYPE: &'static str = "string";
    const NONSENSE: Option<&'static str> = Some("nobody");
    fn read(text: &str) -> Option<Self> {
        Self::find(text)
    }
}

/// How a circuit is locked.
impl Value for BusinessStatus {
    const TYPE: &'static str = "string";
    const NONSENSE: Option<&'static str> = Some("nothing");
    fn read(text: &str) -> Option<Self> {
        Self::find(text)
    }
}

/// The number of an account.
impl Value for AccountId {
    const TYPE: &'static str = "integer";
    const FORMAT: &'static str = "int64";
    const NONSENSE: Option<&'static str> = Some("x");
    fn read(text: &str) -> Option<Self> {
        decimal(text).and_then(|number| u64::try_from(number).ok()).map(Self)
    }
}

/// The number of an account, of which documentation says that it is a string.
pub struct AccountText(pub AccountId);

impl Value for AccountText {
    const TYPE: &'static str = "string";
    const NONSENSE: Option<&'static str> = Some("x");
    fn read(text: &str) -> Option<Self> {
        AccountId::read(text).map(Self)
    }
}

/// Texts that are kept as they were said, if they are what they should be.
macro_rules! checked {
    ($($(#[$doc:meta])* $name:ident: $is:expr, $nonsense:literal;)+) => { $(
        $(#[$doc])*
        pub struct $name(pub Box<str>);

        impl Value for $name {
            const TYPE: &'static str = "string";
            const NONSENSE: Option<&'static str> = Some($nonsense);
            fn read(text: &str) -> Option<Self> {
                let is: fn(&str) -> bool = $is;
                is(text).then(|| Self(text.into()))
            }
        }
    )+ };
}

checked! {
    /// An address of IPv4.
    Ipv4Text: |text| text.parse::<Ipv4Addr>().is_ok(), "10.0.0.256";
    /// A mask of 24 to 30 bits, with dots.
    MaskText: is_mask, "255.255.255.255";
    /// An address of IPv6.
    Ipv6Text: |text| text.parse::<Ipv6Addr>().is_ok(), "10.0.0.1";
    /// A prefix of IPv6 and its length.
    PrefixText: |text| read_prefix(text).is_some(), "2408::/129";
}

/// A number that documentation calls a string.
pub struct NumberText(pub u32);

impl Value for NumberText {
    const TYPE: &'static str = "string";
    const NONSENSE: Option<&'static str> = Some("x");
    fn read(text: &str) -> Option<Self> {
        u32::read(text).map(Self)
    }
}

/// `true` or `false` that documentation calls a string.
pub struct FlagText(pub bool);

impl Value for FlagText {
    const TYPE: &'static str = "string";
    const NONSENSE: Option<&'static str> = Some("maybe");
    fn read(text: &str) -> Option<Self> {
        bool::read(text).map(Self)
    }
}

/// Circuits, separated by commas.
pub struct CircuitIds(pub Vec<CircuitId>);

impl Value for CircuitIds {
    const TYPE: &'static str = "string";
    fn read(text: &str) -> Option<Self> {
        text.split(',').map(|id| CircuitId::read(id.trim())).collect::<Option<_>>().map(Self)
    }
}

/// As for circuits: what is no number names no order.
impl Value for OrderId {
    const TYPE: &'static str = "string";
    fn read(text: &str) -> Option<Self> {
        let number = decimal(text).and_then(|n| u64::try_from(n).ok());
        Some(number.and_then(Self::new).unwrap_or(Self::NONE))
    }
}

impl Value for Timestamp {
    const TYPE: &'static str = "string";
    const NONSENSE: Option<&'static str> = Some("yesterday");
    fn read(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

/// A time, or a day in UTC+8: its first and its last instant. Answers show seconds, so that a time
/// is a second long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimeOrDay {
    /// When it begins.
    pub first: Timestamp,
    /// The last instant that is within it.
    pub last: Timestamp,
}

impl Value for TimeOrDay {
    const TYPE: &'static str = "string";
    const NONSENSE: Option<&'static str> = Some("yesterday");
    fn read(text: &str) -> Option<Self> {
        let of = |first: Timestamp, ms: i64| Self { first, last: first.plus_ms(ms - 1) };
        let time =
            || Timestamp::parse(text).map(|at| of(Timestamp::from_ms(at.seconds() * 1000), 1000));
        parse_day(text).map(|day| of(day, 86_400_000)).or_else(time)
    }
}

/// A month, `yyyy-MM`, counted from the year 0.
pub struct Month(pub u32);

impl Value for Month {
    const TYPE: &'static str = "string";
    const NONSENSE: Option<&'static str> = Some("2018-13");
    fn read(text: &str) -> Option<Self> {
        parse_month(text).map(Self)
    }
}

/// A day in UTC+8, `yyyy-MM-dd`: when it begins.
pub struct Day(pub Timestamp);

impl Value for Day {
    const TYPE: &'static str = "string";
    const NONSENSE: Option<&'static str> = Some("2018-02-30");
    fn read(text: &str) -> Option<Self> {
        parse_day(text).map(Self)
    }
}

macro_rules! worded {
    ($($type:ty),+) => {$(
        impl Value for $type {
            const TYPE: &'static str = "string";
            const NONSENSE: Option<&'static str> = Some("none-of-these");
            fn read(text: &str) -> Option<Self> {
                Self::find(text)
            }
        }
    )+};
}
worded!(AccessPoint, CipherSuite, Cycle, LineOperator, PortType, RenewStatus);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain_decimals() {
        for (text, number) in [("0", Some(0)), ("12", Some(12)), ("-1", Some(-1))] {
            assert_eq!(i64::read(text), number);
        }
        for text in ["", "+1", " 1", "1.0", "0x1", "१", "99999999999999999999"] {
            assert_eq!(i64::read(text), None, "{text}");
        }
        assert_eq!(u32::read("-1"), None);
    }

    #[test]
    fn a_day_lasts_from_midnight_to_midnight_in_utc_8_and_a_time_a_second() {
        for (text, first, last) in [
            ("2026-11-22", "2026-11-21T16:00:00Z", "2026-11-22T15:59:59.999Z"),
            ("2026-11-22T08:00:00Z", "2026-11-22T08:00:00Z", "2026-11-22T08:00:00.999Z"),
        ] {
            let read = TimeOrDay::read(text).map(|read| (Some(read.first), Some(read.last)));
            assert_eq!(read, Some((Timestamp::parse(first), Timestamp::parse(last))), "{text}");
        }
        assert_eq!(TimeOrDay::read("2026-11"), None);
    }

    #[test]
    fn booleans_are_read_in_any_case_and_nothing_else_is() {
        for (text, value) in [("true", Some(true)), ("False", Some(false)), ("TRUE", Some(true))] {
            assert_eq!(bool::read(text), value);
        }
        for text in ["", "1", "yes", "truee"] {
            assert_eq!(bool::read(text), None);
        }
    }
}
