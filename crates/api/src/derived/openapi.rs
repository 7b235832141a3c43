//! The same operations as OpenAPI 3.1. All stand at one path, so each has one of its own that says
//! in its fragment what chooses it.

use crate::derived::portal::{api, documented, parameters_in, schema};
use crate::edition::Edition;
use crate::operation::Operation;
use crate::operations::OPERATIONS;
use serde_json::{Map, Value, json};

/// `openapi.json`, as an edition has it.
pub fn openapi(edition: Edition, server: &str) -> Value {
    let path = |operation: &&'static Operation| {
        let version = operation.product.version;
        let path = format!("/#Action={}&Version={version}", operation.name);
        (path, json!({"post": call(operation, edition)}))
    };
    let paths: Map<String, Value> = OPERATIONS
        .iter()
        .filter(|operation| operation.editions.contains(edition))
        .map(path)
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "crossconnect",
            "summary": "Express Connect ordering, as Alibaba Cloud documents it",
            "version": edition.name(),
            "description": edition.about(),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "paths": paths,
    })
}

fn call(operation: &'static Operation, edition: Edition) -> Value {
    let facts = api(operation, edition);
    let answer = standard(&facts["responses"]["200"]["schema"]);
    let mut responses = Map::new();
    responses.insert("200".into(), response("The answer.", &answer));
    for status in documented(operation, edition).iter().map(|row| row.status) {
        let codes = &facts["errorCodes"][status.to_string()];
        let codes = codes.as_array().into_iter().flatten();
        let codes: Vec<&str> = codes.filter_map(|row| row["errorCode"].as_str()).collect();
        responses.insert(status.to_string(), response(&codes.join(", "), &error()));
    }
    json!({
        "operationId": format!("{}.{}", operation.product.name, operation.name),
        "summary": facts["summary"],
        "tags": [operation.directory],
        "parameters": parameters(operation, edition),
        "responses": responses,
    })
}

fn response(description: &str, schema: &Value) -> Value {
    json!({"description": description, "content": {"application/json": {"schema": schema}}})
}

fn error() -> Value {
    let text = json!({"type": "string"});
    json!({"type": "object", "required": ["Code", "Message", "RequestId"], "properties": {
        "Code": text, "Message": text, "RequestId": text, "HostId": text, "Recommend": text}})
}

fn parameters(operation: &'static Operation, edition: Edition) -> Value {
    let one = |spec: &'static crate::parameter::Spec| {
        let facts = schema(spec, edition);
        json!({"name": spec.name, "in": "query", "required": spec.required.contains(edition),
            "description": facts["description"], "schema": standard(&facts)})
    };
    parameters_in(operation, edition).into_iter().map(one).collect()
}

/// A schema of the portal's as JSON Schema has it: numbers are numbers, and what is required is the
/// parameter's own matter.
fn standard(facts: &Value) -> Value {
    let mut schema = Map::new();
    let typed = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        match facts["type"].as_str() {
            Some("integer") => text.parse::<i64>().map_or_else(|_| value.clone(), Value::from),
            Some("number") => serde_json::from_str(text).unwrap_or_else(|_| value.clone()),
            Some("boolean") => (text == "true").into(),
            _ => value.clone(),
        }
    };
    for (name, value) in facts.as_object().into_iter().flatten() {
        let value = match (name.as_str(), value) {
            ("required", _) => continue,
            ("example", example) => {
                schema.insert("examples".into(), json!([typed(example)]));
                continue;
            }
            // Also where a text must spell such a number.
            ("minimum" | "maximum", Value::String(text)) => {
                text.parse::<i64>().expect("a limit is a number").into()
            }
            ("default", text) => typed(text),
            ("enum", Value::Array(texts)) => texts.iter().map(typed).collect(),
            ("items", items) => standard(items),
            ("properties", Value::Object(members)) => {
                let members = members.iter().map(|(name, of)| (name.clone(), standard(of)));
                Value::Object(members.collect())
            }
            (_, value) => value.clone(),
        };
        schema.insert(name.clone(), value);
    }
    Value::Object(schema)
}

#[cfg(test)]
mod tests {
    use super::openapi;
    use crate::Edition;
    use serde_json::Value;

    /// Every limit in it, wherever.
    fn limits<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
        match value {
            Value::Object(members) => {
                for name in ["minimum", "maximum"] {
                    found.extend(members.get(name));
                }
                members.values().for_each(|its| limits(its, found));
            }
            Value::Array(items) => items.iter().for_each(|item| limits(item, found)),
            _ => {}
        }
    }

    #[test]
    fn limits_are_numbers_even_of_texts_that_spell_numbers() {
        for edition in Edition::ALL {
            let whole = openapi(edition, "http://127.0.0.1:8616");
            let mut found = Vec::new();
            limits(&whole, &mut found);
            assert!(found.len() > 20, "there are limits in {}", edition.name());
            for limit in found {
                assert!(limit.is_number(), "{limit} in {}", edition.name());
            }
        }
    }
}
