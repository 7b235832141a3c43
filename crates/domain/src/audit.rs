//! The oracle: every ledger, order, subscription and idempotency invariant over a whole world.
//!
//! It reads records, not a [`State`](crate::State), and shares no rule with the decisions that
//! made them except the price arithmetic it checks. The letters are those of the ledger
//! invariants: L money, O orders, S subscriptions, I idempotency; V virtual border routers; H
//! shared circuits; K MACsec keys; and A who may sign.

use crate::account::Account;
use crate::bill::Bill;
use crate::circuit::Circuit;
use crate::command::{
    AmendHostedCircuit, EnableCircuit, HostCircuit, HostRouter, PlaceOccupancyOrder,
    PlaceSetupOrder, RefundCircuit, RenewCircuit,
};
use crate::id::{AccountId, CircuitId, OrderId, RouterId};
use crate::kind::Kind;
use crate::ledger::{LedgerAccount, Posting};
use crate::order::{Order, OrderKind, OrderStatus};
use crate::price::{Currency, Money, PriceList};
use crate::receipt::{CUT_SHORT, Outcome, TOKEN_LIFE_MS};
use crate::router::Router;
use crate::time::Timestamp;
use std::collections::{HashMap, HashSet};

mod amounts;
mod bills;
mod hosted;
mod routers;
mod setups;
mod subscriptions;

pub use crate::record::Books;

/// What was found about one invariant.
#[derive(Debug)]
pub struct Finding {
    /// Its short name.
    pub invariant: &'static str,
    /// What must hold.
    pub statement: &'static str,
    /// How many records were looked at.
    pub checked: usize,
    /// What breaks it.
    pub offenders: Vec<String>,
}

/// Checks everything; one finding an invariant, whether it holds or not.
pub fn audit(books: &Books) -> Vec<Finding> {
    let mut report = Report { books, findings: Vec::new(), shelves: Shelves::of(books) };
    report.money();
    report.orders();
    report.bills();
    report.subscriptions();
    report.keys();
    report.routers();
    report.hosted();
    report.receipts();
    report.people();
    report.findings
}

/// Records by what they are looked up by.
struct Shelves<'b> {
    accounts: HashMap<AccountId, &'b Account>,
    circuits: HashMap<CircuitId, &'b Circuit>,
    orders: HashMap<OrderId, &'b Order>,
    bills: HashMap<OrderId, &'b Bill>,
    routers: HashMap<RouterId, &'b Router>,
    payments: HashMap<OrderId, Vec<&'b Posting>>,
}

impl<'b> Shelves<'b> {
    fn of(books: &'b Books) -> Self {
        let mut payments: HashMap<OrderId, Vec<&Posting>> = HashMap::new();
        for posting in &books.postings {
            if let Some(order) = posting.order {
                payments.entry(order).or_default().push(posting);
            }
        }
        Self {
            accounts: books.accounts.iter().map(|a| (a.id, a)).collect(),
            circuits: books.circuits.iter().map(|c| (c.id, c)).collect(),
            orders: books.orders.iter().map(|o| (o.id, o)).collect(),
            bills: books.bills.iter().map(|bill| (bill.id, bill)).collect(),
            routers: books.routers.iter().map(|router| (router.id, router)).collect(),
            payments,
        }
    }
}

/// The kinds of commands that place orders.
const PLACING: &[Kind] = &[
    HostCircuit::KIND,
    HostRouter::KIND,
    AmendHostedCircuit::KIND,
    PlaceOccupancyOrder::KIND,
    EnableCircuit::KIND,
    RenewCircuit::KIND,
    RefundCircuit::KIND,
    PlaceSetupOrder::KIND,
];

struct Report<'b> {
    books: &'b Books,
    findings: Vec<Finding>,
    shelves: Shelves<'b>,
}

impl<'b> Report<'b> {
    /// Notes an invariant that must hold for each of `records`.
    fn each<T>(
        &mut self,
        invariant: &'static str,
        statement: &'static str,
        records: &'b [T],
        name: impl Fn(&T) -> String,
        holds: impl Fn(&Shelves<'b>, &T) -> bool,
    ) {
        let broken = records.iter().filter(|record| !holds(&self.shelves, record));
        let offenders = broken.map(name).collect();
        self.findings.push(Finding { invariant, statement, checked: records.len(), offenders });
    }

    fn note(
        &mut self,
        invariant: &'static str,
        statement: &'static str,
        checked: usize,
        offenders: Vec<String>,
    ) {
        self.findings.push(Finding { invariant, statement, checked, offenders });
    }

    fn money(&mut self) {
        let books = self.books;
        self.each(
            "L1",
            "every posting moves an amount of at least zero between two accounts",
            &books.postings,
            |p| format!("posting at {} of {}", p.at, p.amount),
            |_, p| p.amount.0 >= 0 && p.debit != p.credit,
        );
        self.each(
            "L6",
            "every posting is in the currency of its customer",
            &books.postings,
            |p| format!("posting at {} of {}", p.at, p.amount),
            |shelves, p| {
                let owner = p.cash_effect().and_then(|(id, _)| shelves.accounts.get(&id));
                owner.is_some_and(|account| account.currency == p.currency)
            },
        );
        self.sums();
        self.running_balances();
        self.each(
            "L4",
            "no balance is below zero",
            &books.accounts,
            |a| a.id.to_string(),
            |_, a| a.balance.0 >= 0,
        );
    }

    fn sums(&mut self) {
        let mut totals: HashMap<LedgerAccount, i128> = HashMap::new();
        for posting in &self.books.postings {
            *totals.entry(posting.debit).or_default() -= i128::from(posting.amount.0);
            *totals.entry(posting.credit).or_default() += i128::from(posting.amount.0);
        }
        let currency = |account: &LedgerAccount| match account {
            LedgerAccount::Cash(id) => self.shelves.accounts.get(id).map(|a| a.currency),
            LedgerAccount::Revenue(currency) | LedgerAccount::Funding(currency) => Some(*currency),
        };
        let broken = Currency::ALL.iter().filter(|&&wanted| {
            let ours = totals.iter().filter(|(account, _)| currency(account) == Some(wanted));
            ours.map(|(_, total)| total).sum::<i128>() != 0
        });
        let offenders = broken.map(|c| c.text().to_owned()).collect();
        let count = self.books.postings.len();
        self.note("L2", "over all accounts of a currency the total is zero", count, offenders);
    }

    fn running_balances(&mut self) {
        let mut balances: HashMap<AccountId, Money> = HashMap::new();
        let mut offenders = Vec::new();
        for posting in &self.books.postings {
            let Some((account, effect)) = posting.cash_effect() else { continue };
            let balance = balances.entry(account).or_default();
            *balance = Money(balance.0.saturating_add(effect.0));
            if *balance != posting.balance_after {
                offenders.push(format!("{account} at {}", posting.at));
                *balance = posting.balance_after;
            }
        }
        for account in &self.books.accounts {
            if balances.get(&account.id).copied().unwrap_or_default() != account.balance {
                offenders.push(account.id.to_string());
            }
        }
        let checked = self.books.postings.len() + self.books.accounts.len();
        self.note(
            "L3",
            "every balance is the sum of its postings, step by step",
            checked,
            offenders,
        );
    }

    fn orders(&mut self) {
        let books = self.books;
        let name = |o: &Order| o.id.to_string();
        self.each(
            "O1",
            "an order is Paid exactly when one posting of its amount pays it, or gives it back",
            &books.orders,
            name,
            |shelves, o| {
                let payments = shelves.payments.get(&o.id).map_or(&[][..], Vec::as_slice);
                match o.status {
                    OrderStatus::Paid => matches!(payments, [p] if p.amount == o.amount
                        && cash_side(o, p) == LedgerAccount::Cash(o.account)),
                    _ => payments.is_empty(),
                }
            },
        );
        self.each(
            "O2",
            "a final order cannot move again, and says how it ended",
            &books.orders,
            name,
            |_, o| {
                let open = matches!(o.status, OrderStatus::Unpaid | OrderStatus::Abnormal);
                open == o.dies_at.is_some()
                    && (o.status == OrderStatus::Paid && o.kind.is_for_use()) == o.usage.is_some()
                    && (o.status == OrderStatus::Cancelled) == o.cancel_cause.is_some()
            },
        );
        self.moves();
        self.one_order_a_circuit();
        self.orders_and_what_they_name();
        self.setups();
        self.refunds();
        let lists: HashMap<u32, &PriceList> =
            books.price_lists.iter().map(|l| (l.version, l)).collect();
        self.each(
            "O5",
            "an order costs what its version of the price list says",
            &books.orders,
            name,
            |_, o| o.kind == OrderKind::Refund || amounts::of_order(o, &lists) == Some(o.amount),
        );
        self.each(
            "O6",
            "an order was paid exactly when Paid, not before it was made; ids are below 2^53",
            &books.orders,
            name,
            |_, o| {
                o.paid_at.is_some() == (o.status == OrderStatus::Paid)
                    && o.paid_at.is_none_or(|paid| paid >= o.created_at)
                    && o.id.number() < 1 << 53
            },
        );
    }

    /// Of what an earlier release kept there is no history.
    fn moves(&mut self) {
        let mut last: HashMap<OrderId, OrderStatus> = HashMap::new();
        let mut offenders = Vec::new();
        for step in &self.books.order_moves {
            use OrderStatus as S;
            let allowed = matches!(
                (step.before, step.status),
                (S::Unpaid, S::Paid | S::Cancelled) | (S::Abnormal, S::Cancelled)
            );
            // Whatever it led to before is final.
            let again = last.insert(step.order, step.status).is_some();
            let order = self.shelves.orders.get(&step.order);
            let known = order.is_some_and(|o| o.account == step.account);
            if !allowed || again || !known {
                offenders.push(step.order.to_string());
            }
        }
        for (order, status) in last {
            if self.shelves.orders.get(&order).is_none_or(|o| o.status != status) {
                offenders.push(order.to_string());
            }
        }
        let statement = "an order moves once, to Paid or Cancelled, and stands as its history says";
        self.note("O11", statement, self.books.order_moves.len(), offenders);
    }

    fn one_order_a_circuit(&mut self) {
        let mut unpaid = HashSet::new();
        let mut paid = HashSet::new();
        let mut offenders = Vec::new();
        for order in &self.books.orders {
            let fresh = match order.status {
                OrderStatus::Unpaid => unpaid.insert(order.circuit),
                // What is renewed and given back comes on top of the first.
                OrderStatus::Paid => order.kind != OrderKind::New || paid.insert(order.circuit),
                OrderStatus::Abnormal | OrderStatus::Cancelled => true,
            };
            if !fresh {
                offenders.push(order.id.to_string());
            }
        }
        let statement =
            "a circuit has at most one unpaid order, and one paid besides what renews it";
        self.note("O4", statement, self.books.orders.len(), offenders);
        let broken = self.books.circuits.iter().filter(|circuit| {
            let open = circuit.state.open_order;
            let order = open.and_then(|id| self.shelves.orders.get(&id));
            let right =
                order.is_some_and(|o| o.status == OrderStatus::Unpaid && o.circuit == circuit.id);
            open.is_some() != unpaid.contains(&circuit.id) || (open.is_some() && !right)
        });
        let offenders = broken.map(|c| c.id.to_string()).collect();
        let statement = "a circuit names its unpaid order exactly when it has one";
        self.note("O10", statement, self.books.circuits.len(), offenders);
    }

    fn orders_and_what_they_name(&mut self) {
        let books = self.books;
        self.each(
            "O8",
            "an order's circuit is its account's, or made by it for another, and names it if Paid \
             and first; time only renews",
            &books.orders,
            |o| o.id.to_string(),
            |shelves, o| {
                shelves.circuits.get(&o.circuit).is_some_and(|c| {
                    let named = c.state.paid_order == Some(o.id);
                    hosted::payer_of(o, c) == Some(o.account)
                        && c.region == o.region
                        && named == (o.status == OrderStatus::Paid && o.kind == OrderKind::New)
                        && (!o.by_time || o.kind == OrderKind::Renew)
                        && shelves.accounts.contains_key(&o.account)
                })
            },
        );
        self.each(
            "O9",
            "money comes in from outside, goes out for an order or a bill that it pays, and comes \
             back for a refund",
            &books.postings,
            |p| format!("posting at {} of {}", p.at, p.amount),
            |shelves, p| match (p.debit, p.credit, p.order) {
                (LedgerAccount::Funding(_), LedgerAccount::Cash(_), None) => true,
                (LedgerAccount::Cash(account), LedgerAccount::Revenue(_), Some(order))
                | (LedgerAccount::Revenue(_), LedgerAccount::Cash(account), Some(order)) => {
                    let billed = shelves.bills.get(&order).is_some_and(|bill| {
                        bill.account == account && p.debit == LedgerAccount::Cash(account)
                    });
                    let order = shelves.orders.get(&order);
                    billed
                        || order.is_some_and(|o| {
                            o.status == OrderStatus::Paid
                                && o.account == account
                                && cash_side(o, p) == LedgerAccount::Cash(account)
                        })
                }
                _ => false,
            },
        );
    }

    fn receipts(&mut self) {
        let books = self.books;
        let life_ms = TOKEN_LIFE_MS;
        let mut made: HashMap<_, Timestamp> = HashMap::new();
        let mut offenders = Vec::new();
        for receipt in &books.receipts {
            let Some(key) = receipt.key() else { continue };
            let before = made.insert(key, receipt.made_at);
            // Tokens of these say too little: their effects are looked at instead.
            if CUT_SHORT.contains(&receipt.kind) {
                continue;
            }
            if before.is_some_and(|before| before.plus_ms(life_ms) > receipt.made_at) {
                offenders.push(receipt.request.to_string());
            }
        }
        let statement = "a token has one receipt at a time";
        self.note("I1", statement, books.receipts.len(), offenders);
        self.each(
            "I2",
            "what a receipt names is there, and is its account's",
            &books.receipts,
            |r| r.request.to_string(),
            |shelves, r| match r.outcome {
                Outcome::Done => true,
                Outcome::Circuit(id) => shelves.circuits.get(&id).is_some_and(|c| {
                    let partner = c.hosted().map(|hosted| hosted.partner);
                    partner.unwrap_or(c.account) == r.account
                }),
                Outcome::Circuits { first, count } => (0..count).all(|nth| {
                    let its = shelves.circuits.get(&first.sibling(nth));
                    its.is_some_and(|c| c.account == r.account)
                }),
                // It may have moved to what its maker has made of his own circuit since.
                Outcome::Router(id) => shelves.routers.get(&id).is_some_and(|router| {
                    let circuit = shelves.circuits.get(&router.circuit);
                    let partner = circuit.and_then(|its| its.hosted()).map(|its| its.partner);
                    router.account == r.account || partner == Some(r.account)
                }),
                Outcome::Group(id) => {
                    let groups = &books.groups;
                    groups.iter().any(|group| group.id == id && group.account == r.account)
                }
                Outcome::Order { order, .. } => {
                    shelves.orders.get(&order).is_some_and(|o| o.account == r.account)
                }
                Outcome::SetUp { circuit, order } => shelves
                    .orders
                    .get(&order)
                    .is_some_and(|o| o.account == r.account && o.circuit == circuit),
            },
        );
        self.one_receipt_an_order();
    }

    fn one_receipt_an_order(&mut self) {
        let mut placed = HashSet::new();
        let mut offenders = Vec::new();
        for receipt in &self.books.receipts {
            if !PLACING.contains(&receipt.kind) {
                continue;
            }
            if let Some(order) = receipt.outcome.order()
                && !placed.insert(order)
            {
                offenders.push(receipt.request.to_string());
            }
        }
        let statement = "no two requests placed the same order";
        self.note("I3", statement, self.books.receipts.len(), offenders);
        // Receipts are forgotten oldest first, so those that are kept are the newest of all.
        let oldest = placed.iter().min();
        let orders = &self.books.orders;
        // Time itself has no receipts.
        let placed_by_calls = orders.iter().filter(|order| !order.by_time);
        let missed = placed_by_calls.filter(|o| oldest.is_some_and(|oldest| o.id > *oldest));
        let missed = missed.filter(|order| !placed.contains(&order.id));
        let offenders = missed.map(|order| order.id.to_string()).collect();
        let statement = "every order of a call after the oldest that a receipt names has a receipt";
        self.note("I4", statement, orders.len(), offenders);
    }

    fn people(&mut self) {
        let books = self.books;
        self.each(
            "A1",
            "every RAM user belongs to an account that is there",
            &books.users,
            |user| format!("{}/{}", user.account, user.name),
            |shelves, user| shelves.accounts.contains_key(&user.account),
        );
        let users: HashSet<_> = books.users.iter().map(|user| (user.account, &user.name)).collect();
        self.each(
            "A2",
            "every key belongs to an account that is there, and to a user of it if it names one",
            &books.keys,
            |key| key.id.to_string(),
            |shelves, key| {
                let user = key.user.as_ref().map(|name| (key.account, name));
                shelves.accounts.contains_key(&key.account)
                    && user.is_none_or(|user| users.contains(&user))
            },
        );
    }
}

/// The side of an order's posting on which the customer's cash must be.
fn cash_side(order: &Order, posting: &Posting) -> LedgerAccount {
    if order.kind == OrderKind::Refund { posting.credit } else { posting.debit }
}
