//! EnableCircuit: put a circuit into service without an order placed before. It makes its own.

use crate::circuit::{CircuitState, Status};
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::order::Charge;
use crate::ordering::{enable_without_order, orderable, pay, unpaid};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::rules::Kept;
use crate::subscription::Subscription;
use crate::view::Whose;

command! {
    /// Put a circuit into service.
    EnableCircuit {
        /// The circuit.
        circuit: CircuitId,
        /// Whether it is to have no order.
        without_order: bool,
    } not compared {
        /// What its order is for, as it is sold.
        charge: Charge,
        /// How long the circuit is kept after its end, as it is sold.
        kept: Kept,
        /// Whether one that is in service already is left as it is rather than refused.
        again: bool,
    }
}

impl Rule for EnableCircuit {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn circuit(&self, _: &Draft) -> Option<CircuitId> {
        Some(self.circuit)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        // A copy: what follows writes.
        let circuit = draft.callers_circuit(self.circuit)?.clone();
        let state = circuit.state;
        if state.status == Status::Enabled && self.again {
            return Ok(Outcome::Done);
        }
        orderable(&state)?;
        if self.without_order {
            if !draft.account(circuit.account)?.orderless {
                return Err(Refusal::NeedsOrder);
            }
            if !draft.offers().at(circuit.particulars.access_point).without_order {
                return Err(Refusal::DeviceNeedsOrder);
            }
            enable_without_order(draft, self.circuit)?;
            return Ok(Outcome::Done);
        }
        let order = unpaid(draft, &circuit, self.charge)?;
        let grace = Some(draft.rules().grace(self.kept));
        let subscription = Subscription { grace, ..state.subscription };
        if pay(draft, order, CircuitState { subscription, ..state }) {
            Ok(Outcome::Order { order: order.id, short: false })
        } else {
            Err(Refusal::BalanceTooLow)
        }
    }
}
