//! Terraform's alicloud provider, played from recordings of all that it sends.
//!
//! Shape and values of each request are the recording's; signatures, tokens and ids are of today.
//! Where the provider would wait and look again, the carrier moves instead of time passing.
//! SOURCE: wire dossier 4.2, 4.3; api dossier 5.1, ROUTERS 13 (what it reads from each answer).

mod circuit;
mod family;
mod unrecorded;

use crate::rig::{Back, Rig, VPC, stamp};
use crossconnect::clock::draw_text;
use crossconnect::keys::SANDBOX_SECRET;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use wire::client::{Place, Signed, Signer, sign_rpc};

/// A new account, without money.
const ACCOUNT: &str = "1000000000000009";
const KEY: &str = "terraform";
const LIST: &str = "DescribePhysicalConnections";

fn phases(trace: &str) -> Vec<Value> {
    let trace: Value = serde_json::from_str(trace).expect("the recording is JSON");
    trace["phases"].as_array().expect("phases").clone()
}

fn requests(phase: &Value) -> &[Value] {
    phase["requests"].as_array().expect("requests")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

fn names(list: &Value) -> BTreeSet<&str> {
    list.as_array().expect("a list").iter().map(text).collect()
}

/// The names in an urlencoded text.
fn names_in(encoded: &str) -> BTreeSet<&str> {
    let pairs = encoded.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').expect("a pair").0).collect()
}

/// The names in a good answer: none of them one that the provider takes for an error's.
fn fields(back: &Back) -> Vec<&str> {
    let body = back.body.as_object().expect("an object");
    body.keys().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The list at a path of names, which is there even when it is empty.
fn list<'b>(back: &'b Back, path: &str) -> &'b Vec<Value> {
    let surprise = ["Code", "code", "Success", "success"];
    assert!(!surprise.iter().any(|name| back.body.get(name).is_some()), "{}", back.text);
    let list = back.body.pointer(path).and_then(Value::as_array);
    list.unwrap_or_else(|| panic!("no list: {}", back.text))
}

fn circuits(back: &Back) -> &Vec<Value> {
    list(back, "/PhysicalConnectionSet/PhysicalConnectionType")
}

/// Who moves what the provider waits for.
#[derive(Clone, Copy, PartialEq)]
enum Carrier {
    Auto,
    Manual,
}

type Values = BTreeMap<String, String>;

/// The provider, as a client.
struct Provider {
    rig: Rig,
    carrier: Carrier,
    /// How often it had to send something again.
    resent: u32,
}

impl Provider {
    async fn with(carrier: Carrier) -> Self {
        let mode = if carrier == Carrier::Auto { "auto" } else { "manual" };
        let rig = Rig::with(&[("carrier", mode)]).await;
        rig.open_account(ACCOUNT, "USD").await;
        rig.put_key(ACCOUNT, KEY, json!({})).await;
        Self { rig, carrier, resent: 0 }
    }

    /// With an account whose owner has opened the service before.
    async fn opened(carrier: Carrier) -> Self {
        let mut provider = Self::with(carrier).await;
        provider.call("OpenPhysicalConnectionService", &[]).await.ok();
        provider
    }

    fn sign(&self, version: &str, action: &str, place: Place, business: &[(&str, &str)]) -> Signed {
        let mut all = vec![("Action", action), ("Version", version), ("Format", "JSON")];
        all.push(("RegionId", "cn-hangzhou"));
        if place == Place::Query {
            // The older of the provider's two client libraries, which writes all in the query.
            all.push(("SignatureType", ""));
        }
        all.extend(business);
        let signer = Signer { access_key_id: KEY.into(), secret: SANDBOX_SECRET.into() };
        let stamp = stamp(self.rig.app.clock.wall());
        sign_rpc(&signer, "POST", &all, place, &draw_text().to_lowercase(), &stamp)
    }

    /// A token of today, cut to 64 characters as the provider cuts it.
    fn token(&self, action: &str) -> String {
        let now = self.rig.app.clock.wall().seconds();
        let mut token = format!("TF-{action}-{now}-{}", draw_text().to_lowercase());
        token.truncate(64);
        token
    }

    /// Sends a call of VPC's that is not in a recording.
    async fn call(&mut self, action: &str, business: &[(&str, &str)]) -> Back {
        let signed = self.sign(VPC, action, Place::Form, business);
        if let Some(back) = self.rig.try_send(&signed).await {
            return back;
        }
        // SOURCE: wire dossier 4.3: sent again at once, with the same token; here signed anew.
        self.resent += 1;
        let again = self.sign(VPC, action, Place::Form, business);
        self.rig.send(&again).await
    }

    /// The recorded values, with our ids for the recorded ones and tokens of today.
    fn values(&self, request: &Value, ours: impl Fn(&str) -> Option<String>) -> Values {
        let action = text(&request["action"]);
        let recorded = request["values"].as_object().expect("values");
        let value = |(name, value): (&String, &Value)| {
            let value = match (name.as_str(), text(value)) {
                ("ClientToken", _) => self.token(action),
                (_, value) => ours(value).unwrap_or_else(|| value.to_owned()),
            };
            (name.clone(), value)
        };
        recorded.iter().map(value).collect()
    }

    /// Sends a recorded request with values of ours, its parameters where they were recorded.
    async fn replay(&mut self, request: &Value, values: &Values) -> Back {
        let (action, version) = (text(&request["action"]), text(&request["version"]));
        let business = pairs(values);
        let in_query = request["body"].as_array().is_some_and(Vec::is_empty);
        let place = if in_query { Place::Query } else { Place::Form };
        let signed = self.sign(version, action, place, &business);
        let query = signed.target.split_once('?').expect("a query").1;
        assert_eq!(names_in(query), names(&request["query"]), "{action}");
        let body = std::str::from_utf8(&signed.body).expect("a form is ASCII");
        assert_eq!(names_in(body), names(&request["body"]), "{action}");
        if in_query { self.rig.send(&signed).await } else { self.call(action, &business).await }
    }

    /// What the provider waits for comes about, by an event of what is told by its path.
    async fn carry(&self, of: &str, event: &str) {
        match self.carrier {
            Carrier::Auto => self.rig.advance("PT1S").await,
            Carrier::Manual => {
                self.rig.post(&format!("{of}/events"), json!({"event": event})).await;
            }
        }
    }
}

/// Parameters as calls take them.
fn pairs(values: &Values) -> Vec<(&str, &str)> {
    values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
