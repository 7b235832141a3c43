//! ApplyForCircuit: apply for a circuit, which comes to be as Initial.

use crate::catalogue::{AccessPoint, PortType, Region};
use crate::circuit::{Circuit, CircuitState, Particulars, Status};
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId, Name};
use crate::offers::Offer;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::routing::check_service;
use crate::rule::Rule;
use crate::view::{View as _, Whose};

command! {
    /// Apply for a circuit.
    ApplyForCircuit {
        /// What it is to be.
        particulars: Particulars,
    } not compared {
        /// Whether outbound traffic must be billed.
        needs_service: bool,
    }
}

impl Rule for ApplyForCircuit {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let place = Place::here(draft);
        let where_to = [(place.region, &self.particulars)];
        check_service(draft, self.needs_service)?;
        check_more(draft, self.particulars.redundant(), &where_to)?;
        let mut state = CircuitState::born(Status::Initial);
        state.wakes_at = draft.carrier_due(Status::Initial);
        add_circuit(draft, place, &self.particulars, state);
        Ok(Outcome::Circuit(place.id))
    }
}

/// Refuses a caller who may not have these circuits more, with this companion.
/// ASSUMED: the order of the reasons.
pub(super) fn check_more(
    draft: &Draft,
    redundant: Option<CircuitId>,
    more: &[(Region, &Particulars)],
) -> Result<(), Refusal> {
    let caller = draft.caller();
    let account = draft.account(caller)?;
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
    let place = |(region, its): &(Region, &Particulars)| (*region, its.access_point);
    let are_too_many = |(region, point): (Region, AccessPoint)| {
        let new = more.iter().filter(|other| place(other) == (region, point)).count();
        draft.view().standing(caller, region, point) + new > max
    };
    if max > 0 && more.iter().map(place).any(are_too_many) {
        return Err(Refusal::AccessPointCircuitsMax);
    }
    Ok(())
}

/// Whether an access point takes no application for a port.
type Lacks = fn(&Offer, PortType) -> bool;

/// Refuses what an access point does not offer.
fn check_offers(draft: &Draft, more: &[(Region, &Particulars)]) -> Result<(), Refusal> {
    let reasons: [(Lacks, Refusal); 3] = [
        (|offer, _| offer.is_disabled(), Refusal::AccessPointDisabled),
        (|offer, _| offer.is_full(), Refusal::AccessPointFull),
        (|offer, port| !offer.has(port), Refusal::NoSuchPort),
    ];
    for (lacks, refusal) in reasons {
        let offer = |its: &Particulars| draft.offers().at(its.access_point);
        if more.iter().any(|(_, its)| lacks(offer(its), its.port_type)) {
            return Err(refusal);
        }
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
