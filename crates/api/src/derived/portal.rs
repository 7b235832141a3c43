//! Metadata in the format of the vendor's portal, from the rows of operations.
//! SOURCE: wire dossier 7 (paths and format); the descriptions are our own.

use crate::answer::{Described, Shape as Told, in_edition};
use crate::edition::Edition;
use crate::error::ErrorRow;
use crate::operation::{Access, Operation, Product};
use crate::operations::OPERATIONS;
use crate::parameter::{Shape, Spec};
use serde_json::{Map, Value, json};

/// Every product that is served, in the order of the table of contents.
pub fn products() -> Vec<&'static Product> {
    let mut products: Vec<&Product> = Vec::new();
    for operation in OPERATIONS {
        if !products.iter().any(|known| std::ptr::eq(*known, operation.product)) {
            products.push(operation.product);
        }
    }
    products
}

/// `products.json`.
pub fn product_list() -> Value {
    let entry = |product: &&Product| {
        json!({"code": product.name, "style": "RPC", "versions": [product.version],
            "defaultVersion": product.version})
    };
    products().iter().map(entry).collect()
}

/// The operations of a product that an edition has.
pub fn operations(
    product: &'static Product,
    edition: Edition,
) -> impl Iterator<Item = &'static Operation> {
    let its = move |operation: &&Operation| {
        std::ptr::eq(operation.product, product) && operation.editions.contains(edition)
    };
    OPERATIONS.iter().copied().filter(its)
}

/// A product's directories, each with the names of its operations.
fn directories(product: &'static Product, edition: Edition) -> Value {
    let mut directories: Vec<(&str, Vec<&str>)> = Vec::new();
    for operation in operations(product, edition) {
        match directories.iter_mut().find(|(title, _)| *title == operation.directory) {
            Some((_, names)) => names.push(operation.name),
            None => directories.push((operation.directory, vec![operation.name])),
        }
    }
    let entry = |(place, (title, names)): (usize, (&str, Vec<&str>))| {
        let kind = "directory";
        json!({"id": place + 1, "title": title, "type": kind, "children": names})
    };
    directories.into_iter().enumerate().map(entry).collect()
}

/// `overview.json`: titles, and the names of operations by directory.
pub fn overview(product: &'static Product, edition: Edition) -> Value {
    json!({"code": product.name, "version": product.version, "style": "RPC",
        "title": product.about, "directories": directories(product, edition)})
}

/// `api-docs.json`: everything about a product.
pub fn documents(product: &'static Product, edition: Edition, host: &str) -> Value {
    let of = |operation: &'static Operation| (operation.name.to_owned(), api(operation, edition));
    let apis: Map<String, Value> = operations(product, edition).map(of).collect();
    let endpoint = |region: domain::catalogue::Region| {
        let id = region.id();
        json!({"regionId": id, "endpoint": host, "public": host, "vpc": host})
    };
    let endpoints: Value = domain::catalogue::Region::all().map(endpoint).collect();
    json!({
        "version": "1.0",
        "info": {"style": "RPC", "product": product.name, "version": product.version},
        "directories": directories(product, edition),
        "components": {"schemas": {}},
        "apis": apis,
        "endpoints": endpoints,
    })
}

/// `api.json`: everything about an operation.
pub fn api(operation: &'static Operation, edition: Edition) -> Value {
    let page = operation.pages.iter().find(|page| page.editions.contains(edition));
    let rows = in_edition(operation.does.rows(), edition);
    let methods: Value = operation.methods.iter().map(|name| name.to_lowercase()).collect();
    let access = if operation.access() == Access::Write { "readAndWrite" } else { "read" };
    json!({
        "title": operation.name,
        "summary": page.map_or(operation.summary, |page| page.title),
        "methods": methods,
        "schemes": ["http", "https"],
        "security": [{"AK": []}],
        "operationType": access,
        "deprecated": false,
        "systemTags": {"operationType": kind(operation)},
        "parameters": parameters(operation, edition),
        "responses": {"200": {"schema": object(&rows)}},
        "errorCodes": error_codes(operation, edition),
        "responseDemo": demo(operation, edition, &rows),
        "ramActions": [ram_action(operation, edition)],
    })
}

/// What kind of access a policy grants: as the operation says, else by the action's first word.
/// SOURCE: the vendor's metadata of mid-2024, where nearly all operations of a word have one kind.
pub fn kind(operation: &Operation) -> &'static str {
    let kinds = [
        ("Create", "create"),
        ("Open", "create"),
        ("Delete", "delete"),
        ("Describe", "get"),
        ("Query", "get"),
        ("List", "list"),
        ("Get", "get"),
    ];
    let found = kinds.iter().find(|(word, _)| operation.name.starts_with(word));
    operation.kind.unwrap_or_else(|| found.map_or("update", |(_, kind)| kind))
}

fn ram_action(operation: &Operation, edition: Edition) -> Value {
    let Operation { product, name, .. } = operation;
    let kind = kind(operation);
    let own = operation.resources.filter(|(editions, _)| editions.contains(edition));
    // The portal marks what is to be filled in by `{#name}`.
    let marked = |arn: &str| {
        let filled = [("region", "regionId"), ("account", "accountId"), ("kind", "ResourceType")];
        let named = |arn: String, (ours, its): &(&str, &str)| {
            arn.replace(&format!("{{{ours}}}"), &format!("{{{its}}}"))
        };
        filled.iter().fold(arn.to_owned(), named).replace('{', "{#")
    };
    let one = |arn: &&str| {
        let thing = arn.rsplit(':').next().and_then(|last| last.split('/').next());
        let resource = match thing {
            Some("physicalconnection") => "PhysicalConnection",
            Some("virtualborderrouter") => "VirtualBorderRouter",
            Some("vpc") => "VPC",
            _ => "All Resource",
        };
        let product = product.name.to_uppercase();
        json!({"product": product, "resourceType": resource, "arn": marked(arn)})
    };
    let arns: Vec<Value> = own.map_or(&["*"][..], |(_, arns)| arns).iter().map(one).collect();
    json!({"operationType": kind, "ramAction": {
        "action": format!("{}:{name}", product.ram_prefix),
        "authType": kind,
        "arnResources": arns,
    }})
}

/// An operation's parameters in an edition, in the order of its page.
pub fn parameters_in(operation: &'static Operation, edition: Edition) -> Vec<&'static Spec> {
    let has = |spec: &&Spec| spec.editions.contains(edition);
    let mut specs: Vec<&Spec> = operation.parameters.iter().copied().filter(has).collect();
    if let Some(page) = operation.pages.iter().find(|page| page.editions.contains(edition)) {
        specs.sort_by_key(|spec| page.order.iter().position(|name| *name == spec.name));
    }
    specs
}

fn parameters(operation: &'static Operation, edition: Edition) -> Value {
    let one = |spec: &'static Spec| {
        let mut parameter = Map::new();
        parameter.insert("name".into(), spec.name.into());
        parameter.insert("in".into(), "query".into());
        if spec.shape != Shape::Single {
            parameter.insert("style".into(), "repeatList".into());
        }
        parameter.insert("schema".into(), schema(spec, edition));
        Value::Object(parameter)
    };
    parameters_in(operation, edition).into_iter().map(one).collect()
}

/// A parameter's schema.
pub fn schema(spec: &Spec, edition: Edition) -> Value {
    let text = |example: &str| json!({"type": "string", "required": false, "example": example});
    let mut schema = Map::new();
    schema.insert("description".into(), description(spec, edition).into());
    schema.insert("type".into(), spec.type_name.into());
    schema.insert("required".into(), spec.required.contains(edition).into());
    if spec.said_required.contains(edition) {
        schema.insert("docRequired".into(), true.into());
    }
    match spec.shape {
        Shape::Single => single(spec, edition, &mut schema),
        Shape::List => {
            schema.insert("items".into(), text(spec.example));
            if spec.items_max_in(edition) > 0 {
                schema.insert("maxItems".into(), spec.items_max_in(edition).into());
            }
        }
        Shape::Filters => {
            let values = json!({"type": "array", "items": text("nametest"), "maxItems": 5});
            let pair = json!({"Key": text(spec.example), "Value": values});
            schema.insert("items".into(), json!({"type": "object", "properties": pair}));
            schema.insert("maxItems".into(), 5.into());
        }
        Shape::Map => {
            schema.insert("type".into(), "object".into());
            schema.insert("example".into(), spec.example.into());
            schema.insert("additionalProperties".into(), json!({"type": "string"}));
        }
        Shape::Objects => {
            let member = |spec: &&Spec| (spec.name.to_owned(), self::schema(spec, edition));
            let members: Map<String, Value> = spec.members.iter().map(member).collect();
            schema.insert("items".into(), json!({"type": "object", "properties": members}));
            schema.insert("maxItems".into(), spec.items_max_in(edition).into());
        }
    }
    Value::Object(schema)
}

fn single(spec: &Spec, edition: Edition, schema: &mut Map<String, Value>) {
    let mut put = |name: &str, value: Value| drop(schema.insert(name.into(), value));
    put("example", spec.example.into());
    if !spec.format.is_empty() {
        put("format", spec.format.into());
    }
    if let Some(default) = spec.default_in(edition) {
        put("default", default.into());
    }
    if let Some(texts) = spec.allowed.get(edition) {
        put("enum", texts.iter().copied().collect());
    }
    if let Some((first, last)) = spec.ranges.get(edition) {
        put("minimum", first.to_string().into());
        put("maximum", last.to_string().into());
    }
    if let Some(form) = spec.forms.get(edition) {
        put("minLength", form.length.0.into());
        put("maxLength", form.length.1.into());
    }
}

/// What a parameter is for, what its text is like, and whether it has an effect.
fn description(spec: &Spec, edition: Edition) -> String {
    let form = spec.forms.get(edition).map(|form| {
        let ((fewest, most), holds) = (form.length, form.holds.about());
        let marks = if form.marks.is_empty() { "" } else { ", and any of " };
        let begins = if form.begins.is_some() { "; it begins with a letter" } else { "" };
        format!("{fewest} to {most} characters: {holds}{marks}{}{begins}.", form.marks)
    });
    let idle = spec.without_effect.map(|why| format!("Taken, and without effect here: {why}."));
    let said = [Some(spec.doc_in(edition).to_owned()), form, idle];
    said.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn object(rows: &[Described]) -> Value {
    let property = |row: &Described| {
        let mut schema = of_shape(&row.shape);
        schema["description"] = row.facts.doc.into();
        if !row.facts.example.is_empty() {
            schema["example"] = row.facts.example.into();
        }
        (row.facts.name.to_owned(), schema)
    };
    let properties: Map<String, Value> = rows.iter().map(property).collect();
    json!({"type": "object", "properties": properties})
}

fn of_shape(shape: &Told) -> Value {
    match shape {
        Told::Text => json!({"type": "string"}),
        Told::Number(format) => json!({"type": "integer", "format": format}),
        Told::Decimal(format) => json!({"type": "number", "format": format}),
        Told::Boolean => json!({"type": "boolean"}),
        Told::Object(rows) => object(rows),
        Told::List(item) => json!({"type": "array", "items": of_shape(item)}),
    }
}

fn error_codes(operation: &Operation, edition: Edition) -> Value {
    let mut by_status: Map<String, Value> = Map::new();
    for row in documented(operation, edition) {
        let also = row.also.get(edition).unwrap_or_default();
        let messages = [row.message].into_iter().chain(also.iter().copied());
        let list = by_status.entry(row.status.to_string()).or_insert_with(|| json!([]));
        let list = list.as_array_mut().expect("just made");
        list.extend(messages.map(|text| json!({"errorCode": row.code, "errorMessage": text})));
    }
    Value::Object(by_status)
}

/// The rows of an operation's table that an edition documents.
pub fn documented(operation: &Operation, edition: Edition) -> Vec<&'static ErrorRow> {
    let table = operation.error_table().into_iter();
    table.filter(|row| row.documented_in.contains(edition)).collect()
}

/// A text that is JSON itself: sample answers in both formats.
fn demo(operation: &Operation, edition: Edition, rows: &[Described]) -> Value {
    let json = serde_json::to_string_pretty(&sample(rows)).expect("texts as keys");
    let bare = operation.bare_root.is_some_and(|editions| editions.contains(edition));
    let root = format!("{}{}", operation.name, if bare { "" } else { "Response" });
    let xml = format!("<{root}>{}</{root}>", xml_sample(rows));
    let both = json!([
        {"type": "json", "example": json, "errorExample": ""},
        {"type": "xml", "example": xml, "errorExample": ""},
    ]);
    both.to_string().into()
}

fn sample(rows: &[Described]) -> Value {
    let member = |row: &Described| (row.facts.name.to_owned(), sample_of(row));
    Value::Object(rows.iter().map(member).collect())
}

fn sample_of(row: &Described) -> Value {
    let example = row.facts.example;
    match &row.shape {
        Told::Text => example.into(),
        Told::Number(_) => example.parse::<i64>().map_or_else(|_| json!(0), Into::into),
        Told::Decimal(_) => serde_json::from_str(example).unwrap_or_else(|_| json!(0)),
        Told::Boolean => (example == "true").into(),
        Told::Object(rows) => sample(rows),
        Told::List(item) => json!([sample_item(item)]),
    }
}

fn sample_item(item: &Told) -> Value {
    match item {
        Told::Object(rows) => sample(rows),
        _ => "".into(),
    }
}

fn xml_sample(rows: &[Described]) -> String {
    let element = |row: &Described| {
        let inner = row.shape.rows().map_or_else(|| row.facts.example.to_owned(), xml_sample);
        format!("<{0}>{inner}</{0}>", row.facts.name)
    };
    rows.iter().map(element).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{Field, decimal, describe};
    use domain::price::{Currency, Money};

    static AMOUNTS: &[Field<()>] = &[
        decimal("Price", "What it costs.", |(), _| (Money(17_700), Currency::Usd)).example("1.77"),
        decimal("Tax", "The tax.", |(), _| (Money(0), Currency::Usd)).double(),
    ];

    #[test]
    fn an_amount_that_is_told_as_a_number_is_described_and_sampled_as_one() {
        let rows = describe(AMOUNTS);
        let schema = object(&rows)["properties"].clone();
        for (name, format) in [("Price", "float"), ("Tax", "double")] {
            let schema = &schema[name];
            assert_eq!((&schema["type"], &schema["format"]), (&json!("number"), &json!(format)));
        }
        assert_eq!(sample(&rows), json!({"Price": 1.77, "Tax": 0}));
        assert_eq!(xml_sample(&rows), "<Price>1.77</Price><Tax></Tax>");
    }
}
