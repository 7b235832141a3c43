//! What is asked of a store about routers.

use domain::command::{
    AmendRouter, AssociateCircuit, AssociateMacsecKey, ChangeResourceGroup, DeleteRouter,
    DeleteRouterGroup, DisassociateMacsecKey, FailMacsecKey, FinishGroup, FinishRouter,
    GrantRouters, MakeRouter, MakeRouterGroup, RecoverRouter, RevokeRouters, RouterAmendment,
    SetRouterBandwidth, TagResources, TerminateRouter, UnassociateCircuit,
};
use domain::letter::Secret;
use domain::macsec::CipherSuite;
use domain::peering::Peering;
use domain::tag::{ResourceType, Tag, Tags};
use domain::{AccountId, CircuitId, Command, GroupId, RouterId, State, sandbox};

fn sides(said: bool) -> Peering {
    if !said {
        return Peering::default();
    }
    Peering {
        local_ip: "10.0.0.1".into(),
        peer_ip: "10.0.0.2".into(),
        mask: "255.255.255.252".into(),
        ..Peering::default()
    }
}

/// One is made on a circuit, for its owner or for another.
fn made(circuit: CircuitId, other: Option<AccountId>, how: u8) -> MakeRouter {
    let own = other.is_none();
    let text = |text: &str| if own { text.into() } else { Box::default() };
    MakeRouter {
        circuit,
        owner: other,
        vlan: u32::from(how % 4),
        circuit_code: "code".into(),
        peering: sides(own),
        ipv6: how.is_multiple_of(3),
        bandwidth_mbps: how.is_multiple_of(2).then_some(100),
        name: text("name"),
        description: text("description"),
        resource_group: "rg-a".into(),
        tags: Tags::new((0..how % 3).map(|nth| tag(nth, how))),
        needs_service: false,
        limited: true,
    }
}

fn tag(nth: u8, how: u8) -> Tag {
    Tag { key: format!("key {nth}").into(), value: format!("{how}").into() }
}

/// What is done about the n-th router and a circuit, of whomever.
pub(super) fn about(among: &State, circuit: CircuitId, nth: u8, how: u8) -> Command {
    let known: Vec<RouterId> = among.routers().map(|router| router.id).collect();
    let none = RouterId::new("vbr-none").expect("well formed");
    let at = |nth: u8| known.get(usize::from(nth) % (known.len() + 1)).copied().unwrap_or(none);
    let (router, peer) = (at(nth), at(nth.wrapping_add(1)));
    let group = among.groups().last().map(|group| group.id);
    let group = group.unwrap_or_else(|| GroupId::new("vbrha-none").expect("well formed"));
    let part = how / 16;
    match how % 16 {
        0 | 1 => made(circuit, None, part).into(),
        2 => made(circuit, Some(sandbox::POOR), part).into(),
        3 => {
            let amendment = RouterAmendment {
                vlan: part.is_multiple_of(3).then(|| u32::from(part)),
                peering: sides(part.is_multiple_of(2)),
                name: Some(format!("name {part}").into()),
                ..RouterAmendment::default()
            };
            let amendment = Box::new(amendment);
            AmendRouter {
                router,
                amendment,
                needs_service: false,
                limited: true,
                heeds_locks: true,
                compares: false,
                wants_all: false,
            }
            .into()
        }
        4 => SetRouterBandwidth { router, bandwidth_mbps: part.into(), limited: true }.into(),
        5 => TerminateRouter { router }.into(),
        6 => RecoverRouter { router, needs_service: false }.into(),
        7 => DeleteRouter { router }.into(),
        8 => AssociateCircuit {
            router,
            circuit,
            vlan: part.into(),
            circuit_code: "code".into(),
            peering: sides(true),
            ipv6: false,
            needs_service: false,
            compares: false,
            wants_all: false,
        }
        .into(),
        9 => UnassociateCircuit { router, circuit }.into(),
        10 => {
            let (name, description) = ("name".into(), Box::default());
            MakeRouterGroup { router, peer, name, description, dry_run: false }.into()
        }
        11 => DeleteRouterGroup { group }.into(),
        12 => granted(router, part),
        13 => regrouped(circuit, router, part),
        14 if part.is_multiple_of(2) => FinishGroup { group }.into(),
        14 => FinishRouter { router }.into(),
        _ => keyed(circuit, part),
    }
}

/// What is done with a circuit's MACsec keys.
fn keyed(circuit: CircuitId, part: u8) -> Command {
    let ckn: Box<str> = ["A", "B", "C", "D"][usize::from(part / 3 % 4)].into();
    match part % 4 {
        0 | 1 => {
            let (suite, cak) = (CipherSuite::Aes128, Secret("0123".into()));
            AssociateMacsecKey { circuit, suite, ckn, cak }.into()
        }
        2 => DisassociateMacsecKey { circuit, ckn }.into(),
        _ => FailMacsecKey { circuit }.into(),
    }
}

fn granted(router: RouterId, part: u8) -> Command {
    let (vpc, owner, region) = ("vpc-a".into(), sandbox::POOR, sandbox::region());
    let routers = part.is_multiple_of(3).then(|| vec![router]);
    if part.is_multiple_of(2) {
        GrantRouters { vpc, owner, region, routers }.into()
    } else {
        RevokeRouters { vpc, owner, region, routers }.into()
    }
}

fn regrouped(circuit: CircuitId, router: RouterId, part: u8) -> Command {
    let kind = ResourceType::VirtualBorderRouter;
    match part % 3 {
        0 => TagResources {
            kind,
            resources: vec![router.as_str().into()],
            tags: Tags::new([tag(0, part)]),
        }
        .into(),
        1 => ChangeResourceGroup {
            kind,
            resource: router.as_str().into(),
            group: format!("rg-{part}").into(),
        }
        .into(),
        _ => ChangeResourceGroup {
            kind: ResourceType::PhysicalConnection,
            resource: circuit.as_str().into(),
            group: "rg-a".into(),
        }
        .into(),
    }
}
