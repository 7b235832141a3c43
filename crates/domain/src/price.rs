//! Money, terms and the price list. Money is an integer; nothing here rounds but the price of a
//! part of a port, up to a whole unit.

use crate::catalogue::{PortType, PriceZone, Region, SharedSpec};
use crate::id::AccountId;
use crate::kept::Entry;
use crate::words::words;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

/// An amount in 1/10000 of the currency unit. Never negative in a record; the type does not say
/// so, because differences are computed in it too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Money(pub i64);

/// How many of [`Money`]'s units make one of the currency.
pub const MONEY_SCALE: i64 = 10_000;

words! {
    /// A currency. SOURCE: billing dossier 1.1.
    Currency {
        /// United States dollar.
        Usd = "USD",
        /// Chinese yuan.
        Cny = "CNY",
        /// Japanese yen.
        Jpy = "JPY",
    }
}

impl Currency {
    /// Digits after the point in a rendered amount, unless the amount needs more.
    const fn digits(self) -> usize {
        match self {
            Self::Usd | Self::Cny => 2,
            Self::Jpy => 0,
        }
    }

    /// An amount without what the currency has no coin for: cents, or whole yen. `None` if it is
    /// below zero.
    pub fn whole(self, amount: Money) -> Option<Money> {
        let coin = match self {
            Self::Usd | Self::Cny => MONEY_SCALE / 100,
            Self::Jpy => MONEY_SCALE,
        };
        (amount.0 >= 0).then(|| Money(amount.0 - amount.0 % coin))
    }

    /// Whether there is such an amount: the yen has no parts, so a fraction of one is a mistake in
    /// whatever told it. Dollars and yuan have all of [`Money`]'s digits, since what is sold by use
    /// costs less than a cent a unit.
    ///
    /// ASSUMED: no page says how finely the service counts any of them.
    pub fn has(self, amount: Money) -> bool {
        self != Self::Jpy || amount.0 % MONEY_SCALE == 0
    }
}

impl Money {
    /// Whole units of the currency.
    pub const fn units(units: i64) -> Self {
        Self(units * MONEY_SCALE)
    }

    /// `None` on overflow.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// `None` on overflow.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// `None` on overflow.
    pub fn times(self, count: i64) -> Option<Self> {
        self.0.checked_mul(count).map(Self)
    }

    /// Exact decimal text: the currency's own digits, or as many as the amount needs.
    pub fn render(self, currency: Currency) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let units = self.0.unsigned_abs() / MONEY_SCALE.unsigned_abs();
        let mut fraction = format!("{:04}", self.0.unsigned_abs() % MONEY_SCALE.unsigned_abs());
        while fraction.len() > currency.digits() && fraction.ends_with('0') {
            fraction.pop();
        }
        if fraction.is_empty() {
            format!("{sign}{units}")
        } else {
            format!("{sign}{units}.{fraction}")
        }
    }

    /// Reads a decimal number of at most four digits after the point. `None` for anything else:
    /// nothing is ever rounded.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (units, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        if !digits(units) || !digits(fraction) || fraction.len() > 4 {
            return None;
        }
        let whole = units.parse::<i64>().ok()?.checked_mul(MONEY_SCALE)?;
        let part = format!("{fraction:0<4}").parse::<i64>().ok()?;
        let sum = whole.checked_add(part)?;
        Some(Self(if negative { -sum } else { sum }))
    }
}

/// Four digits, for logs and messages; wire and control answers use [`Money::render`].
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Currency::Usd))
    }
}

words! {
    /// The unit of a subscription's length.
    Cycle {
        /// Calendar month.
        Month = "Month",
        /// Twelve months.
        Year = "Year",
    }
}

/// How long a subscription runs: `count` cycles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Term {
    /// From 1.
    pub count: u32,
    /// The unit of `count`.
    pub cycle: Cycle,
}

impl Term {
    /// Length in months; `None` when that is past 32 bits, which no calendar holds anyway.
    pub fn months(self) -> Option<u32> {
        match self.cycle {
            Cycle::Month => Some(self.count),
            Cycle::Year => self.count.checked_mul(12),
        }
    }
}

/// Prices a month, by port type and region: none has two.
pub type MonthlyPrices = BTreeMap<(PortType, Region), Money>;

/// Prices a month of shared ports, by how fast they are.
pub type SharedPrices = BTreeMap<SharedSpec, Money>;

/// What is priced: a port somewhere, or a part of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Port {
    /// What it is.
    pub port_type: PortType,
    /// Where.
    pub region: Region,
    /// How fast the part of it is, if it is shared.
    pub shared: Option<SharedSpec>,
}

impl Port {
    /// A port that nobody shares.
    pub const fn whole(port_type: PortType, region: Region) -> Self {
        Self { port_type, region, shared: None }
    }

    /// How fast what is sold is: `Spec`.
    pub fn spec(self) -> &'static str {
        self.shared.map_or(self.port_type.spec(), SharedSpec::text)
    }
}

/// One version of the prices in one currency. Orders keep the version they were priced by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PriceList {
    /// From 2; version 1 is [`PriceList::builtin`], which is never stored.
    pub version: u32,
    /// The currency of every row.
    pub currency: Currency,
    /// What the ports cost.
    pub rows: MonthlyPrices,
    /// What setting a circuit up costs, once; `None` if this list has no price for it.
    pub setup: Option<Money>,
    /// What shared ports cost.
    pub shared: SharedPrices,
}

impl PriceList {
    /// The published prices in USD: version 1 of every world. Those of shared ports were found
    /// nowhere.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<PriceList> = LazyLock::new(|| {
            let ports = PortType::ALL.iter().copied();
            let rows = ports.flat_map(|port| Region::all().map(move |region| (port, region)));
            PriceList {
                version: 1,
                currency: Currency::Usd,
                rows: rows
                    .map(|(port, region)| ((port, region), published(port, region)))
                    .collect(),
                // SOURCE: prices.json, initial_installation_fee (pages of 2024-03 and 2024-05).
                setup: Some(Money::units(1_500)),
                shared: SharedPrices::new(),
            }
        });
        &BUILTIN
    }

    /// The price a month of a port, or of a part of it, if this list has one.
    ///
    /// ASSUMED: a part of a port that has no price of its own costs what it is of the port's speed,
    /// rounded up to a unit of the currency (billing dossier, open question 5).
    pub fn month(&self, port: Port) -> Option<Money> {
        let whole = self.rows.get(&(port.port_type, port.region)).copied();
        let Some(spec) = port.shared else { return whole };
        if let Some(own) = self.shared.get(&spec) {
            return Some(*own);
        }
        let times_speed = i128::from(whole?.0) * i128::from(spec.mbps());
        let unit = i128::from(port.port_type.speed_mbps()) * i128::from(MONEY_SCALE);
        let units = times_speed / unit + i128::from(times_speed % unit != 0);
        i64::try_from(units).ok()?.checked_mul(MONEY_SCALE).map(Money)
    }
}

/// The published fee of a port a month.
/// SOURCE: prices.json, resource_usage_fee_dedicated_port (pages of 2025-07 to 2026-04).
fn published(port: PortType, region: Region) -> Money {
    let (mainland, elsewhere, riyadh) = match port.spec() {
        "1G" => (85, 210, 252),
        "10G" => (720, 1_600, 1_920),
        "40G" => (2_450, 5_500, 6_600),
        _ => (5_200, 11_700, 14_040),
    };
    Money::units(match region.price_zone() {
        PriceZone::Mainland => mainland,
        PriceZone::Elsewhere => elsewhere,
        PriceZone::Riyadh => riyadh,
    })
}

impl Entry for PriceList {
    /// The world's.
    fn owner(&self) -> Option<AccountId> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_rendered_amount_reads_back_as_itself(
            amount in i64::MIN / 2..i64::MAX / 2,
            currency in prop::sample::select(Currency::ALL),
        ) {
            prop_assert_eq!(Money::parse(&Money(amount).render(currency)), Some(Money(amount)));
        }
    }

    #[test]
    fn amounts_show_the_digits_of_their_currency() {
        for (amount, currency, text) in [
            (Money::units(85), Currency::Usd, "85.00"),
            (Money(850_001), Currency::Usd, "85.0001"),
            (Money(0), Currency::Cny, "0.00"),
            (Money::units(85), Currency::Jpy, "85"),
            (Money(-5_000), Currency::Usd, "-0.50"),
        ] {
            assert_eq!(amount.render(currency), text);
        }
        assert_eq!(Money(850_000).to_string(), "85.00");
    }

    #[test]
    fn only_the_yen_has_no_parts() {
        for (amount, of_yen) in
            [(Money(0), true), (Money::units(-7), true), (Money(1), false), (Money(-5_000), false)]
        {
            assert!(Currency::Usd.has(amount) && Currency::Cny.has(amount), "{amount}");
            assert_eq!(Currency::Jpy.has(amount), of_yen, "{amount}");
        }
    }

    #[test]
    fn text_that_is_not_an_exact_amount_is_refused() {
        for text in ["", ".", "1.", "-", "1.00001", "1e3", "+1", " 1", "99999999999999999999"] {
            assert_eq!(Money::parse(text), None, "{text:?}");
        }
    }
}
