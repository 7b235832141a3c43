//! What is told of prices to who asks before he orders.

use super::{month, order, shown, still};
use crate::rig::{BSS, Back, ORDER, RICH, Rig};
use api::Edition;
use serde_json::json;

const BEFOREHAND: [(&str, &str); 5] = [
    ("ProductCode", "pconn"),
    ("SubscriptionType", "Subscription"),
    ("OrderType", "NewOrder"),
    ("ModuleList.1.ModuleCode", "Spec"),
    ("ModuleList.1.Config", "Spec:1G"),
];

/// Asks what an order costs, with these parameters besides.
async fn ask(rig: &Rig, key: &str, more: &[(&str, &str)]) -> Back {
    let call = [&BEFOREHAND[..], more].concat();
    rig.call_as(key, BSS, "GetSubscriptionPrice", &call).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_price_that_is_told_is_what_the_order_then_costs_in_every_edition() {
    let rig = Rig::sandbox().await;
    for (number, edition) in (1..).zip(Edition::ALL) {
        let price = format!("{number}23.45");
        let list = json!({"currency": "USD", "prices":
            [{"port_type": "1000Base-LX", "region": "cn-hangzhou", "month": price}]});
        rig.post("/prices", list).await;
        let circuit = rig.circuit("Confirmed").await;
        let key = format!("sandbox-{}", edition.name());
        let told = ask(&rig, &key, &[("InstanceId", &circuit)]).await.ok();
        // As it stands on the wire: a number, with the digits of the currency.
        assert!(told.text.contains(&format!("\"TradePrice\":{price},")), "{}", told.text);
        let xml = ask(&rig, &key, &[("Region", "cn-hangzhou"), ("Format", "XML")]).await.ok();
        assert!(xml.text.contains(&format!("<TradePrice>{price}</TradePrice>")), "{}", xml.text);
        let made = order(&rig, &key, &circuit, "false").await.ok().order_id();
        assert_eq!(shown(&rig, &made).await["amount"], price, "{}", edition.name());
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_use_costs_its_part_of_the_month_that_it_is_in() {
    let rig = still(&[]).await;
    let use_of = |price_type: &'static str| {
        [
            ("ProductCode", "pconn"),
            ("SubscriptionType", "PayAsYouGo"),
            ("Region", "cn-hangzhou"),
            ("ModuleList.1.ModuleCode", "Spec"),
            ("ModuleList.1.Config", "Spec:1G"),
            ("ModuleList.1.PriceType", price_type),
        ]
    };
    // November has 30 days, 85.00 / 30 is 2.8333…, and a 24th of 2.83 is 0.11791…
    for (price_type, price) in
        [("Usage", "2.83"), ("day", "2.83"), ("Hour", "0.1179"), ("MONTH", "85.00")]
    {
        let told = rig.call_as("sandbox", BSS, "GetPayAsYouGoPrice", &use_of(price_type)).await;
        let told = told.ok();
        let cost = format!("\"CostAfterDiscount\":{price},");
        assert!(told.text.contains(&cost), "{price_type}: {}", told.text);
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn modules_are_counted_and_what_only_upgrades_need_comes_to_nothing() {
    let rig = Rig::sandbox().await;
    let region = ("Region", "cn-hangzhou");
    let told = ask(&rig, "sandbox", &[region, ("ModuleList.1.ModuleStatus", "2")]).await.ok();
    assert_eq!(told.ignored, ["ModuleStatus"]);
    let told = ask(&rig, "sandbox", &[region, ("ModuleList.1.ModuleStatus", "1")]).await.ok();
    assert_eq!(told.ignored, [""; 0]);
    let numbered: Vec<_> = (2..=51)
        .flat_map(|n| ["ModuleCode", "Config"].map(|name| format!("ModuleList.{n}.{name}")))
        .collect();
    let many: Vec<_> = numbered.iter().map(|name| (name.as_str(), "x")).collect();
    ask(&rig, "sandbox", &many).await.refused(400, "InvalidParameter");
    ask(&rig, "sandbox", &many[..98]).await.refused(400, "InvalidModuleCode");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_may_ask_prices_by_the_name_of_the_later_pages() {
    let rig = Rig::sandbox().await;
    let policy = json!({"Version": "1",
        "Statement": [{"Effect": "Allow", "Action": "bss:DescribePrice", "Resource": "*"}]});
    let user = json!({"account": RICH, "name": "buyer", "policies": [policy]});
    rig.post("/users", user).await;
    rig.put_key(RICH, "buyer", json!({"user": "buyer"})).await;
    ask(&rig, "buyer", &[("Region", "cn-hangzhou")]).await.ok();
    let modules = [("ProductCode", "pconn"), ("SubscriptionType", "Subscription")];
    let denied = rig.call_as("buyer", BSS, "DescribePricingModule", &modules).await;
    denied.refused(403, "NotAuthorized");
    let circuit = rig.circuit("Confirmed").await;
    let denied = rig.call_as("buyer", crate::rig::VPC, ORDER, &month(&circuit, "true")).await;
    denied.refused(403, "Forbidden.RAM");
    rig.end().await;
}
