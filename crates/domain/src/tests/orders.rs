//! Orders: what they cost, who may place them, and how each of them ends.

use super::rig::*;
use crate::catalogue::{PortType, Region};
use crate::circuit::{BusinessStatus, Event, LoaStatus, Status};
use crate::command::{
    CancelOrder, CarrierEvent, DeleteCircuit, LoadPrices, OpenAccount, PayOrder,
    PlaceOccupancyOrder, Shortfall, TopUp,
};
use crate::id::OrderId;
use crate::order::{CancelCause, Charge, OrderStatus, term_fits};
use crate::price::{Currency, Cycle, Money, Term};
use crate::rules::Kept;
use crate::{Outcome, Refusal, Rules, Timestamp, period_end};

#[test]
fn a_paid_order_takes_its_price_and_puts_the_circuit_into_service() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    world.pass(1);
    let order = world.placed(order(circuit, MONTH, true));
    let at = world.wall;
    assert_eq!(
        (order.status, order.amount, order.price_version),
        (OrderStatus::Paid, Money::units(85), 1)
    );
    assert_eq!((order.paid_at, order.dies_at, order.cancel_cause), (Some(at), None, None));
    assert_eq!(order.usage, Some((at, period_end(at, 1))));
    assert_eq!(world.account().balance, Money::units(915));
    let state = world.circuit(circuit).state;
    assert_eq!(state.status, Status::Enabled);
    assert_eq!((state.enabled_at, state.ends_at), (Some(at), period_end(at, 1)));
    assert_eq!((state.paid_order, state.open_order, state.wakes_at), (Some(order.id), None, None));
}

#[test]
fn an_unpaid_order_waits_seven_days_and_not_longer() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let unpaid = world.placed(order(circuit, MONTH, false));
    assert_eq!(unpaid.status, OrderStatus::Unpaid);
    assert_eq!((unpaid.paid_at, unpaid.usage), (None, None));
    assert_eq!(unpaid.dies_at, Some(world.wall.plus_ms(7 * DAY_MS)));
    assert_eq!(world.circuit(circuit).state.open_order, Some(unpaid.id));
    assert_eq!(world.account().balance, Money::units(1000));
    assert_eq!(world.refused(order(circuit, MONTH, true)), Refusal::OrderOpen);
    world.pass(7 * DAY_MS - 1);
    assert_eq!(world.order(unpaid.id).status, OrderStatus::Unpaid);
    world.pass(1);
    let dead = *world.order(unpaid.id);
    assert_eq!(
        (dead.status, dead.cancel_cause),
        (OrderStatus::Cancelled, Some(CancelCause::Expired))
    );
    assert_eq!(dead.dies_at, None);
    assert_eq!(world.circuit(circuit).state.open_order, None);
    assert_eq!(world.refused(PayOrder { order: unpaid.id }), Refusal::OrderNotUnpaid);
    world.placed(order(circuit, MONTH, true));
}

#[test]
fn an_order_that_is_paid_later_is_paid_as_one_at_once() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let unpaid = world.placed(order(circuit, MONTH, false));
    world.pass(DAY_MS);
    let outcome = world.done(PayOrder { order: unpaid.id });
    assert_eq!(outcome, Outcome::Order { order: unpaid.id, short: false });
    let paid = *world.order(unpaid.id);
    assert_eq!((paid.status, paid.paid_at), (OrderStatus::Paid, Some(world.wall)));
    assert_eq!(world.account().balance, Money::units(915));
    let state = world.circuit(circuit).state;
    assert_eq!((state.status, state.open_order), (Status::Enabled, None));
    assert_eq!(world.refused(PayOrder { order: unpaid.id }), Refusal::OrderNotUnpaid);
    assert_eq!(world.refused(CancelOrder { order: unpaid.id }), Refusal::OrderNotUnpaid);
    assert_eq!(world.refused(order(circuit, MONTH, true)), Refusal::CircuitPaid);
}

#[test]
fn a_cancelled_order_sets_its_circuit_free_and_is_final() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let unpaid = world.placed(order(circuit, MONTH, false));
    let mut theirs = world.proposal(CancelOrder { order: unpaid.id });
    origin_of(&mut theirs).account = OTHER;
    assert_eq!(world.propose(theirs), Told::Refused(Refusal::NoSuchOrder));
    let outcome = world.done(CancelOrder { order: unpaid.id });
    assert_eq!(outcome, Outcome::Order { order: unpaid.id, short: false });
    assert_eq!(world.order(unpaid.id).cancel_cause, Some(CancelCause::Customer));
    assert_eq!(world.circuit(circuit).state.open_order, None);
    assert_eq!(world.refused(CancelOrder { order: unpaid.id }), Refusal::OrderNotUnpaid);
    let unknown = OrderId::new(1).expect("not zero");
    assert_eq!(world.refused(CancelOrder { order: unknown }), Refusal::NoSuchOrder);
    assert_eq!(world.refused(PayOrder { order: unknown }), Refusal::NoSuchOrder);
}

/// With a dollar less than the month costs.
fn short_of_money(shortfall: Shortfall) -> (World, PlaceOccupancyOrder) {
    let mut world = World::empty(rules());
    world.done(OpenAccount {
        account: OWNER,
        currency: Currency::Usd,
        dialect: None,
        orderless: false,
    });
    world.done(TopUp { account: OWNER, amount: Money::units(84) });
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    let (auto_renew, auto_renew_months) = (true, 3);
    (
        world,
        PlaceOccupancyOrder {
            circuit,
            charge: MONTH,
            pay_now: true,
            auto_renew,
            auto_renew_months,
            kept: Kept::Since2024,
            shortfall,
        },
    )
}

#[test]
fn too_little_money_cancels_the_order_and_leaves_the_circuit_free() {
    let (mut world, command) = short_of_money(Shortfall::Cancel);
    let Outcome::Order { order, short: true } = world.done(command.clone()) else {
        panic!("not short")
    };
    let kept = *world.order(order);
    assert_eq!(
        (kept.status, kept.cancel_cause),
        (OrderStatus::Cancelled, Some(CancelCause::Balance))
    );
    assert_eq!((kept.auto_renew, kept.auto_renew_months), (true, 3));
    assert_eq!((kept.dies_at, world.account().balance), (None, Money::units(84)));
    assert_eq!(world.circuit(id("pc-a")).state.open_order, None);
    world.done(TopUp { account: OWNER, amount: Money::units(1) });
    assert_eq!(world.placed(command).status, OrderStatus::Paid);
    assert_eq!(world.account().balance, Money(0));
}

#[test]
fn an_abnormal_order_blocks_nothing_is_never_paid_and_dies_with_the_others() {
    let (mut world, command) = short_of_money(Shortfall::Abnormal);
    let first = world.placed(command.clone());
    assert_eq!(first.status, OrderStatus::Abnormal);
    assert_eq!(world.circuit(id("pc-a")).state.open_order, None);
    let second = world.placed(command);
    assert_eq!(world.refused(PayOrder { order: first.id }), Refusal::OrderNotUnpaid);
    world.done(CancelOrder { order: first.id });
    assert_eq!(world.order(first.id).cancel_cause, Some(CancelCause::Customer));
    let open = world.placed(order(id("pc-a"), MONTH, false));
    assert_eq!(world.refused(PayOrder { order: open.id }), Refusal::BalanceTooLow);
    // The one that dies with it must not free the circuit from the other.
    world.done(CancelOrder { order: second.id });
    assert_eq!(world.circuit(id("pc-a")).state.open_order, Some(open.id));
    world.pass(7 * DAY_MS);
    assert_eq!(world.order(open.id).cancel_cause, Some(CancelCause::Expired));
}

#[test]
fn abnormal_orders_expire() {
    let (mut world, command) = short_of_money(Shortfall::Abnormal);
    let abnormal = world.placed(command);
    world.pass(7 * DAY_MS);
    let dead = *world.order(abnormal.id);
    assert_eq!(
        (dead.status, dead.cancel_cause),
        (OrderStatus::Cancelled, Some(CancelCause::Expired))
    );
}

#[test]
fn paid_as_it_goes_costs_nothing_and_never_ends() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let order = world.placed(order(circuit, Charge::PostPaid, false));
    assert_eq!((order.status, order.amount, order.price_version), (OrderStatus::Paid, Money(0), 1));
    assert_eq!(order.usage, Some((world.wall, None)));
    assert_eq!(world.circuit(circuit).state.ends_at, None);
    assert_eq!(world.status(circuit), Status::Enabled);
}

#[test]
fn a_delay_after_payment_is_waited_for() {
    let mut world = World::new(Rules { enable_delay_ms: 500, ..rules() });
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    let order = world.placed(order(circuit, MONTH, true));
    let start = world.wall.plus_ms(500);
    assert_eq!(order.usage, Some((start, period_end(start, 1))));
    let state = world.circuit(circuit).state;
    assert_eq!((state.status, state.paid_order), (Status::Confirmed, Some(order.id)));
    assert_eq!((state.wakes_at, state.enabled_at), (Some(start), None));
    assert_eq!(world.refused(super::rig::order(circuit, MONTH, true)), Refusal::CircuitPaid);
    assert_eq!(world.refused(DeleteCircuit { circuit, waiting_too: true }), Refusal::CircuitState);
    // A lock does not stop what is under way.
    world.done(CarrierEvent { circuit, event: Event::LockSecurity });
    world.pass(499);
    assert_eq!(world.status(circuit), Status::Confirmed);
    world.pass(1);
    let state = world.circuit(circuit).state;
    assert_eq!(
        (state.status, state.enabled_at, state.wakes_at),
        (Status::Enabled, Some(start), None)
    );
    assert_eq!(state.ends_at, period_end(start, 1));
}

/// The causes of CONTRACT's table, in its order: each line breaks one rule more than the one
/// before it, from the bottom up.
#[test]
fn the_first_cause_of_the_table_is_the_one_that_is_told() {
    let mut world = World::new(rules());
    let mut nth = 0;
    let mut check = |given: crate::circuit::GivenCircuit, told: Result<(), Refusal>| {
        nth += 1;
        let shown = format!("{given:?}");
        let circuit = world.give(given, &format!("pc-{nth}"));
        let got = match world.ask(order(circuit, MONTH, false)) {
            Told::Accepted(_) => Ok(()),
            Told::Refused(refusal) => Err(refusal),
            Told::Replayed(..) => panic!("no token"),
        };
        assert_eq!(got, told, "{shown}");
    };
    for &status in Status::ALL {
        let told = match status {
            Status::Confirmed => Ok(()),
            Status::Enabled => Err(Refusal::CircuitPaid),
            _ => Err(Refusal::CircuitState),
        };
        check(given(status), told);
    }
    let confirmed = given(Status::Confirmed);
    for &loa in LoaStatus::ALL {
        let told = if loa == LoaStatus::Complete { Ok(()) } else { Err(Refusal::LoaNotComplete) };
        check(crate::circuit::GivenCircuit { loa: Some(loa), ..confirmed.clone() }, told);
    }
    for business in [BusinessStatus::FinancialLocked, BusinessStatus::SecurityLocked] {
        let (loa, confirmed) = (Some(LoaStatus::Applying), confirmed.clone());
        let locked = crate::circuit::GivenCircuit { loa, business, ..confirmed };
        check(locked, Err(Refusal::CircuitLocked));
    }
}

#[test]
fn only_the_owner_in_the_right_region_orders_for_a_circuit() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    for (owner, region) in [(OTHER, home()), (OWNER, away()), (OTHER, away())] {
        let mut proposal = world.proposal(order(circuit, MONTH, true));
        let origin = origin_of(&mut proposal);
        (origin.account, origin.region) = (owner, region);
        assert_eq!(world.propose(proposal), Told::Refused(Refusal::NoSuchCircuit));
    }
    world.done(DeleteCircuit { circuit, waiting_too: true });
    assert_eq!(world.refused(order(circuit, MONTH, true)), Refusal::CircuitDeleted);
}

#[test]
fn the_published_fees_hold_until_a_list_is_loaded() {
    let mut world = World::new(rules());
    let elsewhere = |id: &str| Region::find(id).expect("in the catalogue");
    let riyadh = elsewhere("me-central-1");
    world.done(TopUp { account: OWNER, amount: Money::units(100_000) });
    let mut nth = 0;
    let mut cost = |world: &mut World, port_type, region, count, cycle| {
        nth += 1;
        let mut circuit = given(Status::Confirmed);
        (circuit.particulars.port_type, circuit.region) = (port_type, region);
        let circuit = world.give(circuit, &format!("pc-{nth}"));
        let command = order(circuit, Charge::PrePaid(Term { count, cycle }), false);
        let mut proposal = world.proposal(command);
        origin_of(&mut proposal).region = region;
        match world.propose(proposal) {
            Told::Accepted(Outcome::Order { order, .. }) => {
                let order = world.order(order);
                Ok((order.amount, order.price_version))
            }
            Told::Refused(refusal) => Err(refusal),
            other => panic!("{other:?}"),
        }
    };
    for (port, region, count, cycle, units) in [
        (PortType::Base100T, home(), 1, Cycle::Month, 85),
        (PortType::Base1000Lx, riyadh, 9, Cycle::Month, 252 * 9),
        (PortType::Base10GLr, home(), 1, Cycle::Year, 720 * 12),
        (PortType::Base40GLr, home(), 2, Cycle::Month, 2_450 * 2),
        (PortType::Base100GLr, riyadh, 1, Cycle::Month, 14_040),
        (PortType::Base1000T, elsewhere("cn-hongkong"), 1, Cycle::Month, 210),
        (PortType::Base10GT, elsewhere("eu-central-1"), 1, Cycle::Month, 1_600),
    ] {
        let got = cost(&mut world, port, region, count, cycle);
        assert_eq!(got, Ok((Money::units(units), 1)), "{port:?} in {}", region.id());
    }
    let beyond = cost(&mut world, PortType::Base100T, home(), u32::MAX, Cycle::Year);
    assert_eq!(beyond, Err(Refusal::NoPrice));
    let rows =
        [((PortType::Base1000Lx, home()), Money(1)), ((PortType::Base100T, away()), Money(2))];
    world.done(LoadPrices::of_ports(Currency::Usd, rows.into()));
    for (port, region, told) in [
        (PortType::Base1000Lx, home(), Ok((Money(3), 2))),
        (PortType::Base100T, away(), Ok((Money(6), 2))),
        (PortType::Base1000Lx, away(), Err(Refusal::NoPrice)),
        (PortType::Base100T, home(), Err(Refusal::NoPrice)),
    ] {
        assert_eq!(cost(&mut world, port, region, 3, Cycle::Month), told, "{port:?}");
    }
}

#[test]
fn a_currency_without_a_list_has_no_prices() {
    let mut world = World::empty(rules());
    world.done(OpenAccount {
        account: OWNER,
        currency: Currency::Cny,
        dialect: None,
        orderless: false,
    });
    world.done(TopUp { account: OWNER, amount: Money::units(1) });
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    assert_eq!(world.refused(order(circuit, MONTH, true)), Refusal::NoPrice);
    let row = ((PortType::Base1000Lx, home()), Money(7));
    world.done(LoadPrices::of_ports(Currency::Usd, [row].into()));
    assert_eq!(world.refused(order(circuit, MONTH, true)), Refusal::NoPrice);
    world.done(LoadPrices::of_ports(Currency::Cny, [row].into()));
    let paid = world.placed(order(circuit, MONTH, true));
    assert_eq!((paid.amount, paid.currency, paid.price_version), (Money(7), Currency::Cny, 3));
}

#[test]
fn a_term_ends_before_the_year_9999_or_is_refused() {
    let month = |count| Term { count, cycle: Cycle::Month };
    for (start, term, fits) in [
        ("2026-11-22T00:00:00Z", month(1), true),
        // Ends at the midnight of UTC+8 with which 9999 begins there.
        ("9998-10-30T16:00:00Z", month(2), true),
        ("9998-12-01T00:00:00Z", month(1), false),
        ("9998-12-02T00:00:00Z", month(1), false),
        ("2026-11-22T00:00:00Z", month(8000 * 12), false),
        ("2026-11-22T00:00:00Z", Term { count: u32::MAX, cycle: Cycle::Year }, false),
    ] {
        let start = Timestamp::parse(start).expect("a test instant");
        assert_eq!(term_fits(start, term), fits, "{start} {term:?}");
    }
}

/// No order leaves Paid or Cancelled, whatever a rule may ask.
#[test]
fn what_is_final_is_neither_paid_nor_cancelled() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let paid = world.placed(order(circuit, MONTH, true));
    let mut cancelled = paid;
    cancelled.status = OrderStatus::Cancelled;
    for mut order in [paid, cancelled] {
        let at = world.wall;
        let pays = std::panic::catch_unwind(move || order.pay(at, Some((at, None))));
        assert!(pays.is_err(), "{order:?}");
        let cancels = std::panic::catch_unwind(move || order.cancel(CancelCause::Expired));
        assert!(cancels.is_err(), "{order:?}");
    }
}
