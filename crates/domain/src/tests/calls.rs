//! What callers do about a circuit before its service: letters, giving up, and enabling without an
//! order placed before. Each parameter alone changed, and what comes of each call.

use super::rig::*;
use crate::circuit::{Event, GivenCircuit, LoaStatus, Status};
use crate::command::{
    ApplyForLetter, ApplyForLetterAgain, CancelCircuit, CarrierEvent, ConfirmCircuit,
    EnableCircuit, OpenAccount, OpenService, ReportLine, TopUp,
};
use crate::letter::{Application, Person, Report, Secret};
use crate::order::{CancelCause, OrderStatus};
use crate::price::{Currency, Money};
use crate::{Command, Kept, Outcome, Records as _, Refusal, Timestamp, View as _};

/// What an application for a letter says.
pub fn application() -> Application {
    Application {
        company: "company".into(),
        line_type: "FIBRE".into(),
        builder: "builder".into(),
        construction_at: Timestamp::from_ms(1_700_000_000_000),
        bandwidth_mbps: Some(3),
        peer_location: "place".into(),
        people: vec![Person {
            name: "name".into(),
            gender: "Male".into(),
            certificate_type: "IDCard".into(),
            certificate_no: Secret("123456".into()),
            contact: Secret("13900001234".into()),
        }],
    }
}

/// An application for a letter, so changed.
pub fn letter(change: impl FnOnce(&mut Application)) -> Command {
    let mut application = application();
    change(&mut application);
    let application = Box::new(application);
    ApplyForLetter { circuit: id("pc-a"), application, needs_service: true }.into()
}

/// The same application again.
pub fn letter_again() -> Command {
    ApplyForLetterAgain { circuit: id("pc-a"), application: Box::new(application()) }.into()
}

/// What is reported of a line.
pub fn report() -> Report {
    Report {
        code: Some("code".into()),
        label: Some("label".into()),
        provider: Some("provider".into()),
        contact: Some(Secret("13888881234".into())),
    }
}

/// A report of a line, so changed.
pub fn reported(change: impl FnOnce(&mut Report)) -> Command {
    let mut report = report();
    change(&mut report);
    ReportLine { circuit: id("pc-a"), finished: true, report }.into()
}

/// A circuit put into service.
pub fn enable(circuit: &str, without_order: bool) -> EnableCircuit {
    EnableCircuit {
        circuit: id(circuit),
        without_order,
        charge: MONTH,
        kept: Kept::Since2024,
        again: true,
    }
}

/// Commands, no two of which are the same call.
pub fn commands() -> Vec<Command> {
    let application = Box::new(application());
    vec![
        CancelCircuit { circuit: id("pc-a") }.into(),
        CancelCircuit { circuit: id("pc-b") }.into(),
        enable("pc-a", false).into(),
        enable("pc-a", true).into(),
        enable("pc-b", false).into(),
        letter(|_| {}),
        ApplyForLetter {
            circuit: id("pc-b"),
            application: application.clone(),
            needs_service: true,
        }
        .into(),
        ApplyForLetterAgain { circuit: id("pc-a"), application: application.clone() }.into(),
        ApplyForLetterAgain { circuit: id("pc-b"), application }.into(),
        letter(|a| a.company = "x".into()),
        letter(|a| a.line_type = "x".into()),
        letter(|a| a.builder = "x".into()),
        letter(|a| a.construction_at = Timestamp::from_ms(7)),
        letter(|a| a.bandwidth_mbps = None),
        letter(|a| a.peer_location = "x".into()),
        letter(|a| a.people.clear()),
        letter(|a| a.people.push(a.people[0].clone())),
        letter(|a| a.people[0].name = "x".into()),
        letter(|a| a.people[0].gender = "x".into()),
        letter(|a| a.people[0].certificate_type = "x".into()),
        letter(|a| a.people[0].certificate_no = Secret("x".into())),
        letter(|a| a.people[0].contact = Secret("x".into())),
        reported(|_| {}),
        ReportLine { circuit: id("pc-b"), finished: true, report: report() }.into(),
        ReportLine { circuit: id("pc-a"), finished: false, report: report() }.into(),
        reported(|r| r.code = None),
        reported(|r| r.code = Some("".into())),
        reported(|r| r.label = None),
        reported(|r| r.provider = None),
        reported(|r| r.contact = None),
    ]
}

/// The prints that stores keep from the release on in which these commands came.
pub fn kept_prints() -> Vec<(Command, &'static str, u128)> {
    vec![
        (
            CancelCircuit { circuit: id("pc-a") }.into(),
            "cancel_circuit",
            287_679_656_335_720_079_950_270_170_214_771_271_054,
        ),
        (
            enable("pc-a", false).into(),
            "enable_circuit",
            58_564_914_632_354_518_804_766_065_494_490_503_636,
        ),
        (
            ApplyForLetterAgain { circuit: id("pc-a"), application: Box::new(application()) }
                .into(),
            "apply_for_letter_again",
            209_325_682_572_043_401_476_786_942_749_211_866_166,
        ),
        (letter(|_| {}), "apply_for_letter", 270_798_691_150_149_363_240_654_151_451_936_779_231),
        (reported(|_| {}), "report_line", 294_015_788_358_902_181_672_286_640_789_002_749_569),
    ]
}

#[test]
fn what_an_edition_makes_of_a_call_is_not_compared() {
    let plain = Command::from(enable("pc-a", false)).fingerprint();
    let other = EnableCircuit {
        charge: crate::order::Charge::PostPaid,
        kept: Kept::Until2023,
        again: false,
        ..enable("pc-a", false)
    };
    assert_eq!(Command::from(other).fingerprint(), plain);
}

/// Its one account has no money, and has not opened the service.
fn poor() -> World {
    let mut world = World::empty(rules());
    let (currency, dialect) = (Currency::Usd, None);
    world.done(OpenAccount { account: OWNER, currency, dialect, orderless: false });
    world
}

#[test]
fn a_letter_is_asked_for_refused_asked_for_again_and_complete_with_the_line() {
    let mut world = poor();
    let circuit = world.give(given(Status::Allocated), "pc-a");
    let loa = |world: &World| world.circuit(circuit).state.loa;
    assert_eq!(world.refused(letter(|_| {})), Refusal::ServiceClosed);
    world.done(OpenService {});
    world.done(letter(|_| {}));
    assert_eq!(loa(&world), Some(LoaStatus::Applying));
    assert_eq!(world.refused(letter(|_| {})), Refusal::LoaState);
    world.done(CarrierEvent { circuit, event: Event::RejectLoa });
    let mut better = application();
    better.company = "another".into();
    let again = ApplyForLetterAgain { circuit, application: Box::new(better) };
    world.done(again.clone());
    assert_eq!(world.refused(again), Refusal::LoaState);
    let kept = world.state().letter(&circuit).expect("applied for").clone();
    assert_eq!((&*kept.company, kept.engineers.len()), ("another", 1));
    assert_eq!(&*kept.engineers[0].certificate_no, "1****6");
    assert_eq!(world.refused(reported(|_| {})), Refusal::LoaState);
    world.done(CarrierEvent { circuit, event: Event::ApproveLoa });
    world.done(reported(|_| {}));
    assert_eq!(loa(&world), Some(LoaStatus::Completing));
    let line = world.state().letter(&circuit).expect("there").line.clone();
    assert_eq!((&*line.code, &*line.contact), ("code", "1388888****"));
    world.done(ConfirmCircuit { circuit, needs_service: true });
    assert_eq!(
        (loa(&world), world.status(circuit)),
        (Some(LoaStatus::Complete), Status::Confirmed)
    );
    // A line in service is worked on, and until that is done nobody orders for it.
    world.done(reported(|report| report.code = None));
    assert_eq!(&*world.state().letter(&circuit).expect("there").line.code, "code");
    assert_eq!(world.refused(order(circuit, MONTH, true)), Refusal::LoaNotComplete);
    assert_eq!(world.refused(enable("pc-a", false)), Refusal::LoaNotComplete);
    world.done(CarrierEvent { circuit, event: Event::FinishConstruction });
    world.done(TopUp { account: OWNER, amount: Money::units(85) });
    world.done(enable("pc-a", false));
    let maintained = ReportLine { circuit, finished: false, report: report() };
    world.done(maintained);
    assert_eq!((loa(&world), world.status(circuit)), (Some(LoaStatus::Complete), Status::Enabled));
}

#[test]
fn a_circuit_born_with_a_letter_has_one_of_which_nothing_is_known_until_its_line_is_reported() {
    let mut world = World::new(rules());
    let born = GivenCircuit { loa: Some(LoaStatus::Available), ..given(Status::Allocated) };
    let circuit = world.give(born, "pc-a");
    assert_eq!(world.state().letter(&circuit), None);
    world.done(reported(|_| {}));
    let letter = world.state().letter(&circuit).expect("reported");
    assert_eq!((&*letter.company, &*letter.line.label), ("", "label"));
}

#[test]
fn who_gives_a_circuit_up_loses_his_unpaid_order_and_makes_room_for_another() {
    let mut world = World::new(rules());
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    let Outcome::Order { order: unpaid, .. } = world.done(order(circuit, MONTH, false)) else {
        panic!("an order")
    };
    world.done(CancelCircuit { circuit });
    assert_eq!(world.status(circuit), Status::Canceled);
    let unpaid = world.state().order(&unpaid).expect("kept");
    let cause = Some(CancelCause::Circuit);
    assert_eq!((unpaid.status, unpaid.cancel_cause), (OrderStatus::Cancelled, cause));
    assert_eq!(world.refused(CancelCircuit { circuit }), Refusal::CircuitState);
    assert_eq!(world.refused(CancelCircuit { circuit: id("pc-z") }), Refusal::NoSuchCircuit);
}

#[test]
fn enabling_pays_a_months_order_or_changes_nothing() {
    let mut world = poor();
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    assert_eq!(world.refused(enable("pc-a", false)), Refusal::BalanceTooLow);
    assert_eq!(world.state().orders_of(OWNER).count(), 0);
    world.done(TopUp { account: OWNER, amount: Money::units(85) });
    let Outcome::Order { order: paid, short: false } = world.done(enable("pc-a", false)) else {
        panic!("a paid order")
    };
    let state = world.circuit(circuit).state;
    assert_eq!((state.status, state.paid_order), (Status::Enabled, Some(paid)));
    assert_eq!(world.state().account(&OWNER).expect("open").balance, Money(0));
    // Again is as good as once, where that is sold so.
    assert_eq!(world.done(enable("pc-a", false)), Outcome::Done);
    let once = EnableCircuit { again: false, ..enable("pc-a", false) };
    assert_eq!(world.refused(once), Refusal::CircuitPaid);
}

#[test]
fn only_accounts_that_were_opened_so_need_no_order() {
    let mut world = World::new(rules());
    world.give(given(Status::Confirmed), "pc-a");
    assert_eq!(world.refused(enable("pc-a", true)), Refusal::NeedsOrder);
    let currency = Currency::Usd;
    world.done(OpenAccount { account: NOBODY, currency, dialect: None, orderless: true });
    let theirs = GivenCircuit { account: NOBODY, ..given(Status::Confirmed) };
    let circuit = world.give(theirs, "pc-b");
    let mut call = world.proposal(enable("pc-b", true));
    origin_of(&mut call).account = NOBODY;
    assert_eq!(world.propose(call), Told::Accepted(Outcome::Done));
    let state = world.circuit(circuit).state;
    assert_eq!((state.status, state.paid_order, state.ends_at), (Status::Enabled, None, None));
    assert!(state.enabled_at.is_some());
}
