//! Which scheme a request speaks, and whether the fields that scheme needs are there.

use http::header::{AUTHORIZATION, DATE, HeaderName};
use http::{HeaderMap, HeaderValue};

use super::parameters::{Field, Parameters};
use super::{AcsHeaders, Proof, Raw};
use crate::reject::Reject;
use crate::sign_acs::Authorization;
use crate::sign_roa;
use crate::sign_rpc::RpcMethod;
use crate::stamp::{http_date, iso_stamp};

static X_ACS_BEARER_TOKEN: HeaderName = HeaderName::from_static("x-acs-bearer-token");

/// What a request says about who speaks.
pub(super) struct Detected<'a> {
    pub proof: Proof<'a>,
    pub acs: AcsHeaders<'a>,
    pub stamp: Option<i64>,
}

/// Whether the request says who speaks in its headers, so that its answers are JSON by default.
pub(super) fn is_header_scheme(headers: &HeaderMap) -> bool {
    let authorization = headers.get(AUTHORIZATION).map_or(b"".as_slice(), |value| value.as_bytes());
    is_acs(authorization.trim_ascii_start())
        || authorization.trim_ascii_start().starts_with(b"acs ")
        || headers.contains_key(&X_ACS_BEARER_TOKEN)
}

fn is_acs(authorization: &[u8]) -> bool {
    authorization.starts_with(b"ACS3-") || authorization.starts_with(b"ACS4-")
}

/// SOURCE: wire dossier 1.2, 1.2b. ASSUMED: the order of the questions, and that a bearer token
/// outranks a signature made with an empty secret, as the Go SDK sends it.
pub(super) fn detect<'a>(
    raw: &Raw<'a>,
    parameters: &Parameters<'a>,
) -> Result<Detected<'a>, Reject> {
    let headers = raw.headers;
    let authorization =
        single(headers, &AUTHORIZATION).map_err(|_| Reject::signature_incomplete())?;
    if let Some(authorization) = authorization {
        return signed_headers(raw, authorization);
    }
    let bears = headers.contains_key(&X_ACS_BEARER_TOKEN)
        || parameters.known(Field::SignatureType) == Some("BEARERTOKEN");
    if bears {
        return unsigned(Proof::Bearer, headers, parameters);
    }
    if parameters.has(Field::Signature) || parameters.has(Field::AccessKeyId) {
        let (method, stamp) = rpc(parameters)?;
        let proof = Proof::Rpc(method);
        return Ok(Detected { proof, acs: AcsHeaders::default(), stamp: Some(stamp) });
    }
    unsigned(Proof::Anonymous, headers, parameters)
}

fn unsigned<'a>(
    proof: Proof<'a>,
    headers: &'a HeaderMap,
    parameters: &Parameters,
) -> Result<Detected<'a>, Reject> {
    let acs = AcsHeaders::read(headers)?;
    let stamp = match parameters.known(Field::Timestamp).or(acs.date) {
        Some(text) => Some(iso_stamp(text).ok_or_else(Reject::stamp_format)?),
        None => None,
    };
    Ok(Detected { proof, acs, stamp })
}

fn signed_headers<'a>(raw: &Raw<'a>, authorization: &'a str) -> Result<Detected<'a>, Reject> {
    if is_acs(authorization.as_bytes()) {
        return acs(raw, authorization);
    }
    if let Some(credentials) = authorization.strip_prefix("acs ") {
        return roa(raw, credentials.trim());
    }
    // ASSUMED: a scheme of someone else's (`Basic …`) is a wrong method, anything else no
    // signature at all.
    Err(if authorization.contains(' ') {
        Reject::signature_method()
    } else {
        Reject::signature_incomplete()
    })
}

fn acs<'a>(raw: &Raw<'a>, authorization: &'a str) -> Result<Detected<'a>, Reject> {
    let authorization = Authorization::parse(authorization)?;
    let acs = AcsHeaders::read(raw.headers)?;
    // ASSUMED: the codes of the RPC parameters, since the header plays their role.
    let date = acs.date.ok_or_else(|| Reject::missing("Timestamp"))?;
    if acs.nonce.is_none() {
        return Err(Reject::missing("SignatureNonce"));
    }
    if !authorization.covers_meaning_of(raw.headers) {
        return Err(Reject::signature_incomplete());
    }
    let stamp = iso_stamp(date).ok_or_else(Reject::stamp_format)?;
    Ok(Detected { proof: Proof::Acs(authorization), acs, stamp: Some(stamp) })
}

fn roa<'a>(raw: &Raw<'a>, credentials: &'a str) -> Result<Detected<'a>, Reject> {
    let (access_key_id, signature) = credentials
        .split_once(':')
        .filter(|(key, signature)| !key.is_empty() && !signature.is_empty())
        .ok_or_else(Reject::signature_incomplete)?;
    sign_roa::check_method(
        single(raw.headers, &sign_roa::X_ACS_SIGNATURE_METHOD)?,
        single(raw.headers, &sign_roa::X_ACS_SIGNATURE_VERSION)?,
    )?;
    let acs = AcsHeaders::read(raw.headers)?;
    let date = single(raw.headers, &DATE)?.ok_or_else(|| Reject::missing("Date"))?;
    let stamp = http_date(date).ok_or_else(Reject::stamp_format)?;
    Ok(Detected { proof: Proof::Roa { access_key_id, signature }, acs, stamp: Some(stamp) })
}

/// SOURCE: wire dossier 1.1 and its error table. ASSUMED: the order, and that an empty value
/// counts as absent.
fn rpc(parameters: &Parameters) -> Result<(RpcMethod, i64), Reject> {
    let needed = |field, name| parameters.known(field).ok_or_else(|| Reject::missing(name));
    needed(Field::AccessKeyId, "AccessKeyId")?;
    needed(Field::Signature, "Signature")?;
    let method = needed(Field::SignatureMethod, "SignatureMethod")?;
    let version = needed(Field::SignatureVersion, "SignatureVersion")?;
    needed(Field::SignatureNonce, "SignatureNonce")?;
    let stamp = needed(Field::Timestamp, "Timestamp")?;
    if version != "1.0" {
        return Err(Reject::invalid("SignatureVersion"));
    }
    let method = RpcMethod::named(method).ok_or_else(Reject::signature_method)?;
    let stamp = iso_stamp(stamp).ok_or_else(Reject::stamp_format)?;
    Ok((method, stamp))
}

impl<'a> AcsHeaders<'a> {
    /// Finds them in one pass over all headers, which is cheaper than looking each up.
    fn read(headers: &'a HeaderMap) -> Result<Self, Reject> {
        let mut found = Self::default();
        for (name, value) in headers {
            let Some(name) = name.as_str().strip_prefix("x-acs-") else { continue };
            let slot = match name {
                "action" => &mut found.action,
                "version" => &mut found.version,
                "signature-nonce" => &mut found.nonce,
                "date" => &mut found.date,
                "security-token" => &mut found.security_token,
                "bearer-token" => &mut found.bearer_token,
                _ => continue,
            };
            let text = trimmed(value)?;
            if slot.replace(text).is_some_and(|earlier| earlier != text) {
                return Err(Reject::parameter_format());
            }
        }
        let filled = |text: Option<&'a str>| text.filter(|text| !text.is_empty());
        Ok(Self {
            action: filled(found.action),
            version: filled(found.version),
            nonce: filled(found.nonce),
            date: filled(found.date),
            security_token: filled(found.security_token),
            bearer_token: filled(found.bearer_token),
        })
    }
}

fn trimmed(value: &HeaderValue) -> Result<&str, Reject> {
    std::str::from_utf8(value.as_bytes().trim_ascii()).map_err(|_| Reject::parameter_format())
}

/// The one trimmed value of a header; an empty one counts as absent. Two values that differ are
/// refused: signing joins them, so a signature would not say which of them is meant.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Reject> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else {
        return Ok(None);
    };
    if values.any(|other| other != first) {
        return Err(Reject::parameter_format());
    }
    let text = trimmed(first)?;
    Ok((!text.is_empty()).then_some(text))
}
