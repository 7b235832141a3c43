//! AmendHostedCircuit: change the VLAN of a shared circuit, and how fast it is to be once that is
//! paid.

use crate::catalogue::SharedSpec;
use crate::circuit::{Acceptance, Circuit, Hosted, Payer, Status};
use crate::draft::Draft;
use crate::hosting::{self, charge_partner, check_room};
use crate::id::{AccountId, CircuitId};
use crate::order::CancelCause;
use crate::ordering::void;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router::RouterStatus;
use crate::routing::{Own, check_vlan};
use crate::rule::Rule;
use crate::view::{View as _, Whose};

command! {
    /// Change a shared circuit.
    AmendHostedCircuit {
        /// The circuit.
        circuit: CircuitId,
        /// `VlanId`.
        vlan: u32,
        /// `ExpectSpec`; `None` leaves it as it is.
        expected: Option<SharedSpec>,
        /// Whether it is only to be found out whether it could be done.
        dry_run: bool,
    }
}

impl Rule for AmendHostedCircuit {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        hosting::parties(caller, whose, None)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        self.check_whose(draft)?;
        let (circuit, hosted) = hosting::made_by_caller(draft, &self.circuit)?;
        let (circuit, hosted) = (circuit.clone(), hosted.clone());
        let parent: Circuit = draft.find(&hosted.parent).cloned().expect("at the caller's home");
        check_alive(&circuit, &parent)?;
        if self.vlan != hosted.vlan {
            self.check_vlan(draft, &circuit, &hosted)?;
        }
        let next = Hosted {
            vlan: self.vlan,
            expected: self.expected.or(hosted.expected),
            ..hosted.clone()
        };
        if next.sold() != hosted.sold() {
            check_room(draft, &parent, next.sold(), Some(circuit.id))?;
            // ASSUMED: its price is no longer that of what is sold.
            if let Some(open) = circuit.state.open_order {
                void(draft, open, CancelCause::Circuit);
            }
        }
        let outcome = change(draft, circuit.id, &hosted, next)?;
        if self.dry_run { Err(Refusal::DryRun) } else { Ok(outcome) }
    }
}

impl AmendHostedCircuit {
    /// A tenant is told that it is not his to change.
    fn check_whose(&self, draft: &Draft) -> Result<(), Refusal> {
        let own = draft.callers_circuit(self.circuit);
        if own.is_ok_and(|own| own.hosted().is_some()) {
            Err(Refusal::NeedsPartner)
        } else {
            Ok(())
        }
    }

    /// Whether the VLAN can be another. ASSUMED: a router that is on its way somewhere does not
    /// take another, and beside the one that is to move here nothing has the whole port.
    fn check_vlan(&self, draft: &Draft, circuit: &Circuit, hosted: &Hosted) -> Result<(), Refusal> {
        if self.vlan == 0 && hosting::is_awaited(draft, circuit.id, hosted) {
            return Err(Refusal::VlanTaken);
        }
        let own = Own { router: hosted.router, hosted: Some(circuit.id) };
        check_vlan(draft, hosted.partner, hosted.parent, self.vlan, own)
            .map_err(|_| Refusal::VlanTaken)?;
        let view = draft.view();
        let mut routers = view.routers_on(circuit.account, circuit.id);
        let moves = routers.any(|router| !router.deleted && router.status != RouterStatus::Active);
        if moves { Err(Refusal::RouterState) } else { Ok(()) }
    }
}

fn check_alive(circuit: &Circuit, parent: &Circuit) -> Result<(), Refusal> {
    use Status as S;
    let state = &circuit.state;
    let ended = matches!(state.status, S::Terminating | S::Terminated | S::Canceled);
    if ended || parent.state.deleted {
        return Err(Refusal::CircuitEnded);
    }
    // ASSUMED: of the port that it is a part of, too.
    let locked = state.locks.financial() || parent.state.locks.financial();
    if locked { Err(Refusal::CircuitLocked) } else { Ok(()) }
}

/// It is so, and the partner pays for a faster one if he is to.
/// ASSUMED: a slower one costs him nothing more, and nothing comes back; either is so at once, or
/// as soon as the tenant has taken the circuit.
fn change(
    draft: &mut Draft,
    id: CircuitId,
    before: &Hosted,
    next: Hosted,
) -> Result<Outcome, Refusal> {
    let (sold, by_partner) = (next.sold(), next.payer == Payer::Partner);
    hosting::set(draft, id, next);
    let circuit = draft.circuit(id).clone();
    let faster = sold.mbps() > before.sold().mbps();
    let order = (by_partner && faster).then(|| charge_partner(draft, &circuit)).transpose()?;
    if by_partner && Hosted::acceptance(&circuit.state) == Acceptance::Confirmed {
        hosting::speed_is_paid(draft, id, Some(sold));
    }
    Ok(order.map_or(Outcome::Done, |order| Outcome::Order { order, short: false }))
}
