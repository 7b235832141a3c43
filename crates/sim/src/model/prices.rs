//! What things cost, and what who asks is told: modules, their configurations and what each of
//! them comes to. SOURCE: prices.json, the reference's operations; what is typed here they do not
//! have.

use super::atlas::{self, UNIT_E4, render};
use super::calendar::month_days;
use super::pages::{Reading, number, value};
use super::reference;
use super::state::World;
use super::{Expect, Leaf};
use crate::call::Call;
use std::collections::BTreeMap;

/// Zone-like codes of regions. SOURCE: prices.json, pricing_region_codes.
pub const REGION_CODES: &[(&str, &str)] = &[
    ("cn-qingdao", "cn-qingdao-cm5-a01"),
    ("cn-beijing", "cn-beijing-btc-a01"),
    ("cn-zhangjiakou", "cn-zhangjiakou-na62-a01"),
    ("cn-huhehaote", "cn-huhehaote-nt12-a01"),
    ("cn-hangzhou", "cn-hangzhou-dg-a01"),
    ("cn-shanghai", "cn-shanghai-eu13-a01"),
    ("cn-shenzhen", "cn-shenzhen-st3-a01"),
    ("cn-chengdu", "cn-chengdu-wt97-a01"),
    ("cn-guangzhou", "cn-guangzhou-so157-a01"),
    ("cn-hongkong", "cn-hongkong-am4-c04"),
    ("ap-southeast-1", "ap-southeast-os30-a01"),
    ("ap-southeast-3", "ap-southeast-my88-a01"),
    ("ap-southeast-5", "ap-southeast-id35-a01"),
    ("ap-northeast-1", "ap-northeast-jp59-a01"),
    ("us-west-1", "us-west-ot7-a01"),
];

/// The region that a text names, by its id or its code.
pub fn region(text: &str) -> Option<&str> {
    let by_code = REGION_CODES.iter().find(|(_, code)| *code == text).map(|(id, _)| *id);
    by_code.or_else(|| atlas::REGIONS.contains(&text).then_some(text))
}

/// The modules of each product. SOURCE: prices.json, product_codes.
const OF_PORTS: &[&str] = &["Spec", "Pconn_ID"];
const OF_SETUP: &[&str] = &["SP", "Access_Point", "Spec", "Port_Type"];

/// The published price of setting up, 1/10000 USD. SOURCE: prices.json.
const SETUP_USD_E4: i64 = 1_500 * UNIT_E4;

/// The members of a call's modules, by number.
fn members(call: &Call) -> BTreeMap<i64, BTreeMap<&str, &str>> {
    let mut found: BTreeMap<i64, BTreeMap<&str, &str>> = BTreeMap::new();
    for (name, text) in call.parameters.iter().filter(|(_, text)| !text.is_empty()) {
        let parts: Vec<&str> = name.split('.').collect();
        if let ["ModuleList", n, member] = parts[..]
            && let Some(n) = number(n)
        {
            found.entry(n).or_default().insert(member, text);
        }
    }
    found
}

/// What is missing of a call's modules.
pub fn missing(call: &Call) -> Option<String> {
    let modules = members(call);
    if modules.is_empty() {
        return Some("ModuleList".into());
    }
    let list = reference::parameter(call.version, &call.action, "ModuleList");
    let wanted = ["ModuleCode", "PriceType", "Config"];
    let wanted = wanted.iter().filter(|name| list.has_item(name));
    let wanted: Vec<&str> = wanted.copied().collect();
    let lacks = |(n, its): (&i64, &BTreeMap<&str, &str>)| {
        let name = wanted.iter().find(|name| !its.contains_key(**name))?;
        Some(format!("ModuleList.{n}.{name}"))
    };
    modules.iter().find_map(lacks)
}

/// Whether a call's modules are such that they may be read.
pub fn fit(call: &Call) -> bool {
    let price_type = |text: &&str| {
        // ASSUMED: a day too, of which DescribePricingModule speaks.
        let list = reference::parameter(call.version, &call.action, "ModuleList");
        let told = list.item("PriceType").words.iter().map(String::as_str);
        told.chain(["Day"]).any(|word| word.eq_ignore_ascii_case(text))
    };
    let modules = members(call);
    modules.len() <= 50 && modules.values().all(|its| its.get("PriceType").is_none_or(price_type))
}

/// What a call asks about.
struct Asked<'c> {
    codes: Vec<&'static str>,
    /// The place of the module that bears the price, and what its price is for.
    bearer: usize,
    price_type: String,
    spec: Option<&'c str>,
    circuit: Option<&'c str>,
    region: Option<&'c str>,
}

fn is_setup(call: &Call) -> bool {
    call.parameter("ProductCode").is_some_and(|code| code.eq_ignore_ascii_case("pconn_setup"))
}

/// Whether a text may be a value of an attribute.
fn fits(attribute: &str, text: &str) -> bool {
    match attribute {
        "Spec" => ["1G", "10G", "40G", "100G"].contains(&text),
        "Region" => region(text).is_some(),
        "SP" => atlas::OPERATORS.iter().any(|operator| operator == text),
        "Access_Point" => atlas::ACCESS_POINTS.iter().any(|(point, _)| *point == text),
        "Port_Type" => atlas::port(text).is_some(),
        _ => {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            text.strip_prefix("pc-").is_some_and(|rest| rest.len() <= 28 && rest.chars().all(plain))
        }
    }
}

fn asked(call: &Call) -> Result<Asked<'_>, &'static str> {
    let product = if is_setup(call) { OF_SETUP } else { OF_PORTS };
    let (mut codes, mut price_types, mut values) = (Vec::new(), Vec::new(), BTreeMap::new());
    for its in members(call).values() {
        let same = |code: &&&str| code.eq_ignore_ascii_case(its["ModuleCode"]);
        let code = product.iter().find(same).filter(|code| !codes.contains(*code));
        let code = *code.ok_or("InvalidModuleCode")?;
        // ASSUMED: where a port is may stand beside its speed.
        let with_region = code == "Spec" && !is_setup(call);
        let known = [code, if with_region { "Region" } else { code }];
        let mut says_itself = false;
        for pair in its["Config"].split(',') {
            let (name, text) = pair.split_once(':').ok_or("InvalidConfigCode")?;
            let Some(name) = known.iter().find(|known| known.eq_ignore_ascii_case(name.trim()))
            else {
                continue;
            };
            if !fits(name, text.trim()) {
                return Err("InvalidConfigCode");
            }
            says_itself |= *name == code;
            values.insert(*name, text.trim());
        }
        if !says_itself {
            return Err("InvalidConfigCode");
        }
        codes.push(code);
        price_types.push(its.get("PriceType").unwrap_or(&"").to_ascii_lowercase());
    }
    let bearer = codes.iter().position(|code| *code == "Spec").unwrap_or(0);
    let of_call = call.parameter("Region").or(values.get("Region").copied());
    let asked = Asked {
        bearer,
        price_type: price_types[bearer].clone(),
        spec: values.get("Spec").copied(),
        circuit: values.get("Pconn_ID").copied().or(call.parameter("InstanceId")),
        region: of_call.and_then(region),
        codes,
    };
    let renews =
        call.parameter("OrderType").is_some_and(|kind| kind.eq_ignore_ascii_case("Renewal"));
    // ASSUMED: a port is a circuit's, or has a speed and a region.
    let nowhere =
        asked.circuit.is_none() && (renews || asked.spec.is_none() || asked.region.is_none());
    if !is_setup(call) && nowhere { Err("MissingParameter") } else { Ok(asked) }
}

/// What is told before anything is looked at, if it is an error.
pub fn error(call: &Call) -> Option<Expect> {
    let is = |name: &str, word: &str| {
        call.parameter(name).is_some_and(|text| text.eq_ignore_ascii_case(word))
    };
    // ASSUMED: nothing is upgraded; what is set up is paid for beforehand and not renewed.
    let odd = is("OrderType", "Upgrade")
        || (is_setup(call) && (is("OrderType", "Renewal") || is("SubscriptionType", "PayAsYouGo")));
    let code = match call.action.as_str() {
        _ if odd => Some("InvalidParameter"),
        "DescribePricingModule" => None,
        _ => asked(call).err(),
    };
    code.map(|code| Expect::Error(400, code.to_owned()))
}

impl World {
    /// What a port costs a month in a currency; `None` when there is no price.
    pub fn month(&self, currency: &str, port: &str, region: &str) -> Option<i64> {
        match self.prices.get(currency) {
            Some(list) => list.get(&(port.to_owned(), region.to_owned())).copied(),
            None if currency == "USD" => atlas::month_usd_e4(port, region),
            None => None,
        }
    }

    /// The same of a circuit as it is sold, or of the part of a port that it is.
    pub fn month_of(&self, currency: &str, place: usize) -> Option<i64> {
        let circuit = &self.circuits[place];
        let port = circuit.word("PortType");
        let whole = self.month(currency, port, &circuit.region)?;
        let hosted = circuit.hosted.as_ref();
        Some(hosted.map_or(whole, |its| super::hosted::part_e4(whole, its.sold(), port)))
    }

    /// What setting a circuit up costs an account; `None` when there is no price.
    pub fn setup(&self, account: u64) -> Option<i64> {
        let account = &self.accounts[&account];
        let currency = account.currency.as_str();
        if account.service_open {
            return Some(0);
        }
        match self.setups.get(currency) {
            Some(fee) => *fee,
            None => (currency == "USD").then_some(SETUP_USD_E4),
        }
    }
}

/// What a port costs as it goes, of so much a month.
/// ASSUMED: by the day, rounded down to the coin; an hour a 24th, rounded down to what there is.
fn as_it_goes(month: i64, currency: &str, reading: &Reading, price_type: &str) -> Option<i64> {
    let (coin, least) = if currency == "JPY" { (UNIT_E4, UNIT_E4) } else { (UNIT_E4 / 100, 1) };
    let day = month / month_days(reading.now) / coin * coin;
    match price_type {
        "hour" => Some(day / 24 / least * least),
        "month" => Some(month),
        "year" => month.checked_mul(12),
        _ => Some(day),
    }
}

/// The code of a price that is not there.
const NO_PRICE: &str = "InvalidPrice.NotFound";

/// What the port that is asked about costs a month, or the code that says why not.
fn month(world: &World, account: u64, asked: &Asked) -> Result<i64, &'static str> {
    let currency = world.accounts[&account].currency.as_str();
    let month = if let Some(id) = asked.circuit {
        let its = world.circuit_at(id).filter(|place| {
            let circuit = &world.circuits[*place];
            circuit.account == account && !circuit.deleted
        });
        world.month_of(currency, its.ok_or("InvalidConfigCode")?)
    } else {
        let mut of_spec = atlas::PORTS.iter().filter(|(_, spec, _)| Some(*spec) == asked.spec);
        let region = asked.region.unwrap_or_default();
        of_spec.find_map(|(port, ..)| world.month(currency, port, region))
    };
    month.ok_or(NO_PRICE)
}

/// What one costs, and all of it; or the code that says why not.
fn cost(
    world: &World,
    account: u64,
    reading: &Reading,
    asked: &Asked,
) -> Result<(i64, i64), &'static str> {
    let currency = world.accounts[&account].currency.as_str();
    let told = |name: &str| value(reading.call, reading.edition, name);
    if reading.call.action == "GetPayAsYouGoPrice" {
        let month = month(world, account, asked)?;
        let used = as_it_goes(month, currency, reading, &asked.price_type).ok_or(NO_PRICE)?;
        return Ok((used, used));
    }
    let count = number(told("Quantity")).expect("it was looked at");
    let (unit, one) = if is_setup(reading.call) {
        let fee = world.setup(account).ok_or(NO_PRICE)?;
        (fee, Some(fee))
    } else {
        let month = month(world, account, asked)?;
        let in_years = told("ServicePeriodUnit").eq_ignore_ascii_case("Year");
        let length = number(told("ServicePeriodQuantity")).expect("it was looked at");
        let months = if in_years { length * 12 } else { length };
        let countable = Some(months).filter(|months| *months <= u32::MAX.into());
        (month, countable.and_then(|months| month.checked_mul(months)))
    };
    Ok((unit, one.and_then(|one| one.checked_mul(count)).ok_or(NO_PRICE)?))
}

/// What a call that asks for a price sees.
pub fn look(world: &World, account: u64, reading: &Reading) -> Expect {
    let is = |path: String, text: String| Leaf::Is(path, text);
    let Some(its) = world.accounts.get(&account) else {
        return Expect::Error(404, "InvalidAccessKeyId.NotFound".into());
    };
    let currency = its.currency.as_str();
    let mut leaves = vec![is("Code".into(), "Success".into())];
    if reading.call.action == "DescribePricingModule" {
        leaves.extend(modules(reading.call, currency));
        return Expect::Answer { leaves, replay_of: None };
    }
    let asked = asked(reading.call).expect("it was looked at");
    let (unit, amount) = match cost(world, account, reading, &asked) {
        Ok(told) => told,
        Err(code) => return Expect::Error(400, code.into()),
    };
    leaves.push(is("Data.Currency".into(), currency.into()));
    if reading.call.action == "GetSubscriptionPrice" {
        let quantity = value(reading.call, reading.edition, "Quantity");
        let quantity = number(quantity).map_or_else(String::new, |n| n.to_string());
        leaves.push(is("Data.Quantity".into(), quantity));
        for (name, amount) in [("TradePrice", amount), ("OriginalPrice", amount)] {
            leaves.push(is(format!("Data.{name}"), render(amount, currency)));
        }
    }
    let list = "Data.ModuleDetails.ModuleDetail";
    leaves.push(Leaf::Count(list.into(), asked.codes.len()));
    for (place, code) in asked.codes.iter().enumerate() {
        let (unit, amount) = if place == asked.bearer { (unit, amount) } else { (0, 0) };
        let path = format!("{list}.{place}");
        leaves.push(is(format!("{path}.ModuleCode"), (*code).into()));
        leaves.push(is(format!("{path}.UnitPrice"), render(unit, currency)));
        leaves.push(is(format!("{path}.CostAfterDiscount"), render(amount, currency)));
    }
    Expect::Answer { leaves, replay_of: None }
}

/// What is told of a product's modules.
fn modules(call: &Call, currency: &str) -> Vec<Leaf> {
    let codes = if is_setup(call) { OF_SETUP } else { OF_PORTS };
    let as_it_goes = call.parameter("SubscriptionType").is_some_and(|way| way.len() == 10);
    // ASSUMED: what is paid once is told by use, and what is used as it goes by the day.
    let price_type = match (is_setup(call), as_it_goes) {
        (true, _) => "Usage",
        (false, true) => "Day",
        (false, false) => "Month",
    };
    let all = codes.iter().map(|code| (*code).to_owned());
    let list = "Data.ModuleList.Module";
    let mut attributes: Vec<String> = all.clone().collect();
    if !is_setup(call) {
        attributes.push("Region".into());
    }
    vec![
        Leaf::Set(list.into(), "ModuleCode", all.collect()),
        Leaf::Is(format!("{list}.0.PriceType"), price_type.into()),
        Leaf::Is(format!("{list}.0.Currency"), currency.into()),
        Leaf::Set("Data.AttributeList.Attribute".into(), "Code", attributes),
    ]
}
