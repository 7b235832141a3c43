//! RefundCircuit: give back what was paid for a terminated circuit and not used.

use crate::circuit::{Circuit, CircuitState, Status};
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::ledger::Posting;
use crate::order::{Order, OrderKind, OrderStatus};
use crate::parties::Parties;
use crate::price::Money;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refunding::unused;
use crate::refusal::Refusal;
use crate::routing;
use crate::rule::Rule;
use crate::subscription::{Grace, Renewal, Subscription};
use crate::view::Whose;

command! {
    /// Give back what is left of a terminated circuit, once.
    RefundCircuit {
        /// The circuit, in any region.
        circuit: CircuitId,
        /// Release it at once, and not after a week.
        release_now: bool,
    }
}

/// How long a circuit is there that was given back and not released at once.
/// ASSUMED: as long as one that is stopped for want of payment.
const KEPT: Grace = Grace { stop_after_s: 0, release_after_s: 7 * 86_400 };

impl Rule for RefundCircuit {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn circuit(&self, _: &Draft) -> Option<CircuitId> {
        Some(self.circuit)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let found: Option<&Circuit> = draft.find(&self.circuit);
        let circuit = found.filter(|circuit| circuit.account == draft.caller());
        let circuit = circuit.ok_or(Refusal::NoSuchCircuit)?.clone();
        let refund = refund(draft, &circuit)?;
        let id = refund.id;
        let account = draft.account(circuit.account)?;
        let posting = Posting::refund(account.id, account.balance, &refund, draft.at());
        draft.post(posting.ok_or(Refusal::AmountTooLarge)?);
        draft.put_order(refund);
        let state = circuit.state;
        let subscription = Subscription {
            refund: Some(id),
            renewal: Renewal::Never,
            grace: Some(KEPT),
            ..state.subscription
        };
        // It is paid for until now, and stopped.
        let locks = state.locks.with_financial(!self.release_now);
        let ends_at = Some(draft.at());
        let deleted = self.release_now;
        draft.move_circuit(
            circuit.id,
            CircuitState { locks, ends_at, subscription, deleted, ..state },
        );
        Ok(Outcome::Order { order: id, short: false })
    }
}

/// The order that gives back what is left of a circuit, numbered. It is nowhere yet.
fn refund(draft: &mut Draft, circuit: &Circuit) -> Result<Order, Refusal> {
    let state = &circuit.state;
    if state.subscription.refund.is_some() {
        return Err(Refusal::CircuitRefunded);
    }
    if state.deleted {
        return Err(Refusal::NoSuchCircuit);
    }
    // ASSUMED: before its state is: routers are on circuits in service alone.
    routing::check_free(draft, circuit).map_err(|_| Refusal::RoutersAttached)?;
    if state.status != Status::Terminated {
        return Err(Refusal::CircuitState);
    }
    let at = draft.at();
    let last = state.subscription.last_order.ok_or(Refusal::NothingLeft)?;
    let (mut amount, mut next) = (Money(0), Some(last));
    while let Some(order) = next {
        let order = draft.order(order);
        amount = amount.plus(unused(order, at)).ok_or(Refusal::AmountTooLarge)?;
        next = order.follows;
    }
    if amount == Money(0) {
        return Err(Refusal::NothingLeft);
    }
    let last = *draft.order(last);
    Ok(Order {
        id: draft.number_order(),
        kind: OrderKind::Refund,
        follows: Some(last.id),
        status: OrderStatus::Paid,
        amount,
        created_at: at,
        paid_at: Some(at),
        usage: None,
        auto_renew: false,
        by_time: false,
        request: draft.request(),
        ..last
    })
}
