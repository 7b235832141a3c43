//! Prints what a whole check (parse and verify) costs for each scheme, over captured requests.
//!
//! Run with `cargo run --release -p wire --example signature_cost`. It is a measure to look at,
//! not a test: figures depend on the machine and on what else it does.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use wire::{Credential, Limits, Raw, RsaPublicKey, SecretKey, parse, verify};

const ROUNDS: u32 = 20;
const CHECKS_A_ROUND: u32 = 5_000;

const FIXTURES: [(&str, &str); 10] = [
    ("RPC 1.0, documented request, 9 parameters", "doc__rpc-v1-ecs-describe-regions"),
    (
        "RPC 1.0, Terraform's order, query and form",
        "terraform__CreatePhysicalConnectionOccupancyOrder-1",
    ),
    ("RPC 1.0, CLI's order, query", "aliyun-cli__CreatePhysicalConnectionOccupancyOrder-1"),
    ("RPC 1.0, text full of escapes", "python-v1__occupancy"),
    ("RPC 1.0, SHA256withRSA", "python-v1__rsa"),
    ("ACS3-HMAC-SHA256, documented request", "doc__v3-run-instances-1"),
    ("ACS3-HMAC-SHA256, form, full of escapes", "python-tea__generic_form"),
    ("ACS3-HMAC-SM3, text full of escapes", "python-tea-sm3__occupancy"),
    ("ACS4-HMAC-SHA256, text full of escapes", "python-tea-v4__occupancy"),
    ("ROA 1.0, price quote", "aliyun-cli-roa__quote-1"),
];

fn main() {
    println!("{:>9}  scheme (query and body bytes)", "ns/check");
    for (title, name) in FIXTURES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../fixtures/wire")
            .join(name)
            .with_added_extension("json");
        let content = fs::read_to_string(&path).expect("the fixture is checked in");
        let fixture: Value = serde_json::from_str(&content).expect("a fixture is JSON");
        let (cost_ns, bytes) = measure(&fixture);
        println!("{cost_ns:>9.0}  {title} ({bytes})");
    }
}

/// The best round's cost in nanoseconds: the least disturbed one is the nearest to the truth.
#[allow(clippy::disallowed_methods, reason = "this measures real time and decides nothing")]
fn measure(fixture: &Value) -> (f64, usize) {
    let request = &fixture["request"];
    let text = |name: &str| request[name].as_str().expect("a fixture has every part");
    let headers = headers_of(request);
    let credential = credential_of(&fixture["credentials"]);
    let raw = Raw {
        method: text("method"),
        path: text("path"),
        query: text("query"),
        headers: &headers,
        body: text("body").as_bytes(),
    };
    let limits = Limits::default();
    let mut best_ns = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..CHECKS_A_ROUND {
            let call = parse(black_box(&raw), &limits).expect("the fixture is valid");
            verify(black_box(&call), &credential).expect("the fixture is valid");
        }
        let round_ns = start.elapsed().as_secs_f64() * 1e9 / f64::from(CHECKS_A_ROUND);
        best_ns = best_ns.min(round_ns);
    }
    (best_ns, raw.query.len() + raw.body.len())
}

fn headers_of(request: &Value) -> HeaderMap {
    let pairs = request["headers"].as_array().expect("headers are a list");
    let part = |text: &Value| text.as_str().expect("a header is a pair of texts").to_owned();
    let entry = |pair: &Value| {
        let name = HeaderName::from_bytes(part(&pair[0]).as_bytes()).expect("a header name");
        (name, HeaderValue::from_str(&part(&pair[1])).expect("a header value"))
    };
    pairs.iter().map(entry).collect()
}

fn credential_of(credentials: &Value) -> Credential {
    let Some(modulus) = credentials["rsa_n"].as_str() else {
        let secret = credentials["access_key_secret"].as_str().expect("a secret");
        return Credential::Secret(SecretKey::new(secret));
    };
    let byte = |index| u8::from_str_radix(&modulus[index..index + 2], 16).expect("a hex modulus");
    let n: Vec<u8> = (0..modulus.len()).step_by(2).map(byte).collect();
    let e = credentials["rsa_e"].as_u64().expect("an exponent").to_be_bytes();
    Credential::PublicKey(RsaPublicKey::from_components(&n, &e).expect("a captured RSA key"))
}
