//! In which order the gateway looks for what is wrong.

use super::{MANY_YEARS_AGO, SERVICE, now, stamped, temporary_key, with, without};
use crate::rig::{ORDER, READY, Rig, VPC, ask};
use crossconnect::keys::SANDBOX_SECRET;

/// SOURCE: CONTRACT, the order of checks: each request here fails two neighbours of the list.
#[tokio::test(flavor = "multi_thread")]
async fn trust_is_checked_in_the_order_of_the_contract() {
    let rig = Rig::sandbox().await;
    temporary_key(&rig, "2999-01-01T00:00:00Z").await;
    let (action, at) = ([("Action", SERVICE)], now(&rig));
    let old = MANY_YEARS_AGO;
    let used = stamped("sandbox", SANDBOX_SECRET, &at, &action);
    rig.send(&used).await.ok();
    let used_unknown = {
        let unknown = [("Action", "OpenSesame")];
        let call = stamped("sandbox", SANDBOX_SECRET, &at, &unknown);
        rig.send(&call).await.refused(404, "InvalidAction.NotFound");
        call
    };
    let cases = [
        (
            "format, then a missing field",
            with(without(used.clone(), "Signature"), "x", "%"),
            "InvalidParameter.Format",
        ),
        (
            "a missing field, then the time",
            without(stamped("sandbox", "x", old, &action), "Signature"),
            "MissingSignature",
        ),
        (
            "the time, then the key",
            stamped("nobody", "x", old, &action),
            "InvalidTimeStamp.Expired",
        ),
        (
            "the key, then the token",
            stamped("nobody", "x", &at, &[action[0], ("SecurityToken", "t")]),
            "InvalidAccessKeyId.NotFound",
        ),
        (
            "whether it is active, then the token",
            stamped("sandbox-inactive", "x", &at, &[action[0], ("SecurityToken", "t")]),
            "InvalidAccessKeyId.Inactive",
        ),
        (
            "the token, then the signature",
            stamped("STS.it", "x", &at, &action),
            "MissingSecurityToken",
        ),
        (
            "the signature, then the nonce",
            with(used.clone(), "Signature", "x"),
            "SignatureDoesNotMatch",
        ),
        ("the nonce, then the action", used_unknown, "SignatureNonceUsed"),
        (
            "the action, then permission",
            stamped("sandbox-denied", SANDBOX_SECRET, &at, &[("Action", "OpenSesame")]),
            "InvalidAction.NotFound",
        ),
    ];
    for (which, call, code) in cases {
        assert_eq!(rig.send(&call).await.code(), code, "{which}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_are_checked_in_the_order_of_the_contract() {
    let rig = Rig::sandbox().await;
    let all_wrong = [
        ("RegionId", "cn-x"),
        ("InstanceChargeType", "PostPaid"),
        ("PricingCycle", "Week"),
        ("Period", "0"),
        ("ClientToken", "é"),
        ("AutoPay", "2"),
        ("AutoRenew", "2"),
        ("AutoRenewDuration", "0"),
    ];
    let right = [
        ("RegionId", "cn-hangzhou"),
        ("InstanceChargeType", "PrePaid"),
        ("PricingCycle", "Month"),
        ("Period", "1"),
        ("ClientToken", ""),
        ("AutoPay", "true"),
        ("AutoRenew", "true"),
        ("AutoRenewDuration", "1"),
    ];
    let codes = [
        "InvalidRegionId.NotFound",
        "InvalidPhysicalConnectionChargeType.Malformed",
        "InvalidPhysicalConnectionPricingCycle.Malformed",
        "InvalidPhysicalConnectionPeriod.Malformed",
        "IllegalParam.ClientToken",
        "InvalidAutoPay",
        "InvalidAutoRenew",
        "InvalidAutoRenewDuration",
    ];
    rig.call_as("sandbox-denied", VPC, ORDER, &all_wrong).await.refused(403, "Forbidden.RAM");
    // The more of them are right, the later the first that is wrong.
    for (count, code) in codes.into_iter().enumerate() {
        let mut parameters = [&right[..count], &all_wrong[count..]].concat();
        if count == 1 {
            // What is missing comes after the region and before anything that is wrong.
            let back = rig.call(ORDER, &parameters).await;
            back.refused(400, "MissingPhysicalConnectionId");
        }
        parameters.push(("PhysicalConnectionId", "pc-none"));
        assert_eq!(rig.call(ORDER, &parameters).await.code(), code);
    }
    let parameters = [right.as_slice(), &[("PhysicalConnectionId", "pc-none")]].concat();
    rig.call(ORDER, &parameters).await.refused(404, "InvalidPhysicalConnectionId.NotFound");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_found_before_any_rule_of_the_business() {
    let rig = Rig::sandbox().await;
    let order = |token: &'static str, period: &'static str| {
        let circuit = ("PhysicalConnectionId", READY);
        [circuit, ("AutoPay", "true"), ("ClientToken", token), ("Period", period)]
    };
    let first = rig.call(ORDER, &order("token", "1")).await.ok();
    // The circuit is Enabled by now: a new order of it would be refused.
    rig.call(ORDER, &order("new", "1")).await.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    let again = rig.call(ORDER, &order("token", "1")).await.ok();
    assert_eq!(again.order_id(), first.order_id());
    rig.call(ORDER, &order("token", "2")).await.refused(400, "IdempotentParameterMismatch");
    // What is wrong in itself is refused before any receipt is looked for.
    let back = rig.call(ORDER, &order("token", "0")).await;
    back.refused(400, "InvalidPhysicalConnectionPeriod.Malformed");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_says_so_and_names_the_first_call() {
    let rig = Rig::sandbox().await;
    let order = |format: &str| {
        let order = [("PhysicalConnectionId", READY), ("ClientToken", "token"), ("Format", format)];
        rig.sign("sandbox", SANDBOX_SECRET, VPC, ORDER, &order)
    };
    let first = ask(&rig, &order("JSON")).await.ok();
    assert_eq!(first.header("x-crossconnect-replayed"), None);
    assert_eq!(first.header("x-crossconnect-first-request-id"), None);
    let first_id = first.header("x-acs-request-id").expect("an id").to_owned();
    for format in ["JSON", "XML"] {
        let again = ask(&rig, &order(format)).await.ok();
        assert_eq!(again.header("x-crossconnect-replayed"), Some("true"));
        assert_eq!(again.header("x-crossconnect-first-request-id"), Some(&*first_id));
        let id = again.header("x-acs-request-id").expect("an id");
        assert!(id != first_id && again.text.contains(id), "{again:?}");
        let order = first.json()["Data"]["OrderId"].as_str().expect("an order").to_owned();
        assert!(again.text.contains(&order), "{again:?}");
    }
    rig.end().await;
}
