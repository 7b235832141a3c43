//! Prints: what two calls with one token must have in common, and that what stores have kept of it
//! means the same in every release.

use super::rig::*;
use super::tags::tags;
use crate::catalogue::{AccessPoint, LineOperator, PortType};
use crate::circuit::{CircuitWords, Particulars};
use crate::command::{
    AmendCircuit, Amendment, ApplyForCircuit, CancelOrder, ConfirmCircuit, DeleteCircuit,
    DownDelay, NOT_COMPARED, OpenService, PlaceOccupancyOrder, PutUser, Shortfall,
    TerminateCircuit, Wake,
};
use crate::command::{RenewCircuit, SetRenewal};
use crate::id::{CircuitId, OrderId};
use crate::macsec::MacsecKeys;
use crate::order::Charge;
use crate::price::{Cycle, Term};
use crate::rules::Kept;
use crate::subscription::Renewal;
use crate::tag::Tags;
use crate::{Command, KINDS, mark};
use std::num::NonZeroU32;

fn number(number: u64) -> OrderId {
    OrderId::new(number).expect("not zero")
}

fn amended(circuit: CircuitId, amendment: Amendment) -> Command {
    AmendCircuit { circuit, amendment: Box::new(amendment), in_service_too: true }.into()
}

fn applied(words: Option<CircuitWords>) -> Command {
    let words = words.map(Box::new);
    ApplyForCircuit { particulars: Particulars { words, ..particulars() }, needs_service: true }
        .into()
}

fn words() -> CircuitWords {
    CircuitWords {
        name: "n".into(),
        description: "d".into(),
        peer_location: "p".into(),
        circuit_code: "c".into(),
        optical_module: "o".into(),
        resource_group: "r".into(),
        redundant: Some(id("pc-b")),
        tags: tags(&[("k", "v")]),
        macsec: MacsecKeys::default(),
        down_delay_ms: 0,
        hosted: None,
    }
}

/// Amendments that each differ from the first in one field.
fn amendments() -> Vec<Command> {
    let amendment = || Amendment {
        line_operator: Some(LineOperator::ChinaTelecom),
        port_type: Some(PortType::Base1000Lx),
        bandwidth_mbps: Some(0),
        redundant: Some(id("pc-b")),
        name: Some("n".into()),
        description: Some("d".into()),
        peer_location: Some("p".into()),
        circuit_code: Some("c".into()),
        down_delay: DownDelay(Some(0)),
    };
    let changes: [fn(&mut Amendment); 13] = [
        |_| {},
        |a| a.line_operator = Some(LineOperator::Equinix),
        |a| a.port_type = None,
        |a| a.bandwidth_mbps = None,
        |a| a.bandwidth_mbps = Some(1),
        |a| a.bandwidth_mbps = Some(2),
        |a| a.redundant = None,
        |a| a.name = None,
        |a| a.description = None,
        |a| a.peer_location = Some("".into()),
        |a| a.circuit_code = Some("x".into()),
        |a| a.down_delay = DownDelay(None),
        |a| a.down_delay = DownDelay(Some(100)),
    ];
    let amendments = changes.into_iter().map(|change| {
        let mut amendment = amendment();
        change(&mut amendment);
        amended(id("pc-a"), amendment)
    });
    amendments.collect()
}

/// Applications that each differ from the first in one field.
fn applications() -> Vec<Command> {
    let changes: [fn(&mut Particulars); 9] = [
        |_| {},
        |p| p.access_point = AccessPoint::all().next().expect("there are some"),
        |p| p.line_operator = LineOperator::Equinix,
        |p| p.port_type = PortType::Base100T,
        |p| p.bandwidth_mbps = 1,
        |p| p.words = None,
        |p| p.words.as_mut().expect("set below").redundant = None,
        |p| p.words.as_mut().expect("set below").tags = Tags::default(),
        |p| p.words.as_mut().expect("set below").tags = tags(&[("k", "w")]),
    ];
    let worded: [fn(&mut CircuitWords) -> &mut Box<str>; 6] = [
        |w| &mut w.name,
        |w| &mut w.description,
        |w| &mut w.peer_location,
        |w| &mut w.circuit_code,
        |w| &mut w.optical_module,
        |w| &mut w.resource_group,
    ];
    let plain = || Particulars { words: Some(Box::new(words())), ..particulars() };
    let described = changes.into_iter().map(|change| {
        let mut particulars = plain();
        change(&mut particulars);
        particulars
    });
    let said = worded.into_iter().map(|field| {
        let mut words = words();
        *field(&mut words) = "x".into();
        Particulars { words: Some(Box::new(words)), ..particulars() }
    });
    described
        .chain(said)
        .map(|particulars| ApplyForCircuit { particulars, needs_service: true }.into())
        .collect()
}

/// Orders that each differ from the first in one field.
fn orders() -> Vec<Command> {
    let first = order(id("pc-a"), MONTH, true);
    vec![
        first.clone().into(),
        order(id("pc-b"), MONTH, true).into(),
        order(id("pc-a"), MONTH, false).into(),
        order(id("pc-a"), Charge::PostPaid, true).into(),
        PlaceOccupancyOrder { auto_renew: true, ..first.clone() }.into(),
        PlaceOccupancyOrder { auto_renew_months: 2, ..first }.into(),
    ]
}

fn renewed(circuit: CircuitId, months: u32) -> Command {
    let months = NonZeroU32::new(months).expect("not zero");
    RenewCircuit { circuit, months, kept: Kept::Since2024 }.into()
}

fn auto(months: u32) -> Renewal {
    Renewal::Auto(NonZeroU32::new(months).expect("not zero"))
}

fn set(circuits: &[CircuitId], renewal: Renewal) -> Command {
    SetRenewal { circuits: circuits.to_vec(), renewal }.into()
}

/// Every command that can carry a token, and each of its parameters changed alone.
#[test]
fn every_parameter_makes_another_call() {
    let circuits = [id("pc-a"), id("pc-b")];
    let mut commands: Vec<Command> = vec![OpenService {}.into()];
    commands.extend(circuits.map(|circuit| ConfirmCircuit { circuit, needs_service: true }.into()));
    commands.extend(circuits.map(|circuit| TerminateCircuit { circuit }.into()));
    commands.extend(circuits.map(|circuit| DeleteCircuit { circuit, waiting_too: true }.into()));
    commands.extend(circuits.map(|circuit| amended(circuit, Amendment::default())));
    let refund =
        |name, release_now| crate::command::RefundCircuit { circuit: id(name), release_now }.into();
    commands.extend([refund("pc-a", true), refund("pc-a", false), refund("pc-b", true)]);
    let pay = |n| crate::command::PayOwnOrder { order: number(n) };
    commands.extend([1, 2].map(|n| pay(n).into()));
    commands.extend([1, 2].map(|n| CancelOrder { order: number(n) }.into()));
    commands.extend(circuits.map(|circuit| renewed(circuit, 1)));
    commands.push(renewed(id("pc-a"), 2));
    let renewals = [Renewal::Manual, Renewal::Never, auto(1), auto(2)];
    commands.extend(renewals.map(|renewal| set(&[id("pc-a")], renewal)));
    commands.push(set(&[id("pc-b")], Renewal::Manual));
    commands.push(set(&[id("pc-a"), id("pc-b")], Renewal::Manual));
    commands.extend(orders().into_iter().chain(amendments()).chain(applications()));
    commands.extend(super::calls::commands());
    commands.extend(super::tags::commands());
    commands.extend(super::routers::commands());
    commands.extend(super::macsec::commands());
    commands.extend(super::setups::commands());
    commands.extend(super::sets::commands());
    commands.extend(super::hosted::commands());
    for (nth, one) in commands.iter().enumerate() {
        for other in &commands[..nth] {
            assert_ne!(one.fingerprint(), other.fingerprint(), "{one:?}\n{other:?}");
        }
    }
}

/// Stores keep both: another mark would lose tokens and nonces at the next release.
#[test]
fn kept_marks_are_those_of_the_published_hash() {
    // SipHash-1-3 of 128 bits, its key zero, over the length (eight bytes, the lowest first) and
    // the bytes of each part.
    let plain = |parts: &[&[u8]]| {
        let bytes = parts.iter().flat_map(|part| [&part.len().to_le_bytes()[..], part].concat());
        siphasher::sip128::SipHasher13::new().hash(&bytes.collect::<Vec<u8>>()).as_u128()
    };
    for length in [0, 1, 200, 231, 232, 233, 240, 247, 248, 249, 256, 257, 1000] {
        let long = "x".repeat(length);
        assert_eq!(mark(&["key", &long, "end"]), plain(&[b"key", long.as_bytes(), b"end"]));
    }
    assert_eq!(mark(&["key", "nonce"]), plain(&[b"key", b"nonce"]));
    let open = Command::from(OpenService {});
    assert_eq!(open.fingerprint(), Some(plain(&[b"open_service"])));
    let cancel = Command::from(CancelOrder { order: number(258) });
    assert_eq!(cancel.fingerprint(), Some(plain(&[b"cancel_order", &258_u64.to_le_bytes()])));
}

/// Words whose every field says something.
fn full_words() -> CircuitWords {
    CircuitWords {
        name: "name".into(),
        description: "description".into(),
        peer_location: "peer location".into(),
        circuit_code: "code".into(),
        optical_module: "module".into(),
        resource_group: "rg-a".into(),
        redundant: Some(id("pc-b")),
        tags: Tags::default(),
        macsec: MacsecKeys::default(),
        down_delay_ms: 0,
        hosted: None,
    }
}

/// An amendment that changes all there is.
fn full_amendment() -> Amendment {
    Amendment {
        line_operator: Some(LineOperator::ChinaUnicom),
        port_type: Some(PortType::Base10GLr),
        bandwidth_mbps: Some(10_000),
        redundant: Some(id("pc-b")),
        name: Some("name".into()),
        description: Some("description".into()),
        peer_location: Some("peer location".into()),
        circuit_code: Some("code".into()),
        down_delay: DownDelay(None),
    }
}

/// One that says of each of its texts that it is now empty.
fn silent_amendment() -> Amendment {
    let silent = || Some("".into());
    Amendment {
        name: silent(),
        description: silent(),
        peer_location: silent(),
        circuit_code: silent(),
        ..Amendment::default()
    }
}

/// A command of callers, its kind's word, and its print.
type KeptPrint = (Command, &'static str, u128);

/// Every command of callers but orders, with each optional field absent and present, and what the
/// release before commands got files of their own (commit e0c8298) printed for it. Stores have kept
/// these: with another print the first release that reads them would refuse a repeated call.
fn kept_prints() -> Vec<KeptPrint> {
    let circuit = id("pc-a");
    let (apply, amend) = ("apply_for_circuit", "amend_circuit");
    let (nothing, all) = (Amendment::default(), full_amendment());
    let confirm = ConfirmCircuit { circuit, needs_service: true }.into();
    let terminate = TerminateCircuit { circuit }.into();
    let delete = DeleteCircuit { circuit, waiting_too: true }.into();
    let cancel = CancelOrder { order: number(200_000_000_000_001) }.into();
    vec![
        (OpenService {}.into(), "open_service", 84_491_869_858_825_066_122_350_783_930_338_701_165),
        (applied(None), apply, 71_699_679_470_112_207_832_952_106_805_159_528_225),
        // Words that say nothing are none.
        (
            applied(Some(CircuitWords::default())),
            apply,
            71_699_679_470_112_207_832_952_106_805_159_528_225,
        ),
        (applied(Some(full_words())), apply, 183_724_892_991_928_025_362_579_654_575_257_784_486),
        (confirm, "confirm_circuit", 263_419_071_537_169_719_823_109_489_082_470_517_921),
        (amended(circuit, nothing), amend, 104_693_889_174_809_591_175_005_697_796_052_196_297),
        (amended(circuit, all), amend, 174_120_844_897_189_060_823_131_250_770_381_916_244),
        // To say that a text is empty is not to say nothing.
        (
            amended(circuit, silent_amendment()),
            amend,
            20_296_733_438_062_147_943_003_919_016_002_723_888,
        ),
        (terminate, "terminate_circuit", 12_557_608_572_838_045_146_813_427_891_238_981_898),
        (delete, "delete_circuit", 258_914_294_606_586_960_677_268_121_921_345_693_838),
        (cancel, "cancel_order", 29_182_810_873_008_575_466_630_066_066_995_437_922),
    ]
}

/// The same for orders.
fn kept_prints_of_orders() -> Vec<KeptPrint> {
    let circuit = id("pc-a");
    let month = |count| Charge::PrePaid(Term { count, cycle: Cycle::Month });
    let years = Charge::PrePaid(Term { count: 2, cycle: Cycle::Year });
    let ordered = |charge, pay_now| Command::from(order(circuit, charge, pay_now));
    let renewed = |charge| {
        let (auto_renew, auto_renew_months) = (true, 12);
        let plain = order(circuit, charge, true);
        Command::from(PlaceOccupancyOrder { auto_renew, auto_renew_months, ..plain })
    };
    let abnormal = {
        let shortfall = Shortfall::Abnormal;
        Command::from(PlaceOccupancyOrder { shortfall, ..order(circuit, month(1), true) })
    };
    let free = Charge::PostPaid;
    let prints = [
        (ordered(month(1), false), 286_887_954_696_059_017_838_390_022_218_108_126_831),
        (ordered(month(1), true), 336_936_271_205_738_121_780_202_946_137_626_731_113),
        // What happens at a shortfall is not compared.
        (abnormal, 336_936_271_205_738_121_780_202_946_137_626_731_113),
        (renewed(month(9)), 119_421_041_445_439_129_913_835_349_994_730_614_191),
        (ordered(years, false), 189_323_580_620_651_044_888_487_839_182_399_062_640),
        (ordered(years, true), 212_051_026_672_733_035_887_205_270_546_406_549_408),
        (renewed(years), 64_398_710_938_372_306_403_723_871_444_266_146_349),
        (ordered(free, false), 179_717_313_038_830_314_647_799_598_212_962_566_397),
        (ordered(free, true), 161_798_762_287_760_423_395_007_037_352_896_543_952),
        (renewed(free), 62_248_622_626_725_540_888_442_088_859_878_922_146),
    ];
    prints.map(|(order, print)| (order, "place_occupancy_order", print)).into()
}

#[test]
fn every_print_is_the_one_that_stores_have_kept() {
    let mut kept = kept_prints();
    kept.extend(kept_prints_of_orders());
    kept.extend(super::calls::kept_prints());
    kept.extend(super::tags::kept_prints());
    kept.extend(super::routers::kept_prints());
    // Of this release: what stores keep from now on.
    let pay = crate::command::PayOwnOrder { order: number(200_000_000_000_001) };
    let refund = crate::command::RefundCircuit { circuit: id("pc-a"), release_now: true };
    kept.push((
        refund.into(),
        "refund_circuit",
        323_117_621_706_244_824_591_981_662_471_478_934_089,
    ));
    kept.push((pay.into(), "pay_own_order", 228_764_466_261_789_316_878_025_462_858_246_064_770));
    kept.push((
        renewed(id("pc-a"), 3),
        "renew_circuit",
        66_574_054_342_858_699_144_883_441_380_739_559_894,
    ));
    kept.push((
        set(&[id("pc-a")], Renewal::Manual),
        "set_renewal",
        80_890_021_509_070_355_938_618_135_451_044_507_412,
    ));
    kept.push((
        set(&[id("pc-a"), id("pc-b")], auto(12)),
        "set_renewal",
        224_468_846_805_748_987_507_011_370_087_256_118_141,
    ));
    kept.extend(super::macsec::kept_prints());
    kept.extend(super::setups::kept_prints());
    kept.extend(super::sets::kept_prints());
    kept.extend(super::hosted::kept_prints());
    for (command, word, print) in &kept {
        let kind = command.kind().expect("callers give it");
        assert_eq!((kind.text(), command.fingerprint()), (*word, Some(*print)), "{command:?}");
    }
    // Each kind of a caller's command is among them.
    for kind in KINDS {
        assert!(kept.iter().any(|(_, word, _)| *word == kind.text()), "{kind:?}");
    }
}

#[test]
fn kinds_are_called_what_stores_have_kept_each_at_its_place() {
    let words: Vec<_> = KINDS.iter().map(|kind| kind.text()).collect();
    let kept = [
        "open_service",
        "apply_for_circuit",
        "confirm_circuit",
        "place_occupancy_order",
        "amend_circuit",
        "terminate_circuit",
        "delete_circuit",
        "cancel_order",
        "renew_circuit",
        "set_renewal",
        "pay_own_order",
        "refund_circuit",
        "cancel_circuit",
        "enable_circuit",
        "apply_for_letter",
        "apply_for_letter_again",
        "report_line",
        "tag_resources",
        "untag_resources",
        "make_router",
        "amend_router",
        "set_router_bandwidth",
        "terminate_router",
        "recover_router",
        "delete_router",
        "associate_circuit",
        "unassociate_circuit",
        "make_router_group",
        "delete_router_group",
        "grant_routers",
        "revoke_routers",
        "change_resource_group",
        "associate_macsec_key",
        "disassociate_macsec_key",
        "place_setup_order",
        "apply_for_circuits",
        "host_circuit",
        "amend_hosted_circuit",
        "host_router",
        "move_router",
        "recover_circuit",
    ];
    assert_eq!(words, kept);
    for (place, kind) in KINDS.iter().enumerate() {
        assert_eq!((kind.place(), format!("{kind:?}")), (place, kept[place].to_owned()));
        assert!(KINDS.iter().filter(|other| *other == kind).count() == 1, "{kind:?}");
    }
}

/// What is not compared is silent to whoever repeats a call with it changed.
#[test]
fn what_is_not_compared_of_two_calls_is_written_down_here_too() {
    let fields = NOT_COMPARED.iter().flat_map(|(command, fields)| {
        fields.iter().map(|field| (*command, *field)).collect::<Vec<_>>()
    });
    assert_eq!(
        fields.collect::<Vec<_>>(),
        [
            ("ApplyForCircuit", "needs_service"),
            ("ConfirmCircuit", "needs_service"),
            ("PlaceOccupancyOrder", "kept"),
            ("PlaceOccupancyOrder", "shortfall"),
            ("AmendCircuit", "in_service_too"),
            ("DeleteCircuit", "waiting_too"),
            ("RenewCircuit", "kept"),
            ("EnableCircuit", "charge"),
            ("EnableCircuit", "kept"),
            ("EnableCircuit", "again"),
            ("ApplyForLetter", "needs_service"),
            ("MakeRouter", "needs_service"),
            ("MakeRouter", "limited"),
            ("AmendRouter", "needs_service"),
            ("AmendRouter", "limited"),
            ("AmendRouter", "heeds_locks"),
            ("AmendRouter", "compares"),
            ("AmendRouter", "wants_all"),
            ("SetRouterBandwidth", "limited"),
            ("RecoverRouter", "needs_service"),
            ("AssociateCircuit", "needs_service"),
            ("AssociateCircuit", "compares"),
            ("AssociateCircuit", "wants_all"),
            ("ApplyForCircuits", "silent"),
        ]
    );
}

#[test]
fn what_the_operator_asks_for_has_neither_a_kind_nor_a_print() {
    for command in
        [Command::from(Wake { account: OWNER }), Command::from(PutUser { user: user(OWNER) })]
    {
        assert_eq!((command.kind(), command.fingerprint()), (None, None), "{command:?}");
    }
}

#[test]
fn the_marks_of_tokens_are_those_that_stores_have_kept() {
    let uuid = "CBCE910E-D396-4944-8104-E2CBF9A1B0C7";
    for (region, kind, token, kept) in [
        (
            home(),
            PlaceOccupancyOrder::KIND,
            "t",
            268_420_168_160_705_465_428_321_276_674_306_406_713,
        ),
        (away(), ApplyForCircuit::KIND, uuid, 274_453_424_113_064_864_381_638_908_096_313_378_580),
    ] {
        assert_eq!(mark(&[region.id(), kind.text(), token]), kept, "{kind:?}");
    }
}
