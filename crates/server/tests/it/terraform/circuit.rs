//! One circuit and the data sources about it, from apply to destroy.

use super::{ACCOUNT, Carrier, KEY, LIST, Provider, Values, circuits, fields, pairs, text};
use crate::rig::{Back, ORDER};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const TRACE: &str = include_str!("../../../../../fixtures/terraform_trace.json");
/// The price of one order and a little more.
const BALANCE: &str = "100.00";
const AMEND: &str = "ModifyPhysicalConnectionAttribute";

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
    super::phases(TRACE)
}

/// The name of a parameter in the answer, if it comes back in one.
fn answered_as(parameter: &str) -> Option<&str> {
    match parameter {
        "ClientToken" | "PhysicalConnectionId" => None,
        "bandwidth" => Some("Bandwidth"),
        name => Some(name),
    }
}

/// What the provider waits for after a call.
struct Awaited {
    underway: &'static [&'static str],
    event: &'static str,
}

/// The provider, with what it has been told to bring about.
struct Story {
    provider: Provider,
    circuit: String,
    wanted: BTreeMap<String, Value>,
    awaited: Option<Awaited>,
    opened: bool,
    orders: Vec<String>,
}

impl Story {
    async fn with(carrier: Carrier) -> Self {
        let provider = Provider::with(carrier).await;
        provider.rig.credit(ACCOUNT, BALANCE).await;
        Self {
            provider,
            circuit: String::new(),
            wanted: BTreeMap::new(),
            awaited: None,
            opened: false,
            orders: Vec::new(),
        }
    }

    async fn play_phase(&mut self, phase: &Value) {
        for request in super::requests(phase) {
            self.play(request).await;
        }
    }

    async fn play(&mut self, request: &Value) {
        let circuit = |id: &str| id.starts_with("pc-").then(|| self.circuit.clone());
        let values = self.provider.values(request, circuit);
        let back = self.provider.replay(request, &values).await;
        self.believe(text(&request["action"]), &values, back).await;
    }

    async fn believe(&mut self, action: &str, values: &Values, back: Back) {
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
            other => self.believe_a_look(other, &back.ok()),
        }
    }

    /// One field of the circuit is changed.
    async fn amend(&mut self, parameter: &str, value: &str) -> (Values, Back) {
        let mut values = BTreeMap::from([(parameter.to_owned(), value.to_owned())]);
        values.insert("PhysicalConnectionId".into(), self.circuit.clone());
        values.insert("ClientToken".into(), self.provider.token(AMEND));
        let back = self.provider.call(AMEND, &pairs(&values)).await;
        (values, back)
    }

    fn want(&mut self, values: &Values) {
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
    async fn believe_circuits(&mut self, values: &Values, first: Back) {
        let mut back = first;
        if let Some(Awaited { underway, event }) = self.awaited.take() {
            let status = text(&circuits(&back)[0]["Status"]).to_owned();
            let waits = underway.contains(&status.as_str());
            // Nobody has moved it yet, unless the automatic carrier was quick.
            let may_be_there =
                self.provider.carrier == Carrier::Auto && json!(status) == self.wanted["Status"];
            assert!(waits || may_be_there, "{}", back.text);
            self.provider.carry(&format!("/circuits/{}", self.circuit), event).await;
            back = self.provider.call(LIST, &pairs(values)).await.ok();
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
                let this = self.provider.rig.address.to_string();
                assert_eq!(list[0]["Endpoint"], this, "this very server");
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
        let back = self.provider.call(LIST, &filter).await.ok();
        assert!(circuits(&back).is_empty(), "{}", back.text);
        assert_eq!(back.body["TotalCount"], 0);
        let id = [("PhysicalConnectionId", circuit.as_str())];
        let again = self.provider.call("DeletePhysicalConnection", &id).await;
        again.refused(404, "InvalidPhysicalConnectionId.NotFound");
    }

    /// One order, and its price gone once.
    async fn paid_once(&self) {
        let state = self.provider.rig.state().await;
        let orders = state["orders"].as_array().expect("orders");
        assert_eq!(orders.len(), 1, "{state}");
        assert_eq!(orders[0]["status"], "Paid");
        assert_eq!(self.orders, [text(&orders[0]["id"])]);
        assert_eq!(self.provider.rig.balance(KEY).await, "15.00");
    }
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
    let mut story = Story::with(carrier).await;
    let phases = phases();
    assert_eq!(phases.len(), 7, "apply, plan, three changes, Terminated, destroy");
    for phase in &phases {
        story.play_phase(phase).await;
    }
    let changed = json!(["second", "longtel002", 200, "Terminated"]);
    let wanted = &story.wanted;
    let held =
        json!([wanted["Name"], wanted["CircuitCode"], wanted["Bandwidth"], wanted["Status"]]);
    assert_eq!(held, changed, "the recording changed all of these");
    story.gone().await;
    story.paid_once().await;
    assert_eq!(story.provider.resent, 0);
    story.provider.rig.end().await;
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
    let mut story = Story::with(Carrier::Auto).await;
    let fault = json!({"action": ORDER, "kind": "drop_after_commit", "count": 1});
    story.provider.rig.post("/faults", fault).await;
    story.play_phase(&phases()[0]).await;
    assert_eq!(story.provider.resent, 1, "the answer was lost");
    story.paid_once().await;
    story.play_phase(&phases()[1]).await;
    story.provider.rig.end().await;
}

/// SOURCE: api dossier 5.1: the path of the provider's own acceptance test.
#[tokio::test(flavor = "multi_thread")]
async fn each_field_that_terraform_changes_is_told_at_once() {
    let mut story = Story::with(Carrier::Auto).await;
    let apply = &phases()[0];
    let requests = super::requests(apply);
    let at = |action: &str| {
        requests.iter().find(|r| r["action"] == action).expect("it is in the recording")
    };
    story.play(at("OpenPhysicalConnectionService")).await;
    story.play(at("CreatePhysicalConnection")).await;
    story.play(at(LIST)).await;
    for (parameter, value) in [
        ("LineOperator", "CU"),
        ("Name", "tf-testacc.renamed"),
        ("Description", "changed by terraform"),
        ("PeerLocation", "XX街道"),
        ("CircuitCode", "longtel003"),
        ("bandwidth", "500"),
    ] {
        let (values, back) = story.amend(parameter, value).await;
        story.believe(AMEND, &values, back).await;
        story.play(at(LIST)).await;
    }
    // SOURCE: api dossier 3.2: the port is there.
    let (_, back) = story.amend("PortType", "10GBase-LR").await;
    back.refused(400, "InvalidStatus");
    story.play(at("ConfirmPhysicalConnection")).await;
    story.play(at(LIST)).await;
    story.provider.rig.end().await;
}

/// SOURCE: api dossier 5.1: what the provider's own tests expect of a circuit of today.
#[tokio::test(flavor = "multi_thread")]
async fn a_circuit_without_an_order_tells_terraform_of_a_port_and_of_no_payment() {
    let mut story = Story::with(Carrier::Auto).await;
    let apply = &phases()[0];
    let requests = super::requests(apply);
    for action in ["OpenPhysicalConnectionService", "CreatePhysicalConnection", LIST] {
        let request = requests.iter().find(|request| request["action"] == action);
        story.play(request.expect("it is in the recording")).await;
    }
    let back = story.provider.call(LIST, &[]).await.ok();
    let circuit = &circuits(&back)[0];
    for field in ["AdLocation", "PortNumber", "Spec", "BusinessStatus"] {
        assert_ne!(text(&circuit[field]), "", "{field} of {circuit}");
    }
    for field in ["LoaStatus", "EnabledTime", "EndTime", "ChargeType"] {
        assert_eq!(text(&circuit[field]), "", "{field} of {circuit}");
    }
    story.provider.rig.end().await;
}
