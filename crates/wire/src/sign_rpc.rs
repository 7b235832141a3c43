//! RPC 1.0: the signature in parameters.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::call::{Call, Field, Parameters};
use crate::credential::{Credential, mac_matches};
use crate::percent::encode_twice;
use crate::reject::Reject;

/// `SignatureMethod`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RpcMethod {
    HmacSha1,
    HmacSha256,
    RsaSha256,
}

impl RpcMethod {
    /// SOURCE: wire dossier 1.1, variants. ASSUMED: any case is accepted.
    pub fn named(text: &str) -> Option<Self> {
        let table = [
            ("HMAC-SHA1", Self::HmacSha1),
            ("HMAC-SHA256", Self::HmacSha256),
            ("SHA256withRSA", Self::RsaSha256),
        ];
        table
            .into_iter()
            .find(|(name, _)| text.eq_ignore_ascii_case(name))
            .map(|(_, method)| method)
    }
}

/// Longest MAC that is compared, in bytes: HMAC-SHA256.
const MAC_BYTES_MAX: usize = 32;

pub(crate) fn verify(
    call: &Call,
    method: RpcMethod,
    credential: &Credential,
) -> Result<(), Reject> {
    let text = string_to_sign(call);
    let given = call.parameters.known(Field::Signature).unwrap_or_default();
    let matches = match (method, credential) {
        (RpcMethod::HmacSha1, Credential::Secret(secret)) => {
            mac_is(given, |mac| mac_matches(&secret.states.rpc_sha1, &text, mac))
        }
        (RpcMethod::HmacSha256, Credential::Secret(secret)) => {
            mac_is(given, |mac| secret.states.rpc_sha256.matches(&text, mac))
        }
        (RpcMethod::RsaSha256, Credential::PublicKey(key)) => {
            STANDARD.decode(given).is_ok_and(|signature| key.verifies(&text, &signature))
        }
        // ASSUMED: a key of the other kind is like a wrong key.
        _ => false,
    };
    if matches {
        return Ok(());
    }
    Err(Reject::signature(&String::from_utf8_lossy(&text)))
}

/// Decodes a base64 MAC without allocating; what is no MAC matches nothing.
pub(crate) fn mac_is(given: &str, matches: impl FnOnce(&[u8]) -> bool) -> bool {
    let mut mac = [0; MAC_BYTES_MAX];
    STANDARD.decode_slice(given, &mut mac).is_ok_and(|len| matches(&mac[..len]))
}

pub(crate) fn string_to_sign(call: &Call) -> Vec<u8> {
    string_to_sign_of(call.raw.method, &call.parameters)
}

/// `METHOD&%2F&enc(CQS)` of wire dossier 1.1 in one pass: the canonical query is encoded as it is
/// written, so each of its bytes takes its doubly encoded form straight from a table.
pub(crate) fn string_to_sign_of(method: &str, parameters: &Parameters) -> Vec<u8> {
    let mut text = Vec::with_capacity(1024);
    text.extend_from_slice(method.as_bytes());
    text.extend_from_slice(b"&%2F&");
    let mut separator: &[u8] = b"";
    for parameter in parameters.by_name() {
        if parameter.name == "Signature" {
            continue;
        }
        text.extend_from_slice(separator);
        separator = b"%26";
        write(&parameter.name, parameter.name_plain, &mut text);
        text.extend_from_slice(b"%3D");
        write(&parameter.value, parameter.value_plain, &mut text);
    }
    text
}

fn write(text: &str, plain: bool, out: &mut Vec<u8>) {
    if plain {
        out.extend_from_slice(text.as_bytes());
    } else {
        encode_twice(text, out);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use http::HeaderMap;
    use proptest::prelude::*;

    use super::*;
    use crate::credential::SecretKey;
    use crate::{Limits, Raw, Scheme, parse};

    fn raw<'a>(query: &'a str, headers: &'a HeaderMap) -> Raw<'a> {
        Raw { method: "GET", path: "/", query, headers, body: b"" }
    }

    const DOCUMENTED: &str = "SignatureVersion=1.0&Action=DescribeRegions&Format=XML\
        &SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf&Version=2014-05-26\
        &AccessKeyId=testid&Signature=OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D\
        &SignatureMethod=HMAC-SHA1&Timestamp=2016-02-23T12%3A46%3A24Z";

    #[test]
    fn the_documented_request_gives_the_documented_string_and_verifies() {
        // SOURCE: wire dossier 1.1, doc vector.
        let headers = HeaderMap::new();
        let call =
            parse(&raw(DOCUMENTED, &headers), &Limits::default()).expect("it is well formed");
        assert_eq!(call.scheme(), Scheme::Rpc1);
        assert_eq!(
            crate::string_to_sign(&call),
            "GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeRegions%26Format%3DXML\
             %26SignatureMethod%3DHMAC-SHA1\
             %26SignatureNonce%3D3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf%26SignatureVersion%3D1.0\
             %26Timestamp%3D2016-02-23T12%253A46%253A24Z%26Version%3D2014-05-26"
        );
        let key = Credential::Secret(SecretKey::new("testsecret"));
        assert_eq!(crate::verify(&call, &key), Ok(()));
    }

    #[test]
    fn what_came_unencoded_is_signed_encoded() {
        let headers = HeaderMap::new();
        let query = format!("{DOCUMENTED}&a*b=c/d:e&Z=f");
        let call = parse(&raw(&query, &headers), &Limits::default()).expect("it is well formed");
        let text = crate::string_to_sign(&call);
        assert!(text.ends_with("%26Z%3Df%26a%252Ab%3Dc%252Fd%253Ae"), "{text}");
    }

    #[test]
    fn a_wrong_secret_is_told_what_we_signed_and_not_the_secret() {
        let headers = HeaderMap::new();
        let call =
            parse(&raw(DOCUMENTED, &headers), &Limits::default()).expect("it is well formed");
        let key = Credential::Secret(SecretKey::new("another-secret"));
        let reject = crate::verify(&call, &key).expect_err("the secret is another");
        assert_eq!((reject.status, &*reject.code), (400, "SignatureDoesNotMatch"));
        let expected = format!(
            "Specified signature is not matched with our calculation. server string to sign is:{}",
            crate::string_to_sign(&call)
        );
        assert_eq!(reject.message, expected);
        assert!(!reject.message.contains("secret"));
    }

    #[test]
    fn the_method_chosen_by_the_client_is_the_one_checked() {
        // The documented request with HMAC-SHA256; the MAC was computed by another program.
        let signature = "f%2BkDBRdR9n%2BP1zXfyHQUxMy5FsgBdfrvXstNbIWx5Gc%3D";
        let query = DOCUMENTED
            .replace("HMAC-SHA1", "HMAC-SHA256")
            .replace("OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D", signature);
        let headers = HeaderMap::new();
        let call = parse(&raw(&query, &headers), &Limits::default()).expect("it is well formed");
        let key = Credential::Secret(SecretKey::new("testsecret"));
        assert_eq!(crate::verify(&call, &key), Ok(()));
        let query = query.replace("HMAC-SHA256", "SHA256withRSA");
        let call = parse(&raw(&query, &headers), &Limits::default()).expect("it is well formed");
        assert!(crate::verify(&call, &key).is_err());
    }

    #[test]
    fn a_signature_that_is_not_base64_is_a_mismatch() {
        let headers = HeaderMap::new();
        let key = Credential::Secret(SecretKey::new("testsecret"));
        for signature in ["%20", "OLeaidS1JvxuMvnyHOwuJ%2BuX5qY", "OLeaidS1", &"A".repeat(4000)] {
            let query = DOCUMENTED.replace("OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D", signature);
            let call = parse(&raw(&query, &headers), &Limits::default()).expect("well formed");
            let reject = crate::verify(&call, &key).expect_err("no such signature");
            assert_eq!(reject.code, "SignatureDoesNotMatch", "{signature}");
        }
    }

    fn slow_encode(text: &str) -> String {
        let encode = |byte: u8| match char::from(byte) {
            plain if plain.is_ascii_alphanumeric() || "-_.~".contains(plain) => plain.to_string(),
            _ => format!("%{byte:02X}"),
        };
        text.bytes().map(encode).collect()
    }

    proptest! {
        #[test]
        fn the_single_pass_equals_a_plain_second_implementation(
            parameters in prop::collection::btree_map("\\PC{1,12}", "\\PC{0,20}", 0..20),
            prefixed in prop::collection::btree_map("SignatureN[a-c]{0,3}", "[ -~]{0,9}", 0..6),
        ) {
            let all: BTreeMap<String, String> = parameters.into_iter().chain(prefixed).collect();
            let query: Vec<_> = all.iter().rev()
                .map(|(name, value)| format!("{}={}", slow_encode(name), slow_encode(value)))
                .collect();
            let query = query.join("&");
            let headers = HeaderMap::new();
            let read = Parameters::read(&raw(&query, &headers), &Limits::default());
            let read = read.expect("each name occurs once");
            let canonical: Vec<_> = all.iter()
                .filter(|(name, _)| *name != "Signature")
                .map(|(name, value)| format!("{}={}", slow_encode(name), slow_encode(value)))
                .collect();
            let expected = format!("POST&%2F&{}", slow_encode(&canonical.join("&")));
            let text = String::from_utf8(string_to_sign_of("POST", &read)).expect("ASCII");
            prop_assert_eq!(text, expected);
        }
    }
}
