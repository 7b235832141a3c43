//! C. Other tokens, or none.

use super::{
    AFTER_ONE, end, move_clock, one_order_one_debit, orders_of, replays, signed, together, wish,
};
use crate::rig::{BSS, ORDER, POOR, RICH, Rig, VPC};
use serde_json::{Value, json};
use std::sync::Arc;

/// C1.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_calls_with_tokens_of_their_own_for_one_circuit_one_succeeds() {
    for (pay, code, left) in [
        ("true", "INSTANCE.STATUS.NOT.ALLOW", AFTER_ONE),
        ("false", "IAbs.InvalidStatus.ValueNotSupported", "100000.00"),
    ] {
        let rig = Arc::new(Rig::sandbox().await);
        let circuit = rig.circuit("Confirmed").await;
        let token = |n: usize| format!("token-{n}");
        let tokens: Vec<String> = (0..8).map(token).collect();
        let call = |token| signed(&rig, &wish(&circuit, token, &[("AutoPay", pay)]));
        let backs = together(&rig, tokens.iter().map(|token| call(token)).collect()).await;
        let (won, lost): (Vec<_>, Vec<_>) = backs.iter().partition(|back| back.status == 200);
        assert_eq!(won.len(), 1);
        for back in lost {
            back.refused(400, code);
        }
        assert_eq!(orders_of(&rig, &circuit).await.len(), 1);
        assert_eq!(rig.balance("sandbox").await, left);
        end(rig).await;
    }
}

/// C2.
#[tokio::test(flavor = "multi_thread")]
async fn one_token_text_of_two_accounts_is_two_tokens() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let ours = rig.call(ORDER, &wish(&circuit, "once", &[])).await.ok();
    let call = wish("pc-sandboxpoor", "once", &[("AutoPay", "false")]);
    let theirs = rig.call_as("sandbox-poor", VPC, ORDER, &call).await.ok();
    assert_eq!(theirs.replay_of, None);
    assert_ne!(theirs.order_id(), ours.order_id());
    let call = wish(&circuit, "once", &[]);
    let back = rig.call_as("sandbox-poor", VPC, ORDER, &call).await;
    back.refused(400, "IdempotentParameterMismatch");
    one_order_one_debit(&rig, &circuit, &ours.order_id()).await;
    rig.end().await;
}

/// C3.
#[tokio::test(flavor = "multi_thread")]
async fn one_token_in_two_regions_is_two_orders() {
    let rig = Rig::sandbox().await;
    let mut orders = Vec::new();
    for region in ["cn-hangzhou", "cn-beijing"] {
        let circuit = rig.circuit_of(RICH, json!({"region": region})).await;
        let call = wish(&circuit, "once", &[("RegionId", region)]);
        let first = rig.call(ORDER, &call).await.ok();
        assert_eq!(first.replay_of, None, "{region}");
        replays(&rig.call(ORDER, &call).await, &first);
        orders.push(first.order_id());
    }
    assert_ne!(orders[0], orders[1]);
    assert_eq!(rig.balance("sandbox").await, "99660.00");
    rig.end().await;
}

/// C4.
#[tokio::test(flavor = "multi_thread")]
async fn one_token_for_two_operations_is_two_calls() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let new =
        [("AccessPointId", "ap-cn-hangzhou-yh-B"), ("LineOperator", "CT"), ("ClientToken", "once")];
    let applied = rig.call("CreatePhysicalConnection", &new).await.ok();
    let first = rig.call(ORDER, &wish(&circuit, "once", &[])).await.ok();
    assert_eq!(first.replay_of, None);
    let again = rig.call("CreatePhysicalConnection", &new).await.ok();
    assert_eq!(again.replay_of, Some(applied.request_id));
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// A RAM user of account 1 with these statements, and a key of his.
async fn put_buyer(rig: &Rig, statements: Value) {
    let policy = json!({"Version": "1", "Statement": statements});
    rig.post("/users", json!({"account": RICH, "name": "buyer", "policies": [policy]})).await;
}

/// C5, C6.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_the_accounts_and_permission_comes_before_the_replay() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    put_buyer(&rig, json!([{"Effect": "Allow", "Action": "vpc:*", "Resource": "*"}])).await;
    rig.put_key(RICH, "buyer", json!({"user": "buyer"})).await;
    let first = rig.call_as("buyer", VPC, ORDER, &call).await.ok();
    replays(&rig.call(ORDER, &call).await, &first);
    replays(&rig.call_as("buyer", VPC, ORDER, &call).await, &first);
    for key in ["sandbox-readonly", "sandbox-denied"] {
        let back = rig.call_as(key, VPC, ORDER, &call).await;
        back.refused(403, "Forbidden.RAM");
        assert!(!back.text.contains(&first.order_id()));
    }
    put_buyer(&rig, json!([])).await;
    let back = rig.call_as("buyer", VPC, ORDER, &call).await;
    back.refused(403, "Forbidden.RAM");
    assert!(!back.text.contains(&first.order_id()));
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// C7.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_a_token_repeated_is_judged_on_the_circuit() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "-", &[("ClientToken", "-")]);
    let first = rig.call(ORDER, &call).await.ok();
    rig.call(ORDER, &call).await.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// C8.
#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_order_keeps_others_away_until_it_is_no_longer_unpaid() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let open = |token| wish(&circuit, token, &[("AutoPay", "false")]);
    let blocked = "IAbs.InvalidStatus.ValueNotSupported";
    let first = rig.call(ORDER, &open("a")).await.ok().order_id();
    rig.call(ORDER, &open("b")).await.refused(400, blocked);
    rig.call(ORDER, &wish(&circuit, "c", &[])).await.refused(400, blocked);
    rig.call_as("sandbox", BSS, "CancelOrder", &[("OrderId", &first)]).await.ok();
    let second = rig.call(ORDER, &open("b")).await.ok().order_id();
    rig.call(ORDER, &open("c")).await.refused(400, blocked);
    move_clock(&rig, json!({"advance": "P7D"})).await;
    let third = rig.call(ORDER, &open("c")).await.ok().order_id();
    rig.post(&format!("/orders/{third}/pay"), Value::Null).await;
    rig.call(ORDER, &open("d")).await.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    let all = orders_of(&rig, &circuit).await;
    let expected = [(first, "Cancelled"), (second, "Cancelled"), (third, "Paid")];
    assert_eq!(all, expected.map(|(id, status)| (id, status.to_owned())));
    assert_eq!(rig.balance("sandbox").await, AFTER_ONE);
    rig.end().await;
}

/// C9.
#[tokio::test(flavor = "multi_thread")]
async fn owner_parameters_are_not_compared_and_open_nobody_elses_orders() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let first = rig.call(ORDER, &wish(&circuit, "once", &[])).await.ok();
    for name in ["OwnerId", "OwnerAccount", "ResourceOwnerId", "ResourceOwnerAccount"] {
        let owned = wish(&circuit, "once", &[(name, POOR)]);
        replays(&rig.call(ORDER, &owned).await, &first);
        let call = wish(&circuit, "once", &[(name, RICH)]);
        let back = rig.call_as("sandbox-poor", VPC, ORDER, &call).await;
        back.refused(404, "InvalidPhysicalConnectionId.NotFound");
    }
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}
