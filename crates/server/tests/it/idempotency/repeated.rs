//! A. One token, one call after the other.

use super::{
    AFTER_ONE, Pairs, move_clock, one_order_one_debit, orders_of, replays, rows, signed, wish,
};
use crate::rig::{BSS, ORDER, POOR, Rig, VPC, stamp};
use crossconnect::clock::draw_text;
use crossconnect::keys::SANDBOX_SECRET;
use serde_json::{Value, json};
use wire::client::{Place, Signer, sign_acs3, sign_rpc};

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
    let first = rig.call_as(old, VPC, ORDER, &call).await.ok();
    let postpaid = wish(&circuit, "once", &[("InstanceChargeType", "PostPaid")]);
    let back = rig.call_as(old, VPC, ORDER, &postpaid).await;
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
        let back = rig.call_as("sandbox-2019", VPC, ORDER, &pairs).await.ok();
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
        let again = rig.call_as(&key, VPC, ORDER, &call).await;
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
    let at = || stamp(rig.app.clock.wall());
    let region = ("RegionId", "cn-hangzhou");
    for (method, place, format) in [
        ("GET", Place::Query, "JSON"),
        ("GET", Place::Query, "XML"),
        ("POST", Place::Query, "JSON"),
        ("POST", Place::Form, "XML"),
    ] {
        let mut all = vec![("Action", ORDER), ("Version", VPC), ("Format", format)];
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
    let (nonce, version) = (draw_text(), VPC);
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
    let first = rig.call_as("sandbox-2019", VPC, ORDER, &call).await.ok();
    replays(&rig.call_as("sandbox-2019", VPC, ORDER, &call).await, &first);
    let other = wish(&circuit, &longer, &[]);
    let back = rig.call_as("sandbox-2019", VPC, ORDER, &other).await;
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
        async move { rig.call_as("sandbox-poor", VPC, ORDER, &call).await }
    };
    let first = poor(call("once")).await.ok();
    rig.credit(POOR, "1000.00").await;
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
    let poor = || rig.call_as("sandbox-poor", VPC, ORDER, &call);
    poor().await.refused(400, "PAY.INSUFFICIENT_BALANCE");
    rig.credit(POOR, "1000.00").await;
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
