//! What calls that look at shared circuits see, and what is told of those that make them.

use super::atlas::{E2022, E2023};
use super::changes::CIRCUIT_MARK;
use super::hosted::Hosted;
use super::looks::{answer, circuit_leaves, error, is};
use super::pages::{Reading, number, value};
use super::state::{Circuit, World};
use super::tags;
use super::{Expect, Leaf};

/// What is told of a shared circuit that was made or got a router.
pub fn told(circuit: usize) -> Vec<Leaf> {
    vec![Leaf::Is("VirtualPhysicalConnection".into(), format!("{CIRCUIT_MARK}{circuit}"))]
}

/// What lists tell of a circuit besides, since there are shared ones.
pub fn leaves(path: &str, circuit: &Circuit, reading: &Reading) -> Vec<Leaf> {
    if reading.edition < E2022 {
        return Vec::new();
    }
    let hosted = circuit.hosted.as_ref();
    let text = |of: fn(&Hosted) -> String| hosted.map_or_else(String::new, of);
    let kind = if hosted.is_some() { "VirtualPhysicalConnection" } else { "PhysicalConnection" };
    let told = [
        ("ProductType", kind.to_owned()),
        ("ExpectSpec", text(|its| its.expected.clone().unwrap_or_default())),
        ("OrderMode", text(|its| its.payer.clone())),
        ("VlanId", text(|its| its.vlan.to_string())),
    ];
    told.into_iter().map(|(name, text)| is(format!("{path}.{name}"), text)).collect()
}

/// What the list of one's own circuits tells besides.
pub fn leaves_of_own(path: &str, world: &World, place: usize, reading: &Reading) -> Vec<Leaf> {
    if reading.edition < E2022 {
        return Vec::new();
    }
    let circuit = &world.circuits[place];
    let hosts = world.hosted_on(place).count();
    let mut leaves = vec![is(format!("{path}.VirtualPhysicalConnectionCount"), hosts.to_string())];
    let hosted = circuit.hosted.as_ref();
    let accepted = hosted.map_or("", |_| circuit.acceptance());
    leaves.push(is(format!("{path}.VpconnStatus"), accepted));
    let parent = hosted.map_or("", |hosted| &world.circuits[hosted.parent].id);
    leaves.push(is(format!("{path}.ParentPhysicalConnectionId"), parent));
    if let Some(hosted) = hosted {
        let partner = hosted.partner.to_string();
        leaves.push(is(format!("{path}.ParentPhysicalConnectionAliUid"), partner));
    }
    leaves
}

/// ListVirtualPhysicalConnections.
pub fn list(world: &World, account: u64, reading: &Reading) -> Expect {
    let call = reading.call;
    let said = |name: &str| call.parameter(name);
    let region = said("RegionId").unwrap_or_default();
    let parent = said("PhysicalConnectionId").map(|id| {
        world.circuit_at(id).filter(|place| {
            let circuit = &world.circuits[*place];
            circuit.account == account && circuit.region == region && !circuit.deleted
        })
    });
    if parent == Some(None) {
        return error(400, "ResourceNotFound.PhysicalConnectionId");
    }
    let texts = |name: &str| tags::texts(call, name);
    let among = |name: &str, actual: &str| {
        let texts = texts(name);
        texts.is_empty() || texts.contains(&actual)
    };
    let group = said("ResourceGroupId").filter(|_| reading.edition >= E2023);
    let confirmed = said("IsConfirmed").map(|text| text.eq_ignore_ascii_case("true"));
    let statuses = texts("VirtualPhysicalConnectionStatuses");
    let fits = |circuit: &&Circuit| {
        let Some(hosted) = &circuit.hosted else { return false };
        let acceptance = circuit.acceptance();
        let gone = statuses.is_empty() && acceptance == "Deleted";
        hosted.partner == account
            && circuit.region == region
            && !gone
            && among("VirtualPhysicalConnectionStatuses", acceptance)
            && parent.is_none_or(|parent| parent == Some(hosted.parent))
            && among("VirtualPhysicalConnectionIds", &circuit.id)
            && among("VirtualPhysicalConnectionAliUids", &circuit.account.to_string())
            && among("VlanIds", &hosted.vlan.to_string())
            && confirmed.is_none_or(|wanted| wanted == (acceptance == "Confirmed"))
            && said("VirtualPhysicalConnectionBusinessStatus")
                .is_none_or(|wanted| wanted == circuit.business())
            && group.is_none_or(|group| circuit.word("ResourceGroupId") == group)
            && (reading.edition < E2023 || tags::have_all(&circuit.tags, call, "Tags"))
    };
    let mut found: Vec<&Circuit> = world.circuits.iter().filter(fits).collect();
    found.sort_by(|one, other| one.id.cmp(&other.id));
    let number = |name: &str| {
        let number = number(value(call, reading.edition, name));
        number.and_then(|n| usize::try_from(n).ok())
    };
    let (before, most) = (number("NextToken").unwrap_or(0), number("MaxResults").unwrap_or(20));
    let page: Vec<&&Circuit> = found.iter().skip(before).take(most).collect();
    let path = "VirtualPhysicalConnections";
    let mut leaves = vec![
        is("TotalCount", found.len().to_string()),
        is("Count", page.len().to_string()),
        Leaf::Count(path.into(), page.len()),
    ];
    for (nth, circuit) in page.into_iter().enumerate() {
        let path = format!("{path}.{nth}");
        let hosted = circuit.hosted.as_ref().expect("only such are listed");
        let parent = &world.circuits[hosted.parent].id;
        leaves.extend(circuit_leaves(&path, circuit, reading).into_iter().filter(is_common));
        for (name, text) in [
            ("AliUid", circuit.account.to_string()),
            ("ParentPhysicalConnectionAliUid", hosted.partner.to_string()),
            ("ParentPhysicalConnectionId", parent.clone()),
            ("VirtualPhysicalConnectionStatus", circuit.acceptance().to_owned()),
        ] {
            leaves.push(is(format!("{path}.{name}"), text));
        }
    }
    answer(leaves)
}

/// Whether both lists tell it alike.
fn is_common(leaf: &Leaf) -> bool {
    let (Leaf::Is(path, _) | Leaf::Count(path, _) | Leaf::Set(path, ..)) = leaf;
    let apart = ["Reservation", "HasReservationData", "OpticalModuleModel", "Tags", "MacsecKeys"];
    !apart.iter().any(|name| path.contains(name))
}
