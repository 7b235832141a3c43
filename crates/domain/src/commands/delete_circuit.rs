//! DeleteCircuit: remove a circuit's record. An unpaid order for it goes with it.

use crate::circuit::{Acceptance, Event, Hosted, Status};
use crate::draft::Draft;
use crate::hosting;
use crate::id::{AccountId, CircuitId};
use crate::ordering::give_up;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::routing;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Remove a circuit's record.
    DeleteCircuit {
        /// The circuit.
        circuit: CircuitId,
    } not compared {
        /// Whether one that waits to be put into service may be removed, as it is sold.
        waiting_too: bool,
    }
}

impl Rule for DeleteCircuit {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        let home = caller.and_then(|caller| whose.home(caller, self.circuit.as_str()));
        caller.map_or(Parties::Nobody, |caller| Parties::with(caller, home))
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        match hosting::made_by_caller(draft, &self.circuit) {
            Ok(_) => return self.take_back(draft),
            Err(Refusal::CircuitDeleted) => return Err(Refusal::CircuitDeleted),
            Err(_) => {}
        }
        let circuit = draft.callers_circuit_here(self.circuit)?;
        if circuit.hosted().is_some() && circuit.state.status == Status::Allocated {
            return Err(Refusal::NeedsPartner);
        }
        // ASSUMED: before its state is: else nobody could ever be told so, since routers are on
        // circuits in service alone.
        routing::check_free(draft, circuit)?;
        let status = circuit.state.status;
        if !self.waiting_too && matches!(status, Status::Allocated | Status::Confirmed) {
            return Err(Refusal::CircuitState);
        }
        give_up(draft, self.circuit, Event::Delete)?;
        Ok(Outcome::Done)
    }
}

impl DeleteCircuit {
    /// The partner takes back what he has made for another.
    /// ASSUMED: until the tenant takes it, and from then on it is the tenant's alone; what the
    /// partner has paid for it does not come back.
    fn take_back(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let state = draft.circuit(self.circuit).state;
        if Hosted::acceptance(&state) != Acceptance::Unconfirmed {
            return Err(Refusal::NeedsTenant);
        }
        give_up(draft, self.circuit, Event::Delete)?;
        Ok(Outcome::Done)
    }
}
