//! Signs requests as real clients do: for the quick start, tests, benchmarks and replays.
//!
//! It sends nothing, and takes nonce and time from outside.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};
use md5::{Digest as _, Md5};
use std::time::{Duration, UNIX_EPOCH};

use crate::call::{Parameters, Raw};
use crate::credential::{SecretKey, mac_of, sha256_hex};
use crate::percent::{encode_once, hex_of};
use crate::{Limits, iso_stamp, parse, sign_acs, sign_roa, sign_rpc};

/// An access key.
#[derive(Clone)]
pub struct Signer {
    /// The access key id.
    pub access_key_id: String,
    /// The access key secret.
    pub secret: String,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Signer")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// Where business parameters go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// All in the query, with an empty body.
    Query,
    /// In an urlencoded body.
    Form,
}

/// A request ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// `GET` or `POST`.
    pub method: String,
    /// Path, and query if there is one.
    pub target: String,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, empty for [`Place::Query`].
    pub body: Vec<u8>,
}

/// Names that RPC 1.0 clients keep in the query wherever the business parameters go.
///
/// SOURCE: wire dossier 0 (Terraform) and 2.
const COMMON: [&str; 5] = ["Action", "Version", "Format", "SecurityToken", "SignatureType"];

/// What we sign is as long as we like.
const LIMITLESS: Limits = Limits { parameter_bytes_max: usize::MAX, parameters_max: usize::MAX };

const FORM: &str = "application/x-www-form-urlencoded";

/// Signs with RPC 1.0 and HMAC-SHA1. `parameters` are `Action`, `Version`, `Format` and the
/// business ones, each name once; the authentication parameters are added. Common parameters are
/// always in the query. `stamp` is `yyyy-MM-ddTHH:mm:ssZ`.
///
/// # Panics
/// When a name occurs twice with different values.
pub fn sign_rpc(
    signer: &Signer,
    method: &str,
    parameters: &[(&str, &str)],
    place: Place,
    nonce: &str,
    stamp: &str,
) -> Signed {
    let authentication = [
        ("AccessKeyId", signer.access_key_id.as_str()),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
        ("SignatureNonce", nonce),
        ("Timestamp", stamp),
    ];
    let (common, business): (Vec<_>, Vec<_>) =
        parameters.iter().copied().partition(|(name, _)| COMMON.contains(name));
    let common: Vec<_> = common.into_iter().chain(authentication).collect();
    let (mut query, body) = placed(&common, &business, place);
    let headers = content_type(place);
    let map = header_map(&headers);
    let raw = Raw { method, path: "/", query: &query, headers: &map, body: body.as_bytes() };
    let text = sign_rpc::string_to_sign_of(method, &read(&raw));
    let mac = mac_of(&SecretKey::new(&signer.secret).states.rpc_sha1, &text);
    query.push('&');
    push_pair("Signature", &STANDARD.encode(mac), &mut query);
    Signed {
        method: method.to_owned(),
        target: format!("/?{query}"),
        headers,
        body: body.into_bytes(),
    }
}

/// Signs with ACS3-HMAC-SHA256. `parameters` are the business ones, each name once; a
/// `SecurityToken` among them goes into its header. `stamp` is `yyyy-MM-ddTHH:mm:ssZ`.
///
/// # Panics
/// When a name occurs twice with different values, or a text that must become a header cannot.
#[expect(clippy::too_many_arguments, reason = "each is a part of the request; none has a default")]
pub fn sign_acs3(
    signer: &Signer,
    method: &str,
    action: &str,
    version: &str,
    parameters: &[(&str, &str)],
    place: Place,
    host: &str,
    nonce: &str,
    stamp: &str,
) -> Signed {
    let acs = [("host", host), ("x-acs-action", action), ("x-acs-version", version)];
    sign_acs(signer, method, &acs, parameters, place, nonce, stamp, None)
}

/// The same with ACS4-HMAC-SHA256, for VPC in the region that clients name when they know none.
/// SOURCE: wire dossier 1.3.
///
/// # Panics
/// As [`sign_acs3`].
#[expect(clippy::too_many_arguments, reason = "each is a part of the request; none has a default")]
pub fn sign_acs4(
    signer: &Signer,
    method: &str,
    action: &str,
    version: &str,
    parameters: &[(&str, &str)],
    place: Place,
    host: &str,
    nonce: &str,
    stamp: &str,
) -> Signed {
    let acs = [("host", host), ("x-acs-action", action), ("x-acs-version", version)];
    let date = stamp.get(..10).unwrap_or(stamp).replace('-', "");
    let scope = [date.as_str(), "center", "vpc", sign_acs::ACS4_END];
    sign_acs(signer, method, &acs, parameters, place, nonce, stamp, Some(scope))
}

/// Signs with ROA 1.0 and HMAC-SHA1, whose path says what is called. `parameters` are the business
/// ones and `Format`; a body is covered by its MD5. `stamp` is `yyyy-MM-ddTHH:mm:ssZ`, and is sent
/// in the form of a `Date`.
///
/// # Panics
/// When a name occurs twice, or the stamp is none.
pub fn sign_roa(
    signer: &Signer,
    method: &str,
    path: &str,
    parameters: &[(&str, &str)],
    place: Place,
    stamp: &str,
) -> Signed {
    let (query, body) = placed(&[], parameters, place);
    let mut headers = content_type(place);
    if !body.is_empty() {
        headers.push(("content-md5".to_owned(), STANDARD.encode(Md5::digest(&body))));
    }
    let seconds = iso_stamp(stamp).and_then(|seconds| u64::try_from(seconds).ok());
    let date = UNIX_EPOCH + Duration::from_secs(seconds.expect("a stamp since 1970"));
    for (name, value) in [
        ("date", &*httpdate::fmt_http_date(date)),
        ("x-acs-signature-method", "HMAC-SHA1"),
        ("x-acs-signature-version", "1.0"),
        // What is signed is read from a call, which has to say that it is.
        ("authorization", &format!("acs {}:-", signer.access_key_id)),
    ] {
        headers.push((name.to_owned(), value.to_owned()));
    }
    let map = header_map(&headers);
    let raw = Raw { method, path, query: &query, headers: &map, body: body.as_bytes() };
    let call = parse(&raw, &LIMITLESS).expect("what we encode is well formed");
    let text = sign_roa::string_to_sign(&call);
    let mac = mac_of(&SecretKey::new(&signer.secret).states.roa_sha1, &text);
    let (_, authorization) = headers.last_mut().expect("it is the last");
    *authorization = format!("acs {}:{}", signer.access_key_id, STANDARD.encode(mac));
    let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    Signed { method: method.to_owned(), target, headers, body: body.into_bytes() }
}

/// `scope`: that of ACS4.
#[expect(clippy::too_many_arguments, reason = "each is a part of the request; none has a default")]
fn sign_acs(
    signer: &Signer,
    method: &str,
    acs: &[(&str, &str)],
    parameters: &[(&str, &str)],
    place: Place,
    nonce: &str,
    stamp: &str,
    scope: Option<[&str; 4]>,
) -> Signed {
    let (token, business): (Vec<_>, Vec<_>) =
        parameters.iter().copied().partition(|(name, _)| *name == "SecurityToken");
    let (query, body) = placed(&[], &business, place);
    let mut headers = content_type(place);
    let hash = sha256_hex(body.as_bytes());
    let own =
        [("x-acs-content-sha256", &*hash), ("x-acs-date", stamp), ("x-acs-signature-nonce", nonce)];
    for (name, value) in acs.iter().chain(&own) {
        headers.push(((*name).to_owned(), (*value).to_owned()));
    }
    for (_, token) in token {
        headers.push(("x-acs-accesskey-id".to_owned(), signer.access_key_id.clone()));
        headers.push(("x-acs-security-token".to_owned(), token.to_owned()));
    }
    headers.sort();
    let names: Vec<_> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(";");
    let map = header_map(&headers);
    let raw = Raw { method, path: "/", query: &query, headers: &map, body: body.as_bytes() };
    let text = sign_acs::text_for_client(&raw, &read(&raw), &names, scope);
    let secret = SecretKey::new(&signer.secret);
    let (algorithm, credential, mac) = match scope {
        None => {
            let mac = secret.states.acs_sha256.mac_of(text.as_bytes());
            ("ACS3-HMAC-SHA256", signer.access_key_id.clone(), mac)
        }
        Some(scope) => {
            let mac = sign_acs::acs4_key(&secret, scope).mac_of(text.as_bytes());
            ("ACS4-HMAC-SHA256", format!("{}/{}", signer.access_key_id, scope.join("/")), mac)
        }
    };
    let authorization = format!(
        "{algorithm} Credential={credential},SignedHeaders={names},Signature={}",
        hex_of(&mac)
    );
    headers.push(("authorization".to_owned(), authorization));
    let target = if query.is_empty() { "/".to_owned() } else { format!("/?{query}") };
    Signed { method: method.to_owned(), target, headers, body: body.into_bytes() }
}

/// The query and the body.
fn placed(common: &[(&str, &str)], business: &[(&str, &str)], place: Place) -> (String, String) {
    match place {
        Place::Query => (urlencoded(common.iter().chain(business)), String::new()),
        Place::Form => (urlencoded(common.iter()), urlencoded(business.iter())),
    }
}

fn urlencoded<'a>(pairs: impl Iterator<Item = &'a (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        push_pair(name, value, &mut text);
    }
    text
}

fn push_pair(name: &str, value: &str, text: &mut String) {
    let mut pair = Vec::with_capacity(name.len() + value.len() + 1);
    encode_once(name, &mut pair);
    pair.push(b'=');
    encode_once(value, &mut pair);
    text.push_str(&String::from_utf8(pair).expect("percent-encoding yields ASCII"));
}

fn content_type(place: Place) -> Vec<(String, String)> {
    match place {
        Place::Query => Vec::new(),
        Place::Form => vec![("content-type".to_owned(), FORM.to_owned())],
    }
}

fn header_map(headers: &[(String, String)]) -> HeaderMap {
    let entry = |(name, value): &(String, String)| {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("our own names are headers");
        let value = HeaderValue::from_str(value).expect("the caller's text can be a header");
        (name, value)
    };
    headers.iter().map(entry).collect()
}

fn read<'a>(raw: &Raw<'a>) -> Parameters<'a> {
    Parameters::read(raw, &LIMITLESS)
        .expect("what we encode is well formed and each name occurs once")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Call, Credential, Scheme, verify};

    fn signer() -> Signer {
        Signer { access_key_id: "testid".to_owned(), secret: "testsecret".to_owned() }
    }

    /// Parses what was signed and hands the call over, so that it can borrow from here.
    fn received(signed: &Signed, check: impl FnOnce(&Call)) {
        let (path, query) = signed.target.split_once('?').unwrap_or((&signed.target, ""));
        let headers = header_map(&signed.headers);
        let raw =
            Raw { method: &signed.method, path, query, headers: &headers, body: &signed.body };
        check(&parse(&raw, &Limits::default()).expect("what we sign is well formed"));
    }

    fn verifies(call: &Call, secret: &str) -> bool {
        verify(call, &Credential::Secret(SecretKey::new(secret))).is_ok()
    }

    #[test]
    fn an_rpc_form_keeps_the_common_parameters_in_the_query() {
        let parameters =
            [("Action", "DescribeRegions"), ("Version", "2016-04-28"), ("ClientToken", "a b*~é")];
        let stamp = "2026-11-22T08:05:28Z";
        let signed = sign_rpc(&signer(), "POST", &parameters, Place::Form, "nonce", stamp);
        assert_eq!(signed.body, b"ClientToken=a%20b%2A~%C3%A9");
        assert!(signed.target.starts_with("/?Action=DescribeRegions&Version=2016-04-28&Access"));
        received(&signed, |call| {
            assert_eq!(call.scheme(), Scheme::Rpc1);
            assert_eq!(call.action(), Some("DescribeRegions"));
            assert_eq!(call.nonce(), Some("nonce"));
            assert_eq!(call.stamp(), Some(1_795_334_728));
            assert!(verifies(call, "testsecret"));
            assert!(!verifies(call, "testsecres"));
        });
    }

    #[test]
    fn an_acs3_request_carries_its_token_in_a_header() {
        let parameters = [("RegionId", "cn-hangzhou"), ("SecurityToken", "token")];
        let signed = sign_acs3(
            &signer(),
            "POST",
            "DescribeRegions",
            "2016-04-28",
            &parameters,
            Place::Query,
            "127.0.0.1:1",
            "nonce",
            "2026-11-22T08:05:28Z",
        );
        assert_eq!(signed.target, "/?RegionId=cn-hangzhou");
        received(&signed, |call| {
            assert_eq!(call.scheme(), Scheme::Acs3);
            assert_eq!(call.security_token(), Some("token"));
            assert_eq!(call.host(), "127.0.0.1:1");
            assert!(verifies(call, "testsecret"));
        });
    }

    #[test]
    fn a_signer_does_not_print_its_secret() {
        assert_eq!(format!("{:?}", signer()), "Signer { access_key_id: \"testid\", .. }");
    }

    proptest! {
        #[test]
        fn what_we_sign_we_verify_and_nothing_else(
            business in prop::collection::btree_map("x\\PC{0,9}", "\\PC{0,30}", 0..12),
            form in any::<bool>(),
            get in any::<bool>(),
        ) {
            let pairs: Vec<_> = business.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let place = if form { Place::Form } else { Place::Query };
            let method = if get { "GET" } else { "POST" };
            let (nonce, stamp) = ("3ee8c1b8-83d3", "2016-02-23T12:46:24Z");
            let [acs, acs4] = [sign_acs3, sign_acs4].map(|sign| sign(
                &signer(), method, "A", "2016-04-28", &pairs, place, "h", nonce, stamp,
            ));
            let roa = sign_roa(&signer(), method, "/", &pairs, place, stamp);
            let common = [("Action", "A"), ("Version", "2016-04-28")];
            let all: Vec<_> = common.into_iter().chain(pairs).collect();
            let rpc = sign_rpc(&signer(), method, &all, place, nonce, stamp);
            for signed in [acs, acs4, rpc, roa] {
                received(&signed, |call| {
                    assert!(verifies(call, "testsecret"));
                    assert!(!verifies(call, "another"));
                    for (name, value) in &business {
                        assert_eq!(call.parameter(name), Some(value.as_str()));
                    }
                });
                let mut other = signed.clone();
                other.target.push_str(if other.target.contains('?') { "&added=1" } else { "?a=1" });
                received(&other, |call| assert!(!verifies(call, "testsecret")));
            }
        }
    }
}
