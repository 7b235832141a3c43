//! ROA 1.0: the older header signature, which the CLI's price quotes still use.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, DATE, HeaderName};
use md5::{Digest, Md5};

use crate::call::Call;
use crate::credential::{Credential, mac_matches};
use crate::reject::Reject;
use crate::sign_rpc::mac_is;

pub(crate) static X_ACS_SIGNATURE_METHOD: HeaderName =
    HeaderName::from_static("x-acs-signature-method");
pub(crate) static X_ACS_SIGNATURE_VERSION: HeaderName =
    HeaderName::from_static("x-acs-signature-version");
static CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");

/// SOURCE: wire dossier 1.2b names one method and one version. ASSUMED: leaving either out means
/// that one.
pub(crate) fn check_method(method: Option<&str>, version: Option<&str>) -> Result<(), Reject> {
    if method.is_some_and(|method| !method.eq_ignore_ascii_case("HMAC-SHA1")) {
        return Err(Reject::signature_method());
    }
    if version.is_some_and(|version| version != "1.0") {
        return Err(Reject::invalid("SignatureVersion"));
    }
    Ok(())
}

pub(crate) fn verify(call: &Call, signature: &str, credential: &Credential) -> Result<(), Reject> {
    let text = string_to_sign(call);
    // Nothing here is secret until the MAC: anyone can hash a body.
    let declared = value_of(call.raw.headers, &CONTENT_MD5);
    let body_matches =
        declared.is_empty() || declared == STANDARD.encode(Md5::digest(call.raw.body)).as_bytes();
    let matches = match credential {
        Credential::Secret(secret) => {
            mac_is(signature, |mac| mac_matches(&secret.states.roa_sha1, &text, mac))
        }
        Credential::PublicKey(_) => false,
    };
    if body_matches && matches {
        return Ok(());
    }
    Err(Reject::signature(&String::from_utf8_lossy(&text)))
}

/// The string to sign of wire dossier 1.2b. It may hold bytes that are not UTF-8, since headers
/// may.
pub(crate) fn string_to_sign(call: &Call) -> Vec<u8> {
    let headers = call.raw.headers;
    let mut text = Vec::with_capacity(512);
    text.extend_from_slice(call.raw.method.as_bytes());
    for name in [&ACCEPT, &CONTENT_MD5, &CONTENT_TYPE, &DATE] {
        text.push(b'\n');
        text.extend_from_slice(value_of(headers, name));
    }
    text.push(b'\n');
    let mut names: Vec<_> =
        headers.keys().map(HeaderName::as_str).filter(|name| name.starts_with("x-acs-")).collect();
    names.sort_unstable();
    for name in names {
        text.extend_from_slice(name.as_bytes());
        let mut separator = b':';
        for value in headers.get_all(name) {
            text.push(separator);
            text.extend_from_slice(value.as_bytes().trim_ascii());
            separator = b',';
        }
        text.push(b'\n');
    }
    text.extend_from_slice(call.raw.path.as_bytes());
    write_query(call, &mut text);
    text
}

/// `?a=1&b`: decoded and not encoded again, without `=` where the value is empty.
fn write_query(call: &Call, text: &mut Vec<u8>) {
    let mut separator = b'?';
    for parameter in call.parameters.by_name().filter(|parameter| parameter.in_query) {
        text.push(separator);
        text.extend_from_slice(parameter.name.as_bytes());
        if !parameter.value.is_empty() {
            text.push(b'=');
            text.extend_from_slice(parameter.value.as_bytes());
        }
        separator = b'&';
    }
}

fn value_of<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a [u8] {
    headers.get(name).map_or(b"", |value| value.as_bytes().trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::SecretKey;
    use crate::{Limits, Raw, Scheme, parse};
    use http::HeaderValue;

    /// SOURCE: fixture `aliyun-cli-roa__supported-apis-4`.
    fn captured() -> HeaderMap {
        let pairs = [
            ("accept", "application/json"),
            ("authorization", "acs testid:cPNORdct364nm/hLyDNdedbLp2M="),
            ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
            ("content-type", "application/json"),
            ("date", "Mon, 23 Nov 2026 18:39:34 GMT"),
            ("x-acs-credentials-provider", "static_sts"),
            ("x-acs-signature-method", "HMAC-SHA1"),
            ("x-acs-signature-version", "1.0"),
            ("x-acs-version", "2022-08-30"),
            ("x-sdk-client", "golang/1.0.0"),
        ];
        pairs
            .into_iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    fn raw(headers: &HeaderMap) -> Raw<'_> {
        Raw { method: "GET", path: "/api/v1/price/supported-apis", query: "", headers, body: b"" }
    }

    #[test]
    fn the_captured_request_gives_its_string_and_verifies() {
        let headers = captured();
        let call = parse(&raw(&headers), &Limits::default()).expect("it is well formed");
        assert_eq!(call.scheme(), Scheme::Roa1);
        assert_eq!(call.access_key_id(), Some("testid"));
        assert_eq!((call.nonce(), call.stamp()), (None, Some(1_795_459_174)));
        assert_eq!(
            crate::string_to_sign(&call),
            "GET\napplication/json\n1B2M2Y8AsgTpgAmY7PhCfg==\napplication/json\n\
             Mon, 23 Nov 2026 18:39:34 GMT\nx-acs-credentials-provider:static_sts\n\
             x-acs-signature-method:HMAC-SHA1\nx-acs-signature-version:1.0\n\
             x-acs-version:2022-08-30\n/api/v1/price/supported-apis"
        );
        let key = Credential::Secret(SecretKey::new("testsecret"));
        assert_eq!(crate::verify(&call, &key), Ok(()));
    }

    #[test]
    fn a_body_that_its_hash_does_not_fit_is_refused() {
        let headers = captured();
        let raw = Raw { body: b"{}", ..raw(&headers) };
        let call = parse(&raw, &Limits::default()).expect("it is well formed");
        let key = Credential::Secret(SecretKey::new("testsecret"));
        let reject = crate::verify(&call, &key).expect_err("the body is another");
        assert_eq!(reject.code, "SignatureDoesNotMatch");
    }

    #[test]
    fn the_query_is_sorted_and_not_encoded_again() {
        let headers = captured();
        let raw = Raw { query: "b=%2F+x&a=&c", ..raw(&headers) };
        let call = parse(&raw, &Limits::default()).expect("it is well formed");
        assert!(crate::string_to_sign(&call).ends_with("/supported-apis?a&b=/ x&c"));
    }

    #[test]
    fn another_method_or_version_is_refused() {
        let table = [
            ("x-acs-signature-method", "HMAC-SHA9", "InvalidSignatureMethod"),
            ("x-acs-signature-version", "2.0", "InvalidSignatureVersion"),
            ("date", "yesterday", "InvalidTimeStamp.Format"),
            ("date", "", "MissingDate"),
            ("authorization", "acs testid", "IncompleteSignature"),
            ("authorization", "acs :x", "IncompleteSignature"),
        ];
        for (name, value, code) in table {
            let mut headers = captured();
            headers.insert(name, HeaderValue::from_static(value));
            let reject = parse(&raw(&headers), &Limits::default()).expect_err("it is malformed");
            assert_eq!(reject.code, code, "{name}: {value}");
        }
    }
}
