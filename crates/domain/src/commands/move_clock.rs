//! MoveClock: the operator moves the world's clock on. What is due on the way happens afterwards,
//! account by account.

use crate::draft::Draft;
use crate::id::AccountId;
use crate::parties::Parties;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::time::Timestamp;
use crate::view::{View as _, Whose};

/// Move the world's clock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MoveClock {
    /// The instant to be.
    pub to: Timestamp,
    /// What the wall shows then.
    pub wall: Timestamp,
}

impl Rule for MoveClock {
    /// It touches no account, so none has to be asked: whoever is looked at next finds what was due
    /// of it done.
    fn parties(&self, _: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::Nobody
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let offset_ms = self.to.ms() - self.wall.ms();
        if offset_ms < draft.view().clock() {
            return Err(Refusal::ClockBack);
        }
        draft.set_clock(offset_ms, self.to);
        Ok(Outcome::Done)
    }
}
