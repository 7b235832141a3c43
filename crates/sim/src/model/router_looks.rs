//! What calls that look at virtual border routers see.

use super::atlas::{E2020, E2022, E2023, E2024, E2025_09};
use super::calendar::{Ms, stamp};
use super::looks::{Condition, answer, conditions, error, is, page_of, shown};
use super::pages::Reading;
use super::router_forms::LATER;
use super::routers::{LINE, Line, Router};
use super::state::World;
use super::{Expect, Leaf, tags};
use crate::call::Call;

/// The keys of conditions. SOURCE: ROUTERS, annex A.
const KEYS: [&str; 7] =
    ["PhysicalConnectionId", "VbrId", "Status", "Name", "AccessPointId", "eccId", "type"];

/// At most so many conditions, and values of each.
const MOST: usize = 5;

/// Why the conditions of a call cannot be.
pub fn filter_error(call: &Call) -> Option<Expect> {
    let given = conditions(call, "Filter");
    if !given.iter().all(|condition| KEYS.contains(&condition.key)) {
        return Some(error(404, "InvalidFilterKey.ValueNotSupported"));
    }
    let fits = |condition: &Condition| (1..=MOST).contains(&condition.values.len());
    (given.len() > MOST || !given.iter().all(fits)).then(|| error(400, "InvalidFilter"))
}

fn meets(world: &World, router: &Router, condition: &Condition) -> bool {
    let circuit = &world.circuits[router.line.circuit];
    let is = |actual: &str| condition.values.contains(&actual);
    match condition.key {
        "PhysicalConnectionId" => is(&circuit.id),
        "VbrId" => is(&router.id),
        "Status" => condition.values.iter().any(|its| its.eq_ignore_ascii_case(router.status)),
        "Name" => is(router.word("Name")),
        "AccessPointId" => is(circuit.word("AccessPointId")),
        "type" => is("pconnVBR"),
        _ => false,
    }
}

/// In the order of making, those on the account's own circuits first.
fn sorted<'w>(mut routers: Vec<&'w Router>, account: u64) -> Vec<&'w Router> {
    routers.sort_by(|a, b| {
        let lent = |router: &Router| router.home != account;
        let made = |router: &'w Router| (router.created, router.id.as_str());
        lent(a).cmp(&lent(b)).then_with(|| {
            // Those of others by their ids.
            if lent(a) { a.id.cmp(&b.id) } else { made(a).cmp(&made(b)) }
        })
    });
    routers
}

/// The routers that an account owns in a region, in the order in which they are listed.
pub fn owned<'w>(world: &'w World, account: u64, region: &str) -> Vec<&'w Router> {
    let its = world.routers.iter().filter(|router| router.owner == account && !router.deleted);
    sorted(its.filter(|router| router.region == region).collect(), account)
}

/// DescribeVirtualBorderRouters.
pub fn list(world: &World, account: u64, reading: &Reading) -> Expect {
    let call = reading.call;
    let region = call.parameter("RegionId").unwrap_or_default();
    let flag = |name: &str| call.parameter(name).is_some_and(|it| it.eq_ignore_ascii_case("true"));
    let others = reading.edition >= E2023 && flag("IncludeCrossAccountVbr");
    let group = call.parameter("ResourceGroupId").filter(|_| reading.edition >= LATER);
    let given = conditions(call, "Filter");
    let fits = |router: &&Router| {
        let its = router.owner == account || (router.home == account && others);
        its && router.region == region
            && !router.deleted
            && (reading.edition < LATER || tags::have_all(&router.tags, call, "Tags"))
            && group.is_none_or(|group| router.word("ResourceGroupId") == group)
            && given.iter().all(|condition| meets(world, router, condition))
    };
    let found = sorted(world.routers.iter().filter(fits).collect(), account);
    told("VirtualBorderRouterSet.VirtualBorderRouterType", &found, reading, |path, router| {
        row(world, path, router, reading)
    })
}

/// DescribeVirtualBorderRoutersForPhysicalConnection.
pub fn list_on(world: &World, account: u64, reading: &Reading) -> Expect {
    let call = reading.call;
    let named = call.parameter("PhysicalConnectionId").and_then(|id| world.circuit_at(id));
    let circuit = named.filter(|place| {
        let circuit = &world.circuits[*place];
        let region = Some(circuit.region.as_str()) == call.parameter("RegionId");
        circuit.account == account && region && !circuit.deleted
    });
    let Some(circuit) = circuit else {
        let others = named.is_some_and(|place| world.circuits[place].account != account);
        let status = if others || reading.edition < LATER { 404 } else { 400 };
        return error(status, "InvalidPhysicalConnectionId.NotFound");
    };
    let given = conditions(call, "Filter");
    let fits = |router: &&Router| {
        let on = router.on(circuit).is_some() && !router.deleted;
        on && given.iter().all(|condition| meets(world, router, condition))
    };
    let found = sorted(world.routers.iter().filter(fits).collect(), account);
    let list = "VirtualBorderRouterForPhysicalConnectionSet\
                .VirtualBorderRouterForPhysicalConnectionType";
    told(list, &found, reading, |path, router| {
        let line = router.on(circuit).expect("it is on it");
        let mut leaves = shared(path, router, line, reading);
        let business = world.circuits[router.line.circuit].business();
        let mut tell = |name: &str, text: String| leaves.push(is(format!("{path}.{name}"), text));
        if router.owner != router.home {
            tell("VbrOwnerUid", router.owner.to_string());
        }
        if reading.edition >= E2020 {
            tell("Bandwidth", router.word("Bandwidth").to_owned());
            tell("PConnVbrBussinessStatus", business.to_owned());
        }
        if reading.edition >= E2025_09 {
            tell("VbrName", router.word("Name").to_owned());
        }
        leaves
    })
}

fn told(
    list: &str,
    found: &[&Router],
    reading: &Reading,
    row: impl Fn(&str, &Router) -> Vec<Leaf>,
) -> Expect {
    let page = page_of(reading.call, reading.edition, "PageNumber");
    let skip = (page.0 - 1).saturating_mul(page.1);
    let mut leaves = vec![
        is("TotalCount", found.len().to_string()),
        is("PageNumber", page.0.to_string()),
        is("PageSize", page.1.to_string()),
        Leaf::Count(list.into(), shown(found.len(), page)),
    ];
    for (place, router) in found.iter().skip(skip).take(page.1).enumerate() {
        leaves.extend(row(&format!("{list}.{place}"), router));
    }
    answer(leaves)
}

/// What both lists tell of a router.
fn shared(path: &str, router: &Router, line: &Line, reading: &Reading) -> Vec<Leaf> {
    let time = |at: Option<Ms>| at.map_or_else(String::new, stamp);
    let [activated, terminated, recovered] = router.times.map(time);
    let fixed = [
        ("VbrId", router.id.clone()),
        ("Status", router.status.to_owned()),
        ("CreationTime", stamp(router.created)),
        ("ActivationTime", activated),
        ("TerminationTime", terminated),
        ("RecoveryTime", recovered),
        ("VlanId", line.vlan.to_string()),
        ("Type", "pconnVBR".to_owned()),
    ];
    let fixed = fixed.into_iter().map(|(name, text)| is(format!("{path}.{name}"), text));
    fixed.chain(line_leaves(path, line, reading)).collect()
}

fn line_leaves(path: &str, line: &Line, reading: &Reading) -> Vec<Leaf> {
    let told = if reading.edition >= E2020 { LINE.len() } else { 4 };
    let words = LINE.iter().zip(&line.words).take(told);
    let mut leaves: Vec<Leaf> =
        words.map(|(name, text)| is(format!("{path}.{name}"), text.clone())).collect();
    if reading.edition >= E2020 {
        leaves.push(is(format!("{path}.EnableIpv6"), line.ipv6.to_string()));
    }
    leaves
}

fn row(world: &World, path: &str, router: &Router, reading: &Reading) -> Vec<Leaf> {
    let edition = reading.edition;
    let circuit = &world.circuits[router.line.circuit];
    let mut leaves = shared(path, router, &router.line, reading);
    let mut tell = |name: &str, text: &str| leaves.push(is(format!("{path}.{name}"), text));
    tell("PhysicalConnectionId", &circuit.id);
    tell("PhysicalConnectionStatus", circuit.status);
    tell("PhysicalConnectionBusinessStatus", circuit.business());
    tell("PhysicalConnectionOwnerUid", &circuit.account.to_string());
    tell("AccessPointId", circuit.word("AccessPointId"));
    for (name, since) in [
        ("Name", 0),
        ("Description", 0),
        ("MinTxInterval", 0),
        ("MinRxInterval", 0),
        ("DetectMultiplier", 0),
        ("Bandwidth", E2023),
        ("ResourceGroupId", E2024),
        ("SitelinkEnable", E2024),
        ("Mtu", E2025_09),
    ] {
        if edition >= since {
            tell(name, router.word(name));
        }
    }
    if edition >= E2022 {
        tell("PConnVbrChargeType", "PrePaid");
    }
    if edition >= E2024 {
        leaves.extend(tags::leaves_of(&format!("{path}.Tags.Tags"), &router.tags));
    }
    let further = format!("{path}.AssociatedPhysicalConnections.AssociatedPhysicalConnection");
    leaves.push(Leaf::Count(further.clone(), router.further.len()));
    for (place, line) in router.further.iter().enumerate() {
        let path = format!("{further}.{place}");
        let circuit = &world.circuits[line.circuit];
        leaves.push(is(format!("{path}.PhysicalConnectionId"), circuit.id.clone()));
        leaves.push(is(format!("{path}.PhysicalConnectionStatus"), circuit.status));
        leaves.push(is(format!("{path}.Status"), "Associated"));
        leaves.push(is(format!("{path}.VlanId"), line.vlan.to_string()));
        leaves.extend(line_leaves(&path, line, reading));
    }
    leaves
}

/// DescribeVbrHa.
pub fn group(world: &World, account: u64, reading: &Reading) -> Expect {
    let said = |name: &str| reading.call.parameter(name);
    let by_router = || {
        let router = said("VbrId").and_then(|id| world.router_at(id));
        router.and_then(|router| world.routers[router].group)
    };
    let place = said("VbrHaId").map_or_else(by_router, |id| world.group_at(id));
    let group = place.map(|place| &world.groups[place]).filter(|group| {
        let region = Some(group.region.as_str()) == said("RegionId");
        let router = said("VbrId").map(|id| world.router_at(id));
        let has = router.is_none_or(|it| it.is_some_and(|it| group.routers.contains(&it)));
        group.account == account && region && has && !group.deleted
    });
    let Some(group) = group else {
        // SOURCE: ROUTERS 9: answered without one, until there was a code for it.
        return if reading.edition >= LATER {
            error(404, "ResourceNotFound.VbrHa")
        } else {
            answer(vec![is("VbrHaId", ""), is("Status", "")])
        };
    };
    let [one, other] = group.routers.map(|place| world.routers[place].id.clone());
    answer(vec![
        is("VbrHaId", group.id.clone()),
        is("Status", group.status),
        is("VbrId", one),
        is("PeerVbrId", other),
        is("Name", group.words[0].clone()),
        is("Description", group.words[1].clone()),
        is("RegionId", group.region.clone()),
        is("CreationTime", stamp(group.created)),
    ])
}
