//! What the reference's tables say of operations and their parameters: names, types, which are
//! required, enumerations, limits, defaults.
//!
//! The tables lie in `fixtures/reference` as the reference documents have them, not a byte changed:
//! `api_operations.json` and `router_operations.json` for Vpc, `bss_operations.json` for
//! BssOpenApi. The model reads them, so that it types none of this again; the product types it on
//! its own, and the two are compared by every seed. Sts, Location and Ecs are in neither.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The `Version` of Vpc.
pub const VPC: &str = "2016-04-28";
/// The `Version` of BssOpenApi.
pub const BSS: &str = "2017-12-14";

const VPC_TABLE: &str = include_str!("../../../../fixtures/reference/api_operations.json");
const ROUTER_TABLE: &str = include_str!("../../../../fixtures/reference/router_operations.json");
const BSS_TABLE: &str = include_str!("../../../../fixtures/reference/bss_operations.json");

/// An operation. The two tables name some things differently.
#[derive(Deserialize)]
pub struct Operation {
    /// `Action`.
    #[serde(alias = "operation")]
    pub name: String,
    /// `Version`.
    pub version: String,
    /// `write` for one that changes anything. Billing's table says it in prose alone.
    #[serde(default)]
    pub access_level: Option<String>,
    /// Its parameters, in no order that means anything.
    #[serde(alias = "request", rename = "params")]
    pub parameters: Vec<Parameter>,
}

/// A parameter, or a field of one that is a list of objects.
#[derive(Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// `string`, `boolean`, `integer` or `array<…>`. Billing's table writes some with a capital.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether a call must have it.
    #[serde(default)]
    pub required: bool,
    /// What it is when a call does not say.
    #[serde(default, deserialize_with = "text")]
    pub default: Option<String>,
    /// What it was in old editions when a call did not say, if that was something else.
    #[serde(default, deserialize_with = "text")]
    pub default_old_editions: Option<String>,
    /// The only values, if there are such.
    #[serde(default, alias = "values", rename = "enum", deserialize_with = "texts")]
    pub words: Vec<String>,
    /// The only values in old editions, if they were others.
    #[serde(default, rename = "values_old_editions", deserialize_with = "texts")]
    pub words_old_editions: Vec<String>,
    /// The values of other parameters that this one names, by its own value.
    #[serde(default)]
    pub value_enums: BTreeMap<String, Vec<String>>,
    /// The least number.
    #[serde(default)]
    pub min: Option<i64>,
    /// The greatest number.
    #[serde(default)]
    pub max: Option<i64>,
    /// The greatest number by another parameter's name and value.
    #[serde(default)]
    pub max_by: BTreeMap<String, BTreeMap<String, i64>>,
    /// The fewest characters.
    #[serde(default)]
    pub min_length: Option<usize>,
    /// The most characters.
    #[serde(default)]
    pub max_length: Option<usize>,
    /// A regular expression for the text.
    #[serde(default)]
    pub pattern: Option<String>,
    /// How a time is written. No other values have one.
    #[serde(default)]
    pub format: Option<String>,
    /// The most members of a list.
    #[serde(default)]
    pub max_items: Option<usize>,
    /// The fields of a list's members.
    #[serde(default, alias = "fields")]
    items: Vec<Parameter>,
}

impl Operation {
    /// Its parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

impl Parameter {
    /// Whether a list's members have a field of this name.
    pub fn has_item(&self, name: &str) -> bool {
        self.items.iter().any(|item| item.name == name)
    }

    /// The field of this name of a list's members.
    #[track_caller]
    pub fn item(&self, name: &str) -> &Self {
        let item = self.items.iter().find(|item| item.name == name);
        item.unwrap_or_else(|| panic!("the reference has no {name} in {}", self.name))
    }
}

/// The operation that this pair selects.
pub fn operation(version: &str, action: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.version == version && operation.name == action)
}

/// A parameter of an operation, both of which the model is sure to find.
#[track_caller]
pub fn parameter(version: &str, action: &str, name: &str) -> &'static Parameter {
    let found = operation(version, action).and_then(|operation| operation.parameter(name));
    found.unwrap_or_else(|| panic!("the reference has no {name} of {action}, {version}"))
}

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Billing {
        operations: Vec<Operation>,
        vpc_order_operations: Vec<Operation>,
    }
    let mut all: Vec<Operation> = serde_json::from_str(VPC_TABLE).expect("Vpc's table");
    let routers: Vec<Operation> = serde_json::from_str(ROUTER_TABLE).expect("the table of routers");
    all.extend(routers);
    let billing: Billing = serde_json::from_str(BSS_TABLE).expect("billing's table");
    for orders in billing.vpc_order_operations {
        let known = all.iter_mut().find(|known| known.name == orders.name);
        known.expect("Vpc's table has its own operations").learn_old_editions(orders);
    }
    all.extend(billing.operations);
    for (action, parameter) in PASSING {
        let known = all.iter_mut().find(|known| known.name == *action);
        let parameter = serde_json::from_str(parameter).expect("a parameter");
        known.expect("Vpc's table has its own operations").parameters.push(parameter);
    }
    all
});

/// What a page had for a while, of which the tables say nothing. SOURCE: EDITIONS, T071 and T114.
const PASSING: &[(&str, &str)] = &[
    ("DeletePhysicalConnection", r#"{"name": "UserCidr", "type": "array"}"#),
    (
        "CreateVirtualPhysicalConnection",
        r#"{"name": "VpconnUidResourceGroupId", "type": "string"}"#,
    ),
];

impl Operation {
    /// What old editions had otherwise stands only in billing's pages of Vpc's orders.
    fn learn_old_editions(&mut self, pages: Self) {
        for page in pages.parameters {
            if let Some(known) = self.parameters.iter_mut().find(|known| known.name == page.name) {
                known.default_old_editions = page.default_old_editions;
                known.words_old_editions = page.words_old_editions;
            }
        }
    }
}

/// A text, number or truth value as it stands on the wire.
fn wire(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Value>::deserialize(from)?.as_ref().map(wire))
}

fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let values = Option::<Vec<Value>>::deserialize(from)?;
    Ok(values.iter().flatten().map(wire).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_are_read() {
        let bandwidth = parameter(VPC, "CreatePhysicalConnection", "bandwidth");
        assert_eq!((&*bandwidth.words[0], bandwidth.required), ("50", false));
        let order_type = parameter(BSS, "QueryOrders", "OrderType");
        assert_eq!(order_type.words, ["New", "Renew", "Upgrade", "Refund"]);
        assert!(parameter(BSS, "CancelOrder", "OrderId").required);
        assert!(operation("2015-04-01", "GetCallerIdentity").is_none());
    }

    #[test]
    fn old_editions_are_read_from_the_pages_of_orders() {
        let order = |name| parameter(VPC, "CreatePhysicalConnectionOccupancyOrder", name);
        assert_eq!(order("InstanceChargeType").words_old_editions, ["PrePaid", "PostPaid"]);
        assert_eq!(order("InstanceChargeType").words, ["PrePaid"]);
        assert_eq!(order("AutoPay").default_old_editions.as_deref(), Some("true"));
        assert_eq!(order("AutoPay").default.as_deref(), Some("false"));
        assert_eq!(order("Period").max_by["PricingCycle"]["Year"], 5);
    }
}
