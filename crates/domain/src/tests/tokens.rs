//! Tokens: what two calls with one must have in common, and how long it is remembered.

use super::rig::*;
use crate::catalogue::{AccessPoint, LineOperator, PortType};
use crate::command::{Amendment, Command, Kind};
use crate::price::{Cycle, Term};
use crate::record::{Charge, CircuitWords, OrderId, Outcome, Particulars, RequestId, Status};
use crate::replay::{fingerprint, mark};
use crate::state::{Due, View};
use crate::{Refusal, Timestamp};

const LIFE_MS: i64 = 7 * DAY_MS;

#[test]
fn a_repeated_call_is_told_the_first_outcome_and_writes_nothing() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let command = order(circuit, MONTH, true);
    let first = world.with_token("t", command.clone());
    let request = first.origin.expect("a call").request;
    let Told::Done(outcome) = world.propose(first) else { panic!("refused") };
    let again = world.with_token("t", command.clone());
    assert_eq!(world.propose(again), Told::Again(outcome, request));
    // Another token, another account and another operation are another call.
    let other = world.with_token("u", command.clone());
    assert_eq!(world.propose(other), Told::No(Refusal::CircuitPaid));
    let mut other = world.with_token("t", command);
    other.owner = OTHER;
    assert_eq!(world.propose(other), Told::No(Refusal::NoSuchCircuit));
    let other = world.with_token("t", Command::TerminateCircuit(circuit));
    assert_eq!(world.propose(other), Told::Done(Outcome::Done));
    assert_eq!(world.state().orders().count(), 1);
}

#[test]
fn a_token_used_for_something_else_is_refused_while_it_lives() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let first = world.with_token("t", order(circuit, MONTH, true));
    assert!(matches!(world.propose(first), Told::Done(_)));
    let year = Charge::PrePaid(Term { count: 1, cycle: Cycle::Year });
    let other = world.with_token("t", order(circuit, year, true));
    assert_eq!(world.propose(other.clone()), Told::No(Refusal::TokenReused));
    world.pass(LIFE_MS);
    let other = crate::Proposal { wall: world.wall, ..other };
    assert_eq!(world.propose(other), Told::No(Refusal::CircuitPaid));
}

#[test]
fn a_token_lives_seven_days_to_the_millisecond() {
    for (later, replayed) in [(LIFE_MS - 1, true), (LIFE_MS, false)] {
        let (mut world, _) = World::with(Status::Confirmed);
        let apply = Command::ApplyForCircuit(Box::new(particulars()));
        let first = world.with_token("t", apply.clone());
        assert!(matches!(world.propose(first), Told::Done(_)));
        world.pass(later);
        let again = world.with_token("t", apply);
        assert_eq!(matches!(world.propose(again), Told::Again(..)), replayed, "{later}");
        assert_eq!(world.state().circuits_len(), if replayed { 2 } else { 3 });
    }
}

#[test]
fn a_token_used_anew_after_its_life_is_the_newer_call() {
    let mut world = World::new(rules());
    let apply = Command::ApplyForCircuit(Box::new(particulars()));
    let mut outcomes = Vec::new();
    for later in [LIFE_MS, LIFE_MS - 1] {
        let call = world.with_token("t", apply.clone());
        outcomes.push(world.propose(call));
        world.pass(later);
    }
    assert_ne!(outcomes[0], outcomes[1]);
    // The older one is forgotten an hour after its life; the newer one is not.
    let again = world.with_token("t", apply);
    let Told::Again(outcome, _) = world.propose(again) else { panic!("not a replay") };
    assert_eq!(Told::Done(outcome), outcomes[1]);
}

#[test]
fn receipts_are_forgotten_an_hour_after_their_life() {
    let (mut world, circuit) = World::with(Status::Allocated);
    let start = world.wall;
    let confirm = |world: &mut World, token: &str, later: i64| {
        world.wall = start.plus_ms(later);
        let amend = Command::AmendCircuit(circuit, Box::default());
        let call = world.with_token(token, amend);
        assert_eq!(world.propose(call), Told::Done(Outcome::Done));
    };
    confirm(&mut world, "a", 0);
    confirm(&mut world, "b", 3_600_000);
    confirm(&mut world, "c", 3_600_001);
    let due = |at: i64| Some((start.plus_ms(at), Due::Receipts));
    let hour = 3_600_000;
    assert_eq!(world.state().next_due(), due(LIFE_MS + hour));
    world.wall = start;
    world.pass(LIFE_MS + hour - 1);
    assert_eq!(world.state().next_due(), due(LIFE_MS + hour));
    world.pass(1);
    // Those made an hour later have ended too, and go with it; a millisecond later, not.
    assert_eq!(world.state().next_due(), due(LIFE_MS + 2 * hour + 1));
    world.pass(hour + 1);
    assert_eq!(world.state().next_due(), None);
}

#[test]
fn receipts_of_one_batch_are_due_like_any_other() {
    let (mut world, circuit) = World::with(Status::Allocated);
    let amend = || Command::AmendCircuit(circuit, Box::default());
    let mut batch = Vec::new();
    for (token, later) in [
        ("a", 0),
        ("b", 1),
        // Forgotten with the first, to the millisecond.
        ("c", 3_600_000),
        ("d", LIFE_MS + 3_600_000),
        ("e", LIFE_MS * 3),
    ] {
        let mut call = world.with_token(token, amend());
        call.wall = world.wall.plus_ms(later);
        batch.push(call);
    }
    let untold = world.proposal(amend());
    batch.insert(1, untold);
    let last = batch.last().expect("six").wall;
    assert!(world.batch(batch).iter().all(|told| *told == Told::Done(Outcome::Done)));
    world.wall = last;
    assert_eq!(world.state().next_due().map(|(_, due)| due), Some(Due::Receipts));
    world.pass(2 * LIFE_MS);
    assert_eq!(world.state().next_due(), None);
}

fn words() -> CircuitWords {
    CircuitWords {
        name: "n".into(),
        description: "d".into(),
        peer_location: "p".into(),
        circuit_code: "c".into(),
        optical_module: "o".into(),
        resource_group: "r".into(),
        redundant: Some(id("pc-b")),
    }
}

/// Amendments that each differ from the first in one field.
fn amendments() -> Vec<Command> {
    let amendment = || Amendment {
        line_operator: Some(LineOperator::ChinaTelecom),
        port_type: Some(PortType::Base1000Lx),
        bandwidth_mbps: Some(0),
        redundant: Some(id("pc-b")),
        name: Some("n".into()),
        description: Some("d".into()),
        peer_location: Some("p".into()),
        circuit_code: Some("c".into()),
    };
    let changes: [fn(&mut Amendment); 11] = [
        |_| {},
        |a| a.line_operator = Some(LineOperator::Equinix),
        |a| a.port_type = None,
        |a| a.bandwidth_mbps = None,
        |a| a.bandwidth_mbps = Some(1),
        |a| a.bandwidth_mbps = Some(2),
        |a| a.redundant = None,
        |a| a.name = None,
        |a| a.description = None,
        |a| a.peer_location = Some("".into()),
        |a| a.circuit_code = Some("x".into()),
    ];
    let amended = changes.into_iter().map(|change| {
        let mut amendment = amendment();
        change(&mut amendment);
        Command::AmendCircuit(id("pc-a"), Box::new(amendment))
    });
    amended.collect()
}

/// Applications that each differ from the first in one field.
fn applications() -> Vec<Command> {
    let changes: [fn(&mut Particulars); 7] = [
        |_| {},
        |p| p.access_point = AccessPoint::all().next().expect("there are some"),
        |p| p.line_operator = LineOperator::Equinix,
        |p| p.port_type = PortType::Base100T,
        |p| p.bandwidth_mbps = 1,
        |p| p.words = None,
        |p| p.words.as_mut().expect("set below").redundant = None,
    ];
    let worded: [fn(&mut CircuitWords) -> &mut Box<str>; 6] = [
        |w| &mut w.name,
        |w| &mut w.description,
        |w| &mut w.peer_location,
        |w| &mut w.circuit_code,
        |w| &mut w.optical_module,
        |w| &mut w.resource_group,
    ];
    let plain = || Particulars { words: Some(Box::new(words())), ..particulars() };
    let described = changes.into_iter().map(|change| {
        let mut particulars = plain();
        change(&mut particulars);
        particulars
    });
    let said = worded.into_iter().map(|field| {
        let mut words = words();
        *field(&mut words) = "x".into();
        Particulars { words: Some(Box::new(words)), ..particulars() }
    });
    described
        .chain(said)
        .map(|particulars| Command::ApplyForCircuit(Box::new(particulars)))
        .collect()
}

/// Orders that each differ from the first in one field.
fn orders() -> Vec<Command> {
    let renewed = |auto_renew, auto_renew_months| {
        let Command::PlaceOccupancyOrder { circuit, charge, pay_now, shortfall, .. } =
            order(id("pc-a"), MONTH, true)
        else {
            unreachable!("it is one")
        };
        Command::PlaceOccupancyOrder {
            circuit,
            charge,
            pay_now,
            auto_renew,
            auto_renew_months,
            shortfall,
        }
    };
    vec![
        order(id("pc-a"), MONTH, true),
        order(id("pc-b"), MONTH, true),
        order(id("pc-a"), MONTH, false),
        order(id("pc-a"), Charge::PostPaid, true),
        renewed(true, 1),
        renewed(false, 2),
    ]
}

/// Every command that can carry a token, and each of its parameters changed alone.
#[test]
fn every_parameter_makes_another_call() {
    let circuits = [id("pc-a"), id("pc-b")];
    let mut commands = vec![Command::OpenService];
    commands.extend(circuits.map(Command::ConfirmCircuit));
    commands.extend(circuits.map(Command::TerminateCircuit));
    commands.extend(circuits.map(Command::DeleteCircuit));
    commands.extend(circuits.map(|circuit| Command::AmendCircuit(circuit, Box::default())));
    commands.extend([1, 2].map(|n| Command::CancelOrder(OrderId::new(n).expect("not zero"))));
    commands.extend(orders().into_iter().chain(amendments()).chain(applications()));
    for (nth, one) in commands.iter().enumerate() {
        for other in &commands[..nth] {
            assert_ne!(fingerprint(one), fingerprint(other), "{one:?}\n{other:?}");
        }
    }
}

/// Stores keep both: another mark would lose tokens and nonces at the next release.
#[test]
fn kept_marks_are_those_of_the_published_hash() {
    // SipHash-1-3 of 128 bits, its key zero, over the length (eight bytes, the lowest first) and
    // the bytes of each part.
    let plain = |parts: &[&[u8]]| {
        let bytes = parts.iter().flat_map(|part| [&part.len().to_le_bytes()[..], part].concat());
        siphasher::sip128::SipHasher13::new().hash(&bytes.collect::<Vec<u8>>()).as_u128()
    };
    for length in [0, 1, 200, 231, 232, 233, 240, 247, 248, 249, 256, 257, 1000] {
        let long = "x".repeat(length);
        assert_eq!(mark(&["key", &long, "end"]), plain(&[b"key", long.as_bytes(), b"end"]));
    }
    assert_eq!(mark(&["key", "nonce"]), plain(&[b"key", b"nonce"]));
    assert_eq!(fingerprint(&Command::OpenService), plain(&[b"open_service"]));
    let cancel = Command::CancelOrder(OrderId::new(258).expect("not zero"));
    let number = 258_u64.to_le_bytes();
    assert_eq!(fingerprint(&cancel), plain(&[b"cancel_order", &number]));
}

#[test]
fn a_receipt_says_what_call_it_was() {
    let mut world = World::empty(rules());
    let currency = crate::price::Currency::Usd;
    world.done(Command::OpenAccount { account: OWNER, currency, dialect: None });
    let mut call = world.with_token("t", Command::OpenService);
    let origin = call.origin.as_mut().expect("a call");
    (origin.request, origin.nonce_mark) = (RequestId(5), 6);
    origin.received_at = Timestamp::from_ms(7);
    assert_eq!(world.propose(call), Told::Done(Outcome::Done));
    let made_at = world.wall;
    let [receipt] = &world.books().receipts[..] else { panic!("one call") };
    assert_eq!((receipt.account, receipt.region, receipt.kind), (OWNER, home(), Kind::OpenService));
    assert_eq!((receipt.request, receipt.nonce_mark), (RequestId(5), 6));
    assert_eq!((receipt.made_at, receipt.received_at), (made_at, Timestamp::from_ms(7)));
    assert_eq!(receipt.token.as_deref(), Some("t"));
}
