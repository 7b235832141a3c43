//! DeleteCircuit: remove a circuit's record. An unpaid order for it goes with it.

use crate::circuit::{Event, Status};
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::ordering::give_up;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::routing;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Remove a circuit's record.
    DeleteCircuit {
        /// The circuit.
        circuit: CircuitId,
    } not compared {
        /// Whether one that waits to be put into service may be removed, as it is sold.
        waiting_too: bool,
    }
}

impl Rule for DeleteCircuit {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let circuit = draft.callers_circuit(self.circuit)?;
        // ASSUMED: before its state is: else nobody could ever be told so, since routers are on
        // circuits in service alone.
        routing::check_free(draft, circuit)?;
        let status = circuit.state.status;
        if !self.waiting_too && matches!(status, Status::Allocated | Status::Confirmed) {
            return Err(Refusal::CircuitState);
        }
        give_up(draft, self.circuit, Event::Delete)?;
        Ok(Outcome::Done)
    }
}
