//! FinishGroup: the carrier has made a failover group.

use crate::draft::Draft;
use crate::id::{AccountId, GroupId, Name};
use crate::parties::Parties;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router_group::{GroupStatus, RouterGroup};
use crate::rule::Rule;
use crate::view::Whose;

/// The carrier has made a failover group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FinishGroup {
    /// The group, whoever's.
    pub group: GroupId,
}

impl Rule for FinishGroup {
    fn parties(&self, _: Option<AccountId>, whose: &dyn Whose) -> Parties {
        Parties::one(whose.owner(Name::Group(&self.group)))
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let group = draft.edit::<RouterGroup>(&self.group).filter(|group| !group.deleted);
        let group = group.ok_or(Refusal::NoSuchGroup)?;
        if group.status != GroupStatus::Creating {
            return Err(Refusal::RouterState);
        }
        group.status = GroupStatus::Active;
        group.wakes_at = None;
        Ok(Outcome::Done)
    }
}
