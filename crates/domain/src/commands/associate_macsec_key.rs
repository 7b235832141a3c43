//! AssociateMacsecKey: put a MACsec key on a circuit, or one of its keys into use.

use crate::circuit::{Circuit, Locks, Status};
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::letter::Secret;
use crate::macsec::{CipherSuite, MacsecKeys};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Put a key into use.
    AssociateMacsecKey {
        /// The circuit.
        circuit: CircuitId,
        /// `CipherSuite`.
        suite: CipherSuite,
        /// `Ckn`, in capitals.
        ckn: Box<str>,
        /// `Cak`. Nothing of it is kept.
        cak: Secret,
    }
}

impl Rule for AssociateMacsecKey {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let keys = keys_in_service(draft, self.circuit)?;
        let keys = keys.with(&self.ckn, self.suite, draft.at()).ok_or(Refusal::KeysMax)?;
        set_keys(draft, self.circuit, keys);
        Ok(Outcome::Done)
    }
}

/// The keys of the caller's circuit, which is in service and not locked.
/// ASSUMED: a shared one has none, since its port is the partner's; every device here knows MACsec,
/// since none says which do.
pub(super) fn keys_in_service(draft: &Draft, id: CircuitId) -> Result<MacsecKeys, Refusal> {
    let circuit: &Circuit = draft.callers_circuit(id)?;
    let is_free = circuit.state.locks == Locks::None && circuit.hosted().is_none();
    if circuit.state.status != Status::Enabled || !is_free {
        return Err(Refusal::CircuitState);
    }
    let words = circuit.particulars.words.as_deref();
    Ok(words.map_or_else(MacsecKeys::default, |words| words.macsec.clone()))
}

/// A circuit has these keys.
pub(super) fn set_keys(draft: &mut Draft, id: CircuitId, keys: MacsecKeys) {
    let particulars = &mut draft.circuit_mut(id).particulars;
    let mut words = particulars.words.as_deref().cloned().unwrap_or_default();
    words.macsec = keys;
    particulars.words = (!words.is_empty()).then(|| Box::new(words));
}
