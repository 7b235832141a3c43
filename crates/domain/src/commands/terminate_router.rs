//! TerminateRouter: switch a router off. Its record and, for a time, its VLAN are kept.

use crate::draft::Draft;
use crate::id::{AccountId, RouterId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router::RouterEvent;
use crate::routing;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Switch a router off.
    TerminateRouter {
        /// The router.
        router: RouterId,
    }
}

impl Rule for TerminateRouter {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        routing::parties(caller, whose, &self.router)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let router = routing::callers(draft, &self.router)?;
        // SOURCE: ROUTERS 3.4.
        if router.account != draft.caller() {
            return Err(Refusal::NotTheOwners);
        }
        routing::step_router(draft, self.router, RouterEvent::Terminate)?;
        Ok(Outcome::Done)
    }
}
