//! What circuits and orders have been through, and why.

use super::rig::*;
use crate::circuit::Status;
use crate::command::{CancelOrder, PayOrder, PlaceOccupancyOrder, TerminateCircuit};
use crate::history::{Cause, CircuitMove};
use crate::id::{CircuitId, RequestId};
use crate::order::OrderStatus;
use crate::{Carrier, Rules, Timestamp};

fn until(world: &mut World, instant: &str) {
    let at = Timestamp::parse(instant).expect("a test instant");
    let ms = at.ms() - world.wall.ms();
    world.pass(ms);
}

fn moves(world: &World, circuit: CircuitId) -> Vec<CircuitMove> {
    let books = world.books();
    books.circuit_moves.into_iter().filter(|step| step.circuit == circuit).collect()
}

/// When, why, and where a circuit stood then.
fn told(step: &CircuitMove) -> (String, Cause, Status) {
    let why = step.why.expect("this release keeps it");
    (why.at.to_string(), why.cause, step.state.status)
}

#[test]
fn every_move_of_a_circuit_is_kept_with_its_instant_and_its_cause() {
    let mut world = World::new(Rules { carrier: Carrier::Auto, ..rules() });
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    let call = world.proposal(order(circuit, MONTH, true));
    let request = call.origin.as_ref().map(|origin| origin.request);
    world.propose(call);
    until(&mut world, "2027-01-10T00:00:00Z");
    world.done(TerminateCircuit { circuit });
    until(&mut world, "2027-02-01T00:00:00Z");
    let history = moves(&world, circuit);
    let expected = [
        ("2026-11-22T08:00:00Z", Cause::Operator, Status::Confirmed),
        ("2026-11-22T08:00:00Z", Cause::Call, Status::Enabled),
        ("2026-12-15T16:00:00Z", Cause::DueSoon, Status::Enabled),
        ("2026-12-19T16:00:00Z", Cause::DueSoon, Status::Enabled),
        ("2026-12-21T16:00:00Z", Cause::DueSoon, Status::Enabled),
        ("2027-01-06T16:00:00Z", Cause::Stop, Status::Enabled),
        ("2027-01-10T00:00:00Z", Cause::Call, Status::Terminating),
        ("2027-01-10T00:00:00Z", Cause::Carrier, Status::Terminated),
        ("2027-01-13T16:00:00Z", Cause::Release, Status::Terminated),
    ]
    .map(|(at, cause, status)| (at.to_owned(), cause, status));
    let all: Vec<_> = history.iter().map(told).collect();
    assert_eq!(all, expected);
    let requests: Vec<_> =
        history.iter().map(|step| step.why.expect("it is kept").request).collect();
    assert_eq!(requests[1], request);
    assert!(requests[6].is_some_and(|other: RequestId| Some(other) != request));
    assert!([0, 2, 5, 7].iter().all(|&nth| requests[nth].is_none()));
    let last = history.last().expect("the release").state;
    assert_eq!(last, world.circuit(circuit).state);
}

#[test]
fn a_renewal_that_fails_is_in_the_history_and_so_is_one_that_does_not() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let first = order(circuit, MONTH, true);
    let paid = PlaceOccupancyOrder { auto_renew: true, auto_renew_months: 9, ..first };
    world.placed(paid);
    until(&mut world, "2026-12-16T00:00:00Z");
    let causes = |world: &World| {
        moves(world, circuit).iter().skip(2).map(|step| told(step).1).collect::<Vec<_>>()
    };
    assert_eq!(causes(&world), [Cause::Renewal], "nobody is told of what goes on by itself");
    until(&mut world, "2027-09-15T00:00:00Z");
    assert_eq!(causes(&world)[1..], [Cause::RenewalFailed, Cause::RenewalFailed]);
}

#[test]
fn an_order_tells_which_request_placed_it_and_what_became_of_it() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let call = world.proposal(order(circuit, MONTH, false));
    let placing = call.origin.as_ref().map(|origin| origin.request);
    world.propose(call);
    let first = world.state_orders()[0];
    assert_eq!(first.request.map(crate::KeptRequest::id), placing);
    let call = world.proposal(CancelOrder { order: first.id });
    let cancelling = call.origin.as_ref().map(|origin| origin.request);
    world.propose(call);
    let second = world.placed(order(circuit, MONTH, false));
    world.done(PayOrder { order: second.id });
    let other = world.give(given(Status::Confirmed), "pc-b");
    let third = world.placed(order(other, MONTH, false));
    world.pass(8 * DAY_MS);
    let books = world.books();
    let all = books.order_moves.iter().map(|step| {
        assert_eq!(step.before, OrderStatus::Unpaid);
        (step.order, step.status, step.why.cause, step.why.request)
    });
    let expected = [
        (first.id, OrderStatus::Cancelled, Cause::Call, cancelling),
        (second.id, OrderStatus::Paid, Cause::Operator, None),
        (third.id, OrderStatus::Cancelled, Cause::Expiry, None),
    ];
    assert_eq!(all.collect::<Vec<_>>(), expected);
}
