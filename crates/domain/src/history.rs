//! What became of circuits and orders, when and why: a history that is added to and never changed.

use crate::circuit::CircuitState;
use crate::id::{AccountId, CircuitId, KeptRequest, OrderId, RequestId, RouterId};
use crate::kept::Entry;
use crate::order::{Order, OrderStatus};
use crate::router::RouterStatus;
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// What brought something about. The texts are the control API's.
    Cause {
        /// A call of a customer.
        Call = "call",
        /// The operator of the world.
        Operator = "operator",
        /// The automatic carrier took a step.
        Carrier = "carrier",
        /// The delay between payment and service was over.
        Delay = "enable_delay",
        /// A circuit renewed itself.
        Renewal = "renewal",
        /// A circuit was to renew itself, and there was no money or no price.
        RenewalFailed = "renewal_failed",
        /// The end of what is paid for comes near, and nobody has renewed it.
        DueSoon = "due_soon",
        /// Nobody paid for a circuit that had ended.
        Stop = "stop",
        /// Nobody paid for a circuit that was stopped.
        Release = "release",
        /// Nobody paid for an order in time.
        Expiry = "order_expiry",
        /// What was used of a circuit was billed, or its bill was tried again.
        Bill = "bill",
        /// A bill was not paid for too long.
        Overdue = "bill_overdue",
    }
}

impl Cause {
    /// Whether time itself brings it about.
    pub const fn is_of_time(self) -> bool {
        !matches!(self, Self::Call | Self::Operator)
    }
}

/// Why something happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Why {
    /// When, in the account's time.
    pub at: Timestamp,
    /// What brought it about.
    pub cause: Cause,
    /// The request, if a call did.
    pub request: Option<RequestId>,
}

impl Why {
    /// Why an order was placed: by a call or, where no call did it, by a renewal.
    pub fn of_placing(order: &Order) -> Self {
        let cause = if order.by_time { Cause::Renewal } else { Cause::Call };
        Self { at: order.created_at, cause, request: order.request.map(KeptRequest::id) }
    }
}

/// A circuit came to stand so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CircuitMove {
    /// The circuit.
    pub circuit: CircuitId,
    /// Its owner.
    pub account: AccountId,
    /// How it has stood since.
    pub state: CircuitState,
    /// Why; `None` where an earlier release did not keep it.
    pub why: Option<Why>,
}

/// An order that was there came to stand otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OrderMove {
    /// The order.
    pub order: OrderId,
    /// Who ordered.
    pub account: AccountId,
    /// Where it stood.
    pub before: OrderStatus,
    /// Where it has stood since.
    pub status: OrderStatus,
    /// Why.
    pub why: Why,
}

/// A router came to stand so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RouterMove {
    /// The router.
    pub router: RouterId,
    /// The account at which it is at home.
    pub account: AccountId,
    /// Its owner.
    pub owner: AccountId,
    /// Where it has stood since.
    pub status: RouterStatus,
    /// Whether it has been gone since.
    pub deleted: bool,
    /// Why.
    pub why: Why,
}

impl Entry for RouterMove {
    fn owner(&self) -> Option<AccountId> {
        Some(self.account)
    }
}

impl Entry for CircuitMove {
    fn owner(&self) -> Option<AccountId> {
        Some(self.account)
    }
}

impl Entry for OrderMove {
    fn owner(&self) -> Option<AccountId> {
        Some(self.account)
    }
}
