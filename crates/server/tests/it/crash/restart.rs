//! The program itself, killed; what a restart remembers; and who may open a store.

use super::{AFTER_ONE, CROWD, note, noted, prepared, remove, repeat_crowd, unpaid, wish};
use crate::rig::{ORDER, READY, RICH, Rig, VPC, audit, run};
use crossconnect::config::Config;
use crossconnect::keys::SANDBOX_SECRET;
use crossconnect::server::{Parts, Server};
use serde_json::{Value, json};
use std::io::BufRead as _;
use std::path::Path;
use std::process::{Child, Stdio};
use wire::client::Signed;

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
    let ids = rig.circuits(CROWD).await;
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
    rig.advance("P100D").await;
    rig.put_key(RICH, "mine", json!({"edition": "2019"})).await;
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
    rig.advance("P7D").await;
    assert_eq!(rig.state().await["orders"][0]["status"], "Cancelled");
    rig.end().await;
}

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
