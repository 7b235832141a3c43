//! The gateway itself: any method, path, query, headers and body get a well-formed answer in the
//! asked format, and a refusal leaves nothing behind.

use crate::fixtures;
use crate::input::{Input, Seed};
use crate::world::{self, World};
use crossconnect::gateway::Reply;
use http::{HeaderMap, HeaderName, HeaderValue};
use quick_xml::events::Event;
use serde_json::Value;
use wire::{Format, Raw};

/// The elements of an answer in XML: each one's path and its own text, in order of their
/// beginnings. Panics where a reader that keeps to the letter of XML 1.0 would refuse.
pub fn xml_elements(xml: &str) -> Vec<(String, String)> {
    let body = xml.strip_prefix("<?xml version='1.0' encoding='UTF-8'?>").expect("a declaration");
    // A reader of XML 1.0 sees each end of a line as one line feed (2.11).
    let body = body.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = quick_xml::Reader::from_str(&body);
    let (mut found, mut open): (Vec<(String, String)>, Vec<usize>) = (vec![], vec![]);
    loop {
        let text = match reader.read_event().expect("XML") {
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                let path =
                    open.last().map_or(name.clone(), |&outer| format!("{}.{name}", found[outer].0));
                open.push(found.len());
                found.push((path, String::new()));
                continue;
            }
            Event::End(_) => {
                open.pop().expect("what ends has begun");
                continue;
            }
            Event::Text(text) => text.to_string(),
            Event::CData(text) => text.to_string(),
            Event::GeneralRef(name) => {
                quick_xml::escape::unescape(&format!("&{};", &*name)).expect("known").into_owned()
            }
            Event::Eof => break,
            other => panic!("{other:?} in {xml}"),
        };
        let forbidden = |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r');
        assert!(!text.contains(forbidden), "{xml:?}");
        found[*open.last().expect("text stands inside the root")].1.push_str(&text);
    }
    assert!(open.is_empty() && !found.is_empty(), "{xml}");
    found
}

/// Fails unless a body is a whole answer of its status in its format, and names its request.
pub fn check_body(status: u16, format: Format, body: &[u8], request: Option<&str>) {
    let text = std::str::from_utf8(body).expect("an answer is UTF-8");
    assert!((200..500).contains(&status), "{status}: {text}");
    let (id, code) = match format {
        Format::Json => {
            let body: Value = serde_json::from_str(text).expect("JSON");
            let word = |name: &str| body[name].as_str().map(str::to_owned);
            (word("RequestId").or_else(|| word("requestId")), word("Code"))
        }
        Format::Xml => {
            let found = xml_elements(text);
            let word = |name: &str| {
                let named = |path: &str| path.split_once('.').is_some_and(|(_, n)| n == name);
                found.iter().find(|(path, _)| named(path)).map(|(_, text)| text.clone())
            };
            (word("RequestId").or_else(|| word("requestId")), word("Code"))
        }
    };
    assert!(id.is_some() && (status < 400) <= (id.as_deref().is_some_and(|id| id.len() == 36)));
    if let Some(request) = request {
        assert_eq!(id.as_deref(), Some(request), "{text}");
    }
    assert!(status < 400 || code.is_some_and(|code| !code.is_empty()), "{text}");
}

/// Fails unless the answer is whole, in the asked format, and a refusal left nothing behind.
pub fn check_reply(world: &World, raw: &Raw, reply: &Reply, commits_before: usize) {
    assert_eq!(reply.format, wire::format_of(raw));
    check_body(reply.status, reply.format, &reply.body, Some(&reply.request.to_string()));
    if reply.status >= 400 {
        assert_eq!(world.commits(), commits_before, "a refusal wrote something");
    }
}

/// Input: method, path, query, headers as `name: value` pieces up to an empty one, body.
pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let (method, path, query) = (input.text(), input.text(), input.text());
    let mut headers = HeaderMap::new();
    while let piece @ [_, ..] = input.piece() {
        let colon = piece.iter().position(|byte| *byte == b':').unwrap_or(piece.len());
        let (name, value) = piece.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        if let Ok(name) = HeaderName::from_bytes(name)
            && let Ok(value) = HeaderValue::from_bytes(value)
        {
            headers.append(name, value);
        }
    }
    let body = input.rest();
    let raw = Raw { method: &method, path: &path, query: &query, headers: &headers, body };
    world::with(|world| {
        let app = world.app();
        let before = world.commits();
        let worlds = app.store.worlds().len();
        let reply = world.wait(app.gateway().answer(raw)).expect("no fault was ordered");
        // A key that verifies opens its world, whatever then becomes of the call.
        let opened = app.store.worlds().len() > worlds;
        check_reply(world, &raw, &reply, if opened { world.commits() } else { before });
    });
}

pub fn seeds() -> Vec<Vec<u8>> {
    let seed = |fixture: &fixtures::Fixture| {
        let mut seed = Seed::default().text(&fixture.method).text(&fixture.path);
        seed = seed.text(&fixture.query);
        for (name, value) in &fixture.headers {
            seed = seed.text(&format!("{name}: {value}"));
        }
        seed.text("").rest(fixture.body.as_bytes())
    };
    fixtures::all().iter().map(seed).collect()
}
