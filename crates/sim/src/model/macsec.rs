//! MACsec keys of circuits, understood a second time. SOURCE: ROUTERS 11.

use super::changes::{Change, Refusal};
use super::looks::is;
use super::state::{Circuit, Outcome};
use super::{Leaf, calendar::Ms};
use crate::call::Call;

/// A key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// `Ckn`, in capitals.
    pub name: String,
    /// `CipherSuite`.
    pub suite: String,
    /// `Status`.
    pub status: &'static str,
    /// `StartOn`.
    pub start: Ms,
}

const USED: &str = "Associated";
const RESTS: &str = "Disassociated";

/// The code for what a call says of a key that cannot be.
pub fn form_error(call: &Call, name: &str) -> Option<&'static str> {
    let text = call.parameter(name)?;
    let digits = match call.parameter("CipherSuite") {
        Some("GCM-AES-128" | "GCM-AES-XPN-128") => [32, 32],
        Some("GCM-AES-256" | "GCM-AES-XPN-256") => [64, 64],
        _ => [32, 64],
    };
    let right = text.chars().all(|c| c.is_ascii_hexdigit()) && digits.contains(&text.len());
    let code = if name == "Ckn" { "IllegalParam.Ckn" } else { "IllegalParam.Cak" };
    (!right).then_some(code)
}

impl Change<'_> {
    fn keyed_circuit(&mut self) -> Result<&mut Circuit, Refusal> {
        let place = self.circuit_or((400, "ResourceNotFound.PhysicalConnectionId"))?;
        let circuit = &mut self.world.circuits[place];
        let free = circuit.locked == (false, false) && circuit.hosted.is_none();
        if circuit.status != "Enabled" || !free {
            return Err((400, "IncorrectStatus.PhysicalConnection"));
        }
        Ok(circuit)
    }

    /// AssociateMacSecKey.
    pub fn put_key(&mut self) -> Result<Outcome, Refusal> {
        let (name, at) = (self.text("Ckn").to_uppercase(), self.at);
        let suite = self.text("CipherSuite").to_owned();
        let keys = &mut self.keyed_circuit()?.keys;
        let known = keys.iter().position(|key| key.name == name);
        if known.is_none() && keys.len() >= 3 {
            return Err((400, "QuotaExceeded.PconnMacsec"));
        }
        if let Some(place) = known {
            keys.remove(place);
        }
        for key in keys.iter_mut().filter(|key| key.status == USED) {
            key.status = RESTS;
        }
        keys.push(Key { name, suite, status: USED, start: at });
        Ok(Outcome::Done)
    }

    /// DisassociateMacSecKey.
    pub fn take_key(&mut self) -> Result<Outcome, Refusal> {
        let (name, at) = (self.text("Ckn").to_uppercase(), self.at);
        let keys = &mut self.keyed_circuit()?.keys;
        let place = keys.iter().position(|key| key.name == name);
        let place = place.ok_or((400, "ResourceNotFound.PconnMacsec"))?;
        if keys[place].status != USED {
            keys.remove(place);
            return Ok(Outcome::Done);
        }
        let before = keys.iter().rposition(|key| key.status == RESTS);
        keys[place].status = RESTS;
        if let Some(before) = before {
            let mut back = keys.remove(before);
            (back.status, back.start) = (USED, at);
            keys.push(back);
        }
        Ok(Outcome::Done)
    }
}

impl Circuit {
    /// Both sides do not agree on the key in use; `None` if none is.
    pub fn fail_key(&mut self) -> Option<()> {
        let used = self.keys.iter_mut().find(|key| key.status == USED)?;
        used.status = "AssociatedFailed";
        Some(())
    }
}

/// What is told of a circuit's keys, below `path`.
pub fn leaves(path: &str, circuit: &Circuit) -> Vec<Leaf> {
    let list = format!("{path}.MacsecKeys.MacsecKey");
    let mut leaves = vec![Leaf::Count(list.clone(), circuit.keys.len())];
    for (place, key) in circuit.keys.iter().enumerate() {
        let path = format!("{list}.{place}");
        leaves.push(is(format!("{path}.Ckn"), key.name.clone()));
        leaves.push(is(format!("{path}.CipherSuite"), key.suite.clone()));
        leaves.push(is(format!("{path}.Status"), key.status));
        leaves.push(is(format!("{path}.StartOn"), super::calendar::stamp(key.start)));
    }
    leaves
}
