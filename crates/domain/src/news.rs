//! What a commit tells whoever follows a world: read off what it adds to the histories, so that the
//! feed says nothing that they do not.

use crate::bill::Bill;
use crate::circuit::{CircuitState, Status};
use crate::delta::Delta;
use crate::history::{Cause, CircuitMove, RouterMove, Why};
use crate::id::{AccountId, CircuitId, OrderId, RouterId};
use crate::order::{Order, OrderStatus};
use crate::router::RouterStatus;
use crate::state::State;
use crate::time::Timestamp;
use crate::view::Records as _;
use crate::words::words;
use std::collections::{HashMap, HashSet};

words! {
    /// What happened. The texts are the control API's.
    NewsKind {
        /// Applied for, or given by the operator.
        CircuitCreated = "circuit.created",
        /// Under review again.
        CircuitInitial = "circuit.initial",
        /// The application was approved.
        CircuitApproved = "circuit.approved",
        /// Resources are being allocated.
        CircuitAllocating = "circuit.allocating",
        /// A port is allocated.
        CircuitAllocated = "circuit.allocated",
        /// It waits for payment.
        CircuitConfirmed = "circuit.confirmed",
        /// It is in service.
        CircuitEnabled = "circuit.enabled",
        /// The application was refused.
        CircuitRejected = "circuit.rejected",
        /// Given up by the customer.
        CircuitCanceled = "circuit.canceled",
        /// There are no resources.
        CircuitAllocationFailed = "circuit.allocation_failed",
        /// It is being taken down.
        CircuitTerminating = "circuit.terminating",
        /// It is taken down.
        CircuitTerminated = "circuit.terminated",
        /// Its Letter of Authorization came to stand otherwise.
        CircuitLoaChanged = "circuit.loa_changed",
        /// Out of service, since what was paid for is over.
        CircuitStopped = "circuit.stopped",
        /// Locked for want of payment of a bill, for security, or by the operator.
        CircuitLocked = "circuit.locked",
        /// A lock was lifted.
        CircuitUnlocked = "circuit.unlocked",
        /// Removed, since what was paid for is over or was given back.
        CircuitReleased = "circuit.released",
        /// Removed by its owner.
        CircuitDeleted = "circuit.deleted",
        /// How it goes on was set.
        RenewalSet = "renewal.set",
        /// The end of what is paid for comes near.
        RenewalDueSoon = "renewal.due_soon",
        /// More time was paid for.
        RenewalRenewed = "renewal.renewed",
        /// It was to renew itself, and could not.
        RenewalFailed = "renewal.failed",
        /// A router was made.
        RouterCreated = "router.created",
        /// It is in service.
        RouterActive = "router.active",
        /// It is being switched off.
        RouterTerminating = "router.terminating",
        /// It is off.
        RouterTerminated = "router.terminated",
        /// It is being switched on again.
        RouterRecovering = "router.recovering",
        /// It is being removed.
        RouterDeleting = "router.deleting",
        /// It is gone.
        RouterDeleted = "router.deleted",
        /// An order was made.
        OrderPlaced = "order.placed",
        /// It was paid; a refund was given back.
        OrderPaid = "order.paid",
        /// It was cancelled, or nobody paid in time.
        OrderCancelled = "order.cancelled",
        /// A bill was made.
        BillMade = "bill.made",
        /// It was paid.
        BillPaid = "bill.paid",
        /// The operator moved the clock.
        ClockMoved = "clock.moved",
        /// The world began anew, or was put back as it had been.
        WorldReset = "world.reset",
    }
}

/// Something that happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct News {
    /// What.
    pub kind: NewsKind,
    /// When, and what brought it about.
    pub why: Why,
    /// Whose; `None` of the whole world.
    pub account: Option<AccountId>,
    /// Which circuit.
    pub circuit: Option<CircuitId>,
    /// Which order or bill.
    pub order: Option<OrderId>,
    /// Which router.
    pub router: Option<RouterId>,
}

impl News {
    /// Something of the whole world.
    fn of_world(kind: NewsKind, at: Timestamp) -> Self {
        let why = Why { at, cause: Cause::Operator, request: None };
        Self { kind, why, account: None, circuit: None, order: None, router: None }
    }

    /// The world is another since this instant of its time: it was put back, or is gone.
    pub fn reset(at: Timestamp) -> Self {
        Self::of_world(NewsKind::WorldReset, at)
    }
}

/// What a commit tells, by the instants at which it happened. `before` is the world without it.
pub fn news(before: &State, delta: &Delta) -> Vec<News> {
    let mut told = Told::default();
    match (delta.cleared, delta.clock) {
        (true, _) => told.all.push(News::reset(delta.floor)),
        (false, Some(_)) => told.all.push(News::of_world(NewsKind::ClockMoved, delta.floor)),
        (false, None) => {}
    }
    let found = |circuit| before.circuit(circuit).map(|known| known.state);
    let found = |circuit| if delta.cleared { None } else { found(circuit) };
    let mut first: HashMap<OrderId, OrderStatus> = HashMap::new();
    for step in delta.order_moves.iter() {
        first.entry(step.order).or_insert(step.before);
    }
    let is_new = |order: &&Order| delta.cleared || before.order(&order.id).is_none();
    for order in delta.orders.iter().filter(is_new) {
        told.placed(order, first.get(&order.id).copied().unwrap_or(order.status));
    }
    for step in delta.order_moves.iter() {
        let order = delta.orders.get(&step.order).expect("what moved is among what changed");
        told.went(step.status, step.why, (order.account, order.circuit, order.id));
    }
    for bill in delta.bills.iter() {
        told.billed(bill, before.bill(&bill.id).filter(|_| !delta.cleared));
    }
    let mut stood: HashMap<CircuitId, CircuitState> = HashMap::new();
    for step in delta.circuit_moves.iter() {
        let known = stood.insert(step.circuit, step.state);
        let known = known.or_else(|| found(&step.circuit));
        // What a world begins with is there, and has not happened.
        let begun = delta.cleared && step.why.is_some_and(|why| why.cause == Cause::Operator);
        if !begun {
            told.moved(step, known.as_ref());
        }
    }
    let mut made: HashSet<RouterId> = HashSet::new();
    for step in delta.router_moves.iter() {
        let is_new = delta.cleared || before.router(&step.router).is_none();
        told.routed(step, made.insert(step.router) && is_new);
    }
    // Of one instant, orders come before the circuits that they move.
    told.all.sort_by_key(|news| news.why.at);
    told.all
}

#[derive(Default)]
struct Told {
    all: Vec<News>,
}

impl Told {
    /// A circuit came to stand so, which stood so before.
    fn moved(&mut self, step: &CircuitMove, before: Option<&CircuitState>) {
        // Only what an earlier release has left has no reason, and that is never added.
        let Some(why) = step.why else { return };
        let (account, circuit) = (Some(step.account), Some(step.circuit));
        let mut note = |kind, order| {
            self.all.push(News { kind, why, account, circuit, order, router: None });
        };
        let Some(before) = before else { return note(NewsKind::CircuitCreated, None) };
        let now = &step.state;
        let (was, is) = (&before.subscription, &now.subscription);
        match why.cause {
            Cause::DueSoon => note(NewsKind::RenewalDueSoon, None),
            Cause::RenewalFailed => note(NewsKind::RenewalFailed, None),
            _ => {}
        }
        if is.last_order != was.last_order && before.enabled_at.is_some() {
            note(NewsKind::RenewalRenewed, is.last_order);
        }
        if is.renewal != was.renewal {
            note(NewsKind::RenewalSet, None);
        }
        if now.status != before.status {
            note(of_status(now.status), None);
        }
        if now.loa != before.loa {
            note(NewsKind::CircuitLoaChanged, None);
        }
        let is_over = is.refund.is_some() || why.cause == Cause::Stop;
        let locked = if is_over { NewsKind::CircuitStopped } else { NewsKind::CircuitLocked };
        for (was, is, locked) in [
            (before.locks.financial(), now.locks.financial(), locked),
            (before.locks.security(), now.locks.security(), NewsKind::CircuitLocked),
        ] {
            if is != was {
                note(if is { locked } else { NewsKind::CircuitUnlocked }, None);
            }
        }
        if now.deleted && !before.deleted {
            let released = is.refund.is_some() || why.cause == Cause::Release;
            let removed = [NewsKind::CircuitDeleted, NewsKind::CircuitReleased];
            note(removed[usize::from(released)], None);
        }
    }

    /// An order was made, and stood so at first.
    fn placed(&mut self, order: &Order, status: OrderStatus) {
        let why = Why::of_placing(order);
        let of = (order.account, order.circuit, order.id);
        self.paper(NewsKind::OrderPlaced, why, of);
        self.went(status, why, of);
    }

    /// An order came to stand so.
    fn went(&mut self, status: OrderStatus, why: Why, of: (AccountId, CircuitId, OrderId)) {
        match status {
            OrderStatus::Paid => self.paper(NewsKind::OrderPaid, why, of),
            OrderStatus::Cancelled => self.paper(NewsKind::OrderCancelled, why, of),
            OrderStatus::Unpaid | OrderStatus::Abnormal => {}
        }
    }

    /// A bill was made or paid.
    fn billed(&mut self, bill: &Bill, before: Option<&Bill>) {
        let of = (bill.account, bill.circuit, bill.id);
        let why = |at, cause| Why { at, cause, request: None };
        if before.is_none() {
            self.paper(NewsKind::BillMade, why(bill.made_at, Cause::Bill), of);
        }
        let is_news = before.is_none_or(|before| before.paid_at.is_none());
        if let Some(at) = bill.paid_at.filter(|_| is_news) {
            // At an instant of its own nobody but time has paid it; at any other a top-up has.
            let tries = before.and_then(|before| before.tries_at);
            let by_time = at == bill.made_at || tries == Some(at);
            let cause = if by_time { Cause::Bill } else { Cause::Operator };
            self.paper(NewsKind::BillPaid, why(at, cause), of);
        }
    }

    /// Something of an order or a bill.
    fn paper(&mut self, kind: NewsKind, why: Why, of: (AccountId, CircuitId, OrderId)) {
        let (account, circuit, order) = (Some(of.0), Some(of.1), Some(of.2));
        self.all.push(News { kind, why, account, circuit, order, router: None });
    }

    /// A router came to stand so: one that was made, or one that was there.
    fn routed(&mut self, step: &RouterMove, is_new: bool) {
        let kind = match step.status {
            _ if step.deleted => NewsKind::RouterDeleted,
            _ if is_new => NewsKind::RouterCreated,
            RouterStatus::Active => NewsKind::RouterActive,
            RouterStatus::Terminating => NewsKind::RouterTerminating,
            RouterStatus::Terminated => NewsKind::RouterTerminated,
            RouterStatus::Recovering => NewsKind::RouterRecovering,
            RouterStatus::Deleting => NewsKind::RouterDeleting,
            RouterStatus::Unconfirmed => unreachable!("a router is so from its making alone"),
        };
        let (account, router) = (Some(step.account), Some(step.router));
        self.all.push(News { kind, why: step.why, account, circuit: None, order: None, router });
    }
}

const fn of_status(status: Status) -> NewsKind {
    match status {
        Status::Initial => NewsKind::CircuitInitial,
        Status::Approved => NewsKind::CircuitApproved,
        Status::Allocating => NewsKind::CircuitAllocating,
        Status::Allocated => NewsKind::CircuitAllocated,
        Status::Confirmed => NewsKind::CircuitConfirmed,
        Status::Enabled => NewsKind::CircuitEnabled,
        Status::Rejected => NewsKind::CircuitRejected,
        Status::Canceled => NewsKind::CircuitCanceled,
        Status::AllocationFailed => NewsKind::CircuitAllocationFailed,
        Status::Terminating => NewsKind::CircuitTerminating,
        Status::Terminated => NewsKind::CircuitTerminated,
    }
}
