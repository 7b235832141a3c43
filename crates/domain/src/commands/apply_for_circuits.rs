//! ApplyForCircuits: apply for a set of circuits that stand in for each other. All come to be as
//! Initial, or none does.

use super::apply_for_circuit::{Place, add_circuit, check_more, mint};
use crate::catalogue::Region;
use crate::circuit::{CircuitState, Particulars, Status};
use crate::draft::Draft;
use crate::id::AccountId;
use crate::offers::Offer;
use crate::parties::Parties;
use crate::print::{command, printed};
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::routing::check_service;
use crate::rule::Rule;
use crate::view::Whose;

/// How many circuits a set may have. SOURCE: api dossier, annex A.
pub const SET_MAX: u8 = 16;

printed! {
    /// A circuit of a set.
    OfSet {
        /// Where.
        region: Region,
        /// What it is to be.
        particulars: Particulars,
    }
}

command! {
    /// Apply for a set of circuits.
    ApplyForCircuits {
        /// Each of them, at most [`SET_MAX`].
        set: Vec<OfSet>,
        /// Whether it is only to be found out whether it could be done.
        dry_run: bool,
    } not compared {
        /// Whether a try that fails says that it did, and of the reason no more than the kind.
        silent: bool,
    }
}

impl ApplyForCircuits {
    /// Why there is no set where there would be no circuit either. ASSUMED: of a whole region, and
    /// of all of its access points, it is another reason, since a set has codes more.
    fn told_apart(&self, draft: &Draft, refusal: Refusal) -> Refusal {
        let offers = draft.offers();
        let mut points = self.set.iter().map(|its| its.particulars.access_point);
        let in_closed_region = |point| offers.all_beside(point, Offer::is_disabled);
        match refusal {
            Refusal::AccessPointDisabled if points.any(in_closed_region) => Refusal::RegionDisabled,
            Refusal::AccessPointFull if points.all(|point| offers.at(point).is_full()) => {
                Refusal::SetFull
            }
            other => other,
        }
    }
}

/// That a try failed, and of what kind the reason is.
fn failed_try(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::ServiceClosed => Refusal::DryRunWithoutService,
        Refusal::WaitingCircuitsMax | Refusal::AccessPointCircuitsMax => Refusal::DryRunOverQuota,
        Refusal::AccessPointDisabled
        | Refusal::AccessPointFull
        | Refusal::RegionDisabled
        | Refusal::SetFull => Refusal::DryRunWithoutRoom,
        Refusal::NoSuchPort => Refusal::DryRunWithoutDevice,
        _ => Refusal::DryRunFailed,
    }
}

impl Rule for ApplyForCircuits {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let count = u8::try_from(self.set.len()).unwrap_or(u8::MAX);
        let more: Vec<_> = self.set.iter().map(|its| (its.region, &its.particulars)).collect();
        let may = check_service(draft, true).and_then(|()| check_more(draft, None, &more));
        let may = may.map_err(|refusal| self.told_apart(draft, refusal));
        if self.dry_run {
            let told = if self.silent { may.map_err(failed_try) } else { may };
            return told.and(Err(Refusal::DryRun));
        }
        may?;
        let first = mint(draft, count);
        let mut state = CircuitState::born(Status::Initial);
        state.wakes_at = draft.carrier_due(Status::Initial);
        for (nth, OfSet { region, particulars }) in (0..).zip(&self.set) {
            let place = Place { id: first.sibling(nth), region: *region };
            add_circuit(draft, place, particulars, state);
        }
        Ok(Outcome::Circuits { first, count })
    }
}
