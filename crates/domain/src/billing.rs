//! What commands and time do with what is paid as it goes: each month is billed on the first of the
//! next, and a bill is paid, tried again, or locks its circuit.
//!
//! ASSUMED, all of it: no page of 2019 or 2020 says how circuits were billed (billing dossier 7,
//! point 10).

use crate::bill::{Bill, usage_fee};
use crate::circuit::CircuitState;
use crate::draft::Draft;
use crate::history::Cause;
use crate::id::{AccountId, CircuitId, OrderId};
use crate::ledger::Posting;
use crate::price::PriceList;
use crate::subscription::{Subscription, next_try};
use crate::view::View as _;

/// What was used of a circuit until now, the first of a month, is billed and paid if the money is
/// there.
pub(crate) fn bill(draft: &mut Draft, id: CircuitId) {
    let circuit = draft.circuit(id).clone();
    let state = circuit.state;
    let from = state.subscription.billed_to.expect("what is billed is paid as it goes");
    let until = state.ends_at.map_or(draft.at(), |end| end.min(draft.at()));
    let order = *draft.order(state.paid_order.expect("what is in service was ordered"));
    let month = match draft.view().price_list_of(order.price_version) {
        Some(list) => list.month(order.port()),
        None => PriceList::builtin().month(order.port()),
    };
    let month = month.expect("the list it was ordered by has its price");
    let used = (from, until);
    let amount = usage_fee(month, used, order.currency).expect("within the calendar");
    let bill = Bill {
        id: draft.number_order(),
        account: circuit.account,
        circuit: id,
        region: order.region,
        port_type: order.port_type,
        used,
        amount,
        currency: order.currency,
        price_version: order.price_version,
        made_at: draft.at(),
        paid_at: None,
        tries_at: Some(next_try(draft.at(), draft.at())),
        overdue_at: state.subscription.grace.map(|grace| grace.stop_at(draft.at())),
    };
    draft.put(bill);
    let subscription = Subscription { billed_to: Some(until), ..state.subscription };
    draft.move_circuit(id, CircuitState { subscription, ..state });
    pay(draft, bill);
}

/// What is due of a bill at this instant: its payment is tried, or its circuit locked.
pub(crate) fn wake(draft: &mut Draft, id: OrderId) {
    draft.because(Cause::Bill);
    let at = draft.at();
    let bill: &mut Bill = draft.edit(&id).expect("what is due is there");
    let (tries, overdue) = (bill.tries_at == Some(at), bill.overdue_at == Some(at));
    if tries {
        bill.tries_at = Some(next_try(at, at));
    }
    if overdue {
        bill.overdue_at = None;
    }
    let bill = *bill;
    if tries && pay(draft, bill) {
        return;
    }
    if overdue {
        draft.because(Cause::Overdue);
        let state = draft.circuit(bill.circuit).state;
        if !state.deleted {
            let locks = state.locks.with_financial(true);
            draft.move_circuit(bill.circuit, CircuitState { locks, ..state });
        }
    }
}

/// Pays what bills an account has, the oldest first, for as long as the money is there.
pub(crate) fn pay_all(draft: &mut Draft, account: AccountId) {
    let mut unpaid: Vec<Bill> = {
        let view = draft.view();
        view.bills_of(account).filter(|bill| bill.paid_at.is_none()).copied().collect()
    };
    unpaid.reverse();
    for bill in unpaid {
        if !pay(draft, bill) {
            return;
        }
    }
}

/// Whether another bill of the same circuit is overdue.
fn is_overdue(draft: &Draft, paid: &Bill) -> bool {
    let keeps = |other: &Bill| {
        other.circuit == paid.circuit && other.paid_at.is_none() && other.overdue_at.is_none()
    };
    draft.view().bills_of(paid.account).any(keeps)
}

/// Pays a bill whole, and lifts the lock for want of payment if no other bill keeps it. Changes
/// nothing and says `false` when the money is not there.
fn pay(draft: &mut Draft, bill: Bill) -> bool {
    let at = draft.at();
    let account = draft.account(bill.account).expect("a bill has an account");
    let payment =
        Posting::payment(bill.account, account.balance, bill.amount, bill.currency, bill.id, at);
    let Some(posting) = payment else { return false };
    draft.post(posting);
    draft.put(Bill { paid_at: Some(at), tries_at: None, overdue_at: None, ..bill });
    let state = draft.circuit(bill.circuit).state;
    let stopped = state.stop_and_release().is_some_and(|(stop, _)| at >= stop);
    let may_unlock = state.locks.financial() && !state.deleted && !stopped;
    // Only then, since an account may have many bills.
    if may_unlock && !is_overdue(draft, &bill) {
        let locks = state.locks.with_financial(false);
        draft.move_circuit(bill.circuit, CircuitState { locks, ..state });
    }
    true
}
