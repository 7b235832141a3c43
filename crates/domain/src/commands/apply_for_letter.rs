//! ApplyForLetter: ask for the Letter of Authorization of a circuit.

use crate::circuit::Event;
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::letter::{Application, Letter};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::routing::check_service;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Ask for a Letter of Authorization.
    ApplyForLetter {
        /// The circuit.
        circuit: CircuitId,
        /// What is said.
        application: Box<Application>,
    } not compared {
        /// Whether outbound traffic must be billed.
        needs_service: bool,
    }
}

impl Rule for ApplyForLetter {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        check_service(draft, self.needs_service)?;
        apply(draft, self.circuit, Event::ApplyForLoa, &self.application)
    }
}

/// A letter is asked for, for the first time or again.
pub(super) fn apply(
    draft: &mut Draft,
    id: CircuitId,
    event: Event,
    application: &Application,
) -> Result<Outcome, Refusal> {
    let circuit = draft.callers_circuit(id)?;
    // Nobody builds a line for a shared one.
    if circuit.hosted().is_some() {
        return Err(Refusal::CircuitHosted);
    }
    let account = circuit.account;
    draft.step_circuit(id, event)?;
    draft.put(Letter::applied_for(id, account, application));
    Ok(Outcome::Done)
}
