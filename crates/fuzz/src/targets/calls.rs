//! Well-signed calls of every operation with any parameters, one after another in one world: each
//! is answered well, a refusal leaves nothing behind, and the books are in order in the end.

use crate::input::Input;
use crate::plain;
use crate::targets::gateway::check_reply;
use crate::world::{self, World};
use api::OPERATIONS;
use api::example::{Before, changed, pairs};
use crossconnect::app::App;
use crossconnect::wake;
use domain::Timestamp;
use http::{HeaderMap, HeaderName};
use wire::Raw;
use wire::client::{Place, Signed, Signer, sign_acs3, sign_rpc};

const KEYS: [&str; 8] = [
    "sandbox",
    "sandbox-2019",
    "sandbox-2019-intl",
    "sandbox-2022",
    "sandbox-2025-09",
    "sandbox-poor",
    "sandbox-readonly",
    "sandbox-denied",
];

/// More calls than these add nothing but time.
const CALLS_MAX: usize = 12;

/// The clock is moved by so much at most, in one step.
const STEP_SECONDS_MAX: i64 = 400 * 86_400;

/// Business parameters that are not the gateway's own.
fn business(text: &str) -> Vec<(String, String)> {
    const OWN: [&str; 12] = [
        "",
        "Action",
        "Version",
        "Format",
        "AccessKeyId",
        "Signature",
        "SignatureMethod",
        "SignatureVersion",
        "SignatureNonce",
        "SignatureType",
        "SecurityToken",
        "Timestamp",
    ];
    let mut found: Vec<(String, String)> = Vec::new();
    for (name, value) in plain::pairs(text) {
        let Some((name, value)) = plain::dec(&name).zip(plain::dec(&value)) else { continue };
        let ours = OWN.contains(&name.as_str());
        if !ours && name.len() <= 256 && found.iter().all(|(known, _)| *known != name) {
            found.push((name, value));
        }
    }
    found
}

/// Signs the call that a line describes: `SCHEME KEY FORMAT OPERATION name=value&…`, each of the
/// first four a number.
fn signed(line: &str, nonce: usize, stamp: &str) -> Signed {
    let mut words = line.splitn(5, ' ');
    let mut number = || {
        let word = words.next().unwrap_or_default();
        word.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(10).wrapping_add(usize::from(byte)))
    };
    let (scheme, key, format, operation) = (number(), number(), number(), number());
    let operation = OPERATIONS[operation % OPERATIONS.len()];
    let business = business(words.next().unwrap_or_default());
    let signer =
        Signer { access_key_id: KEYS[key % KEYS.len()].into(), secret: "sandbox-secret".into() };
    let (action, version) = (operation.name, operation.product.version);
    let nonce = format!("nonce-{nonce}");
    let place = if scheme & 2 == 0 { Place::Form } else { Place::Query };
    let mut parameters: Vec<(&str, &str)> =
        business.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if scheme % 2 == 0 {
        let format = if format % 2 == 0 { "JSON" } else { "XML" };
        parameters.extend([("Action", action), ("Version", version), ("Format", format)]);
        sign_rpc(&signer, "POST", &parameters, place, &nonce, stamp)
    } else {
        sign_acs3(&signer, "POST", action, version, &parameters, place, "h", &nonce, stamp)
    }
}

fn call(world: &World, app: &App, line: &str, nonce: usize) {
    let wall = world.clock().wall();
    let signed = signed(line, nonce, &Timestamp::from_ms(wall.seconds() * 1000).to_string());
    let mut headers = HeaderMap::new();
    headers.insert("host", "h".parse().expect("a value"));
    for (name, value) in &signed.headers {
        let name: HeaderName = name.parse().expect("our own names are headers");
        headers.insert(name, value.parse().expect("a value"));
    }
    let (path, query) = signed.target.split_once('?').unwrap_or((&signed.target, ""));
    let (method, body) = (signed.method.as_str(), signed.body.as_slice());
    let raw = Raw { method, path, query, headers: &headers, body };
    let before = world.commits();
    let reply = world.wait(app.gateway().answer(raw)).expect("no fault was ordered");
    check_reply(world, &raw, &reply, before);
}

/// Input: lines; `+N` moves the clock by N seconds, others are calls.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(Input::new(bytes).rest()).into_owned();
    world::with(|world| {
        let app = world.app();
        let before = world.commits();
        for (nonce, line) in text.lines().take(CALLS_MAX).enumerate() {
            if let Some(seconds) = line.strip_prefix('+') {
                let seconds = seconds.trim().parse::<i64>().unwrap_or(1).clamp(0, STEP_SECONDS_MAX);
                world.clock().set(world.clock().wall().plus_ms(seconds * 1000));
                // What is due by now happens by itself, so that no call brings it about.
                world.wait(wake::wake_due(&app));
                world.settle_down(&app);
            } else {
                call(world, &app, line, nonce);
            }
        }
        if world.commits() > before {
            let report = crossconnect::audit::Report::of(&world.path()).expect("a store");
            assert!(report.holds(), "{}", report.text());
        }
    });
}

/// The line of a call.
fn line(scheme: usize, operation: &str, call: &[(&str, &str)]) -> String {
    let place = OPERATIONS.iter().position(|known| known.name == operation).expect("it is one");
    // Numbers are read off characters: one that stands for its place.
    let word = |number: usize, modulus: usize| {
        let fits = |c: &u8| usize::from(*c) % modulus == number;
        char::from((b'!'..=b'~').find(fits).expect("as many characters as operations"))
    };
    let pair = |(n, v): &(&str, &str)| format!("{}={}", plain::enc(n), plain::enc(v));
    let pairs: Vec<_> = call.iter().map(pair).collect();
    let (key, name) = (word(0, KEYS.len()), word(place, OPERATIONS.len()));
    format!("{} {key} {} {name} {}", word(scheme, 4), word(scheme % 2, 2), pairs.join("&"))
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for operation in OPERATIONS {
        for (number, example) in operation.examples.iter().enumerate() {
            let mut lines = Vec::new();
            for before in example.before.unwrap_or(operation.example_after) {
                if let Before::Call(action, changes) = before {
                    let other = OPERATIONS.iter().find(|other| other.name == *action);
                    let call = other.expect("a test of api checks it").example_call;
                    lines.push(line(number % 4, action, &changed(call, pairs(changes))));
                }
            }
            let call = changed(operation.example_call, pairs(example.changes));
            lines.push(line(number % 4, operation.name, &call));
            lines.push("+700000".into());
            lines.push(line(0, operation.name, &call));
            seeds.push(lines.join("\n").into_bytes());
        }
    }
    seeds
}
