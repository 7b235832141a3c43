//! Worlds that begin as another one stands, or stood.

use super::{at, at_rest, month, records, refused, restore, rig_key, save, state_of};
use crate::rig::{ORDER, READY, Rig, VPC, prepaid};
use crossconnect::server::Parts;
use serde_json::{Value, json};

async fn fork(rig: &Rig, name: &str, from: Value) -> Value {
    rig.post(&format!("/worlds/{name}/fork"), from).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_begins_as_the_other_stands_and_they_share_nothing() {
    let (rig, wall) = at_rest().await;
    rig.post("/keys", rig_key("mine", json!({}))).await;
    let first = rig.call_as("mine", VPC, ORDER, &month(READY, "once")).await.ok();
    rig.advance("P3D").await;
    wall.set(at("2026-11-22T08:00:09Z"));
    let made = fork(&rig, "f", json!({"from": "default"})).await;
    assert_eq!(made, json!({"world": "f", "clock": "2026-11-25T08:00:09Z"}));
    let (ours, theirs) = (state_of(&rig, "default").await, state_of(&rig, "f").await);
    assert_eq!(ours, theirs);
    // Its keys sign for it, its tokens are known, and its orders have the numbers they had.
    let again = rig.call_as("mine@f", VPC, ORDER, &month(READY, "once")).await.ok();
    assert_eq!(again.replay_of.as_deref(), Some(&*first.request_id));
    assert_eq!(again.order_id(), first.order_id());
    // What happens to one happens to no other.
    let circuit = rig.circuit("Confirmed").await;
    let second = rig.call(ORDER, &month(&circuit, "two")).await.ok().order_id();
    rig.advance("P1D").await;
    assert_eq!(state_of(&rig, "f").await, theirs);
    rig.post("/worlds/f/keys", rig_key("mine", json!({"active": false}))).await;
    rig.post("/worlds/f/accounts/1000000000000001/credit", json!({"amount": "1.00"})).await;
    rig.post("/worlds/f/clock", json!({"advance": "P90D"})).await;
    rig.call_as("mine@f", VPC, ORDER, &month(READY, "x")).await.refused(400, INACTIVE);
    rig.call_as("mine", VPC, ORDER, &month(READY, "once")).await.ok();
    let state = state_of(&rig, "default").await;
    assert_eq!(state["clock"], "2026-11-26T08:00:09Z");
    assert_eq!(rig.balance("sandbox").await, "99830.00");
    assert_eq!(rig.balance("sandbox@f").await, "99916.00");
    // Orders of the one are paid, cancelled and refunded in the one.
    let named = [("OrderId", second.as_str())];
    let told = rig.call_as("sandbox@f", crate::rig::BSS, "GetOrderDetail", &named).await;
    told.refused(400, "InvalidParameter");
    let folder = rig.end_keeping().await;
    let parts = Parts { clock: Some(wall), ..Parts::default() };
    let rig = Rig::open(&folder, &[], parts).await;
    assert_eq!(state_of(&rig, "default").await, state);
    assert_eq!(rig.balance("sandbox@f").await, "99916.00");
    rig.end().await;
}

const INACTIVE: &str = "InvalidAccessKeyId.Inactive";

/// One number stands in many worlds, and what becomes of the order is each one's own.
#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_order_goes_its_own_way_in_each_fork() {
    let (rig, wall) = at_rest().await;
    let call = prepaid(READY, "1", "false", "once");
    let order = rig.call(ORDER, &call).await.ok().order_id();
    for name in ["paid", "cancelled", "dead"] {
        fork(&rig, name, json!({})).await;
    }
    rig.post(&format!("/worlds/paid/orders/{order}/pay"), Value::Null).await;
    let named = [("OrderId", order.as_str())];
    rig.call_as("sandbox@cancelled", crate::rig::BSS, "CancelOrder", &named).await.ok();
    rig.post("/worlds/dead/clock", json!({"advance": "P7D"})).await;
    let folder = rig.end_keeping().await;
    let rig = Rig::open(&folder, &[], Parts { clock: Some(wall), ..Parts::default() }).await;
    for (world, status, cause) in [
        ("default", "Unpaid", Value::Null),
        ("paid", "Paid", Value::Null),
        ("cancelled", "Cancelled", json!("Customer")),
        ("dead", "Cancelled", json!("Expired")),
    ] {
        let told = &state_of(&rig, world).await["orders"][0];
        assert_eq!(told["id"], order.as_str());
        assert_eq!(told["status"], status, "{world}");
        let is_cause = |given: &Value| {
            let texts = [given, &cause].map(|it| it.as_str().unwrap_or_default().to_lowercase());
            texts[0] == texts[1]
        };
        assert!(is_cause(&told["cancel_cause"]), "{world}: {told}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_of_a_snapshot_begins_as_that_says_however_its_world_goes_on() {
    let (rig, wall) = at_rest().await;
    let fresh = state_of(&rig, "default").await;
    save(&rig, "default", "s").await;
    rig.call(ORDER, &month(READY, "once")).await.ok();
    rig.advance("P30D").await;
    wall.set(at("2026-12-24T00:00:00Z"));
    let from = json!({"from": "default", "snapshot": "s"});
    let made = fork(&rig, "one", from.clone()).await;
    assert_eq!(made["clock"], "2026-11-22T08:00:00Z");
    assert_eq!(state_of(&rig, "one").await, fresh);
    // It has no snapshots of its own, and needs none of the other's.
    let listed = rig.control("GET", "/worlds/one/snapshots", &Value::Null).await.1;
    assert_eq!(listed["snapshots"], json!([]));
    rig.control("DELETE", "/snapshots/s", &Value::Null).await;
    save(&rig, "one", "s").await;
    rig.call_as("sandbox@one", VPC, ORDER, &month(READY, "once")).await.ok();
    fork(&rig, "two", json!({"from": "one", "snapshot": "s"})).await;
    assert_eq!(records(&state_of(&rig, "two").await), records(&fresh));
    restore(&rig, "one", "s").await;
    assert_eq!(records(&state_of(&rig, "one").await), records(&fresh));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_that_cannot_be_is_refused_clearly() {
    let rig = Rig::with(&[("worlds_max", "2")]).await;
    save(&rig, "default", "s").await;
    let refuse = async |name: &str, from: Value, status: u16, code: &str| {
        refused(&rig, ("POST", &format!("/worlds/{name}/fork")), from, status, code).await;
    };
    fork(&rig, "a", json!({"from": "default"})).await;
    let from = || json!({"from": "default"});
    refuse("a", from(), 409, "world_exists").await;
    refuse("default", from(), 409, "world_exists").await;
    refuse("b", json!({"from": "nowhere"}), 404, "no_such_world").await;
    refuse("b", json!({"from": "b"}), 404, "no_such_world").await;
    refuse("b", json!({"snapshot": "t"}), 404, "no_such_snapshot").await;
    refuse("b", json!({"from": "a", "snapshot": "s"}), 404, "no_such_snapshot").await;
    refuse("b", json!({"of": "default"}), 400, "bad_request").await;
    refuse("B", from(), 400, "bad_request").await;
    fork(&rig, "b", json!({"snapshot": "s"})).await;
    refuse("c", from(), 409, "worlds_max").await;
    // Whoever is there is told so first.
    refuse("b", from(), 409, "world_exists").await;
    rig.call_as("sandbox@b", VPC, ORDER, &month(READY, "once")).await.ok();
    rig.end().await;
}
