//! What a month came to for an account: what was paid beforehand in it, what was used in it and
//! billed, and what was given back.

use crate::bill::Bill;
use crate::catalogue::{PortType, Region, SharedSpec};
use crate::id::{AccountId, CircuitId, OrderId};
use crate::order::{Charge, Order, OrderKind, OrderStatus};
use crate::price::{Currency, Money, Port};
use crate::tag::Tags;
use crate::time::{Timestamp, billing_days, billing_month};
use crate::view::View;

/// What kind of item it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemKind {
    /// An order that was paid.
    Subscription,
    /// The bill of what was used.
    Usage,
    /// What was given back.
    Refund,
}

/// One line of a month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// What kind it is.
    pub kind: ItemKind,
    /// The order's or the bill's number.
    pub id: OrderId,
    /// What kind of order it is; `None` of a bill.
    pub order: Option<OrderKind>,
    /// The circuit.
    pub circuit: CircuitId,
    /// What the circuit is called now; "" for nothing.
    pub name: Box<str>,
    /// The circuit's resource group; "" for none.
    pub resource_group: Box<str>,
    /// The circuit's tags now.
    pub tags: Tags,
    /// Where it is.
    pub region: Region,
    /// What was occupied.
    pub port_type: PortType,
    /// How fast the part of it was, if it was of a shared circuit.
    pub shared: Option<SharedSpec>,
    /// When it was paid, given back or billed.
    pub at: Timestamp,
    /// What it is for: from when, and until when.
    pub usage: Option<(Timestamp, Option<Timestamp>)>,
    /// What it comes to; of a refund, what came back.
    pub amount: Money,
    /// The currency of `amount`.
    pub currency: Currency,
    /// When it was paid; `None` while a bill is not.
    pub paid_at: Option<Timestamp>,
}

impl Item {
    /// How fast what was sold is: `Spec`.
    pub fn spec(&self) -> &'static str {
        Port { port_type: self.port_type, region: self.region, shared: self.shared }.spec()
    }

    /// What it adds to what the month costs: of what was given back, less than nothing.
    pub const fn charge(&self) -> Money {
        match self.kind {
            ItemKind::Subscription | ItemKind::Usage => self.amount,
            ItemKind::Refund => Money(-self.amount.0),
        }
    }

    /// What of that is paid.
    pub const fn paid(&self) -> Money {
        if self.paid_at.is_some() { self.charge() } else { Money(0) }
    }

    /// Whether it is of something that is paid beforehand.
    pub fn is_subscription(&self) -> bool {
        self.kind != ItemKind::Usage
    }

    /// The instant on whose day it counts, which is in its month. ASSUMED: of what was used as it
    /// goes the last, since a bill is made when the month is over.
    pub fn counts_at(&self) -> Timestamp {
        match self.usage {
            Some((_, Some(until))) if self.kind == ItemKind::Usage => until.plus_ms(-1),
            _ => self.at,
        }
    }
}

/// Which lines of a month to list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ItemFilter {
    /// Of this kind.
    pub kind: Option<ItemKind>,
    /// `true` of what is paid beforehand only, `false` of the rest only.
    pub subscription: Option<bool>,
    /// Of this circuit.
    pub circuit: Option<CircuitId>,
    /// Of the day of this instant, in the billing zone.
    pub day: Option<Timestamp>,
    /// Whether what costs nothing is left out.
    pub hide_free: bool,
    /// Whether some other condition can match nothing we have.
    pub nothing: bool,
}

impl ItemFilter {
    fn matches(&self, item: &Item) -> bool {
        let is_day = |day| billing_days(day, item.counts_at()) == Some(0);
        !self.nothing
            && self.kind.is_none_or(|wanted| wanted == item.kind)
            && self.subscription.is_none_or(|wanted| wanted == item.is_subscription())
            && self.circuit.is_none_or(|wanted| wanted == item.circuit)
            && self.day.is_none_or(is_day)
            && !(self.hide_free && item.amount == Money(0))
    }
}

/// What lines come to together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sum {
    /// The first of them.
    pub first: Item,
    /// What they add to what the month costs.
    pub charge: Money,
    /// What of that is paid.
    pub paid: Money,
}

impl Sum {
    /// One line alone.
    pub fn of(item: &Item) -> Self {
        Self { first: item.clone(), charge: item.charge(), paid: item.paid() }
    }

    /// What is not paid.
    pub const fn outstanding(&self) -> Money {
        Money(self.charge.0.saturating_sub(self.paid.0))
    }

    fn add(&mut self, item: &Item) {
        for (sum, part) in [(&mut self.charge, item.charge()), (&mut self.paid, item.paid())] {
            sum.0 = sum.0.saturating_add(part.0);
        }
    }
}

/// What lines come to that are alike, in the order of the first of each.
pub fn sums<K: PartialEq>(items: &[Item], alike: impl Fn(&Item) -> K) -> Vec<Sum> {
    let mut sums: Vec<Sum> = Vec::new();
    for item in items {
        match sums.iter_mut().find(|sum| alike(&sum.first) == alike(item)) {
            Some(sum) => sum.add(item),
            None => sums.push(Sum::of(item)),
        }
    }
    sums
}

/// The lines of a month, counted as [`billing_month`] does, in the order in which they came to be.
/// An order that is paid as it goes is no line. ASSUMED: an order stands in the month in which it
/// was paid.
pub(crate) fn month(
    view: &dyn View,
    account: AccountId,
    month: u32,
    filter: &ItemFilter,
) -> Vec<Item> {
    let is_of = |at: Timestamp| billing_month(at) == Some(month);
    let paid = view.orders_of(account).filter_map(of_order).filter(|item| is_of(item.at));
    let used = view.bills_of(account).filter(|bill| is_of(bill.used.0)).map(of_bill);
    let mut items: Vec<_> = paid.chain(used).filter(|item| filter.matches(item)).collect();
    items.sort_unstable_by_key(|item| (item.at, item.id));
    for item in &mut items {
        // A shared circuit that the account has paid for is another's.
        let circuit = view.circuit(&item.circuit).filter(|circuit| circuit.account == account);
        if let Some(words) = circuit.and_then(|its| its.particulars.words.as_deref()) {
            item.name.clone_from(&words.name);
            item.resource_group.clone_from(&words.resource_group);
            item.tags.clone_from(&words.tags);
        }
    }
    items
}

fn of_order(order: &Order) -> Option<Item> {
    let kind = match order.kind {
        OrderKind::Refund => ItemKind::Refund,
        OrderKind::New | OrderKind::Renew | OrderKind::Setup | OrderKind::Hosting => {
            ItemKind::Subscription
        }
    };
    let is_line = order.status == OrderStatus::Paid && order.charge != Charge::PostPaid;
    Some(Item {
        kind,
        id: order.id,
        order: Some(order.kind),
        circuit: order.circuit,
        name: Box::default(),
        resource_group: Box::default(),
        tags: Tags::default(),
        region: order.region,
        port_type: order.port_type,
        shared: order.shared,
        at: order.paid_at.filter(|_| is_line)?,
        usage: order.usage,
        amount: order.amount,
        currency: order.currency,
        paid_at: order.paid_at,
    })
}

fn of_bill(bill: &Bill) -> Item {
    Item {
        kind: ItemKind::Usage,
        id: bill.id,
        order: None,
        circuit: bill.circuit,
        name: Box::default(),
        resource_group: Box::default(),
        tags: Tags::default(),
        region: bill.region,
        port_type: bill.port_type,
        shared: None,
        at: bill.made_at,
        usage: Some((bill.used.0, Some(bill.used.1))),
        amount: bill.amount,
        currency: bill.currency,
        paid_at: bill.paid_at,
    }
}
