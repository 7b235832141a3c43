//! FailMacsecKey: both sides of a circuit do not agree on its MACsec key.

use super::associate_macsec_key::set_keys;
use crate::circuit::Circuit;
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId, Name};
use crate::parties::Parties;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

/// Both sides of a circuit do not agree on its key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FailMacsecKey {
    /// The circuit, whoever's.
    pub circuit: CircuitId,
}

impl Rule for FailMacsecKey {
    fn parties(&self, _: Option<AccountId>, whose: &dyn Whose) -> Parties {
        Parties::one(whose.owner(Name::Circuit(&self.circuit)))
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let circuit = draft.find::<Circuit>(&self.circuit);
        let circuit = circuit.filter(|circuit| !circuit.state.deleted);
        let circuit = circuit.ok_or(Refusal::NoSuchCircuit)?;
        let words = circuit.particulars.words.as_deref();
        let keys = words.and_then(|words| words.macsec.failed()).ok_or(Refusal::NoSuchKey)?;
        set_keys(draft, self.circuit, keys);
        Ok(Outcome::Done)
    }
}
