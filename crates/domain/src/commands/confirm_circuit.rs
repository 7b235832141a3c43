//! ConfirmCircuit: report the line as ready, or take a shared circuit.

use crate::circuit::{Event, Hosted, Payer};
use crate::draft::Draft;
use crate::hosting;
use crate::id::{AccountId, CircuitId};
use crate::ordering::enable_without_order;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::routing::check_service;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Report the line as ready.
    ConfirmCircuit {
        /// The circuit.
        circuit: CircuitId,
    } not compared {
        /// Whether outbound traffic must be billed.
        needs_service: bool,
    }
}

impl Rule for ConfirmCircuit {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        check_service(draft, self.needs_service)?;
        let circuit = draft.callers_circuit(self.circuit)?;
        let paid = circuit.hosted().filter(|hosted| hosted.payer == Payer::Partner);
        let paid = paid.map(Hosted::sold);
        draft.step_circuit(self.circuit, Event::Confirm)?;
        if paid.is_some() {
            // ASSUMED: what the partner has paid for is in service as soon as it is taken.
            hosting::speed_is_paid(draft, self.circuit, paid);
            enable_without_order(draft, self.circuit)?;
        }
        Ok(Outcome::Done)
    }
}
