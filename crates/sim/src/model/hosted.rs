//! Shared circuits: parts of a partner's port that he has made for tenants.
//! SOURCE: api dossier, annex A; the vendor's metadata of mid-2024. ASSUMED: what docs/circuits.md
//! says of them.

use super::atlas;
use super::changes::Refusal;
use super::state::{Circuit, Order, World};

/// What a partner's order is, which customers are told as `New`.
pub const HOSTING: &str = "Hosting";

/// How many may be on a circuit.
pub const MOST: usize = 50;

/// What makes a circuit a shared one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hosted {
    /// The circuit that it is a part of, as its place.
    pub parent: usize,
    /// Who owns that one.
    pub partner: u64,
    /// `VlanId`.
    pub vlan: i64,
    /// `Spec`.
    pub spec: String,
    /// `ExpectSpec`.
    pub expected: Option<String>,
    /// `OrderMode`.
    pub payer: String,
    /// The router that it was made of, as its place.
    pub router: Option<usize>,
}

const BY_PARTNER: &str = "PayByPhysicalConnectionOwner";

impl Hosted {
    /// The speed that is paid for next.
    pub fn sold(&self) -> &str {
        self.expected.as_deref().unwrap_or(&self.spec)
    }

    fn reserved(&self) -> i64 {
        mbps(&self.spec).max(mbps(self.sold()))
    }

    /// Whether the partner pays.
    pub fn by_partner(&self) -> bool {
        self.payer == BY_PARTNER
    }
}

/// `50M` and `1G` as Mbit/s.
pub fn mbps(spec: &str) -> i64 {
    let (digits, unit) = spec.split_at(spec.len() - 1);
    let digits: i64 = digits.parse().expect("a speed that is sold");
    if unit == "G" { digits * 1000 } else { digits }
}

/// The same of a router. SOURCE: ROUTERS 7.
pub fn router_mbps(spec: &str) -> i64 {
    let mbps = mbps(spec);
    if mbps > 1000 { mbps / 1000 * 1024 } else { mbps }
}

/// Every speed that is sold.
pub const SPECS: [&str; 11] =
    ["50M", "100M", "200M", "300M", "400M", "500M", "1G", "2G", "5G", "8G", "10G"];

/// What a part of a port costs of the whole: rounded up to a unit.
pub fn part_e4(whole_e4: i64, spec: &str, port: &str) -> i64 {
    let whole = atlas::port(port).map_or(1, |(_, mbps)| mbps);
    let a_unit = i128::from(whole) * 10_000;
    let share = i128::from(whole_e4) * i128::from(mbps(spec));
    i64::try_from((share + a_unit - 1) / a_unit * 10_000).expect("less than the whole")
}

impl Circuit {
    /// `VpconnStatus`.
    pub fn acceptance(&self) -> &'static str {
        match self.status {
            _ if self.deleted => "Deleted",
            "Allocated" | "Canceled" => "UnConfirmed",
            _ => "Confirmed",
        }
    }

    /// The speed that is paid for next, if it is shared; empty for another.
    pub fn sold(&self) -> String {
        self.hosted.as_ref().map_or_else(String::new, |hosted| hosted.sold().to_owned())
    }

    /// `Spec`.
    pub fn spec(&self) -> &str {
        let of_port = atlas::port(self.word("PortType")).map_or("", |(spec, _)| spec);
        self.hosted.as_ref().map_or(of_port, |hosted| &hosted.spec)
    }
}

impl World {
    /// The shared circuits that are on a circuit, as their places.
    pub fn hosted_on(&self, circuit: usize) -> impl Iterator<Item = usize> {
        let all = self.circuits.iter().enumerate();
        let on = all.filter(move |(_, its)| {
            !its.deleted && its.hosted.as_ref().is_some_and(|hosted| hosted.parent == circuit)
        });
        on.map(|(place, _)| place)
    }

    /// What a circuit is of another's, if it is shared.
    pub fn hosted(&self, circuit: usize) -> Option<&Hosted> {
        self.circuits[circuit].hosted.as_ref()
    }

    /// Whether a port has room for a speed beside all but this one.
    pub fn room(&self, parent: usize, spec: &str, but: Option<usize>) -> Result<(), Refusal> {
        let port = atlas::port(self.circuits[parent].word("PortType"));
        let most = port.map_or(0, |(_, mbps)| mbps);
        if mbps(spec) > most {
            return Err((400, "IllegalParam.Bandwidth"));
        }
        let others = self.hosted_on(parent).filter(|place| Some(*place) != but);
        let taken: i64 = others.filter_map(|place| self.hosted(place)).map(Hosted::reserved).sum();
        if taken + mbps(spec) > most { Err((400, "ResourceNotEnough.Bandwidth")) } else { Ok(()) }
    }

    /// A shared circuit is as fast as it was sold, and its router with it.
    pub fn speed_is_paid(&mut self, place: usize, spec: &str) {
        let Some(hosted) = &mut self.circuits[place].hosted else { return };
        spec.clone_into(&mut hosted.spec);
        self.circuits[place].words.insert("Bandwidth", mbps(spec).to_string());
        self.routers_follow(place);
    }

    /// The same by an order; of a circuit that is no shared one it says no speed.
    pub fn order_is_paid(&mut self, place: usize) {
        let Order { circuit, shared, .. } = self.orders[place].clone();
        self.speed_is_paid(circuit, &shared);
    }

    /// Whether the router that a shared circuit was made of is not on it yet, and is to be.
    pub fn is_awaited(&self, place: usize) -> bool {
        let router = self.circuits[place].hosted.as_ref().and_then(|hosted| hosted.router);
        let router = router.map(|router| &self.routers[router]);
        router.is_some_and(|router| !router.deleted && router.line.circuit != place)
    }

    /// The router on a shared circuit has its VLAN and its bandwidth.
    pub fn routers_follow(&mut self, place: usize) {
        let Some(hosted) = self.circuits[place].hosted.clone() else { return };
        let its = self.routers.iter_mut().filter(|its| !its.deleted && its.line.circuit == place);
        for router in its {
            router.line.vlan = hosted.vlan;
            router.words.insert("Bandwidth", router_mbps(&hosted.spec).to_string());
        }
    }
}

/// The code for a value of an operation on shared circuits that has not its form.
pub fn code(action: &str, name: &str) -> Option<&'static str> {
    match name {
        "OrderMode" if action == "CreateVirtualPhysicalConnection" => {
            Some("IllegalParam.OrderMode")
        }
        "VlanId" => Some("IllegalParam.VlanId"),
        "Spec" => Some("IllegalParam.Spec"),
        "ExpectSpec" => Some("IllegalParam.Bandwidth"),
        "VpconnAliUid" => Some("IllegalParam.VpconnAliUid"),
        "Name" => Some("InvalidName.Malformed"),
        "Description" => Some("InvalidDescription.Malformed"),
        "ResourceGroupId" if action == "CreateVirtualPhysicalConnection" => {
            Some("IllegalParam.ResourceGroupId")
        }
        _ => None,
    }
}

/// The operations on shared circuits.
pub const OWN: [&str; 6] = [
    "CreateVirtualPhysicalConnection",
    "ListVirtualPhysicalConnections",
    "UpdateVirtualPhysicalConnection",
    "CreateVpconnFromVbr",
    "AttachVbrToVpconn",
    "RecoverPhysicalConnection",
];
