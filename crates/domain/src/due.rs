//! What happens by itself, once it is due: to each kind of record that wakes, its own.

use crate::billing;
use crate::circuit::{Status, next_of_carrier};
use crate::draft::Draft;
use crate::history::Cause;
use crate::id::CircuitId;
use crate::order::CancelCause;
use crate::ordering;
use crate::record::Due;
use crate::renewing;
use crate::router::RouterEvent;
use crate::router_group::{GroupStatus, RouterGroup};
use crate::routing;

/// Makes it happen. It reads and writes the account that it is due of, and no other.
pub(crate) fn happen(draft: &mut Draft, due: Due) {
    match due {
        Due::Circuit(id) => wake_circuit(draft, id),
        Due::Order(id) => {
            draft.because(Cause::Expiry);
            ordering::void(draft, id, CancelCause::Expired);
        }
        Due::Bill(id) => billing::wake(draft, id),
        Due::Router(id) => {
            draft.because(Cause::Carrier);
            let done = routing::step_router(draft, id, RouterEvent::Finish);
            done.expect("the carrier only takes steps there are");
        }
        Due::Group(id) => {
            let group = draft.edit::<RouterGroup>(&id).expect("what is due is there");
            group.status = GroupStatus::Active;
            group.wakes_at = None;
        }
        #[cfg(test)]
        Due::Renewal(id) => crate::renewal::renew(draft, id),
    }
}

/// What is due of a circuit at this instant: a step of its own, one of its subscription, or both.
fn wake_circuit(draft: &mut Draft, id: CircuitId) {
    let state = draft.circuit(id).state;
    let (moves, steps) = (state.wakes_at, state.subscription.steps_at);
    if moves == Some(draft.at()) {
        move_along(draft, id);
    }
    if steps == Some(draft.at()) {
        renewing::take_step(draft, id);
    }
}

/// The carrier takes its next step, or the delay after payment is over.
fn move_along(draft: &mut Draft, id: CircuitId) {
    let status = draft.circuit(id).state.status;
    if status == Status::Confirmed {
        draft.because(Cause::Delay);
        return ordering::enable(draft, id);
    }
    draft.because(Cause::Carrier);
    let event = next_of_carrier(status).expect("only what moves by itself is due");
    draft.step_circuit(id, event).expect("the carrier only takes steps there are");
}
