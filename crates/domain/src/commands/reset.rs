//! Reset: everything in a world is forgotten, and it is the fixed sandbox again.

use crate::draft::Draft;
use crate::id::AccountId;
use crate::parties::Parties;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::sandbox;
use crate::time::Timestamp;
use crate::view::Whose;

/// Forget everything and fill the world with the fixed sandbox, its clock at `start`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reset {
    /// The instant the world starts at.
    pub start: Timestamp,
    /// What the wall shows then.
    pub wall: Timestamp,
}

impl Rule for Reset {
    fn parties(&self, _: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::World
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        draft.clear();
        sandbox::fill(draft, self.start, self.wall);
        Ok(Outcome::Done)
    }
}
