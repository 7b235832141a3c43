//! Sample answers taken apart: which elements there are, and in JSON of what kind each is.

use api::derived::facts::Facts;
use quick_xml::events::Event;
use serde_json::Value;

/// The facts of our samples: a text that is JSON itself.
pub fn of_ours(api: &Value) -> Facts {
    let demo = api["responseDemo"].as_str().expect("a text");
    let samples: Value = serde_json::from_str(demo).expect("of JSON");
    facts(&samples, "example")
}

/// The facts of the vendor's, as the fixtures keep them.
pub fn of_vendor(api: &Value) -> Facts {
    facts(&api["samples"], "answer")
}

fn facts(samples: &Value, text: &str) -> Facts {
    let mut facts = Facts::new();
    for sample in samples.as_array().expect("a list") {
        let text = sample[text].as_str().expect("a text");
        if sample["type"] == "json" {
            of_json("sample in JSON: ", &serde_json::from_str(text).expect("JSON"), &mut facts);
        } else {
            of_xml(text, &mut facts);
        }
    }
    facts
}

fn of_json(path: &str, value: &Value, facts: &mut Facts) {
    let kind = match value {
        Value::Object(members) => {
            let dot = if path.ends_with(' ') { "" } else { "." };
            for (name, value) in members {
                of_json(&format!("{path}{dot}{name}"), value, facts);
            }
            return;
        }
        Value::Array(items) => {
            return items.iter().for_each(|item| of_json(&format!("{path}[]"), item, facts));
        }
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::Null => "null",
    };
    facts.insert(path.to_owned(), kind.into());
}

/// Elements that have none inside them.
fn of_xml(text: &str, facts: &mut Facts) {
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut open, mut deepest) = (Vec::new(), 0);
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {text}")) {
            Event::Start(tag) => {
                open.push(tag.name().as_ref().to_owned());
                deepest = open.len();
            }
            Event::End(_) => {
                if open.len() == deepest {
                    facts.insert(format!("sample in XML: {}", open.join(".")), "there".into());
                }
                open.pop();
            }
            Event::Empty(tag) => {
                let whole = format!("{}.{}", open.join("."), tag.name().as_ref());
                facts.insert(format!("sample in XML: {whole}"), "there".into());
            }
            Event::Eof => return,
            _ => {}
        }
    }
}

#[test]
fn samples_are_taken_apart_down_to_what_holds_no_more() {
    let json = r#"{"A": {"B": [{"C": 1}]}, "D": "true"}"#;
    let xml = "<R><A><B><C>1</C></B></A><D>true</D></R>";
    let samples = serde_json::json!([
        {"type": "json", "answer": json},
        {"type": "xml", "answer": xml},
    ]);
    let facts = facts(&samples, "answer");
    let all: Vec<(&str, &str)> = facts.iter().map(|(f, kind)| (&**f, &**kind)).collect();
    let expected = [
        ("sample in JSON: A.B[].C", "number"),
        ("sample in JSON: D", "string"),
        ("sample in XML: R.A.B.C", "there"),
        ("sample in XML: R.D", "there"),
    ];
    assert_eq!(all, expected);
}
