//! Parameters of query, form and JSON body: decoded, limited and compared as a plain reader does.

use crate::fixtures;
use crate::input::{Input, Seed};
use crate::plain;
use http::{HeaderMap, HeaderValue};
use serde_json::Value;
use std::collections::BTreeMap;
use wire::{Format, Limits, Raw, format_of, parse};

const FORM: &str = "application/x-www-form-urlencoded";

/// Small ones, so that they are met.
const LIMITS: Limits = Limits { parameter_bytes_max: 48, parameters_max: 24 };

/// SOURCE: none; `wire` assumes it, and its tests name it.
const NAME_BYTES_MAX: usize = 256;

/// Reads parameters one by one.
struct Reader {
    found: Vec<(String, String)>,
}

impl Reader {
    fn take(&mut self, name: String, value: String) -> Result<(), String> {
        if self.found.len() == LIMITS.parameters_max || name.is_empty() {
            return Err(format_error());
        }
        if name.len() > NAME_BYTES_MAX {
            return Err(format_error());
        }
        if value.len() > LIMITS.parameter_bytes_max {
            return Err(format!("Invalid{name}"));
        }
        self.found.push((name, value));
        Ok(())
    }

    fn take_text(&mut self, text: &str) -> Result<(), String> {
        for (name, value) in plain::pairs(text) {
            let name = plain::dec(&name).ok_or_else(format_error)?;
            let value = plain::dec(&value).ok_or_else(format_error)?;
            self.take(name, value)?;
        }
        Ok(())
    }

    fn take_json(&mut self, name: String, value: &Value) -> Result<(), String> {
        if name.len() > NAME_BYTES_MAX {
            return Err(format_error());
        }
        match value {
            Value::Null => Ok(()),
            Value::Array(items) => items.iter().enumerate().try_for_each(|(place, item)| {
                self.take_json(format!("{name}.{}", place + 1), item)
            }),
            Value::Object(members) => members
                .iter()
                .try_for_each(|(key, item)| self.take_json(format!("{name}.{key}"), item)),
            Value::String(text) => self.take(name, text.clone()),
            other => self.take(name, other.to_string()),
        }
    }

    /// Each name once; the code when one has two values.
    fn finish(self) -> Result<Vec<(String, String)>, String> {
        let mut first = BTreeMap::new();
        let mut kept = Vec::new();
        let mut unequal = std::collections::BTreeSet::new();
        for (name, value) in self.found {
            match first.get(&name) {
                None => {
                    first.insert(name.clone(), value.clone());
                    kept.push((name, value));
                }
                Some(earlier) if *earlier == value => {}
                Some(_) => drop(unequal.insert(name)),
            }
        }
        match unequal.first() {
            Some(name) => Err(format!("Invalid{name}")),
            None => Ok(kept),
        }
    }
}

fn format_error() -> String {
    "InvalidParameter.Format".into()
}

/// What the parameters of a request are, or the code of its refusal.
fn read(query: &str, body: &[u8], kind: u8) -> Result<Vec<(String, String)>, String> {
    let mut reader = Reader { found: Vec::new() };
    reader.take_text(query)?;
    if !body.is_empty() && kind == 1 {
        let text = std::str::from_utf8(body).map_err(|_| format_error())?;
        reader.take_text(text)?;
    }
    if !body.is_empty() && kind == 2 {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => {
                for (name, value) in &members {
                    reader.take_json(name.clone(), value)?;
                }
            }
            _ => return Err(format_error()),
        }
    }
    reader.finish()
}

/// The format that is asked for, read leniently; `None` when nobody asks.
fn asked(query: &str, form: &str) -> Option<Format> {
    for (name, value) in plain::pairs(query).into_iter().chain(plain::pairs(form)) {
        if plain::dec(&name).as_deref() == Some("Format") {
            match plain::dec(&value).unwrap_or_default().to_ascii_uppercase().as_str() {
                "JSON" => return Some(Format::Json),
                "XML" => return Some(Format::Xml),
                _ => {}
            }
        }
    }
    None
}

/// No body, a form, or JSON under a header that makes it count.
fn headers_of(kind: u8) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut put = |name, value| drop(headers.insert(name, HeaderValue::from_static(value)));
    match kind {
        1 => put("content-type", FORM),
        2 => {
            put("content-type", "application/json; charset=utf-8");
            put(
                "authorization",
                "ACS3-HMAC-SHA256 Credential=a,\
                 SignedHeaders=x-acs-date;x-acs-signature-nonce,Signature=00",
            );
            put("x-acs-date", "2026-11-22T08:05:28Z");
            put("x-acs-signature-nonce", "n");
        }
        _ => {}
    }
    headers
}

/// Input: kind of body, query, body.
pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let kind = input.byte() % 3;
    let query = input.text();
    let body = input.rest();
    let headers = headers_of(kind);
    let raw = Raw { method: "POST", path: "/", query: &query, headers: &headers, body };
    let form = if kind == 1 { std::str::from_utf8(body).unwrap_or_default() } else { "" };
    let default = if kind == 2 { Format::Json } else { Format::Xml };
    assert_eq!(format_of(&raw), asked(&query, form).unwrap_or(default));
    match (read(&query, body, kind), parse(&raw, &LIMITS)) {
        (Err(code), Err(reject)) => assert_eq!(reject.code, code),
        (Err(code), Ok(_)) => panic!("it was read, and is {code}"),
        // Authentication has its own reasons to refuse, each after the parameters were read.
        (Ok(_), Err(reject)) => assert!(reject.status == 400 && !reject.code.is_empty()),
        (Ok(expected), Ok(call)) => {
            let found: Vec<_> = call.parameters().collect();
            let expected: Vec<_> =
                expected.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(found, expected);
            for (name, value) in expected {
                assert_eq!(call.parameter(name), Some(value));
            }
        }
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let seed = |fixture: &fixtures::Fixture| {
        let kind = match fixture.header("content-type") {
            Some(FORM) => 1,
            Some(json) if json.contains("json") => 2,
            _ => 0,
        };
        Seed::default().byte(kind).text(&fixture.query).rest(fixture.body.as_bytes())
    };
    fixtures::all().iter().map(seed).collect()
}
