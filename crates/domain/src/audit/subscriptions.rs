//! What must hold of circuits: what they were paid for, and what comes of it.

use super::{Report, Shelves};
use crate::circuit::{Circuit, Payer, Status, waits};
use crate::id::{AccountId, CircuitId};
use crate::order::{Charge, Order, OrderKind, OrderStatus};
use crate::price::Money;
use crate::refunding::unused;
use crate::time::{Timestamp, daily, period_end, renewed_end};
use std::collections::HashMap;

fn name(circuit: &Circuit) -> String {
    circuit.id.to_string()
}

impl Report<'_> {
    pub(super) fn subscriptions(&mut self) {
        self.periods();
        self.service();
        self.each(
            "S4",
            "a circuit whose term runs is stopped and then released at its distances from the end",
            &self.books.circuits,
            name,
            |_, c| match (c.state.stop_and_release(), c.state.subscription.steps_at) {
                (None, steps) => steps == c.state.bills_at(),
                (Some(_), None) => false,
                (Some((stop, release)), Some(steps)) => {
                    let tries = c.state.renews_by().is_some() && steps == daily(steps);
                    let tells = c.state.notice_at(steps.plus_ms(-1)) == Some(steps);
                    let bills = c.state.bills_at() == Some(steps);
                    // Released next if the distances were over when somebody touched its term.
                    let late = release.plus_ms(1);
                    let ends = [stop, release, late].contains(&steps);
                    ends || bills || tells || (tries && steps < release)
                }
            },
        );
    }

    fn periods(&mut self) {
        let mut paid: HashMap<CircuitId, usize> = HashMap::new();
        for order in &self.books.orders {
            if order.status == OrderStatus::Paid && order.kind.is_for_use() {
                *paid.entry(order.circuit).or_default() += 1;
            }
        }
        self.each(
            "S1",
            "a circuit's paid periods follow each other without overlap or gap, each of an order",
            &self.books.circuits,
            name,
            |shelves, c| {
                let periods = shelves.periods(c);
                let first = periods.last();
                let known = first.is_none_or(|o| o.kind == OrderKind::New || rested(c, o));
                periods.len() == paid.get(&c.id).copied().unwrap_or(0)
                    && known
                    && periods.windows(2).all(|two| follows(two[0], two[1]))
            },
        );
        self.each(
            "S2",
            "a paid period ends at 00:00 UTC+8 of the day after its term, a renewal as much later",
            &self.books.circuits,
            name,
            |shelves, c| {
                let periods = shelves.periods(c);
                let right = periods.iter().all(|order| ends_right(c, order));
                right && stands_for(c, &periods)
            },
        );
    }

    /// The arithmetic is checked too: it is the decision's own, and pure.
    pub(super) fn refunds(&mut self) {
        self.each(
            "O7",
            "a refund gives back what was left of its circuit's orders, once, no more than paid",
            &self.books.orders,
            |order| order.id.to_string(),
            |shelves, o| {
                if o.kind != OrderKind::Refund {
                    return true;
                }
                let Some(circuit) = shelves.circuits.get(&o.circuit) else { return false };
                let periods = shelves.periods(circuit);
                let sum = |of: fn(&Order, Timestamp) -> Money| -> i128 {
                    periods.iter().map(|paid| i128::from(of(paid, o.created_at).0)).sum()
                };
                let (left, paid) = (sum(unused), sum(|order, _| order.amount));
                circuit.state.subscription.refund == Some(o.id)
                    && left == i128::from(o.amount.0)
                    && left <= paid
            },
        );
    }

    fn service(&mut self) {
        let circuits = &self.books.circuits;
        self.each(
            "S3",
            "a circuit applied for is Enabled only when its order was paid, or it needs none",
            circuits,
            name,
            |shelves, c| {
                let served = matches!(
                    c.state.status,
                    Status::Enabled | Status::Terminating | Status::Terminated
                );
                let paid = c.state.paid_order.and_then(|id| shelves.orders.get(&id));
                let paid = paid.is_some_and(|o| {
                    o.status == OrderStatus::Paid && o.circuit == c.id && o.account == c.account
                });
                // Accounts that need no order are named so when they are opened.
                let orderless = shelves.accounts.get(&c.account).is_some_and(|a| a.orderless);
                let by_partner = c.hosted().is_some_and(|its| its.payer == Payer::Partner);
                let unpaid = c.given || orderless || by_partner;
                (c.state.paid_order.is_none() || paid) && (!served || unpaid || paid)
            },
        );
        self.each(
            "R3",
            "an order that is paid and first has put its circuit into service, or is about to",
            &self.books.orders,
            |order| order.id.to_string(),
            |shelves, o| {
                let first = o.status == OrderStatus::Paid && o.kind == OrderKind::New;
                let start = o.usage.map(|(start, _)| start);
                !first
                    || shelves.circuits.get(&o.circuit).is_some_and(|c| {
                        let waits =
                            c.state.status == Status::Confirmed && c.state.wakes_at == start;
                        c.state.paid_order == Some(o.id) && (c.state.enabled_at == start || waits)
                    })
            },
        );
        let mut waiting: HashMap<AccountId, u32> = HashMap::new();
        for circuit in circuits.iter().filter(|circuit| waits(circuit, &circuit.state)) {
            *waiting.entry(circuit.account).or_default() += 1;
        }
        self.each(
            "S5",
            "every account counts its waiting circuits right",
            &self.books.accounts,
            |a| a.id.to_string(),
            |_, a| waiting.get(&a.id).copied().unwrap_or(0) == a.waiting_circuits,
        );
    }
}

impl<'b> Shelves<'b> {
    /// The orders that paid for a circuit, newest first: from the one that it names from each to
    /// the one before.
    fn periods(&self, circuit: &Circuit) -> Vec<&'b Order> {
        let state = &circuit.state;
        let mut next = state.subscription.last_order;
        let mut periods: Vec<&Order> = Vec::new();
        while let Some(order) = next.and_then(|id| self.orders.get(&id)) {
            let its = order.circuit == circuit.id && order.status == OrderStatus::Paid;
            // Numbers go down, so this ends whatever the orders say.
            if !its || periods.last().is_some_and(|later| later.id <= order.id) {
                break;
            }
            periods.push(order);
            next = order.follows;
        }
        periods
    }
}

/// Whether the first order that a circuit names is a renewal for a good reason: it was put there by
/// the operator of a world, in service.
fn rested(circuit: &Circuit, first: &Order) -> bool {
    first.kind == OrderKind::Renew && first.follows.is_none() && circuit.given
}

/// Whether one order's period begins where that of the earlier one ends; or when it was paid, if
/// the circuit rested till then.
fn follows(later: &Order, earlier: &Order) -> bool {
    let (Some((start, _)), Some((_, Some(end)))) = (later.usage, earlier.usage) else {
        return false;
    };
    let late = start > end && Some(start) == later.paid_at;
    later.kind == OrderKind::Renew && (start == end || late)
}

/// Whether an order's period ends where it must.
fn ends_right(circuit: &Circuit, order: &Order) -> bool {
    let Some((start, end)) = order.usage else { return false };
    let months = match order.charge {
        Charge::PrePaid(term) => term.months(),
        Charge::PostPaid | Charge::Once => None,
    };
    end == months.and_then(|months| match order.kind {
        OrderKind::Renew => renewed_end(start, months, circuit.state.subscription.anchor_day),
        OrderKind::New | OrderKind::Refund | OrderKind::Setup | OrderKind::Hosting => {
            period_end(start, months)
        }
    })
}

/// Whether a circuit that was put into service stands for what it was paid for, newest first.
fn stands_for(circuit: &Circuit, periods: &[&Order]) -> bool {
    let (state, subscription) = (&circuit.state, &circuit.state.subscription);
    let (Some(last), Some(first)) = (periods.first(), periods.last()) else { return true };
    if state.enabled_at.is_none() {
        return true;
    }
    let began = first.usage.map(|(start, _)| start);
    let (begins, ends) = (last.usage.map(|(start, _)| start), last.usage.and_then(|(_, end)| end));
    let last_is_told = subscription.begins_at == begins && subscription.last_order == Some(last.id);
    // Of what an earlier release sold somebody touched the term after its end: it ends then.
    let rested = subscription.last_order == Some(last.id)
        && subscription.begins_at == state.ends_at
        && state.ends_at >= ends;
    let right = state.ends_at == ends || subscription.refund.is_some() || state.is_metered();
    (rested || (last_is_told && right))
        && (first.kind == OrderKind::Renew || state.enabled_at == began)
}
