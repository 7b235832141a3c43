//! The audit of routers: whatever is falsified is found by its invariant.

use super::books::{Falsify, check_in};
use super::rig::*;
use super::routers::{associated, grouped, made};
use crate::Outcome;
use crate::audit::{Books, audit};
use crate::circuit::{CircuitWords, Status};
use crate::command::{MakeRouter, TerminateRouter};
use crate::id::RouterId;
use crate::macsec::{CipherSuite, KeyStatus, MacsecKey, MacsecKeys};
use crate::peering::Peering;
use crate::router::RouterStatus;

/// Two routers in a group, one of which is on a further circuit, and one that is made for another
/// account; one is being switched off.
fn sound() -> Books {
    let mut world = World::new(rules());
    for name in ["pc-a", "pc-b", "pc-c", "pc-d"] {
        world.give(given(Status::Enabled), name);
    }
    let mut make = |command| {
        world.pass(1);
        match world.done(command) {
            Outcome::Router(id) => id,
            other => panic!("no router: {other:?}"),
        }
    };
    let first = make(made("pc-a", 1));
    let second = make(made("pc-b", 1));
    let theirs = MakeRouter {
        owner: Some(OTHER),
        peering: Peering::default(),
        name: "".into(),
        description: "".into(),
        ..made("pc-a", 2)
    };
    make(theirs);
    let off: RouterId = make(made("pc-a", 3));
    world.done(grouped(first.as_str(), second.as_str()));
    world.done(associated(first.as_str(), "pc-c", 1));
    world.done(TerminateRouter { router: off });
    let mut books = world.books();
    books.routers.sort_by_key(|router| router.created_at);
    books
}

/// A circuit without routers has these MACsec keys, the last of them in use.
fn keyed(books: &mut Books, names: &[&str]) {
    let key = |(nth, ckn): (usize, &&str)| MacsecKey {
        ckn: (**ckn).into(),
        suite: CipherSuite::Aes128,
        status: if nth + 1 == names.len() {
            KeyStatus::Associated
        } else {
            KeyStatus::Disassociated
        },
        started_at: books.circuits[KEYED].created_at,
    };
    let macsec = MacsecKeys::new(names.iter().enumerate().map(key).collect());
    let words = CircuitWords { macsec, ..CircuitWords::default() };
    books.circuits[KEYED].particulars.words = Some(Box::new(words));
}

/// The circuit that has no routers.
const KEYED: usize = 3;
const FIRST: usize = 0;
const THEIRS: usize = 2;
const OFF: usize = 3;

const FALSIFIED: &[(&str, Falsify, &[&str])] = &[
    ("elsewhere", |b| b.routers[FIRST].region = away(), &["V1"]),
    ("on nothing", |b| b.routers[OFF].circuit = id("pc-z"), &["V1"]),
    ("with nothing", |b| b.routers[FIRST].associations[0].circuit = id("pc-z"), &["V1"]),
    ("on what is ended", |b| b.circuits[2].state.status = Status::Terminated, &["V1"]),
    ("one VLAN", |b| b.routers[THEIRS].described.vlan = 1, &["V2"]),
    ("a whole port", |b| b.routers[THEIRS].described.vlan = 0, &["V2"]),
    ("nobody's", |b| b.routers[THEIRS].owner = NOBODY, &["V3"]),
    ("unreferred", |b| b.references.clear(), &["V3"]),
    ("referred to by its home", |b| b.references[0].account = OWNER, &["V3"]),
    ("waiting for nothing", |b| b.routers[FIRST].wakes_at = Some(b.routers[0].created_at), &["V4"]),
    ("never in service", |b| b.routers[FIRST].times.activated_at = None, &["V4"]),
    ("other than its history", |b| b.routers[OFF].status = RouterStatus::Active, &["V5"]),
    ("without a history", |b| b.router_moves.clear(), &["V5"]),
    ("in no group", |b| b.routers[FIRST].group = None, &["V6"]),
    ("a group that is gone", |b| b.groups[0].deleted = true, &["V6"]),
    ("a key too many", |b| keyed(b, &["A", "B", "C", "D"]), &["K1"]),
    ("a key twice", |b| keyed(b, &["A", "A"]), &["K1"]),
    (
        "a key on what does not serve",
        |b| {
            keyed(b, &["A"]);
            b.circuits[KEYED].state.status = Status::Confirmed;
        },
        &["K1"],
    ),
    ("a group of one", |b| b.groups[0].routers[1] = b.groups[0].routers[0], &["V6"]),
];

#[test]
fn sound_books_are_found_sound() {
    let books = sound();
    assert_eq!((books.routers.len(), books.references.len(), books.groups.len()), (4, 1, 1));
    for finding in audit(&books) {
        assert!(finding.offenders.is_empty(), "{finding:?}");
        let counted = match finding.invariant {
            "V1" | "V2" | "V3" | "V4" | "V5" => 4,
            "V6" => 1,
            _ => continue,
        };
        assert_eq!(finding.checked, counted, "{}", finding.invariant);
    }
}

#[test]
fn what_is_falsified_is_found() {
    for (what, falsify, invariants) in FALSIFIED {
        check_in(sound(), what, *falsify, invariants);
    }
}
