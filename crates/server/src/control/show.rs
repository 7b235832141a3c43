//! A world as the control API shows it.

use super::Answer;
use super::circuits::order_id;
use super::fields::{AccountNumber, Is};
use super::here::Here;
use super::part::Wanted;
use super::routers::{group_json, router_json};
use domain::catalogue::SharedSpec;
use domain::circuit::{Circuit, CircuitState, Hosted, LoaStatus, Status};
use domain::order::{Charge, Order, OrderStatus};
use domain::query::Part;
use domain::{CircuitId, Found, Query, RouterId, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) async fn state(here: Here) -> Answer {
    let there = here.open().await?;
    let view = there.books().await?;
    let accounts: Vec<Value> = view
        .accounts
        .iter()
        .map(|a| {
            json!({"account": a.id.to_string(), "currency": a.currency.text(),
                "balance": a.balance.render(a.currency), "edition": a.dialect,
                "service_open": a.service_open, "waiting_circuits": a.waiting_circuits})
        })
        .collect();
    let circuits = view.circuits.iter().filter(|circuit| !circuit.state.deleted);
    let routers = view.routers.iter().filter(|router| !router.deleted);
    let groups = view.groups.iter().filter(|group| !group.deleted);
    let users = view
        .users
        .iter()
        .map(|user| json!({"account": user.account.to_string(), "name": user.name}));
    let keys = view.keys.iter().map(|key| {
        json!({"access_key_id": key.id, "account": key.account.to_string(), "user": key.user,
            "edition": key.dialect, "active": key.active})
    });
    Ok(axum::Json(json!({
        "world": there.world.name,
        "clock": there.clock(),
        "accounts": accounts,
        "circuits": circuits.map(circuit_json).collect::<Vec<_>>(),
        "routers": routers.map(router_json).collect::<Vec<_>>(),
        "router_groups": groups.map(group_json).collect::<Vec<_>>(),
        "orders": view.orders.iter().map(order_json).collect::<Vec<_>>(),
        "users": users.collect::<Vec<_>>(),
        "keys": keys.collect::<Vec<_>>(),
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SomeCircuits {
    account: Option<AccountNumber>,
    status: Option<Is<Status>>,
}

/// Circuits in the order of making.
pub(super) async fn circuits(here: Here, wanted: Wanted<SomeCircuits>) -> Answer {
    let part = Part { after: wanted.after(CircuitId::new)?, limit: wanted.sought() };
    let SomeCircuits { account, status } = &wanted.of;
    let (account, status) = (account.map(|its| its.0), status.map(|its| its.0));
    let there = here.open().await?;
    let Found::Circuits(found, _) = there.look(Query::AllCircuits(account, status, part)).await?
    else {
        unreachable!("circuits are found when they are asked for")
    };
    let shown = found.iter().map(|its| (its.id.to_string(), circuit_json(its)));
    Ok(axum::Json(wanted.answer("circuits", shown.collect())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SomeOrders {
    account: Option<AccountNumber>,
    status: Option<Is<OrderStatus>>,
}

/// Orders in the order of making.
pub(super) async fn orders(here: Here, wanted: Wanted<SomeOrders>) -> Answer {
    let after = wanted.after(order_id)?;
    let part = Part { after, limit: wanted.sought() };
    let SomeOrders { account, status } = &wanted.of;
    let (account, status) = (account.map(|its| its.0), status.map(|its| its.0));
    let there = here.open().await?;
    let Found::Orders(found, _) = there.look(Query::AllOrders(account, status, part)).await? else {
        unreachable!("orders are found when they are asked for")
    };
    let shown = found.iter().map(|its| (its.id.to_string(), order_json(its)));
    Ok(axum::Json(wanted.answer("orders", shown.collect())))
}

pub(super) fn time_text(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

pub(super) fn circuit_json(circuit: &Circuit) -> Value {
    let particulars = &circuit.particulars;
    let mut shown = standing_json(&circuit.state);
    let described = json!({
        "id": circuit.id.as_str(),
        "account": circuit.account.to_string(),
        "region": circuit.region.id(),
        "port_type": particulars.port_type.text(),
        "access_point": particulars.access_point.id(),
        "bandwidth": particulars.bandwidth_mbps,
        "name": particulars.words.as_ref().map_or("", |words| &words.name),
        "given": circuit.given,
        "shared": circuit.hosted().map(hosted_json),
        "created_at": circuit.created_at.to_string(),
    });
    if let (Value::Object(shown), Value::Object(described)) = (&mut shown, described) {
        shown.extend(described);
    }
    shown
}

/// What it is of another's.
fn hosted_json(hosted: &Hosted) -> Value {
    json!({
        "parent": hosted.parent.as_str(),
        "partner": hosted.partner.to_string(),
        "vlan": hosted.vlan,
        "spec": hosted.spec.text(),
        "expected": hosted.expected.map(SharedSpec::text),
        "payer": hosted.payer.text(),
        "router": hosted.router.as_ref().map(RouterId::as_str),
    })
}

/// How a circuit stands, apart from what describes it.
pub(super) fn standing_json(state: &CircuitState) -> Value {
    json!({
        "status": state.status.text(),
        "loa_status": state.loa.map(LoaStatus::text),
        "business_status": state.locks.business().text(),
        "open_order": state.open_order.map(|id| id.to_string()),
        "paid_order": state.paid_order.map(|id| id.to_string()),
        "enabled_at": time_text(state.enabled_at),
        "ends_at": time_text(state.ends_at),
        "locks": {"financial": state.locks.financial(), "security": state.locks.security()},
        "renewal": state.subscription.renewal.status().text(),
        "renewal_months": state.subscription.renewal.months(),
        "stops_at": time_text(state.stop_and_release().map(|(stop, _)| stop)),
        "releases_at": time_text(state.stop_and_release().map(|(_, release)| release)),
        "last_order": state.subscription.last_order.map(|id| id.to_string()),
    })
}

pub(super) fn order_json(order: &Order) -> Value {
    let term = match order.charge {
        Charge::PrePaid(term) => json!({"period": term.count, "cycle": term.cycle.text()}),
        Charge::PostPaid | Charge::Once => Value::Null,
    };
    json!({
        "id": order.id.to_string(),
        "account": order.account.to_string(),
        "type": order.kind.text(),
        "follows": order.follows.map(|id| id.to_string()),
        "circuit": order.circuit.as_str(),
        "region": order.region.id(),
        "status": order.status.text(),
        "cancel_cause": order.cancel_cause.map(domain::order::CancelCause::text),
        "amount": order.amount.render(order.currency),
        "currency": order.currency.text(),
        "price_version": order.price_version,
        "term": term,
        "created_at": order.created_at.to_string(),
        "paid_at": time_text(order.paid_at),
        "dies_at": time_text(order.dies_at),
        "auto_renew": order.auto_renew,
        "auto_renew_months": order.auto_renew_months,
    })
}
