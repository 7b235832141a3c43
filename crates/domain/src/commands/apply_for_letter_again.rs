//! ApplyForLetterAgain: ask again for a Letter of Authorization that was refused.

use super::apply_for_letter::apply;
use crate::circuit::Event;
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::letter::Application;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::routing::check_service;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Ask again for a Letter of Authorization.
    ApplyForLetterAgain {
        /// The circuit.
        circuit: CircuitId,
        /// What is said.
        application: Box<Application>,
    }
}

impl Rule for ApplyForLetterAgain {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        check_service(draft, true)?;
        apply(draft, self.circuit, Event::ApplyForLoaAgain, &self.application)
    }
}
