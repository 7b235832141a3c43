//! TerminateCircuit: end a circuit that is in service.

use crate::circuit::{Event, Status};
use crate::draft::Draft;
use crate::hosting;
use crate::id::{AccountId, CircuitId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::renewing::begun;
use crate::routing;
use crate::rule::Rule;
use crate::rules::Kept;
use crate::view::Whose;

command! {
    /// End a circuit.
    TerminateCircuit {
        /// The circuit.
        circuit: CircuitId,
    }
}

impl Rule for TerminateCircuit {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        hosting::parties(caller, whose, None)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let circuit = draft.callers_circuit(self.circuit)?;
        let state = circuit.state;
        // Whoever is in no state to be ended is told so first.
        if state.status == Status::Enabled {
            routing::check_free(draft, circuit).map_err(|_| Refusal::RoutersAttached)?;
            hosting::check_free(draft, circuit)?;
            if !circuit.macsec().is_empty() {
                return Err(Refusal::KeysAttached);
            }
        }
        let mut state = begun(draft, state, Kept::Since2024);
        if state.is_metered() {
            // ASSUMED: what is paid as it goes is used until its owner ends it.
            state.ends_at = Some(draft.at());
        }
        draft.move_circuit(self.circuit, state);
        draft.step_circuit(self.circuit, Event::Terminate)?;
        Ok(Outcome::Done)
    }
}
