//! DeleteRouter: remove a router.

use crate::draft::Draft;
use crate::id::{AccountId, RouterId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router::{RouterEvent, RouterStatus, step};
use crate::routing;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Remove a router.
    DeleteRouter {
        /// The router.
        router: RouterId,
    }
}

impl Rule for DeleteRouter {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        routing::parties(caller, whose, &self.router)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let router = routing::callers(draft, &self.router)?;
        // SOURCE: ROUTERS 3.4: the circuit's owner removes another's only until that takes it
        // over.
        let unconfirmed = router.status == RouterStatus::Unconfirmed;
        if router.owner != draft.caller() && !unconfirmed {
            return Err(Refusal::NotTheOwners);
        }
        step(router.status, RouterEvent::Delete)?;
        if !router.associations.is_empty() {
            return Err(Refusal::CircuitsAssociated);
        }
        routing::step_router(draft, self.router, RouterEvent::Delete)?;
        Ok(Outcome::Done)
    }
}
