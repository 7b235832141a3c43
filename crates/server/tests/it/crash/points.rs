//! Killed at each point of a commit, of a start and of a move of the clock.

use super::{
    AFTER_ONE, CROWD, child, copy, note, noted, orders, prepared, remove, repeat_crowd, unpaid,
    wish,
};
use crate::rig::{ORDER, READY, Rig, VPC, audit, fresh_folder};
use crossconnect::server::Parts;
use domain::Timestamp;
use serde_json::Value;
use std::path::Path;

/// Plays a story once for each point of its commit, killed there, and hands each corpse over:
/// the server reopened on it after an audit, and whether the commit was done. Returns the points.
async fn at_every_point<F>(prepared: &Path, story: &str, mut check: F) -> Vec<String>
where
    F: AsyncFnMut(&Rig, bool),
{
    for point in 1.. {
        let folder = copy(prepared);
        child(&folder, story, point);
        let points = noted(&folder, "points");
        let ended = noted(&folder, "ended").len() == 1;
        assert!(ended || points.len() == point, "{story} died at {points:?}");
        let committed = points.last().is_some_and(|point| point == "Committed");
        audit(&folder.join("crossconnect.db"));
        let rig = Rig::open(&folder, &[], Parts::default()).await;
        check(&rig, committed).await;
        rig.end().await;
        if ended {
            return points;
        }
    }
    unreachable!("points run out")
}

/// The points of one commit of some statements.
#[track_caller]
fn one_commit(points: &[String]) {
    let (first, last) = (points.first().expect("points"), points.last().expect("points"));
    assert_eq!((first.as_str(), last.as_str()), ("Begun", "Committed"));
    let inner = &points[1..points.len() - 2];
    assert!(inner.len() > 1 && inner.iter().all(|point| point == "Statement"), "{points:?}");
    assert_eq!(points[points.len() - 2], "Committing");
}

/// D1, D2, D3.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_killed_at_any_point_of_its_commit_is_ordered_once_by_its_token() {
    let folder = prepared(async |_: &Rig| {}).await;
    let points = at_every_point(&folder, "order", async |rig: &Rig, committed| {
        let before = orders(rig).await;
        assert_eq!(before.len(), usize::from(committed), "{before:?}");
        let back = rig.call(ORDER, &wish(READY, "once")).await.ok();
        assert_eq!(back.replay_of.is_some(), committed);
        let paid = (back.order_id(), READY.to_owned(), "Paid".to_owned());
        assert_eq!(orders(rig).await, [paid]);
        assert_eq!(rig.balance("sandbox").await, AFTER_ONE);
    })
    .await;
    one_commit(&points);
    // The receipt, the order, its posting, the account, the circuit and the counter.
    assert_eq!(points.iter().filter(|point| *point == "Statement").count(), 6);
    remove(&folder);
}

/// D1: what only waited for its turn never happened.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_waited_when_the_server_was_killed_is_ordered_once_by_its_token() {
    let folder = prepared(async |rig: &Rig| {
        let circuits = rig.circuits(CROWD).await;
        note(&rig.store_path().with_file_name(""), "circuits", &circuits.join("\n"));
    })
    .await;
    // At the first Begun one is being written and fifteen wait.
    child(&folder, "crowd", 1);
    audit(&folder.join("crossconnect.db"));
    let rig = Rig::open(&folder, &[], Parts::default()).await;
    assert_eq!(orders(&rig).await, []);
    repeat_crowd(&rig, &folder).await;
    rig.end().await;
}

/// D2, D3 and promise (b) for many at once, in batches as they fall.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_acknowledged_in_a_crowd_survives_the_kill() {
    let folder = prepared(async |rig: &Rig| {
        let circuits = rig.circuits(CROWD).await;
        note(&rig.store_path().with_file_name(""), "circuits", &circuits.join("\n"));
    })
    .await;
    for point in [2, 3, 7, 8, 9, 10, 12, 20, 31, 47, 60, 75, 80, 86, 87, 90, 100, 110, 120] {
        let folder = copy(&folder);
        child(&folder, "crowd", point);
        audit(&folder.join("crossconnect.db"));
        let rig = Rig::open(&folder, &[], Parts::default()).await;
        repeat_crowd(&rig, &folder).await;
        rig.end().await;
    }
    remove(&folder);
}

/// D2 for the other changes that touch an order.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_killed_at_any_point_is_made_once_or_not_at_all() {
    let folder = prepared(async |rig: &Rig| {
        let order = rig.call(ORDER, &unpaid(READY, "once")).await.ok().order_id();
        note(&rig.store_path().with_file_name(""), "order", &order);
    })
    .await;
    let points = at_every_point(&folder, "pay", async |rig: &Rig, committed| {
        let (id, _, status) = orders(rig).await.remove(0);
        assert_eq!(status, if committed { "Paid" } else { "Unpaid" });
        assert_eq!(rig.balance("sandbox").await, if committed { AFTER_ONE } else { "100000.00" });
        let path = format!("/orders/{id}/pay");
        let (again, _) = rig.control("POST", &path, &Value::Null).await;
        assert_eq!(again, if committed { 409 } else { 200 });
        assert_eq!(rig.balance("sandbox").await, AFTER_ONE);
    })
    .await;
    one_commit(&points);
    remove(&folder);
}

/// D2.
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_killed_at_any_point_takes_its_unpaid_order_along_or_leaves_both() {
    let folder = prepared(async |rig: &Rig| {
        rig.call(ORDER, &unpaid(READY, "once")).await.ok();
    })
    .await;
    let points = at_every_point(&folder, "delete", async |rig: &Rig, committed| {
        let status = orders(rig).await.remove(0).2;
        assert_eq!(status, if committed { "Cancelled" } else { "Unpaid" });
        let there = rig.state().await["circuits"].to_string().contains(READY);
        assert_eq!(there, !committed);
    })
    .await;
    one_commit(&points);
    remove(&folder);
}

/// D2: the clock in a commit of its own, then what is due by then in others: nobody sees one
/// without the other, be it that the process dies in between.
#[tokio::test(flavor = "multi_thread")]
async fn a_move_of_the_clock_killed_at_any_point_is_made_wholly_or_not_at_all() {
    let folder = prepared(async |rig: &Rig| {
        rig.call(ORDER, &unpaid(READY, "once")).await.ok();
    })
    .await;
    let points = at_every_point(&folder, "clock", async |rig: &Rig, committed| {
        let state = rig.state().await;
        let time = |text: &Value| Timestamp::parse(text.as_str().expect("a time")).expect("a time");
        let since = time(&state["clock"]).ms() - time(&state["orders"][0]["created_at"]).ms();
        let moved = since > 29 * 86_400_000;
        assert!(moved || !committed, "{}", state["clock"]);
        let died = state["orders"][0]["status"] == "Cancelled";
        assert_eq!(died, moved, "{state}");
        // The token ended with the order.
        let again = rig.call(ORDER, &unpaid(READY, "once")).await.ok();
        assert_eq!(again.replay_of.is_some(), !died);
    })
    .await;
    let ends = points.iter().filter(|point| *point == "Committed").count();
    assert_eq!(ends, 2, "the clock, and what is due of one account: {points:?}");
    let first = points.iter().position(|point| point == "Committed").expect("an end");
    assert_eq!(points[..=first], ["Begun", "Statement", "Committing", "Committed"]);
    one_commit(&points[first + 1..]);
    remove(&folder);
}

/// D2 for worlds: filled wholly or still to be filled.
#[tokio::test(flavor = "multi_thread")]
async fn a_start_or_a_new_world_killed_halfway_is_made_good_the_next_time() {
    for (story, key) in [("start", "sandbox"), ("world", "sandbox@new")] {
        let prepared = match story {
            "start" => fresh_folder(),
            _ => prepared(async |_: &Rig| {}).await,
        };
        for point in [1, 2, 3, 9, 17, 25, 31, 32, 33, 34, 35, 40, 1000] {
            let folder = copy(&prepared);
            child(&folder, story, point);
            let rig = Rig::open(&folder, &[], Parts::default()).await;
            let back = rig.call_as(key, VPC, ORDER, &wish(READY, "once")).await.ok();
            let again = rig.call_as(key, VPC, ORDER, &wish(READY, "once")).await.ok();
            assert_eq!(back.order_id(), again.order_id());
            assert_eq!(rig.balance(key).await, AFTER_ONE, "{story} {point}");
            rig.end().await;
        }
        remove(&prepared);
    }
}

/// Rows of the tables that an order writes, as a reader finds them.
fn found(path: &Path) -> [i64; 4] {
    let db = rusqlite::Connection::open(path).expect("a store");
    let count = |sql: &str| db.query_row(sql, [], |row| row.get(0)).expect("a count");
    [
        count("SELECT COUNT(*) FROM orders"),
        count("SELECT COUNT(*) FROM receipts"),
        count("SELECT COUNT(*) FROM postings WHERE order_id IS NOT NULL"),
        count("SELECT COUNT(*) FROM circuit_states WHERE paid_order IS NOT NULL"),
    ]
}

/// D4.
#[tokio::test(flavor = "multi_thread")]
async fn a_torn_or_damaged_log_leaves_all_of_an_order_or_nothing() {
    let prepared = prepared(async |_: &Rig| {}).await;
    child(&prepared, "order", usize::MAX);
    let log = std::fs::read(prepared.join("crossconnect.db-wal")).expect("a log");
    let mut whole = 0;
    for part in 0..=48 {
        let length = log.len() * part / 48;
        for torn in [true, false] {
            let folder = fresh_folder();
            let db = folder.join("crossconnect.db");
            std::fs::copy(prepared.join("crossconnect.db"), &db).expect("a copy");
            let mut left = log.clone();
            if torn {
                left.truncate(length);
            } else if let Some(byte) = left.get_mut(length) {
                *byte ^= 0x40;
            }
            std::fs::write(folder.join("crossconnect.db-wal"), left).expect("a log");
            let found = found(&db);
            assert!(found == [0; 4] || found == [1; 4], "{part} {torn}: {found:?}");
            audit(&db);
            whole += found[0];
            if part % 12 == 0 {
                let rig = Rig::open(&folder, &[], Parts::default()).await;
                rig.call(ORDER, &wish(READY, "once")).await.ok();
                assert_eq!(orders(&rig).await.len(), 1);
                assert_eq!(rig.balance("sandbox").await, AFTER_ONE);
                rig.end().await;
            } else {
                remove(&folder);
            }
        }
    }
    assert!(whole > 0, "the whole log was never read");
    remove(&prepared);
}
