//! Books whose bills, or whose history of orders, are not what they must be.

use super::rig::*;
use crate::audit::{Books, audit};
use crate::circuit::{Circuit, Status};
use crate::command::{CancelOrder, TopUp};
use crate::history::OrderMove;
use crate::order::{Charge, OrderStatus};
use crate::price::{Cycle, Money, Term};

/// A circuit that is paid as it goes, with a bill that is paid and one that is not; and an order
/// that was cancelled.
fn sound() -> Books {
    let mut world = World::new(rules());
    let circuit = world.give(given(Status::Confirmed), "pc-metered");
    world.placed(order(circuit, Charge::PostPaid, true));
    let other = world.give(given(Status::Confirmed), "pc-other");
    let cancelled = world.placed(order(other, MONTH, false)).id;
    world.done(CancelOrder { order: cancelled });
    // What is left is enough for the first bill and not for the second.
    let months = Charge::PrePaid(Term { count: 11, cycle: Cycle::Month });
    world.placed(order(other, months, true));
    world.pass(41 * DAY_MS);
    world.done(TopUp { account: OWNER, amount: Money::units(1) });
    world.books()
}

type Falsify = fn(&mut Books);

fn metered(books: &mut Books) -> &mut Circuit {
    books.circuits.iter_mut().find(|circuit| circuit.id == id("pc-metered")).expect("it is there")
}

const FALSIFIED: &[(&str, Falsify, &[&str])] = &[
    ("another amount", |b| b.bills[0].amount = Money(254_900), &["B1", "B2"]),
    ("unpaid, and yet paid", |b| b.bills[0].paid_at = None, &["B1"]),
    ("paid, and nobody paid", |b| b.bills[1].paid_at = Some(b.bills[1].made_at), &["B1"]),
    ("paid, and yet to be tried", |b| b.bills[0].tries_at = Some(b.bills[0].made_at), &["B1"]),
    ("never tried again", |b| b.bills[1].tries_at = None, &["B1"]),
    ("paid at another time", |b| b.bills[0].paid_at = Some(b.bills[1].made_at), &["B1"]),
    ("of another list", |b| b.bills[0].price_version = 2, &["B2"]),
    ("of another port", |b| b.bills[1].port_type = crate::catalogue::PortType::Base10GLr, &["B2"]),
    ("a gap", |b| b.bills[1].used.0 = b.bills[1].used.0.plus_ms(1), &["B3"]),
    ("none of the first month", |b| _ = b.bills.remove(0), &["O9", "B3"]),
    ("none of the last month", |b| _ = b.bills.remove(1), &["B3"]),
    (
        "billed further than the bills say",
        |b| {
            let subscription = &mut metered(b).state.subscription;
            subscription.billed_to = subscription.billed_to.map(|at| at.plus_ms(1));
        },
        &["B3"],
    ),
    ("no step to the next bill", |b| metered(b).state.subscription.steps_at = None, &["S4"]),
    ("of a stranger", |b| b.bills[1].account = OTHER, &["B3"]),
    ("an order that was cancelled was paid before", |b| turned(b, OrderStatus::Paid), &["O11"]),
    ("an order came back", |b| turned(b, OrderStatus::Unpaid), &["O11"]),
    (
        "an order moved twice",
        |b| {
            let step: OrderMove = b.order_moves[0];
            b.order_moves.push(step);
        },
        &["O11"],
    ),
];

/// The history says that the cancelled order came to stand so.
fn turned(books: &mut Books, status: OrderStatus) {
    books.order_moves[0].status = status;
}

#[test]
fn sound_bills_are_found_sound_and_falsified_ones_by_their_invariants() {
    let books = sound();
    assert_eq!((books.bills.len(), books.order_moves.len()), (2, 1));
    let found = |books: &Books| {
        let broken = audit(books).into_iter().filter(|finding| !finding.offenders.is_empty());
        broken.map(|finding| finding.invariant).collect::<Vec<_>>()
    };
    assert_eq!(found(&books), [""; 0]);
    for (what, falsify, invariants) in FALSIFIED {
        let mut books = sound();
        falsify(&mut books);
        assert_eq!(found(&books), *invariants, "{what}");
    }
}
