//! Two circuits, a router on one of them and joined to the other, a part of one that is shared with
//! another account, and their data sources.

use super::{ACCOUNT, Carrier, KEY, LIST, Provider, Values, circuits, fields, list, pairs, text};
use crate::rig::{Back, ORDER};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const TRACE: &str = include_str!("../../../../../fixtures/terraform_trace_family.json");
/// The price of a month, of a year and of a part of a port, and a little more.
const BALANCE: &str = "2000.00";
const ROUTERS: &str = "DescribeVirtualBorderRouters";
const MAKE_SHARED: &str = "CreateVirtualPhysicalConnection";
const SHARED: &str = "ListVirtualPhysicalConnections";

/// The recorded ids, in the order in which the recording makes them.
const RECORDED: [&str; 4] = ["pc-stub0001", "pc-stub0002", "pc-virt0003", "vbr-stub0004"];

/// What is in a router's row when nobody has said it: else the next plan would change it.
/// SOURCE: ROUTERS 13.2.
const UNSAID: [&str; 5] = [
    "CircuitCode",
    "Description",
    "LocalIpv6GatewayIp",
    "PeerIpv6GatewayIp",
    "PeeringIpv6SubnetMask",
];
/// What the data source tells of a fresh router, and what it tells as empty. SOURCE: ROUTERS 13.7.
const TOLD: [&str; 8] = [
    "AccessPointId",
    "ActivationTime",
    "CreationTime",
    "PhysicalConnectionBusinessStatus",
    "PhysicalConnectionOwnerUid",
    "PhysicalConnectionStatus",
    "RouteTableId",
    "VlanInterfaceId",
];
const EMPTY: [&str; 5] =
    ["CloudBoxInstanceId", "EccId", "PConnVbrExpireTime", "RecoveryTime", "TerminationTime"];

type Row = Map<String, Value>;

/// What an answer shows of a parameter that was sent: as a number where the provider takes only
/// numbers for one. SOURCE: ROUTERS 12, point 10; 13.2.
fn shown(action: &str, values: &Values) -> Row {
    let as_text = ["AssociatePhysicalConnectionToVirtualBorderRouter", MAKE_SHARED];
    let as_text = as_text.contains(&action);
    let show = |(name, value): (&String, &String)| {
        let number = || json!(value.parse::<i64>().expect("a number"));
        match name.as_str() {
            "ClientToken" | "VbrId" => None,
            "bandwidth" => Some(("Bandwidth".to_owned(), number())),
            "EnableIpv6" => Some((name.clone(), json!(value == "true"))),
            "PhysicalConnectionId" if action == MAKE_SHARED => {
                Some(("ParentPhysicalConnectionId".to_owned(), json!(value)))
            }
            "VpconnAliUid" => Some(("AliUid".to_owned(), json!(value))),
            "VlanId" if as_text => Some((name.clone(), json!(value))),
            "Bandwidth" | "Mtu" | "VlanId" => Some((name.clone(), number())),
            _ => Some((name.clone(), json!(value))),
        }
    };
    values.iter().filter_map(show).collect()
}

fn holds(row: &Value, wanted: &Row) {
    for (field, value) in wanted {
        assert_eq!(row[field], *value, "{field} of {row}");
    }
}

/// The provider, with what it has been told to bring about.
struct Story {
    provider: Provider,
    /// Our ids of the recorded ones.
    ours: BTreeMap<&'static str, String>,
    /// What each is to be like, by our id.
    wanted: BTreeMap<String, Row>,
    /// The further circuits of the router.
    joined: Vec<Row>,
    /// What is underway, by our id, and the event that ends it.
    awaited: BTreeMap<String, &'static str>,
}

impl Story {
    async fn with(carrier: Carrier) -> Self {
        let provider = Provider::opened(carrier).await;
        provider.rig.credit(ACCOUNT, BALANCE).await;
        Self {
            provider,
            ours: BTreeMap::new(),
            wanted: BTreeMap::new(),
            joined: Vec::new(),
            awaited: BTreeMap::new(),
        }
    }

    async fn play(&mut self, request: &Value) {
        let action = text(&request["action"]);
        let values = self.provider.values(request, |id| self.ours.get(id).cloned());
        let back = self.provider.replay(request, &values).await;
        self.believe(action, &values, back).await;
    }

    async fn believe(&mut self, action: &str, values: &Values, back: Back) {
        let id = values.get("VbrId").or_else(|| values.get("PhysicalConnectionId"));
        let id = id.cloned().unwrap_or_default();
        match action {
            "CreatePhysicalConnection" => {
                let id = self.made(action, values, &back.ok(), "PhysicalConnectionId", "Allocated");
                self.awaited.insert(id, "allocate");
            }
            "CreateVirtualBorderRouter" => {
                self.made(action, values, &back.ok(), "VbrId", "active");
            }
            MAKE_SHARED => {
                let back = back.ok();
                self.made(action, values, &back, "VirtualPhysicalConnection", "Allocated");
            }
            SHARED => self.believe_the_shared_one(values, &back.ok()),
            LIST => self.believe_a_circuit(values, back).await,
            ROUTERS if values.contains_key("Filter.1.Value.1") => {
                self.believe_a_router(values, back).await;
            }
            ROUTERS => self.believe_the_data_source(values, &back.ok()),
            ORDER => {
                assert_eq!(fields(&back.ok()), ["Data", "RequestId"]);
                self.now(&id, "Enabled");
            }
            "ConfirmPhysicalConnection" => {
                done(&back.ok());
                self.now(&id, "Confirmed");
            }
            "AssociatePhysicalConnectionToVirtualBorderRouter" => {
                done(&back.ok());
                let mut row = shown(action, values);
                row.insert("Status".into(), json!("Associated"));
                self.joined.push(row);
            }
            "UnassociatePhysicalConnectionFromVirtualBorderRouter" => {
                done(&back.ok());
                let circuit = json!(values["PhysicalConnectionId"]);
                self.joined.retain(|row| row["PhysicalConnectionId"] != circuit);
            }
            "ModifyVirtualBorderRouterAttribute" => {
                done(&back.ok());
                let said = shown(action, values);
                self.wanted.get_mut(&id).expect("it is there").extend(said);
            }
            "DeleteVirtualBorderRouter" => {
                done(&back.ok());
                self.wanted.remove(&id);
                self.awaited.insert(id, "finish");
            }
            "DeletePhysicalConnection" if self.is_shared(&id) => {
                done(&back.ok());
                self.wanted.remove(&id);
            }
            // The recording's server let that pass; it says itself that the service does not.
            "DeletePhysicalConnection" => back.refused(400, "Forbidden.NotInAllowDeleteStatus"),
            other => panic!("the recording holds an unknown call: {other}"),
        }
    }

    /// Notes what was made, and says its id.
    fn made(
        &mut self,
        action: &str,
        values: &Values,
        back: &Back,
        field: &str,
        status: &str,
    ) -> String {
        let mut told = ["RequestId", field];
        told.sort_unstable();
        assert_eq!(fields(back), told);
        let id = text(&back.body[field]).to_owned();
        self.ours.insert(RECORDED[self.ours.len()], id.clone());
        self.wanted.insert(id.clone(), shown(action, values));
        self.now(&id, status);
        id
    }

    fn now(&mut self, id: &str, status: &str) {
        self.wanted.get_mut(id).expect("it is there").insert("Status".into(), json!(status));
    }

    /// The answer to a look once what was underway is there.
    async fn settled(&mut self, action: &str, values: &Values, first: Back) -> Back {
        let id = &values["Filter.1.Value.1"];
        let Some(event) = self.awaited.remove(id) else { return first.ok() };
        let kind = if action == ROUTERS { "routers" } else { "circuits" };
        // Refused unless it is still underway, with the manual carrier.
        self.provider.carry(&format!("/{kind}/{id}"), event).await;
        self.provider.call(action, &pairs(values)).await.ok()
    }

    async fn believe_a_circuit(&mut self, values: &Values, first: Back) {
        let back = self.settled(LIST, values, first).await;
        let [row] = &circuits(&back)[..] else { panic!("not one: {}", back.text) };
        holds(row, &self.wanted[&values["Filter.1.Value.1"]]);
    }

    fn is_shared(&self, id: &str) -> bool {
        self.wanted.get(id).is_some_and(|row| row.contains_key("ParentPhysicalConnectionId"))
    }

    /// Its owner has not taken it. The resource asks by its id, the data source for all.
    fn believe_the_shared_one(&self, values: &Values, back: &Back) {
        let [row] = &list(back, "/VirtualPhysicalConnections")[..] else {
            panic!("not one: {}", back.text)
        };
        let id = text(&row["PhysicalConnectionId"]);
        assert!(self.is_shared(id), "{row}");
        let asked = values.get("VirtualPhysicalConnectionIds.1");
        assert!(asked.is_none_or(|asked| asked == id), "{row}");
        holds(row, &self.wanted[id]);
        assert_eq!(row["VirtualPhysicalConnectionStatus"], "UnConfirmed", "{row}");
        assert_eq!(row["ParentPhysicalConnectionAliUid"], ACCOUNT, "{row}");
        for field in ["Description", "ExpectSpec"] {
            assert_eq!(text(&row[field]), "", "{field} of {row}");
        }
    }

    async fn believe_a_router(&mut self, values: &Values, first: Back) {
        let back = self.settled(ROUTERS, values, first).await;
        let rows = routers(&back);
        match self.wanted.get(&values["Filter.1.Value.1"]) {
            Some(wanted) => {
                assert_eq!(rows.len(), 1, "{}", back.text);
                self.believe_a_row(&rows[0], wanted);
            }
            None => assert!(rows.is_empty(), "{}", back.text),
        }
    }

    /// The plan is empty: what is told is what was configured.
    fn believe_a_row(&self, row: &Value, wanted: &Row) {
        holds(row, wanted);
        for field in UNSAID {
            assert_eq!(row[field], "", "{field} of {row}");
        }
        for field in ["EnableIpv6", "SitelinkEnable"] {
            assert_eq!(row[field], false, "{field} of {row}");
        }
        assert_eq!(row["Tags"]["Tags"], json!([]), "{row}");
        // The provider panics over a text that is no number.
        for field in ["Bandwidth", "DetectMultiplier", "MinRxInterval", "MinTxInterval", "Mtu"] {
            assert!(row[field].is_u64(), "{field} of {row}");
        }
        let further = &row["AssociatedPhysicalConnections"]["AssociatedPhysicalConnection"];
        let further = further.as_array().unwrap_or_else(|| panic!("no list: {row}"));
        assert_eq!(further.len(), self.joined.len(), "{row}");
        for (row, wanted) in further.iter().zip(&self.joined) {
            holds(row, wanted);
            for field in UNSAID.into_iter().filter(|field| *field != "Description") {
                assert_eq!(row[field], "", "{field} of {row}");
            }
        }
    }

    fn believe_the_data_source(&self, values: &Values, back: &Back) {
        let asked: u32 = values["PageSize"].parse().expect("a number");
        let page = ["TotalCount", "PageNumber", "PageSize"].map(|field| back.body[field].clone());
        assert_eq!(page, [json!(1), json!(1), json!(asked)], "{}", back.text);
        let [row] = &routers(back)[..] else { panic!("not one: {}", back.text) };
        self.believe_a_row(row, &self.wanted[text(&row["VbrId"])]);
        for field in TOLD {
            assert_ne!(text(&row[field]), "", "{field} of {row}");
        }
        for field in EMPTY {
            assert_eq!(text(&row[field]), "", "{field} of {row}");
        }
        assert_eq!(row["PhysicalConnectionOwnerUid"], ACCOUNT, "{row}");
    }

    /// What `status = "Terminated"` and a second destroy send, one after the other.
    async fn end_circuits(&mut self) {
        for circuit in std::mem::take(&mut self.wanted).into_keys() {
            let id = [("PhysicalConnectionId", &*circuit)];
            done(&self.provider.call("TerminatePhysicalConnection", &id).await.ok());
            self.provider.carry(&format!("/circuits/{circuit}"), "finish_termination").await;
            done(&self.provider.call("DeletePhysicalConnection", &id).await.ok());
        }
    }
}

fn done(back: &Back) {
    assert_eq!(fields(back), ["RequestId"]);
}

fn routers(back: &Back) -> &Vec<Value> {
    list(back, "/VirtualBorderRouterSet/VirtualBorderRouterType")
}

async fn from_apply_to_destroy(carrier: Carrier) {
    let mut story = Story::with(carrier).await;
    let phases = super::phases(TRACE);
    assert_eq!(phases.len(), 4, "apply, plan, a change, destroy");
    for request in phases.iter().flat_map(super::requests) {
        story.play(request).await;
    }
    assert!(story.joined.is_empty() && story.awaited.is_empty());
    assert_eq!(story.wanted.len(), 2, "the circuits are left, in service");
    story.end_circuits().await;
    let provider = &mut story.provider;
    assert!(circuits(&provider.call(LIST, &[]).await.ok()).is_empty());
    assert!(routers(&provider.call(ROUTERS, &[]).await.ok()).is_empty());
    let orders = provider.rig.state().await["orders"].clone();
    let paid = orders.as_array().expect("orders").iter().map(|order| text(&order["status"]));
    assert_eq!(paid.collect::<Vec<_>>(), ["Paid", "Paid", "Paid"], "{orders}");
    assert_ne!(provider.rig.balance(KEY).await, BALANCE);
    assert_eq!(provider.resent, 0);
    story.provider.rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn terraform_makes_changes_and_destroys_a_router_while_the_carrier_is_automatic() {
    from_apply_to_destroy(Carrier::Auto).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn terraform_makes_changes_and_destroys_a_router_while_the_carrier_is_told_what_to_do() {
    from_apply_to_destroy(Carrier::Manual).await;
}
