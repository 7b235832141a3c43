//! Sets of circuits that stand in for each other.
//! SOURCE: api dossier, annex A. ASSUMED: what docs/circuits.md says of them.

use super::Leaf;
use super::atlas::{self, E2025_09};
use super::changes::{CIRCUIT_MARK, Change, Refusal};
use super::forms::{self, Text};
use super::pages::{self, Reading, number};
use super::state::{Circuit, Outcome};
use crate::call::Call;
use std::collections::BTreeMap;

/// The members of an access point, in the order in which they are looked at, each with its code.
const MEMBERS: [(&str, &str); 11] = [
    ("RegionId", "InvalidRegionId.NotFound"),
    ("AccessPointId", "ResourceNotFound.AccessPointId"),
    ("LineOperator", "InvalidLineOperator.Malformd"),
    ("Type", "InvalidType.Malformd"),
    ("Bandwidth", "InvalidBandwidth"),
    ("PortNum", "InvalidApList"),
    ("Name", "InvalidName.Malformed"),
    ("Description", "InvalidDescription.Malformed"),
    ("PeerLocation", "InvalidPeerLocation.Malformd"),
    ("CircuitCode", "InvalidCircuitCode.Malformed"),
    ("OpticalModuleModel", "InvalidOpticalModuleModel"),
];

/// An access point as a call says it: its number and its members.
type Point = (i64, BTreeMap<&'static str, String>);

fn points(call: &Call, edition: atlas::Edition) -> Vec<Point> {
    let mut found: Vec<Point> = Vec::new();
    for (name, value) in call.parameters.iter().filter(|(_, value)| !value.is_empty()) {
        let parts: Vec<&str> = name.split('.').collect();
        let ["ApList", nth, member] = parts[..] else { continue };
        let newer = member == "OpticalModuleModel" && edition < E2025_09;
        let known = MEMBERS.iter().find(|(known, _)| *known == member && !newer);
        let (Some(nth), Some((member, _))) = (number(nth), known) else { continue };
        if !found.iter().any(|(its, _)| *its == nth) {
            found.push((nth, BTreeMap::new()));
        }
        let point = found.iter_mut().find(|(its, _)| *its == nth).expect("just made");
        point.1.insert(member, value.clone());
    }
    found.sort_by_key(|(nth, _)| *nth);
    found
}

/// What is missing of the list, if anything is.
pub fn missing(reading: &Reading) -> Option<String> {
    let points = points(reading.call, reading.edition);
    if points.is_empty() {
        return Some("ApList".into());
    }
    points.iter().find_map(|(nth, point)| {
        let wanted = ["RegionId", "AccessPointId", "LineOperator"];
        let lacks = wanted.into_iter().find(|member| !point.contains_key(member))?;
        Some(format!("ApList.{nth}.{lacks}"))
    })
}

/// What two calls with one token must say alike of the list.
pub fn text(reading: &Reading) -> String {
    let mut points = points(reading.call, reading.edition);
    for (_, point) in &mut points {
        // Neither says anything that is not so without it.
        point.remove("Type");
        let port = atlas::port(reading.call.parameter("PortType").unwrap_or_default());
        let speed = port.map_or_else(String::new, |(_, mbps)| mbps.to_string());
        point.entry("Bandwidth").or_insert(speed);
    }
    // Two patterns may come to the same circuits.
    let ports = ports(reading.call, &points).unwrap_or(1);
    for (_, point) in &mut points {
        point.remove("PortNum");
    }
    let said: Vec<_> = points.iter().flat_map(|(_, point)| vec![point; ports]).collect();
    format!("{said:?}")
}

/// The code for a list whose members have not their forms.
pub fn form_error(reading: &Reading) -> Option<&'static str> {
    let points = points(reading.call, reading.edition);
    if points.len() > 2 {
        return Some("InvalidApList");
    }
    let fits = |name: &str, text: &str| member_fits(reading, name, text);
    points.iter().find_map(|(_, point)| {
        let wrong =
            MEMBERS.iter().find(|(name, _)| point.get(name).is_some_and(|text| !fits(name, text)));
        let (name, code) = wrong?;
        let own = pages::malformed(&reading.call.action, name, &point[name], reading.edition);
        Some(own.unwrap_or(code))
    })
}

fn member_fits(reading: &Reading, name: &str, text: &str) -> bool {
    let within = |most: usize| Text::plain(most).fits(text);
    match name {
        "RegionId" => atlas::REGIONS.contains(&text),
        "AccessPointId" => atlas::ACCESS_POINTS.iter().any(|(point, _)| *point == text),
        "LineOperator" => atlas::OPERATORS.iter().any(|known| known == text),
        "Type" => text == "VPC",
        "Bandwidth" => atlas::SOLD.iter().any(|speed| speed == text),
        "PortNum" => number(text).is_some_and(|ports| (2..=16).contains(&ports)),
        "Name" => forms::of_application("Name").fits(text),
        "Description" => forms::of_application("Description").fits(text),
        "PeerLocation" => within(256),
        "CircuitCode" => within(128),
        _ => {
            let port = reading.call.parameter("PortType").unwrap_or_default();
            atlas::MODULES.contains(&(text, port))
        }
    }
}

/// How many circuits each access point has; `None` when they do not fit the pattern.
fn ports(call: &Call, points: &[Point]) -> Option<usize> {
    let pattern = call.parameter("HighReliableType").unwrap_or_default();
    let ports = points.iter().find_map(|(_, point)| point.get("PortNum"));
    match (points, ports) {
        ([one, other], None) if pattern.starts_with("Multi") => {
            (one.1.get("AccessPointId") != other.1.get("AccessPointId")).then_some(1)
        }
        ([_], None) if pattern == "SingleApMultiDevice" => Some(2),
        ([_], Some(ports)) if pattern == "SingleApMultiConnection" => {
            number(ports).and_then(|ports| usize::try_from(ports).ok())
        }
        _ => None,
    }
}

/// What is found out once every value has its form.
pub fn late_error(reading: &Reading) -> Option<(u16, &'static str)> {
    if reading.call.action != "CreateHighReliablePhysicalConnection" {
        return None;
    }
    let points = points(reading.call, reading.edition);
    if ports(reading.call, &points).is_none() {
        return Some((400, "InvalidApList"));
    }
    if let Some(error) = super::tags::late_error(reading) {
        return Some(error);
    }
    let elsewhere = points.iter().any(|(_, point)| {
        let is = |(known, region): &(&str, &str)| {
            *known == point["AccessPointId"] && *region == point["RegionId"]
        };
        !atlas::ACCESS_POINTS.iter().any(is)
    });
    elsewhere.then_some((400, "ResourceNotFound.AccessPointId"))
}

impl Change<'_> {
    /// CreateHighReliablePhysicalConnection.
    pub fn apply_for_set(&mut self) -> Result<Outcome, Refusal> {
        let points = points(self.reading.call, self.reading.edition);
        let ports = ports(self.reading.call, &points).expect("it was looked at");
        let places = points.iter().map(|(_, point)| point["AccessPointId"].as_str());
        let places: Vec<&str> = places.flat_map(|place| vec![place; ports]).collect();
        let told = |closed| self.of_set(closed, &places);
        let room = |()| self.has_room(&places, self.text("PortType"), told);
        let may = self.service_open().and_then(room);
        if self.text("DryRun").eq_ignore_ascii_case("true") {
            let newest = self.reading.edition >= E2025_09;
            return Err(match (may, newest) {
                (Ok(()), true) => (400, "DRYRUN.SUCCESS"),
                (Ok(()), false) => (400, "DryRunOperation"),
                (Err(_), true) => (400, "DRYRUN.FAIL"),
                (Err(refusal), false) => refusal,
            });
        }
        may?;
        let first = self.world.circuits.len();
        for (_, point) in &points {
            for _ in 0..ports {
                let mut circuit = self.circuit_at_point(point);
                circuit.go("Initial", self.at, self.settings);
                self.world.circuits.push(circuit);
            }
        }
        Ok(Outcome::Circuits(first, points.len() * ports))
    }

    fn circuit_at_point(&self, point: &BTreeMap<&'static str, String>) -> Circuit {
        let port = self.text("PortType");
        let own_speed = atlas::port(port).map_or(0, |(_, mbps)| mbps);
        let speed = point.get("Bandwidth").and_then(|text| number(text)).unwrap_or(own_speed);
        let said = |name| point.get(name).cloned().unwrap_or_default();
        let words = BTreeMap::from([
            ("AccessPointId", said("AccessPointId")),
            ("LineOperator", said("LineOperator")),
            ("PortType", port.to_owned()),
            ("Bandwidth", speed.to_string()),
            ("Name", said("Name")),
            ("Description", said("Description")),
            ("PeerLocation", said("PeerLocation")),
            ("CircuitCode", said("CircuitCode")),
            ("OpticalModuleModel", said("OpticalModuleModel")),
            ("ResourceGroupId", self.text("ResourceGroupId").to_owned()),
        ]);
        Circuit {
            account: self.account,
            region: said("RegionId"),
            created: self.at,
            words,
            tags: super::tags::given(self.reading),
            ..Circuit::default()
        }
    }
}

/// What is told of a set that was applied for.
pub fn told(first: usize, count: usize) -> Vec<Leaf> {
    let list = "PhysicalConnectionList.physicalConnectionList";
    let id = |nth| {
        Leaf::Is(format!("{list}.{nth}.InstanceId"), format!("{CIRCUIT_MARK}{}", first + nth))
    };
    [Leaf::Count(list.into(), count)].into_iter().chain((0..count).map(id)).collect()
}
