//! Metadata taken apart: one line a fact, so that two editions, or ours and the vendor's, can be
//! held against each other.

use serde_json::Value;
use std::collections::BTreeMap;

/// What is said of an operation, by what it is said of.
pub type Facts = BTreeMap<String, String>;

/// The facts of an `api.json`: how it is called and whether it changes anything, parameters with
/// types and limits, rows of the answer, errors. Words that describe, and examples, are none.
pub fn facts(api: &Value) -> Facts {
    let mut facts = Facts::new();
    let mut methods: Vec<String> = list(&api["methods"]).map(text).collect();
    methods.sort_unstable();
    facts.insert("methods".into(), methods.join(", "));
    // The vendor says either of what changes anything, and nothing of some.
    let changes = |access: &str| access.to_ascii_lowercase().contains("write");
    if let Some(access) = api["operationType"].as_str() {
        facts.insert("changes anything".into(), changes(access).to_string());
    }
    if let Some(kind) = api["systemTags"]["operationType"].as_str() {
        facts.insert("kind of access".into(), kind.to_owned());
    }
    for parameter in list(&api["parameters"]) {
        let name = format!("parameter {}", text(&parameter["name"]));
        facts.insert(format!("{name}: in"), text(&parameter["in"]));
        if let Some(style) = parameter["style"].as_str() {
            facts.insert(format!("{name}: style"), style.to_owned());
        }
        of_schema(&name, &parameter["schema"], &mut facts);
        limits(&name, &parameter["schema"], &mut facts);
    }
    let answer = &api["responses"]["200"]["schema"]["properties"];
    for (name, schema) in answer.as_object().into_iter().flatten() {
        of_schema(&format!("answer {name}"), schema, &mut facts);
    }
    for (status, rows) in api["errorCodes"].as_object().into_iter().flatten() {
        for row in list(rows) {
            let name = format!("error {status} {}", text(&row["errorCode"]));
            let message = text(&row["errorMessage"]);
            let known = facts.entry(name).or_default();
            if known.is_empty() {
                *known = message;
            } else if !known.split(" | ").any(|other| other == message) {
                *known = format!("{known} | {message}");
            }
        }
    }
    facts
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text, or a number as one.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The type of a thing and of what is in it.
fn of_schema(name: &str, schema: &Value, facts: &mut Facts) {
    match schema["type"].as_str() {
        Some("object") => {
            for (member, schema) in schema["properties"].as_object().into_iter().flatten() {
                of_schema(&format!("{name}.{member}"), schema, facts);
            }
        }
        Some("array") => of_schema(&format!("{name}[]"), &schema["items"], facts),
        kind => {
            let kind = kind.unwrap_or("nothing");
            let format = schema["format"].as_str();
            let whole = format.map_or_else(|| kind.to_owned(), |format| format!("{kind} {format}"));
            facts.insert(name.to_owned(), whole);
        }
    }
}

fn limits(name: &str, schema: &Value, facts: &mut Facts) {
    if schema["required"] == true {
        facts.insert(format!("{name}: required"), "yes".into());
    }
    // What is required need not be said so.
    if schema["required"] == true || schema["docRequired"] == true {
        facts.insert(format!("{name}: said to be required"), "yes".into());
    }
    for limit in ["default", "minimum", "maximum", "minLength", "maxLength", "maxItems"] {
        if !schema[limit].is_null() {
            facts.insert(format!("{name}: {limit}"), text(&schema[limit]));
        }
    }
    let words: Vec<String> = list(&schema["enum"]).map(text).collect();
    if !words.is_empty() {
        facts.insert(format!("{name}: values"), words.join(", "));
    }
}

/// A fact that two sides tell differently, and how each does; `None` for not at all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// What it is about.
    pub fact: String,
    /// What one side says.
    pub one: Option<String>,
    /// What the other says.
    pub other: Option<String>,
}

/// The facts that two sides tell differently.
pub fn differences(one: &Facts, other: &Facts) -> Vec<Difference> {
    let mut names: Vec<&String> = one.keys().chain(other.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let differ = names.into_iter().filter(|name| one.get(*name) != other.get(*name));
    let pair = |name: &String| Difference {
        fact: name.clone(),
        one: one.get(name).cloned(),
        other: other.get(name).cloned(),
    };
    differ.map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn facts_that_differ_are_named_with_what_each_side_says() {
        let api = |default: &str, code: &str| {
            json!({
                "parameters": [{"name": "P", "in": "query", "schema": {"type": "integer",
                    "format": "int32", "required": true, "default": default}}],
                "responses": {"200": {"schema": {"type": "object", "properties": {
                    "Set": {"type": "object", "properties": {"Item": {"type": "array",
                        "items": {"type": "string"}}}}}}}},
                "errorCodes": {"400": [{"errorCode": code, "errorMessage": "No."}]},
            })
        };
        let (one, other) = (facts(&api("1", "A")), facts(&api("2", "B")));
        assert_eq!(one["parameter P"], "integer int32");
        assert_eq!(one["parameter P: required"], "yes");
        assert_eq!(one["answer Set.Item[]"], "string");
        let named: Vec<String> =
            differences(&one, &other).into_iter().map(|differs| differs.fact).collect();
        assert_eq!(named, ["error 400 A", "error 400 B", "parameter P: default"]);
        assert_eq!(differences(&one, &one), []);
    }
}
