//! CancelCircuit: give up a circuit that is not in service yet. An unpaid order for it goes too.

use crate::circuit::Event;
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::ordering::give_up;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Give a circuit up.
    CancelCircuit {
        /// The circuit.
        circuit: CircuitId,
    }
}

impl Rule for CancelCircuit {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        draft.callers_circuit(self.circuit)?;
        give_up(draft, self.circuit, Event::Cancel)?;
        Ok(Outcome::Done)
    }
}
