//! One behaviour: whatever is settled through a store, in batches as they fall and across
//! restarts, comes to what [`domain::settle`] comes to when it decides one proposal after the other
//! on a plain state in memory.
//!
//! The suite knows a store by its [`Bench`] alone, and has no protocol of its own to agree with. A
//! failing run prints its seed; `CROSSCONNECT_SEED=…` plays it again.

mod bench;
mod hosted;
mod letters;
mod model;
mod play;
mod routers;
mod wishes;

use crate::{Fault, WorldChange, WorldRefusal};
pub use bench::{Bench, Open};
use domain::circuit::Status;
use domain::command::{AmendCircuit, Amendment, CancelOrder, PlaceOccupancyOrder, Shortfall, Wake};
use domain::order::{Charge, Order, OrderStatus};
use domain::price::{Cycle, Term};
use domain::receipt::{Origin, TOKEN_LIFE_MS};
use domain::{
    AccountId, Carrier, CircuitId, Command, OrderId, Outcome, Proposal, Query, RequestId, Rules,
    Timestamp, Verdict, sandbox,
};
use play::Play;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use std::hash::{BuildHasher, Hasher, RandomState};
use wishes::{Act, HOUR_MS, START, Sight, Step, Wish, steps};

/// Makes a test of each promise, for the stores that a function makes: see [`Open`].
#[macro_export]
macro_rules! contract {
    ($open:path) => {
        $crate::contract! { $open =>
            a_store_in_any_batches_and_restarts_comes_to_what_one_by_one_in_memory_does,
            a_circuit_amended_in_a_batch_still_moves_by_itself_in_it,
            tokens_that_end_at_several_times_are_all_forgotten_at_once,
            a_look_does_not_wait_for_receipts_to_be_forgotten,
            after_a_move_of_the_clock_what_is_due_happens_to_whoever_is_asked_about,
            a_wall_that_steps_back_never_finds_a_forgotten_token_dead,
            a_closed_store_says_that_nothing_happened,
            a_world_put_back_knows_its_tokens_and_gives_no_number_twice,
            a_removed_world_takes_no_more_and_the_next_of_its_name_is_new,
        }
    };
    ($open:path => $($promise:ident),+ $(,)?) => {
        $(
            #[test]
            fn $promise() {
                $crate::contract::$promise(&$open);
            }
        )+
    };
}

/// The seed to be played again, or chance: what maps are seeded with will do.
fn seed() -> u64 {
    let seed = std::env::var("CROSSCONNECT_SEED").ok();
    let drawn = || RandomState::new().build_hasher().finish();
    seed.map_or_else(drawn, |text| text.parse().expect("a number"))
}

/// So many stores are played with.
const CASES: u32 = 64;

/// As its name says.
pub fn a_store_in_any_batches_and_restarts_comes_to_what_one_by_one_in_memory_does(open: &Open) {
    let seed = seed();
    let config = ProptestConfig {
        cases: CASES,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let any_steps = (steps(), any::<bool>(), prop::bool::weighted(0.8));
    let ran = TestRunner::new(config).run(&any_steps, |(steps, delayed, filled)| {
        let rules = Rules {
            carrier: if delayed { Carrier::Manual } else { Carrier::Auto },
            enable_delay_ms: if delayed { 36 * HOUR_MS } else { 0 },
            unpaid_life_ms: 72 * HOUR_MS,
            stop_after_s: 100_000,
            release_after_s: 100_000,
            waiting_circuits_max: 3,
            ..Rules::default()
        };
        play(open, rules, filled, &steps).end();
        Ok(())
    });
    if let Err(failure) = ran {
        panic!("CROSSCONNECT_SEED={seed}\n{failure}");
    }
}

/// A store to which these steps have happened.
fn play(open: &Open, rules: Rules, filled: bool, steps: &[Step]) -> Play {
    let mut play = Play::begin(open, rules, filled);
    for step in steps {
        play.step(step);
    }
    play
}

/// The place of the sandbox's circuit of this status among all.
fn place_of(status: Status) -> u8 {
    let place = Status::ALL.iter().position(|it| *it == status).expect("every status is there");
    u8::try_from(place).expect("few")
}

/// An order for the sandbox's Confirmed circuit.
fn place(pay_now: bool) -> Wish {
    let circuit = place_of(Status::Confirmed);
    Wish::of(Act::Place { circuit, charge: Some(1), pay_now, shortfall: false })
}

/// Found by the random steps: a circuit whose words changed in a batch was forgotten by its clock.
pub fn a_circuit_amended_in_a_batch_still_moves_by_itself_in_it(open: &Open) {
    let rules = Rules { enable_delay_ms: 36 * HOUR_MS, ..Rules::default() };
    let confirmed = place_of(Status::Confirmed);
    let batch = [Act::Amend(confirmed, 1), Act::MoveClock(40), Act::Terminate(confirmed)];
    let steps =
        [Step::Settle(vec![place(true)]), Step::Settle(batch.map(Wish::of).into_iter().collect())];
    let play = play(open, rules, true, &steps);
    let moved = &play.peek(0).circuits[usize::from(confirmed)];
    assert_eq!(moved.state.status, Status::Terminating);
    play.end();
}

/// Found by the random steps: of tokens that ended at several times, some were left.
pub fn tokens_that_end_at_several_times_are_all_forgotten_at_once(open: &Open) {
    let delete = Wish::of(Act::Delete(place_of(Status::Confirmed)));
    let confirm = Wish::of(Act::Confirm(place_of(Status::Allocated)));
    let steps = [
        Step::Settle(vec![place(false).with_token(0)]),
        Step::Settle(vec![delete.with_token(1).later(2 * HOUR_MS)]),
        Step::Settle(vec![
            confirm.with_token(2).later(2 * HOUR_MS),
            Wish::of(Act::MoveClock(119)),
            Wish::of(Act::MoveClock(70)),
        ]),
        Step::Tidy,
    ];
    let play = play(open, Rules::default(), true, &steps);
    assert_eq!(play.world(0).forgets_at(), None, "all of them had ended");
    play.end();
}

/// Found by the simulator: with a full queue a look was refused for the sake of old receipts.
pub fn a_look_does_not_wait_for_receipts_to_be_forgotten(open: &Open) {
    let steps = [Step::Settle(vec![place(true).with_token(0)])];
    let play = play(open, Rules::default(), true, &steps);
    let world = play.world(0);
    let at = START.plus_ms(TOKEN_LIFE_MS + 2 * HOUR_MS);
    assert!(world.forgets_at().is_some_and(|from| from <= at), "receipts are to be forgotten");
    play.bench.hold(&mut |store| {
        let mut look = store.look(&world, at, Query::Account(sandbox::RICH));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(look.as_mut().poll(&mut context).is_ready(), "nobody else's turn is needed");
    });
}

/// As its name says, and to nobody else; nor when the store was opened again meanwhile.
pub fn after_a_move_of_the_clock_what_is_due_happens_to_whoever_is_asked_about(open: &Open) {
    let poors = u8::try_from(Status::ALL.len()).expect("few");
    let poor = Act::Place { circuit: poors, charge: Some(1), pay_now: false, shortfall: false };
    let poor = Wish { account: sandbox::POOR, ..Wish::of(poor) };
    let move_on = Step::Settle(vec![Wish::of(Act::MoveClock(24 * 8))]);
    let steps = [Step::Settle(vec![place(false), poor]), move_on];
    for restarts in [false, true] {
        let mut play = play(open, Rules::default(), true, &steps);
        if restarts {
            play.open_again();
        }
        let open = |play: &Play| {
            let orders = play.peek(0).orders;
            let open = orders.iter().filter(|order| order.status == OrderStatus::Unpaid);
            open.map(|order| order.account).collect::<Vec<_>>()
        };
        assert_eq!(open(&play), [sandbox::RICH, sandbox::POOR], "nobody was asked about");
        play.step(&Step::Look(Sight::of(sandbox::POOR)));
        assert_eq!(open(&play), [sandbox::RICH]);
        play.step(&Step::Settle(vec![Wish::of(Act::Wake(1))]));
        assert_eq!(open(&play), [sandbox::RICH]);
        play.step(&Step::Look(Sight::of_everybody()));
        assert_eq!(open(&play), []);
        play.end();
    }
}

/// A call of an account.
fn call(account: AccountId, wall: Timestamp, token: &str, command: impl Into<Command>) -> Proposal {
    let origin = Origin {
        account,
        region: sandbox::region(),
        token: Some(token.into()),
        request: RequestId(1),
        nonce_mark: 1,
        received_at: wall,
    };
    Proposal { wall, seed: 0, origin: Some(origin), command: command.into() }
}

/// An order for the sandbox's Confirmed circuit, to be paid later.
fn unpaid() -> PlaceOccupancyOrder {
    PlaceOccupancyOrder {
        circuit: CircuitId::new("pc-sandboxconfirmed").expect("well formed"),
        charge: Charge::PrePaid(Term { count: 1, cycle: Cycle::Month }),
        pay_now: false,
        auto_renew: false,
        kept: domain::Kept::Since2024,
        auto_renew_months: 1,
        shortfall: Shortfall::Cancel,
    }
}

fn amend(circuit: &str) -> AmendCircuit {
    let amendment = Amendment { name: Some("named".into()), ..Amendment::default() };
    let circuit = CircuitId::new(circuit).expect("well formed");
    AmendCircuit { circuit, amendment: Box::new(amendment), in_service_too: true }
}

/// As its name says, nor after a restart: what was bought under it would be bought once more, as if
/// there had been no first time.
pub fn a_wall_that_steps_back_never_finds_a_forgotten_token_dead(open: &Open) {
    let order = unpaid();
    for restarts in [false, true] {
        let mut play = play(open, Rules::default(), true, &[]);
        let first = play.propose(0, call(sandbox::RICH, START, "token", order.clone()));
        let Verdict::Accepted(Outcome::Order { order: first, .. }) = first else {
            panic!("the circuit is free: {first:?}")
        };
        let cancel = call(sandbox::RICH, START, "other", CancelOrder { order: first });
        assert!(matches!(play.propose(0, cancel), Verdict::Accepted(_)));
        let ends = START.plus_ms(TOKEN_LIFE_MS);
        // Somebody else calls a week later, so that the nonces of now need not be kept either.
        let amend = call(sandbox::POOR, ends, "another", amend("pc-sandboxpoor"));
        assert!(matches!(play.propose(0, amend), Verdict::Accepted(_)));
        play.bench.store().tidy(ends.plus_ms(2 * HOUR_MS));
        // Whatever is proposed next comes after that.
        let command = Wake { account: AccountId(0) }.into();
        play.propose(0, Proposal { wall: START, seed: 0, origin: None, command });
        let forgets = play.world(0).forgets_at();
        assert!(forgets > Some(ends), "only the last is still known: {forgets:?}");
        if restarts {
            play.open_again();
        }
        let again = call(sandbox::RICH, START.plus_ms(HOUR_MS), "token", order.clone());
        let made_at = |id: OrderId| {
            let orders = play.peek(0).orders;
            orders.iter().find(|order| order.id == id).map(|order: &Order| order.created_at)
        };
        match play.propose(0, again) {
            // A start may find again what was kept for its nonce.
            Verdict::Replayed(Outcome::Order { order, .. }, _) if restarts => {
                assert_eq!(order, first);
            }
            Verdict::Accepted(Outcome::Order { order, .. }) => {
                assert!(made_at(order) >= Some(ends), "its token lives");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// As its name says.
pub fn a_closed_store_says_that_nothing_happened(open: &Open) {
    let mut play = play(open, Rules::default(), true, &[]);
    let world = play.world(0);
    assert!(play.bench.store().ready());
    play.bench.store().close();
    assert!(!play.bench.store().ready());
    let command: Command = Wake { account: sandbox::RICH }.into();
    let proposal = Proposal { wall: START, seed: 0, origin: None, command };
    let told = play.wait(play.bench.store().settle(&world, proposal));
    assert_eq!(told, Err(Fault::Closed));
    let told = play.wait(play.bench.store().open_world("another"));
    assert!(matches!(told, Err(Fault::Closed)), "{told:?}");
    play.open_again();
    assert!(play.bench.store().ready() && play.bench.store().world("another").is_none());
}

/// As its name says.
pub fn a_world_put_back_knows_its_tokens_and_gives_no_number_twice(open: &Open) {
    let mut play = play(open, Rules::default(), true, &[]);
    let world = play.world(0).id;
    let order = |play: &Play, token| play.propose(0, call(sandbox::RICH, START, token, unpaid()));
    let save = |name: &str| WorldChange::Save {
        world,
        snapshot: name.into(),
        replace: false,
        wall: START,
    };
    let restore = |name: &str| WorldChange::Restore { world, snapshot: name.into(), wall: START };
    assert_eq!(play.change(save("free")), Ok(()));
    let Verdict::Accepted(Outcome::Order { order: first, .. }) = order(&play, "first") else {
        panic!("the circuit is free")
    };
    assert_eq!(play.change(save("ordered")), Ok(()));
    let mut newest = first;
    for restarts in [false, true] {
        assert_eq!(play.change(restore("free")), Ok(()));
        if restarts {
            play.open_again();
        }
        // Its token is not known there, and the circuit is free.
        for token in ["first", "other"] {
            assert_eq!(play.change(restore("free")), Ok(()));
            let told = order(&play, token);
            let Verdict::Accepted(Outcome::Order { order, .. }) = told else { panic!("{told:?}") };
            assert!(order > newest, "{order} was given before");
            newest = order;
        }
        assert_eq!(play.change(restore("ordered")), Ok(()));
        if restarts {
            play.open_again();
        }
        match order(&play, "first") {
            Verdict::Replayed(Outcome::Order { order, .. }, _) => assert_eq!(order, first),
            told => panic!("{told:?}"),
        }
        let told = order(&play, "other");
        assert!(matches!(told, Verdict::Refused(_)), "it has an unpaid order: {told:?}");
    }
}

/// As its name says.
pub fn a_removed_world_takes_no_more_and_the_next_of_its_name_is_new(open: &Open) {
    let mut play = play(open, Rules::default(), true, &[]);
    let (default, other) = (play.world(0), play.world(1));
    let save =
        |world| WorldChange::Save { world, snapshot: "kept".into(), replace: false, wall: START };
    assert_eq!(play.change(save(other.id)), Ok(()));
    assert_eq!(play.change(WorldChange::Remove { world: other.id, wall: START }), Ok(()));
    assert!(other.is_removed() && play.bench.store().world("other").is_none());
    let wake = || Proposal {
        wall: START,
        seed: 0,
        origin: None,
        command: Wake { account: sandbox::RICH }.into(),
    };
    // Whoever is in a batch with it is served all the same.
    let mut asked = Vec::new();
    play.bench.hold(&mut |store| {
        asked = [&other, &default].map(|world| store.settle(world, wake())).into();
    });
    let told: Vec<_> = asked.into_iter().map(|settling| play.wait(settling)).collect();
    assert_eq!(told[0], Err(Fault::Removed));
    assert!(told[1].is_ok(), "{told:?}");
    let found = play.wait(play.bench.store().look(&other, START, Query::IsFilled));
    assert_eq!(found, Err(Fault::Removed));
    let (world, snapshot): (_, Box<str>) = (other.id, "kept".into());
    for change in [
        save(world),
        WorldChange::Restore { world, snapshot: snapshot.clone(), wall: START },
        WorldChange::Discard { world, snapshot: snapshot.clone() },
        WorldChange::Fork { name: "fork".into(), from: world, snapshot: None, wall: START },
        WorldChange::Remove { world, wall: START },
    ] {
        let told = play.wait(play.bench.store().change_world(change.clone()));
        assert!(matches!(told, Err(Fault::Removed)), "{change:?}: {told:?}");
    }
    for restarts in [false, true] {
        if restarts {
            play.open_again();
        }
        let again = play.wait(play.bench.store().open_world("other")).expect("nothing fails");
        let again = again.expect("there may be two");
        assert!(restarts || again.id != other.id, "who holds the one must not meet the other");
        assert_eq!(again.snapshots(), []);
        let found = play.wait(play.bench.store().look(&again, START, Query::IsFilled));
        assert_eq!(found, Ok(domain::Found::IsFilled(false)));
    }
    let default = WorldChange::Remove { world: play.world(0).id, wall: START };
    assert_eq!(play.change(default), Err(WorldRefusal::DefaultWorld));
}
