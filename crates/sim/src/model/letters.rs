//! Letters of Authorization, giving circuits up, and enabling them without an order placed before.

use super::atlas::{E2020, E2022, E2024, E2025_09};
use super::changes::{Change, NO_PRICE, Refusal, SHORT};
use super::pages::{Reading, number};
use super::renewals::{KEPT, KEPT_LONGER};
use super::state::{Circuit, Order, Outcome, Renewal, World};
use super::time::UNPAID_LIFE_MS;
use super::{Expect, Leaf};
use crate::call::Call;

/// What a letter says, secrets as they are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// `CompanyName`, `LineType`, `SI` and `ConstructionTime`.
    pub said: [String; 4],
    /// Of each engineer his name, gender, kind of paper, its number, and how to reach him.
    pub engineers: Vec<[String; 5]>,
    /// `LineCode`, `LineLabel`, `LineServiceProvider` and `LineSPContactInfo`.
    pub line: [String; 4],
}

/// The members of a person, in the order in which they are looked at.
const MEMBERS: [&str; 5] =
    ["PMName", "PMGender", "PMCertificateType", "PMCertificateNo", "PMContactInfo"];

/// Whoever a call names, by number: each member as it is said.
fn people(call: &Call) -> Vec<[String; 5]> {
    let mut found: Vec<(i64, [String; 5])> = Vec::new();
    for (name, value) in call.parameters.iter().filter(|(_, value)| !value.is_empty()) {
        let parts: Vec<&str> = name.split('.').collect();
        let ["PMInfo", nth, member] = parts[..] else { continue };
        let place = MEMBERS.iter().position(|known| *known == member);
        let (Some(nth), Some(place)) = (number(nth), place) else { continue };
        if !found.iter().any(|(its, _)| *its == nth) {
            found.push((nth, Default::default()));
        }
        let person = found.iter_mut().find(|(its, _)| *its == nth).expect("just made");
        person.1[place].clone_from(value);
    }
    found.sort_by_key(|(nth, _)| *nth);
    found.into_iter().map(|(_, person)| person).collect()
}

/// What two calls with one token must say alike of whom they name.
pub fn people_text(call: &Call) -> String {
    format!("{:?}", people(call))
}

/// The code for people that cannot be. ASSUMED: the forms; the tables have codes alone.
pub fn people_error(call: &Call) -> Option<&'static str> {
    let named = people(call);
    if named.len() > 16 {
        return Some("InvalidPMInfo");
    }
    let plain =
        |text: &str, most| text.chars().count() <= most && !text.chars().any(char::is_control);
    let wrong = |person: &[String; 5]| {
        let [name, gender, kind, paper, contact] = person;
        let listed = |text: &str, all: &[&str]| text.is_empty() || all.contains(&text);
        [
            (plain(name, 128), "IllegalParam.PmName"),
            (listed(gender, &["Male", "Female"]), "IllegalParam.PmGender"),
            (listed(kind, &["IDCard", "Passport", "Other"]), "IllegalParam.PmCertificateType"),
            (paper.len() <= 64 && paper.is_ascii(), "IllegalParam.PmCertificateNo"),
            (plain(contact, 64), "IllegalParam.PmContactInfo"),
        ]
        .into_iter()
        .find_map(|(right, code)| (!right).then_some(code))
    };
    named.iter().find_map(wrong)
}

/// What is found out once every value has its form: a call that asks for a letter names nobody,
/// where somebody must be, or somebody without a name.
pub fn late_error(reading: &Reading) -> Option<(u16, &'static str)> {
    let asks = reading.call.action.ends_with("ApplyPhysicalConnectionLOA");
    if !asks || reading.edition < E2022 {
        return None;
    }
    let named = people(reading.call);
    if named.is_empty() {
        return Some((400, "MissingParam.PMInfo"));
    }
    named.iter().any(|person| person[0].is_empty()).then_some((400, "IllegalParam.PmName"))
}

/// All but the first and the last character are hidden; of two or fewer all.
fn paper(text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    let last = all.len().saturating_sub(1);
    let shown = |place| all.len() > 2 && (place == 0 || place == last);
    (0..all.len()).map(|place| if shown(place) { all[place] } else { '*' }).collect()
}

/// The last four characters are hidden.
fn contact(text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    let shown = all.len().saturating_sub(4);
    (0..all.len()).map(|place| if place < shown { all[place] } else { '*' }).collect()
}

impl Change<'_> {
    /// ApplyPhysicalConnectionLOA, and SecondApply….
    pub fn apply_for_letter(&mut self, again: bool) -> Result<Outcome, Refusal> {
        self.service_open()?;
        let place = self.instance()?;
        if self.world.hosted(place).is_some() {
            let new = "OperationDenied.LOAForVirtualPhysicalConnection";
            return Err((400, if again { new } else { "IncorrectStatus.PhysicalConnection" }));
        }
        if self.world.circuits[place].status != "Allocated" {
            return Err((400, "IncorrectStatus.PhysicalConnection"));
        }
        let letter = self.world.circuits[place].loa.clone();
        let from: &[&str] = if again { &["Rejected"] } else { &["", "Rejected", "Deleted"] };
        if !from.contains(&&*letter) {
            return Err((400, "IncorrectStatus.PhysicalConnectionLOA"));
        }
        let time = super::calendar::parse(self.text("ConstructionTime"));
        let time = time.map_or_else(String::new, super::calendar::stamp);
        let said = [self.text("CompanyName"), self.text("LineType"), self.text("Si"), &time];
        let shown = |[name, gender, kind, number, reach]: [String; 5]| {
            [name, gender, kind, paper(&number), contact(&reach)]
        };
        let letter = Letter {
            said: said.map(str::to_owned),
            engineers: people(self.reading.call).into_iter().map(shown).collect(),
            line: Default::default(),
        };
        let circuit = &mut self.world.circuits[place];
        circuit.loa = "Applying".into();
        circuit.letter = Some(letter);
        Ok(Outcome::Done)
    }

    /// CompletePhysicalConnectionLOA.
    pub fn report_line(&mut self) -> Result<Outcome, Refusal> {
        let place = self.instance()?;
        let edition = self.reading.edition;
        let circuit = &self.world.circuits[place];
        let letter_status = (400, "IncorrectStatus.PhysicalConnectionLOA");
        if !["Allocated", "Confirmed", "Enabled"].contains(&circuit.status) {
            return Err(letter_status);
        }
        if !["Available", "Complete"].contains(&&*circuit.loa) {
            let denied = (400, "OperationDenied.LOAStatusNotAllowComplete");
            return Err(if edition < E2024 { letter_status } else { denied });
        }
        let since = |name| if edition < E2024 { "" } else { self.text(name) };
        let told = [
            self.text("LineCode").to_owned(),
            self.text("LineLabel").to_owned(),
            since("LineServiceProvider").to_owned(),
            contact(since("LineSPContactInfo")),
        ];
        let finished = !since("FinishWork").eq_ignore_ascii_case("false");
        let circuit = &mut self.world.circuits[place];
        if finished {
            circuit.loa = "Completing".into();
        }
        let letter = circuit.letter.get_or_insert_with(Letter::default);
        for (kept, told) in letter.line.iter_mut().zip(told) {
            if !told.is_empty() {
                *kept = told;
            }
        }
        Ok(Outcome::Done)
    }

    /// The circuit that the call names as an instance.
    fn instance(&self) -> Result<usize, Refusal> {
        self.circuit_named("InstanceId").map_err(|_| (400, "InvalidInstanceId.NotFound"))
    }

    /// CancelPhysicalConnection.
    pub fn cancel_circuit(&mut self) -> Result<Outcome, Refusal> {
        let place = self.circuit_or((404, "InvalidPhysicalConnectionId.NotFound"))?;
        let circuit = &mut self.world.circuits[place];
        let about_to_run = circuit.paid_order.is_some();
        let may = ["Initial", "Approved", "Allocated", "Confirmed"].contains(&circuit.status);
        if !may || (circuit.status == "Confirmed" && about_to_run) {
            return Err((400, "Forbidden.NotAllowedInState"));
        }
        circuit.status = "Canceled";
        circuit.wakes = None;
        if let Some(order) = circuit.open_order {
            self.world.void(order);
        }
        Ok(Outcome::Done)
    }

    /// EnablePhysicalConnection.
    pub fn enable(&mut self) -> Result<Outcome, Refusal> {
        let edition = self.reading.edition;
        let place = self.circuit_or((404, "InvalidPhysicalConnectionId.NotFound"))?;
        let circuit = self.world.circuits[place].clone();
        if circuit.status == "Enabled" && edition >= E2025_09 {
            return Ok(Outcome::Done);
        }
        let not_now = (400, "Forbidden.NotAllowedInState");
        let later = if edition >= E2024 { (400, "INSTANCE.STATUS.NOT.ALLOW") } else { not_now };
        if circuit.status != "Confirmed" && circuit.status != "Enabled" {
            return Err(not_now);
        }
        let free = circuit.locked == (false, false) && circuit.open_order.is_none();
        if circuit.status == "Enabled" || circuit.paid_order.is_some() || !free {
            return Err(later);
        }
        if !circuit.loa.is_empty() && circuit.loa != "Complete" {
            return Err(not_now);
        }
        if edition >= E2024 && self.text("ByPassSp").eq_ignore_ascii_case("true") {
            if !self.world.accounts[&self.account].orderless {
                return Err((400, "ALIUID.NOT.ALLOW.WITHOUT.SP"));
            }
            if self.settings.lacks(circuit.word("AccessPointId"), "bypass") {
                return Err((400, "ACCESS.DEVICE.NOT.ALLOW.WITHOUT.SP"));
            }
            let circuit = &mut self.world.circuits[place];
            circuit.status = "Enabled";
            circuit.enabled = Some(self.at);
            circuit.wakes = None;
            return Ok(Outcome::Done);
        }
        let months = if edition < E2022 { None } else { Some(1) };
        let order = self.new_order(place, months, Renewal::ByHand)?;
        let kept = self.world.circuits[place].kept;
        self.world.circuits[place].kept = Some(if edition < E2024 { KEPT_LONGER } else { KEPT });
        if self.world.pay(order, self.at, self.settings) {
            return Ok(Outcome::Order(order, false));
        }
        // Nothing is kept of it.
        self.world.orders.pop();
        self.world.circuits[place].kept = kept;
        Err((400, SHORT))
    }

    /// An unpaid order for a circuit.
    pub fn new_order(
        &mut self,
        place: usize,
        months: Option<i64>,
        renewal: Renewal,
    ) -> Result<usize, Refusal> {
        let account = self.account;
        let amount_e4 = self.world.price(place, account, months).ok_or(NO_PRICE)?;
        let circuit = &self.world.circuits[place];
        let (port, region) = (circuit.word("PortType").to_owned(), circuit.region.clone());
        let shared = circuit.sold();
        let currency = self.world.accounts[&account].currency.clone();
        let month_e4 = self.world.month(&currency, &port, &region).ok_or(NO_PRICE)?;
        self.world.orders.push(Order {
            id: String::new(),
            account,
            kind: "New",
            by_time: false,
            follows: None,
            circuit: place,
            port,
            shared,
            months,
            status: "Unpaid",
            amount_e4,
            month_e4,
            currency,
            created: self.at,
            paid: None,
            dies: Some(self.at + UNPAID_LIFE_MS),
            usage: None,
            renewal,
        });
        Ok(self.world.orders.len() - 1)
    }
}

/// The circuit that a look names, if it is the caller's.
fn looked_at<'w>(
    world: &'w World,
    account: u64,
    reading: &Reading,
    name: &str,
) -> Option<&'w Circuit> {
    let place = world.circuit_at(reading.call.parameter(name).unwrap_or_default())?;
    let circuit = &world.circuits[place];
    let region = reading.call.parameter("RegionId").unwrap_or_default();
    (circuit.account == account && circuit.region == region && !circuit.deleted).then_some(circuit)
}

/// DescribePhysicalConnectionLOA.
pub fn show(world: &World, account: u64, reading: &Reading) -> Expect {
    let Some(circuit) = looked_at(world, account, reading, "InstanceId") else {
        return Expect::Error(400, "InvalidInstanceId.NotFound".into());
    };
    let blank = Letter::default();
    let letter = circuit.letter.as_ref().filter(|_| !circuit.loa.is_empty()).unwrap_or(&blank);
    let old = reading.edition < E2020;
    let path = if old { "data" } else { "PhysicalConnectionLOAType" };
    let is = |name: &str, text: &str| Leaf::Is(format!("{path}.{name}"), text.to_owned());
    let mut leaves = vec![is("Status", &circuit.loa), is("InstanceId", &circuit.id)];
    for (name, text) in
        ["CompanyName", "LineType", "SI", "ConstructionTime"].iter().zip(&letter.said)
    {
        leaves.push(is(name, text));
    }
    leaves.extend([is("LineCode", &letter.line[0]), is("LineLabel", &letter.line[1])]);
    if reading.edition >= E2024 {
        leaves.push(is("LineServiceProvider", &letter.line[2]));
        leaves.push(is("LineSPContactInfo", &letter.line[3]));
    }
    leaves.push(Leaf::Count(format!("{path}.PMInfo.PMInfo"), letter.engineers.len()));
    for (nth, engineer) in letter.engineers.iter().enumerate() {
        for (member, text) in MEMBERS.iter().zip(engineer) {
            leaves.push(is(&format!("PMInfo.PMInfo.{nth}.{member}"), text));
        }
    }
    if old {
        leaves.push(Leaf::Is("code".into(), "200".into()));
        leaves.push(Leaf::Is("success".into(), "true".into()));
    }
    Expect::Answer { leaves, replay_of: None }
}

/// ListPhysicalConnectionFeatures.
pub fn features(world: &World, account: u64, reading: &Reading) -> Expect {
    if looked_at(world, account, reading, "PhysicalConnectionId").is_none() {
        return Expect::Error(404, "InvalidPhysicalConnectionId.NotFound".into());
    }
    let leaves = vec![
        Leaf::Count("PhysicalConnectionFeatures".into(), 5),
        Leaf::Is("PhysicalConnectionFeatures.0.FeatureKey".into(), "SubifRateLimit".into()),
    ];
    Expect::Answer { leaves, replay_of: None }
}
