//! The circuits of a router: their addresses, compared where they are sold so, and how many routers
//! each has.

use super::rig::*;
use super::routers::{amended, associated, made};
use crate::circuit::Status;
use crate::command::{AmendRouter, AssociateCircuit, AssociationAmendment};
use crate::peering::Peering;
use crate::{Outcome, Refusal};

const MASK: &str = "255.255.255.0";

fn sides(local: &str, peer: &str) -> Peering {
    let mask = MASK.into();
    Peering { local_ip: local.into(), peer_ip: peer.into(), mask, ..Peering::default() }
}

/// A router at 10.0.0.1 and 10.0.0.2, on one further circuit at 10.0.1.1 and 10.0.1.2.
fn world() -> (World, String) {
    let mut world = World::new(rules());
    for name in ["pc-a", "pc-b", "pc-c"] {
        world.give(given(Status::Enabled), name);
    }
    let Outcome::Router(router) = world.done(made("pc-a", 1)) else { panic!("no router") };
    let router = router.as_str().to_owned();
    let six = Peering {
        local_ipv6: "2408::1".into(),
        peer_ipv6: "2408::2".into(),
        ..sides("10.0.1.1", "10.0.1.2")
    };
    world.done(AssociateCircuit { peering: six, ..associated(&router, "pc-b", 1) });
    (world, router)
}

#[test]
fn a_further_circuit_has_addresses_of_its_own() {
    let (mut world, router) = world();
    let further = |peering: Peering, compares| AssociateCircuit {
        peering,
        compares,
        ..associated(&router, "pc-c", 1)
    };
    let six = |local: &str, peer: &str| Peering {
        local_ipv6: local.into(),
        peer_ipv6: peer.into(),
        ..Peering::default()
    };
    for (peering, refusal) in [
        (sides("10.0.0.1", "10.0.0.9"), Refusal::LocalIpOfRouter),
        (sides("10.0.1.1", "10.0.1.9"), Refusal::LocalIpTaken),
        (sides("10.0.0.9", "10.0.0.2"), Refusal::PeerIpTaken),
        (sides("10.0.1.9", "10.0.1.2"), Refusal::PeerIpTaken),
        (six("2408:0::1", "2408::9"), Refusal::LocalIpv6Taken),
        (six("2408::9", "2408:0:0::2"), Refusal::PeerIpv6Taken),
    ] {
        assert_eq!(world.refused(further(peering, true)), refusal);
    }
    // What one side has, the other may; and it was not always asked.
    world.done(further(sides("10.0.1.2", "10.0.1.1"), true));
    world.done(crate::command::UnassociateCircuit {
        router: associated(&router, "pc-c", 1).router,
        circuit: id("pc-c"),
    });
    world.done(further(sides("10.0.0.1", "10.0.0.2"), false));
}

#[test]
fn a_circuit_has_so_many_routers_of_an_account_further_ones_too() {
    let (mut world, router) = world();
    for vlan in 2..=5 {
        world.done(made("pc-b", vlan));
    }
    assert_eq!(world.refused(made("pc-b", 6)), Refusal::RoutersMax);
    for vlan in 1..=5 {
        world.done(made("pc-c", vlan));
    }
    assert_eq!(world.refused(associated(&router, "pc-c", 6)), Refusal::RoutersMax);
}

fn change(router: &str, own: &Peering, further: &[(&str, Peering)], compares: bool) -> AmendRouter {
    let of = |(circuit, peering): &(&str, Peering)| AssociationAmendment {
        circuit: id(circuit),
        vlan: None,
        circuit_code: None,
        peering: peering.clone(),
        ipv6: None,
    };
    let amended = amended(router, |amendment| {
        amendment.peering = own.clone();
        amendment.associations = further.iter().map(of).collect();
    });
    AmendRouter { compares, ..amended }
}

#[test]
fn a_change_leaves_no_two_circuits_of_a_router_one_address() {
    let (mut world, router) = world();
    let none = Peering::default();
    for (own, further, refusal) in [
        (sides("10.0.2.1", "10.0.2.2"), sides("10.0.2.1", "10.0.2.9"), Refusal::LocalIpRepeated),
        (sides("10.0.2.1", "10.0.2.2"), sides("10.0.2.9", "10.0.2.2"), Refusal::PeerIpRepeated),
        (sides("10.0.1.1", "10.0.1.9"), none.clone(), Refusal::LocalIpTaken),
        (sides("10.0.1.9", "10.0.1.2"), none.clone(), Refusal::PeerIpTaken),
        (none.clone(), sides("10.0.0.1", "10.0.0.9"), Refusal::LocalIpTaken),
    ] {
        let change = change(&router, &own, &[("pc-b", further)], true);
        assert_eq!(world.refused(change), refusal);
    }
    // Both change places.
    let (own, further) = (sides("10.0.1.1", "10.0.1.2"), sides("10.0.0.1", "10.0.0.2"));
    world.done(change(&router, &own, &[("pc-b", further.clone())], true));
    // What was made equal once may stay so.
    world.done(change(&router, &further, &[], false));
    world.done(change(&router, &none, &[], true));
}
