//! ConfirmCircuit: report the line as ready.

use crate::circuit::Event;
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Report the line as ready.
    ConfirmCircuit {
        /// The circuit.
        circuit: CircuitId,
    }
}

impl Rule for ConfirmCircuit {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        if !draft.account(draft.caller())?.service_open {
            return Err(Refusal::ServiceClosed);
        }
        draft.callers_circuit(self.circuit)?;
        draft.step_circuit(self.circuit, Event::Confirm)?;
        Ok(Outcome::Done)
    }
}
