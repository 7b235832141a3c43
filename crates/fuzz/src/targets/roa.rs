//! ROA 1.0: the string to sign and the signature, against a plain second implementation.

use crate::fixtures;
use crate::input::{Input, Seed};
use crate::plain::{self, Header};
use http::{HeaderMap, HeaderName, HeaderValue};
use md5::{Digest, Md5};
use sha1::Sha1;
use std::collections::BTreeMap;
use wire::{Credential, Limits, Raw, Scheme, SecretKey, parse, string_to_sign, verify};

const SECRET: &str = "testsecret";

/// Headers that choose something, and are given here once each or not at all.
const OURS: [&str; 11] = [
    "authorization",
    "content-md5",
    "content-type",
    "date",
    "x-acs-signature-method",
    "x-acs-signature-version",
    "x-acs-action",
    "x-acs-date",
    "x-acs-version",
    "x-acs-security-token",
    "x-acs-bearer-token",
];

/// Input: method, whether the body's hash is sent, count of parameters, count of headers, path,
/// parameters, headers, body.
pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let method = if input.flag() { "GET" } else { "POST" };
    let hashed = !input.flag();
    let (parameters, header_count) = (input.byte() % 40, input.byte() % 20);
    let path = input.text();
    let mut query = BTreeMap::new();
    for _ in 0..parameters {
        let (name, value) = (input.text(), input.text());
        if !matches!(name.as_str(), "" | "Format") && name.len() <= 256 {
            query.insert(name, value);
        }
    }
    let mut headers: Vec<Header> = Vec::new();
    for _ in 0..header_count {
        let (name, value) = (input.text().to_ascii_lowercase(), input.piece().to_vec());
        let allowed = HeaderName::from_bytes(name.as_bytes()).is_ok()
            && HeaderValue::from_bytes(&value).is_ok()
            && !OURS.contains(&name.as_str())
            // Of two nonces that differ, nobody can say which is meant.
            && name != "x-acs-signature-nonce";
        if allowed {
            headers.push((name, value));
        }
    }
    let body = input.rest();
    headers.push(("date".into(), b"Mon, 23 Nov 2026 18:39:34 GMT".to_vec()));
    headers.push(("x-acs-signature-method".into(), b"HMAC-SHA1".to_vec()));
    if hashed {
        headers.push(("content-md5".into(), plain::base64(&Md5::digest(body)).into_bytes()));
    }
    let text = plain::roa(method, &path, &query, &headers);
    let mac = plain::hmac::<Sha1>(SECRET.as_bytes(), &text);
    let pair = |(n, v): (&String, &String)| format!("{}={}", plain::enc(n), plain::enc(v));
    let query = query.iter().rev().map(pair).collect::<Vec<_>>().join("&");
    let check = |mac: &[u8], body: &[u8], right: bool| {
        let mut map = HeaderMap::new();
        for (name, value) in &headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("it was looked at");
            map.append(name, HeaderValue::from_bytes(value).expect("it was looked at"));
        }
        let authorization = format!("acs testid:{}", plain::base64(mac));
        map.insert("authorization", authorization.parse().expect("graphic characters"));
        let raw = Raw { method, path: &path, query: &query, headers: &map, body };
        let call = parse(&raw, &Limits::default()).expect("it is well formed");
        assert_eq!((call.scheme(), call.access_key_id()), (Scheme::Roa1, Some("testid")));
        assert_eq!(string_to_sign(&call), String::from_utf8_lossy(&text));
        let verified = verify(&call, &Credential::Secret(SecretKey::new(SECRET)));
        assert_eq!(verified.is_ok(), right, "{verified:?}");
    };
    check(&mac, body, true);
    let mut other = mac.clone();
    other[bytes.len() % 20] ^= 4;
    check(&other, body, false);
    // The body is signed by its hash alone.
    check(&mac, &[body, b" "].concat(), !hashed);
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (number, fixture) in (0_u8..).zip(fixtures::all().iter().step_by(5)) {
        let pairs = plain::pairs(&fixture.query);
        let count = |length: usize| u8::try_from(length).expect("few");
        let mut seed = Seed::default().byte(number % 2).byte(number / 2 % 2);
        seed = seed.byte(count(pairs.len())).byte(count(fixture.headers.len()));
        seed = seed.text(&fixture.path);
        for (name, value) in &pairs {
            let text = |text: &str| plain::dec(text).unwrap_or_default();
            seed = seed.text(&text(name)).text(&text(value));
        }
        for (name, value) in &fixture.headers {
            seed = seed.text(name).text(value);
        }
        seeds.push(seed.rest(fixture.body.as_bytes()));
    }
    seeds
}
