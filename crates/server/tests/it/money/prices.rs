//! What an order costs.

use super::{detailed, month, order, pay, shown};
use crate::rig::{ORDER, RICH, Rig, VPC};
use serde_json::json;

/// SOURCE: billing dossier 2.4.
#[tokio::test(flavor = "multi_thread")]
async fn every_port_costs_what_the_published_list_says() {
    let rig = Rig::sandbox().await;
    rig.credit(RICH, "10000000.00").await;
    let mut left = 10_100_000;
    for (region, prices) in [
        ("cn-hangzhou", [85, 85, 85, 720, 720, 2_450, 5_200]),
        ("cn-beijing-finance-1", [85, 85, 85, 720, 720, 2_450, 5_200]),
        ("cn-hongkong", [210, 210, 210, 1_600, 1_600, 5_500, 11_700]),
        ("us-east-1", [210, 210, 210, 1_600, 1_600, 5_500, 11_700]),
        ("me-central-1", [252, 252, 252, 1_920, 1_920, 6_600, 14_040]),
    ] {
        let ports = [
            "100Base-T",
            "1000Base-T",
            "1000Base-LX",
            "10GBase-T",
            "10GBase-LR",
            "40GBase-LR",
            "100GBase-LR",
        ];
        for (port, price) in ports.into_iter().zip(prices) {
            let (cycle, months) = if port.ends_with('T') { ("Month", 3) } else { ("Year", 24) };
            let circuit = rig.circuit_of(RICH, json!({"region": region, "port_type": port})).await;
            let mut call = month(&circuit, "true").to_vec();
            call[2].1 = if cycle == "Month" { "3" } else { "2" };
            call.extend([("PricingCycle", cycle), ("RegionId", region)]);
            let id = rig.call(ORDER, &call).await.ok().order_id();
            let amount = format!("{}.00", price * months);
            assert_eq!(shown(&rig, &id).await["amount"], *amount, "{port} in {region}");
            left -= price * months;
            assert_eq!(rig.balance("sandbox").await, format!("{left}.00"));
        }
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loaded_list_is_a_new_version_and_orders_keep_theirs() {
    let rig = Rig::sandbox().await;
    let [old, new, other] = [
        rig.circuit("Confirmed").await,
        rig.circuit("Confirmed").await,
        rig.circuit_of(RICH, json!({"port_type": "10GBase-T"})).await,
    ];
    let first = order(&rig, "sandbox", &old, "false").await.ok().order_id();
    let list = |month: &str| {
        json!({"currency": "USD", "prices":
            [{"port_type": "1000Base-LX", "region": "cn-hangzhou", "month": month}]})
    };
    rig.post("/prices", list("100.0001")).await;
    let yuan = json!({"currency": "CNY", "prices":
        [{"port_type": "1000Base-LX", "region": "cn-hangzhou", "month": "600.00"}]});
    rig.post("/prices", yuan).await;
    let second = order(&rig, "sandbox", &new, "false").await.ok().order_id();
    rig.post("/prices", list("0.00")).await;
    let free = rig.circuit("Confirmed").await;
    let third = order(&rig, "sandbox", &free, "true").await.ok().order_id();
    for (id, amount, version) in
        [(&first, "85.00", 1), (&second, "100.0001", 2), (&third, "0.00", 4)]
    {
        let order = shown(&rig, id).await;
        assert_eq!((&order["amount"], &order["price_version"]), (&json!(amount), &json!(version)));
    }
    for id in [&first, &second] {
        assert_eq!(pay(&rig, id).await.0, 200);
    }
    assert_eq!(rig.balance("sandbox").await, "99814.9999");
    // The newest list of the currency is all there is: what it lacks has no price.
    let back = order(&rig, "sandbox", &other, "true").await;
    back.refused(400, "InvalidPrice.NotFound");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_pays_in_its_own_currency_and_by_no_other_list() {
    let rig = Rig::sandbox().await;
    let account = "1000000000000009";
    rig.open_account(account, "JPY").await;
    rig.put_key(account, "yen", json!({})).await;
    rig.credit(account, "50000").await;
    assert_eq!(rig.balance("yen").await, "50000");
    let circuit = rig
        .circuit_of(account, json!({"region": "ap-northeast-1", "port_type": "1000Base-T"}))
        .await;
    let mut call = month(&circuit, "true").to_vec();
    call.push(("RegionId", "ap-northeast-1"));
    let back = rig.call_as("yen", VPC, ORDER, &call).await;
    back.refused(400, "InvalidPrice.NotFound");
    let list = json!({"currency": "JPY", "prices":
        [{"port_type": "1000Base-T", "region": "ap-northeast-1", "month": "30000"}]});
    rig.post("/prices", list).await;
    let id = rig.call_as("yen", VPC, ORDER, &call).await.ok().order_id();
    let line = detailed(&rig, "yen", &id).await;
    assert_eq!((&line["PretaxAmount"], &line["Currency"]), (&json!("30000"), &json!("JPY")));
    assert_eq!(rig.balance("yen").await, "20000");
    rig.end().await;
}
