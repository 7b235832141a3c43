//! A kind of record for tests alone: a circuit whose renewal is bought by time itself. It proves
//! that what is due can place and pay an order, without a caller or a receipt.

use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::kept::{ByName, Record, Wakes};
use crate::order::Charge;
use crate::ordering::{payment, price, unpaid};
use crate::price::{Cycle, Term};
use crate::time::Timestamp;

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
    let month = Charge::PrePaid(Term { count: 1, cycle: Cycle::Month });
    let its = draft.circuit(circuit);
    let account = draft.account(its.account).expect("a circuit has an owner");
    let (amount, _) = price(draft, its, account.currency, month).expect("it has a price");
    if account.balance < amount {
        return;
    }
    let its = draft.circuit(circuit).clone();
    let mut order = unpaid(draft, &its, month).expect("it has a price");
    let posting = payment(draft, &order).expect("the money is there");
    order.pay(draft.at(), draft.at());
    draft.post(posting);
    draft.put(order);
}
