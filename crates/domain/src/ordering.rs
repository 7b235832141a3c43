//! What commands and time do with orders: whether one may be placed, what it costs, and what paying
//! or voiding it does to money and to the circuit.

use crate::circuit::{Circuit, CircuitState, Event, LoaStatus, Locks, Status, step};
use crate::draft::Draft;
use crate::hosting;
use crate::id::{CircuitId, OrderId};
use crate::ledger::Posting;
use crate::order::{CancelCause, Charge, Order, OrderKind, OrderStatus};
use crate::price::{Currency, Money};
use crate::pricing;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rules::Kept;
use crate::setting_up;
use crate::subscription::{Renewal, Subscription};
use crate::time::billing_day;
use std::num::NonZeroU32;

/// Whether a circuit may be ordered for. The order of the lines is CONTRACT's table of causes.
pub(crate) fn orderable(state: &CircuitState) -> Result<(), Refusal> {
    if !matches!(state.status, Status::Confirmed | Status::Enabled) {
        return Err(Refusal::CircuitState);
    }
    if state.status == Status::Enabled || state.paid_order.is_some() {
        return Err(Refusal::CircuitPaid);
    }
    if state.locks != Locks::None {
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

/// What the occupation of a circuit costs in a currency, and by which version of the price list.
pub(crate) fn price(
    draft: &Draft,
    circuit: &Circuit,
    currency: Currency,
    charge: Charge,
) -> Result<(Money, u32), Refusal> {
    pricing::occupation(&draft.view(), circuit.port(), currency, charge)
}

/// An unpaid order of a circuit's owner for that circuit, numbered. It is nowhere yet.
pub(crate) fn unpaid(
    draft: &mut Draft,
    circuit: &Circuit,
    charge: Charge,
) -> Result<Order, Refusal> {
    let currency = draft.account(circuit.account)?.currency;
    let price = price(draft, circuit, currency, charge)?;
    Ok(priced(draft, circuit, charge, (currency, price)))
}

/// The same at a price, which is of a version of the price list.
pub(crate) fn priced(
    draft: &mut Draft,
    circuit: &Circuit,
    charge: Charge,
    (currency, (amount, price_version)): (Currency, (Money, u32)),
) -> Order {
    Order {
        id: draft.number_order(),
        account: circuit.account,
        kind: OrderKind::New,
        follows: None,
        circuit: circuit.id,
        region: circuit.region,
        port_type: circuit.particulars.port_type,
        shared: circuit.port().shared,
        charge,
        status: OrderStatus::Unpaid,
        cancel_cause: None,
        amount,
        currency,
        price_version,
        created_at: draft.at(),
        paid_at: None,
        dies_at: Some(draft.at().plus_ms(draft.rules().unpaid_life_ms)),
        usage: None,
        auto_renew: false,
        auto_renew_months: 1,
        by_time: !draft.is_called(),
        request: draft.request(),
    }
}

/// The posting that pays an order from its account's balance; `None` when the money is not there.
pub(crate) fn payment(draft: &Draft, order: &Order) -> Option<Posting> {
    let account = draft.account(order.account).expect("an order has an account");
    let (balance, at) = (account.balance, draft.at());
    Posting::payment(order.account, balance, order.amount, order.currency, order.id, at)
}

/// Pays an order for a circuit to be enabled, in one go with what payment does to the circuit,
/// which stands as `state` says. Changes nothing and says `false` when the money is not there.
pub(crate) fn pay(draft: &mut Draft, mut order: Order, state: CircuitState) -> bool {
    let Some(posting) = payment(draft, &order) else {
        return false;
    };
    let delay_ms = draft.rules().enable_delay_ms;
    let (at, start) = (draft.at(), draft.at().plus_ms(delay_ms));
    order.pay(at, Some(order.usage_from(start)));
    draft.post(posting);
    let renewal = match NonZeroU32::new(order.auto_renew_months) {
        Some(months) if order.auto_renew => Renewal::Auto(months),
        _ => Renewal::Manual,
    };
    let last_order = Some(order.id);
    // An order that an earlier release took says nothing of the end.
    let grace = state.subscription.grace.or(Some(draft.rules().grace(Kept::Since2024)));
    let subscription = Subscription { renewal, grace, last_order, ..state.subscription };
    hosting::speed_is_paid(draft, order.circuit, order.shared);
    let paid_order = last_order;
    let paid_for = CircuitState { open_order: None, paid_order, subscription, ..state };
    let next = if delay_ms == 0 {
        enabled(paid_for, &order)
    } else {
        CircuitState { wakes_at: Some(start), ..paid_for }
    };
    draft.move_circuit(order.circuit, next);
    draft.put_order(order);
    true
}

/// Pays an order that waits for it.
pub(crate) fn pay_unpaid(draft: &mut Draft, id: OrderId) -> Result<Outcome, Refusal> {
    let order = *draft.open_order(id)?;
    if order.status != OrderStatus::Unpaid {
        return Err(Refusal::OrderNotUnpaid);
    }
    if order.kind == OrderKind::Setup {
        let paid = setting_up::pay(draft, order);
        return if paid {
            Ok(Outcome::Order { order: id, short: false })
        } else {
            Err(Refusal::BalanceTooLow)
        };
    }
    let state = draft.circuit(order.circuit).state;
    // An open order's circuit waits for it, unless a quote takes something else for granted.
    if state.status != Status::Confirmed {
        return Err(Refusal::CircuitState);
    }
    if pay(draft, order, state) {
        Ok(Outcome::Order { order: id, short: false })
    } else {
        Err(Refusal::BalanceTooLow)
    }
}

/// A circuit whose paid order says from when to when it is in service.
fn enabled(state: CircuitState, paid: &Order) -> CircuitState {
    let (start, end) = paid.usage.expect("a paid order says what it is for");
    let next = step(state, Event::Enable).expect("only a Confirmed circuit is paid for");
    let anchor_day = billing_day(start).unwrap_or_default();
    let billed_to = end.is_none().then_some(start);
    let begins_at = Some(start);
    let subscription = Subscription { anchor_day, begins_at, billed_to, ..state.subscription };
    CircuitState { enabled_at: Some(start), ends_at: end, subscription, ..next }
}

/// The delay after payment is over.
pub(crate) fn enable(draft: &mut Draft, circuit: CircuitId) {
    let state = draft.circuit(circuit).state;
    let paid = state.paid_order.expect("what is to be enabled was paid for");
    let next = enabled(state, draft.order(paid));
    draft.move_circuit(circuit, next);
}

/// A circuit that was confirmed goes into service.
/// ASSUMED: at once, and without a term, which nothing has paid for.
pub(crate) fn enable_without_order(draft: &mut Draft, circuit: CircuitId) -> Result<(), Refusal> {
    let next = step(draft.circuit(circuit).state, Event::Enable)?;
    let enabled_at = Some(draft.at());
    draft.move_circuit(circuit, CircuitState { enabled_at, ..next });
    Ok(())
}

/// A circuit that is not in service is given up or removed, and an unpaid order for it with it.
/// ASSUMED: one that is paid for and about to be enabled is not thrown away.
pub(crate) fn give_up(draft: &mut Draft, id: CircuitId, event: Event) -> Result<(), Refusal> {
    let state = draft.circuit(id).state;
    step(state, event)?;
    if state.status == Status::Confirmed && state.paid_order.is_some() {
        return Err(Refusal::CircuitState);
    }
    if let Some(open) = state.open_order {
        void(draft, open, CancelCause::Circuit);
    }
    draft.step_circuit(id, event)
}

/// Cancels an order that is open, and sets its circuit free; one that it was to set up is given up.
pub(crate) fn void(draft: &mut Draft, id: OrderId, cause: CancelCause) {
    let mut order = *draft.order(id);
    order.cancel(cause);
    let circuit = order.circuit;
    draft.put_order(order);
    let state = draft.circuit(circuit).state;
    if state.open_order == Some(id) {
        draft.move_circuit(circuit, CircuitState { open_order: None, ..state });
    }
    if order.kind == OrderKind::Setup {
        setting_up::give_up(draft, &order, cause);
    }
}
