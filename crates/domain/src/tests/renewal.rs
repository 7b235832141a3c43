//! A kind of record for tests alone: a month more for a circuit that is paid for is bought by time
//! itself at any instant. It proves that what is due can place and pay an order, without a caller
//! or a receipt.

use crate::circuit::CircuitState;
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::kept::{ByName, Record, Wakes};
use crate::order::{Charge, Order, OrderKind};
use crate::ordering::{payment, price, unpaid};
use crate::price::{Cycle, Term};
use crate::subscription::Subscription;
use crate::time::{Timestamp, billing_day, renewed_end};

/// A circuit is to be renewed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renewal {
    /// The circuit.
    pub circuit: CircuitId,
    /// Its owner.
    pub account: AccountId,
    /// When; never again once it was tried.
    pub at: Option<Timestamp>,
}

impl Record for Renewal {
    type Name = CircuitId;
    type Home = ByName<Self>;

    fn name(&self) -> CircuitId {
        self.circuit
    }

    fn owner(&self) -> AccountId {
        self.account
    }
}

impl Wakes for Renewal {
    fn due(&self) -> Option<Timestamp> {
        self.at
    }
}

/// The circuit's owner pays a month more; who is short of money makes no order and uses no number.
pub(crate) fn renew(draft: &mut Draft, circuit: CircuitId) {
    let renewal: &mut Renewal = draft.edit(&circuit).expect("what is due exists");
    renewal.at = None;
    let its = draft.circuit(circuit).clone();
    // What is paid as it goes ends when its owner ends it, and of what was given back nothing more
    // is bought.
    let is_over = its.state.is_metered() || its.state.subscription.refund.is_some();
    let Some(end) = its.state.ends_at.filter(|_| !is_over) else { return };
    let account = draft.account(its.account).expect("a circuit has an owner");
    let month = Charge::PrePaid(Term { count: 1, cycle: Cycle::Month });
    let (amount, _) = price(draft, &its, account.currency, month).expect("it has a price");
    if draft.account(its.account).expect("it has an owner").balance < amount {
        return;
    }
    let (at, before) = (draft.at(), its.state.subscription);
    let start = end.max(at);
    // What goes on from its end keeps its day, which February may not have had.
    let goes_on = start == end && before.anchor_day > 0;
    let of_start = billing_day(start.plus_ms(-1)).expect("within the calendar");
    let anchor_day = if goes_on { before.anchor_day } else { of_start };
    let end = renewed_end(start, 1, anchor_day);
    let follows = before.last_order.or(its.state.paid_order);
    let order = unpaid(draft, &its, month).expect("it has a price");
    let mut order = Order { kind: OrderKind::Renew, follows, ..order };
    let posting = payment(draft, &order).expect("the money is there");
    order.pay(at, Some((start, end)));
    draft.post(posting);
    let (last_order, begins_at) = (Some(order.id), Some(start));
    let subscription = Subscription { anchor_day, last_order, begins_at, ..before };
    draft.move_circuit(circuit, CircuitState { ends_at: end, subscription, ..its.state });
    draft.put_order(order);
}
