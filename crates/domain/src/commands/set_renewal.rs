//! SetRenewal: say how circuits go on at the end of what is paid for.

use crate::circuit::CircuitState;
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::renewing::{begun, check_renewable};
use crate::rule::Rule;
use crate::rules::Kept;
use crate::subscription::{Renewal, Subscription};
use crate::view::Whose;

command! {
    /// Say how circuits go on: all of them, or none if one cannot be renewed.
    SetRenewal {
        /// The circuits, in any region.
        circuits: Vec<CircuitId>,
        /// How they go on.
        renewal: Renewal,
    }
}

impl Rule for SetRenewal {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        for &circuit in &self.circuits {
            let state = draft.own_circuit(circuit)?.state;
            check_renewable(&state)?;
            let state = begun(draft, state, Kept::Since2024);
            let subscription = Subscription { renewal: self.renewal, ..state.subscription };
            draft.move_circuit(circuit, CircuitState { subscription, ..state });
        }
        Ok(Outcome::Done)
    }
}
