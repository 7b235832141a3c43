//! What calls on virtual border routers say, made up so that most of them make sense together.
//! Long because each name that they say has its case.

use crate::call::Call;
use crate::flight::Item;
use crate::generate::Maker;
use crate::model::RICH;
use crate::model::routers::Router;
use crate::model::state::Circuit;

/// The operations on one router, and in which statuses it makes sense.
const ON_ROUTERS: &[(&str, &[&str])] = &[
    ("ModifyVirtualBorderRouterAttribute", &["active", "unconfirmed", "active", "terminated"]),
    ("UpdateVirtualBorderBandwidth", &["active"]),
    ("TerminateVirtualBorderRouter", &["active", "unconfirmed"]),
    ("RecoverVirtualBorderRouter", &["terminated"]),
    ("DeleteVirtualBorderRouter", &["active", "terminated", "unconfirmed"]),
    ("AssociatePhysicalConnectionToVirtualBorderRouter", &["active"]),
    (
        "UnassociatePhysicalConnectionFromVirtualBorderRouter",
        &["active", "terminated", "terminating"],
    ),
    ("CreateVbrHa", &["active"]),
    ("CreateVpconnFromVbr", &["active", "unconfirmed"]),
    ("AttachVbrToVpconn", &["active", "unconfirmed"]),
    ("DescribeVbrHa", &[]),
    ("DescribeVirtualBorderRouters", &[]),
    ("ChangeResourceGroup", &[]),
    ("GrantInstanceToVbr", &[]),
    ("RevokeInstanceFromVbr", &[]),
];

const ASSOCIATE: &str = "AssociatePhysicalConnectionToVirtualBorderRouter";

/// Whether a call is about routers rather than circuits.
pub fn about_routers(call: &Call) -> bool {
    call.parameter("ResourceType") == Some("VIRTUALBORDERROUTER")
}

impl Maker<'_> {
    /// So many calls of one kind about one thing that some limit is met.
    pub(crate) fn crowd(&mut self) -> Vec<Item> {
        if self.chance.percent(45)
            && let Some(call) = self.unbilled()
        {
            return vec![Item::Call(call)];
        }
        let kinds = ["CreateVirtualBorderRouter", ASSOCIATE, "TagResourcesForExpressConnect"];
        let name = *self.chance.pick(&kinds);
        let mut call = self.named(name);
        call.remove("ClientToken");
        call.remove("VbrOwnerId");
        let router = call.parameter("VbrId").map(str::to_owned);
        let router = self.state().routers.iter().find(|its| Some(&its.id) == router.as_ref());
        let further: Vec<String> = router.map_or_else(Vec::new, |router| {
            let own = &self.state().circuits[router.line.circuit];
            let all = self.enabled(own.account, &own.region).into_iter();
            all.map(|its| its.id.clone()).filter(|id| *id != own.id).collect()
        });
        let first = self.chance.between(30, 2000);
        let one = |maker: &mut Self, nth: usize| {
            let mut one = call.clone();
            let vlan = first + i64::try_from(nth).expect("few");
            for (name, value) in [
                ("LocalGatewayIp", format!("10.9.{nth}.1")),
                ("PeerGatewayIp", format!("10.9.{nth}.2")),
                ("PeeringSubnetMask", "255.255.255.252".to_owned()),
            ] {
                one.set(name, value);
            }
            one.set("VlanId", vlan.to_string());
            if name == ASSOCIATE && !further.is_empty() {
                one.set("PhysicalConnectionId", further[nth % further.len()].clone());
            }
            if name.starts_with("Tag") {
                one.parameters.retain(|(name, _)| !name.starts_with("Tag."));
                for tag in 1..=8 {
                    one.set(&format!("Tag.{tag}.Key"), format!("k{}", nth * 8 + tag));
                }
            }
            maker.dress(&mut one);
            Item::Call(one)
        };
        (0..7).map(|nth| one(self, nth)).collect()
    }

    /// A router of an account without outbound traffic is made by a key of an edition that does not
    /// ask for it, and switched off, and on again, by one of an edition that does.
    fn unbilled(&mut self) -> Option<Call> {
        let state = self.state();
        let keys = self.model.key_names(self.world).into_iter();
        let made = |name: &String| name.strip_prefix("new-")?.parse::<u64>().ok();
        let mut accounts = keys.filter_map(|name| Some(2_000_000 + made(&name)?));
        let closed = |account: &u64| state.accounts.get(account).is_some_and(|a| !a.service_open);
        let account = accounts.rfind(closed)?;
        let mut routers = state.routers.iter().filter(|its| its.home == account && !its.deleted);
        let router = routers.next_back().cloned();
        let (edition, action) = match router.as_ref().map(|router| router.status) {
            None => ("old", "CreateVirtualBorderRouter"),
            Some("active") => ("old", "TerminateVirtualBorderRouter"),
            Some(_) => ("new", "RecoverVirtualBorderRouter"),
        };
        let circuit = self.enabled(account, "cn-hangzhou").first().map(|its| its.id.clone())?;
        let key = format!("{edition}-{}", account - 2_000_000);
        let mut call = self.named(action);
        call.key = if self.world == "default" { key } else { format!("{key}@{}", self.world) };
        call.set("RegionId", "cn-hangzhou");
        match router {
            Some(router) => call.set("VbrId", router.id),
            None => call.set("PhysicalConnectionId", circuit),
        }
        call.remove("VbrOwnerId");
        call.remove("ClientToken");
        Some(call)
    }

    fn caller(&self, call: &Call) -> u64 {
        self.model.key(call).map_or(RICH, |key| key.account)
    }

    /// A router that the call could be about: mostly one that it makes sense for.
    pub(crate) fn router_for(&mut self, action: &str, call: &Call) -> Option<Router> {
        let (_, wanted) = ON_ROUTERS.iter().find(|(name, _)| *name == action)?;
        let account = self.caller(call);
        let (fits, foreign) = (self.chance.percent(80), self.chance.percent(5));
        let grants = action.starts_with("Grant") || action.starts_with("Revoke");
        let hosts = action.contains("Vpconn");
        // Those with further circuits, and those on none, are worth more to some.
        let busy = self.chance.percent(70);
        let parts = action.starts_with("Unassociate");
        let found: Vec<Router> = self
            .state()
            .routers
            .iter()
            .filter(|router| {
                let sees = router.home == account || router.owner == account;
                let lent = router.home == account && router.owner != account;
                let its = match () {
                    () if grants => router.owner != account,
                    () if hosts => lent != foreign,
                    () => sees != foreign,
                };
                its && (!fits || !router.deleted)
                    && (!fits || wanted.is_empty() || wanted.contains(&router.status))
                    && !(busy && parts && router.further.is_empty())
            })
            .cloned()
            .collect();
        if found.is_empty() {
            return None;
        }
        // Several things on one router lead further than one on each.
        let last = self.chance.percent(60);
        let place = if last { found.len() - 1 } else { self.chance.below(found.len()) };
        Some(found[place].clone())
    }

    fn no_router(&mut self) -> String {
        let none = ["vbr-none", "x", "VBR-none", "pc-sandboxenabled"];
        (*self.chance.pick(&none)).to_owned()
    }

    /// The circuits of an account and a region that are in service.
    fn enabled(&self, account: u64, region: &str) -> Vec<&Circuit> {
        let all = self.state().circuits.iter();
        let its = all.filter(|its| its.account == account && its.region == region && !its.deleted);
        its.filter(|its| its.status == "Enabled").collect()
    }

    /// What calls on routers say under a name; `None` for what any call may say.
    pub(crate) fn of_routers(
        &mut self,
        name: &str,
        router: Option<&Router>,
        call: &Call,
        broken: bool,
    ) -> Option<String> {
        let joins = call.action.contains("PhysicalConnectionToVirtual");
        let parts = call.action.contains("PhysicalConnectionFromVirtual");
        let text = match name {
            "VbrId" | "VirtualBorderRouterId" => match router {
                Some(router) if !broken => router.id.clone(),
                _ => self.no_router(),
            },
            "PeerVbrId" => self.peer(router, call, broken),
            "PhysicalConnectionId" if joins || parts => {
                return self.circuit_of(router.filter(|_| !broken)?, joins);
            }
            "VbrOwnerId" | "VbrOwnerUid" if !broken => self.owner(name, router, call),
            "VbrRegionNo" if !broken => {
                router.map_or("cn-hangzhou", |router| &router.region).to_owned()
            }
            "InstanceId" if call.action == "DeleteVbrHa" => self.group(call, broken),
            "VbrHaId" => self.group(call, broken),
            "InstanceId" if call.action.ends_with("Vbr") && !broken => {
                let vpcs = [
                    (6, "vpc-a"),
                    (6, "vpc-b"),
                    (1, "vpc-sandboxpending"),
                    (1, "vpc-sandboxunknown"),
                ];
                self.chance.weighted(&vpcs).to_owned()
            }
            "ResourceId" if call.action == "ChangeResourceGroup" && about_routers(call) => {
                match router {
                    Some(router) if !broken => router.id.clone(),
                    _ => self.no_router(),
                }
            }
            "ResourceId" if call.action == "ChangeResourceGroup" => {
                let account = self.caller(call);
                let circuits = self.state().circuits.iter();
                let own = circuits.filter(|its| its.account == account);
                let own: Vec<String> = own.map(|its| its.id.clone()).collect();
                if broken || own.is_empty() {
                    return Some("pc-nobody".into());
                }
                own[self.chance.below(own.len())].clone()
            }
            _ => return self.of_line(name, router, call, broken),
        };
        Some(text)
    }

    /// The circuit that a call puts a router on, or takes it off.
    fn circuit_of(&mut self, router: &Router, joins: bool) -> Option<String> {
        if self.chance.percent(5) {
            return None;
        }
        let own = self.state().circuits[router.line.circuit].clone();
        let further = router.further.iter();
        let further: Vec<String> =
            further.map(|line| self.state().circuits[line.circuit].id.clone()).collect();
        if self.chance.percent(4) {
            return Some(own.id);
        }
        if !joins && !further.is_empty() {
            return Some(further[self.chance.below(further.len())].clone());
        }
        let again = joins && self.chance.percent(12);
        let free = |id: &String| *id != own.id && (again || !further.contains(id));
        let all = self.enabled(own.account, &own.region).into_iter();
        let others: Vec<String> = all.map(|its| its.id.clone()).filter(free).collect();
        if others.is_empty() {
            return None;
        }
        Some(others[self.chance.below(others.len())].clone())
    }

    /// The same of a router's line.
    fn of_line(
        &mut self,
        name: &str,
        router: Option<&Router>,
        call: &Call,
        broken: bool,
    ) -> Option<String> {
        if broken {
            return self.no_line(name);
        }
        let odd = self.chance.percent(4);
        Some(match name {
            "LocalGatewayIp" => "10.0.0.1".to_owned(),
            "PeerGatewayIp" => if odd { "10.0.0.9" } else { "10.0.0.2" }.to_owned(),
            "PeeringSubnetMask" => {
                (*self.chance.pick(&["255.255.255.252", "255.255.255.248"])).to_owned()
            }
            "LocalIpv6GatewayIp" => "2408:4004:cc:400::1".to_owned(),
            "PeerIpv6GatewayIp" => if odd { "2409::2" } else { "2408:4004:cc:400::2" }.to_owned(),
            "PeeringIpv6SubnetMask" => {
                (*self.chance.pick(&["2408:4004:cc:400::/56", "2408:4004:cc:400::/126"])).to_owned()
            }
            "VlanId" => match self.chance.below(20) {
                0 => "0".to_owned(),
                1 => "2999".to_owned(),
                2 => "007".to_owned(),
                _ => self.chance.between(1, 24).to_string(),
            },
            "AssociatedPhysicalConnections" => {
                let router = router.filter(|router| !router.further.is_empty());
                let circuit = match router {
                    Some(router) => {
                        let line = &router.further[self.chance.below(router.further.len())];
                        self.state().circuits[line.circuit].id.clone()
                    }
                    None => "pc-nobody".to_owned(),
                };
                let vlan = self.chance.between(1, 24);
                let (local, peer, mask) = self.chance.weighted(&[
                    (20, ("10.1.0.1", "10.1.0.2", 252)),
                    (1, ("10.9.0.1", "10.1.0.2", 252)),
                    (2, ("10.0.0.1", "10.0.0.9", 0)),
                    (2, ("10.0.0.9", "10.0.0.2", 0)),
                ]);
                format!(
                    "[{{\"PhysicalConnectionId\":\"{circuit}\",\"VlanId\":{vlan},\
                     \"CircuitCode \":\"code-{vlan}\",\"LocalGatewayIp\":\"{local}\",\
                     \"PeerGatewayIp\":\"{peer}\",\"PeeringSubnetMask\":\"255.255.255.{mask}\",\
                     \"ipv6Enable\":true}}]"
                )
            }
            "Bandwidth" if call.action == "UpdateVirtualBorderBandwidth" => {
                self.chance.pick(&["2", "100", "1000", "10240", "0100", "102400"]).to_string()
            }
            _ => return None,
        })
    }

    /// What cannot be said of a line.
    fn no_line(&mut self, name: &str) -> Option<String> {
        match name {
            "LocalGatewayIp" | "PeerGatewayIp" => {
                Some((*self.chance.pick(&["10.0.0.256", "x", "10.0.0", "::1"])).to_owned())
            }
            "PeeringSubnetMask" => {
                let none = ["255.255.255.255", "255.255.0.0", "0.0.0.0", "24", "255.255.255.1"];
                Some((*self.chance.pick(&none)).to_owned())
            }
            "LocalIpv6GatewayIp" | "PeerIpv6GatewayIp" => {
                Some((*self.chance.pick(&["10.0.0.1", "x", "2408::/56", "12345::"])).to_owned())
            }
            "PeeringIpv6SubnetMask" => {
                Some((*self.chance.pick(&["2408::", "2408::/129", "x/56", "2408::/"])).to_owned())
            }
            "AssociatedPhysicalConnections" => {
                let none = [
                    "[{}]",
                    "x",
                    "{}",
                    "[1]",
                    "[{\"PhysicalConnectionId\":\"pc-a\",\"VlanId\":3000}]",
                ];
                Some((*self.chance.pick(&none)).to_owned())
            }
            _ => None,
        }
    }

    /// A second router for a group: one of the same account and region, on another circuit.
    fn peer(&mut self, router: Option<&Router>, call: &Call, broken: bool) -> String {
        let account = self.caller(call);
        let Some(router) = router.filter(|_| !broken) else { return self.no_router() };
        let apart = self.chance.percent(85);
        let any = self.chance.percent(8);
        let others: Vec<String> = self
            .state()
            .routers
            .iter()
            .filter(|other| {
                let same = other.home == account && other.region == router.region;
                let on_other = !apart || other.line.circuit != router.line.circuit;
                same && on_other && !other.deleted && (any || other.owner == account)
            })
            .map(|other| other.id.clone())
            .collect();
        if others.is_empty() {
            return self.no_router();
        }
        others[self.chance.below(others.len())].clone()
    }

    /// Another account, mostly; or the caller's own.
    fn owner(&mut self, name: &str, router: Option<&Router>, call: &Call) -> String {
        let account = self.caller(call);
        let accounts: Vec<u64> = self.state().accounts.keys().copied().collect();
        let own = if name == "VbrOwnerId" { 15 } else { 6 };
        match (self.chance.below(100), router) {
            (place, _) if place < own => account.to_string(),
            (96.., _) => "7".to_owned(),
            (_, Some(router)) if self.chance.percent(70) => router.owner.to_string(),
            _ => accounts[self.chance.below(accounts.len())].to_string(),
        }
    }

    fn group(&mut self, call: &Call, broken: bool) -> String {
        let account = self.caller(call);
        let fits = self.chance.percent(85);
        let groups = self.state().groups.iter();
        let its = groups.filter(|group| (group.account == account && !group.deleted) || !fits);
        let its: Vec<String> = its.map(|group| group.id.clone()).collect();
        if broken || its.is_empty() {
            return (*self.chance.pick(&["vbrha-none", "x"])).to_owned();
        }
        its[self.chance.below(its.len())].clone()
    }

    /// A further circuit mostly has addresses of its own.
    pub(crate) fn agree_on_addresses(&mut self, call: &mut Call) {
        if call.action != ASSOCIATE || self.chance.percent(15) {
            return;
        }
        let (net, keeps) = (self.chance.between(1, 250), self.chance.percent(10));
        for (name, value) in &mut call.parameters {
            if name == "LocalGatewayIp" || name == "PeerGatewayIp" && !keeps {
                *value = value.replacen("10.0.0.", &format!("10.0.{net}."), 1);
            }
        }
        for name in ["LocalIpv6GatewayIp", "PeerIpv6GatewayIp"] {
            if self.chance.percent(75) {
                call.remove(name);
            }
        }
    }

    /// A router for another account is made, and its line changed, without what is that account's
    /// to say.
    pub(crate) fn agree_on_owner(&mut self, router: Option<&Router>, call: &mut Call) {
        let account = self.caller(call);
        let amends = call.action.starts_with("ModifyVirtual");
        if amends && router.is_some_and(|its| its.owner != account) {
            for name in ["LocalGatewayIp", "PeerGatewayIp", "PeeringSubnetMask"] {
                if self.chance.percent(75) {
                    call.remove(name);
                }
            }
        }
        if call.action != "CreateVirtualBorderRouter" {
            return;
        }
        let other = call
            .parameter("VbrOwnerId")
            .is_some_and(|owner| owner != self.caller(call).to_string());
        if other && self.chance.percent(75) {
            for name in
                ["LocalGatewayIp", "PeerGatewayIp", "PeeringSubnetMask", "Name", "Description"]
            {
                if self.chance.percent(95) {
                    call.remove(name);
                }
            }
        }
    }

    /// The routers that something is granted to, said in one of three ways.
    pub(crate) fn router_ids(&mut self, router: Option<&Router>, call: &mut Call, broken: bool) {
        let one = match router {
            Some(router) if !broken => router.id.clone(),
            _ => self.no_router(),
        };
        if broken && self.chance.percent(50) {
            let many = vec![one; 21];
            call.set("VbrInstanceIds", many.join(","));
            return;
        }
        match self.chance.below(4) {
            0 => call.set("VbrInstanceIds", one),
            1 => call.set("VbrInstanceIds", format!("[\"{one}\"]")),
            2 => {
                call.set("VbrInstanceIds.1", one.clone());
                call.set("VbrInstanceIds.2", one);
            }
            _ => call.set("VbrInstanceIds.1", one),
        }
    }

    /// Routers that can have tags.
    pub(crate) fn router_resources(&mut self, call: &mut Call, broken: bool) {
        let account = self.caller(call);
        let own: Vec<Router> = self
            .state()
            .routers
            .iter()
            .filter(|router| router.owner == account && !router.deleted)
            .cloned()
            .collect();
        let count = 1 + self.chance.below(2);
        for nth in 1..=count {
            let id = if own.is_empty() || (broken && nth == count) {
                self.no_router()
            } else {
                let router = &own[self.chance.below(own.len())];
                if nth == 1 && self.chance.percent(90) {
                    call.set("RegionId", router.region.clone());
                }
                router.id.clone()
            };
            call.set(&format!("ResourceId.{nth}"), id);
        }
    }

    /// Conditions on routers.
    pub(crate) fn router_filters(
        &mut self,
        router: Option<&Router>,
        call: &mut Call,
        broken: bool,
    ) {
        let count = if broken && self.chance.percent(30) { 6 } else { 1 + self.chance.below(2) };
        let keys = ["VbrId", "VbrId", "Status", "Name", "PhysicalConnectionId", "type", "eccId"];
        for number in 1..=count {
            let key = *self.chance.pick(&keys);
            let value = match (key, router) {
                ("VbrId", Some(router)) => router.id.clone(),
                ("Status", Some(router)) => router.status.to_ascii_uppercase(),
                ("Name", Some(router)) => router.word("Name").to_owned(),
                ("PhysicalConnectionId", Some(router)) => {
                    self.state().circuits[router.line.circuit].id.clone()
                }
                ("type", _) => "pconnVBR".to_owned(),
                _ => (*self.chance.pick(&["active", "vbr-none", "x"])).to_owned(),
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
