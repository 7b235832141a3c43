//! What is refused where an access point does not offer everything.

use super::rig::*;
use super::routers::{amended, made};
use crate::catalogue::{AccessPoint, PortType};
use crate::circuit::{Particulars, Status};
use crate::command::{
    ApplyForCircuit, ApplyForCircuits, EnableCircuit, OfSet, OpenAccount, OpenService,
    PlaceSetupOrder, TopUp,
};
use crate::offers::{AccessPointStatus, Offer, Offers};
use crate::price::{Currency, Money};
use crate::rules::Kept;
use crate::{Command, Outcome, Refusal, Rules};

/// Two access points of [`home`]; circuits are at the first, unless they say otherwise.
fn points() -> [AccessPoint; 2] {
    ["ap-cn-hangzhou-yh-B", "ap-cn-hangzhou-jg-B"].map(|id| AccessPoint::find(id).expect("known"))
}

/// A world whose access points offer what these changes leave of everything.
fn world(changes: &[(AccessPoint, &dyn Fn(Offer) -> Offer)]) -> World {
    let mut offers = Offers::default();
    for (point, change) in changes {
        *offers.at_mut(*point) = change(*offers.at(*point));
    }
    World::new(Rules { offers, ..rules() })
}

fn stands(status: AccessPointStatus) -> impl Fn(Offer) -> Offer {
    move |offer| Offer { status, ..offer }
}

fn apply(point: AccessPoint) -> ApplyForCircuit {
    let particulars = Particulars { access_point: point, ..particulars() };
    ApplyForCircuit { particulars, needs_service: true }
}

fn setup(point: AccessPoint) -> PlaceSetupOrder {
    PlaceSetupOrder { particulars: apply(point).particulars, pay_now: false }
}

fn set(points: &[AccessPoint]) -> ApplyForCircuits {
    let of = |point: &AccessPoint| {
        let particulars = apply(*point).particulars;
        OfSet { region: home(), particulars }
    };
    ApplyForCircuits { set: points.iter().map(of).collect(), dry_run: false, silent: false }
}

#[test]
fn nobody_applies_where_an_access_point_is_disabled_or_full_or_has_no_such_port() {
    let [one, other] = points();
    let lacks = |offer: Offer| offer.without(particulars().port_type);
    let disabled = stands(AccessPointStatus::Disabled);
    let full = stands(AccessPointStatus::Full);
    let cases: [(&dyn Fn(Offer) -> Offer, Refusal); 3] = [
        (&disabled, Refusal::AccessPointDisabled),
        (&full, Refusal::AccessPointFull),
        (&lacks, Refusal::NoSuchPort),
    ];
    for (change, refusal) in cases {
        let mut world = world(&[(one, change)]);
        assert_eq!(world.refused(apply(one)), refusal);
        assert_eq!(world.refused(setup(one)), refusal);
        assert_eq!(world.refused(set(&[other, one])), refusal);
        let silent = ApplyForCircuits { dry_run: true, silent: true, ..set(&[other, one]) };
        let of_devices = refusal == Refusal::NoSuchPort;
        let without_room = Refusal::DryRunWithoutRoom;
        let kind = if of_devices { Refusal::DryRunWithoutDevice } else { without_room };
        assert_eq!(world.refused(silent), kind);
        // What somebody has there already goes on, and elsewhere it is as ever.
        world.give(given(Status::Confirmed), "pc-a");
        world.placed(order(id("pc-a"), MONTH, true));
        world.done(set(&[other, other]));
    }
}

#[test]
fn one_that_is_hot_or_lacks_other_ports_takes_applications() {
    let [one, _] = points();
    let mut world = world(&[(one, &|offer: Offer| Offer {
        status: AccessPointStatus::Hot,
        ipv6: false,
        without_order: false,
        ..offer.without(PortType::Base10GLr)
    })]);
    world.done(apply(one));
    world.done(setup(one));
}

#[test]
fn a_set_tells_a_closed_region_and_a_full_set_apart() {
    let [one, other] = points();
    let full = stands(AccessPointStatus::Full);
    let mut taken = world(&[(one, &full), (other, &full)]);
    assert_eq!(taken.refused(set(&[one, one])), Refusal::SetFull);
    assert_eq!(taken.refused(set(&[one, other])), Refusal::SetFull);
    let disabled = stands(AccessPointStatus::Disabled);
    let all: Vec<_> = AccessPoint::of(home()).collect();
    let closed: Vec<(AccessPoint, &dyn Fn(Offer) -> Offer)> =
        all.iter().map(|point| (*point, &disabled as &dyn Fn(Offer) -> Offer)).collect();
    let mut closed = world(&closed);
    assert_eq!(closed.refused(set(&[one, other])), Refusal::RegionDisabled);
    assert_eq!(closed.refused(apply(one)), Refusal::AccessPointDisabled);
}

#[test]
fn a_circuit_is_enabled_without_an_order_only_where_its_device_lets_it() {
    let [one, _] = points();
    let mut world = World::empty(Rules {
        offers: {
            let mut offers = Offers::default();
            offers.at_mut(one).without_order = false;
            offers
        },
        ..rules()
    });
    let currency = Currency::Usd;
    world.done(OpenAccount { account: OWNER, currency, dialect: None, orderless: true });
    world.done(TopUp { account: OWNER, amount: Money::units(1000) });
    world.done(OpenService {});
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    let enable = |without_order| -> Command {
        let kept = Kept::Since2024;
        EnableCircuit { circuit, without_order, charge: MONTH, kept, again: false }.into()
    };
    assert_eq!(world.refused(enable(true)), Refusal::DeviceNeedsOrder);
    let Outcome::Order { .. } = world.done(enable(false)) else { panic!("no order") };
}

#[test]
fn routers_are_made_where_the_access_point_is_not_disabled_if_it_is_so_sold() {
    let [one, _] = points();
    let mut world = world(&[(one, &stands(AccessPointStatus::Disabled))]);
    world.give(given(Status::Enabled), "pc-a");
    assert_eq!(world.refused(made("pc-a", 10)), Refusal::AccessPointDisabled);
    let mut unlimited = made("pc-a", 10);
    unlimited.limited = false;
    world.done(unlimited);
}

#[test]
fn a_router_has_ipv6_where_its_access_point_has() {
    let [one, _] = points();
    let no_ipv6 = |offer: Offer| Offer { ipv6: false, ..offer };
    let all: Vec<_> = AccessPoint::of(home()).collect();
    let everywhere: Vec<(AccessPoint, &dyn Fn(Offer) -> Offer)> =
        all.iter().map(|point| (*point, &no_ipv6 as &dyn Fn(Offer) -> Offer)).collect();
    for (changes, refusal) in [
        (vec![(one, &no_ipv6 as &dyn Fn(Offer) -> Offer)], Refusal::DeviceWithoutIpv6),
        (everywhere, Refusal::RegionWithoutIpv6),
    ] {
        let mut world = world(&changes);
        world.give(given(Status::Enabled), "pc-a");
        let mut six = made("pc-a", 10);
        six.ipv6 = true;
        assert_eq!(world.refused(six.clone()), refusal);
        let Outcome::Router(four) = world.done(made("pc-a", 11)) else { panic!("no router") };
        let turned_on = amended(four.as_str(), |amendment| amendment.ipv6 = Some(true));
        assert_eq!(world.refused(turned_on), refusal);
        // One that had it before keeps it.
        six.limited = false;
        let Outcome::Router(had) = world.done(six) else { panic!("no router") };
        world.done(amended(had.as_str(), |amendment| amendment.ipv6 = Some(true)));
    }
}
