//! Paying at once, later, and without the money; and what is cancelled instead.

use super::{POORS, cancel, described, detailed, order, pay, poor_in, shown, status};
use crate::rig::{BSS, POOR, Rig};
use serde_json::{Value, json};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_paid_at_once_or_later_as_it_says() {
    let rig = Rig::sandbox().await;
    for (key, said, paid) in [
        ("sandbox", "true", true),
        ("sandbox", "false", false),
        ("sandbox", "", false),
        ("sandbox-2022", "", false),
        ("sandbox-2020", "", true),
        ("sandbox-2019", "", true),
        ("sandbox-2019", "false", false),
    ] {
        let before = rig.balance("sandbox").await;
        let circuit = rig.circuit("Confirmed").await;
        let id = order(&rig, key, &circuit, said).await.ok().order_id();
        let line = detailed(&rig, "sandbox", &id).await;
        assert_eq!(line["PaymentStatus"], if paid { "Paid" } else { "Unpaid" }, "{key} {said:?}");
        assert_eq!(line["PaymentTime"] != "", paid);
        let status = described(&rig, &circuit).await["Status"].clone();
        assert_eq!(status, if paid { "Enabled" } else { "Confirmed" });
        assert_eq!(rig.balance("sandbox").await == before, !paid);
        if !paid {
            let (code, body) = pay(&rig, &id).await;
            assert_eq!((code, &body["status"]), (200, &json!("Paid")), "{body}");
        }
        assert_eq!(described(&rig, &circuit).await["Status"], "Enabled");
        let (code, body) = pay(&rig, &id).await;
        assert_eq!((code, &body["error"]["code"]), (409, &json!("order_not_unpaid")));
    }
    assert_eq!(rig.balance("sandbox").await, "99405.00");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_order_without_the_money_waits_for_it() {
    let rig = Rig::sandbox().await;
    let id = order(&rig, "sandbox-poor", POORS, "false").await.ok().order_id();
    rig.credit(POOR, "84.9999").await;
    let (code, body) = pay(&rig, &id).await;
    assert_eq!((code, &body["error"]["code"]), (409, &json!("balance_too_low")));
    assert_eq!(status(&rig, &id).await, "Unpaid");
    rig.credit(POOR, "0.0001").await;
    assert_eq!(pay(&rig, &id).await.0, 200);
    assert_eq!(rig.balance("sandbox-poor").await, "0.00");
    let (code, body) = pay(&rig, "200999999999999").await;
    assert_eq!((code, &body["error"]["code"]), (404, &json!("no_such_order")));
    rig.end().await;
}

/// F3.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_paid_by_many_at_once_is_debited_once() {
    let rig = Arc::new(Rig::sandbox().await);
    let circuit = rig.circuit("Confirmed").await;
    let id = order(&rig, "sandbox", &circuit, "false").await.ok().order_id();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (rig, id) = (Arc::clone(&rig), id.clone());
            tokio::spawn(async move { pay(&rig, &id).await.0 })
        })
        .collect();
    let mut codes = Vec::new();
    for task in tasks {
        codes.push(task.await.expect("a payment"));
    }
    codes.sort_unstable();
    assert_eq!(codes, [200, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(rig.balance("sandbox").await, "99915.00");
    Arc::into_inner(rig).expect("no task has it any more").end().await;
}

/// F2, O2: whichever comes first is final.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_payment_and_a_cancellation_at_once_one_wins() {
    let rig = Arc::new(Rig::sandbox().await);
    let mut debited = 0;
    for _ in 0..12 {
        let circuit = rig.circuit("Confirmed").await;
        let id = order(&rig, "sandbox", &circuit, "false").await.ok().order_id();
        let (ours, theirs) = (Arc::clone(&rig), id.clone());
        let paying = tokio::spawn(async move { pay(&ours, &theirs).await.0 == 200 });
        let cancelled = cancel(&rig, "sandbox", &id).await.status == 200;
        let paid = paying.await.expect("a payment");
        assert_ne!(paid, cancelled, "exactly one of the two");
        assert_eq!(status(&rig, &id).await, if paid { "Paid" } else { "Cancelled" });
        debited += if paid { 85 } else { 0 };
    }
    assert_eq!(rig.balance("sandbox").await, format!("{}.00", 100_000 - debited));
    Arc::into_inner(rig).expect("no task has it any more").end().await;
}

/// L4: money for five is spent five times, whoever comes at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_balance_is_never_spent_twice() {
    let rig = Arc::new(Rig::sandbox().await);
    rig.credit(POOR, "430.00").await;
    let mut tasks = Vec::new();
    for _ in 0..16 {
        let circuit = rig.circuit_of(POOR, json!({})).await;
        let rig = Arc::clone(&rig);
        tasks.push(tokio::spawn(async move {
            order(&rig, "sandbox-poor", &circuit, "true").await.ok().order_id()
        }));
    }
    let mut paid = 0;
    for task in tasks {
        let id = task.await.expect("an order");
        paid += usize::from(status(&rig, &id).await == "Paid");
    }
    assert_eq!(paid, 5);
    assert_eq!(rig.balance("sandbox-poor").await, "5.00");
    Arc::into_inner(rig).expect("no task has it any more").end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shortfall_since_2023_cancels_the_order_for_good() {
    let rig = Rig::sandbox().await;
    for edition in ["2023", "2024-03", "2025-03", "2025-09"] {
        let key = poor_in(&rig, edition).await;
        let id = order(&rig, &key, POORS, "true").await.ok().order_id();
        let line = shown(&rig, &id).await;
        assert_eq!(line["status"], "Cancelled", "{edition}");
        assert_eq!(line["cancel_cause"], "balance");
        assert_eq!(line["dies_at"], Value::Null);
        assert_eq!(detailed(&rig, &key, &id).await["PaymentStatus"], "Cancelled");
        // O3: whatever the balance does.
        rig.credit(POOR, "0.01").await;
        assert_eq!(pay(&rig, &id).await.0, 409);
        cancel(&rig, &key, &id).await.refused(400, "NotApplicable");
    }
    assert_eq!(rig.balance("sandbox-poor").await, "0.04");
    // It never was in the way.
    rig.credit(POOR, "85.00").await;
    let id = order(&rig, "sandbox-poor", POORS, "true").await.ok().order_id();
    assert_eq!(status(&rig, &id).await, "Paid");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shortfall_before_2023_leaves_an_order_that_can_only_be_voided_once() {
    let rig = Rig::sandbox().await;
    rig.credit(POOR, "84.00").await;
    let mut abnormal = Vec::new();
    for edition in ["2019", "2019-intl", "2020", "2022"] {
        let key = poor_in(&rig, edition).await;
        // None is in the way of the next.
        let id = order(&rig, &key, POORS, "true").await.ok().order_id();
        assert_eq!(status(&rig, &id).await, "Abnormal", "{edition}");
        assert_eq!(detailed(&rig, &key, &id).await["PaymentStatus"], "Unpaid");
        abnormal.push((key, id));
    }
    rig.credit(POOR, "1000.00").await;
    for (key, id) in &abnormal {
        let (code, body) = pay(&rig, id).await;
        assert_eq!((code, &body["error"]["code"]), (409, &json!("order_not_unpaid")));
        assert_eq!(status(&rig, id).await, "Abnormal");
        cancel(&rig, "sandbox", id).await.refused(400, "InvalidParameter");
        if key != "poor-2022" {
            cancel(&rig, key, id).await.ok();
            cancel(&rig, key, id).await.refused(400, "NotApplicable");
            assert_eq!(shown(&rig, id).await["cancel_cause"], "customer");
        }
    }
    assert_eq!(rig.balance("sandbox-poor").await, "1084.00");
    let found = [("PaymentStatus", "Unpaid")];
    let found = rig.call_as("sandbox-poor", BSS, "QueryOrders", &found).await.ok();
    assert_eq!(found.body["Data"]["TotalCount"], 1, "{}", found.text);
    // The last one dies with the others, and was in nobody's way meanwhile.
    let id = order(&rig, "sandbox-poor", POORS, "true").await.ok().order_id();
    assert_eq!(status(&rig, &id).await, "Paid");
    let week = rig.post("/clock", json!({"advance": "P7D"})).await;
    assert_eq!(week["happened"], json!({"order_expiry": 1}), "an order dies once");
    let last = shown(&rig, &abnormal[3].1).await;
    assert_eq!((&last["status"], &last["cancel_cause"]), (&json!("Cancelled"), &json!("expired")));
    assert_eq!(rig.balance("sandbox-poor").await, "999.00");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shortfall_can_be_told_as_an_error_and_keeps_its_order_cancelled() {
    let rig = Rig::with(&[("insufficient_balance", "error")]).await;
    for edition in ["2019", "2020", "2022", "2023", "2025-09"] {
        let key = poor_in(&rig, edition).await;
        let before = rig.state().await["orders"].as_array().expect("orders").len();
        order(&rig, &key, POORS, "true").await.refused(400, "PAY.INSUFFICIENT_BALANCE");
        let state = rig.state().await;
        let orders = state["orders"].as_array().expect("orders");
        assert_eq!(orders.len(), before + 1);
        let last = orders.last().expect("an order");
        assert_eq!(
            (&last["status"], &last["cancel_cause"]),
            (&json!("Cancelled"), &json!("balance"))
        );
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_circuit_takes_its_unpaid_order_along() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let id = order(&rig, "sandbox", &circuit, "false").await.ok().order_id();
    let named = [("PhysicalConnectionId", circuit.as_str())];
    rig.call("DeletePhysicalConnection", &named).await.ok();
    let line = shown(&rig, &id).await;
    assert_eq!((&line["status"], &line["cancel_cause"]), (&json!("Cancelled"), &json!("circuit")));
    assert_eq!(pay(&rig, &id).await.0, 409);
    cancel(&rig, "sandbox", &id).await.refused(400, "NotApplicable");
    order(&rig, "sandbox", &circuit, "true").await.refused(400, "Abs.InstanceNotExist");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_ones_own_unpaid_order_can_be_cancelled_and_only_once() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let open = order(&rig, "sandbox", &circuit, "false").await.ok().order_id();
    let theirs = order(&rig, "sandbox-poor", POORS, "false").await.ok().order_id();
    cancel(&rig, "sandbox", "200999999999999").await.refused(400, "InvalidParameter");
    cancel(&rig, "sandbox", &theirs).await.refused(400, "InvalidParameter");
    assert_eq!(status(&rig, &theirs).await, "Unpaid");
    cancel(&rig, "sandbox", &open).await.ok();
    assert_eq!(shown(&rig, &open).await["cancel_cause"], "customer");
    cancel(&rig, "sandbox", &open).await.refused(400, "NotApplicable");
    assert_eq!(pay(&rig, &open).await.0, 409);
    let paid = order(&rig, "sandbox", &circuit, "true").await.ok().order_id();
    cancel(&rig, "sandbox", &paid).await.refused(400, "NotApplicable");
    assert_eq!(status(&rig, &paid).await, "Paid");
    assert_eq!(rig.balance("sandbox").await, "99915.00");
    rig.end().await;
}
