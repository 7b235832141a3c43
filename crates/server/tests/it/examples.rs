//! The examples that stand in operation files and in the documentation, run in every edition they
//! claim, each in a world of its own.

use crate::rig::{Back, ORDER, Rig};
use api::answer::{Described, Shape, in_edition};
use api::derived::refusals::{Refused, refusals};
use api::error::ErrorRow;
use api::example::{Before, CALLER, Example, Given, OTHER, Shows, changed, pairs};
use api::operation::Product;
use api::{Edition, OPERATIONS, Operation};
use serde_json::{Value, json};
use std::sync::Arc;

/// The account of `Before::NewAccount`.
const NEW_ACCOUNT: &str = "1000000000000009";

/// A member of an answer as a parameter says it.
fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A sandbox with room for a world an example. Each begins in the month that examples speak of.
async fn examples_rig() -> Rig {
    Rig::with(&[("worlds_max", "5000"), ("clock", "2026-11-22T08:00:00Z")]).await
}

/// What a value in braces stands for: what the answers before have under that name, the last
/// of them, or with `.n` behind it the n-th. Anything else stands for itself.
fn filled(told: &[Value], value: &str) -> String {
    let Some(name) = value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return value.to_owned();
    };
    let (name, nth) = match name.split_once('.') {
        Some((name, nth)) => (name, Some(nth.parse::<usize>().expect("a number"))),
        None => (name, None),
    };
    // In 2019 names begin in lower case.
    let of = |body: &Value, name: &str| {
        let mut members = body.as_object()?.iter();
        members.find(|(its, _)| its.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    };
    let in_data = |body: &Value| of(&of(body, "Data")?, name);
    let found = told.iter().filter_map(|body| of(body, name).or_else(|| in_data(body)));
    let found: Vec<String> = found.map(|value| text_of(&value)).collect();
    let place = nth.unwrap_or(found.len()).checked_sub(1);
    let text = place.and_then(|place| found.get(place)).cloned();
    // JSON in braces is no such name.
    text.unwrap_or_else(|| value.to_owned())
}

/// An example in one edition, in a world that nobody else uses.
struct Run<'r> {
    rig: &'r Rig,
    edition: Edition,
    world: String,
    account: &'static str,
    /// The bodies of the answers of the calls before.
    told: Vec<Value>,
}

impl Run<'_> {
    fn key(&self, edition: Edition) -> String {
        let name = match self.account {
            CALLER => "sandbox",
            OTHER => "other",
            _ => "new",
        };
        format!("{name}-{}@{}", edition.name(), self.world)
    }

    /// Calls as the example's caller; a region only if one is given.
    async fn call(
        &self,
        product: &Product,
        action: &str,
        given: &[(&str, &str)],
        format: &str,
    ) -> Back {
        self.call_in(self.edition, product, action, given, format).await
    }

    async fn call_in(
        &self,
        edition: Edition,
        product: &Product,
        action: &str,
        given: &[(&str, &str)],
        format: &str,
    ) -> Back {
        let filled: Vec<(&str, String)> =
            given.iter().map(|(name, value)| (*name, filled(&self.told, value))).collect();
        let mut parameters = vec![("Format", format)];
        parameters.extend(filled.iter().map(|(name, value)| (*name, value.as_str())));
        if !given.iter().any(|(name, _)| *name == "RegionId") {
            parameters.push(("RegionId", ""));
        }
        let known = OPERATIONS.iter().find(|operation| operation.name == action);
        let known = known.expect("it is served");
        let key = self.key(edition);
        self.rig.call_at(known, &key, product.version, &parameters).await
    }

    async fn post(&self, path: &str, body: Value) {
        self.rig.post(&format!("/worlds/{}{path}", self.world), body).await;
    }

    async fn prepare(&mut self, before: &[Before]) {
        for before in before {
            match before {
                Before::NewAccount => {
                    self.account = NEW_ACCOUNT;
                    let account = json!({"account": NEW_ACCOUNT, "currency": "USD"});
                    self.post("/accounts", account).await;
                    self.make_keys("new").await;
                }
                Before::As(account) => {
                    self.account = account;
                    if *account == OTHER {
                        self.make_keys("other").await;
                    }
                }
                Before::Later(span) => self.post("/clock", json!({"advance": span})).await,
                Before::NoPrices => {
                    self.post("/prices", json!({"currency": "USD", "prices": []})).await;
                }
                Before::Circuit(id, status, loa, business) => {
                    let circuit = json!({"account": self.account, "region": "cn-hangzhou",
                        "id": id, "status": status, "loa_status": loa,
                        "business_status": business});
                    self.post("/circuits", circuit).await;
                }
                Before::Call(action, changes) => {
                    self.make(self.edition, action, changes).await;
                }
                Before::CallIn(edition, action, changes) => {
                    self.make(*edition, action, changes).await;
                }
            }
        }
    }

    /// A call before the example's own.
    async fn make(&mut self, edition: Edition, action: &str, changes: Given) {
        let known = OPERATIONS.iter().find(|operation| operation.name == action);
        let known = known.expect("a test of api checks it");
        let call = changed(known.example_call, pairs(changes));
        let back = self.call_in(edition, known.product, action, &call, "JSON").await;
        self.told.push(back.ok().body);
    }

    /// Keys of the account that calls, one for each edition.
    async fn make_keys(&self, name: &str) {
        for edition in Edition::ALL.map(Edition::name) {
            let key = json!({"account": self.account, "edition": edition,
                "access_key_id": format!("{name}-{edition}"), "secret": "sandbox-secret"});
            self.post("/keys", key).await;
        }
    }
}

/// Runs one example in one edition, in JSON or XML, and hands over its answer and those before it.
async fn run(
    rig: &Rig,
    operation: &Operation,
    example: &Example,
    edition: Edition,
    world: String,
    format: &str,
) -> (Back, Vec<Value>) {
    let mut run = Run { rig, edition, world, account: CALLER, told: Vec::new() };
    run.prepare(example.before.unwrap_or(operation.example_after)).await;
    let call = changed(operation.example_call, pairs(example.changes));
    let back = run.call(operation.product, operation.name, &call, format).await;
    (back, run.told)
}

/// The text at a path of names and places in lists joined by dots.
fn at(body: &Value, path: &str) -> Option<String> {
    let found = path.split('.').try_fold(body, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => value.get(step),
    })?;
    Some(text_of(found))
}

/// Whether what was found is what an example shows: `*` is anything, and a number is the same
/// number however many digits it is told with.
fn is_shown(found: Option<&str>, shown: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok().filter(|_| text.contains('.'));
    let same =
        |found: &str| found == shown || number(shown).is_some_and(|n| found.parse() == Ok(n));
    found.is_some_and(|found| shown == "*" || same(found))
}

/// What is wrong with an answer in JSON, if anything is.
fn wrong(example: &Example, back: &Back, told: &[Value]) -> Option<String> {
    if let Some((status, code)) = example.refusal() {
        return is_told(back, status, &code);
    }
    match example.shows {
        Shows::Answer(_) if back.status != 200 => Some(back.text.clone()),
        Shows::Answer(members) => pairs(members).find_map(|(path, value)| {
            let found = at(&back.body, path);
            (!is_shown(found.as_deref(), &filled(told, value)))
                .then(|| format!("{path} should be {value}: {}", back.text))
        }),
        Shows::Error(_) | Shows::Invalid(_) => None,
    }
}

/// What is wrong with a refusal in JSON, if anything is.
fn is_told(back: &Back, status: u16, code: &str) -> Option<String> {
    ((back.status, back.code()) != (status, code))
        .then(|| format!("expected {status} {code}, got {}", back.text))
}

/// What of an answer is not as its rows say: a member that no row has, or of another type, or a row
/// that is always told and is not.
fn odd_in(rows: &[Described], body: &Value) -> Option<String> {
    let members = body.as_object().expect("an object");
    let absent = |row: &&Described| row.always && !members.contains_key(row.facts.name);
    if let Some(row) = rows.iter().find(absent) {
        return Some(format!("{} is not told", row.facts.name));
    }
    members.iter().find_map(|(name, value)| {
        let Some(row) = rows.iter().find(|row| row.facts.name == name) else {
            return Some(format!("no row tells {name}"));
        };
        odd(&row.shape, value).map(|why| format!("{name}: {why}"))
    })
}

fn odd(shape: &Shape, value: &Value) -> Option<String> {
    match (shape, value) {
        (Shape::Text, Value::String(_))
        | (Shape::Boolean, Value::Bool(_))
        | (Shape::Decimal(_), Value::Number(_)) => None,
        (Shape::Number(_), Value::Number(number)) if number.is_i64() => None,
        (Shape::Object(rows), Value::Object(_)) => odd_in(rows, value),
        (Shape::List(item), Value::Array(items)) => items.iter().find_map(|it| odd(item, it)),
        _ => Some(format!("{value} is no {shape:?}")),
    }
}

/// Every example in one edition: how many ran, and what was wrong with any.
async fn all_in(rig: &Rig, edition: Edition) -> (usize, Vec<String>) {
    let (mut count, mut failures) = (0, Vec::new());
    for operation in OPERATIONS {
        for example in operation.examples {
            if !example.editions.and(operation.editions).contains(edition) {
                continue;
            }
            count += 1;
            let world = format!("{}-{count}", edition.name());
            let (back, told) = run(rig, operation, example, edition, world, "JSON").await;
            let odd = || {
                let rows = in_edition(operation.does.rows(), edition);
                (back.status == 200).then(|| odd_in(&rows, &back.body)).flatten()
            };
            if let Some(why) = wrong(example, &back, &told).or_else(odd) {
                let (name, edition) = (operation.name, edition.name());
                failures.push(format!("{name}, {:?} in {edition}: {why}", example.title));
            }
        }
    }
    (count, failures)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_is_true_in_every_edition_it_claims() {
    let rig = Arc::new(examples_rig().await);
    let (mut count, mut failures) = (0, Vec::new());
    let mut running = tokio::task::JoinSet::new();
    for edition in Edition::ALL {
        let rig = Arc::clone(&rig);
        running.spawn(async move { all_in(&rig, edition).await });
    }
    for (ran, wrong) in running.join_all().await {
        count += ran;
        failures.extend(wrong);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count > 300, "only {count} examples ran");
    Arc::into_inner(rig).expect("nobody else holds it").end().await;
}

/// What is wrong with how a call that is to be refused is answered, if anything is.
async fn run_refused(
    rig: &Rig,
    operation: &Operation,
    refused: Refused,
    edition: Edition,
    world: String,
) -> Option<String> {
    let Refused { title, before, call, told } = refused;
    let mut run = Run { rig, edition, world, account: CALLER, told: Vec::new() };
    run.prepare(&before).await;
    let call: Vec<_> = call.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let back = run.call(operation.product, operation.name, &call, "JSON").await;
    let why = is_told(&back, told.status, &told.code)?;
    Some(format!("{}, {title} in {}: {why}", operation.name, edition.name()))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_made_from_declarations_is_told_in_every_edition() {
    let rig = examples_rig().await;
    let (mut count, mut failures) = (0, Vec::new());
    for edition in Edition::ALL {
        for operation in OPERATIONS {
            for refused in refusals(operation, edition) {
                count += 1;
                let world = format!("refused-{count}");
                failures.extend(run_refused(&rig, operation, refused, edition, world).await);
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count > 500, "only {count} refusals were made");
    rig.end().await;
}

/// An element of a document: its path of names, the text right inside it, and whether any of that
/// stood in a CDATA section.
#[derive(Debug, Default)]
pub struct Element {
    pub path: String,
    pub text: String,
    pub is_cdata: bool,
}

/// The elements of an answer in XML, outermost first. Panics unless it is well formed.
pub fn elements(xml: &str) -> Vec<Element> {
    use quick_xml::events::Event;
    let body = xml.strip_prefix("<?xml version='1.0' encoding='UTF-8'?>").expect("a declaration");
    let mut reader = quick_xml::Reader::from_str(body);
    let (mut found, mut open): (Vec<Element>, Vec<usize>) = (vec![], vec![]);
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error}: {xml}"));
        let mut inner = open.last().and_then(|&place: &usize| found.get_mut(place));
        let text = match &event {
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                let path = inner.map_or(name.clone(), |outer| format!("{}.{name}", outer.path));
                open.push(found.len());
                found.push(Element { path, ..Element::default() });
                continue;
            }
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Text(text) => text.to_string(),
            Event::CData(text) => {
                inner.as_mut().expect("inside the root").is_cdata = true;
                text.to_string()
            }
            Event::GeneralRef(name) => {
                let text = quick_xml::escape::unescape(&format!("&{};", &**name)).map(Into::into);
                text.unwrap_or_else(|error| panic!("{error}: {xml}"))
            }
            Event::Eof => break,
            other => panic!("{other:?} in {xml}"),
        };
        inner.expect("text stands inside the root").text.push_str(&text);
    }
    assert!(open.is_empty() && !found.is_empty(), "{xml}");
    found
}

/// What is wrong with an answer of the order operation in XML, if anything is.
fn wrong_in_xml(example: &Example, edition: Edition, back: &Back) -> Option<String> {
    let elements = elements(&back.text);
    let text = |path: &str| {
        let found = elements.iter().find(|element| element.path == path);
        found.map(|element| element.text.as_str())
    };
    let fails = match example.shows {
        Shows::Answer(members) => {
            let root = match edition {
                Edition::E2019 => ORDER.to_owned(),
                _ => format!("{ORDER}Response"),
            };
            let right = |(path, value): (&str, &str)| {
                let found = text(&format!("{root}.{path}"));
                found.is_some_and(|found| value == "*" || found == value)
            };
            back.status != 200 || elements[0].path != root || !pairs(members).all(right)
        }
        Shows::Error(ErrorRow { status, code, .. }) => {
            let shape = [
                "Error",
                "Error.RequestId",
                "Error.HostId",
                "Error.Code",
                "Error.Message",
                "Error.Recommend",
            ];
            let recommend = format!("?q={code}&product=Vpc&requestId={}", back.request_id);
            back.status != *status
                || !elements.iter().map(|element| element.path.as_str()).eq(shape)
                || text("Error.Code") != Some(*code)
                || text("Error.RequestId") != Some(&back.request_id)
                || !elements[5].is_cdata
                || !elements[5].text.ends_with(&recommend)
        }
        Shows::Invalid(name) => text("Error.Code") != Some(&format!("Invalid{name}")),
    };
    fails.then(|| back.text.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_operation_says_the_same_in_xml() {
    let rig = examples_rig().await;
    let order = OPERATIONS.iter().find(|operation| operation.name == ORDER).expect("it is served");
    let (mut count, mut failures) = (0, Vec::new());
    for example in order.examples {
        for edition in example.editions.iter() {
            count += 1;
            let world = format!("xml-{count}");
            let (back, _) = run(&rig, order, example, edition, world, "XML").await;
            if let Some(why) = wrong_in_xml(example, edition, &back) {
                failures.push(format!("{:?} in {}: {why}", example.title, edition.name()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count > 60, "only {count} examples ran");
    rig.end().await;
}
