//! Answers to queries, from a state in memory.

use crate::bill::Bill;
use crate::catalogue::Region;
use crate::checked::{Checked, Guard};
use crate::circuit::{Circuit, Status};
use crate::id::{AccountId, CircuitId, OrderId};
use crate::kept::Record;
use crate::letter::Letter;
use crate::order::{Charge, Order, OrderKind, OrderStatus};
use crate::parties::Parties;
use crate::price::Currency;
use crate::pricing;
use crate::query::{Found, InstanceFilter, OrderFilter, Page, Part, Query, TagFilter, Tagged};
use crate::refunding::detail;
use crate::router::Router;
use crate::settle::quote;
use crate::state::State;
use crate::statement;
use crate::tag::{ResourceType, Tag, Tags};
use crate::time::Timestamp;
use crate::view::View;

#[path = "look/circuits.rs"]
mod circuits;
#[path = "look/hosted.rs"]
mod hosted;
#[path = "look/routers.rs"]
mod routers;

/// What a query finds. With `checks` a query that asks about others than its parties panics.
pub fn look(state: &State, query: &Query, checks: bool) -> Found {
    let parties = query.parties(state);
    let guard = Guard::new(&parties, checks);
    let view: &dyn View = &Checked::new(state, guard);
    match query {
        Query::Account(id) => Found::Account(view.account(id).cloned()),
        Query::Circuits(account, region, filter, page) => {
            circuits::look(state, view, (*account, *region), filter, *page)
        }
        Query::Hosted(account, region, filter, part) => {
            Found::Hosted(hosted::look(view, (*account, *region), filter, *part))
        }
        Query::Instances(account, filter, page) => instances(view, *account, filter, *page),
        Query::Orders(account, filter, page) => {
            let rows = view.orders_of(*account).filter(|order| order_matches(order, filter));
            let (found, total) = paged(rows, *page);
            Found::Orders(found, total)
        }
        Query::Order(account, id) => {
            let order = view.order(id).filter(|order| order.account == *account);
            Found::Order(order.map(|order| detail(view, order)))
        }
        Query::Tags(account, region, filter) => {
            Found::Tags(tags(state, view, (*account, *region), filter))
        }
        Query::Routers(..)
        | Query::RoutersOn(..)
        | Query::RouterGroup(..)
        | Query::AllRouters(..)
        | Query::AnyRouter(_)
        | Query::AnyGroup(_) => routers::look(state, view, query),
        Query::Letter(account, region, id) => Found::Letter(letter(view, *account, *region, id)),
        Query::Statement(account, month, filter) => {
            Found::Statement(statement::month(view, *account, *month, filter))
        }
        Query::Quote(proposal, assumptions) => {
            let quoted = quote(state, proposal, *assumptions, checks);
            Found::Quote(quoted.map(|order| order.map(|order| detail(view, &order))))
        }
        Query::Record(_) => unreachable!("a store tells what is not held here"),
        Query::Price(account, what, count) => {
            Found::Price(pricing::price(view, *account, *what, *count))
        }
        Query::PriceLists => {
            let lists = Currency::ALL.iter().filter_map(|its| pricing::in_force(view, *its));
            Found::PriceLists(lists.cloned().collect())
        }
        Query::AnyCircuit(id) => {
            let found: Vec<Circuit> = view.circuit(id).cloned().into_iter().collect();
            let total = found.len();
            Found::Circuits(found, total)
        }
        Query::AllCircuits(account, status, part) => all_circuits(state, *account, *status, *part),
        Query::AllOrders(account, status, part) => all_orders(state, *account, *status, *part),
        Query::Bills(account, part) => {
            let mut bills: Vec<Bill> = view.bills_of(*account).copied().collect();
            bills.reverse();
            Found::Bills(after(bills.iter(), *part).take(part.limit).copied().collect())
        }
        Query::AnyOrder(id) => Found::Order(view.order(id).map(|order| detail(view, order))),
        Query::IsFilled => Found::IsFilled(view.is_filled()),
        Query::Overdue(until) => Found::Count(state.due_count(*until)),
        Query::Everybody => Found::Nothing,
        Query::World => Found::World(Box::new(state.books())),
    }
}

/// An account's circuits that are or were in service, by region.
fn instances(view: &dyn View, account: AccountId, filter: &InstanceFilter, page: Page) -> Found {
    let in_all = Region::all().filter(|at| filter.region.is_none_or(|wanted| wanted == *at));
    let rows = in_all.flat_map(|region| view.circuits_of(account, region));
    page_of_circuits(rows.filter(|circuit| is_instance(circuit, filter)), page)
}

/// How many circuits the answer to a query looks at, at most; of what is seldom many, nothing is
/// said. So whoever has much else to do knows to have it answered beside.
pub fn looked_at(state: &State, query: &Query) -> usize {
    match query {
        Query::Circuits(account, region, filter, page) => {
            circuits::looked_at(state, (*account, *region), filter, *page)
        }
        Query::Tags(_, _, filter) => filter.most,
        Query::Instances(account, ..) => {
            Region::all().map(|region| circuits::all(state, (*account, region))).sum()
        }
        Query::AllCircuits(..) | Query::World => state.circuits_len(),
        _ => 0,
    }
}

/// Tags on resources, of which there are circuits and routers here.
fn tags(
    state: &State,
    view: &dyn View,
    (account, region): (AccountId, Region),
    filter: &TagFilter,
) -> Vec<Tagged> {
    let rows: Vec<(&str, &Tags)> = match filter.kind {
        ResourceType::PhysicalConnection => {
            let rows = circuits::tagged(state, (account, region), filter).into_iter();
            rows.map(|circuit| (circuit.id.as_str(), circuit.tags())).collect()
        }
        ResourceType::VirtualBorderRouter => {
            let own = view.routers_of(account).filter(|router| router.owner == account);
            let meant = |router: &&Router| {
                let resources = filter.resources.as_deref();
                router.region == region
                    && !router.deleted
                    && resources.is_none_or(|ids| ids.iter().any(|id| **id == *router.id.as_str()))
                    && filter.tags.iter().all(|tag| tag.is_in(&router.described.tags))
            };
            let rows = own.chain(routers::lent(view, account)).filter(meant);
            rows.map(|router| (router.id.as_str(), &router.described.tags)).collect()
        }
        ResourceType::RouterInterface | ResourceType::TrafficQos => Vec::new(),
    };
    let of_all = rows.into_iter().flat_map(|(id, tags)| {
        tags.all().iter().map(move |tag: &Tag| Tagged { resource: id.into(), tag: tag.clone() })
    });
    of_all.take(filter.most).collect()
}

/// The circuit, and its letter if it has one.
fn letter(
    view: &dyn View,
    account: AccountId,
    region: Region,
    id: &CircuitId,
) -> Option<(Box<Circuit>, Option<Letter>)> {
    let circuit = view.circuit(id).filter(|circuit| !circuit.state.deleted)?;
    let its = (circuit.account, circuit.region) == (account, region);
    let letter = view.letter(id).filter(|_| circuit.state.loa.is_some());
    its.then(|| (Box::new(circuit.clone()), letter.cloned()))
}

/// The accounts among a query's parties of which something is due by `at`, which is to happen
/// before it is answered.
pub fn overdue(state: &State, query: &Query, at: Timestamp) -> Vec<AccountId> {
    let parties = query.parties(state);
    if parties == Parties::World {
        return state.due_accounts(at);
    }
    let is_due = |account: &AccountId| state.next_due(*account, None).is_some_and(|d| d.0 <= at);
    parties.accounts().filter(is_due).collect()
}

/// The rows of a list after the one that was seen last; none if it is not there.
fn after<'s, R: Record + 's>(
    rows: impl Iterator<Item = &'s R>,
    part: Part<R::Name>,
) -> impl Iterator<Item = &'s R> {
    let mut is_passed = part.after.is_none();
    rows.filter(move |row| {
        let is_after = is_passed;
        is_passed |= part.after.as_ref().is_some_and(|name| row.is_named(name));
        is_after
    })
}

fn all_circuits(
    state: &State,
    account: Option<AccountId>,
    status: Option<Status>,
    part: Part<CircuitId>,
) -> Found {
    let is_meant = |circuit: &&Circuit| {
        !circuit.state.deleted
            && account.is_none_or(|wanted| wanted == circuit.account)
            && status.is_none_or(|wanted| wanted == circuit.state.status)
    };
    let rows = after(state.circuits(), part).filter(is_meant);
    page_of_circuits(rows.take(part.limit), Page { number: 1, size: u32::MAX })
}

fn all_orders(
    state: &State,
    account: Option<AccountId>,
    status: Option<OrderStatus>,
    part: Part<OrderId>,
) -> Found {
    let is_meant = |order: &&Order| {
        account.is_none_or(|wanted| wanted == order.account)
            && status.is_none_or(|wanted| wanted == order.status)
    };
    let rows = after(state.orders(), part).filter(is_meant).take(part.limit);
    let (found, total) = paged(rows, Page { number: 1, size: u32::MAX });
    Found::Orders(found, total)
}

/// A page of rows, and how many there are in all.
fn paged<'s, T: Clone + 's>(rows: impl Iterator<Item = &'s T>, page: Page) -> (Vec<T>, usize) {
    let mut total = 0;
    let mut found = Vec::new();
    for (place, row) in rows.enumerate() {
        total = place + 1;
        if place >= page.skip() && found.len() < page.size as usize {
            found.push(row.clone());
        }
    }
    (found, total)
}

fn page_of_circuits<'s>(rows: impl Iterator<Item = &'s Circuit>, page: Page) -> Found {
    let (found, total) = paged(rows, page);
    Found::Circuits(found, total)
}

fn is_instance(circuit: &Circuit, filter: &InstanceFilter) -> bool {
    let state = &circuit.state;
    let within = |at: Option<Timestamp>, (from, until): (Option<Timestamp>, Option<Timestamp>)| {
        from.is_none_or(|from| at.is_some_and(|at| at >= from))
            && until.is_none_or(|until| at.is_some_and(|at| at <= until))
    };
    state.enabled_at.is_some()
        && !state.deleted
        && !filter.nothing
        && filter.ids.as_ref().is_none_or(|ids| ids.contains(&circuit.id))
        && within(Some(circuit.created_at), filter.created)
        && within(state.ends_at, filter.ends)
        && filter.renewal.is_none_or(|wanted| wanted == state.subscription.renewal.status())
        && filter.subscription.is_none_or(|wanted| wanted != state.is_metered())
}

fn order_matches(order: &Order, filter: &OrderFilter) -> bool {
    let shown = match order.status {
        OrderStatus::Abnormal => OrderStatus::Unpaid,
        status => status,
    };
    let subscription = order.charge != Charge::PostPaid;
    !filter.nothing
        && filter.from.is_none_or(|from| order.created_at >= from)
        && filter.until.is_none_or(|until| order.created_at <= until)
        // An order that gives money back tells no status.
        && filter.status.is_none_or(|status| status == shown && order.kind != OrderKind::Refund)
        && filter.kind.is_none_or(|wanted| wanted == order.kind.told())
        && filter.subscription.is_none_or(|wanted| wanted == subscription)
}
