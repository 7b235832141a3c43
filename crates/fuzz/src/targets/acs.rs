//! ACS3 and ACS4: the canonical request and the signature, against a plain second implementation.

use crate::fixtures;
use crate::input::{Input, Seed};
use crate::plain::{self, Header};
use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};
use sm3::Sm3;
use std::collections::BTreeMap;
use wire::{Call, Credential, Limits, Raw, Scheme, SecretKey, parse, string_to_sign, verify};

const SECRET: &str = "testsecret";
const SCOPE: [&str; 4] = ["20261122", "cn-hangzhou", "vpc", "aliyun_v4_request"];

/// Headers that this target itself puts there, once each.
const OURS: [&str; 6] = [
    "authorization",
    "content-type",
    "x-acs-content-sha256",
    "x-acs-content-sm3",
    "x-acs-date",
    "x-acs-signature-nonce",
];

/// A parameter that stands in the form.
const IN_FORM: &str = "Form";

/// Headers that may not be left unsigned, and not be sent twice with two values.
const MEANINGFUL: [&str; 4] =
    ["x-acs-action", "x-acs-version", "x-acs-security-token", "x-acs-bearer-token"];

#[derive(Clone, Copy)]
enum Way {
    Sha256,
    Sm3,
    Acs4,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "ACS3-HMAC-SHA256",
            Self::Sm3 => "ACS3-HMAC-SM3",
            Self::Acs4 => "ACS4-HMAC-SHA256",
        }
    }

    fn hash(self, bytes: &[u8]) -> String {
        match self {
            Self::Sm3 => plain::hex(&Sm3::digest(bytes)),
            _ => plain::hex(&Sha256::digest(bytes)),
        }
    }

    fn mac(self, text: &str) -> Vec<u8> {
        match self {
            Self::Sha256 => plain::hmac::<Sha256>(SECRET.as_bytes(), text.as_bytes()),
            Self::Sm3 => plain::hmac::<Sm3>(SECRET.as_bytes(), text.as_bytes()),
            Self::Acs4 => {
                let mut key = format!("aliyun_v4{SECRET}").into_bytes();
                for part in SCOPE {
                    key = plain::hmac::<Sha256>(&key, part.as_bytes());
                }
                plain::hmac::<Sha256>(&key, text.as_bytes())
            }
        }
    }

    fn credential(self) -> String {
        match self {
            Self::Acs4 => format!("testid/{}", SCOPE.join("/")),
            _ => "testid".into(),
        }
    }
}

/// A request that is yet to be signed.
struct Case {
    way: Way,
    method: &'static str,
    path: String,
    query: BTreeMap<String, String>,
    headers: Vec<Header>,
    signed: String,
    body: Vec<u8>,
}

/// Takes names and values of headers that HTTP allows, each meaningful one once.
fn headers(input: &mut Input, count: u8) -> Vec<Header> {
    let mut found: Vec<Header> = Vec::new();
    for _ in 0..count {
        let (name, value) = (input.text().to_ascii_lowercase(), input.piece().to_vec());
        let allowed = HeaderName::from_bytes(name.as_bytes()).is_ok()
            && HeaderValue::from_bytes(&value).is_ok()
            && !OURS.contains(&name.as_str());
        let meaningful = MEANINGFUL.contains(&name.as_str());
        let repeated = meaningful && found.iter().any(|(known, _)| *known == name);
        let garbled = meaningful && std::str::from_utf8(&value).is_err();
        if allowed && !repeated && !garbled {
            found.push((name, value));
        }
    }
    found
}

impl Case {
    /// Input: method, way, count of parameters, count of headers, path, parameters, headers, more
    /// signed names, body.
    fn read(bytes: &[u8]) -> Self {
        let mut input = Input::new(bytes);
        let first = input.byte();
        let (method, form) = (if first & 1 == 0 { "POST" } else { "GET" }, first & 2 != 0);
        let way = [Way::Sha256, Way::Sm3, Way::Acs4][usize::from(input.byte() % 3)];
        let (parameters, header_count) = (input.byte() % 40, input.byte() % 20);
        let path = input.text();
        let mut query = BTreeMap::new();
        for _ in 0..parameters {
            let (name, value) = (input.text(), input.text());
            if !matches!(name.as_str(), "" | "Format") && name.len() <= 256 {
                query.insert(name, value);
            }
        }
        let mut headers = headers(&mut input, header_count);
        let more = input.text();
        let mut body = input.rest().to_vec();
        if form {
            // Parameters of a form count, but only those of the query are signed by name.
            query.remove(IN_FORM);
            body = format!("{IN_FORM}={}", plain::enc(&String::from_utf8_lossy(&body))).into();
            headers.push(("content-type".into(), b"application/x-www-form-urlencoded".to_vec()));
        }
        for (name, value) in [
            ("x-acs-date", "2026-11-22T08:05:28Z"),
            ("x-acs-signature-nonce", "nonce"),
            ("x-acs-content-sha256", way.hash(&body).as_str()),
        ] {
            headers.push((name.into(), value.into()));
        }
        // Whatever else the client cares to sign, as far as a list can hold its name; but not the
        // header that the signature stands in.
        let plain = |byte: &char| byte.is_ascii_graphic() && *byte != ',';
        let more = more.chars().filter(plain).collect::<String>();
        let own = |name: &&str| !name.eq_ignore_ascii_case("authorization");
        let names = headers.iter().map(|(name, _)| name.as_str());
        let signed = names.chain(more.split(';').filter(own)).collect::<Vec<_>>().join(";");
        Self { way, method, path, query, headers, signed, body }
    }

    fn canonical(&self) -> Vec<u8> {
        let hash = self.way.hash(&self.body);
        plain::acs(self.method, &self.path, &self.query, &self.headers, &self.signed, &hash)
    }

    fn signature(&self) -> Vec<u8> {
        let canonical = self.canonical();
        self.way.mac(&format!("{}\n{}", self.way.name(), self.way.hash(&canonical)))
    }

    /// Hands the call over as `wire` reads it.
    fn received(&self, signature: &[u8], body: &[u8], check: impl FnOnce(&Call)) {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("it was looked at");
            map.append(name, HeaderValue::from_bytes(value).expect("it was looked at"));
        }
        let authorization = format!(
            "{} Credential={},SignedHeaders={},Signature={}",
            self.way.name(),
            self.way.credential(),
            self.signed,
            plain::hex(signature)
        );
        map.insert("authorization", authorization.parse().expect("graphic characters"));
        let pair = |(n, v): (&String, &String)| format!("{}={}", plain::enc(n), plain::enc(v));
        let query = self.query.iter().rev().map(pair).collect::<Vec<_>>().join("&");
        let (method, path) = (self.method, self.path.as_str());
        let raw = Raw { method, path, query: &query, headers: &map, body };
        check(&parse(&raw, &Limits::default()).expect("it is well formed"));
    }
}

fn verifies(call: &Call) -> bool {
    verify(call, &Credential::Secret(SecretKey::new(SECRET))).is_ok()
}

pub fn run(bytes: &[u8]) {
    let case = Case::read(bytes);
    let signature = case.signature();
    let scheme = if matches!(case.way, Way::Acs4) { Scheme::Acs4 } else { Scheme::Acs3 };
    case.received(&signature, &case.body, |call| {
        assert_eq!(call.scheme(), scheme);
        assert_eq!(call.access_key_id(), Some("testid"));
        assert_eq!(string_to_sign(call), String::from_utf8_lossy(&case.canonical()));
        assert!(verifies(call), "it is signed");
    });
    let mut other = signature.clone();
    other[bytes.len() % 32] ^= 0x10;
    case.received(&other, &case.body, |call| assert!(!verifies(call), "another signature"));
    let body = [case.body.as_slice(), b" "].concat();
    case.received(&signature, &body, |call| assert!(!verifies(call), "another body"));
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (number, fixture) in (0_u8..).zip(fixtures::all().iter().step_by(3)) {
        let pairs = plain::pairs(&fixture.query);
        let headers: Vec<_> = fixture
            .headers
            .iter()
            .filter(|(name, _)| !OURS.contains(&name.to_ascii_lowercase().as_str()))
            .collect();
        let count = |length: usize| u8::try_from(length).expect("few");
        let mut seed = Seed::default().byte(number % 4).byte(number % 3);
        seed = seed.byte(count(pairs.len())).byte(count(headers.len())).text(&fixture.path);
        for (name, value) in &pairs {
            let text = |text: &str| plain::dec(text).unwrap_or_default();
            seed = seed.text(&text(name)).text(&text(value));
        }
        for (name, value) in headers {
            seed = seed.text(name).text(value);
        }
        seeds.push(seed.text("Host;x-other").rest(fixture.body.as_bytes()));
    }
    seeds
}
