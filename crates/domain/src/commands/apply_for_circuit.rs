//! ApplyForCircuit: apply for a circuit, which comes to be as Initial.

use crate::circuit::{Circuit, CircuitState, Particulars, Status};
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId, Name};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::{View as _, Whose};

command! {
    /// Apply for a circuit.
    ApplyForCircuit {
        /// What it is to be.
        particulars: Particulars,
    }
}

impl Rule for ApplyForCircuit {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let caller = draft.caller();
        let account = draft.account(caller)?;
        if !account.service_open {
            return Err(Refusal::ServiceClosed);
        }
        let waiting = account.waiting_circuits;
        if let Some(redundant) = self.particulars.words.as_ref().and_then(|words| words.redundant) {
            draft.check_redundant(redundant)?;
        }
        if waiting >= draft.rules().waiting_circuits_max {
            return Err(Refusal::WaitingCircuitsMax);
        }
        let id = mint(draft);
        let mut state = CircuitState::born(Status::Initial);
        state.wakes_at = draft.carrier_due(Status::Initial);
        draft.account_mut(caller).waiting_circuits += 1;
        draft.add_circuit(Circuit {
            id,
            account: caller,
            region: draft.callers_region(),
            created_at: draft.at(),
            given: false,
            particulars: self.particulars.clone(),
            state,
        });
        Ok(Outcome::Circuit(id))
    }
}

/// An id that no circuit of this world has or had.
fn mint(draft: &Draft) -> CircuitId {
    let mut ids = (0..).map(|nth| CircuitId::mint(draft.seed(), nth));
    let free = |id: &CircuitId| !draft.view().is_taken(Name::Circuit(id));
    ids.find(free).expect("ids do not run out")
}
