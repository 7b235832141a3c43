//! Whether an answer is what the model says. One look at a body whether it is JSON or XML.

use crate::model::{Expect, Leaf};
use crate::rig::Back;
use quick_xml::events::Event;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Why an answer is not what it must be.
pub type Wrong = String;

/// Compares an answer with what it must be.
pub fn check(back: Option<&Back>, expect: &Expect) -> Result<(), Wrong> {
    let Some(back) = back else {
        return match expect {
            Expect::Cut => Ok(()),
            other => Err(format!("the connection was cut; the model says {other:?}")),
        };
    };
    let wrong = |what: &str| {
        Err(format!("{what}\n    answered {} {}\n    model    {expect:?}", back.status, back.body))
    };
    let tree = tree(back)?;
    if !back.request.is_empty() {
        let told = ["RequestId", "requestId"].map(|name| find(&tree, name));
        if !told.iter().flatten().any(|told| told.as_str() == Some(&back.request)) {
            return wrong("the body does not tell its request id");
        }
    }
    match expect {
        Expect::Cut => wrong("the connection was to be cut"),
        Expect::Error(status, code) => {
            let told = find(&tree, if back.request.is_empty() { "error.code" } else { "Code" });
            if back.status == *status && told.and_then(Value::as_str) == Some(code) {
                Ok(())
            } else {
                wrong("another status or code")
            }
        }
        Expect::Answer { leaves, replay_of } => {
            if back.status != 200 {
                return wrong("not a success");
            }
            if back.replay_of != *replay_of {
                return wrong(&format!("replays {:?}", back.replay_of));
            }
            for leaf in leaves {
                if let Err(why) = check_leaf(&tree, leaf) {
                    return wrong(&why);
                }
            }
            Ok(())
        }
    }
}

fn check_leaf(tree: &Value, leaf: &Leaf) -> Result<(), Wrong> {
    match leaf {
        Leaf::Is(path, text) => {
            let told = find(tree, path);
            let found = told.map(text_of).unwrap_or_default();
            let same = found == *text || told.is_some_and(|told| is_number(told, text));
            if same { Ok(()) } else { Err(format!("{path} is {found:?}, not {text:?}")) }
        }
        Leaf::Count(path, count) => {
            let found = members(tree, path).len();
            if found == *count {
                Ok(())
            } else {
                Err(format!("{path} has {found} members, not {count}"))
            }
        }
        Leaf::Set(path, field, texts) => {
            let mut found: Vec<Cow<str>> = members(tree, path)
                .iter()
                .map(|member| text_of(member.get(field).unwrap_or(&Value::Null)))
                .collect();
            let mut wanted: Vec<Cow<str>> = texts.iter().map(|text| text.as_str().into()).collect();
            found.sort();
            wanted.sort();
            if found == wanted { Ok(()) } else { Err(format!("{path} has {found:?}")) }
        }
    }
}

/// Whether a value is a number, and the one that a text is: JSON does not say how it was written.
fn is_number(told: &Value, text: &str) -> bool {
    told.is_number()
        && serde_json::from_str::<Value>(text).is_ok_and(|n| n.as_f64() == told.as_f64())
}

fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.into(),
        Value::Null => "".into(),
        other => other.to_string().into(),
    }
}

/// The members of a list. In XML a list of one is that one, and an empty list is nothing.
fn members<'t>(tree: &'t Value, path: &str) -> &'t [Value] {
    match find(tree, path) {
        Some(Value::Array(members)) => members,
        Some(Value::Null) | None => &[],
        Some(Value::String(text)) if text.is_empty() => &[],
        Some(one) => std::slice::from_ref(one),
    }
}

/// The value at a path of names and places joined by dots.
fn find<'t>(tree: &'t Value, path: &str) -> Option<&'t Value> {
    let mut here = tree;
    for part in path.split('.') {
        here = match (here, part.parse::<usize>()) {
            (Value::Array(members), Ok(place)) => members.get(place)?,
            // XML does not say that a list is one when it has one member.
            (other, Ok(0)) => other,
            (other, _) => other.get(part)?,
        };
    }
    Some(here)
}

fn tree(back: &Back) -> Result<Value, Wrong> {
    if back.is_json {
        if back.body.is_empty() {
            return Ok(Value::Null);
        }
        return serde_json::from_str(&back.body)
            .map_err(|error| format!("no JSON: {error}: {}", back.body));
    }
    xml_tree(&back.body).map_err(|error| format!("no XML: {error}: {}", back.body))
}

/// XML as a tree of the JSON kind: an element is its text or its children, a name that occurs
/// several times is a list. The root's name is left out.
fn xml_tree(text: &str) -> Result<Value, String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut open: Vec<(String, Map<String, Value>, String)> = Vec::new();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                open.push((name, Map::new(), String::new()));
            }
            Event::Empty(empty) => {
                let name = empty.name().as_ref().to_owned();
                let (_, children, _) = open.last_mut().ok_or("an element outside the root")?;
                add(children, name, Value::String(String::new()));
            }
            Event::Text(text) => {
                let (_, _, so_far) = open.last_mut().ok_or("text outside the root")?;
                so_far.push_str(&text);
            }
            Event::CData(text) => {
                let (_, _, so_far) = open.last_mut().ok_or("text outside the root")?;
                so_far.push_str(&text);
            }
            Event::GeneralRef(reference) => {
                let (_, _, so_far) = open.last_mut().ok_or("text outside the root")?;
                let escaped = format!("&{};", &*reference);
                let plain = quick_xml::escape::unescape(&escaped);
                so_far.push_str(&plain.map_err(|error| error.to_string())?);
            }
            Event::End(_) => {
                let (name, children, text) = open.pop().ok_or("an end without a beginning")?;
                let value =
                    if children.is_empty() { Value::String(text) } else { Value::Object(children) };
                match open.last_mut() {
                    Some((_, siblings, _)) => add(siblings, name, value),
                    None => return Ok(value),
                }
            }
            Event::Eof => return Err("the text ends too early".into()),
            _ => {}
        }
    }
}

fn add(children: &mut Map<String, Value>, name: String, value: Value) {
    match children.get_mut(&name) {
        None => {
            children.insert(name, value);
        }
        Some(Value::Array(list)) => list.push(value),
        Some(one) => {
            let first = one.take();
            *one = Value::Array(vec![first, value]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_are_looked_at_alike() {
        let xml = "<R><A>1 &lt; 2</A><L><M><X>a</X></M><M><X>b</X></M></L><E></E></R>";
        let tree = xml_tree(xml).expect("XML");
        assert_eq!(find(&tree, "A"), Some(&Value::String("1 < 2".into())));
        assert_eq!(find(&tree, "L.M.1.X"), Some(&Value::String("b".into())));
        assert_eq!(members(&tree, "L.M").len(), 2);
        assert!(members(&tree, "E.M").is_empty());
        let one = xml_tree("<R><L><M><X>a</X></M></L></R>").expect("XML");
        assert_eq!(find(&one, "L.M.0.X"), Some(&Value::String("a".into())));
        assert_eq!(members(&one, "L.M").len(), 1);
    }
}
