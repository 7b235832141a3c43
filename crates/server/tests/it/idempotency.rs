//! One ClientToken, one order, one debit: the cases A, B, C, E and G of idempotency_cases.md. Here
//! is what they share; a file a letter.
//!
//! B3 (two servers on one database) and the crashes of D are in `crash.rs`. A13 has no test: no
//! operation here has a DryRun.

mod at_once;
mod hits;
mod life;
mod other_tokens;
mod repeated;

use crate::rig::{Back, ORDER, Rig};
use crossconnect::keys::SANDBOX_SECRET;
use serde_json::Value;
use std::sync::Arc;
use wire::client::Signed;

/// What account 1 has left once it has paid for the order of [`wish`]: two months of 1 G.
const AFTER_ONE: &str = "99830.00";

type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// An order of two months for a circuit, paid at once. `more` replaces or adds; `-` leaves out.
fn wish<'a>(circuit: &'a str, token: &'a str, more: &[(&'a str, &'a str)]) -> Pairs<'a> {
    let mut all = vec![
        ("PhysicalConnectionId", circuit),
        ("InstanceChargeType", "PrePaid"),
        ("Period", "2"),
        ("AutoPay", "true"),
        ("ClientToken", token),
    ];
    all.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    all.extend(more.iter().filter(|(_, value)| *value != "-"));
    all
}

/// The orders of a circuit, and how each stands.
async fn orders_of(rig: &Rig, circuit: &str) -> Vec<(String, String)> {
    let state = rig.state().await;
    let orders = state["orders"].as_array().expect("orders");
    let ours = orders.iter().filter(|order| order["circuit"] == circuit);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    ours.map(|order| (text(&order["id"]), text(&order["status"]))).collect()
}

/// Asserts that a circuit has this one order and no other, paid for once.
async fn one_order_one_debit(rig: &Rig, circuit: &str, order: &str) {
    assert_eq!(orders_of(rig, circuit).await, [(order.to_owned(), "Paid".to_owned())]);
    assert_eq!(rig.balance("sandbox").await, AFTER_ONE);
}

/// Asserts that a call was answered by an earlier one's receipt.
#[track_caller]
fn replays(again: &Back, first: &Back) {
    assert_eq!(again.status, 200, "{}", again.text);
    assert_eq!(again.order_id(), first.order_id());
    assert_eq!(again.replay_of.as_ref(), Some(&first.request_id));
    assert_ne!(again.request_id, first.request_id);
}

/// How many rows each table has: what a repeated call must not change.
fn rows(rig: &Rig) -> Vec<(String, i64)> {
    let db = rusqlite::Connection::open(rig.store_path()).expect("the store's file");
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut tables = db.prepare(names).expect("a schema");
    let tables = tables.query_map([], |row| row.get::<_, String>(0)).expect("tables");
    tables
        .map(|table| {
            let table = table.expect("a name");
            let sql = format!("SELECT COUNT(*) FROM {table}");
            let count = db.query_row(&sql, [], |row| row.get(0)).expect("a count");
            (table, count)
        })
        .collect()
}

async fn move_clock(rig: &Rig, how: Value) {
    rig.post("/clock", how).await;
}

/// Calls together, each in a task of its own.
async fn together(rig: &Arc<Rig>, calls: Vec<Signed>) -> Vec<Back> {
    let start = Arc::new(tokio::sync::Barrier::new(calls.len()));
    let tasks: Vec<_> = calls
        .into_iter()
        .map(|signed| {
            let (rig, start) = (Arc::clone(rig), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                rig.send(&signed).await
            })
        })
        .collect();
    let mut backs = Vec::new();
    for task in tasks {
        backs.push(task.await.expect("a call"));
    }
    backs
}

fn signed(rig: &Rig, parameters: &[(&str, &str)]) -> Signed {
    rig.sign("sandbox", SANDBOX_SECRET, crate::rig::VPC, ORDER, parameters)
}

async fn end(rig: Arc<Rig>) {
    Arc::into_inner(rig).expect("no task has it any more").end().await;
}
