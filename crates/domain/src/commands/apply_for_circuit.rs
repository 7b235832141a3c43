//! ApplyForCircuit: apply for a circuit, which comes to be as Initial.

use crate::catalogue::{AccessPoint, Region};
use crate::circuit::{Circuit, CircuitState, Particulars, Status};
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId, Name};
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
        let where_to = [(place.region, self.particulars.access_point)];
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
    /// Refuses a caller who may not have circuits more at these access points, with this companion.
    /// ASSUMED: the order of the reasons.
    pub(super) fn check(
        self,
        draft: &Draft,
        redundant: Option<CircuitId>,
        more: &[(Region, AccessPoint)],
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
        let waiting = account.waiting_circuits as usize + more.len();
        if waiting > draft.rules().waiting_circuits_max as usize {
            return Err(Refusal::WaitingCircuitsMax);
        }
        let max = draft.rules().access_point_circuits_max as usize;
        let are_too_many = |&(region, point): &(Region, AccessPoint)| {
            let new = more.iter().filter(|place| **place == (region, point)).count();
            draft.view().standing(caller, region, point) + new > max
        };
        if max > 0 && more.iter().any(are_too_many) {
            return Err(Refusal::AccessPointCircuitsMax);
        }
        Ok(())
    }
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
