//! E. How long a token lives.

use super::{move_clock, one_order_one_debit, orders_of, replays, wish};
use crate::rig::{ORDER, Rig, fresh_folder, stopped_clock};
use crossconnect::server::Parts;
use serde_json::json;
use std::sync::Arc;

/// A sandbox whose wall stands still, so that instants are exact.
async fn still() -> (Rig, Arc<crossconnect::clock::Clock>) {
    let clock = stopped_clock("2026-11-22T08:00:00Z");
    let parts = Parts { clock: Some(Arc::clone(&clock)), ..Parts::default() };
    (Rig::open(&fresh_folder(), &[], parts).await, clock)
}

/// E1, E3.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_lives_seven_days_to_the_millisecond() {
    let (rig, _) = still().await;
    let (paid, unpaid) = (rig.circuit("Confirmed").await, rig.circuit("Confirmed").await);
    let pay = wish(&paid, "paid", &[]);
    let wait = wish(&unpaid, "unpaid", &[("AutoPay", "false")]);
    let first = rig.call(ORDER, &pay).await.ok();
    let waiting = rig.call(ORDER, &wait).await.ok();
    move_clock(&rig, json!({"set": "2026-11-29T07:59:59.999Z"})).await;
    replays(&rig.call(ORDER, &pay).await, &first);
    replays(&rig.call(ORDER, &wait).await, &waiting);
    for end in ["2026-11-29T08:00:00Z", "2026-11-29T08:59:59.999Z", "2026-11-29T09:00:00Z"] {
        move_clock(&rig, json!({"set": end})).await;
        // A new request: it is judged on the circuit, and does not order twice.
        rig.call(ORDER, &pay).await.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    }
    // The unpaid order died at the instant its token did: the new request is a new order.
    let anew = rig.call(ORDER, &wait).await.ok();
    assert_eq!(anew.replay_of, None);
    replays(&rig.call(ORDER, &wait).await, &anew);
    let expected = [(waiting.order_id(), "Cancelled"), (anew.order_id(), "Unpaid")];
    let expected = expected.map(|(id, status)| (id, status.to_owned()));
    assert_eq!(orders_of(&rig, &unpaid).await, expected);
    one_order_one_debit(&rig, &paid, &first.order_id()).await;
    rig.end().await;
}

/// E2.
#[tokio::test(flavor = "multi_thread")]
async fn a_wall_that_steps_back_neither_ends_a_token_nor_runs_time_back() {
    let (rig, clock) = still().await;
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    let first = rig.call(ORDER, &call).await.ok();
    clock.set(domain::Timestamp::parse("2026-11-22T07:50:00Z").expect("a time"));
    replays(&rig.call(ORDER, &call).await, &first);
    let other = rig.circuit("Confirmed").await;
    rig.call(ORDER, &wish(&other, "later", &[])).await.ok();
    let state = rig.state().await;
    for order in state["orders"].as_array().expect("orders") {
        assert_eq!(order["created_at"], "2026-11-22T08:00:00Z");
    }
    clock.set(domain::Timestamp::parse("2026-11-29T07:59:59Z").expect("a time"));
    replays(&rig.call(ORDER, &call).await, &first);
    clock.set(domain::Timestamp::parse("2026-11-29T08:00:00Z").expect("a time"));
    rig.call(ORDER, &call).await.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    rig.end().await;
}
