//! CancelOrder: the customer cancels an unpaid order.

use crate::draft::Draft;
use crate::id::{AccountId, OrderId};
use crate::order::CancelCause;
use crate::ordering::void;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Cancel an unpaid order.
    CancelOrder {
        /// The order.
        order: OrderId,
    }
}

impl Rule for CancelOrder {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        draft.own_order(self.order)?.check_open()?;
        void(draft, self.order, CancelCause::Customer);
        Ok(Outcome::Order { order: self.order, short: false })
    }
}
