//! DeleteCircuit: remove a circuit's record. An unpaid order for it goes with it.

use crate::circuit::{Event, Status, step};
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::order::CancelCause;
use crate::ordering::void;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Remove a circuit's record.
    DeleteCircuit {
        /// The circuit.
        circuit: CircuitId,
    }
}

impl Rule for DeleteCircuit {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let state = draft.callers_circuit(self.circuit)?.state;
        step(state, Event::Delete)?;
        // ASSUMED: a circuit that is paid for and about to be enabled is not thrown away.
        if state.status == Status::Confirmed && state.paid_order.is_some() {
            return Err(Refusal::CircuitState);
        }
        if let Some(open) = state.open_order {
            void(draft, open, CancelCause::Circuit);
        }
        draft.step_circuit(self.circuit, Event::Delete)?;
        Ok(Outcome::Done)
    }
}
