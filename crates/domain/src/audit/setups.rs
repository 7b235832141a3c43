//! Whether circuits and the orders for their setting up agree.

use super::{Report, list_of};
use crate::circuit::Status;
use crate::order::{Order, OrderKind, OrderStatus};
use crate::price::{Money, PriceList};
use crate::setting_up::waits_to_be_paid;
use std::collections::HashMap;

impl Report<'_> {
    pub(super) fn setups(&mut self) {
        self.each(
            "O12",
            "a circuit waits for its setup order as Initial, and is given up with it",
            &self.books.orders,
            |o| o.id.to_string(),
            |shelves, o| {
                if o.kind != OrderKind::Setup {
                    return true;
                }
                let Some(c) = shelves.circuits.get(&o.circuit) else { return false };
                let given_up = c.state.deleted || c.state.status == Status::Canceled;
                match o.status {
                    OrderStatus::Unpaid => waits_to_be_paid(&c.state) && c.state.wakes_at.is_none(),
                    OrderStatus::Cancelled => given_up,
                    OrderStatus::Paid => true,
                    OrderStatus::Abnormal => false,
                }
            },
        );
    }
}

/// What an order for setting up must cost.
pub(super) fn amount(order: &Order, lists: &HashMap<u32, &PriceList>) -> Option<Money> {
    match order.price_version {
        // Waived.
        0 => Some(Money(0)),
        version => list_of(version, lists)?.setup,
    }
}
