//! A whole world: its state, its clock, its reset, and what it was asked.

use super::{month, refused};
use crate::rig::{
    BSS, Gate, Line, ORDER, POOR, READY, RICH, Rig, STATUSES, VPC, fresh_folder, stopped_clock,
};
use crossconnect::keys::SANDBOX_SECRET;
use crossconnect::server::Parts;
use serde_json::{Value, json};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn the_state_is_the_documented_world_and_shows_no_secret() {
    let rig = Rig::sandbox().await;
    let state = rig.state().await;
    let accounts: Vec<_> = state["accounts"].as_array().expect("accounts").iter().collect();
    let told = |account: &Value| {
        let text = |name: &str| account[name].as_str().expect("a text").to_owned();
        (text("account"), text("currency"), text("balance"))
    };
    let expected = [(RICH, "USD", "100000.00"), (POOR, "USD", "0.00")];
    let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
    assert_eq!(accounts.iter().map(|a| told(a)).collect::<Vec<_>>(), expected);
    let circuits = state["circuits"].as_array().expect("circuits");
    for (circuit, status) in circuits.iter().zip(STATUSES) {
        let id = format!("pc-sandbox{}", status.to_lowercase().replace(' ', ""));
        assert_eq!((&circuit["id"], &circuit["status"]), (&json!(id), &json!(status)));
        assert_eq!(
            (&circuit["account"], &circuit["region"]),
            (&json!(RICH), &json!("cn-hangzhou"))
        );
        assert_eq!(circuit["port_type"], "1000Base-LX");
    }
    let last = circuits.last().expect("the poor one");
    assert_eq!((&last["id"], &last["account"]), (&json!("pc-sandboxpoor"), &json!(POOR)));
    assert_eq!(circuits.len(), 12);
    assert_eq!(state["orders"], json!([]));
    rig.put_key(
        RICH,
        "mine",
        json!({"secret": "hush-hush",
        "security_token": "hush-token", "bearer_token": "hush-bearer"}),
    )
    .await;
    let text = rig.state().await.to_string();
    assert!(text.contains("mine") && !text.contains("hush"), "{text}");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_is_advanced_and_set_and_never_goes_back() {
    let parts = Parts { clock: Some(stopped_clock("2026-11-22T08:00:00Z")), ..Parts::default() };
    let rig = Rig::open(&fresh_folder(), &[], parts).await;
    for (how, now) in [
        (json!({"advance": "PT0S"}), "2026-11-22T08:00:00Z"),
        (json!({"advance": "P30D"}), "2026-12-22T08:00:00Z"),
        (json!({"advance": "P1W"}), "2026-12-29T08:00:00Z"),
        (json!({"advance": "PT1H30M"}), "2026-12-29T09:30:00Z"),
        (json!({"set": "2027-01-01T00:00:00Z"}), "2027-01-01T00:00:00Z"),
        (json!({"set": "2027-01-01T08:00:00+08:00"}), "2027-01-01T00:00:00Z"),
        (json!({"set": "2027-01-01T00:00:00.5Z"}), "2027-01-01T00:00:00Z"),
        (json!({"set": "2027-01-31T08:00:00Z"}), "2027-01-31T08:00:00Z"),
        (json!({"advance": "P1M"}), "2027-02-28T08:00:00Z"),
        (json!({"advance": "P1Y1D"}), "2028-02-29T08:00:00Z"),
    ] {
        assert_eq!(rig.post("/clock", how).await["clock"], now);
        assert_eq!(rig.control("GET", "/clock", &Value::Null).await.1["clock"], now);
        assert_eq!(rig.state().await["clock"], now);
    }
    for (how, status, code) in [
        (json!({"set": "2027-01-01T00:00:00.499Z"}), 409, "clock_back"),
        (json!({"set": "2026-11-22T08:00:00Z"}), 409, "clock_back"),
        (json!({"advance": "-PT1S"}), 409, "clock_back"),
        (json!({"advance": "soon"}), 400, "bad_request"),
        (json!({"advance": "P9999999999999D"}), 400, "bad_request"),
        (json!({"set": "tomorrow"}), 400, "bad_request"),
        (json!({"set": "9999-12-31T23:59:59Z"}), 400, "bad_request"),
        (json!({"advance": "PT1S", "set": "2028-01-01T00:00:00Z"}), 400, "bad_request"),
        (json!({}), 400, "bad_request"),
    ] {
        refused(&rig, "/clock", how, status, code).await;
    }
    assert_eq!(rig.state().await["clock"], "2028-02-29T08:00:00Z");
    rig.end().await;
}

/// Who comes while another moves the clock is refused, and nothing of his move happens.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn clocks_advanced_by_many_at_once_lose_no_step() {
    let parts = Parts { clock: Some(stopped_clock("2026-11-22T08:00:00Z")), ..Parts::default() };
    let rig = Arc::new(Rig::open(&fresh_folder(), &[], parts).await);
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let rig = Arc::clone(&rig);
            let hour = json!({"advance": "PT1H"});
            tokio::spawn(async move { rig.control("POST", "/clock", &hour).await })
        })
        .collect();
    let mut hours = 0;
    for task in tasks {
        match task.await.expect("it is answered") {
            (200, _) => hours += 1,
            (409, refused) => assert_eq!(refused["error"]["code"], "clock_moving"),
            other => panic!("{other:?}"),
        }
    }
    let start = domain::Timestamp::parse("2026-11-22T08:00:00Z").expect("a test instant");
    let moved = start.plus_ms(hours * 3_600_000).to_string();
    assert!(hours > 0);
    assert_eq!(rig.state().await["clock"], moved.as_str());
    Arc::into_inner(rig).expect("no task has it any more").end().await;
}

/// His turn is not another's before what he began is done.
#[tokio::test(flavor = "multi_thread")]
async fn who_moves_the_clock_and_goes_away_has_moved_it_once() {
    let (gate, parts) = Gate::parts();
    let parts = Parts { clock: Some(stopped_clock("2026-11-22T08:00:00Z")), ..parts };
    let rig = Rig::open(&fresh_folder(), &[], parts).await;
    rig.control("GET", "/clock", &Value::Null).await;
    gate.shut();
    let mut line = Line::open(&rig).await;
    let ask = "POST /control/v1/clock HTTP/1.1\r\nHost: localhost\r\nContent-Length: 17\r\n\r\n";
    line.say(format!("{ask}{}", r#"{"advance":"P1D"}"#)).await;
    gate.reached().await;
    drop(line);
    for _ in 0..20 {
        refused(&rig, "/clock", json!({"advance": "P1D"}), 409, "clock_moving").await;
    }
    gate.open();
    let moved = loop {
        let (_, told) = rig.control("GET", "/clock", &Value::Null).await;
        if told["moving"].is_null() {
            break told;
        }
    };
    assert_eq!(moved["clock"], "2026-11-23T08:00:00Z");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_brings_back_the_fixed_world() {
    let rig = Rig::sandbox().await;
    rig.call(ORDER, &month(READY, "once")).await.ok();
    rig.advance("P90D").await;
    let reset = rig.post("/reset", Value::Null).await;
    let state = rig.state().await;
    assert!(state["clock"].as_str() >= reset["clock"].as_str());
    assert_eq!(state["orders"], json!([]));
    assert_eq!(rig.balance("sandbox").await, "100000.00");
    let first = rig.call(ORDER, &month(READY, "once")).await.ok();
    assert_eq!(first.replay_of, None);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_remembered_to_a_number_and_without_what_proves_the_caller() {
    let rig = Rig::with(&[("requests_kept", "3")]).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        let back = rig.call(ORDER, &month("pc-sandboxenabled", "sesame")).await;
        ids.push(back.request_id);
    }
    ids.reverse();
    let recent = async |query: &str| {
        let (status, found) = rig.control("GET", &format!("/requests{query}"), &Value::Null).await;
        assert_eq!(status, 200, "{found}");
        found["requests"].as_array().expect("requests").clone()
    };
    let all = recent("").await;
    let told: Vec<_> = all.iter().map(|r| r["request_id"].as_str().expect("an id")).collect();
    assert_eq!(told, ids[..3].iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(recent("?count=2").await.len(), 2);
    assert_eq!(recent("?count=0").await.len(), 0);
    let newest = &all[0];
    for (name, value) in [
        ("action", json!(ORDER)),
        ("version", json!(VPC)),
        ("access_key_id", json!("sandbox")),
        ("account", json!(RICH)),
        ("edition", json!("2025-09")),
        ("world", json!("default")),
        ("status", json!(400)),
        ("code", json!("INSTANCE.STATUS.NOT.ALLOW")),
    ] {
        assert_eq!(newest[name], value, "{name}");
    }
    let text = Value::Array(all.clone()).to_string();
    for proof in ["Signature=", "SignatureNonce", SANDBOX_SECRET] {
        assert!(!text.contains(proof), "{proof} is kept: {text}");
    }
    let find = async |id: &str| rig.control("GET", &format!("/requests/{id}"), &Value::Null).await;
    assert_eq!(find(&ids[0].to_lowercase()).await.1["request_id"], ids[0].as_str());
    for id in [&ids[4], "nonsense"] {
        let (status, answer) = find(id).await;
        assert_eq!((status, &answer["error"]["code"]), (404, &json!("no_such_request")));
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_is_answered_as_the_state_shows_it() {
    let rig = Rig::sandbox().await;
    let mut call = month(READY, "once");
    call[3].1 = "false";
    let id = rig.call(ORDER, &call).await.ok().order_id();
    let paid = rig.post(&format!("/orders/{id}/pay"), Value::Null).await;
    assert_eq!(paid, rig.state().await["orders"][0]);
    assert_eq!((&paid["status"], &paid["amount"]), (&json!("Paid"), &json!("85.00")));
    refused(&rig, &format!("/orders/{id}/pay"), Value::Null, 409, "order_not_unpaid").await;
    refused(&rig, "/orders/x/pay", Value::Null, 404, "no_such_order").await;
    let credit = rig.post(&format!("/accounts/{RICH}/credit"), json!({"amount": "0.5"})).await;
    assert_eq!((&credit["account"], &credit["balance"]), (&json!(RICH), &json!("99915.50")));
    let told = rig.call_as("sandbox", BSS, "QueryAccountBalance", &[]).await.ok();
    assert_eq!(told.body["Data"]["AvailableAmount"], "99,915.50");
    rig.end().await;
}
