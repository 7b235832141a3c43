//! What the gateway says before any business is asked: each of its refusals to the byte, the order
//! in which it looks for them, and the many ways in which one call may be put.
//! Long because each refusal stands here to the byte.

use crate::http_wire::{Wired, ask};
use crate::rig::{BSS, ORDER, Rig, VPC, fresh_folder, stamp, stopped_clock};
use crossconnect::clock::draw_text;
use crossconnect::keys::SANDBOX_SECRET;
use crossconnect::server::Parts;
use domain::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wire::client::{Place, Signed, Signer, sign_acs3, sign_rpc};

const STS: &str = "2015-04-01";
const SERVICE: &str = "GetPhysicalConnectionServiceStatus";
const MANY_YEARS_AGO: &str = "2001-01-01T00:00:00Z";

fn signer(key: &str, secret: &str) -> Signer {
    Signer { access_key_id: key.into(), secret: secret.into() }
}

fn now(rig: &Rig) -> String {
    stamp(rig.gateway.clock.wall())
}

/// A call with these parameters and no others but those of authentication, all in the query.
fn plain(rig: &Rig, parameters: &[(&str, &str)]) -> Signed {
    let signer = signer("sandbox", SANDBOX_SECRET);
    sign_rpc(&signer, "POST", parameters, Place::Query, &draw_text(), &now(rig))
}

/// A call that looks, in a format, all in the query.
fn look(rig: &Rig, format: &str) -> Signed {
    let parameters = [("Action", SERVICE), ("Version", VPC), ("RegionId", "cn-hangzhou")];
    plain(rig, &[parameters.as_slice(), &[("Format", format)]].concat())
}

/// A call of VPC as someone with some secret, stamped with some time, in JSON.
fn stamped(key: &str, secret: &str, at: &str, parameters: &[(&str, &str)]) -> Signed {
    let common = [("Version", VPC), ("Format", "JSON"), ("RegionId", "cn-hangzhou")];
    let named = |name: &str| parameters.iter().any(|(given, _)| *given == name);
    let common = common.iter().filter(|(name, _)| !named(name));
    let all: Vec<_> = common.chain(parameters).copied().collect();
    sign_rpc(&signer(key, secret), "POST", &all, Place::Query, &draw_text(), at)
}

/// The same request without a parameter of its query.
fn without(mut signed: Signed, name: &str) -> Signed {
    let query = signed.target.strip_prefix("/?").expect("a query");
    let others = query.split('&').filter(|pair| pair.split('=').next() != Some(name));
    signed.target = format!("/?{}", others.collect::<Vec<_>>().join("&"));
    signed
}

/// The same request with another value of a parameter, which is not signed anew.
fn with(signed: Signed, name: &str, value: &str) -> Signed {
    let mut signed = without(signed, name);
    signed.target = format!("{}&{name}={value}", signed.target);
    signed
}

/// A refusal as it has to be told.
struct Refusal<'t> {
    status: u16,
    code: &'t str,
    message: &'t str,
    product: &'t str,
}

fn vpc<'t>(status: u16, code: &'t str, message: &'t str) -> Refusal<'t> {
    Refusal { status, code, message, product: "Vpc" }
}

/// Fails the test unless an answer is this refusal in this format, to the byte.
/// SOURCE: wire dossier 3.1 (headers) and 3.2 (bodies).
#[track_caller]
fn told(answer: &Wired, format: &str, refusal: &Refusal) {
    let Refusal { status, code, message, product } = refusal;
    let id = answer.header("x-acs-request-id").expect("every answer has one");
    let is_id = |at: usize, byte: u8| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => matches!(byte, b'0'..=b'9' | b'A'..=b'F'),
    };
    assert!(id.len() == 36 && id.bytes().enumerate().all(|(at, byte)| is_id(at, byte)), "{id}");
    let url =
        format!("https://api.aliyun.com/troubleshoot?q={code}&product={product}&requestId={id}");
    let (content_type, body) = if format == "JSON" {
        let body = format!(
            r#"{{"RequestId":"{id}","Message":{},"Recommend":"{url}","HostId":"127.0.0.1","#,
            Value::from(*message)
        );
        ("application/json;charset=utf-8", format!(r#"{body}"Code":"{code}"}}"#))
    } else {
        let body = format!(
            "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>{id}</RequestId>\
             <HostId>127.0.0.1</HostId><Code>{code}</Code><Message>{message}</Message>\
             <Recommend><![CDATA[{url}]]></Recommend></Error>"
        );
        ("text/xml;charset=utf-8", body)
    };
    assert_eq!(answer.text, body);
    assert_eq!((answer.status, answer.header("content-type")), (*status, Some(content_type)));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_of_authentication_is_missed_by_name() {
    let rig = Rig::sandbox().await;
    for format in ["JSON", "XML"] {
        for name in [
            "AccessKeyId",
            "Signature",
            "SignatureMethod",
            "SignatureVersion",
            "SignatureNonce",
            "Timestamp",
        ] {
            let (code, message) =
                (format!("Missing{name}"), format!("{name} is mandatory for this action."));
            for call in [without(look(&rig, format), name), with(look(&rig, format), name, "")] {
                told(&ask(&rig, &call).await, format, &vpc(400, &code, &message));
            }
        }
        let nobody = Signed {
            method: "GET".into(),
            target: format!("/?Action={SERVICE}&Version={VPC}&Format={format}"),
            headers: vec![],
            body: vec![],
        };
        let message = "AccessKeyId is mandatory for this action.";
        let refusal = vpc(400, "MissingAccessKeyId", message);
        told(&ask(&rig, &nobody).await, format, &refusal);
    }
    rig.end().await;
}

/// A parameter, a value that spoils a call, and what that is refused with.
const SPOILT: &[(&str, &str, u16, &str, &str)] = &[
    (
        "SignatureMethod",
        "HMAC-MD5",
        400,
        "InvalidSignatureMethod",
        "Specified signature method is not valid.",
    ),
    (
        "SignatureVersion",
        "2.0",
        400,
        "InvalidSignatureVersion",
        "Specified parameter SignatureVersion is not valid.",
    ),
    (
        "Timestamp",
        "now",
        400,
        "InvalidTimeStamp.Format",
        "Specified time stamp or date value is not well formatted.",
    ),
    (
        "Timestamp",
        MANY_YEARS_AGO,
        400,
        "InvalidTimeStamp.Expired",
        "Specified time stamp or date value is expired.",
    ),
    ("AccessKeyId", "nobody", 404, "InvalidAccessKeyId.NotFound", UNKNOWN_KEY),
    ("AccessKeyId", "sandbox@NO-SUCH-WORLD", 404, "InvalidAccessKeyId.NotFound", UNKNOWN_KEY),
    (
        "AccessKeyId",
        "sandbox-inactive",
        400,
        "InvalidAccessKeyId.Inactive",
        "Specified access key is disabled.",
    ),
    (
        "SecurityToken",
        "invented",
        400,
        "InvalidSecurityToken.MismatchWithAccessKey",
        "Specified SecurityToken mismatch with the AccessKey.",
    ),
    ("Other", "%zz", 400, "InvalidParameter.Format", "Specified parameter format is not valid."),
    ("Other", "1&Other=2", 400, "InvalidOther", "Specified parameter Other is not valid."),
];
const UNKNOWN_KEY: &str = "Specified access key is not found.";

#[tokio::test(flavor = "multi_thread")]
async fn each_field_of_authentication_is_refused_in_its_own_words() {
    let rig = Rig::sandbox().await;
    let method = vpc(400, "UnsupportedHTTPMethod", "This http method is not supported.");
    for format in ["JSON", "XML"] {
        for (name, value, status, code, message) in SPOILT {
            let call = with(look(&rig, format), name, value);
            told(&ask(&rig, &call).await, format, &vpc(*status, code, message));
        }
        let mut call = look(&rig, format);
        call.method = "PUT".into();
        told(&ask(&rig, &call).await, format, &method);
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_that_is_none_is_refused_in_its_own_words() {
    let rig = Rig::sandbox().await;
    let incomplete = vpc(
        400,
        "IncompleteSignature",
        "The request signature does not conform to Aliyun standards.",
    );
    let method = vpc(400, "InvalidSignatureMethod", "Specified signature method is not valid.");
    for (header, refusal) in [
        ("ACS3-HMAC-SHA256 Credential=sandbox", &incomplete),
        ("ACS3-HMAC-SHA256 nothing", &incomplete),
        ("acs sandbox", &incomplete),
        ("letmein", &incomplete),
        ("ACS3-HMAC-MD5 Credential=a,SignedHeaders=host,Signature=00", &method),
        ("Basic c2FuZGJveDpzYW5kYm94LXNlY3JldA==", &method),
    ] {
        let mut call = look(&rig, "JSON");
        call.headers.push(("authorization".into(), header.into()));
        told(&ask(&rig, &call).await, "JSON", refusal);
    }
    rig.end().await;
}

/// Makes a temporary key of account 1 whose token ends at `end`.
async fn temporary_key(rig: &Rig, end: &str) {
    let key = json!({"account": "1000000000000001", "access_key_id": "STS.it", "secret": "s",
        "security_token": "token", "expires_at": end});
    rig.post("/keys", key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_security_token_is_asked_for_compared_and_ended() {
    let rig = Rig::sandbox().await;
    temporary_key(&rig, "2999-01-01T00:00:00Z").await;
    let call = |token: &[(&str, &str)]| {
        stamped("STS.it", "s", &now(&rig), &[&[("Action", SERVICE)], token].concat())
    };
    let acs3 = |token: &[(&str, &str)]| {
        let parameters = [&[("RegionId", "cn-hangzhou")], token].concat();
        let (host, nonce) = (rig.address.to_string(), draw_text());
        let (place, at) = (Place::Query, now(&rig));
        sign_acs3(
            &signer("STS.it", "s"),
            "POST",
            SERVICE,
            VPC,
            &parameters,
            place,
            &host,
            &nonce,
            &at,
        )
    };
    let (right, wrong) = ([("SecurityToken", "token")], [("SecurityToken", "tokem")]);
    let missing = vpc(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.");
    let mismatch = vpc(
        400,
        "InvalidSecurityToken.MismatchWithAccessKey",
        "Specified SecurityToken mismatch with the AccessKey.",
    );
    for [none, other, own] in
        [[call(&[]), call(&wrong), call(&right)], [acs3(&[]), acs3(&wrong), acs3(&right)]]
    {
        told(&ask(&rig, &none).await, "JSON", &missing);
        told(&ask(&rig, &other).await, "JSON", &mismatch);
        ask(&rig, &own).await.ok();
    }
    temporary_key(&rig, MANY_YEARS_AGO).await;
    let message = "Specified SecurityToken is expired.";
    let expired = vpc(400, "InvalidSecurityToken.Expired", message);
    told(&ask(&rig, &call(&right)).await, "JSON", &expired);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_nothing_that_is_served_is_refused_once_it_is_trusted() {
    let rig = Rig::sandbox().await;
    let action = ("Action", SERVICE);
    let not_found = "Specified api is not found, please check your url and method.";
    let cases: &[(&[(&str, &str)], Refusal)] = &[
        (&[("Version", VPC)], vpc(400, "MissingAction", "Action is mandatory for this action.")),
        (&[action], vpc(400, "MissingVersion", "Version is mandatory for this action.")),
        (
            &[action, ("Version", "2016-04-29")],
            vpc(400, "InvalidVersion", "Specified parameter Version is not valid."),
        ),
        (
            &[("Action", "OpenSesame"), ("Version", VPC)],
            vpc(404, "InvalidAction.NotFound", not_found),
        ),
        (
            &[action, ("Version", STS)],
            Refusal { product: "Sts", ..vpc(404, "InvalidAction.NotFound", not_found) },
        ),
        (
            &[action, ("Version", BSS)],
            Refusal { product: "BssOpenApi", ..vpc(404, "InvalidAction.NotFound", not_found) },
        ),
    ];
    for format in ["JSON", "XML"] {
        for (parameters, refusal) in cases {
            let call = plain(&rig, &[*parameters, &[("Format", format)]].concat());
            told(&ask(&rig, &call).await, format, refusal);
        }
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parameters_of_an_operation_are_refused_in_the_gateways_words() {
    let rig = Rig::sandbox().await;
    for format in ["JSON", "XML"] {
        let call = |parameters: &[(&str, &str)]| {
            let common = [("Action", ORDER), ("Version", VPC), ("Format", format)];
            plain(&rig, &[common.as_slice(), parameters].concat())
        };
        let region = ("RegionId", "cn-hangzhou");
        let missing = "PhysicalConnectionId is mandatory for this action.";
        let unknown = "The RegionId provided does not exist in our records.";
        let invalid = "Specified parameter AutoPay is not valid.";
        let circuit = ("PhysicalConnectionId", "pc-sandboxconfirmed");
        let cases: [(&[(&str, &str)], Refusal); 4] = [
            (&[], vpc(400, "MissingRegionId", "RegionId is mandatory for this action.")),
            (&[("RegionId", "cn-x")], vpc(404, "InvalidRegionId.NotFound", unknown)),
            (&[region], vpc(400, "MissingPhysicalConnectionId", missing)),
            (&[region, circuit, ("AutoPay", "2")], vpc(400, "InvalidAutoPay", invalid)),
        ];
        for (parameters, refusal) in cases {
            told(&ask(&rig, &call(parameters)).await, format, &refusal);
        }
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_speak_the_services_own_dialect() {
    let rig = Rig::sandbox().await;
    let failed =
        "The request processing has failed due to some unknown error, exception or failure.";
    let temporary = "The request has failed due to a temporary failure of the server.";
    for format in ["JSON", "XML"] {
        for (fault, refusal) in [
            (
                json!({"action": SERVICE, "kind": "throttle", "milliseconds": 1500}),
                vpc(400, "Throttling.User", "Request was denied due to user flow control."),
            ),
            (json!({"action": SERVICE, "kind": "error"}), vpc(500, "InternalError", failed)),
            (
                json!({"action": "*", "kind": "error", "status": 409, "code": "OperationConflict",
                "message": "No."}),
                vpc(409, "OperationConflict", "No."),
            ),
            (
                json!({"action": "*", "kind": "unavailable"}),
                vpc(503, "ServiceUnavailable", temporary),
            ),
        ] {
            rig.post("/faults", fault).await;
            let answer = ask(&rig, &look(&rig, format)).await;
            told(&answer, format, &refusal);
            let wait = (refusal.code == "Throttling.User").then_some("1500");
            assert_eq!(answer.header("x-acs-retry-after"), wait);
            ask(&rig, &look(&rig, format)).await.ok();
        }
    }
    rig.end().await;
}

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
    ask(&rig, &by("sandbox-2019")).await.ok();
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
    let wall = rig.gateway.clock.wall();
    rig.post("/clock", json!({"advance": "P30D"})).await;
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
        let circuit = ("PhysicalConnectionId", "pc-sandboxconfirmed");
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
        let order = [
            ("PhysicalConnectionId", "pc-sandboxconfirmed"),
            ("ClientToken", "token"),
            ("Format", format),
        ];
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

/// A call signed in the header, its parameters in a JSON body.
fn sign_json(rig: &Rig, action: &str, body: &Value) -> Signed {
    let body = body.to_string();
    let hash = |text: &str| hex(&Sha256::digest(text));
    let content_hash = hash(&body);
    let mut headers = [
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("host", rig.address.to_string()),
        ("x-acs-action", action.to_owned()),
        ("x-acs-content-sha256", content_hash.clone()),
        ("x-acs-date", now(rig)),
        ("x-acs-signature-nonce", draw_text()),
        ("x-acs-version", VPC.to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec();
    let lines: Vec<String> =
        headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(";");
    let request = format!("POST\n/\n\n{}\n{names}\n{content_hash}", lines.concat());
    let text = format!("ACS3-HMAC-SHA256\n{}", hash(&request));
    let key = Hmac::<Sha256>::new_from_slice(SANDBOX_SECRET.as_bytes()).expect("any length");
    let signature = hex(&key.chain_update(text).finalize().into_bytes());
    headers.push((
        "authorization".into(),
        format!("ACS3-HMAC-SHA256 Credential=sandbox,SignedHeaders={names},Signature={signature}"),
    ));
    Signed { method: "POST".into(), target: "/".into(), headers, body: body.into() }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_call_may_be_put_in_many_ways_and_is_one_call() {
    let rig = Rig::sandbox().await;
    let order = [
        ("RegionId", "cn-hangzhou"),
        ("PhysicalConnectionId", "pc-sandboxconfirmed"),
        ("ClientToken", "a b+c~d*"),
        ("Period", "2"),
    ];
    let common = [("Action", ORDER), ("Version", VPC), ("Format", "json")];
    let (signer, host) = (signer("sandbox", SANDBOX_SECRET), rig.address.to_string());
    let mut calls = Vec::new();
    for (method, place) in
        [("GET", Place::Query), ("POST", Place::Query), ("GET", Place::Form), ("POST", Place::Form)]
    {
        let (nonce, at) = (draw_text(), now(&rig));
        let all = [common.as_slice(), &order].concat();
        calls.push(sign_rpc(&signer, method, &all, place, &nonce, &at));
        calls.push(sign_acs3(
            &signer,
            method,
            ORDER,
            VPC,
            &order,
            place,
            &host,
            &nonce.to_ascii_lowercase(),
            &at,
        ));
    }
    // As pop-core puts it: everything in the body.
    let mut all_in_form = calls[2].clone();
    let query = all_in_form.target.split_off(2);
    all_in_form.target = "/".into();
    all_in_form.headers = vec![form()];
    all_in_form.body = query.into();
    calls[2] = all_in_form;
    calls.push(sign_json(
        &rig,
        ORDER,
        &json!({"RegionId": "cn-hangzhou", "Period": 2,
        "PhysicalConnectionId": "pc-sandboxconfirmed", "ClientToken": "a b+c~d*"}),
    ));
    let mut ids = Vec::new();
    for call in &calls {
        ids.push(rig.send(call).await.ok().order_id());
    }
    assert!(ids.iter().all(|id| *id == ids[0]) && ids.len() == 9, "{ids:?}");
    assert_eq!(rig.state().await["orders"].as_array().expect("a list").len(), 1);
    rig.end().await;
}

fn form() -> (String, String) {
    ("content-type".into(), "application/x-www-form-urlencoded".into())
}

/// SOURCE: CONTRACT: equal values in query and form are one parameter.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_parameter_in_query_and_form_must_be_the_same() {
    let rig = Rig::sandbox().await;
    let mut twice = look(&rig, "JSON");
    twice.headers.push(form());
    twice.body = b"RegionId=cn-hangzhou".to_vec();
    rig.send(&twice).await.ok();
    let mut unlike = look(&rig, "JSON");
    unlike.headers.push(form());
    unlike.body = b"RegionId=cn-beijing".to_vec();
    rig.send(&unlike).await.refused(400, "InvalidRegionId");
    rig.end().await;
}

/// SOURCE: wire dossier 1.1: Terraform writes `bandwidth`.
#[tokio::test(flavor = "multi_thread")]
async fn names_of_parameters_are_known_in_any_case() {
    let rig = Rig::sandbox().await;
    let made = rig
        .call(
            "CreatePhysicalConnection",
            &[
                ("AccessPointId", "ap-cn-hangzhou-yh-B"),
                ("LineOperator", "CT"),
                ("PortType", "10GBase-LR"),
                ("bandwidth", "50"),
            ],
        )
        .await
        .ok();
    let id = &made.body["PhysicalConnectionId"];
    let state = rig.state().await;
    let circuits = state["circuits"].as_array().expect("a list");
    let circuit = circuits.iter().find(|circuit| circuit["id"] == *id).expect("it is there");
    assert_eq!(circuit["bandwidth"], 50);
    let lower = [("physicalconnectionid", "pc-sandboxconfirmed"), ("PERIOD", "3")];
    let order = rig.call(ORDER, &lower).await.ok().order_id();
    let state = rig.state().await;
    assert_eq!(state["orders"][0]["id"], order);
    assert_eq!(state["orders"][0]["term"]["period"], 3);
    rig.end().await;
}

/// SOURCE: CONTRACT: XML for RPC 1.0, JSON for the header schemes.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_format_each_scheme_has_its_own() {
    let rig = Rig::sandbox().await;
    let parameters = [("Action", SERVICE), ("Version", VPC), ("RegionId", "cn-hangzhou")];
    let xml = ask(&rig, &plain(&rig, &parameters)).await.ok();
    assert_eq!(xml.header("content-type"), Some("text/xml;charset=utf-8"));
    let root = format!("<?xml version='1.0' encoding='UTF-8'?><{SERVICE}Response><RequestId>");
    assert!(xml.text.starts_with(&root), "{xml:?}");
    let call = sign_json(&rig, SERVICE, &json!({"RegionId": "cn-hangzhou"}));
    let json = ask(&rig, &call).await.ok();
    assert_eq!(json.header("content-type"), Some("application/json;charset=utf-8"));
    for (format, content_type) in
        [("json", "application/json;charset=utf-8"), ("Xml", "text/xml;charset=utf-8")]
    {
        let answer = ask(&rig, &look(&rig, format)).await.ok();
        assert_eq!(answer.header("content-type"), Some(content_type));
    }
    let unknown = ask(&rig, &look(&rig, "YAML")).await;
    let message = "Specified parameter format is not valid.";
    told(&unknown, "XML", &vpc(400, "InvalidParameter.Format", message));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn host_id_is_the_host_that_was_called_without_its_port() {
    let rig = Rig::sandbox().await;
    for (host, host_id) in [
        ("vpc.aliyuncs.com", "vpc.aliyuncs.com"),
        ("vpc.aliyuncs.com:8616", "vpc.aliyuncs.com"),
        ("[::1]:8616", "[::1]"),
        ("<&>", "<&>"),
    ] {
        let mut call =
            plain(&rig, &[("Action", "OpenSesame"), ("Version", VPC), ("Format", "JSON")]);
        call.headers.push(("host".into(), host.into()));
        assert_eq!(rig.send(&call).await.body["HostId"], host_id);
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_token_speaks_for_its_key_as_long_as_the_key_has_it() {
    let rig = Rig::sandbox().await;
    let call = |token: &str| {
        let query = format!(
            "Action={SERVICE}&Version={VPC}&Format=JSON&RegionId=cn-hangzhou\
             &SignatureType=BEARERTOKEN&BearerToken={token}"
        );
        let target = format!("/?{query}");
        Signed { method: "POST".into(), target, headers: vec![], body: vec![] }
    };
    let key = |token: &str| {
        json!({"account": "1000000000000001", "access_key_id": "bearer", "secret": "s",
            "bearer_token": token})
    };
    rig.post("/keys", key("first")).await;
    ask(&rig, &call("first")).await.ok();
    let malformed =
        vpc(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.");
    for unknown in ["second", "", "first@other"] {
        told(&ask(&rig, &call(unknown)).await, "JSON", &malformed);
    }
    rig.post("/keys", key("second")).await;
    ask(&rig, &call("second")).await.ok();
    told(&ask(&rig, &call("first")).await, "JSON", &malformed);
    let mut ended = key("second");
    ended["active"] = false.into();
    rig.post("/keys", ended).await;
    let inactive = vpc(400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.");
    told(&ask(&rig, &call("second")).await, "JSON", &inactive);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_is_found_by_its_id_in_the_world_of_its_key() {
    let rig = Rig::sandbox().await;
    let wrong = |key: &str| stamped(key, "wrong", &now(&rig), &[("Action", SERVICE)]);
    for (key, world) in [("sandbox", ""), ("nobody", ""), ("sandbox@ci", "/worlds/ci")] {
        let back = rig.send(&wrong(key)).await;
        let path = format!("{world}/requests/{}", back.request_id);
        let (status, found) = rig.control("GET", &path, &Value::Null).await;
        assert_eq!(status, 200, "{key}: {found}");
        assert_eq!(found["code"], back.code());
        assert_eq!(found["access_key_id"], key);
        let (_, recent) = rig.control("GET", &format!("{world}/requests"), &Value::Null).await;
        assert_eq!(recent["requests"][0], found);
    }
    let (status, _) = rig.control("GET", "/requests/none", &Value::Null).await;
    assert_eq!(status, 404);
    rig.end().await;
}
