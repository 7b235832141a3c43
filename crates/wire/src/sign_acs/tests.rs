//! Published vectors with their intermediate texts, and what the header may look like.

use hmac::{Hmac, Mac};
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use sha2::Sha256;

use super::*;
use crate::{Limits, Scheme, parse};

/// SOURCE: fixture `doc__v3-run-instances-1`, a published vector.
const QUERY: &str =
    "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai";
const SIGNATURE: &str = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";
const SIGNED: &str = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;\
                      x-acs-version";

fn authorization(signed: &str, signature: &str) -> String {
    format!(
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders={signed},Signature={signature}"
    )
}

fn documented(authorization: &str) -> HeaderMap {
    let pairs = [
        ("host", "ecs.cn-shanghai.aliyuncs.com"),
        ("x-acs-action", "RunInstances"),
        ("x-acs-content-sha256", EMPTY_SHA256),
        ("x-acs-date", "2023-10-26T10:22:32Z"),
        ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
        ("x-acs-version", "2014-05-26"),
        ("authorization", authorization),
    ];
    pairs
        .into_iter()
        .map(|(name, value)| {
            let value = HeaderValue::from_str(value).expect("it can be a header");
            (HeaderName::from_static(name), value)
        })
        .collect()
}

fn raw<'a>(query: &'a str, headers: &'a HeaderMap, body: &'a [u8]) -> Raw<'a> {
    Raw { method: "POST", path: "/", query, headers, body }
}

fn outcome(raw: &Raw) -> Result<(), Reject> {
    let call = parse(raw, &Limits::default())?;
    crate::verify(&call, &Credential::Secret(SecretKey::new("YourAccessKeySecret")))
}

fn code(raw: &Raw) -> String {
    outcome(raw).expect_err("it must be refused").code.into_owned()
}

#[test]
fn the_documented_request_gives_the_documented_texts_and_verifies() {
    let headers = documented(&authorization(SIGNED, SIGNATURE));
    let raw = raw(QUERY, &headers, b"");
    let call = parse(&raw, &Limits::default()).expect("it is well formed");
    assert_eq!(call.scheme(), Scheme::Acs3);
    assert_eq!(call.action(), Some("RunInstances"));
    assert_eq!(call.version(), Some("2014-05-26"));
    assert_eq!(call.access_key_id(), Some("YourAccessKeyId"));
    assert_eq!(call.stamp(), Some(1_698_315_752));
    let canonical = crate::string_to_sign(&call);
    assert_eq!(
        canonical,
        format!(
            "POST\n/\n{QUERY}\nhost:ecs.cn-shanghai.aliyuncs.com\nx-acs-action:RunInstances\n\
             x-acs-content-sha256:{EMPTY_SHA256}\nx-acs-date:2023-10-26T10:22:32Z\n\
             x-acs-signature-nonce:3156853299f313e23d1673dc12e1703d\nx-acs-version:2014-05-26\n\n\
             {SIGNED}\n{EMPTY_SHA256}"
        )
    );
    // SOURCE: the same help page prints this hash of the canonical request.
    assert_eq!(
        hex_of(&Sha256::digest(&canonical)),
        "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
    );
    assert_eq!(outcome(&raw), Ok(()));
}

#[test]
fn a_mismatch_quotes_hash_and_canonical_request() {
    let headers = documented(&authorization(SIGNED, &SIGNATURE.replace('0', "1")));
    let raw = raw(QUERY, &headers, b"");
    let call = parse(&raw, &Limits::default()).expect("it is well formed");
    let expected = format!(
        "Specified signature does not match our calculation. server StringToSign is \
         [ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259] \
         server CanonicalRequest is [{}]",
        crate::string_to_sign(&call)
    );
    assert_eq!(outcome(&raw), Err(Reject::new(400, "SignatureDoesNotMatch", expected)));
}

#[test]
fn an_empty_signature_is_a_wrong_one_in_every_algorithm_and_quotes_what_to_sign() {
    for (algorithm, scope) in [
        ("ACS3-HMAC-SHA256", ""),
        ("ACS3-HMAC-SM3", ""),
        ("ACS3-RSA-SHA256", ""),
        ("ACS4-HMAC-SHA256", "/20231026/cn-shanghai/ecs/aliyun_v4_request"),
    ] {
        let key = format!("Credential=YourAccessKeyId{scope}");
        for text in [
            format!("{algorithm} {key},SignedHeaders={SIGNED},Signature="),
            format!("{algorithm} {key}, Signature= ,SignedHeaders={SIGNED}"),
        ] {
            let headers = documented(&text);
            let raw = raw(QUERY, &headers, b"");
            let reject = outcome(&raw).expect_err("nothing was signed");
            let call = parse(&raw, &Limits::default()).expect("it is well formed");
            let quoted = format!("server CanonicalRequest is [{}]", crate::string_to_sign(&call));
            assert_eq!((reject.status, &*reject.code), (400, "SignatureDoesNotMatch"), "{text}");
            assert!(reject.message.contains(&format!("[{algorithm}\n")), "{}", reject.message);
            assert!(reject.message.ends_with(&quoted), "{}", reject.message);
        }
    }
}

#[test]
fn the_parts_of_the_header_are_found_by_name() {
    // SOURCE: wire dossier 1.2, the Java SDK's order.
    let text = format!(
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId, Signature={},SignedHeaders={SIGNED}",
        SIGNATURE.to_uppercase()
    );
    let headers = documented(&text);
    assert_eq!(outcome(&raw(QUERY, &headers, b"")), Ok(()));
}

#[test]
fn a_malformed_header_is_refused_with_its_own_code() {
    let table = [
        ("ACS3-HMAC-MD5 Credential=a,SignedHeaders=b,Signature=c", "InvalidSignatureMethod"),
        ("ACS4-HMAC-SM9", "InvalidSignatureMethod"),
        ("Basic dXNlcjpwYXNz", "InvalidSignatureMethod"),
        ("gibberish", "IncompleteSignature"),
        ("ACS3-HMAC-SHA256", "IncompleteSignature"),
        ("ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b", "IncompleteSignature"),
        ("ACS3-HMAC-SHA256 Credential=,SignedHeaders=b,Signature=c", "IncompleteSignature"),
        ("ACS3-HMAC-SHA256 Credential=a,SignedHeaders=,Signature=c", "IncompleteSignature"),
        (
            "ACS4-HMAC-SHA256 Credential=a/d/r/p/aliyun_v4_request,SignedHeaders=b",
            "IncompleteSignature",
        ),
        (
            "ACS3-HMAC-SHA256 Credential=a,Credential=b,SignedHeaders=b,Signature=c",
            "IncompleteSignature",
        ),
        ("ACS4-HMAC-SHA256 Credential=a,SignedHeaders=b,Signature=c", "IncompleteSignature"),
        (
            "ACS4-HMAC-SHA256 Credential=a/20261122/r/p/other,SignedHeaders=b,Signature=c",
            "IncompleteSignature",
        ),
    ];
    for (text, expected) in table {
        let headers = documented(text);
        assert_eq!(code(&raw(QUERY, &headers, b"")), expected, "{text}");
    }
}

#[test]
fn a_meaningful_header_left_unsigned_is_refused() {
    for name in SIGNED.split(';').filter(|name| name.starts_with("x-acs-")) {
        let rest: Vec<_> = SIGNED.split(';').filter(|other| *other != name).collect();
        let headers = documented(&authorization(&rest.join(";"), SIGNATURE));
        assert_eq!(code(&raw(QUERY, &headers, b"")), "IncompleteSignature", "{name}");
    }
    let mut headers = documented(&authorization(SIGNED, SIGNATURE));
    headers.insert("x-acs-security-token", HeaderValue::from_static("token"));
    assert_eq!(code(&raw(QUERY, &headers, b"")), "IncompleteSignature");
}

#[test]
fn a_header_that_is_signed_twice_is_signed() {
    let headers = documented(&authorization(&format!("{SIGNED};x-acs-date"), SIGNATURE));
    assert_eq!(code(&raw(QUERY, &headers, b"")), "SignatureDoesNotMatch");
}

#[test]
fn a_scope_is_a_key_and_four_parts_of_which_the_last_is_fixed() {
    let parts = ["d", "r", "p", "aliyun_v4_request"];
    for (text, expected) in [
        ("k/d/r/p/aliyun_v4_request", Some(("k", parts))),
        ("/d/r/p/aliyun_v4_request", None),
        ("k/d/r/aliyun_v4_request", None),
        ("k/d/r/p/aliyun_v4_request/more", None),
        ("k/d/r/p/q", None),
        ("", None),
    ] {
        assert_eq!(scoped(text), expected, "{text}");
    }
}

fn plain_mac<M: Mac + hmac::KeyInit>(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = <M as hmac::KeyInit>::new_from_slice(key).expect("a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Signed step by step, as the documents say.
#[test]
fn sm3_and_acs4_verify_what_is_signed_by_the_book_and_nothing_else() {
    let secret = "YourAccessKeySecret";
    let scope = "20231026/cn-shanghai/ecs/aliyun_v4_request";
    let acs4 = format!("YourAccessKeyId/{scope}");
    for (algorithm, key, body, hash) in [
        ("ACS3-HMAC-SM3", "YourAccessKeyId", &b"a=b"[..], hex_of(&Sm3::digest(b"a=b"))),
        ("ACS3-HMAC-SM3", "YourAccessKeyId", b"", hex_of(&Sm3::digest(b""))),
        ("ACS4-HMAC-SHA256", &acs4, b"a=b", hex_of(&Sha256::digest(b"a=b"))),
    ] {
        let head = format!("{algorithm} Credential={key},SignedHeaders={SIGNED},Signature=");
        let signed = |signature: &str| {
            let mut headers = documented(&format!("{head}{signature}"));
            let hash = HeaderValue::from_str(&hash).expect("hex");
            headers.insert("x-acs-content-sha256", hash);
            headers
        };
        let headers = signed("00");
        let call = parse(&raw(QUERY, &headers, body), &Limits::default()).expect("well formed");
        assert_eq!(call.access_key_id(), Some("YourAccessKeyId"));
        let canonical = crate::string_to_sign(&call);
        assert!(canonical.ends_with(&format!("\n{hash}")), "{canonical}");
        let signature = if call.scheme() == Scheme::Acs4 {
            let text = format!("{algorithm}\n{}", hex_of(&Sha256::digest(&canonical)));
            let first = format!("aliyun_v4{secret}").into_bytes();
            let next = |key: Vec<u8>, part| plain_mac::<Hmac<Sha256>>(&key, part);
            plain_mac::<Hmac<Sha256>>(&scope.split('/').fold(first, next), &text)
        } else {
            let text = format!("{algorithm}\n{}", hex_of(&Sm3::digest(&canonical)));
            plain_mac::<Hmac<Sm3>>(secret.as_bytes(), &text)
        };
        let headers = signed(&hex_of(&signature));
        assert_eq!(outcome(&raw(QUERY, &headers, body)), Ok(()), "{algorithm}");
        assert_eq!(code(&raw(QUERY, &headers, b"a=c")), "SignatureDoesNotMatch", "{algorithm}");
    }
}

#[test]
fn a_hash_that_lies_about_the_body_is_refused_though_it_is_signed() {
    let upper = EMPTY_SHA256.to_uppercase();
    for (name, hash, accepted) in [
        ("x-acs-content-sha256", upper.as_str(), true),
        ("x-acs-content-sha256", &EMPTY_SHA256.replace('e', "f"), false),
        ("x-acs-content-sm3", "00", false),
    ] {
        let signed_headers = format!("{SIGNED};x-acs-content-sm3");
        let signed = |signature: &str| {
            let mut headers = documented(&authorization(&signed_headers, signature));
            headers.insert(name, HeaderValue::from_str(hash).expect("hex"));
            headers
        };
        let headers = signed("00");
        let call = parse(&raw(QUERY, &headers, b""), &Limits::default()).expect("well formed");
        let canonical = Sha256::digest(crate::string_to_sign(&call));
        let text = format!("ACS3-HMAC-SHA256\n{}", hex_of(&canonical));
        let signature = plain_mac::<Hmac<Sha256>>(b"YourAccessKeySecret", &text);
        let headers = signed(&hex_of(&signature));
        assert_eq!(outcome(&raw(QUERY, &headers, b"")).is_ok(), accepted, "{name}: {hash}");
    }
}

#[test]
fn date_and_nonce_must_be_there_and_the_date_well_formed() {
    let table = [
        ("x-acs-date", "", "MissingTimestamp"),
        ("x-acs-signature-nonce", "", "MissingSignatureNonce"),
        ("x-acs-date", "2023-10-26 10:22:32", "InvalidTimeStamp.Format"),
    ];
    for (name, value, expected) in table {
        let mut headers = documented(&authorization(SIGNED, SIGNATURE));
        headers.insert(name, HeaderValue::from_static(value));
        assert_eq!(code(&raw(QUERY, &headers, b"")), expected, "{name}: {value}");
    }
}

#[test]
fn a_body_that_its_hash_does_not_fit_is_refused() {
    let headers = documented(&authorization(SIGNED, SIGNATURE));
    assert_eq!(code(&raw(QUERY, &headers, b"a=b")), "SignatureDoesNotMatch");
}

#[test]
fn several_values_of_a_header_are_sorted_and_joined() {
    let mut headers = documented(&authorization(&format!("{SIGNED};x-many"), SIGNATURE));
    for value in ["b", " c ", "a"] {
        headers.append("x-many", HeaderValue::from_static(value));
    }
    let call = parse(&raw(QUERY, &headers, b""), &Limits::default()).expect("well formed");
    assert!(crate::string_to_sign(&call).contains("\nx-many:a,b,c\n"));
}

#[test]
fn a_header_that_says_two_things_is_refused() {
    let mut headers = documented(&authorization(SIGNED, SIGNATURE));
    headers.append("x-acs-action", HeaderValue::from_static("DeleteInstances"));
    assert_eq!(code(&raw(QUERY, &headers, b"")), "InvalidParameter.Format");
}

#[test]
fn names_that_need_encoding_are_sorted_as_encoded() {
    let headers = documented(&authorization(SIGNED, SIGNATURE));
    let call = parse(&raw("a-b=1&a%5Fc=+&a%7Cd=2&é=&a=0", &headers, b""), &Limits::default());
    let text = crate::string_to_sign(&call.expect("it is well formed"));
    assert_eq!(text.lines().nth(2), Some("%C3%A9=&a=0&a%7Cd=2&a-b=1&a_c=%20"));
}

#[test]
fn what_came_unencoded_is_signed_encoded() {
    let headers = documented(&authorization(SIGNED, SIGNATURE));
    for (query, canonical) in [("b=c/d:e&a=*", "a=%2A&b=c%2Fd%3Ae"), ("a*=c/d", "a%2A=c%2Fd")] {
        let call = parse(&raw(query, &headers, b""), &Limits::default()).expect("well formed");
        assert_eq!(crate::string_to_sign(&call).lines().nth(2), Some(canonical));
    }
}

#[test]
fn sm3_hashes_the_standard_example() {
    // SOURCE: GB/T 32905-2016, appendix A.1.
    assert_eq!(
        hex_of(&Sm3::digest(b"abc")),
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    );
    assert_eq!(hex_of(&Sha256::digest(b"")), EMPTY_SHA256);
}

proptest! {
    #[test]
    fn the_canonical_query_equals_a_plain_second_implementation(
        pairs in prop::collection::btree_map("[a-c%.~é-]{1,5}", "\\PC{0,9}", 0..9),
    ) {
        let text = |text: &str| String::from_utf8(encoded(text)).expect("ASCII");
        let mut expected: Vec<_> = pairs.iter().map(|(n, v)| (text(n), text(v))).collect();
        let query: Vec<_> = expected.iter().rev().map(|(n, v)| format!("{n}={v}")).collect();
        let query = query.join("&");
        expected.sort();
        let expected: Vec<_> = expected.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let headers = HeaderMap::new();
        let parameters = Parameters::read(&raw(&query, &headers, b""), &Limits::default());
        let mut out = Vec::new();
        write_query(&parameters.expect("it is well formed"), &mut out);
        prop_assert_eq!(String::from_utf8(out).expect("ASCII"), expected.join("&"));
    }
}
