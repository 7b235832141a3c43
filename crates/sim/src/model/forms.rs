//! What a parameter's value may be and what it is when a call does not say: as the reference's
//! tables have it, then what they tell in prose or not at all, then where they are departed from.
//! What is typed here stands in none of their fields; each says why.

use super::atlas::{E2020, E2022, E2023, Edition};
use super::pattern::Pattern;
use super::reference::{self, BSS, Parameter, VPC};
use super::router_forms;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The form of a parameter's value.
#[derive(Clone, Debug)]
pub enum Form {
    /// Any text.
    Any,
    /// One of these.
    Words(Vec<&'static str>),
    /// One of these, in any case of letters.
    AnyCase(Vec<&'static str>),
    /// `true` or `false`, in any case of letters.
    Bool,
    /// So many ids at most, with commas between them.
    Ids(usize),
    /// One of these numbers.
    Numbers(Vec<i64>),
    /// A plain decimal number of this range.
    Number(i64, i64),
    /// A text.
    Text(Text),
    /// A text of which this is true.
    Fits(fn(&str) -> bool),
    /// Not in a finance region.
    NotFinance,
    /// An access point of the call's region.
    AccessPoint,
    /// An optical module that fits the call's port.
    Module,
    /// A time.
    Time,
    /// A month.
    Month,
    /// A day: of that month, where days are asked for.
    Day,
    /// The caller's account.
    Own,
    /// A time, or a day.
    TimeOrDay,
    /// Where a list goes on.
    Token,
    /// `Period`: the least, and the greatest by `PricingCycle`.
    Period(i64, &'static BTreeMap<String, i64>),
    /// Conditions `Name.N.…`, looked at later.
    Filters,
    /// Modules `Name.N.…` of a price.
    Modules,
    /// A region, by its id or by what prices call it.
    PriceRegion,
    /// People `Name.N.…` of a letter.
    People,
    /// Tags `Name.N.Key` and `Name.N.Value`, or texts `Name.N`.
    Tags,
    /// Access points of a set of circuits.
    Points,
}

impl Form {
    /// Whether the same number, however it is written, is the same value.
    pub fn is_numeric(&self) -> bool {
        matches!(self, Self::Number(..) | Self::Numbers(_) | Self::Period(..))
    }
}

/// What a text may be.
#[derive(Clone, Debug)]
pub struct Text {
    /// How many characters it has.
    lengths: RangeInclusive<usize>,
    /// Whether it may have a character.
    may_have: fn(char) -> bool,
    /// Its pattern.
    pattern: Option<Pattern>,
}

impl Text {
    /// What the reference tells of it.
    pub fn told(told: &Parameter) -> Self {
        let read = |text: &str| Pattern::read(text).expect("a pattern that is understood");
        Self {
            lengths: told.min_length.unwrap_or(0)..=told.max_length.unwrap_or(usize::MAX),
            may_have: |_| true,
            pattern: told.pattern.as_deref().map(read),
        }
    }

    /// At most so many characters, none of them a control character.
    pub fn plain(most: usize) -> Self {
        Self { lengths: 0..=most, may_have: |c| !c.is_control(), pattern: None }
    }

    /// The same, in which there may be this character too.
    pub fn with(mut self, character: char) -> Self {
        self.pattern = self.pattern.map(|pattern| pattern.and(character));
        self
    }

    /// Whether this is one.
    pub fn fits(&self, text: &str) -> bool {
        self.lengths.contains(&text.chars().count())
            && text.chars().all(self.may_have)
            && self.pattern.as_ref().is_none_or(|pattern| pattern.fits(text))
    }
}

/// A parameter's forms, each with the edition since which it is so.
pub fn forms(version: &str, action: &str, told: &'static Parameter) -> Vec<(Edition, Form)> {
    let of_routers = router_forms::is_own(action).then(|| router_forms::form(action, told));
    let form = of_routers.flatten().or_else(|| departure(action, told));
    let form = form.or_else(|| untold(action, told));
    let form = form.unwrap_or_else(|| of_table(told));
    if let Some((older, since)) = before(action, told) {
        return vec![(0, older), (since, form)];
    }
    match form {
        // SOURCE: billing dossier 1.3 (both are printed). The table has one spelling.
        Form::Words(words) if version == BSS && !told.name.starts_with("Renew") => {
            vec![(0, Form::AnyCase(words))]
        }
        form if told.words_old_editions.is_empty() => vec![(0, form)],
        form => vec![(0, Form::Words(texts(&told.words_old_editions))), (E2022, form)],
    }
}

/// What it was before the edition from which it is as the tables have it.
fn before(action: &str, told: &'static Parameter) -> Option<(Form, Edition)> {
    let looks = ["Describe", "List", "Inquiry"].iter().any(|start| action.starts_with(start));
    if told.name == "ClientToken" && !looks {
        // SOURCE: EDITIONS 3. ASSUMED: that what is no ASCII is let through.
        let order = "CreatePhysicalConnectionOccupancyOrder";
        let token = Text::told(reference::parameter(VPC, order, "ClientToken"));
        return Some((Form::Text(Text { may_have: sayable, ..token }), E2022));
    }
    if router_forms::is_own(action) {
        return router_forms::before(action, told);
    }
    Some(match (action, &*told.name) {
        // SOURCE: EDITIONS, T001 and T002.
        ("CreatePhysicalConnection", "bandwidth") => (Form::Number(5, 5000), E2022),
        // SOURCE: the vendor's metadata of mid-2024.
        ("ListTagResourcesForExpressConnect", "MaxResults") => {
            (Form::Number(1, 50), super::atlas::E2025_09)
        }
        (_, "MaxResult") => (Form::Number(1, 500), super::atlas::E2025_09),
        // SOURCE: EDITIONS, T010 and T011.
        (
            "CreatePhysicalConnection"
            | "CreatePhysicalConnectionSetupOrder"
            | "ModifyPhysicalConnectionAttribute",
            "PortType",
        ) => {
            let slow = |port: &&&str| !port.starts_with("40G") && !port.starts_with("100G");
            let slow = texts(&told.words).iter().filter(slow).copied().collect();
            (Form::Words(slow), E2023)
        }
        // SOURCE: EDITIONS, T027.
        ("CreateHighReliablePhysicalConnection", "PortType") => {
            let all = super::atlas::PORTS.iter().map(|(port, ..)| *port).collect();
            (Form::Words(all), super::atlas::E2025_09)
        }
        // SOURCE: EDITIONS, T003.
        ("CreatePhysicalConnection", "Name") => {
            let Text { lengths, may_have, pattern } = Text::told(told);
            let pattern = pattern.map(|pattern| pattern.and('.'));
            (Form::Text(Text { lengths, may_have, pattern }), E2020)
        }
        // SOURCE: EDITIONS, T038 and T039.
        (_, "LineType") => (Form::Text(Text::plain(128)), E2023),
        (action, "Bandwidth") if action.ends_with("LOA") => {
            (Form::Number(0, u32::MAX.into()), E2023)
        }
        _ => return None,
    })
}

/// What a text of an application for a circuit may be in the newest edition.
pub fn of_application(name: &str) -> Text {
    let told = super::atlas::application(name);
    match forms(VPC, "CreatePhysicalConnection", told).pop() {
        Some((_, Form::Text(text))) => text,
        other => panic!("{name} is no text: {other:?}"),
    }
}

/// The form that the reference's fields tell.
fn of_table(told: &'static Parameter) -> Form {
    if !told.words.is_empty() {
        return Form::Words(texts(&told.words));
    }
    match &*told.kind.to_ascii_lowercase() {
        "boolean" => Form::Bool,
        // An integer has 32 bits.
        "integer" => {
            Form::Number(told.min.unwrap_or(i32::MIN.into()), told.max.unwrap_or(i32::MAX.into()))
        }
        "string" if told.format.is_some() => Form::Time,
        "string" => Form::Text(Text::told(told)),
        kind if kind.starts_with("array") => Form::Filters,
        other => panic!("the model does not know what values of type {other} are"),
    }
}

/// The form of a parameter of which the reference's fields do not say enough.
fn untold(action: &str, told: &'static Parameter) -> Option<Form> {
    Some(match (action, &*told.name) {
        // The table says in prose that it is one of the region's. SOURCE: api dossier 6 (which).
        (_, "AccessPointId") => Form::AccessPoint,
        // The table says in prose that it must fit the port. SOURCE: api dossier 6 (which do).
        (_, "OpticalModuleModel") => Form::Module,
        // The table says so in prose.
        ("DescribePhysicalConnections", "ResourceGroupId") => Form::NotFinance,
        // ASSUMED: no rule is published; an answer in XML could not say control characters.
        (_, "PeerLocation") => Form::Text(Text::plain(256)),
        (_, "CircuitCode") => Form::Text(Text::plain(128)),
        (_, "DownDelayTime") => Form::Fits(|text| {
            super::pages::number(text).is_some_and(|ms| (0..=10_000).contains(&ms) && ms % 100 == 0)
        }),
        (_, "ResourceGroupId") => Form::Text(Text::plain(64)),
        // The fields have its limits by cycle. SOURCE: CONTRACT, "Editions" (when they hold).
        (_, "Period") => {
            Form::Period(told.min.expect("a least period"), &told.max_by["PricingCycle"])
        }
        // ASSUMED: the table has no limits; more than 20 may time out, it says in prose.
        (
            "QueryOrders"
            | "QueryAvailableInstances"
            | "QueryAccountTransactions"
            | "QueryBill"
            | "QueryAccountBill",
            "PageNum",
        )
        | ("QueryOrders" | "QueryAccountTransactions", "PageSize")
        | ("QueryAccountTransactionDetails", "MaxResults") => Form::Number(1, i32::MAX.into()),
        // ASSUMED: the table's examples are days.
        ("QueryAccountTransactionDetails", "CreateTimeStart" | "CreateTimeEnd") => Form::TimeOrDay,
        (_, "NextToken") => Form::Token,
        (_, "BillingCycle") => Form::Month,
        (_, "BillingDate") => Form::Day,
        // ASSUMED: nobody sees another's bills.
        (_, "BillOwnerId" | "OwnerID") => Form::Own,
        ("QueryBill" | "QueryAccountBill", "PageSize") | ("DescribeInstanceBill", "MaxResults") => {
            Form::Number(1, 300)
        }
        // The table says in prose that there are at most 300, and at most 100 ids.
        ("QueryAvailableInstances", "PageSize") => Form::Number(1, 300),
        ("QueryAvailableInstances", "InstanceIDs") => Form::Ids(100),
        _ => return None,
    })
}

/// Where a parameter's form is another than the reference's fields have it.
fn departure(action: &str, told: &'static Parameter) -> Option<Form> {
    Some(match (action, &*told.name) {
        // The table infers a pattern. SOURCE: CONTRACT (an id that no circuit has is not found).
        (_, "PhysicalConnectionId") => Form::Any,
        (action, "InstanceId") if action.ends_with("LOA") => Form::Any,
        (action, name) if super::hosted::OWN.contains(&action) && is_of_hosted(name) => {
            of_hosted(told)
        }
        // No look needs a token.
        ("DescribePhysicalConnectionLOA" | "ListPhysicalConnectionFeatures", "ClientToken") => {
            Form::Any
        }
        (action, name) if action.ends_with("LOA") && name != "ClientToken" => {
            return of_letters(told);
        }
        ("DescribeZones", "AcceptLanguage") => Form::AnyCase(texts(&told.words)),
        // ASSUMED: no other is known.
        ("DescribeZones", "ZoneType") => Form::Words(vec!["AvailabilityZone"]),
        // MACsec's are as long as the suite has them.
        ("ListBusinessAccessPoints", "RegionId") | (_, "Ckn" | "Cak") => Form::Any,
        // The table has a length for some writes, and ASCII in prose.
        // SOURCE: CONTRACT (a token means the same on every write). No look needs one.
        (_, "ClientToken") if action != "DescribePhysicalConnections" => {
            let order = "CreatePhysicalConnectionOccupancyOrder";
            let token = Text::told(reference::parameter(VPC, order, "ClientToken"));
            Form::Text(Text { may_have: |c| c.is_ascii(), ..token })
        }
        // The table allows every character.
        // ASSUMED: of control characters only breaks of lines and tabs can be said in XML.
        (_, "Description") => Form::Text(Text { may_have: sayable, ..Text::told(told) }),
        // The table's pattern has no blank. SOURCE: its own example, which has some.
        ("ModifyPhysicalConnectionAttribute", "Name") => {
            let Text { lengths, may_have, pattern } = Text::told(told);
            let pattern = pattern.map(|pattern| pattern.and(' '));
            Form::Text(Text { lengths, may_have, pattern })
        }
        (_, "Tag" | "Tags" | "ResourceId" | "TagKey") => Form::Tags,
        ("ListTagResourcesForExpressConnect", "MaxResults") | (_, "MaxResult") => {
            Form::Number(1, 100)
        }
        (_, "ModuleList") => Form::Modules,
        (_, "ApList") => Form::Points,
        // It is a text in the table.
        ("CreateHighReliablePhysicalConnection", "DryRun") => Form::Bool,
        // The table begins at 0. SOURCE: CONTRACT (0 is refused).
        (_, "AutoRenewDuration") => Form::Number(1, told.max.expect("a greatest duration")),
        _ => return bought(action, told),
    })
}

/// Whether a parameter of an operation on shared circuits is told of in [`of_hosted`].
fn is_of_hosted(name: &str) -> bool {
    ["InstanceId", "VbrId", "VpconnId", "VlanId", "VpconnAliUid", "Token"].contains(&name)
}

/// As [`departure`], of shared circuits.
fn of_hosted(told: &'static Parameter) -> Form {
    match &*told.name {
        "VlanId" => Form::Number(0, 2999),
        "VpconnAliUid" => Form::Number(0, i64::MAX),
        // SOURCE: CONTRACT (a token means the same on every write).
        "Token" => {
            let order = "CreatePhysicalConnectionOccupancyOrder";
            let token = Text::told(reference::parameter(VPC, order, "ClientToken"));
            Form::Text(Text { may_have: |c| c.is_ascii(), ..token })
        }
        // SOURCE: CONTRACT (an id that nothing has is not found).
        _ => Form::Any,
    }
}

/// As [`departure`], of letters. ASSUMED: no form of a word is published.
fn of_letters(told: &'static Parameter) -> Option<Form> {
    Some(match &*told.name {
        "PMInfo" => Form::People,
        // SOURCE: dossier, annex A: to the second, and with a Z.
        "ConstructionTime" => Form::Fits(|text| {
            text.len() == 20 && text.ends_with('Z') && super::calendar::parse(text).is_some()
        }),
        "PeerLocation" => Form::Text(Text::plain(256)),
        "CompanyName" | "Si" | "LineCode" | "LineLabel" | "LineSPContactInfo" => {
            Form::Text(Text::plain(128))
        }
        _ => return None,
    })
}

/// As [`departure`], of what is asked about money.
fn bought(action: &str, told: &'static Parameter) -> Option<Form> {
    let with = |more: &[&'static str]| Form::Words([&*texts(&told.words), more].concat());
    Some(match (action, &*told.name) {
        // ASSUMED: of the products in the tables this server has these, sold so.
        ("DescribePricingModule" | "GetSubscriptionPrice", "ProductCode") => {
            Form::AnyCase(vec!["pconn", "pconn_setup"])
        }
        ("GetSubscriptionPrice", "SubscriptionType") => Form::AnyCase(vec!["Subscription"]),
        ("GetPayAsYouGoPrice", "SubscriptionType") => Form::AnyCase(vec!["PayAsYouGo"]),
        ("GetSubscriptionPrice", "ServicePeriodQuantity" | "Quantity") => {
            Form::Number(1, i32::MAX.into())
        }
        ("GetSubscriptionPrice" | "GetPayAsYouGoPrice", "Region") => Form::PriceRegion,
        // Numbers of 64 bits.
        ("PayOrder", "OrderId" | "BuyerId" | "PayerId" | "PaySubmitUid") => {
            Form::Number(i64::MIN, i64::MAX)
        }
        // The table's numbers, two of which it writes as a range.
        ("RenewInstance", "RenewPeriod") => Form::Numbers((1..=9).chain([12, 24, 36]).collect()),
        ("SetRenewal", "RenewalPeriod") => {
            Form::Numbers(told.words.iter().map(|word| word.parse().expect("a number")).collect())
        }
        // ASSUMED: of the codes in the tables this server has one.
        ("RefundInstance", "ImmediatelyRelease") => Form::Words(vec!["0", "1"]),
        // What is billed as it goes has nothing to renew.
        ("SetRenewal", "SubscriptionType") => Form::Words(vec!["Subscription"]),
        (
            "GetPayAsYouGoPrice"
            | "RenewInstance"
            | "SetRenewal"
            | "RefundInstance"
            | "InquiryPriceRefundInstance",
            "ProductCode",
        ) => Form::AnyCase(vec!["pconn"]),
        // SOURCE: billing dossier 1.3 (what the China page has beside the table's).
        ("QueryOrders", "OrderType") => with(&[
            "TempUpgrade",
            "Downgrade",
            "Convert",
            "ResizeDisk",
            "CompensatoryRenew",
            "IncreaseUpgrade",
            "Exchange",
            "ChangeOperatingSystem",
        ]),
        // SOURCE: the vendor's metadata of mid-2024.
        ("QueryAccountTransactions", "TransactionType") => with(&["Pay_Fail_Refund"]),
        // SOURCE: billing dossier 1.3 (GetOrderDetail's text spells it so).
        ("QueryOrders", "PaymentStatus") => with(&["Canceled"]),
        _ => return None,
    })
}

/// What a parameter is when a call does not say, until 2020 and from 2022 on; empty for nothing.
pub fn defaults(action: &str, told: &'static Parameter) -> [&'static str; 2] {
    let untold = match (action, &*told.name) {
        // SOURCE: the vendor's metadata of mid-2024. The table, which is of 2025-09, has 20: `tags`
        // knows that.
        (_, "MaxResult") => Some("100"),
        // SOURCE: the vendor's metadata of mid-2024.
        (_, "FinishWork") => Some("true"),
        // What a change does not say it leaves.
        ("ModifyVirtualBorderRouterAttribute", _) => Some(""),
        // ASSUMED: that of the older pages, which the table names in prose.
        ("CreatePhysicalConnection", "PortType") => Some("1000Base-T"),
        // SOURCE: CONTRACT, "Editions" (a term). ASSUMED: the first page.
        // SOURCE: billing dossier 1.8 (of a refund). ASSUMED: one of what a price is asked of.
        (_, "Period")
        | ("QueryOrders" | "QueryAvailableInstances", "PageNum")
        | ("RefundInstance", "ImmediatelyRelease")
        | ("GetSubscriptionPrice", "ServicePeriodQuantity" | "Quantity") => Some("1"),
        // ASSUMED: one, for a month.
        ("GetSubscriptionPrice", "ServicePeriodUnit") => Some("Month"),
        ("QueryAccountBill" | "DescribeInstanceBill", "Granularity") => Some("MONTHLY"),
        // ASSUMED: what the table recommends in prose.
        ("QueryOrders" | "QueryAvailableInstances", "PageSize")
        | ("QueryAccountTransactionDetails", "MaxResults") => Some("20"),
        _ => None,
    };
    // ASSUMED: what can have one value alone has it.
    let only = if let [only] = &*told.words { Some(&**only) } else { None };
    let default = untold.or(told.default.as_deref()).or(only).unwrap_or_default();
    [told.default_old_editions.as_deref().unwrap_or(default), default]
}

/// What XML can say.
fn sayable(c: char) -> bool {
    !c.is_control() || "\t\n\r".contains(c)
}

fn texts(words: &'static [String]) -> Vec<&'static str> {
    words.iter().map(String::as_str).collect()
}
