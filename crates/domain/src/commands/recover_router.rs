//! RecoverRouter: switch a router on again, if its VLAN is still free.

use crate::circuit::{Circuit, Status};
use crate::draft::Draft;
use crate::id::{AccountId, RouterId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router::{RouterEvent, step};
use crate::routing::{self, Own, check_service, check_vlan};
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Switch a router on again.
    RecoverRouter {
        /// The router.
        router: RouterId,
    } not compared {
        /// Whether outbound traffic must be billed, as it is sold.
        needs_service: bool,
    }
}

impl Rule for RecoverRouter {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        routing::parties(caller, whose, &self.router)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let router = routing::callers(draft, &self.router)?.clone();
        // SOURCE: ROUTERS 3.4.
        if router.account != draft.caller() {
            return Err(Refusal::NotTheOwners);
        }
        step(router.status, RouterEvent::Recover)?;
        let circuit: &Circuit = draft.find(&router.circuit).expect("it is at the same home");
        // ASSUMED: the code of a circuit that is not in service is not printed (ROUTERS 19, 3).
        if circuit.state.status != Status::Enabled {
            return Err(Refusal::RouterState);
        }
        check_service(draft, self.needs_service)?;
        let on = router.associations.iter().map(|its| (its.circuit, its.vlan));
        for (circuit, vlan) in on.chain([(router.circuit, router.described.vlan)]) {
            check_vlan(draft, router.account, circuit, vlan, Own::router(router.id))
                .map_err(|_| Refusal::VlanTaken)?;
        }
        routing::step_router(draft, router.id, RouterEvent::Recover)?;
        Ok(Outcome::Done)
    }
}
