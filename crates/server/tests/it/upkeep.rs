//! Promises that were once broken, or nearly: each test keeps one of them from breaking again.

use crate::rig::{
    Line, ORDER, READY, RICH, Rig, VPC, Wired, fresh_folder, head, prepaid, stopped_clock,
};
use crossconnect::config::Config;
use crossconnect::keys::SANDBOX_SECRET;
use crossconnect::server::{Parts, Server};
use domain::Timestamp;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;
use wire::client::Signed;

const REGIONS: &str = "DescribeRegions";

/// An order of a month for a circuit.
fn month<'a>(circuit: &'a str, pay: &'a str, token: &'a str) -> [(&'a str, &'a str); 5] {
    prepaid(circuit, "1", pay, token)
}

/// Why a server does not start on this file.
async fn start_refused(file: &Path, sandbox: &str) -> String {
    let store = format!("sqlite:{}", file.display());
    let settings =
        [("listen", "127.0.0.1:0"), ("store", &*store), ("log", "off"), ("sandbox", sandbox)];
    let config = Config::with(&settings).expect("settings of a test");
    let started = Server::start(config, Parts::default()).await;
    started.err().expect("it does not start")
}

/// A control call byte for byte, with these headers besides its length; `host` unless given.
async fn told(
    rig: &Rig,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Wired {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut text = format!("{method} /control/v1{path} HTTP/1.1\r\n");
    if !headers.iter().any(|(name, _)| *name == "host") {
        let _ = write!(text, "host: {}\r\n", rig.address);
    }
    for (name, value) in headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    let _ = write!(text, "content-length: {}\r\n\r\n{body}", body.len());
    let mut line = Line::open(rig).await;
    line.say(text).await;
    line.hear().await
}

/// The orders of the default world.
async fn orders(rig: &Rig) -> Vec<Value> {
    rig.state().await["orders"].as_array().expect("orders").clone()
}

// Stores and their kinds.

const BEARER: [(&str, &str); 1] = [("authorization", "Bearer t")];

/// The default world without its clock, as the operator who has the token sees it.
async fn world_for_operator(rig: &Rig) -> Value {
    let mut state = told(rig, "GET", "/state", &BEARER, &Value::Null).await.ok().json();
    let clock = state.as_object_mut().expect("a world").remove("clock");
    assert!(clock.is_some(), "{state}");
    state
}

#[tokio::test(flavor = "multi_thread")]
async fn sandbox_on_a_store_in_use_is_refused_and_changes_nothing() {
    let plain = [("sandbox", "false"), ("control_token", "t")];
    let rig = Rig::with(&plain).await;
    let account = json!({"account": "42", "currency": "CNY"});
    told(&rig, "POST", "/accounts", &BEARER, &account).await.ok();
    told(&rig, "POST", "/accounts/42/credit", &BEARER, &json!({"amount": "5.25"})).await.ok();
    let before = world_for_operator(&rig).await;
    let file = rig.store_path();
    let folder = rig.end_keeping().await;
    let why = start_refused(&file, "true").await;
    assert!(why.contains("no sandbox's") && why.contains("--sandbox"), "{why}");
    let rig = Rig::open(&folder, &plain, Parts::default()).await;
    let after = world_for_operator(&rig).await;
    assert_eq!(after, before);
    let accounts = after["accounts"].as_array().expect("accounts");
    assert_eq!(accounts.len(), 1, "{after}");
    assert_eq!((&accounts[0]["account"], &accounts[0]["balance"]), (&json!("42"), &json!("5.25")));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_that_comes_through_a_symlink_is_refused() {
    let rig = Rig::sandbox().await;
    let elsewhere = fresh_folder();
    let link = elsewhere.join("other-name.db");
    std::os::unix::fs::symlink(rig.store_path(), &link).expect("a link");
    let why = start_refused(&link, "true").await;
    assert!(why.contains("another crossconnect has"), "{why}");
    rig.call(ORDER, &month(READY, "true", "once")).await.ok();
    std::fs::remove_dir_all(elsewhere).expect("the folder was the test's own");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_whose_clock_was_moved_is_served_as_a_sandbox_only() {
    let rig = Rig::sandbox().await;
    rig.advance("P30D").await;
    let moved = rig.state().await["clock"].as_str().expect("a time").to_owned();
    let file = rig.store_path();
    let folder = rig.end_keeping().await;
    let why = start_refused(&file, "false").await;
    assert!(why.contains("clock was moved") && why.contains("--sandbox"), "{why}");
    let rig = Rig::open(&folder, &[], Parts::default()).await;
    assert!(rig.state().await["clock"].as_str() >= Some(&*moved));
    rig.end().await;
}

// Time.

/// Calls in a loop, until told to stop: looks, and orders that are refused. How many.
async fn keep_calling(rig: Arc<Rig>, ended: Arc<AtomicBool>) -> usize {
    let mut count = 0;
    while !ended.load(Ordering::Acquire) {
        rig.call("DescribePhysicalConnections", &[]).await.ok();
        let refused = rig.call(ORDER, &month("pc-sandboxenabled", "true", "never")).await;
        refused.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
        count += 2;
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_in_flight_during_a_reset_do_not_move_the_new_worlds_time() {
    let rig = Arc::new(Rig::sandbox().await);
    let ended = Arc::new(AtomicBool::new(false));
    let mut callers = JoinSet::new();
    for _ in 0..8 {
        callers.spawn(keep_calling(Arc::clone(&rig), Arc::clone(&ended)));
    }
    for _ in 0..5 {
        rig.advance("P365D").await;
        rig.post("/reset", Value::Null).await;
    }
    ended.store(true, Ordering::Release);
    let counts = callers.join_all().await;
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    rig.call(ORDER, &month(READY, "true", "once")).await.ok();
    let state = rig.state().await;
    let at =
        |value: &Value| Timestamp::parse(value.as_str().expect("a time")).expect("a time").ms();
    let (clock, made) = (at(&state["clock"]), at(&state["orders"][0]["created_at"]));
    assert!(clock.abs_diff(made) < 60_000, "made at {made}, told at {clock}");
    let wall = rig.app.clock.wall().ms();
    assert!(clock.abs_diff(wall) < 60_000, "{clock} where the wall shows {wall}");
    Arc::into_inner(rig).expect("no task has it any more").end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_2019_a_period_may_end_in_9998_and_not_in_9999() {
    let clock = Some(stopped_clock("2026-11-22T08:00:00Z"));
    let rig = Rig::open(&fresh_folder(), &[], Parts { clock, ..Parts::default() }).await;
    let call = |years| {
        let mut call = month(READY, "false", "once").to_vec();
        call[2].1 = years;
        call.push(("PricingCycle", "Year"));
        call
    };
    let back = rig.call_as("sandbox-2019", VPC, ORDER, &call("7973")).await;
    back.refused(400, "InvalidPhysicalConnectionPeriod.Malformed");
    assert!(orders(&rig).await.is_empty());
    let back = rig.call_as("sandbox-2019", VPC, ORDER, &call("7972")).await.ok();
    let made = orders(&rig).await;
    assert_eq!((made.len(), &made[0]["status"]), (1, &json!("Unpaid")));
    assert_eq!(made[0]["id"], back.order_id());
    rig.credit(RICH, "10000000.00").await;
    rig.post(&format!("/orders/{}/pay", back.order_id()), Value::Null).await;
    let state = rig.state().await;
    let circuits = state["circuits"].as_array().expect("circuits");
    let paid = circuits.iter().find(|circuit| circuit["id"] == READY).expect("it is there");
    assert_eq!(paid["ends_at"], "9998-11-22T16:00:00Z");
    rig.end().await;
}

/// How many orders die at once.
const DYING: usize = 3_000;

#[tokio::test(flavor = "multi_thread")]
async fn three_thousand_orders_that_die_by_one_move_of_the_clock_take_less_than_three_seconds() {
    let rig = Arc::new(Rig::sandbox().await);
    let mut calls = JoinSet::new();
    for id in rig.circuits(DYING).await {
        let rig = Arc::clone(&rig);
        calls.spawn(async move {
            rig.call(ORDER, &month(&id, "false", &id)).await.ok();
        });
    }
    calls.join_all().await;
    let moved = rig.post("/clock", json!({"advance": "P8D"}));
    timeout(Duration::from_secs(3), moved).await.expect("less than three seconds");
    let all = orders(&rig).await;
    let dead = all.iter().filter(|order| order["status"] == "Cancelled").count();
    assert_eq!((all.len(), dead), (DYING, DYING));
    Arc::into_inner(rig).expect("no task has it any more").end().await;
}

// Who is let in.

/// When [`ROA`] was signed.
const SIGNED_AT: &str = "2026-11-22T08:00:00Z";
const QUERY: &str = "AutoPay=true&PhysicalConnectionId=pc-sandboxconfirmed&RegionId=cn-hangzhou";

/// Where an order is named, and the signature of the sandbox's key over the request that
/// [`roa`] makes of it. Made by the hmac of Python over the string to sign of wire dossier 1.2b.
const ROA: [(bool, &str); 2] =
    [(false, "KFrf1WwdzeijPj13zUvELxVrJLE="), (true, "JG36Zj4xwL9ZDdPouNjXOY4pqJQ=")];

/// An order by ROA 1.0, to `/`; the operation in a header or in the query.
fn roa(in_header: bool, signature: &str) -> Signed {
    let mut headers = vec![
        ("accept", "application/json".to_owned()),
        ("authorization", format!("acs sandbox:{signature}")),
        ("date", "Sun, 22 Nov 2026 08:00:00 GMT".into()),
        ("x-acs-signature-method", "HMAC-SHA1".into()),
        ("x-acs-signature-version", "1.0".into()),
        ("x-acs-version", VPC.into()),
    ];
    if in_header {
        headers.push(("x-acs-action", ORDER.into()));
    }
    let target = if in_header { format!("/?{QUERY}") } else { format!("/?Action={ORDER}&{QUERY}") };
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Signed { method: "POST".into(), target, headers, body: Vec::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_style_signature_opens_no_operation_of_the_rpc_gateway() {
    let clock = Some(stopped_clock(SIGNED_AT));
    let rig = Rig::open(&fresh_folder(), &[], Parts { clock, ..Parts::default() }).await;
    for (in_header, signature) in ROA {
        rig.send(&roa(in_header, signature)).await.refused(404, "InvalidAction.NotFound");
        // It was the signature that let it get so far.
        let wrong = signature.to_lowercase();
        rig.send(&roa(in_header, &wrong)).await.refused(400, "SignatureDoesNotMatch");
    }
    assert!(orders(&rig).await.is_empty());
    assert_eq!(rig.balance("sandbox").await, "100000.00");
    // The same order is a good one where it belongs.
    rig.call(ORDER, &[("AutoPay", "true"), ("PhysicalConnectionId", READY)]).await.ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_of_an_accepted_write_stays_used_over_a_moved_clock_and_a_restart() {
    let rig = Rig::sandbox().await;
    let order = month(READY, "true", "once");
    let signed = rig.sign("sandbox", SANDBOX_SECRET, VPC, ORDER, &order);
    rig.send(&signed).await.ok();
    rig.advance("P8D").await;
    rig.call("DescribePhysicalConnections", &[]).await.ok();
    let folder = rig.end_keeping().await;
    let rig = Rig::open(&folder, &[], Parts::default()).await;
    rig.send(&signed).await.refused(400, "SignatureNonceUsed");
    assert_eq!(orders(&rig).await.len(), 1);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_control_call_that_a_web_page_may_have_sent_is_refused() {
    let rig = Rig::sandbox().await;
    let port = rig.address.port();
    let host = |name: &str| format!("{name}:{port}");
    let credit = json!({"amount": "1.00"});
    let path = format!("/accounts/{RICH}/credit");
    let (own, rebound) = (format!("http://{}", rig.address), host("rebound.example"));
    for headers in [
        [("origin", "https://page.example")],
        [("origin", "null")],
        [("origin", &*own)],
        [("host", "page.example")],
        [("host", &*rebound)],
        [("host", &*host("localhost.page.example"))],
        [("host", &*host("127.0.0.1.page.example"))],
        [("host", &*host("192.0.2.1"))],
        [("host", "")],
    ] {
        let refused = told(&rig, "POST", &path, &headers, &credit).await;
        assert_eq!(refused.status, 401, "{headers:?}: {refused:?}");
        assert_eq!(refused.json()["error"]["code"], "unauthorized");
    }
    assert_eq!(rig.balance("sandbox").await, "100000.00");
    for name in ["localhost", "127.0.0.1", "127.0.0.2", "[::1]"] {
        for host in [host(name), name.to_owned()] {
            told(&rig, "GET", "/state", &[("host", &host)], &Value::Null).await.ok();
        }
    }
    rig.end().await;
}

// What goes over connections.

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_never_comes_to_a_request_is_closed_after_the_idle_timeout() {
    let rig = Rig::with(&[("idle_timeout", "PT0.3S")]).await;
    for start in ["", "P", "PRI * HTTP/2.0\r\n", "POST / HTTP/1.1\r\nhost: x\r\n"] {
        let mut line = Line::open(&rig).await;
        if !start.is_empty() {
            line.say(start).await;
        }
        let heard = timeout(Duration::from_secs(3), line.hear_all()).await;
        assert!(heard.is_ok(), "{start:?} keeps its place");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_20_000_chunks_of_one_byte_is_answered_within_two_seconds() {
    let rig = Rig::sandbox().await;
    let note = "x".repeat(20_000 - "RegionId=cn-hangzhou&Note=".len());
    let action = "GetPhysicalConnectionServiceStatus";
    let signed = rig.sign("sandbox", SANDBOX_SECRET, VPC, action, &[("Note", &note)]);
    assert!((19_900..=20_100).contains(&signed.body.len()), "{}", signed.body.len());
    let mut text = head(&rig, &signed) + "transfer-encoding: chunked\r\n\r\n";
    for byte in std::str::from_utf8(&signed.body).expect("ASCII").chars() {
        let _ = write!(text, "1\r\n{byte}\r\n");
    }
    text.push_str("0\r\n\r\n");
    let mut line = Line::open(&rig).await;
    let answer = async {
        line.say(text).await;
        line.hear().await
    };
    let answer = timeout(Duration::from_secs(2), answer).await.expect("within two seconds");
    assert_eq!(answer.ok().json()["Enabled"], true);
    rig.end().await;
}

// Answers and faults.

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_shortfall_told_as_an_error_carries_the_first_requests_id() {
    let rig = Rig::with(&[("insufficient_balance", "error")]).await;
    let call = month("pc-sandboxpoor", "true", "once");
    let first = rig.call_as("sandbox-poor", VPC, ORDER, &call).await;
    first.refused(400, "PAY.INSUFFICIENT_BALANCE");
    assert_eq!(first.replay_of, None);
    for _ in 0..2 {
        let again = rig.call_as("sandbox-poor", VPC, ORDER, &call).await;
        again.refused(400, "PAY.INSUFFICIENT_BALANCE");
        assert_eq!(again.replay_of.as_ref(), Some(&first.request_id));
        assert_ne!(again.request_id, first.request_id);
    }
    assert_eq!(orders(&rig).await.len(), 1);
    rig.end().await;
}

/// A fault of some kind after the commit.
fn late(action: &str, kind: &str) -> Value {
    json!({"action": action, "kind": kind, "milliseconds": 1_u32, "after_commit": true})
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_that_can_never_happen_are_refused() {
    let rig = Rig::sandbox().await;
    for fault in [
        json!({"action": REGIONS, "kind": "drop_after_commit"}),
        late(REGIONS, "latency"),
        late(ORDER, "drop_before"),
        late(ORDER, "throttle"),
        late(ORDER, "unavailable"),
        late(ORDER, "error"),
    ] {
        let (status, answer) = rig.control("POST", "/faults", &fault).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &json!("bad_request")), "{fault}");
    }
    // None of them waits.
    rig.call(REGIONS, &[]).await.ok();
    rig.call(ORDER, &month(READY, "true", "once")).await.ok();
    for fault in [
        json!({"action": ORDER, "kind": "drop_after_commit"}),
        json!({"action": "*", "kind": "drop_after_commit"}),
        late(ORDER, "latency"),
    ] {
        rig.post("/faults", fault).await;
    }
    rig.end().await;
}
