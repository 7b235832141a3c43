//! What moved money of accounts, and what calls that ask for it must see.

use super::calendar::{self, Ms, beijing, stamp};
use super::looks::billing_page;
use super::pages::{Reading, number, value};
use super::state::{Posting, World};
use super::{Expect, Leaf, atlas};

impl World {
    /// Money comes to an account, or leaves it: `change_e4` is below zero then. What is there
    /// afterwards; `None` where that is too much.
    pub fn post(
        &mut self,
        account: u64,
        at: Ms,
        kind: &'static str,
        change_e4: i64,
        order: Option<usize>,
    ) -> Option<i64> {
        let its = self.accounts.get_mut(&account).expect("it is there");
        its.balance_e4 = its.balance_e4.checked_add(change_e4)?;
        let balance_e4 = its.balance_e4;
        let amount_e4 = change_e4.abs();
        self.postings.push(Posting { account, at, kind, amount_e4, balance_e4, order });
        Some(balance_e4)
    }

    /// Takes what an order costs, if it is there.
    pub fn post_payment(&mut self, place: usize, at: Ms) -> bool {
        let (account, amount_e4) = (self.orders[place].account, self.orders[place].amount_e4);
        let is_there = self.accounts[&account].balance_e4 >= amount_e4;
        is_there && self.post(account, at, "Consumption", -amount_e4, Some(place)).is_some()
    }
}

/// What a call asks for.
struct Wanted {
    from: Option<Ms>,
    /// The first instant that is not meant.
    until: Option<Ms>,
    number: Option<u64>,
    nothing: bool,
}

fn wanted(reading: &Reading) -> Wanted {
    let call = reading.call;
    let time = |name: &str, past_ms: Ms| {
        let text = call.parameter(name)?;
        let day =
            calendar::day(text).map(|day| day + if past_ms > 0 { calendar::DAY_MS } else { 0 });
        day.or_else(|| calendar::parse(text).map(|at| at + past_ms))
    };
    let number = call.parameter("TransactionNumber").map(|text| text.parse().ok());
    let other = told(reading, "TransactionChannel");
    let other = other.is_some_and(|channel| !channel.eq_ignore_ascii_case("AccountBalance"));
    Wanted {
        from: time("CreateTimeStart", 0),
        // Answers show seconds: all of the last is within the end.
        until: time("CreateTimeEnd", 1000),
        number: number.flatten(),
        nothing: number == Some(None) || other || call.parameter("TransactionChannelSN").is_some(),
    }
}

/// What a call says, where its edition has the word.
fn told<'r>(reading: &Reading<'r>, name: &str) -> Option<&'r str> {
    let is_late = reading.call.action == "QueryAccountTransactions";
    let text = reading.call.parameter(name);
    text.filter(|_| !is_late || reading.edition >= atlas::E2022)
}

/// What a call that asks for transactions sees.
pub fn look(world: &World, account: u64, reading: &Reading) -> Expect {
    let call = reading.call;
    let wanted = wanted(reading);
    let is = |name: &str, word: &str| {
        told(reading, name).is_none_or(|text| text.eq_ignore_ascii_case(word))
    };
    let record = call.parameter("RecordID").map(|id| number(id).map(|n| n.to_string()));
    let fits = |(place, posting): &(u64, &Posting)| {
        let order = posting.order.map(|order| world.orders[order].id.as_str());
        !wanted.nothing
            && wanted.from.is_none_or(|from| posting.at >= from)
            && wanted.until.is_none_or(|until| posting.at < until)
            && wanted.number.is_none_or(|wanted| wanted == *place)
            && is("TransactionType", posting.kind)
            && is("TransactionFlow", flow(posting))
            && record.as_ref().is_none_or(|id| id.is_some() && order == id.as_deref())
    };
    let its = world.postings.iter().filter(|posting| posting.account == account);
    let mut found: Vec<(u64, &Posting)> = (1..).zip(its).filter(fits).collect();
    found.reverse();
    let size = |name| number(value(call, reading.edition, name)).expect("it was looked at");
    let list = "Data.AccountTransactionsList.AccountTransactionsList";
    let (mut leaves, shown): (_, Vec<_>) = if call.action == "QueryAccountTransactions" {
        let page = (size("PageNum"), size("PageSize"));
        let page = (usize::try_from(page.0), usize::try_from(page.1));
        let (Ok(page), Ok(size)) = page else { panic!("it was looked at") };
        let skip = (page - 1).saturating_mul(size);
        let leaves = billing_page(list, found.len(), (page, size));
        (leaves, found.into_iter().skip(skip).take(size).collect())
    } else {
        let below = call.parameter("NextToken").and_then(|text| text.parse::<u64>().ok());
        let total = found.len();
        found.retain(|(place, _)| below.is_none_or(|below| *place < below));
        let max = usize::try_from(size("MaxResults")).expect("it was looked at");
        let next = found.get(max).and_then(|_| found.get(max - 1));
        let next = next.map_or_else(String::new, |(place, _)| place.to_string());
        let leaves = vec![
            Leaf::Is("Code".into(), "200".into()),
            Leaf::Is("Data.TotalCount".into(), total.to_string()),
            Leaf::Is("Data.NextToken".into(), next),
            Leaf::Count(list.into(), found.len().min(max)),
        ];
        (leaves, found.into_iter().take(max).collect())
    };
    let in_days = call.action == "QueryAccountTransactionDetails";
    for (row, (place, posting)) in shown.into_iter().enumerate() {
        let told = leaves_of(world, place, posting, in_days);
        let told = told.into_iter();
        leaves.extend(told.map(|(name, text)| Leaf::Is(format!("{list}.{row}.{name}"), text)));
    }
    Expect::Answer { leaves, replay_of: None }
}

fn flow(posting: &Posting) -> &'static str {
    if posting.kind == "Consumption" { "Expense" } else { "Income" }
}

fn leaves_of(
    world: &World,
    place: u64,
    posting: &Posting,
    in_days: bool,
) -> Vec<(&'static str, String)> {
    let currency = &world.accounts[&posting.account].currency;
    let order = posting.order.map_or_else(String::new, |order| world.orders[order].id.clone());
    let day = beijing(posting.at)[..10].to_owned();
    let mut told = vec![
        ("TransactionNumber", place.to_string()),
        ("TransactionType", posting.kind.to_owned()),
        ("TransactionFlow", flow(posting).to_owned()),
        ("Amount", atlas::render(posting.amount_e4, currency)),
        ("Balance", atlas::render(posting.balance_e4, currency)),
        ("BillingCycle", day[..7].to_owned()),
        ("TransactionTime", if in_days { day } else { stamp(posting.at) }),
    ];
    // What is consumed and is no order's is a bill's, whose number the model does not know.
    if posting.order.is_some() || posting.kind != "Consumption" {
        told.push(("RecordID", order));
    }
    told
}
