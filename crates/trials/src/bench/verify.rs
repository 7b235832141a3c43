//! What it costs to understand a request and to check its signature, without a server around it.

use super::proc;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::hint::black_box;
use std::time::Duration;
use wire::client::{Place, Signed, Signer, sign_acs3, sign_rpc};
use wire::{Credential, Limits, Raw, SecretKey};

/// The least time that parsing a request and checking its signature took, microseconds.
pub struct Cost {
    /// How the request is signed.
    pub scheme: &'static str,
    /// From bytes to a call.
    pub parse_us: f64,
    /// From the call to the proof that its caller has the secret.
    pub verify_us: f64,
}

/// An order as the benchmark places it, by each scheme.
pub fn costs() -> Result<Vec<Cost>, String> {
    let signer = Signer { access_key_id: "sandbox".into(), secret: "sandbox-secret".into() };
    let (action, version) = ("CreatePhysicalConnectionOccupancyOrder", "2016-04-28");
    let order = [
        ("RegionId", "cn-hangzhou"),
        ("PhysicalConnectionId", "pc-bp1ciz7ekd2grn1as9zp2"),
        ("InstanceChargeType", "PrePaid"),
        ("PricingCycle", "Month"),
        ("Period", "1"),
        ("AutoPay", "true"),
        ("ClientToken", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"),
    ];
    let (nonce, stamp) = ("0b810b6a-6a4d-4d9f-a3c5-5a6f2f6f7f36", "2026-11-22T08:00:00Z");
    let common = [("Action", action), ("Version", version), ("Format", "JSON")];
    let all = [&common[..], &order].concat();
    let host = "127.0.0.1:8616";
    let rpc = sign_rpc(&signer, "POST", &all, Place::Form, nonce, stamp);
    let acs3 = sign_acs3(&signer, "POST", action, version, &order, Place::Form, host, nonce, stamp);
    let credential = Credential::Secret(SecretKey::new(&signer.secret));
    [("rpc", rpc), ("acs3", acs3)]
        .map(|(scheme, signed)| cost(scheme, &signed, &credential))
        .into_iter()
        .collect()
}

fn cost(scheme: &'static str, signed: &Signed, credential: &Credential) -> Result<Cost, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in &signed.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
        headers.insert(name, HeaderValue::from_str(value).map_err(|error| error.to_string())?);
    }
    let query = signed.target.split_once('?').map_or("", |(_, query)| query);
    let raw = Raw { method: "POST", path: "/", query, headers: &headers, body: &signed.body };
    let limits = Limits::default();
    let refused = |reject: wire::Reject| format!("{scheme}: {}", reject.code);
    let call = wire::parse(&raw, &limits).map_err(refused)?;
    wire::verify(&call, credential).map_err(refused)?;
    let parse_us = least_us(|| black_box(wire::parse(black_box(&raw), &limits)).is_ok());
    let verify_us = least_us(|| wire::verify(black_box(&call), credential).is_ok());
    Ok(Cost { scheme, parse_us, verify_us })
}

/// The least of many means: whatever else the machine does only ever adds.
fn least_us(mut once: impl FnMut() -> bool) -> f64 {
    const TIMES: u32 = 2_000;
    let mut least = Duration::MAX;
    for _ in 0..200 {
        let began = proc::now();
        for _ in 0..TIMES {
            assert!(black_box(once()), "what was right before is right again");
        }
        least = least.min(began.elapsed());
    }
    least.as_secs_f64() * 1e6 / f64::from(TIMES)
}
