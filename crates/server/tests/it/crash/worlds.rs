//! Killed while a world is saved, put back, forked or removed: it is done wholly or not at all.

use super::{child, copy, noted, prepared, remove};
use crate::rig::{ORDER, READY, RICH, Rig, VPC, audit, prepaid};
use crossconnect::server::Parts;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use store::sqlite::{read_books, read_snapshots_in};

/// A story that is one control call: its method, its path and its body.
pub(super) fn call_of(story: &str) -> Option<(&'static str, &'static str, Value)> {
    let replace = json!({"name": "s", "replace": true});
    Some(match story {
        "save" => ("POST", "/worlds/a/snapshots", json!({"name": "t"})),
        "save again" => ("POST", "/worlds/a/snapshots", replace),
        "restore" => ("POST", "/worlds/a/snapshots/s/restore", Value::Null),
        "discard" => ("DELETE", "/worlds/a/snapshots/s", Value::Null),
        "fork" => ("POST", "/worlds/f/fork", json!({"from": "a"})),
        "fork a snapshot" => ("POST", "/worlds/f/fork", json!({"from": "a", "snapshot": "s"})),
        "remove" => ("DELETE", "/worlds/a", Value::Null),
        _ => return None,
    })
}

/// How many orders each world and snapshot has before any story.
const BEFORE: &[(&str, usize)] = &[("a", 2), ("a@s", 1), ("default", 0)];

/// Each story, and how many they have after it.
const STORIES: &[(&str, &[(&str, usize)])] = &[
    ("save", &[("a", 2), ("a@s", 1), ("a@t", 2), ("default", 0)]),
    ("save again", &[("a", 2), ("a@s", 2), ("default", 0)]),
    ("restore", &[("a", 1), ("a@s", 1), ("default", 0)]),
    ("discard", &[("a", 2), ("default", 0)]),
    ("fork", &[("a", 2), ("a@s", 1), ("default", 0), ("f", 2)]),
    ("fork a snapshot", &[("a", 2), ("a@s", 1), ("default", 0), ("f", 1)]),
    ("remove", &[("default", 0)]),
];

/// How many orders each world and snapshot has in a file.
fn found(path: &Path) -> BTreeMap<String, usize> {
    let worlds = read_books(path).expect("a store");
    let snapshots = read_snapshots_in(path, None).expect("a store");
    let all = worlds.into_iter().chain(snapshots);
    all.map(|(name, books)| (name, books.orders.len())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_is_saved_put_back_forked_or_removed_wholly_or_not_at_all() {
    let prepared = prepared(async |rig: &Rig| {
        let given = json!({"account": RICH, "region": "cn-hangzhou", "status": "Confirmed",
            "id": "pc-other"});
        rig.post("/worlds/a/circuits", given).await;
        rig.call_as("sandbox@a", VPC, ORDER, &prepaid(READY, "1", "true", "one")).await.ok();
        rig.post("/worlds/a/snapshots", json!({"name": "s"})).await;
        rig.call_as("sandbox@a", VPC, ORDER, &prepaid("pc-other", "1", "true", "two")).await.ok();
    })
    .await;
    for (story, after) in STORIES {
        let mut points = vec![usize::MAX];
        while let Some(point) = points.pop() {
            let folder = copy(&prepared);
            child(&folder, story, point);
            let passed = noted(&folder, "points");
            if point == usize::MAX {
                let all = passed.len();
                assert_eq!(passed[all - 2..], ["Committing", "Committed"], "{story}: {passed:?}");
                points.extend([1, 2, all / 2, all - 2, all - 1, all]);
            }
            let path = folder.join("crossconnect.db");
            audit(&path);
            let happened = passed.last().is_some_and(|point| point == "Committed");
            let expected = if happened { after } else { BEFORE };
            let expected = expected.iter().map(|(name, orders)| ((*name).to_owned(), *orders));
            assert_eq!(found(&path), expected.collect(), "{story}, {point}");
            let rig = Rig::open(&folder, &[], Parts::default()).await;
            // It can be done, or done again: who has gone or come is told so.
            let (method, path, body) = call_of(story).expect("it is one call");
            let (status, answer) = rig.control(method, path, &body).await;
            assert!(status == 200 || (happened && [404, 409].contains(&status)), "{answer}");
            rig.end().await;
        }
    }
    remove(&prepared);
}
