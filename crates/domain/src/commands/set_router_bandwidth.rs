//! SetRouterBandwidth: set how fast a router is, and nothing else.

use crate::circuit::Circuit;
use crate::draft::Draft;
use crate::id::{AccountId, RouterId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router::{Router, RouterEvent, step};
use crate::routing::{self, check_speed};
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Set how fast a router is.
    SetRouterBandwidth {
        /// The router.
        router: RouterId,
        /// Mbit/s.
        bandwidth_mbps: u32,
    } not compared {
        /// Whether the port's speed is a limit, as it is sold.
        limited: bool,
    }
}

impl Rule for SetRouterBandwidth {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        routing::parties(caller, whose, &self.router)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let router = routing::callers(draft, &self.router)?;
        step(router.status, RouterEvent::SetBandwidth)?;
        let circuit: &Circuit = draft.find(&router.circuit).expect("it is at the same home");
        if circuit.hosted().is_some() {
            return Err(Refusal::CircuitHosted);
        }
        check_speed(circuit, self.bandwidth_mbps, self.limited)?;
        let router = draft.edit::<Router>(&self.router).expect("just found");
        router.described.bandwidth_mbps = self.bandwidth_mbps;
        Ok(Outcome::Done)
    }
}
