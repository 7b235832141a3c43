//! What a month came to for an account: what was paid beforehand in it, what was used in it and
//! billed, and what was given back.

use crate::bill::Bill;
use crate::catalogue::{PortType, Region};

use crate::id::{AccountId, CircuitId, OrderId};
use crate::order::{Charge, Order, OrderKind, OrderStatus};
use crate::price::{Currency, Money};
use crate::time::{Timestamp, billing_month};
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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Item {
    /// What kind it is.
    pub kind: ItemKind,
    /// The order's or the bill's number.
    pub id: OrderId,
    /// What kind of order it is; `None` of a bill.
    pub order: Option<OrderKind>,
    /// The circuit.
    pub circuit: CircuitId,
    /// Where it is.
    pub region: Region,
    /// What was occupied.
    pub port_type: PortType,
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

/// The lines of a month, counted as [`billing_month`] does, in the order in which they came to be.
/// What costs nothing is no line. ASSUMED: an order stands in the month in which it was paid.
pub(crate) fn month(view: &dyn View, account: AccountId, month: u32) -> Vec<Item> {
    let is_of = |at: Timestamp| billing_month(at) == Some(month);
    let paid = view.orders_of(account).filter_map(of_order).filter(|item| is_of(item.at));
    let used = view.bills_of(account).filter(|bill| is_of(bill.used.0)).map(of_bill);
    let mut items: Vec<_> = paid.chain(used).collect();
    items.sort_unstable_by_key(|item| (item.at, item.id));
    items
}

fn of_order(order: &Order) -> Option<Item> {
    let kind = match order.kind {
        OrderKind::Refund => ItemKind::Refund,
        OrderKind::New | OrderKind::Renew => ItemKind::Subscription,
    };
    let is_line = order.status == OrderStatus::Paid && order.charge != Charge::PostPaid;
    Some(Item {
        kind,
        id: order.id,
        order: Some(order.kind),
        circuit: order.circuit,
        region: order.region,
        port_type: order.port_type,
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
        region: bill.region,
        port_type: bill.port_type,
        at: bill.made_at,
        usage: Some((bill.used.0, Some(bill.used.1))),
        amount: bill.amount,
        currency: bill.currency,
        paid_at: bill.paid_at,
    }
}
