//! The prices that an operator loads and sees.

use super::{month, refused};
use crate::rig::{ORDER, READY, Rig, merged};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_price_list_is_loaded_wholly_or_not_at_all() {
    let rig = Rig::sandbox().await;
    let row = |port: &str, region: &str, month: Value| -> Value {
        json!({"port_type": port, "region": region, "month": month})
    };
    let good = || row("1000Base-LX", "cn-hangzhou", json!("1.00"));
    for prices in [
        json!([good(), row("1000Base-XX", "cn-hangzhou", json!("1.00"))]),
        json!([good(), row("1000Base-LX", "cn-nowhere", json!("1.00"))]),
        json!([good(), row("10GBase-T", "cn-hangzhou", json!("-1.00"))]),
        json!([good(), row("10GBase-T", "cn-hangzhou", json!("1.00001"))]),
        json!([good(), row("10GBase-T", "cn-hangzhou", json!(1.0))]),
        json!([good(), good()]),
        json!("free"),
    ] {
        let body = json!({"currency": "USD", "prices": prices});
        refused(&rig, "/prices", body, 400, "bad_request").await;
    }
    for more in [
        json!({"currency": "XXX"}),
        json!({"setup": "-1.00"}),
        json!({"setup": 1500}),
        json!({"shared": [{"spec": "3G", "month": "1.00"}]}),
        json!({"shared": [{"spec": "1G", "month": "1.00"}, {"spec": "1G", "month": "1.00"}]}),
        json!({"shared": [{"spec": "1G", "month": "0.00001"}]}),
        json!({"setup": "999999999999999.00"}),
        json!({"discount": "1.00"}),
    ] {
        let body = merged(json!({"currency": "USD", "prices": [good()]}), more);
        refused(&rig, "/prices", body, 400, "bad_request").await;
    }
    rig.call(ORDER, &month(READY, "once")).await.ok();
    let state = rig.state().await;
    assert_eq!(state["orders"][0]["price_version"], 1, "nothing was loaded");
    let body = json!({"currency": "USD", "prices": [good()]});
    let loaded = rig.post("/prices", body).await;
    assert_eq!((&loaded["currency"], &loaded["prices"]), (&json!("USD"), &json!(1)));
    let circuit = rig.circuit("Confirmed").await;
    rig.call(ORDER, &month(&circuit, "then")).await.ok();
    let order = rig.state().await["orders"][1].clone();
    assert_eq!((&order["price_version"], &order["amount"]), (&json!(2), &json!("1.00")));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lists_in_force_are_shown_with_the_published_one() {
    let rig = Rig::sandbox().await;
    let lists = async || {
        let (status, shown) = rig.control("GET", "/prices", &Value::Null).await;
        assert_eq!(status, 200, "{shown}");
        shown["price_lists"].as_array().expect("lists").clone()
    };
    let published = &lists().await[0];
    for (field, value) in [
        ("version", json!(1)),
        ("currency", json!("USD")),
        ("in_force", json!(true)),
        ("setup", json!("1500.00")),
        ("shared", json!([])),
    ] {
        assert_eq!(published[field], value, "{field}");
    }
    let row = json!({"port_type": "40GBase-LR", "region": "me-central-1", "month": "6600.00"});
    assert!(published["prices"].as_array().expect("rows").contains(&row));
    let yen = json!({"currency": "JPY", "prices":
        [{"port_type": "1000Base-LX", "region": "cn-hangzhou", "month": "12000"}],
        "setup": "200000", "shared": [{"spec": "50M", "month": "900"}]});
    let loaded = rig.post("/prices", yen.clone()).await;
    assert_eq!(
        loaded,
        json!({"version": 2, "currency": "JPY", "prices": 1, "setup": "200000", "shared": 1})
    );
    rig.post("/prices", json!({"currency": "USD", "prices": []})).await;
    let shown = lists().await;
    let heads: Vec<_> = shown.iter().map(|list| (&list["version"], &list["in_force"])).collect();
    let (yes, no) = (&json!(true), &json!(false));
    assert_eq!(heads, [(&json!(3), yes), (&json!(2), yes), (&json!(1), no)]);
    assert_eq!(shown[0]["setup"], Value::Null);
    let told = merged(yen, json!({"version": 2, "in_force": true}));
    assert_eq!(shown[1], told, "a list is shown as it was written");
    rig.end().await;
}
