//! Sets of circuits: all are there, or none; and a try leaves nothing behind.

use super::rig::*;
use crate::catalogue::Region;
use crate::circuit::Status;
use crate::command::{ApplyForCircuits, OfSet, OpenAccount};
use crate::price::Currency;
use crate::rules::Carrier;
use crate::{Command, Outcome, Refusal, Rules};

pub fn applied(regions: &[Region], dry_run: bool) -> ApplyForCircuits {
    let of = |region: &Region| OfSet { region: *region, particulars: particulars() };
    ApplyForCircuits { set: regions.iter().map(of).collect(), dry_run, silent: false }
}

/// Commands, no two of which are the same call.
pub fn commands() -> Vec<Command> {
    vec![
        applied(&[home()], false).into(),
        applied(&[home()], true).into(),
        applied(&[home(), home()], false).into(),
        applied(&[home(), away()], false).into(),
    ]
}

/// Commands, and what the release that brought them printed for each.
pub fn kept_prints() -> Vec<(Command, &'static str, u128)> {
    vec![(
        applied(&[home(), away()], false).into(),
        "apply_for_circuits",
        212_091_477_794_636_697_477_704_038_620_418_129_065,
    )]
}

#[test]
fn all_circuits_of_a_set_come_to_be_each_in_its_region() {
    let mut world = World::new(Rules { carrier: Carrier::Auto, ..rules() });
    let told = world.done(applied(&[home(), away()], false));
    let Outcome::Circuits { first, count: 2 } = told else { panic!("{told:?}") };
    let second = first.sibling(1);
    assert_eq!(world.circuit(first).region, home());
    assert_eq!(world.circuit(second).region, away());
    world.pass(DAY_MS);
    for id in [first, second] {
        assert_eq!(world.circuit(id).state.status, Status::Allocated);
    }
}

#[test]
fn a_set_that_has_no_room_leaves_nothing_behind() {
    let mut world = World::new(rules());
    let three = applied(&[home(), home(), away()], false);
    assert_eq!(world.refused(three), Refusal::WaitingCircuitsMax);
    assert_eq!(world.state().circuits().count(), 0);
}

#[test]
fn a_try_says_whether_it_could_be_done_and_does_nothing() {
    let mut world = World::new(rules());
    assert_eq!(world.refused(applied(&[home(), home()], true)), Refusal::DryRun);
    let three = applied(&[home(), home(), away()], true);
    assert_eq!(world.refused(three.clone()), Refusal::WaitingCircuitsMax);
    let silent = ApplyForCircuits { silent: true, ..three };
    assert_eq!(world.refused(silent.clone()), Refusal::DryRunOverQuota);
    assert_eq!(world.state().circuits().count(), 0);
    let mut world = World::empty(rules());
    let (account, currency) = (OWNER, Currency::Usd);
    world.done(OpenAccount { account, currency, dialect: None, orderless: false });
    assert_eq!(world.refused(silent), Refusal::DryRunWithoutService);
    assert_eq!(world.state().circuits().count(), 0);
}

#[test]
fn outbound_traffic_must_be_billed() {
    let mut world = World::empty(rules());
    let (account, currency) = (OWNER, Currency::Usd);
    world.done(OpenAccount { account, currency, dialect: None, orderless: false });
    assert_eq!(world.refused(applied(&[home()], false)), Refusal::ServiceClosed);
}
