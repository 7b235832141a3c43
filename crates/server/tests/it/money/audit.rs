//! Would an audit notice?

use super::{POORS, month, order};
use crate::rig::{BSS, ORDER, POOR, READY, Rig, VPC, audit, fresh_folder, run};
use crossconnect::audit::Report;
use serde_json::{Value, json};
use std::path::Path;

/// A store with a bit of everything: applied for and given, paid and unpaid and cancelled.
async fn lived_in() -> std::path::PathBuf {
    let rig = Rig::sandbox().await;
    let new = [("AccessPointId", "ap-cn-hangzhou-yh-B"), ("LineOperator", "CT")];
    let mut applied = Vec::new();
    for _ in 0..2 {
        let back = rig.call("CreatePhysicalConnection", &new).await.ok();
        applied.push(back.body["PhysicalConnectionId"].as_str().expect("an id").to_owned());
    }
    rig.advance("PT1S").await;
    let named = [("PhysicalConnectionId", applied[0].as_str())];
    rig.call("ConfirmPhysicalConnection", &named).await.ok();
    let mut call = month(&applied[0], "true").to_vec();
    call.push(("ClientToken", "applied"));
    rig.call(ORDER, &call).await.ok();
    let mut call = month(READY, "false").to_vec();
    call.push(("ClientToken", "given"));
    rig.call(ORDER, &call).await.ok();
    order(&rig, "sandbox-poor", POORS, "true").await.ok();
    rig.end_keeping().await
}

/// A store with a circuit that waits for its setup order.
async fn waiting_for_setup() -> std::path::PathBuf {
    let rig = Rig::sandbox().await;
    let new = [("AccessPointId", "ap-cn-hangzhou-yh-B"), ("LineOperator", "CT")];
    rig.call("CreatePhysicalConnectionSetupOrder", &new).await.ok();
    rig.end_keeping().await
}

/// A store with a circuit that is paid as it goes, its first bill, and an order that was cancelled.
async fn metered() -> std::path::PathBuf {
    let parts = crossconnect::server::Parts {
        clock: Some(crate::rig::stopped_clock("2026-11-22T08:00:00Z")),
        ..Default::default()
    };
    let rig = Rig::open(&fresh_folder(), &[], parts).await;
    let circuit = rig.circuit("Confirmed").await;
    let placed = order(&rig, "sandbox", &circuit, "false").await.ok().order_id();
    rig.call_as("sandbox", BSS, "CancelOrder", &[("OrderId", &placed)]).await.ok();
    let as_it_goes = [("PhysicalConnectionId", circuit.as_str()), ("RegionId", "cn-hangzhou")];
    rig.call_as("sandbox-2019", VPC, ORDER, &as_it_goes).await.ok();
    let month = rig.post("/clock", json!({"advance": "P9D"})).await;
    assert_eq!(month["happened"], json!({"bill": 1}));
    rig.end_keeping().await
}

/// A store with two routers of a failover group, and one that was made for another account.
async fn with_routers() -> std::path::PathBuf {
    let rig = Rig::sandbox().await;
    let (one, other) = (rig.circuit("Enabled").await, rig.circuit("Enabled").await);
    let addresses = [
        ("LocalGatewayIp", "10.0.0.1"),
        ("PeerGatewayIp", "10.0.0.2"),
        ("PeeringSubnetMask", "255.255.255.252"),
    ];
    let make = "CreateVirtualBorderRouter";
    let mut routers = Vec::new();
    for circuit in [&one, &other] {
        let named =
            [("PhysicalConnectionId", &**circuit), ("VlanId", "10"), ("ClientToken", circuit)];
        let call = [&named[..], &addresses].concat();
        let back = rig.call(make, &call).await.ok();
        routers.push(back.body["VbrId"].as_str().expect("an id").to_owned());
    }
    let lent = [("PhysicalConnectionId", &*one), ("VlanId", "11"), ("VbrOwnerId", POOR)];
    rig.call(make, &lent).await.ok();
    rig.call("CreateVbrHa", &[("VbrId", &routers[0]), ("PeerVbrId", &routers[1])]).await.ok();
    rig.end_keeping().await
}

/// Damage done to a copy of the store at `path`; the invariants that an audit then names.
/// The SQL with each fixed text of the store replaced by its number.
fn with_numbers(db: &rusqlite::Connection, sql: &str) -> String {
    let mut words = db.prepare("SELECT text, n FROM words").expect("a store has words");
    let words = words.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("words");
    let words = words.collect::<rusqlite::Result<Vec<(String, i64)>>>().expect("words");
    words
        .iter()
        .fold(sql.to_owned(), |sql, (text, n)| sql.replace(&format!("'{text}'"), &n.to_string()))
}

fn broken_by(path: &Path, sql: &str) -> Vec<&'static str> {
    let folder = fresh_folder();
    let copy = folder.join("crossconnect.db");
    std::fs::copy(path, &copy).expect("a copy");
    let db = rusqlite::Connection::open(&copy).expect("a store");
    db.execute_batch(
        "PRAGMA ignore_check_constraints = ON; DROP TRIGGER postings_are_never_changed;",
    )
    .expect("guards are off");
    let sql = &with_numbers(&db, sql);
    db.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    assert!(db.total_changes() > 0, "{sql} changed nothing");
    drop(db);
    let report = Report::of(&copy).expect("a store");
    let findings = report.worlds.iter().flat_map(|(_, findings)| findings);
    let broken = findings.filter(|finding| !finding.offenders.is_empty());
    let broken = broken.map(|finding| finding.invariant).collect();
    let text = report.text();
    assert!(!report.holds() && text.contains("BROKEN"), "{sql}: {text}");
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
    broken
}

/// SQL that does damage, and the invariants that it breaks. Fixed texts stand for their numbers.
const DAMAGES: &[(&str, &[&str])] = &[
    ("UPDATE postings SET amount = -amount WHERE order_id > 0", &["L1", "L3", "O1"]),
    ("UPDATE postings SET debit = credit WHERE order_id > 0", &["L1", "L6", "L3", "O1", "O9"]),
    ("UPDATE postings SET credit = -'revenue:CNY' WHERE order_id > 0", &["L2"]),
    ("UPDATE postings SET currency = 'CNY' WHERE order_id > 0", &["L6"]),
    ("UPDATE accounts SET balance = balance + 1", &["L3"]),
    ("UPDATE accounts SET balance = -1 WHERE balance = 0", &["L3", "L4"]),
    ("UPDATE postings SET balance_after = balance_after + 1 WHERE order_id > 0", &["L3"]),
    ("DELETE FROM postings WHERE order_id IS NULL", &["L3"]),
    ("DELETE FROM postings WHERE order_id > 0", &["L3", "O1"]),
    // A second payment of one order, its balance made to fit.
    (
        "INSERT INTO postings SELECT id + 100, world, at, debit, credit, amount, currency, \
         balance_after - amount, order_id FROM postings WHERE order_id > 0; \
         UPDATE accounts SET balance = balance - 850000 WHERE balance > 0",
        &["O1"],
    ),
    // Money taken for an order that there is not.
    (
        "INSERT INTO postings SELECT id + 100, world, at, debit, credit, amount, currency, \
         balance_after - amount, 7 FROM postings WHERE order_id > 0; \
         UPDATE accounts SET balance = balance - 850000 WHERE balance > 0",
        &["O9"],
    ),
    // Money given for nothing, out of what was sold.
    (
        "INSERT INTO postings SELECT id + 100, world, at, credit, debit, amount, currency, \
         balance_after + amount, NULL FROM postings WHERE order_id > 0; \
         UPDATE accounts SET balance = balance + 850000 WHERE balance > 0",
        &["O9"],
    ),
    (
        "UPDATE orders SET status = 'Cancelled' WHERE status = 'Paid'",
        &["O1", "O2", "O6", "O8", "O9", "S3"],
    ),
    (
        "UPDATE orders SET status = 'Paid' WHERE status = 'Unpaid'",
        &["O1", "O10", "O2", "O6", "O8", "R3", "S1"],
    ),
    ("UPDATE orders SET dies_at = created_at WHERE status = 'Paid'", &["O2"]),
    ("UPDATE orders SET cancel_cause = NULL WHERE status = 'Cancelled'", &["O2"]),
    // The paid order once more, under another number.
    (
        "INSERT INTO orders SELECT id + 100, world, account, circuit, region, port_type, \
         term_count, term_cycle, status, cancel_cause, amount, currency, price_version, \
         created_at, paid_at, dies_at, usage_start, usage_end, auto_renew, auto_renew_months, \
         by_time, kind, follows, request, shared_spec FROM orders WHERE status = 'Paid'",
        &["I4", "O1", "O4", "O8", "R3", "S1"],
    ),
    (
        "INSERT INTO orders SELECT id + 100, world, account, circuit, region, port_type, \
         term_count, term_cycle, status, cancel_cause, amount, currency, price_version, \
         created_at, paid_at, dies_at, usage_start, usage_end, auto_renew, auto_renew_months, \
         by_time, kind, follows, request, shared_spec FROM orders WHERE status = 'Unpaid'",
        &["I4", "O4"],
    ),
    ("DELETE FROM orders WHERE status = 'Unpaid'", &["O10", "I2"]),
    ("DELETE FROM orders WHERE status = 'Paid'", &["O9", "S3", "I2"]),
    ("UPDATE orders SET amount = amount + 1 WHERE status = 'Unpaid'", &["O5"]),
    ("UPDATE orders SET amount = amount + 1 WHERE status = 'Paid'", &["O1", "O5"]),
    ("UPDATE orders SET price_version = 9 WHERE status = 'Paid'", &["O5"]),
    ("UPDATE orders SET paid_at = NULL WHERE status = 'Paid'", &["O6"]),
    ("UPDATE orders SET paid_at = created_at - 1 WHERE status = 'Paid'", &["O6"]),
    ("UPDATE circuit_states SET open_order = NULL", &["O10"]),
    ("UPDATE circuit_states SET open_order = 7 WHERE open_order > 0", &["O10"]),
    ("UPDATE orders SET circuit = 'pc-nowhere' WHERE status = 'Cancelled'", &["O8"]),
    ("UPDATE orders SET account = 7 WHERE status = 'Cancelled'", &["O8", "I2"]),
    ("UPDATE circuit_states SET paid_order = NULL", &["O8", "R3", "S1", "S3"]),
    ("UPDATE circuit_states SET ends_at = ends_at + 1 WHERE paid_order > 0", &["S2", "S4"]),
    ("UPDATE circuit_states SET steps_at = NULL", &["S4"]),
    ("UPDATE circuit_states SET steps_at = steps_at + 1", &["S4"]),
    ("UPDATE orders SET kind = 2 WHERE status = 'Paid'", &["O1", "O2", "O7", "O8", "O9", "S1"]),
    ("UPDATE orders SET kind = 1 WHERE status = 'Paid'", &["O8", "S1"]),
    ("UPDATE orders SET usage_end = usage_end + 1 WHERE status = 'Paid'", &["S2"]),
    ("UPDATE circuit_states SET paid_order = 7 WHERE paid_order > 0", &["O8", "R3", "S1", "S3"]),
    (
        "UPDATE circuit_states SET status = 'Enabled' WHERE n IN \
         (SELECT n FROM circuits WHERE given = 0)",
        &["S3", "S5"],
    ),
    ("UPDATE accounts SET waiting_circuits = 4 WHERE balance > 0", &["S5"]),
    (
        "INSERT INTO receipts SELECT id + 100, world, account, region, kind, token, outcome, \
         circuit, order_id, marks, made_at, received_at FROM receipts \
         WHERE token = 'applied'",
        &["I1", "I3"],
    ),
    (
        "INSERT INTO receipts SELECT id + 100, world, account, region, kind, 'other', outcome, \
         circuit, order_id, marks, made_at, received_at FROM receipts \
         WHERE token = 'applied'",
        &["I3"],
    ),
    ("DELETE FROM receipts WHERE order_id = (SELECT MAX(order_id) FROM receipts)", &["I4"]),
    ("UPDATE receipts SET order_id = 7 WHERE token = 'given'", &["I2", "I4"]),
    ("UPDATE receipts SET account = 7 WHERE token = 'given'", &["I2"]),
    ("UPDATE receipts SET circuit = 'pc-nowhere' WHERE circuit IS NOT NULL", &["I2"]),
    // An order of a call passed off as one that time placed.
    ("UPDATE orders SET by_time = 1 WHERE status = 'Paid'", &["O8"]),
    ("INSERT INTO users (world, account, name) VALUES (0, 7, 'nobody')", &["A1"]),
    ("INSERT INTO keys (world, id, account, secret, active) VALUES (0, 'k', 7, 's', 1)", &["A2"]),
    (
        "INSERT INTO keys (world, id, account, user, secret, active) \
         VALUES (0, 'k', 1000000000000001, 'nobody', 's', 1)",
        &["A2"],
    ),
];

/// The same of what is paid as it goes.
const DAMAGES_OF_BILLS: &[(&str, &[&str])] = &[
    ("UPDATE bills SET amount = amount + 1", &["B1", "B2"]),
    ("UPDATE bills SET paid_at = NULL", &["B1"]),
    ("UPDATE bills SET port_type = '10GBase-LR'", &["B2"]),
    ("UPDATE bills SET used_to = used_to + 1", &["B2", "B3"]),
    ("DELETE FROM bills", &["B3", "O9"]),
    ("UPDATE circuit_states SET steps_at = NULL", &["S4"]),
    ("UPDATE order_moves SET status = 'Paid'", &["O11"]),
    (
        "INSERT INTO order_moves SELECT id + 1, world, order_id, account, before, status, \
         moved_at, cause, request FROM order_moves",
        &["O11"],
    ),
    // Paid for and enabled, and not for that order.
    (
        "UPDATE circuit_states SET enabled_at = enabled_at + 1 WHERE paid_order > 0",
        &["B3", "R3", "S2"],
    ),
];

/// The same of routers.
const DAMAGES_OF_ROUTERS: &[(&str, &[&str])] = &[
    ("UPDATE routers SET circuit = 'pc-nowhere' WHERE owner != account", &["V1"]),
    ("UPDATE routers SET vlan = 10", &["V2"]),
    ("UPDATE routers SET vlan = 0 WHERE owner != account", &["V2"]),
    ("DELETE FROM shared_things", &["V3"]),
    ("UPDATE routers SET wakes_at = 1", &["V4"]),
    ("DELETE FROM router_moves", &["V5"]),
    ("UPDATE routers SET status = 'terminated' WHERE owner = account", &["V5"]),
    ("UPDATE router_groups SET peer = router", &["V6"]),
    ("UPDATE routers SET router_group = NULL", &["V6"]),
    // Two keys in use at once.
    (
        "UPDATE circuits SET macsec = 'A' || char(9) || 'GCM-AES-128' || char(9) || \
         'Associated' || char(9) || '1' || char(10) || 'B' || char(9) || 'GCM-AES-128' || \
         char(9) || 'Associated' || char(9) || '1' || char(10)",
        &["K1"],
    ),
    ("UPDATE receipts SET circuit = 'vbr-nowhere' WHERE circuit LIKE 'vbr-%'", &["I2"]),
];

/// The same of circuits that wait for their setup orders.
const DAMAGES_OF_SETUPS: &[(&str, &[&str])] = &[
    ("UPDATE circuit_states SET wakes_at = 1 WHERE open_order > 0", &["O12"]),
    ("UPDATE circuit_states SET status = 'Approved' WHERE open_order > 0", &["O12"]),
    ("UPDATE orders SET amount = 1", &["O5"]),
    ("UPDATE receipts SET order_id = 7 WHERE order_id > 0", &["I2", "I4"]),
];

/// A store with two shared circuits, one of which its partner has paid for, with a router on it,
/// and the other its tenant.
async fn shared() -> std::path::PathBuf {
    let rig = Rig::sandbox().await;
    let port = rig.circuit("Enabled").await;
    let operation = "CreateVirtualPhysicalConnection";
    let mut made = Vec::new();
    for (vlan, payer) in
        [("1", "PayByPhysicalConnectionOwner"), ("2", "PayByVirtualPhysicalConnectionOwner")]
    {
        let call = [
            ("PhysicalConnectionId", &*port),
            ("VlanId", vlan),
            ("OrderMode", payer),
            ("Spec", "50M"),
            ("VpconnAliUid", POOR),
        ];
        let back = rig.call(operation, &call).await.ok();
        made.push(back.body["VirtualPhysicalConnection"].as_str().expect("an id").to_owned());
    }
    let it = [("RegionId", "cn-hangzhou"), ("PhysicalConnectionId", &*made[0])];
    rig.call_as("sandbox-poor", VPC, "ConfirmPhysicalConnection", &it).await.ok();
    let router = [
        ("VlanId", "1"),
        ("LocalGatewayIp", "10.0.0.1"),
        ("PeerGatewayIp", "10.0.0.2"),
        ("PeeringSubnetMask", "255.255.255.252"),
    ];
    let call = [&it[..], &router].concat();
    rig.call_as("sandbox-poor", VPC, "CreateVirtualBorderRouter", &call).await.ok();
    rig.credit(POOR, "100.00").await;
    let it = [("RegionId", "cn-hangzhou"), ("PhysicalConnectionId", &*made[1])];
    rig.call_as("sandbox-poor", VPC, "ConfirmPhysicalConnection", &it).await.ok();
    let call = [&it[..], &[("AutoPay", "true")]].concat();
    rig.call_as("sandbox-poor", VPC, ORDER, &call).await.ok();
    rig.end_keeping().await
}

/// The same of shared circuits.
const DAMAGES_OF_SHARED: &[(&str, &[&str])] = &[
    ("UPDATE circuits SET bandwidth_mbps = 51 WHERE hosted LIKE '%\t50M\t%'", &["H1"]),
    ("DELETE FROM shared_things", &["H1"]),
    ("UPDATE circuits SET hosted = replace(hosted, char(9) || '2', char(9) || '1')", &["H2"]),
    ("UPDATE routers SET vlan = 7", &["H3"]),
    ("UPDATE orders SET shared_spec = '100M' WHERE shared_spec = '50M'", &["O5", "H5"]),
    (
        "UPDATE circuits SET bandwidth_mbps = 100, hosted = replace(hosted, '\t50M\t', '\t100M\t') \
         WHERE hosted LIKE '%PayByVirtual%'",
        &["H5"],
    ),
    (
        "UPDATE circuits SET hosted = replace(hosted, 'PayByPhysical', 'PayByVirtualPhysical')",
        &["H4", "S3"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_names_every_damage_that_was_planted_among_shared_circuits() {
    let folder = shared().await;
    planted(&folder.join("crossconnect.db"), DAMAGES_OF_SHARED);
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_names_every_damage_that_was_planted_among_setup_orders() {
    let folder = waiting_for_setup().await;
    planted(&folder.join("crossconnect.db"), DAMAGES_OF_SETUPS);
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_names_every_damage_that_was_planted_among_routers() {
    let folder = with_routers().await;
    planted(&folder.join("crossconnect.db"), DAMAGES_OF_ROUTERS);
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_names_every_damage_that_was_planted_among_bills() {
    let folder = metered().await;
    planted(&folder.join("crossconnect.db"), DAMAGES_OF_BILLS);
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}

/// Fails the test unless an audit names each damage, and nothing where there is none.
fn planted(path: &Path, damages: &[(&str, &[&str])]) {
    audit(path);
    for (sql, expected) in damages {
        let mut broken = broken_by(path, sql);
        let mut expected = expected.to_vec();
        broken.sort_unstable();
        expected.sort_unstable();
        assert_eq!(broken, expected, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_names_every_damage_that_was_planted() {
    let folder = lived_in().await;
    let path = folder.join("crossconnect.db");
    planted(&path, DAMAGES);
    let all_damages = DAMAGES.iter().chain(DAMAGES_OF_BILLS);
    let all_damages = all_damages.chain(DAMAGES_OF_ROUTERS).chain(DAMAGES_OF_SETUPS);
    let all_damages = all_damages.chain(DAMAGES_OF_SHARED);
    let mut seen: Vec<&str> = all_damages.flat_map(|(_, broken)| *broken).copied().collect();
    seen.sort_unstable();
    seen.dedup();
    let report = Report::of(&path).expect("a store");
    let mut all: Vec<&str> = report.worlds[0].1.iter().map(|finding| finding.invariant).collect();
    all.sort_unstable();
    assert_eq!(seen, all, "every invariant has been broken by some damage");
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_itself_refuses_a_changed_posting_and_a_balance_below_zero() {
    let folder = lived_in().await;
    let db = rusqlite::Connection::open(folder.join("crossconnect.db")).expect("a store");
    for sql in [
        "UPDATE postings SET amount = 1",
        "UPDATE accounts SET balance = -1",
        "INSERT INTO postings SELECT id + 100, world, at, debit, credit, -1, currency, 0, NULL \
         FROM postings LIMIT 1",
        "UPDATE orders SET amount = -1",
        "UPDATE orders SET paid_at = 'yesterday' WHERE paid_at > 0",
    ] {
        assert!(db.execute_batch(sql).is_err(), "{sql}");
    }
    drop(db);
    audit(&folder.join("crossconnect.db"));
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_ends_with_0_1_or_2_and_says_why() {
    let folder = lived_in().await;
    let path = folder.join("crossconnect.db");
    let store = format!("sqlite:{}", path.display());
    let audited = |store: &str, form: &[&str]| {
        let done = run(&[&["audit", "--store", store], form].concat());
        let text = String::from_utf8(done.stdout).expect("text");
        let said = String::from_utf8(done.stderr).expect("text");
        (done.status.code(), text, said)
    };
    let (code, text, _) = audited(&store, &[]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("CONSISTENT: 1 world(s)"), "{text}");
    let (code, text, _) = audited(&store, &["--json"]);
    let json: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((code, &json["consistent"]), (Some(0), &json!(true)));
    let db = rusqlite::Connection::open(&path).expect("a store");
    db.execute_batch("UPDATE accounts SET balance = balance + 1 WHERE balance = 0")
        .expect("damage is done");
    drop(db);
    let (code, text, _) = audited(&store, &[]);
    assert_eq!(code, Some(1));
    assert!(text.contains("FAIL L3") && text.contains(&format!("default/{POOR}")), "{text}");
    let (code, text, _) = audited(&store, &["--json"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("\"consistent\":false") && text.contains(POOR), "{text}");
    let db = rusqlite::Connection::open(&path).expect("a store");
    db.execute_batch("INSERT INTO words VALUES (9999, 'Lost'); UPDATE orders SET status = 9999")
        .expect("damage is done");
    drop(db);
    let (code, _, said) = audited(&store, &[]);
    assert_eq!(code, Some(2), "a word that no release wrote");
    assert!(said.contains("Lost"), "{said}");
    std::fs::write(&path, "this is no database, whatever its name says").expect("a file");
    let nowhere = format!("sqlite:{}", folder.join("nothing.db").display());
    let folder_itself = format!("sqlite:{}", folder.display());
    for store in [&store, &nowhere, &folder_itself, "postgres://nowhere", "sqlite:"] {
        let (code, text, said) = audited(store, &[]);
        assert_eq!((code, text.as_str()), (Some(2), ""), "{store}");
        assert!(said.starts_with("crossconnect: "), "{said}");
    }
    assert!(!folder.join("nothing.db").exists(), "an audit makes no store");
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}
