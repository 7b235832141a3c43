//! Virtual border routers: a head each, and its further circuits in order; how each came to stand
//! as it does; failover groups, what accounts see of others' things, and grants.

use crate::codec::{Codec, Sink, Source};
use crate::row::{Reading, Row, Rows, Shape, Stored, Writing, row};
use crate::tables::circuits::{put_tags, take_tags};
use crate::words::Words;
use crate::world::WorldId;
use domain::catalogue::Region;
use domain::grant::Grant;
use domain::history::RouterMove;
use domain::peering::Peering;
use domain::reference::Reference;
use domain::router::{Association, Described, Detection, Router, RouterStatus, Times};
use domain::router_group::RouterGroup;
use domain::{AccountId, CircuitId, GroupId, RouterId, Timestamp};
use std::collections::HashMap;

/// A router but for its further circuits.
struct Head {
    id: RouterId,
    account: AccountId,
    owner: AccountId,
    circuit: CircuitId,
    region: Region,
    created_at: Timestamp,
    status: RouterStatus,
    times: Times,
    wakes_at: Option<Timestamp>,
    deleted: bool,
    described: Described,
    group: Option<GroupId>,
}

row! {
    Head, Rows::Keyed(&["id"]), "routers" {
        id: "id",
        account: "account",
        owner: "owner",
        circuit: "circuit",
        region: "region",
        created_at: "created_at",
        status: "status",
        times: "activated_at" "terminated_at" "recovered_at",
        wakes_at: "wakes_at",
        deleted: "deleted",
        described: "vlan" "circuit_code" "local_ip" "peer_ip" "mask" "local_ipv6" "peer_ipv6"
            "ipv6_prefix" "ipv6" "bandwidth_mbps" "min_tx_ms" "min_rx_ms" "multiplier" "mtu"
            "sitelink" "name" "description" "resource_group" "tags",
        group: "router_group",
    }
}

/// One further circuit.
struct Further {
    router: RouterId,
    place: u32,
    association: Association,
}

row! {
    Further, Rows::Keyed(&["router", "place"]), "router_circuits" {
        router: "router",
        place: "place",
        association: "circuit" "vlan" "circuit_code" "local_ip" "peer_ip" "mask" "local_ipv6"
            "peer_ipv6" "ipv6_prefix" "ipv6",
    }
}

impl Stored for Router {
    const SHAPES: &'static [Shape] = &[Head::SHAPE, Further::SHAPE];

    fn write<W: Writing>(&self, to: &mut W) -> Result<(), W::Error> {
        let Self {
            id,
            account,
            owner,
            circuit,
            region,
            created_at,
            status,
            times,
            wakes_at,
            deleted,
            described,
            associations,
            group,
        } = self.clone();
        let head = Head {
            id,
            account,
            owner,
            circuit,
            region,
            created_at,
            status,
            times,
            wakes_at,
            deleted,
            described,
            group,
        };
        to.put(0, &head)?;
        // There may have been more of them before.
        to.remove_like(&Further { router: id, place: 0, association: nowhere(circuit) }, 1)?;
        for (place, association) in (0..).zip(associations) {
            to.put(0, &Further { router: id, place, association })?;
        }
        Ok(())
    }

    fn read<F: Reading>(
        from: &mut F,
        mut take: impl FnMut(WorldId, Self) -> Result<(), F::Error>,
    ) -> Result<(), F::Error> {
        let mut further: HashMap<(WorldId, RouterId), Vec<Association>> = HashMap::new();
        from.each(|spot, Further { router, place: _, association }| {
            // They come in the order of their places.
            further.entry((spot.world, router)).or_default().push(association);
            Ok(())
        })?;
        from.each(|spot, head: Head| {
            let associations = further.remove(&(spot.world, head.id)).unwrap_or_default();
            take(spot.world, head.with(associations))
        })?;
        if further.is_empty() { Ok(()) } else { Err(from.unreadable(CIRCUITS_ALONE.into())) }
    }
}

impl Head {
    fn with(self, associations: Vec<Association>) -> Router {
        let Self {
            id,
            account,
            owner,
            circuit,
            region,
            created_at,
            status,
            times,
            wakes_at,
            deleted,
            described,
            group,
        } = self;
        Router {
            id,
            account,
            owner,
            circuit,
            region,
            created_at,
            status,
            times,
            wakes_at,
            deleted,
            described,
            associations,
            group,
        }
    }
}

/// What stands for any further circuit.
fn nowhere(circuit: CircuitId) -> Association {
    let (circuit_code, peering) = (Box::default(), Peering::default());
    Association { circuit, vlan: 0, circuit_code, peering, ipv6: false }
}

/// Said of a file whose further circuits are of more routers than there are.
const CIRCUITS_ALONE: &str = "further circuits of a router that is not there";

row! {
    RouterMove, Rows::Appended, "router_moves" {
        router: "router",
        account: "account",
        owner: "owner",
        status: "status",
        deleted: "deleted",
        why: "moved_at" "cause" "request",
    }
}

row! {
    RouterGroup, Rows::Keyed(&["id"]), "router_groups" {
        id: "id",
        account: "account",
        region: "region",
        routers: "router" "peer",
        created_at: "created_at",
        status: "status",
        wakes_at: "wakes_at",
        deleted: "deleted",
        name: "name",
        description: "description",
    }
}

row! {
    Reference, Rows::Keyed(&["account", "thing"]), "shared_things" {
        account: "account",
        thing: "thing",
        home: "home",
    }
}

row! {
    Grant, Rows::Keyed(&["account", "vpc", "vpc_region", "owner", "region"]), "grants" {
        account: "account",
        vpc: "vpc",
        vpc_region: "vpc_region",
        owner: "owner",
        region: "region",
        all: "to_all",
        routers: "routers",
    }
}

impl Codec for Times {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let Self { activated_at, terminated_at, recovered_at } = self;
        [activated_at, terminated_at, recovered_at]
            .into_iter()
            .try_for_each(|at| at.put(words, into))
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        Ok(Self {
            activated_at: Codec::take(words, from)?,
            terminated_at: Codec::take(words, from)?,
            recovered_at: Codec::take(words, from)?,
        })
    }
}

impl Codec for Described {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let Self {
            vlan,
            circuit_code,
            peering,
            ipv6,
            bandwidth_mbps,
            detection,
            mtu,
            sitelink,
            name,
            description,
            resource_group,
            tags,
        } = self;
        vlan.put(words, into)?;
        circuit_code.put(words, into)?;
        peering.put(words, into)?;
        ipv6.put(words, into)?;
        bandwidth_mbps.put(words, into)?;
        let Detection { min_tx_ms, min_rx_ms, multiplier } = detection;
        for number in [min_tx_ms, min_rx_ms, multiplier, mtu] {
            number.put(words, into)?;
        }
        sitelink.put(words, into)?;
        for text in [name, description, resource_group] {
            text.put(words, into)?;
        }
        put_tags(tags, words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        Ok(Self {
            vlan: Codec::take(words, from)?,
            circuit_code: Codec::take(words, from)?,
            peering: Codec::take(words, from)?,
            ipv6: Codec::take(words, from)?,
            bandwidth_mbps: Codec::take(words, from)?,
            detection: Detection {
                min_tx_ms: Codec::take(words, from)?,
                min_rx_ms: Codec::take(words, from)?,
                multiplier: Codec::take(words, from)?,
            },
            mtu: Codec::take(words, from)?,
            sitelink: Codec::take(words, from)?,
            name: Codec::take(words, from)?,
            description: Codec::take(words, from)?,
            resource_group: Codec::take(words, from)?,
            tags: take_tags(words, from)?,
        })
    }
}

impl Codec for Association {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let Self { circuit, vlan, circuit_code, peering, ipv6 } = self;
        circuit.put(words, into)?;
        vlan.put(words, into)?;
        circuit_code.put(words, into)?;
        peering.put(words, into)?;
        ipv6.put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        Ok(Self {
            circuit: Codec::take(words, from)?,
            vlan: Codec::take(words, from)?,
            circuit_code: Codec::take(words, from)?,
            peering: Codec::take(words, from)?,
            ipv6: Codec::take(words, from)?,
        })
    }
}

impl Codec for Peering {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let Self { local_ip, peer_ip, mask, local_ipv6, peer_ipv6, ipv6_prefix } = self;
        let all = [local_ip, peer_ip, mask, local_ipv6, peer_ipv6, ipv6_prefix];
        all.into_iter().try_for_each(|text| text.put(words, into))
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        Ok(Self {
            local_ip: Codec::take(words, from)?,
            peer_ip: Codec::take(words, from)?,
            mask: Codec::take(words, from)?,
            local_ipv6: Codec::take(words, from)?,
            peer_ipv6: Codec::take(words, from)?,
            ipv6_prefix: Codec::take(words, from)?,
        })
    }
}

impl Codec for [RouterId; 2] {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        self.iter().try_for_each(|id| id.put(words, into))
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        Ok([Codec::take(words, from)?, Codec::take(words, from)?])
    }
}

/// Ids, with commas between them.
impl Codec for Vec<RouterId> {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let ids: Vec<&str> = self.iter().map(RouterId::as_str).collect();
        Box::<str>::from(ids.join(",")).put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        let text: Box<str> = Codec::take(words, from)?;
        let ids = text.split(',').filter(|id| !id.is_empty()).map(RouterId::new);
        let unreadable = || from.unreadable(format!("{text:?} are no routers"));
        ids.collect::<Option<_>>().ok_or_else(unreadable)
    }
}
