//! RPC 1.0: the string to sign and the signature, against a plain second implementation.

use crate::fixtures;
use crate::input::{Input, Seed};
use crate::plain;
use http::{HeaderMap, HeaderValue};
use sha1::Sha1;
use sha2::Sha256;
use std::collections::BTreeMap;
use wire::{Credential, Limits, Raw, Scheme, SecretKey, parse, string_to_sign, verify};

const SECRET: &str = "testsecret";

/// Parameters that choose another scheme or an answer's format, which other targets look at.
const NOT_HERE: [&str; 4] = ["Signature", "SignatureType", "Format", ""];

/// Writes a text for a query in one of the ways in which clients do.
fn written(text: &str, way: u8) -> String {
    let strict = plain::enc(text);
    match way % 4 {
        0 => strict,
        1 => strict.replace("%20", "+").replace("%2A", "*").replace('~', "%7E"),
        2 => lower_escapes(&strict),
        _ => text.chars().map(|c| if is_plain(c) { c.to_string() } else { enc(c) }).collect(),
    }
}

fn enc(character: char) -> String {
    plain::enc(&character.to_string())
}

/// Left as it is by lenient clients, text of any language included.
fn is_plain(character: char) -> bool {
    !matches!(character, '%' | '+' | '&' | '=' | '#' | ' ')
}

fn lower_escapes(text: &str) -> String {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escape, rest) = part.split_at(2);
        out.push_str(&format!("%{}{rest}", escape.to_ascii_lowercase()));
    }
    out
}

fn joined(parameters: &[(&String, &String)], way: u8) -> String {
    let pair = |(n, v): &(&String, &String)| format!("{}={}", written(n, way), written(v, way));
    parameters.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// Input: method, hash, way of writing, how many stand in the query, then names and values.
pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let method = if input.flag() { "GET" } else { "POST" };
    let (sha256, way, queried) = (input.flag(), input.byte(), input.byte());
    let mut parameters = BTreeMap::new();
    while !input.is_empty() && parameters.len() < 60 {
        let (name, value) = (input.text(), input.text());
        if !NOT_HERE.contains(&name.as_str()) && name.len() <= 256 {
            parameters.insert(name, value);
        }
    }
    for (name, value) in [
        ("AccessKeyId", "testid"),
        ("SignatureMethod", if sha256 { "HMAC-SHA256" } else { "HMAC-SHA1" }),
        ("SignatureNonce", "3ee8c1b8"),
        ("SignatureVersion", "1.0"),
        ("Timestamp", "2016-02-23T12:46:24Z"),
    ] {
        parameters.insert(name.into(), value.into());
    }
    let text = plain::rpc(method, &parameters);
    let key = format!("{SECRET}&");
    let mac = if sha256 {
        plain::hmac::<Sha256>(key.as_bytes(), text.as_bytes())
    } else {
        plain::hmac::<Sha1>(key.as_bytes(), text.as_bytes())
    };
    let signature = plain::base64(&mac);
    // The other way round from how they are signed.
    let all: Vec<_> = parameters.iter().rev().collect();
    let (query, form) = all.split_at(usize::from(queried).min(all.len()));
    let body = joined(form, way);
    let query = joined(query, way);
    let check = |signature: &str, more: &str, right: bool| {
        let query = format!("{query}&Signature={}{more}", plain::enc(signature));
        let mut headers = HeaderMap::new();
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert("content-type", form);
        let raw =
            Raw { method, path: "/", query: &query, headers: &headers, body: body.as_bytes() };
        let call = parse(&raw, &Limits::default()).expect("it is well formed");
        assert_eq!(call.scheme(), Scheme::Rpc1);
        if more.is_empty() {
            assert_eq!(string_to_sign(&call), text);
        }
        let verified = verify(&call, &Credential::Secret(SecretKey::new(SECRET)));
        assert_eq!(verified.is_ok(), right, "{verified:?}");
    };
    check(&signature, "", true);
    let mut other = mac;
    other[usize::from(way) % 20] ^= 1 << (queried % 8);
    check(&plain::base64(&other), "", false);
    if !parameters.contains_key("added") {
        check(&signature, "&added=", false);
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (number, fixture) in (0_u8..).zip(fixtures::all().iter().step_by(3)) {
        let mut seed = Seed::default().byte(number % 2).byte(number / 2 % 2).byte(number / 4);
        seed = seed.byte(number % 20);
        for (name, value) in plain::pairs(&format!("{}&{}", fixture.query, fixture.body)) {
            if let Some((name, value)) = plain::dec(&name).zip(plain::dec(&value)) {
                seed = seed.text(&name).text(&value);
            }
        }
        seeds.push(seed.rest(b""));
    }
    seeds
}
