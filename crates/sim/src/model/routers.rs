//! Virtual border routers: what calls on them do, and what becomes of them by themselves.

use super::calendar::{DAY_MS, Ms};
use super::pages::{Reading, number};
use super::router_forms as forms;
use super::state::World;
use crate::call::Call;
use std::collections::{BTreeMap, BTreeSet};

/// How long one that is off keeps its VLAN. SOURCE: ROUTERS 5.
const KEPT_MS: Ms = 7 * DAY_MS;

/// What a line is described by, on a router's first circuit and on a further one.
pub const LINE: [&str; 7] = [
    "CircuitCode",
    "LocalGatewayIp",
    "PeerGatewayIp",
    "PeeringSubnetMask",
    "LocalIpv6GatewayIp",
    "PeerIpv6GatewayIp",
    "PeeringIpv6SubnetMask",
];

/// A router on one circuit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line {
    /// The circuit's place.
    pub circuit: usize,
    /// `VlanId`.
    pub vlan: i64,
    /// Each of [`LINE`].
    pub words: [String; 7],
    /// `EnableIpv6`.
    pub ipv6: bool,
}

/// A router.
#[derive(Clone, Debug, Default)]
pub struct Router {
    /// Its id, as the product chose it; empty until it is known.
    pub id: String,
    /// The owner of its circuit.
    pub home: u64,
    /// Its owner.
    pub owner: u64,
    /// Its region.
    pub region: String,
    /// When it was made.
    pub created: Ms,
    /// `Status`.
    pub status: &'static str,
    /// When it was first in service, last switched off, last in service again.
    pub times: [Option<Ms>; 3],
    /// When it moves by itself.
    pub wakes: Option<Ms>,
    /// Whether it is gone.
    pub deleted: bool,
    /// Its line on its first circuit.
    pub line: Line,
    /// Its further circuits.
    pub further: Vec<Line>,
    /// Whatever else describes it, by the answer's names.
    pub words: BTreeMap<&'static str, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its failover group, as its place.
    pub group: Option<usize>,
}

impl Router {
    /// A word that describes it.
    pub fn word(&self, name: &str) -> &str {
        self.words.get(name).map_or("", String::as_str)
    }

    /// Its line on a circuit.
    pub fn on(&self, circuit: usize) -> Option<&Line> {
        [&self.line].into_iter().chain(&self.further).find(|line| line.circuit == circuit)
    }

    /// Whether an account sees it.
    pub fn is_seen_by(&self, account: u64) -> bool {
        self.home == account || self.owner == account
    }
}

/// A failover group of two routers.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Its id, as the product chose it; empty until it is known.
    pub id: String,
    /// Whose.
    pub account: u64,
    /// Its region.
    pub region: String,
    /// Its routers, as their places.
    pub routers: [usize; 2],
    /// When it was made.
    pub created: Ms,
    /// `Creating` or `Active`.
    pub status: &'static str,
    /// When it moves by itself.
    pub wakes: Option<Ms>,
    /// Whether it is gone.
    pub deleted: bool,
    /// `Name` and `Description`.
    pub words: [String; 2],
}

/// Who has opened which VPC, of which region, to whose routers where.
pub type GrantKey = (u64, (String, String), u64, String);

/// To all of them, and to which.
pub type Grant = (bool, BTreeSet<String>);

/// The writes of which the tokens of Terraform say too little. SOURCE: ROUTERS 13.1.
pub const CUT: [&str; 2] = [
    "AssociatePhysicalConnectionToVirtualBorderRouter",
    "UnassociatePhysicalConnectionFromVirtualBorderRouter",
];

impl World {
    /// The router of this id, whoever's and in whatever state.
    pub fn router_at(&self, id: &str) -> Option<usize> {
        if id.is_empty() {
            return None;
        }
        self.routers.iter().position(|router| router.id == id)
    }

    /// The group of this id.
    pub fn group_at(&self, id: &str) -> Option<usize> {
        if id.is_empty() {
            return None;
        }
        self.groups.iter().position(|group| group.id == id)
    }

    /// At whom a thing is at home that the account sees there.
    fn home_of(&self, account: u64, id: &str) -> Option<u64> {
        let router = &self.routers[self.router_at(id)?];
        (router.owner == account && router.home != account).then_some(router.home)
    }

    /// At whom things are at home that the account sees there.
    fn homes_of(&self, account: u64) -> impl Iterator<Item = u64> {
        let lent = self.routers.iter().filter(move |router| router.owner == account);
        let hosted = self.circuits.iter().filter(move |circuit| {
            circuit.hosted.as_ref().is_some_and(|hosted| hosted.partner == account)
        });
        lent.map(|router| router.home).chain(hosted.map(|circuit| circuit.account))
    }

    /// The tenant of a circuit that the account has made for him.
    fn tenant_of(&self, account: u64, id: &str) -> Option<u64> {
        let circuit = &self.circuits[self.circuit_at(id)?];
        let hosted = circuit.hosted.as_ref()?;
        (hosted.partner == account).then_some(circuit.account)
    }

    /// Whose time passes before a call is decided or answered.
    pub fn parties(&self, account: u64, call: &Call) -> BTreeSet<u64> {
        let said = |name: &str| call.parameter(name).unwrap_or_default();
        let mut all = BTreeSet::from([account]);
        match call.action.as_str() {
            "CreateVirtualBorderRouter" => {
                all.extend(number(said("VbrOwnerId")).map(whose));
                all.extend(self.homes_of(account));
            }
            "CreateVirtualPhysicalConnection" => {
                all.extend(number(said("VpconnAliUid")).map(whose));
                all.extend(self.homes_of(account));
            }
            "CreateVpconnFromVbr" => {
                let router = self.router_at(said("VbrId")).map(|place| &self.routers[place]);
                all.extend(router.filter(|its| its.home == account).map(|its| its.owner));
                all.extend(self.homes_of(account));
            }
            "DeletePhysicalConnection" => {
                all.extend(self.tenant_of(account, said("PhysicalConnectionId")));
            }
            "UpdateVirtualPhysicalConnection"
            | "AttachVbrToVpconn"
            | "TerminatePhysicalConnection"
            | "ModifyPhysicalConnectionAttribute"
            | "DescribePhysicalConnections"
            | "ListVirtualPhysicalConnections"
            | "ListTagResourcesForExpressConnect"
            | "DescribeTagKeysForExpressConnect"
            | "DescribeVirtualBorderRouters" => all.extend(self.homes_of(account)),
            "ModifyVirtualBorderRouterAttribute"
            | "TerminateVirtualBorderRouter"
            | "RecoverVirtualBorderRouter"
            | "DeleteVirtualBorderRouter"
            | "AssociatePhysicalConnectionToVirtualBorderRouter"
            | "UnassociatePhysicalConnectionFromVirtualBorderRouter" => {
                let home = self.home_of(account, said("VbrId")).unwrap_or(account);
                all.extend(self.homes_of(home).chain([home]));
            }
            "UpdateVirtualBorderBandwidth" => {
                let home = self.home_of(account, said("VirtualBorderRouterId"));
                let home = home.unwrap_or(account);
                all.extend(self.homes_of(home).chain([home]));
            }
            "GrantInstanceToVbr" => {
                let owner = number(said("VbrOwnerUid")).map(whose);
                all.extend(owner);
                all.extend(owner.into_iter().flat_map(|owner| self.homes_of(owner)));
            }
            "RevokeInstanceFromVbr" => all.extend(number(said("VbrOwnerUid")).map(whose)),
            "ChangeResourceGroup" => all.extend(self.home_of(account, said("ResourceId"))),
            "TagResourcesForExpressConnect" | "UntagResourcesForExpressConnect" => {
                for id in super::tags::texts(call, "ResourceId") {
                    all.extend(self.home_of(account, id));
                }
            }
            _ => {}
        }
        all
    }

    /// Why a VLAN is not free on a circuit, for another router than `own` and another shared
    /// circuit: the product's reasons.
    pub fn vlan_is_taken(
        &self,
        circuit: usize,
        vlan: i64,
        (own, own_hosted): (Option<usize>, Option<usize>),
        at: Ms,
    ) -> Option<Vlan> {
        let others = self.routers.iter().enumerate().filter(|(place, router)| {
            let kept = router.times[1].is_none_or(|off| at < off + KEPT_MS);
            let holds = router.status != "terminated" || kept;
            !router.deleted && router.status != "deleting" && holds && own != Some(*place)
        });
        let (mut vlans, mut kept) = (Vec::new(), Vec::new());
        for (_, router) in others {
            let list = if router.status == "terminated" { &mut kept } else { &mut vlans };
            list.extend(router.on(circuit).map(|line| line.vlan));
        }
        let hosted = self.hosted_on(circuit).filter(|place| Some(*place) != own_hosted);
        let hosted = hosted.filter_map(|place| self.hosted(place));
        let hosted: Vec<i64> = hosted
            .filter(|its| own.is_none() || its.router != own)
            .map(|hosted| hosted.vlan)
            .collect();
        match () {
            () if vlan != 0 && (vlans.contains(&vlan) || hosted.contains(&vlan)) => {
                Some(Vlan::Taken)
            }
            () if vlan != 0 && kept.contains(&vlan) => Some(Vlan::Kept),
            () if vlans.contains(&0) || kept.contains(&0) => Some(Vlan::PortTaken),
            () if hosted.contains(&0) => Some(Vlan::PortHosted),
            () if vlan == 0 && !(vlans.is_empty() && kept.is_empty()) => Some(Vlan::PortShared),
            () if vlan == 0 && !hosted.is_empty() => Some(Vlan::PortHostsOthers),
            () => None,
        }
    }

    /// Whether routers hold a circuit back: as their first one, or as a further one.
    pub fn holds_back(&self, circuit: usize) -> Option<bool> {
        let on = self.routers.iter().filter(|router| !router.deleted);
        let on: Vec<&Router> = on.filter(|router| router.on(circuit).is_some()).collect();
        (!on.is_empty()).then(|| on.iter().any(|router| router.line.circuit == circuit))
    }

    /// A circuit is released, and its routers with it.
    pub fn release_routers(&mut self, circuit: usize) {
        for place in 0..self.routers.len() {
            let router = &mut self.routers[place];
            if router.deleted {
                continue;
            }
            if router.line.circuit == circuit {
                self.remove_router(place);
            } else {
                router.further.retain(|line| line.circuit != circuit);
            }
        }
    }

    /// A router is gone.
    pub fn remove_router(&mut self, place: usize) {
        let router = &mut self.routers[place];
        router.deleted = true;
        router.wakes = None;
        if let Some(group) = router.group {
            self.dissolve(group);
        }
    }

    /// A failover group is gone, and its routers are in none.
    pub fn dissolve(&mut self, group: usize) {
        self.groups[group].deleted = true;
        self.groups[group].wakes = None;
        for place in self.groups[group].routers {
            self.routers[place].group = None;
        }
    }

    /// The carrier ends what is under way; `None` if nothing is.
    pub fn finish_router(&mut self, place: usize, at: Ms) -> Option<()> {
        let router = &mut self.routers[place];
        router.wakes = None;
        match router.status {
            "terminating" => {
                router.status = "terminated";
                router.times[1] = Some(at);
            }
            "recovering" => {
                router.status = "active";
                router.times[2] = Some(at);
            }
            "deleting" => self.remove_router(place),
            _ => return None,
        }
        Some(())
    }

    /// A group is made.
    pub fn finish_group(&mut self, place: usize) -> Option<()> {
        let group = &mut self.groups[place];
        if group.status != "Creating" {
            return None;
        }
        group.status = "Active";
        group.wakes = None;
        Some(())
    }

    /// Whether what a token was used for still stands, so that its answer may be told again.
    pub fn stands(&self, reading: &Reading) -> bool {
        let call = reading.call;
        let said = |name: &str| call.parameter(name).unwrap_or_default();
        let router = self.router_at(said("VbrId")).map(|place| &self.routers[place]);
        let router = router.filter(|router| !router.deleted);
        let circuit = self.circuit_at(said("PhysicalConnectionId"));
        if call.action == CUT[1] {
            return router.zip(circuit).is_none_or(|(router, its)| router.on(its).is_none());
        }
        router.zip(circuit).is_some_and(|(router, circuit)| {
            router.further.contains(&forms::line_of(reading, circuit))
        })
    }
}

/// An account by its number.
pub fn whose(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// Why a VLAN is not free.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Vlan {
    /// Another has it.
    Taken,
    /// Another that is off keeps it.
    Kept,
    /// Another has the whole port.
    PortTaken,
    /// The whole port is asked for, and others are on it.
    PortShared,
    /// A shared circuit has the whole port.
    PortHosted,
    /// The whole port is asked for, and shared circuits are on it.
    PortHostsOthers,
}

/// The IPv4 addresses of a line are in one subnet, and so are those of IPv6, as far as there are.
pub fn one_subnet(line: &Line) -> bool {
    let [_, local, peer, mask, local6, peer6, prefix] = &line.words;
    let four = |text: &str| text.parse::<std::net::Ipv4Addr>().map(u32::from).ok();
    let in_one = match (four(local), four(peer), four(mask)) {
        (Some(local), Some(peer), Some(mask)) => local & mask == peer & mask,
        _ => true,
    };
    let six = |text: &str| text.parse::<std::net::Ipv6Addr>().map(u128::from).ok();
    let within = prefix.split_once('/').is_none_or(|(network, length)| {
        let length: u32 = length.parse().expect("its form was looked at");
        let cut = |address: u128| address.checked_shr(128 - length).unwrap_or(0);
        let network = six(network).map(cut);
        [local6, peer6].iter().all(|side| side.is_empty() || six(side).map(cut) == network)
    });
    in_one && within
}
