//! Whatever the process or the disk does: the cases D of idempotency_cases.md, the store's
//! failures, and who may open a store.
//!
//! A test that needs a process to kill runs this very binary again, filtered to
//! [`child_that_is_killed`], and tells it by variables which story to play and at which point of a
//! commit to die by SIGKILL.
//! Long because each point of a commit and each failing disk has its story.

use crate::rig::{BSS, Back, Gate, ORDER, Rig, VPC, audit, fresh_folder, run};
use crossconnect::clock::draw_text;
use crossconnect::config::Config;
use crossconnect::keys::SANDBOX_SECRET;
use crossconnect::server::{Parts, Server};
use domain::command::TopUp;
use domain::price::Money;
use domain::{Command, Proposal, Timestamp, sandbox};
use serde_json::{Value, json};
use std::io::{BufRead as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use store::sqlite::{Options, Point};
use store::{Fault, Verdict};
use wire::client::Signed;

/// What account 1 has left after one order of [`wish`].
const AFTER_ONE: &str = "99830.00";
const READY: &str = "pc-sandboxconfirmed";

/// An order of two months, 170.00, paid at once.
fn wish<'a>(circuit: &'a str, token: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("PhysicalConnectionId", circuit),
        ("InstanceChargeType", "PrePaid"),
        ("Period", "2"),
        ("AutoPay", "true"),
        ("ClientToken", token),
    ]
}

fn unpaid<'a>(circuit: &'a str, token: &'a str) -> [(&'a str, &'a str); 5] {
    let mut call = wish(circuit, token);
    call[3].1 = "false";
    call
}

/// Every order: number, circuit, status.
async fn orders(rig: &Rig) -> Vec<(String, String, String)> {
    let state = rig.state().await;
    let orders = state["orders"].as_array().expect("orders");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    orders.iter().map(|o| (text(&o["id"]), text(&o["circuit"]), text(&o["status"]))).collect()
}

// The child.

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
        _ => panic!("there is no story {story}"),
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

/// A sandbox's store, closed, with this done to it first.
async fn prepared<F: AsyncFnOnce(&Rig)>(work: F) -> PathBuf {
    let rig = Rig::sandbox().await;
    work(&rig).await;
    rig.end_keeping().await
}

// D. Crash points.

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
        let circuits: Vec<String> = circuits(rig, CROWD).await;
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

/// Circuits that wait for payment.
async fn circuits(rig: &Rig, count: usize) -> Vec<String> {
    let order = json!({"account": sandbox::RICH.to_string(), "region": "cn-hangzhou",
        "status": "Confirmed", "count": count});
    let made = rig.post("/circuits", order).await;
    let ids = made["ids"].as_array().expect("ids");
    ids.iter().map(|id| id.as_str().expect("an id").to_owned()).collect()
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

/// D2, D3 and promise (b) for many at once, in batches as they fall.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_acknowledged_in_a_crowd_survives_the_kill() {
    let folder = prepared(async |rig: &Rig| {
        let circuits: Vec<String> = circuits(rig, CROWD).await;
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

// The program itself, killed.

/// The program, serving on a port of its own.
struct Program {
    child: Child,
    url: String,
}

impl Program {
    fn serve(folder: &Path) -> Self {
        let store = format!("sqlite:{}", folder.join("crossconnect.db").display());
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_crossconnect"))
            .args(["serve", "--sandbox", "--listen", "127.0.0.1:0", "--log", "off", "--store"])
            .arg(store)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let mut out = std::io::BufReader::new(child.stdout.take().expect("a pipe"));
        out.read_line(&mut line).expect("a line");
        let url = line.trim().strip_prefix("crossconnect ready ").expect("it is ready");
        Self { child, url: url.to_owned() }
    }

    /// Sends a signed call; `None` when there was no whole answer.
    fn send(&self, signed: &Signed) -> Option<(u16, String)> {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent: ureq::Agent = config.build().into();
        let mut request = http::Request::builder()
            .method(signed.method.as_str())
            .uri(format!("{}{}", self.url, signed.target));
        for (name, value) in &signed.headers {
            request = request.header(name, value);
        }
        let mut answer = agent.run(request.body(signed.body.clone()).expect("a request")).ok()?;
        let text = answer.body_mut().read_to_string().ok()?;
        Some((answer.status().as_u16(), text))
    }
}

/// Promise (b), with the real program, over TCP, killed while orders are coming in.
#[tokio::test(flavor = "multi_thread")]
async fn every_order_that_the_program_acknowledged_survives_kill_9() {
    let rig = Rig::sandbox().await;
    let ids = circuits(&rig, CROWD).await;
    let calls: Vec<Signed> = ids
        .iter()
        .map(|id| rig.sign("sandbox", SANDBOX_SECRET, VPC, ORDER, &wish(id, &format!("t-{id}"))))
        .collect();
    let folder = rig.end_keeping().await;
    note(&folder, "circuits", &ids.join("\n"));
    let program = Program::serve(&folder);
    let told = folder.clone();
    let ours = tokio::task::spawn_blocking(move || {
        let Program { mut child, url } = program;
        let id = child.id().to_string();
        for (nth, (circuit, call)) in ids.iter().zip(&calls).enumerate() {
            if nth == CROWD / 2 {
                // While the next one is under way.
                let kill = std::process::Command::new("kill").args(["-9", &id]).spawn();
                drop(kill.expect("kill runs").wait());
            }
            let program = Program { child, url: url.clone() };
            let answer = program.send(call);
            child = program.child;
            if let Some((200, text)) = answer {
                let body: Value = serde_json::from_str(&text).expect("JSON");
                let order = body["Data"]["OrderId"].as_str().expect("an order");
                note(&told, "told", &format!("{circuit} {order}"));
            }
        }
        child.wait().expect("it ended")
    });
    assert!(!ours.await.expect("calls").success());
    assert!(noted(&folder, "told").len() >= CROWD / 2);
    audit(&folder.join("crossconnect.db"));
    let rig = Rig::open(&folder, &[], Parts::default()).await;
    repeat_crowd(&rig, &folder).await;
    rig.end().await;
}

// What a restart remembers.

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_write_sent_again_after_a_restart_is_a_used_nonce() {
    let rig = Rig::sandbox().await;
    let sign = |token| rig.sign("sandbox", SANDBOX_SECRET, VPC, ORDER, &wish(READY, token));
    let (with, without) = (sign("once"), sign(""));
    let first = rig.send(&with).await.ok();
    let folder = rig.end_keeping().await;
    let rig = Rig::open(&folder, &[], Parts::default()).await;
    rig.send(&with).await.refused(400, "SignatureNonceUsed");
    // One that was never sent is fresh: it is judged on the circuit.
    rig.send(&without).await.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    let again = rig.call(ORDER, &wish(READY, "once")).await.ok();
    assert_eq!(again.order_id(), first.order_id());
    assert_eq!(again.replay_of, Some(first.request_id));
    assert_eq!(rig.balance("sandbox").await, AFTER_ONE);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_the_clock_the_keys_the_prices_and_what_is_due() {
    let rig = Rig::sandbox().await;
    rig.post("/clock", json!({"advance": "P100D"})).await;
    let key = json!({"account": "1000000000000001", "access_key_id": "mine",
        "secret": SANDBOX_SECRET, "edition": "2019"});
    rig.post("/keys", key).await;
    let list = json!({"currency": "USD",
        "prices": [{"port_type": "1000Base-LX", "region": "cn-hangzhou", "month": "1.50"}]});
    rig.post("/prices", list).await;
    let order = rig.call(ORDER, &unpaid(READY, "once")).await.ok().order_id();
    let before = rig.state().await;
    let folder = rig.end_keeping().await;
    let rig = Rig::open(&folder, &[], Parts::default()).await;
    let after = rig.state().await;
    for part in ["accounts", "circuits", "orders", "users", "keys"] {
        assert_eq!(before[part], after[part], "{part}");
    }
    assert!(after["clock"].as_str() >= before["clock"].as_str());
    assert_eq!(after["orders"][0]["amount"], "3.00");
    let back = rig.call_as("mine", VPC, ORDER, &unpaid(READY, "once")).await.ok();
    assert!(back.body["data"]["orderId"].is_u64(), "the key's edition: {}", back.text);
    assert_eq!(back.order_id(), order);
    rig.post("/clock", json!({"advance": "P7D"})).await;
    assert_eq!(rig.state().await["orders"][0]["status"], "Cancelled");
    rig.end().await;
}

// Who may open a store.

fn store_url(rig: &Rig) -> String {
    format!("sqlite:{}", rig.store_path().display())
}

/// B3: two servers on one database are one server and one refusal.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_one_store_is_refused_by_name() {
    let rig = Rig::sandbox().await;
    let store = store_url(&rig);
    let config = Config::with(&[("listen", "127.0.0.1:0"), ("store", &store), ("log", "off")]);
    let second = Server::start(config.expect("settings"), Parts::default()).await;
    let error = second.err().expect("the store is taken");
    assert!(error.contains("another crossconnect has"), "{error}");
    assert!(error.contains(rig.store_path().to_str().expect("UTF-8")), "{error}");
    let second = run(&["serve", "--listen", "127.0.0.1:0", "--store", &store]);
    assert_eq!(second.status.code(), Some(1));
    assert!(second.stdout.is_empty(), "it was never ready");
    let said = String::from_utf8(second.stderr).expect("text");
    assert!(said.contains("another crossconnect has"), "{said}");
    rig.call(ORDER, &wish(READY, "once")).await.ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn audits_and_commands_that_only_read_work_beside_a_running_server() {
    let rig = Rig::sandbox().await;
    rig.call(ORDER, &wish(READY, "once")).await.ok();
    let store = store_url(&rig);
    for form in [&["audit", "--store", &store][..], &["audit", "--json", "--store", &store]] {
        let report = run(form);
        assert_eq!(report.status.code(), Some(0), "{report:?}");
        let said = String::from_utf8(report.stdout).expect("text");
        assert!(said.contains("CONSISTENT") || said.contains("\"consistent\":true"), "{said}");
    }
    for command in [&["config", "show"][..], &["env", "python"], &["config", "default"]] {
        assert_eq!(run(command).status.code(), Some(0), "{command:?}");
    }
    // The server noticed nothing.
    rig.call(ORDER, &wish(READY, "once")).await.ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_a_later_release_is_refused_and_left_alone() {
    let folder = prepared(async |_: &Rig| {}).await;
    let path = folder.join("crossconnect.db");
    let db = rusqlite::Connection::open(&path).expect("a store");
    db.pragma_update(None, "user_version", 99).expect("it is written");
    drop(db);
    let before = std::fs::read(&path).expect("a file");
    let store = format!("sqlite:{}", path.display());
    let refused = run(&["serve", "--listen", "127.0.0.1:0", "--store", &store]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8(refused.stderr).expect("text");
    assert!(said.contains("schema version 99"), "{said}");
    let report = run(&["audit", "--store", &store]);
    assert_eq!(report.status.code(), Some(2));
    let said = String::from_utf8(report.stderr).expect("text");
    assert!(said.contains("schema version 99"), "{said}");
    assert!(before == std::fs::read(&path).expect("a file"), "the store was changed");
    remove(&folder);
}

// The store's failures.

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

/// D6.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_file_is_503_keeps_nothing_and_frees_the_token() {
    let rig = Rig::sandbox().await;
    let ids = circuits(&rig, 200).await;
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

/// The story of the child on a small disk of its own.
async fn full(rig: &Arc<Rig>, folder: &Path) {
    let ids = circuits(rig, 200).await;
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
    let world = rig.gateway.store.world("default").expect("it is always there");
    let wall = rig.gateway.clock.wall();
    // Hold the writer with another order, so that the next three are one batch.
    gate.shut();
    let (ours, other) = (Arc::clone(&rig), draw_text());
    let held = tokio::spawn(async move { ours.call(ORDER, &wish(READY, &other)).await });
    gate.reached().await;
    let settle = |amount| {
        let command = TopUp { account: sandbox::RICH, amount: Money::units(amount) };
        // A task each: who is woken first passes the news on to others.
        tokio::spawn(rig.gateway.store.settle(&world, operator(command, wall)))
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
    assert!(rig.gateway.store.ready());
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
    let ready = circuits(&rig, 1).await.remove(0);
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
