//! Terraform's alicloud provider, played from a recording of all that it sends for one circuit.
//!
//! Shape and values of each request are the recording's; signatures, tokens and ids are of today.
//! Where the provider would wait and look again, the carrier moves instead of time passing.
//! SOURCE: wire dossier 4.2, 4.3; api dossier 5.1 (what the provider reads from each answer).

use crate::rig::{Back, ORDER, Rig, VPC, stamp};
use crossconnect::clock::draw_text;
use crossconnect::keys::SANDBOX_SECRET;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use wire::client::{Place, Signed, Signer, sign_rpc};

const TRACE: &str = include_str!("../../../../fixtures/terraform_trace.json");
/// An account that has never opened the service, with the price of one order and a little more.
const ACCOUNT: &str = "1000000000000009";
const KEY: &str = "terraform";
const AMEND: &str = "ModifyPhysicalConnectionAttribute";
const LIST: &str = "DescribePhysicalConnections";

/// The fields of a circuit that the resource and the data source read.
const READ: &[&str] = &[
    "AccessPointId",
    "AdLocation",
    "BusinessStatus",
    "ChargeType",
    "CircuitCode",
    "Description",
    "EnabledTime",
    "EndTime",
    "HasReservationData",
    "LineOperator",
    "LoaStatus",
    "Name",
    "PeerLocation",
    "PhysicalConnectionId",
    "PortNumber",
    "PortType",
    "RedundantPhysicalConnectionId",
    "ReservationActiveTime",
    "ReservationInternetChargeType",
    "ReservationOrderType",
    "Spec",
    "Status",
    "Type",
];

fn phases() -> Vec<Value> {
    let trace: Value = serde_json::from_str(TRACE).expect("the recording is JSON");
    trace["phases"].as_array().expect("phases").clone()
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

/// The name of a parameter in the answer, if it comes back in one.
fn answered_as(parameter: &str) -> Option<&str> {
    match parameter {
        "ClientToken" | "PhysicalConnectionId" => None,
        "bandwidth" => Some("Bandwidth"),
        name => Some(name),
    }
}

/// Who moves the circuit while the provider waits.
#[derive(Clone, Copy, PartialEq)]
enum Carrier {
    Auto,
    Manual,
}

/// What the provider waits for after a call.
struct Awaited {
    underway: &'static [&'static str],
    event: &'static str,
}

/// The provider, with what it has been told to bring about.
struct Provider {
    rig: Rig,
    carrier: Carrier,
    circuit: String,
    wanted: BTreeMap<String, Value>,
    awaited: Option<Awaited>,
    opened: bool,
    orders: Vec<String>,
    /// How often it had to send something again.
    resent: u32,
}

impl Provider {
    async fn with(carrier: Carrier) -> Self {
        let mode = if carrier == Carrier::Auto { "auto" } else { "manual" };
        let rig = Rig::with(&[("carrier", mode)]).await;
        rig.open_account(ACCOUNT, "USD").await;
        rig.credit(ACCOUNT, "100.00").await;
        rig.put_key(ACCOUNT, KEY, json!({})).await;
        Self {
            rig,
            carrier,
            circuit: String::new(),
            wanted: BTreeMap::new(),
            awaited: None,
            opened: false,
            orders: Vec::new(),
            resent: 0,
        }
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

    /// Sends a call of VPC's that is not in the recording.
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

    async fn play_phase(&mut self, phase: &Value) {
        for request in phase["requests"].as_array().expect("requests") {
            self.play(request).await;
        }
    }

    async fn play(&mut self, request: &Value) {
        let (action, version) = (text(&request["action"]), text(&request["version"]));
        let values = self.values(request);
        let business: Vec<_> = values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let in_query = request["body"].as_array().is_some_and(Vec::is_empty);
        let place = if in_query { Place::Query } else { Place::Form };
        let signed = self.sign(version, action, place, &business);
        let query = signed.target.split_once('?').expect("a query").1;
        assert_eq!(names_in(query), names(&request["query"]), "{action}");
        let body = std::str::from_utf8(&signed.body).expect("a form is ASCII");
        assert_eq!(names_in(body), names(&request["body"]), "{action}");
        if in_query {
            let back = self.rig.send(&signed).await;
            return self.believe_a_look(action, &back.ok());
        }
        let back = self.call(action, &business).await;
        self.believe(action, &values, back).await;
    }

    /// The recorded values, with our circuit for the recorded one and tokens of today.
    fn values(&self, request: &Value) -> BTreeMap<String, String> {
        let action = text(&request["action"]);
        let recorded = request["values"].as_object().expect("values");
        let value = |(name, value): (&String, &Value)| {
            let value = match (name.as_str(), text(value)) {
                ("ClientToken", _) => self.token(action),
                (_, id) if id.starts_with("pc-") => self.circuit.clone(),
                (_, value) => value.to_owned(),
            };
            (name.clone(), value)
        };
        recorded.iter().map(value).collect()
    }

    async fn believe(&mut self, action: &str, values: &BTreeMap<String, String>, back: Back) {
        match action {
            "OpenPhysicalConnectionService" if self.opened => {
                back.refused(400, "InvalidOperation.OrderOpened");
            }
            "OpenPhysicalConnectionService" => {
                assert_eq!(fields(&back.ok()), ["RequestId"]);
                self.opened = true;
            }
            LIST => self.believe_circuits(values, back.ok()).await,
            "DescribeAccessPoints" => believe_access_points(&back.ok(), &self.wanted),
            "CreatePhysicalConnection" => {
                let back = back.ok();
                assert_eq!(fields(&back), ["PhysicalConnectionId", "RequestId"]);
                text(&back.body["PhysicalConnectionId"]).clone_into(&mut self.circuit);
                self.want(values);
                self.now("Allocated");
                let underway = &["Initial", "Allocating"];
                self.awaited = Some(Awaited { underway, event: "allocate" });
            }
            ORDER => {
                let back = back.ok();
                assert_eq!(fields(&back), ["Data", "RequestId"]);
                let order = text(&back.body["Data"]["OrderId"]);
                assert!(order.bytes().all(|b| b.is_ascii_digit()), "{order}");
                self.orders.push(order.to_owned());
                self.now("Enabled");
            }
            "ConfirmPhysicalConnection" => self.done(&back.ok(), "Confirmed"),
            "TerminatePhysicalConnection" => {
                self.done(&back.ok(), "Terminated");
                let underway = &["Terminating"];
                self.awaited = Some(Awaited { underway, event: "finish_termination" });
            }
            AMEND => {
                assert_eq!(fields(&back.ok()), ["RequestId"]);
                self.want(values);
            }
            "DeletePhysicalConnection" => assert_eq!(fields(&back.ok()), ["RequestId"]),
            other => panic!("the recording holds an unknown call: {other}"),
        }
    }

    fn want(&mut self, values: &BTreeMap<String, String>) {
        for (parameter, value) in values {
            let Some(field) = answered_as(parameter) else { continue };
            let number = (field == "Bandwidth").then(|| value.parse::<u32>().expect("a number"));
            self.wanted.insert(field.into(), number.map_or(json!(value), |n| json!(n)));
        }
    }

    fn now(&mut self, status: &str) {
        self.wanted.insert("Status".into(), json!(status));
    }

    fn done(&mut self, back: &Back, status: &str) {
        assert_eq!(fields(back), ["RequestId"]);
        self.now(status);
    }

    /// The plan is empty: what is told is what was configured.
    async fn believe_circuits(&mut self, values: &BTreeMap<String, String>, first: Back) {
        let mut back = first;
        if let Some(Awaited { underway, event }) = self.awaited.take() {
            let status = text(&circuits(&back)[0]["Status"]).to_owned();
            let waits = underway.contains(&status.as_str());
            // Nobody has moved it yet, unless the automatic carrier was quick.
            let may_be_there =
                self.carrier == Carrier::Auto && json!(status) == self.wanted["Status"];
            assert!(waits || may_be_there, "{}", back.text);
            self.carry(event).await;
            let business: Vec<_> = values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            back = self.call(LIST, &business).await.ok();
        }
        assert_eq!(back.body["TotalCount"], 1, "{}", back.text);
        assert_eq!(back.body["PageNumber"], 1, "{}", back.text);
        assert_eq!(back.body["PageSize"], 50, "{}", back.text);
        let list = circuits(&back);
        assert_eq!(list.len(), 1, "{}", back.text);
        assert_eq!(list[0]["PhysicalConnectionId"], self.circuit.as_str());
        for (field, value) in &self.wanted {
            assert_eq!(list[0][field], *value, "{field} of {}", back.text);
        }
        for field in READ {
            assert!(list[0][field].is_string(), "{field} of {}", back.text);
        }
    }

    /// What the provider waits for comes about.
    async fn carry(&self, event: &str) {
        match self.carrier {
            Carrier::Auto => self.rig.post("/clock", json!({"advance": "PT1S"})).await,
            Carrier::Manual => {
                let path = format!("/circuits/{}/events", self.circuit);
                self.rig.post(&path, json!({"event": event})).await
            }
        };
    }

    fn believe_a_look(&self, action: &str, back: &Back) {
        match action {
            "GetCallerIdentity" => {
                assert_eq!(back.body["AccountId"], ACCOUNT);
                for field in ["Arn", "IdentityType", "PrincipalId", "UserId"] {
                    assert!(back.body[field].is_string(), "{field} of {}", back.text);
                }
            }
            "DescribeEndpoints" => {
                let list = &back.body["Endpoints"]["Endpoint"];
                assert_eq!(list.as_array().map(Vec::len), Some(1), "{}", back.text);
                assert_eq!(list[0]["Endpoint"], self.rig.address.to_string(), "this very server");
                assert_eq!(list[0]["Id"], "cn-hangzhou");
                assert_eq!(list[0]["Type"], "openAPI");
                assert_eq!(list[0]["SerivceCode"], "ecs");
                assert_eq!(list[0]["Protocols"]["Protocols"], json!(["HTTP"]));
                assert_eq!(back.body["Success"], true);
            }
            "DescribeRegions" => {
                let list = back.body["Regions"]["Region"].as_array().expect("regions");
                let ids: Vec<_> = list.iter().map(|region| text(&region["RegionId"])).collect();
                assert!(ids.contains(&"cn-hangzhou"), "{ids:?}");
                let told = |field: &str| list.iter().all(|region| region[field].is_string());
                assert!(told("LocalName") && told("RegionEndpoint"), "{}", back.text);
            }
            other => panic!("the recording holds an unknown look: {other}"),
        }
        assert!(back.body.get("Code").is_none(), "{}", back.text);
    }

    /// Nothing is left, and a second destroy would take that for success.
    async fn gone(&mut self) {
        let circuit = self.circuit.clone();
        let filter = [
            ("Filter.1.Key", "PhysicalConnectionId"),
            ("Filter.1.Value.1", circuit.as_str()),
            ("PageNumber", "1"),
            ("PageSize", "50"),
        ];
        let back = self.call(LIST, &filter).await.ok();
        assert!(circuits(&back).is_empty(), "{}", back.text);
        assert_eq!(back.body["TotalCount"], 0);
        let id = [("PhysicalConnectionId", circuit.as_str())];
        let again = self.call("DeletePhysicalConnection", &id).await;
        again.refused(404, "InvalidPhysicalConnectionId.NotFound");
    }

    /// One order, and its price gone once.
    async fn paid_once(&self) {
        let state = self.rig.state().await;
        let orders = state["orders"].as_array().expect("orders");
        assert_eq!(orders.len(), 1, "{state}");
        assert_eq!(orders[0]["status"], "Paid");
        assert_eq!(self.orders, [text(&orders[0]["id"])]);
        assert_eq!(self.rig.balance(KEY).await, "15.00");
    }
}

/// The names in a good answer: none of them one that the provider takes for an error's.
fn fields(back: &Back) -> Vec<&str> {
    let body = back.body.as_object().expect("an object");
    body.keys().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The list, which is there even when it is empty.
fn circuits(back: &Back) -> &Vec<Value> {
    let surprise = ["Code", "code", "Success", "success"];
    assert!(!surprise.iter().any(|name| back.body.get(name).is_some()), "{}", back.text);
    let list = &back.body["PhysicalConnectionSet"]["PhysicalConnectionType"];
    list.as_array().unwrap_or_else(|| panic!("no list: {}", back.text))
}

fn believe_access_points(back: &Back, wanted: &BTreeMap<String, Value>) {
    let list = back.body["AccessPointSet"]["AccessPointType"].as_array().expect("access points");
    assert!(list.len() == 6 && back.body["TotalCount"] == 6, "{}", back.text);
    for point in list {
        // The whole provider panics over one without.
        let features = &point["AccessPointFeatureModels"]["AccessPointFeatureModel"];
        let features = features.as_array().expect("features");
        let told = |name: &str| features.iter().all(|feature| feature[name].is_string());
        assert!(told("FeatureKey") && told("FeatureValue"), "{point}");
        for field in ["AttachedRegionNo", "Description", "HostOperator", "Location", "Name", "Type"]
        {
            assert!(point[field].is_string(), "{field} of {point}");
        }
        assert_eq!(point["Location"], "", "{point}");
        let status = text(&point["Status"]);
        assert!(["recommended", "full", "hot", "disabled"].contains(&status), "{point}");
    }
    let ids: Vec<_> = list.iter().map(|point| &point["AccessPointId"]).collect();
    assert!(wanted.get("AccessPointId").is_none_or(|id| ids.contains(&id)), "{ids:?}");
    assert!(back.body.get("Code").is_none() && back.body.get("Success").is_none());
}

async fn from_apply_to_destroy(carrier: Carrier) {
    let mut provider = Provider::with(carrier).await;
    let phases = phases();
    assert_eq!(phases.len(), 7, "apply, plan, three changes, Terminated, destroy");
    for phase in &phases {
        provider.play_phase(phase).await;
    }
    let changed = json!(["second", "longtel002", 200, "Terminated"]);
    let wanted = &provider.wanted;
    let held =
        json!([wanted["Name"], wanted["CircuitCode"], wanted["Bandwidth"], wanted["Status"]]);
    assert_eq!(held, changed, "the recording changed all of these");
    provider.gone().await;
    provider.paid_once().await;
    assert_eq!(provider.resent, 0);
    provider.rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn terraform_comes_from_apply_to_destroy_while_the_carrier_is_automatic() {
    from_apply_to_destroy(Carrier::Auto).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn terraform_comes_from_apply_to_destroy_while_the_carrier_is_told_what_to_do() {
    from_apply_to_destroy(Carrier::Manual).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn terraform_that_loses_the_orders_answer_sends_it_again_and_pays_once() {
    let mut provider = Provider::with(Carrier::Auto).await;
    let fault = json!({"action": ORDER, "kind": "drop_after_commit", "count": 1});
    provider.rig.post("/faults", fault).await;
    provider.play_phase(&phases()[0]).await;
    assert_eq!(provider.resent, 1, "the answer was lost");
    provider.paid_once().await;
    provider.play_phase(&phases()[1]).await;
    provider.rig.end().await;
}

/// SOURCE: api dossier 5.1: the path of the provider's own acceptance test.
#[tokio::test(flavor = "multi_thread")]
async fn each_field_that_terraform_changes_is_told_at_once() {
    let mut provider = Provider::with(Carrier::Auto).await;
    let apply = &phases()[0];
    let requests = apply["requests"].as_array().expect("requests");
    let at = |action: &str| {
        requests.iter().find(|r| r["action"] == action).expect("it is in the recording")
    };
    provider.play(at("OpenPhysicalConnectionService")).await;
    provider.play(at("CreatePhysicalConnection")).await;
    provider.play(at(LIST)).await;
    for (parameter, value) in [
        ("LineOperator", "CU"),
        ("Name", "tf-testacc.renamed"),
        ("Description", "changed by terraform"),
        ("PeerLocation", "XX街道"),
        ("CircuitCode", "longtel003"),
        ("bandwidth", "500"),
        ("PortType", "10GBase-LR"),
    ] {
        let mut values = BTreeMap::from([(parameter.to_owned(), value.to_owned())]);
        values.insert("PhysicalConnectionId".into(), provider.circuit.clone());
        values.insert("ClientToken".into(), provider.token(AMEND));
        let business: Vec<_> = values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let back = provider.call(AMEND, &business).await;
        provider.believe(AMEND, &values, back).await;
        provider.play(at(LIST)).await;
    }
    provider.play(at("ConfirmPhysicalConnection")).await;
    provider.play(at(LIST)).await;
    provider.rig.end().await;
}

/// SOURCE: api dossier 5.1: what the provider's own tests expect of a circuit of today.
#[tokio::test(flavor = "multi_thread")]
async fn a_circuit_without_an_order_tells_terraform_of_a_port_and_of_no_payment() {
    let mut provider = Provider::with(Carrier::Auto).await;
    let apply = &phases()[0];
    let requests = apply["requests"].as_array().expect("requests");
    for action in ["OpenPhysicalConnectionService", "CreatePhysicalConnection", LIST] {
        let request = requests.iter().find(|request| request["action"] == action);
        provider.play(request.expect("it is in the recording")).await;
    }
    let back = provider.call(LIST, &[]).await.ok();
    let circuit = &circuits(&back)[0];
    for field in ["AdLocation", "PortNumber", "Spec", "BusinessStatus"] {
        assert_ne!(text(&circuit[field]), "", "{field} of {circuit}");
    }
    for field in ["LoaStatus", "EnabledTime", "EndTime", "ChargeType"] {
        assert_eq!(text(&circuit[field]), "", "{field} of {circuit}");
    }
    provider.rig.end().await;
}
