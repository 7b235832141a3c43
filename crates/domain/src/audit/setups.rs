//! Whether circuits and the orders for their setting up agree.

use super::Report;
use crate::circuit::Status;
use crate::order::{OrderKind, OrderStatus};
use crate::setting_up::waits_to_be_paid;

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
