//! Circuits: applied for, amended, moved along, deleted, given, and what waits for whom.

use super::rig::*;
use crate::catalogue::{AccessPoint, LineOperator, PortType};
use crate::circuit::{
    BusinessStatus, CircuitState, CircuitWords, Event, GivenCircuit, LoaStatus, Locks, Particulars,
    Status, step,
};
use crate::command::{
    AmendCircuit, Amendment, ApplyForCircuit, CarrierEvent, ConfirmCircuit, DeleteCircuit,
    DownDelay, GiveCircuits, OpenAccount, OpenService, RenewCircuit, TerminateCircuit, TopUp,
};
use crate::id::CircuitId;
use crate::order::{CancelCause, OrderStatus};
use crate::price::{Currency, Money};
use crate::rules::Kept;
use crate::{Carrier, Command, Outcome, Records as _, Refusal, Rules, period_end};
use std::num::NonZeroU32;

fn applied(world: &mut World) -> CircuitId {
    match world.done(apply_for_circuit()) {
        Outcome::Circuit(id) => id,
        other => panic!("no circuit: {other:?}"),
    }
}

fn event(world: &mut World, circuit: CircuitId, event: Event) -> Told {
    world.ask(CarrierEvent { circuit, event })
}

#[test]
fn an_application_is_what_was_asked_for() {
    let mut world = World::new(rules());
    let id = applied(&mut world);
    let circuit = world.circuit(id).clone();
    assert_eq!((circuit.account, circuit.region), (OWNER, home()));
    assert_eq!((circuit.created_at, circuit.given), (world.wall, false));
    assert_eq!(circuit.particulars, particulars());
    assert_eq!(circuit.state, crate::circuit::CircuitState::born(Status::Initial));
    assert!(id.as_str().starts_with("pc-bp1"), "{id}");
}

#[test]
fn a_call_that_draws_the_same_chance_still_gets_an_id_of_its_own() {
    let mut world = World::new(rules());
    let mut ids = Vec::new();
    for _ in 0..2 {
        let mut proposal = world.proposal(apply_for_circuit());
        proposal.seed = 7;
        let Told::Accepted(Outcome::Circuit(id)) = world.propose(proposal) else {
            panic!("refused")
        };
        ids.push(id);
    }
    assert_eq!(ids, [0, 1].map(|nth| CircuitId::mint(7, nth)), "ids follow from chance");
}

#[test]
fn the_service_opens_once_and_calls_wait_for_it() {
    let mut world = World::empty(rules());
    let apply = apply_for_circuit;
    assert_eq!(world.refused(apply()), Refusal::NoSuchAccount);
    assert_eq!(world.refused(OpenService {}), Refusal::NoSuchAccount);
    let open =
        OpenAccount { account: OWNER, currency: Currency::Usd, dialect: None, orderless: false };
    world.done(open.clone());
    assert_eq!(world.refused(open), Refusal::AccountExists);
    let circuit = world.give(given(Status::Allocated), "pc-a");
    assert_eq!(world.refused(apply()), Refusal::ServiceClosed);
    assert_eq!(
        world.refused(ConfirmCircuit { circuit, needs_service: true }),
        Refusal::ServiceClosed
    );
    world.done(OpenService {});
    assert!(world.account().service_open);
    assert_eq!(world.refused(OpenService {}), Refusal::ServiceOpen);
    world.done(ConfirmCircuit { circuit, needs_service: true });
    assert_eq!(world.status(circuit), Status::Confirmed);
}

/// The rules let two wait.
#[test]
fn a_circuit_waits_from_its_application_until_it_is_enabled_or_ends() {
    let mut world = World::new(rules());
    // Given ones do not count.
    world.give(given(Status::Initial), "pc-given");
    let waiting = |world: &World| world.account().waiting_circuits;
    let (first, second) = (applied(&mut world), applied(&mut world));
    assert_eq!(waiting(&world), 2);
    let apply = apply_for_circuit;
    assert_eq!(world.refused(apply()), Refusal::WaitingCircuitsMax);
    // Refused ones wait no more; handed in again, they do.
    assert_eq!(event(&mut world, first, Event::Reject), Told::Accepted(Outcome::Done));
    assert_eq!(waiting(&world), 1);
    let again = Amendment { name: Some("again".into()), ..Amendment::default() };
    world.done(AmendCircuit { circuit: first, amendment: Box::new(again), in_service_too: true });
    assert_eq!((world.status(first), waiting(&world)), (Status::Initial, 2));
    for event in [Event::Approve, Event::Allocate] {
        world.done(CarrierEvent { circuit: first, event });
    }
    world.done(ConfirmCircuit { circuit: first, needs_service: true });
    assert_eq!(waiting(&world), 2);
    world.placed(order(first, MONTH, true));
    assert_eq!((world.status(first), waiting(&world)), (Status::Enabled, 1));
    assert_eq!(event(&mut world, second, Event::Allocate), Told::Accepted(Outcome::Done));
    world.done(DeleteCircuit { circuit: second, waiting_too: true });
    assert_eq!(waiting(&world), 0);
    applied(&mut world);
    assert_eq!(waiting(&world), 1);
}

#[test]
fn events_that_lead_nowhere_are_refused_and_unknown_circuits_have_none() {
    let (mut world, circuit) = World::with(Status::Rejected);
    assert_eq!(event(&mut world, circuit, Event::Allocate), Told::Refused(Refusal::CircuitState));
    assert_eq!(event(&mut world, id("pc-z"), Event::Unlock), Told::Refused(Refusal::NoSuchCircuit));
    world.done(DeleteCircuit { circuit, waiting_too: true });
    assert_eq!(event(&mut world, circuit, Event::Unlock), Told::Refused(Refusal::NoSuchCircuit));
    assert_eq!(world.refused(TerminateCircuit { circuit }), Refusal::CircuitDeleted);
}

#[test]
fn only_the_carriers_events_have_names_outside() {
    let theirs = [
        "approve",
        "reject",
        "allocate",
        "fail_allocation",
        "approve_loa",
        "reject_loa",
        "finish_construction",
        "lock_financial",
        "lock_security",
        "unlock",
        "unlock_financial",
        "unlock_security",
        "finish_termination",
    ];
    for event in Event::ALL {
        let named = Event::of_carrier(event.text());
        assert_eq!(named, theirs.contains(&event.text()).then_some(*event), "{event:?}");
    }
    assert_eq!(Event::of_carrier("explode"), None);
}

#[test]
fn locks_and_letters_change_and_nothing_else_does() {
    let mut world = World::new(rules());
    let letter = GivenCircuit { loa: Some(LoaStatus::Applying), ..given(Status::Allocated) };
    let circuit = world.give(letter.clone(), "pc-a");
    let refused = world.give(letter, "pc-b");
    let plain = world.give(given(Status::Allocated), "pc-c");
    for (what, locks, loa) in [
        (Event::LockFinancial, Locks::Financial, LoaStatus::Applying),
        (Event::LockSecurity, Locks::Both, LoaStatus::Applying),
        (Event::ApproveLoa, Locks::Both, LoaStatus::Available),
        (Event::UnlockFinancial, Locks::Security, LoaStatus::Available),
        (Event::LockFinancial, Locks::Both, LoaStatus::Available),
        (Event::UnlockSecurity, Locks::Financial, LoaStatus::Available),
        (Event::LockSecurity, Locks::Both, LoaStatus::Available),
        (Event::Unlock, Locks::None, LoaStatus::Available),
    ] {
        let before = world.circuit(circuit).state;
        assert_eq!(event(&mut world, circuit, what), Told::Accepted(Outcome::Done));
        let after = crate::circuit::CircuitState { locks, loa: Some(loa), ..before };
        assert_eq!(world.circuit(circuit).state, after, "{what:?}");
    }
    for circuit in [circuit, plain] {
        for what in [Event::ApproveLoa, Event::RejectLoa] {
            assert_eq!(event(&mut world, circuit, what), Told::Refused(Refusal::LoaState));
        }
    }
    assert_eq!(event(&mut world, refused, Event::RejectLoa), Told::Accepted(Outcome::Done));
    assert_eq!(world.circuit(refused).state.loa, Some(LoaStatus::Rejected));
    assert_eq!(event(&mut world, plain, Event::FinishConstruction), Told::Accepted(Outcome::Done));
    assert_eq!(world.status(plain), Status::Confirmed);
}

#[test]
fn the_automatic_carrier_takes_a_step_every_quarter_of_a_second() {
    let mut world = World::new(Rules { carrier: Carrier::Auto, ..rules() });
    let circuit = applied(&mut world);
    for (status, later) in [
        (Status::Initial, 249),
        (Status::Allocating, 1),
        (Status::Allocating, 249),
        (Status::Allocated, 1),
        (Status::Allocated, DAY_MS),
    ] {
        world.pass(later);
        assert_eq!(world.status(circuit), status);
    }
    world.done(ConfirmCircuit { circuit, needs_service: true });
    world.placed(order(circuit, MONTH, true));
    world.done(TerminateCircuit { circuit });
    for (status, later) in
        [(Status::Terminating, 249), (Status::Terminated, 1), (Status::Terminated, DAY_MS)]
    {
        world.pass(later);
        assert_eq!(world.status(circuit), status);
    }
    world.done(DeleteCircuit { circuit, waiting_too: true });
}

#[test]
fn several_steps_that_are_due_happen_each_at_its_own_instant() {
    let mut world = World::new(Rules { carrier: Carrier::Auto, ..rules() });
    let (first, second) = (applied(&mut world), applied(&mut world));
    world.pass(DAY_MS);
    assert_eq!((world.status(first), world.status(second)), (Status::Allocated, Status::Allocated));
    // An event takes the place of the step that was to come.
    let third = {
        world.done(DeleteCircuit { circuit: second, waiting_too: true });
        applied(&mut world)
    };
    assert_eq!(event(&mut world, third, Event::Reject), Told::Accepted(Outcome::Done));
    world.pass(DAY_MS);
    assert_eq!(world.status(third), Status::Rejected);
    // Handed in again, the carrier begins anew; a lock does not stop it.
    let name = Amendment { name: Some("again".into()), ..Amendment::default() };
    world.done(AmendCircuit {
        circuit: third,
        amendment: Box::new(name.clone()),
        in_service_too: true,
    });
    world.pass(100);
    let due = world.circuit(third).state.wakes_at;
    world.done(CarrierEvent { circuit: third, event: Event::LockFinancial });
    let other = Amendment { name: Some("other".into()), ..name };
    world.done(AmendCircuit { circuit: third, amendment: Box::new(other), in_service_too: true });
    assert_eq!(world.circuit(third).state.wakes_at, due);
    world.pass(150);
    assert_eq!(world.status(third), Status::Allocating);
}

#[test]
fn the_manual_carrier_waits_for_events() {
    let mut world = World::new(rules());
    let circuit = applied(&mut world);
    world.pass(30 * DAY_MS);
    assert_eq!(world.status(circuit), Status::Initial);
    assert_eq!(world.circuit(circuit).state.wakes_at, None);
}

#[test]
fn an_amendment_changes_what_it_names() {
    let (mut world, circuit) = World::with(Status::Enabled);
    let companion = world.give(given(Status::Enabled), "pc-b");
    let text = |text: &str| Some(text.into());
    let all = Amendment {
        line_operator: Some(LineOperator::Equinix),
        port_type: Some(PortType::Base40GLr),
        bandwidth_mbps: Some(40_000),
        redundant: Some(companion),
        name: text("n"),
        description: text("d"),
        peer_location: text("p"),
        circuit_code: text("c"),
        down_delay: DownDelay(Some(500)),
    };
    let before = world.circuit(circuit).state;
    world.done(AmendCircuit { circuit, amendment: Box::new(all), in_service_too: true });
    let words = CircuitWords {
        name: "n".into(),
        description: "d".into(),
        peer_location: "p".into(),
        circuit_code: "c".into(),
        redundant: Some(companion),
        down_delay_ms: 500,
        ..CircuitWords::default()
    };
    let mut wanted = Particulars {
        access_point: AccessPoint::find("ap-cn-hangzhou-yh-B").expect("in the catalogue"),
        line_operator: LineOperator::Equinix,
        port_type: PortType::Base40GLr,
        bandwidth_mbps: 40_000,
        words: Some(Box::new(words.clone())),
    };
    assert_eq!(world.circuit(circuit).particulars, wanted);
    assert_eq!(world.circuit(circuit).state, before);
    world.done(AmendCircuit { circuit, amendment: Box::default(), in_service_too: true });
    assert_eq!(world.circuit(circuit).particulars, wanted);
    let name = Amendment { name: text("m"), ..Amendment::default() };
    world.done(AmendCircuit { circuit, amendment: Box::new(name), in_service_too: true });
    wanted.words = Some(Box::new(CircuitWords { name: "m".into(), ..words }));
    assert_eq!(world.circuit(circuit).particulars, wanted);
}

#[test]
fn words_that_say_nothing_are_not_kept() {
    let (mut world, circuit) = World::with(Status::Allocated);
    for (name, kept) in [("n", true), ("", false)] {
        let name = Amendment { name: Some(name.into()), ..Amendment::default() };
        world.done(AmendCircuit { circuit, amendment: Box::new(name), in_service_too: true });
        assert_eq!(world.circuit(circuit).particulars.words.is_some(), kept);
    }
}

#[test]
fn a_companion_is_ones_own_and_has_a_port() {
    let mut world = World::new(Rules { waiting_circuits_max: 100, ..rules() });
    let circuit = world.give(given(Status::Enabled), "pc-a");
    let mut nth = 0;
    let mut check = |world: &mut World, companion: CircuitId, told: Result<(), Refusal>| {
        nth += 1;
        let words = CircuitWords { redundant: Some(companion), ..CircuitWords::default() };
        let words = Some(Box::new(words));
        let amendment = Amendment { redundant: Some(companion), ..Amendment::default() };
        let particulars = Particulars { words, ..particulars() };
        let commands: [Command; 2] = [
            ApplyForCircuit { particulars, needs_service: true }.into(),
            AmendCircuit { circuit, amendment: Box::new(amendment), in_service_too: true }.into(),
        ];
        for command in commands {
            let got = match world.ask(command) {
                Told::Refused(refusal) => Err(refusal),
                _ => Ok(()),
            };
            assert_eq!(got, told, "companion {nth}");
        }
    };
    for &status in Status::ALL {
        let name = format!("pc-{}", status.text().to_ascii_lowercase().replace(' ', ""));
        let companion = world.give(given(status), &name);
        let ports = [Status::Allocated, Status::Confirmed, Status::Enabled];
        let told = ports.contains(&status).then_some(()).ok_or(Refusal::RedundantCircuitState);
        check(&mut world, companion, told);
    }
    let theirs = GivenCircuit { account: OTHER, ..given(Status::Enabled) };
    let theirs = world.give(theirs, "pc-theirs");
    check(&mut world, theirs, Err(Refusal::OthersCircuit));
    check(&mut world, id("pc-never"), Err(Refusal::NoSuchRedundantCircuit));
    let gone = world.give(given(Status::Allocated), "pc-gone");
    world.done(DeleteCircuit { circuit: gone, waiting_too: true });
    check(&mut world, gone, Err(Refusal::NoSuchRedundantCircuit));
    let itself = Amendment { redundant: Some(circuit), ..Amendment::default() };
    let itself = AmendCircuit { circuit, amendment: Box::new(itself), in_service_too: true };
    assert_eq!(world.refused(itself), Refusal::NoSuchRedundantCircuit);
}

/// Clients say again what a circuit is redundant with when they rename it.
#[test]
fn a_companion_that_has_ended_since_is_no_change() {
    let (mut world, circuit) = World::with(Status::Enabled);
    let companion = world.give(given(Status::Enabled), "pc-companion");
    let amend = |name: &str| {
        let amendment = Amendment {
            name: Some(name.into()),
            redundant: Some(companion),
            ..Amendment::default()
        };
        AmendCircuit { circuit, amendment: Box::new(amendment), in_service_too: true }
    };
    world.done(amend("first"));
    world.done(TerminateCircuit { circuit: companion });
    world.done(amend("second"));
    world.done(TerminateCircuit { circuit });
    assert_eq!(world.refused(amend("third")), Refusal::CircuitState);
}

#[test]
fn a_specification_changes_before_a_circuit_is_approved_and_while_it_serves() {
    let mut world = World::new(Rules { waiting_circuits_max: 100, ..rules() });
    let companion = world.give(given(Status::Enabled), "pc-companion");
    let present = PortType::Base1000Lx;
    let another = PortType::Base10GLr;
    let changes = |port: Option<PortType>, redundant: Option<CircuitId>| {
        Box::new(Amendment { port_type: port, redundant, ..Amendment::default() })
    };
    for &status in Status::ALL {
        for in_service_too in [false, true] {
            let name = format!("pc-{status:?}{in_service_too}").to_ascii_lowercase();
            let circuit = world.give(given(status), &name);
            assert_eq!(world.circuit(circuit).particulars.port_type, present);
            let amend = |amendment| AmendCircuit { circuit, amendment, in_service_too };
            let words = step(CircuitState::born(status), Event::Amend);
            if words.is_ok() && status != Status::Rejected {
                // What it is already, clients say again.
                world.done(amend(changes(Some(present), None)));
            }
            let may = match status {
                Status::Initial | Status::Rejected => true,
                Status::Enabled => in_service_too,
                _ => false,
            };
            for amendment in [changes(Some(another), None), changes(None, Some(companion))] {
                let refused = Told::Refused(Refusal::CircuitState);
                let meant = if may { Told::Accepted(Outcome::Done) } else { refused };
                assert_eq!(world.ask(amend(amendment)), meant, "{status:?}");
            }
            let port = world.circuit(circuit).particulars.port_type;
            assert_eq!(port, if may { another } else { present }, "{status:?}");
        }
    }
}

#[test]
fn another_port_of_a_circuit_in_service_is_paid_from_the_next_term_on() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let first = world.placed(order(circuit, MONTH, true));
    let port_type = Some(PortType::Base10GLr);
    let amendment = Box::new(Amendment { port_type, ..Amendment::default() });
    let before = world.account().balance;
    world.done(AmendCircuit { circuit, amendment, in_service_too: true });
    assert_eq!(world.account().balance, before);
    let kept = Kept::Since2024;
    let next = world.placed(RenewCircuit { circuit, months: NonZeroU32::MIN, kept });
    assert!(next.amount > first.amount, "{next:?}");
}

#[test]
fn a_deleted_circuit_takes_its_unpaid_order_with_it() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let unpaid = world.placed(order(circuit, MONTH, false));
    world.done(DeleteCircuit { circuit, waiting_too: true });
    let gone = *world.order(unpaid.id);
    assert_eq!(
        (gone.status, gone.cancel_cause),
        (OrderStatus::Cancelled, Some(CancelCause::Circuit))
    );
    let state = world.circuit(circuit).state;
    assert!(state.deleted && state.open_order.is_none());
    assert_eq!(
        world.refused(DeleteCircuit { circuit, waiting_too: true }),
        Refusal::CircuitDeleted
    );
    world.pass(30 * DAY_MS);
    assert_eq!(world.order(unpaid.id).cancel_cause, Some(CancelCause::Circuit));
}

#[test]
fn given_circuits_are_as_they_are_given_and_have_run_if_they_were_enabled() {
    let mut world = World::new(rules());
    for &status in Status::ALL {
        let name = format!("pc-{}", status.text().to_ascii_lowercase().replace(' ', ""));
        let business = BusinessStatus::SecurityLocked;
        let loa = Some(LoaStatus::Accept);
        let circuit = world.give(GivenCircuit { loa, business, ..given(status) }, &name);
        let state = world.circuit(circuit).state;
        let served = [Status::Enabled, Status::Terminating, Status::Terminated].contains(&status);
        let since = served.then_some(world.wall);
        assert_eq!((state.status, state.locks.business(), state.loa), (status, business, loa));
        assert_eq!(state.enabled_at, since, "{status:?}");
        assert_eq!(state.ends_at, since.and_then(|at| period_end(at, 1)), "{status:?}");
        assert!(world.circuit(circuit).given);
    }
    assert_eq!(world.account().waiting_circuits, 0);
    world.pass(30 * DAY_MS);
    assert_eq!(world.status(id("pc-initial")), Status::Initial);
}

#[test]
fn no_id_is_given_twice() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let before = world.state().circuits_len();
    for ids in [vec![circuit], vec![id("pc-b"), circuit], vec![id("pc-b"), id("pc-b")]] {
        let command = GiveCircuits { given: Box::new(given(Status::Initial)), ids };
        assert_eq!(world.refused(command), Refusal::CircuitExists);
    }
    assert_eq!(world.state().circuits_len(), before);
    let nobody = GivenCircuit { account: crate::AccountId(9), ..given(Status::Initial) };
    let command = GiveCircuits { given: Box::new(nobody), ids: vec![id("pc-b")] };
    assert_eq!(world.refused(command), Refusal::NoSuchAccount);
}

#[test]
fn top_ups_add_up_and_overflow_is_refused() {
    let mut world = World::new(rules());
    world.done(TopUp { account: OWNER, amount: Money(1) });
    assert_eq!(world.account().balance, Money(10_000_001));
    assert_eq!(
        world.refused(TopUp { account: OWNER, amount: Money(i64::MAX) }),
        Refusal::AmountTooLarge
    );
    let nobody = crate::AccountId(9);
    assert_eq!(world.refused(TopUp { account: nobody, amount: Money(1) }), Refusal::NoSuchAccount);
    assert_eq!(world.state().account(&OTHER).expect("it was opened").balance, Money(0));
}
