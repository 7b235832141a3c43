//! ApplyForCircuit: apply for a circuit, which comes to be as Initial.

use crate::catalogue::Region;
use crate::circuit::{Circuit, CircuitState, Particulars, Status};
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId, Name};
use crate::offers::AccessPointStatus;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::{View as _, Whose};

command! {
    /// Apply for a circuit.
    ApplyForCircuit {
        /// What it is to be.
        particulars: Particulars,
    }
}

impl Rule for ApplyForCircuit {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let place = Place::here(draft);
        let where_to = [(place.region, &self.particulars)];
        Waiting::Billed.check(draft, self.particulars.redundant(), &where_to)?;
        let mut state = CircuitState::born(Status::Initial);
        state.wakes_at = draft.carrier_due(Status::Initial);
        add_circuit(draft, place, &self.particulars, state);
        Ok(Outcome::Circuit(place.id))
    }
}

/// Who may have a further circuit.
pub(super) enum Waiting {
    /// Whose outbound traffic is billed.
    Billed,
    /// Anyone.
    Any,
}

impl Waiting {
    /// Refuses a caller who may not have these circuits more, with this companion.
    /// ASSUMED: the order of the reasons.
    pub(super) fn check(
        self,
        draft: &Draft,
        redundant: Option<CircuitId>,
        more: &[(Region, &Particulars)],
    ) -> Result<(), Refusal> {
        let caller = draft.caller();
        let account = draft.account(caller)?;
        if matches!(self, Self::Billed) && !account.service_open {
            return Err(Refusal::ServiceClosed);
        }
        if let Some(redundant) = redundant {
            draft.check_redundant(redundant)?;
        }
        if draft.view().overdue(caller, draft.at()) > 0 {
            return Err(Refusal::CircuitOverdue);
        }
        check_offers(draft, more)?;
        let waiting = account.waiting_circuits as usize + more.len();
        if waiting > draft.rules().waiting_circuits_max as usize {
            return Err(Refusal::WaitingCircuitsMax);
        }
        let max = draft.rules().access_point_circuits_max as usize;
        let are_too_many = |&(region, Particulars { access_point: point, .. }): &(_, &_)| {
            let at_it =
                |of: &&(Region, &Particulars)| (of.0, of.1.access_point) == (region, *point);
            let new = more.iter().filter(at_it).count();
            draft.view().standing(caller, region, *point) + new > max
        };
        if max > 0 && more.iter().any(are_too_many) {
            return Err(Refusal::AccessPointCircuitsMax);
        }
        Ok(())
    }
}

/// Refuses what an access point does not offer.
fn check_offers(draft: &Draft, more: &[(Region, &Particulars)]) -> Result<(), Refusal> {
    let offers = draft.offers();
    let status = |its: &Particulars| offers.at(its.access_point).status;
    let any = |is_so: &dyn Fn(&Particulars) -> bool| more.iter().any(|(_, its)| is_so(its));
    if any(&|its| status(its) == AccessPointStatus::Disabled) {
        return Err(Refusal::AccessPointDisabled);
    }
    if any(&|its| status(its) == AccessPointStatus::Full) {
        return Err(Refusal::AccessPointFull);
    }
    if any(&|its| !offers.at(its.access_point).has(its.port_type)) {
        return Err(Refusal::NoSuchPort);
    }
    Ok(())
}

/// What a new circuit is called, and where it is.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Its id.
    pub id: CircuitId,
    /// Where.
    pub region: Region,
}

impl Place {
    /// Where the caller speaks to.
    pub(super) fn here(draft: &Draft) -> Self {
        Self { id: mint(draft, 1), region: draft.callers_region() }
    }
}

/// A circuit of the caller's comes to be, which waits to be enabled.
pub(super) fn add_circuit(
    draft: &mut Draft,
    Place { id, region }: Place,
    particulars: &Particulars,
    state: CircuitState,
) {
    let caller = draft.caller();
    draft.account_mut(caller).waiting_circuits += 1;
    draft.add_circuit(Circuit {
        id,
        account: caller,
        region,
        created_at: draft.at(),
        given: false,
        particulars: particulars.clone(),
        state,
    });
}

/// The first of so many ids that no circuit of this world has or had.
pub(super) fn mint(draft: &Draft, count: u8) -> CircuitId {
    let free = |id: &CircuitId| !draft.view().is_taken(Name::Circuit(id));
    let all_free = |id: &CircuitId| (0..count).all(|nth| free(&id.sibling(nth)));
    let mut ids = (0..).map(|nth| CircuitId::mint(draft.seed(), nth));
    ids.find(all_free).expect("ids do not run out")
}
