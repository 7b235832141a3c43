//! Answers and refusals in JSON and XML: always well formed, always read back as they were meant.

use crate::input::{Input, Seed};
use crate::targets::gateway::xml_elements;
use serde_json::{Map, Value, json};
use wire::{AccessDenied, Format, Head, Items, Reject, Root, Writer, encode, encode_reject};

const NAMES: [&str; 6] = ["RequestId", "Data", "Set", "Type", "Total_Count", "x"];
const DEPTH_MAX: u8 = 5;
const REQUEST_ID: &str = "3EE8C1B8-83D3-44AF-A94F-4E0AD82FD6CF";

/// A value of an answer.
enum Node {
    Object(Vec<(&'static str, Node)>),
    List(Vec<Node>),
    Text(String),
    Number(i64),
    /// So many 1/10000.
    Decimal(i64),
    Bool(bool),
    RequestId,
}

impl Node {
    fn write(&self, name: &str, writer: &mut Writer) {
        match self {
            Self::Object(fields) => writer.object(name, |inside| write_all(fields, inside)),
            Self::List(items) => writer.list(name, |list| {
                for item in items {
                    item.write_item(list);
                }
            }),
            Self::Text(text) => writer.text(name, text),
            Self::Number(number) => writer.number(name, *number),
            Self::Decimal(parts) => writer.decimal(name, &decimal(*parts)),
            Self::Bool(value) => writer.boolean(name, *value),
            Self::RequestId => writer.request_id(name),
        }
    }

    fn write_item(&self, items: &mut Items) {
        match self {
            Self::Object(fields) => items.object(|inside| write_all(fields, inside)),
            Self::Number(number) => items.number(*number),
            Self::Text(text) => items.text(text),
            Self::List(_) | Self::Decimal(_) | Self::Bool(_) | Self::RequestId => {
                unreachable!("no such items")
            }
        }
    }
}

/// So many 1/10000, as written: all four digits.
fn decimal(parts: i64) -> String {
    let digits = format!("{:05}", parts.unsigned_abs());
    let (whole, fraction) = digits.split_at(digits.len() - 4);
    format!("{}{whole}.{fraction}", if parts < 0 { "-" } else { "" })
}

fn write_all(fields: &[(&'static str, Node)], writer: &mut Writer) {
    for (name, value) in fields {
        value.write(name, writer);
    }
}

/// Fields, so many.
fn fields(input: &mut Input, depth: u8) -> Vec<(&'static str, Node)> {
    let count = usize::from(input.byte()) % (NAMES.len() + 1);
    NAMES[..count].iter().map(|name| (*name, node(input, depth + 1, false))).collect()
}

/// A tree, of some depth; in a list stand objects, numbers and texts.
fn node(input: &mut Input, depth: u8, in_list: bool) -> Node {
    match input.byte() % 9 {
        0 | 1 if depth < DEPTH_MAX => Node::Object(fields(input, depth)),
        2 if depth < DEPTH_MAX && !in_list => {
            let count = input.byte() % 4;
            Node::List((0..count).map(|_| node(input, depth + 1, true)).collect())
        }
        3 => {
            let digits = [(); 8].map(|()| input.byte());
            Node::Number(i64::from_be_bytes(digits))
        }
        8 if !in_list => {
            let digits = [(); 8].map(|()| input.byte());
            Node::Decimal(i64::from_be_bytes(digits))
        }
        4 if !in_list => Node::Bool(!input.flag()),
        5 if !in_list => Node::RequestId,
        _ => Node::Text(input.text()),
    }
}

/// What JSON says.
fn as_json(node: &Node) -> Value {
    match node {
        Node::Object(fields) => {
            let member = |(name, value): &(&str, Node)| ((*name).to_owned(), as_json(value));
            Value::Object(fields.iter().map(member).collect::<Map<_, _>>())
        }
        Node::List(items) => Value::Array(items.iter().map(as_json).collect()),
        Node::Text(text) => Value::String(text.clone()),
        Node::Number(number) => json!(number),
        Node::Decimal(parts) => serde_json::from_str(&decimal(*parts)).expect("a number"),
        Node::Bool(value) => json!(value),
        Node::RequestId => json!(REQUEST_ID),
    }
}

/// The elements that XML holds: each one's path and its own text, in order of their beginnings.
fn as_xml(path: &str, node: &Node, found: &mut Vec<(String, String)>) {
    let mut put = |text: String| found.push((path.to_owned(), text));
    match node {
        Node::Object(fields) => {
            put(String::new());
            for (name, value) in fields {
                as_xml(&format!("{path}.{name}"), value, found);
            }
        }
        Node::List(items) => items.iter().for_each(|item| as_xml(path, item, found)),
        Node::Text(text) => put(holdable(text)),
        Node::Number(number) => put(number.to_string()),
        Node::Decimal(parts) => put(decimal(*parts)),
        Node::Bool(value) => put(value.to_string()),
        Node::RequestId => put(REQUEST_ID.into()),
    }
}

/// A text as XML 1.0 can hold it, by its production `Char`.
fn holdable(text: &str) -> String {
    let held = |c: char| {
        matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}')
            || matches!(c, '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
    };
    text.chars().map(|c| if held(c) { c } else { '\u{fffd}' }).collect()
}

fn encoded(format: Format, told: impl FnOnce(Format, &Head, &mut Vec<u8>), host: &str) -> String {
    let head = Head { request_id: REQUEST_ID, host, product: "Vpc" };
    let mut out = Vec::new();
    told(format, &head, &mut out);
    String::from_utf8(out).expect("an answer is UTF-8")
}

fn check_answer(fields: Vec<(&'static str, Node)>, host: &str) {
    let told = |format, head: &Head, out: &mut Vec<u8>| {
        let root = Root { action: "The", bare: false };
        encode(root, format, head, out, |writer| write_all(&fields, writer));
    };
    let (json, xml) = (encoded(Format::Json, told, host), encoded(Format::Xml, told, host));
    let body = Node::Object(fields);
    let read: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(read, as_json(&body), "{json}");
    let mut expected = Vec::new();
    as_xml("TheResponse", &body, &mut expected);
    assert_eq!(xml_elements(&xml), expected, "{xml}");
}

fn check_reject(code: &str, message: &str, denied: Option<&AccessDenied>, host: &str) {
    let reject = Reject::new(403, code.to_owned(), message.to_owned());
    let told = |format, head: &Head, out: &mut Vec<u8>| {
        encode_reject(&reject, denied, format, head, out);
    };
    let read: Value = serde_json::from_str(&encoded(Format::Json, told, host)).expect("JSON");
    assert_eq!((&read["Code"], &read["Message"]), (&json!(code), &json!(message)));
    assert_eq!(read["RequestId"], json!(REQUEST_ID));
    let link = |code: &str| {
        let code = crate::plain::enc(code);
        format!("https://api.aliyun.com/troubleshoot?q={code}&product=Vpc&requestId={REQUEST_ID}")
    };
    assert_eq!(read["Recommend"], json!(link(code)));
    let found = xml_elements(&encoded(Format::Xml, told, host));
    let element = |path: &str| {
        let found = found.iter().find(|(known, _)| known == path);
        found.map_or("absent", |(_, text)| text.as_str()).to_owned()
    };
    assert_eq!(element("Error.Code"), holdable(code));
    assert_eq!(element("Error.Message"), holdable(message));
    assert_eq!(element("Error.Recommend"), link(code));
    let host = read["HostId"].as_str().expect("a text");
    assert_eq!(element("Error.HostId"), holdable(host));
    if let Some(denied) = denied {
        let detail = &read["AccessDeniedDetail"];
        for (name, text) in [
            ("AuthAction", &denied.auth_action),
            ("AuthPrincipalDisplayName", &denied.principal_display_name),
            ("NoPermissionType", &denied.no_permission_type),
        ] {
            assert_eq!(detail[name], json!(text));
            assert_eq!(element(&format!("Error.AccessDeniedDetail.{name}")), holdable(text));
        }
    }
}

/// Input: kind; a refusal's code, message, host and details, or host and a tree.
pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    match input.byte() % 3 {
        0 => {
            let (code, message, host) = (input.text(), input.text(), input.text());
            check_reject(&code, &message, None, &host);
        }
        1 => {
            let [code, message, host, action, name, kind] = [(); 6].map(|()| input.text());
            let denied = AccessDenied {
                auth_action: action,
                principal_display_name: name,
                no_permission_type: kind,
                ..AccessDenied::default()
            };
            check_reject(&code, &message, Some(&denied), &host);
        }
        _ => {
            let host = input.text();
            check_answer(fields(&mut input, 0), &host);
        }
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let texts = ["", "a", "<&>\"'", "]]>", "\u{1}\u{fffe}\t\n", "é杭\u{1F600}", "a\\b\"c", "&amp;"];
    let mut seeds = Vec::new();
    for (place, text) in texts.iter().enumerate() {
        let other = texts[(place + 3) % texts.len()];
        seeds.push(Seed::default().byte(0).text(text).text(other).rest(b"127.0.0.1:8616"));
        let whole = Seed::default().byte(1).text("Forbidden.RAM").text(text).text("[::1]:80");
        seeds.push(whole.text(other).text(text).rest(other.as_bytes()));
        let tree = Seed::default().byte(2).text("host").byte(6);
        let tree = tree.byte(5).byte(2).byte(2).byte(6).text(text).byte(0).byte(1).byte(4);
        let number = tree.byte(1).byte(3);
        let number = [0x7F, 0xFF, 0, 0, 0, 0, 0, 1].into_iter().fold(number, Seed::byte);
        seeds.push(number.byte(6).text(other).byte(4).byte(0).byte(6).rest(text.as_bytes()));
    }
    let decimal = Seed::default().byte(2).text("host").byte(1).byte(8);
    seeds.push(decimal.rest(&(-1234_i64).to_be_bytes()));
    seeds
}
