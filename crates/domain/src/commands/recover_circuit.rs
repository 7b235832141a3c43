//! RecoverCircuit: bring a shared circuit back that its tenant has ended.

use crate::circuit::{Event, Status};
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Bring a shared circuit back.
    RecoverCircuit {
        /// The circuit.
        circuit: CircuitId,
        /// Whether it is only to be found out whether it could be done.
        dry_run: bool,
    }
}

impl Rule for RecoverCircuit {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    /// ASSUMED: one that was given back, or whose time is over, stays ended.
    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let circuit = draft.callers_circuit(self.circuit)?;
        if circuit.hosted().is_none() {
            return Err(Refusal::CircuitDedicated);
        }
        let state = circuit.state;
        if state.status == Status::Terminating {
            return Err(Refusal::CircuitEnded);
        }
        let over = state.ends_at.is_some_and(|end| end <= draft.at());
        if state.subscription.refund.is_some() || over {
            return Err(Refusal::CircuitState);
        }
        draft.step_circuit(self.circuit, Event::Recover)?;
        if self.dry_run { Err(Refusal::DryRun) } else { Ok(Outcome::Done) }
    }
}
