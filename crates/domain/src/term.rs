//! How a circuit's term goes on: when it is stopped and released, renews itself, is billed, and
//! when its owner is told that it ends. Pure arithmetic over how it stands.

use crate::circuit::{CircuitState, Status};
use crate::subscription::next_try;
use crate::time::{Timestamp, next_month};
use std::num::NonZeroU32;

const DAY_MS: i64 = 86_400_000;

/// How long before the end its owner is told of it, milliseconds.
/// SOURCE: billing dossier 2.6 (mails 7, 3 and 1 days before).
const NOTICES_MS: [i64; 3] = [7 * DAY_MS, 3 * DAY_MS, DAY_MS];

impl CircuitState {
    /// When it is stopped, and when released, if it goes on as it stands and is not renewed.
    /// `None` while it does not end by itself.
    pub fn stop_and_release(&self) -> Option<(Timestamp, Timestamp)> {
        let (end, grace) = (self.ends_at?, self.subscription.grace?);
        (!self.deleted).then(|| (grace.stop_at(end), grace.release_at(end)))
    }

    /// By how many months it renews itself, if it does.
    pub fn renews_by(&self) -> Option<NonZeroU32> {
        let months = self.subscription.renewal.months()?;
        (self.status == Status::Enabled && self.subscription.grace.is_some()).then_some(months)
    }

    /// Whether it is paid as it goes, and not beforehand.
    pub const fn is_metered(&self) -> bool {
        self.subscription.billed_to.is_some()
    }

    /// When what is used of it is billed next, if it is paid as it goes: on the first of the month,
    /// until all that was used is billed.
    pub fn bills_at(&self) -> Option<Timestamp> {
        let from = self.subscription.billed_to?;
        if self.ends_at.is_some_and(|end| from >= end) { None } else { next_month(from) }
    }

    /// When its owner is next told after an instant that it ends: of one that goes on by hand.
    pub fn notice_at(&self, after: Timestamp) -> Option<Timestamp> {
        let by_hand = self.subscription.renewal == crate::subscription::Renewal::Manual;
        let runs = self.status == Status::Enabled && !self.deleted && !self.is_metered();
        let end = self.ends_at.filter(|_| by_hand && runs && self.subscription.grace.is_some())?;
        let notices = NOTICES_MS.map(|before_ms| end.plus_ms(-before_ms));
        notices.into_iter().find(|at| *at > after)
    }

    /// When its subscription takes its next step after an instant. `lead_ms`: how long before the
    /// end renewals are first tried.
    pub fn next_step(&self, after: Timestamp, lead_ms: i64) -> Option<Timestamp> {
        let bill = self.bills_at();
        let Some((stop, release)) = self.stop_and_release() else { return bill };
        let tries = self.renews_by().and(self.ends_at).map(|end| {
            let first = end.plus_ms(lead_ms.saturating_neg());
            next_try(first, after)
        });
        let tries = tries.filter(|at| *at < release);
        // One whose distances are over when its term is touched is released next.
        let release = release.max(after.plus_ms(1));
        let steps = [tries, Some(stop), Some(release), bill, self.notice_at(after)];
        steps.into_iter().flatten().filter(|at| *at > after).min()
    }
}
