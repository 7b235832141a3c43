//! Letters of Authorization: what a builder needs to enter the data centre of a circuit's port. How
//! one stands is its circuit's `LoaStatus`.
//!
//! Numbers of papers and ways to reach people are secrets: what is kept of them is masked, so that
//! no store, answer, page or log ever holds them whole.

use crate::id::{AccountId, CircuitId};
use crate::kept::{ByName, Record};
use crate::print::{Fingerprint, Print, printed};
use crate::time::Timestamp;
use std::fmt;

/// A text that is compared and never shown.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(pub Box<str>);

impl fmt::Debug for Secret {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("***")
    }
}

impl Print for Secret {
    fn print(&self, into: &mut Fingerprint) {
        into.text(&self.0);
    }
}

impl Secret {
    /// The number of a paper as answers show it: its first and its last character.
    /// SOURCE: api dossier, annex A (`5****************9`).
    pub fn masked_number(&self) -> Box<str> {
        let count = self.0.chars().count();
        let shown = |place: usize| count > 2 && (place == 0 || place == count - 1);
        self.0.chars().enumerate().map(|(n, c)| if shown(n) { c } else { '*' }).collect()
    }

    /// A way to reach somebody as answers show it: without its last four characters.
    /// SOURCE: api dossier, annex A (`1390000****`).
    pub fn masked_contact(&self) -> Box<str> {
        let hidden_from = self.0.chars().count().saturating_sub(4);
        self.0.chars().enumerate().map(|(n, c)| if n < hidden_from { c } else { '*' }).collect()
    }
}

printed! {
    /// Somebody who is to enter the data centre, as an application names him.
    Person {
        /// `PMName`.
        name: Box<str>,
        /// `PMGender`.
        gender: Box<str>,
        /// `PMCertificateType`.
        certificate_type: Box<str>,
        /// `PMCertificateNo`.
        certificate_no: Secret,
        /// `PMContactInfo`.
        contact: Secret,
    }
}

printed! {
    /// What an application for a letter says.
    Application {
        /// `CompanyName`.
        company: Box<str>,
        /// `LineType`.
        line_type: Box<str>,
        /// `Si`: who builds.
        builder: Box<str>,
        /// `ConstructionTime`: when work begins.
        construction_at: Timestamp,
        /// Mbit/s.
        bandwidth_mbps: Option<u32>,
        /// `PeerLocation`.
        peer_location: Box<str>,
        /// Who is to enter.
        people: Vec<Person>,
    }
}

printed! {
    /// What is reported of a line.
    Report {
        /// `LineCode`; `None` leaves it as it is.
        code: Option<Box<str>>,
        /// `LineLabel`.
        label: Option<Box<str>>,
        /// `LineServiceProvider`.
        provider: Option<Box<str>>,
        /// `LineSPContactInfo`.
        contact: Option<Secret>,
    }
}

/// Somebody who may enter the data centre, as he is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Engineer {
    /// `PMName`.
    pub name: Box<str>,
    /// `PMGender`.
    pub gender: Box<str>,
    /// `PMCertificateType`.
    pub certificate_type: Box<str>,
    /// `PMCertificateNo`, masked.
    pub certificate_no: Box<str>,
    /// `PMContactInfo`, masked.
    pub contact: Box<str>,
}

/// A line, as it was reported.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line {
    /// `LineCode`.
    pub code: Box<str>,
    /// `LineLabel`.
    pub label: Box<str>,
    /// `LineServiceProvider`.
    pub provider: Box<str>,
    /// `LineSPContactInfo`, masked.
    pub contact: Box<str>,
}

/// The letter of a circuit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter {
    /// Its circuit.
    pub circuit: CircuitId,
    /// The circuit's owner.
    pub account: AccountId,
    /// `CompanyName`.
    pub company: Box<str>,
    /// `LineType`.
    pub line_type: Box<str>,
    /// `SI`: who builds.
    pub builder: Box<str>,
    /// `ConstructionTime`; `None` of a letter that nobody applied for here.
    pub construction_at: Option<Timestamp>,
    /// Mbit/s.
    pub bandwidth_mbps: Option<u32>,
    /// `PeerLocation`.
    pub peer_location: Box<str>,
    /// Who may enter.
    pub engineers: Vec<Engineer>,
    /// The line.
    pub line: Line,
}

impl Letter {
    /// A letter of which nothing is known but whose it is.
    pub fn blank(circuit: CircuitId, account: AccountId) -> Self {
        Self {
            circuit,
            account,
            company: Box::default(),
            line_type: Box::default(),
            builder: Box::default(),
            construction_at: None,
            bandwidth_mbps: None,
            peer_location: Box::default(),
            engineers: Vec::new(),
            line: Line::default(),
        }
    }

    /// The letter that an application asks for.
    pub fn applied_for(circuit: CircuitId, account: AccountId, asked: &Application) -> Self {
        let engineer = |person: &Person| Engineer {
            name: person.name.clone(),
            gender: person.gender.clone(),
            certificate_type: person.certificate_type.clone(),
            certificate_no: person.certificate_no.masked_number(),
            contact: person.contact.masked_contact(),
        };
        Self {
            company: asked.company.clone(),
            line_type: asked.line_type.clone(),
            builder: asked.builder.clone(),
            construction_at: Some(asked.construction_at),
            bandwidth_mbps: asked.bandwidth_mbps,
            peer_location: asked.peer_location.clone(),
            engineers: asked.people.iter().map(engineer).collect(),
            ..Self::blank(circuit, account)
        }
    }

    /// What was reported of the line.
    pub fn report(&mut self, report: &Report) {
        let Report { code, label, provider, contact } = report;
        let contact = contact.as_ref().map(Secret::masked_contact);
        let line = &mut self.line;
        for (kept, told) in [
            (&mut line.code, code),
            (&mut line.label, label),
            (&mut line.provider, provider),
            (&mut line.contact, &contact),
        ] {
            if let Some(told) = told {
                kept.clone_from(told);
            }
        }
    }
}

impl Record for Letter {
    type Name = CircuitId;
    type Home = ByName<Self>;

    fn name(&self) -> CircuitId {
        self.circuit
    }

    fn owner(&self) -> AccountId {
        self.account
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_secrets_tells_nobody_the_rest() {
        for (text, number, contact) in [
            ("512345678901234569", "5****************9", "51234567890123****"),
            ("13900001234", "1*********4", "1390000****"),
            ("123", "1*3", "***"),
            ("专线甲", "专*甲", "***"),
            ("12", "**", "**"),
            ("", "", ""),
        ] {
            let secret = Secret(text.into());
            assert_eq!(&*secret.masked_number(), number, "{text}");
            assert_eq!(&*secret.masked_contact(), contact, "{text}");
            assert_eq!(format!("{secret:?}"), "***");
        }
    }
}
