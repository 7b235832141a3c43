//! Shared circuits: what a port has room for, whose they are, who pays, and routers that move to
//! them.
//!
//! Long because it tells what becomes of them from their making to their end.

use super::books::{Falsify, check_in};
use super::rig::*;
use super::routers::{associated, made, made_for, router};
use crate::audit::Books;
use crate::catalogue::{PortType, SharedSpec};
use crate::circuit::{
    Acceptance, Circuit, Event, GivenCircuit, Hosted, Particulars, Payer, Status,
};
use crate::command::{
    AmendCircuit, AmendHostedCircuit, Amendment, AssociateCircuit, CarrierEvent, ConfirmCircuit,
    DeleteCircuit, HostCircuit, HostRouter, LoadPrices, MakeRouter, MoveRouter, OpenService,
    RecoverCircuit, RenewCircuit, SetRouterBandwidth, TerminateCircuit, TopUp,
};
use crate::id::{AccountId, CircuitId, RouterId};
use crate::order::{Charge, OrderKind, OrderStatus};
use crate::price::{Currency, Money, Port, PriceList};
use crate::query::{CircuitFilter, Found, HostedFilter, Page, Query};
use crate::router::Router;
use crate::rules::Kept;
use crate::tag::Tags;
use crate::{Command, Outcome, Records as _, Refusal, Rules, Verdict, View as _};
use std::num::NonZeroU32;

/// A shared circuit of 50 Mbit/s for [`OTHER`], who pays.
pub fn hosted(parent: &str, vlan: u32) -> HostCircuit {
    HostCircuit {
        parent: id(parent),
        tenant: OTHER,
        vlan,
        spec: SharedSpec::M50,
        payer: Payer::Tenant,
        name: "name".into(),
        description: "description".into(),
        resource_group: "rg-a".into(),
        tags: Tags::default(),
        dry_run: false,
    }
}

/// One with another VLAN.
pub fn amended(circuit: &str, vlan: u32) -> AmendHostedCircuit {
    AmendHostedCircuit { circuit: id(circuit), vlan, expected: None, dry_run: false }
}

/// One of a router.
pub fn of_router(name: &str) -> HostRouter {
    HostRouter { router: router(name), payer: Payer::Tenant, dry_run: false }
}

/// A router that is to be on one.
pub fn moved(name: &str, circuit: &str) -> MoveRouter {
    MoveRouter { router: router(name), circuit: id(circuit), dry_run: false }
}

/// One that is to be back.
pub fn recovered(circuit: &str) -> RecoverCircuit {
    RecoverCircuit { circuit: id(circuit), dry_run: false }
}

/// Something done with shared circuits, drawn.
pub fn drawn(
    world: &super::rig::World,
    circuit: CircuitId,
    account: AccountId,
    how: u8,
) -> Command {
    let tenant = if account == OWNER { OTHER } else { OWNER };
    let routers: Vec<RouterId> = world.state().routers().map(|its| its.id).collect();
    let last = routers.get(usize::from(how / 16) % routers.len().max(1)).copied();
    let last = last.unwrap_or(router("vbr-never"));
    let payer = Payer::ALL[usize::from(how / 8 % 2)];
    let (vlan, dry_run) = (u32::from(how / 16 % 4), how % 32 == 31);
    match how % 8 {
        0 | 1 => {
            HostCircuit { parent: circuit, tenant, payer, dry_run, ..hosted("pc-a", vlan) }.into()
        }
        2 => {
            let expected = Some(SharedSpec::ALL[usize::from(how / 16) % SharedSpec::ALL.len()]);
            AmendHostedCircuit { circuit, expected, dry_run, ..amended("pc-a", vlan) }.into()
        }
        3 => HostRouter { router: last, payer, dry_run }.into(),
        4 | 5 => MoveRouter { router: last, circuit, dry_run }.into(),
        6 => RecoverCircuit { circuit, dry_run }.into(),
        _ => MakeRouter { circuit, ..made("pc-a", vlan) }.into(),
    }
}

/// Commands, no two of which are the same call.
pub fn commands() -> Vec<Command> {
    let first = || hosted("pc-a", 1);
    vec![
        first().into(),
        hosted("pc-b", 1).into(),
        hosted("pc-a", 2).into(),
        HostCircuit { tenant: NOBODY, ..first() }.into(),
        HostCircuit { spec: SharedSpec::M100, ..first() }.into(),
        HostCircuit { payer: Payer::Partner, ..first() }.into(),
        HostCircuit { name: "x".into(), ..first() }.into(),
        HostCircuit { description: "x".into(), ..first() }.into(),
        HostCircuit { resource_group: "x".into(), ..first() }.into(),
        HostCircuit { tags: super::tags::tags(&[("k", "v")]), ..first() }.into(),
        HostCircuit { dry_run: true, ..first() }.into(),
        amended("pc-a", 1).into(),
        amended("pc-b", 1).into(),
        amended("pc-a", 2).into(),
        AmendHostedCircuit { expected: Some(SharedSpec::M50), ..amended("pc-a", 1) }.into(),
        AmendHostedCircuit { dry_run: true, ..amended("pc-a", 1) }.into(),
        of_router("vbr-a").into(),
        of_router("vbr-b").into(),
        HostRouter { payer: Payer::Partner, ..of_router("vbr-a") }.into(),
        HostRouter { dry_run: true, ..of_router("vbr-a") }.into(),
        moved("vbr-a", "pc-a").into(),
        moved("vbr-b", "pc-a").into(),
        moved("vbr-a", "pc-b").into(),
        MoveRouter { dry_run: true, ..moved("vbr-a", "pc-a") }.into(),
        recovered("pc-a").into(),
        recovered("pc-b").into(),
        RecoverCircuit { dry_run: true, ..recovered("pc-a") }.into(),
    ]
}

/// Commands, and what the release that brought them printed for each.
pub fn kept_prints() -> Vec<(Command, &'static str, u128)> {
    vec![
        (
            hosted("pc-a", 1).into(),
            "host_circuit",
            286_086_086_978_673_016_094_464_059_947_667_065_201,
        ),
        (
            amended("pc-a", 1).into(),
            "amend_hosted_circuit",
            246_270_462_679_534_916_956_229_186_651_796_320_195,
        ),
        (
            of_router("vbr-a").into(),
            "host_router",
            182_405_350_322_178_540_498_624_530_845_892_716_342,
        ),
        (
            moved("vbr-a", "pc-a").into(),
            "move_router",
            198_056_118_870_016_665_912_185_934_980_998_110_690,
        ),
        (
            recovered("pc-a").into(),
            "recover_circuit",
            11_145_695_509_426_524_096_447_893_707_169_715_044,
        ),
    ]
}

/// [`OWNER`] has a circuit `pc-a` in service, and [`OTHER`] money and outbound traffic.
fn shared() -> World {
    shared_by(rules())
}

fn shared_by(rules: Rules) -> World {
    let mut world = World::new(rules);
    world.give(given(Status::Enabled), "pc-a");
    world.done(TopUp { account: OTHER, amount: Money::units(1000) });
    theirs(&mut world, OpenService {});
    world
}

/// What [`OTHER`] asks for at [`home`].
fn theirs(world: &mut World, command: impl Into<Command>) -> Verdict {
    let mut call = world.proposal(command);
    origin_of(&mut call).account = OTHER;
    world.propose(call)
}

fn refused(refusal: Refusal) -> Verdict {
    Verdict::Refused(refusal)
}

fn done(verdict: &Verdict) {
    assert!(matches!(verdict, Verdict::Accepted(_)), "{verdict:?}");
}

fn host(world: &mut World, command: HostCircuit) -> CircuitId {
    match world.done(command) {
        Outcome::Circuit(circuit) | Outcome::SetUp { circuit, .. } => circuit,
        other => panic!("{other:?}"),
    }
}

fn its(circuit: &Circuit) -> Hosted {
    circuit.hosted().expect("a shared one").clone()
}

fn balance(world: &World, account: AccountId) -> Money {
    world.state().account(&account).expect("it is there").balance
}

#[test]
fn a_tenant_takes_a_shared_circuit_pays_for_it_ends_it_and_brings_it_back() {
    let mut world = shared();
    let circuit = host(&mut world, hosted("pc-a", 1));
    let made = world.circuit(circuit).clone();
    assert_eq!((made.account, made.state.status), (OTHER, Status::Allocated));
    assert_eq!(Hosted::acceptance(&made.state), Acceptance::Unconfirmed);
    assert_eq!((made.particulars.bandwidth_mbps, made.port().spec()), (50, "50M"));
    assert_eq!(
        world.refused(ConfirmCircuit { circuit, needs_service: true }),
        Refusal::NoSuchCircuit
    );
    done(&theirs(&mut world, ConfirmCircuit { circuit, needs_service: true }));
    assert_eq!(Hosted::acceptance(&world.circuit(circuit).state), Acceptance::Confirmed);
    // 85 dollars a month for 1000 Mbit/s, of which 50: 4.25, rounded up to a dollar.
    done(&theirs(&mut world, order(circuit, MONTH, true)));
    assert_eq!(balance(&world, OTHER), Money::units(995));
    let paid = world.state().orders_of(OTHER).next().expect("just placed");
    assert_eq!((paid.shared, paid.port().spec()), (Some(SharedSpec::M50), "50M"));
    assert_eq!(world.circuit(circuit).state.status, Status::Enabled);
    done(&theirs(&mut world, TerminateCircuit { circuit }));
    let recover = RecoverCircuit { circuit, dry_run: false };
    assert_eq!(theirs(&mut world, recover.clone()), refused(Refusal::CircuitEnded));
    world.done(CarrierEvent { circuit, event: Event::FinishTermination });
    let dry = RecoverCircuit { dry_run: true, ..recover.clone() };
    assert_eq!(theirs(&mut world, dry), refused(Refusal::DryRun));
    done(&theirs(&mut world, recover.clone()));
    assert_eq!(world.circuit(circuit).state.status, Status::Enabled);
    assert_eq!(theirs(&mut world, recover), refused(Refusal::CircuitState));
    assert_eq!(world.refused(recovered("pc-a")), Refusal::CircuitDedicated);
}

#[test]
fn what_is_over_or_given_back_stays_ended() {
    let mut world = shared();
    let circuit = host(&mut world, hosted("pc-a", 1));
    done(&theirs(&mut world, ConfirmCircuit { circuit, needs_service: true }));
    done(&theirs(&mut world, order(circuit, MONTH, true)));
    done(&theirs(&mut world, TerminateCircuit { circuit }));
    world.done(CarrierEvent { circuit, event: Event::FinishTermination });
    let refund = crate::command::RefundCircuit { circuit, release_now: false };
    done(&theirs(&mut world, refund));
    let recover = RecoverCircuit { circuit, dry_run: false };
    assert_eq!(theirs(&mut world, recover.clone()), refused(Refusal::CircuitState));
    let circuit = host(&mut world, hosted("pc-a", 2));
    done(&theirs(&mut world, ConfirmCircuit { circuit, needs_service: true }));
    done(&theirs(&mut world, order(circuit, MONTH, true)));
    done(&theirs(&mut world, TerminateCircuit { circuit }));
    world.done(CarrierEvent { circuit, event: Event::FinishTermination });
    world.pass(31 * DAY_MS);
    assert_eq!(
        theirs(&mut world, RecoverCircuit { circuit, ..recover }),
        refused(Refusal::CircuitState)
    );
}

#[test]
fn a_partner_who_pays_is_charged_once_and_his_tenant_has_it_as_soon_as_he_takes_it() {
    let mut world = shared();
    let circuit = host(&mut world, HostCircuit { payer: Payer::Partner, ..hosted("pc-a", 1) });
    assert_eq!(balance(&world, OWNER), Money::units(995));
    let bought = *world.state().orders_of(OWNER).next().expect("just placed");
    assert_eq!(
        (bought.kind, bought.charge, bought.usage),
        (OrderKind::Hosting, Charge::Once, None)
    );
    done(&theirs(&mut world, ConfirmCircuit { circuit, needs_service: true }));
    let state = world.circuit(circuit).state;
    assert_eq!((state.status, state.ends_at), (Status::Enabled, None));
    assert_eq!(theirs(&mut world, order(circuit, MONTH, true)), refused(Refusal::CircuitPaid));
    let renew = RenewCircuit { circuit, months: NonZeroU32::MIN, kept: Kept::Since2024 };
    assert_eq!(theirs(&mut world, renew), refused(Refusal::CircuitState));
    world.pass(400 * DAY_MS);
    world.wake_all();
    assert_eq!(world.circuit(circuit).state.status, Status::Enabled);
    // A new speed is one more order, and there at once.
    let faster =
        AmendHostedCircuit { circuit, expected: Some(SharedSpec::M100), ..amended("pc-a", 1) };
    world.done(faster.clone());
    assert_eq!(balance(&world, OWNER), Money::units(986));
    assert_eq!(its(world.circuit(circuit)).spec, SharedSpec::M100);
    world.done(faster);
    // A slower one is there at once, and costs and gives back nothing.
    let slower =
        AmendHostedCircuit { circuit, expected: Some(SharedSpec::M50), ..amended("pc-a", 1) };
    world.done(slower);
    assert_eq!(its(world.circuit(circuit)).spec, SharedSpec::M50);
    assert_eq!(balance(&world, OWNER), Money::units(986));
}

#[test]
fn a_partner_without_the_money_leaves_nothing_behind() {
    let mut world = shared();
    let rows = [((PortType::Base1000Lx, home()), Money::units(100_000))].into();
    world.done(LoadPrices::of_ports(Currency::Usd, rows));
    let by_partner = HostCircuit { payer: Payer::Partner, ..hosted("pc-a", 1) };
    assert_eq!(world.refused(by_partner), Refusal::BalanceTooLow);
    assert_eq!((world.state().circuits().count(), world.books().references.len()), (1, 0));
    world.done(LoadPrices::of_ports(Currency::Usd, [].into()));
    let by_partner = HostCircuit { payer: Payer::Partner, ..hosted("pc-a", 1) };
    assert_eq!(world.refused(by_partner), Refusal::NoPrice);
    host(&mut world, hosted("pc-a", 1));
}

#[test]
fn a_port_is_shared_by_whom_it_has_room_for() {
    let mut world = shared_by(Rules { hosted_circuits_max: 3, ..rules() });
    let of = |spec, vlan| HostCircuit { spec, ..hosted("pc-a", vlan) };
    assert_eq!(world.refused(of(SharedSpec::G2, 1)), Refusal::NoSuchSpeed);
    host(&mut world, of(SharedSpec::M500, 1));
    assert_eq!(world.refused(of(SharedSpec::M500, 1)), Refusal::VlanTaken);
    assert_eq!(world.refused(of(SharedSpec::G1, 2)), Refusal::NoBandwidthLeft);
    assert_eq!(world.refused(of(SharedSpec::M50, 0)), Refusal::PortHostsOthers);
    host(&mut world, of(SharedSpec::M400, 2));
    host(&mut world, of(SharedSpec::M50, 3));
    assert_eq!(world.refused(of(SharedSpec::M50, 4)), Refusal::HostedMax);
    // Routers share its VLANs too.
    assert_eq!(world.refused(made("pc-a", 1)), Refusal::VlanTaken);
    assert_eq!(world.refused(made("pc-a", 0)), Refusal::PortHostsOthers);
    world.done(made("pc-a", 7));
    let mut world = shared();
    world.done(made("pc-a", 7));
    assert_eq!(world.refused(of(SharedSpec::M50, 7)), Refusal::VlanTaken);
    assert_eq!(world.refused(of(SharedSpec::M50, 0)), Refusal::PortShared);
    let mut world = shared();
    world.done(made("pc-a", 0));
    assert_eq!(world.refused(of(SharedSpec::M50, 7)), Refusal::PortTaken);
    let mut world = shared();
    host(&mut world, of(SharedSpec::M50, 0));
    assert_eq!(world.refused(of(SharedSpec::M50, 7)), Refusal::PortHosted);
    assert_eq!(world.refused(made("pc-a", 7)), Refusal::PortHosted);
}

#[test]
fn a_shared_circuit_is_made_on_what_serves_for_another_who_is_there() {
    let mut world = shared();
    world.give(given(Status::Confirmed), "pc-b");
    assert_eq!(world.refused(hosted("pc-b", 1)), Refusal::CircuitNotEnabled);
    assert_eq!(world.refused(hosted("pc-z", 1)), Refusal::NoSuchCircuit);
    let of = |tenant| HostCircuit { tenant, ..hosted("pc-a", 1) };
    assert_eq!(world.refused(of(OWNER)), Refusal::OwnTenant);
    assert_eq!(world.refused(of(NOBODY)), Refusal::NoSuchTenant);
    let dry = HostCircuit { dry_run: true, ..hosted("pc-a", 1) };
    assert_eq!(world.refused(dry), Refusal::DryRun);
    assert_eq!(world.state().circuits().count(), 2);
    // What is shared is not shared again.
    let circuit = host(&mut world, hosted("pc-a", 1));
    done(&theirs(&mut world, ConfirmCircuit { circuit, needs_service: true }));
    done(&theirs(&mut world, order(circuit, MONTH, true)));
    let again = HostCircuit { parent: circuit, tenant: OWNER, ..hosted("pc-a", 2) };
    assert_eq!(theirs(&mut world, again), refused(Refusal::CircuitHosted));
}

#[test]
fn a_partner_takes_back_what_nobody_has_taken_and_the_tenant_removes_what_is_his() {
    let mut world = shared();
    let delete = |circuit| DeleteCircuit { circuit, waiting_too: false };
    let circuit = host(&mut world, hosted("pc-a", 1));
    assert_eq!(theirs(&mut world, delete(circuit)), refused(Refusal::NeedsPartner));
    world.done(delete(circuit));
    assert!(world.circuit(circuit).state.deleted);
    assert_eq!(world.refused(delete(circuit)), Refusal::CircuitDeleted);
    // Its VLAN is free again.
    let circuit = host(&mut world, hosted("pc-a", 1));
    done(&theirs(&mut world, ConfirmCircuit { circuit, needs_service: true }));
    assert_eq!(world.refused(delete(circuit)), Refusal::NeedsTenant);
    let waiting_too = DeleteCircuit { waiting_too: true, ..delete(circuit) };
    done(&theirs(&mut world, waiting_too));
    assert_eq!(world.refused(amended(circuit.as_str(), 2)), Refusal::CircuitDeleted);
}

#[test]
fn shared_circuits_hold_their_port_back() {
    let mut world = shared();
    let circuit = host(&mut world, hosted("pc-a", 1));
    let end = TerminateCircuit { circuit: id("pc-a") };
    assert_eq!(world.refused(end.clone()), Refusal::HostedAttached);
    let port_type = Some(PortType::Base10GLr);
    let amendment = Box::new(Amendment { port_type, ..Amendment::default() });
    let other_port = AmendCircuit { circuit: id("pc-a"), amendment, in_service_too: true };
    assert_eq!(world.refused(other_port.clone()), Refusal::HostedAttached);
    world.done(DeleteCircuit { circuit, waiting_too: false });
    world.done(other_port);
    world.done(end);
}

#[test]
fn a_shared_circuit_is_what_its_partner_made_it() {
    let mut world = shared();
    let circuit = host(&mut world, hosted("pc-a", 1));
    let amend = |change: fn(&mut Amendment)| {
        let mut amendment = Box::<Amendment>::default();
        change(&mut amendment);
        AmendCircuit { circuit, amendment, in_service_too: true }
    };
    done(&theirs(&mut world, amend(|a| a.name = Some("other".into()))));
    let changes: [fn(&mut Amendment); 3] = [
        |a| a.bandwidth_mbps = Some(100),
        |a| a.port_type = Some(PortType::Base100T),
        |a| a.circuit_code = Some("code".into()),
    ];
    for change in changes {
        assert_eq!(theirs(&mut world, amend(change)), refused(Refusal::CircuitHosted));
    }
    let finish = CarrierEvent { circuit, event: Event::FinishConstruction };
    assert_eq!(world.refused(finish), Refusal::CircuitState);
    let application = Box::new(super::calls::application());
    let letter = crate::command::ApplyForLetter { circuit, application, needs_service: true };
    assert_eq!(theirs(&mut world, letter), refused(Refusal::CircuitHosted));
    assert_eq!(theirs(&mut world, amended(circuit.as_str(), 2)), refused(Refusal::NeedsPartner));
    world.done(amended(circuit.as_str(), 2));
    assert_eq!(its(world.circuit(circuit)).vlan, 2);
    host(&mut world, hosted("pc-a", 1));
    assert_eq!(world.refused(amended(circuit.as_str(), 1)), Refusal::VlanTaken);
    assert_eq!(world.refused(amended("pc-a", 1)), Refusal::NoSuchCircuit);
    let dry = AmendHostedCircuit { dry_run: true, ..amended(circuit.as_str(), 3) };
    assert_eq!(world.refused(dry), Refusal::DryRun);
    let key = crate::command::AssociateMacsecKey { circuit, ..super::macsec::keyed("pc-a", "A") };
    done(&theirs(&mut world, ConfirmCircuit { circuit, needs_service: true }));
    done(&theirs(&mut world, order(circuit, MONTH, true)));
    assert_eq!(theirs(&mut world, key), refused(Refusal::CircuitState));
    world.done(CarrierEvent { circuit, event: Event::LockFinancial });
    assert_eq!(world.refused(amended(circuit.as_str(), 3)), Refusal::CircuitLocked);
    world.done(CarrierEvent { circuit, event: Event::Unlock });
    let port = id("pc-a");
    world.done(CarrierEvent { circuit: port, event: Event::LockFinancial });
    let of_the_port = world.refused(amended(circuit.as_str(), 3));
    assert_eq!(of_the_port, Refusal::CircuitLocked, "so is the port that it is a part of");
    world.done(CarrierEvent { circuit: port, event: Event::Unlock });
    done(&theirs(&mut world, TerminateCircuit { circuit }));
    assert_eq!(world.refused(amended(circuit.as_str(), 3)), Refusal::CircuitEnded);
}

#[test]
fn another_speed_is_there_once_the_tenant_has_paid_for_it() {
    let mut world = shared();
    let circuit = host(&mut world, hosted("pc-a", 1));
    let expect = |circuit, expected| AmendHostedCircuit {
        circuit,
        expected: Some(expected),
        ..amended("pc-a", 1)
    };
    assert_eq!(world.refused(expect(circuit, SharedSpec::G2)), Refusal::NoSuchSpeed);
    world.done(expect(circuit, SharedSpec::M200));
    assert_eq!(its(world.circuit(circuit)).spec, SharedSpec::M50);
    // What it may become is kept for it.
    let large = HostCircuit { spec: SharedSpec::G1, ..hosted("pc-a", 2) };
    assert_eq!(world.refused(large), Refusal::NoBandwidthLeft);
    done(&theirs(&mut world, ConfirmCircuit { circuit, needs_service: true }));
    done(&theirs(&mut world, order(circuit, MONTH, true)));
    assert_eq!(balance(&world, OTHER), Money::units(983));
    let made = world.circuit(circuit);
    assert_eq!((its(made).spec, made.particulars.bandwidth_mbps), (SharedSpec::M200, 200));
    let mut call = world.proposal(MakeRouter { circuit, ..made_on(1) });
    origin_of(&mut call).account = OTHER;
    done(&world.propose(call));
    world.done(expect(circuit, SharedSpec::M100));
    assert_eq!(its(world.circuit(circuit)).spec, SharedSpec::M200);
    let renew = RenewCircuit { circuit, months: NonZeroU32::MIN, kept: Kept::Since2024 };
    done(&theirs(&mut world, renew));
    assert_eq!(balance(&world, OTHER), Money::units(974));
    assert_eq!(its(world.circuit(circuit)).spec, SharedSpec::M100);
    let router = world.state().routers().next().expect("it was made");
    assert_eq!(router.described.bandwidth_mbps, 100);
}

#[test]
fn nobody_gets_another_speed_than_he_has_paid_for() {
    let mut world = shared();
    let expect = |circuit, expected| AmendHostedCircuit {
        circuit,
        expected: Some(expected),
        ..amended("pc-a", 1)
    };
    let circuit = host(&mut world, hosted("pc-a", 1));
    done(&theirs(&mut world, ConfirmCircuit { circuit, needs_service: true }));
    done(&theirs(&mut world, order(circuit, MONTH, false)));
    let unpaid = world.circuit(circuit).state.open_order.expect("it waits to be paid");
    world.done(expect(circuit, SharedSpec::G1));
    assert_eq!(world.state().order(&unpaid).expect("kept").status, OrderStatus::Cancelled);
    assert_eq!(world.circuit(circuit).state.open_order, None);
    let renewing =
        crate::command::PlaceOccupancyOrder { auto_renew: true, ..order(circuit, MONTH, true) };
    world.done(expect(circuit, SharedSpec::M50));
    done(&theirs(&mut world, renewing));
    assert_eq!(balance(&world, OTHER), Money::units(995));
    // Time goes on with what there is.
    world.done(expect(circuit, SharedSpec::G1));
    world.pass(40 * DAY_MS);
    world.wake_all();
    assert_eq!(balance(&world, OTHER), Money::units(990));
    assert_eq!(its(world.circuit(circuit)).spec, SharedSpec::M50);
}

fn made_on(vlan: u32) -> MakeRouter {
    made("pc-a", vlan)
}

/// A shared circuit that is in service.
fn in_service(world: &mut World, vlan: u32) -> CircuitId {
    let circuit = host(world, hosted("pc-a", vlan));
    done(&theirs(world, ConfirmCircuit { circuit, needs_service: true }));
    done(&theirs(world, order(circuit, MONTH, true)));
    circuit
}

#[test]
fn a_shared_circuit_has_one_router_which_is_as_it_is() {
    let mut world = shared();
    let waits = host(&mut world, hosted("pc-a", 2));
    let early = MakeRouter { circuit: waits, ..made_on(2) };
    assert_eq!(theirs(&mut world, early), refused(Refusal::HostedNotEnabled));
    let circuit = in_service(&mut world, 1);
    let on = |vlan| MakeRouter { circuit, ..made_on(vlan) };
    let for_other = MakeRouter { circuit, ..made_for(OWNER, "pc-a", 1) };
    assert_eq!(theirs(&mut world, for_other), refused(Refusal::CircuitHosted));
    assert_eq!(theirs(&mut world, on(3)), refused(Refusal::HostedDiffers));
    let slow = MakeRouter { bandwidth_mbps: Some(100), ..on(1) };
    assert_eq!(theirs(&mut world, slow), refused(Refusal::HostedDiffers));
    done(&theirs(&mut world, on(1)));
    assert_eq!(theirs(&mut world, on(1)), refused(Refusal::HostedTaken));
    let made: Router = world.state().routers().next().expect("it was made").clone();
    let name = made.id.as_str();
    assert_eq!((made.account, made.described.bandwidth_mbps), (OTHER, 50));
    let bandwidth = SetRouterBandwidth { router: made.id, bandwidth_mbps: 50, limited: true };
    assert_eq!(theirs(&mut world, bandwidth), refused(Refusal::CircuitHosted));
    let vlan = super::routers::amended(name, |a| a.vlan = Some(3));
    assert_eq!(theirs(&mut world, vlan), refused(Refusal::CircuitHosted));
    // Terraform says the same one again.
    done(&theirs(&mut world, super::routers::amended(name, |a| a.vlan = Some(1))));
    world.give(GivenCircuit { account: OTHER, ..given(Status::Enabled) }, "pc-t");
    assert_eq!(theirs(&mut world, associated(name, "pc-t", 1)), refused(Refusal::CircuitHosted));
    world.done(amended(circuit.as_str(), 9));
    assert_eq!(world.state().router(&made.id).expect("there").described.vlan, 9);
    let end = TerminateCircuit { circuit };
    assert_eq!(theirs(&mut world, end), refused(Refusal::RoutersAttached));
    done(&theirs(&mut world, crate::command::TerminateRouter { router: made.id }));
    assert_eq!(world.refused(amended(circuit.as_str(), 8)), Refusal::RouterState);
}

/// A router for [`OTHER`] on `pc-a`.
fn lent(world: &mut World, vlan: u32, mbps: u32) -> RouterId {
    let made = MakeRouter { bandwidth_mbps: Some(mbps), ..made_for(OTHER, "pc-a", vlan) };
    match world.done(made) {
        Outcome::Router(id) => id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_router_of_another_moves_to_the_shared_circuit_that_is_made_of_it() {
    let mut world = shared();
    let vbr = lent(&mut world, 1, 50);
    let name = vbr.as_str();
    let dry = HostRouter { dry_run: true, ..of_router(name) };
    assert_eq!(world.refused(dry), Refusal::DryRun);
    let Outcome::Circuit(circuit) = world.done(of_router(name)) else { panic!("no circuit") };
    assert_eq!(world.refused(of_router(name)), Refusal::RouterHosted);
    // The router keeps its VLAN, and may have another.
    world.done(super::routers::amended(name, |a| a.vlan = Some(2)));
    assert_eq!(world.refused(moved(name, circuit.as_str())), Refusal::CircuitNotEnabled);
    done(&theirs(&mut world, ConfirmCircuit { circuit, needs_service: true }));
    done(&theirs(&mut world, order(circuit, MONTH, true)));
    // Nothing else takes the place of the router, on the circuit or on the whole port.
    let instead = MakeRouter { circuit, ..made_on(1) };
    assert_eq!(theirs(&mut world, instead), refused(Refusal::HostedTaken));
    assert_eq!(world.refused(amended(circuit.as_str(), 0)), Refusal::VlanTaken);
    let other = lent(&mut world, 3, 50);
    assert_eq!(world.refused(moved(other.as_str(), circuit.as_str())), Refusal::RouterBound);
    assert_eq!(world.refused(moved(name, "pc-a")), Refusal::NoSuchCircuit);
    let dry = MoveRouter { dry_run: true, ..moved(name, circuit.as_str()) };
    assert_eq!(world.refused(dry), Refusal::DryRun);
    world.done(moved(name, circuit.as_str()));
    let router = world.state().router(&vbr).expect("there").clone();
    assert_eq!((router.account, router.circuit, router.described.vlan), (OTHER, circuit, 1));
    assert_eq!(world.refused(moved(name, circuit.as_str())), Refusal::HostedTaken);
    // It is its owner's alone now, once.
    let all = |account| {
        let filter = crate::query::RouterFilter { others: true, ..Default::default() };
        match world.look(&Query::Routers(account, home(), filter, ALL)) {
            Found::Routers(Ok(rows)) => rows.total,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!((all(OWNER), all(OTHER)), (1, 2));
    let accept = super::routers::amended(name, |a| {
        a.peering = super::routers::sides("10.0.0.1", "10.0.0.2");
    });
    done(&theirs(&mut world, accept));
    done(&theirs(&mut world, crate::command::DeleteRouter { router: vbr }));
}

#[test]
fn not_every_router_can_be_made_a_shared_circuit() {
    let mut world = shared();
    world.give(given(Status::Enabled), "pc-b");
    let Outcome::Router(own) = world.done(made("pc-a", 9)) else { panic!("no router") };
    assert_eq!(world.refused(of_router(own.as_str())), Refusal::RouterBound);
    assert_eq!(world.refused(of_router("vbr-z")), Refusal::NoSuchRouter);
    let odd = lent(&mut world, 2, 1_000);
    let slow = lent(&mut world, 3, 50);
    let accept = super::routers::amended(slow.as_str(), |a| {
        a.peering = super::routers::sides("10.0.0.1", "10.0.0.2");
    });
    done(&theirs(&mut world, accept));
    world.done(SetRouterBandwidth { router: slow, bandwidth_mbps: 7, limited: true });
    assert_eq!(world.refused(of_router(slow.as_str())), Refusal::NoSuchSpeed);
    world.done(SetRouterBandwidth { router: slow, bandwidth_mbps: 50, limited: true });
    let peering = crate::peering::Peering::default();
    world.done(AssociateCircuit { peering, ..associated(slow.as_str(), "pc-b", 1) });
    assert_eq!(world.refused(of_router(slow.as_str())), Refusal::RouterBound);
    host(&mut world, hosted("pc-a", 8));
    assert_eq!(world.refused(of_router(odd.as_str())), Refusal::NoBandwidthLeft);
    assert_eq!(theirs(&mut world, of_router(odd.as_str())), refused(Refusal::NoSuchRouter));
    let accept = super::routers::amended(odd.as_str(), |a| {
        a.peering = super::routers::sides("10.0.0.5", "10.0.0.6");
    });
    done(&theirs(&mut world, accept));
    world.done(crate::command::TerminateRouter { router: odd });
    assert_eq!(world.refused(of_router(odd.as_str())), Refusal::RouterState);
    let mut world = shared();
    let whole = lent(&mut world, 0, 50);
    assert_eq!(world.refused(of_router(whole.as_str())), Refusal::RouterWholePort);
    let mut world = World::new(rules());
    world.give(given(Status::Enabled), "pc-a");
    let poor = lent(&mut world, 1, 50);
    assert_eq!(world.refused(of_router(poor.as_str())), Refusal::TenantServiceClosed);
}

fn listed(world: &World, account: AccountId, filter: HostedFilter) -> Vec<CircuitId> {
    match world.look(&Query::Hosted(account, home(), filter, (0, 100))) {
        Found::Hosted(Ok(rows)) => rows.page.iter().map(|circuit| circuit.id).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_partner_lists_what_he_has_made_and_counts_it_by_port() {
    let mut world = shared();
    let waits = host(&mut world, hosted("pc-a", 2));
    let serves = in_service(&mut world, 1);
    let gone = host(&mut world, hosted("pc-a", 3));
    world.done(DeleteCircuit { circuit: gone, waiting_too: false });
    let any = HostedFilter::default;
    let sorted = |mut ids: Vec<CircuitId>| {
        ids.sort_unstable();
        ids
    };
    assert_eq!(listed(&world, OWNER, any()), sorted(vec![waits, serves]));
    assert_eq!(listed(&world, OTHER, any()), []);
    let confirmed = |wanted| HostedFilter { is_confirmed: Some(wanted), ..any() };
    assert_eq!(listed(&world, OWNER, confirmed(true)), [serves]);
    assert_eq!(listed(&world, OWNER, confirmed(false)), [waits]);
    let of = |acceptance| HostedFilter { acceptances: vec![acceptance], ..any() };
    assert_eq!(listed(&world, OWNER, of(Acceptance::Deleted)), [gone]);
    let vlans = HostedFilter { vlans: vec!["2".into()], ..any() };
    assert_eq!(listed(&world, OWNER, vlans), [waits]);
    let tenants = HostedFilter { tenants: Some(vec![Some(NOBODY)]), ..any() };
    assert_eq!(listed(&world, OWNER, tenants), []);
    let on = HostedFilter { parent: Some(id("pc-z")), ..any() };
    let looked = world.look(&Query::Hosted(OWNER, home(), on, (0, 1)));
    assert_eq!(looked, Found::Hosted(Err(Refusal::NoSuchCircuit)));
    let page = Page { number: 1, size: 10 };
    let Found::CircuitRows(rows) =
        world.look(&Query::Circuits(OWNER, home(), CircuitFilter::default(), page))
    else {
        panic!("no circuits")
    };
    assert_eq!(rows.page.iter().map(|row| row.hosts).collect::<Vec<_>>(), [2]);
    for (hosted, total) in [(Some(true), 2), (Some(false), 0), (None, 2)] {
        let filter = CircuitFilter { hosted, ..CircuitFilter::default() };
        let Found::CircuitRows(rows) = world.look(&Query::Circuits(OTHER, home(), filter, page))
        else {
            panic!("no circuits")
        };
        assert_eq!(rows.total, total, "{hosted:?}");
    }
}

#[test]
fn a_part_of_a_port_costs_what_it_is_of_it_or_has_a_price_of_its_own() {
    let list = PriceList::builtin();
    let part = |spec| Port { shared: Some(spec), ..Port::whole(PortType::Base10GLr, home()) };
    assert_eq!(list.month(part(SharedSpec::M50)), Some(Money::units(4)));
    assert_eq!(list.month(part(SharedSpec::G5)), Some(Money::units(360)));
    assert_eq!(list.month(part(SharedSpec::G10)), Some(Money::units(720)));
    let own = [(SharedSpec::M50, Money(5))].into();
    let list = PriceList { shared: own, ..list.clone() };
    assert_eq!(list.month(part(SharedSpec::M50)), Some(Money(5)));
    assert_eq!(list.month(part(SharedSpec::M100)), Some(Money::units(8)));
}

#[test]
fn what_is_shared_is_not_paid_as_it_goes() {
    let mut world = shared();
    let circuit = host(&mut world, hosted("pc-a", 1));
    done(&theirs(&mut world, ConfirmCircuit { circuit, needs_service: true }));
    assert_eq!(
        theirs(&mut world, order(circuit, Charge::PostPaid, true)),
        refused(Refusal::NoPrice)
    );
}

#[test]
fn a_port_that_time_takes_away_leaves_its_shared_circuits_to_their_tenants() {
    let mut world = shared();
    let parent = world.give(given(Status::Confirmed), "pc-b");
    world.done(order(parent, MONTH, true));
    let circuit = host(&mut world, hosted("pc-b", 1));
    world.pass(120 * DAY_MS);
    world.wake_all();
    assert!(world.circuit(parent).state.deleted);
    done(&theirs(&mut world, ConfirmCircuit { circuit, needs_service: true }));
    assert_eq!(world.refused(made("pc-b", 2)), Refusal::NoSuchCircuit);
    assert_eq!(world.refused(amended(circuit.as_str(), 2)), Refusal::CircuitEnded);
}

/// A shared circuit that its tenant pays for, with a router; one that the partner has paid for; and
/// a router of the partner's beside them.
fn sound() -> Books {
    let mut world = shared();
    let circuit = in_service(&mut world, 1);
    done(&theirs(&mut world, MakeRouter { circuit, ..made_on(1) }));
    host(&mut world, HostCircuit { payer: Payer::Partner, ..hosted("pc-a", 2) });
    world.done(made("pc-a", 3));
    let mut books = world.books();
    // The first is of the tenant's router.
    books.routers.sort_by_key(|router| router.account != OTHER);
    let order = |circuit: &Circuit| circuit.hosted().map_or(0, |hosted| hosted.vlan);
    books.circuits.sort_by_key(order);
    books
}

fn of(books: &mut Books, nth: usize) -> &mut Hosted {
    let words = books.circuits[nth].particulars.words.as_mut().expect("it is a shared one");
    words.hosted.as_mut().expect("it is a shared one")
}

fn particulars_of(books: &mut Books, nth: usize) -> &mut Particulars {
    &mut books.circuits[nth].particulars
}

/// The tenant's circuit, and all that is on it, is faster than what he has paid for.
fn sped_up(books: &mut Books) {
    of(books, 1).spec = SharedSpec::M100;
    particulars_of(books, 1).bandwidth_mbps = 100;
    books.routers[0].described.bandwidth_mbps = 100;
}

const FALSIFIED: &[(&str, Falsify, &[&str])] = &[
    ("of no port", |b| of(b, 1).parent = id("pc-z"), &["H1", "H2"]),
    ("of another port", |b| particulars_of(b, 1).port_type = PortType::Base100T, &["H1"]),
    ("unreferred", |b| b.references.clear(), &["H1"]),
    ("faster than it is", |b| particulars_of(b, 2).bandwidth_mbps = 100, &["H1"]),
    ("one VLAN", |b| of(b, 2).vlan = 1, &["H2"]),
    ("the whole port", |b| of(b, 2).vlan = 0, &["H2"]),
    ("more than the port", |b| of(b, 2).expected = Some(SharedSpec::G1), &["H2"]),
    ("a router's VLAN", |b| of(b, 2).vlan = 3, &["H2"]),
    ("another VLAN than its router", |b| of(b, 1).vlan = 7, &["H3"]),
    ("unpaid by its partner", |b| of(b, 1).payer = Payer::Partner, &["H4"]),
    ("faster than was paid", |b| sped_up(b), &["H5"]),
    ("paid by its partner", |b| of(b, 2).payer = Payer::Tenant, &["H4"]),
    ("ended under it", |b| b.circuits[0].state.status = Status::Terminated, &["V1", "H1"]),
];

#[test]
fn what_is_falsified_is_found() {
    check_in(sound(), "nothing", |_| {}, &[]);
    for (what, falsify, invariants) in FALSIFIED {
        check_in(sound(), what, *falsify, invariants);
    }
}
