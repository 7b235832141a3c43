//! What there is and how it came to be, page by page.

use super::{month, only_an_error};
use crate::rig::{BSS, ORDER, POOR, READY, RICH, Rig, VPC, fresh_folder, stopped_clock};
use crossconnect::server::Parts;
use serde_json::{Value, json};

async fn get(rig: &Rig, path: &str) -> Value {
    let (status, told) = rig.control("GET", path, &Value::Null).await;
    assert_eq!(status, 200, "{path}: {told}");
    told
}

/// All of a list, so many at a time.
async fn all(rig: &Rig, path: &str, name: &str, limit: usize) -> Vec<Value> {
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let told = get(rig, &format!("{path}&limit={limit}{after}")).await;
        let part = told[name].as_array().expect("a list");
        assert!(part.len() <= limit, "{told}");
        found.extend(part.iter().cloned());
        let Some(next) = told["next"].as_str() else { return found };
        assert_eq!((part.len(), &part[limit - 1]["id"]), (limit, &json!(next)));
        after = format!("&after={next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn circuits_and_orders_are_told_in_parts_that_are_the_whole_together() {
    let rig = Rig::sandbox().await;
    rig.circuits(5).await;
    for circuit in rig.circuits(3).await {
        rig.call(ORDER, &month(&circuit, &circuit)).await.ok();
    }
    let state = rig.state().await;
    for limit in [1, 2, 100] {
        let circuits = all(&rig, "/circuits?", "circuits", limit).await;
        assert_eq!(json!(circuits), state["circuits"], "{limit}");
        let orders = all(&rig, "/orders?", "orders", limit).await;
        assert_eq!(json!(orders), state["orders"], "{limit}");
    }
    let waiting = format!("/circuits?account={RICH}&status=Confirmed");
    assert_eq!(all(&rig, &waiting, "circuits", 4).await.len(), 6);
    let failed = all(&rig, "/circuits?status=Allocation%20Failed", "circuits", 1).await;
    assert_eq!(failed[0]["id"], "pc-sandboxallocationfailed");
    assert_eq!(all(&rig, &format!("/circuits?account={POOR}"), "circuits", 1).await.len(), 1);
    assert_eq!(all(&rig, "/orders?status=Unpaid", "orders", 1).await, [] as [Value; 0]);
    assert_eq!(get(&rig, "/worlds/other/orders").await, json!({"orders": [], "next": null}));
    assert_eq!(get(&rig, "/circuits?after=pc-nobody").await["circuits"], json!([]));
    for (path, status) in [
        ("/circuits?limit=0", 400),
        ("/circuits?limit=1001", 400),
        ("/circuits?limit=x", 400),
        ("/circuits?after=x", 400),
        ("/circuits?status=Broken", 400),
        ("/circuits?colour=red", 400),
        ("/orders?after=0", 400),
        ("/orders?status=Open", 400),
        ("/accounts/1/postings", 404),
        ("/accounts/x/bills", 404),
        (&format!("/accounts/{RICH}/postings?status=Paid"), 400),
        (&format!("/accounts/{RICH}/bills?month=2026-13"), 400),
        ("/circuits/pc-nobody/history", 404),
        ("/orders/1/history", 404),
    ] {
        let (got, told) = rig.control("GET", path, &Value::Null).await;
        assert_eq!(got, status, "{path}: {told}");
        only_an_error(&told);
    }
    rig.end().await;
}

/// 2026-12-01 08:00 in UTC+8: a circuit that is paid as it goes was billed, an order for another
/// died, and money came. With the request of the first order, and the number of the second.
async fn november() -> (Rig, String, String) {
    let parts = Parts { clock: Some(stopped_clock("2026-11-22T08:00:00Z")), ..Parts::default() };
    let rig = Rig::open(&fresh_folder(), &[], parts).await;
    let order = |circuit| [("PhysicalConnectionId", circuit), ("InstanceChargeType", "PostPaid")];
    let placed = rig.call_as("sandbox-2020", VPC, ORDER, &order(READY)).await.ok();
    let unpaid = [("AutoPay", "false"), ("Period", "1")];
    let other = rig.circuit("Confirmed").await;
    let unpaid = [&order(&other)[..1], &unpaid].concat();
    let dying = rig.call(ORDER, &unpaid).await.ok().order_id();
    rig.post("/clock", json!({"set": "2026-12-01T00:00:00Z"})).await;
    rig.credit(RICH, "0.5").await;
    (rig, placed.request_id, dying)
}

#[tokio::test(flavor = "multi_thread")]
async fn postings_and_bills_say_what_was_paid_and_what_was_used() {
    let (rig, ..) = november().await;
    let path = format!("/accounts/{RICH}/postings?");
    let postings = all(&rig, &path, "postings", 3).await;
    let told: Vec<_> = postings.iter().map(|one| (&one["kind"], &one["balance_after"])).collect();
    let expected = [
        ("top_up", "100000.00"),
        ("payment", "100000.00"),
        ("payment", "99974.50"),
        ("top_up", "99975.00"),
    ]
    .map(|(kind, balance)| (json!(kind), json!(balance)));
    assert!(told.iter().copied().eq(expected.iter().map(|(a, b)| (a, b))), "{postings:?}");
    assert_eq!((&postings[2]["id"], &postings[2]["amount"]), (&json!("3"), &json!("25.50")));

    let bills = all(&rig, &format!("/accounts/{RICH}/bills?"), "bills", 1).await;
    let [bill] = &bills[..] else { panic!("one bill: {bills:?}") };
    assert_eq!(bill["id"], postings[2]["order"]);
    for (name, value) in [
        ("circuit", READY),
        ("status", "Paid"),
        ("amount", "25.50"),
        ("used_from", "2026-11-22T08:00:00Z"),
        ("used_until", "2026-11-30T16:00:00Z"),
        ("paid_at", "2026-11-30T16:00:00Z"),
    ] {
        assert_eq!(bill[name], value, "{name}");
    }
    let lines = get(&rig, &format!("/accounts/{RICH}/bills?month=2026-11")).await;
    assert_eq!((&lines["month"], &lines["next"]), (&json!("2026-11"), &Value::Null));
    let line = &lines["lines"][0];
    assert_eq!((&line["kind"], &line["id"]), (&json!("usage"), &bill["id"]));
    assert_eq!(
        (&line["amount"], lines["lines"].as_array().map(Vec::len)),
        (&json!("25.50"), Some(1))
    );
    let wire = rig.call_as("sandbox", BSS, "QueryBill", &[("BillingCycle", "2026-11")]).await.ok();
    assert_eq!(wire.body["Data"]["Items"]["Item"][0]["RecordID"], line["id"]);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn histories_say_what_became_of_circuits_and_orders_when_and_why() {
    let (rig, placed, dying) = november().await;
    let history = get(&rig, &format!("/circuits/{READY}/history")).await["history"].clone();
    let steps = history.as_array().expect("a list");
    let told: Vec<_> = steps.iter().map(|step| (&step["cause"], &step["status"])).collect();
    let [operator, call, bill] = ["operator", "call", "bill"].map(Value::from);
    let [confirmed, enabled] = ["Confirmed", "Enabled"].map(Value::from);
    assert_eq!(told, [(&operator, &confirmed), (&call, &enabled), (&bill, &enabled)]);
    assert_eq!(steps[1]["request_id"], placed);
    assert_eq!(steps[1]["locks"], json!({"financial": false, "security": false}));
    assert_eq!(steps[2]["at"], "2026-11-30T16:00:00Z");

    let history = get(&rig, &format!("/orders/{dying}/history")).await["history"].clone();
    let steps = history.as_array().expect("a list");
    let told: Vec<_> =
        steps.iter().map(|step| (&step["cause"], &step["status"], &step["at"])).collect();
    let expected = [
        ("call", "Unpaid", "2026-11-22T08:00:00Z"),
        ("order_expiry", "Cancelled", "2026-11-29T08:00:00Z"),
    ]
    .map(|(cause, status, at)| (json!(cause), json!(status), json!(at)));
    assert!(told.iter().copied().eq(expected.iter().map(|(a, b, c)| (a, b, c))), "{history}");
    assert_eq!(steps[0]["request_id"].as_str().map(str::len), Some(36));
    rig.end().await;
}
