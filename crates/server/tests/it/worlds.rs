//! Worlds: side by side in one sandbox, each with its own records and clock, sharing nothing.

use crate::rig::{BSS, ORDER, READY, RICH, Rig, VPC, fresh_folder, prepaid, stopped_clock};
use crossconnect::config::Config;
use crossconnect::keys::SANDBOX_SECRET;
use crossconnect::server::Parts;
use serde_json::{Value, json};
use std::sync::Arc;

/// An order of a month for the sandbox's own circuit.
fn month(token: &str) -> [(&str, &str); 5] {
    prepaid(READY, "1", "true", token)
}

async fn state_of(rig: &Rig, world: &str) -> Value {
    let (status, state) = rig.control("GET", &format!("/worlds/{world}/state"), &Value::Null).await;
    assert_eq!(status, 200, "{state}");
    state
}

/// The names of the worlds in the file.
fn in_file(rig: &Rig) -> Vec<String> {
    let db = rusqlite::Connection::open(rig.store_path()).expect("the store's file");
    let mut names = db.prepare("SELECT name FROM worlds ORDER BY id").expect("a table");
    let names = names.query_map([], |row| row.get(0)).expect("rows");
    names.map(|name| name.expect("a name")).collect()
}

/// A state without its clock, which runs, and its name; and times made at the start of each.
fn records(state: &Value) -> Value {
    let mut state = state.clone();
    let members = state.as_object_mut().expect("an object");
    members.remove("clock");
    members.remove("world");
    for circuit in state["circuits"].as_array_mut().expect("circuits") {
        for time in ["created_at", "enabled_at", "ends_at"] {
            circuit[time] = Value::Null;
        }
    }
    state
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_in_one_world_happens_in_no_other() {
    let rig = Rig::sandbox().await;
    let untouched = records(&state_of(&rig, "b").await);
    assert_eq!(untouched, records(&rig.state().await), "every world begins alike");
    let ours = rig.call_as("sandbox@a", VPC, ORDER, &month("once")).await.ok().order_id();
    rig.post("/worlds/a/accounts", json!({"account": "42", "currency": "USD"})).await;
    rig.post(&format!("/worlds/a/accounts/{RICH}/credit"), json!({"amount": "1.00"})).await;
    let given = json!({"account": RICH, "region": "cn-hangzhou", "status": "Confirmed",
        "id": "pc-only-here"});
    rig.post("/worlds/a/circuits", given).await;
    let list = json!({"currency": "USD", "prices": []});
    rig.post("/worlds/a/prices", list).await;
    let policy = json!({"Version": "1", "Statement":
        [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let user = json!({"account": RICH, "name": "denied", "policies": [policy]});
    rig.post("/worlds/a/users", user).await;
    rig.post("/worlds/a/faults", json!({"action": "*", "kind": "unavailable"})).await;
    rig.post("/worlds/a/clock", json!({"advance": "P30D"})).await;
    for other in ["default", "b"] {
        assert_eq!(records(&state_of(&rig, other).await), untouched, "{other}");
    }
    // Neither its circuits, nor its orders, tokens, prices, users and faults.
    let named = [("OrderId", ours.as_str())];
    rig.call_as("sandbox@b", BSS, "GetOrderDetail", &named).await.refused(400, "InvalidParameter");
    rig.call_as("sandbox@b", BSS, "CancelOrder", &named).await.refused(400, "InvalidParameter");
    let (status, _) = rig.control("POST", &format!("/orders/{ours}/pay"), &Value::Null).await;
    assert_eq!(status, 404);
    let mut call = month("other");
    call[0].1 = "pc-only-here";
    let back = rig.call_as("sandbox@b", VPC, ORDER, &call).await;
    back.refused(404, "InvalidPhysicalConnectionId.NotFound");
    let denied = rig.call_as("sandbox-denied@b", VPC, ORDER, &month("once")).await;
    denied.refused(403, "Forbidden.RAM");
    let theirs = rig.call_as("sandbox@b", VPC, ORDER, &month("once")).await.ok();
    assert_eq!(theirs.replay_of, None);
    assert_ne!(theirs.order_id(), ours);
    let third = rig.call(ORDER, &month("once")).await.ok();
    assert_eq!(third.replay_of, None);
    assert_eq!(rig.balance("sandbox@b").await, "99915.00");
    rig.call_as("sandbox@a", VPC, "DescribeRegions", &[]).await.refused(503, "ServiceUnavailable");
    assert_eq!(rig.balance("sandbox@a").await, "99916.00");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_shown_in_their_own_world_alone() {
    let rig = Rig::sandbox().await;
    let ours = rig.call_as("sandbox@a", VPC, "DescribeRegions", &[]).await.ok().request_id;
    let find = |path: String| {
        let rig = &rig;
        async move { rig.control("GET", &path, &Value::Null).await.0 }
    };
    assert_eq!(find(format!("/worlds/a/requests/{ours}")).await, 200);
    assert_eq!(find(format!("/worlds/b/requests/{ours}")).await, 404);
    assert_eq!(find(format!("/requests/{ours}")).await, 404);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_world_first_used_by_many_at_once_is_filled_once() {
    let rig = Arc::new(Rig::sandbox().await);
    let start = Arc::new(tokio::sync::Barrier::new(16));
    let tasks: Vec<_> = (0..16)
        .map(|nth| {
            let (rig, start) = (Arc::clone(&rig), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                if nth % 4 == 0 {
                    state_of(&rig, "new").await;
                    return None;
                }
                let back = rig.call_as("sandbox@new", VPC, ORDER, &month("once")).await.ok();
                Some(back.order_id())
            })
        })
        .collect();
    let mut orders = Vec::new();
    for task in tasks {
        orders.extend(task.await.expect("a call"));
    }
    orders.dedup();
    assert_eq!(orders.len(), 1, "one token, one order");
    assert_eq!(in_file(&rig), ["default", "new"]);
    let state = state_of(&rig, "new").await;
    assert_eq!(state["accounts"].as_array().expect("accounts").len(), 2);
    assert_eq!(state["circuits"].as_array().expect("circuits").len(), 12);
    assert_eq!(rig.balance("sandbox@new").await, "99915.00");
    Arc::into_inner(rig).expect("no task has it any more").end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_so_many_worlds_and_the_next_is_refused_clearly() {
    assert_eq!(Config::with(&[]).expect("defaults").worlds_max, 1000);
    let rig = Rig::with(&[("worlds_max", "3")]).await;
    for name in ["one", "two", "three"] {
        rig.call_as(&format!("sandbox@{name}"), VPC, "DescribeRegions", &[]).await.ok();
    }
    for _ in 0..2 {
        let back = rig.call_as("sandbox@four", VPC, ORDER, &month("once")).await;
        back.refused(400, "QuotaExceeded.World");
        let (status, body) = rig.control("GET", "/worlds/four/state", &Value::Null).await;
        assert_eq!((status, &body["error"]["code"]), (409, &json!("worlds_max")), "{body}");
    }
    // Those that are there work on.
    for key in ["sandbox", "sandbox@one", "sandbox@three"] {
        rig.call_as(key, VPC, ORDER, &month("once")).await.ok();
    }
    assert_eq!(in_file(&rig), ["default", "one", "two", "three"]);
    // A restart knows them, and counts them.
    let folder = rig.end_keeping().await;
    let rig = Rig::open(&folder, &[("worlds_max", "3")], Parts::default()).await;
    rig.call_as("sandbox@two", VPC, ORDER, &month("once")).await.ok();
    let back = rig.call_as("sandbox@four", VPC, ORDER, &month("once")).await;
    back.refused(400, "QuotaExceeded.World");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_verified_call_with_a_well_formed_name_opens_a_world() {
    let rig = Rig::sandbox().await;
    let signed = rig.sign("sandbox@a", "another-secret", VPC, ORDER, &month("once"));
    rig.send(&signed).await.refused(400, "SignatureDoesNotMatch");
    let long = "x".repeat(33);
    for name in ["", "A", "a_b", "a b", "\u{e9}", &long, "a@b", "default@a"] {
        let back = rig.call_as(&format!("sandbox@{name}"), VPC, ORDER, &month("once")).await;
        back.refused(404, "InvalidAccessKeyId.NotFound");
    }
    for name in ["A", "a_b", long.as_str()] {
        let (status, body) =
            rig.control("GET", &format!("/worlds/{name}/state"), &Value::Null).await;
        assert_eq!((status, &body["error"]["code"]), (404, &json!("no_such_world")), "{name}");
    }
    assert_eq!(in_file(&rig), ["default"]);
    for name in ["x".repeat(32), "0-9".into(), "-".into()] {
        rig.call_as(&format!("sandbox-2019@{name}"), VPC, ORDER, &month("once")).await.ok();
    }
    assert_eq!(in_file(&rig).len(), 4);
    // `default` is the world without a name.
    rig.call_as("sandbox@default", VPC, ORDER, &month("once")).await.ok();
    assert_eq!(rig.balance("sandbox").await, "99915.00");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_sandbox_there_is_no_world_but_the_default() {
    let changes = [("sandbox", "false"), ("control_token", "t")];
    let rig = Rig::with(&changes).await;
    let back = rig.call_as("sandbox@a", VPC, ORDER, &month("once")).await;
    back.refused(404, "InvalidAccessKeyId.NotFound");
    let back = rig.call_as("sandbox", VPC, ORDER, &month("once")).await;
    back.refused(404, "InvalidAccessKeyId.NotFound");
    assert_eq!(in_file(&rig), ["default"]);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_world_has_a_clock_of_its_own() {
    let clock = stopped_clock("2026-11-22T08:00:00Z");
    let parts = Parts { clock: Some(Arc::clone(&clock)), ..Parts::default() };
    let rig = Rig::open(&fresh_folder(), &[], parts).await;
    let mut later = month("later");
    later[3].1 = "false";
    for key in ["sandbox", "sandbox@a", "sandbox@b"] {
        rig.call_as(key, VPC, ORDER, &later).await.ok();
    }
    rig.post("/worlds/a/clock", json!({"advance": "P7D"})).await;
    rig.post("/worlds/b/clock", json!({"set": "2026-11-29T07:59:59Z"})).await;
    for (world, now, status) in [
        ("default", "2026-11-22T08:00:00Z", "Unpaid"),
        ("a", "2026-11-29T08:00:00Z", "Cancelled"),
        ("b", "2026-11-29T07:59:59Z", "Unpaid"),
    ] {
        let state = state_of(&rig, world).await;
        let told = (&state["clock"], &state["orders"][0]["status"]);
        assert_eq!(told, (&json!(now), &json!(status)), "{world}");
    }
    // They go on with the wall, each from where it is; a new one begins at the wall.
    clock.set(domain::Timestamp::parse("2026-11-22T08:00:01Z").expect("a time"));
    for (world, now, status) in [
        ("default", "2026-11-22T08:00:01Z", "Unpaid"),
        ("a", "2026-11-29T08:00:01Z", "Cancelled"),
        ("b", "2026-11-29T08:00:00Z", "Cancelled"),
    ] {
        let state = state_of(&rig, world).await;
        let told = (&state["clock"], &state["orders"][0]["status"]);
        assert_eq!(told, (&json!(now), &json!(status)), "{world}");
    }
    assert_eq!(state_of(&rig, "c").await["clock"], "2026-11-22T08:00:01Z");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_worlds_receipts_are_removed_once_their_time_is_over() {
    let clock = stopped_clock("2026-11-22T08:00:00Z");
    let parts = Parts { clock: Some(Arc::clone(&clock)), ..Parts::default() };
    let rig = Rig::open(&fresh_folder(), &[], parts).await;
    rig.call_as("sandbox@quiet", VPC, ORDER, &month("once")).await.ok();
    clock.set(domain::Timestamp::parse("2026-11-29T09:00:00Z").expect("a time"));
    rig.call_as("sandbox@busy", VPC, ORDER, &month("once")).await.ok();
    // Nobody waits for that; the server does it by itself. What is asked behind it comes after it.
    crossconnect::wake::wake_due(&rig.app).await;
    rig.call_as("sandbox@busy", VPC, "OpenPhysicalConnectionService", &[]).await;
    let db = rusqlite::Connection::open(rig.store_path()).expect("the store's file");
    let sql = "SELECT COUNT(*) FROM receipts r JOIN worlds w ON w.id = r.world WHERE name = ?1";
    for (world, expected) in [("quiet", 0), ("busy", 1)] {
        let count: i64 = db.query_row(sql, [world], |row| row.get(0)).expect("a count");
        assert_eq!(count, expected, "{world}");
    }
    drop(db);
    rig.end().await;
}

/// A nonce lives by the wall, whatever the world's clock says.
#[tokio::test(flavor = "multi_thread")]
async fn a_moved_clock_does_not_free_the_nonce_of_an_accepted_write() {
    let rig = Rig::sandbox().await;
    let mut call = month("once");
    call[3].1 = "false";
    let signed = rig.sign("sandbox@a", SANDBOX_SECRET, VPC, ORDER, &call);
    rig.send(&signed).await.ok();
    rig.post("/worlds/a/clock", json!({"advance": "P30D"})).await;
    rig.send(&signed).await.refused(400, "SignatureNonceUsed");
    let folder = rig.end_keeping().await;
    let rig = Rig::open(&folder, &[], Parts::default()).await;
    rig.send(&signed).await.refused(400, "SignatureNonceUsed");
    assert_eq!(state_of(&rig, "a").await["orders"].as_array().expect("orders").len(), 1);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_brings_the_fixed_world_back_and_no_number_with_it() {
    let rig = Rig::with(&[("clock", "2026-11-22T08:00:00Z")]).await;
    for world in ["a", "b"] {
        let key = format!("sandbox@{world}");
        rig.call_as(&key, VPC, ORDER, &month("once")).await.ok();
    }
    let fresh = records(&rig.state().await);
    let kept = records(&state_of(&rig, "b").await);
    let first = state_of(&rig, "a").await["orders"][0]["id"].as_str().expect("an id").to_owned();
    let mine = json!({"account": RICH, "access_key_id": "mine", "secret": SANDBOX_SECRET});
    rig.post("/worlds/a/keys", mine).await;
    let policies = json!([{"Version": "1", "Statement": []}]);
    let user = json!({"account": RICH, "name": "readonly", "policies": policies});
    rig.post("/worlds/a/users", user).await;
    let account = json!({"account": "42", "currency": "USD", "edition": "2019"});
    rig.post("/worlds/a/accounts", account).await;
    rig.post("/worlds/a/faults", json!({"action": ORDER, "kind": "error", "count": 9})).await;
    rig.post("/worlds/a/clock", json!({"advance": "P300D"})).await;
    rig.post("/worlds/a/reset", Value::Null).await;
    let state = state_of(&rig, "a").await;
    assert_eq!(records(&state), fresh);
    assert!(state["clock"].as_str().expect("a time").starts_with("2026-11-22T08:"), "{state}");
    assert_eq!(records(&state_of(&rig, "b").await), kept, "a reset is one world's");
    // Its keys, users, faults and tokens are forgotten.
    let back = rig.call_as("mine@a", VPC, ORDER, &month("once")).await;
    back.refused(404, "InvalidAccessKeyId.NotFound");
    rig.call_as("sandbox-readonly@a", VPC, "DescribeRegions", &[]).await.ok();
    let again = rig.call_as("sandbox@a", VPC, ORDER, &month("once")).await.ok();
    assert_eq!(again.replay_of, None);
    let second = again.order_id();
    assert!(second > first, "{second} is not after {first}");
    // Nor is a number given again after another reset and a restart.
    rig.post("/worlds/a/reset", Value::Null).await;
    rig.post("/worlds/b/reset", Value::Null).await;
    let folder = rig.end_keeping().await;
    let rig = Rig::open(&folder, &[], Parts::default()).await;
    let third = rig.call_as("sandbox@a", VPC, ORDER, &month("once")).await.ok();
    assert_eq!(third.replay_of, None);
    assert!(third.order_id() > second);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_made_in_a_world_signs_with_the_worlds_name() {
    let rig = Rig::sandbox().await;
    let key = json!({"account": RICH, "access_key_id": "mine", "secret": "a",
        "edition": "2019"});
    let made = rig.post("/worlds/a/keys", key).await;
    assert_eq!(made["access_key_id"], "mine@a");
    let key = json!({"account": RICH, "access_key_id": "mine", "secret": "default"});
    assert_eq!(rig.post("/keys", key).await["access_key_id"], "mine");
    let send = async |id: &str, secret: &str| {
        rig.send(&rig.sign(id, secret, VPC, ORDER, &month("once"))).await
    };
    let ours = send("mine@a", "a").await.ok();
    assert!(ours.body["data"]["orderId"].is_u64(), "its own edition: {}", ours.text);
    let theirs = send("mine", "default").await.ok();
    assert_ne!(ours.order_id(), theirs.order_id());
    send("mine", "a").await.refused(400, "SignatureDoesNotMatch");
    send("mine@a", "default").await.refused(400, "SignatureDoesNotMatch");
    send("mine@b", "a").await.refused(404, "InvalidAccessKeyId.NotFound");
    send("mine@b", "default").await.refused(404, "InvalidAccessKeyId.NotFound");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn worlds_survive_a_restart_with_their_clocks_and_keys() {
    let rig = Rig::sandbox().await;
    let mut numbers = Vec::new();
    for (world, days) in [("a", 10), ("b", 20), ("c", 0)] {
        let key = json!({"account": RICH, "access_key_id": "mine", "secret": SANDBOX_SECRET});
        rig.post(&format!("/worlds/{world}/keys"), key).await;
        let clock = json!({"advance": format!("P{days}D")});
        rig.post(&format!("/worlds/{world}/clock"), clock).await;
        let key = format!("mine@{world}");
        numbers.push(rig.call_as(&key, VPC, ORDER, &month("once")).await.ok().order_id());
    }
    let before = [state_of(&rig, "a").await, state_of(&rig, "b").await, state_of(&rig, "c").await];
    let folder = rig.end_keeping().await;
    let rig = Rig::open(&folder, &[], Parts::default()).await;
    for ((world, before), number) in ["a", "b", "c"].into_iter().zip(&before).zip(&numbers) {
        let after = state_of(&rig, world).await;
        for part in ["accounts", "circuits", "orders", "keys"] {
            assert_eq!(before[part], after[part], "{world} {part}");
        }
        assert!(after["clock"].as_str() >= before["clock"].as_str(), "{world}");
        let key = format!("mine@{world}");
        let again = rig.call_as(&key, VPC, ORDER, &month("once")).await.ok();
        assert!(again.replay_of.is_some());
        assert_eq!(again.order_id(), *number);
    }
    assert!(numbers.is_sorted() && numbers[0] != numbers[1], "one counter for all worlds");
    rig.end().await;
}
