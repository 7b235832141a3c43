//! Wrong signatures, used nonces and stamps that are not fresh.

use super::{SERVICE, look, now, signer, stamped, told, vpc, with};
use crate::rig::{Rig, VPC, ask, fresh_folder, stamp, stopped_clock};
use crossconnect::keys::SANDBOX_SECRET;
use crossconnect::server::Parts;
use domain::Timestamp;
use wire::client::{Place, Signed, sign_acs3};

/// SOURCE: wire dossier 4.2: Python cuts the message at its colons, Go at the words before.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_signature_is_told_what_was_signed_after_exactly_one_colon() {
    let rig = Rig::sandbox().await;
    let call = with(look(&rig, "JSON"), "Signature", "wrong");
    let back = rig.send(&call).await;
    back.refused(400, "SignatureDoesNotMatch");
    let message = back.body["Message"].as_str().expect("text");
    let start = "Specified signature is not matched with our calculation. \
                 server string to sign is:";
    let signed = message.strip_prefix(start).unwrap_or_else(|| panic!("{message}"));
    assert!(signed.starts_with("POST&%2F&AccessKeyId%3Dsandbox%26Action%3D"), "{signed}");
    assert_eq!(message.matches(':').count(), 1, "{message}");
    assert!(!back.text.contains(SANDBOX_SECRET));
    let message = rig.send(&with(look(&rig, "XML"), "Signature", "wrong")).await.text;
    assert!(message.contains("string to sign is:POST&amp;%2F&amp;AccessKeyId%3D"), "{message}");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_signature_in_the_header_is_told_both_texts() {
    let rig = Rig::sandbox().await;
    let (host, at) = (rig.address.to_string(), now(&rig));
    let wrong = signer("sandbox", "wrong");
    let parameters = [("RegionId", "cn-hangzhou")];
    let call =
        sign_acs3(&wrong, "POST", SERVICE, VPC, &parameters, Place::Query, &host, "n-1", &at);
    let back = rig.send(&call).await;
    back.refused(400, "SignatureDoesNotMatch");
    let message = back.body["Message"].as_str().expect("text");
    let start = "Specified signature does not match our calculation. \
                 server StringToSign is [ACS3-HMAC-SHA256\n";
    assert!(message.starts_with(start), "{message}");
    let request = format!(
        "server CanonicalRequest is [POST\n/\nRegionId=cn-hangzhou\nhost:{host}\n\
         x-acs-action:{SERVICE}\n"
    );
    assert!(message.contains(&request) && message.ends_with(']'), "{message}");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_is_used_once_and_a_wrong_signature_does_not_use_it() {
    let rig = Rig::sandbox().await;
    let call = look(&rig, "JSON");
    ask(&rig, &with(call.clone(), "Signature", "wrong"))
        .await
        .refused(400, "SignatureDoesNotMatch");
    ask(&rig, &call).await.ok();
    let used = "Specified signature nonce was used already.";
    for _ in 0..2 {
        told(&ask(&rig, &call).await, "JSON", &vpc(400, "SignatureNonceUsed", used));
    }
    let nonce = |signed: &Signed| {
        let (_, rest) = signed.target.split_once("SignatureNonce=").expect("a nonce");
        rest.split('&').next().expect("a value").to_owned()
    };
    let (host, at, spent) = (rig.address.to_string(), now(&rig), nonce(&call));
    let parameters = [("RegionId", "cn-hangzhou")];
    let by = |key: &str| {
        let signer = signer(key, SANDBOX_SECRET);
        sign_acs3(&signer, "POST", SERVICE, VPC, &parameters, Place::Query, &host, &spent, &at)
    };
    // The other scheme is no way around it; another key has nonces of its own.
    ask(&rig, &by("sandbox")).await.refused(400, "SignatureNonceUsed");
    ask(&rig, &by("sandbox-2023")).await.ok();
    ask(&rig, &by("sandbox@other")).await.ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stamp_may_be_fifteen_minutes_off_either_way() {
    let parts = Parts { clock: Some(stopped_clock("2026-11-22T08:00:00Z")), ..Parts::default() };
    let rig = Rig::open(&fresh_folder(), &[], parts).await;
    let code = async |at: &str| {
        let call = stamped("sandbox", SANDBOX_SECRET, at, &[("Action", SERVICE)]);
        rig.send(&call).await.code().to_owned()
    };
    for (at, expected) in [
        ("2026-11-22T07:45:00Z", ""),
        ("2026-11-22T07:44:59Z", "InvalidTimeStamp.Expired"),
        ("2026-11-22T08:15:00Z", ""),
        ("2026-11-22T08:15:01Z", "InvalidTimeStamp.Expired"),
        ("2026-11-22T08:15:00.999999999Z", ""),
        ("9999-12-31T23:59:59Z", "InvalidTimeStamp.Expired"),
        ("0001-01-01T00:00:00Z", "InvalidTimeStamp.Expired"),
        ("2026-11-22T08:00:00+08:00", "InvalidTimeStamp.Format"),
        ("2026-11-22 08:00:00", "InvalidTimeStamp.Format"),
        ("1795334400", "InvalidTimeStamp.Format"),
    ] {
        assert_eq!(code(at).await, expected, "{at}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stamp_is_fresh_by_real_time_or_by_the_worlds_own() {
    let rig = Rig::sandbox().await;
    let wall = rig.app.clock.wall();
    rig.advance("P30D").await;
    let at = |days: i64| stamp(Timestamp::from_ms(wall.ms() + days * 86_400_000));
    let look = [("Action", SERVICE)];
    for (days, code) in
        [(0, ""), (30, ""), (15, "InvalidTimeStamp.Expired"), (31, "InvalidTimeStamp.Expired")]
    {
        let back = rig.send(&stamped("sandbox", SANDBOX_SECRET, &at(days), &look)).await;
        assert_eq!(back.code(), code, "{days} days on");
    }
    // Another world's clock was not moved, and a stranger has no world.
    for key in ["sandbox@other", "nobody"] {
        let back = rig.send(&stamped(key, SANDBOX_SECRET, &at(30), &look)).await;
        assert_eq!(back.code(), "InvalidTimeStamp.Expired", "{key}");
    }
    rig.end().await;
}
