//! PayOrder: the operator has an unpaid order paid from its account's balance.

use crate::draft::Draft;
use crate::id::{AccountId, Name, OrderId};
use crate::ordering::pay_unpaid;
use crate::parties::Parties;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

/// Pay an unpaid order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PayOrder {
    /// The order.
    pub order: OrderId,
}

impl Rule for PayOrder {
    fn parties(&self, _: Option<AccountId>, whose: &dyn Whose) -> Parties {
        Parties::one(whose.owner(Name::Order(self.order)))
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        pay_unpaid(draft, self.order)
    }
}
