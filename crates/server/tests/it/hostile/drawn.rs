//! Requests drawn by chance: bytes of which nothing is promised, and words of a trusted caller.

use super::{Bytes, answer, code_of, written};
use crate::examples::elements;
use crate::rig::{ORDER, READY, Rig};
use crossconnect::clock::draw_text;
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use proptest::{option, prop_oneof};
use std::fmt::Debug;
use tokio::runtime::Handle;
use wire::Raw;

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
            let mut known = vec![spec.example.to_owned(), READY.into()];
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
            "Tags.1.Key",
            "ResourceId.1",
            "TagKey.1",
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
