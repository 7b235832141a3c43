//! Requests that nobody should send: each is refused clearly in the format it asked for, changes
//! nothing and leaves no secret behind.

mod drawn;

use crate::examples::elements;
use crate::rig::{ORDER, READY, RICH, Rig, VPC, stamp};
use crossconnect::clock::draw_text;
use crossconnect::gateway::Reply;
use crossconnect::keys::SANDBOX_SECRET;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use wire::client::{Place, Signed, Signer, sign_acs3, sign_rpc};
use wire::{Format, Raw};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// A request as bytes, of which nothing is promised.
#[derive(Clone, Debug)]
struct Bytes {
    method: String,
    path: String,
    query: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Vec<u8>,
}

async fn answer(rig: &Rig, bytes: &Bytes) -> Reply {
    let headers: HeaderMap = bytes.headers.iter().cloned().collect();
    let Bytes { method, path, query, body, .. } = bytes;
    let raw = Raw { method, path, query, headers: &headers, body };
    rig.app.gateway().answer(raw).await.expect("no fault was ordered")
}

/// `Code` of a refusal whose body is as it should be; what is wrong with it otherwise.
fn code_of(reply: &Reply) -> Result<String, String> {
    let text = std::str::from_utf8(&reply.body).map_err(|error| error.to_string())?;
    if !(400..500).contains(&reply.status) {
        return Err(format!("{}: {text}", reply.status));
    }
    let id = reply.request.to_string();
    let found = match reply.format {
        Format::Json => {
            let body: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
            let word = |name: &str| body[name].as_str().map(str::to_owned);
            word("HostId").zip(word("Message")).and(word("RequestId").zip(word("Code")))
        }
        Format::Xml => {
            let found = elements(text);
            let word = |path: &str| {
                let element = found.iter().find(|element| element.path == path);
                element.map(|element| element.text.clone())
            };
            word("Error.RequestId").zip(word("Error.Code"))
        }
    };
    let holdable =
        |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{7f}'..='\u{9f}');
    match found {
        Some((told, code)) if told == id && text.chars().all(holdable) => Ok(code),
        _ => Err(text.to_owned()),
    }
}

/// A signed order in a format, to be spoilt.
fn order(rig: &Rig, format: &str) -> Signed {
    let parameters = [("Format", format), ("PhysicalConnectionId", READY), ("AutoPay", "true")];
    rig.sign("sandbox", SANDBOX_SECRET, VPC, ORDER, &parameters)
}

fn bytes_of(rig: &Rig, signed: &Signed) -> Bytes {
    let (path, query) = signed.target.split_once('?').unwrap_or((&signed.target, ""));
    let mut headers = vec![header("host", &rig.address.to_string())];
    headers.extend(signed.headers.iter().map(|(name, value)| header(name, value)));
    Bytes {
        method: signed.method.clone(),
        path: path.into(),
        query: query.into(),
        headers,
        body: signed.body.clone(),
    }
}

fn header(name: &str, value: &str) -> (HeaderName, HeaderValue) {
    (name.parse().expect("a name"), value.parse().expect("a value"))
}

/// Everything that could have been written, but for the clock.
async fn written(rig: &Rig) -> Value {
    let mut state = rig.state().await;
    state["clock"] = Value::Null;
    state
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused_in_the_asked_format_and_changes_nothing() {
    let rig = Rig::sandbox().await;
    let before = written(&rig).await;
    let many = (0..512).map(|n| format!("&n{n}=")).collect::<Vec<_>>().concat();
    let long = |length: usize| "x".repeat(length);
    let cases = [
        ("&a=%".to_owned(), "InvalidParameter.Format"),
        ("&a=%4".into(), "InvalidParameter.Format"),
        ("&a=%zz".into(), "InvalidParameter.Format"),
        ("&%g1=a".into(), "InvalidParameter.Format"),
        ("&a=%FF".into(), "InvalidParameter.Format"),
        ("&a=%ED%A0%80".into(), "InvalidParameter.Format"),
        ("&%C3=1".into(), "InvalidParameter.Format"),
        ("&=a".into(), "InvalidParameter.Format"),
        ("&=a&=b".into(), "InvalidParameter.Format"),
        ("&%00=1".into(), "SignatureDoesNotMatch"),
        ("&a=1&a=2".into(), "Invalida"),
        ("&a=&a=+".into(), "Invalida"),
        ("&a%0Ab=1&a%0Ab=2".into(), "Invalida\nb"),
        ("&a=1&a=1".into(), "SignatureDoesNotMatch"),
        (format!("&Long={}", long(32_769)), "InvalidLong"),
        (format!("&Long={}", long(32_768)), "SignatureDoesNotMatch"),
        (format!("&{}=1", long(257)), "InvalidParameter.Format"),
        (many, "InvalidParameter.Format"),
    ];
    for format in ["JSON", "XML"] {
        for (spoils, code) in &cases {
            for in_body in [false, true] {
                let mut bytes = bytes_of(&rig, &order(&rig, format));
                if in_body {
                    bytes.body.extend_from_slice(spoils.as_bytes());
                } else {
                    bytes.query.push_str(spoils);
                }
                let reply = answer(&rig, &bytes).await;
                let asked = if format == "JSON" { Format::Json } else { Format::Xml };
                assert_eq!(reply.format, asked, "{spoils:.40}");
                assert_eq!(code_of(&reply).as_deref(), Ok(*code), "{spoils:.40}");
            }
        }
    }
    assert_eq!(written(&rig).await, before);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_text_are_refused() {
    let rig = Rig::sandbox().await;
    let mut form = bytes_of(&rig, &order(&rig, "JSON"));
    form.body.extend_from_slice(b"&a=\xFF\xFE");
    let mut json = form.clone();
    json.headers = vec![
        header("authorization", "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=00"),
        header("content-type", "application/json"),
    ];
    let mut list = json.clone();
    list.body = b"[1]".to_vec();
    let mut deep = json.clone();
    deep.body = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    let mut nested = json.clone();
    nested.body = format!("{}1{}", "{\"abc\":".repeat(100), "}".repeat(100)).into_bytes();
    for bytes in [form, json, list, deep, nested] {
        let reply = answer(&rig, &bytes).await;
        assert_eq!(code_of(&reply).as_deref(), Ok("InvalidParameter.Format"), "{bytes:.200?}");
    }
    let mut header = bytes_of(&rig, &order(&rig, "JSON"));
    let value = HeaderValue::from_bytes(b"ACS3-HMAC-SHA256 Credential=\xFF").expect("a value");
    header.headers.push((http::header::AUTHORIZATION, value));
    assert!(code_of(&answer(&rig, &header).await).is_ok());
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_equal_repeat_an_empty_piece_and_an_unknown_parameter_are_fine() {
    let rig = Rig::sandbox().await;
    let common = [("Action", "DescribeRegions"), ("Version", VPC), ("Format", "JSON")];
    let more = [("RegionId", "cn-hangzhou"), ("Unknown", "\u{0}\u{1F600}<&>")];
    let signer = Signer { access_key_id: "sandbox".into(), secret: SANDBOX_SECRET.into() };
    let parameters = [common.as_slice(), &more].concat();
    let at = stamp(rig.app.clock.wall());
    let call = sign_rpc(&signer, "POST", &parameters, Place::Query, &draw_text(), &at);
    let mut bytes = bytes_of(&rig, &call);
    bytes.query.push_str("&&RegionId=cn-hangzhou&RegionI%64=cn%2Dhangzhou&");
    bytes.headers.push(header(FORM.0, FORM.1));
    bytes.body = b"&RegionId=cn-hangzhou&&".to_vec();
    let reply = answer(&rig, &bytes).await;
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_proves_a_caller_is_kept_with_its_requests() {
    let rig = Rig::sandbox().await;
    rig.put_key(
        RICH,
        "STS.it",
        json!({"secret": "hidden-secret", "security_token": "hidden-token",
        "bearer_token": "hidden-bearer"}),
    )
    .await;
    let (at, host) = (stamp(rig.app.clock.wall()), rig.address.to_string());
    let signer = Signer { access_key_id: "STS.it".into(), secret: "hidden-secret".into() };
    let common = [("Action", "DescribeRegions"), ("Version", VPC), ("Format", "JSON")];
    let token = ("SecurityToken", "hidden-token");
    let rpc = |more: &[(&str, &str)]| {
        let all = [common.as_slice(), more].concat();
        sign_rpc(&signer, "POST", &all, Place::Query, &format!("hidden-{}", draw_text()), &at)
    };
    let acs3 = sign_acs3(
        &signer,
        "POST",
        "DescribeRegions",
        VPC,
        &[token],
        Place::Query,
        &host,
        "hidden-n",
        &at,
    );
    let mut wrong = rpc(&[token]);
    wrong.target = wrong.target.replace("Signature=", "Signature=hidden");
    let bearer = Signed {
        method: "POST".into(),
        target: format!(
            "/?Action=DescribeRegions&Version={VPC}&Format=JSON\
             &SignatureType=BEARERTOKEN&BearerToken=hidden-bearer"
        ),
        headers: vec![],
        body: vec![],
    };
    let misspelt = rpc(&[token, ("securityToken", "hidden-token"), ("signature", "hidden")]);
    for (call, status) in
        [(rpc(&[token]), 200), (acs3, 200), (bearer, 200), (misspelt, 200), (wrong, 400)]
    {
        assert_eq!(rig.send(&call).await.status, status, "{call:?}");
    }
    let kept = rig.control("GET", "/requests", &Value::Null).await.1;
    assert_eq!(kept["requests"].as_array().map(Vec::len), Some(5));
    let text = kept.to_string();
    assert!(!text.contains("hidden") && !text.contains("Signature="), "{text}");
    rig.end().await;
}
