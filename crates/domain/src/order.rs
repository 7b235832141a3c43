//! Occupancy orders: place, pay, cancel, expire, and what payment does to the circuit.
//!
//! Unpaid leads to Paid or Cancelled, Abnormal to Cancelled; Paid and Cancelled are final.

use crate::circuit::{Event, step};
use crate::command::{Command, Shortfall};
use crate::decide::Draft;
use crate::ledger::Posting;
use crate::price::{Money, PriceList, Term};
use crate::record::{
    Account, BusinessStatus, CancelCause, Change, Charge, Circuit, CircuitState, LoaStatus, Order,
    OrderId, OrderStatus, Outcome, Status,
};
use crate::refusal::Refusal;
use crate::time::{Timestamp, period_end};

/// Whether a circuit may be ordered for. The order of the lines is CONTRACT's table of causes.
fn orderable(state: &CircuitState) -> Result<(), Refusal> {
    if !matches!(state.status, Status::Confirmed | Status::Enabled) {
        return Err(Refusal::CircuitState);
    }
    if state.status == Status::Enabled || state.paid_order.is_some() {
        return Err(Refusal::CircuitPaid);
    }
    if state.business != BusinessStatus::Normal {
        return Err(Refusal::CircuitLocked);
    }
    if state.open_order.is_some() {
        return Err(Refusal::OrderOpen);
    }
    if state.loa.is_some_and(|loa| loa != LoaStatus::Complete) {
        return Err(Refusal::LoaNotComplete);
    }
    Ok(())
}

/// What an order costs, and by which version of the price list.
fn price(draft: &Draft, circuit: &Circuit, charge: Charge) -> Result<(Money, u32), Refusal> {
    let Charge::PrePaid(term) = charge else {
        // ASSUMED: billed as it goes, the order itself is free (billing dossier 7, point 10).
        return Ok((Money(0), 0));
    };
    let currency = draft.account()?.currency;
    let port = circuit.particulars.port_type;
    let (month, version) = match draft.view.price_list(currency) {
        Some(list) => (list.month(port, circuit.region), list.version),
        None if currency == crate::price::Currency::Usd => {
            (Some(PriceList::builtin(port, circuit.region)), 1)
        }
        None => (None, 0),
    };
    let month = month.ok_or(Refusal::NoPrice)?;
    let months = term.months().ok_or(Refusal::NoPrice)?;
    Ok((month.times(i64::from(months)).ok_or(Refusal::NoPrice)?, version))
}

/// [`Command::PlaceOccupancyOrder`].
pub(crate) fn place(draft: &mut Draft) -> Result<Outcome, Refusal> {
    let proposal = draft.proposal;
    let Command::PlaceOccupancyOrder {
        circuit,
        charge,
        pay_now,
        auto_renew,
        auto_renew_months,
        shortfall,
    } = proposal.command
    else {
        unreachable!("only called for this command")
    };
    let circuit = draft.circuit(circuit)?;
    orderable(&circuit.state)?;
    let (amount, price_version) = price(draft, circuit, charge)?;
    let account = draft.account()?;
    let order = Order {
        id: proposal.order,
        account: account.id,
        circuit: circuit.id,
        region: circuit.region,
        port_type: circuit.particulars.port_type,
        charge,
        status: OrderStatus::Unpaid,
        cancel_cause: None,
        amount,
        currency: account.currency,
        price_version,
        created_at: proposal.at,
        paid_at: None,
        dies_at: Some(proposal.at.plus_ms(draft.view.rules().unpaid_life_ms)),
        usage: None,
        auto_renew,
        auto_renew_months,
    };
    let outcome = |short| Outcome::Order { order: order.id, short };
    let at_once = pay_now || charge == Charge::PostPaid;
    if !at_once {
        let next = CircuitState { open_order: Some(order.id), ..circuit.state };
        draft.change(Change::Order(Box::new(order)));
        draft.move_circuit(circuit, next, None);
        return Ok(outcome(false));
    }
    if settle(draft, order, circuit, account) {
        return Ok(outcome(false));
    }
    draft.change(Change::Order(Box::new(match shortfall {
        Shortfall::Cancel => cancelled(order, CancelCause::Balance),
        Shortfall::Abnormal => Order { status: OrderStatus::Abnormal, ..order },
    })));
    Ok(outcome(true))
}

/// Pays an order from its account's balance, in one go with what payment does to the circuit.
/// Changes nothing and says `false` when the money is not there.
fn settle(draft: &mut Draft, order: Order, circuit: &Circuit, account: &Account) -> bool {
    let at = draft.proposal.at;
    let Some(posting) =
        Posting::payment(account.id, account.balance, order.amount, order.currency, order.id, at)
    else {
        return false;
    };
    let delay_ms = draft.view.rules().enable_delay_ms;
    let usage = usage(order.charge, at.plus_ms(delay_ms));
    let paid = Order {
        status: OrderStatus::Paid,
        paid_at: Some(at),
        dies_at: None,
        usage: Some(usage),
        ..order
    };
    let paid_for = CircuitState { open_order: None, paid_order: Some(order.id), ..circuit.state };
    let next = if delay_ms == 0 {
        enabled(paid_for, usage)
    } else {
        CircuitState { wakes_at: Some(at.plus_ms(delay_ms)), ..paid_for }
    };
    let mut account = Account { balance: posting.balance_after, ..account.clone() };
    draft.change(Change::Order(Box::new(paid)));
    draft.change(Change::Posting(posting));
    draft.move_circuit(circuit, next, Some(&mut account));
    draft.change(Change::Account(account));
    true
}

/// From enabling to the end of the term.
fn usage(charge: Charge, start: Timestamp) -> (Timestamp, Option<Timestamp>) {
    let months = match charge {
        Charge::PrePaid(term) => term.months(),
        Charge::PostPaid => None,
    };
    (start, months.and_then(|months| period_end(start, months)))
}

fn enabled(state: CircuitState, (start, end): (Timestamp, Option<Timestamp>)) -> CircuitState {
    let next = step(state, Event::Enable).expect("only a Confirmed circuit is paid for");
    CircuitState { enabled_at: Some(start), ends_at: end, ..next }
}

/// The delay after payment is over.
pub(crate) fn enable(draft: &mut Draft, circuit: &Circuit) {
    let paid = circuit.state.paid_order.and_then(|id| draft.view.order(id));
    let usage = paid.and_then(|order| order.usage).expect("a paid order says what it is for");
    draft.move_circuit(circuit, enabled(circuit.state, usage), None);
}

/// [`Command::PayOrder`].
pub(crate) fn pay(draft: &mut Draft, id: OrderId) -> Result<Outcome, Refusal> {
    let order = draft.unpaid_order(id)?;
    if order.status != OrderStatus::Unpaid {
        return Err(Refusal::OrderNotUnpaid);
    }
    let circuit = draft.view.circuit(&order.circuit).expect("an order has a circuit");
    let account = draft.view.account(order.account).expect("an order has an account");
    if settle(draft, order, circuit, account) {
        Ok(Outcome::Order { order: id, short: false })
    } else {
        Err(Refusal::BalanceTooLow)
    }
}

fn cancelled(order: Order, cause: CancelCause) -> Order {
    Order { status: OrderStatus::Cancelled, cancel_cause: Some(cause), dies_at: None, ..order }
}

/// [`Command::CancelOrder`].
pub(crate) fn cancel(draft: &mut Draft, id: OrderId) -> Result<Outcome, Refusal> {
    let order = draft.order(id)?;
    if order.account != draft.proposal.owner {
        return Err(Refusal::NoSuchOrder);
    }
    let order = draft.unpaid_order(id)?;
    void(draft, order, CancelCause::Customer);
    Ok(Outcome::Order { order: id, short: false })
}

/// Nobody paid in time.
pub(crate) fn expire(draft: &mut Draft, id: OrderId) {
    let order = draft.unpaid_order(id).expect("only unpaid orders are due");
    void(draft, order, CancelCause::Expired);
}

/// The circuit is going: its unpaid order goes with it. The caller writes the circuit.
pub(crate) fn void_with_circuit(draft: &mut Draft, id: OrderId) {
    let order = draft.unpaid_order(id).expect("an open order is unpaid");
    draft.change(Change::Order(Box::new(cancelled(order, CancelCause::Circuit))));
}

/// Cancels an unpaid order and sets its circuit free.
fn void(draft: &mut Draft, order: Order, cause: CancelCause) {
    draft.change(Change::Order(Box::new(cancelled(order, cause))));
    let circuit = draft.view.circuit(&order.circuit).expect("an order has a circuit");
    if circuit.state.open_order == Some(order.id) {
        let next = CircuitState { open_order: None, ..circuit.state };
        draft.move_circuit(circuit, next, None);
    }
}

/// The first instant of the year 9999.
const LAST_YEAR: Timestamp = Timestamp::from_ms(253_370_764_800_000);

/// Whether a subscription begun at `start` ends before the year 9999.
pub fn term_fits(start: Timestamp, term: Term) -> bool {
    let end = term.months().and_then(|months| period_end(start, months));
    end.is_some_and(|end| end < LAST_YEAR)
}
