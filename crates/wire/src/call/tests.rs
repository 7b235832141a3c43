//! What is refused, in which order, and what may never panic.

use http::{HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;
use crate::{Credential, SecretKey, verify};

type Headers<'a> = &'a [(&'a str, &'a str)];

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
const ACS: [(&str, &str); 5] = [
    (
        "authorization",
        "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=x-acs-date;x-acs-signature-nonce;\
         x-acs-action,Signature=00",
    ),
    ("content-type", "application/json"),
    ("x-acs-date", "2026-11-22T08:05:28Z"),
    ("x-acs-signature-nonce", "n"),
    ("x-acs-action", "FromHeader"),
];
const RPC: &str = "AccessKeyId=a&Signature=s&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0\
                   &SignatureNonce=n&Timestamp=2026-11-22T08:05:28Z";

fn map(headers: &[(&str, &str)]) -> HeaderMap {
    let entry = |&(name, value): &(&str, &str)| {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        (name, HeaderValue::from_str(value).expect("a header value"))
    };
    headers.iter().map(entry).collect()
}

fn with<T>(
    query: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    check: impl FnOnce(Result<Call, Reject>) -> T,
) -> T {
    let headers = map(headers);
    let raw = Raw { method: "POST", path: "/", query, headers: &headers, body };
    let parsed = parse(&raw, &Limits::default());
    if let Ok(call) = &parsed {
        assert_eq!(call.format(), format_of(&raw));
    }
    check(parsed)
}

fn code(query: &str, headers: &[(&str, &str)], body: &[u8]) -> String {
    with(query, headers, body, |parsed| match parsed {
        Ok(call) => format!("{:?}", call.scheme()),
        Err(reject) => {
            assert_eq!(reject.status, 400);
            reject.code.into_owned()
        }
    })
}

#[test]
fn a_method_other_than_get_and_post_is_refused() {
    let headers = HeaderMap::new();
    for method in ["HEAD", "PUT", "get", ""] {
        let raw = Raw { method, path: "/", query: "%", headers: &headers, body: b"" };
        let reject = parse(&raw, &Limits::default()).expect_err("no such method");
        assert_eq!(reject, Reject::method());
    }
}

#[test]
fn a_call_says_how_and_where_it_was_made() {
    let headers = map(&[FORM]);
    for method in ["GET", "POST"] {
        let raw = Raw { method, path: "/a%20b", query: "", headers: &headers, body: b"c=1" };
        let call = parse(&raw, &Limits::default()).expect("it is well formed");
        assert_eq!((call.method(), call.path(), call.body()), (method, "/a%20b", &b"c=1"[..]));
    }
}

#[test]
fn an_rpc_call_says_in_parameters_what_a_header_call_says_in_headers() {
    let query = format!("{RPC}&Action=A&Version=V&SecurityToken=T&Format=json");
    with(&query, &[], b"", |parsed| {
        let call = parsed.expect("it is well formed");
        assert_eq!((call.action(), call.version()), (Some("A"), Some("V")));
        assert_eq!((call.access_key_id(), call.security_token()), (Some("a"), Some("T")));
        assert_eq!((call.nonce(), call.stamp()), (Some("n"), Some(1_795_334_728)));
        assert_eq!((call.format(), call.bearer_token()), (Format::Json, None));
    });
    let headers = [&ACS[..], &[("x-acs-version", "V"), ("x-acs-security-token", "T")]].concat();
    let signed =
        ACS[0].1.replace(";x-acs-action", ";x-acs-action;x-acs-version;x-acs-security-token");
    let mut headers = headers;
    headers[0].1 = &signed;
    with("Version=other", &headers, b"", |parsed| {
        let call = parsed.expect("it is well formed");
        assert_eq!((call.action(), call.version()), (Some("FromHeader"), Some("V")));
        assert_eq!((call.access_key_id(), call.security_token()), (Some("a"), Some("T")));
        assert_eq!((call.nonce(), call.stamp()), (Some("n"), Some(1_795_334_728)));
    });
    with("BearerToken=b&SignatureType=BEARERTOKEN&Action=A", &[], b"", |parsed| {
        let call = parsed.expect("it is well formed");
        assert_eq!((call.bearer_token(), call.action()), (Some("b"), Some("A")));
        assert_eq!((call.access_key_id(), call.security_token()), (None, None));
    });
}

#[test]
fn a_signature_given_twice_must_be_the_same() {
    let twice = |second: (&'static str, &'static str)| {
        let headers = [&ACS[..], &[second]].concat();
        code("", &headers, b"")
    };
    assert_eq!(twice(ACS[0]), "Acs3");
    assert_eq!(twice(("authorization", "acs a:b")), "IncompleteSignature");
}

#[test]
fn a_member_of_a_json_body_has_a_name_of_at_most_256_bytes() {
    for (length, value, told) in [
        (256, "1", "Acs3"),
        (257, "1", "InvalidParameter.Format"),
        (257, "null", "InvalidParameter.Format"),
        (258, "[]", "InvalidParameter.Format"),
    ] {
        let body = format!("{{\"{}\":{value}}}", "n".repeat(length));
        assert_eq!(code("", &ACS, body.as_bytes()), told, "{length} {value}");
    }
}

#[test]
fn answers_are_json_for_those_who_speak_in_headers() {
    for (name, value, format) in [
        ("authorization", "ACS3-HMAC-SHA256 x", Format::Json),
        ("authorization", "ACS4-HMAC-SHA256 x", Format::Json),
        ("authorization", " acs a:b", Format::Json),
        ("authorization", "acs", Format::Xml),
        ("authorization", "Basic x", Format::Xml),
        ("x-acs-bearer-token", "t", Format::Json),
        ("x-acs-date", "now", Format::Xml),
    ] {
        let headers = map(&[(name, value)]);
        let raw = Raw { method: "GET", path: "/", query: "", headers: &headers, body: b"" };
        assert_eq!(format_of(&raw), format, "{name}: {value}");
    }
}

#[test]
fn the_two_header_schemes_are_told_apart() {
    let mut headers = ACS;
    assert_eq!(code("", &headers, b""), "Acs3");
    headers[0].1 = "ACS4-HMAC-SHA256 Credential=a/1/2/3/aliyun_v4_request,SignedHeaders=x-acs-date;\
                    x-acs-signature-nonce;x-acs-action,Signature=00";
    assert_eq!(code("", &headers, b""), "Acs4");
}

#[test]
fn a_repeated_parameter_with_the_same_value_is_one_parameter() {
    with("a=1&b=2&a=1", &[FORM], b"b=2&c=3&%61=1", |parsed| {
        let call = parsed.expect("the values are equal");
        let all: Vec<_> = call.parameters().collect();
        assert_eq!(all, [("a", "1"), ("b", "2"), ("c", "3")]);
    });
}

#[test]
fn a_repeated_parameter_with_another_value_is_refused() {
    for (query, body) in [("a=1&a=2", ""), ("a=1", "a=2"), ("", "a=1&a="), ("a", "a=+")] {
        with(query, &[FORM], body.as_bytes(), |parsed| {
            assert_eq!(parsed.expect_err("two values"), Reject::invalid("a"));
        });
    }
    assert_eq!(code("Signature=x&Signature=y", &[], b""), "InvalidSignature");
}

#[test]
fn malformed_encoding_is_refused_wherever_it_stands() {
    for text in ["a=%", "%zz=1", "a=%FF", "a=1&b=%e9", "=1"] {
        assert_eq!(code(text, &[], b""), "InvalidParameter.Format", "{text}");
        assert_eq!(code("", &[FORM], text.as_bytes()), "InvalidParameter.Format", "{text}");
    }
    assert_eq!(code("", &[FORM], b"a=\xff"), "InvalidParameter.Format");
    assert_eq!(code("", &[], b"a=\xff"), "Anonymous");
}

#[test]
fn limits_are_refused_by_name_or_as_a_whole() {
    let headers = HeaderMap::new();
    let limits = Limits { parameter_bytes_max: 3, parameters_max: 2 };
    let outcome = |query: &str| {
        let raw = Raw { method: "GET", path: "/", query, headers: &headers, body: b"" };
        parse(&raw, &limits).map(|_| ()).map_err(|reject| reject.code.into_owned())
    };
    assert_eq!(outcome("a=123&b=%41%42%43"), Ok(()));
    assert_eq!(outcome("Token=1234"), Err("InvalidToken".to_owned()));
    assert_eq!(outcome("a=1&b=2&c=3"), Err("InvalidParameter.Format".to_owned()));
    assert_eq!(outcome(&"n".repeat(300)), Err("InvalidParameter.Format".to_owned()));
}

#[test]
fn each_missing_field_is_named_in_the_order_of_checks() {
    let names =
        ["AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce"];
    let mut query = "Signature=".to_owned();
    for (name, value) in names.iter().zip(["a", "s", "m", "2.0", "n"]) {
        assert_eq!(code(&query, &[], b""), format!("Missing{name}"));
        query = format!("{}&{name}={value}", query.trim_start_matches("Signature=&"));
        if *name == "AccessKeyId" {
            query = "AccessKeyId=a".to_owned();
        }
    }
    assert_eq!(code(&query, &[], b""), "MissingTimestamp");
    query.push_str("&Timestamp=now");
    assert_eq!(code(&query, &[], b""), "InvalidSignatureVersion");
    let query = query.replace("2.0", "1.0");
    assert_eq!(code(&query, &[], b""), "InvalidSignatureMethod");
    let query = query.replace("SignatureMethod=m", "SignatureMethod=hmac-sha256");
    assert_eq!(code(&query, &[], b""), "InvalidTimeStamp.Format");
    let query = query.replace("now", "2026-11-22T08:05:28Z");
    assert_eq!(code(&query, &[], b""), "Rpc1");
}

#[test]
fn the_scheme_is_found_as_the_clients_show_it() {
    let roa = [("authorization", "acs a:b"), ("date", "Mon, 23 Nov 2026 18:39:34 GMT")];
    assert_eq!(code(RPC, &[], b""), "Rpc1");
    assert_eq!(code("", &[FORM], RPC.as_bytes()), "Rpc1");
    assert_eq!(code("", &ACS, b""), "Acs3");
    assert_eq!(code(RPC, &ACS, b""), "Acs3");
    assert_eq!(code("", &roa, b""), "Roa1");
    assert_eq!(code("", &[], b""), "Anonymous");
    assert_eq!(code("Signature=s", &[], b""), "MissingAccessKeyId");
    assert_eq!(code("", &[("authorization", "")], b""), "Anonymous");
}

#[test]
fn a_bearer_token_outranks_a_signature_made_without_a_secret() {
    // SOURCE: wire dossier 1.1, the Go SDK.
    let query = format!("{RPC}&SignatureType=BEARERTOKEN&BearerToken=t");
    with(&query, &[], b"", |parsed| {
        let call = parsed.expect("it is well formed");
        assert_eq!(call.scheme(), Scheme::Bearer);
        assert_eq!(call.bearer_token(), Some("t"));
        assert_eq!(call.access_key_id(), None);
    });
    with("SignatureType=BEARERTOKEN", &[("x-acs-bearer-token", "h")], b"", |parsed| {
        assert_eq!(parsed.expect("it is well formed").bearer_token(), Some("h"));
    });
    with("SignatureType=BEARERTOKEN", &[], b"", |parsed| {
        assert_eq!(parsed.expect("it is well formed").bearer_token(), None);
    });
}

#[test]
fn unsigned_headers_of_an_rpc_request_choose_nothing() {
    let headers = [("x-acs-action", "Other"), ("x-acs-version", "1999-01-01")];
    with(&format!("{RPC}&Action=Mine"), &headers, b"", |parsed| {
        let call = parsed.expect("it is well formed");
        assert_eq!(call.action(), Some("Mine"));
        assert_eq!(call.version(), None);
    });
    with("Action=FromQuery", &ACS, b"", |parsed| {
        let call = parsed.expect("it is well formed");
        assert_eq!(call.action(), Some("FromHeader"));
    });
}

#[test]
fn a_json_body_is_flattened_into_parameters() {
    let body = r#"{"Period":9007199254740993,"AutoPay":true,"Name":"é+%","None":null,
                   "Filter":[{"Key":"k","Value":["v",1.5]}],"Tag":{"A":{"B":"c"}}}"#;
    with("", &ACS, body.as_bytes(), |parsed| {
        let call = parsed.expect("it is well formed");
        assert_eq!(call.parameter("Period"), Some("9007199254740993"));
        assert_eq!(call.parameter("autopay"), Some("true"));
        assert_eq!(call.parameter("Name"), Some("é+%"));
        assert_eq!(call.parameter("None"), None);
        assert_eq!(call.parameter("Filter.1.Key"), Some("k"));
        assert_eq!(call.parameter("Filter.1.Value.2"), Some("1.5"));
        assert_eq!(call.parameter("Tag.A.B"), Some("c"));
    });
    with(RPC, &[("content-type", "application/json")], b"{\"a\":1}", |parsed| {
        assert_eq!(parsed.expect("RPC 1.0 has no JSON").parameter("a"), None);
    });
}

#[test]
fn malformed_json_is_refused() {
    let deep = "[".repeat(10_000);
    for body in ["{", "[]", "1", "{\"a\":1}x", deep.as_str()] {
        assert_eq!(code("", &ACS, body.as_bytes()), "InvalidParameter.Format");
    }
    assert_eq!(code("a=2", &ACS, b"{\"a\":1}"), "Invalida");
    assert_eq!(code("a=1", &ACS, b"{\"a\":1}"), "Acs3");
}

#[test]
fn a_json_body_cannot_speak_for_the_gateway() {
    with("", &ACS, br#"{"Format":"XML","Version":"v"}"#, |parsed| {
        let call = parsed.expect("it is well formed");
        assert_eq!(call.format(), Format::Json);
        assert_eq!(call.version(), None);
        assert_eq!(call.parameter("Format"), Some("XML"));
    });
}

#[test]
fn the_exact_name_is_preferred_to_another_case() {
    with("bandwidth=1&Bandwidth=2&OTHER=3", &[], b"", |parsed| {
        let call = parsed.expect("it is well formed");
        assert_eq!(call.parameter("Bandwidth"), Some("2"));
        assert_eq!(call.parameter("BANDWIDTH"), Some("1"));
        assert_eq!(call.parameter("other"), Some("3"));
        assert_eq!(call.parameter("missing"), None);
    });
}

#[test]
fn the_format_is_known_even_for_what_cannot_be_parsed() {
    let xml = [ACS[0], ("accept", "application/xml")];
    let table: [(&str, Headers, &str, Format); 10] = [
        ("", &[], "", Format::Xml),
        ("Format=json", &[], "", Format::Json),
        ("%=&Format=JSON&Format=XML", &[], "", Format::Json),
        ("F%6Frmat=Json", &[], "", Format::Json),
        ("", &[FORM], "Format=JSON", Format::Json),
        ("", &[], "Format=JSON", Format::Xml),
        ("Format=YAML", &[], "", Format::Xml),
        ("", &ACS, "", Format::Json),
        ("Format=XML", &ACS, "", Format::Xml),
        ("", &xml, "", Format::Xml),
    ];
    for (query, headers, body, expected) in table {
        let headers = map(headers);
        let raw = Raw { method: "PUT", path: "/", query, headers: &headers, body: body.as_bytes() };
        assert_eq!(format_of(&raw), expected, "{query} {body}");
    }
    assert_eq!(code("Format=YAML", &[], b""), "InvalidParameter.Format");
}

#[test]
fn a_call_prints_nothing_that_a_log_must_not_hold() {
    with(&format!("{RPC}&SecurityToken=tok&Action=A"), &[], b"", |parsed| {
        let printed = format!("{:?}", parsed.expect("it is well formed"));
        assert_eq!(printed, "Call { scheme: Rpc1, action: Some(\"A\"), .. }");
    });
}

/// Text that is often nearly right: names and values of real fields among noise.
fn likely_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "\\PC{0,6}",
        prop::sample::select(vec![
            "&",
            "=",
            "%",
            "+",
            "%41",
            "%C3%A9",
            "%FF",
            "Format",
            "XML",
            "Signature",
            "AccessKeyId",
            "SignatureMethod=HMAC-SHA1",
            "SignatureVersion=1.0",
            "SignatureNonce=n",
            "&Timestamp=",
            "2026-11-22T08:05:28Z",
            "SignatureType=BEARERTOKEN",
            "BearerToken",
        ])
        .prop_map(str::to_owned),
        Just(format!("&{RPC}&")),
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

fn likely_headers() -> impl Strategy<Value = HeaderMap> {
    let names = prop::sample::select(vec![
        "authorization",
        "content-type",
        "accept",
        "date",
        "host",
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-action",
        "x-acs-content-sha256",
        "content-md5",
        "x-acs-bearer-token",
        "x-acs-security-token",
    ]);
    let values = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..12),
        prop::sample::select(vec![
            ACS[0].1,
            FORM.1,
            "application/json",
            "acs a:b",
            "acs ",
            "ACS3-",
            "ACS4-HMAC-SHA256 ",
            "ACS3-HMAC-SM3 Credential=a,SignedHeaders=;x-acs-date;x-acs-signature-nonce,\
             Signature=f",
            "ACS4-HMAC-SHA256 Credential=a/1/2/3/aliyun_v4_request,SignedHeaders=x-acs-date;\
             x-acs-signature-nonce;x-acs-action;x-acs-content-sha256;x-acs-security-token,\
             Signature=00",
            "2026-11-22T08:05:28Z",
            "Mon, 23 Nov 2026 18:39:34 GMT",
            "n",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::collection::vec((names, values), 0..8).prop_map(|pairs| {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                headers.append(name, value);
            }
        }
        headers
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn arbitrary_requests_never_panic_and_agree_on_the_format(
        query in likely_text(),
        path in "\\PC{0,8}",
        headers in likely_headers(),
        body in prop_oneof![
            likely_text().prop_map(String::into_bytes),
            prop::collection::vec(any::<u8>(), 0..40),
        ],
        get in any::<bool>(),
    ) {
        let method = if get { "GET" } else { "POST" };
        let raw = Raw { method, path: &path, query: &query, headers: &headers, body: &body };
        let format = format_of(&raw);
        if let Ok(call) = parse(&raw, &Limits::default()) {
            prop_assert_eq!(call.format(), format);
            let _ = (crate::string_to_sign(&call), call.action(), call.version(), call.nonce());
            let _ = (call.access_key_id(), call.security_token(), call.stamp(), call.host());
            let key = Credential::Secret(SecretKey::new("testsecret"));
            let passes = verify(&call, &key).is_ok();
            let unsigned = matches!(call.scheme(), Scheme::Bearer | Scheme::Anonymous);
            prop_assert_eq!(passes, unsigned);
        }
    }
}
