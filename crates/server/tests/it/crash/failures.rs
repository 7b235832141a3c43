//! The store's failures: a file that is held or full, and rules that break.

use super::{AFTER_ONE, child_behind, orders, remove, unpaid, until_refused, wish};
use crate::rig::{BSS, Gate, ORDER, READY, Rig, VPC, audit, fresh_folder};
use crossconnect::clock::draw_text;
use crossconnect::server::Parts;
use domain::command::TopUp;
use domain::price::Money;
use domain::{Command, Proposal, Timestamp, sandbox};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::sqlite::{Options, Point};
use store::{Fault, Verdict};

/// A server whose writes wait 20 ms for the file.
async fn hasty(folder: &Path, pages_max: Option<u32>) -> Rig {
    let open: Arc<dyn Fn(&mut Options) + Send + Sync> = Arc::new(move |options| {
        options.busy_timeout_ms = 20;
        options.pages_max = pages_max;
    });
    Rig::open(folder, &[], Parts { open: Some(open), ..Parts::default() }).await
}

/// D6.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_held_by_another_is_503_keeps_nothing_and_frees_the_token() {
    let rig = hasty(&fresh_folder(), None).await;
    let other = rusqlite::Connection::open(rig.store_path()).expect("the store's file");
    other.execute_batch("BEGIN IMMEDIATE").expect("the file is free");
    for _ in 0..3 {
        rig.call(ORDER, &wish(READY, "once")).await.refused(503, "ServiceUnavailable");
    }
    // A new world needs the file too; looking does not.
    let back = rig.call_as("sandbox@new", VPC, ORDER, &wish(READY, "once")).await;
    back.refused(503, "ServiceUnavailable");
    let (status, body) = rig.control("POST", "/clock", &json!({"advance": "P1D"})).await;
    assert_eq!((status, &body["error"]["code"]), (503, &json!("unavailable")), "{body}");
    assert_eq!(orders(&rig).await, []);
    assert_eq!(rig.balance("sandbox").await, "100000.00");
    other.execute_batch("ROLLBACK").expect("it was ours");
    let first = rig.call(ORDER, &wish(READY, "once")).await.ok();
    assert_eq!(first.replay_of, None);
    assert_eq!(rig.balance("sandbox").await, AFTER_ONE);
    rig.call_as("sandbox@new", VPC, ORDER, &wish(READY, "once")).await.ok();
    drop(other);
    rig.end().await;
}

/// D6.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_file_is_503_keeps_nothing_and_frees_the_token() {
    let rig = Rig::sandbox().await;
    let ids = rig.circuits(200).await;
    let folder = rig.end_keeping().await;
    let path = folder.join("crossconnect.db");
    let other = rusqlite::Connection::open(&path).expect("a store");
    let junk = "CREATE TABLE junk (b BLOB); INSERT INTO junk VALUES (zeroblob(200000));";
    other.execute_batch(junk).expect("there is room");
    // No page more than there are.
    let rig = hasty(&folder, Some(1)).await;
    let (nth, back) = until_refused(&rig, &ids).await;
    back.refused(503, "ServiceUnavailable");
    assert_eq!(orders(&rig).await.len(), nth);
    audit(&path);
    let again = rig.call(ORDER, &unpaid(&ids[nth], &ids[nth])).await;
    again.refused(503, "ServiceUnavailable");
    // Room is made: the same token works, and the service goes on.
    other.execute_batch("DROP TABLE junk").expect("it was ours");
    drop(other);
    for (place, id) in ids.iter().enumerate().skip(nth.saturating_sub(3)) {
        let back = rig.call(ORDER, &unpaid(id, id)).await.ok();
        assert_eq!(back.replay_of.is_some(), place < nth);
    }
    assert_eq!(orders(&rig).await.len(), ids.len());
    rig.end().await;
}

/// D6 on a disk that is really full, where this user may mount one: elsewhere the test above, with
/// the file's own limit, has to do, and this one says so.
#[test]
fn a_full_disk_is_503_keeps_nothing_and_frees_the_token() {
    let folder = fresh_folder();
    let mount = format!("mount -t tmpfs -o size=16M none {}", folder.display());
    let may = std::process::Command::new("unshare").args(["-Urm", "sh", "-c", &mount]).status();
    if !may.is_ok_and(|status| status.success()) {
        eprintln!("left out: no user namespace to mount a small disk in");
        return remove(&folder);
    }
    // The last word tells that it came to its end; the disk and its notes are gone with it.
    let play = format!("{mount} && exec \"$@\"");
    let front = ["unshare", "-Urm", "sh", "-c", &play, "sh"];
    assert!(child_behind(&front, &folder, "full", usize::MAX), "the story went wrong");
    remove(&folder);
}

fn operator(command: impl Into<Command>, wall: Timestamp) -> Proposal {
    Proposal { wall, seed: 0, origin: None, command: command.into() }
}

/// A failed assertion kills its transaction and not the books: nothing of its batch is written, its
/// neighbours are told to come again, and then all is well.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_breaks_a_rule_takes_its_batch_back_and_no_more() {
    let (gate, parts) = Gate::parts();
    let rig = Arc::new(Rig::open(&fresh_folder(), &[], parts).await);
    let world = rig.app.store.world("default").expect("it is always there");
    let wall = rig.app.clock.wall();
    // Hold the writer with another order, so that the next three are one batch.
    gate.shut();
    let (ours, other) = (Arc::clone(&rig), draw_text());
    let held = tokio::spawn(async move { ours.call(ORDER, &wish(READY, &other)).await });
    gate.reached().await;
    let settle = |amount| {
        let command = TopUp { account: sandbox::RICH, amount: Money::units(amount) };
        // A task each: who is woken first passes the news on to others.
        tokio::spawn(rig.app.store.settle(&world, operator(command, wall)))
    };
    let (before, broken, after) = (settle(1), settle(0), settle(2));
    gate.open();
    held.await.expect("the held order").ok();
    let broken = broken.await.expect("a task");
    let Err(Fault::Broken(why)) = broken else { panic!("a top-up of nothing is no top-up") };
    assert!(why.contains("moves nothing in"), "{why}");
    for neighbour in [before, after] {
        let settled = neighbour.await.expect("a task");
        assert!(matches!(settled, Err(Fault::Unavailable(_))), "{settled:?}");
    }
    assert_eq!(rig.balance("sandbox").await, AFTER_ONE);
    for again in [settle(1), settle(2)] {
        let settled = again.await.expect("a task").expect("it is settled");
        assert!(matches!(settled.verdict, Verdict::Accepted(_)));
    }
    assert_eq!(rig.balance("sandbox").await, "99833.00");
    assert!(rig.app.store.ready());
    Arc::into_inner(rig).expect("no task has it any more").end().await;
}

/// The same, seen by a caller: an order whose circuit is gone from the file breaks a rule.
#[tokio::test(flavor = "multi_thread")]
async fn a_broken_rule_is_answered_500_and_the_next_call_works() {
    let rig = Rig::sandbox().await;
    let order = rig.call(ORDER, &unpaid(READY, "once")).await.ok().order_id();
    let folder = rig.end_keeping().await;
    let path = folder.join("crossconnect.db");
    let circuit = |from: &str, to: &str| {
        let db = rusqlite::Connection::open(&path).expect("a store");
        let sql = "UPDATE orders SET circuit = ?2 WHERE circuit = ?1";
        assert_eq!(db.execute(sql, [from, to]).expect("it is written"), 1);
    };
    circuit(READY, "pc-nowhere");
    let rig = Rig::open(&folder, &[], Parts::default()).await;
    let named = [("OrderId", order.as_str())];
    for _ in 0..2 {
        let back = rig.call_as("sandbox", BSS, "CancelOrder", &named).await;
        back.refused(500, "InternalError");
        assert!(!back.text.contains("circuit"), "why is not told: {}", back.text);
    }
    let (status, body) = rig.control("POST", &format!("/orders/{order}/pay"), &Value::Null).await;
    assert_eq!((status, &body["error"]["code"]), (500, &json!("internal")), "{body}");
    let ready = rig.circuits(1).await.remove(0);
    rig.call(ORDER, &wish(&ready, "next")).await.ok();
    assert_eq!(rig.balance("sandbox").await, AFTER_ONE);
    let folder = rig.stop().await;
    circuit("pc-nowhere", READY);
    audit(&folder.join("crossconnect.db"));
    remove(&folder);
}

/// What is committed may not be told as closed, which says that nothing happened: where memory and
/// disk part ways the process ends first.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_anything_when_the_writer_breaks_after_a_commit() {
    const PATIENCE: std::time::Duration = std::time::Duration::from_mins(1);
    let armed = Arc::new(AtomicBool::new(false));
    let ours = Arc::clone(&armed);
    let at_point: Arc<dyn Fn(Point) + Send + Sync> = Arc::new(move |point| {
        let breaks = point == Point::Committed && ours.load(Ordering::Acquire);
        assert!(!breaks, "a rule broke once all was on disk");
    });
    let (fatal, told) = std::sync::mpsc::channel();
    let (go, wait) = std::sync::mpsc::channel();
    let (fatal, wait) = (parking_lot::Mutex::new(fatal), parking_lot::Mutex::new(wait));
    let on_fatal: Arc<dyn Fn(&str) + Send + Sync> = Arc::new(move |why| {
        fatal.lock().send(why.to_owned()).expect("the test listens");
        wait.lock().recv_timeout(PATIENCE).expect("the test goes on");
    });
    let open: Arc<dyn Fn(&mut store::sqlite::Options) + Send + Sync> =
        Arc::new(move |options| options.on_fatal = Arc::clone(&on_fatal));
    let parts = Parts { at_point: Some(at_point), open: Some(open), ..Parts::default() };
    let rig = Arc::new(Rig::open(&fresh_folder(), &[], parts).await);
    armed.store(true, Ordering::Release);
    let ours = Arc::clone(&rig);
    let call = tokio::spawn(async move { ours.call(ORDER, &wish(READY, "once")).await });
    let why = tokio::task::spawn_blocking(move || told.recv_timeout(PATIENCE)).await;
    let why = why.expect("a task").expect("the process is to end");
    assert!(why.contains("a rule broke once all was on disk"), "{why}");
    assert!(!call.is_finished(), "somebody was told something");
    // A process would be gone now; this one says so twice and goes on.
    go.send(()).and_then(|()| go.send(())).expect("it waits");
    call.await.expect("a task").refused(503, "ServiceUnavailable");
    drop(rig);
}
