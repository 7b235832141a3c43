//! What a call would cost or return: what the same call comes to in a world that is a copy.

use super::atlas::{Edition, render};
use super::changes::Change;
use super::pages::{self, Page, Reading};
use super::state::{Outcome, Settings, World};
use super::{Expect, Leaf};
use crate::call::Call;
use std::borrow::Cow;

/// The operation that tells prices.
pub const PRICE: &str = "GetApiPrice";

/// What has a price, and whether it is a difference.
pub const PRICED: &[(&str, &str, bool)] = &[
    ("Vpc", "CreatePhysicalConnectionOccupancyOrder", false),
    ("Vpc", "EnablePhysicalConnection", false),
    ("BssOpenApi", "RenewInstance", false),
    ("BssOpenApi", "RefundInstance", true),
    ("BssOpenApi", "PayOrder", false),
];

fn error(code: &str) -> Expect {
    Expect::Error(400, code.to_owned())
}

/// The call whose price is asked, without its token, and its page.
pub fn asked(call: &Call, edition: Edition) -> Result<(Call, &'static Page), Expect> {
    let said = |name| call.parameter(name).ok_or_else(|| error("InvalidParameter"));
    let (product, version, name) = (said("popCode")?, said("popVersion")?, said("apiName")?);
    let is_priced =
        PRICED.iter().any(|(of, action, _)| of.eq_ignore_ascii_case(product) && *action == name);
    let page = pages::PAGES.iter().find(|page| page.version == version && page.action == name);
    let page = page.filter(|page| is_priced && (page.has)(edition));
    let page = page.ok_or_else(|| error("PricingNotSupported"))?;
    let own = call.parameters.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix("parameters.").filter(|name| !name.is_empty())?;
        (name != "ClientToken").then(|| (name.to_owned(), value.clone()))
    });
    let asked = Call {
        action: name.to_owned(),
        version: page.version,
        parameters: own.collect(),
        ..call.clone()
    };
    Ok((asked, page))
}

/// ListSupportedPricingApis.
pub fn list(call: &Call, edition: Edition) -> Expect {
    let page = |name: &str| pages::PAGES.iter().find(|page| page.action == name);
    let has = |name: &str| page(name).is_some_and(|page| (page.has)(edition));
    // In the order in which operations are listed.
    let names: Vec<&str> =
        PRICED.iter().map(|(_, name, _)| *name).filter(|name| has(name)).collect();
    let begin = call.parameter("nextToken").map_or(Some(0), |text| text.parse::<usize>().ok());
    let size = pages::number(call.parameter("maxResults").unwrap_or("100"));
    let begin = begin.filter(|begin| *begin < names.len());
    let size =
        size.filter(|size| (1..=100).contains(size)).and_then(|size| usize::try_from(size).ok());
    let Some((begin, size)) = begin.zip(size) else { return error("InvalidParameter") };
    let shown: Vec<String> =
        names.iter().skip(begin).take(size).map(|name| (*name).to_owned()).collect();
    let next = if begin + size < names.len() { (begin + size).to_string() } else { String::new() };
    let leaves = vec![
        Leaf::Is("nextToken".into(), next),
        Leaf::Count("supportedApis".into(), shown.len()),
        Leaf::Set("supportedApis".into(), "apiName", shown),
    ];
    Expect::Answer { leaves, replay_of: None }
}

/// It would be refused so.
pub fn refused(code: Cow<str>) -> Expect {
    let leaves = vec![
        Leaf::Is("price.success".into(), "false".into()),
        Leaf::Is("price.errorCode".into(), code.into_owned()),
    ];
    Expect::Answer { leaves, replay_of: None }
}

/// What the call that is asked about would come to now.
pub fn look(world: &World, account: u64, settings: &Settings, reading: &Reading) -> Expect {
    let (call, page) = match asked(reading.call, reading.edition) {
        Ok(asked) => asked,
        Err(expect) => return expect,
    };
    let mut copy = world.clone();
    let inner = Reading { call: &call, ..*reading };
    let at = copy.latest.get(&account).copied().unwrap_or(reading.now).max(reading.now);
    let change = Change { world: &mut copy, settings, account, reading: &inner, at };
    let place = match change.run(page.action) {
        Ok(Outcome::Order(place, _)) => place,
        // ASSUMED: what makes no order has no price.
        Ok(_) => return error("PricingNotSupported"),
        Err((_, code)) => return refused(code.into()),
    };
    let order = &copy.orders[place];
    let is_delta = PRICED.iter().any(|(_, action, delta)| *action == page.action && *delta);
    let amount = render(order.amount_e4, &order.currency);
    let sign = if is_delta { "-" } else { "" };
    let mode = if is_delta { "delta" } else { "single" };
    let is = |path: &str, text: &str| Leaf::Is(path.into(), text.into());
    let leaves = vec![
        is("price.success", "true"),
        is("price.pricingMode", mode),
        is("price.currency", &order.currency),
        is("price.calculatedAmount", &format!("{sign}{amount}")),
    ];
    Expect::Answer { leaves, replay_of: None }
}

/// InquiryPriceRefundInstance.
pub fn refund(world: &World, account: u64, settings: &Settings, reading: &Reading) -> Expect {
    let mut copy = world.clone();
    let at = reading.now;
    let change = Change { world: &mut copy, settings, account, reading, at };
    match change.run("RefundInstance") {
        Ok(Outcome::Order(place, _)) => {
            let order = &copy.orders[place];
            let amount = render(order.amount_e4, &order.currency);
            let leaves = vec![
                Leaf::Is("Data.RefundAmount".into(), amount),
                Leaf::Is("Data.Currency".into(), order.currency.clone()),
            ];
            Expect::Answer { leaves, replay_of: None }
        }
        Ok(other) => panic!("a refund makes an order, not {other:?}"),
        Err((status, code)) => Expect::Error(status, code.to_owned()),
    }
}
