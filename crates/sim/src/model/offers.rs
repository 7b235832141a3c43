//! What access points offer: what the operator has set for a seed, and what is refused for it.
//! SOURCE: docs/circuits.md, all of which is ASSUMED there.

use super::atlas;
use super::changes::{Change, Refusal};
use super::state::Settings;
use chance::Chance;

/// What an access point offers that has not everything.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Which.
    pub point: &'static str,
    /// What is told of it.
    pub status: &'static str,
    /// What it has not: `ipv6`, `bypass`, types of port.
    pub lacks: Vec<&'static str>,
}

/// Why an access point takes no application.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Closed {
    /// It is disabled, it or its whole region.
    Disabled,
    /// It is full.
    Full,
    /// It has no such port.
    NoPort,
}

/// What one access point or two offer in some seeds, and in a few a whole region.
pub fn drawn(chance: &mut Chance) -> Vec<Offer> {
    if chance.percent(70) {
        return Vec::new();
    }
    let usual = ["ap-cn-hangzhou-yh-B", "ap-cn-hangzhou-jg-B", "ap-cn-hangzhou-xs-B"];
    let points = match chance.below(4) {
        0 => usual[..2].to_vec(),
        1 => vec![*chance.pick(&usual)],
        2 => vec![chance.pick(atlas::ACCESS_POINTS).0],
        _ => {
            let all = atlas::ACCESS_POINTS.iter();
            let region = *chance.pick(&["cn-hangzhou", "cn-shanghai", "ap-southeast-1"]);
            all.filter(|(_, of)| *of == region).map(|(point, _)| *point).collect()
        }
    };
    let same = offer(chance, points[0]);
    let is_region = points.len() > 1 && chance.percent(60);
    let of = |point| if is_region { Offer { point, ..same.clone() } } else { offer(chance, point) };
    points.into_iter().map(of).collect()
}

fn offer(chance: &mut Chance, point: &'static str) -> Offer {
    let status = *chance.pick(&["recommended", "recommended", "hot", "full", "disabled"]);
    let lacks = ["ipv6", "bypass", "1000Base-T", "1000Base-LX", "10GBase-LR", "40GBase-LR"];
    let lacks = lacks.into_iter().filter(|_| chance.percent(35)).collect();
    Offer { point, status, lacks }
}

/// The setting, as its manual says it.
pub fn text(offers: &[Offer]) -> String {
    let of = |Offer { point, status, lacks }: &Offer| {
        let lacks: Vec<_> = lacks.iter().map(|what| format!(",no-{what}")).collect();
        let lacks = lacks.concat();
        format!("{point}={status}{lacks}")
    };
    offers.iter().map(of).collect::<Vec<_>>().join("; ")
}

impl Settings {
    fn offer(&self, point: &str) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.point == point)
    }

    /// What is told of an access point.
    pub fn status_of(&self, point: &str) -> &'static str {
        self.offer(point).map_or("recommended", |offer| offer.status)
    }

    /// Whether an access point lacks something.
    pub fn lacks(&self, point: &str, what: &str) -> bool {
        self.offer(point).is_some_and(|offer| offer.lacks.contains(&what))
    }

    /// Whether it is so of all access points of the region of one.
    pub fn all_beside(&self, point: &str, is_so: impl Fn(&str) -> bool) -> bool {
        let region = |it: &str| atlas::ACCESS_POINTS.iter().find(|(known, _)| *known == it);
        let region = region(point).expect("it is known").1;
        atlas::ACCESS_POINTS.iter().all(|(other, of)| *of != region || is_so(other))
    }

    /// Why access points take no application for a port, if one of them does not.
    pub fn closed(&self, points: &[&str], port: &str) -> Option<Closed> {
        let any = |is_so: &dyn Fn(&str) -> bool| points.iter().any(|point| is_so(point));
        if any(&|point| self.status_of(point) == "disabled") {
            Some(Closed::Disabled)
        } else if any(&|point| self.status_of(point) == "full") {
            Some(Closed::Full)
        } else if any(&|point| self.lacks(point, port)) {
            Some(Closed::NoPort)
        } else {
            None
        }
    }
}

/// As CreatePhysicalConnection says it.
pub fn of_circuit(closed: Closed, edition: atlas::Edition) -> Refusal {
    let old = edition < atlas::E2022;
    match closed {
        Closed::Disabled if edition == atlas::E2024 => (400, "Invalid.Status"),
        Closed::Disabled => (400, "InvalidAccessPointId.NotEnabled"),
        Closed::Full if old => (400, "InvalidAccessPointId.NotEnabled"),
        Closed::Full => (400, "Invalid.Status"),
        Closed::NoPort if old => (400, "InvalidPortType.Malformd"),
        Closed::NoPort => (404, "InvalidPortType.NotFound"),
    }
}

/// As CreatePhysicalConnectionSetupOrder says it.
pub fn of_setup(closed: Closed) -> Refusal {
    let no_port = closed == Closed::NoPort;
    (400, if no_port { "InvalidPortType.NotFound" } else { "IncorrectStatus.AccessPoint" })
}

impl Change<'_> {
    /// As CreateHighReliablePhysicalConnection says it of these access points.
    pub fn of_set(&self, closed: Closed, points: &[&str]) -> Refusal {
        let settings = self.settings;
        let is = |point: &str, status: &str| settings.status_of(point) == status;
        let in_closed_region =
            |point: &&str| settings.all_beside(point, |other| is(other, "disabled"));
        match closed {
            Closed::Disabled if points.iter().any(in_closed_region) => (400, "EcNotSupportRegion"),
            Closed::Disabled if self.reading.edition < atlas::E2025_03 => (400, "Invalid.Status"),
            Closed::Disabled => (400, "IllegalParam.UnsupportedAccessPoint"),
            Closed::Full if points.iter().all(|point| is(point, "full")) => {
                (400, "EcNotEnoughResource")
            }
            Closed::Full => (400, "Invalid.Status"),
            Closed::NoPort => (404, "InvalidPortType.NotFound"),
        }
    }

    /// Refuses a router on a circuit whose access point is closed.
    pub fn point_is_open(&self, circuit: usize) -> Result<(), Refusal> {
        let point = self.world.circuits[circuit].word("AccessPointId");
        if self.later() && self.settings.status_of(point) == "disabled" {
            return Err((404, "OperationFailed.AccessDeviceDisabled"));
        }
        Ok(())
    }

    /// Refuses IPv6 where there is none.
    pub fn has_ipv6(&self, circuit: usize, wanted: bool) -> Result<(), Refusal> {
        let point = self.world.circuits[circuit].word("AccessPointId");
        let lacks = |point: &str| self.settings.lacks(point, "ipv6");
        if !wanted || !self.later() || !lacks(point) {
            return Ok(());
        }
        Err((
            400,
            if self.settings.all_beside(point, lacks) {
                "OperationUnsupported.IPV6ForThisRegion"
            } else {
                "OperationUnsupported.VirtualBorderRouterEnableIPv6"
            },
        ))
    }
}
