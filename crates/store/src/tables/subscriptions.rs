//! A circuit's subscription. What each order changes stands among the columns of how the circuit
//! stands; what only renewals and refunds do, in rows of its own, which most circuits lack.

use crate::codec::{Codec, Sink, Source};
use crate::row::{Rows, row};
use crate::words::Words;
use domain::circuit::CircuitState;
use domain::subscription::{Grace, Renewal, Subscription};
use domain::{OrderId, Timestamp, billing_day};
use std::num::NonZeroU32;

/// What renewals and refunds have changed of a circuit.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Renewed {
    anchor_day: u8,
    last_order: Option<OrderId>,
    begins_at: Option<Timestamp>,
    billed_to: Option<Timestamp>,
    refund: Option<OrderId>,
}

row! {
    Renewed, Rows::Placed, "renewals" {
        anchor_day: "anchor_day",
        last_order: "last_order",
        begins_at: "begins_at",
        billed_to: "billed_to",
        refund: "refund",
    }
}

impl Renewed {
    /// What a circuit says of it.
    fn of(state: &CircuitState) -> Self {
        let Subscription { anchor_day, last_order, begins_at, billed_to, refund, .. } =
            state.subscription;
        Self { anchor_day, last_order, begins_at, billed_to, refund }
    }

    /// What a circuit says of it that was ordered and nothing else.
    fn ordered(state: &CircuitState) -> Self {
        let begins_at = state.paid_order.and(state.enabled_at);
        let anchor_day = begins_at.and_then(billing_day).unwrap_or_default();
        // What an earlier release sold to be paid as it goes rests: nothing of it was billed.
        let metered = state.ends_at.is_none() && state.subscription.grace.is_some();
        let billed_to = begins_at.filter(|_| metered);
        Self { anchor_day, last_order: state.paid_order, begins_at, billed_to, refund: None }
    }

    /// The row of a circuit that stands so, if it needs one or had one.
    pub(crate) fn row(state: &CircuitState, before: Option<&CircuitState>) -> Option<Self> {
        let is_plain = |state: &CircuitState| Self::of(state) == Self::ordered(state);
        (!is_plain(state) || !before.is_none_or(is_plain)).then(|| Self::of(state))
    }

    /// How a circuit stands, by its row if it has one.
    pub(crate) fn restore(row: Option<Self>, state: CircuitState) -> CircuitState {
        let Self { anchor_day, last_order, begins_at, billed_to, refund } =
            row.unwrap_or_else(|| Self::ordered(&state));
        let subscription = Subscription {
            anchor_day,
            last_order,
            begins_at,
            billed_to,
            refund,
            ..state.subscription
        };
        CircuitState { subscription, ..state }
    }
}

/// What each order changes; the rest comes with [`Renewed::restore`].
impl Codec for Subscription {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let Self { renewal, grace, steps_at, .. } = self;
        renewal.put(words, into)?;
        grace.map(|grace| grace.stop_after_s).put(words, into)?;
        grace.map(|grace| grace.release_after_s).put(words, into)?;
        steps_at.put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        let renewal = Codec::take(words, from)?;
        let (stop, release) = (Codec::take(words, from)?, Codec::take(words, from)?);
        let grace = match (stop, release) {
            (Some(stop_after_s), Some(release_after_s)) => {
                Some(Grace { stop_after_s, release_after_s })
            }
            (None, None) => None,
            _ => return Err(from.unreadable("a stop and a release go together".into())),
        };
        let steps_at = Codec::take(words, from)?;
        Ok(Self { renewal, grace, steps_at, ..Self::default() })
    }
}

/// The months of a renewal by itself; nothing when it is done by hand, 0 when it is not to be.
impl Codec for Renewal {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let months = match self {
            Self::Manual => None,
            Self::Never => Some(0),
            Self::Auto(months) => Some(months.get()),
        };
        months.put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        let months: Option<u32> = Codec::take(words, from)?;
        Ok(match months {
            None => Self::Manual,
            Some(months) => NonZeroU32::new(months).map_or(Self::Never, Self::Auto),
        })
    }
}
