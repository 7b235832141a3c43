//! Circuits that are paid as they go: billed month by month, each bill paid whole or not at all.

use super::rig::*;
use crate::bill::Bill;
use crate::circuit::{Locks, Status};
use crate::command::{
    CarrierEvent, DeleteCircuit, LoadPrices, OpenAccount, TerminateCircuit, TopUp,
};
use crate::id::CircuitId;
use crate::order::Charge;
use crate::price::{Currency, Money};
use crate::query::{Found, Query};
use crate::statement::{Item, ItemFilter, ItemKind, sums};
use crate::{Refusal, Timestamp, View as _, billing_month};

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a test instant")
}

/// A circuit that has been paid as it goes since 2026-11-22 16:00 in UTC+8, whose owner has so many
/// dollars.
fn metered(balance: i64) -> (World, CircuitId) {
    let mut world = World::empty(rules());
    world.done(OpenAccount {
        account: OWNER,
        currency: Currency::Usd,
        dialect: None,
        orderless: false,
    });
    if balance > 0 {
        world.done(TopUp { account: OWNER, amount: Money::units(balance) });
    }
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    world.placed(order(circuit, Charge::PostPaid, true));
    (world, circuit)
}

fn until(world: &mut World, instant: &str) {
    let ms = at(instant).ms() - world.wall.ms();
    world.pass(ms);
}

fn bills(world: &World) -> Vec<Bill> {
    let mut bills: Vec<_> = world.state().bills_of(OWNER).copied().collect();
    bills.reverse();
    bills
}

fn amounts(world: &World) -> Vec<String> {
    bills(world).iter().map(|bill| bill.amount.render(bill.currency)).collect()
}

#[test]
fn each_month_is_billed_on_the_first_of_the_next_and_paid() {
    let (mut world, circuit) = metered(1000);
    until(&mut world, "2026-11-30T15:59:59Z");
    assert_eq!(bills(&world), []);
    until(&mut world, "2026-11-30T16:00:00Z");
    assert_eq!(amounts(&world), ["25.50"], "9 of 30 days");
    until(&mut world, "2027-02-28T16:00:00Z");
    assert_eq!(amounts(&world), ["25.50", "85.00", "85.00", "85.00"]);
    let last = bills(&world)[3];
    assert_eq!(last.used, (at("2027-01-31T16:00:00Z"), at("2027-02-28T16:00:00Z")));
    assert_eq!((last.made_at, last.paid_at), (last.used.1, Some(last.used.1)));
    assert_eq!(world.account().balance, Money(10_000_000 - 255_000 - 3 * 850_000));
    let state = world.circuit(circuit).state;
    assert_eq!((state.locks, state.ends_at), (Locks::None, None));
    assert_eq!(state.subscription.billed_to, Some(last.used.1));
}

#[test]
fn a_bill_that_cannot_be_paid_whole_waits_and_locks_its_circuit_after_fifteen_days() {
    let (mut world, circuit) = metered(20);
    until(&mut world, "2026-12-15T15:59:59Z");
    let [bill] = bills(&world)[..] else { panic!("one bill") };
    assert_eq!((bill.paid_at, world.account().balance), (None, Money::units(20)));
    assert_eq!(world.circuit(circuit).state.locks, Locks::None);
    until(&mut world, "2026-12-15T16:00:00Z");
    assert_eq!(world.circuit(circuit).state.locks, Locks::Financial);
    // Too little still, and then enough: each top-up tries.
    world.done(TopUp { account: OWNER, amount: Money::units(5) });
    assert_eq!(world.circuit(circuit).state.locks, Locks::Financial);
    world.done(TopUp { account: OWNER, amount: Money::units(1) });
    assert_eq!(world.circuit(circuit).state.locks, Locks::None);
    assert_eq!(bills(&world)[0].paid_at, Some(world.now()));
    assert_eq!(world.account().balance, Money(5_000));
    assert_eq!(
        world.state().next_due(OWNER, None).map(|(at, _)| at),
        Some(at("2026-12-31T16:00:00Z"))
    );
}

/// Nobody tops the account up: a refund of another circuit brings the money.
#[test]
fn an_unpaid_bill_is_tried_every_day_at_eight() {
    let (mut world, _) = metered(100);
    let other = world.give(given(Status::Confirmed), "pc-b");
    world.placed(order(other, MONTH, true));
    until(&mut world, "2026-12-01T00:00:00Z");
    assert_eq!(bills(&world)[0].tries_at, Some(at("2026-12-02T00:00:00Z")));
    world.done(TerminateCircuit { circuit: other });
    world.done(CarrierEvent { circuit: other, event: crate::circuit::Event::FinishTermination });
    world.placed(crate::command::RefundCircuit { circuit: other, release_now: true });
    assert_eq!(bills(&world)[0].paid_at, None);
    until(&mut world, "2026-12-01T23:59:59Z");
    assert_eq!(bills(&world)[0].paid_at, None);
    until(&mut world, "2026-12-02T00:00:00Z");
    assert_eq!(bills(&world)[0].paid_at, Some(at("2026-12-02T00:00:00Z")));
}

#[test]
fn the_oldest_bill_is_paid_first_and_a_lock_stays_while_another_is_overdue() {
    let (mut world, circuit) = metered(0);
    until(&mut world, "2027-01-20T00:00:00Z");
    assert_eq!(amounts(&world), ["25.50", "85.00"]);
    world.done(TopUp { account: OWNER, amount: Money::units(84) });
    let paid: Vec<_> = bills(&world).iter().map(|bill| bill.paid_at.is_some()).collect();
    assert_eq!(paid, [true, false], "the second is not skipped to, nor paid in part");
    assert_eq!(world.circuit(circuit).state.locks, Locks::Financial);
    world.done(TopUp { account: OWNER, amount: Money::units(27) });
    assert_eq!(world.circuit(circuit).state.locks, Locks::None);
}

#[test]
fn what_was_used_is_billed_to_the_day_on_which_its_owner_ended_it_deleted_or_not() {
    for delete in [false, true] {
        let (mut world, circuit) = metered(1000);
        until(&mut world, "2026-12-10T03:00:00Z");
        world.done(TerminateCircuit { circuit });
        world.done(CarrierEvent { circuit, event: crate::circuit::Event::FinishTermination });
        if delete {
            world.done(DeleteCircuit { circuit, waiting_too: true });
        }
        until(&mut world, "2026-12-31T16:00:00Z");
        assert_eq!(amounts(&world), ["25.50", "27.41"], "10 of 31 days");
        until(&mut world, "2027-06-01T00:00:00Z");
        assert_eq!(bills(&world).len(), 2);
        assert!(world.circuit(circuit).state.deleted);
        assert_eq!(world.state().next_due(OWNER, None), None);
    }
}

#[test]
fn it_is_billed_by_the_prices_it_was_ordered_by_and_not_ordered_without_any() {
    let (mut world, _) = metered(1000);
    let prices = |month| {
        LoadPrices::of_ports(
            Currency::Usd,
            [((particulars().port_type, home()), Money::units(month))].into(),
        )
    };
    world.done(prices(31));
    let other = world.give(given(Status::Confirmed), "pc-b");
    world.placed(order(other, Charge::PostPaid, true));
    world.done(LoadPrices::of_ports(Currency::Usd, [].into()));
    let third = world.give(given(Status::Confirmed), "pc-c");
    assert_eq!(world.refused(order(third, Charge::PostPaid, true)), Refusal::NoPrice);
    until(&mut world, "2026-12-31T16:00:00Z");
    assert_eq!(amounts(&world), ["25.50", "9.30", "85.00", "31.00"]);
}

#[test]
fn a_month_tells_what_was_paid_in_it_and_what_was_used_in_it() {
    let (mut world, circuit) = metered(1000);
    let other = world.give(given(Status::Confirmed), "pc-b");
    let paid = world.placed(order(other, MONTH, true));
    until(&mut world, "2026-12-05T00:00:00Z");
    let month = |text: &str| billing_month(at(text)).expect("within the calendar");
    let all = ItemFilter::default;
    let told = |world: &World, text: &str| {
        let Found::Statement(items) = world.look(&Query::Statement(OWNER, month(text), all()))
        else {
            panic!("a statement")
        };
        let line = |item: &Item| (item.kind, item.circuit, item.amount);
        items.iter().map(line).collect::<Vec<_>>()
    };
    let november = [
        (ItemKind::Subscription, paid.circuit, Money::units(85)),
        (ItemKind::Usage, circuit, Money(255_000)),
    ];
    assert_eq!(told(&world, "2026-11-22T08:00:00Z"), november);
    assert_eq!(told(&world, "2026-11-30T16:00:00Z"), []);
    assert_eq!(told(&world, "2026-10-31T15:59:59Z"), []);
}

#[test]
fn lines_of_a_month_are_chosen_and_summed_and_what_is_not_paid_is_told() {
    let (mut world, circuit) = metered(100);
    let other = world.give(given(Status::Confirmed), "pc-b");
    world.placed(order(other, MONTH, true));
    world.done(TerminateCircuit { circuit: other });
    world.done(CarrierEvent { circuit: other, event: crate::circuit::Event::FinishTermination });
    world.placed(crate::command::RefundCircuit { circuit: other, release_now: true });
    until(&mut world, "2026-12-05T00:00:00Z");
    let month = billing_month(at("2026-11-22T08:00:00Z")).expect("within the calendar");
    let lines = |filter: ItemFilter| {
        let Found::Statement(items) = world.look(&Query::Statement(OWNER, month, filter)) else {
            panic!("a statement")
        };
        items
    };
    let kinds = |filter| lines(filter).iter().map(|item| item.kind).collect::<Vec<_>>();
    let all = ItemFilter::default;
    let (paid, back, used) = (ItemKind::Subscription, ItemKind::Refund, ItemKind::Usage);
    assert_eq!(kinds(all()), [paid, back, used]);
    assert_eq!(kinds(ItemFilter { kind: Some(back), ..all() }), [back]);
    assert_eq!(kinds(ItemFilter { subscription: Some(true), ..all() }), [paid, back]);
    assert_eq!(kinds(ItemFilter { circuit: Some(circuit), ..all() }), [used]);
    let day = |text| ItemFilter { day: Some(at(text)), ..all() };
    assert_eq!(kinds(day("2026-11-22T15:59:59Z")), [paid, back]);
    assert_eq!(kinds(day("2026-11-30T00:00:00Z")), [used], "the last day of its use");
    assert_eq!(kinds(day("2026-11-30T16:00:00Z")), []);
    assert_eq!(kinds(ItemFilter { nothing: true, ..all() }), []);
    assert_eq!(kinds(ItemFilter { hide_free: true, ..all() }), [paid, back, used]);
    let [beforehand, as_it_goes] = &sums(&lines(all()), Item::is_subscription)[..] else {
        panic!("two kinds")
    };
    let told = |sum: &crate::statement::Sum| {
        [sum.charge, sum.paid, sum.outstanding()].map(|its| its.render(Currency::Usd))
    };
    // 85.00 less 30 of 31 days of it, and 9 of 30 days of 85.00.
    assert_eq!(told(beforehand), ["2.75", "2.75", "0.00"]);
    assert_eq!(told(as_it_goes), ["25.50", "25.50", "0.00"]);
}
