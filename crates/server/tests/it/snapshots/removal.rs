//! Worlds that are removed, and those that come after them.

use super::{at_rest, month, path, records, refused, rig_key, save, state_of};
use crate::rig::{Gate, ORDER, READY, Rig, VPC, fresh_folder};
use crossconnect::server::Parts;
use serde_json::{Value, json};
use std::task::{Context, Waker};
use store::WorldChange;

async fn remove(rig: &Rig, world: &str) {
    let (status, told) = rig.control("DELETE", &format!("/worlds/{world}"), &Value::Null).await;
    assert_eq!((status, told), (200, json!({"removed": world})));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_world_is_gone_and_the_next_use_of_its_name_opens_a_fresh_one() {
    let (rig, _) = at_rest().await;
    let fresh = state_of(&rig, "b").await;
    let first = rig.call_as("sandbox@a", VPC, ORDER, &month(READY, "once")).await.ok().order_id();
    rig.post("/worlds/a/keys", rig_key("mine", json!({}))).await;
    rig.post("/worlds/a/clock", json!({"advance": "P100D"})).await;
    rig.post("/worlds/a/faults", json!({"action": "*", "kind": "unavailable", "count": 9})).await;
    save(&rig, "a", "s").await;
    remove(&rig, "a").await;
    let names = |listed: &Value| {
        let worlds = listed["worlds"].as_array().expect("worlds").iter();
        worlds.map(|world| world["name"].clone()).collect::<Vec<_>>()
    };
    let listed = rig.control("GET", "/worlds", &Value::Null).await.1;
    assert_eq!(names(&listed), ["default", "b"], "nobody opens it by looking at the list");
    refused(&rig, ("DELETE", "/worlds/a"), Value::Null, 404, "no_such_world").await;
    rig.call_as("mine@a", VPC, ORDER, &month(READY, "x")).await.refused(404, NOT_FOUND);
    let anew = rig.call_as("sandbox@a", VPC, ORDER, &month(READY, "once")).await.ok();
    assert_eq!(anew.replay_of, None);
    assert!(anew.order_id() > first, "a number is given once");
    refused(&rig, ("POST", "/worlds/a/snapshots/s/restore"), Value::Null, 404, NO_SNAPSHOT).await;
    remove(&rig, "a").await;
    assert_eq!(state_of(&rig, "a").await, fresh);
    remove(&rig, "a").await;
    // Nothing of it is left in the file but what the others have.
    let folder = rig.end_keeping().await;
    let db = rusqlite::Connection::open(folder.join("crossconnect.db")).expect("the store's file");
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a count");
    assert_eq!(count("SELECT COUNT(*) FROM worlds"), 2);
    for (table, rows) in [("snapshots", 0), ("orders", 0), ("receipts", 0), ("postings", 2)] {
        assert_eq!(count(&format!("SELECT COUNT(*) FROM {table}")), rows, "{table}");
    }
    assert_eq!(count("SELECT COUNT(*) FROM circuit_states"), 24);
    drop(db);
    let rig = Rig::open(&folder, &[], Parts::default()).await;
    assert_eq!(records(&state_of(&rig, "a").await)["orders"], json!([]));
    rig.end().await;
}

const NOT_FOUND: &str = "InvalidAccessKeyId.NotFound";
const NO_SNAPSHOT: &str = "no_such_snapshot";

#[tokio::test(flavor = "multi_thread")]
async fn the_default_world_stays() {
    let (rig, _) = at_rest().await;
    refused(&rig, ("DELETE", "/worlds/default"), Value::Null, 409, "default_world").await;
    refused(&rig, ("DELETE", "/worlds/nowhere"), Value::Null, 404, "no_such_world").await;
    rig.call(ORDER, &month(READY, "once")).await.ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suite_of_more_tests_than_there_may_be_worlds_runs_with_a_world_each() {
    let rig = Rig::with(&[("worlds_max", "3")]).await;
    for test in 0..10 {
        let name = format!("test-{test}");
        let key = format!("sandbox@{name}");
        rig.call_as(&key, VPC, ORDER, &month(READY, "once")).await.ok();
        save(&rig, &name, "s").await;
        if test % 2 == 0 {
            rig.post(&path(&name, "/snapshots/s/restore"), Value::Null).await;
        }
        remove(&rig, &name).await;
    }
    // Living worlds alone count, and still do.
    for name in ["one", "two", "three"] {
        state_of(&rig, name).await;
    }
    let full = rig.call_as("sandbox@four", VPC, ORDER, &month(READY, "once")).await;
    full.refused(400, "QuotaExceeded.World");
    remove(&rig, "two").await;
    rig.call_as("sandbox@four", VPC, ORDER, &month(READY, "once")).await.ok();
    rig.end().await;
}

/// It was verified when the world was there, and waits behind its removal.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_world_goes_while_it_waits_is_done_in_a_fresh_one() {
    let (gate, parts) = Gate::parts();
    let rig = Rig::open(&fresh_folder(), &[], parts).await;
    let once = rig.call_as("sandbox@a", VPC, ORDER, &month(READY, "once")).await.ok();
    rig.post("/worlds/a/keys", rig_key("mine", json!({}))).await;
    gate.shut();
    let of_default = month(READY, "of-default");
    let mut circuit = Box::pin(rig.call_as("sandbox", VPC, ORDER, &of_default));
    let mut context = Context::from_waker(Waker::noop());
    assert!(circuit.as_mut().poll(&mut context).is_pending());
    gate.reached().await;
    let world = rig.app.store.world("a").expect("it is open");
    let removing = {
        let wall = rig.app.clock.wall();
        rig.app.store.change_world(WorldChange::Remove { world: world.id, wall })
    };
    let (again, other) = (month(READY, "once"), month(READY, "other"));
    let mut again = Box::pin(rig.call_as("sandbox@a", VPC, ORDER, &again));
    let mut other = Box::pin(rig.call_as("mine@a", VPC, ORDER, &other));
    assert!(again.as_mut().poll(&mut context).is_pending());
    assert!(other.as_mut().poll(&mut context).is_pending());
    gate.open();
    circuit.await.ok();
    removing.await.expect("nothing fails").expect("it was there");
    let again = again.await.ok();
    assert_eq!(again.replay_of, None);
    assert!(again.order_id() > once.order_id());
    other.await.refused(404, NOT_FOUND);
    assert!(world.is_removed());
    assert_eq!(state_of(&rig, "a").await["orders"].as_array().map(Vec::len), Some(1));
    rig.end().await;
}

/// Whoever is about to look finds the new one, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn worlds_that_come_and_go_under_their_callers_answer_every_call() {
    let rig = std::sync::Arc::new(Rig::sandbox().await);
    let calls = (0..4).map(|caller| {
        let rig = std::sync::Arc::clone(&rig);
        tokio::spawn(async move {
            for nth in 0..60 {
                let token = format!("{caller}-{nth}");
                let back = match nth % 3 {
                    0 => rig.call_as("sandbox@w", VPC, ORDER, &month(READY, &token)).await,
                    1 => rig.call_as("sandbox@w", VPC, "DescribePhysicalConnections", &[]).await,
                    _ => rig.call_as("sandbox@w", VPC, "DescribeRegions", &[]).await,
                };
                // Whoever comes second finds the circuit paid for.
                let paid = back.code() == "INSTANCE.STATUS.NOT.ALLOW";
                assert!(back.status == 200 || paid, "{}", back.text);
            }
        })
    });
    let calls: Vec<_> = calls.collect();
    for _ in 0..40 {
        let (status, told) = rig.control("DELETE", "/worlds/w", &Value::Null).await;
        assert!(status == 200 || status == 404, "{told}");
    }
    for call in calls {
        call.await.expect("every call is answered");
    }
    std::sync::Arc::into_inner(rig).expect("no task has it any more").end().await;
}
