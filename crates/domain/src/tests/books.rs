//! The audit: sound books are found sound, and whatever is falsified is found by its invariant.

use super::rig::*;
use crate::audit::{Books, audit};
use crate::catalogue::PortType;
use crate::circuit::Status;
use crate::command::{CancelOrder, LoadPrices, PutKey, PutUser, Shortfall};
use crate::id::OrderId;
use crate::ledger::LedgerAccount;
use crate::order::{CancelCause, Charge, OrderKind, OrderStatus};
use crate::price::{Currency, Money};
use crate::{Command, Outcome};

/// A paid order, one paid as it goes, an unpaid, an abnormal and a cancelled one; a term that
/// ended, a price list, a user and a key, and receipts of all of it; and an order that time itself
/// has placed for the circuit of the paid one.
pub(super) fn sound() -> Books {
    let mut world = World::new(rules());
    let rows = [((PortType::Base1000Lx, home()), Money(50))].into();
    world.done(LoadPrices::of_ports(Currency::Usd, rows));
    for (name, charge, pay_now) in [
        ("pc-paid", MONTH, true),
        ("pc-free", Charge::PostPaid, true),
        ("pc-unpaid", MONTH, false),
        ("pc-cancelled", MONTH, false),
    ] {
        let circuit = world.give(given(Status::Confirmed), name);
        let call = world.with_token(name, order(circuit, charge, pay_now));
        let Told::Accepted(Outcome::Order { order, .. }) = world.propose(call) else {
            panic!("refused")
        };
        if name == "pc-cancelled" {
            world.done(CancelOrder { order });
        }
    }
    world.give(given(Status::Enabled), "pc-enabled");
    let poor = crate::circuit::GivenCircuit { account: OTHER, ..given(Status::Confirmed) };
    let circuit = world.give(poor, "pc-abnormal");
    let mut call = world.with_token("pc-abnormal", order(circuit, MONTH, true));
    origin_of(&mut call).account = OTHER;
    if let Command::PlaceOccupancyOrder(command) = &mut call.command {
        command.shortfall = Shortfall::Abnormal;
    }
    assert!(matches!(world.propose(call), Told::Accepted(Outcome::Order { short: true, .. })));
    let call = world.with_token("apply", apply_for_circuit());
    assert!(matches!(world.propose(call), Told::Accepted(_)));
    world.done(PutUser { user: user(OWNER) });
    world.done(PutKey { key: Box::new(key(OWNER, Some("u"))) });
    world.renew(id("pc-paid"), 1);
    world.pass(1);
    world.books()
}

pub(super) type Falsify = fn(&mut Books);

/// Found by these invariants and no others.
pub(super) fn check(what: &str, falsify: Falsify, invariants: &[&str]) {
    check_in(sound(), what, falsify, invariants);
}

/// The same in these books.
pub(super) fn check_in(mut books: Books, what: &str, falsify: Falsify, invariants: &[&str]) {
    falsify(&mut books);
    let findings = audit(&books);
    let broken = findings.iter().filter(|finding| !finding.offenders.is_empty());
    let broken: Vec<_> = broken.map(|finding| finding.invariant).collect();
    assert_eq!(broken, invariants, "{what}: {findings:#?}");
}

pub(super) const PAID: usize = 0;
pub(super) const FREE: usize = 1;
pub(super) const UNPAID: usize = 2;
pub(super) const CANCELLED: usize = 3;
const ABNORMAL: usize = 4;
pub(super) const RENEWED: usize = 5;

#[test]
fn sound_books_are_found_sound_and_looked_at_as_a_whole() {
    let books = sound();
    let counts = [books.postings.len(), books.orders.len(), books.circuits.len()];
    assert_eq!((counts, books.receipts.len()), ([4, 6, 7], 8));
    assert_eq!((books.users.len(), books.keys.len()), (1, 1));
    let statuses = books.orders.iter().map(|order| order.status);
    assert!(statuses.eq([
        OrderStatus::Paid,
        OrderStatus::Paid,
        OrderStatus::Unpaid,
        OrderStatus::Cancelled,
        OrderStatus::Abnormal,
        OrderStatus::Paid,
    ]));
    // I4, O4 and O8 allow for what no call has placed.
    let by_time = books.orders.iter().map(|order| order.by_time);
    assert!(by_time.eq([false, false, false, false, false, true]));
    assert_eq!(books.orders[RENEWED].circuit, books.orders[PAID].circuit);
    for finding in audit(&books) {
        assert!(finding.offenders.is_empty(), "{finding:?}");
        let counted = match finding.invariant {
            "L1" | "L2" | "L6" | "O9" => 4,
            "L4" | "S5" => 2,
            "B3" | "H1" | "H4" | "H5" | "K1" | "O10" | "S1" | "S2" | "S3" | "S4" => 7,
            "I1" | "I2" | "I3" => 8,
            "A1" | "A2" | "O11" => 1,
            "B1" | "B2" | "H2" | "H3" | "V1" | "V2" | "V3" | "V4" | "V5" | "V6" => 0,
            // L3 looks at postings and accounts.
            _ => 6,
        };
        assert_eq!(finding.checked, counted, "{}", finding.invariant);
    }
}

const MONEY: &[(&str, Falsify, &[&str])] = &[
    ("negative", (|b| b.postings[1].amount = Money(-50)), &["L1", "L3", "O1"]),
    ("to itself", |b| b.postings[1].credit = b.postings[1].debit, &["L1", "O9"]),
    ("other currency", |b| b.postings[2].currency = Currency::Cny, &["L6"]),
    (
        "no such customer",
        |b| {
            b.postings[0].credit = LedgerAccount::Cash(crate::AccountId(9));
        },
        &["L6", "L2", "L3"],
    ),
    (
        "revenue elsewhere",
        |b| {
            b.postings[1].credit = LedgerAccount::Revenue(Currency::Cny);
        },
        &["L2"],
    ),
    ("balance after", |b| b.postings[1].balance_after = Money(1), &["L3"]),
    (
        "balance",
        |b| b.accounts.iter_mut().for_each(|a| a.balance.0 += i64::from(a.id == OWNER)),
        &["L3"],
    ),
    (
        "below zero",
        |b| {
            for account in b.accounts.iter_mut().filter(|account| account.id == OTHER) {
                account.balance = Money(-1);
            }
        },
        &["L3", "L4"],
    ),
    ("payment without order", |b| b.postings[1].order = None, &["O1", "O9"]),
    ("top-up for an order", |b| b.postings[0].order = Some(b.orders[CANCELLED].id), &["O1", "O9"]),
    (
        "payment of another's order",
        |b| {
            b.postings[2].order = Some(b.orders[ABNORMAL].id);
        },
        &["O1", "O9"],
    ),
    (
        "payment of an unpaid order",
        |b| {
            b.postings[2].order = Some(b.orders[UNPAID].id);
        },
        &["O1", "O9"],
    ),
    ("payment of no order", |b| b.postings[2].order = Some(OrderId::NONE), &["O1", "O9"]),
];

#[test]
fn falsified_money_is_found() {
    for (what, falsify, invariants) in MONEY {
        check(what, *falsify, invariants);
    }
}

const ORDERS: &[(&str, Falsify, &[&str])] = &[
    ("costs more", (|b| b.orders[PAID].amount = Money(51)), &["O1", "O5"]),
    ("unpaid costs more", |b| b.orders[UNPAID].amount = Money(51), &["O5"]),
    ("free costs", |b| b.orders[FREE].amount = Money(1), &["O1", "O5"]),
    ("unknown list", |b| b.orders[UNPAID].price_version = 3, &["O5"]),
    ("built-in list", |b| b.orders[UNPAID].price_version = 1, &["O5"]),
    ("paid can die", |b| b.orders[PAID].dies_at = Some(b.orders[PAID].created_at), &["O2"]),
    ("unpaid cannot die", |b| b.orders[UNPAID].dies_at = None, &["O2"]),
    ("abnormal cannot die", |b| b.orders[ABNORMAL].dies_at = None, &["O2"]),
    ("cancelled for no cause", |b| b.orders[CANCELLED].cancel_cause = None, &["O2"]),
    (
        "unpaid for a cause",
        |b| {
            b.orders[UNPAID].cancel_cause = Some(CancelCause::Expired);
        },
        &["O2"],
    ),
    ("unpaid with a usage", |b| b.orders[UNPAID].usage = b.orders[PAID].usage, &["O2"]),
    ("paid without a usage", |b| b.orders[PAID].usage = None, &["O2", "S1", "S2", "R3"]),
    ("paid at no time", |b| b.orders[PAID].paid_at = None, &["O6"]),
    ("unpaid at a time", |b| b.orders[UNPAID].paid_at = b.orders[PAID].paid_at, &["O6"]),
    (
        "paid before",
        |b| {
            b.orders[PAID].paid_at = Some(b.orders[PAID].created_at.plus_ms(-1));
        },
        &["O6"],
    ),
    (
        "too large a number",
        |b| {
            let (old, new) = (b.orders[UNPAID].id, OrderId::new(1 << 53).expect("not zero"));
            b.orders[UNPAID].id = new;
            for circuit in b.circuits.iter_mut().filter(|c| c.state.open_order == Some(old)) {
                circuit.state.open_order = Some(new);
            }
            b.receipts
                .retain(|r| !matches!(r.outcome, Outcome::Order { order, .. } if order == old));
        },
        &["O6", "I4"],
    ),
    (
        "unpaid twice",
        |b| {
            b.orders.push(b.orders[UNPAID]);
        },
        &["O4"],
    ),
    (
        "paid twice",
        |b| {
            let mut second = b.orders[PAID];
            second.id = OrderId::new(1).expect("not zero");
            b.orders.push(second);
        },
        &["O1", "O4", "O8", "S1", "R3"],
    ),
    (
        "circuit names no unpaid order",
        |b| {
            circuit(b, "pc-unpaid").state.open_order = None;
        },
        &["O10"],
    ),
    (
        "circuit names a cancelled order",
        |b| {
            circuit(b, "pc-cancelled").state.open_order = Some(b.orders[CANCELLED].id);
        },
        &["O10"],
    ),
    (
        "circuit names another's unpaid order",
        |b| {
            circuit(b, "pc-unpaid").state.open_order = Some(b.orders[ABNORMAL].id);
        },
        &["O10"],
    ),
    (
        "circuit names an unpaid order of another circuit",
        |b| {
            let (other, order) = (b.orders[UNPAID].id, &mut b.orders[CANCELLED]);
            (order.status, order.cancel_cause) = (OrderStatus::Unpaid, None);
            order.dies_at = Some(order.created_at);
            circuit(b, "pc-cancelled").state.open_order = Some(other);
        },
        &["O11", "O10"],
    ),
    (
        "circuit names an order of its own that is not unpaid",
        |b| {
            b.orders[CANCELLED].circuit = id("pc-unpaid");
            circuit(b, "pc-unpaid").state.open_order = Some(b.orders[CANCELLED].id);
        },
        &["O10"],
    ),
    (
        "circuit names an unknown order",
        |b| {
            circuit(b, "pc-unpaid").state.open_order = Some(OrderId::NONE);
        },
        &["O10"],
    ),
    ("no such circuit", |b| b.orders[CANCELLED].circuit = id("pc-never"), &["O8"]),
    ("another's circuit", |b| circuit(b, "pc-cancelled").account = OTHER, &["O8"]),
    ("elsewhere", |b| b.orders[CANCELLED].region = away(), &["O8", "O5"]),
    ("a call's order is said to be time's", |b| b.orders[PAID].by_time = true, &["O8"]),
    ("time's order is said to be a call's", |b| b.orders[RENEWED].by_time = false, &["I4"]),
    // It is paid besides another, and its circuit does not name it.
    (
        "a renewal is said to be new",
        |b| b.orders[RENEWED].kind = OrderKind::New,
        &["O4", "O8", "S1", "S2", "R3"],
    ),
    ("time pays nothing", |b| b.postings.truncate(3), &["L3", "O1"]),
    (
        "time's order is named by its circuit",
        |b| circuit(b, "pc-paid").state.paid_order = Some(b.orders[RENEWED].id),
        &["O8", "R3"],
    ),
];

#[test]
fn falsified_orders_are_found() {
    for (what, falsify, invariants) in ORDERS {
        check(what, *falsify, invariants);
    }
}

pub(super) fn circuit<'b>(books: &'b mut Books, name: &str) -> &'b mut crate::circuit::Circuit {
    books.circuits.iter_mut().find(|circuit| circuit.id == id(name)).expect("it is there")
}

const RECEIPTS: &[(&str, Falsify, &[&str])] = &[
    (
        "one token twice",
        (|b: &mut Books| {
            let last = b.receipts.last().expect("some").clone();
            b.receipts.push(last);
        }),
        &["I1"],
    ),
    (
        "one token a life later",
        |b| {
            let mut last = b.receipts.last().expect("some").clone();
            last.made_at = last.made_at.plus_ms(crate::receipt::TOKEN_LIFE_MS);
            b.receipts.push(last);
        },
        &[],
    ),
    (
        "a circuit there never was",
        |b| {
            b.receipts.last_mut().expect("some").outcome = Outcome::Circuit(id("pc-never"));
        },
        &["I2"],
    ),
    (
        "another's circuit",
        |b| {
            b.receipts.last_mut().expect("some").outcome = Outcome::Circuit(id("pc-abnormal"));
        },
        &["I2"],
    ),
    (
        "an order there never was",
        |b| {
            let order = OrderId::NONE;
            b.receipts.last_mut().expect("some").outcome = Outcome::Order { order, short: true };
        },
        &["I2"],
    ),
    (
        "another's order",
        |b| {
            let order = b.orders[ABNORMAL].id;
            b.receipts.last_mut().expect("some").outcome = Outcome::Order { order, short: true };
        },
        &["I2"],
    ),
    (
        "one order placed twice",
        |b| {
            let placed = b.receipts.iter().find(|r| r.token.as_deref() == Some("pc-paid"));
            let placed = placed.expect("it was placed").clone();
            b.receipts.push(crate::receipt::Receipt { token: None, ..placed });
        },
        &["I3"],
    ),
    (
        "a receipt forgotten before an older one",
        |b| {
            let order = b.orders[CANCELLED].id;
            b.receipts
                .retain(|r| !matches!(r.outcome, Outcome::Order { order: o, .. } if o == order));
        },
        &["I4"],
    ),
];

#[test]
fn falsified_receipts_are_found() {
    let life_ms = crate::receipt::TOKEN_LIFE_MS;
    assert_eq!(life_ms, 7 * DAY_MS);
    for (what, falsify, invariants) in RECEIPTS {
        check(what, *falsify, invariants);
    }
}

const PEOPLE: &[(&str, Falsify, &[&str])] = &[
    // The key's user is not the one that is left.
    ("a user of nobody", (|b: &mut Books| b.users[0].account = NOBODY), &["A1", "A2"]),
    ("one more user of nobody", |b| b.users.push(user(NOBODY)), &["A1"]),
    ("a user is gone", |b| b.users.clear(), &["A2"]),
    ("a key of an unknown user", |b| b.keys[0].user = Some("v".into()), &["A2"]),
    ("a key of another account's user", |b| b.keys[0].account = OTHER, &["A2"]),
    ("a key of nobody", |b| b.keys.push(key(NOBODY, None)), &["A2"]),
    (
        "a key of nobody's user",
        |b| {
            b.users.push(user(NOBODY));
            b.keys.push(key(NOBODY, Some("u")));
        },
        &["A1", "A2"],
    ),
    ("a key of the account itself", |b| b.keys[0].user = None, &[]),
    ("an account without either", |b| (b.users, b.keys) = (vec![], vec![]), &[]),
];

#[test]
fn falsified_users_and_keys_are_found() {
    for (what, falsify, invariants) in PEOPLE {
        check(what, *falsify, invariants);
    }
}
