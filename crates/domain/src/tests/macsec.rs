//! MACsec keys of circuits: who may have them, how they follow each other, and that they hold a
//! circuit back.

use super::rig::*;
use crate::circuit::{Event, GivenCircuit, Status};
use crate::command::{
    AssociateMacsecKey, CarrierEvent, DisassociateMacsecKey, FailMacsecKey, TerminateCircuit,
};
use crate::letter::Secret;
use crate::macsec::{CipherSuite, KeyStatus};
use crate::{AccountId, CircuitId, Command, Records as _, Refusal};

/// A key comes into use.
pub fn keyed(circuit: &str, ckn: &str) -> AssociateMacsecKey {
    AssociateMacsecKey {
        circuit: id(circuit),
        suite: CipherSuite::Aes128,
        ckn: ckn.into(),
        cak: Secret("0123".into()),
    }
}

/// It goes out of use.
pub fn unkeyed(circuit: &str, ckn: &str) -> DisassociateMacsecKey {
    DisassociateMacsecKey { circuit: id(circuit), ckn: ckn.into() }
}

/// Commands, no two of which are the same call.
pub fn commands() -> Vec<Command> {
    vec![
        keyed("pc-a", "A").into(),
        keyed("pc-b", "A").into(),
        keyed("pc-a", "B").into(),
        AssociateMacsecKey { suite: CipherSuite::AesXpn128, ..keyed("pc-a", "A") }.into(),
        AssociateMacsecKey { cak: Secret("4567".into()), ..keyed("pc-a", "A") }.into(),
        unkeyed("pc-a", "A").into(),
        unkeyed("pc-b", "A").into(),
        unkeyed("pc-a", "B").into(),
    ]
}

/// Commands, and what the release that brought them printed for each.
pub fn kept_prints() -> Vec<(Command, &'static str, u128)> {
    vec![
        (
            keyed("pc-a", "A").into(),
            "associate_macsec_key",
            310_156_956_979_830_418_872_491_255_829_620_189_372,
        ),
        (
            unkeyed("pc-a", "A").into(),
            "disassociate_macsec_key",
            269_949_757_696_945_094_939_144_652_043_587_206_202,
        ),
    ]
}

/// What may be done with keys, drawn by chance.
pub fn drawn(circuit: CircuitId, how: u8) -> Command {
    let ckn = ["A", "B", "C", "D"][usize::from(how / 4 % 4)];
    match how % 4 {
        0 | 1 => keyed(circuit.as_str(), ckn).into(),
        2 => unkeyed(circuit.as_str(), ckn).into(),
        _ => FailMacsecKey { circuit }.into(),
    }
}

fn with_circuit(status: Status) -> (World, CircuitId) {
    let mut world = World::new(rules());
    let circuit = world.give(given(status), "pc-a");
    (world, circuit)
}

fn told(world: &World, circuit: CircuitId) -> Vec<(String, &'static str)> {
    let circuit = world.state().circuit(&circuit).expect("it is there");
    circuit.macsec().iter().map(|key| (key.ckn.to_string(), key.status.text())).collect()
}

#[test]
fn a_circuit_in_service_has_keys_one_of_them_in_use() {
    let (mut world, circuit) = with_circuit(Status::Enabled);
    for ckn in ["A", "B", "C"] {
        world.done(keyed("pc-a", ckn));
    }
    assert_eq!(world.refused(keyed("pc-a", "D")), Refusal::KeysMax);
    world.done(unkeyed("pc-a", "C"));
    let out = KeyStatus::Disassociated.text();
    let expected = [("A", out), ("C", out), ("B", KeyStatus::Associated.text())];
    let expected: Vec<_> = expected.map(|(ckn, status)| (ckn.to_owned(), status)).into();
    assert_eq!(told(&world, circuit), expected);
    assert_eq!(world.refused(unkeyed("pc-a", "Z")), Refusal::NoSuchKey);
    world.done(FailMacsecKey { circuit });
    assert_eq!(told(&world, circuit)[2].1, "AssociatedFailed");
    assert_eq!(world.refused(FailMacsecKey { circuit }), Refusal::NoSuchKey);
    assert_eq!(world.refused(FailMacsecKey { circuit: id("pc-z") }), Refusal::NoSuchCircuit);
}

#[test]
fn keys_hold_a_circuit_back() {
    let (mut world, circuit) = with_circuit(Status::Enabled);
    world.done(keyed("pc-a", "A"));
    assert_eq!(world.refused(TerminateCircuit { circuit }), Refusal::KeysAttached);
    // It takes two calls: out of use, and gone.
    world.done(unkeyed("pc-a", "A"));
    assert_eq!(world.refused(TerminateCircuit { circuit }), Refusal::KeysAttached);
    world.done(unkeyed("pc-a", "A"));
    world.done(TerminateCircuit { circuit });
}

#[test]
fn only_a_circuit_in_service_that_nothing_locks_has_keys_and_only_its_owner_puts_them_there() {
    for &status in Status::ALL.iter().filter(|status| **status != Status::Enabled) {
        let (mut world, _) = with_circuit(status);
        assert_eq!(world.refused(keyed("pc-a", "A")), Refusal::CircuitState, "{status:?}");
        assert_eq!(world.refused(unkeyed("pc-a", "A")), Refusal::CircuitState, "{status:?}");
    }
    let (mut world, circuit) = with_circuit(Status::Enabled);
    world.done(CarrierEvent { circuit, event: Event::LockFinancial });
    assert_eq!(world.refused(keyed("pc-a", "A")), Refusal::CircuitState);
    let mut world = World::new(rules());
    let theirs = GivenCircuit { account: AccountId(OTHER.0), ..given(Status::Enabled) };
    world.give(theirs, "pc-a");
    assert_eq!(world.refused(keyed("pc-a", "A")), Refusal::NoSuchCircuit);
}
