//! Answers to questions about an account's circuits, which may be very many: nothing here looks at
//! each of them, unless their names or resource groups may be empty.

use super::{page_of_circuits, paged};
use crate::catalogue::{AccessPoint, LineOperator, PortType, Region};
use crate::circuit::{Circuit, Facts, Label, Sought, Status};
use crate::id::{AccountId, CircuitId};
use crate::query::{CircuitFilter, Found, Page, TagFilter};
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
    if let Some(ids) = &filter.ids {
        // The hot path: a few ids, each looked up by itself.
        let mut ids: Vec<_> = ids.iter().flatten().collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = ids.into_iter().filter_map(|id| view.circuit(id));
        let rows = rows.filter(|c| c.account == account && c.region == region);
        return page_of_circuits(rows.filter(|c| matches(c, filter)), page);
    }
    if filter.nothing {
        return Found::Circuits(Vec::new(), 0);
    }
    let mut labels = filter.names.iter().chain(&filter.resource_groups);
    if labels.any(|label| label.is_empty()) {
        // What has no name is found by none.
        let rows = view.circuits_of(account, region);
        return page_of_circuits(rows.filter(|circuit| matches(circuit, filter)), page);
    }
    let Sought { rows, total } = sought(state, (account, region), filter);
    let (found, total) = match total {
        // The rows of the page are enough, and of one past the end there are none to look for.
        Some(total) => {
            let left = total.saturating_sub(page.skip()).min(page.size as usize);
            (rows.skip(page.skip()).take(left).cloned().collect(), total)
        }
        None => paged(rows, page),
    };
    Found::Circuits(found, total)
}

/// The circuits that meet all conditions but those on ids; no name or group among them is empty.
fn sought<'s>(state: &'s State, whose: (AccountId, Region), filter: &CircuitFilter) -> Sought<'s> {
    let names = filter.names.iter().map(|name| Label::Name(name)).collect();
    let groups = filter.resource_groups.iter().map(|group| Label::Group(group)).collect();
    let mut labels: Vec<Vec<Label>> = vec![names, groups];
    labels.retain(|list| !list.is_empty());
    labels.extend(filter.tags.iter().map(|tag| vec![label_of(tag)]));
    let access_points = chosen(&filter.access_points, AccessPoint::find);
    let line_operators = chosen(&filter.line_operators, LineOperator::find);
    let statuses = chosen(&filter.statuses, Status::find);
    // Several ports have one speed.
    let is_fast = |port: &PortType| filter.specs.iter().any(|spec| **spec == *port.spec());
    let ports: Vec<PortType> = PortType::ALL.iter().copied().filter(is_fast).collect();
    let ports = Some(ports).filter(|_| !filter.specs.is_empty());
    state.sought_circuits(whose, &labels, move |facts: &Facts| {
        is_among(access_points.as_deref(), facts.access_point)
            && is_among(line_operators.as_deref(), facts.line_operator)
            && is_among(ports.as_deref(), facts.port_type)
            && is_among(statuses.as_deref(), facts.status)
    })
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

fn is_among<T: PartialEq>(values: Option<&[T]>, actual: T) -> bool {
    values.is_none_or(|values| values.contains(&actual))
}

/// The circuits of an account in a region that may have the tags, in order of making.
pub(super) fn tagged<'s>(
    state: &'s State,
    (account, region): (AccountId, Region),
    filter: &TagFilter,
) -> Box<dyn Iterator<Item = &'s Circuit> + 's> {
    let Some(resources) = &filter.resources else {
        let labels: Vec<_> = filter.tags.iter().map(|tag| vec![label_of(tag)]).collect();
        return state.sought_circuits((account, region), &labels, |_| true).rows;
    };
    let ids = resources.iter().filter_map(|id| CircuitId::new(id));
    let mut placed: Vec<_> = ids.filter_map(|id| state.placed_circuit(&id)).collect();
    placed.retain(|(_, circuit)| {
        (circuit.account, circuit.region) == (account, region) && !circuit.state.deleted
    });
    placed.sort_unstable_by_key(|(place, _)| *place);
    placed.dedup_by_key(|(place, _)| *place);
    Box::new(placed.into_iter().map(|(_, circuit)| circuit))
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
        && any(&filter.specs, particulars.port_type.spec())
        && any(&filter.statuses, circuit.state.status.text())
        && any(&filter.names, words.map_or("", |words| &words.name))
        && any(&filter.resource_groups, words.map_or("", |words| &words.resource_group))
        && filter.tags.iter().all(|tag| tag.is_in(circuit.tags()))
}
