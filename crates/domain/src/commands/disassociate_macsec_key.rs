//! DisassociateMacsecKey: take a MACsec key out of use; one that is out of use is removed.

use super::associate_macsec_key::{keys_in_service, set_keys};
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Take a key out of use.
    DisassociateMacsecKey {
        /// The circuit.
        circuit: CircuitId,
        /// `Ckn`, in capitals.
        ckn: Box<str>,
    }
}

impl Rule for DisassociateMacsecKey {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let keys = keys_in_service(draft, self.circuit)?;
        let keys = keys.without(&self.ckn, draft.at()).ok_or(Refusal::NoSuchKey)?;
        set_keys(draft, self.circuit, keys);
        Ok(Outcome::Done)
    }
}
