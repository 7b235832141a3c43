//! RenewCircuit: pay for more time of a circuit that is in service.

use crate::circuit::Circuit;
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::order::CancelCause;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::renewing::{begun, more, pay};
use crate::rule::Rule;
use crate::rules::Kept;
use crate::view::Whose;
use std::num::NonZeroU32;

command! {
    /// Pay for more time of a circuit, at once. When the money is missing the order is cancelled.
    RenewCircuit {
        /// The circuit, in any region.
        circuit: CircuitId,
        /// How much more.
        months: NonZeroU32,
    } not compared {
        /// How long the circuit is kept after its end, if nothing was said of that before.
        kept: Kept,
    }
}

impl Rule for RenewCircuit {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn circuit(&self, _: &Draft) -> Option<CircuitId> {
        Some(self.circuit)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let circuit = draft.own_circuit(self.circuit)?;
        let state = begun(draft, circuit.state, self.kept);
        let circuit = Circuit { state, ..circuit.clone() };
        let more = more(draft, &circuit, self.months)?;
        let mut order = more.order;
        let paid = pay(draft, more, state);
        if !paid {
            order.cancel(CancelCause::Balance);
            draft.put_order(order);
        }
        Ok(Outcome::Order { order: order.id, short: !paid })
    }
}
