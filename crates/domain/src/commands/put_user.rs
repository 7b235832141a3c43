//! PutUser: the operator keeps a RAM user of an account.

use crate::draft::Draft;
use crate::id::AccountId;
use crate::parties::Parties;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::user::User;
use crate::view::Whose;

/// Keep a RAM user, in the place of the one of its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PutUser {
    /// The user as it now is.
    pub user: User,
}

impl Rule for PutUser {
    fn parties(&self, _: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::One(self.user.account)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        draft.account(self.user.account)?;
        draft.put(self.user.clone());
        Ok(Outcome::Done)
    }
}
