//! Answers to questions about shared circuits that an account has made for others.

use crate::catalogue::Region;
use crate::circuit::{Acceptance, Circuit, Hosted};
use crate::hosting;
use crate::id::{AccountId, CircuitId};
use crate::query::{HostedFilter, Listing};
use crate::refusal::Refusal;
use crate::view::View;
use hashbrown::HashMap;

/// How many shared circuits are on each circuit of an account; empty for most accounts.
pub(super) fn counts(view: &dyn View, partner: AccountId) -> HashMap<CircuitId, usize> {
    let mut counts = HashMap::new();
    let standing = hosting::made_by(view, partner).filter(|circuit| !circuit.state.deleted);
    for hosted in standing.filter_map(Circuit::hosted) {
        *counts.entry(hosted.parent).or_default() += 1;
    }
    counts
}

/// The shared circuits that an account has made for others, by id: so many after so many.
pub(super) fn look(
    view: &dyn View,
    (partner, region): (AccountId, Region),
    filter: &HostedFilter,
    (before, most): (usize, usize),
) -> Result<Listing<Circuit>, Refusal> {
    if let Some(parent) = &filter.parent {
        let found = view.circuit(parent).filter(|its| !its.state.deleted);
        let own = found.filter(|its| its.account == partner && its.region == region);
        own.ok_or(Refusal::NoSuchCircuit)?;
    }
    let rows = hosting::made_by(view, partner).filter(|circuit| circuit.region == region);
    let found: Vec<&Circuit> = rows.filter(|circuit| matches(circuit, filter)).collect();
    let page = found.iter().skip(before).take(most).copied().cloned().collect();
    Ok(Listing { page, total: found.len() })
}

fn matches(circuit: &Circuit, filter: &HostedFilter) -> bool {
    let Some(hosted) = circuit.hosted() else { return false };
    let acceptance = Hosted::acceptance(&circuit.state);
    let is_asked = match &filter.acceptances[..] {
        [] => acceptance != Acceptance::Deleted,
        asked => asked.contains(&acceptance),
    };
    let confirmed = acceptance == Acceptance::Confirmed;
    let words = circuit.particulars.words.as_deref();
    let group = words.map_or("", |words| &words.resource_group);
    let any = |values: &[Box<str>], actual: &str| {
        values.is_empty() || values.iter().any(|value| **value == *actual)
    };
    is_asked
        && filter.parent.is_none_or(|parent| parent == hosted.parent)
        && filter.ids.as_ref().is_none_or(|ids| ids.contains(&Some(circuit.id)))
        && filter.tenants.as_ref().is_none_or(|all| all.contains(&Some(circuit.account)))
        && filter.is_confirmed.is_none_or(|wanted| wanted == confirmed)
        && filter.business.is_none_or(|wanted| wanted == circuit.state.locks.business())
        && any(&filter.vlans, &hosted.vlan.to_string())
        && any(&filter.resource_groups, group)
        && filter.tags.iter().all(|tag| tag.is_in(circuit.tags()))
}
