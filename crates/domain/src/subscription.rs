//! What a circuit is paid for, how that goes on, and what comes of it when nobody pays: it runs on
//! for a while, is stopped, and is released. Pure arithmetic over instants; what a step does is in
//! `renewing.rs`.

use crate::id::OrderId;
use crate::print::{Fingerprint, Print};
use crate::time::{Timestamp, daily};
use crate::words::words;
use std::num::NonZeroU32;

/// How a subscription goes on at its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Renewal {
    /// Somebody renews it, or nobody does.
    #[default]
    Manual,
    /// It is not to be renewed; who is told of ends is not told of this one.
    Never,
    /// By itself, by so many months.
    Auto(NonZeroU32),
}

words! {
    /// `RenewStatus` of an instance. SOURCE: bss_operations.json (SetRenewal).
    RenewStatus {
        /// By itself.
        AutoRenewal = "AutoRenewal",
        /// By hand.
        ManualRenewal = "ManualRenewal",
        /// Not at all.
        NotRenewal = "NotRenewal",
    }
}

impl Print for Renewal {
    fn print(&self, into: &mut Fingerprint) {
        self.status().print(into);
        self.months().print(into);
    }
}

impl Renewal {
    /// As it is told.
    pub const fn status(self) -> RenewStatus {
        match self {
            Self::Manual => RenewStatus::ManualRenewal,
            Self::Never => RenewStatus::NotRenewal,
            Self::Auto(_) => RenewStatus::AutoRenewal,
        }
    }

    /// Length of a renewal by itself, months.
    pub const fn months(self) -> Option<NonZeroU32> {
        match self {
            Self::Auto(months) => Some(months),
            Self::Manual | Self::Never => None,
        }
    }
}

/// How long a circuit is there for that nobody pays any more. Kept with the circuit, so that what
/// was sold does not change with the settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Grace {
    /// From the end of what is paid to the stop, seconds.
    pub stop_after_s: u32,
    /// From the stop to the release, seconds.
    pub release_after_s: u32,
}

impl Grace {
    /// When a circuit paid for until `end` is stopped.
    pub fn stop_at(self, end: Timestamp) -> Timestamp {
        end.plus_ms(i64::from(self.stop_after_s) * 1000)
    }

    /// When it is released.
    pub fn release_at(self, end: Timestamp) -> Timestamp {
        self.stop_at(end).plus_ms(i64::from(self.release_after_s) * 1000)
    }
}

/// A circuit's subscription.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Subscription {
    /// How it goes on.
    pub renewal: Renewal,
    /// What becomes of the circuit after its end. `None` while it does not end by itself: it is not
    /// paid for yet, or was put there by the operator of a world and nobody has touched its term.
    pub grace: Option<Grace>,
    /// The day of the month on which its periods expire, where a month has it: 1 to 31, 0 while
    /// nothing is paid for.
    pub anchor_day: u8,
    /// The order that paid for the last period.
    pub last_order: Option<OrderId>,
    /// When the last period begins: ahead while a renewal waits for the end of the one before.
    pub begins_at: Option<Timestamp>,
    /// Until when its use is billed, of what is paid as it goes; `None` of anything else.
    pub billed_to: Option<Timestamp>,
    /// The order that gave back what was left of it.
    pub refund: Option<OrderId>,
    /// When it next takes a step: tries to renew itself, stops, or is released.
    pub steps_at: Option<Timestamp>,
}

/// The first instant after `after`, and not before `from`, at which renewals are tried: 08:00 in
/// UTC+8, every day. SOURCE: billing dossier 2.6 (of ECS; ASSUMED for circuits).
pub fn next_try(from: Timestamp, after: Timestamp) -> Timestamp {
    daily(from.max(after.plus_ms(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("a test instant")
    }

    #[test]
    fn renewals_are_tried_at_eight_in_the_billing_zone_every_day() {
        for (from, after, next) in [
            ("2026-11-20T16:00:00Z", "2026-11-01T00:00:00Z", "2026-11-21T00:00:00Z"),
            ("2026-11-20T16:00:00Z", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
            ("2026-11-21T00:00:00Z", "2026-11-01T00:00:00Z", "2026-11-21T00:00:00Z"),
            ("2026-11-20T16:00:00Z", "2026-12-24T07:00:00Z", "2026-12-25T00:00:00Z"),
        ] {
            assert_eq!(next_try(at(from), at(after)), at(next), "{from} {after}");
        }
    }

    #[test]
    fn a_circuit_is_stopped_and_released_at_its_own_distances_from_the_end() {
        let day_s = 86_400;
        let end = at("2026-12-22T16:00:00Z");
        let grace = Grace { stop_after_s: 15 * day_s, release_after_s: 7 * day_s };
        assert_eq!(grace.stop_at(end), at("2027-01-06T16:00:00Z"));
        assert_eq!(grace.release_at(end), at("2027-01-13T16:00:00Z"));
    }
}
