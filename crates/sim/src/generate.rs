//! Calls made up from the registry: what an operation declares of its parameters says what is
//! valid, what lies at a limit and what just outside of it. An operation that is added is called
//! from the day it is added.
//!
//! Long because it knows how each kind of value is made up. What calls on routers say is made up
//! beside it.

use crate::call::{Call, SECRET, Scheme};
use crate::model::atlas::{self, EDITIONS};
use crate::model::calendar::{beijing, stamp};
use crate::model::quotes::{PRICE, PRICED};
use crate::model::routers::Router;
use crate::model::state::{Circuit, World};
use crate::model::{Model, POOR, RICH};
use crate::routers::about_routers;
use api::parameter::{Shape, Spec};
use api::{Edition, OPERATIONS, Operation};
use chance::Chance;

/// Makes calls up.
pub struct Maker<'m> {
    /// Chance of the step.
    pub chance: &'m mut Chance,
    /// How things stand.
    pub model: &'m Model,
    /// The world that is called.
    pub world: &'m str,
}

/// The tokens that unrelated calls share.
const SHARED_TOKENS: &[&str] = &["token-a", "token-b", "Token-a", "token-c"];

/// What nothing about a person may be.
const ODD: [&str; 3] = ["é", "x", "a\u{7}"];

/// The operation that the product is about.
pub const ORDER: &str = "CreatePhysicalConnectionOccupancyOrder";

/// How often an operation is called; one that is not listed, three times.
const OPERATION_WEIGHTS: &[(&str, u64)] = &[
    (ORDER, 40),
    ("CreatePhysicalConnection", 12),
    ("ConfirmPhysicalConnection", 9),
    ("DescribePhysicalConnections", 10),
    ("ModifyPhysicalConnectionAttribute", 7),
    ("CancelOrder", 7),
    ("QueryOrders", 7),
    ("GetOrderDetail", 5),
    ("DeletePhysicalConnection", 5),
    ("TerminatePhysicalConnection", 4),
    ("QueryAccountBalance", 4),
    ("RenewInstance", 7),
    ("PayOrder", 6),
    ("RefundInstance", 12),
    ("InquiryPriceRefundInstance", 9),
    ("SetRenewal", 7),
    (PRICE, 9),
    ("DescribeRegions", 1),
    ("DescribeZones", 1),
    ("ListGeographicSubRegions", 1),
    ("ListBusinessRegions", 1),
    ("ListBusinessAccessPoints", 1),
    ("ApplyPhysicalConnectionLOA", 6),
    ("CompletePhysicalConnectionLOA", 6),
    ("EnablePhysicalConnection", 8),
    ("SecondApplyPhysicalConnectionLOA", 4),
    ("CancelPhysicalConnection", 3),
    ("TagResourcesForExpressConnect", 8),
    ("CreateVirtualBorderRouter", 13),
    ("ModifyVirtualBorderRouterAttribute", 8),
    ("DescribeVirtualBorderRouters", 6),
    ("AssociatePhysicalConnectionToVirtualBorderRouter", 9),
    ("UnassociatePhysicalConnectionFromVirtualBorderRouter", 6),
    ("TerminateVirtualBorderRouter", 5),
    ("RecoverVirtualBorderRouter", 5),
    ("CreateVbrHa", 5),
    ("AssociateMacSecKey", 9),
    ("DisassociateMacSecKey", 6),
    ("CreateVirtualPhysicalConnection", 5),
    ("UpdateVirtualPhysicalConnection", 4),
    ("ListVirtualPhysicalConnections", 5),
    ("RecoverPhysicalConnection", 3),
];

impl Maker<'_> {
    pub(crate) fn state(&self) -> &World {
        &self.model.worlds[self.world]
    }

    /// A call of any operation.
    pub fn any(&mut self) -> Call {
        let weight = |operation: &&'static Operation| {
            let listed = OPERATION_WEIGHTS.iter().find(|(name, _)| *name == operation.name);
            (listed.map_or(3, |(_, weight)| *weight), *operation)
        };
        let weights: Vec<_> = OPERATIONS.iter().map(weight).collect();
        let operation = self.chance.weighted(&weights);
        let mut call = self.call(operation);
        if self.chance.percent(1) {
            call.action.push('x');
        }
        call
    }

    /// A call of this operation.
    pub fn named(&mut self, name: &str) -> Call {
        let operation = OPERATIONS.iter().find(|operation| operation.name == name);
        self.call(operation.expect("an operation that is served"))
    }

    fn call(&mut self, operation: &'static Operation) -> Call {
        let mut call = Call {
            key: self.key(),
            secret: if self.chance.percent(1) { "another-secret" } else { SECRET },
            action: operation.name.to_owned(),
            version: operation.product.version,
            parameters: Vec::new(),
            scheme: Scheme::Rpc,
            format: None,
            get: false,
            nonce: String::new(),
            stamped: 0,
        };
        self.dress(&mut call);
        if operation.name == PRICE {
            self.quote(&mut call);
        } else {
            self.fill(operation, &mut call);
        }
        call
    }

    /// A call of something that has a price is asked about; sometimes of something that has none.
    fn quote(&mut self, call: &mut Call) {
        let (product, name, _) = *self.chance.pick(PRICED);
        let operation = OPERATIONS.iter().find(|operation| operation.name == name);
        let operation = operation.expect("it is served");
        let (action, parameters) = (name.to_owned(), Vec::new());
        let mut asked =
            Call { action, version: operation.product.version, parameters, ..call.clone() };
        self.fill(operation, &mut asked);
        call.set("popCode", product);
        call.set("popVersion", operation.product.version);
        call.set("apiName", if self.chance.percent(4) { "DescribeRegions" } else { name });
        for (name, value) in asked.parameters {
            call.set(&format!("parameters.{name}"), value);
        }
        if self.chance.percent(4) {
            let name = *self.chance.pick(&["popCode", "popVersion", "apiName"]);
            call.remove(name);
        }
    }

    /// How it is signed and sent: anew for each time that a call is made.
    pub fn dress(&mut self, call: &mut Call) {
        call.scheme =
            self.chance.weighted(&[(4, Scheme::Rpc), (4, Scheme::Acs3), (1, Scheme::Acs4)]);
        call.format = self.chance.weighted(&[(9, Some("JSON")), (6, Some("XML")), (2, None)]);
        call.get = self.chance.percent(25);
        if call.path() != "/" {
            // The signatures of headers are made for the root alone here.
            (call.scheme, call.get) = (Scheme::Rpc, call.action != PRICE);
        }
        if self.model.settings.roa_too && call.path() != "/" && self.chance.percent(60) {
            call.scheme = Scheme::Roa;
        }
        call.nonce = format!("{:016x}", self.chance.draw());
        let world_time = self.model.wall + self.state().offset_ms;
        let drift = self.chance.weighted(&[
            (90, 0),
            (3, -899_000),
            (3, 900_000),
            (1, -902_000),
            (1, 902_000),
            (2, 60_000),
        ]);
        let now = if self.chance.percent(15) { world_time } else { self.model.wall };
        call.stamped = (now + drift).div_euclid(1000) * 1000;
    }

    fn key(&mut self) -> String {
        let edition = EDITIONS[self.chance.below(EDITIONS.len())];
        let made = self.model.key_names(self.world);
        let name = match self.chance.below(100) {
            0..55 => format!("sandbox-{edition}"),
            // Whoever has no outbound traffic billed, and is asked for it.
            55..59 => {
                let new = made.iter().find(|name| name.starts_with("new-"));
                new.cloned().unwrap_or_else(|| "sandbox".to_owned())
            }
            59..70 => "sandbox".to_owned(),
            70..76 => "sandbox-poor".to_owned(),
            76..97 => made[self.chance.below(made.len())].clone(),
            97 => "sandbox-readonly".to_owned(),
            98 => "sandbox-denied".to_owned(),
            _ => "nobody".to_owned(),
        };
        if self.world == "default" { name } else { format!("{name}@{}", self.world) }
    }

    /// Its own parameters.
    fn fill(&mut self, operation: &'static Operation, call: &mut Call) {
        let edition = Edition::find(EDITIONS[self.model.edition(call)]).expect("an edition");
        let router = self.router_for(operation.name, call);
        let circuit = match &router {
            Some(router) => Some(self.state().circuits[router.line.circuit].clone()),
            None => self.circuit_for(operation.name, call),
        };
        // Most calls are right, so that they come far; one thing wrong shows most about the rest.
        let wrong = self.chance.below(operation.parameters.len());
        let wrong = self.chance.percent(22).then_some(wrong);
        for (place, spec) in operation.parameters.iter().enumerate() {
            let broken = wrong == Some(place);
            // Without both of these nothing can be given back, though neither is required.
            let needed = operation.name.ends_with("RefundInstance")
                && ["InstanceId", "ProductCode"].contains(&spec.name)
                || spec.name == "ResourceType" && operation.name.ends_with("ForExpressConnect");
            let there = spec.required.contains(edition)
                || broken
                || (needed && self.chance.percent(85))
                || (spec.editions.contains(edition) && self.chance.percent(often(spec)))
                || self.chance.percent(4);
            if !there || (broken && spec.required.contains(edition) && self.chance.percent(25)) {
                continue;
            }
            if spec.shape != Shape::Single {
                self.several(spec, router.as_ref(), circuit.as_ref(), call, broken);
                continue;
            }
            let of_router = self.of_routers(spec.name, router.as_ref(), call, broken);
            let of_router = of_router.or_else(|| self.of_hosted(spec.name, call, broken));
            let value = of_router
                .or_else(|| self.reference(spec.name, circuit.as_ref(), call, broken))
                .unwrap_or_else(|| self.value(spec, edition, call, broken));
            call.parameters.push((spec.name.to_owned(), value));
        }
        self.agree_on_owner(router.as_ref(), call);
        self.agree_on_addresses(call);
    }

    /// A parameter that is several at once.
    fn several(
        &mut self,
        spec: &Spec,
        router: Option<&Router>,
        circuit: Option<&Circuit>,
        call: &mut Call,
        broken: bool,
    ) {
        match spec.shape {
            Shape::Filters if call.action.contains("VirtualBorderRouters") => {
                self.router_filters(router, call, broken);
            }
            Shape::Filters => {
                self.filters(circuit, call, broken);
            }
            Shape::Objects if spec.name == "PMInfo" => {
                self.people(spec, call, broken);
            }
            Shape::Objects if spec.name.starts_with("Tag") => {
                self.tags(spec, call, broken);
            }
            Shape::Objects if spec.name == "ApList" => {
                self.points_of_set(call, broken);
            }
            Shape::Objects => {
                self.modules(spec, circuit, call, broken);
            }
            // Those of a quote come with the call that it asks about.
            Shape::Single | Shape::Map => {}
            Shape::List if spec.name == "VbrInstanceIds" => {
                self.router_ids(router, call, broken);
            }
            Shape::List if spec.name == "ResourceId" && about_routers(call) => {
                self.router_resources(call, broken);
            }
            Shape::List if spec.name == "ResourceId" => {
                self.resources(circuit, call, broken);
            }
            Shape::List if call.action == "ListVirtualPhysicalConnections" => {
                self.hosted_list(spec.name, call);
            }
            Shape::List if spec.name == "TagKey" => {
                self.tag_keys(call, broken);
            }
            Shape::List => {
                call.set(&format!("{}.1", spec.name), spec.example);
            }
        }
    }

    /// A circuit that the call could be about: mostly one that it makes sense for.
    fn circuit_for(&mut self, action: &str, call: &Call) -> Option<Circuit> {
        let account = self.model.key(call).map_or(RICH, |key| key.account);
        let wanted: &[&str] = match action {
            ORDER | "EnablePhysicalConnection" => &["Confirmed"],
            "CreateVirtualPhysicalConnection" => &["Enabled"],
            "ConfirmPhysicalConnection" => &["Allocated"],
            "CancelPhysicalConnection" => &["Initial", "Allocated", "Confirmed"],
            _ if action.ends_with("ApplyPhysicalConnectionLOA") => &["Allocated"],
            "CompletePhysicalConnectionLOA" => &["Allocated", "Enabled"],
            "TerminatePhysicalConnection"
            | "RenewInstance"
            | "SetRenewal"
            | "CreateVirtualBorderRouter"
            | "DescribeVirtualBorderRoutersForPhysicalConnection"
            | "AssociateMacSecKey"
            | "DisassociateMacSecKey" => &["Enabled"],
            "RefundInstance" | "InquiryPriceRefundInstance" => &["Terminated"],
            "DeletePhysicalConnection" => {
                &["Confirmed", "Terminated", "Allocation Failed", "Enabled"]
            }
            "ModifyPhysicalConnectionAttribute" => &["Rejected", "Enabled", "Initial"],
            _ => &[],
        };
        // What was given back already is asked about too, by few otherwise.
        if action.ends_with("RefundInstance") && self.chance.percent(20) {
            let circuits = self.model.worlds[self.world].circuits.iter();
            let given_back = |circuit: &&Circuit| circuit.account == account;
            let given_back = circuits.filter(given_back).find(|circuit| circuit.refund.is_some());
            if given_back.is_some() {
                return given_back.cloned();
            }
        }
        let fits = self.chance.percent(75);
        let foreign = self.chance.percent(4);
        let plain = self.chance.percent(80);
        let circuits = &self.model.worlds[self.world].circuits;
        let its = |circuit: &&Circuit| {
            let free = circuit.open_order.is_none() && circuit.locked == (false, false);
            (circuit.account == account) != foreign
                && (!fits || wanted.is_empty() || wanted.contains(&circuit.status))
                && (!fits || !circuit.deleted)
                && (!plain || action != ORDER || free)
        };
        let found: Vec<&Circuit> = circuits.iter().filter(its).collect();
        if found.is_empty() {
            return None;
        }
        // A circuit is full of routers or keys only if most are made on it.
        let first = ["CreateVirtualBorderRouter", "AssociateMacSecKey"].contains(&action)
            && self.chance.percent(65);
        let place = if first { 0 } else { self.chance.below(found.len()) };
        Some(found[place].clone())
    }

    /// Values that name something, by what the parameter is called.
    fn reference(
        &mut self,
        name: &str,
        circuit: Option<&Circuit>,
        call: &Call,
        broken: bool,
    ) -> Option<String> {
        let text = match name {
            "Region" if !broken => circuit.map_or("cn-hangzhou", |circuit| &circuit.region).into(),
            "RegionId" | "Id" if broken => (*self.chance.pick(&["cn-atlantis", "", "x"])).into(),
            "RegionId"
                if call.action == "DescribePhysicalConnections" && self.chance.percent(4) =>
            {
                "cn-beijing-finance-1".into()
            }
            "RegionId" => match circuit {
                Some(circuit) if self.chance.percent(95) => circuit.region.clone(),
                _ if self.chance.percent(70) => "cn-hangzhou".into(),
                _ if self.chance.percent(15) => "cn-beijing-finance-1".into(),
                _ => (*self.chance.pick(atlas::REGIONS)).to_owned(),
            },
            "Id" => (*self.chance.pick(atlas::REGIONS)).to_owned(),
            "ServiceCode" => (*self.chance.pick(&["vpc", "Ecs", "rds", "BssOpenApi"])).into(),
            "InstanceIDs" if self.chance.percent(30) => {
                let other = self.no_circuit();
                circuit.map_or_else(
                    || other.clone(),
                    |circuit| {
                        let second = if broken { other.as_str() } else { circuit.id.as_str() };
                        format!("{}, {second}", circuit.id)
                    },
                )
            }
            "PhysicalConnectionId" | "InstanceId" | "InstanceIDs" | "InstanceID" => match circuit {
                Some(circuit) if !broken => circuit.id.clone(),
                _ => self.no_circuit(),
            },
            "RedundantPhysicalConnectionId" => {
                let circuits = &self.model.worlds[self.world].circuits;
                let place = self.chance.below(circuits.len());
                if broken { self.no_circuit() } else { circuits[place].id.clone() }
            }
            "OrderId" | "RecordID" => self.order_id(call, broken),
            "BillingCycle" | "BillingDate" if !broken => {
                let back_ms = self.chance.weighted(&[(8, 0), (1, 86_400_000), (1, 2_678_400_000)]);
                let time = beijing(self.model.wall + self.state().offset_ms - back_ms);
                time[..if name == "BillingCycle" { 7 } else { 10 }].to_owned()
            }
            "BillOwnerId" | "OwnerID" if !broken => {
                let account = self.model.key(call).map_or(RICH, |key| key.account);
                if self.chance.percent(80) { account.to_string() } else { "-1".into() }
            }
            "TransactionNumber" | "NextToken" if !broken => self.chance.between(1, 40).to_string(),
            "AccessPointId" => self.access_point(call, broken),
            "ClientToken" => self.token(broken),
            "Token" if call.version == crate::model::reference::VPC => self.token(broken),
            "ResourceType" if !broken && self.chance.percent(95) => {
                let types = [(6, "PHYSICALCONNECTION"), (4, "VIRTUALBORDERROUTER")];
                self.chance.weighted(&types).into()
            }
            "Ckn" | "Cak" => self.key_digits(call, broken),
            "Keyword" => (*self.chance.pick(&["", "e", "Dept", "k1"])).into(),
            "OpticalModuleModel" if !broken => self.module(call),
            _ if name.contains("Time") && !broken => self.time(name, call),
            _ => return None,
        };
        Some(text)
    }

    fn time(&mut self, name: &str, call: &Call) -> String {
        let now = self.model.wall + self.state().offset_ms;
        let time = stamp(now + self.chance.between(-7_200_000, 7_200_000));
        let as_day = name.starts_with("Create") && self.chance.percent(30);
        let takes_days = call.action == "QueryAccountTransactionDetails";
        if as_day && takes_days { time[..10].to_owned() } else { time }
    }

    /// The name or the secret of a MACsec key, mostly as long as the call's suite has it.
    fn key_digits(&mut self, call: &Call, broken: bool) -> String {
        let long = call.parameter("CipherSuite").is_some_and(|suite| suite.ends_with("256"));
        let digits = if long { 64 } else { 32 };
        let start = *self.chance.pick(&["aa", "AA", "bb", "cc", "dd", "ee", "ff"]);
        let text = format!("{start}{}", "0".repeat(digits - 2));
        match (broken, self.chance.below(3)) {
            (false, _) => text,
            (true, 0) => format!("{text}00"),
            (true, 1) => text.replacen('0', "x", 1),
            (true, _) => text[..16].to_owned(),
        }
    }

    fn access_point(&mut self, call: &Call, broken: bool) -> String {
        let region = call.parameter("RegionId").unwrap_or("cn-hangzhou");
        let points = atlas::ACCESS_POINTS.iter().filter(|(_, of)| (*of == region) != broken);
        let points: Vec<_> = points.map(|(point, _)| *point).collect();
        if points.is_empty() { "ap-x".into() } else { (*self.chance.pick(&points)).into() }
    }

    fn no_circuit(&mut self) -> String {
        let none = ["pc-nobody", "x", "PC-sandboxconfirmed", "pc-sandboxconfirmed2", ""];
        (*self.chance.pick(&none)).to_owned()
    }

    fn order_id(&mut self, call: &Call, broken: bool) -> String {
        let account = self.model.key(call).map_or(RICH, |key| key.account);
        let account = if self.chance.percent(4) { POOR } else { account };
        let unpaid = self.chance.percent(60);
        let orders = self.model.worlds[self.world].orders.iter();
        let orders = orders.filter(|order| order.account == account);
        let open = |status: &str| status == "Unpaid" || status == "Abnormal";
        let ids: Vec<String> =
            orders.filter(|o| !unpaid || open(o.status)).map(|o| o.id.clone()).collect();
        if broken || ids.is_empty() {
            let none = ["202844382740728", "x", "-1", "0", "200000000000000"];
            return (*self.chance.pick(&none)).to_owned();
        }
        ids[self.chance.below(ids.len())].clone()
    }

    fn token(&mut self, broken: bool) -> String {
        let fresh = format!("t-{:016x}", self.chance.draw());
        if broken {
            return match self.chance.below(4) {
                0 => format!("{fresh:x<65}"),
                1 => format!("{fresh}é"),
                2 => String::new(),
                _ => format!("{fresh:x<300}"),
            };
        }
        match self.chance.below(100) {
            0..70 => fresh,
            70..78 => format!("{fresh:x<64}"),
            _ => (*self.chance.pick(SHARED_TOKENS)).to_owned(),
        }
    }

    fn module(&mut self, call: &Call) -> String {
        let port = call.parameter("PortType").unwrap_or("1000Base-LX");
        let fitting: Vec<_> = atlas::MODULES.iter().filter(|(_, of)| *of == port).collect();
        let any = fitting.is_empty() || self.chance.percent(10);
        let from = if any { atlas::MODULES.iter().collect() } else { fitting };
        from[self.chance.below(from.len())].0.to_owned()
    }

    /// A value of a parameter by its declaration.
    fn value(&mut self, spec: &Spec, edition: Edition, call: &Call, broken: bool) -> String {
        if let Some(texts) = spec.allowed.get(edition) {
            let text = *self.chance.pick(texts);
            return match broken {
                false => text.to_owned(),
                true if self.chance.percent(50) => text.to_lowercase() + "x",
                true => text.to_uppercase(),
            };
        }
        match spec.type_name {
            "boolean" if broken => (*self.chance.pick(&["yes", "1", "truee"])).to_owned(),
            "boolean" => (*self.chance.pick(&["true", "false", "True", "FALSE"])).to_owned(),
            "integer" => self.number(spec, edition, call, broken),
            _ => self.text(spec, broken),
        }
    }

    fn number(&mut self, spec: &Spec, edition: Edition, call: &Call, broken: bool) -> String {
        let mut range = spec.ranges.get(edition).unwrap_or((1, 40));
        if let Some(by) = spec.range_by.filter(|by| by.editions.contains(edition)) {
            let other = call.parameter(by.other.name).or(by.other.default_in(edition));
            let found = by.ranges.iter().find(|(value, _)| Some(*value) == other);
            range = found.map_or(range, |(_, range)| *range);
        }
        let (low, high) = range;
        if broken {
            let none = ["x", "1.0", "+1", "0x1", "-1", "99999999999999999999"];
            return match self.chance.below(4) {
                0 => (low - 1).to_string(),
                1 => (i128::from(high) + 1).to_string(),
                2 => 95_000.to_string(),
                _ => (*self.chance.pick(&none)).to_owned(),
            };
        }
        match self.chance.below(10) {
            0 => low.to_string(),
            1 => high.to_string(),
            2 => format!("0{low}"),
            _ => self.chance.between(low, high.min(low.saturating_add(8))).to_string(),
        }
    }

    fn text(&mut self, spec: &Spec, broken: bool) -> String {
        // The limits that texts of this service have, and one beyond each.
        let lengths: &[usize] =
            if broken { &[1, 65, 129, 257] } else { &[2, 2, 5, 12, 30, 64, 128, 256] };
        let length = *self.chance.pick(lengths);
        let mut text: String = "专线abcXYZ-_9".chars().cycle().take(length).collect();
        if broken {
            match self.chance.below(5) {
                0 => text.insert_str(0, "http://"),
                1 => text.insert(0, '1'),
                2 => text.push('\u{7}'),
                3 => text.push_str("a.b c"),
                _ => {}
            }
        } else if self.chance.percent(35) && !spec.example.is_empty() {
            return spec.example.to_owned();
        }
        text
    }

    /// Modules of a price: some of the product's, or what is none.
    fn modules(&mut self, spec: &Spec, circuit: Option<&Circuit>, call: &mut Call, broken: bool) {
        let setup = call.parameter("ProductCode").is_some_and(|code| code.len() > 5);
        let circuit = format!("Pconn_ID:{}", circuit.map_or("pc-nobody", |circuit| &circuit.id));
        let right: &[(&str, &str)] = if setup {
            &[
                ("SP", "SP:CT"),
                ("Access_Point", "Access_Point:ap-cn-hangzhou-yh-B"),
                ("spec", "SPEC:1G"),
                ("Port_Type", "Port_Type:1000Base-LX"),
            ]
        } else {
            &[
                ("Spec", "Spec:1G"),
                ("spec", "colour:red, SPEC:100G"),
                ("Spec", "Region:cn-hangzhou-dg-a01,Spec:10G"),
                ("Pconn_ID", &circuit),
            ]
        };
        let wrong = [
            ("Bandwidth", "Bandwidth:2"),
            ("Spec", "Spec:3G"),
            ("Spec", "1G"),
            ("Spec", "Colour:red"),
            ("Pconn_ID", "Pconn_ID:x"),
            ("Spec", ""),
            ("", "Spec:1G"),
        ];
        let count = 1 + self.chance.below(2);
        let odd = broken.then(|| self.chance.below(count));
        for place in 0..count {
            let from = if odd == Some(place) { &wrong[..] } else { right };
            let (code, config) = *self.chance.pick(from);
            let name = |member: &str| format!("{}.{}.{member}", spec.name, place + 1);
            call.set(&name("ModuleCode"), code);
            call.set(&name("Config"), config);
            if spec.members.iter().any(|member| member.name == "PriceType") {
                let types = ["Hour", "Usage", "Day", "month", "YEAR", "Month"];
                let odd = odd == Some(place) && self.chance.percent(20);
                call.set(&name("PriceType"), if odd { "Week" } else { self.chance.pick(&types) });
            }
        }
    }

    /// Access points for a set of circuits, as its pattern has them.
    fn points_of_set(&mut self, call: &mut Call, broken: bool) {
        let pattern = call.parameter("HighReliableType").unwrap_or_default().to_owned();
        let right = if pattern.starts_with("Multi") { 2 } else { 1 };
        let odd_count = broken && self.chance.percent(30);
        let count = if odd_count { 1 + self.chance.below(3) } else { right };
        let odd = broken && !odd_count;
        let region = call.parameter("RegionId").unwrap_or("cn-hangzhou").to_owned();
        for nth in 1..=count {
            let mut said = vec![
                ("RegionId", region.clone()),
                ("AccessPointId", self.access_point(call, false)),
                ("LineOperator", self.chance.pick(&atlas::OPERATORS).clone()),
            ];
            for (name, value) in [
                ("Type", "VPC"),
                ("Bandwidth", "200"),
                ("Name", "set"),
                ("Description", "a set"),
                ("PeerLocation", "专线"),
                ("CircuitCode", "code"),
                ("OpticalModuleModel", "SFP-GE-LR-SM1310,10KM"),
            ] {
                if self.chance.percent(15) {
                    said.push((name, value.to_owned()));
                }
            }
            let ports = pattern.ends_with("Connection") || self.chance.percent(3);
            if ports {
                said.push(("PortNum", self.chance.between(2, 4).to_string()));
            }
            if odd && nth == count && self.chance.percent(60) {
                let names = ["Type", "Bandwidth", "Name", "Description", "PeerLocation"];
                let names = [&names[..], &["CircuitCode", "OpticalModuleModel"]].concat();
                said.push((*self.chance.pick(&names), "1\u{7}".into()));
            } else if odd && nth == count {
                let place = self.chance.below(said.len());
                let wrong = ["", "x", "17", "cn-beijing", "ap-cn-beijing-ft-A"];
                (*self.chance.pick(&wrong)).clone_into(&mut said[place].1);
            }
            for (name, value) in said {
                call.set(&format!("ApList.{nth}.{name}"), value);
            }
        }
    }

    /// Whoever is to enter a data centre.
    fn people(&mut self, spec: &Spec, call: &mut Call, broken: bool) {
        let count = if broken && self.chance.percent(20) { 17 } else { 1 + self.chance.below(2) };
        for nth in 1..=count {
            let odd = broken && nth == count;
            for member in spec.members {
                let value = match (member.name, odd) {
                    ("PMGender", false) => (*self.chance.pick(&["Male", "Female"])).to_owned(),
                    ("PMCertificateType", false) => {
                        (*self.chance.pick(&["IDCard", "Passport", "Other"])).to_owned()
                    }
                    ("PMName", false) => "专线a".to_owned(),
                    (_, false) => "1390000".repeat(1 + self.chance.below(3)),
                    (_, true) if self.chance.percent(70) => continue,
                    (_, true) => self.chance.pick(&ODD).repeat(129),
                };
                if !self.chance.percent(10) {
                    call.set(&format!("{}.{nth}.{}", spec.name, member.name), value);
                }
            }
        }
    }

    /// The key of a tag, or what cannot be one.
    fn tag_key(&mut self, broken: bool) -> String {
        if broken {
            let long = "k".repeat(129);
            let none = ["", "aliyun", "acs:x", "see http://x", "a\u{7}", &long, "team"];
            return (*self.chance.pick(&none)).to_owned();
        }
        match self.chance.below(4) {
            0 => format!("k{}", self.chance.below(40)),
            _ => (*self.chance.pick(&["FinanceDept", "team", "cost", "专线"])).to_owned(),
        }
    }

    /// Tags: mostly one or two, sometimes as many as there may be.
    fn tags(&mut self, spec: &Spec, call: &mut Call, broken: bool) {
        let many = spec.name == "Tag" && self.chance.percent(10);
        let count = match broken {
            true if self.chance.percent(20) => 21,
            true if spec.name == "Tags" => 5 + self.chance.below(2),
            _ if many => 15,
            _ => 1 + self.chance.below(2),
        };
        let first = self.chance.below(20);
        for nth in 1..=count {
            let odd = broken && nth == count && count < 21;
            let key = if count > 2 { format!("k{}", first + nth) } else { self.tag_key(odd) };
            call.set(&format!("{}.{nth}.Key", spec.name), key);
            let values = ["a", "b", "FinanceJoshua", ""];
            let odd = odd && self.chance.percent(30);
            let value = if odd { "acs:http://a" } else { self.chance.pick(&values) };
            call.set(&format!("{}.{nth}.Value", spec.name), value);
        }
    }

    /// Keys of tags.
    fn tag_keys(&mut self, call: &mut Call, broken: bool) {
        let many = broken && self.chance.percent(20);
        let count = if many { 21 } else { 1 + self.chance.below(2) };
        for nth in 1..=count {
            let key = self.tag_key(broken && !many && nth == count);
            call.set(&format!("TagKey.{nth}"), key);
        }
    }

    /// Things that can have tags.
    fn resources(&mut self, circuit: Option<&Circuit>, call: &mut Call, broken: bool) {
        let many = broken && self.chance.percent(20);
        let count = if many { 21 } else { 1 + self.chance.below(2) };
        let region = call.parameter("RegionId").unwrap_or_default().to_owned();
        for nth in 1..=count {
            let circuits = self.model.worlds[self.world].circuits.iter();
            let near = |other: &&Circuit| {
                circuit.is_some_and(|own| own.account == other.account) && other.region == region
            };
            let near: Vec<&Circuit> = circuits.filter(near).collect();
            let other = (!near.is_empty()).then(|| near[self.chance.below(near.len())].id.clone());
            let id = match circuit {
                _ if broken && nth == count && !many => self.no_circuit(),
                Some(circuit) if nth == 1 => circuit.id.clone(),
                _ => other.unwrap_or_else(|| self.no_circuit()),
            };
            call.set(&format!("ResourceId.{nth}"), id);
        }
    }

    /// Conditions: a few keys with a few values.
    fn filters(&mut self, circuit: Option<&Circuit>, call: &mut Call, broken: bool) {
        let count = if broken && self.chance.percent(30) { 6 } else { 1 + self.chance.below(2) };
        for number in 1..=count {
            let keys = [
                "PhysicalConnectionId",
                "Status",
                "Spec",
                "Name",
                "LineOperator",
                "Type",
                "ProductType",
            ];
            let key = *self.chance.pick(&keys);
            let value = match (key, circuit) {
                ("PhysicalConnectionId", Some(circuit)) => circuit.id.clone(),
                ("Status", Some(circuit)) => circuit.status.to_owned(),
                ("Name", Some(circuit)) => circuit.word("Name").to_owned(),
                ("LineOperator", _) => (*self.chance.pick(&atlas::OPERATORS)).clone(),
                ("Type", _) => "VPC".to_owned(),
                ("ProductType", _) => {
                    let types = ["PhysicalConnection", "VirtualPhysicalConnection"];
                    (*self.chance.pick(&types)).to_owned()
                }
                _ => {
                    let words = ["1G", "1G and below", "10G", "50M", "Enabled"];
                    (*self.chance.pick(&words)).to_owned()
                }
            };
            let wrong_key = broken && self.chance.percent(40);
            let key = if wrong_key { "Colour" } else { key };
            call.set(&format!("Filter.{number}.Key"), key);
            let values = if broken && self.chance.percent(30) { 6 } else { 1 };
            for nth in 1..=values {
                call.set(&format!("Filter.{number}.Value.{nth}"), value.clone());
            }
        }
    }
}

/// How often an optional parameter is given, of a hundred.
fn often(spec: &Spec) -> u64 {
    match spec.name {
        "ClientToken" | "Token" => 70,
        "Filter" | "Region" => 60,
        "AutoPay" | "Period" | "InstanceChargeType" => 75,
        "Tags" | "Tag" => 25,
        "DeviceAdvancedCapacity" | "RedundantPhysicalConnectionId" => 8,
        "PageNumber" | "PageNum" | "NextToken" => 20,
        "TransactionNumber" | "RecordID" | "TransactionChannelSN" | "BillOwnerId" | "OwnerID" => 10,
        "ProductCode"
        | "ProductType"
        | "PipCode"
        | "OrderType"
        | "SubscriptionType"
        | "ResourceGroupId"
        | "LocalIpv6GatewayIp"
        | "PeerIpv6GatewayIp"
        | "PeeringIpv6SubnetMask" => 15,
        "RenewalPeriod" | "RenewalPeriodUnit" | "PMInfo" => 90,
        "LocalGatewayIp" | "PeerGatewayIp" | "PeeringSubnetMask" => 92,
        "VbrId" | "VbrInstanceIds" => 80,
        "AssociatedPhysicalConnections" | "DryRun" | "Bandwidth" => 12,
        _ => 35,
    }
}
