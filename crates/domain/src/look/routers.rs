//! Answers to questions about routers.

use super::{after, paged};
use crate::catalogue::Region;
use crate::circuit::Circuit;
use crate::id::{AccountId, CircuitId, Name, RouterId};
use crate::query::{Found, GroupBy, Listing, Page, Part, Query, RouterFilter, RouterRow};
use crate::refusal::Refusal;
use crate::router::{Router, RouterStatus};
use crate::router_group::RouterGroup;
use crate::state::State;
use crate::tag::Wanted;
use crate::view::View;

/// What a question about routers or their groups finds.
pub(super) fn look(state: &State, view: &dyn View, query: &Query) -> Found {
    match query {
        Query::Routers(account, region, filter, page) => {
            Found::Routers(Ok(seen(view, *account, *region, filter, *page)))
        }
        Query::RoutersOn(account, region, circuit, filter, page) => {
            Found::Routers(on_circuit(view, *account, *region, circuit, filter, *page))
        }
        Query::RouterGroup(account, region, by) => {
            Found::RouterGroup(group(view, *account, *region, by))
        }
        Query::AllRouters(account, status, part) => {
            Found::Routers(Ok(all(state, *account, *status, *part)))
        }
        Query::AnyRouter(id) => Found::Router(view.router(id).cloned().map(Box::new)),
        Query::AnyGroup(id) => Found::RouterGroup(view.group(id).cloned()),
        _ => unreachable!("only what is about routers is asked here"),
    }
}

/// An account's routers in a region, and others' on its circuits if they are asked for: those on
/// its circuits in the order of making, then its own on others' circuits.
fn seen(
    view: &dyn View,
    account: AccountId,
    region: Region,
    filter: &RouterFilter,
    page: Page,
) -> Listing<RouterRow> {
    let own = view.routers_of(account).filter(|router| router.owner == account || filter.others);
    let rows = own.chain(lent(view, account)).filter(|router| router.region == region);
    listing(view, rows.filter(|router| matches(view, router, filter)), page)
}

/// The routers of an account that others have made for it on their circuits.
pub(super) fn lent(view: &dyn View, account: AccountId) -> impl Iterator<Item = &Router> {
    let ids = view.references_of(account).filter_map(|its| RouterId::new(&its.thing));
    let found = ids.filter_map(|id| view.router(&id));
    // One that has moved home is its owner's own.
    found.filter(move |router| router.owner == account && router.account != account)
}

/// Every router on an account's circuit, whoever's it is.
fn on_circuit(
    view: &dyn View,
    account: AccountId,
    region: Region,
    circuit: &CircuitId,
    filter: &RouterFilter,
    page: Page,
) -> Result<Listing<RouterRow>, Refusal> {
    let own = view.circuit(circuit).filter(|circuit| circuit.account == account);
    if own.is_none() && view.is_taken(Name::Circuit(circuit)) {
        return Err(Refusal::OthersCircuit);
    }
    let its = own.filter(|circuit| !circuit.state.deleted && circuit.region == region);
    its.ok_or(Refusal::NoSuchCircuit)?;
    let rows = view.routers_on(account, *circuit);
    Ok(listing(view, rows.filter(|router| matches(view, router, filter)), page))
}

fn listing<'v>(
    view: &'v dyn View,
    rows: impl Iterator<Item = &'v Router>,
    page: Page,
) -> Listing<RouterRow> {
    let (found, total) = paged(rows, page);
    let circuit = |id: &CircuitId| view.circuit(id).expect("a router's circuits stay").clone();
    let row = |router: Router| RouterRow {
        circuit: Box::new(circuit(&router.circuit)),
        others: router.associations.iter().map(|its| circuit(&its.circuit)).collect(),
        router,
    };
    Listing { page: found.into_iter().map(row).collect(), total }
}

fn matches(view: &dyn View, router: &Router, filter: &RouterFilter) -> bool {
    let any = |values: &[Box<str>], actual: &str| {
        values.is_empty() || values.iter().any(|value| &**value == actual)
    };
    let is_status = |value: &str| value.eq_ignore_ascii_case(router.status.text());
    let at = |circuit: &Circuit| any(&filter.access_points, circuit.particulars.access_point.id());
    let described = &router.described;
    !router.deleted
        && !filter.nothing
        && filter.routers.as_ref().is_none_or(|ids| ids.contains(&Some(router.id)))
        && filter.circuits.as_ref().is_none_or(|ids| ids.contains(&Some(router.circuit)))
        && (filter.statuses.is_empty() || filter.statuses.iter().any(|value| is_status(value)))
        && any(&filter.names, &described.name)
        && any(&filter.resource_groups, &described.resource_group)
        && filter.tags.iter().all(|tag: &Wanted| tag.is_in(&described.tags))
        && (filter.access_points.is_empty() || view.circuit(&router.circuit).is_some_and(at))
}

/// A failover group of an account in a region.
fn group(view: &dyn View, account: AccountId, region: Region, by: &GroupBy) -> Option<RouterGroup> {
    let of_router = || by.router.and_then(|router| view.router(&router)?.group);
    let group = by.group.or_else(of_router).and_then(|id| view.group(&id))?;
    let has_router = by.router.is_none_or(|router| group.routers.contains(&router));
    let its = group.account == account && group.region == region;
    (its && has_router && !group.deleted).then(|| group.clone())
}

/// Routers of whomever, or at home with an account, in this status or any: for the control API.
fn all(
    state: &State,
    account: Option<AccountId>,
    status: Option<RouterStatus>,
    part: Part<RouterId>,
) -> Listing<RouterRow> {
    let is_meant = |router: &&Router| {
        !router.deleted
            && account.is_none_or(|wanted| wanted == router.account)
            && status.is_none_or(|wanted| wanted == router.status)
    };
    let rows = after(state.routers(), part).filter(is_meant).take(part.limit);
    listing(state, rows, Page { number: 1, size: u32::MAX })
}
