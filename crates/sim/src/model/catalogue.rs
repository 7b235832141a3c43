//! What lists of the catalogue must hold.

use super::atlas::{self, Edition};
use super::state::Settings;
use super::{Expect, Leaf};
use crate::call::Call;

fn is(path: &str, text: impl Into<String>) -> Leaf {
    Leaf::Is(path.into(), text.into())
}

/// DescribeZones.
pub fn zones(call: &Call, edition: Edition) -> Expect {
    let region = call.parameter("RegionId").unwrap_or_default();
    let all = ["a", "b"].map(|letter| format!("{region}-{letter}")).to_vec();
    let list = "Zones.Zone";
    let mut leaves = vec![Leaf::Count(list.into(), 2), Leaf::Set(list.into(), "ZoneId", all)];
    if edition >= atlas::E2022 {
        leaves.push(is("Zones.Zone.0.ZoneType", "AvailabilityZone"));
    }
    Expect::Answer { leaves, replay_of: None }
}

/// Lists of regions and of access points for business.
pub fn look(call: &Call, settings: &Settings) -> Expect {
    let owned = |text: &&str| (*text).to_owned();
    let leaves = match call.action.as_str() {
        "ListGeographicSubRegions" => vec![
            is("Count", atlas::REGIONS.len().to_string()),
            Leaf::Count("GeographicSubRegions".into(), atlas::REGIONS.len()),
        ],
        "ListBusinessRegions" => {
            let its = |region: &&&str| atlas::ACCESS_POINTS.iter().any(|(_, of)| of == *region);
            let all: Vec<String> = atlas::REGIONS.iter().filter(its).map(owned).collect();
            let list = "GeographicSubRegions";
            vec![
                is("Count", all.len().to_string()),
                Leaf::Count(list.into(), all.len()),
                Leaf::Set(list.into(), "RegionId", all),
            ]
        }
        _ => {
            let region = call.parameter("RegionId");
            let its = |(_, of): &&(&str, &str)| region.is_none_or(|region| region == *of);
            let points = atlas::ACCESS_POINTS.iter().filter(its);
            let all: Vec<String> = points.map(|(id, _)| owned(id)).collect();
            let list = "BusinessAccessPoints";
            let ports = all.iter().map(|point| {
                let all = atlas::PORTS.iter().map(|(port, ..)| *port);
                all.filter(|port| !settings.lacks(point, port)).collect::<Vec<_>>().join(",")
            });
            vec![
                Leaf::Count(list.into(), all.len()),
                Leaf::Set(list.into(), "SupportPortTypes", ports.collect()),
                Leaf::Set(list.into(), "AccessPointId", all),
            ]
        }
    };
    Expect::Answer { leaves, replay_of: None }
}
