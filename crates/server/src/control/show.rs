//! A world as the control API shows it.

use super::Answer;
use super::here::Here;
use domain::Timestamp;
use domain::circuit::{Circuit, LoaStatus};
use domain::order::{Charge, Order};
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
        "orders": view.orders.iter().map(order_json).collect::<Vec<_>>(),
        "users": users.collect::<Vec<_>>(),
        "keys": keys.collect::<Vec<_>>(),
    })))
}

fn time_text(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

pub(super) fn circuit_json(circuit: &Circuit) -> Value {
    let state = &circuit.state;
    let particulars = &circuit.particulars;
    json!({
        "id": circuit.id.as_str(),
        "account": circuit.account.to_string(),
        "region": circuit.region.id(),
        "status": state.status.text(),
        "loa_status": state.loa.map(LoaStatus::text),
        "business_status": state.locks.business().text(),
        "port_type": particulars.port_type.text(),
        "access_point": particulars.access_point.id(),
        "bandwidth": particulars.bandwidth_mbps,
        "name": particulars.words.as_ref().map_or("", |words| &words.name),
        "given": circuit.given,
        "open_order": state.open_order.map(|id| id.to_string()),
        "paid_order": state.paid_order.map(|id| id.to_string()),
        "created_at": circuit.created_at.to_string(),
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
        Charge::PostPaid => Value::Null,
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
