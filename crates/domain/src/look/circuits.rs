//! Answers to questions about an account's circuits, which may be very many: nothing here looks at
//! each of them, unless their names or resource groups may be empty.

use super::{hosted, paged};
use crate::catalogue::{AccessPoint, LineOperator, PortType, Region, SharedSpec};
use crate::circuit::{Circuit, Facts, Label, Status, count};
use crate::id::{AccountId, CircuitId};
use crate::query::{CircuitFilter, CircuitRow, Found, Listing, Page, TagFilter};
use crate::state::State;
use crate::tag::Wanted;
use crate::view::View;

/// An account's circuits in a region.
pub(super) fn look(
    state: &State,
    view: &dyn View,
    (account, region): (AccountId, Region),
    filter: &CircuitFilter,
    page: Page,
) -> Found {
    let hosts = hosted::counts(view, account);
    let (found, total) = find(state, view, (account, region), filter, page);
    let count = |circuit: &Circuit| hosts.get(&circuit.id).copied().unwrap_or_default();
    let row = |circuit| CircuitRow { hosts: count(&circuit), circuit };
    Found::CircuitRows(Listing { page: found.into_iter().map(row).collect(), total })
}

/// A page of them, and how many there are in all.
fn find(
    state: &State,
    view: &dyn View,
    (account, region): (AccountId, Region),
    filter: &CircuitFilter,
    page: Page,
) -> (Vec<Circuit>, usize) {
    if let Some(ids) = &filter.ids {
        // The hot path: a few ids, each looked up by itself.
        let mut ids: Vec<_> = ids.iter().flatten().collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = ids.into_iter().filter_map(|id| view.circuit(id));
        let rows = rows.filter(|c| c.account == account && c.region == region);
        return paged(rows.filter(|c| matches(c, filter)), page);
    }
    if filter.nothing {
        return (Vec::new(), 0);
    }
    if names_nothing(filter) {
        let rows = view.circuits_of(account, region);
        return paged(rows.filter(|circuit| matches(circuit, filter)), page);
    }
    let labels = labels_of(filter);
    sought(state, ((account, region), &labels), conditions(filter), page)
}

/// How many circuits an answer looks at, at most.
pub(super) fn looked_at(
    state: &State,
    whose: (AccountId, Region),
    filter: &CircuitFilter,
    page: Page,
) -> usize {
    match &filter.ids {
        Some(ids) => ids.len(),
        None if names_nothing(filter) => all(state, whose),
        None => page.size as usize,
    }
}

/// How many circuits an account has in a region, deleted ones included.
pub(super) fn all(state: &State, whose: (AccountId, Region)) -> usize {
    state.circuits_home().own(whose).len()
}

/// Whether those are sought that have no name or no group, which no label leads to.
fn names_nothing(filter: &CircuitFilter) -> bool {
    filter.names.iter().chain(&filter.resource_groups).any(|label| label.is_empty())
}

/// A page of the circuits that are sought, and how many they are.
fn sought(
    state: &State,
    sought: ((AccountId, Region), &[Vec<Label>]),
    will_do: impl Fn(&Facts) -> bool,
    page: Page,
) -> (Vec<Circuit>, usize) {
    let circuits = state.circuits_home();
    let found = circuits.sought(sought, will_do);
    let first = u32::try_from(page.skip()).ok().and_then(|skip| found.select(skip));
    let places = first.into_iter().flat_map(|first| found.range(first..));
    let places = places.take(page.size as usize);
    (places.map(|place| circuits.at(place as usize).clone()).collect(), count(found.len()))
}

/// What conditions say of labels; no name or group among them is empty.
fn labels_of(filter: &CircuitFilter) -> Vec<Vec<Label<'_>>> {
    let names = filter.names.iter().map(|name| Label::Name(name)).collect();
    let groups = filter.resource_groups.iter().map(|group| Label::Group(group)).collect();
    let mut labels: Vec<Vec<Label>> = vec![names, groups];
    labels.retain(|list| !list.is_empty());
    labels.extend(filter.tags.iter().map(|tag| vec![label_of(tag)]));
    labels
}

/// What they say of what is fixed in code.
fn conditions(filter: &CircuitFilter) -> impl Fn(&Facts) -> bool + use<> {
    let access_points = chosen(&filter.access_points, AccessPoint::find);
    let line_operators = chosen(&filter.line_operators, LineOperator::find);
    let statuses = chosen(&filter.statuses, Status::find);
    // Several ports have one speed.
    let is_fast = |port: &PortType| filter.specs.iter().any(|spec| **spec == *port.spec());
    let ports: Vec<PortType> = PortType::ALL.iter().copied().filter(is_fast).collect();
    let ports = Some(ports).filter(|_| !filter.specs.is_empty());
    let shared = chosen(&filter.specs, SharedSpec::find);
    let hosted = filter.hosted;
    move |facts: &Facts| {
        is_among(access_points.as_deref(), facts.access_point)
            && is_among(line_operators.as_deref(), facts.line_operator)
            && match facts.shared {
                Some(spec) => is_among(shared.as_deref(), spec),
                None => is_among(ports.as_deref(), facts.port_type),
            }
            && hosted.is_none_or(|wanted| wanted == facts.shared.is_some())
            && is_among(statuses.as_deref(), facts.status)
    }
}

fn label_of(tag: &Wanted) -> Label<'_> {
    match &tag.value {
        None => Label::Key(&tag.key),
        Some(value) => Label::Tag(&tag.key, value),
    }
}

/// What texts mean, those that mean something; `None` if no text is a condition.
fn chosen<T>(texts: &[Box<str>], find: fn(&str) -> Option<T>) -> Option<Vec<T>> {
    (!texts.is_empty()).then(|| texts.iter().filter_map(|text| find(text)).collect())
}

fn is_among<T: PartialEq + Copy>(values: Option<&[T]>, actual: T) -> bool {
    values.is_none_or(|values| values.contains(&actual))
}

/// The circuits of an account in a region that have the tags, in order of making, and are among
/// those that are named, if any are; so many as have tags enough.
pub(super) fn tagged<'s>(
    state: &'s State,
    whose: (AccountId, Region),
    filter: &TagFilter,
) -> Vec<&'s Circuit> {
    let circuits = state.circuits_home();
    let Some(resources) = &filter.resources else {
        let labels: Vec<_> = filter.tags.iter().map(|tag| vec![label_of(tag)]).collect();
        let mut tags = 0;
        let found = circuits.sought((whose, &labels), |_| true);
        let found = found.iter().map(|place| circuits.at(place as usize));
        // As long as there is room for a tag more.
        let found = found.take_while(|circuit| {
            let room = tags < filter.most;
            tags += circuit.tags().all().len();
            room
        });
        return found.collect();
    };
    let ids = resources.iter().filter_map(|id| CircuitId::new(id));
    let mut places: Vec<usize> = ids.filter_map(|id| circuits.place(&id)).collect();
    places.sort_unstable();
    places.dedup();
    let found = places.into_iter().map(|place| circuits.at(place));
    let meant = |circuit: &&Circuit| {
        (circuit.account, circuit.region) == whose
            && !circuit.state.deleted
            && filter.tags.iter().all(|tag| tag.is_in(circuit.tags()))
    };
    found.filter(meant).collect()
}

fn matches(circuit: &Circuit, filter: &CircuitFilter) -> bool {
    let any = |values: &[Box<str>], actual: &str| {
        values.is_empty() || values.iter().any(|value| &**value == actual)
    };
    let particulars = &circuit.particulars;
    let words = particulars.words.as_deref();
    !circuit.state.deleted
        && !filter.nothing
        && any(&filter.access_points, particulars.access_point.id())
        && any(&filter.line_operators, particulars.line_operator.text())
        && any(&filter.specs, particulars.spec())
        && filter.hosted.is_none_or(|wanted| wanted == circuit.hosted().is_some())
        && any(&filter.statuses, circuit.state.status.text())
        && any(&filter.names, words.map_or("", |words| &words.name))
        && any(&filter.resource_groups, words.map_or("", |words| &words.resource_group))
        && filter.tags.iter().all(|tag| tag.is_in(circuit.tags()))
}
