//! Bills of what is paid as it goes: a month of a circuit each.

use crate::catalogue::{PortType, Region};
use crate::id::{AccountId, CircuitId, OrderId};
use crate::kept::{Record, Wakes};
use crate::numbered::Numbered;
use crate::price::{Currency, Money};
use crate::time::{Timestamp, billing_days, days_of_month, is_billing_midnight};

/// A bill. It is paid whole or not at all, and never cancelled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bill {
    /// Its number, of the same count as those of orders: a posting names either.
    pub id: OrderId,
    /// Who pays.
    pub account: AccountId,
    /// What was used.
    pub circuit: CircuitId,
    /// Where the circuit is.
    pub region: Region,
    /// What was occupied when the bill was made.
    pub port_type: PortType,
    /// From when, and until when: within one month of the billing zone.
    pub used: (Timestamp, Timestamp),
    /// What it comes to; fixed when it is made.
    pub amount: Money,
    /// The currency of `amount`.
    pub currency: Currency,
    /// The price list it was priced by.
    pub price_version: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// When its payment is next tried by itself; `None` once it is paid.
    pub tries_at: Option<Timestamp>,
    /// When its circuit is locked if nobody pays; `None` once it is, or the bill paid.
    pub overdue_at: Option<Timestamp>,
}

impl Record for Bill {
    type Name = OrderId;
    type Home = Numbered<Self>;

    fn name(&self) -> OrderId {
        self.id
    }

    fn owner(&self) -> AccountId {
        self.account
    }

    fn decided_at(&self) -> Timestamp {
        self.paid_at.unwrap_or(self.made_at)
    }
}

impl Wakes for Bill {
    fn due(&self) -> Option<Timestamp> {
        [self.tries_at, self.overdue_at].into_iter().flatten().min()
    }
}

/// What the use of a port costs that has this price a month: for each day of the billing zone that
/// is used, and be it in part, its share of the month, rounded down to what the currency has.
///
/// ASSUMED: no page says what a circuit cost that was paid as it went (billing dossier 7, point
/// 10).
pub fn usage_fee(month: Money, used: (Timestamp, Timestamp), currency: Currency) -> Option<Money> {
    let (from, until) = used;
    let begun = i64::from(!is_billing_midnight(until));
    let days = billing_days(from, until)? + begun;
    let all = days_of_month(from)?;
    let fee = i128::from(month.0) * i128::from(days) / i128::from(all);
    currency.whole(Money(i64::try_from(fee).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// L8 of the ledger's invariants: what is rounded off stays with who pays.
        #[test]
        fn parts_of_a_month_cost_what_the_month_does_less_a_coin_each_at_most(
            cents in 0..10_000_000_i64,
            days in 1..30_i64,
        ) {
            let from = Timestamp::parse("2026-10-31T16:00:00Z").expect("the first of November");
            let (cut, until) = (from.plus_ms(days * 86_400_000), from.plus_ms(30 * 86_400_000));
            let coin = Money::units(1).0 / 100;
            let month = Money(cents * coin);
            let fee = |used| usage_fee(month, used, Currency::Usd).expect("within the calendar");
            prop_assert_eq!(fee((from, until)), month);
            let parts = fee((from, cut)).0 + fee((cut, until)).0;
            prop_assert!(parts <= month.0 && parts + 2 * coin > month.0, "{parts} of {month:?}");
        }
    }

    /// 85.00 a month.
    #[test]
    fn a_day_costs_its_share_of_its_month() {
        for (from, until, fee) in [
            ("2026-10-31T16:00:00Z", "2026-11-30T16:00:00Z", "85.00"), // all of November
            ("2026-11-22T08:00:00Z", "2026-11-30T16:00:00Z", "25.50"), // 9 of 30 days
            ("2026-11-22T16:00:00Z", "2026-11-30T16:00:00Z", "22.66"), // already the 23rd
            ("2026-11-30T16:00:00Z", "2026-11-30T17:00:00Z", "2.74"),  // an hour of 31 days
            ("2024-02-28T16:00:00Z", "2024-02-29T16:00:00Z", "2.93"),  // one of 29
            ("2026-11-30T15:59:59Z", "2026-11-30T16:00:00Z", "2.83"),  // its last second
        ] {
            let at = |text| Timestamp::parse(text).expect("a test instant");
            let got = usage_fee(Money::units(85), (at(from), at(until)), Currency::Usd);
            let got = got.expect("within the calendar").render(Currency::Usd);
            assert_eq!(got, fee, "{from} {until}");
        }
    }
}
