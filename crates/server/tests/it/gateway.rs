//! What the gateway says before any business is asked: what its stories share.

mod precedence;
mod refusals;
mod signatures;
mod spellings;

use crate::rig::{RICH, Rig, VPC, Wired, stamp};
use crossconnect::clock::draw_text;
use crossconnect::keys::SANDBOX_SECRET;
use serde_json::{Value, json};
use wire::client::{Place, Signed, Signer, sign_rpc};

const STS: &str = "2015-04-01";
const SERVICE: &str = "GetPhysicalConnectionServiceStatus";
const MANY_YEARS_AGO: &str = "2001-01-01T00:00:00Z";

fn signer(key: &str, secret: &str) -> Signer {
    Signer { access_key_id: key.into(), secret: secret.into() }
}

fn now(rig: &Rig) -> String {
    stamp(rig.app.clock.wall())
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

/// Makes a temporary key of account 1 whose token ends at `end`.
async fn temporary_key(rig: &Rig, end: &str) {
    rig.put_key(
        RICH,
        "STS.it",
        json!({"secret": "s",
        "security_token": "token", "expires_at": end}),
    )
    .await;
}
