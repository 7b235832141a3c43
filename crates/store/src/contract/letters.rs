//! What is asked of a store about a circuit before its service.

use domain::command::{
    ApplyForLetter, ApplyForLetterAgain, CancelCircuit, EnableCircuit, ReportLine, TagResources,
    UntagResources,
};
use domain::letter::{Application, Person, Report, Secret};
use domain::order::Charge;
use domain::price::{Cycle, Term};
use domain::tag::{ResourceType, Tag, Tags};
use domain::{CircuitId, Command, Kept, Timestamp};

/// It is given up, enabled, or its letter is asked for or its line reported.
pub(super) fn before(circuit: CircuitId, how: u8) -> Command {
    let again = how.is_multiple_of(3);
    match how % 8 {
        0 => CancelCircuit { circuit }.into(),
        1 | 2 => EnableCircuit {
            circuit,
            without_order: how.is_multiple_of(5),
            charge: Charge::PrePaid(Term { count: 1, cycle: Cycle::Month }),
            kept: Kept::Since2024,
            again,
        }
        .into(),
        3 => ApplyForLetter {
            circuit,
            application: Box::new(application(how / 8)),
            needs_service: true,
        }
        .into(),
        4 => ApplyForLetterAgain { circuit, application: Box::new(application(how / 8)) }.into(),
        5 => TagResources {
            kind: ResourceType::PhysicalConnection,
            resources: vec![circuit.as_str().into()],
            tags: Tags::new((0..how / 8 % 4).map(|nth| tag(nth, how))),
        }
        .into(),
        6 => UntagResources {
            kind: ResourceType::PhysicalConnection,
            resources: vec![circuit.as_str().into()],
            keys: vec![tag(how / 8 % 4, how).key],
            all: again,
        }
        .into(),
        _ => {
            ReportLine { circuit, finished: how.is_multiple_of(2), report: report(how / 8) }.into()
        }
    }
}

fn tag(nth: u8, how: u8) -> Tag {
    Tag { key: format!("key {nth}").into(), value: format!("{how}").into() }
}

fn application(how: u8) -> Application {
    let person = |nth: u8| Person {
        name: format!("name {nth}").into(),
        gender: "Female".into(),
        certificate_type: "Passport".into(),
        certificate_no: Secret(format!("12345{nth}").into()),
        contact: Secret("13900001234".into()),
    };
    Application {
        company: format!("company {how}").into(),
        line_type: "FIBRE".into(),
        builder: "builder".into(),
        construction_at: Timestamp::from_ms(i64::from(how) * 1000),
        bandwidth_mbps: how.is_multiple_of(2).then_some(10),
        peer_location: "place".into(),
        people: (0..how % 4).map(person).collect(),
    }
}

fn report(how: u8) -> Report {
    let text = |yes: bool| yes.then(|| format!("word {how}").into());
    Report {
        code: text(how.is_multiple_of(2)),
        label: text(how.is_multiple_of(3)),
        provider: text(how.is_multiple_of(5)),
        contact: text(how.is_multiple_of(7)).map(Secret),
    }
}
