//! PlaceOccupancyOrder: order the occupation of a circuit's port.

use crate::circuit::CircuitState;
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::order::{CancelCause, Charge, Order, OrderStatus};
use crate::ordering::{orderable, pay, unpaid};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::rules::Kept;
use crate::subscription::Subscription;
use crate::view::Whose;

/// What happens to an order that is to be paid at once when the money is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shortfall {
    /// It is kept as Cancelled.
    Cancel,
    /// It is kept as Abnormal: shown as unpaid, can only be voided.
    Abnormal,
}

command! {
    /// Order the occupation of a circuit.
    PlaceOccupancyOrder {
        /// The circuit.
        circuit: CircuitId,
        /// Subscription or as it goes.
        charge: Charge,
        /// Pay from the balance at once.
        pay_now: bool,
        /// Renew automatically.
        auto_renew: bool,
        /// Length of a renewal, months.
        auto_renew_months: u32,
    } not compared {
        /// How long the circuit is kept after its end, as it is sold.
        kept: Kept,
        /// What happens when the money is missing: how it is told, not what it is.
        shortfall: Shortfall,
    }
}

impl Rule for PlaceOccupancyOrder {
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
        orderable(&state)?;
        let order = unpaid(draft, &circuit, self.charge)?;
        let (auto_renew, auto_renew_months) = (self.auto_renew, self.auto_renew_months);
        let mut order = Order { auto_renew, auto_renew_months, ..order };
        let id = order.id;
        let grace = Some(draft.rules().grace(self.kept));
        let subscription = Subscription { grace, ..state.subscription };
        let state = CircuitState { subscription, ..state };
        let at_once = self.pay_now || self.charge == Charge::PostPaid;
        if !at_once {
            draft.put_order(order);
            draft.move_circuit(self.circuit, CircuitState { open_order: Some(id), ..state });
            return Ok(Outcome::Order { order: id, short: false });
        }
        let paid = pay(draft, order, state);
        if !paid {
            match self.shortfall {
                Shortfall::Cancel => order.cancel(CancelCause::Balance),
                Shortfall::Abnormal => order.status = OrderStatus::Abnormal,
            }
            draft.put_order(order);
        }
        Ok(Outcome::Order { order: id, short: !paid })
    }
}
