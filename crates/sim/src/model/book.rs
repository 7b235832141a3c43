//! What the model knows of each operation: its parameters, their form, and the error of a value
//! that has not that form. An operation or a parameter that is not here fails a test, so nothing is
//! simulated that the model does not understand.
//!
//! From CONTRACT's table of causes and annex A of the api dossier.

use super::atlas::{self, E2022, E2023, E2025_09, Edition};
use super::calendar::{self, Ms};
use crate::call::Call;
use std::collections::BTreeMap;

/// The form of a parameter's value.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// Any text.
    Any,
    /// One of these.
    Words(&'static [&'static str]),
    /// One of these, in any case of letters.
    AnyCase(&'static [&'static str]),
    /// `true` or `false`, in any case of letters.
    Bool,
    /// A plain decimal number of this range.
    Number(i64, i64),
    /// A name: 2-128 letters, Chinese characters, digits and these marks.
    Name(&'static str),
    /// 2-256 characters beginning with a letter, no web address, of control characters only
    /// breaks of lines and tabs.
    Description,
    /// At most so many characters, none of them a control character.
    Plain(usize),
    /// Not in a finance region.
    NotFinance,
    /// ASCII, at most 64.
    Token,
    /// An access point of the call's region.
    AccessPoint,
    /// An optical module that fits the call's port.
    Module,
    /// A time.
    Time,
    /// `InstanceChargeType`.
    Charge,
    /// `PricingCycle`.
    Cycle,
    /// `Period`.
    Period,
    /// Conditions `Name.N.…`, looked at later.
    Filters,
}

/// A parameter.
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// Whether a call without it is refused.
    pub required: bool,
    /// The first edition that has it.
    pub since: Edition,
    /// What its value must be.
    pub form: Form,
    /// The first edition that looks at the form.
    pub checked_since: Edition,
    /// The error's code; empty for `Invalid{Name}`.
    pub code: &'static str,
}

/// An operation.
pub struct Page {
    /// `Version`.
    pub version: &'static str,
    /// `Action`.
    pub action: &'static str,
    /// Whether it changes anything.
    pub writes: bool,
    /// Whether anyone may call it.
    pub open: bool,
    /// Its parameters, in the order in which they are looked at.
    pub rules: &'static [Rule],
}

const fn rule(name: &'static str, form: Form, code: &'static str) -> Rule {
    Rule { name, required: false, since: 0, form, checked_since: 0, code }
}

const fn need(name: &'static str, form: Form, code: &'static str) -> Rule {
    Rule { required: true, ..rule(name, form, code) }
}

const REGION: Rule = need("RegionId", Form::Any, "");
const CIRCUIT: Rule = need("PhysicalConnectionId", Form::Any, "");
const ORDER: Rule = need("OrderId", Form::Any, "");
const PAGE: Rule = rule("PageNumber", Form::Number(1, 2_147_483_647), "");
const SIZE: Rule = rule("PageSize", Form::Number(1, 50), "");
const LANGUAGE: Rule = rule("AcceptLanguage", Form::Words(&["zh-CN", "en-US"]), "");
const TOKEN: Rule =
    Rule { checked_since: E2022, ..rule("ClientToken", Form::Token, "IllegalParam.ClientToken") };
const PORT: Rule = rule(
    "PortType",
    Form::Words(&[
        "100Base-T",
        "1000Base-T",
        "1000Base-LX",
        "10GBase-T",
        "10GBase-LR",
        "40GBase-LR",
        "100GBase-LR",
    ]),
    "InvalidPortType.Malformd",
);
const OPERATOR: Rule =
    rule("LineOperator", Form::Words(atlas::OPERATORS), "InvalidLineOperator.Malformd");
const PEER: Rule = rule("PeerLocation", Form::Plain(256), "InvalidPeerLocation.Malformd");
const CODE: Rule = rule("CircuitCode", Form::Plain(128), "InvalidCircuitCode.Malformed");
const REDUNDANT: Rule = rule("RedundantPhysicalConnectionId", Form::Any, "");
const DESCRIPTION: Rule = rule("Description", Form::Description, "InvalidDescription.Malformed");
const BAD: &str = "InvalidParameter";

const fn page(
    version: &'static str,
    action: &'static str,
    writes: bool,
    rules: &'static [Rule],
) -> Page {
    Page { version, action, writes, open: false, rules }
}

const VPC: &str = "2016-04-28";
const BSS: &str = "2017-12-14";

/// Every operation that the model understands.
pub const PAGES: &[Page] = &[
    Page {
        open: true,
        ..page(VPC, "DescribeRegions", false, &[LANGUAGE, rule("ProductType", Form::Any, "")])
    },
    page(VPC, "DescribeAccessPoints", false, &[REGION, LANGUAGE, PAGE, SIZE]),
    page(VPC, "OpenPhysicalConnectionService", true, &[REGION]),
    page(VPC, "GetPhysicalConnectionServiceStatus", false, &[REGION]),
    page(VPC, "CreatePhysicalConnection", true, APPLICATION),
    page(VPC, "DescribePhysicalConnections", false, LISTING),
    page(VPC, "ModifyPhysicalConnectionAttribute", true, AMENDMENT),
    page(VPC, "ConfirmPhysicalConnection", true, &[REGION, CIRCUIT, TOKEN]),
    page(VPC, "CreatePhysicalConnectionOccupancyOrder", true, OCCUPANCY),
    page(VPC, "TerminatePhysicalConnection", true, &[REGION, CIRCUIT, TOKEN]),
    page(VPC, "DeletePhysicalConnection", true, &[REGION, CIRCUIT, TOKEN]),
    page(BSS, "QueryAccountBalance", false, &[]),
    page(BSS, "QueryOrders", false, ORDERS),
    page(BSS, "GetOrderDetail", false, &[ORDER]),
    page(BSS, "CancelOrder", true, &[ORDER]),
    Page { open: true, ..page("2015-04-01", "GetCallerIdentity", false, &[]) },
    Page {
        open: true,
        ..page(
            "2015-06-12",
            "DescribeEndpoints",
            false,
            &[
                need("Id", Form::Any, ""),
                need("ServiceCode", Form::Any, ""),
                rule("Type", Form::Any, ""),
            ],
        )
    },
    Page { open: true, ..page("2014-05-26", "DescribeRegions", false, &[LANGUAGE]) },
];

const APPLICATION: &[Rule] = &[
    REGION,
    need("AccessPointId", Form::AccessPoint, "ResourceNotFound.AccessPointId"),
    need("LineOperator", OPERATOR.form, OPERATOR.code),
    rule("Type", Form::Words(&["VPC"]), "InvalidType.Malformd"),
    PORT,
    rule("bandwidth", Form::Words(atlas::BANDWIDTHS), "InvalidBandwidth"),
    rule("Name", Form::Name("_-"), "InvalidName.Malformed"),
    DESCRIPTION,
    PEER,
    CODE,
    Rule { since: E2025_09, ..rule("OpticalModuleModel", Form::Module, "") },
    REDUNDANT,
    Rule { since: E2023, ..rule("ResourceGroupId", Form::Plain(64), "") },
    TOKEN,
];

const AMENDMENT: &[Rule] = &[
    REGION,
    CIRCUIT,
    OPERATOR,
    PORT,
    rule("bandwidth", Form::Number(2, 10_240), "InvalidBandwidth"),
    rule("Name", Form::Name("._- "), "InvalidName.Malformed"),
    DESCRIPTION,
    PEER,
    CODE,
    REDUNDANT,
    TOKEN,
];

const OCCUPANCY: &[Rule] = &[
    REGION,
    CIRCUIT,
    rule("InstanceChargeType", Form::Charge, "InvalidPhysicalConnectionChargeType.Malformed"),
    rule("PricingCycle", Form::Cycle, "InvalidPhysicalConnectionPricingCycle.Malformed"),
    rule("Period", Form::Period, "InvalidPhysicalConnectionPeriod.Malformed"),
    TOKEN,
    rule("AutoPay", Form::Bool, ""),
    Rule { since: E2025_09, ..rule("AutoRenew", Form::Bool, "") },
    Rule { since: E2025_09, ..rule("AutoRenewDuration", Form::Number(1, 2_147_483_647), "") },
];

const LISTING: &[Rule] = &[
    REGION,
    rule("Filter", Form::Filters, ""),
    rule("Tags", Form::Filters, ""),
    Rule {
        since: E2023,
        ..rule("ResourceGroupId", Form::NotFinance, "OperationUnsupported.ResourceGroupId")
    },
    rule("IncludeReservationData", Form::Bool, ""),
    PAGE,
    SIZE,
    rule("ClientToken", Form::Any, ""),
];

/// SOURCE: billing dossier 1.3.
const ORDER_TYPES: &[&str] = &[
    "New",
    "Renew",
    "Upgrade",
    "Refund",
    "TempUpgrade",
    "Downgrade",
    "Convert",
    "ResizeDisk",
    "CompensatoryRenew",
    "IncreaseUpgrade",
    "Exchange",
    "ChangeOperatingSystem",
];

const ORDERS: &[Rule] = &[
    rule("CreateTimeStart", Form::Time, BAD),
    rule("CreateTimeEnd", Form::Time, BAD),
    rule("OrderType", Form::AnyCase(ORDER_TYPES), BAD),
    rule("PaymentStatus", Form::AnyCase(&["Unpaid", "Paid", "Cancelled", "Canceled"]), BAD),
    rule("ProductCode", Form::Any, ""),
    rule("ProductType", Form::Any, ""),
    rule("SubscriptionType", Form::AnyCase(&["Subscription", "PayAsYouGo"]), BAD),
    rule("PageNum", Form::Number(1, 2_147_483_647), BAD),
    rule("PageSize", Form::Number(1, 100), BAD),
];

/// The page of an operation.
pub fn find(version: &str, action: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.version == version && page.action == action)
}

/// A call whose parameters are looked at.
pub struct Reading<'c> {
    /// The call.
    pub call: &'c Call,
    /// How it is understood.
    pub edition: Edition,
    /// The world's time.
    pub now: Ms,
}

impl Reading<'_> {
    /// The first thing that is wrong with the parameters: the region, then what is missing, then
    /// the values in order. SOURCE: CONTRACT, order of checks.
    pub fn first_error(&self, page: &Page) -> Option<(u16, String)> {
        let its = |name: &str| page.rules.iter().any(|rule| rule.name == name);
        if its("RegionId") {
            match self.call.parameter("RegionId") {
                None => return Some((400, "MissingRegionId".into())),
                Some(region) if !atlas::REGIONS.contains(&region) => {
                    return Some((404, "InvalidRegionId.NotFound".into()));
                }
                Some(_) => {}
            }
        }
        let missing = |rule: &&Rule| rule.required && self.call.parameter(rule.name).is_none();
        if let Some(rule) = page.rules.iter().find(missing) {
            return Some((400, format!("Missing{}", rule.name)));
        }
        let wrong = |rule: &&Rule| {
            let looked_at = self.edition >= rule.since && self.edition >= rule.checked_since;
            looked_at && !self.fits(rule)
        };
        page.rules.iter().find(wrong).map(|rule| {
            let code = match rule.code {
                "" => format!("Invalid{}", rule.name),
                code => code.to_owned(),
            };
            (400, code)
        })
    }

    /// Whether the call orders something that is billed as it goes.
    pub fn is_postpaid(&self) -> bool {
        let charge = self.call.parameter("InstanceChargeType");
        self.edition < E2022 && charge.is_none_or(|charge| charge == "PostPaid")
    }

    fn fits(&self, rule: &Rule) -> bool {
        let given = self.call.parameter(rule.name);
        match rule.form {
            Form::Period => return self.period_fits(given),
            Form::Cycle if self.is_postpaid() => return true,
            Form::Filters => return true,
            _ => {}
        }
        let Some(text) = given else { return true };
        let length = text.chars().count();
        match rule.form {
            Form::Any | Form::Filters | Form::Period => true,
            Form::Words(words) => words.contains(&text),
            Form::AnyCase(words) => words.iter().any(|word| word.eq_ignore_ascii_case(text)),
            Form::Bool => ["true", "false"].contains(&&*text.to_ascii_lowercase()),
            Form::Number(low, high) => number(text).is_some_and(|n| (low..=high).contains(&n)),
            Form::Name(marks) => {
                let fits = |c: char| is_letter(c) || c.is_ascii_digit() || marks.contains(c);
                (2..=128).contains(&length) && begins_well(text) && text.chars().all(fits)
            }
            Form::Description => {
                let odd = |c: char| c.is_control() && !"\t\n\r".contains(c);
                (2..=256).contains(&length) && begins_well(text) && !text.chars().any(odd)
            }
            Form::Plain(most) => length <= most && !text.chars().any(char::is_control),
            Form::NotFinance => {
                !self.call.parameter("RegionId").is_some_and(|region| region.contains("finance"))
            }
            Form::Token => text.is_ascii() && length <= 64,
            Form::AccessPoint => {
                let region = self.call.parameter("RegionId").unwrap_or_default();
                atlas::ACCESS_POINTS.contains(&(text, region))
            }
            Form::Module => {
                let port = self.call.parameter("PortType").unwrap_or("1000Base-T");
                atlas::MODULES.contains(&(text, port))
            }
            Form::Time => calendar::parse(text).is_some(),
            Form::Charge => text == "PrePaid" || (text == "PostPaid" && self.edition < E2022),
            Form::Cycle => text == "Month" || text == "Year",
        }
    }

    /// SOURCE: CONTRACT, "Editions": any term that ends before 9999 in 2019, ignored with
    /// PostPaid until 2020, required in 2020 and 2022, 1-9 or 1-5 from 2020.
    fn period_fits(&self, given: Option<&str>) -> bool {
        if self.is_postpaid() {
            return true;
        }
        let Some(text) = given else {
            return self.edition < atlas::E2020 || self.edition >= E2023;
        };
        let Some(count) = number(text).filter(|count| *count > 0) else { return false };
        let yearly = self.call.parameter("PricingCycle") == Some("Year");
        if self.edition >= atlas::E2020 {
            return count <= if yearly { 5 } else { 9 };
        }
        let months = if yearly { count.checked_mul(12) } else { Some(count) };
        let months = months.filter(|months| *months <= 200_000);
        let end = months.and_then(|months| calendar::period_end(self.now, months));
        end.is_some_and(calendar::before_9999)
    }

    /// What two calls with one token must have in common: the call's own words after defaults.
    pub fn words(&self, page: &Page) -> BTreeMap<&'static str, String> {
        let mut words = BTreeMap::new();
        for rule in page.rules {
            if ["RegionId", "ClientToken"].contains(&rule.name) {
                continue;
            }
            let given = self.call.parameter(rule.name).filter(|_| self.edition >= rule.since);
            let text = match (given, rule.form) {
                (Some(text), Form::Bool) => text.to_ascii_lowercase(),
                (Some(text), Form::Number(..) | Form::Period) => {
                    number(text).map_or_else(|| text.to_owned(), |n| n.to_string())
                }
                (Some(text), _) => text.to_owned(),
                (None, _) => self.default_of(page, rule),
            };
            words.insert(rule.name, text);
        }
        if page.action == "CreatePhysicalConnectionOccupancyOrder" && self.is_postpaid() {
            words.remove("Period");
            words.remove("PricingCycle");
        }
        words
    }

    /// What a parameter is when a call does not say; empty for nothing.
    fn default_of(&self, page: &Page, rule: &Rule) -> String {
        let text = match (page.action, rule.name) {
            ("CreatePhysicalConnectionOccupancyOrder", name) => match name {
                "InstanceChargeType" if self.edition < E2022 => "PostPaid",
                "InstanceChargeType" => "PrePaid",
                "PricingCycle" => "Month",
                "Period" | "AutoRenewDuration" => "1",
                "AutoPay" if self.edition < E2022 => "true",
                "AutoPay" | "AutoRenew" => "false",
                _ => "",
            },
            ("CreatePhysicalConnection", "PortType") => "1000Base-T",
            ("CreatePhysicalConnection", "Type") => "VPC",
            ("CreatePhysicalConnection", "bandwidth") => {
                let port = self.call.parameter("PortType").unwrap_or("1000Base-T");
                return atlas::port(port).map_or_else(String::new, |(_, mbps)| mbps.to_string());
            }
            _ => "",
        };
        text.to_owned()
    }
}

/// A plain decimal number.
pub fn number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || ('一'..='\u{9fff}').contains(&c)
}

fn begins_well(text: &str) -> bool {
    let low = text.to_lowercase();
    text.chars().next().is_some_and(is_letter)
        && !low.starts_with("http://")
        && !low.starts_with("https://")
}
