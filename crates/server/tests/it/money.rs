//! Money and orders: what the stories of what things cost and who pays when share.

mod asking;
mod audit;
mod balances;
mod bills;
mod paying;
mod prices;
mod quotas;
mod quotes;
mod subscriptions;
mod time;

use crate::rig::{BSS, Back, ORDER, POOR, Rig, VPC, fresh_folder, stopped_clock};
use crossconnect::server::Parts;
use serde_json::{Value, json};

const POORS: &str = "pc-sandboxpoor";

/// A sandbox whose wall stands still at 2026-11-22T08:00:00Z, so that instants are exact.
async fn still(changes: &[(&str, &str)]) -> Rig {
    let parts = Parts { clock: Some(stopped_clock("2026-11-22T08:00:00Z")), ..Parts::default() };
    Rig::open(&fresh_folder(), changes, parts).await
}

/// An order of a month for a circuit.
fn month<'a>(circuit: &'a str, auto_pay: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("PhysicalConnectionId", circuit),
        ("InstanceChargeType", "PrePaid"),
        ("Period", "1"),
        ("AutoPay", auto_pay),
    ]
}

async fn order(rig: &Rig, key: &str, circuit: &str, auto_pay: &str) -> Back {
    rig.call_as(key, VPC, ORDER, &month(circuit, auto_pay)).await
}

/// The order of this number as the control API shows it.
async fn shown(rig: &Rig, id: &str) -> Value {
    let state = rig.state().await;
    let orders = state["orders"].as_array().expect("orders");
    orders.iter().find(|order| order["id"] == id).expect("the order is there").clone()
}

async fn status(rig: &Rig, id: &str) -> String {
    shown(rig, id).await["status"].as_str().expect("a status").to_owned()
}

/// The circuit as the wire describes it.
async fn described(rig: &Rig, circuit: &str) -> Value {
    let filter = [("Filter.1.Key", "PhysicalConnectionId"), ("Filter.1.Value.1", circuit)];
    let found = rig.call("DescribePhysicalConnections", &filter).await.ok();
    found.body["PhysicalConnectionSet"]["PhysicalConnectionType"][0].clone()
}

/// The order as the wire details it.
async fn detailed(rig: &Rig, key: &str, id: &str) -> Value {
    let found = rig.call_as(key, BSS, "GetOrderDetail", &[("OrderId", id)]).await.ok();
    found.body["Data"]["OrderList"]["Order"][0].clone()
}

async fn cancel(rig: &Rig, key: &str, id: &str) -> Back {
    rig.call_as(key, BSS, "CancelOrder", &[("OrderId", id)]).await
}

/// Pays by the control API: status and body.
async fn pay(rig: &Rig, id: &str) -> (u16, Value) {
    rig.control("POST", &format!("/orders/{id}/pay"), &Value::Null).await
}

async fn set_clock(rig: &Rig, to: &str) {
    rig.post("/clock", json!({"set": to})).await;
}

/// A key of account 2 that is spoken to as in this edition.
async fn poor_in(rig: &Rig, edition: &str) -> String {
    let id = format!("poor-{edition}");
    rig.put_key(POOR, &id, json!({"edition": edition})).await;
    id
}
