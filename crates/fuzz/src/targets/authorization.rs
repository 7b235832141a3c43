//! The Authorization header: who is named, or the refusal, as a plain reader has it.

use crate::fixtures;
use crate::plain;
use http::{HeaderMap, HeaderValue};
use std::collections::BTreeMap;
use wire::{Limits, Raw, Scheme, parse, string_to_sign};

const INCOMPLETE: &str = "IncompleteSignature";
const METHOD: &str = "InvalidSignatureMethod";

/// Who is named by which scheme, or the code of the refusal. Dossier 1.2, 1.2b and 1.3.
fn read(value: &[u8]) -> Result<(Scheme, String), &'static str> {
    let text = std::str::from_utf8(value.trim_ascii()).map_err(|_| INCOMPLETE)?;
    if text.is_empty() {
        return Err("anonymous");
    }
    if text.starts_with("ACS3-") || text.starts_with("ACS4-") {
        return read_acs(text);
    }
    if let Some(rest) = text.strip_prefix("acs ") {
        return match rest.trim().split_once(':') {
            Some((key, mac)) if !key.is_empty() && !mac.is_empty() => {
                Ok((Scheme::Roa1, key.into()))
            }
            _ => Err(INCOMPLETE),
        };
    }
    let words: Vec<_> = text.splitn(2, ' ').collect();
    let two = words.len() == 2 && words.iter().all(|word| !word.is_empty());
    Err(if two { METHOD } else { INCOMPLETE })
}

fn read_acs(text: &str) -> Result<(Scheme, String), &'static str> {
    let name = text.split(' ').next().unwrap_or_default();
    let scheme = match name {
        "ACS3-HMAC-SHA256" | "ACS3-HMAC-SM3" | "ACS3-RSA-SHA256" => Scheme::Acs3,
        "ACS4-HMAC-SHA256" => Scheme::Acs4,
        _ => return Err(METHOD),
    };
    let mut fields = BTreeMap::<&str, Vec<&str>>::new();
    for field in text[name.len()..].split(',') {
        if let Some((name, value)) =
            field.trim_matches(|c: char| c.is_ascii_whitespace()).split_once('=')
        {
            fields.entry(name).or_default().push(value);
        }
    }
    let field = |name: &str| match fields.get(name).map(Vec::as_slice) {
        Some([value]) if !value.is_empty() => Ok(*value),
        _ => Err(INCOMPLETE),
    };
    let (credential, signed) = (field("Credential")?, field("SignedHeaders")?);
    // An empty one is wrong, which only the key can tell.
    if fields.get("Signature").is_none_or(|values| values.len() != 1) {
        return Err(INCOMPLETE);
    }
    let parts: Vec<_> = credential.split('/').collect();
    let key = match (scheme, parts.as_slice()) {
        (Scheme::Acs3, _) => credential,
        (_, [key, _, _, _, "aliyun_v4_request"]) if !key.is_empty() => key,
        _ => return Err(INCOMPLETE),
    };
    let signs = |name: &str| signed.split(';').any(|known| known.eq_ignore_ascii_case(name));
    if signs("x-acs-date") && signs("x-acs-signature-nonce") {
        Ok((scheme, key.into()))
    } else {
        Err(INCOMPLETE)
    }
}

/// Input: the header's value.
pub fn run(bytes: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(bytes) else { return };
    let mut headers = HeaderMap::new();
    headers.insert("authorization", value);
    for (name, value) in [
        ("date", "Mon, 23 Nov 2026 18:39:34 GMT"),
        ("x-acs-date", "2026-11-23T18:39:34Z"),
        ("x-acs-signature-nonce", "nonce"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let raw = Raw { method: "GET", path: "/", query: "", headers: &headers, body: b"" };
    let read = read(bytes);
    match (parse(&raw, &Limits::default()), read) {
        (Ok(call), Ok((scheme, key))) => {
            assert_eq!((call.scheme(), call.access_key_id()), (scheme, Some(key.as_str())));
            assert!(!string_to_sign(&call).is_empty());
        }
        (Ok(call), Err("anonymous")) => assert_eq!(call.scheme(), Scheme::Anonymous),
        (Err(reject), Err(code)) => assert_eq!(reject.code, code),
        (Ok(call), Err(code)) => panic!("{call:?}, and it is {code}"),
        (Err(reject), Ok(who)) => panic!("{reject}, and it is {who:?}"),
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let fixtures = fixtures::all();
    let sent = fixtures.iter().filter_map(|fixture| fixture.header("authorization"));
    let mut seeds: Vec<Vec<u8>> = sent.map(|value| value.as_bytes().to_vec()).collect();
    let made = format!("Basic {}", plain::base64(b"user:password"));
    seeds.push(made.into_bytes());
    seeds.sort();
    seeds.dedup();
    seeds
}
