//! Money and orders: what things cost, who pays when, what happens without the money, and whether
//! an audit would notice if any of it were wrong.
//! Long because each way of paying has its story, and so has each damaged ledger.

use crate::rig::{BSS, Back, ORDER, Rig, VPC, audit, fresh_folder, run, stopped_clock};
use crossconnect::audit::Report;
use crossconnect::keys::SANDBOX_SECRET;
use crossconnect::server::Parts;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

const RICH: &str = "1000000000000001";
const POOR: &str = "1000000000000002";
const POORS: &str = "pc-sandboxpoor";

/// A sandbox whose wall stands still at 2026-11-22T08:00:00Z, so that instants are exact.
async fn still(changes: &[(&str, &str)]) -> Rig {
    let parts = Parts { clock: Some(stopped_clock("2026-11-22T08:00:00Z")), ..Parts::default() };
    Rig::open(&fresh_folder(), changes, parts).await
}

/// An order of a month for a circuit.
fn month<'a>(circuit: &'a str, auto_pay: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("PhysicalConnectionId", circuit),
        ("InstanceChargeType", "PrePaid"),
        ("Period", "1"),
        ("AutoPay", auto_pay),
    ]
}

async fn order(rig: &Rig, key: &str, circuit: &str, auto_pay: &str) -> Back {
    rig.call_as(key, VPC, ORDER, &month(circuit, auto_pay)).await
}

/// The order of this number as the control API shows it.
async fn shown(rig: &Rig, id: &str) -> Value {
    let state = rig.state().await;
    let orders = state["orders"].as_array().expect("orders");
    orders.iter().find(|order| order["id"] == id).expect("the order is there").clone()
}

async fn status(rig: &Rig, id: &str) -> String {
    shown(rig, id).await["status"].as_str().expect("a status").to_owned()
}

/// The circuit as the wire describes it.
async fn described(rig: &Rig, circuit: &str) -> Value {
    let filter = [("Filter.1.Key", "PhysicalConnectionId"), ("Filter.1.Value.1", circuit)];
    let found = rig.call("DescribePhysicalConnections", &filter).await.ok();
    found.body["PhysicalConnectionSet"]["PhysicalConnectionType"][0].clone()
}

/// The order as the wire details it.
async fn detailed(rig: &Rig, key: &str, id: &str) -> Value {
    let found = rig.call_as(key, BSS, "GetOrderDetail", &[("OrderId", id)]).await.ok();
    found.body["Data"]["OrderList"]["Order"][0].clone()
}

async fn cancel(rig: &Rig, key: &str, id: &str) -> Back {
    rig.call_as(key, BSS, "CancelOrder", &[("OrderId", id)]).await
}

/// Pays by the control API: status and body.
async fn pay(rig: &Rig, id: &str) -> (u16, Value) {
    rig.control("POST", &format!("/orders/{id}/pay"), &Value::Null).await
}

async fn set_clock(rig: &Rig, to: &str) {
    rig.post("/clock", json!({"set": to})).await;
}

async fn credit(rig: &Rig, account: &str, amount: &str) {
    rig.post(&format!("/accounts/{account}/credit"), json!({"amount": amount})).await;
}

/// A circuit of an account, Confirmed.
async fn circuit_of(rig: &Rig, account: &str, region: &str, port: &str) -> String {
    let given = json!({"account": account, "region": region, "status": "Confirmed",
        "port_type": port});
    rig.post("/circuits", given).await["id"].as_str().expect("an id").to_owned()
}

/// A key of account 2 that is spoken to as in this edition.
async fn poor_in(rig: &Rig, edition: &str) -> String {
    let id = format!("poor-{edition}");
    let key = json!({"account": POOR, "access_key_id": id, "secret": SANDBOX_SECRET,
        "edition": edition});
    rig.post("/keys", key).await;
    id
}

// What it costs.

/// SOURCE: billing dossier 2.4.
#[tokio::test(flavor = "multi_thread")]
async fn every_port_costs_what_the_published_list_says() {
    let rig = Rig::sandbox().await;
    credit(&rig, RICH, "10000000.00").await;
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
            let circuit = circuit_of(&rig, RICH, region, port).await;
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
        circuit_of(&rig, RICH, "cn-hangzhou", "10GBase-T").await,
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
    rig.post("/accounts", json!({"account": account, "currency": "JPY"})).await;
    let key = json!({"account": account, "access_key_id": "yen", "secret": SANDBOX_SECRET});
    rig.post("/keys", key).await;
    credit(&rig, account, "50000").await;
    assert_eq!(rig.balance("yen").await, "50000");
    let circuit = circuit_of(&rig, account, "ap-northeast-1", "1000Base-T").await;
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

// Paying at once, and later.

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
    credit(&rig, POOR, "84.9999").await;
    let (code, body) = pay(&rig, &id).await;
    assert_eq!((code, &body["error"]["code"]), (409, &json!("balance_too_low")));
    assert_eq!(status(&rig, &id).await, "Unpaid");
    credit(&rig, POOR, "0.0001").await;
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
    credit(&rig, POOR, "430.00").await;
    let mut tasks = Vec::new();
    for _ in 0..16 {
        let circuit = circuit_of(&rig, POOR, "cn-hangzhou", "1000Base-LX").await;
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

// Without the money.

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
        credit(&rig, POOR, "0.01").await;
        assert_eq!(pay(&rig, &id).await.0, 409);
        cancel(&rig, &key, &id).await.refused(400, "NotApplicable");
    }
    assert_eq!(rig.balance("sandbox-poor").await, "0.04");
    // It never was in the way.
    credit(&rig, POOR, "85.00").await;
    let id = order(&rig, "sandbox-poor", POORS, "true").await.ok().order_id();
    assert_eq!(status(&rig, &id).await, "Paid");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shortfall_before_2023_leaves_an_order_that_can_only_be_voided_once() {
    let rig = Rig::sandbox().await;
    credit(&rig, POOR, "84.00").await;
    let mut abnormal = Vec::new();
    for edition in ["2019", "2019-intl", "2020", "2022"] {
        let key = poor_in(&rig, edition).await;
        // None is in the way of the next.
        let id = order(&rig, &key, POORS, "true").await.ok().order_id();
        assert_eq!(status(&rig, &id).await, "Abnormal", "{edition}");
        assert_eq!(detailed(&rig, &key, &id).await["PaymentStatus"], "Unpaid");
        abnormal.push((key, id));
    }
    credit(&rig, POOR, "1000.00").await;
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
    rig.post("/clock", json!({"advance": "P7D"})).await;
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

// Time.

/// O2, E4.
#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_order_dies_after_seven_days_at_its_own_instant() {
    let rig = still(&[]).await;
    let [early, late, last] = [
        rig.circuit("Confirmed").await,
        rig.circuit("Confirmed").await,
        rig.circuit("Confirmed").await,
    ];
    let early = order(&rig, "sandbox", &early, "false").await.ok().order_id();
    set_clock(&rig, "2026-11-22T08:00:00.001Z").await;
    let late = order(&rig, "sandbox", &late, "false").await.ok().order_id();
    let paid = order(&rig, "sandbox", &last, "false").await.ok().order_id();
    set_clock(&rig, "2026-11-29T07:59:59.999Z").await;
    assert_eq!(status(&rig, &early).await, "Unpaid");
    set_clock(&rig, "2026-11-29T08:00:00Z").await;
    assert_eq!(status(&rig, &early).await, "Cancelled");
    assert_eq!(shown(&rig, &early).await["cancel_cause"], "expired");
    assert_eq!(pay(&rig, &early).await.0, 409, "at its deadline it is too late");
    assert_eq!(status(&rig, &late).await, "Unpaid");
    assert_eq!(pay(&rig, &paid).await.0, 200, "a millisecond before it is not");
    set_clock(&rig, "2026-11-29T08:00:00.001Z").await;
    assert_eq!(status(&rig, &late).await, "Cancelled");
    assert_eq!(status(&rig, &paid).await, "Paid");
    assert_eq!(rig.balance("sandbox").await, "99915.00");
    rig.end().await;
}

/// Everything due on the way happens in order: a long leap is as good as many short ones.
#[tokio::test(flavor = "multi_thread")]
async fn a_leap_over_years_leaves_what_short_steps_leave() {
    let mut states = Vec::new();
    for steps in [1, 400] {
        let rig = still(&[("enable_delay", "PT36H")]).await;
        for (id, auto_pay) in [("pc-a", "true"), ("pc-b", "false"), ("pc-c", "false")] {
            let given = json!({"account": RICH, "region": "cn-hangzhou", "status": "Confirmed",
                "id": id});
            rig.post("/circuits", given).await;
            order(&rig, "sandbox", id, auto_pay).await.ok();
        }
        for _ in 0..steps {
            let span = format!("PT{}H", 400 / steps * 24);
            rig.post("/clock", json!({"advance": span})).await;
        }
        states.push(rig.state().await);
        rig.end().await;
    }
    assert_eq!(states[0], states[1]);
}

/// SOURCE: billing dossier 2.5.
#[tokio::test(flavor = "multi_thread")]
async fn a_paid_period_ends_at_midnight_utc8_of_the_day_after() {
    let rig = still(&[]).await;
    for (now, period, cycle, end) in [
        ("2026-11-22T08:00:00.001Z", "1", "Month", "2026-12-22T16:00:00Z"),
        ("2026-11-22T15:59:59.999Z", "9", "Month", "2027-08-22T16:00:00Z"),
        ("2026-11-22T16:00:00Z", "1", "Month", "2026-12-23T16:00:00Z"),
        ("2027-01-30T16:00:00Z", "1", "Month", "2027-02-28T16:00:00Z"),
        ("2028-02-28T16:00:00Z", "1", "Year", "2029-02-28T16:00:00Z"),
        ("2028-02-29T16:00:00Z", "5", "Year", "2033-03-01T16:00:00Z"),
    ] {
        set_clock(&rig, now).await;
        let circuit = rig.circuit("Confirmed").await;
        let mut call = month(&circuit, "true").to_vec();
        call[2].1 = period;
        call.push(("PricingCycle", cycle));
        let id = rig.call(ORDER, &call).await.ok().order_id();
        let seen = described(&rig, &circuit).await;
        let begun = format!("{}Z", &now[..19]);
        assert_eq!((&seen["EnabledTime"], &seen["EndTime"]), (&json!(begun), &json!(end)));
        let line = detailed(&rig, "sandbox", &id).await;
        let usage = (&line["UsageStartTime"], &line["UsageEndTime"]);
        assert_eq!(usage, (&json!(begun), &json!(end)));
        assert_eq!(line["PaymentTime"], json!(begun));
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_paid_later_begins_when_it_is_paid() {
    let rig = still(&[]).await;
    let circuit = rig.circuit("Confirmed").await;
    let id = order(&rig, "sandbox", &circuit, "false").await.ok().order_id();
    set_clock(&rig, "2026-11-25T20:00:00Z").await;
    assert_eq!(pay(&rig, &id).await.0, 200);
    let line = detailed(&rig, "sandbox", &id).await;
    for (name, value) in [
        ("CreateTime", "2026-11-22T08:00:00Z"),
        ("PaymentTime", "2026-11-25T20:00:00Z"),
        ("UsageStartTime", "2026-11-25T20:00:00Z"),
        ("UsageEndTime", "2026-12-26T16:00:00Z"),
    ] {
        assert_eq!(line[name], value, "{name}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postpaid_order_is_free_paid_at_once_and_has_no_end() {
    let rig = Rig::sandbox().await;
    for (edition, said) in [("2019", "false"), ("2019-intl", "true"), ("2020", "")] {
        let key = poor_in(&rig, edition).await;
        let circuit = circuit_of(&rig, POOR, "cn-hangzhou", "100GBase-LR").await;
        let mut call = month(&circuit, said).to_vec();
        call[1].1 = "PostPaid";
        call[2].1 = "not a number, but ignored";
        let id = rig.call_as(&key, VPC, ORDER, &call).await.ok().order_id();
        let line = detailed(&rig, &key, &id).await;
        for (name, value) in [
            ("PaymentStatus", "Paid"),
            ("PretaxAmount", "0.00"),
            ("SubscriptionType", "PayAsYouGo"),
            ("UsageEndTime", ""),
        ] {
            assert_eq!(line[name], value, "{edition} {name}");
        }
        let state = rig.state().await;
        let circuits = state["circuits"].as_array().expect("circuits");
        let seen = circuits.iter().find(|c| c["id"] == *circuit).expect("it is there");
        assert_eq!((&seen["status"], &seen["ends_at"]), (&json!("Enabled"), &Value::Null));
    }
    assert_eq!(rig.balance("sandbox-poor").await, "0.00");
    let mut call = month(POORS, "true").to_vec();
    call[1].1 = "PostPaid";
    for edition in ["2022", "2023", "2025-09"] {
        let key = poor_in(&rig, edition).await;
        let back = rig.call_as(&key, VPC, ORDER, &call).await;
        back.refused(400, "InvalidPhysicalConnectionChargeType.Malformed");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_delay_a_paid_circuit_is_enabled_at_its_instant_and_not_before() {
    let rig = still(&[("enable_delay", "PT30S")]).await;
    let circuit = rig.circuit("Confirmed").await;
    let id = order(&rig, "sandbox", &circuit, "true").await.ok().order_id();
    assert_eq!(status(&rig, &id).await, "Paid");
    let seen = described(&rig, &circuit).await;
    assert_eq!((&seen["Status"], &seen["EndTime"]), (&json!("Confirmed"), &json!("")));
    // The row "already Enabled", whatever the circuit's Status still says.
    let again = order(&rig, "sandbox", &circuit, "true").await;
    again.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    let again = order(&rig, "sandbox-2023", &circuit, "true").await;
    again.refused(400, "Forbidden.NotAllowedInState");
    let named = [("PhysicalConnectionId", circuit.as_str())];
    let gone = rig.call("DeletePhysicalConnection", &named).await;
    gone.refused(400, "Forbidden.NotInAllowDeleteStatus");
    // A lock does not stop what is under way.
    let events = format!("/circuits/{circuit}/events");
    rig.post(&events, json!({"event": "lock_security"})).await;
    rig.post(&events, json!({"event": "unlock"})).await;
    set_clock(&rig, "2026-11-22T08:00:29.999Z").await;
    assert_eq!(described(&rig, &circuit).await["Status"], "Confirmed");
    set_clock(&rig, "2026-11-22T09:00:00Z").await;
    let seen = described(&rig, &circuit).await;
    for (name, value) in [
        ("Status", "Enabled"),
        ("EnabledTime", "2026-11-22T08:00:30Z"),
        ("EndTime", "2026-12-22T16:00:00Z"),
    ] {
        assert_eq!(seen[name], value, "{name}");
    }
    assert_eq!(rig.balance("sandbox").await, "99915.00");
    rig.end().await;
}

// Cancelling.

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

// Balances and lists.

#[tokio::test(flavor = "multi_thread")]
async fn credit_is_exact_and_anything_that_is_not_is_refused() {
    let rig = Rig::sandbox().await;
    credit(&rig, POOR, "0.0001").await;
    credit(&rig, POOR, "1.5").await;
    credit(&rig, POOR, "922337203685474").await;
    assert_eq!(rig.balance("sandbox-poor").await, "922337203685475.5001");
    let path = format!("/accounts/{POOR}/credit");
    for (amount, code) in [
        (json!("922337203685477.5807"), "amount_too_large"),
        (json!("0"), "bad_request"),
        (json!("-1.00"), "bad_request"),
        (json!("1.00001"), "bad_request"),
        (json!("1e3"), "bad_request"),
        (json!("99999999999999999999"), "bad_request"),
        (json!(1.5), "bad_request"),
    ] {
        let (status, body) = rig.control("POST", &path, &json!({"amount": amount})).await;
        assert_eq!((status, &body["error"]["code"]), (400, &json!(code)), "{amount}");
    }
    let (status, body) =
        rig.control("POST", "/accounts/7/credit", &json!({"amount": "1.00"})).await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("no_such_account")));
    assert_eq!(rig.balance("sandbox-poor").await, "922337203685475.5001");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fraction_of_a_yen_is_refused_wherever_an_amount_is_taken() {
    let rig = Rig::sandbox().await;
    let account = "1000000000000009";
    rig.post("/accounts", json!({"account": account, "currency": "JPY"})).await;
    let list = |currency: &str, month: &str| {
        json!({"currency": currency, "prices": [
            {"port_type": "1000Base-T", "region": "ap-northeast-1", "month": "30000"},
            {"port_type": "1000Base-LX", "region": "ap-northeast-1", "month": month}]})
    };
    let path = format!("/accounts/{account}/credit");
    for (path, body) in [
        (&*path, json!({"amount": "0.5"})),
        (&path, json!({"amount": "1000.0001"})),
        ("/prices", list("JPY", "30000.5")),
        ("/worlds/other/prices", list("JPY", "0.0001")),
    ] {
        let (status, answer) = rig.control("POST", path, &body).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &json!("bad_request")), "{body}");
    }
    // Zeros are no fraction, and the others' hundredths of a cent are theirs.
    credit(&rig, account, "1000.00").await;
    credit(&rig, POOR, "0.0001").await;
    for (currency, month) in [("JPY", "30000.0000"), ("USD", "0.0001"), ("CNY", "0.0001")] {
        rig.post("/prices", list(currency, month)).await;
    }
    let balances = rig.state().await["accounts"].clone();
    let balance = |nth: usize| balances[nth]["balance"].clone();
    assert_eq!((balance(1), balance(2)), (json!("0.0001"), json!("1000")), "{balances}");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_listed_newest_first_for_their_owner_and_the_last_hour() {
    let rig = still(&[]).await;
    let mut ids = Vec::new();
    for minutes in ["PT0S", "PT30M", "PT30M", "PT1S"] {
        rig.post("/clock", json!({"advance": minutes})).await;
        let circuit = rig.circuit("Confirmed").await;
        ids.push(order(&rig, "sandbox", &circuit, "true").await.ok().order_id());
    }
    ids.reverse();
    let list = async |key: &str, filter: &[(&str, &str)]| {
        let back = rig.call_as(key, BSS, "QueryOrders", filter).await.ok();
        let found = back.body["Data"]["OrderList"]["Order"].as_array().expect("a list").clone();
        let id = |line: &Value| line["OrderId"].as_str().expect("an id").to_owned();
        let total = back.body["Data"]["TotalCount"].as_u64().expect("a count");
        (found.iter().map(id).collect::<Vec<_>>(), total)
    };
    // 09:00:01 now: the first order, of 08:00:00, is older than an hour.
    assert_eq!(list("sandbox", &[]).await, (ids[..3].to_vec(), 3));
    let since = [("CreateTimeStart", "2026-11-22T08:00:00Z")];
    assert_eq!(list("sandbox", &since).await, (ids.clone(), 4));
    let until = [("CreateTimeEnd", "2026-11-22T08:30:00Z")];
    assert_eq!(list("sandbox", &until).await, (ids[2..].to_vec(), 2));
    let page = [since[0], ("PageSize", "3"), ("PageNum", "2")];
    assert_eq!(list("sandbox", &page).await, (ids[3..].to_vec(), 4));
    let unpaid = [since[0], ("PaymentStatus", "Unpaid")];
    assert_eq!(list("sandbox", &unpaid).await, (vec![], 0));
    assert_eq!(list("sandbox-poor", &since).await, (vec![], 0));
    let back = rig.call_as("sandbox-poor", BSS, "GetOrderDetail", &[("OrderId", &ids[0])]).await;
    back.refused(400, "InvalidParameter");
    rig.end().await;
}

// Would an audit notice?

/// A store with a bit of everything: applied for and given, paid and unpaid and cancelled.
async fn lived_in() -> std::path::PathBuf {
    let rig = Rig::sandbox().await;
    let new = [("AccessPointId", "ap-cn-hangzhou-yh-B"), ("LineOperator", "CT")];
    let mut applied = Vec::new();
    for _ in 0..2 {
        let back = rig.call("CreatePhysicalConnection", &new).await.ok();
        applied.push(back.body["PhysicalConnectionId"].as_str().expect("an id").to_owned());
    }
    rig.post("/clock", json!({"advance": "PT1S"})).await;
    let named = [("PhysicalConnectionId", applied[0].as_str())];
    rig.call("ConfirmPhysicalConnection", &named).await.ok();
    let mut call = month(&applied[0], "true").to_vec();
    call.push(("ClientToken", "applied"));
    rig.call(ORDER, &call).await.ok();
    let mut call = month("pc-sandboxconfirmed", "false").to_vec();
    call.push(("ClientToken", "given"));
    rig.call(ORDER, &call).await.ok();
    order(&rig, "sandbox-poor", POORS, "true").await.ok();
    rig.end_keeping().await
}

/// Damage done to a copy of the store at `path`; the invariants that an audit then names.
/// The SQL with each fixed text of the store replaced by its number.
fn with_numbers(db: &rusqlite::Connection, sql: &str) -> String {
    let mut words = db.prepare("SELECT text, n FROM words").expect("a store has words");
    let words = words.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("words");
    let words = words.collect::<rusqlite::Result<Vec<(String, i64)>>>().expect("words");
    words
        .iter()
        .fold(sql.to_owned(), |sql, (text, n)| sql.replace(&format!("'{text}'"), &n.to_string()))
}

fn broken_by(path: &Path, sql: &str) -> Vec<&'static str> {
    let folder = fresh_folder();
    let copy = folder.join("crossconnect.db");
    std::fs::copy(path, &copy).expect("a copy");
    let db = rusqlite::Connection::open(&copy).expect("a store");
    db.execute_batch(
        "PRAGMA ignore_check_constraints = ON; DROP TRIGGER postings_are_never_changed;",
    )
    .expect("guards are off");
    let sql = &with_numbers(&db, sql);
    db.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    assert!(db.total_changes() > 0, "{sql} changed nothing");
    drop(db);
    let report = Report::of(&copy).expect("a store");
    let findings = report.worlds.iter().flat_map(|(_, findings)| findings);
    let broken = findings.filter(|finding| !finding.offenders.is_empty());
    let broken = broken.map(|finding| finding.invariant).collect();
    let text = report.text();
    assert!(!report.holds() && text.contains("BROKEN"), "{sql}: {text}");
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
    broken
}

/// SQL that does damage, and the invariants that it breaks. Fixed texts stand for their numbers.
const DAMAGES: &[(&str, &[&str])] = &[
    ("UPDATE postings SET amount = -amount WHERE order_id > 0", &["L1", "L3", "O1"]),
    ("UPDATE postings SET debit = credit WHERE order_id > 0", &["L1", "L6", "L3", "O1", "O9"]),
    ("UPDATE postings SET credit = -'revenue:CNY' WHERE order_id > 0", &["L2"]),
    ("UPDATE postings SET currency = 'CNY' WHERE order_id > 0", &["L6"]),
    ("UPDATE accounts SET balance = balance + 1", &["L3"]),
    ("UPDATE accounts SET balance = -1 WHERE balance = 0", &["L3", "L4"]),
    ("UPDATE postings SET balance_after = balance_after + 1 WHERE order_id > 0", &["L3"]),
    ("DELETE FROM postings WHERE order_id IS NULL", &["L3"]),
    ("DELETE FROM postings WHERE order_id > 0", &["L3", "O1"]),
    // A second payment of one order, its balance made to fit.
    (
        "INSERT INTO postings SELECT id + 100, world, at, debit, credit, amount, currency, \
         balance_after - amount, order_id FROM postings WHERE order_id > 0; \
         UPDATE accounts SET balance = balance - 850000 WHERE balance > 0",
        &["O1"],
    ),
    // Money taken for an order that there is not.
    (
        "INSERT INTO postings SELECT id + 100, world, at, debit, credit, amount, currency, \
         balance_after - amount, 7 FROM postings WHERE order_id > 0; \
         UPDATE accounts SET balance = balance - 850000 WHERE balance > 0",
        &["O9"],
    ),
    // Money given for nothing, out of what was sold.
    (
        "INSERT INTO postings SELECT id + 100, world, at, credit, debit, amount, currency, \
         balance_after + amount, NULL FROM postings WHERE order_id > 0; \
         UPDATE accounts SET balance = balance + 850000 WHERE balance > 0",
        &["O9"],
    ),
    (
        "UPDATE orders SET status = 'Cancelled' WHERE status = 'Paid'",
        &["O1", "O2", "O6", "O8", "O9", "S3"],
    ),
    ("UPDATE orders SET status = 'Paid' WHERE status = 'Unpaid'", &["O1", "O2", "O7", "O6", "O8"]),
    ("UPDATE orders SET dies_at = created_at WHERE status = 'Paid'", &["O2"]),
    ("UPDATE orders SET cancel_cause = NULL WHERE status = 'Cancelled'", &["O2"]),
    // The paid order once more, under another number.
    (
        "INSERT INTO orders SELECT id + 100, world, account, circuit, region, port_type, \
         term_count, term_cycle, status, cancel_cause, amount, currency, price_version, \
         created_at, paid_at, dies_at, usage_start, usage_end, auto_renew, auto_renew_months, \
         by_time FROM orders WHERE status = 'Paid'",
        &["I4", "O1", "O4", "O8"],
    ),
    (
        "INSERT INTO orders SELECT id + 100, world, account, circuit, region, port_type, \
         term_count, term_cycle, status, cancel_cause, amount, currency, price_version, \
         created_at, paid_at, dies_at, usage_start, usage_end, auto_renew, auto_renew_months, \
         by_time FROM orders WHERE status = 'Unpaid'",
        &["I4", "O4"],
    ),
    ("DELETE FROM orders WHERE status = 'Unpaid'", &["O7", "I2"]),
    ("DELETE FROM orders WHERE status = 'Paid'", &["O9", "S3", "I2"]),
    ("UPDATE orders SET amount = amount + 1 WHERE status = 'Unpaid'", &["O5"]),
    ("UPDATE orders SET amount = amount + 1 WHERE status = 'Paid'", &["O1", "O5"]),
    ("UPDATE orders SET price_version = 9 WHERE status = 'Paid'", &["O5"]),
    ("UPDATE orders SET paid_at = NULL WHERE status = 'Paid'", &["O6"]),
    ("UPDATE orders SET paid_at = created_at - 1 WHERE status = 'Paid'", &["O6"]),
    ("UPDATE circuit_states SET open_order = NULL", &["O7"]),
    ("UPDATE circuit_states SET open_order = 7 WHERE open_order > 0", &["O7"]),
    ("UPDATE orders SET circuit = 'pc-nowhere' WHERE status = 'Cancelled'", &["O8"]),
    ("UPDATE orders SET account = 7 WHERE status = 'Cancelled'", &["O8", "I2"]),
    ("UPDATE circuit_states SET paid_order = NULL", &["O8", "S3"]),
    ("UPDATE circuit_states SET ends_at = ends_at + 1 WHERE paid_order > 0", &["S2"]),
    ("UPDATE orders SET usage_end = usage_end + 1 WHERE status = 'Paid'", &["S2"]),
    ("UPDATE circuit_states SET paid_order = 7 WHERE paid_order > 0", &["O8", "S3"]),
    (
        "UPDATE circuit_states SET status = 'Enabled' WHERE n IN \
         (SELECT n FROM circuits WHERE given = 0)",
        &["S3", "S5"],
    ),
    ("UPDATE accounts SET waiting_circuits = 4 WHERE balance > 0", &["S5"]),
    (
        "INSERT INTO receipts SELECT id + 100, world, account, region, kind, token, outcome, \
         circuit, order_id, marks, made_at, received_at FROM receipts \
         WHERE token = 'applied'",
        &["I1", "I3"],
    ),
    (
        "INSERT INTO receipts SELECT id + 100, world, account, region, kind, 'other', outcome, \
         circuit, order_id, marks, made_at, received_at FROM receipts \
         WHERE token = 'applied'",
        &["I3"],
    ),
    ("DELETE FROM receipts WHERE order_id = (SELECT MAX(order_id) FROM receipts)", &["I4"]),
    ("UPDATE receipts SET order_id = 7 WHERE token = 'given'", &["I2", "I4"]),
    ("UPDATE receipts SET account = 7 WHERE token = 'given'", &["I2"]),
    ("UPDATE receipts SET circuit = 'pc-nowhere' WHERE circuit IS NOT NULL", &["I2"]),
    // An order of a call passed off as one that time placed.
    ("UPDATE orders SET by_time = 1 WHERE status = 'Paid'", &["O8"]),
    ("INSERT INTO users (world, account, name) VALUES (0, 7, 'nobody')", &["A1"]),
    ("INSERT INTO keys (world, id, account, secret, active) VALUES (0, 'k', 7, 's', 1)", &["A2"]),
    (
        "INSERT INTO keys (world, id, account, user, secret, active) \
         VALUES (0, 'k', 1000000000000001, 'nobody', 's', 1)",
        &["A2"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_names_every_damage_that_was_planted() {
    let folder = lived_in().await;
    let path = folder.join("crossconnect.db");
    audit(&path);
    for (sql, expected) in DAMAGES {
        let mut broken = broken_by(&path, sql);
        let mut expected = expected.to_vec();
        broken.sort_unstable();
        expected.sort_unstable();
        assert_eq!(broken, expected, "{sql}");
    }
    let mut seen: Vec<&str> = DAMAGES.iter().flat_map(|(_, broken)| *broken).copied().collect();
    seen.sort_unstable();
    seen.dedup();
    let report = Report::of(&path).expect("a store");
    let mut all: Vec<&str> = report.worlds[0].1.iter().map(|finding| finding.invariant).collect();
    all.sort_unstable();
    assert_eq!(seen, all, "every invariant has been broken by some damage");
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_itself_refuses_a_changed_posting_and_a_balance_below_zero() {
    let folder = lived_in().await;
    let db = rusqlite::Connection::open(folder.join("crossconnect.db")).expect("a store");
    for sql in [
        "UPDATE postings SET amount = 1",
        "UPDATE accounts SET balance = -1",
        "INSERT INTO postings SELECT id + 100, world, at, debit, credit, -1, currency, 0, NULL \
         FROM postings LIMIT 1",
        "UPDATE orders SET amount = -1",
        "UPDATE orders SET paid_at = 'yesterday' WHERE paid_at > 0",
    ] {
        assert!(db.execute_batch(sql).is_err(), "{sql}");
    }
    drop(db);
    audit(&folder.join("crossconnect.db"));
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_ends_with_0_1_or_2_and_says_why() {
    let folder = lived_in().await;
    let path = folder.join("crossconnect.db");
    let store = format!("sqlite:{}", path.display());
    let audited = |store: &str, form: &[&str]| {
        let done = run(&[&["audit", "--store", store], form].concat());
        let text = String::from_utf8(done.stdout).expect("text");
        let said = String::from_utf8(done.stderr).expect("text");
        (done.status.code(), text, said)
    };
    let (code, text, _) = audited(&store, &[]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("CONSISTENT: 1 world(s)"), "{text}");
    let (code, text, _) = audited(&store, &["--json"]);
    let json: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((code, &json["consistent"]), (Some(0), &json!(true)));
    let db = rusqlite::Connection::open(&path).expect("a store");
    db.execute_batch("UPDATE accounts SET balance = balance + 1 WHERE balance = 0")
        .expect("damage is done");
    drop(db);
    let (code, text, _) = audited(&store, &[]);
    assert_eq!(code, Some(1));
    assert!(text.contains("FAIL L3") && text.contains(&format!("default/{POOR}")), "{text}");
    let (code, text, _) = audited(&store, &["--json"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("\"consistent\":false") && text.contains(POOR), "{text}");
    let db = rusqlite::Connection::open(&path).expect("a store");
    db.execute_batch("INSERT INTO words VALUES (9999, 'Lost'); UPDATE orders SET status = 9999")
        .expect("damage is done");
    drop(db);
    let (code, _, said) = audited(&store, &[]);
    assert_eq!(code, Some(2), "a word that no release wrote");
    assert!(said.contains("Lost"), "{said}");
    std::fs::write(&path, "this is no database, whatever its name says").expect("a file");
    let nowhere = format!("sqlite:{}", folder.join("nothing.db").display());
    let folder_itself = format!("sqlite:{}", folder.display());
    for store in [&store, &nowhere, &folder_itself, "postgres://nowhere", "sqlite:"] {
        let (code, text, said) = audited(store, &[]);
        assert_eq!((code, text.as_str()), (Some(2), ""), "{store}");
        assert!(said.starts_with("crossconnect: "), "{said}");
    }
    assert!(!folder.join("nothing.db").exists(), "an audit makes no store");
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}
