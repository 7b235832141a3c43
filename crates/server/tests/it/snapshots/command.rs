//! `crossconnect admin snapshot`, and `crossconnect audit` of worlds and snapshots.

use super::{at_rest, month, save, state_of};
use crate::rig::{ORDER, READY, RICH, Rig, VPC, said};
use serde_json::{Value, json};

/// `crossconnect admin snapshot` with these arguments, of this server.
async fn admin(rig: &Rig, arguments: &[&str]) -> (Option<i32>, String, String) {
    rig.admin(&[&["snapshot"], arguments].concat()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_are_kept_and_put_back_by_commands() {
    let (rig, _) = at_rest().await;
    let done = |text: &str| (Some(0), text.to_owned(), String::new());
    let told = admin(&rig, &["save", "before"]).await;
    assert_eq!(told, done("saved before, taken at 2026-11-22T08:00:00Z\n"));
    rig.call(ORDER, &month(READY, "once")).await.ok();
    rig.advance("P1D").await;
    admin(&rig, &["save", "a-day-later"]).await;
    let list = "NAME         WORLD'S TIME          SAVED\n\
        a-day-later  2026-11-23T08:00:00Z  2026-11-22T08:00:00Z\n\
        before       2026-11-22T08:00:00Z  2026-11-22T08:00:00Z\n";
    assert_eq!(admin(&rig, &["list"]).await, done(list));
    let (_, text, _) = admin(&rig, &["list", "--json"]).await;
    let told: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(told["snapshots"][1]["name"], "before");
    let told = admin(&rig, &["restore", "before"]).await;
    assert_eq!(told, done("restored before, the world's time is 2026-11-22T08:00:00Z\n"));
    assert_eq!(state_of(&rig, "default").await["orders"], json!([]));
    assert_eq!(admin(&rig, &["delete", "before"]).await, done("deleted before\n"));
    // Of another world, wherever the option stands.
    admin(&rig, &["save", "s", "--world", "w"]).await;
    let (_, text, _) = admin(&rig, &["--world", "w", "list"]).await;
    assert!(text.lines().nth(1).is_some_and(|line| line.starts_with("s ")), "{text}");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_is_refused_says_why_and_ends_with_1() {
    let (rig, _) = at_rest().await;
    save(&rig, "default", "s").await;
    for (arguments, why) in [
        (&["save", "s"][..], "there is a snapshot of this name; \"replace\":true overwrites it"),
        (&["restore", "t"], "there is no snapshot of this name"),
        (&["delete", "a/b"], "there is no snapshot of this name"),
        (&["list", "--world", "W"], "a world's name is 1-32 of a-z, 0-9 and -"),
    ] {
        let (code, text, said) = admin(&rig, arguments).await;
        assert_eq!((code, text.as_str()), (Some(1), ""), "{arguments:?}");
        assert!(said.starts_with("crossconnect: ") && said.contains(why), "{said}");
    }
    let (code, ..) = admin(&rig, &["save", "s", "--replace"]).await;
    assert_eq!(code, Some(0));
    rig.end().await;
    let nobody = ["admin", "snapshot", "list", "--address", "127.0.0.1:1"];
    let (code, _, said) = said(&nobody).await;
    assert_eq!(code, Some(1));
    assert!(said.starts_with("crossconnect: 127.0.0.1:1: "), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_brings_the_control_token() {
    let rig = Rig::with(&[("control_token", "hush")]).await;
    let (code, _, said) = admin(&rig, &["list"]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("control token"), "{said}");
    let (code, text, _) = admin(&rig, &["list", "--control-token", "hush"]).await;
    assert_eq!((code, text.as_str()), (Some(0), "NAME  WORLD'S TIME  SAVED\n"));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_looks_at_every_world_and_snapshot_or_at_one_world_alone() {
    let (rig, _) = at_rest().await;
    rig.call_as("sandbox@a", VPC, ORDER, &month(READY, "once")).await.ok();
    save(&rig, "a", "s").await;
    save(&rig, "default", "t").await;
    let folder = rig.end_keeping().await;
    let store = format!("sqlite:{}", folder.join("crossconnect.db").display());
    let audit = async |more: &[&str]| said(&[&["audit", "--store", &store], more].concat()).await;
    let (code, text, _) = audit(&[]).await;
    assert_eq!(code, Some(0), "{text}");
    assert!(text.ends_with("CONSISTENT: 2 world(s), 2 snapshot(s)\n"), "{text}");
    let (code, text, _) = audit(&["--world", "a"]).await;
    assert_eq!(code, Some(0), "{text}");
    assert!(text.ends_with("CONSISTENT: 1 world(s)\n"), "{text}");
    let (code, _, said) = audit(&["--world", "nowhere"]).await;
    assert_eq!(code, Some(2));
    assert!(said.contains("there is no world \"nowhere\""), "{said}");
    // Damage in a snapshot is found, and is none of its world's.
    let db = rusqlite::Connection::open(folder.join("crossconnect.db")).expect("a store");
    let damage = "UPDATE accounts SET balance = 7 WHERE balance = 0 AND world IN \
         (SELECT copy FROM snapshots WHERE name = 's')";
    assert_eq!(db.execute(damage, []).expect("damage is done"), 1);
    drop(db);
    let (code, text, _) = audit(&[]).await;
    assert_eq!(code, Some(1));
    assert!(text.contains("FAIL L3") && text.contains("a@s/1000000000000002"), "{text}");
    let (code, ..) = audit(&["--world", "a"]).await;
    assert_eq!(code, Some(0));
    let (code, text, _) = audit(&["--json"]).await;
    let told: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((code, &told["snapshots"][1]["snapshot"]), (Some(1), &json!("a@s")), "{RICH}");
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}
