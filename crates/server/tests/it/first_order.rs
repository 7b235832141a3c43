//! The main job: from application to Enabled, paid from the balance.

use crate::rig::{BSS, ORDER, Rig};

#[tokio::test(flavor = "multi_thread")]
async fn a_circuit_is_applied_for_confirmed_ordered_paid_and_enabled() {
    let rig = Rig::sandbox().await;
    let applied = rig
        .call(
            "CreatePhysicalConnection",
            &[("AccessPointId", "ap-cn-hangzhou-yh-B"), ("LineOperator", "CT")],
        )
        .await
        .ok();
    let circuit = applied.body["PhysicalConnectionId"].as_str().expect("an id").to_owned();
    rig.post("/clock", serde_json::json!({"advance": "PT1S"})).await;
    let id = [("PhysicalConnectionId", circuit.as_str())];
    rig.call("ConfirmPhysicalConnection", &id).await.ok();
    let order = rig
        .call(
            ORDER,
            &[
                ("PhysicalConnectionId", &circuit),
                ("InstanceChargeType", "PrePaid"),
                ("Period", "2"),
                ("AutoPay", "true"),
            ],
        )
        .await
        .ok()
        .order_id();
    let filter = [("Filter.1.Key", "PhysicalConnectionId"), ("Filter.1.Value.1", &*circuit)];
    let found = rig.call("DescribePhysicalConnections", &filter).await.ok();
    let line = &found.body["PhysicalConnectionSet"]["PhysicalConnectionType"][0];
    assert_eq!(line["Status"], "Enabled", "{}", found.text);
    let detail = rig.call_as("sandbox", BSS, "GetOrderDetail", &[("OrderId", &order)]).await.ok();
    let line = &detail.body["Data"]["OrderList"]["Order"][0];
    assert_eq!(line["PaymentStatus"], "Paid", "{}", detail.text);
    assert_eq!(line["PretaxAmount"], "170.00", "{}", detail.text);
    assert_eq!(rig.balance("sandbox").await, "99830.00");
    rig.end().await;
}
