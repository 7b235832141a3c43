//! Tokens: what two calls with one must have in common, and how long it is remembered.

use super::rig::*;
use crate::circuit::{GivenCircuit, Status};
use crate::command::{AmendCircuit, OpenAccount, OpenService, TerminateCircuit};
use crate::id::RequestId;
use crate::order::Charge;
use crate::price::{Cycle, Term};
use crate::{Outcome, Refusal, Timestamp, View as _};

const LIFE_MS: i64 = 7 * DAY_MS;

#[test]
fn a_repeated_call_is_told_the_first_outcome_and_writes_nothing() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let command = order(circuit, MONTH, true);
    let first = world.with_token("t", command.clone());
    let request = first.origin.as_ref().expect("a call").request;
    let Told::Accepted(outcome) = world.propose(first) else { panic!("refused") };
    let again = world.with_token("t", command.clone());
    assert_eq!(world.propose(again), Told::Replayed(outcome, request));
    // Another token, another account and another operation are another call.
    let other = world.with_token("u", command.clone());
    assert_eq!(world.propose(other), Told::Refused(Refusal::CircuitPaid));
    let mut other = world.with_token("t", command);
    origin_of(&mut other).account = OTHER;
    assert_eq!(world.propose(other), Told::Refused(Refusal::NoSuchCircuit));
    let other = world.with_token("t", TerminateCircuit { circuit });
    assert_eq!(world.propose(other), Told::Accepted(Outcome::Done));
    assert_eq!(world.state().orders().count(), 1);
}

#[test]
fn a_token_used_for_something_else_is_refused_while_it_lives() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let first = world.with_token("t", order(circuit, MONTH, true));
    assert!(matches!(world.propose(first), Told::Accepted(_)));
    let year = Charge::PrePaid(Term { count: 1, cycle: Cycle::Year });
    let other = world.with_token("t", order(circuit, year, true));
    assert_eq!(world.propose(other.clone()), Told::Refused(Refusal::TokenReused));
    world.pass(LIFE_MS);
    let other = crate::Proposal { wall: world.wall, ..other };
    assert_eq!(world.propose(other), Told::Refused(Refusal::CircuitPaid));
}

#[test]
fn a_token_lives_seven_days_to_the_millisecond() {
    for (later, replayed) in [(LIFE_MS - 1, true), (LIFE_MS, false)] {
        let (mut world, _) = World::with(Status::Confirmed);
        let apply = apply_for_circuit();
        let first = world.with_token("t", apply.clone());
        assert!(matches!(world.propose(first), Told::Accepted(_)));
        world.pass(later);
        let again = world.with_token("t", apply);
        assert_eq!(matches!(world.propose(again), Told::Replayed(..)), replayed, "{later}");
        assert_eq!(world.state().circuits_len(), if replayed { 2 } else { 3 });
    }
}

#[test]
fn a_token_used_anew_after_its_life_is_the_newer_call() {
    let mut world = World::new(rules());
    let apply = apply_for_circuit();
    let mut outcomes = Vec::new();
    for later in [LIFE_MS, LIFE_MS - 1] {
        let call = world.with_token("t", apply.clone());
        outcomes.push(world.propose(call));
        world.pass(later);
    }
    assert_ne!(outcomes[0], outcomes[1]);
    // The older one is forgotten an hour after its life; the newer one is not.
    let again = world.with_token("t", apply);
    let Told::Replayed(outcome, _) = world.propose(again) else { panic!("not a replay") };
    assert_eq!(Told::Accepted(outcome), outcomes[1]);
}

#[test]
fn receipts_are_forgotten_an_hour_after_their_life() {
    let (mut world, circuit) = World::with(Status::Allocated);
    let start = world.wall;
    let confirm = |world: &mut World, token: &str, later: i64| {
        world.wall = start.plus_ms(later);
        let amend = AmendCircuit { circuit, amendment: Box::default(), in_service_too: true };
        let call = world.with_token(token, amend);
        assert_eq!(world.propose(call), Told::Accepted(Outcome::Done));
    };
    confirm(&mut world, "a", 0);
    confirm(&mut world, "b", 3_600_000);
    confirm(&mut world, "c", 3_600_001);
    let due = |at: i64| Some(start.plus_ms(at));
    let hour = 3_600_000;
    assert_eq!(world.state().forgets_at(), due(LIFE_MS + hour));
    world.wall = start;
    world.pass(LIFE_MS + hour - 1);
    assert_eq!(world.state().forgets_at(), due(LIFE_MS + hour));
    world.pass(1);
    // Those made an hour later have ended too, and go with it; a millisecond later, not.
    assert_eq!(world.state().forgets_at(), due(LIFE_MS + 2 * hour + 1));
    world.pass(hour + 1);
    assert_eq!(world.state().forgets_at(), None);
}

#[test]
fn receipts_of_one_batch_are_forgotten_like_any_other() {
    let (mut world, circuit) = World::with(Status::Allocated);
    let amend = || AmendCircuit { circuit, amendment: Box::default(), in_service_too: true };
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
    assert!(world.batch(&batch).iter().all(|told| *told == Told::Accepted(Outcome::Done)));
    world.wall = last;
    assert!(world.state().forgets_at().is_some_and(|at| at <= last));
    world.pass(2 * LIFE_MS);
    assert_eq!(world.state().forgets_at(), None);
}

#[test]
fn a_receipt_says_what_call_it_was() {
    let mut world = World::empty(rules());
    let currency = crate::price::Currency::Usd;
    world.done(OpenAccount { account: OWNER, currency, dialect: None, orderless: false });
    let mut call = world.with_token("t", OpenService {});
    let origin = call.origin.as_mut().expect("a call");
    (origin.request, origin.nonce_mark) = (RequestId(5), 6);
    origin.received_at = Timestamp::from_ms(7);
    assert_eq!(world.propose(call), Told::Accepted(Outcome::Done));
    let made_at = world.wall;
    let [receipt] = world.receipts() else { panic!("one call") };
    assert_eq!((receipt.account, receipt.region, receipt.kind), (OWNER, home(), OpenService::KIND));
    assert_eq!((receipt.request, receipt.nonce_mark), (RequestId(5), 6));
    assert_eq!((receipt.made_at, receipt.received_at), (made_at, Timestamp::from_ms(7)));
    assert_eq!(receipt.token.as_deref(), Some("t"));
}

/// A wall that steps back must not find a token that was forgotten and yet lives.
#[test]
fn a_forgotten_token_buys_again_only_after_its_life_whatever_the_wall_shows() {
    let (mut world, _) = World::with(Status::Confirmed);
    let theirs = GivenCircuit { account: OTHER, ..given(Status::Confirmed) };
    let theirs = world.give(theirs, "pc-b");
    let start = world.wall;
    let apply = apply_for_circuit();
    let first = world.with_token("t", apply.clone());
    let told = world.propose(first);
    let mut other = world.with_token(
        "t",
        AmendCircuit { circuit: theirs, amendment: Box::default(), in_service_too: true },
    );
    (other.wall, origin_of(&mut other).account) = (start.plus_ms(1), OTHER);
    world.propose(other);
    // Nothing is due of anybody, so forgetting alone tells that time has passed.
    world.pass(LIFE_MS + 3_600_000);
    assert_eq!(world.state().forgets_at(), None);
    assert_eq!(world.state().latest(OWNER), start.plus_ms(LIFE_MS));
    assert_eq!(world.state().latest(OTHER), start.plus_ms(LIFE_MS + 1));
    for later in [3_600_000, LIFE_MS - 1] {
        world.wall = start.plus_ms(later);
        let again = world.with_token("t", apply.clone());
        let again = world.propose(again);
        assert!(matches!(again, Told::Accepted(_) | Told::Replayed(..)), "{again:?}");
        assert_ne!(again, told);
    }
    let [again] = world.receipts() else { panic!("the second call alone is remembered") };
    assert_eq!(again.made_at, start.plus_ms(LIFE_MS));
    assert_eq!(world.state().circuits_len(), 4);
}

/// The call after the last millisecond of its life finds nothing, forgotten or not.
#[test]
fn whether_a_receipt_is_forgotten_after_its_life_makes_no_difference() {
    for idle in [LIFE_MS, LIFE_MS + 3_600_000] {
        let (mut world, circuit) = World::with(Status::Confirmed);
        let start = world.wall;
        let month = world.with_token("t", order(circuit, MONTH, false));
        assert!(matches!(world.propose(month), Told::Accepted(_)));
        world.pass(idle);
        let forgotten = world.state().forgets_at().is_none();
        assert_eq!(forgotten, idle > LIFE_MS);
        let again = world.with_token("t", order(circuit, MONTH, true));
        assert!(matches!(world.propose(again), Told::Accepted(_)), "{idle}");
        let newest = world.receipts().last().expect("just made");
        assert_eq!(newest.made_at, start.plus_ms(idle));
    }
}
