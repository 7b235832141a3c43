//! Answers to queries, from a state in memory.

use crate::command::{CircuitFilter, Found, OrderFilter, Page, Query, WorldView};
use crate::record::{Circuit, Order, OrderStatus};
use crate::state::{State, View};

/// What a query finds.
pub fn look(state: &State, query: &Query) -> Found {
    match query {
        Query::Account(id) => Found::Account(state.account(*id).cloned()),
        Query::Circuits(account, region, filter, page) => {
            if let Some(ids) = &filter.ids {
                // The hot path: a few ids, each looked up by itself.
                let mut ids: Vec<_> = ids.iter().flatten().collect();
                ids.sort_unstable();
                ids.dedup();
                let rows = ids.into_iter().filter_map(|id| state.circuit(id));
                let rows = rows.filter(|c| c.account == *account && c.region == *region);
                return paged(rows.filter(|c| matches(c, filter)), *page);
            }
            let rows = state.circuits_of(*account, *region);
            paged(rows.filter(|circuit| matches(circuit, filter)), *page)
        }
        Query::Orders(account, filter, page) => {
            let rows = state.orders_of(*account).filter(|order| order_matches(order, filter));
            let mut total = 0;
            let mut found = Vec::new();
            for (place, order) in rows.enumerate() {
                total = place + 1;
                if place >= page.skip() && found.len() < page.size as usize {
                    found.push(*order);
                }
            }
            Found::Orders(found, total)
        }
        Query::Order(account, id) => {
            Found::Order(state.order(*id).filter(|order| order.account == *account).copied())
        }
        Query::AnyCircuit(id) => {
            let found: Vec<Circuit> = state.circuit(id).cloned().into_iter().collect();
            let total = found.len();
            Found::Circuits(found, total)
        }
        Query::AnyOrder(id) => Found::Order(state.order(*id).copied()),
        Query::People => Found::World(Box::new(people(state))),
        Query::World => {
            let (circuits, orders) =
                (state.circuits().cloned().collect(), state.orders().copied().collect());
            Found::World(Box::new(WorldView { circuits, orders, ..people(state) }))
        }
    }
}

fn people(state: &State) -> WorldView {
    let mut view = WorldView {
        accounts: state.accounts().cloned().collect(),
        users: state.users().cloned().collect(),
        keys: state.keys().cloned().collect(),
        ..WorldView::default()
    };
    view.accounts.sort_by_key(|account| account.id);
    view.users.sort_by(|a, b| (a.account, &a.name).cmp(&(b.account, &b.name)));
    view.keys.sort_by(|a, b| a.id.cmp(&b.id));
    view
}

fn paged<'s>(rows: impl Iterator<Item = &'s Circuit>, page: Page) -> Found {
    let mut total = 0;
    let mut found = Vec::new();
    for (place, circuit) in rows.enumerate() {
        total = place + 1;
        if place >= page.skip() && found.len() < page.size as usize {
            found.push(circuit.clone());
        }
    }
    Found::Circuits(found, total)
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
}

fn order_matches(order: &Order, filter: &OrderFilter) -> bool {
    let shown = match order.status {
        OrderStatus::Abnormal => OrderStatus::Unpaid,
        status => status,
    };
    let subscription = matches!(order.charge, crate::record::Charge::PrePaid(_));
    !filter.nothing
        && filter.from.is_none_or(|from| order.created_at >= from)
        && filter.until.is_none_or(|until| order.created_at <= until)
        && filter.status.is_none_or(|status| status == shown)
        && filter.subscription.is_none_or(|wanted| wanted == subscription)
}
