//! Time travel: worlds that are saved and put back, forked and removed.

mod command;
mod forks;
mod removal;

use crate::rig::{BSS, ORDER, READY, RICH, Rig, VPC, fresh_folder, prepaid, stopped_clock};
use crossconnect::clock::Clock;
use crossconnect::keys::SANDBOX_SECRET;
use crossconnect::server::Parts;
use domain::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

/// An order of a month for a circuit, paid at once.
fn month<'a>(circuit: &'a str, token: &'a str) -> [(&'a str, &'a str); 5] {
    prepaid(circuit, "1", "true", token)
}

/// Where a world's calls are.
fn path(world: &str, path: &str) -> String {
    match world {
        "default" => path.to_owned(),
        name => format!("/worlds/{name}{path}"),
    }
}

/// All of a world.
async fn state_of(rig: &Rig, world: &str) -> Value {
    let (status, mut state) = rig.control("GET", &path(world, "/state"), &Value::Null).await;
    assert_eq!(status, 200, "{state}");
    state.as_object_mut().expect("an object").remove("world");
    state
}

async fn save(rig: &Rig, world: &str, name: &str) -> Value {
    rig.post(&path(world, "/snapshots"), json!({"name": name})).await
}

async fn restore(rig: &Rig, world: &str, name: &str) -> Value {
    rig.post(&path(world, &format!("/snapshots/{name}/restore")), Value::Null).await
}

/// A control call that is refused so.
async fn refused(rig: &Rig, call: (&str, &str), body: Value, status: u16, code: &str) {
    let (told, answer) = rig.control(call.0, call.1, &body).await;
    assert_eq!((told, &answer["error"]["code"]), (status, &json!(code)), "{call:?}: {answer}");
    assert!(answer["error"]["message"].as_str().is_some_and(|text| text.len() > 10), "{answer}");
}

/// A server whose clock stands still until it is set.
async fn at_rest() -> (Rig, Arc<Clock>) {
    let clock = stopped_clock("2026-11-22T08:00:00Z");
    let parts = Parts { clock: Some(Arc::clone(&clock)), ..Parts::default() };
    (Rig::open(&fresh_folder(), &[], parts).await, clock)
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a time")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_goes_back_and_forth_between_its_snapshots() {
    for world in ["default", "a"] {
        let key = if world == "default" { "sandbox" } else { "sandbox@a" };
        let (rig, wall) = at_rest().await;
        let neighbour = state_of(&rig, "b").await;
        let saved = save(&rig, world, "fresh").await;
        assert_eq!(
            saved,
            json!({"name": "fresh", "clock": "2026-11-22T08:00:00Z",
                "saved_at": "2026-11-22T08:00:00Z"})
        );
        let fresh = state_of(&rig, world).await;
        let first = rig.call_as(key, VPC, ORDER, &month(READY, "once")).await.ok().order_id();
        // A month and more: it is renewed by hand, so it ends.
        rig.post(&path(world, "/clock"), json!({"advance": "P40D"})).await;
        wall.set(at("2026-11-22T09:00:00Z"));
        let list = json!({"currency": "USD", "prices": [{"port_type": "1000Base-LX",
            "region": "cn-hangzhou", "month": "7.00"}]});
        rig.post(&path(world, "/prices"), list).await;
        let later = state_of(&rig, world).await;
        assert_eq!(later["clock"], "2027-01-01T09:00:00Z");
        save(&rig, world, "later").await;
        wall.set(at("2026-11-23T00:00:00Z"));
        for _ in 0..2 {
            let back = restore(&rig, world, "fresh").await;
            assert_eq!(back, json!({"name": "fresh", "clock": "2026-11-22T08:00:00Z"}));
            assert_eq!(state_of(&rig, world).await, fresh);
            assert_eq!(rig.balance(key).await, "100000.00");
            // What happens there is not in the other.
            let other = rig.call_as(key, VPC, ORDER, &month(READY, "once")).await.ok();
            assert_eq!(other.replay_of, None);
            assert!(other.order_id() > first, "a number is given once");
            let forth = restore(&rig, world, "later").await;
            assert_eq!(forth["clock"], "2027-01-01T09:00:00Z");
            assert_eq!(state_of(&rig, world).await, later);
            let named = [("OrderId", first.as_str())];
            rig.call_as(key, BSS, "GetOrderDetail", &named).await.ok();
            let given = json!({"account": RICH, "region": "cn-hangzhou", "status": "Confirmed"});
            let circuit = rig.post(&path(world, "/circuits"), given).await;
            let id = circuit["id"].as_str().expect("an id").to_owned();
            rig.call_as(key, VPC, ORDER, &month(&id, "cheap")).await.ok();
            assert_eq!(rig.balance(key).await, "99908.00", "its price list is there again");
        }
        // The clock runs on from there, and can be moved.
        restore(&rig, world, "fresh").await;
        wall.set(at("2026-11-23T00:00:01Z"));
        assert_eq!(state_of(&rig, world).await["clock"], "2026-11-22T08:00:01Z");
        let moved = rig.post(&path(world, "/clock"), json!({"advance": "P1D"})).await;
        assert_eq!(moved["clock"], "2026-11-23T08:00:01Z");
        assert_eq!(records(&state_of(&rig, "b").await), records(&neighbour));
        rig.end().await;
    }
}

/// A state without its clock.
fn records(state: &Value) -> Value {
    let mut state = state.clone();
    state.as_object_mut().expect("an object").remove("clock");
    state
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_from_before_a_snapshot_are_replayed_after_it_and_later_ones_are_new() {
    let (rig, _) = at_rest().await;
    let circuit = rig.circuit("Confirmed").await;
    let before = rig.call(ORDER, &month(READY, "before")).await.ok();
    save(&rig, "default", "s").await;
    let after = rig.call(ORDER, &month(&circuit, "after")).await.ok();
    for restarted in [false, true] {
        restore(&rig, "default", "s").await;
        let again = rig.call(ORDER, &month(READY, "before")).await.ok();
        assert_eq!(again.replay_of.as_deref(), Some(&*before.request_id), "{restarted}");
        assert_eq!(again.order_id(), before.order_id());
        let other = rig.call(ORDER, &month(&circuit, "after")).await.ok();
        assert_eq!(other.replay_of, None);
        assert!(other.order_id() > after.order_id(), "its number is a new one");
        assert_eq!(rig.balance("sandbox").await, "99830.00");
    }
    rig.end().await;
}

/// A token that lived when a snapshot was taken lives again with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ended_since_lives_again_in_the_snapshot() {
    let (rig, _) = at_rest().await;
    let call = prepaid(READY, "1", "false", "once");
    let first = rig.call(ORDER, &call).await.ok().order_id();
    save(&rig, "default", "s").await;
    rig.advance("P8D").await;
    crossconnect::wake::wake_due(&rig.app).await;
    let second = rig.call(ORDER, &call).await.ok();
    assert_eq!(second.replay_of, None, "the order has died, and its token");
    restore(&rig, "default", "s").await;
    let back = rig.call(ORDER, &call).await.ok();
    assert_eq!((back.replay_of.is_some(), back.order_id()), (true, first));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_are_listed_replaced_and_deleted_and_survive_resets_and_restarts() {
    let (rig, wall) = at_rest().await;
    for name in ["b", "a"] {
        save(&rig, "default", name).await;
    }
    save(&rig, "w", "of-w").await;
    refused(&rig, ("POST", "/snapshots"), json!({"name": "a"}), 409, "snapshot_exists").await;
    rig.advance("P1D").await;
    wall.set(at("2026-11-22T08:00:05Z"));
    rig.call(ORDER, &month(READY, "once")).await.ok();
    rig.post("/snapshots", json!({"name": "a", "replace": true})).await;
    rig.post("/reset", Value::Null).await;
    let folder = rig.end_keeping().await;
    let parts = Parts { clock: Some(Arc::clone(&wall)), ..Parts::default() };
    let rig = Rig::open(&folder, &[], parts).await;
    let listed = rig.control("GET", "/snapshots", &Value::Null).await.1;
    let [one, other] = [
        json!({"name": "a", "clock": "2026-11-23T08:00:05Z", "saved_at": "2026-11-22T08:00:05Z"}),
        json!({"name": "b", "clock": "2026-11-22T08:00:00Z", "saved_at": "2026-11-22T08:00:00Z"}),
    ];
    assert_eq!(listed, json!({"snapshots": [one, other]}));
    restore(&rig, "default", "a").await;
    assert_eq!(state_of(&rig, "default").await["orders"].as_array().map(Vec::len), Some(1));
    let (status, gone) = rig.control("DELETE", "/snapshots/a", &Value::Null).await;
    assert_eq!((status, gone), (200, json!({"deleted": "a"})));
    for call in [("DELETE", "/snapshots/a"), ("POST", "/snapshots/a/restore")] {
        refused(&rig, call, Value::Null, 404, "no_such_snapshot").await;
    }
    refused(&rig, ("POST", "/snapshots/of-w/restore"), Value::Null, 404, "no_such_snapshot").await;
    let listed = rig.control("GET", "/worlds/w/snapshots", &Value::Null).await.1;
    assert_eq!(listed["snapshots"][0]["name"], "of-w");
    let worlds = rig.control("GET", "/worlds", &Value::Null).await.1;
    let names = json!([["default", ["b"]], ["w", ["of-w"]]]);
    let told = worlds["worlds"].as_array().expect("worlds").iter();
    let told: Vec<_> = told.map(|world| json!([world["name"], world["snapshots"]])).collect();
    assert_eq!(json!(told), names);
    restore(&rig, "default", "b").await;
    assert_eq!(state_of(&rig, "default").await["orders"], json!([]));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_cannot_be_meant_is_refused_and_leaves_nothing_behind() {
    let (rig, _) = at_rest().await;
    let long = "x".repeat(65);
    for name in ["", "a b", "a/b", "..", "\u{e9}", "a@b", &long] {
        refused(&rig, ("POST", "/snapshots"), json!({"name": name}), 400, "bad_request").await;
    }
    for body in [json!({}), json!({"name": 7}), json!({"name": "a", "force": true}), Value::Null] {
        refused(&rig, ("POST", "/snapshots"), body, 400, "bad_request").await;
    }
    save(&rig, "default", &"x".repeat(64)).await;
    save(&rig, "default", "v1.0_Final-2").await;
    let listed = rig.control("GET", "/snapshots", &Value::Null).await.1;
    assert_eq!(listed["snapshots"].as_array().map(Vec::len), Some(2));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_sandbox_nothing_travels() {
    let rig = Rig::with(&[("sandbox", "false")]).await;
    rig.end().await;
    let rig = Rig::with(&[("sandbox", "false"), ("control_token", "t")]).await;
    let agent = |method: &str, path: &str, body: &Value| {
        let url = format!("http://{}/control/v1{path}", rig.address);
        let request = http::Request::builder().method(method).uri(url);
        let request = request.header("authorization", "Bearer t").body(body.to_string());
        let request = request.expect("a request");
        tokio::task::spawn_blocking(move || {
            let config = ureq::Agent::config_builder().http_status_as_error(false);
            let agent: ureq::Agent = config.build().into();
            let mut answer = agent.run(request).expect("an answer");
            let body = answer.body_mut().read_to_string().expect("a body");
            let body: Value = serde_json::from_str(&body).unwrap_or(Value::Null);
            (answer.status().as_u16(), body["error"]["code"].clone())
        })
    };
    for (method, path, body) in [
        ("POST", "/snapshots", json!({"name": "a"})),
        ("GET", "/snapshots", json!({})),
        ("POST", "/snapshots/a/restore", json!({})),
        ("DELETE", "/snapshots/a", json!({})),
        ("POST", "/worlds/a/fork", json!({"from": "default"})),
        ("DELETE", "/worlds/a", json!({})),
    ] {
        let told = agent(method, path, &body).await.expect("a call");
        assert_eq!(told, (409, json!("not_a_sandbox")), "{method} {path}");
    }
    assert_eq!(agent("GET", "/worlds", &json!({})).await.expect("a call").0, 200);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_users_and_editions_are_those_of_the_snapshot() {
    const LOOK: &str = "DescribePhysicalConnections";
    let (rig, wall) = at_rest().await;
    let key = rig_key;
    let looks = json!([{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*:Describe*",
        "Resource": "*"}]}]);
    rig.post("/users", json!({"account": RICH, "name": "u", "policies": looks})).await;
    rig.post("/keys", key("old", json!({"edition": "2019", "bearer_token": "old-token"}))).await;
    rig.post("/keys", key("users", json!({"user": "u"}))).await;
    save(&rig, "default", "s").await;
    rig.post("/users", json!({"account": RICH, "name": "u", "policies": []})).await;
    rig.post("/keys", key("old", json!({"active": false}))).await;
    rig.post("/keys", key("new", json!({"bearer_token": "new-token"}))).await;
    let look = async |id: &str| rig.call_as(id, VPC, LOOK, &[]).await;
    look("old").await.refused(400, "InvalidAccessKeyId.Inactive");
    look("users").await.refused(403, "Forbidden.RAM");
    look("new").await.ok();
    restore(&rig, "default", "s").await;
    let told = rig.call_as("old", VPC, ORDER, &month(READY, "once")).await.ok();
    assert!(told.body["data"]["orderId"].is_u64(), "in its edition: {}", told.text);
    look("users").await.ok();
    look("new").await.refused(404, "InvalidAccessKeyId.NotFound");
    let bearers = ["old-token", "new-token"].map(|token| rig.app.keys.find_bearer(token).is_some());
    assert_eq!(bearers, [true, false]);
    // As a restart finds them.
    let folder = rig.end_keeping().await;
    let rig = Rig::open(&folder, &[], Parts { clock: Some(wall), ..Parts::default() }).await;
    rig.call_as("users", VPC, LOOK, &[]).await.ok();
    rig.call_as("new", VPC, LOOK, &[]).await.refused(404, "InvalidAccessKeyId.NotFound");
    rig.end().await;
}

/// A key of account 1 with the sandbox's secret.
fn rig_key(id: &str, more: Value) -> Value {
    let key = json!({"account": RICH, "access_key_id": id, "secret": SANDBOX_SECRET});
    crate::rig::merged(key, more)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_stays_used_and_a_fault_is_forgotten_when_the_world_goes_back() {
    let (rig, clock) = at_rest().await;
    save(&rig, "default", "s").await;
    let signed = rig.sign("sandbox", SANDBOX_SECRET, VPC, ORDER, &month(READY, "once"));
    rig.send(&signed).await.ok();
    rig.fault(ORDER, "unavailable").await;
    // Long enough that the wall takes the stamp no more: the world that is put back does.
    clock.set(at("2026-11-22T08:16:01Z"));
    restore(&rig, "default", "s").await;
    rig.send(&signed).await.refused(400, "SignatureNonceUsed");
    let anew = rig.call(ORDER, &month(READY, "once")).await.ok();
    assert_eq!(anew.replay_of, None);
    rig.end().await;
}

/// What is due by then has happened in a snapshot: whoever goes back finds what he saw.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_happens_before_a_world_is_saved() {
    let (rig, _) = at_rest().await;
    let call = prepaid(READY, "1", "false", "once");
    rig.call(ORDER, &call).await.ok();
    rig.advance("P7D").await;
    save(&rig, "default", "s").await;
    let kept = store::sqlite::read_snapshots_in(&rig.store_path(), None).expect("a store");
    let [(name, books)] = &kept[..] else { panic!("one is kept") };
    assert_eq!((name.as_str(), books.orders[0].status.text()), ("default@s", "Cancelled"));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_a_world_hears_that_it_was_put_back_and_that_it_went() {
    let (rig, _) = at_rest().await;
    save(&rig, "a", "s").await;
    rig.post("/worlds/a/clock", json!({"advance": "P1D"})).await;
    let mut watch = rig.app.store.watch();
    restore(&rig, "a", "s").await;
    rig.post("/worlds/f/fork", json!({"from": "a"})).await;
    rig.control("DELETE", "/worlds/a", &Value::Null).await;
    let mut heard = Vec::new();
    while let Some(store::Told::Commit(commit)) = watch.heard() {
        let kinds = commit.news.iter().map(|news| news.kind.text()).collect::<Vec<_>>();
        heard.push((commit.world.to_string(), commit.cleared, commit.clock, kinds));
    }
    let told = |world: &str, clock| (world.to_owned(), true, clock, vec!["world.reset"]);
    assert_eq!(heard, [told("a", Some(0)), told("f", Some(0)), told("a", None)]);
    rig.end().await;
}

/// Figures of a release build: docs/performance.md.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_circuits_are_saved_put_back_forked_and_removed() {
    let rig = Rig::sandbox().await;
    let given = json!({"account": RICH, "region": "cn-hangzhou", "status": "Confirmed",
        "count": 10_000});
    let ids = rig.post("/worlds/big/circuits", given).await["ids"].clone();
    let circuits = async |world: &str| {
        state_of(&rig, world).await["circuits"].as_array().expect("circuits").len()
    };
    let mut spent = Vec::new();
    let calls = [
        ("POST", "/worlds/big/snapshots", json!({"name": "s"})),
        ("POST", "/worlds/big/snapshots/s/restore", Value::Null),
        ("POST", "/worlds/fork/fork", json!({"from": "big", "snapshot": "s"})),
        ("DELETE", "/worlds/big/snapshots/s", Value::Null),
    ];
    for (method, path, body) in &calls {
        let (status, answer) = timed(&rig, (method, path), body, &mut spent).await;
        assert_eq!(status, 200, "{answer}");
    }
    assert_eq!((circuits("big").await, circuits("fork").await), (10_012, 10_012));
    let circuit = ids[9_999].as_str().expect("an id");
    rig.call_as("sandbox@fork", VPC, ORDER, &month(circuit, "once")).await.ok();
    timed(&rig, ("DELETE", "/worlds/big"), &Value::Null, &mut spent).await;
    eprintln!("saved, put back, forked, deleted and removed in {spent:?}");
    if !cfg!(debug_assertions) {
        let quick = |(_, spent): &(String, std::time::Duration)| spent.as_millis() < 200;
        assert!(spent.iter().all(quick), "{spent:?}");
    }
    assert_eq!((circuits("big").await, circuits("fork").await), (12, 10_012));
    rig.end().await;
}

/// A control call, and how long it took.
async fn timed(
    rig: &Rig,
    (method, path): (&str, &str),
    body: &Value,
    spent: &mut Vec<(String, std::time::Duration)>,
) -> (u16, Value) {
    let began_us = crossconnect::clock::now_us();
    let told = rig.control(method, path, body).await;
    let took_us = crossconnect::clock::now_us() - began_us;
    spent.push((format!("{method} {path}"), std::time::Duration::from_micros(took_us)));
    told
}
