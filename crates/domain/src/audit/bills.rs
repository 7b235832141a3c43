//! What must hold of bills: a month of a circuit each, one after the other, each paid once or not.

use super::{Report, amounts};
use crate::bill::{Bill, usage_fee};
use crate::circuit::Circuit;
use crate::id::CircuitId;
use crate::ledger::LedgerAccount;
use crate::price::{Port, PriceList};
use crate::time::{Timestamp, next_month};
use std::collections::HashMap;

impl Report<'_> {
    pub(super) fn bills(&mut self) {
        let books = self.books;
        let name = |bill: &Bill| bill.id.to_string();
        self.each(
            "B1",
            "a bill is paid exactly when one posting of its amount pays it, and then locks nothing",
            &books.bills,
            name,
            |shelves, bill| {
                let payments = shelves.payments.get(&bill.id).map_or(&[][..], Vec::as_slice);
                match bill.paid_at {
                    None => payments.is_empty() && bill.tries_at.is_some(),
                    Some(paid) => {
                        let right = matches!(payments, [p] if p.amount == bill.amount
                            && p.debit == LedgerAccount::Cash(bill.account) && p.at == paid);
                        right && bill.tries_at.is_none() && bill.overdue_at.is_none()
                    }
                }
            },
        );
        let lists: HashMap<u32, &PriceList> =
            books.price_lists.iter().map(|list| (list.version, list)).collect();
        self.each(
            "B2",
            "a bill comes to its days' share of the month, by the list its circuit was ordered by",
            &books.bills,
            name,
            |shelves, bill| {
                let circuit = shelves.circuits.get(&bill.circuit);
                let order = circuit.and_then(|c| shelves.orders.get(&c.state.paid_order?));
                let month = amounts::a_month(
                    bill.price_version,
                    Port::whole(bill.port_type, bill.region),
                    &lists,
                );
                let fee = month.and_then(|month| usage_fee(month, bill.used, bill.currency));
                order.is_some_and(|order| order.price_version == bill.price_version)
                    && fee == Some(bill.amount)
            },
        );
        self.months();
    }

    fn months(&mut self) {
        let mut of: HashMap<CircuitId, Vec<&Bill>> = HashMap::new();
        for bill in &self.books.bills {
            of.entry(bill.circuit).or_default().push(bill);
        }
        self.each(
            "B3",
            "what is paid as it goes is billed month by month, without overlap or gap",
            &self.books.circuits,
            |circuit| circuit.id.to_string(),
            |_, circuit| {
                let bills = of.get(&circuit.id).map_or(&[][..], Vec::as_slice);
                billed_to(circuit, bills) == circuit.state.subscription.billed_to
            },
        );
    }
}

/// Until when a circuit's bills say that it is billed, if they follow each other; `None` of one
/// that is not paid as it goes.
fn billed_to(circuit: &Circuit, bills: &[&Bill]) -> Option<Timestamp> {
    let told = circuit.state.subscription.billed_to;
    let mut reached = told.and(circuit.state.enabled_at);
    for bill in bills {
        let (from, until) = bill.used;
        let whole = next_month(from) == Some(until);
        let last = circuit.state.ends_at == Some(until);
        if reached != Some(from) || bill.account != circuit.account || !(whole || last) {
            return None;
        }
        reached = Some(until);
    }
    reached
}
