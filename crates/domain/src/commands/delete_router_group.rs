//! DeleteRouterGroup: dissolve a failover group. Its routers stay.

use crate::draft::Draft;
use crate::id::{AccountId, GroupId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router_group::RouterGroup;
use crate::routing::dissolve;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Dissolve a failover group.
    DeleteRouterGroup {
        /// The group.
        group: GroupId,
    }
}

impl Rule for DeleteRouterGroup {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let group: Option<&RouterGroup> = draft.find(&self.group);
        let (caller, region) = (draft.caller(), draft.callers_region());
        let its = |group: &&RouterGroup| {
            group.account == caller && group.region == region && !group.deleted
        };
        group.filter(its).ok_or(Refusal::NoSuchGroup)?;
        // ASSUMED: at once, since no status is printed for a group that is going (ROUTERS 9).
        dissolve(draft, self.group);
        Ok(Outcome::Done)
    }
}
