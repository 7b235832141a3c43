//! One ClientToken, one order, one debit: the cases A, B, C, E and G of idempotency_cases.md.
//!
//! B3 (two servers on one database) and the crashes of D are in `crash.rs`. A13 has no test: no
//! operation here has a DryRun.
//! Long because each case of the list has its story.

use crate::rig::{BSS, Back, Gate, ORDER, Rig, fresh_folder, stamp, stopped_clock};
use crossconnect::clock::draw_text;
use crossconnect::keys::SANDBOX_SECRET;
use crossconnect::server::Parts;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use wire::client::{Place, Signed, Signer, sign_acs3, sign_rpc};

/// What account 1 has left once it has paid for the order of [`wish`]: two months of 1 G.
const AFTER_ONE: &str = "99830.00";
const RICH: &str = "1000000000000001";
const POOR: &str = "1000000000000002";

type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// An order of two months for a circuit, paid at once. `more` replaces or adds; `-` leaves out.
fn wish<'a>(circuit: &'a str, token: &'a str, more: &[(&'a str, &'a str)]) -> Pairs<'a> {
    let mut all = vec![
        ("PhysicalConnectionId", circuit),
        ("InstanceChargeType", "PrePaid"),
        ("Period", "2"),
        ("AutoPay", "true"),
        ("ClientToken", token),
    ];
    all.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    all.extend(more.iter().filter(|(_, value)| *value != "-"));
    all
}

/// The orders of a circuit, and how each stands.
async fn orders_of(rig: &Rig, circuit: &str) -> Vec<(String, String)> {
    let state = rig.state().await;
    let orders = state["orders"].as_array().expect("orders");
    let ours = orders.iter().filter(|order| order["circuit"] == circuit);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    ours.map(|order| (text(&order["id"]), text(&order["status"]))).collect()
}

/// Asserts that a circuit has this one order and no other, paid for once.
async fn one_order_one_debit(rig: &Rig, circuit: &str, order: &str) {
    assert_eq!(orders_of(rig, circuit).await, [(order.to_owned(), "Paid".to_owned())]);
    assert_eq!(rig.balance("sandbox").await, AFTER_ONE);
}

/// Asserts that a call was answered by an earlier one's receipt.
#[track_caller]
fn replays(again: &Back, first: &Back) {
    assert_eq!(again.status, 200, "{}", again.text);
    assert_eq!(again.order_id(), first.order_id());
    assert_eq!(again.replay_of.as_ref(), Some(&first.request_id));
    assert_ne!(again.request_id, first.request_id);
}

/// How many rows each table has: what a repeated call must not change.
fn rows(rig: &Rig) -> Vec<(String, i64)> {
    let db = rusqlite::Connection::open(rig.store_path()).expect("the store's file");
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut tables = db.prepare(names).expect("a schema");
    let tables = tables.query_map([], |row| row.get::<_, String>(0)).expect("tables");
    tables
        .map(|table| {
            let table = table.expect("a name");
            let sql = format!("SELECT COUNT(*) FROM {table}");
            let count = db.query_row(&sql, [], |row| row.get(0)).expect("a count");
            (table, count)
        })
        .collect()
}

async fn move_clock(rig: &Rig, how: Value) {
    rig.post("/clock", how).await;
}

/// Calls together, each in a task of its own.
async fn together(rig: &Arc<Rig>, calls: Vec<Signed>) -> Vec<Back> {
    let start = Arc::new(tokio::sync::Barrier::new(calls.len()));
    let tasks: Vec<_> = calls
        .into_iter()
        .map(|signed| {
            let (rig, start) = (Arc::clone(rig), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                rig.send(&signed).await
            })
        })
        .collect();
    let mut backs = Vec::new();
    for task in tasks {
        backs.push(task.await.expect("a call"));
    }
    backs
}

fn signed(rig: &Rig, parameters: &[(&str, &str)]) -> Signed {
    rig.sign("sandbox", SANDBOX_SECRET, crate::rig::VPC, ORDER, parameters)
}

async fn end(rig: Arc<Rig>) {
    Arc::into_inner(rig).expect("no task has it any more").end().await;
}

// A. Same token, one after the other.

/// A1, A2.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_call_returns_the_first_order_and_writes_nothing() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let first = rig.call(ORDER, &wish(&circuit, "once", &[])).await.ok();
    assert_eq!(first.replay_of, None);
    let before = rows(&rig);
    for _ in 0..3 {
        let again = rig.call(ORDER, &wish(&circuit, "once", &[])).await;
        replays(&again, &first);
        assert_eq!(again.body["RequestId"], again.request_id.as_str());
    }
    assert_eq!(rows(&rig), before);
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// A2.
#[tokio::test(flavor = "multi_thread")]
async fn the_very_same_bytes_again_are_a_used_nonce_and_no_replay() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let call = signed(&rig, &wish(&circuit, "once", &[]));
    let first = rig.send(&call).await.ok();
    let again = rig.send(&call).await;
    again.refused(400, "SignatureNonceUsed");
    assert_eq!(again.replay_of, None);
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// A3, G3.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_any_other_parameter_is_a_mismatch_that_tells_nothing() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let other = rig.circuit("Confirmed").await;
    let first = rig.call(ORDER, &wish(&circuit, "once", &[])).await.ok();
    let before = rows(&rig);
    for change in [
        ("Period", "3"),
        ("PricingCycle", "Year"),
        ("AutoPay", "false"),
        ("AutoRenew", "true"),
        ("AutoRenewDuration", "2"),
        ("PhysicalConnectionId", other.as_str()),
        ("PhysicalConnectionId", "pc-nobody"),
    ] {
        let back = rig.call(ORDER, &wish(&circuit, "once", &[change])).await;
        back.refused(400, "IdempotentParameterMismatch");
        let message = back.body["Message"].as_str().expect("a message");
        for told in [circuit.as_str(), &first.order_id(), &first.request_id, "Period", "once"] {
            assert!(!message.contains(told), "{message:?} tells {told}");
        }
        assert_eq!(back.replay_of, None, "{change:?}");
    }
    assert_eq!(rows(&rig), before);
    assert_eq!(orders_of(&rig, &other).await, []);
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// A3 for InstanceChargeType, which only the older editions let one choose.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_another_charge_type_is_a_mismatch() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let old = "sandbox-2019";
    let call = wish(&circuit, "once", &[]);
    let first = rig.call_as(old, crate::rig::VPC, ORDER, &call).await.ok();
    let postpaid = wish(&circuit, "once", &[("InstanceChargeType", "PostPaid")]);
    let back = rig.call_as(old, crate::rig::VPC, ORDER, &postpaid).await;
    back.refused(400, "IdempotentParameterMismatch");
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// A4.
#[tokio::test(flavor = "multi_thread")]
async fn a_default_made_explicit_is_the_same_call() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let first = rig.call(ORDER, &wish(&circuit, "once", &[])).await.ok();
    for explicit in [
        ("PricingCycle", "Month"),
        ("InstanceChargeType", "-"),
        ("AutoRenew", "false"),
        ("AutoRenewDuration", "1"),
        ("AutoRenewDuration", ""),
    ] {
        replays(&rig.call(ORDER, &wish(&circuit, "once", &[explicit])).await, &first);
    }
    let unpaid = rig.circuit("Confirmed").await;
    let first = rig.call(ORDER, &wish(&unpaid, "later", &[("AutoPay", "-")])).await.ok();
    replays(&rig.call(ORDER, &wish(&unpaid, "later", &[("AutoPay", "false")])).await, &first);
    assert_eq!(rig.balance("sandbox").await, AFTER_ONE);
    rig.end().await;
}

/// A4 in 2019, whose defaults are PostPaid and AutoPay; what PostPaid ignores is not compared.
#[tokio::test(flavor = "multi_thread")]
async fn the_older_defaults_made_explicit_are_the_same_call() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let bare = [("PhysicalConnectionId", circuit.as_str()), ("ClientToken", "once")];
    let call = |more: &[(&'static str, &'static str)]| {
        let mut all = bare.to_vec();
        all.extend(more);
        all.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect::<Vec<_>>()
    };
    let mut first = None;
    for more in [
        &[][..],
        &[("InstanceChargeType", "PostPaid")],
        &[("InstanceChargeType", "PostPaid"), ("AutoPay", "true")],
        &[("Period", "5")],
        &[("PricingCycle", "Year"), ("Period", "1")],
    ] {
        let owned = call(more);
        let pairs: Pairs = owned.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let back = rig.call_as("sandbox-2019", crate::rig::VPC, ORDER, &pairs).await.ok();
        match &first {
            None => first = Some(back),
            Some(first) => replays(&back, first),
        }
    }
    let first = first.expect("one call at least").order_id();
    assert_eq!(orders_of(&rig, &circuit).await, [(first, "Paid".to_owned())]);
    assert_eq!(rig.balance("sandbox").await, "100000.00");
    rig.end().await;
}

/// A4: the edition is not compared, and each caller is answered in his own.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_means_the_same_in_every_edition() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let first = rig.call(ORDER, &wish(&circuit, "once", &[])).await.ok();
    for edition in ["2019", "2019-intl", "2020", "2022", "2023", "2024-03", "2025-03", "2025-09"] {
        let key = format!("sandbox-{edition}");
        let call = wish(&circuit, "once", &[]);
        let again = rig.call_as(&key, crate::rig::VPC, ORDER, &call).await;
        replays(&again, &first);
        let camel = edition.starts_with("2019") || edition == "2020";
        assert_eq!(again.body["data"]["orderId"].is_u64(), camel, "{edition}: {}", again.text);
    }
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// A5.
#[tokio::test(flavor = "multi_thread")]
async fn order_of_parameters_method_format_and_scheme_make_no_other_call() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    let first = rig.call(ORDER, &call).await.ok();
    let mut reversed = call.clone();
    reversed.reverse();
    replays(&rig.call(ORDER, &reversed).await, &first);
    let signer = Signer { access_key_id: "sandbox".into(), secret: SANDBOX_SECRET.into() };
    let at = || stamp(rig.gateway.clock.wall());
    let region = ("RegionId", "cn-hangzhou");
    for (method, place, format) in [
        ("GET", Place::Query, "JSON"),
        ("GET", Place::Query, "XML"),
        ("POST", Place::Query, "JSON"),
        ("POST", Place::Form, "XML"),
    ] {
        let mut all = vec![("Action", ORDER), ("Version", crate::rig::VPC), ("Format", format)];
        all.push(region);
        all.extend(&call);
        let call = sign_rpc(&signer, method, &all, place, &draw_text(), &at());
        let back = rig.send(&call).await.ok();
        let xml = format!("<OrderId>{}</OrderId>", first.order_id());
        let told = if format == "XML" { xml } else { format!("\"{}\"", first.order_id()) };
        assert!(back.text.contains(&told), "{method} {format}: {}", back.text);
        assert_eq!(back.replay_of.as_ref(), Some(&first.request_id));
    }
    let mut all = call.clone();
    all.push(region);
    let host = rig.address.to_string();
    let (nonce, version) = (draw_text(), crate::rig::VPC);
    let acs3 = sign_acs3(&signer, "POST", ORDER, version, &all, Place::Form, &host, &nonce, &at());
    replays(&rig.send(&acs3).await, &first);
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// A6.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_told_apart_by_case() {
    let rig = Rig::sandbox().await;
    let (one, two) = (rig.circuit("Confirmed").await, rig.circuit("Confirmed").await);
    let first = rig.call(ORDER, &wish(&one, "Token", &[])).await.ok();
    let second = rig.call(ORDER, &wish(&two, "token", &[])).await.ok();
    assert_eq!(second.replay_of, None);
    assert_ne!(first.order_id(), second.order_id());
    replays(&rig.call(ORDER, &wish(&one, "Token", &[])).await, &first);
    assert_eq!(rig.balance("sandbox").await, "99660.00");
    rig.end().await;
}

/// A7.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_has_64_ascii_characters_at_most_and_an_empty_one_is_none() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let (full, long) = ("x".repeat(64), "x".repeat(65));
    for token in [long.as_str(), "专线", "t\u{e9}"] {
        let back = rig.call(ORDER, &wish(&circuit, token, &[])).await;
        back.refused(400, "IllegalParam.ClientToken");
    }
    let first = rig.call(ORDER, &wish(&circuit, &full, &[])).await.ok();
    replays(&rig.call(ORDER, &wish(&circuit, &full, &[])).await, &first);
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    // No token, twice: two calls, and the second is judged on the circuit's state.
    let bare = rig.circuit("Confirmed").await;
    let alone = rig.call(ORDER, &wish(&bare, "", &[])).await.ok();
    let back = rig.call(ORDER, &wish(&bare, "", &[])).await;
    back.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    assert_eq!(orders_of(&rig, &bare).await, [(alone.order_id(), "Paid".to_owned())]);
    rig.end().await;
}

/// A7 before 2022, which has no rule for tokens.
#[tokio::test(flavor = "multi_thread")]
async fn the_older_editions_take_any_token_and_tell_it_apart() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let (long, longer) = ("x".repeat(65), "x".repeat(66));
    let call = wish(&circuit, &long, &[]);
    let first = rig.call_as("sandbox-2019", crate::rig::VPC, ORDER, &call).await.ok();
    replays(&rig.call_as("sandbox-2019", crate::rig::VPC, ORDER, &call).await, &first);
    let other = wish(&circuit, &longer, &[]);
    let back = rig.call_as("sandbox-2019", crate::rig::VPC, ORDER, &other).await;
    back.refused(400, "Forbidden.NotAllowedInState");
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// A8.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_call_tells_its_own_order_whatever_became_of_it() {
    let rig = Rig::sandbox().await;
    for (fate, status) in [("pay", "Paid"), ("cancel", "Cancelled"), ("delete", "Cancelled")] {
        let circuit = rig.circuit("Confirmed").await;
        let call = wish(&circuit, fate, &[("AutoPay", "false")]);
        let first = rig.call(ORDER, &call).await.ok();
        let id = first.order_id();
        match fate {
            "pay" => drop(rig.post(&format!("/orders/{id}/pay"), Value::Null).await),
            "cancel" => {
                rig.call_as("sandbox", BSS, "CancelOrder", &[("OrderId", &id)]).await.ok();
            }
            _ => {
                let gone = [("PhysicalConnectionId", circuit.as_str())];
                rig.call("DeletePhysicalConnection", &gone).await.ok();
            }
        }
        replays(&rig.call(ORDER, &call).await, &first);
        assert_eq!(orders_of(&rig, &circuit).await, [(id, status.to_owned())], "{fate}");
    }
    assert_eq!(rig.balance("sandbox").await, AFTER_ONE);
    rig.end().await;
}

/// A8 where an unpaid order lives shorter than a token.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_call_does_not_revive_an_order_that_died() {
    let rig = Rig::with(&[("unpaid_life", "P1D")]).await;
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[("AutoPay", "false")]);
    let first = rig.call(ORDER, &call).await.ok();
    move_clock(&rig, json!({"advance": "P2D"})).await;
    replays(&rig.call(ORDER, &call).await, &first);
    let cancelled = (first.order_id(), "Cancelled".to_owned());
    assert_eq!(orders_of(&rig, &circuit).await, [cancelled]);
    rig.end().await;
}

/// A9.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_call_is_answered_though_the_circuit_has_moved_on() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let first = rig.call(ORDER, &wish(&circuit, "once", &[])).await.ok();
    replays(&rig.call(ORDER, &wish(&circuit, "once", &[])).await, &first);
    let id = [("PhysicalConnectionId", circuit.as_str())];
    rig.call("TerminatePhysicalConnection", &id).await.ok();
    move_clock(&rig, json!({"advance": "PT1S"})).await;
    replays(&rig.call(ORDER, &wish(&circuit, "once", &[])).await, &first);
    rig.call("DeletePhysicalConnection", &id).await.ok();
    replays(&rig.call(ORDER, &wish(&circuit, "once", &[])).await, &first);
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// A10.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_failed_its_checks_leaves_its_token_free() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    for (change, code) in [
        (("Period", "0"), "InvalidPhysicalConnectionPeriod.Malformed"),
        (("PricingCycle", "Week"), "InvalidPhysicalConnectionPricingCycle.Malformed"),
        (("PhysicalConnectionId", "-"), "MissingPhysicalConnectionId"),
    ] {
        rig.call(ORDER, &wish(&circuit, "once", &[change])).await.refused(400, code);
    }
    let nobody = wish("pc-nobody", "once", &[]);
    rig.call(ORDER, &nobody).await.refused(404, "InvalidPhysicalConnectionId.NotFound");
    let first = rig.call(ORDER, &wish(&circuit, "once", &[])).await.ok();
    assert_eq!(first.replay_of, None);
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// A11.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_came_too_early_succeeds_later_with_its_token() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Allocated").await;
    let call = wish(&circuit, "once", &[]);
    rig.call(ORDER, &call).await.refused(400, "Forbidden.NotAllowedInState");
    let path = format!("/circuits/{circuit}/events");
    rig.post(&path, json!({"event": "finish_construction"})).await;
    let first = rig.call(ORDER, &call).await.ok();
    assert_eq!(first.replay_of, None);
    replays(&rig.call(ORDER, &call).await, &first);
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// A12.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_cancelled_for_want_of_money_stays_cancelled_under_its_token() {
    let rig = Rig::sandbox().await;
    let circuit = "pc-sandboxpoor";
    let call = |token| wish(circuit, token, &[]);
    let poor = |call: Pairs<'static>| {
        let rig = &rig;
        async move { rig.call_as("sandbox-poor", crate::rig::VPC, ORDER, &call).await }
    };
    let first = poor(call("once")).await.ok();
    rig.post(&format!("/accounts/{POOR}/credit"), json!({"amount": "1000.00"})).await;
    replays(&poor(call("once")).await, &first);
    assert_eq!(rig.balance("sandbox-poor").await, "1000.00");
    let second = poor(call("anew")).await.ok();
    assert_eq!(second.replay_of, None);
    assert_eq!(rig.balance("sandbox-poor").await, "830.00");
    let all = orders_of(&rig, circuit).await;
    let expected = [(first.order_id(), "Cancelled"), (second.order_id(), "Paid")];
    assert_eq!(all, expected.map(|(id, status)| (id, status.to_owned())));
    rig.end().await;
}

/// A12 where the shortfall is told as an error: so it is again, whatever the balance does.
#[tokio::test(flavor = "multi_thread")]
async fn a_shortfall_told_as_an_error_is_told_again_under_its_token() {
    let rig = Rig::with(&[("insufficient_balance", "error")]).await;
    let call = wish("pc-sandboxpoor", "once", &[]);
    let poor = || rig.call_as("sandbox-poor", crate::rig::VPC, ORDER, &call);
    poor().await.refused(400, "PAY.INSUFFICIENT_BALANCE");
    rig.post(&format!("/accounts/{POOR}/credit"), json!({"amount": "1000.00"})).await;
    poor().await.refused(400, "PAY.INSUFFICIENT_BALANCE");
    assert_eq!(rig.balance("sandbox-poor").await, "1000.00");
    let all = orders_of(&rig, "pc-sandboxpoor").await;
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0].1, "Cancelled");
    rig.end().await;
}

/// CONTRACT: a token means the same on every write.
#[tokio::test(flavor = "multi_thread")]
async fn every_write_with_a_token_happens_once() {
    let rig = Rig::with(&[("carrier", "manual")]).await;
    let [allocated, enabled, doomed] = [
        rig.circuit("Allocated").await,
        rig.circuit("Enabled").await,
        rig.circuit("Rejected").await,
    ];
    let new =
        [("AccessPointId", "ap-cn-hangzhou-yh-B"), ("LineOperator", "CT"), ("ClientToken", "t")];
    let applied = rig.call("CreatePhysicalConnection", &new).await.ok();
    let made = applied.body["PhysicalConnectionId"].as_str().expect("an id").to_owned();
    let amend = "ModifyPhysicalConnectionAttribute";
    for (action, circuit) in [
        ("ConfirmPhysicalConnection", &allocated),
        ("TerminatePhysicalConnection", &enabled),
        ("DeletePhysicalConnection", &doomed),
        (amend, &made),
    ] {
        let mut call = vec![("PhysicalConnectionId", circuit.as_str()), ("ClientToken", "t")];
        if action == amend {
            call.push(("Name", "renamed"));
        }
        let first = rig.call(action, &call).await.ok();
        assert_eq!(first.replay_of, None, "{action}: another operation's token");
        let again = rig.call(action, &call).await.ok();
        assert_eq!(again.replay_of, Some(first.request_id), "{action}");
        call[0].1 = "pc-another";
        rig.call(action, &call).await.refused(400, "IdempotentParameterMismatch");
    }
    let again = rig.call("CreatePhysicalConnection", &new).await.ok();
    assert_eq!(again.body["PhysicalConnectionId"], made.as_str());
    assert_eq!(again.replay_of, Some(applied.request_id));
    let ours = rig.state().await["circuits"].to_string().matches("\"given\":false").count();
    assert_eq!(ours, 1, "one application");
    rig.end().await;
}

// B. Same token, at once.

/// B1.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twins_started_together_are_one_order() {
    for count in [2, 8, 64] {
        let rig = Arc::new(Rig::sandbox().await);
        let circuit = rig.circuit("Confirmed").await;
        let call = wish(&circuit, "once", &[]);
        let calls = (0..count).map(|_| signed(&rig, &call)).collect();
        let backs = together(&rig, calls).await;
        let firsts: Vec<_> = backs.iter().filter(|back| back.replay_of.is_none()).collect();
        let [first] = firsts[..] else { panic!("{} of {count} were first", firsts.len()) };
        for back in backs.iter().filter(|back| back.replay_of.is_some()) {
            replays(back, first);
        }
        one_order_one_debit(&rig, &circuit, &first.order_id()).await;
        end(rig).await;
    }
}

/// B2.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_sets_of_parameters_under_one_token_one_wins_wholly() {
    let rig = Arc::new(Rig::sandbox().await);
    let circuit = rig.circuit("Confirmed").await;
    let call = |place: usize| {
        let period = if place.is_multiple_of(2) { "2" } else { "3" };
        signed(&rig, &wish(&circuit, "once", &[("Period", period)]))
    };
    let backs = together(&rig, (0..32).map(call).collect()).await;
    let winners: Vec<usize> = (0..32).filter(|place| backs[*place].status == 200).collect();
    let parity = winners.first().expect("somebody wins") % 2;
    assert_eq!(winners, (0..32).filter(|place| place % 2 == parity).collect::<Vec<_>>());
    let order = backs[winners[0]].order_id();
    for (place, back) in backs.iter().enumerate() {
        if place % 2 == parity {
            assert_eq!(back.order_id(), order);
        } else {
            back.refused(400, "IdempotentParameterMismatch");
        }
    }
    assert_eq!(orders_of(&rig, &circuit).await, [(order, "Paid".to_owned())]);
    let left = if parity == 0 { AFTER_ONE } else { "99745.00" };
    assert_eq!(rig.balance("sandbox").await, left);
    end(rig).await;
}

/// B4.
#[tokio::test(flavor = "multi_thread")]
async fn a_twin_that_waited_too_long_is_told_to_come_again_and_then_finds_the_order() {
    let (gate, parts) = Gate::parts();
    let rig = Rig::open(&fresh_folder(), &[("queue_wait", "PT1S")], parts).await;
    let rig = Arc::new(rig);
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    gate.shut();
    let (ours, slow) = (Arc::clone(&rig), signed(&rig, &call));
    let first = tokio::spawn(async move { ours.send(&slow).await });
    gate.reached().await;
    rig.call(ORDER, &call).await.refused(503, "ServiceUnavailable");
    gate.open();
    let first = first.await.expect("the first call").ok();
    replays(&rig.call(ORDER, &call).await, &first);
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    end(rig).await;
}

/// B4: what was taken back never happens, and its token is free.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_nobody_began_in_time_never_happens() {
    let (gate, parts) = Gate::parts();
    let rig = Rig::open(&fresh_folder(), &[("queue_wait", "PT1S")], parts).await;
    let rig = Arc::new(rig);
    let (busy, circuit) = (rig.circuit("Confirmed").await, rig.circuit("Confirmed").await);
    gate.shut();
    let (ours, slow) = (Arc::clone(&rig), signed(&rig, &wish(&busy, "", &[])));
    let other = tokio::spawn(async move { ours.send(&slow).await });
    gate.reached().await;
    let call = wish(&circuit, "once", &[("Period", "3")]);
    rig.call(ORDER, &call).await.refused(503, "ServiceUnavailable");
    gate.open();
    other.await.expect("the other call").ok();
    assert_eq!(orders_of(&rig, &circuit).await, []);
    let first = rig.call(ORDER, &call).await.ok();
    assert_eq!(first.replay_of, None);
    assert_eq!(rig.balance("sandbox").await, "99575.00");
    end(rig).await;
}

/// B5.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twins_whose_commit_failed_come_to_one_order_in_the_end() {
    let open: Arc<dyn Fn(&mut store::sqlite::Options) + Send + Sync> =
        Arc::new(|options| options.busy_timeout_ms = 20);
    let parts = Parts { open: Some(open), ..Parts::default() };
    let rig = Arc::new(Rig::open(&fresh_folder(), &[], parts).await);
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    let other = rusqlite::Connection::open(rig.store_path()).expect("the store's file");
    other.execute_batch("BEGIN IMMEDIATE").expect("the file is free");
    rig.call(ORDER, &call).await.refused(503, "ServiceUnavailable");
    let (ours, calls) = (Arc::clone(&rig), (0..8).map(|_| signed(&rig, &call)).collect());
    let twins = tokio::spawn(async move { together(&ours, calls).await });
    tokio::task::yield_now().await;
    other.execute_batch("ROLLBACK").expect("it was ours");
    let last = rig.call(ORDER, &call).await.ok();
    for back in twins.await.expect("twins") {
        match back.status {
            200 => assert_eq!(back.order_id(), last.order_id()),
            _ => back.refused(503, "ServiceUnavailable"),
        }
    }
    one_order_one_debit(&rig, &circuit, &last.order_id()).await;
    drop(other);
    end(rig).await;
}

/// B6: the task that served the call is gone before the commit ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_went_away_during_the_commit_finds_the_order() {
    let (gate, parts) = Gate::parts();
    let rig = Arc::new(Rig::open(&fresh_folder(), &[], parts).await);
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    gate.shut();
    let (ours, first) = (Arc::clone(&rig), signed(&rig, &call));
    let gone = tokio::spawn(async move { ours.send(&first).await });
    gate.reached().await;
    gone.abort();
    assert!(gone.await.expect_err("it was cut off").is_cancelled());
    gate.open();
    let again = rig.call(ORDER, &call).await.ok();
    assert!(again.replay_of.is_some());
    one_order_one_debit(&rig, &circuit, &again.order_id()).await;
    end(rig).await;
}

/// B6 over TCP: the client hangs up as soon as it has written its request.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_and_calls_again_has_one_order() {
    use tokio::io::AsyncWriteExt as _;
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    for _ in 0..8 {
        let signed = signed(&rig, &call);
        let mut socket = tokio::net::TcpStream::connect(rig.address).await.expect("a server");
        let headers = signed.headers.iter().filter(|(name, _)| name != "host");
        let headers: Vec<_> = headers.map(|(name, value)| format!("{name}: {value}")).collect();
        let request = format!(
            "{} {} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n{}\r\n\r\n",
            signed.method,
            signed.target,
            rig.address,
            signed.body.len(),
            headers.join("\r\n"),
        );
        socket.write_all(request.as_bytes()).await.expect("it is read");
        socket.write_all(&signed.body).await.expect("it is read");
    }
    let last = rig.call(ORDER, &call).await.ok();
    one_order_one_debit(&rig, &circuit, &last.order_id()).await;
    rig.end().await;
}

/// B6 by the fault that is made for it.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_after_the_commit_is_found_again() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    rig.post("/faults", json!({"action": ORDER, "kind": "drop_after_commit"})).await;
    assert!(rig.try_send(&signed(&rig, &call)).await.is_none());
    let again = rig.call(ORDER, &call).await.ok();
    assert!(again.replay_of.is_some());
    one_order_one_debit(&rig, &circuit, &again.order_id()).await;
    rig.end().await;
}

// C. Other tokens, or none.

/// C1.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_calls_with_tokens_of_their_own_for_one_circuit_one_succeeds() {
    for (pay, code, left) in [
        ("true", "INSTANCE.STATUS.NOT.ALLOW", AFTER_ONE),
        ("false", "IAbs.InvalidStatus.ValueNotSupported", "100000.00"),
    ] {
        let rig = Arc::new(Rig::sandbox().await);
        let circuit = rig.circuit("Confirmed").await;
        let token = |n: usize| format!("token-{n}");
        let tokens: Vec<String> = (0..8).map(token).collect();
        let call = |token| signed(&rig, &wish(&circuit, token, &[("AutoPay", pay)]));
        let backs = together(&rig, tokens.iter().map(|token| call(token)).collect()).await;
        let (won, lost): (Vec<_>, Vec<_>) = backs.iter().partition(|back| back.status == 200);
        assert_eq!(won.len(), 1);
        for back in lost {
            back.refused(400, code);
        }
        assert_eq!(orders_of(&rig, &circuit).await.len(), 1);
        assert_eq!(rig.balance("sandbox").await, left);
        end(rig).await;
    }
}

/// C2.
#[tokio::test(flavor = "multi_thread")]
async fn one_token_text_of_two_accounts_is_two_tokens() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let ours = rig.call(ORDER, &wish(&circuit, "once", &[])).await.ok();
    let call = wish("pc-sandboxpoor", "once", &[("AutoPay", "false")]);
    let theirs = rig.call_as("sandbox-poor", crate::rig::VPC, ORDER, &call).await.ok();
    assert_eq!(theirs.replay_of, None);
    assert_ne!(theirs.order_id(), ours.order_id());
    let call = wish(&circuit, "once", &[]);
    let back = rig.call_as("sandbox-poor", crate::rig::VPC, ORDER, &call).await;
    back.refused(400, "IdempotentParameterMismatch");
    one_order_one_debit(&rig, &circuit, &ours.order_id()).await;
    rig.end().await;
}

/// C3.
#[tokio::test(flavor = "multi_thread")]
async fn one_token_in_two_regions_is_two_orders() {
    let rig = Rig::sandbox().await;
    let mut orders = Vec::new();
    for region in ["cn-hangzhou", "cn-beijing"] {
        let order = json!({"account": RICH, "region": region, "status": "Confirmed"});
        let made = rig.post("/circuits", order).await;
        let circuit = made["id"].as_str().expect("an id");
        let call = wish(circuit, "once", &[("RegionId", region)]);
        let first = rig.call(ORDER, &call).await.ok();
        assert_eq!(first.replay_of, None, "{region}");
        replays(&rig.call(ORDER, &call).await, &first);
        orders.push(first.order_id());
    }
    assert_ne!(orders[0], orders[1]);
    assert_eq!(rig.balance("sandbox").await, "99660.00");
    rig.end().await;
}

/// C4.
#[tokio::test(flavor = "multi_thread")]
async fn one_token_for_two_operations_is_two_calls() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let new =
        [("AccessPointId", "ap-cn-hangzhou-yh-B"), ("LineOperator", "CT"), ("ClientToken", "once")];
    let applied = rig.call("CreatePhysicalConnection", &new).await.ok();
    let first = rig.call(ORDER, &wish(&circuit, "once", &[])).await.ok();
    assert_eq!(first.replay_of, None);
    let again = rig.call("CreatePhysicalConnection", &new).await.ok();
    assert_eq!(again.replay_of, Some(applied.request_id));
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// A RAM user of account 1 with these statements, and a key of his.
async fn put_buyer(rig: &Rig, statements: Value) {
    let policy = json!({"Version": "1", "Statement": statements});
    rig.post("/users", json!({"account": RICH, "name": "buyer", "policies": [policy]})).await;
}

/// C5, C6.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_the_accounts_and_permission_comes_before_the_replay() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    put_buyer(&rig, json!([{"Effect": "Allow", "Action": "vpc:*", "Resource": "*"}])).await;
    let key = json!({"account": RICH, "access_key_id": "buyer", "secret": SANDBOX_SECRET,
        "user": "buyer"});
    rig.post("/keys", key).await;
    let first = rig.call_as("buyer", crate::rig::VPC, ORDER, &call).await.ok();
    replays(&rig.call(ORDER, &call).await, &first);
    replays(&rig.call_as("buyer", crate::rig::VPC, ORDER, &call).await, &first);
    for key in ["sandbox-readonly", "sandbox-denied"] {
        let back = rig.call_as(key, crate::rig::VPC, ORDER, &call).await;
        back.refused(403, "Forbidden.RAM");
        assert!(!back.text.contains(&first.order_id()));
    }
    put_buyer(&rig, json!([])).await;
    let back = rig.call_as("buyer", crate::rig::VPC, ORDER, &call).await;
    back.refused(403, "Forbidden.RAM");
    assert!(!back.text.contains(&first.order_id()));
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// C7.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_a_token_repeated_is_judged_on_the_circuit() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "-", &[("ClientToken", "-")]);
    let first = rig.call(ORDER, &call).await.ok();
    rig.call(ORDER, &call).await.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

/// C8.
#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_order_keeps_others_away_until_it_is_no_longer_unpaid() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let open = |token| wish(&circuit, token, &[("AutoPay", "false")]);
    let blocked = "IAbs.InvalidStatus.ValueNotSupported";
    let first = rig.call(ORDER, &open("a")).await.ok().order_id();
    rig.call(ORDER, &open("b")).await.refused(400, blocked);
    rig.call(ORDER, &wish(&circuit, "c", &[])).await.refused(400, blocked);
    rig.call_as("sandbox", BSS, "CancelOrder", &[("OrderId", &first)]).await.ok();
    let second = rig.call(ORDER, &open("b")).await.ok().order_id();
    rig.call(ORDER, &open("c")).await.refused(400, blocked);
    move_clock(&rig, json!({"advance": "P7D"})).await;
    let third = rig.call(ORDER, &open("c")).await.ok().order_id();
    rig.post(&format!("/orders/{third}/pay"), Value::Null).await;
    rig.call(ORDER, &open("d")).await.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    let all = orders_of(&rig, &circuit).await;
    let expected = [(first, "Cancelled"), (second, "Cancelled"), (third, "Paid")];
    assert_eq!(all, expected.map(|(id, status)| (id, status.to_owned())));
    assert_eq!(rig.balance("sandbox").await, AFTER_ONE);
    rig.end().await;
}

/// C9.
#[tokio::test(flavor = "multi_thread")]
async fn owner_parameters_are_not_compared_and_open_nobody_elses_orders() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let first = rig.call(ORDER, &wish(&circuit, "once", &[])).await.ok();
    for name in ["OwnerId", "OwnerAccount", "ResourceOwnerId", "ResourceOwnerAccount"] {
        let owned = wish(&circuit, "once", &[(name, POOR)]);
        replays(&rig.call(ORDER, &owned).await, &first);
        let call = wish(&circuit, "once", &[(name, RICH)]);
        let back = rig.call_as("sandbox-poor", crate::rig::VPC, ORDER, &call).await;
        back.refused(404, "InvalidPhysicalConnectionId.NotFound");
    }
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}

// E. Time.

/// A sandbox whose wall stands still, so that instants are exact.
async fn still() -> (Rig, Arc<crossconnect::clock::Clock>) {
    let clock = stopped_clock("2026-11-22T08:00:00Z");
    let parts = Parts { clock: Some(Arc::clone(&clock)), ..Parts::default() };
    (Rig::open(&fresh_folder(), &[], parts).await, clock)
}

/// E1, E3.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_lives_seven_days_to_the_millisecond() {
    let (rig, _) = still().await;
    let (paid, unpaid) = (rig.circuit("Confirmed").await, rig.circuit("Confirmed").await);
    let pay = wish(&paid, "paid", &[]);
    let wait = wish(&unpaid, "unpaid", &[("AutoPay", "false")]);
    let first = rig.call(ORDER, &pay).await.ok();
    let waiting = rig.call(ORDER, &wait).await.ok();
    move_clock(&rig, json!({"set": "2026-11-29T07:59:59.999Z"})).await;
    replays(&rig.call(ORDER, &pay).await, &first);
    replays(&rig.call(ORDER, &wait).await, &waiting);
    for end in ["2026-11-29T08:00:00Z", "2026-11-29T08:59:59.999Z", "2026-11-29T09:00:00Z"] {
        move_clock(&rig, json!({"set": end})).await;
        // A new request: it is judged on the circuit, and does not order twice.
        rig.call(ORDER, &pay).await.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    }
    // The unpaid order died at the instant its token did: the new request is a new order.
    let anew = rig.call(ORDER, &wait).await.ok();
    assert_eq!(anew.replay_of, None);
    replays(&rig.call(ORDER, &wait).await, &anew);
    let expected = [(waiting.order_id(), "Cancelled"), (anew.order_id(), "Unpaid")];
    let expected = expected.map(|(id, status)| (id, status.to_owned()));
    assert_eq!(orders_of(&rig, &unpaid).await, expected);
    one_order_one_debit(&rig, &paid, &first.order_id()).await;
    rig.end().await;
}

/// E2.
#[tokio::test(flavor = "multi_thread")]
async fn a_wall_that_steps_back_neither_ends_a_token_nor_runs_time_back() {
    let (rig, clock) = still().await;
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    let first = rig.call(ORDER, &call).await.ok();
    clock.set(domain::Timestamp::parse("2026-11-22T07:50:00Z").expect("a time"));
    replays(&rig.call(ORDER, &call).await, &first);
    let other = rig.circuit("Confirmed").await;
    rig.call(ORDER, &wish(&other, "later", &[])).await.ok();
    let state = rig.state().await;
    for order in state["orders"].as_array().expect("orders") {
        assert_eq!(order["created_at"], "2026-11-22T08:00:00Z");
    }
    clock.set(domain::Timestamp::parse("2026-11-29T07:59:59Z").expect("a time"));
    replays(&rig.call(ORDER, &call).await, &first);
    clock.set(domain::Timestamp::parse("2026-11-29T08:00:00Z").expect("a time"));
    rig.call(ORDER, &call).await.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    rig.end().await;
}

// G. What a hit tells.

/// One call of G1: who, with which of a few tokens, for whose circuit.
type Guess = (bool, u8, bool, u8);

/// Makes these calls in a world of their own and checks each answer's owner.
async fn nobody_sees_anothers_order(rig: &Rig, world: &str, guesses: &[Guess]) {
    let prefix = format!("/worlds/{world}");
    let mut circuits: HashMap<(bool, u8), String> = HashMap::new();
    for (rich, nth) in [(true, 0), (true, 1), (false, 0), (false, 1)] {
        let account = if rich { RICH } else { POOR };
        let order = json!({"account": account, "region": "cn-hangzhou", "status": "Confirmed"});
        let made = rig.post(&format!("{prefix}/circuits"), order).await;
        circuits.insert((rich, nth), made["id"].as_str().expect("an id").to_owned());
    }
    let mut owners: HashMap<String, bool> = HashMap::new();
    for (rich, token, of_rich, nth) in guesses {
        let key = if *rich { "sandbox" } else { "sandbox-poor" };
        let token = format!("token-{token}");
        let call = wish(&circuits[&(*of_rich, *nth)], &token, &[("AutoPay", "false")]);
        let key = format!("{key}@{world}");
        let back = rig.call_as(&key, crate::rig::VPC, ORDER, &call).await;
        if back.status == 200 {
            assert_eq!(rich, of_rich, "an order for another's circuit: {}", back.text);
            let owner = *owners.entry(back.order_id()).or_insert(*rich);
            assert_eq!(owner, *rich, "another's order: {}", back.text);
        } else {
            for order in owners.keys() {
                assert!(!back.text.contains(order.as_str()), "{}", back.text);
            }
        }
    }
    let (_, state) = rig.control("GET", &format!("{prefix}/state"), &Value::Null).await;
    let made = state["orders"].as_array().expect("orders").len();
    assert_eq!(made, owners.len(), "every order was told to its owner, once");
}

/// G1.
#[test]
fn a_token_never_leads_to_another_accounts_order() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let rig = runtime.block_on(Rig::sandbox());
    let config = ProptestConfig { cases: 16, failure_persistence: None, ..Default::default() };
    let mut runner = TestRunner::new(config);
    let guesses = prop::collection::vec((any::<bool>(), 0..3u8, any::<bool>(), 0..2u8), 1..24);
    let case = std::sync::atomic::AtomicUsize::new(0);
    let ran = runner.run(&guesses, |guesses| {
        let nth = case.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let world = format!("case-{nth}");
        runtime.block_on(nobody_sees_anothers_order(&rig, &world, &guesses));
        Ok(())
    });
    ran.expect("nobody sees another's order");
    runtime.block_on(rig.end());
}

/// G2.
#[tokio::test(flavor = "multi_thread")]
async fn the_store_keeps_no_signature_nonce_or_secret_of_a_call() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let call = signed(&rig, &wish(&circuit, "once", &[]));
    rig.send(&call).await.ok();
    let value = |name: &str| {
        let pairs = call.target.split(['?', '&']);
        let value = pairs.filter_map(|pair| pair.split_once('=')).find(|(n, _)| *n == name);
        value.expect("it is signed").1.to_owned()
    };
    let signature = value("Signature");
    let bare = signature.replace("%3D", "=").replace("%2B", "+").replace("%2F", "/");
    let texts = [value("SignatureNonce"), signature, bare, SANDBOX_SECRET.to_owned()];
    let folder = rig.end_keeping().await;
    let bytes = std::fs::read(folder.join("crossconnect.db")).expect("the store's file");
    for text in texts {
        let kept = bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!kept, "{text} is in the store");
    }
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}

/// G4.
#[tokio::test(flavor = "multi_thread")]
async fn a_hit_has_a_request_id_of_its_own_and_is_linked_to_the_first() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    let first = rig.call(ORDER, &call).await.ok();
    let mut seen = vec![first.request_id.clone()];
    for _ in 0..3 {
        let again = rig.call(ORDER, &call).await.ok();
        assert!(!seen.contains(&again.request_id));
        seen.push(again.request_id.clone());
        let path = format!("/requests/{}", again.request_id);
        let (status, trace) = rig.control("GET", &path, &Value::Null).await;
        assert_eq!(status, 200, "{trace}");
        assert_eq!(trace["replay_of"], first.request_id.as_str());
    }
    let other = rig.call(ORDER, &wish(&circuit, "once", &[("Period", "3")])).await;
    assert!(!seen.contains(&other.request_id));
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    rig.end().await;
}
