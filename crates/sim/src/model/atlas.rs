//! What the model knows of the world outside: regions, access points, ports, prices, editions.
//! From the reference documents and CONTRACT, not from the product: what the tables of
//! [`reference`](super::reference) hold is read from there, what stands in others (api dossier 6,
//! prices.json) is typed here.

use super::reference::{Parameter, VPC, parameter};
use std::sync::LazyLock;

/// An edition, as its place in [`EDITIONS`].
pub type Edition = usize;

/// The editions, oldest first. SOURCE: CONTRACT, "Editions".
pub const EDITIONS: &[&str] =
    &["2019", "2019-intl", "2020", "2022", "2023", "2024-03", "2025-03", "2025-09"];

/// The first edition with a rule.
pub const E2020: Edition = 2;
/// The first with subscriptions only.
pub const E2022: Edition = 3;
/// The first that cancels an order for want of money.
pub const E2023: Edition = 4;
/// The first with ten errors.
pub const E2024: Edition = 5;
/// The first with eleven.
pub const E2025_03: Edition = 6;
/// The first with renewals.
pub const E2025_09: Edition = 7;

/// The regions. SOURCE: api dossier 6.
pub const REGIONS: &[&str] = &[
    "cn-hangzhou",
    "cn-shanghai",
    "cn-qingdao",
    "cn-beijing",
    "cn-zhangjiakou",
    "cn-huhehaote",
    "cn-wulanchabu",
    "cn-shenzhen",
    "cn-heyuan",
    "cn-heyuan-acdr-1",
    "cn-guangzhou",
    "cn-chengdu",
    "cn-nanjing",
    "cn-fuzhou",
    "cn-wuhan-lr",
    "cn-zhengzhou-jva",
    "cn-hongkong",
    "cn-beijing-finance-1",
    "cn-shanghai-finance-1",
    "cn-shenzhen-finance-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "us-west-1",
    "us-east-1",
    "na-south-1",
    "eu-central-1",
    "eu-west-1",
    "me-east-1",
    "me-central-1",
];

/// Access points and their regions. SOURCE: api dossier 6.
pub const ACCESS_POINTS: &[(&str, &str)] = &[
    ("ap-cn-beijing-ft-A", "cn-beijing"),
    ("ap-cn-beijing-yz-A", "cn-beijing"),
    ("ap-cn-beijing-dx-A", "cn-beijing"),
    ("ap-cn-beijing-dx-B", "cn-beijing"),
    ("ap-cn-beijing-cp-A", "cn-beijing"),
    ("ap-cn-beijing-cy-A", "cn-beijing"),
    ("ap-cn-hangzhou-yh-B", "cn-hangzhou"),
    ("ap-cn-hangzhou-yh-C", "cn-hangzhou"),
    ("ap-cn-hangzhou-xs-B", "cn-hangzhou"),
    ("ap-cn-hangzhou-jg-B", "cn-hangzhou"),
    ("ap-cn-hangzhou-finance-yh-E", "cn-hangzhou"),
    ("ap-cn-hangzhou-yh-ts-A", "cn-hangzhou"),
    ("ap-cn-shanghai-pd-D", "cn-shanghai"),
    ("ap-cn-shanghai-nt-aligroup-C", "cn-shanghai"),
    ("ap-sg-singpore-A", "ap-southeast-1"),
    ("ap-eu-frankfurt-B", "eu-central-1"),
];

/// What the first words of a port's name say: its class of speed and its speed in Mbit/s.
/// SOURCE: prices.json (spec_of_port_type).
const SPEEDS: &[(&str, &str, i64)] = &[
    ("100Base", "1G", 100),
    ("1000Base", "1G", 1_000),
    ("10GBase", "10G", 10_000),
    ("40GBase", "40G", 40_000),
    ("100GBase", "100G", 100_000),
];

/// A port: its name, its class of speed and its speed in Mbit/s.
pub static PORTS: LazyLock<Vec<(&str, &str, i64)>> = LazyLock::new(|| {
    let port = |name: &'static String| {
        let speed = SPEEDS.iter().find(|(begin, ..)| name.starts_with(begin));
        let (_, class, mbps) = speed.unwrap_or_else(|| panic!("{name} has no speed"));
        (name.as_str(), *class, *mbps)
    };
    application("PortType").words.iter().map(port).collect()
});

/// The carriers.
pub static OPERATORS: LazyLock<&[String]> = LazyLock::new(|| &application("LineOperator").words);

/// The speeds that are sold, Mbit/s.
pub static SOLD: LazyLock<&[String]> = LazyLock::new(|| &application("bandwidth").words);

/// The port that each family of optical modules fits. SOURCE: api dossier 6.
const MODULE_FAMILIES: &[(&str, &str)] = &[
    ("SFP-GE-", "1000Base-LX"),
    ("SFP-10G-", "10GBase-LR"),
    ("QSFP-40G-", "40GBase-LR"),
    ("QSFP28-100G-", "100GBase-LR"),
];

/// Optical modules and the port that each fits.
pub static MODULES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let module = |name: &'static String| {
        let family = MODULE_FAMILIES.iter().find(|(begin, _)| name.starts_with(begin));
        let (_, port) = family.unwrap_or_else(|| panic!("{name} fits no port"));
        (name.as_str(), *port)
    };
    application("OpticalModuleModel").words.iter().map(module).collect()
});

/// Every status of a circuit.
pub static STATUSES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let filter = parameter(VPC, "DescribePhysicalConnections", "Filter");
    filter.item("Key").value_enums["Status"].iter().map(String::as_str).collect()
});

/// What the reference says of a parameter of an application for a circuit.
pub fn application(name: &str) -> &'static Parameter {
    parameter(VPC, "CreatePhysicalConnection", name)
}

/// The class of a port's speed and its speed.
pub fn port(name: &str) -> Option<(&'static str, i64)> {
    PORTS.iter().find(|(port, ..)| *port == name).map(|(_, spec, mbps)| (*spec, *mbps))
}

/// How much of the currency's unit is counted as one: amounts are integers of 1/10000.
pub const UNIT_E4: i64 = 10_000;

/// The published price of a port a month, 1/10000 USD. SOURCE: prices.json.
pub fn month_usd_e4(port_name: &str, region: &str) -> Option<i64> {
    let (mainland, elsewhere, riyadh) = match port(port_name)?.0 {
        "1G" => (85, 210, 252),
        "10G" => (720, 1_600, 1_920),
        "40G" => (2_450, 5_500, 6_600),
        _ => (5_200, 11_700, 14_040),
    };
    let units = match region {
        "me-central-1" => riyadh,
        "cn-hongkong" => elsewhere,
        _ if region.starts_with("cn-") => mainland,
        _ => elsewhere,
    };
    Some(units * UNIT_E4)
}

/// An amount as told: the digits of the currency, or as many as it needs.
pub fn render(amount_e4: i64, currency: &str) -> String {
    let digits = if currency == "JPY" { 0 } else { 2 };
    let text = format!("{}.{:04}", amount_e4 / UNIT_E4, amount_e4 % UNIT_E4);
    let point = text.find('.').expect("just written");
    let mut end = text.len();
    while end > point + 1 + digits && text.as_bytes()[end - 1] == b'0' {
        end -= 1;
    }
    text[..end].trim_end_matches('.').to_owned()
}
