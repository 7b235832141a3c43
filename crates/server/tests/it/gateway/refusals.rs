//! Each refusal of the gateway, to the byte.

use super::{
    MANY_YEARS_AGO, Refusal, SERVICE, STS, look, now, plain, signer, stamped, temporary_key, told,
    vpc, with, without,
};
use crate::rig::{BSS, ORDER, READY, Rig, VPC, ask};
use crossconnect::clock::draw_text;
use serde_json::json;
use wire::client::{Place, Signed, sign_acs3};

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
        let circuit = ("PhysicalConnectionId", READY);
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
