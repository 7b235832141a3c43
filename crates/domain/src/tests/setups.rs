//! Setup orders: a circuit comes with its order, waits for it, and is given up with it.

use super::rig::*;
use crate::audit::{Books, audit};
use crate::circuit::{Event, Status};
use crate::command::{
    CancelCircuit, CancelOrder, CarrierEvent, LoadPrices, OpenAccount, PayOrder, PayOwnOrder,
    PlaceSetupOrder, RefundCircuit, TopUp,
};
use crate::id::{AccountId, CircuitId, OrderId};
use crate::order::{CancelCause, OrderKind, OrderStatus};
use crate::price::{Currency, Money};
use crate::receipt::Origin;
use crate::rules::Carrier;
use crate::{Command, Outcome, Records as _, Refusal, Rules, View as _};

pub fn ordered(pay_now: bool) -> PlaceSetupOrder {
    PlaceSetupOrder { particulars: particulars(), pay_now }
}

/// Commands, no two of which are the same call.
pub fn commands() -> Vec<Command> {
    let mut other = particulars();
    other.bandwidth_mbps = 500;
    vec![
        ordered(true).into(),
        ordered(false).into(),
        PlaceSetupOrder { particulars: other, pay_now: true }.into(),
    ]
}

/// Commands, and what the release that brought them printed for each.
pub fn kept_prints() -> Vec<(Command, &'static str, u128)> {
    vec![(
        ordered(true).into(),
        "place_setup_order",
        134_679_926_686_309_212_163_436_139_867_872_785_126,
    )]
}

/// A world whose [`NOBODY`] has so many dollars, and no outbound traffic that is billed.
fn with_money(units: i64, carrier: Carrier) -> World {
    let mut world = World::new(Rules { carrier, ..rules() });
    let (account, currency) = (NOBODY, Currency::Usd);
    world.done(OpenAccount { account, currency, dialect: None, orderless: false });
    if units > 0 {
        world.done(TopUp { account, amount: Money::units(units) });
    }
    world
}

fn theirs(world: &mut World, command: impl Into<Command>) -> Told {
    let mut call = world.proposal(command);
    let origin: &mut Origin = call.origin.as_mut().expect("callers give it");
    origin.account = NOBODY;
    world.propose(call)
}

fn set_up(world: &mut World, pay_now: bool) -> (CircuitId, OrderId) {
    match theirs(world, ordered(pay_now)) {
        Told::Accepted(Outcome::SetUp { circuit, order }) => (circuit, order),
        told => panic!("{told:?}"),
    }
}

#[test]
fn a_setup_order_costs_its_price_once_and_its_circuit_waits_for_it() {
    let mut world = with_money(2_000, Carrier::Auto);
    let (circuit, id) = set_up(&mut world, false);
    let order = *world.order(id);
    assert_eq!((order.kind, order.status), (OrderKind::Setup, OrderStatus::Unpaid));
    assert_eq!((order.amount, order.kind.told()), (Money::units(1_500), OrderKind::New));
    // The carrier leaves it alone, whoever plays it.
    world.pass(DAY_MS);
    assert_eq!(world.circuit(circuit).state.status, Status::Initial);
    let events = [Event::Approve, Event::Reject, Event::Allocate, Event::FailAllocation];
    for event in events {
        assert_eq!(world.refused(CarrierEvent { circuit, event }), Refusal::CircuitState);
    }
    world.done(CarrierEvent { circuit, event: Event::LockSecurity });
    let told = theirs(&mut world, PayOwnOrder { order: id });
    assert_eq!(told, Told::Accepted(Outcome::Order { order: id, short: false }));
    let account = world.state().account(&NOBODY).expect("it is there");
    assert_eq!(account.balance, Money::units(500));
    let order = *world.order(id);
    assert_eq!((order.status, order.usage), (OrderStatus::Paid, None));
    world.pass(DAY_MS);
    assert_eq!(world.circuit(circuit).state.status, Status::Allocated);
    assert_eq!(theirs(&mut world, PayOwnOrder { order: id }), refused(Refusal::OrderNotUnpaid));
    let refund = RefundCircuit { circuit, release_now: true };
    assert!(matches!(theirs(&mut world, refund), Told::Refused(_)), "nothing comes back");
}

fn refused(refusal: Refusal) -> Told {
    Told::Refused(refusal)
}

#[test]
fn with_too_little_money_nothing_is_kept_and_where_traffic_is_billed_it_is_free() {
    let mut world = with_money(1_499, Carrier::Manual);
    assert_eq!(theirs(&mut world, ordered(true)), refused(Refusal::BalanceTooLow));
    assert_eq!(world.state().circuits().count(), 0);
    assert_eq!(world.state().orders_of(NOBODY).count(), 0);
    let (_, id) = set_up(&mut world, false);
    assert_eq!(world.refused(PayOrder { order: id }), Refusal::BalanceTooLow);
    let Outcome::SetUp { circuit, order } = world.done(ordered(true)) else { panic!("no order") };
    assert_eq!((world.order(order).amount, world.order(order).price_version), (Money(0), 0));
    world.done(CarrierEvent { circuit, event: Event::Allocate });
}

#[test]
fn without_a_price_there_is_no_order() {
    let mut world = with_money(2_000, Carrier::Manual);
    world.done(LoadPrices::of_ports(Currency::Usd, [].into()));
    assert_eq!(theirs(&mut world, ordered(false)), refused(Refusal::NoPrice));
}

#[test]
fn a_circuit_is_given_up_with_its_setup_order_and_the_order_with_its_circuit() {
    let mut world = with_money(0, Carrier::Manual);
    let (circuit, id) = set_up(&mut world, false);
    theirs(&mut world, CancelOrder { order: id });
    assert_eq!(world.circuit(circuit).state.status, Status::Canceled);
    assert_eq!(world.order(id).cancel_cause, Some(CancelCause::Customer));
    let (circuit, id) = set_up(&mut world, false);
    theirs(&mut world, CancelCircuit { circuit });
    assert_eq!(world.circuit(circuit).state.status, Status::Canceled);
    assert_eq!(world.order(id).cancel_cause, Some(CancelCause::Circuit));
    let (circuit, id) = set_up(&mut world, false);
    world.pass(8 * DAY_MS);
    world.wake_all();
    assert_eq!(world.circuit(circuit).state.status, Status::Canceled);
    assert_eq!(world.order(id).cancel_cause, Some(CancelCause::Expired));
    assert_eq!(waiting(&world, NOBODY), 0);
}

fn waiting(world: &World, account: AccountId) -> u32 {
    world.state().account(&account).expect("it is there").waiting_circuits
}

#[test]
fn circuits_that_wait_for_their_setup_are_counted() {
    let mut world = with_money(0, Carrier::Manual);
    set_up(&mut world, false);
    set_up(&mut world, false);
    assert_eq!(theirs(&mut world, ordered(false)), refused(Refusal::WaitingCircuitsMax));
}

fn broken(books: &Books) -> Vec<&'static str> {
    let findings = audit(books).into_iter().filter(|finding| !finding.offenders.is_empty());
    findings.map(|finding| finding.invariant).collect()
}

#[test]
fn a_circuit_that_does_not_wait_for_its_setup_order_is_found() {
    let mut world = with_money(0, Carrier::Manual);
    set_up(&mut world, false);
    assert_eq!(broken(&world.books()), [""; 0]);
    let mut books = world.books();
    let state = &mut books.circuits[0].state;
    (state.wakes_at, state.status) = (Some(world.wall), Status::Approved);
    assert_eq!(broken(&books), ["O12"]);
    let (_, id) = set_up(&mut world, false);
    theirs(&mut world, CancelOrder { order: id });
    let mut books = world.books();
    books.circuits[1].state.status = Status::Initial;
    assert_eq!(broken(&books), ["O12", "S5"]);
    books.orders[1].amount = Money(1);
    assert_eq!(broken(&books), ["O12", "O5", "S5"]);
}
