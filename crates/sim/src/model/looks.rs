//! What calls that look must see.
//!
//! Long because it tells what is seen of circuits, orders and catalogues.

use super::atlas::{self, E2023, E2025_03, Edition, render};
use super::calendar::{Ms, parse, stamp};
use super::pages::{Reading, number, of_circuits, value};
use super::state::{Circuit, Key, Order, Settings, World};
use super::{Expect, Leaf, ledger, macsec, months, prices, reference, router_looks, tags};
use crate::call::{Call, HOST};
use std::collections::BTreeSet;

/// The value at a path.
pub fn is(path: impl Into<String>, text: impl Into<String>) -> Leaf {
    Leaf::Is(path.into(), text.into())
}

/// A success.
pub fn answer(leaves: Vec<Leaf>) -> Expect {
    Expect::Answer { leaves, replay_of: None }
}

/// A refusal.
pub fn error(status: u16, code: &str) -> Expect {
    Expect::Error(status, code.to_owned())
}

/// What a call that needs no store sees; `None` for one that does.
pub fn at_once(call: &Call, key: &Key, edition: Edition, settings: &Settings) -> Option<Expect> {
    Some(match call.action.as_str() {
        "DescribeRegions" => {
            let all = atlas::REGIONS.iter().map(|region| (*region).to_owned()).collect();
            answer(vec![
                Leaf::Count("Regions.Region".into(), atlas::REGIONS.len()),
                Leaf::Set("Regions.Region".into(), "RegionId", all),
                is("Regions.Region.0.RegionEndpoint", HOST),
            ])
        }
        "DescribeAccessPoints" => access_points(call, edition, settings),
        "DescribeZones" => super::catalogue::zones(call, edition),
        "ListGeographicSubRegions" | "ListBusinessRegions" | "ListBusinessAccessPoints" => {
            super::catalogue::look(call, settings)
        }
        "GetCallerIdentity" => {
            let mut leaves = vec![is("AccountId", key.account.to_string())];
            leaves.push(match &key.user {
                None => is("IdentityType", "Account"),
                Some(_) => is("IdentityType", "RAMUser"),
            });
            let who =
                key.user.as_ref().map_or_else(|| "root".to_owned(), |user| format!("user/{user}"));
            leaves.push(is("Arn", format!("acs:ram::{}:{who}", key.account)));
            answer(leaves)
        }
        "DescribeEndpoints" => endpoints(call),
        "ListSupportedPricingApis" => super::quotes::list(call, edition),
        "DescribePhysicalConnections" => return filter_error(call, edition),
        "DescribeVirtualBorderRouters" | "DescribeVirtualBorderRoutersForPhysicalConnection" => {
            return router_looks::filter_error(call);
        }
        "GetSubscriptionPrice" | "GetPayAsYouGoPrice" | "DescribePricingModule" => {
            return prices::error(call);
        }
        _ => return None,
    })
}

/// Which page a call asks for, and how long.
pub fn page_of(call: &Call, edition: Edition, number_name: &str) -> (usize, usize) {
    let read = |name: &str| {
        let number = number(value(call, edition, name));
        number.and_then(|n| usize::try_from(n).ok()).expect("it was looked at")
    };
    (read(number_name), read("PageSize"))
}

/// How many members of so many a page shows.
pub fn shown(total: usize, (page, size): (usize, usize)) -> usize {
    total.saturating_sub((page - 1).saturating_mul(size)).min(size)
}

fn access_points(call: &Call, edition: Edition, settings: &Settings) -> Expect {
    let region = call.parameter("RegionId").unwrap_or_default();
    let all: Vec<String> = atlas::ACCESS_POINTS
        .iter()
        .filter(|(_, of)| *of == region)
        .map(|(id, _)| (*id).to_owned())
        .collect();
    let page = page_of(call, edition, "PageNumber");
    let list = "AccessPointSet.AccessPointType";
    let count = shown(all.len(), page);
    let mut leaves = vec![
        is("TotalCount", all.len().to_string()),
        is("PageNumber", page.0.to_string()),
        is("PageSize", page.1.to_string()),
        Leaf::Count(list.into(), count),
    ];
    if count == all.len() {
        let statuses = all.iter().map(|point| settings.status_of(point).to_owned()).collect();
        leaves.push(Leaf::Set(list.into(), "AccessPointId", all));
        leaves.push(Leaf::Set(list.into(), "Status", statuses));
    }
    answer(leaves)
}

fn endpoints(call: &Call) -> Expect {
    let (id, code) = (call.parameter("Id"), call.parameter("ServiceCode"));
    if !id.is_some_and(|id| atlas::REGIONS.contains(&id)) {
        return error(404, "InvalidRegionId");
    }
    // SOURCE: CONTRACT, "The API port": it names this very server for every product it serves.
    let served = ["Vpc", "BssOpenApi", "Sts", "Location", "Ecs"];
    let served = served.iter().any(|name| code.is_some_and(|code| name.eq_ignore_ascii_case(code)));
    let public = call.parameter("Type").is_none_or(|kind| kind.eq_ignore_ascii_case("openAPI"));
    let count = usize::from(served && public);
    let mut leaves = vec![is("Success", "true"), Leaf::Count("Endpoints.Endpoint".into(), count)];
    if count == 1 {
        leaves.push(is("Endpoints.Endpoint.0.Endpoint", HOST));
        leaves.push(is("Endpoints.Endpoint.0.Id", id.unwrap_or_default()));
    }
    answer(leaves)
}

/// What a call that looks sees.
pub fn look(world: &World, account: u64, reading: &Reading) -> Expect {
    let call = reading.call;
    match call.action.as_str() {
        "GetPhysicalConnectionServiceStatus" => match world.accounts.get(&account) {
            None => error(404, "InvalidAccessKeyId.NotFound"),
            Some(account) => answer(vec![is("Enabled", account.service_open.to_string())]),
        },
        "QueryAccountBalance" => match world.accounts.get(&account) {
            None => error(404, "InvalidAccessKeyId.NotFound"),
            Some(account) => {
                let amount = separated(&render(account.balance_e4, &account.currency));
                answer(vec![
                    is("Code", "200"),
                    is("Data.AvailableAmount", amount.clone()),
                    is("Data.AvailableCashAmount", amount),
                    is("Data.Currency", account.currency.clone()),
                ])
            }
        },
        "QueryAccountTransactions" | "QueryAccountTransactionDetails" => {
            ledger::look(world, account, reading)
        }
        "QueryBill" | "QueryBillOverview" | "QueryAccountBill" | "DescribeInstanceBill" => {
            months::look(world, account, reading)
        }
        "DescribePhysicalConnectionLOA" => super::letters::show(world, account, reading),
        "ListPhysicalConnectionFeatures" => super::letters::features(world, account, reading),
        "ListTagResourcesForExpressConnect" => tags::list(world, account, reading),
        "DescribeTagKeysForExpressConnect" => tags::keys(world, account, reading),
        "DescribeVirtualBorderRouters" => router_looks::list(world, account, reading),
        "DescribeVirtualBorderRoutersForPhysicalConnection" => {
            router_looks::list_on(world, account, reading)
        }
        "DescribeVbrHa" => router_looks::group(world, account, reading),
        "GetOrderDetail" => detail(world, account, call),
        "QueryOrders" => orders(world, account, reading),
        "QueryAvailableInstances" => instances(world, account, reading),
        "DescribePhysicalConnections" => circuits(world, account, reading),
        "ListVirtualPhysicalConnections" => super::hosted_looks::list(world, account, reading),
        "GetSubscriptionPrice" | "GetPayAsYouGoPrice" | "DescribePricingModule" => {
            prices::look(world, account, reading)
        }
        other => panic!("the model does not know what {other} sees"),
    }
}

/// An amount as the balance tells it: 1,828.72. SOURCE: EDITIONS, T173.
fn separated(amount: &str) -> String {
    let (whole, part) = amount.split_once('.').map_or((amount, None), |(a, b)| (a, Some(b)));
    let mut groups: Vec<&str> = Vec::new();
    let mut rest = whole;
    while rest.len() > 3 {
        let (before, group) = rest.split_at(rest.len() - 3);
        groups.insert(0, group);
        rest = before;
    }
    groups.insert(0, rest);
    groups.join(",") + &part.map_or_else(String::new, |part| format!(".{part}"))
}

/// What every list tells of an order, below `path`.
fn order_leaves(path: &str, order: &Order) -> Vec<Leaf> {
    let shown = if order.status == "Abnormal" { "Unpaid" } else { order.status };
    let amount = render(order.amount_e4, &order.currency);
    let method = if order.months.is_some() { "Subscription" } else { "PayAsYouGo" };
    [
        ("OrderId", order.id.clone()),
        ("OrderType", order.told_kind().into()),
        ("PaymentStatus", if order.kind == "Refund" { "" } else { shown }.into()),
        ("CreateTime", stamp(order.created)),
        ("PaymentTime", order.paid.map_or_else(String::new, stamp)),
        ("SubscriptionType", method.into()),
        ("ProductCode", "pconn".into()),
        ("PretaxGrossAmount", amount.clone()),
        ("PretaxAmount", amount.clone()),
        ("AfterTaxAmount", amount),
        ("Currency", order.currency.clone()),
    ]
    .into_iter()
    .map(|(name, text)| is(format!("{path}.{name}"), text))
    .collect()
}

fn detail(world: &World, account: u64, call: &Call) -> Expect {
    let place = call.parameter("OrderId").and_then(|id| world.order_at(id));
    let order = place.map(|place| &world.orders[place]).filter(|order| order.account == account);
    let Some(order) = order else { return error(400, "InvalidParameter") };
    let path = "Data.OrderList.Order.0";
    // Of one that gives back, a part for each order of which it does, the newest first.
    let (mut parts, mut next) = (Vec::new(), order.follows.filter(|_| order.kind == "Refund"));
    while let Some(of) = next {
        let paid = &world.orders[of];
        let amount_e4 = paid.left_e4(order.created);
        if amount_e4 > 0 {
            parts.push(Order { amount_e4, follows: Some(of), ..order.clone() });
        }
        next = paid.follows;
    }
    let count = parts.len().max(1);
    let order = parts.first().unwrap_or(order);
    let mut leaves = order_leaves(path, order);
    let circuit = &world.circuits[order.circuit];
    let of_port = atlas::port(&order.port).map_or("", |(spec, _)| spec);
    let spec = if order.shared.is_empty() { of_port } else { &order.shared };
    let usage = order.usage;
    leaves.extend([
        is("Code", "Success"),
        is("Data.TotalCount", count.to_string()),
        is(format!("{path}.InstanceIDs"), format!("[\"{}\"]", circuit.id)),
        is(format!("{path}.Config"), format!("pconn:[Spec:{spec};Pconn_ID:{};]", circuit.id)),
        is(format!("{path}.Region"), circuit.region.clone()),
        is(
            format!("{path}.UsageStartTime"),
            usage.map_or_else(String::new, |(start, _)| stamp(start)),
        ),
        is(
            format!("{path}.UsageEndTime"),
            usage.and_then(|(_, end)| end).map_or_else(String::new, stamp),
        ),
    ]);
    answer(leaves)
}

/// What a list of billing tells of itself.
pub fn billing_page(list: &str, total: usize, page: (usize, usize)) -> Vec<Leaf> {
    vec![
        is("Code", "Success"),
        is("Data.TotalCount", total.to_string()),
        is("Data.PageNum", page.0.to_string()),
        is("Data.PageSize", page.1.to_string()),
        Leaf::Count(list.into(), shown(total, page)),
    ]
}

const HOUR_MS: Ms = 3_600_000;

fn orders(world: &World, account: u64, reading: &Reading) -> Expect {
    let call = reading.call;
    let time = |name: &str| call.parameter(name).and_then(parse);
    let (start, end) = (time("CreateTimeStart"), time("CreateTimeEnd"));
    let recent = reading.now - HOUR_MS;
    let from = start.or(if end.is_none() { Some(recent) } else { None });
    let other = |name: &str, ours: &str| {
        call.parameter(name).is_some_and(|text| !text.eq_ignore_ascii_case(ours))
    };
    let kind = call.parameter("OrderType");
    let nothing = other("ProductCode", "pconn") || call.parameter("ProductType").is_some();
    let status = call.parameter("PaymentStatus").map(str::to_ascii_lowercase);
    let method = call.parameter("SubscriptionType").map(str::to_ascii_lowercase);
    let fits = |order: &&Order| {
        let shown = match order.status {
            "Abnormal" | "Unpaid" => "unpaid",
            "Paid" => "paid",
            _ => "cancelled",
        };
        let wanted = status.as_deref().map(|s| if s == "canceled" { "cancelled" } else { s });
        let its = if order.months.is_some() { "subscription" } else { "payasyougo" };
        !nothing
            && order.account == account
            && kind.is_none_or(|kind| kind.eq_ignore_ascii_case(order.told_kind()))
            && from.is_none_or(|from| order.created >= from)
            // Orders show the second they were made in: all of it is within the end.
            && end.is_none_or(|end| order.created < end + 1000)
            && wanted.is_none_or(|wanted| wanted == shown && order.kind != "Refund")
            && method.as_deref().is_none_or(|method| method == its)
    };
    let found: Vec<&Order> = world.orders.iter().rev().filter(fits).collect();
    let page = page_of(call, reading.edition, "PageNum");
    let skip = (page.0 - 1).saturating_mul(page.1);
    let list = "Data.OrderList.Order";
    let mut leaves = billing_page(list, found.len(), page);
    for (place, order) in found.iter().skip(skip).take(page.1).enumerate() {
        leaves.extend(order_leaves(&format!("{list}.{place}"), order));
    }
    answer(leaves)
}

/// Circuits that are or were in service, by region and making.
fn instances(world: &World, account: u64, reading: &Reading) -> Expect {
    let call = reading.call;
    let time = |name: &str| call.parameter(name).and_then(parse);
    let other = |name: &str, ours: &str| {
        call.parameter(name).is_some_and(|text| !text.eq_ignore_ascii_case(ours))
    };
    let within = |at: Option<Ms>, from: &str, until: &str| {
        let (from, until) = (time(from), time(until));
        from.is_none_or(|from| at.is_some_and(|at| at >= from))
            && until.is_none_or(|until| at.is_some_and(|at| at < until + 1000))
    };
    let nothing = other("ProductCode", "pconn") || call.parameter("ProductType").is_some();
    let method =
        |circuit: &Circuit| if circuit.billed.is_none() { "Subscription" } else { "PayAsYouGo" };
    let ids = call.parameter("InstanceIDs");
    let fits = |circuit: &&Circuit| {
        circuit.account == account
            && circuit.enabled.is_some()
            && !circuit.deleted
            && !nothing
            && call.parameter("Region").is_none_or(|region| region == circuit.region)
            && ids.is_none_or(|ids| ids.split(',').any(|id| id.trim() == circuit.id))
            && within(Some(circuit.created), "CreateTimeStart", "CreateTimeEnd")
            && within(circuit.ends, "EndTimeStart", "EndTimeEnd")
            && call.parameter("RenewStatus").is_none_or(|wanted| wanted == circuit.renew_status())
            && !other("SubscriptionType", method(circuit))
    };
    let mut found: Vec<&Circuit> = world.circuits.iter().filter(fits).collect();
    let place = |region: &str| atlas::REGIONS.iter().position(|known| *known == region);
    found.sort_by_key(|circuit| place(&circuit.region));
    let page = page_of(call, reading.edition, "PageNum");
    let skip = (page.0 - 1).saturating_mul(page.1);
    let list = "Data.InstanceList";
    let mut leaves = billing_page(list, found.len(), page);
    for (place, circuit) in found.iter().skip(skip).take(page.1).enumerate() {
        let time = |at: Option<Ms>| at.map_or_else(String::new, stamp);
        let over = |at: Option<Ms>| at.is_some_and(|at| at <= reading.now);
        let status = match (circuit.stopped(), circuit.ends) {
            (Some(_), _) if over(circuit.stopped()) => "Expired",
            (Some(_), end) if over(end) => "WaitForExpire",
            _ => "Normal",
        };
        let told = [
            ("InstanceID", circuit.id.clone()),
            ("Status", status.to_owned()),
            ("Region", circuit.region.clone()),
            ("RenewStatus", circuit.renew_status().to_owned()),
            ("SubscriptionType", method(circuit).to_owned()),
            ("CreateTime", stamp(circuit.created)),
            ("EndTime", time(circuit.ends)),
            ("StopTime", time(circuit.stopped())),
            ("ReleaseTime", time(circuit.released())),
        ];
        leaves.extend(told.map(|(name, text)| is(format!("{list}.{place}.{name}"), text)));
    }
    answer(leaves)
}

/// A condition: its number, its key and its values.
pub struct Condition<'c> {
    number: i64,
    /// Its key.
    pub key: &'c str,
    /// Any of these.
    pub values: Vec<&'c str>,
}

/// The conditions of a call.
pub fn conditions<'c>(call: &'c Call, name: &str) -> Vec<Condition<'c>> {
    let mut found: Vec<Condition> = Vec::new();
    for (parameter, value) in &call.parameters {
        let parts: Vec<&str> = parameter.split('.').collect();
        let (Some(n), Some(what)) = (parts.get(1).and_then(|n| number(n)), parts.get(2)) else {
            continue;
        };
        if parts[0] != name {
            continue;
        }
        if !found.iter().any(|condition| condition.number == n) {
            found.push(Condition { number: n, key: "", values: Vec::new() });
        }
        let condition = found.iter_mut().find(|c| c.number == n).expect("just made");
        match (*what, parts.len()) {
            ("Key", 3) => condition.key = value,
            ("Value", 4) => condition.values.push(value),
            _ => {}
        }
    }
    found
}

/// The reference's keys, one of which came late (EDITIONS, T091), and at most as many conditions,
/// and values of each, as it has.
fn filter_error(call: &Call, edition: Edition) -> Option<Expect> {
    let filter = reference::parameter(call.version, &call.action, "Filter");
    let (keys, values) = (filter.item("Key"), filter.item("Value"));
    let most = |of: &reference::Parameter| of.max_items.expect("a greatest number of members");
    let given = conditions(call, "Filter");
    let known = |condition: &Condition| {
        let late = condition.key == "ProductType" && edition < E2025_03;
        !late && keys.words.iter().any(|word| word == condition.key)
    };
    if !given.iter().all(known) {
        return Some(error(404, "InvalidFilterKey.ValueNotSupported"));
    }
    let fits = |condition: &Condition| (1..=most(values)).contains(&condition.values.len());
    (given.len() > most(filter) || !given.iter().all(fits)).then(|| error(400, "InvalidFilter"))
}

fn meets(circuit: &Circuit, condition: &Condition) -> bool {
    let spec = circuit.spec();
    let actual = match condition.key {
        "PhysicalConnectionId" => circuit.id.as_str(),
        "AccessPointId" => circuit.word("AccessPointId"),
        "LineOperator" => circuit.word("LineOperator"),
        "Name" => circuit.word("Name"),
        "Status" => circuit.status,
        "Spec" => spec,
        "Type" => "VPC",
        _ if circuit.hosted.is_some() => "VirtualPhysicalConnection",
        _ => "PhysicalConnection",
    };
    condition.values.iter().any(|value| {
        *value == actual || (condition.key == "Spec" && *value == "1G and below" && actual == "1G")
    })
}

fn circuits(world: &World, account: u64, reading: &Reading) -> Expect {
    let call = reading.call;
    let region = call.parameter("RegionId").unwrap_or_default();
    let group = call.parameter("ResourceGroupId").filter(|_| reading.edition >= E2023);
    let given = conditions(call, "Filter");
    let fits = |circuit: &&Circuit| {
        circuit.account == account
            && circuit.region == region
            && !circuit.deleted
            && (reading.edition < E2023 || tags::have_all(&circuit.tags, call, "Tags"))
            && group.is_none_or(|group| circuit.word("ResourceGroupId") == group)
            && given.iter().all(|condition| meets(circuit, condition))
    };
    let found: Vec<&Circuit> = world.circuits.iter().filter(fits).collect();
    let page = page_of(call, reading.edition, "PageNumber");
    let skip = (page.0 - 1).saturating_mul(page.1);
    let list = "PhysicalConnectionSet.PhysicalConnectionType";
    let mut leaves = vec![
        is("TotalCount", found.len().to_string()),
        is("PageNumber", page.0.to_string()),
        is("PageSize", page.1.to_string()),
        Leaf::Count(list.into(), shown(found.len(), page)),
    ];
    // Circuits that are asked for by id come in an order of the server's own.
    let by_id = given.iter().any(|condition| condition.key == "PhysicalConnectionId");
    let names: BTreeSet<&str> = found.iter().map(|circuit| circuit.id.as_str()).collect();
    if by_id && names.len() > 1 {
        if shown(found.len(), page) == found.len() {
            let names = names.into_iter().map(str::to_owned).collect();
            leaves.push(Leaf::Set(list.into(), "PhysicalConnectionId", names));
        }
        return answer(leaves);
    }
    for (nth, circuit) in found.iter().skip(skip).take(page.1).enumerate() {
        let path = format!("{list}.{nth}");
        let place = world.circuit_at(&circuit.id).expect("it was found");
        leaves.extend(super::hosted_looks::leaves_of_own(&path, world, place, reading));
        leaves.extend(circuit_leaves(&path, circuit, reading));
    }
    answer(leaves)
}

/// What lists tell of a circuit.
pub fn circuit_leaves(path: &str, circuit: &Circuit, reading: &Reading) -> Vec<Leaf> {
    let edition = reading.edition;
    // A renewal waits for the end of the period before; its order is told to who asks for it.
    let begins = circuit.last.map(|(_, begins)| begins);
    let begins = begins.filter(|_| circuit.refund.is_none());
    let waits = begins.filter(|at| *at > reading.now && circuit.enabled.is_some_and(|on| on < *at));
    let asked = value(reading.call, edition, "IncludeReservationData");
    let told = waits.filter(|_| asked.eq_ignore_ascii_case("true"));
    let time = |at: Option<Ms>| at.map_or_else(String::new, stamp);
    // ASSUMED: one that is paid for and not yet enabled is a subscription.
    let prepaid = circuit.billed.is_none()
        && (circuit.ends.is_some() || (circuit.paid_order.is_some() && circuit.enabled.is_none()));
    let fixed = [
        ("PhysicalConnectionId", circuit.id.clone()),
        ("Status", circuit.status.to_owned()),
        ("BusinessStatus", circuit.business().to_owned()),
        ("HasReservationData", waits.is_some().to_string()),
        ("ReservationActiveTime", time(told)),
        ("ReservationOrderType", told.map_or("", |_| "RENEW").to_owned()),
        ("LoaStatus", circuit.loa.clone()),
        ("ChargeType", if prepaid { "Prepaid" } else { "" }.to_owned()),
        ("CreationTime", stamp(circuit.created)),
        ("EnabledTime", time(circuit.enabled)),
        ("EndTime", time(circuit.ends.filter(|_| circuit.billed.is_none()))),
        ("Spec", circuit.spec().to_owned()),
    ];
    // An edition that cannot be told a word does not tell it. SOURCE: EDITIONS, T085 and T092.
    let known = circuit.words.iter().filter(|(name, _)| of_circuits(name)(edition));
    let words = known.map(|(name, text)| (*name, text.clone()));
    let words = fixed.into_iter().chain(words);
    let words = words.map(|(name, text)| is(format!("{path}.{name}"), text));
    let keys = (edition >= atlas::E2025_09).then(|| macsec::leaves(path, circuit));
    let keys = keys.into_iter().flatten();
    let hosted = super::hosted_looks::leaves(path, circuit, reading);
    words.chain(tags::leaves(path, circuit, edition)).chain(keys).chain(hosted).collect()
}
