//! A circuit's life from its order to its release: each thing at its own instant.

use super::rig::*;
use crate::circuit::{BusinessStatus, Event, GivenCircuit, Locks, Status};
use crate::command::{
    CarrierEvent, LoadPrices, PayOrder, PlaceOccupancyOrder, RefundCircuit, RenewCircuit,
    SetRenewal, TerminateCircuit, TopUp,
};
use crate::id::CircuitId;
use crate::order::{CancelCause, Order, OrderKind, OrderStatus};
use crate::price::{Currency, Money};
use crate::query::{Found, Query};
use crate::rules::Kept;
use crate::subscription::Renewal;
use crate::{Outcome, Refusal, Rules, Timestamp, View as _};
use std::num::NonZeroU32;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a test instant")
}

fn months(months: u32) -> NonZeroU32 {
    NonZeroU32::new(months).expect("not zero")
}

fn renew(circuit: CircuitId, more: u32) -> RenewCircuit {
    RenewCircuit { circuit, months: months(more), kept: Kept::Since2024 }
}

fn set(circuit: CircuitId, renewal: Renewal) -> SetRenewal {
    SetRenewal { circuits: vec![circuit], renewal }
}

/// A circuit in service since 2026-11-22 16:00 in UTC+8, for a month: until the 23rd of December.
fn served(auto_renew: bool) -> (World, CircuitId) {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let first = order(circuit, MONTH, true);
    world.placed(PlaceOccupancyOrder { auto_renew, auto_renew_months: 2, ..first });
    assert_eq!(ends(&world, circuit), at("2026-12-22T16:00:00Z"));
    (world, circuit)
}

fn ends(world: &World, circuit: CircuitId) -> Timestamp {
    world.circuit(circuit).state.ends_at.expect("it is paid for")
}

/// Lets time pass until an instant.
fn until(world: &mut World, instant: &str) {
    let ms = at(instant).ms() - world.wall.ms();
    world.pass(ms);
}

fn orders(world: &World) -> Vec<Order> {
    let mut orders: Vec<_> = world.state().orders_of(OWNER).copied().collect();
    orders.reverse();
    orders
}

#[test]
fn a_circuit_that_nobody_renews_runs_on_is_stopped_and_is_released() {
    let (mut world, circuit) = served(false);
    for (before, after, locks, deleted) in [
        ("2026-12-22T15:59:59Z", "2026-12-22T16:00:00Z", Locks::None, false),
        ("2027-01-06T15:59:59Z", "2027-01-06T16:00:00Z", Locks::Financial, false),
        ("2027-01-13T15:59:59Z", "2027-01-13T16:00:00Z", Locks::Financial, true),
    ] {
        let stands = |world: &World| {
            let state = world.circuit(circuit).state;
            (state.status, state.locks, state.ends_at, state.deleted)
        };
        let stood = stands(&world);
        until(&mut world, before);
        assert_eq!(stands(&world), stood, "{before}");
        until(&mut world, after);
        let state = world.circuit(circuit).state;
        assert_eq!((state.locks, state.deleted), (locks, deleted), "{after}");
    }
    assert_eq!(world.status(circuit), Status::Terminated);
    assert_eq!(world.state().next_due(OWNER, None), None);
    assert_eq!(world.refused(renew(circuit, 1)), Refusal::NoSuchCircuit);
    assert_eq!(orders(&world).len(), 1);
}

#[test]
fn what_was_sold_until_2023_is_kept_fifteen_days_more_and_settings_do_not_change_what_was_sold() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let first = order(circuit, MONTH, false);
    let placed = world.placed(PlaceOccupancyOrder { kept: Kept::Until2023, ..first });
    world.done(PayOrder { order: placed.id });
    until(&mut world, "2027-01-21T15:59:59Z");
    assert!(!world.circuit(circuit).state.deleted);
    until(&mut world, "2027-01-21T16:00:00Z");
    assert!(world.circuit(circuit).state.deleted);
}

#[test]
fn the_settings_say_how_long_a_circuit_is_kept() {
    let short = Rules { stop_after_s: 60, release_after_s: 30, ..rules() };
    let mut world = World::new(short);
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    world.placed(order(circuit, MONTH, true));
    until(&mut world, "2026-12-22T16:01:00Z");
    assert_eq!(world.circuit(circuit).state.locks, Locks::Financial);
    until(&mut world, "2026-12-22T16:01:30Z");
    assert!(world.circuit(circuit).state.deleted);
}

#[test]
fn a_circuit_renews_itself_nine_days_before_its_end_at_eight_in_the_billing_zone() {
    let (mut world, circuit) = served(true);
    until(&mut world, "2026-12-13T23:59:59Z");
    assert_eq!(orders(&world).len(), 1);
    until(&mut world, "2026-12-14T00:00:00Z");
    let [first, second] = orders(&world)[..] else { panic!("two orders") };
    assert_eq!(
        (second.kind, second.follows, second.by_time),
        (OrderKind::Renew, Some(first.id), true)
    );
    assert_eq!((second.status, second.amount), (OrderStatus::Paid, Money::units(2 * 85)));
    assert_eq!(second.paid_at, Some(at("2026-12-14T00:00:00Z")));
    let (old, new) = (at("2026-12-22T16:00:00Z"), at("2027-02-22T16:00:00Z"));
    assert_eq!(second.usage, Some((old, Some(new))));
    let state = world.circuit(circuit).state;
    assert_eq!((state.ends_at, state.subscription.begins_at), (Some(new), Some(old)));
    assert_eq!(world.account().balance, Money::units(1000 - 3 * 85));
    // And again, for as long as there is money: 745 dollars pay for four times two months.
    until(&mut world, "2028-01-01T00:00:00Z");
    assert_eq!(orders(&world).len(), 6);
    assert!(world.circuit(circuit).state.deleted, "there was no money for more");
    assert_eq!(world.account().balance, Money::units(745 - 4 * 170));
}

#[test]
fn a_renewal_that_fails_makes_no_order_and_is_tried_every_day_until_the_release() {
    let (mut world, circuit) = served(true);
    let prices = |month| {
        let rows = [((particulars().port_type, home()), Money::units(month))].into();
        LoadPrices::of_ports(Currency::Usd, rows)
    };
    world.done(prices(600));
    until(&mut world, "2027-01-10T08:00:00Z");
    assert_eq!((orders(&world).len(), world.circuit(circuit).state.locks), (1, Locks::Financial));
    // The money comes three days before the release: the next morning pays, from the old end.
    world.done(TopUp { account: OWNER, amount: Money::units(600) });
    until(&mut world, "2027-01-10T23:59:59Z");
    assert_eq!(orders(&world).len(), 1);
    until(&mut world, "2027-01-11T00:00:00Z");
    assert_eq!(orders(&world).len(), 2);
    let state = world.circuit(circuit).state;
    assert_eq!((state.locks, state.status), (Locks::None, Status::Enabled));
    assert_eq!(state.ends_at, Some(at("2027-02-22T16:00:00Z")));
    // Of a price that is gone nothing is bought either.
    world.done(LoadPrices::of_ports(Currency::Usd, [].into()));
    until(&mut world, "2027-03-20T00:00:00Z");
    assert_eq!(orders(&world).len(), 2);
    assert!(world.circuit(circuit).state.deleted);
}

#[test]
fn a_call_renews_from_the_old_end_until_the_release_and_lifts_the_lock_for_want_of_payment_alone() {
    let (mut world, circuit) = served(false);
    world.done(CarrierEvent { circuit, event: Event::LockSecurity });
    until(&mut world, "2027-01-13T15:59:59Z");
    assert_eq!(world.circuit(circuit).state.locks, Locks::Both);
    let renewed = world.placed(renew(circuit, 1));
    let state = world.circuit(circuit).state;
    assert_eq!(
        (state.locks, state.locks.business()),
        (Locks::Security, BusinessStatus::SecurityLocked)
    );
    assert_eq!(state.ends_at, Some(at("2027-01-22T16:00:00Z")));
    assert_eq!(
        (renewed.kind, renewed.by_time, renewed.status),
        (OrderKind::Renew, false, OrderStatus::Paid)
    );
    until(&mut world, "2027-02-06T16:00:00Z");
    assert_eq!(world.circuit(circuit).state.locks, Locks::Both);
}

#[test]
fn a_renewal_without_the_money_is_kept_as_cancelled_and_changes_nothing_else() {
    let (mut world, circuit) = served(false);
    let before = (world.circuit(circuit).clone(), world.account().clone());
    let Outcome::Order { order, short } = world.done(renew(circuit, 36)) else {
        panic!("an order")
    };
    let order = *world.order(order);
    assert!(short);
    assert_eq!(
        (order.status, order.cancel_cause),
        (OrderStatus::Cancelled, Some(CancelCause::Balance))
    );
    assert_eq!(
        (order.kind, order.usage, order.amount),
        (OrderKind::Renew, None, Money::units(36 * 85))
    );
    assert_eq!((world.circuit(circuit).clone(), world.account().clone()), before);
}

#[test]
fn only_what_is_in_service_and_paid_beforehand_is_renewed_by_its_owner() {
    let mut world = World::new(rules());
    for &status in Status::ALL {
        let name = format!("pc-{}", status.text().to_ascii_lowercase().replace(' ', ""));
        let circuit = world.give(given(status), &name);
        if status == Status::Enabled {
            world.done(set(circuit, Renewal::Manual));
            world.done(renew(circuit, 1));
        } else {
            assert_eq!(world.refused(renew(circuit, 1)), Refusal::CircuitState, "{status:?}");
            assert_eq!(world.refused(set(circuit, Renewal::Manual)), Refusal::CircuitState);
        }
    }
    let theirs = world.give(GivenCircuit { account: OTHER, ..given(Status::Enabled) }, "pc-theirs");
    for circuit in [theirs, id("pc-never")] {
        assert_eq!(world.refused(renew(circuit, 1)), Refusal::NoSuchCircuit);
        assert_eq!(world.refused(set(circuit, Renewal::Manual)), Refusal::NoSuchCircuit);
    }
    // Billed as it goes: there is no end to go on from.
    let circuit = world.give(given(Status::Confirmed), "pc-postpaid");
    world.placed(order(circuit, crate::order::Charge::PostPaid, true));
    assert_eq!(world.refused(renew(circuit, 1)), Refusal::CircuitState);
}

#[test]
fn circuits_are_set_together_or_not_at_all() {
    let (mut world, circuit) = served(false);
    let state = world.circuit(circuit).state;
    let both = SetRenewal { circuits: vec![circuit, id("pc-never")], renewal: Renewal::Never };
    assert_eq!(world.refused(both), Refusal::NoSuchCircuit);
    assert_eq!(world.circuit(circuit).state, state);
    let other = world.give(given(Status::Enabled), "pc-b");
    world.done(SetRenewal { circuits: vec![circuit, other], renewal: Renewal::Auto(months(1)) });
    for circuit in [circuit, other] {
        assert_eq!(world.circuit(circuit).state.subscription.renewal, Renewal::Auto(months(1)));
    }
    until(&mut world, "2026-12-14T00:00:00Z");
    assert_eq!(orders(&world).len(), 3);
    world.done(set(circuit, Renewal::Never));
    until(&mut world, "2027-03-20T00:00:00Z");
    assert!(world.circuit(circuit).state.deleted && !world.circuit(other).state.deleted);
}

/// Whose end is far gone is not released at once.
#[test]
fn a_given_circuit_rests_until_somebody_touches_its_term() {
    type Touch = fn(&mut World, CircuitId);
    let touches: [(Touch, i64); 3] = [
        (|world, circuit| _ = world.done(set(circuit, Renewal::Manual)), 0),
        (|world, circuit| _ = world.done(TerminateCircuit { circuit }), 0),
        (|world, circuit| _ = world.placed(renew(circuit, 1)), 31 * DAY_MS),
    ];
    for (touch, more_ms) in touches {
        let (mut world, circuit) = World::with(Status::Enabled);
        world.pass(365 * DAY_MS);
        assert_eq!(world.circuit(circuit).state.locks, Locks::None);
        let now = world.now();
        touch(&mut world, circuit);
        let end = ends(&world, circuit);
        assert!(end >= now && end.ms() - now.ms() <= more_ms, "{end} {now}");
        world.pass(end.ms() - now.ms() + 15 * DAY_MS);
        assert_eq!(world.circuit(circuit).state.locks, Locks::Financial);
        world.pass(7 * DAY_MS);
        assert!(world.circuit(circuit).state.deleted);
    }
    // A lock is none of its term.
    let (mut world, circuit) = World::with(Status::Enabled);
    world.done(CarrierEvent { circuit, event: Event::LockFinancial });
    world.pass(1000 * DAY_MS);
    assert!(!world.circuit(circuit).state.deleted);
}

#[test]
fn a_terminated_circuit_is_not_renewed_and_released_at_the_same_distances() {
    let (mut world, circuit) = served(true);
    world.done(TerminateCircuit { circuit });
    world.done(CarrierEvent { circuit, event: Event::FinishTermination });
    assert_eq!(world.refused(renew(circuit, 1)), Refusal::CircuitState);
    until(&mut world, "2027-01-13T15:59:59Z");
    assert_eq!((orders(&world).len(), world.circuit(circuit).state.deleted), (1, false));
    until(&mut world, "2027-01-13T16:00:00Z");
    assert!(world.circuit(circuit).state.deleted);
}

/// With no distances at all: it is stopped as its term is touched, and released next.
#[test]
fn a_circuit_that_is_touched_when_its_distances_are_over_is_stopped_and_released() {
    for (stop_after_s, release_after_s, deleted) in [(0, 60, false), (0, 0, true)] {
        let mut world = World::new(Rules { stop_after_s, release_after_s, ..rules() });
        let circuit = world.give(given(Status::Enabled), "pc-a");
        world.pass(365 * DAY_MS);
        world.done(set(circuit, Renewal::Manual));
        assert_eq!(world.circuit(circuit).state.locks, Locks::Financial);
        world.pass(1);
        assert_eq!(world.circuit(circuit).state.deleted, deleted);
        world.pass(60_000);
        assert!(world.circuit(circuit).state.deleted);
    }
}

/// It was sold by an earlier release, which told nobody that it would be stopped.
#[test]
fn what_was_paid_for_and_rested_ends_when_its_term_is_touched_and_the_books_say_so() {
    let (mut world, circuit) = served(false);
    world.rest(circuit);
    world.pass(365 * DAY_MS);
    assert_eq!(world.circuit(circuit).state.locks, Locks::None);
    let now = world.now();
    world.done(set(circuit, Renewal::Manual));
    assert_eq!(ends(&world, circuit), now);
    let renewed = world.placed(renew(circuit, 1));
    assert_eq!(renewed.usage.map(|(start, _)| start), Some(now));
}

/// The carrier's step and the stop are due at one instant: both happen.
#[test]
fn two_things_that_are_due_of_a_circuit_at_one_instant_both_happen() {
    let mut world = World::new(Rules { carrier: crate::Carrier::Auto, ..rules() });
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    world.placed(order(circuit, MONTH, true));
    until(&mut world, "2027-01-06T15:59:59Z");
    world.wall = world.wall.plus_ms(750);
    world.done(TerminateCircuit { circuit });
    world.pass(250);
    let state = world.circuit(circuit).state;
    assert_eq!((state.status, state.locks), (Status::Terminated, Locks::Financial));
}

/// A stop that the operator undoes is not done again.
#[test]
fn a_stopped_circuit_that_is_unlocked_by_hand_stays_so_until_its_release() {
    let (mut world, circuit) = served(true);
    world.done(LoadPrices::of_ports(Currency::Usd, [].into()));
    until(&mut world, "2027-01-06T16:00:00Z");
    world.done(CarrierEvent { circuit, event: Event::Unlock });
    until(&mut world, "2027-01-13T15:59:59Z");
    assert_eq!(world.circuit(circuit).state.locks, Locks::None);
    until(&mut world, "2027-01-13T16:00:00Z");
    assert!(world.circuit(circuit).state.deleted);
}

#[test]
fn the_token_of_a_renewal_renews_once() {
    let (mut world, circuit) = served(false);
    let calls = [0; 3].map(|_| world.with_token("t", renew(circuit, 1)));
    let told = world.batch(&calls);
    assert!(matches!(told[0], Told::Accepted(Outcome::Order { short: false, .. })), "{told:?}");
    assert!(told[1..].iter().all(|told| matches!(told, Told::Replayed(..))), "{told:?}");
    let other = world.with_token("t", renew(circuit, 2));
    assert_eq!(world.propose(other), Told::Refused(Refusal::TokenReused));
    assert_eq!(orders(&world).len(), 2);
}

#[test]
fn a_term_past_the_calendar_is_refused_and_not_tried() {
    let (mut world, circuit) = served(false);
    assert_eq!(world.refused(renew(circuit, u32::MAX)), Refusal::TermTooLong);
    world.done(set(circuit, Renewal::Auto(NonZeroU32::MAX)));
    until(&mut world, "2026-12-14T00:00:00Z");
    assert_eq!(orders(&world).len(), 1);
}

/// A circuit whose owner has ended it, at this instant.
fn end(world: &mut World, circuit: CircuitId) {
    world.done(TerminateCircuit { circuit });
    world.done(CarrierEvent { circuit, event: Event::FinishTermination });
}

/// SOURCE: the assumed arithmetic's own example: 29 of 32 days.
#[test]
fn what_was_not_used_is_given_back_by_days_of_the_billing_zone() {
    for (refunded, left) in [
        ("2022-08-09T05:00:01Z", Some(823_400)), // 31 of 32 days
        ("2022-08-09T16:00:00Z", Some(796_800)), // already the 10th in UTC+8
        ("2022-08-11T05:00:00Z", Some(770_300)), // the example: 77.03
        ("2022-09-08T15:59:59Z", Some(26_500)),
        ("2022-09-08T16:00:00Z", None), // the last day has begun
    ] {
        let mut world = World::empty(rules());
        world.wall = at("2022-08-09T05:00:00Z");
        world.done(crate::command::OpenAccount {
            account: OWNER,
            currency: Currency::Usd,
            dialect: None,
            orderless: false,
        });
        world.done(TopUp { account: OWNER, amount: Money::units(85) });
        let circuit = world.give(given(Status::Confirmed), "pc-a");
        let paid = world.placed(order(circuit, MONTH, true));
        end(&mut world, circuit);
        until(&mut world, refunded);
        let refund = RefundCircuit { circuit, release_now: true };
        let Some(left) = left else {
            assert_eq!(world.refused(refund), Refusal::NothingLeft, "{refunded}");
            continue;
        };
        let back = world.placed(refund);
        assert_eq!(
            (back.kind, back.amount, back.follows),
            (OrderKind::Refund, Money(left), Some(paid.id))
        );
        assert_eq!(world.account().balance, Money(left), "{refunded}");
        assert!(world.circuit(circuit).state.deleted);
    }
}

#[test]
fn a_renewal_that_has_not_begun_is_given_back_whole_and_once() {
    let (mut world, circuit) = served(false);
    world.placed(renew(circuit, 2));
    let refund = RefundCircuit { circuit, release_now: false };
    assert_eq!(world.refused(refund.clone()), Refusal::CircuitState, "it is in service");
    end(&mut world, circuit);
    let back = world.placed(refund.clone());
    // 30 of the first 31 days, and all of the two months.
    assert_eq!(back.amount, Money(822_500 + 1_700_000));
    let Found::Order(Some(detail)) = world.look(&Query::Order(OWNER, back.id)) else {
        panic!("it is there")
    };
    let [first, second] = orders(&world)[..2] else { panic!("two orders") };
    let parts: Vec<_> = detail.parts.iter().map(|part| (part.follows, part.amount)).collect();
    let expected = [(Some(second.id), Money(1_700_000)), (Some(first.id), Money(822_500))];
    assert_eq!((parts.as_slice(), detail.paid), (&expected[..], Money::units(3 * 85)));
    assert_eq!(world.refused(refund), Refusal::CircuitRefunded);
    let state = world.circuit(circuit).state;
    assert_eq!(
        (state.locks, state.deleted, state.ends_at),
        (Locks::Financial, false, Some(world.wall))
    );
    world.pass(7 * DAY_MS - 1);
    assert!(!world.circuit(circuit).state.deleted);
    world.pass(1);
    assert!(world.circuit(circuit).state.deleted);
    let again = RefundCircuit { circuit, release_now: true };
    assert_eq!(world.refused(again), Refusal::CircuitRefunded);
}

#[test]
fn nothing_is_given_back_of_what_nobody_paid_for_or_has_ended() {
    let mut world = World::new(rules());
    let circuit = world.give(given(Status::Terminated), "pc-a");
    let refund = RefundCircuit { circuit, release_now: true };
    assert_eq!(world.refused(refund), Refusal::NothingLeft);
    let (mut world, circuit) = served(false);
    end(&mut world, circuit);
    until(&mut world, "2027-01-10T00:00:00Z");
    let refund = RefundCircuit { circuit, release_now: true };
    assert_eq!(world.refused(refund.clone()), Refusal::NothingLeft);
    until(&mut world, "2027-01-14T00:00:00Z");
    assert_eq!(world.refused(refund), Refusal::NoSuchCircuit, "it was released");
}

/// One that was given on the last of January is paid until the end of March after two months more.
#[test]
fn a_given_circuit_goes_on_on_the_day_on_which_it_began() {
    let mut world = World::empty(rules());
    world.wall = at("2027-01-31T05:00:00Z");
    world.done(crate::command::OpenAccount {
        account: OWNER,
        currency: Currency::Usd,
        dialect: None,
        orderless: false,
    });
    world.done(TopUp { account: OWNER, amount: Money::units(1000) });
    let circuit = world.give(given(Status::Enabled), "pc-a");
    assert_eq!(ends(&world, circuit), at("2027-02-28T16:00:00Z"));
    world.placed(renew(circuit, 1));
    assert_eq!(ends(&world, circuit), at("2027-03-31T16:00:00Z"));
}

/// The release comes at eight in the morning: it is too late for a try.
#[test]
fn nothing_is_renewed_at_the_instant_of_the_release() {
    let mut world =
        World::new(Rules { stop_after_s: 8 * 3600, release_after_s: 86_400, ..rules() });
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    let first = order(circuit, MONTH, true);
    world.placed(PlaceOccupancyOrder { auto_renew: true, ..first });
    world.done(LoadPrices::of_ports(Currency::Usd, [].into()));
    until(&mut world, "2026-12-23T23:59:59Z");
    let prices = [((particulars().port_type, home()), Money::units(1))].into();
    world.done(LoadPrices::of_ports(Currency::Usd, prices));
    until(&mut world, "2026-12-24T00:00:00Z");
    assert!(world.circuit(circuit).state.deleted);
    assert_eq!(orders(&world).len(), 1);
}
