//! Every recorded request and each of its mutations, through the whole gateway, at the time at
//! which it was received and with its own credentials.

use crate::rig::{Rig, fresh_folder};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use crossconnect::clock::Clock;
use crossconnect::server::Parts;
use domain::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use wire::Raw;

/// The account that all fixtures' keys belong to.
const ACCOUNT: &str = "1000000000000777";

/// What authentication may say no with.
const AUTHENTICATION: &[&str] = &[
    "MissingAccessKeyId",
    "MissingSecurityToken",
    "MissingSignature",
    "MissingSignatureMethod",
    "MissingSignatureNonce",
    "MissingSignatureVersion",
    "MissingTimestamp",
    "IncompleteSignature",
    "InvalidAccessKeyId.Inactive",
    "InvalidAccessKeyId.NotFound",
    "InvalidSecurityToken.Expired",
    "InvalidSecurityToken.Malformed",
    "InvalidSecurityToken.MismatchWithAccessKey",
    "InvalidSignatureMethod",
    "InvalidSignatureVersion",
    "InvalidTimeStamp.Expired",
    "InvalidTimeStamp.Format",
    "SignatureDoesNotMatch",
    "SignatureNonceUsed",
];

/// A recorded request.
struct Fixture {
    name: String,
    expect: String,
    credentials: Value,
    at: Timestamp,
    request: Value,
}

impl Fixture {
    fn read(path: &PathBuf) -> Self {
        let text = std::fs::read_to_string(path).expect("a fixture that can be read");
        let mut whole: Value = serde_json::from_str(&text).expect("a fixture is JSON");
        let word = |name: &str| whole[name].as_str().map(str::to_owned);
        let request = whole["request"].clone();
        let at = word("received_at").unwrap_or_else(|| own_time(&request));
        Self {
            name: word("name").expect("a name"),
            expect: word("expect").expect("a verdict"),
            at: Timestamp::parse(&at).expect("a time"),
            credentials: whole["credentials"].take(),
            request,
        }
    }

    fn passes(&self) -> bool {
        matches!(self.expect.as_str(), "valid" | "bearer")
    }
}

/// The published examples were never received: they come at the time that they themselves say.
fn own_time(request: &Value) -> String {
    let query = request["query"].as_str().expect("a query");
    if let Some((_, rest)) = query.split_once("Timestamp=") {
        return rest.split('&').next().expect("a value").replace("%3A", ":");
    }
    let headers = request["headers"].as_array().expect("headers");
    let date = headers.iter().find(|pair| pair[0] == "x-acs-date").expect("a date");
    date[1].as_str().expect("text").to_owned()
}

/// All of them in the order in which they came; mutations before what they were made from, so that
/// none is refused for its nonce alone.
fn fixtures() -> Vec<Fixture> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/wire");
    let entries = std::fs::read_dir(folder).expect("the folder of fixtures");
    let paths = entries.map(|entry| entry.expect("an entry that can be read").path());
    let is_fixture = |path: &PathBuf| path.extension().is_some_and(|end| end == "json");
    let mut all: Vec<Fixture> = paths.filter(is_fixture).map(|path| Fixture::read(&path)).collect();
    all.sort_by(|a, b| (a.at, a.passes(), &a.name).cmp(&(b.at, b.passes(), &b.name)));
    all
}

/// A DER value: its tag, its length in as few bytes as can be, its content.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("a key of a few kilobytes").to_be_bytes();
    let length = match length {
        [0, short @ 0..=127] => vec![short],
        [0, byte] => vec![0x81, byte],
        [high, low] => vec![0x82, high, low],
    };
    [&[tag], length.as_slice(), content].concat()
}

/// A positive DER integer: with a zero in front where its first bit would read as a sign.
fn der_integer(bytes: &[u8]) -> Vec<u8> {
    let digits = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
    let sign: &[u8] = if digits.first().is_none_or(|byte| *byte > 127) { &[0] } else { &[] };
    der(2, &[sign, digits].concat())
}

/// `-----BEGIN RSA PUBLIC KEY-----` (RFC 8017) of a modulus in hex and an exponent.
fn pem(modulus: &str, exponent: u64) -> String {
    let hex = |place: usize| {
        u8::from_str_radix(&modulus[place..place + 2], 16).expect("a modulus in hex")
    };
    let modulus: Vec<u8> = (0..modulus.len()).step_by(2).map(hex).collect();
    let numbers = [der_integer(&modulus), der_integer(&exponent.to_be_bytes())].concat();
    let text = BASE64_STANDARD.encode(der(0x30, &numbers));
    let mut pem = "-----BEGIN RSA PUBLIC KEY-----\n".to_owned();
    for line in text.as_bytes().chunks(64) {
        pem.push_str(std::str::from_utf8(line).expect("base64 is ASCII"));
        pem.push('\n');
    }
    pem + "-----END RSA PUBLIC KEY-----\n"
}

/// The control call that makes a fixture's key known; none for anonymous ones.
fn key_of(credentials: &Value) -> Option<Value> {
    let fields = credentials.as_object().filter(|fields| !fields.is_empty())?;
    let mut key = json!({"account": ACCOUNT, "access_key_id": "bearer", "secret": "unused"});
    for (name, value) in fields {
        match name.as_str() {
            "access_key_id" | "security_token" | "bearer_token" => key[name] = value.clone(),
            "access_key_secret" => key["secret"] = value.clone(),
            "rsa_n" => {
                let exponent = credentials["rsa_e"].as_u64().expect("an exponent");
                key["public_key"] = pem(value.as_str().expect("hex"), exponent).into();
                key.as_object_mut().expect("an object").remove("secret");
            }
            "rsa_e" => {}
            other => panic!("a credential called {other}"),
        }
    }
    Some(key)
}

/// A server whose clock stands at `at`, and one account.
async fn rig_at(clock: &Arc<Clock>) -> Rig {
    let parts = Parts { clock: Some(Arc::clone(clock)), ..Parts::default() };
    let rig = Rig::open(&fresh_folder(), &[], parts).await;
    rig.open_account(ACCOUNT, "USD").await;
    rig
}

/// Sends a fixture as it was: status, code if it is an error, and whether it was let in.
async fn send(rig: &Rig, fixture: &Fixture) -> (u16, String, bool) {
    let reply = reply(rig, fixture).await;
    let body = String::from_utf8(reply.body).expect("UTF-8");
    let trace = rig.app.requests.find("default", &reply.request.to_string());
    let let_in = trace.is_some_and(|trace| !trace["account"].is_null());
    (reply.status, if reply.status == 200 { String::new() } else { code_of(&body) }, let_in)
}

/// Sends a fixture as it was.
async fn reply(rig: &Rig, fixture: &Fixture) -> crossconnect::gateway::Reply {
    let text = |name: &str| fixture.request[name].as_str().expect("a text");
    let mut headers = http::HeaderMap::new();
    for pair in fixture.request["headers"].as_array().expect("headers") {
        let name: http::HeaderName = pair[0].as_str().expect("text").parse().expect("a name");
        headers.append(name, pair[1].as_str().expect("text").parse().expect("a value"));
    }
    let (method, path, query) = (text("method"), text("path"), text("query"));
    let body = text("body").as_bytes();
    let raw = Raw { method, path, query, headers: &headers, body };
    rig.app.gateway().answer(raw).await.expect("an answer")
}

/// What the aliyun CLI asks for `--estimate-cost` and `list-supported-pricing-apis`, as it was
/// recorded, is answered as it reads it.
#[tokio::test(flavor = "multi_thread")]
async fn the_clis_price_quotes_are_answered_as_it_reads_them() {
    let recorded = |name: &str| {
        let found = fixtures().into_iter().find(|fixture| fixture.name == name);
        found.unwrap_or_else(|| panic!("{name} was recorded"))
    };
    let quote = recorded("aliyun-cli-roa__quote-1");
    let rig = rig_at(&Arc::new(Clock::stopped(quote.at))).await;
    rig.post("/keys", key_of(&quote.credentials).expect("it is signed")).await;
    let told = async |fixture: &Fixture| {
        let reply = reply(&rig, fixture).await;
        assert_eq!(reply.status, 200);
        serde_json::from_slice::<Value>(&reply.body).expect("JSON")
    };
    let refused = told(&quote).await;
    assert_eq!(refused["price"]["success"], false);
    assert_eq!(refused["price"]["errorCode"], "InvalidPhysicalConnectionId.NotFound");
    let circuit = json!({"account": ACCOUNT, "region": "cn-hangzhou", "status": "Confirmed",
        "id": "pc-stub0001"});
    rig.post("/circuits", circuit).await;
    // Signatures of paths have no nonce.
    let price = told(&quote).await["price"].take();
    assert_eq!((&price["success"], &price["pricingMode"]), (&json!(true), &json!("single")));
    let summary = &price["priceSummary"];
    assert_eq!(summary["effectiveModuleSum"], json!(170.0));
    assert_eq!((&summary["currency"], &summary["pricingUnit"]), (&json!("USD"), &json!("2 Month")));
    let list = told(&recorded("aliyun-cli-roa__supported-apis-4")).await;
    let names = list["supportedApis"].as_array().expect("a list").iter();
    let names: Vec<&str> = names.filter_map(|entry| entry["apiName"].as_str()).collect();
    let expected = [
        "CreatePhysicalConnectionOccupancyOrder",
        "EnablePhysicalConnection",
        "RenewInstance",
        "RefundInstance",
        "PayOrder",
    ];
    assert_eq!(names, expected);
    rig.end().await;
}

/// `Code` of an error in either format.
fn code_of(body: &str) -> String {
    let json = || serde_json::from_str::<Value>(body).ok()?["Code"].as_str().map(str::to_owned);
    let xml = || Some(body.split_once("<Code>")?.1.split_once("</Code>")?.0.to_owned());
    json().or_else(xml).unwrap_or_else(|| panic!("no code: {body}"))
}

/// Everything that could have been written, but for the clock.
async fn written(rig: &Rig) -> Value {
    let mut state = rig.state().await;
    state["clock"] = Value::Null;
    state
}

/// What is wrong with what became of a fixture, if anything is.
fn wrong(fixture: &Fixture, status: u16, code: &str, let_in: bool) -> Option<&'static str> {
    let refused = AUTHENTICATION.contains(&code);
    match fixture.expect.as_str() {
        "valid" | "bearer" if refused || !let_in => Some("it should be let in"),
        "valid" | "bearer" => None,
        "anonymous" => ((status, code) != (400, "MissingAccessKeyId")).then_some("nobody speaks"),
        _ if !refused || let_in => Some("it should be refused"),
        _ if code == "SignatureNonceUsed" => Some("its nonce hides its signature"),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_request_is_let_in_and_every_mutation_is_refused() {
    let all = fixtures();
    assert_eq!(all.len(), 294);
    let (mut failures, mut let_in_count) = (Vec::new(), 0);
    let mut years = BTreeMap::<i64, Vec<Fixture>>::new();
    for fixture in all {
        // A server's life: the published examples are years apart from the others.
        years.entry(fixture.at.seconds() / 86_400 / 365).or_default().push(fixture);
    }
    for fixtures in years.into_values() {
        let clock = Arc::new(Clock::stopped(fixtures[0].at));
        let rig = rig_at(&clock).await;
        let mut known = Value::Null;
        for fixture in &fixtures {
            clock.set(fixture.at);
            if known != fixture.credentials
                && let Some(key) = key_of(&fixture.credentials)
            {
                rig.post("/keys", key).await;
                known = fixture.credentials.clone();
            }
            let before = written(&rig).await;
            let (status, code, let_in) = send(&rig, fixture).await;
            let_in_count += usize::from(let_in);
            if let Some(why) = wrong(fixture, status, &code, let_in) {
                failures.push(format!("{}: {why}: {status} {code}", fixture.name));
            }
            if !fixture.passes() && written(&rig).await != before {
                failures.push(format!("{}: it was refused and changed something", fixture.name));
            }
        }
        rig.end().await;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(let_in_count, 70, "68 that are valid, 2 with a bearer token");
}

#[test]
fn the_fixtures_speak_every_scheme() {
    let scheme = |fixture: &Fixture| {
        let headers = fixture.request["headers"].as_array().expect("headers").iter();
        let mut named =
            headers.filter(|pair| pair[0] == "Authorization" || pair[0] == "authorization");
        let text = named.next().map_or("RPC", |pair| pair[1].as_str().expect("text"));
        text.split(' ').next().expect("a word").to_owned()
    };
    let schemes: HashSet<String> = fixtures().iter().filter(|f| f.passes()).map(scheme).collect();
    for wanted in
        ["RPC", "acs", "ACS3-HMAC-SHA256", "ACS3-HMAC-SM3", "ACS3-RSA-SHA256", "ACS4-HMAC-SHA256"]
    {
        assert!(schemes.contains(wanted), "{wanted} of {schemes:?}");
    }
}
