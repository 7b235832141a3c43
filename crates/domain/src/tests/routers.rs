//! Routers: what their owner, their circuit's owner and the carrier do with them, and how they hold
//! a circuit back.
//!
//! Long because it tells what becomes of routers from their making to their end.

use super::rig::*;
use super::tags::{tagged, tags};
use crate::catalogue::Region;
use crate::circuit::{GivenCircuit, Status};
use crate::command::{
    AmendRouter, AssociateCircuit, AssociationAmendment, ChangeResourceGroup, DeleteCircuit,
    DeleteRouter, DeleteRouterGroup, FinishGroup, FinishRouter, GrantRouters, MakeRouter,
    MakeRouterGroup, OpenAccount, OpenService, RecoverRouter, RefundCircuit, RevokeRouters,
    RouterAmendment, SetRouterBandwidth, TagResources, TerminateCircuit, TerminateRouter,
    UnassociateCircuit,
};
use crate::id::{AccountId, CircuitId, GroupId, RouterId};
use crate::peering::Peering;
use crate::price::Currency;
use crate::query::{Found, GroupBy, Query, RouterFilter, TagFilter};
use crate::router::{Router, RouterEvent, RouterStatus, step};
use crate::router_group::GroupStatus;
use crate::tag::{ResourceType, Tags};
use crate::{Carrier, Command, Outcome, Records as _, Refusal, Rules};

/// A router's id.
pub fn router(text: &str) -> RouterId {
    RouterId::new(text).expect("well formed")
}

/// A group's id.
pub fn group(text: &str) -> GroupId {
    GroupId::new(text).expect("well formed")
}

pub fn sides(local: &str, peer: &str) -> Peering {
    let (local_ip, peer_ip) = (local.into(), peer.into());
    Peering { local_ip, peer_ip, mask: "255.255.255.252".into(), ..Peering::default() }
}

/// A router on a circuit, for its owner.
pub fn made(circuit: &str, vlan: u32) -> MakeRouter {
    MakeRouter {
        circuit: id(circuit),
        owner: None,
        vlan,
        circuit_code: "code".into(),
        peering: sides("10.0.0.1", "10.0.0.2"),
        ipv6: false,
        bandwidth_mbps: None,
        name: "name".into(),
        description: "description".into(),
        resource_group: "rg-a".into(),
        tags: tags(&[("k", "v")]),
        needs_service: true,
        limited: true,
    }
}

/// The same for another account, who says the rest.
pub fn made_for(owner: AccountId, circuit: &str, vlan: u32) -> MakeRouter {
    MakeRouter {
        owner: Some(owner),
        peering: Peering::default(),
        name: "".into(),
        description: "".into(),
        ..made(circuit, vlan)
    }
}

/// A router, so changed.
pub fn amended(of: &str, change: impl FnOnce(&mut RouterAmendment)) -> AmendRouter {
    let mut amendment = Box::<RouterAmendment>::default();
    change(&mut amendment);
    AmendRouter {
        router: router(of),
        amendment,
        needs_service: true,
        limited: true,
        heeds_locks: true,
        compares: true,
        wants_all: false,
    }
}

/// A router, put on one more circuit.
pub fn associated(of: &str, circuit: &str, vlan: u32) -> AssociateCircuit {
    AssociateCircuit {
        router: router(of),
        circuit: id(circuit),
        vlan,
        circuit_code: "".into(),
        peering: sides("10.0.1.1", "10.0.1.2"),
        ipv6: false,
        needs_service: true,
        compares: false,
        wants_all: false,
    }
}

/// Two routers, joined.
pub fn grouped(one: &str, other: &str) -> MakeRouterGroup {
    MakeRouterGroup {
        router: router(one),
        peer: router(other),
        name: "".into(),
        description: "".into(),
        dry_run: false,
    }
}

fn some(routers: Option<&[&str]>) -> Option<Vec<RouterId>> {
    routers.map(|all| all.iter().map(|id| router(id)).collect())
}

/// A VPC opened to routers of an account, all or these.
pub fn granted(owner: AccountId, routers: Option<&[&str]>) -> GrantRouters {
    GrantRouters { vpc: "vpc-a".into(), owner, region: home(), routers: some(routers) }
}

/// The same, taken back.
pub fn revoked(owner: AccountId, routers: Option<&[&str]>) -> RevokeRouters {
    RevokeRouters { vpc: "vpc-a".into(), owner, region: home(), routers: some(routers) }
}

/// A circuit or a router, put into a resource group.
pub fn moved(resource: &str, group: &str) -> ChangeResourceGroup {
    let kind = if resource.starts_with("pc-") {
        ResourceType::PhysicalConnection
    } else {
        ResourceType::VirtualBorderRouter
    };
    ChangeResourceGroup { kind, resource: resource.into(), group: group.into() }
}

/// What an account asks for.
fn by(world: &mut World, account: AccountId, command: impl Into<Command>) -> Told {
    let mut call = world.proposal(command);
    origin_of(&mut call).account = account;
    world.propose(call)
}

fn made_by(world: &mut World, account: AccountId, command: MakeRouter) -> RouterId {
    match by(world, account, command) {
        Told::Accepted(Outcome::Router(id)) => id,
        other => panic!("no router: {other:?}"),
    }
}

/// A router that [`OTHER`] has made for [`OWNER`] on a circuit of his own.
pub fn lent(world: &mut World) -> RouterId {
    world.give(GivenCircuit { account: OTHER, ..given(Status::Enabled) }, "pc-lent");
    let lent = MakeRouter { needs_service: false, ..made_for(OWNER, "pc-lent", 1) };
    made_by(world, OTHER, lent)
}

/// Of each kind of record about routers one of [`OTHER`]'s.
pub fn of_other(world: &mut World) {
    let one = made_by(world, OTHER, made("pc-r", 1));
    let two = made_by(world, OTHER, made("pc-s", 1));
    let joined = grouped(one.as_str(), two.as_str());
    for command in [Command::from(joined), granted(OWNER, None).into()] {
        let told = by(world, OTHER, command);
        assert!(matches!(told, Told::Accepted(_)), "{told:?}");
    }
    made_by(world, OWNER, made_for(OTHER, "pc-t", 1));
}

/// Commands, no two of which are the same call.
pub fn commands() -> Vec<Command> {
    let text = || Some("x".into());
    let further = AssociationAmendment {
        circuit: id("pc-b"),
        vlan: None,
        circuit_code: None,
        peering: Peering::default(),
        ipv6: None,
    };
    let amendments: [fn(&mut RouterAmendment); 11] = [
        |_| {},
        |a| a.vlan = Some(0),
        |a| a.peering = sides("10.0.0.1", ""),
        |a| a.ipv6 = Some(false),
        |a| a.bandwidth_mbps = Some(7),
        |a| a.min_tx_ms = Some(7),
        |a| a.min_rx_ms = Some(7),
        |a| a.multiplier = Some(7),
        |a| a.mtu = Some(7),
        |a| a.sitelink = Some(false),
        |a| a.peering = Peering { ipv6_prefix: "::/0".into(), ..Peering::default() },
    ];
    let mut all: Vec<Command> =
        amendments.into_iter().map(|change| amended("vbr-a", change).into()).collect();
    let peering = sides("10.0.0.1", "10.0.0.6");
    for change in [
        MakeRouter { circuit: id("pc-b"), ..made("pc-a", 1) },
        MakeRouter { owner: Some(OTHER), ..made("pc-a", 1) },
        made("pc-a", 1),
        made("pc-a", 2),
        MakeRouter { circuit_code: "x".into(), ..made("pc-a", 1) },
        MakeRouter { peering: peering.clone(), ..made("pc-a", 1) },
        MakeRouter { ipv6: true, ..made("pc-a", 1) },
        MakeRouter { bandwidth_mbps: Some(50), ..made("pc-a", 1) },
        MakeRouter { name: "x".into(), ..made("pc-a", 1) },
        MakeRouter { description: "x".into(), ..made("pc-a", 1) },
        MakeRouter { resource_group: "x".into(), ..made("pc-a", 1) },
        MakeRouter { tags: Tags::default(), ..made("pc-a", 1) },
    ] {
        all.push(change.into());
    }
    for further in [
        further.clone(),
        AssociationAmendment { circuit: id("pc-c"), ..further.clone() },
        AssociationAmendment { vlan: Some(1), ..further.clone() },
        AssociationAmendment { circuit_code: text(), ..further.clone() },
        AssociationAmendment { peering: peering.clone(), ..further.clone() },
        AssociationAmendment { ipv6: Some(true), ..further },
    ] {
        all.push(amended("vbr-a", |a| a.associations.push(further)).into());
    }
    all.extend(of_one_router());
    all.extend(of_groups_and_grants());
    all
}

/// The same of one router.
fn of_one_router() -> Vec<Command> {
    let (vbr, other) = (router("vbr-a"), router("vbr-b"));
    let text = || Some("x".into());
    let peering = sides("10.0.0.1", "10.0.0.6");
    vec![
        amended("vbr-b", |_| {}).into(),
        amended("vbr-a", |a| a.circuit_code = text()).into(),
        amended("vbr-a", |a| a.name = text()).into(),
        amended("vbr-a", |a| a.description = text()).into(),
        SetRouterBandwidth { router: vbr, bandwidth_mbps: 1, limited: true }.into(),
        SetRouterBandwidth { router: vbr, bandwidth_mbps: 2, limited: true }.into(),
        SetRouterBandwidth { router: other, bandwidth_mbps: 1, limited: true }.into(),
        TerminateRouter { router: vbr }.into(),
        TerminateRouter { router: other }.into(),
        RecoverRouter { router: vbr, needs_service: true }.into(),
        RecoverRouter { router: other, needs_service: true }.into(),
        DeleteRouter { router: vbr }.into(),
        DeleteRouter { router: other }.into(),
        associated("vbr-a", "pc-b", 1).into(),
        associated("vbr-b", "pc-b", 1).into(),
        associated("vbr-a", "pc-a", 1).into(),
        associated("vbr-a", "pc-b", 2).into(),
        AssociateCircuit { circuit_code: "x".into(), ..associated("vbr-a", "pc-b", 1) }.into(),
        AssociateCircuit { peering, ..associated("vbr-a", "pc-b", 1) }.into(),
        AssociateCircuit { ipv6: true, ..associated("vbr-a", "pc-b", 1) }.into(),
        UnassociateCircuit { router: vbr, circuit: id("pc-a") }.into(),
        UnassociateCircuit { router: vbr, circuit: id("pc-b") }.into(),
        UnassociateCircuit { router: other, circuit: id("pc-a") }.into(),
    ]
}

/// What may be asked about routers, drawn by chance.
pub fn drawn(world: &World, circuit: CircuitId, account: AccountId, how: u8) -> Command {
    let known: Vec<RouterId> = world.state().routers().map(|router| router.id).collect();
    let nth = |nth: usize| known.get(nth % known.len().max(1)).copied();
    let vbr = nth(usize::from(how / 16)).unwrap_or(router("vbr-never"));
    let peer = nth(usize::from(how / 16) + 1).unwrap_or(vbr);
    let group = world.state().groups().last().map_or(group("vbrha-never"), |group| group.id);
    let other = if account == OWNER { OTHER } else { OWNER };
    let name = vbr.as_str();
    let vlan = u32::from(how / 16 % 4);
    match how % 16 {
        0 | 14 => MakeRouter { circuit, ..made("pc-a", vlan) }.into(),
        1 => MakeRouter { circuit, ..made_for(other, "pc-a", vlan) }.into(),
        2 => amended(name, |a| a.peering = sides("10.0.0.1", "10.0.0.2")).into(),
        3 => SetRouterBandwidth { router: vbr, bandwidth_mbps: vlan + 1, limited: true }.into(),
        4 => TerminateRouter { router: vbr }.into(),
        5 => RecoverRouter { router: vbr, needs_service: false }.into(),
        6 => DeleteRouter { router: vbr }.into(),
        7 => AssociateCircuit { circuit, ..associated(name, "pc-a", vlan) }.into(),
        8 => UnassociateCircuit { router: vbr, circuit }.into(),
        9 => grouped(name, peer.as_str()).into(),
        10 => DeleteRouterGroup { group }.into(),
        11 => granted(other, if vlan == 0 { None } else { Some(&["vbr-a"][..]) }).into(),
        12 => revoked(other, None).into(),
        13 => moved(if vlan < 2 { circuit.as_str() } else { name }, "rg-a").into(),
        _ if vlan == 0 => FinishGroup { group }.into(),
        _ => FinishRouter { router: vbr }.into(),
    }
}

fn of_groups_and_grants() -> Vec<Command> {
    let grant = || granted(OTHER, None);
    let revoke = || revoked(OTHER, None);
    vec![
        grouped("vbr-a", "vbr-b").into(),
        grouped("vbr-b", "vbr-a").into(),
        grouped("vbr-a", "vbr-c").into(),
        MakeRouterGroup { name: "x".into(), ..grouped("vbr-a", "vbr-b") }.into(),
        MakeRouterGroup { description: "x".into(), ..grouped("vbr-a", "vbr-b") }.into(),
        MakeRouterGroup { dry_run: true, ..grouped("vbr-a", "vbr-b") }.into(),
        DeleteRouterGroup { group: group("vbrha-a") }.into(),
        DeleteRouterGroup { group: group("vbrha-b") }.into(),
        grant().into(),
        granted(OTHER, Some(&[])).into(),
        granted(OTHER, Some(&["vbr-a"])).into(),
        granted(NOBODY, None).into(),
        GrantRouters { vpc: "vpc-b".into(), ..grant() }.into(),
        GrantRouters { region: away(), ..grant() }.into(),
        revoke().into(),
        revoked(OTHER, Some(&[])).into(),
        revoked(OTHER, Some(&["vbr-a"])).into(),
        revoked(NOBODY, None).into(),
        RevokeRouters { vpc: "vpc-b".into(), ..revoke() }.into(),
        RevokeRouters { region: away(), ..revoke() }.into(),
        moved("pc-a", "rg-a").into(),
        moved("pc-b", "rg-a").into(),
        moved("pc-a", "rg-b").into(),
        moved("vbr-a", "rg-a").into(),
        ChangeResourceGroup { kind: ResourceType::TrafficQos, ..moved("pc-a", "rg-a") }.into(),
    ]
}

/// The prints that stores keep from the release on in which these commands came.
pub fn kept_prints() -> Vec<(Command, &'static str, u128)> {
    let vbr = router("vbr-a");
    vec![
        (made("pc-a", 1).into(), "make_router", 71_026_061_349_078_381_601_351_421_180_373_381_775),
        (
            amended("vbr-a", |a| a.vlan = Some(1)).into(),
            "amend_router",
            179_173_403_561_180_486_662_529_899_200_926_017_113,
        ),
        (
            SetRouterBandwidth { router: vbr, bandwidth_mbps: 1, limited: true }.into(),
            "set_router_bandwidth",
            67_036_547_051_669_282_874_219_899_171_961_736_741,
        ),
        (
            TerminateRouter { router: vbr }.into(),
            "terminate_router",
            54_251_259_955_851_648_818_216_074_129_354_022_776,
        ),
        (
            RecoverRouter { router: vbr, needs_service: true }.into(),
            "recover_router",
            316_942_071_645_390_862_755_545_002_835_288_182_099,
        ),
        (
            DeleteRouter { router: vbr }.into(),
            "delete_router",
            153_198_424_029_409_810_999_490_465_777_635_178_525,
        ),
        (
            associated("vbr-a", "pc-b", 1).into(),
            "associate_circuit",
            251_928_295_664_234_844_655_149_857_511_340_478_909,
        ),
        (
            UnassociateCircuit { router: vbr, circuit: id("pc-a") }.into(),
            "unassociate_circuit",
            243_666_280_794_066_259_491_231_029_525_282_885_598,
        ),
        (
            grouped("vbr-a", "vbr-b").into(),
            "make_router_group",
            160_429_467_216_532_587_691_216_544_541_194_101_607,
        ),
        (
            DeleteRouterGroup { group: group("vbrha-a") }.into(),
            "delete_router_group",
            6_979_919_737_719_757_574_550_388_503_692_636_322,
        ),
        (
            granted(OTHER, Some(&["vbr-a"])).into(),
            "grant_routers",
            248_886_734_263_711_947_576_511_552_001_144_380_781,
        ),
        (
            revoked(OTHER, None).into(),
            "revoke_routers",
            3_347_193_918_773_238_051_164_547_876_614_487_058,
        ),
        (
            moved("pc-a", "rg-a").into(),
            "change_resource_group",
            61_613_626_595_542_896_836_051_042_727_949_841_568,
        ),
    ]
}

fn found(world: &World, id: RouterId) -> Router {
    world.state().router(&id).expect("made").clone()
}

/// A world with a circuit in service, and a router on it.
fn with_router() -> (World, CircuitId, RouterId) {
    let (mut world, circuit) = World::with(Status::Enabled);
    let router = made_by(&mut world, OWNER, made("pc-a", 10));
    (world, circuit, router)
}

fn automatic() -> World {
    let mut world = World::new(Rules { carrier: Carrier::Auto, ..rules() });
    world.give(given(Status::Enabled), "pc-a");
    world
}

#[test]
fn every_event_leads_where_the_documents_say() {
    use RouterEvent as E;
    use RouterStatus as S;
    for (event, moves) in [
        (E::Accept, &[(S::Unconfirmed, S::Active)][..]),
        (E::Amend, &[(S::Unconfirmed, S::Unconfirmed), (S::Active, S::Active)]),
        (E::SetBandwidth, &[(S::Active, S::Active)]),
        (E::Terminate, &[(S::Active, S::Terminating)]),
        (E::Recover, &[(S::Terminated, S::Recovering)]),
        (
            E::Delete,
            &[
                (S::Unconfirmed, S::Deleting),
                (S::Active, S::Deleting),
                (S::Terminated, S::Deleting),
            ],
        ),
        (E::Associate, &[(S::Active, S::Active)]),
        (E::Unassociate, &[(S::Active, S::Active), (S::Terminated, S::Terminated)]),
        (E::Join, &[(S::Active, S::Active)]),
        (
            E::Finish,
            &[
                (S::Terminating, S::Terminated),
                (S::Recovering, S::Active),
                (S::Deleting, S::Deleting),
            ],
        ),
    ] {
        for &status in S::ALL {
            let leads = moves.iter().find(|(from, _)| *from == status).map(|(_, to)| *to);
            assert_eq!(step(status, event).ok(), leads, "{event:?} of {status:?}");
        }
    }
}

#[test]
fn a_router_is_switched_off_and_on_by_its_circuits_owner_and_the_carrier() {
    let (mut world, _, id) = with_router();
    let start = world.now();
    let router = found(&world, id);
    assert_eq!((router.status, router.times.activated_at), (RouterStatus::Active, Some(start)));
    assert_eq!(router.described.bandwidth_mbps, 1000, "the port's");
    world.pass(1000);
    assert_eq!(world.refused(FinishRouter { router: id }), Refusal::RouterState);
    world.done(TerminateRouter { router: id });
    assert_eq!(found(&world, id).status, RouterStatus::Terminating);
    assert_eq!(world.refused(TerminateRouter { router: id }), Refusal::RouterState);
    assert_eq!(world.refused(DeleteRouter { router: id }), Refusal::RouterState);
    world.done(FinishRouter { router: id });
    let off = found(&world, id);
    assert_eq!(
        (off.status, off.times.terminated_at),
        (RouterStatus::Terminated, Some(world.now()))
    );
    let recover = RecoverRouter { router: id, needs_service: true };
    world.done(recover.clone());
    assert_eq!(world.refused(recover), Refusal::RouterState);
    world.done(FinishRouter { router: id });
    let on = found(&world, id);
    assert_eq!((on.status, on.times.recovered_at), (RouterStatus::Active, Some(world.now())));
    assert_eq!(on.times.activated_at, Some(start), "the first time");
    world.done(DeleteRouter { router: id });
    assert_eq!(
        (found(&world, id).status, found(&world, id).deleted),
        (RouterStatus::Deleting, false)
    );
    world.done(FinishRouter { router: id });
    assert!(found(&world, id).deleted);
    assert_eq!(world.refused(TerminateRouter { router: id }), Refusal::NoSuchRouter);
    assert_eq!(world.refused(FinishRouter { router: id }), Refusal::NoSuchRouter);
    let moves = world.books().router_moves;
    let kept: Vec<_> = moves.iter().map(|step| (step.status.text(), step.deleted)).collect();
    let steps = ["active", "terminating", "terminated", "recovering", "active", "deleting"];
    let steps: Vec<_> = steps.map(|status| (status, false)).into_iter().collect();
    assert_eq!(kept, [steps, vec![("deleting", true)]].concat());
}

#[test]
fn the_automatic_carrier_removes_at_once_and_takes_its_time_over_the_rest() {
    let mut world = automatic();
    let id = made_by(&mut world, OWNER, made("pc-a", 10));
    world.done(TerminateRouter { router: id });
    world.pass(249);
    assert_eq!(found(&world, id).status, RouterStatus::Terminating);
    world.pass(1);
    assert_eq!(found(&world, id).status, RouterStatus::Terminated);
    world.done(RecoverRouter { router: id, needs_service: true });
    world.pass(250);
    assert_eq!(found(&world, id).status, RouterStatus::Active);
    world.done(DeleteRouter { router: id });
    assert!(found(&world, id).deleted);
}

#[test]
fn who_makes_a_router_says_its_addresses_and_they_lie_in_one_subnet() {
    let (mut world, _) = World::with(Status::Enabled);
    let whole = made("pc-a", 1);
    let without = |change: fn(&mut Peering)| {
        let mut less = whole.clone();
        change(&mut less.peering);
        less
    };
    for (command, refusal) in [
        (without(|p| p.local_ip = "".into()), Refusal::NoLocalIp),
        (without(|p| p.peer_ip = "".into()), Refusal::NoPeerIp),
        (without(|p| p.mask = "".into()), Refusal::NoMask),
        (without(|p| p.peer_ip = "10.0.0.9".into()), Refusal::NotOneSubnet),
        (MakeRouter { circuit: id("pc-z"), ..whole.clone() }, Refusal::NoSuchCircuit),
        (MakeRouter { bandwidth_mbps: Some(2048), ..whole.clone() }, Refusal::RouterTooFast),
        (made_for(NOBODY, "pc-a", 1), Refusal::NoSuchOwner),
        (MakeRouter { owner: Some(OTHER), ..whole.clone() }, Refusal::LocalIpNotTheirs),
    ] {
        assert_eq!(world.refused(command), refusal);
    }
    let theirs = made_for(OTHER, "pc-a", 1);
    for (change, refusal) in
        [(sides("", "10.0.0.2"), Refusal::PeerIpNotTheirs), (sides("", ""), Refusal::MaskNotTheirs)]
    {
        let command = MakeRouter { peering: change, ..theirs.clone() };
        assert_eq!(world.refused(command), refusal);
    }
    let named = MakeRouter { name: "n".into(), ..theirs.clone() };
    assert_eq!(world.refused(named), Refusal::NameNotTheirs);
    let six = Peering { peer_ipv6: "2408::2".into(), ..Peering::default() };
    let six = MakeRouter { peering: six, ..theirs.clone() };
    assert_eq!(world.refused(six), Refusal::PeerIpNotTheirs);
    let described = MakeRouter { description: "d".into(), ..theirs };
    assert_eq!(world.refused(described), Refusal::DescriptionNotTheirs);
    world.done(MakeRouter { bandwidth_mbps: Some(2048), limited: false, ..whole });
    world.give(given(Status::Confirmed), "pc-b");
    assert_eq!(world.refused(made("pc-b", 1)), Refusal::CircuitNotEnabled);
}

#[test]
fn what_is_sold_today_needs_outbound_traffic_to_be_billed() {
    let mut world = World::empty(rules());
    let (currency, dialect) = (Currency::Usd, None);
    world.done(OpenAccount { account: OWNER, currency, dialect, orderless: false });
    world.give(given(Status::Enabled), "pc-a");
    world.give(given(Status::Enabled), "pc-b");
    assert_eq!(world.refused(made("pc-a", 1)), Refusal::ServiceClosed);
    let old = MakeRouter { needs_service: false, ..made("pc-a", 1) };
    let Outcome::Router(id) = world.done(old) else { panic!("a router") };
    let name = id.as_str();
    assert_eq!(world.refused(amended(name, |_| {})), Refusal::ServiceClosed);
    assert_eq!(world.refused(associated(name, "pc-b", 1)), Refusal::ServiceClosed);
    world.done(TerminateRouter { router: id });
    world.done(FinishRouter { router: id });
    let recover = RecoverRouter { router: id, needs_service: true };
    assert_eq!(world.refused(recover.clone()), Refusal::ServiceClosed);
    world.done(OpenService {});
    world.done(recover);
}

#[test]
fn no_two_routers_of_a_circuit_share_a_vlan_and_one_without_a_tag_shares_nothing() {
    let (mut world, _, first) = with_router();
    world.give(given(Status::Enabled), "pc-b");
    assert_eq!(world.refused(made("pc-a", 10)), Refusal::VlanTaken);
    assert_eq!(world.refused(made("pc-a", 0)), Refusal::PortShared);
    world.done(made("pc-b", 10));
    let second = made_by(&mut world, OWNER, made("pc-a", 11));
    let (first, second) = (first.as_str().to_owned(), second.as_str().to_owned());
    assert_eq!(world.refused(amended(&second, |a| a.vlan = Some(10))), Refusal::VlanTaken);
    assert_eq!(world.refused(amended(&second, |a| a.vlan = Some(0))), Refusal::PortShared);
    world.done(amended(&second, |a| a.vlan = Some(11)));
    world.done(amended(&second, |a| a.vlan = Some(12)));
    world.done(made("pc-a", 11));
    // A further circuit has VLANs of its own.
    assert_eq!(world.refused(associated(&first, "pc-b", 10)), Refusal::VlanTaken);
    world.give(given(Status::Enabled), "pc-c");
    world.done(made("pc-c", 0));
    assert_eq!(world.refused(made("pc-c", 1)), Refusal::PortTaken);
    assert_eq!(world.refused(made("pc-c", 0)), Refusal::PortTaken);
    assert_eq!(world.refused(associated(&first, "pc-c", 3)), Refusal::PortTaken);
}

#[test]
fn what_is_in_another_region_or_ended_is_told_apart_where_it_is_associated_or_deleted() {
    let (mut world, circuit, first) = with_router();
    let first = first.as_str().to_owned();
    let away = GivenCircuit { region: away(), ..given(Status::Enabled) };
    let away = world.give(away, "pc-away");
    assert_eq!(world.refused(associated(&first, "pc-away", 1)), Refusal::CircuitElsewhere);
    assert_eq!(
        world.refused(DeleteCircuit { circuit: away, waiting_too: true }),
        Refusal::CircuitElsewhere
    );
    let mut of_away = world.proposal(associated(&first, "pc-a", 1));
    of_away.origin.as_mut().expect("a caller").region = super::rig::away();
    assert_eq!(world.propose(of_away), Told::Refused(Refusal::RouterElsewhere));
    for status in [Status::Terminating, Status::Terminated] {
        let name = format!("pc-{}", status.text().to_ascii_lowercase());
        world.give(given(status), &name);
        assert_eq!(world.refused(associated(&first, &name, 1)), Refusal::CircuitEnded);
        let hosted = super::hosted::hosted(&name, 1);
        assert_eq!(world.refused(hosted), Refusal::CircuitEnded);
    }
    assert_eq!(found(&world, router(&first)).associations, []);
    assert_eq!(world.circuit(circuit).state.status, Status::Enabled);
}

#[test]
fn a_router_that_is_off_keeps_its_vlan_for_seven_days() {
    let mut world = automatic();
    let old = made_by(&mut world, OWNER, made("pc-a", 10));
    world.done(TerminateRouter { router: old });
    world.pass(250);
    world.pass(Rules::default().vlan_kept_ms - 1);
    assert_eq!(world.refused(made("pc-a", 10)), Refusal::VlanKept);
    world.pass(1);
    let new = made_by(&mut world, OWNER, made("pc-a", 10));
    let recover = RecoverRouter { router: old, needs_service: true };
    assert_eq!(world.refused(recover.clone()), Refusal::VlanTaken);
    world.done(DeleteRouter { router: new });
    world.done(recover);
    world.pass(250);
    assert_eq!(found(&world, old).status, RouterStatus::Active);
}

#[test]
fn an_account_has_so_many_routers_on_a_circuit_and_another_as_many() {
    let (mut world, _) = World::with(Status::Enabled);
    for vlan in 1..=5 {
        world.done(made("pc-a", vlan));
    }
    assert_eq!(world.refused(made("pc-a", 6)), Refusal::RoutersMax);
    for vlan in 6..=10 {
        world.done(made_for(OTHER, "pc-a", vlan));
    }
    assert_eq!(world.refused(made_for(OTHER, "pc-a", 11)), Refusal::OthersRoutersMax);
    let gone = world.state().routers().next().expect("made").id;
    world.done(DeleteRouter { router: gone });
    world.done(made("pc-a", 11));
}

#[test]
fn a_router_for_another_account_is_his_once_he_says_its_addresses() {
    let (mut world, circuit) = World::with(Status::Enabled);
    by(&mut world, OTHER, OpenService {});
    let id = made_by(&mut world, OWNER, made_for(OTHER, "pc-a", 10));
    let name = id.as_str();
    assert_eq!(found(&world, id).status, RouterStatus::Unconfirmed);
    // The circuit's owner says the VLAN, its own owner the rest.
    world.done(amended(name, |a| (a.vlan, a.circuit_code) = (Some(11), Some("line".into()))));
    let half = amended(name, |a| a.peering = sides("10.0.0.1", ""));
    assert_eq!(world.refused(half.clone()), Refusal::LocalIpNotTheirs);
    let named = amended(name, |a| a.name = Some("n".into()));
    assert_eq!(world.refused(named.clone()), Refusal::NameNotTheirs);
    let told = by(&mut world, OTHER, amended(name, |a| a.vlan = Some(12)));
    assert_eq!(told, Told::Refused(Refusal::VlanNotTheirs));
    let told = by(&mut world, OTHER, amended(name, |a| a.circuit_code = Some("x".into())));
    assert_eq!(told, Told::Refused(Refusal::CircuitCodeNotTheirs));
    let half = AmendRouter { needs_service: false, ..half };
    let told = by(&mut world, OTHER, AmendRouter { wants_all: true, ..half.clone() });
    assert_eq!(told, Told::Refused(Refusal::AddressesIncomplete));
    let only_named = AmendRouter { needs_service: false, wants_all: true, ..named };
    assert_eq!(by(&mut world, OTHER, only_named), Told::Accepted(Outcome::Done));
    let told = by(&mut world, OTHER, half);
    assert_eq!(told, Told::Accepted(Outcome::Done));
    assert_eq!(found(&world, id).status, RouterStatus::Unconfirmed, "half of them");
    let rest = amended(name, |a| a.peering = sides("", "10.0.0.2"));
    by(&mut world, OTHER, AmendRouter { needs_service: false, ..rest });
    let his = found(&world, id);
    assert_eq!((his.status, his.times.activated_at), (RouterStatus::Active, Some(world.now())));
    // Who switches it off and who removes it are two.
    let told = by(&mut world, OTHER, TerminateRouter { router: id });
    assert_eq!(told, Told::Refused(Refusal::NotTheOwners));
    assert_eq!(world.refused(DeleteRouter { router: id }), Refusal::NotTheOwners);
    assert_eq!(world.refused(TerminateCircuit { circuit }), Refusal::RoutersAttached);
    let delete = || DeleteCircuit { circuit, waiting_too: true };
    assert_eq!(world.refused(delete()), Refusal::OthersRoutersAttached);
    let own = made_by(&mut world, OWNER, made("pc-a", 20));
    assert_eq!(world.refused(delete()), Refusal::RoutersAttached);
    world.done(DeleteRouter { router: own });
    world.done(FinishRouter { router: own });
    world.done(TerminateRouter { router: id });
    world.done(FinishRouter { router: id });
    let recover = RecoverRouter { router: id, needs_service: false };
    assert_eq!(by(&mut world, OTHER, recover), Told::Refused(Refusal::NotTheOwners));
    by(&mut world, OTHER, DeleteRouter { router: id });
    world.done(FinishRouter { router: id });
    world.done(TerminateCircuit { circuit });
}

#[test]
fn on_every_circuit_of_a_router_the_line_is_its_owners_to_say_and_the_addresses_the_routers() {
    let (mut world, _) = World::with(Status::Enabled);
    world.give(given(Status::Enabled), "pc-b");
    by(&mut world, OTHER, OpenService {});
    let id = made_by(&mut world, OWNER, made_for(OTHER, "pc-a", 10));
    let name = id.as_str();
    by(&mut world, OTHER, amended(name, |a| a.peering = sides("10.0.0.1", "10.0.0.2")));
    assert_eq!(world.refused(associated(name, "pc-b", 20)), Refusal::LocalIpNotTheirs);
    let six = Peering { local_ipv6: "2408::1".into(), ..Peering::default() };
    let bare = AssociateCircuit { peering: Peering::default(), ..associated(name, "pc-b", 20) };
    let with_six = AssociateCircuit { peering: six.clone(), ..bare.clone() };
    assert_eq!(world.refused(with_six), Refusal::LocalIpNotTheirs);
    world.done(bare);
    let further = |change: fn(&mut AssociationAmendment)| {
        let mut said = AssociationAmendment {
            circuit: CircuitId::new("pc-b").expect("an id"),
            vlan: None,
            circuit_code: None,
            peering: Peering::default(),
            ipv6: None,
        };
        change(&mut said);
        let mut command = amended(name, |_| {});
        command.amendment.associations.push(said);
        command
    };
    let line = further(|its| its.vlan = Some(21));
    let code = further(|its| its.circuit_code = Some("mine".into()));
    let address = further(|its| its.peering = sides("10.1.0.1", "10.1.0.2"));
    for (command, refusal) in
        [(line.clone(), Refusal::VlanNotTheirs), (code.clone(), Refusal::CircuitCodeNotTheirs)]
    {
        assert_eq!(by(&mut world, OTHER, command), Told::Refused(refusal));
    }
    assert_eq!(world.refused(address.clone()), Refusal::LocalIpNotTheirs);
    world.done(line);
    world.done(code);
    assert_eq!(by(&mut world, OTHER, address), Told::Accepted(Outcome::Done));
    // What stands may be said again by either.
    world.done(further(|its| its.peering = sides("10.1.0.1", "10.1.0.2")));
    world.done(amended(name, |a| a.peering = sides("10.0.0.1", "10.0.0.2")));
    for same in [
        further(|its| (its.vlan, its.circuit_code) = (Some(21), Some("mine".into()))),
        amended(name, |a| a.vlan = Some(10)),
    ] {
        assert_eq!(by(&mut world, OTHER, same), Told::Accepted(Outcome::Done));
    }
    let six = amended(name, |a| a.peering.local_ipv6 = "2408::1".into());
    assert_eq!(world.refused(six), Refusal::LocalIpNotTheirs);
}

#[test]
fn who_says_one_address_of_a_further_circuit_says_all_where_the_table_has_a_code_for_it() {
    let (mut world, _, own) = with_router();
    world.give(given(Status::Enabled), "pc-b");
    let all = || AssociateCircuit { wants_all: true, ..associated(own.as_str(), "pc-b", 20) };
    for (peering, refusal) in [
        (sides("", "10.0.1.2"), Refusal::NoLocalIp),
        (sides("10.0.1.1", ""), Refusal::NoPeerIp),
        (Peering { mask: "".into(), ..sides("10.0.1.1", "10.0.1.2") }, Refusal::NoMask),
    ] {
        assert_eq!(world.refused(AssociateCircuit { peering, ..all() }), refusal);
    }
    world.done(AssociateCircuit { peering: Peering::default(), ..all() });
}

#[test]
fn a_stranger_sees_no_router_and_one_that_is_not_taken_over_is_its_makers_to_remove() {
    let (mut world, _) = World::with(Status::Enabled);
    let own = made_by(&mut world, OWNER, made("pc-a", 10));
    let lent = made_by(&mut world, OWNER, made_for(OTHER, "pc-a", 11));
    let told = by(&mut world, OTHER, DeleteRouter { router: own });
    assert_eq!(told, Told::Refused(Refusal::NoSuchRouter));
    world.done(DeleteRouter { router: lent });
    world.done(FinishRouter { router: lent });
    assert!(found(&world, lent).deleted);
}

type Narrow = fn(&mut RouterFilter, RouterId);

#[test]
fn both_see_a_router_each_in_his_own_list() {
    let (mut world, _) = World::with(Status::Enabled);
    let own = made_by(&mut world, OWNER, made("pc-a", 10));
    world.pass(1);
    let theirs = made_by(&mut world, OWNER, made_for(OTHER, "pc-a", 11));
    let listed = |world: &World, account, filter| {
        let Found::Routers(Ok(found)) = world.look(&Query::Routers(account, home(), filter, ALL))
        else {
            panic!("no list")
        };
        found.page.iter().map(|row| row.router.id).collect::<Vec<_>>()
    };
    let none = RouterFilter::default;
    let others = || RouterFilter { others: true, ..none() };
    assert_eq!(listed(&world, OWNER, none()), [own]);
    assert_eq!(listed(&world, OWNER, others()), [own, theirs]);
    assert_eq!(listed(&world, OTHER, none()), [theirs]);
    assert_eq!(listed(&world, OTHER, others()), [theirs]);
    assert_eq!(listed(&world, NOBODY, others()), []);
    let active = RouterFilter { statuses: vec!["ACTIVE".into()], ..others() };
    assert_eq!(listed(&world, OWNER, active), [own]);
    let some: [(Narrow, bool); 8] = [
        (|f, id| f.routers = Some(vec![None, Some(id)]), true),
        (|f, _| f.routers = Some(vec![None]), false),
        (|f, _| f.circuits = Some(vec![CircuitId::new("pc-a")]), true),
        (|f, _| f.circuits = Some(vec![]), false),
        (|f, _| f.names = vec!["name".into()], true),
        (|f, _| f.access_points = vec!["ap-cn-hangzhou-yh-B".into()], true),
        (|f, _| f.access_points = vec!["ap-none".into()], false),
        (|f, _| f.resource_groups = vec!["rg-b".into()], false),
    ];
    for (nth, (narrow, lists)) in some.into_iter().enumerate() {
        let mut filter = none();
        narrow(&mut filter, own);
        assert_eq!(!listed(&world, OWNER, filter).is_empty(), lists, "{nth}");
    }
    let on = |account, circuit| {
        let query = Query::RoutersOn(account, home(), id(circuit), none(), ALL);
        let Found::Routers(found) = world.look(&query) else { panic!("no list") };
        found.map(|found| found.total)
    };
    assert_eq!(on(OWNER, "pc-a"), Ok(2));
    assert_eq!(on(OTHER, "pc-a"), Err(Refusal::OthersCircuit));
    assert_eq!(on(OWNER, "pc-z"), Err(Refusal::NoSuchCircuit));
}

#[test]
fn a_change_changes_what_is_said_and_nothing_else() {
    let (mut world, _, id) = with_router();
    let before = found(&world, id).described;
    world.done(amended(id.as_str(), |a| {
        a.peering = Peering { peer_ip: "10.0.0.3".into(), ..Peering::default() };
        (a.min_tx_ms, a.min_rx_ms, a.multiplier) = (Some(300), Some(400), Some(5));
        (a.mtu, a.sitelink, a.ipv6) = (Some(8500), Some(true), Some(true));
        a.bandwidth_mbps = Some(500);
        a.name = Some("second".into());
    }));
    let after = found(&world, id).described;
    assert_eq!(&*after.peering.peer_ip, "10.0.0.3");
    assert_eq!((after.detection.min_tx_ms, after.detection.min_rx_ms), (300, 400));
    assert_eq!((after.detection.multiplier, after.mtu), (5, 8500));
    assert_eq!((after.sitelink, after.ipv6, after.bandwidth_mbps), (true, true, 500));
    assert_eq!((&*after.name, &after.description), ("second", &before.description));
    assert_eq!((after.vlan, &after.tags), (before.vlan, &before.tags));
    let far = amended(id.as_str(), |a| a.peering = sides("10.9.0.1", ""));
    assert_eq!(world.refused(far), Refusal::NotOneSubnet);
    let fast = amended(id.as_str(), |a| a.bandwidth_mbps = Some(1001));
    assert_eq!(world.refused(fast), Refusal::RouterTooFast);
    let further = AssociationAmendment {
        circuit: crate::id::CircuitId::new("pc-b").expect("well formed"),
        vlan: None,
        circuit_code: None,
        peering: Peering::default(),
        ipv6: None,
    };
    let unknown = amended(id.as_str(), |a| a.associations.push(further));
    assert_eq!(world.refused(unknown), Refusal::NotAssociated);
    let fast = SetRouterBandwidth { router: id, bandwidth_mbps: 1001, limited: true };
    assert_eq!(world.refused(fast.clone()), Refusal::RouterTooFast);
    world.done(SetRouterBandwidth { limited: false, ..fast });
    assert_eq!(found(&world, id).described.bandwidth_mbps, 1001);
    world.done(TerminateRouter { router: id });
    assert_eq!(world.refused(amended(id.as_str(), |_| {})), Refusal::RouterState);
    let set = SetRouterBandwidth { router: id, bandwidth_mbps: 1, limited: true };
    assert_eq!(world.refused(set), Refusal::RouterState);
}

#[test]
fn a_router_takes_further_circuits_and_is_removed_only_without_them() {
    let (mut world, _, id) = with_router();
    let name = id.as_str().to_owned();
    for circuit in ["pc-b", "pc-c", "pc-d", "pc-e", "pc-f"] {
        world.give(given(Status::Enabled), circuit);
    }
    world.give(given(Status::Confirmed), "pc-g");
    assert_eq!(world.refused(associated(&name, "pc-a", 1)), Refusal::OwnCircuit);
    assert_eq!(world.refused(associated(&name, "pc-z", 1)), Refusal::NoSuchCircuit);
    assert_eq!(world.refused(associated(&name, "pc-g", 1)), Refusal::CircuitNotEnabled);
    assert_eq!(world.refused(associated("vbr-z", "pc-b", 1)), Refusal::NoSuchRouter);
    let far =
        AssociateCircuit { peering: sides("10.0.0.1", "10.0.0.9"), ..associated(&name, "pc-b", 1) };
    assert_eq!(world.refused(far), Refusal::NotOneSubnet);
    for (circuit, vlan) in [("pc-b", 1), ("pc-c", 2), ("pc-d", 3), ("pc-e", 0)] {
        world.done(associated(&name, circuit, vlan));
    }
    assert_eq!(world.refused(associated(&name, "pc-f", 1)), Refusal::AssociationsMax);
    assert_eq!(world.refused(associated(&name, "pc-b", 7)), Refusal::AlreadyAssociated);
    let further = |change: fn(&mut AssociationAmendment)| {
        let mut further = AssociationAmendment {
            circuit: crate::id::CircuitId::new("pc-b").expect("well formed"),
            vlan: None,
            circuit_code: None,
            peering: Peering::default(),
            ipv6: None,
        };
        change(&mut further);
        amended(&name, |a| a.associations.push(further))
    };
    world.done(further(|its| its.vlan = Some(9)));
    let far = further(|its| its.peering.peer_ip = "10.9.9.9".into());
    assert_eq!(world.refused(far), Refusal::NotOneSubnet);
    assert_eq!(
        found(&world, id).vlan_on(&crate::id::CircuitId::new("pc-b").expect("one")),
        Some(9)
    );
    let circuit = crate::id::CircuitId::new("pc-b").expect("well formed");
    assert_eq!(world.refused(DeleteRouter { router: id }), Refusal::CircuitsAssociated);
    assert_eq!(world.refused(TerminateCircuit { circuit }), Refusal::RoutersAttached);
    let delete = DeleteCircuit { circuit, waiting_too: true };
    assert_eq!(world.refused(delete), Refusal::RouterAssociated);
    for circuit in ["pc-b", "pc-c", "pc-d", "pc-e"] {
        let circuit = crate::id::CircuitId::new(circuit).expect("well formed");
        world.done(UnassociateCircuit { router: id, circuit });
        assert_eq!(
            world.refused(UnassociateCircuit { router: id, circuit }),
            Refusal::NotAssociated
        );
    }
    let own =
        UnassociateCircuit { router: id, circuit: crate::id::CircuitId::new("pc-a").expect("one") };
    assert_eq!(world.refused(own), Refusal::OwnCircuit);
    world.done(TerminateCircuit { circuit });
    world.done(DeleteRouter { router: id });
}

/// Terraform's tokens say too little of these two.
#[test]
fn a_cut_token_stands_for_a_call_while_what_that_did_is_so() {
    let (mut world, _, id) = with_router();
    let name = id.as_str().to_owned();
    world.give(given(Status::Enabled), "pc-b");
    world.give(given(Status::Enabled), "pc-c");
    let accepted = |told: &Told| matches!(told, Told::Accepted(_));
    let replayed = |told: &Told| matches!(told, Told::Replayed(..));
    let ask = |world: &mut World, command: Command| {
        let call = world.with_token("cut", command);
        world.propose(call)
    };
    let join = |circuit| Command::from(associated(&name, circuit, 1));
    let leave = |circuit: &str| {
        let circuit = CircuitId::new(circuit).expect("well formed");
        Command::from(UnassociateCircuit { router: id, circuit })
    };
    assert!(accepted(&ask(&mut world, join("pc-b"))));
    assert!(replayed(&ask(&mut world, join("pc-b"))), "it stands");
    assert!(accepted(&ask(&mut world, join("pc-c"))), "another call");
    assert!(replayed(&ask(&mut world, join("pc-b"))), "which forgot nothing of the first");
    let other = associated(&name, "pc-b", 2).into();
    assert_eq!(ask(&mut world, other), Told::Refused(Refusal::AlreadyAssociated));
    assert!(accepted(&ask(&mut world, leave("pc-b"))));
    assert!(accepted(&ask(&mut world, leave("pc-c"))));
    assert!(replayed(&ask(&mut world, leave("pc-b"))), "it is so still");
    assert!(accepted(&ask(&mut world, join("pc-c"))), "it is so no longer");
    assert!(accepted(&ask(&mut world, leave("pc-c"))), "nor is this");
    let told = ask(&mut world, Command::from(TerminateRouter { router: id }));
    assert!(accepted(&told));
    let other = ask(&mut world, Command::from(TerminateRouter { router: router("vbr-z") }));
    assert_eq!(other, Told::Refused(Refusal::TokenReused), "everywhere else the promise holds");
}

#[test]
fn routers_hold_a_circuit_back() {
    let (mut world, circuit, id) = with_router();
    assert_eq!(world.refused(TerminateCircuit { circuit }), Refusal::RoutersAttached);
    let delete = DeleteCircuit { circuit, waiting_too: true };
    assert_eq!(world.refused(delete), Refusal::RoutersAttached);
    let refund = RefundCircuit { circuit, release_now: true };
    assert_eq!(world.refused(refund.clone()), Refusal::RoutersAttached);
    world.done(TerminateRouter { router: id });
    world.done(FinishRouter { router: id });
    assert_eq!(world.refused(TerminateCircuit { circuit }), Refusal::RoutersAttached);
    world.done(DeleteRouter { router: id });
    assert_eq!(
        world.refused(TerminateCircuit { circuit }),
        Refusal::RoutersAttached,
        "not yet gone"
    );
    world.done(FinishRouter { router: id });
    assert_eq!(world.refused(refund), Refusal::CircuitState);
    world.done(TerminateCircuit { circuit });
}

#[test]
fn a_circuit_that_time_takes_away_takes_its_routers_along() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    world.placed(order(circuit, MONTH, true));
    world.give(given(Status::Enabled), "pc-b");
    let first = made_by(&mut world, OWNER, made("pc-a", 1));
    let second = made_by(&mut world, OWNER, made("pc-b", 1));
    let joined = world.done(grouped(first.as_str(), second.as_str()));
    let Outcome::Group(joined) = joined else { panic!("a group") };
    world.done(associated(second.as_str(), "pc-a", 2));
    world.pass(60 * DAY_MS);
    assert!(world.circuit(circuit).state.deleted);
    assert!(found(&world, first).deleted);
    let second = found(&world, second);
    assert_eq!((second.deleted, second.associations.len(), second.group), (false, 0, None));
    assert!(world.state().group(&joined).expect("made").deleted);
}

#[test]
fn two_routers_on_two_circuits_make_a_group() {
    let (mut world, _, one) = with_router();
    world.give(given(Status::Enabled), "pc-b");
    let two = made_by(&mut world, OWNER, made("pc-b", 10));
    let near = made_by(&mut world, OWNER, made("pc-a", 11));
    let theirs = made_by(&mut world, OWNER, made_for(OTHER, "pc-b", 12));
    let join = |one: RouterId, other: RouterId| grouped(one.as_str(), other.as_str());
    assert_eq!(world.refused(grouped(one.as_str(), "vbr-z")), Refusal::NoSuchRouter);
    assert_eq!(world.refused(join(one, theirs)), Refusal::GroupOwnersDiffer);
    assert_eq!(world.refused(join(one, near)), Refusal::GroupOfOneDevice);
    let lent = made_by(&mut world, OWNER, made_for(OTHER, "pc-a", 13));
    assert_eq!(world.refused(join(theirs, lent)), Refusal::NoSuchRouter, "both are another's");
    let dry = MakeRouterGroup { dry_run: true, ..join(one, two) };
    assert_eq!(world.refused(dry), Refusal::DryRun);
    let Outcome::Group(id) = world.done(join(one, two)) else { panic!("a group") };
    assert_eq!(world.refused(join(two, one)), Refusal::RouterInGroup);
    let by = |group, router| GroupBy { group, router };
    for by in
        [by(Some(id), None), by(None, Some(one)), by(None, Some(two)), by(Some(id), Some(two))]
    {
        let found = world.look(&Query::RouterGroup(OWNER, home(), by));
        let Found::RouterGroup(Some(found)) = found else { panic!("{by:?}: {found:?}") };
        assert_eq!((found.id, found.status), (id, GroupStatus::Creating));
        let found = world.look(&Query::RouterGroup(OWNER, away(), by));
        assert_eq!(found, Found::RouterGroup(None));
    }
    let found = world.look(&Query::RouterGroup(OWNER, home(), by(Some(id), Some(near))));
    assert_eq!(found, Found::RouterGroup(None), "a router that is not of it");
    world.done(FinishGroup { group: id });
    assert_eq!(world.refused(FinishGroup { group: id }), Refusal::RouterState);
    assert_eq!(world.state().group(&id).expect("made").status, GroupStatus::Active);
    world.done(DeleteRouterGroup { group: id });
    assert_eq!(world.refused(DeleteRouterGroup { group: id }), Refusal::NoSuchGroup);
    let found = world.look(&Query::RouterGroup(OWNER, home(), by(None, Some(one))));
    assert_eq!(found, Found::RouterGroup(None));
    world.done(join(two, one));
    world.done(DeleteRouter { router: one });
    world.done(FinishRouter { router: one });
    assert_eq!(world.state().router(&two).expect("made").group, None);
}

#[test]
fn strict_groups_want_detection_and_a_network_that_there_is_not() {
    let mut world = World::new(Rules { strict_groups: true, ..rules() });
    world.give(given(Status::Enabled), "pc-a");
    world.give(given(Status::Enabled), "pc-b");
    let one = made_by(&mut world, OWNER, made("pc-a", 1));
    let two = made_by(&mut world, OWNER, made("pc-b", 1));
    let join = grouped(one.as_str(), two.as_str());
    assert_eq!(world.refused(join.clone()), Refusal::NoDetection);
    for id in [one, two] {
        world.done(amended(id.as_str(), |a| a.multiplier = Some(3)));
    }
    assert_eq!(world.refused(join), Refusal::NoNetwork);
}

#[test]
fn a_group_is_made_in_the_carriers_time() {
    let mut world = automatic();
    world.give(given(Status::Enabled), "pc-b");
    let one = made_by(&mut world, OWNER, made("pc-a", 1));
    let two = made_by(&mut world, OWNER, made("pc-b", 1));
    let Outcome::Group(id) = world.done(grouped(one.as_str(), two.as_str())) else { panic!() };
    world.pass(250);
    assert_eq!(world.state().group(&id).expect("made").status, GroupStatus::Active);
}

#[test]
fn a_vpc_is_opened_to_anothers_routers_and_closed_again() {
    let (mut world, _, own) = with_router();
    let theirs = made_by(&mut world, OWNER, made_for(OTHER, "pc-a", 11));
    let some = [theirs.as_str()];
    for (vpc, refusal) in [
        ("vpc-sandboxpending", Refusal::VpcState),
        ("vpc-sandboxunknown", Refusal::NoSuchVpc),
        ("x", Refusal::NoSuchVpc),
    ] {
        let grant = GrantRouters { vpc: vpc.into(), ..granted(OTHER, None) };
        assert_eq!(world.refused(grant), refusal);
        let revoke = RevokeRouters { vpc: vpc.into(), ..revoked(OTHER, None) };
        assert_eq!(world.refused(revoke), refusal);
    }
    for owner in [OWNER, NOBODY] {
        assert_eq!(world.refused(granted(owner, None)), Refusal::BadGrant);
    }
    assert_eq!(world.refused(granted(OTHER, Some(&[own.as_str()]))), Refusal::NoSuchGrantee);
    let far = GrantRouters { region: away(), ..granted(OTHER, Some(&some)) };
    assert_eq!(world.refused(far), Refusal::NoSuchGrantee);
    assert_eq!(world.refused(revoked(OTHER, None)), Refusal::NoSuchGrant);
    world.done(granted(OTHER, Some(&some)));
    world.done(granted(OTHER, Some(&some)));
    assert_eq!(world.refused(revoked(OTHER, Some(&["vbr-z"]))), Refusal::NoSuchGrant);
    world.done(revoked(OTHER, Some(&some)));
    assert_eq!(world.refused(revoked(OTHER, Some(&some))), Refusal::NoSuchGrant);
    world.done(granted(OTHER, None));
    assert_eq!(world.refused(revoked(OTHER, Some(&some))), Refusal::NoSuchGrant);
    world.done(revoked(OTHER, None));
    assert_eq!(world.refused(revoked(OTHER, None)), Refusal::NoSuchGrant);
}

#[test]
fn a_router_is_tagged_and_put_into_a_group_by_its_owner() {
    let (mut world, _, id) = with_router();
    let theirs = made_by(&mut world, OWNER, made_for(OTHER, "pc-a", 11));
    let kind = ResourceType::VirtualBorderRouter;
    let tag = |id: RouterId| TagResources { kind, ..tagged(&[id.as_str()], &[("team", "a")]) };
    world.done(tag(id));
    assert_eq!(world.refused(tag(theirs)), Refusal::NoSuchResource);
    assert_eq!(by(&mut world, OTHER, tag(theirs)), Told::Accepted(Outcome::Done));
    let of = |world: &World, account| {
        let filter = TagFilter { kind, resources: None, tags: vec![], most: usize::MAX };
        let Found::Tags(found) = world.look(&Query::Tags(account, home(), filter)) else {
            panic!("no tags")
        };
        let told = |its: &crate::query::Tagged| (its.resource.to_string(), its.tag.key.to_string());
        found.iter().map(told).collect::<Vec<_>>()
    };
    let tagged = |id: RouterId, keys: &[&str]| -> Vec<_> {
        keys.iter().map(|key| (id.to_string(), (*key).to_owned())).collect()
    };
    assert_eq!(of(&world, OWNER), tagged(id, &["k", "team"]));
    assert_eq!(of(&world, OTHER), tagged(theirs, &["k", "team"]));
    world.done(moved(id.as_str(), "rg-b"));
    assert_eq!(&*found(&world, id).described.resource_group, "rg-b");
    assert_eq!(world.refused(moved(theirs.as_str(), "rg-b")), Refusal::NoSuchResource);
    world.done(moved("pc-a", "rg-b"));
    let words =
        world.circuit(crate::id::CircuitId::new("pc-a").expect("one")).particulars.words.clone();
    assert_eq!(&*words.expect("some").resource_group, "rg-b");
    let qos = ChangeResourceGroup { kind: ResourceType::TrafficQos, ..moved("pc-a", "rg-b") };
    assert_eq!(world.refused(qos), Refusal::NoSuchResource);
}

/// Regions are apart, as everywhere.
#[test]
fn a_router_is_found_in_its_region_alone() {
    let (mut world, _, id) = with_router();
    let mut call = world.proposal(TerminateRouter { router: id });
    origin_of(&mut call).region = away();
    assert_eq!(world.propose(call), Told::Refused(Refusal::NoSuchRouter));
    let far: Region = away();
    let query = Query::Routers(OWNER, far, RouterFilter::default(), ALL);
    assert!(matches!(world.look(&query), Found::Routers(Ok(found)) if found.total == 0));
}
