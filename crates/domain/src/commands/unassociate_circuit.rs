//! UnassociateCircuit: take a router off a further circuit.

use crate::draft::Draft;
use crate::id::{AccountId, CircuitId, RouterId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router::{Router, RouterEvent, step};
use crate::routing;
use crate::rule::Rule;
use crate::view::{View, Whose};

command! {
    /// Take a router off a further circuit.
    UnassociateCircuit {
        /// The router.
        router: RouterId,
        /// The circuit.
        circuit: CircuitId,
    }
}

impl Rule for UnassociateCircuit {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        routing::parties(caller, whose, &self.router)
    }

    /// Of a token that Terraform has cut, no chance is left, and 8 digits of the clock: all calls
    /// of 100 seconds share one (ROUTERS 13.1).
    fn stands(&self, view: &dyn View) -> Option<bool> {
        let router = view.router(&self.router);
        Some(router.is_none_or(|router| !router.stands_on(&self.circuit)))
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let router = routing::callers(draft, &self.router)?;
        if router.account != draft.caller() {
            return Err(Refusal::NotTheOwners);
        }
        step(router.status, RouterEvent::Unassociate)?;
        if router.circuit == self.circuit {
            return Err(Refusal::OwnCircuit);
        }
        if !router.stands_on(&self.circuit) {
            return Err(Refusal::NotAssociated);
        }
        let router = draft.edit::<Router>(&self.router).expect("just found");
        router.associations.retain(|its| its.circuit != self.circuit);
        Ok(Outcome::Done)
    }
}
