//! Time that buys: what is due places and pays an order by itself, without a caller or a receipt.
//! The books are audited by the rig after each batch: I4, O4 and O8 among all the others.

use super::rig::*;
use crate::circuit::{GivenCircuit, Status};
use crate::command::{LoadPrices, TerminateCircuit, TopUp, Wake};
use crate::id::{AccountId, CircuitId, OrderId};
use crate::ledger::LedgerAccount;
use crate::order::{CancelCause, Charge, Order, OrderStatus};
use crate::price::{Currency, Money};
use crate::renewal::Renewal;
use crate::{Due, Outcome, Records as _, Refusal, Rules, View as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A world in which a circuit is in service, paid for by a call.
fn served() -> (World, CircuitId) {
    let (mut world, circuit) = World::with(Status::Confirmed);
    world.placed(order(circuit, MONTH, true));
    (world, circuit)
}

fn number(number: u64) -> OrderId {
    OrderId::new(number).expect("not zero")
}

fn newest(world: &World, account: AccountId) -> Order {
    *world.state().orders_of(account).next().expect("one was placed")
}

#[test]
fn time_places_and_pays_an_order_without_a_caller_or_a_receipt() {
    let (mut world, circuit) = served();
    let first = newest(&world, OWNER);
    let receipts = world.receipts().len();
    let due = world.wall.plus_ms(DAY_MS);
    world.renew(circuit, DAY_MS);
    world.pass(DAY_MS - 1);
    assert_eq!(newest(&world, OWNER), first);
    world.pass(2);
    let bought = newest(&world, OWNER);
    assert_eq!((bought.id, bought.by_time), (number(first.id.number() + 1), true));
    assert_eq!((bought.status, bought.amount), (OrderStatus::Paid, Money::units(85)));
    assert_eq!((bought.account, bought.circuit, bought.charge), (OWNER, circuit, MONTH));
    // Decided when it was due, not when somebody looked.
    assert_eq!((bought.created_at, bought.paid_at), (due, Some(due)));
    assert_eq!(world.account().balance, Money::units(1000 - 85 - 85));
    assert_eq!(world.receipts().len(), receipts);
    // The circuit is that of the order which a call placed.
    assert_eq!((world.circuit(circuit).state.paid_order, first.by_time), (Some(first.id), false));
    assert_eq!(world.state().renewal(&circuit).map(|renewal| renewal.at), Some(None));
    world.pass(30 * DAY_MS);
    assert_eq!(world.state().orders_of(OWNER).count(), 2);
    let books = world.books();
    let paid = books.postings.iter().filter(|posting| posting.order == Some(bought.id));
    let paid: Vec<_> = paid.map(|posting| (posting.at, posting.debit, posting.amount)).collect();
    assert_eq!(paid, [(due, LedgerAccount::Cash(OWNER), Money::units(85))]);
}

#[test]
fn the_next_call_gets_the_number_after_the_one_that_time_has_used() {
    let (mut world, circuit) = served();
    let free = world.give(given(Status::Confirmed), "pc-b");
    world.renew(circuit, 100);
    let before = world.numbers.next_order;
    world.wall = world.wall.plus_ms(100);
    let calls =
        vec![world.proposal(order(free, MONTH, false)), world.proposal(order(free, MONTH, false))];
    let told = world.batch(&calls);
    let placed = Outcome::Order { order: number(before + 1), short: false };
    assert_eq!(told, [Told::Accepted(placed), Told::Refused(Refusal::OrderOpen)]);
    assert!(world.order(number(before)).by_time && !world.order(number(before + 1)).by_time);
    assert_eq!(world.numbers.next_order, before + 2);
}

#[test]
fn who_is_short_of_money_buys_nothing_and_no_number_is_used() {
    for (left, buys) in [(84, false), (85, true)] {
        let mut world = World::new(rules());
        let theirs = GivenCircuit { account: OTHER, ..given(Status::Enabled) };
        let circuit = world.give(theirs, "pc-a");
        world.done(TopUp { account: OTHER, amount: Money::units(left) });
        world.renew(circuit, 1);
        let before = world.numbers.next_order;
        world.pass(1);
        assert_eq!(world.numbers.next_order, before + u64::from(buys));
        assert_eq!(world.state().orders_of(OTHER).count(), usize::from(buys));
        let balance = world.state().account(&OTHER).expect("opened").balance;
        assert_eq!(balance, Money::units(if buys { 0 } else { left }));
        // It was tried once, and is never due again.
        assert_eq!(world.state().renewal(&circuit).map(|renewal| renewal.at), Some(None));
        assert_eq!(world.state().next_due(OTHER, None), None);
    }
}

#[test]
fn a_strangers_call_buys_nothing_for_anybody_else() {
    let (mut world, _) = served();
    let theirs = GivenCircuit { account: OTHER, ..given(Status::Enabled) };
    let theirs = world.give(theirs, "pc-b");
    world.done(TopUp { account: OTHER, amount: Money::units(100) });
    let due = world.wall.plus_ms(50);
    world.renew(theirs, 50);
    world.wall = world.wall.plus_ms(DAY_MS);
    let free = world.give(given(Status::Confirmed), "pc-c");
    world.placed(order(free, MONTH, true));
    world.done(Wake { account: OWNER });
    assert_eq!(world.state().orders_of(OTHER).count(), 0);
    assert_eq!(world.state().next_due(OTHER, None), Some((due, Due::Renewal(theirs))));
    world.done(Wake { account: OTHER });
    let bought = newest(&world, OTHER);
    assert_eq!((bought.by_time, bought.created_at), (true, due));
    assert_eq!(bought.id.number(), world.numbers.next_order - 1);
}

/// The world's own command lets time pass for everybody, but what is due of one account still finds
/// nothing of another's: in a store that holds that account alone there would be nothing to find.
#[test]
fn what_is_due_of_an_account_sees_no_other_even_while_the_world_passes_time() {
    let (mut world, _) = served();
    let theirs = world.give(GivenCircuit { account: OTHER, ..given(Status::Enabled) }, "pc-b");
    let at = Some(world.now().plus_ms(50));
    world.keep(|delta| delta.renewals.put(Renewal { circuit: theirs, account: OWNER, at }));
    world.wall = world.wall.plus_ms(DAY_MS);
    let proposal = world.proposal(LoadPrices::of_ports(Currency::Usd, [].into()));
    let told = catch_unwind(AssertUnwindSafe(|| world.propose(proposal)));
    let end = told.expect_err("there is no such circuit among its owner's");
    let said = end.downcast_ref::<String>().map(String::as_str);
    assert_eq!(said, Some("the circuit was found before"));
}

/// What time has brought about does not hang on the call that came afterwards.
#[test]
fn what_time_has_bought_stays_when_the_call_that_woke_it_is_refused() {
    let (mut world, circuit) = served();
    let again = world.with_token("t", TerminateCircuit { circuit });
    let replayed = world.with_token("t", TerminateCircuit { circuit });
    world.propose(again);
    world.renew(circuit, 100);
    let other = world.give(given(Status::Enabled), "pc-b");
    world.renew(other, 200);
    let (before, balance) = (world.numbers.next_order, world.account().balance);
    let mut batch = Vec::new();
    for (later, mut call) in [
        (100, world.proposal(order(id("pc-never"), MONTH, true))),
        (150, world.proposal(order(id("pc-never"), MONTH, true))),
        (200, replayed),
    ] {
        call.wall = world.wall.plus_ms(later);
        batch.push(call);
    }
    let told = world.batch(&batch);
    assert_eq!(told[..2], [Told::Refused(Refusal::NoSuchCircuit); 2]);
    assert!(matches!(told[2], Told::Replayed(Outcome::Done, _)), "{told:?}");
    let bought: Vec<_> = world.state().orders_of(OWNER).filter(|order| order.by_time).collect();
    let numbers: Vec<_> = bought.iter().map(|order| order.id.number()).collect();
    assert_eq!((numbers, world.numbers.next_order), (vec![before + 1, before], before + 2));
    let left = balance.minus(Money::units(2 * 85));
    assert_eq!(Some(world.account().balance), left);
}

/// In the order of the table of records, and among records of a kind in that of their names.
#[test]
fn what_is_due_at_one_instant_happens_in_the_order_of_the_table() {
    let week_ms = 7 * DAY_MS;
    let mut world = World::new(Rules { enable_delay_ms: week_ms, ..rules() });
    let names = ["pc-a", "pc-b", "pc-c", "pc-d"];
    let statuses = [Status::Enabled, Status::Enabled, Status::Confirmed, Status::Confirmed];
    let mut statuses = statuses.into_iter();
    let [early, late, unpaid, paid] =
        names.map(|name| world.give(given(statuses.next().expect("one each")), name));
    let at = world.wall.plus_ms(week_ms);
    world.renew(late, week_ms);
    let open = world.placed(order(unpaid, MONTH, false)).id;
    world.renew(early, week_ms);
    world.placed(order(paid, Charge::PostPaid, true));
    let mut passed = None;
    for due in [Due::Circuit(paid), Due::Order(open), Due::Renewal(early), Due::Renewal(late)] {
        let next = world.state().next_due(OWNER, passed);
        assert_eq!(next, Some((at, due)));
        passed = next;
    }
    assert_eq!(world.state().next_due(OWNER, passed), None);
    world.pass(week_ms);
    assert_eq!(world.status(paid), Status::Enabled);
    assert_eq!(world.order(open).cancel_cause, Some(CancelCause::Expired));
    let bought = world.state().orders_of(OWNER).filter(|order| order.by_time);
    // Newest first.
    assert!(bought.map(|order| order.circuit).eq([late, early]));
}

#[test]
fn what_happens_first_takes_the_money() {
    let mut world = World::new(rules());
    let theirs = GivenCircuit { account: OTHER, ..given(Status::Enabled) };
    let [first, second] = ["pc-b", "pc-a"].map(|name| world.give(theirs.clone(), name));
    world.done(TopUp { account: OTHER, amount: Money::units(100) });
    world.renew(second, 2);
    world.renew(first, 1);
    world.pass(2);
    let bought = world.state().orders_of(OTHER);
    assert!(bought.map(|order| order.circuit).eq([first]));
}

#[test]
fn time_may_add_to_a_circuit_more_than_once() {
    let mut world = World::new(rules());
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    world.placed(order(circuit, MONTH, true));
    for _ in 0..3 {
        world.renew(circuit, 1);
        // The rig audits what comes of it.
        world.pass(1);
    }
    assert_eq!(world.state().orders_of(OWNER).filter(|order| order.by_time).count(), 3);
}
