//! MoveRouter: put a router on the shared circuit that was made from it. It is at home with the
//! tenant from then on.

use crate::circuit::Status;
use crate::draft::Draft;
use crate::hosting;
use crate::id::{AccountId, CircuitId, RouterId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::reference::Reference;
use crate::refusal::Refusal;
use crate::router::{Router, is_under_way};
use crate::routing;
use crate::rule::Rule;
use crate::view::{View as _, Whose};

command! {
    /// Put a router on a shared circuit.
    MoveRouter {
        /// The router.
        router: RouterId,
        /// The shared circuit.
        circuit: CircuitId,
        /// Whether it is only to be found out whether it could be done.
        dry_run: bool,
    }
}

impl Rule for MoveRouter {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        hosting::parties(caller, whose, None)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let (circuit, hosted) = hosting::made_by_caller(draft, &self.circuit)?;
        let (id, tenant, from, hosted) =
            (circuit.id, circuit.account, hosted.router, hosted.clone());
        if circuit.state.status != Status::Enabled {
            return Err(Refusal::CircuitNotEnabled);
        }
        if draft.view().routers_on(tenant, id).any(|router| !router.deleted) {
            return Err(Refusal::HostedTaken);
        }
        let router = routing::callers(draft, &self.router)?;
        routing::check_movable(router)?;
        if from != Some(router.id) || is_under_way(router.status) {
            return Err(Refusal::RouterBound);
        }
        if self.dry_run {
            return Err(Refusal::DryRun);
        }
        let router = draft.edit::<Router>(&self.router).expect("just found");
        (router.account, router.circuit) = (tenant, id);
        let thing = router.id.as_str().into();
        // What it was made of says where it is now.
        draft.put(Reference { account: tenant, thing, home: tenant });
        hosting::set(draft, id, hosted);
        routing::note(draft, self.router);
        Ok(Outcome::Done)
    }
}
