//! The whole state of the product beside the whole state of the model.

use crate::model::Model;
use crate::model::letters::Letter;
use crate::model::macsec;
use crate::model::routers::{Line, Router};
use crate::model::state::{Bill, Circuit, Order, World};
use crate::rig::Rig;
use domain::audit::Books;
use domain::peering::Peering;
use domain::{Found, OrderId, Query, Timestamp};
use std::collections::{BTreeMap, VecDeque};
use store::Store as _;

/// Compares every world, record by record.
pub fn overlook(rig: &Rig, model: &Model) -> Result<(), String> {
    for (name, ours) in &model.worlds {
        let theirs = view(rig, name)?;
        compare(ours, &theirs).map_err(|why| format!("the world {name}: {why}"))?;
        let world = rig.store.world(name).ok_or("a world is gone")?;
        let offset_ms = world.time(Timestamp::from_ms(0)).ms();
        if offset_ms != ours.offset_ms {
            return Err(format!(
                "the clock of {name} is {offset_ms} ms ahead, not {}",
                ours.offset_ms
            ));
        }
    }
    Ok(())
}

/// What is named by where it stands among all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nameless {
    /// What time has ordered: no answer ever names it.
    OfTime,
    /// What calls have made too, of which no answer will come any more.
    All,
}

/// The product's names for what the model has none for. `Err`: a number was given before.
pub fn find_names(rig: &Rig, model: &mut Model, which: Nameless) -> Result<(), String> {
    let all = which == Nameless::All;
    let nameless = |order: &Order| order.id.is_empty() && (all || order.by_time);
    for (name, ours) in &mut model.worlds {
        let made = ours.circuits.iter().map(|its| &its.id);
        let made = made.chain(ours.routers.iter().map(|its| &its.id));
        let mut made = made.chain(ours.groups.iter().map(|its| &its.id));
        let unnamed = (all && made.any(String::is_empty)) || ours.orders.iter().any(nameless);
        if !unnamed {
            continue;
        }
        let theirs = view(rig, name)?;
        for (our, their) in ours.circuits.iter_mut().zip(&theirs.circuits) {
            if all && our.id.is_empty() {
                our.id = their.id.to_string();
            }
        }
        if all {
            name_routers(ours, &theirs);
        }
        // Account by account: of several for whom time has passed at once, some are yet to follow.
        let mut of_theirs: BTreeMap<u64, VecDeque<_>> = BTreeMap::new();
        for their in &theirs.orders {
            of_theirs.entry(their.account.0).or_default().push_back(their);
        }
        for our in &mut ours.orders {
            let their = of_theirs.get_mut(&our.account).and_then(VecDeque::pop_front);
            if let Some(their) = their.filter(|_| nameless(our)) {
                our.id = their.id.to_string();
                if !model.order_ids.insert(our.id.clone()) {
                    return Err(format!("order {} was there before", our.id));
                }
            }
        }
    }
    Ok(())
}

/// The names of routers and groups. No call can have said anything more of one that has none.
fn name_routers(ours: &mut World, theirs: &Books) {
    let circuits: Vec<String> = ours.circuits.iter().map(|its| its.id.clone()).collect();
    let named: Vec<String> = ours.routers.iter().map(|its| its.id.clone()).collect();
    for our in ours.routers.iter_mut().filter(|our| our.id.is_empty()) {
        let their = theirs.routers.iter().find(|their| {
            let line = (their.circuit.as_str(), i64::from(their.described.vlan));
            let own = (&*circuits[our.line.circuit], our.line.vlan);
            let new = !named.iter().any(|name| name == their.id.as_str());
            new && line == own && their.owner.0 == our.owner && their.created_at.ms() == our.created
        });
        our.id = their.map_or_else(String::new, |their| their.id.to_string());
    }
    let named: Vec<String> = ours.groups.iter().map(|its| its.id.clone()).collect();
    for our in ours.groups.iter_mut().filter(|our| our.id.is_empty()) {
        let routers = our.routers.map(|place| ours.routers[place].id.clone());
        let their = theirs.groups.iter().find(|their| {
            let new = !named.iter().any(|name| name == their.id.as_str());
            new && their.routers.map(|id| id.to_string()) == routers
        });
        our.id = their.map_or_else(String::new, |their| their.id.to_string());
    }
}

/// In the order of making of each account: whose time passes first is nobody's business.
fn by_account<T>(all: &[T], account: fn(&T) -> u64) -> Vec<&T> {
    let mut all: Vec<&T> = all.iter().collect();
    all.sort_by_key(|one| account(one));
    all
}

/// Everything that is committed in a world.
pub fn view(rig: &Rig, name: &str) -> Result<Books, String> {
    let world = rig.store.world(name).ok_or_else(|| format!("there is no world {name}"))?;
    match rig.store.committed(world.id, &Query::World) {
        Found::World(view) => Ok(*view),
        other => Err(format!("asked for a world, found {other:?}")),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "they are made for this call")]
fn same<T: PartialEq + std::fmt::Debug>(what: &str, theirs: T, ours: T) -> Result<(), String> {
    if theirs == ours { Ok(()) } else { Err(format!("{what} is {theirs:?}, not {ours:?}")) }
}

fn compare(ours: &World, theirs: &Books) -> Result<(), String> {
    same("the number of accounts", theirs.accounts.len(), ours.accounts.len())?;
    for account in &theirs.accounts {
        let our = ours.accounts.get(&account.id.0).ok_or("an account is new")?;
        same("a balance", account.balance.0, our.balance_e4)?;
        same("a currency", account.currency.text(), &*our.currency)?;
        same("an account's service", account.service_open, our.service_open)?;
        let waiting = ours.circuits.iter().filter(|c| c.account == account.id.0 && c.waits());
        let waiting = u32::try_from(waiting.count()).expect("few");
        same("how many circuits wait", account.waiting_circuits, waiting)?;
    }
    same("the number of circuits", theirs.circuits.len(), ours.circuits.len())?;
    for (circuit, our) in theirs.circuits.iter().zip(&ours.circuits) {
        same("a circuit", circuit.id.as_str(), &*our.id)?;
        compare_circuit(ours, circuit, our).map_err(|why| format!("{}: {why}", circuit.id))?;
    }
    for (place, our) in ours.circuits.iter().enumerate() {
        let id = theirs.circuits[place].id;
        let their = theirs.letters.iter().find(|letter| letter.circuit == id);
        compare_letter(their, our.letter.as_ref())
            .map_err(|why| format!("letter of {id}: {why}"))?;
    }
    routers(ours, theirs)?;
    same("the number of bills", theirs.bills.len(), ours.bills.len())?;
    let of_theirs = by_account(&theirs.bills, |bill| bill.account.0);
    for (bill, our) in of_theirs.into_iter().zip(by_account(&ours.bills, |bill| bill.account)) {
        compare_bill(ours, bill, our).map_err(|why| format!("bill {}: {why}", bill.id))?;
    }
    same("the number of orders", theirs.orders.len(), ours.orders.len())?;
    let of_theirs = by_account(&theirs.orders, |order| order.account.0);
    for (order, our) in of_theirs.into_iter().zip(by_account(&ours.orders, |order| order.account)) {
        same("an order", Some(order.id.number()), our.id.parse().ok())?;
        compare_order(ours, order, our).map_err(|why| format!("order {}: {why}", our.id))?;
    }
    Ok(())
}

/// Routers, failover groups, what is seen of others, and what is granted.
fn routers(ours: &World, theirs: &Books) -> Result<(), String> {
    same("the number of routers", theirs.routers.len(), ours.routers.len())?;
    for router in &theirs.routers {
        let our = ours.router_at(router.id.as_str()).ok_or("a router is new")?;
        compare_router(ours, router, &ours.routers[our])
            .map_err(|why| format!("{}: {why}", router.id))?;
    }
    same("the number of groups", theirs.groups.len(), ours.groups.len())?;
    for group in &theirs.groups {
        let our = ours.group_at(group.id.as_str()).ok_or("a group is new")?;
        let our = &ours.groups[our];
        let wrong = |why| format!("{}: {why}", group.id);
        same("account", group.account.0, our.account).map_err(wrong)?;
        same("status", group.status.text(), our.status).map_err(wrong)?;
        same("deleted", group.deleted, our.deleted).map_err(wrong)?;
        same("next step", group.wakes_at.map(Timestamp::ms), our.wakes).map_err(wrong)?;
        let routers = our.routers.map(|place| ours.routers[place].id.clone());
        same("routers", group.routers.map(|id| id.to_string()), routers).map_err(wrong)?;
    }
    // One that has moved to a shared circuit is referred to where it now is.
    let moved = |place: usize, router: &crate::model::routers::Router| {
        ours.hosted(router.line.circuit).is_some_and(|hosted| hosted.router == Some(place))
    };
    let lent = ours.routers.iter().enumerate();
    let lent = lent.filter(|(place, its)| its.owner != its.home || moved(*place, its));
    let lent = lent.map(|(_, router)| (router.owner, router.id.clone(), router.home));
    let hosted = ours.circuits.iter().filter_map(|circuit| {
        let hosted = circuit.hosted.as_ref()?;
        Some((hosted.partner, circuit.id.clone(), circuit.account))
    });
    let mut lent: Vec<_> = lent.chain(hosted).collect();
    lent.sort();
    let seen =
        theirs.references.iter().map(|its| (its.account.0, its.thing.to_string(), its.home.0));
    same("what is seen of others", seen.collect::<Vec<_>>(), lent)?;
    let granted = theirs.grants.iter().map(|its| {
        let vpc = (its.vpc.to_string(), its.vpc_region.id().to_owned());
        let key = (its.account.0, vpc, its.owner.0, its.region.id().to_owned());
        (key, (its.all, its.routers.iter().map(ToString::to_string).collect()))
    });
    same("what is granted", granted.collect(), ours.grants.clone())
}

fn compare_router(
    ours: &World,
    router: &domain::router::Router,
    our: &Router,
) -> Result<(), String> {
    same("home", router.account.0, our.home)?;
    same("owner", router.owner.0, our.owner)?;
    same("region", router.region.id(), &*our.region)?;
    same("making", router.created_at.ms(), our.created)?;
    same("status", router.status.text(), our.status)?;
    let times = &router.times;
    let times = [times.activated_at, times.terminated_at, times.recovered_at];
    same("times", times.map(|at| at.map(Timestamp::ms)), our.times)?;
    same("next step", router.wakes_at.map(Timestamp::ms), our.wakes)?;
    same("deleted", router.deleted, our.deleted)?;
    let described = &router.described;
    let circuit = |line: &Line| ours.circuits[line.circuit].id.clone();
    let line = |code: &str, peering: &Peering| {
        let Peering { local_ip, peer_ip, mask, local_ipv6, peer_ipv6, ipv6_prefix } = peering;
        [code, local_ip, peer_ip, mask, local_ipv6, peer_ipv6, ipv6_prefix].map(str::to_owned)
    };
    same("circuit", router.circuit.to_string(), circuit(&our.line))?;
    same("VLAN", i64::from(described.vlan), our.line.vlan)?;
    same("line", line(&described.circuit_code, &described.peering), our.line.words.clone())?;
    same("IPv6", described.ipv6, our.line.ipv6)?;
    let further = router.associations.iter().map(|its| {
        let words = line(&its.circuit_code, &its.peering);
        (its.circuit.to_string(), i64::from(its.vlan), words, its.ipv6)
    });
    let own = |its: &Line| (circuit(its), its.vlan, its.words.clone(), its.ipv6);
    same("further circuits", further.collect::<Vec<_>>(), our.further.iter().map(own).collect())?;
    let detection = &described.detection;
    for (name, text) in [
        ("Bandwidth", described.bandwidth_mbps.to_string()),
        ("MinTxInterval", detection.min_tx_ms.to_string()),
        ("MinRxInterval", detection.min_rx_ms.to_string()),
        ("DetectMultiplier", detection.multiplier.to_string()),
        ("Mtu", described.mtu.to_string()),
        ("SitelinkEnable", described.sitelink.to_string()),
        ("Name", described.name.to_string()),
        ("Description", described.description.to_string()),
        ("ResourceGroupId", described.resource_group.to_string()),
    ] {
        same(name, &*text, our.word(name))?;
    }
    let tags = described.tags.all().iter();
    let tags = tags.map(|tag| (tag.key.to_string(), tag.value.to_string()));
    same("tags", tags.collect(), our.tags.clone())?;
    let group = our.group.map(|place| ours.groups[place].id.clone());
    same("group", router.group.map(|group| group.to_string()), group)
}

fn compare_letter(
    their: Option<&domain::letter::Letter>,
    our: Option<&Letter>,
) -> Result<(), String> {
    let their = their.map(|letter| {
        let time = letter.construction_at.map_or_else(String::new, |at| at.to_string());
        let texts = [&letter.company, &letter.line_type, &letter.builder];
        let [company, line_type, builder] = texts.map(ToString::to_string);
        let engineer = |it: &domain::letter::Engineer| {
            [&it.name, &it.gender, &it.certificate_type, &it.certificate_no, &it.contact]
                .map(ToString::to_string)
        };
        let line = &letter.line;
        Letter {
            said: [company, line_type, builder, time],
            engineers: letter.engineers.iter().map(engineer).collect(),
            line: [&line.code, &line.label, &line.provider, &line.contact].map(ToString::to_string),
        }
    });
    same("what it says", their, our.cloned())
}

fn compare_bill(ours: &World, bill: &domain::bill::Bill, our: &Bill) -> Result<(), String> {
    same("account", bill.account.0, our.account)?;
    same("circuit", bill.circuit.as_str(), &*ours.circuits[our.circuit].id)?;
    same("use", (bill.used.0.ms(), bill.used.1.ms()), our.used)?;
    same("amount", bill.amount.0, our.amount_e4)?;
    same("making", bill.made_at.ms(), our.made)?;
    same("payment", bill.paid_at.map(Timestamp::ms), our.paid)?;
    same("next try", bill.tries_at.map(Timestamp::ms), our.tries)?;
    same("lock", bill.overdue_at.map(Timestamp::ms), our.overdue)
}

fn compare_order(ours: &World, order: &domain::order::Order, our: &Order) -> Result<(), String> {
    same("status", order.status.text(), our.status)?;
    same("kind", order.kind.text(), our.kind)?;
    same("whether time ordered", order.by_time, our.by_time)?;
    same("amount", order.amount.0, our.amount_e4)?;
    same("account", order.account.0, our.account)?;
    same("making", order.created_at.ms(), our.created)?;
    same("payment", order.paid_at.map(Timestamp::ms), our.paid)?;
    same("death", order.dies_at.map(Timestamp::ms), our.dies)?;
    let usage = order.usage.map(|(start, end)| (start.ms(), end.map(Timestamp::ms)));
    same("use", usage, our.usage)?;
    let shared = order.shared.map_or("", domain::catalogue::SharedSpec::text);
    same("speed of a part", shared, &*our.shared)?;
    same("circuit", order.circuit.as_str(), &*ours.circuits[our.circuit].id)
}

fn compare_circuit(
    ours: &World,
    circuit: &domain::circuit::Circuit,
    our: &Circuit,
) -> Result<(), String> {
    let state = &circuit.state;
    same("account", circuit.account.0, our.account)?;
    same("region", circuit.region.id(), &*our.region)?;
    same("deleted", state.deleted, our.deleted)?;
    same("status", state.status.text(), our.status)?;
    same("letter", state.loa.map_or("", domain::circuit::LoaStatus::text), &*our.loa)?;
    same("lock", state.locks.business().text(), our.business())?;
    let locks = (state.locks.financial(), state.locks.security());
    same("locks", locks, our.locked)?;
    let steps = state.subscription.steps_at.map(Timestamp::ms);
    same("step of the subscription", steps, our.next_step())?;
    let begins = state.subscription.begins_at.map(Timestamp::ms);
    let our_begins = our.rested.or(our.last.map(|(_, begins)| begins));
    same("beginning of the last period", begins, our_begins)?;
    let billed = state.subscription.billed_to.map(Timestamp::ms);
    same("what is billed", billed, our.billed)?;
    same("enabled", state.enabled_at.map(Timestamp::ms), our.enabled)?;
    same("end", state.ends_at.map(Timestamp::ms), our.ends)?;
    same("next step", state.wakes_at.map(Timestamp::ms), our.wakes)?;
    let id = |place: Option<usize>| place.and_then(|place| ours.orders[place].id.parse().ok());
    same("unpaid order", state.open_order.map(OrderId::number), id(our.open_order))?;
    same("paid order", state.paid_order.map(OrderId::number), id(our.paid_order))?;
    let tags = circuit.tags().all().iter().map(|tag| (tag.key.to_string(), tag.value.to_string()));
    same("tags", tags.collect(), our.tags.clone())?;
    let keys = circuit.macsec().iter().map(|key| macsec::Key {
        name: key.ckn.to_string(),
        suite: key.suite.text().to_owned(),
        status: key.status.text(),
        start: key.started_at.ms(),
    });
    same("MACsec keys", keys.collect(), our.keys.clone())?;
    same("port", circuit.particulars.port_type.text(), our.word("PortType"))?;
    let id = |place: usize| ours.circuits[place].id.clone();
    let hosted = circuit.hosted().map(|its| {
        let expected = its.expected.map(|spec| spec.text().to_owned());
        (its.parent.to_string(), its.partner.0, i64::from(its.vlan), its.spec.text(), expected)
    });
    let our_hosted = our
        .hosted
        .as_ref()
        .map(|its| (id(its.parent), its.partner, its.vlan, &*its.spec, its.expected.clone()));
    same("what it is of another's", hosted, our_hosted)?;
    let mbps = Some(circuit.particulars.bandwidth_mbps);
    same("bandwidth", mbps, our.word("Bandwidth").parse().ok())
}
