//! Requests that nobody should send: each is refused clearly in the format it asked for, changes
//! nothing and leaves no secret behind.
//! Long because what makes hostile requests up stands beside the tests that send them.

use crate::examples::elements;
use crate::rig::{ORDER, Rig, VPC, stamp};
use crossconnect::clock::draw_text;
use crossconnect::gateway::Reply;
use crossconnect::keys::SANDBOX_SECRET;
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use proptest::{option, prop_oneof};
use serde_json::{Value, json};
use std::fmt::Debug;
use tokio::runtime::Handle;
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
    rig.gateway.answer(raw).await.expect("no fault was ordered")
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
    let parameters =
        [("Format", format), ("PhysicalConnectionId", "pc-sandboxconfirmed"), ("AutoPay", "true")];
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
    let at = stamp(rig.gateway.clock.wall());
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
    let key = json!({"account": "1000000000000001", "access_key_id": "STS.it",
        "secret": "hidden-secret", "security_token": "hidden-token",
        "bearer_token": "hidden-bearer"});
    rig.post("/keys", key).await;
    let (at, host) = (stamp(rig.gateway.clock.wall()), rig.address.to_string());
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

/// A seed to begin with: given to run a failure again, drawn otherwise.
fn seed() -> u64 {
    match std::env::var("CROSSCONNECT_SEED") {
        Ok(text) => text.parse().expect("CROSSCONNECT_SEED is a number"),
        Err(_) => u64::from_str_radix(&draw_text()[..8], 16).expect("a UUID begins with hex"),
    }
}

/// Checks many values of a strategy; a failure is shrunk, and names the seed that brings it back.
fn check_all<S: Strategy>(
    cases: u32,
    strategy: &S,
    check: impl AsyncFn(S::Value) -> Result<(), String>,
) where
    S::Value: Debug,
{
    let seed = seed();
    let config = Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    };
    let fails = proptest::test_runner::TestCaseError::fail;
    let handle = Handle::current();
    let outcome = tokio::task::block_in_place(|| {
        let one = |value| handle.block_on(check(value)).map_err(fails);
        TestRunner::new(config).run(strategy, one)
    });
    if let Err(failure) = outcome {
        panic!("CROSSCONNECT_SEED={seed} brings it back: {failure}");
    }
}

/// Names that the gateway looks at, in the right case and not.
fn a_name() -> impl Strategy<Value = String> {
    let known = select(vec![
        "Action",
        "Version",
        "Format",
        "AccessKeyId",
        "Signature",
        "SignatureMethod",
        "SignatureVersion",
        "SignatureNonce",
        "SignatureType",
        "SecurityToken",
        "BearerToken",
        "Timestamp",
        "RegionId",
        "PhysicalConnectionId",
        "ClientToken",
        "action",
        "Filter.1.Key",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{0,12}", 1 => "[%&=+a]{0,4}"]
}

/// Values that mean something to the gateway, and noise.
fn a_value() -> impl Strategy<Value = String> {
    let known = select(vec![
        "JSON",
        "XML",
        "json",
        "1.0",
        "HMAC-SHA1",
        "HMAC-SHA256",
        "SHA256withRSA",
        "BEARERTOKEN",
        "PRIVATEKEY",
        "sandbox",
        "sandbox@x",
        "2016-04-28",
        "DescribeRegions",
        ORDER,
        "cn-hangzhou",
        "2026-11-22T08:00:00Z",
        "now",
        "",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => ".{0,20}", 1 => "[%0-9A-Fa-f+=]{0,8}"]
}

fn a_query() -> impl Strategy<Value = String> {
    let pairs = vec((a_name(), a_value()), 0..20);
    let joined = pairs.prop_map(|pairs| {
        pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    });
    prop_oneof![4 => joined, 1 => ".{0,200}"]
}

fn a_header() -> impl Strategy<Value = (HeaderName, HeaderValue)> {
    let names = select(vec![
        "host",
        "accept",
        "content-type",
        "content-md5",
        "date",
        "authorization",
        "x-acs-action",
        "x-acs-version",
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-content-sha256",
        "x-acs-content-sm3",
        "x-acs-security-token",
        "x-acs-bearer-token",
        "x-acs-signature-method",
        "x-acs-signature-version",
        "x-other",
    ]);
    let texts = select(vec![
        "ACS3-HMAC-SHA256 Credential=sandbox,SignedHeaders=host;x-acs-date,Signature=00",
        "ACS4-HMAC-SHA256 Credential=a/b/c/d/aliyun_v4_request,SignedHeaders=,Signature=",
        "acs sandbox:AAAA",
        "acs :",
        "Basic x",
        "application/x-www-form-urlencoded",
        "application/json",
        "application/xml",
        "2026-11-22T08:00:00Z",
        "Sun, 22 Nov 2026 08:00:00 GMT",
        "HMAC-SHA1",
        "1.0",
        "[::1",
        ":",
        "",
    ]);
    let value = prop_oneof![
        3 => texts.prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..40),
    ];
    (names, value).prop_filter_map("no control characters", |(name, value)| {
        Some((HeaderName::from_static(name), HeaderValue::from_bytes(&value).ok()?))
    })
}

fn some_bytes() -> impl Strategy<Value = Bytes> {
    let method = prop_oneof![
        4 => Just("POST".to_owned()),
        2 => Just("GET".to_owned()),
        1 => "[A-Z]{1,7}",
    ];
    let path = prop_oneof![4 => Just("/".to_owned()), 1 => "/.{0,10}"];
    let body = prop_oneof![
        2 => Just(Vec::new()),
        2 => a_query().prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..200),
    ];
    (method, path, a_query(), vec(a_header(), 0..8), body).prop_map(
        |(method, path, query, headers, body)| Bytes { method, path, query, headers, body },
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_bytes_come_are_refused_in_the_asked_format_and_change_nothing() {
    let rig = Rig::sandbox().await;
    let before = written(&rig).await;
    check_all(4000, &some_bytes(), async |bytes| {
        let headers: HeaderMap = bytes.headers.iter().cloned().collect();
        let Bytes { method, path, query, body, .. } = &bytes;
        let asked = wire::format_of(&Raw { method, path, query, headers: &headers, body });
        let reply = answer(&rig, &bytes).await;
        let code = code_of(&reply)?;
        if reply.format != asked || code.is_empty() {
            return Err(format!("{code} in {:?} instead of {asked:?}", reply.format));
        }
        Ok(())
    });
    assert_eq!(written(&rig).await, before);
    rig.end().await;
}

/// An operation, and values for its parameters and for some that it does not have.
#[derive(Clone, Debug)]
struct Words {
    operation: usize,
    edition: Option<usize>,
    format: &'static str,
    values: Vec<(String, String)>,
}

/// A value that a parameter could have, or surely cannot.
fn a_word(known: Vec<String>) -> impl Strategy<Value = String> {
    let nasty = select(vec![
        "",
        "0",
        "-1",
        "1",
        "999999999999999999999",
        "4294967296",
        "true",
        "TRUE",
        "null",
        "*",
        "%",
        "'; --",
        "\u{0}",
        "\u{202e}",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "\n",
        "pc-",
        "../..",
        "9999-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "cn-hangzhou",
    ]);
    prop_oneof![5 => select(known), 2 => nasty.prop_map(str::to_owned), 1 => ".{0,70}"]
}

fn some_words() -> impl Strategy<Value = Words> {
    (0..api::OPERATIONS.len()).prop_flat_map(|place| {
        let operation = api::OPERATIONS[place];
        let one = |spec: &&'static api::parameter::Spec| {
            let mut known = vec![spec.example.to_owned(), "pc-sandboxconfirmed".into()];
            known.extend(spec.defaults.iter().map(|(_, text)| text.to_owned()));
            let allowed = spec.allowed.iter().flat_map(|(_, texts)| texts.iter());
            known.extend(allowed.map(|text| (*text).to_owned()));
            (Just(spec.name.to_owned()), a_word(known))
        };
        let declared: Vec<_> = operation.parameters.iter().map(one).collect();
        let filters = select(vec![
            "Filter.1.Key",
            "Filter.1.Value.1",
            "Filter.0.Key",
            "Filter.x",
            "Filter.99999999999.Key",
            "Tag.1.Key",
            "OwnerId",
        ]);
        let known = vec!["PhysicalConnectionId".to_owned(), "Status".into(), "Enabled".into()];
        let other = option::of((filters.prop_map(str::to_owned), a_word(known)));
        let edition = option::of(0..api::Edition::ALL.len());
        let kept = vec(any::<u8>().prop_map(|byte| byte < 230), declared.len());
        (Just(place), edition, select(vec!["JSON", "XML"]), declared, kept, other).prop_map(
            |(operation, edition, format, values, kept, other)| {
                let kept = values.into_iter().zip(kept).filter(|(_, kept)| *kept);
                let values = kept.map(|(pair, _)| pair).chain(other).collect();
                Words { operation, edition, format, values }
            },
        )
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_trusted_caller_says_is_answered_or_refused_and_never_fails() {
    let rig = Rig::sandbox().await;
    check_all(3000, &some_words(), async |words| {
        let operation = api::OPERATIONS[words.operation];
        let edition = words.edition.map(|place| api::Edition::ALL[place].name());
        let key = edition.map_or("sandbox".to_owned(), |name| format!("sandbox-{name}"));
        let mut parameters = vec![("Format", words.format)];
        parameters.extend(words.values.iter().map(|(name, value)| (&**name, &**value)));
        let version = operation.product.version;
        let back = rig.call_as(&key, version, operation.name, &parameters).await;
        if words.format == "XML" {
            elements(&back.text);
        }
        let well = back.status == 200 || (400..500).contains(&back.status);
        if well { Ok(()) } else { Err(back.text) }
    });
    rig.end().await;
}
