//! Orders for the occupation of a circuit: what they say, and where they can go.
//!
//! Unpaid leads to Paid or Cancelled, Abnormal to Cancelled; Paid and Cancelled are final. What
//! payment does to money and circuits is in `ordering.rs`.

use crate::catalogue::{PortType, Region, SharedSpec};
use crate::id::{AccountId, CircuitId, KeptRequest, OrderId};
use crate::kept::{Record, Wakes};
use crate::numbered::Numbered;
use crate::price::{Currency, Money, Port, Term};
use crate::print::{Fingerprint, Print};
use crate::refusal::Refusal;
use crate::time::{Timestamp, period_end};
use crate::words::words;

words! {
    /// `PaymentStatus` of an order, with the one state the wire does not show.
    OrderStatus {
        /// Made, not paid.
        Unpaid = "Unpaid",
        /// Made with too little money, in the older manner: shown as Unpaid, can only be voided.
        Abnormal = "Abnormal",
        /// Paid. Final.
        Paid = "Paid",
        /// Cancelled, voided or dead. Final.
        Cancelled = "Cancelled",
    }
}

words! {
    /// Why an order was cancelled.
    CancelCause {
        /// Too little money when it was to be paid.
        Balance = "balance",
        /// The customer cancelled it.
        Customer = "customer",
        /// Nobody paid in time.
        Expired = "expired",
        /// The circuit was deleted or cancelled.
        Circuit = "circuit",
    }
}

words! {
    /// `OrderType` of an order. SOURCE: billing dossier 1.3.
    OrderKind {
        /// A circuit's first.
        New = "New",
        /// More time for a circuit.
        Renew = "Renew",
        /// What was paid and not used is given back.
        Refund = "Refund",
        /// Setting a circuit up.
        Setup = "Setup",
        /// A shared circuit for another account.
        Hosting = "Hosting",
    }
}

impl OrderKind {
    /// The kind that customers are told of. ASSUMED: who orders the setting up of a circuit, or one
    /// for another account, orders something new, since no page knows a fourth kind.
    #[must_use]
    pub fn told(self) -> Self {
        if matches!(self, Self::Setup | Self::Hosting) { Self::New } else { self }
    }

    /// Whether it is for the use of a circuit from one instant to another.
    pub fn is_for_use(self) -> bool {
        matches!(self, Self::New | Self::Renew)
    }
}

/// How a circuit's occupation is charged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Charge {
    /// A subscription, paid beforehand.
    PrePaid(Term),
    /// Billed as it goes; the order itself costs nothing.
    PostPaid,
    /// Paid once, for nothing that has an end.
    Once,
}

/// An order for the occupation of a circuit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Order {
    /// Its number.
    pub id: OrderId,
    /// Who ordered.
    pub account: AccountId,
    /// What kind of order it is.
    pub kind: OrderKind,
    /// The order that paid for the circuit's period before; of a refund, the last that paid.
    pub follows: Option<OrderId>,
    /// The circuit.
    pub circuit: CircuitId,
    /// Where the circuit is.
    pub region: Region,
    /// What was occupied, and priced, when it was made.
    pub port_type: PortType,
    /// How fast the part of it was, if it was of a shared circuit.
    pub shared: Option<SharedSpec>,
    /// Subscription or as it goes.
    pub charge: Charge,
    /// Where it stands.
    pub status: OrderStatus,
    /// Set exactly when Cancelled.
    pub cancel_cause: Option<CancelCause>,
    /// What it costs; fixed when it is made.
    pub amount: Money,
    /// The currency of `amount`.
    pub currency: Currency,
    /// The price list it was priced by; 0 when it costs nothing by its kind.
    pub price_version: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// Set exactly when Paid.
    pub paid_at: Option<Timestamp>,
    /// When it dies if nobody pays; `None` once it is final.
    pub dies_at: Option<Timestamp>,
    /// What is paid for: from enabling to the end of the period. Set when Paid, of what is for use;
    /// the end is absent for [`Charge::PostPaid`].
    pub usage: Option<(Timestamp, Option<Timestamp>)>,
    /// Whether it is to renew itself.
    pub auto_renew: bool,
    /// Length of a renewal, months.
    pub auto_renew_months: u32,
    /// Whether time itself placed it: no call asked for it, so no receipt names it.
    pub by_time: bool,
    /// The request that placed it; `None` where time did, or an earlier release did not keep it.
    pub request: Option<KeptRequest>,
}

impl Record for Order {
    type Name = OrderId;
    type Home = Numbered<Self>;

    fn name(&self) -> OrderId {
        self.id
    }

    fn owner(&self) -> AccountId {
        self.account
    }

    fn decided_at(&self) -> Timestamp {
        self.paid_at.unwrap_or(self.created_at).max(self.created_at)
    }
}

impl Wakes for Order {
    fn due(&self) -> Option<Timestamp> {
        self.dies_at
    }
}

impl Print for Charge {
    fn print(&self, into: &mut Fingerprint) {
        match self {
            Self::PrePaid(term) => {
                term.cycle.print(into);
                term.count.print(into);
            }
            Self::PostPaid => "PostPaid".print(into),
            Self::Once => "Once".print(into),
        }
    }
}

impl Order {
    /// What was priced.
    pub fn port(&self) -> Port {
        Port { port_type: self.port_type, region: self.region, shared: self.shared }
    }

    /// Refuses what is final: an order that can still be paid or voided is none of these.
    pub fn check_open(&self) -> Result<(), Refusal> {
        match self.status {
            OrderStatus::Unpaid | OrderStatus::Abnormal => Ok(()),
            OrderStatus::Paid | OrderStatus::Cancelled => Err(Refusal::OrderNotUnpaid),
        }
    }

    /// It is paid at `at`, for a use from one instant to another if it is for use. Only what is
    /// unpaid can be.
    pub fn pay(&mut self, at: Timestamp, usage: Option<(Timestamp, Option<Timestamp>)>) {
        assert_eq!(self.status, OrderStatus::Unpaid, "order {} cannot be paid", self.id);
        self.status = OrderStatus::Paid;
        self.paid_at = Some(at);
        self.dies_at = None;
        self.usage = usage;
    }

    /// What it pays for if that begins at `start`: until the end of its term.
    pub fn usage_from(&self, start: Timestamp) -> (Timestamp, Option<Timestamp>) {
        let months = match self.charge {
            Charge::PrePaid(term) => term.months(),
            Charge::PostPaid | Charge::Once => None,
        };
        (start, months.and_then(|months| period_end(start, months)))
    }

    /// It is cancelled. What is final never is.
    pub fn cancel(&mut self, cause: CancelCause) {
        assert!(
            self.check_open().is_ok(),
            "order {} is {:?}, which is final",
            self.id,
            self.status
        );
        self.status = OrderStatus::Cancelled;
        self.cancel_cause = Some(cause);
        self.dies_at = None;
    }
}

/// The first instant of the year 9999.
const LAST_YEAR: Timestamp = Timestamp::from_ms(253_370_764_800_000);

/// Whether a subscription begun at `start` ends before the year 9999.
pub fn term_fits(start: Timestamp, term: Term) -> bool {
    term.months().is_some_and(|months| months_fit(start, months))
}

/// Whether what is paid for so many months from `start` ends before the year 9999.
pub fn months_fit(start: Timestamp, months: u32) -> bool {
    period_end(start, months).is_some_and(|end| end < LAST_YEAR)
}
