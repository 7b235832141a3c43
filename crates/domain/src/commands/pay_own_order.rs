//! PayOwnOrder: the customer pays an unpaid order from the balance.

use crate::draft::Draft;
use crate::id::{AccountId, CircuitId, OrderId};
use crate::ordering::pay_unpaid;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Pay an unpaid order of one's own.
    PayOwnOrder {
        /// The order.
        order: OrderId,
    }
}

impl Rule for PayOwnOrder {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn circuit(&self, draft: &Draft) -> Option<CircuitId> {
        draft.own_order(self.order).ok().map(|order| order.circuit)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        draft.own_order(self.order)?;
        pay_unpaid(draft, self.order)
    }
}
