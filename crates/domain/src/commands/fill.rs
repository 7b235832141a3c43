//! Fill: the fixed sandbox comes to be in a world that is new. Where there are accounts already it
//! does nothing, so it can be asked for whenever a world is opened.

use crate::draft::Draft;
use crate::id::AccountId;
use crate::parties::Parties;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::sandbox;
use crate::time::Timestamp;
use crate::view::{View as _, Whose};

/// Fill a world with the fixed sandbox, its clock at `start`, unless there is anything in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fill {
    /// The instant the world starts at.
    pub start: Timestamp,
    /// What the wall shows then.
    pub wall: Timestamp,
}

impl Rule for Fill {
    fn parties(&self, _: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::World
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        if !draft.view().is_filled() {
            // What little an empty world may have, a clock or prices, goes.
            draft.clear();
            sandbox::fill(draft, self.start, self.wall);
        }
        Ok(Outcome::Done)
    }
}
