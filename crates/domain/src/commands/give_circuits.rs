//! GiveCircuits: the operator puts circuits of one kind there, in any state.

use crate::circuit::GivenCircuit;
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId, Name};
use crate::parties::Parties;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::{View as _, Whose};
use hashbrown::HashSet;

/// Put circuits of one kind there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GiveCircuits {
    /// What each of them is.
    pub given: Box<GivenCircuit>,
    /// Their ids.
    pub ids: Vec<CircuitId>,
}

impl Rule for GiveCircuits {
    fn parties(&self, _: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::One(self.given.account)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        draft.account(self.given.account)?;
        let mut fresh = HashSet::with_capacity(self.ids.len());
        let taken = |id: &CircuitId| draft.view().is_taken(Name::Circuit(id));
        if !self.ids.iter().all(|id| !taken(id) && fresh.insert(*id)) {
            return Err(Refusal::CircuitExists);
        }
        for &id in &self.ids {
            draft.add_circuit(self.given.at(id, draft.at()));
        }
        Ok(Outcome::Done)
    }
}
