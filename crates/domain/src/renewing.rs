//! What goes on with a subscription: it is renewed, by a call or by time itself, or the circuit is
//! stopped and released.

use crate::billing;
use crate::circuit::{Circuit, CircuitState, Status};
use crate::draft::Draft;
use crate::history::Cause;
use crate::hosting;
use crate::id::CircuitId;
use crate::order::{Charge, Order, OrderKind};
use crate::ordering::{payment, price, unpaid};
use crate::price::{Cycle, Term};
use crate::refusal::Refusal;
use crate::routing;
use crate::rules::Kept;
use crate::subscription::{Subscription, next_try};
use crate::time::{Timestamp, billing_day, renewed_end};
use std::num::NonZeroU32;

/// A circuit whose term somebody touches: from now on it ends like any other, if it did not before,
/// and what it is paid for ends no sooner than now.
/// ASSUMED: who touches it without an order is told of today's distances.
pub(crate) fn begun(draft: &Draft, state: CircuitState, kept: Kept) -> CircuitState {
    let Some(old_end) = state.ends_at else { return state };
    if state.subscription.grace.is_some() {
        return state;
    }
    let (end, at) = (old_end.max(draft.at()), draft.at());
    // What goes on from its end expires on the day on which it began, as any other.
    let began = state.enabled_at.filter(|_| end == old_end).unwrap_or(end.plus_ms(-1));
    let grace = draft.rules().grace(kept);
    let rested = (end != old_end).then_some(end);
    let subscription = Subscription {
        grace: Some(grace),
        anchor_day: billing_day(began).unwrap_or_default(),
        begins_at: rested.or(state.subscription.begins_at),
        ..state.subscription
    };
    let locks = state.locks.with_financial(state.locks.financial() || grace.stop_at(end) <= at);
    CircuitState { ends_at: Some(end), locks, subscription, ..state }
}

/// Whether a circuit's term can be changed: it is in service, and paid beforehand.
pub(crate) fn check_renewable(state: &CircuitState) -> Result<Timestamp, Refusal> {
    let enabled = state.status == Status::Enabled && !state.deleted;
    state.ends_at.filter(|_| enabled).ok_or(Refusal::CircuitState)
}

/// More time for a circuit, from the end of what is paid for.
#[derive(Clone, Copy)]
pub(crate) struct More {
    /// The order, unpaid; it is nowhere yet.
    pub(crate) order: Order,
    /// From when, and until when.
    usage: (Timestamp, Timestamp),
}

/// So many months more for a circuit.
pub(crate) fn more(
    draft: &mut Draft,
    circuit: &Circuit,
    months: NonZeroU32,
) -> Result<More, Refusal> {
    let start = check_renewable(&circuit.state)?;
    let subscription = circuit.state.subscription;
    let end = renewed_end(start, months.get(), subscription.anchor_day);
    let end = end.ok_or(Refusal::TermTooLong)?;
    let order = Order {
        kind: OrderKind::Renew,
        follows: subscription.last_order,
        ..unpaid(draft, circuit, term(months))?
    };
    Ok(More { order, usage: (start, end) })
}

fn term(months: NonZeroU32) -> Charge {
    Charge::PrePaid(Term { count: months.get(), cycle: Cycle::Month })
}

/// Pays for more time, in one go with what that does to the circuit, which stands as `state` says.
/// Changes nothing and says `false` when the money is not there.
pub(crate) fn pay(draft: &mut Draft, more: More, state: CircuitState) -> bool {
    let More { mut order, usage: (start, end) } = more;
    let Some(posting) = payment(draft, &order) else {
        return false;
    };
    let at = draft.at();
    order.pay(at, Some((start, Some(end))));
    draft.post(posting);
    hosting::speed_is_paid(draft, order.circuit, order.shared);
    let subscription =
        Subscription { last_order: Some(order.id), begins_at: Some(start), ..state.subscription };
    let mut next = CircuitState { ends_at: Some(end), subscription, ..state };
    if next.stop_and_release().is_some_and(|(stop, _)| at < stop) {
        next.locks = next.locks.with_financial(false);
    }
    draft.move_circuit(order.circuit, next);
    draft.put_order(order);
    true
}

/// A subscription takes the step that is due at this instant.
pub(crate) fn take_step(draft: &mut Draft, id: CircuitId) {
    let at = draft.at();
    let circuit = draft.circuit(id).clone();
    if circuit.state.bills_at() == Some(at) {
        draft.because(Cause::Bill);
        billing::bill(draft, id);
    }
    if let Some((months, end)) = circuit.state.renews_by().zip(circuit.state.ends_at) {
        let first = end.plus_ms(draft.rules().renewal_lead_ms.saturating_neg());
        let released = circuit.state.stop_and_release().is_some_and(|(_, release)| at >= release);
        if !released && next_try(first, at.plus_ms(-1)) == at {
            renew_by_time(draft, &circuit, months);
        }
    }
    let state = draft.circuit(id).state;
    let next = match state.stop_and_release() {
        Some((_, release)) if release <= at => {
            draft.because(Cause::Release);
            routing::release(draft, circuit.account, id);
            CircuitState { status: Status::Terminated, deleted: true, wakes_at: None, ..state }
        }
        Some((stop, _)) if stop == at => {
            draft.because(Cause::Stop);
            CircuitState { locks: state.locks.with_financial(true), ..state }
        }
        _ => {
            if state.notice_at(at.plus_ms(-1)) == Some(at) {
                draft.because(Cause::DueSoon);
            }
            state
        }
    };
    draft.move_circuit(id, next);
}

/// Time itself renews a circuit. If the money is not there, or no price, it makes no order and uses
/// no number up, and tries again another day.
/// ASSUMED: a shared circuit goes on as fast as it is; another speed its owner buys himself.
fn renew_by_time(draft: &mut Draft, circuit: &Circuit, months: NonZeroU32) {
    let circuit = &hosting::as_fast_as_now(circuit.clone());
    draft.because(Cause::RenewalFailed);
    let account = draft.account(circuit.account).expect("a circuit has an owner");
    let (balance, currency) = (account.balance, account.currency);
    let Ok((amount, _)) = price(draft, circuit, currency, term(months)) else { return };
    if balance < amount {
        return;
    }
    if let Ok(more) = more(draft, circuit, months) {
        draft.because(Cause::Renewal);
        let paid = pay(draft, more, circuit.state);
        assert!(paid, "the money was there");
    }
}
