//! G. What a hit tells, and to whom.

use super::{one_order_one_debit, signed, wish};
use crate::rig::{ORDER, POOR, RICH, Rig, VPC};
use crossconnect::keys::SANDBOX_SECRET;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::collections::HashMap;

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
        let back = rig.call_as(&key, VPC, ORDER, &call).await;
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
