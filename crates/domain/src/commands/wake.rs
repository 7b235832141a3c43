//! Wake: whatever is due of an account by now happens. That comes before every decision anyway, so
//! there is nothing left to do.

use crate::draft::Draft;
use crate::id::AccountId;
use crate::parties::Parties;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

/// Let what is due of an account happen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wake {
    /// The account.
    pub account: AccountId,
}

impl Rule for Wake {
    fn parties(&self, _: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::One(self.account)
    }

    fn decide(&self, _: &mut Draft) -> Result<Outcome, Refusal> {
        Ok(Outcome::Done)
    }
}
