//! FinishRouter: the carrier has done what is under way with a router.

use crate::draft::Draft;
use crate::id::{AccountId, Name, RouterId};
use crate::parties::Parties;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router::{Router, RouterEvent};
use crate::routing;
use crate::rule::Rule;
use crate::view::Whose;

/// The carrier has done what is under way with a router.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FinishRouter {
    /// The router, whoever's.
    pub router: RouterId,
}

impl Rule for FinishRouter {
    fn parties(&self, _: Option<AccountId>, whose: &dyn Whose) -> Parties {
        Parties::one(whose.owner(Name::Router(&self.router)))
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let router = draft.find::<Router>(&self.router).filter(|router| !router.deleted);
        router.ok_or(Refusal::NoSuchRouter)?;
        routing::step_router(draft, self.router, RouterEvent::Finish)?;
        Ok(Outcome::Done)
    }
}
