//! Every captured request, valid or mutated, through the same door as the server's.
//!
//! SOURCE: the files of `fixtures/wire`, each of which names its client.

use std::fs;
use std::path::Path;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use wire::{Call, Credential, Limits, Raw, RsaPublicKey, Scheme, SecretKey, parse, verify};

const FIXTURES_LEN: usize = 294;

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn headers_of(request: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for pair in request["headers"].as_array().expect("headers are a list") {
        let part = |index: usize| pair[index].as_str().expect("a header is a pair of texts");
        let name = HeaderName::from_bytes(part(0).as_bytes()).expect("a captured header name");
        let value = HeaderValue::from_bytes(part(1).as_bytes()).expect("a captured header value");
        headers.append(name, value);
    }
    headers
}

fn credential_of(credentials: &Value) -> Credential {
    let Some(modulus) = credentials["rsa_n"].as_str() else {
        return Credential::Secret(SecretKey::new(text(credentials, "access_key_secret")));
    };
    let byte = |index| u8::from_str_radix(&modulus[index..index + 2], 16).expect("a hex modulus");
    let n: Vec<u8> = (0..modulus.len()).step_by(2).map(byte).collect();
    let e = credentials["rsa_e"].as_u64().expect("an exponent").to_be_bytes();
    Credential::PublicKey(RsaPublicKey::from_components(&n, &e).expect("a captured RSA key"))
}

/// The verdict on one request: `valid`, `bearer`, `anonymous`, or the code of the refusal.
fn verdict(request: &Value, credentials: &Value) -> String {
    let headers = headers_of(request);
    let raw = Raw {
        method: text(request, "method"),
        path: text(request, "path"),
        query: text(request, "query"),
        headers: &headers,
        body: text(request, "body").as_bytes(),
    };
    let checked = parse(&raw, &Limits::default()).and_then(|call| {
        verify(&call, &credential_of(credentials))?;
        Ok(verdict_on_caller(&call, credentials))
    });
    checked.unwrap_or_else(|reject| reject.code.into_owned())
}

/// What the caller of this crate has to check: tokens and key ids.
fn verdict_on_caller(call: &Call, credentials: &Value) -> String {
    let verdict = match call.scheme() {
        Scheme::Anonymous => "anonymous",
        Scheme::Bearer if call.bearer_token() == credentials["bearer_token"].as_str() => "bearer",
        Scheme::Bearer => "InvalidBearerToken",
        _ => {
            assert_eq!(call.access_key_id(), credentials["access_key_id"].as_str());
            match (call.security_token(), credentials["security_token"].as_str()) {
                (None, Some(_)) => "MissingSecurityToken",
                (sent, known) if sent != known => "InvalidSecurityToken",
                _ => "valid",
            }
        }
    };
    verdict.to_owned()
}

#[test]
fn every_captured_request_gets_its_verdict() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wire");
    let mut failures = Vec::new();
    let mut passed = 0;
    for entry in fs::read_dir(&directory).expect("the fixtures are checked in") {
        let path = entry.expect("the directory can be listed").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let content = fs::read_to_string(&path).expect("a fixture is UTF-8");
        let fixture: Value = serde_json::from_str(&content).expect("a fixture is JSON");
        let expected = text(&fixture, "expect");
        let found = verdict(&fixture["request"], &fixture["credentials"]);
        let accepted = ["valid", "bearer", "anonymous"];
        // A mutated request may be refused by an earlier check than the signature's.
        let right = found == expected
            || (!accepted.contains(&expected) && !accepted.contains(&found.as_str()));
        if right {
            passed += 1;
        } else {
            failures.push(format!("{}: expected {expected}, found {found}", path.display()));
        }
    }
    println!("{passed} fixtures passed");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(passed, FIXTURES_LEN);
}
