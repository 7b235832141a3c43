//! CarrierEvent: something that the carrier or the operator of the world did to a circuit.

use crate::circuit::{Circuit, Event, step};
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId, Name};
use crate::parties::Parties;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::setting_up::waits_to_be_paid;
use crate::view::Whose;

/// Something the carrier or the operator of the world did to a circuit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CarrierEvent {
    /// The circuit, whoever's.
    pub circuit: CircuitId,
    /// What happened to it.
    pub event: Event,
}

impl Rule for CarrierEvent {
    fn parties(&self, _: Option<AccountId>, whose: &dyn Whose) -> Parties {
        Parties::one(whose.owner(Name::Circuit(&self.circuit)))
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let circuit = draft.find::<Circuit>(&self.circuit);
        let circuit = circuit.filter(|circuit| !circuit.state.deleted);
        let circuit = circuit.ok_or(Refusal::NoSuchCircuit)?;
        let before = circuit.state;
        // A lock does not stop what is under way: only a step takes the place of the next one.
        let next = step(before, self.event)?;
        // ASSUMED: nobody builds a line for a shared circuit: its tenant alone takes it.
        if self.event == Event::FinishConstruction && circuit.hosted().is_some() {
            return Err(Refusal::CircuitState);
        }
        if waits_to_be_paid(&before) && next.status != before.status {
            return Err(Refusal::CircuitState);
        }
        draft.move_circuit(self.circuit, next);
        Ok(Outcome::Done)
    }
}
