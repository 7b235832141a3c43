//! What RAM users may do: policies of Effect, Action and Resource, understood a second time.
//! SOURCE: wire dossier 6; the ARNs are the operations' pages'.

use super::atlas::{E2024, E2025_03, Edition};
use super::pages::Page;
use super::state::Key;
use crate::call::Call;
use serde_json::{Value, json};

/// A statement of a policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// Whether it allows rather than denies.
    pub allows: bool,
    /// Patterns of actions.
    pub actions: Vec<&'static str>,
    /// Patterns of resources.
    pub resources: Vec<&'static str>,
}

impl Statement {
    /// As it stands in a policy document; a list of one may stand as that one.
    pub fn json(&self) -> Value {
        let list = |texts: &[&str]| match texts {
            [one] => json!(one),
            many => json!(many),
        };
        let effect = if self.allows { "Allow" } else { "Deny" };
        json!({"Effect": effect, "Action": list(&self.actions), "Resource": list(&self.resources)})
    }
}

/// What the sandbox's user `readonly` may. SOURCE: CONTRACT.
pub fn readonly() -> Vec<Statement> {
    let actions = vec!["*:Describe*", "*:List*", "*:Get*", "*:Query*"];
    vec![Statement { allows: true, actions, resources: vec!["*"] }]
}

/// Whether a text is what a pattern of `*` and `?` describes.
fn fits(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|from| fits(rest, &text[from..])),
        Some((one, rest)) => {
            text.first().is_some_and(|c| *one == '?' || one == c) && fits(rest, &text[1..])
        }
    }
}

fn like(pattern: &str, text: &str) -> bool {
    let chars = |text: &str| text.chars().collect::<Vec<_>>();
    fits(&chars(pattern), &chars(text))
}

/// The names that policies may use for an operation.
fn names(page: &Page) -> Vec<String> {
    let product = match page.version {
        "2017-12-14" => "bssapi",
        "2015-04-01" => "sts",
        "2015-06-12" => "location",
        "2014-05-26" => "ecs",
        _ => "vpc",
    };
    // SOURCE: billing dossier 1.1.
    let alias = match page.action {
        "CancelOrder" => "bss:CancelOrder",
        "QueryOrders" => "bss:DescribeOrderList",
        "GetOrderDetail" => "bss:DescribeOrderDetail",
        "QueryAccountBalance" => "bss:DescribeAcccount",
        "GetSubscriptionPrice" | "GetPayAsYouGoPrice" => "bss:DescribePrice",
        _ => "",
    };
    vec![format!("{product}:{}", page.action), alias.to_owned()]
}

fn resource(page: &Page, call: &Call, account: u64, edition: Edition) -> String {
    let given = |name| call.parameter(name).unwrap_or("*");
    let router = match page.action {
        "DescribeVirtualBorderRouters" => Some("*"),
        "ModifyVirtualBorderRouterAttribute"
        | "TerminateVirtualBorderRouter"
        | "RecoverVirtualBorderRouter"
        | "DeleteVirtualBorderRouter" => Some(given("VbrId")),
        // SOURCE: ROUTERS 17: all resources in 2024-03.
        "CreateVbrHa" if edition >= E2025_03 => Some(given("VbrId")),
        // SOURCE: ROUTERS 12, point 12: in any region.
        "UpdateVirtualBorderBandwidth" => {
            let router = given("VirtualBorderRouterId");
            return format!("acs:vpc:*:{account}:virtualborderrouter/{router}");
        }
        "GrantInstanceToVbr" if edition >= E2024 => {
            return format!("acs:vpc:{}:{account}:vpc/{}", given("RegionId"), given("InstanceId"));
        }
        _ => None,
    };
    if let Some(router) = router {
        return format!("acs:vpc:{}:{account}:virtualborderrouter/{router}", given("RegionId"));
    }
    let circuit = match page.action {
        "DeletePhysicalConnection"
        | "TerminatePhysicalConnection"
        | "EnablePhysicalConnection"
        | "CancelPhysicalConnection"
        | "ModifyPhysicalConnectionAttribute"
        | "CreateVirtualPhysicalConnection"
        | "AssociatePhysicalConnectionToVirtualBorderRouter" => given("PhysicalConnectionId"),
        "CreateVirtualBorderRouter" if edition >= E2024 => given("PhysicalConnectionId"),
        "ApplyPhysicalConnectionLOA"
        | "SecondApplyPhysicalConnectionLOA"
        | "CompletePhysicalConnectionLOA"
        | "UpdateVirtualPhysicalConnection" => given("InstanceId"),
        "CreatePhysicalConnectionOccupancyOrder" if edition >= E2025_03 => {
            given("PhysicalConnectionId")
        }
        "CreatePhysicalConnection"
        | "DescribePhysicalConnections"
        | "ListVirtualPhysicalConnections" => "*",
        // SOURCE: api dossier 4.2, S5 and S6.
        "CreatePhysicalConnectionSetupOrder" if edition == E2024 => "*",
        action if action.ends_with("ForExpressConnect") => "*",
        _ => return "*".into(),
    };
    format!("acs:vpc:{}:{account}:physicalconnection/{circuit}", given("RegionId"))
}

/// The error of a call that policies deny: silence denies, and who denies is heard first.
/// SOURCE: CONTRACT.
pub fn denial(
    page: &Page,
    call: &Call,
    key: &Key,
    statements: &[Statement],
    edition: Edition,
) -> Option<&'static str> {
    if key.user.is_none() || page.open {
        return None;
    }
    let (names, resource) = (names(page), resource(page, call, key.account, edition));
    let speaks = |statement: &&Statement| {
        let lower = |text: &str| text.to_ascii_lowercase();
        let action = |pattern: &&str| names.iter().any(|n| like(&lower(pattern), &lower(n)));
        statement.actions.iter().any(action)
            && statement.resources.iter().any(|pattern| like(pattern, &resource))
    };
    let heard: Vec<&Statement> = statements.iter().filter(speaks).collect();
    let may = !heard.is_empty() && heard.iter().all(|statement| statement.allows);
    (!may).then_some(match page.version {
        "2017-12-14" => "NotAuthorized",
        "2015-04-01" => "NoPermission",
        _ => "Forbidden.RAM",
    })
}
