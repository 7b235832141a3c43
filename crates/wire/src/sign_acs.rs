//! ACS3 and ACS4: the signature in the `Authorization` header over a canonical request.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::HeaderName;
use sm3::{Digest, Sm3};

use crate::call::{Call, Parameters, Raw};
use crate::credential::{Credential, HmacSha256, SecretKey, mac_matches, sha256_hex};
use crate::percent::{encode_once, hex_decode, hex_of};
use crate::reject::Reject;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    HmacSha256,
    HmacSm3,
    RsaSha256,
    Acs4HmacSha256,
}

/// SOURCE: wire dossier 1.2, 1.3.
const ALGORITHMS: [(&str, Algorithm); 4] = [
    ("ACS3-HMAC-SHA256", Algorithm::HmacSha256),
    ("ACS3-HMAC-SM3", Algorithm::HmacSm3),
    ("ACS3-RSA-SHA256", Algorithm::RsaSha256),
    ("ACS4-HMAC-SHA256", Algorithm::Acs4HmacSha256),
];

/// Headers that change what a request means. Were one left unsigned, anyone on the way could
/// change it.
///
/// SOURCE: wire dossier 1.2 (the client chooses what it signs). ASSUMED: refusing a list without
/// these; every captured client signs all of them.
const MEANINGFUL: [&str; 7] = [
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-action",
    "x-acs-version",
    "x-acs-content-sha256",
    "x-acs-content-sm3",
    "x-acs-security-token",
];

static X_ACS_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-acs-content-sha256");
static X_ACS_CONTENT_SM3: HeaderName = HeaderName::from_static("x-acs-content-sm3");

/// A bit for each name of `MEANINGFUL` that occurs among `names`.
fn meaningful<'a>(names: impl Iterator<Item = &'a str>) -> u8 {
    let bit = |name: &str| {
        let position = MEANINGFUL.iter().position(|known| name.eq_ignore_ascii_case(known));
        position.map_or(0, |position| 1 << position)
    };
    names.fold(0, |bits, name| bits | bit(name))
}

/// The parts of an ACS `Authorization` header.
pub(crate) struct Authorization<'a> {
    algorithm: Algorithm,
    access_key_id: &'a str,
    /// ACS4: the date, region, product and terminator after the key id.
    scope: Option<[&'a str; 4]>,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// Reads `ALG Credential=…,SignedHeaders=…,Signature=…`. The Java SDK has another order, so
    /// each part is found by its name.
    ///
    /// SOURCE: wire dossier 1.2.
    pub fn parse(text: &'a str) -> Result<Self, Reject> {
        let (name, fields) = text.split_once(' ').unwrap_or((text, ""));
        let algorithm = ALGORITHMS.iter().find(|(known, _)| *known == name);
        let &(_, algorithm) = algorithm.ok_or_else(Reject::signature_method)?;
        let [mut credential, mut signed_headers, mut signature] = [None; 3];
        for field in fields.split(',') {
            let Some((name, value)) = field.trim_ascii().split_once('=') else { continue };
            let slot = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => continue,
            };
            if slot.replace(value).is_some() {
                return Err(Reject::signature_incomplete());
            }
        }
        let there = |part: Option<&'a str>| part.ok_or_else(Reject::signature_incomplete);
        let filled = |part: Option<&'a str>| there(part.filter(|text| !text.is_empty()));
        let credential = filled(credential)?;
        let (access_key_id, scope) = if algorithm == Algorithm::Acs4HmacSha256 {
            let (key, scope) = scoped(credential).ok_or_else(Reject::signature_incomplete)?;
            (key, Some(scope))
        } else {
            (credential, None)
        };
        let signed_headers = filled(signed_headers)?;
        // ASSUMED: one that is there but empty is a wrong one, so that its sender is shown what to
        // sign; without the other parts nobody knows what that is.
        let signature = there(signature)?;
        Ok(Self { algorithm, access_key_id, scope, signed_headers, signature })
    }

    pub fn is_acs4(&self) -> bool {
        self.algorithm == Algorithm::Acs4HmacSha256
    }

    pub fn access_key_id(&self) -> &'a str {
        self.access_key_id
    }

    /// Whether every header that changes the meaning, where present, is signed.
    pub fn covers_meaning_of(&self, headers: &HeaderMap) -> bool {
        let signed = meaningful(self.signed_headers.split(';'));
        let present = meaningful(headers.keys().map(HeaderName::as_str));
        present & !signed == 0
    }

    fn algorithm_name(&self) -> &'static str {
        let known = ALGORITHMS.iter().find(|(_, algorithm)| *algorithm == self.algorithm);
        known.expect("every algorithm stands in the table").0
    }

    /// Lower-case hex of the scheme's hash.
    fn hash(&self, bytes: &[u8]) -> String {
        match self.algorithm {
            Algorithm::HmacSm3 => hex_of(&Sm3::digest(bytes)),
            _ => sha256_hex(bytes),
        }
    }
}

/// The end of an ACS4 scope.
pub(crate) const ACS4_END: &str = "aliyun_v4_request";

/// `AK/yyyymmdd/region/product/aliyun_v4_request`. SOURCE: wire dossier 1.3.
fn scoped(credential: &str) -> Option<(&str, [&str; 4])> {
    let mut parts = credential.split('/');
    let key = parts.next()?;
    let scope = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    let whole = parts.next().is_none() && !key.is_empty() && scope[3] == ACS4_END;
    whole.then_some((key, scope))
}

pub(crate) fn verify(
    call: &Call,
    authorization: &Authorization,
    credential: &Credential,
) -> Result<(), Reject> {
    let payload = payload_of(call.raw.body, authorization);
    let canonical = canonical_request(&call.raw, &call.parameters, authorization, &payload);
    let text = string_to_sign(authorization, &canonical);
    // Nothing here is secret until the MAC: anyone can hash a body.
    let body_matches = body_hash_matches(call.raw.headers, &payload);
    if body_matches && signature_matches(authorization, credential, text.as_bytes()) {
        return Ok(());
    }
    Err(Reject::signature_acs(&text, &String::from_utf8_lossy(&canonical)))
}

fn signature_matches(authorization: &Authorization, credential: &Credential, text: &[u8]) -> bool {
    let Some(given) = hex_decode(authorization.signature) else { return false };
    match (authorization.algorithm, credential) {
        (Algorithm::HmacSha256, Credential::Secret(secret)) => {
            secret.states.acs_sha256.matches(text, &given)
        }
        (Algorithm::HmacSm3, Credential::Secret(secret)) => {
            mac_matches(&secret.states.acs_sm3, text, &given)
        }
        (Algorithm::RsaSha256, Credential::PublicKey(key)) => key.verifies(text, &given),
        (Algorithm::Acs4HmacSha256, Credential::Secret(secret)) => {
            authorization.scope.is_some_and(|scope| acs4_key(secret, scope).matches(text, &given))
        }
        // ASSUMED: a key of the other kind is like a wrong key.
        _ => false,
    }
}

/// The key of ACS4, derived over date, region, product and terminator.
///
/// SOURCE: wire dossier 1.3.
pub(crate) fn acs4_key(secret: &SecretKey, scope: [&str; 4]) -> HmacSha256 {
    let [date, rest @ ..] = scope;
    let under = |key: &HmacSha256, part: &str| HmacSha256::keyed(&key.mac_of(part.as_bytes()));
    let dated = under(&secret.states.acs4_sha256, date);
    rest.iter().fold(dated, |key, part| under(&key, part))
}

/// SHA-256 of nothing: most requests have no body, and this saves hashing it.
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn payload_of(body: &[u8], authorization: &Authorization) -> Cow<'static, str> {
    if body.is_empty() && authorization.algorithm != Algorithm::HmacSm3 {
        return Cow::Borrowed(EMPTY_SHA256);
    }
    Cow::Owned(authorization.hash(body))
}

/// With SM3 the Tea SDKs put the SM3 hash under the name of SHA-256, Java under its own.
///
/// SOURCE: wire dossier 1.2. ASSUMED: a wrong hash is refused like a wrong signature.
fn body_hash_matches(headers: &HeaderMap, payload: &str) -> bool {
    [&X_ACS_CONTENT_SHA256, &X_ACS_CONTENT_SM3]
        .into_iter()
        .flat_map(|name| headers.get_all(name))
        .all(|hash| hash.as_bytes().trim_ascii().eq_ignore_ascii_case(payload.as_bytes()))
}

fn string_to_sign(authorization: &Authorization, canonical: &[u8]) -> String {
    [authorization.algorithm_name(), "\n", &authorization.hash(canonical)].concat()
}

pub(crate) fn canonical_request_of(call: &Call, authorization: &Authorization) -> Vec<u8> {
    let payload = payload_of(call.raw.body, authorization);
    canonical_request(&call.raw, &call.parameters, authorization, &payload)
}

/// The string to sign of ACS3-HMAC-SHA256 for a request that has no signature yet.
pub(crate) fn text_for_client(
    raw: &Raw,
    parameters: &Parameters,
    signed_headers: &str,
    scope: Option<[&str; 4]>,
) -> String {
    let acs4 = scope.is_some();
    let authorization = Authorization {
        algorithm: if acs4 { Algorithm::Acs4HmacSha256 } else { Algorithm::HmacSha256 },
        access_key_id: "",
        scope,
        signed_headers,
        signature: "",
    };
    let payload = payload_of(raw.body, &authorization);
    let canonical = canonical_request(raw, parameters, &authorization, &payload);
    string_to_sign(&authorization, &canonical)
}

/// The canonical request of wire dossier 1.2. It may hold bytes that are not UTF-8, since headers
/// may.
fn canonical_request(
    raw: &Raw,
    parameters: &Parameters,
    authorization: &Authorization,
    payload: &str,
) -> Vec<u8> {
    let mut text = Vec::with_capacity(2048);
    text.extend_from_slice(raw.method.as_bytes());
    text.push(b'\n');
    let path = if raw.path.is_empty() { "/" } else { raw.path };
    text.extend_from_slice(path.as_bytes());
    text.push(b'\n');
    write_query(parameters, &mut text);
    text.push(b'\n');
    for name in authorization.signed_headers.split(';') {
        let start = text.len();
        text.extend_from_slice(name.as_bytes());
        text[start..].make_ascii_lowercase();
        text.push(b':');
        write_values(raw.headers, name, &mut text);
        text.push(b'\n');
    }
    text.push(b'\n');
    text.extend_from_slice(authorization.signed_headers.as_bytes());
    text.push(b'\n');
    text.extend_from_slice(payload.as_bytes());
    text
}

/// The trimmed value of a header; several are sorted and joined by a comma.
fn write_values(headers: &HeaderMap, name: &str, out: &mut Vec<u8>) {
    let mut values = headers.get_all(name).iter().map(|value| value.as_bytes().trim_ascii());
    let Some(first) = values.next() else { return };
    let Some(second) = values.next() else {
        out.extend_from_slice(first);
        return;
    };
    let mut all: Vec<_> = [first, second].into_iter().chain(values).collect();
    all.sort_unstable();
    out.extend_from_slice(&all.join(&b','));
}

/// The query's own parameters, sorted by their encoded names.
fn write_query(parameters: &Parameters, out: &mut Vec<u8>) {
    let queried = || parameters.by_name().filter(|parameter| parameter.in_query);
    // Encoding moves a byte that it changes before all that it leaves alone, so only names that
    // it leaves alone keep their order.
    if queried().all(|parameter| parameter.name_plain) {
        let mut separator: &[u8] = b"";
        for parameter in queried() {
            out.extend_from_slice(separator);
            separator = b"&";
            out.extend_from_slice(parameter.name.as_bytes());
            out.push(b'=');
            if parameter.value_plain {
                out.extend_from_slice(parameter.value.as_bytes());
            } else {
                encode_once(&parameter.value, out);
            }
        }
        return;
    }
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> =
        queried().map(|parameter| (encoded(&parameter.name), encoded(&parameter.value))).collect();
    pairs.sort_unstable();
    let pairs: Vec<Vec<u8>> =
        pairs.into_iter().map(|(name, value)| [name, value].join(&b'=')).collect();
    out.extend_from_slice(&pairs.join(&b'&'));
}

fn encoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    encode_once(text, &mut out);
    out
}

#[cfg(test)]
mod tests;
