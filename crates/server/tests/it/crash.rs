//! Whatever the process or the disk does: the cases D of idempotency_cases.md, the store's
//! failures, and who may open a store. Here is what kills; a file a story.
//!
//! A test that needs a process to kill runs this very binary again, filtered to
//! [`child_that_is_killed`], and tells it by variables which story to play and at which point of a
//! commit to die by SIGKILL.

mod failures;
mod points;
mod restart;
mod worlds;

use crate::rig::{Back, ORDER, READY, Rig, VPC, audit, fresh_folder, prepaid};
use crossconnect::server::Parts;
use serde_json::{Value, json};
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use store::sqlite::Point;

/// What account 1 has left after one order of [`wish`].
const AFTER_ONE: &str = "99830.00";

/// An order of two months, 170.00, paid at once.
fn wish<'a>(circuit: &'a str, token: &'a str) -> [(&'a str, &'a str); 5] {
    prepaid(circuit, "2", "true", token)
}

fn unpaid<'a>(circuit: &'a str, token: &'a str) -> [(&'a str, &'a str); 5] {
    prepaid(circuit, "2", "false", token)
}

/// Every order: number, circuit, status.
async fn orders(rig: &Rig) -> Vec<(String, String, String)> {
    let state = rig.state().await;
    let orders = state["orders"].as_array().expect("orders");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    orders.iter().map(|o| (text(&o["id"]), text(&o["circuit"]), text(&o["status"]))).collect()
}

/// Ends this process as kill -9 does: no destructor runs, nothing is flushed.
fn die() -> ! {
    let id = std::process::id().to_string();
    let killed = std::process::Command::new("kill").args(["-9", &id]).status();
    panic!("kill -9 came back: {killed:?}");
}

/// Counts the points of commits once armed, notes each, and dies at the one that is ordered.
struct Bomb {
    folder: PathBuf,
    armed: AtomicBool,
    passed: AtomicUsize,
    dies_at: usize,
}

impl Bomb {
    fn pass(&self, point: Point) {
        if !self.armed.load(Ordering::Acquire) {
            return;
        }
        let nth = self.passed.fetch_add(1, Ordering::AcqRel) + 1;
        note(&self.folder, "points", &format!("{point:?}"));
        if nth == self.dies_at {
            die();
        }
    }
}

/// Adds a line to a file of the story.
fn note(folder: &Path, name: &str, line: &str) {
    let file = std::fs::OpenOptions::new().create(true).append(true).open(folder.join(name));
    // One write, so that a kill leaves whole lines.
    file.expect("a file").write_all(format!("{line}\n").as_bytes()).expect("it is written");
}

fn noted(folder: &Path, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Not a test of its own: the process that the others start and kill. In an ordinary run nobody
/// has named a folder, so there is nothing to do and it passes at once.
#[test]
fn child_that_is_killed() {
    let Ok(folder) = std::env::var("CRASH_FOLDER") else { return };
    let folder = PathBuf::from(folder);
    let story = std::env::var("CRASH_STORY").expect("a story comes with a folder");
    let dies_at = std::env::var("CRASH_POINT").expect("and a point").parse().expect("a number");
    let bomb = Bomb {
        folder: folder.clone(),
        armed: AtomicBool::new(story == "start"),
        passed: AtomicUsize::new(0),
        dies_at,
    };
    let bomb = Arc::new(bomb);
    let ours = Arc::clone(&bomb);
    let at_point: Arc<dyn Fn(Point) + Send + Sync> = Arc::new(move |point| ours.pass(point));
    let parts = Parts { at_point: Some(at_point), ..Parts::default() };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let rig = Arc::new(Rig::open(&folder, &[], parts).await);
        // On a full disk there is no room for notes, and no need to die early.
        bomb.armed.store(story != "full", Ordering::Release);
        play(&rig, &folder, &story).await;
        // The story ended before the point came; what is open is not closed in good order either.
        note(&folder, "ended", &story);
        die();
    });
}

async fn play(rig: &Arc<Rig>, folder: &Path, story: &str) {
    match story {
        "start" => {}
        "order" => {
            let back = rig.call(ORDER, &wish(READY, "once")).await.ok();
            note(folder, "told", &back.order_id());
        }
        "pay" => {
            let order = noted(folder, "order").remove(0);
            rig.post(&format!("/orders/{order}/pay"), Value::Null).await;
        }
        "delete" => {
            let id = [("PhysicalConnectionId", READY)];
            rig.call("DeletePhysicalConnection", &id).await.ok();
        }
        "clock" => drop(rig.post("/clock", json!({"advance": "P30D"})).await),
        "world" => drop(rig.call_as("sandbox@new", VPC, ORDER, &wish(READY, "once")).await.ok()),
        "crowd" => crowd(rig, folder).await,
        "full" => full(rig, folder).await,
        story => {
            let (method, path, body) = worlds::call_of(story).expect("there is such a story");
            let (status, answer) = rig.control(method, path, &body).await;
            assert_eq!(status, 200, "{answer}");
        }
    }
}

/// How many order together in the story `crowd`.
const CROWD: usize = 16;

async fn crowd(rig: &Arc<Rig>, folder: &Path) {
    let circuits = noted(folder, "circuits");
    let tasks: Vec<_> = circuits
        .into_iter()
        .map(|circuit| {
            let (rig, folder) = (Arc::clone(rig), folder.to_owned());
            tokio::spawn(async move {
                let back = rig.call(ORDER, &wish(&circuit, &format!("t-{circuit}"))).await.ok();
                note(&folder, "told", &format!("{circuit} {}", back.order_id()));
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("an order");
    }
}

/// Starts this binary again as the child, perhaps behind another program, and waits for its end.
/// What it did before it died is in the folder's notes.
fn child_behind(front: &[&str], folder: &Path, story: &str, point: usize) -> bool {
    for name in ["points", "ended", "told"] {
        let _ = std::fs::remove_file(folder.join(name));
    }
    let this = std::env::current_exe().expect("this binary");
    let mut words = front.iter().map(std::ffi::OsStr::new).collect::<Vec<_>>();
    words.push(this.as_os_str());
    let child = std::process::Command::new(words[0])
        .args(&words[1..])
        .args(["crash::child_that_is_killed", "--exact", "--nocapture"])
        .env("CRASH_FOLDER", folder)
        .env("CRASH_STORY", story)
        .env("CRASH_POINT", point.to_string())
        .output()
        .expect("the child starts");
    let killed = child.status.signal() == Some(9) || child.status.code() == Some(128 + 9);
    if !killed {
        eprintln!("{}", String::from_utf8_lossy(&child.stderr));
    }
    killed
}

fn child(folder: &Path, story: &str, point: usize) {
    assert!(child_behind(&[], folder, story, point), "{story}: the child ended by itself");
}

/// A copy of a store that nobody has open.
fn copy(of: &Path) -> PathBuf {
    let folder = fresh_folder();
    for file in std::fs::read_dir(of).expect("a folder") {
        let file = file.expect("a file");
        std::fs::copy(file.path(), folder.join(file.file_name())).expect("a copy");
    }
    folder
}

fn remove(folder: &Path) {
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}

/// A sandbox's store, closed, with this done to it first.
async fn prepared<F: AsyncFnOnce(&Rig)>(work: F) -> PathBuf {
    let rig = Rig::sandbox().await;
    work(&rig).await;
    rig.end_keeping().await
}

/// Repeats every call of the story `crowd`: what was told is there, and each is ordered once.
async fn repeat_crowd(rig: &Rig, folder: &Path) {
    let told = noted(folder, "told");
    let circuits = noted(folder, "circuits");
    assert_eq!(circuits.len(), CROWD);
    for circuit in &circuits {
        let token = format!("t-{circuit}");
        let back = rig.call(ORDER, &wish(circuit, &token)).await.ok();
        let line = told.iter().find(|line| line.starts_with(circuit));
        if let Some(line) = line {
            assert_eq!(*line, format!("{circuit} {}", back.order_id()));
            assert!(back.replay_of.is_some(), "an acknowledged order was lost");
        }
    }
    let all = orders(rig).await;
    assert_eq!(all.len(), CROWD);
    assert!(all.iter().all(|(_, _, status)| status == "Paid"), "{all:?}");
    assert_eq!(rig.balance("sandbox").await, "97280.00");
}

/// Orders for one circuit after the other until one is refused; the refused one.
async fn until_refused(rig: &Rig, ids: &[String]) -> (usize, Back) {
    for (nth, id) in ids.iter().enumerate() {
        let back = rig.call(ORDER, &unpaid(id, id)).await;
        if back.status != 200 {
            return (nth, back);
        }
    }
    panic!("the disk was never full");
}

/// The story of the child on a small disk of its own.
async fn full(rig: &Arc<Rig>, folder: &Path) {
    let ids = rig.circuits(200).await;
    let mut junk = std::fs::File::create(folder.join("junk")).expect("a file");
    while junk.write_all(&[1; 4096]).is_ok() {}
    let (nth, back) = until_refused(rig, &ids).await;
    back.refused(503, "ServiceUnavailable");
    assert_eq!(orders(rig).await.len(), nth);
    let again = rig.call(ORDER, &unpaid(&ids[nth], &ids[nth])).await;
    again.refused(503, "ServiceUnavailable");
    drop(junk);
    std::fs::remove_file(folder.join("junk")).expect("it was ours");
    for id in &ids[nth..] {
        assert_eq!(rig.call(ORDER, &unpaid(id, id)).await.ok().replay_of, None);
    }
    assert_eq!(orders(rig).await.len(), ids.len());
    audit(&rig.store_path());
}
