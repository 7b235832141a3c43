//! Faults on purpose.

use super::{REGIONS, month, refused};
use crate::rig::{ORDER, READY, Rig, VPC, merged};
use crossconnect::keys::SANDBOX_SECRET;
use serde_json::{Value, json};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_calls_fail_as_ordered_and_the_next_do_not() {
    let rig = Rig::sandbox().await;
    let fault = |kind: &str, more: Value| merged(json!({"action": REGIONS, "kind": kind}), more);
    let teapot = json!({"status": 418, "code": "Teapot", "message": "Short and stout."});
    for (body, count, status, code) in [
        (fault("throttle", json!({"count": 2})), 2, 400, "Throttling.User"),
        (fault("unavailable", json!({})), 1, 503, "ServiceUnavailable"),
        (fault("error", json!({"count": 3})), 3, 500, "InternalError"),
        (fault("error", teapot), 1, 418, "Teapot"),
        (fault("unavailable", json!({"action": "*"})), 1, 503, "ServiceUnavailable"),
    ] {
        rig.post("/faults", body).await;
        for _ in 0..count {
            rig.call(REGIONS, &[]).await.refused(status, code);
        }
        rig.call(REGIONS, &[]).await.ok();
    }
    rig.post("/faults", fault("drop_before", json!({}))).await;
    let signed = rig.sign("sandbox", SANDBOX_SECRET, VPC, REGIONS, &[]);
    assert!(rig.try_send(&signed).await.is_none());
    rig.call(REGIONS, &[]).await.ok();
    // Orders add up; one operation's are not another's; all can be called off.
    rig.post("/faults", fault("throttle", json!({}))).await;
    rig.post("/faults", fault("unavailable", json!({"count": 100}))).await;
    rig.balance("sandbox").await;
    rig.call(REGIONS, &[]).await.refused(400, "Throttling.User");
    rig.call(REGIONS, &[]).await.refused(503, "ServiceUnavailable");
    let (status, _) = rig.control("DELETE", "/faults", &Value::Null).await;
    assert_eq!(status, 200);
    rig.call(REGIONS, &[]).await.ok();
    for body in [
        fault("explode", json!({})),
        fault("error", json!({"count": 0})),
        fault("error", json!({"status": 200})),
        fault("error", json!({"status": 600})),
        fault("error", json!({"action": "NoSuchOperation"})),
        json!({"kind": "error"}),
    ] {
        refused(&rig, "/faults", body, 400, "bad_request").await;
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_before_a_call_keeps_it_from_happening() {
    let rig = Rig::sandbox().await;
    for kind in ["throttle", "unavailable", "error", "drop_before"] {
        rig.fault(ORDER, kind).await;
        let signed = rig.sign("sandbox", SANDBOX_SECRET, VPC, ORDER, &month(READY, "once"));
        assert!(rig.try_send(&signed).await.is_none_or(|back| back.status != 200), "{kind}");
        assert_eq!(rig.state().await["orders"], json!([]), "{kind}");
    }
    // It is meant for those who are let in: others learn nothing of it, and do not use it up.
    rig.fault(ORDER, "unavailable").await;
    let denied = rig.call_as("sandbox-denied", VPC, ORDER, &month(READY, "once")).await;
    denied.refused(403, "Forbidden.RAM");
    rig.call(ORDER, &month(READY, "once")).await.refused(503, "ServiceUnavailable");
    let first = rig.call(ORDER, &month(READY, "once")).await.ok();
    assert_eq!(first.replay_of, None);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_lost_only_after_a_commit_and_only_so_often() {
    let rig = Rig::sandbox().await;
    let fault = json!({"action": ORDER, "kind": "drop_after_commit", "count": 2});
    rig.post("/faults", fault).await;
    // Neither a refusal nor a replay is a commit.
    let back = rig.call(ORDER, &month("pc-sandboxenabled", "never")).await;
    back.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    for nth in 0..2 {
        let (circuit, token) = (rig.circuit("Confirmed").await, format!("token-{nth}"));
        let call = month(&circuit, &token);
        let signed = rig.sign("sandbox", SANDBOX_SECRET, VPC, ORDER, &call);
        assert!(rig.try_send(&signed).await.is_none());
        let again = rig.call(ORDER, &call).await.ok();
        assert!(again.replay_of.is_some(), "it was committed before the answer was lost");
    }
    rig.call(ORDER, &month(READY, "last")).await.ok();
    assert_eq!(rig.balance("sandbox").await, "99745.00");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_is_late_before_or_after_the_commit_as_ordered() {
    let rig = Arc::new(Rig::sandbox().await);
    for (after_commit, circuit) in [(false, READY), (true, "pc-sandboxpoor")] {
        let key = if after_commit { "sandbox-poor" } else { "sandbox" };
        let fault = json!({"action": ORDER, "kind": "latency", "milliseconds": 300_u32,
            "after_commit": after_commit});
        rig.post("/faults", fault).await;
        let ours = Arc::clone(&rig);
        let call = tokio::spawn(async move {
            ours.call_as(key, VPC, ORDER, &month(circuit, "once")).await.ok()
        });
        let made = || async {
            let state = rig.state().await;
            let orders = state["orders"].as_array().expect("orders");
            orders.iter().any(|order| order["circuit"] == circuit)
        };
        if after_commit {
            while !made().await {
                tokio::task::yield_now().await;
            }
            assert!(!call.is_finished(), "the order is there before the answer");
        } else {
            assert!(!made().await, "nothing happens while it waits");
        }
        call.await.expect("a late answer");
        assert!(made().await);
    }
    Arc::into_inner(rig).expect("no task has it any more").end().await;
}
