//! What setting a circuit up is ordered for: the circuit is there and waits for the order.

use crate::circuit::{CircuitState, Event, Status};
use crate::draft::Draft;
use crate::id::CircuitId;
use crate::order::{CancelCause, Charge, Order, OrderKind};
use crate::ordering::{payment, priced};
use crate::pricing;
use crate::refusal::Refusal;

/// Whether the carrier leaves a circuit alone that stands so: its setting up is not paid yet.
pub(crate) fn waits_to_be_paid(state: &CircuitState) -> bool {
    state.status == Status::Initial && state.open_order.is_some()
}

/// An unpaid order for the setting up of a circuit, numbered. It is nowhere yet.
pub(crate) fn unpaid(draft: &mut Draft, id: CircuitId) -> Result<Order, Refusal> {
    // A copy: what follows numbers the order.
    let circuit = draft.circuit(id).clone();
    let owner = draft.account(circuit.account)?;
    let price = (owner.currency, pricing::setup(&draft.view(), owner)?);
    Ok(Order { kind: OrderKind::Setup, ..priced(draft, &circuit, Charge::Once, price) })
}

/// An order and its circuit wait to be paid.
pub(crate) fn wait(draft: &mut Draft, order: Order) {
    let state = draft.circuit(order.circuit).state;
    draft.move_circuit(order.circuit, CircuitState { open_order: Some(order.id), ..state });
    draft.put_order(order);
}

/// Pays an order, so that the carrier begins. Changes nothing and says `false` when the money is
/// not there.
pub(crate) fn pay(draft: &mut Draft, mut order: Order) -> bool {
    let Some(posting) = payment(draft, &order) else {
        return false;
    };
    order.pay(draft.at(), None);
    draft.post(posting);
    let state = draft.circuit(order.circuit).state;
    let wakes_at = draft.carrier_due(state.status);
    draft.move_circuit(order.circuit, CircuitState { open_order: None, wakes_at, ..state });
    draft.put_order(order);
    true
}

/// An order is cancelled: its circuit is given up with it, if that is not how it came about.
pub(crate) fn give_up(draft: &mut Draft, order: &Order, cause: CancelCause) {
    if cause != CancelCause::Circuit {
        draft.step_circuit(order.circuit, Event::Cancel).expect("it waits, so it is Initial");
    }
}
