//! PutKey: the operator keeps a key of an account, or of one of its RAM users.

use crate::draft::Draft;
use crate::id::{AccountId, Name};
use crate::parties::Parties;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::user::{Key, User};
use crate::view::Whose;

/// Keep a key, in the place of the one of its id, whoever's that was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PutKey {
    /// The key as it now is.
    pub key: Box<Key>,
}

impl Rule for PutKey {
    /// Whoever has the key's id loses it, and is asked too.
    fn parties(&self, _: Option<AccountId>, whose: &dyn Whose) -> Parties {
        Parties::with(self.key.account, whose.owner(Name::Key(&self.key.id)))
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let account = self.key.account;
        draft.account(account)?;
        if let Some(name) = &self.key.user {
            draft.find::<User>(&(account, name.clone())).ok_or(Refusal::NoSuchUser)?;
        }
        draft.put(Key::clone(&self.key));
        Ok(Outcome::Done)
    }
}
