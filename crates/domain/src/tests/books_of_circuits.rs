//! Books whose circuits are not what their orders say.

use super::books::*;
use crate::audit::Books;
use crate::circuit::Status;
use crate::id::OrderId;

const SUBSCRIPTIONS: &[(&str, Falsify, &[&str])] = &[
    (
        "ends later",
        (|b: &mut Books| {
            let (start, end) = b.orders[RENEWED].usage.expect("paid");
            let end = end.map(|end| end.plus_ms(1));
            b.orders[RENEWED].usage = Some((start, end));
            circuit(b, "pc-paid").state.ends_at = end;
        }),
        &["S2", "S4"],
    ),
    (
        "a gap",
        |b| {
            let (start, end) = b.orders[RENEWED].usage.expect("paid");
            let start = start.plus_ms(1);
            b.orders[RENEWED].usage = Some((start, end));
            circuit(b, "pc-paid").state.subscription.begins_at = Some(start);
        },
        &["S1"],
    ),
    (
        "an overlap",
        |b| {
            let (start, end) = b.orders[RENEWED].usage.expect("paid");
            let start = start.plus_ms(-1);
            b.orders[RENEWED].usage = Some((start, end));
            b.orders[RENEWED].paid_at = Some(start);
            circuit(b, "pc-paid").state.subscription.begins_at = Some(start);
        },
        &["S1"],
    ),
    (
        "a period that the circuit does not name",
        |b| {
            let paid = b.orders[PAID].id;
            circuit(b, "pc-paid").state.subscription.last_order = Some(paid);
        },
        &["S1", "S2"],
    ),
    (
        "the last period begins at another time",
        |b| circuit(b, "pc-paid").state.subscription.begins_at = None,
        &["S2"],
    ),
    (
        "a step at another time",
        |b| {
            let subscription = &mut circuit(b, "pc-paid").state.subscription;
            subscription.steps_at = subscription.steps_at.map(|at| at.plus_ms(1));
        },
        &["S4"],
    ),
    ("no step", |b| circuit(b, "pc-paid").state.subscription.steps_at = None, &["S4"]),
    ("gone, and yet to step", |b| circuit(b, "pc-paid").state.deleted = true, &["S4"]),
    (
        "at rest, and yet to step",
        |b| circuit(b, "pc-enabled").state.subscription.steps_at = Some(b.orders[PAID].created_at),
        &["S4"],
    ),
    (
        "free one ends",
        |b| {
            let end = b.orders[PAID].usage.and_then(|(_, end)| end);
            let (start, _) = b.orders[FREE].usage.expect("paid");
            b.orders[FREE].usage = Some((start, end));
            circuit(b, "pc-free").state.ends_at = end;
        },
        &["S2"],
    ),
    (
        "began at another time",
        |b| {
            let state = &mut circuit(b, "pc-paid").state;
            state.enabled_at = state.enabled_at.map(|at| at.plus_ms(1));
        },
        &["S2", "R3"],
    ),
    ("ends at another time", |b| circuit(b, "pc-paid").state.ends_at = None, &["S2", "S4"]),
    (
        "enabled for nothing",
        |b| {
            circuit(b, "pc-cancelled").given = false;
            circuit(b, "pc-cancelled").state.status = Status::Enabled;
        },
        &["S3"],
    ),
    (
        "ended for nothing",
        |b| {
            circuit(b, "pc-cancelled").given = false;
            circuit(b, "pc-cancelled").state.status = Status::Terminated;
        },
        &["S3"],
    ),
    (
        "names a cancelled order",
        |b| {
            circuit(b, "pc-cancelled").state.paid_order = Some(b.orders[CANCELLED].id);
        },
        &["O8", "S3"],
    ),
    (
        "names no order there is",
        |b| {
            circuit(b, "pc-cancelled").state.paid_order = Some(OrderId::NONE);
        },
        &["S3"],
    ),
    (
        "names another's order",
        |b| {
            let (paid, usage) = (b.orders[FREE].id, b.orders[FREE].usage);
            let state = &mut circuit(b, "pc-cancelled").state;
            (state.paid_order, state.enabled_at) = (Some(paid), usage.map(|(start, _)| start));
        },
        &["S3"],
    ),
    (
        "counts one too many",
        |b| {
            b.accounts.iter_mut().for_each(|account| account.waiting_circuits += 1);
        },
        &["S5"],
    ),
    (
        "forgets one",
        |b| {
            b.accounts.iter_mut().for_each(|account| account.waiting_circuits = 0);
        },
        &["S5"],
    ),
];

#[test]
fn falsified_subscriptions_are_found() {
    for (what, falsify, invariants) in SUBSCRIPTIONS {
        check(what, *falsify, invariants);
    }
}
