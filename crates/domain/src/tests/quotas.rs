//! Who may have a further circuit: how many may stand at an access point, and none while one is
//! overdue.

use super::rig::*;
use crate::catalogue::{AccessPoint, Region};
use crate::circuit::{Event, Particulars, Status};
use crate::command::{
    ApplyForCircuit, ApplyForCircuits, CarrierEvent, DeleteCircuit, OfSet, PlaceSetupOrder,
    RenewCircuit, TerminateCircuit, TopUp,
};
use crate::id::CircuitId;
use crate::price::Money;
use crate::rules::Kept;
use crate::{Command, Outcome, Refusal, Rules, Timestamp};
use std::num::NonZeroU32;

/// Two may stand at an access point, and as many wait as like.
fn world() -> World {
    World::new(Rules { waiting_circuits_max: 100, access_point_circuits_max: 2, ..rules() })
}

fn at(point: AccessPoint) -> Particulars {
    Particulars { access_point: point, ..particulars() }
}

fn apply(point: AccessPoint) -> Command {
    ApplyForCircuit { particulars: at(point), needs_service: true }.into()
}

/// Two access points of [`home`].
fn points() -> [AccessPoint; 2] {
    let mut points = AccessPoint::all().filter(|point| point.facts().region == home().id());
    std::array::from_fn(|_| points.next().expect("it has several"))
}

fn applied(world: &mut World, point: AccessPoint) -> CircuitId {
    let Outcome::Circuit(id) = world.done(apply(point)) else { panic!("no circuit") };
    id
}

fn set(points: &[AccessPoint]) -> ApplyForCircuits {
    let of = |point: &AccessPoint| OfSet { region: home(), particulars: at(*point) };
    ApplyForCircuits { set: points.iter().map(of).collect(), dry_run: false, silent: false }
}

#[test]
fn two_circuits_of_an_account_may_stand_at_an_access_point() {
    let mut world = world();
    let [one, other] = points();
    // Given ones do not count.
    for name in ["pc-a", "pc-b"] {
        world.give(given(Status::Enabled), name);
    }
    let (first, second) = (applied(&mut world, one), applied(&mut world, one));
    let setup = |point| PlaceSetupOrder { particulars: at(point), pay_now: false };
    assert_eq!(world.refused(apply(one)), Refusal::AccessPointCircuitsMax);
    assert_eq!(world.refused(setup(one)), Refusal::AccessPointCircuitsMax);
    assert_eq!(world.refused(set(&[one, other])), Refusal::AccessPointCircuitsMax);
    world.done(setup(other));
    // What is refused, or deleted, makes room.
    world.done(CarrierEvent { circuit: first, event: Event::Reject });
    let third = applied(&mut world, one);
    assert_eq!(world.refused(apply(one)), Refusal::AccessPointCircuitsMax);
    world.done(CarrierEvent { circuit: second, event: Event::Allocate });
    world.done(DeleteCircuit { circuit: second, waiting_too: true });
    world.done(set(&[one, other]));
    for point in [one, other] {
        assert_eq!(world.refused(apply(point)), Refusal::AccessPointCircuitsMax);
    }
    assert_eq!(world.status(third), Status::Initial);
}

#[test]
fn a_set_counts_as_many_as_it_has_at_each_access_point() {
    let mut world = world();
    let [one, other] = points();
    assert_eq!(world.refused(set(&[one, other, one, one])), Refusal::AccessPointCircuitsMax);
    world.done(set(&[one, other, one]));
    let dry = ApplyForCircuits { dry_run: true, ..set(&[one]) };
    assert_eq!(world.refused(dry), Refusal::AccessPointCircuitsMax);
    world.done(set(&[other]));
}

#[test]
fn of_several_in_one_batch_the_first_two_are_taken() {
    let mut world = world();
    let [one, _] = points();
    let calls: Vec<_> = (0..4).map(|_| world.proposal(apply(one))).collect();
    let told = world.batch(&calls);
    let taken = told.iter().map(|told| matches!(told, Told::Accepted(_)));
    assert_eq!(taken.collect::<Vec<_>>(), [true, true, false, false]);
    // One that goes in the batch makes room in it.
    let gone = told.iter().find_map(|told| match told {
        Told::Accepted(Outcome::Circuit(id)) => Some(*id),
        _ => None,
    });
    let circuit = gone.expect("two were taken");
    let batch = [
        world.proposal(CarrierEvent { circuit, event: Event::FailAllocation }),
        world.proposal(apply(one)),
        world.proposal(apply(one)),
    ];
    let told = world.batch(&batch);
    assert!(matches!(told[1], Told::Accepted(_)));
    assert_eq!(told[2], Told::Refused(Refusal::AccessPointCircuitsMax));
}

#[test]
fn any_number_may_stand_where_no_limit_is_set() {
    let mut world = World::new(Rules { waiting_circuits_max: 100, ..rules() });
    for _ in 0..5 {
        applied(&mut world, points()[0]);
    }
}

fn until(world: &mut World, instant: &str) {
    let instant = Timestamp::parse(instant).expect("a test instant");
    world.pass(instant.ms() - world.now().ms());
}

#[test]
fn no_circuit_is_applied_for_while_another_is_past_its_end() {
    let mut world = world();
    let [one, _] = points();
    let away: Region = away();
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    // One that was put there in service does not end by itself.
    world.give(given(Status::Enabled), "pc-b");
    world.placed(order(circuit, MONTH, true));
    until(&mut world, "2026-12-22T15:59:59Z");
    applied(&mut world, one);
    until(&mut world, "2026-12-22T16:00:00Z");
    assert_eq!(world.refused(apply(one)), Refusal::CircuitOverdue);
    // Wherever.
    let mut call = world.proposal(apply(one));
    call.origin.as_mut().expect("a caller gives it").region = away;
    assert_eq!(world.propose(call), Told::Refused(Refusal::CircuitOverdue));
    assert_eq!(world.refused(set(&[one])), Refusal::CircuitOverdue);
    let setup = PlaceSetupOrder { particulars: at(one), pay_now: false };
    assert_eq!(world.refused(setup), Refusal::CircuitOverdue);
    // In one batch it is renewed, and another applied for.
    world.done(TopUp { account: OWNER, amount: Money::units(1000) });
    let renew = RenewCircuit { circuit, months: NonZeroU32::MIN, kept: Kept::Since2024 };
    let batch = [world.proposal(renew), world.proposal(apply(one))];
    assert!(world.batch(&batch).iter().all(|told| matches!(told, Told::Accepted(_))));
}

#[test]
fn one_that_is_locked_for_want_of_payment_is_overdue_until_it_is_paid_or_ended() {
    let mut world = world();
    let [one, other] = points();
    let circuit = world.give(given(Status::Enabled), "pc-a");
    world.done(CarrierEvent { circuit, event: Event::LockSecurity });
    applied(&mut world, one);
    world.done(CarrierEvent { circuit, event: Event::LockFinancial });
    assert_eq!(world.refused(apply(one)), Refusal::CircuitOverdue);
    world.done(CarrierEvent { circuit, event: Event::UnlockFinancial });
    applied(&mut world, one);
    world.done(CarrierEvent { circuit, event: Event::LockFinancial });
    world.done(TerminateCircuit { circuit });
    applied(&mut world, other);
}
