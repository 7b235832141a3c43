//! What a month came to for an account, and what calls that ask for it must see.

use super::calendar::{Ms, beijing};
use super::looks::billing_page;
use super::pages::{Reading, number, value};
use super::state::{Bill, Order, World};
use super::{Expect, Leaf, atlas};

/// A line of a month.
struct Line<'w> {
    /// Its type.
    kind: &'static str,
    /// The order's number; `None` of a bill, whose number the model does not know.
    id: Option<&'w str>,
    /// Whose.
    account: u64,
    /// The circuit's place.
    circuit: usize,
    /// When it came to be.
    at: Ms,
    /// On whose day it counts.
    counts: Ms,
    /// What it adds to what the month costs.
    charge_e4: i64,
    /// When it was paid.
    paid: Option<Ms>,
}

/// The line of an order that was paid beforehand, and paid.
fn of_order(order: &Order) -> Option<Line<'_>> {
    let is_line = order.status == "Paid" && order.months.is_some();
    let is_refund = order.kind == "Refund";
    let at = order.paid.filter(|_| is_line)?;
    Some(Line {
        kind: if is_refund { "Refund" } else { "SubscriptionOrder" },
        id: Some(&order.id),
        account: order.account,
        circuit: order.circuit,
        at,
        counts: at,
        charge_e4: if is_refund { -order.amount_e4 } else { order.amount_e4 },
        paid: order.paid,
    })
}

/// The line of a bill.
/// ASSUMED: it counts on the last day of its use.
fn of_bill(bill: &Bill) -> Line<'_> {
    Line {
        kind: "PayAsYouGoBill",
        id: None,
        account: bill.account,
        circuit: bill.circuit,
        at: bill.made,
        counts: bill.used.1 - 1,
        charge_e4: bill.amount_e4,
        paid: bill.paid,
    }
}

fn method(line: &Line<'_>) -> &'static str {
    if line.id.is_some() { "Subscription" } else { "PayAsYouGo" }
}

fn paid_e4(line: &Line<'_>) -> i64 {
    if line.paid.is_some() { line.charge_e4 } else { 0 }
}

/// The lines that a call asks for, in the order in which they came to be.
fn lines<'w>(world: &'w World, account: u64, reading: &Reading) -> Vec<Line<'w>> {
    let call = reading.call;
    let month = value(call, reading.edition, "BillingCycle");
    let day = call.parameter("BillingDate").filter(|_| reading.is_daily());
    let is = |name: &str, word: &str| {
        call.parameter(name).is_none_or(|text| text.eq_ignore_ascii_case(word))
    };
    let hides = value(call, reading.edition, "IsHideZeroCharge").eq_ignore_ascii_case("true");
    let other = call.parameter("ProductType").is_some()
        || !is("ProductCode", "pconn")
        || !is("PipCode", "pconn");
    let fits = |line: &Line| {
        !other
            && beijing(line.counts).starts_with(day.unwrap_or(month))
            && is("Type", line.kind)
            && is("SubscriptionType", method(line))
            && call.parameter("InstanceID").is_none_or(|id| id == world.circuits[line.circuit].id)
            && !(hides && line.charge_e4 == 0)
    };
    let orders = world.orders.iter().filter(|order| order.account == account).filter_map(of_order);
    let bills = world.bills.iter().filter(|bill| bill.account == account).map(of_bill);
    let mut found: Vec<Line> = orders.chain(bills).filter(fits).collect();
    // Of one instant the lower number comes first, which is that of what was made before.
    found.sort_by_key(|line| (line.at, line.id.and_then(|id| id.parse::<u64>().ok())));
    found
}

/// Lines that are alike, together, in the order of the first of each.
fn together(found: Vec<Line<'_>>, alike: impl Fn(&Line) -> &'static str) -> Vec<Vec<Line<'_>>> {
    let mut rows: Vec<Vec<Line>> = Vec::new();
    for line in found {
        match rows.iter_mut().find(|row| alike(&row[0]) == alike(&line)) {
            Some(row) => row.push(line),
            None => rows.push(vec![line]),
        }
    }
    rows
}

/// What a call that asks for bills sees.
pub fn look(world: &World, account: u64, reading: &Reading) -> Expect {
    let call = reading.call;
    let action = call.action.as_str();
    let found = lines(world, account, reading);
    let said = |name| value(call, reading.edition, name);
    let size = |name| {
        let size = number(said(name)).expect("it was looked at");
        usize::try_from(size).expect("it was looked at")
    };
    let by_product = said("IsGroupByProduct").eq_ignore_ascii_case("true");
    let list = if action == "DescribeInstanceBill" { "Data.Items" } else { "Data.Items.Item" };
    let rows = match action {
        "QueryBillOverview" => together(found, |line| line.kind),
        "QueryAccountBill" if by_product => together(found, method),
        "QueryAccountBill" => together(found, |_| ""),
        _ => found.into_iter().map(|line| vec![line]).collect(),
    };
    let total = rows.len();
    let (mut leaves, skip, size) = match action {
        "QueryBillOverview" => (vec![Leaf::Count(list.into(), total)], 0, total),
        "DescribeInstanceBill" => {
            let token = call.parameter("NextToken").and_then(|text| text.parse::<u64>().ok());
            let skip = token.map_or(0, |told| usize::try_from(told).expect("64 bits"));
            let size = size("MaxResults");
            let end = skip.saturating_add(size);
            let next = if total > end { end.to_string() } else { String::new() };
            let leaves = vec![
                Leaf::Is("Data.TotalCount".into(), total.to_string()),
                Leaf::Is("Data.NextToken".into(), next),
                Leaf::Count(list.into(), total.saturating_sub(skip).min(size)),
            ];
            (leaves, skip, size)
        }
        _ => {
            let page = (size("PageNum"), size("PageSize"));
            let skip = (page.0 - 1).saturating_mul(page.1);
            (billing_page(list, total, page), skip, page.1)
        }
    };
    let currency = world.accounts.get(&account).map_or("", |its| its.currency.as_str());
    for (place, row) in rows.iter().skip(skip).take(size).enumerate() {
        for (name, text) in told(world, row, action, currency) {
            leaves.push(Leaf::Is(format!("{list}.{place}.{name}"), text));
        }
    }
    Expect::Answer { leaves, replay_of: None }
}

fn amount(amount_e4: i64, currency: &str) -> String {
    let text = atlas::render(amount_e4.abs(), currency);
    if amount_e4 < 0 { format!("-{text}") } else { text }
}

/// What is told of lines together.
fn told(world: &World, row: &[Line], action: &str, currency: &str) -> Vec<(&'static str, String)> {
    let first = &row[0];
    let sum =
        |of: fn(&Line) -> i64| row.iter().fold(0_i64, |sum, line| sum.saturating_add(of(line)));
    let (charge, paid) = (sum(|line| line.charge_e4), sum(paid_e4));
    let mut told = vec![
        ("PretaxAmount", amount(charge, currency)),
        ("PaymentAmount", amount(paid, currency)),
        ("OutstandingAmount", amount(charge.saturating_sub(paid), currency)),
        ("Currency", currency.to_owned()),
    ];
    if action != "QueryAccountBill" {
        told.push(("Item", first.kind.to_owned()));
        told.push(("SubscriptionType", method(first).to_owned()));
    }
    if action == "DescribeInstanceBill" {
        let circuit = &world.circuits[first.circuit];
        told.push(("InstanceID", circuit.id.clone()));
        let tag = |(key, value): (&String, &String)| format!("key:{key} value:{value}");
        // A shared circuit that a partner has paid for is another's.
        let own = circuit.tags.iter().filter(|_| circuit.account == first.account);
        let tags: Vec<String> = own.map(tag).collect();
        told.push(("Tag", tags.join("; ")));
    }
    if action == "QueryBill" {
        let clock = |at: Ms| beijing(at).replace('T', " ").replace('Z', "");
        told.push(("PaymentTime", first.paid.map_or_else(String::new, clock)));
        told.extend(first.id.map(|id| ("RecordID", id.to_owned())));
        let status = if first.paid.is_some() { "PayFinish" } else { "PayUnclear" };
        told.push(("Status", status.to_owned()));
    }
    told
}
