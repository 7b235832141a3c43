//! What orders and bills must cost, by the version of the price list that they name.

use crate::order::{Charge, Order, OrderKind};
use crate::price::{Money, Port, PriceList};
use std::collections::HashMap;

/// What an order must cost.
pub(super) fn of_order(order: &Order, lists: &HashMap<u32, &PriceList>) -> Option<Money> {
    match order.kind {
        OrderKind::Setup => return of_setup(order, lists),
        // A month, once.
        OrderKind::Hosting => return a_month(order.price_version, order.port(), lists),
        OrderKind::New | OrderKind::Renew | OrderKind::Refund => {}
    }
    let Charge::PrePaid(term) = order.charge else {
        return Some(Money(0));
    };
    let month = a_month(order.price_version, order.port(), lists)?;
    month.times(i64::from(term.months()?))
}

/// What a month of a port costs by a version of the price list.
pub(super) fn a_month(version: u32, port: Port, lists: &HashMap<u32, &PriceList>) -> Option<Money> {
    list_of(version, lists)?.month(port)
}

/// The price list of a version: the first is in no store.
fn list_of<'l>(version: u32, lists: &HashMap<u32, &'l PriceList>) -> Option<&'l PriceList> {
    if version == 1 { Some(PriceList::builtin()) } else { lists.get(&version).copied() }
}

/// What an order for setting up must cost.
fn of_setup(order: &Order, lists: &HashMap<u32, &PriceList>) -> Option<Money> {
    match order.price_version {
        // Waived.
        0 => Some(Money(0)),
        version => list_of(version, lists)?.setup,
    }
}
