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

/// What policies speak of in a call: the ARNs after the account.
fn things(page: &Page, call: &Call, edition: Edition) -> Vec<String> {
    let circuit = |name| format!("physicalconnection/{}", call.parameter(name).unwrap_or("*"));
    let router = |name| format!("virtualborderrouter/{}", call.parameter(name).unwrap_or("*"));
    match page.action {
        "DescribeVirtualBorderRouters" => vec![router("")],
        "ModifyVirtualBorderRouterAttribute"
        | "TerminateVirtualBorderRouter"
        | "RecoverVirtualBorderRouter"
        | "DeleteVirtualBorderRouter" => vec![router("VbrId")],
        // SOURCE: ROUTERS 17: all resources in 2024-03.
        "CreateVbrHa" if edition >= E2025_03 => vec![router("VbrId")],
        "UpdateVirtualBorderBandwidth" => vec![router("VirtualBorderRouterId")],
        "GrantInstanceToVbr" if edition >= E2024 => {
            vec![format!("vpc/{}", call.parameter("InstanceId").unwrap_or("*"))]
        }
        // SOURCE: ROUTERS 17 and annex A: both are needed.
        "CreateVirtualBorderRouter" if edition >= E2024 => {
            vec![circuit("PhysicalConnectionId"), router("")]
        }
        "AssociatePhysicalConnectionToVirtualBorderRouter" => {
            vec![circuit("PhysicalConnectionId"), router("VbrId")]
        }
        "DeletePhysicalConnection"
        | "TerminatePhysicalConnection"
        | "EnablePhysicalConnection"
        | "CancelPhysicalConnection"
        | "ModifyPhysicalConnectionAttribute"
        | "CreateVirtualPhysicalConnection" => vec![circuit("PhysicalConnectionId")],
        "ApplyPhysicalConnectionLOA"
        | "SecondApplyPhysicalConnectionLOA"
        | "CompletePhysicalConnectionLOA"
        | "RecoverPhysicalConnection"
        | "UpdateVirtualPhysicalConnection" => vec![circuit("InstanceId")],
        "CreatePhysicalConnectionOccupancyOrder" if edition >= E2025_03 => {
            vec![circuit("PhysicalConnectionId")]
        }
        "CreatePhysicalConnection"
        | "DescribePhysicalConnections"
        | "ListVirtualPhysicalConnections" => vec![circuit("")],
        // SOURCE: api dossier 4.2, S5 and S6.
        "CreatePhysicalConnectionSetupOrder" if edition == E2024 => vec![circuit("")],
        // SOURCE: api dossier, annex A (UntagResources…): each kind has its own.
        action if action.ends_with("ForExpressConnect") => {
            let kind = call.parameter("ResourceType").unwrap_or("*").to_ascii_lowercase();
            vec![format!("{kind}/*")]
        }
        _ => Vec::new(),
    }
}

/// The ARNs that policies speak of in a call, each of which must be allowed.
fn resources(page: &Page, call: &Call, account: u64, edition: Edition) -> Vec<String> {
    let things = things(page, call, edition);
    if things.is_empty() {
        return vec!["*".into()];
    }
    // SOURCE: ROUTERS 12, point 12: in any region.
    let anywhere = page.action == "UpdateVirtualBorderBandwidth";
    let region = call.parameter("RegionId").filter(|_| !anywhere).unwrap_or("*");
    things.into_iter().map(|thing| format!("acs:vpc:{region}:{account}:{thing}")).collect()
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
    let names = names(page);
    let may = |resource: &String| {
        let speaks = |statement: &&Statement| {
            let lower = |text: &str| text.to_ascii_lowercase();
            let action = |pattern: &&str| names.iter().any(|n| like(&lower(pattern), &lower(n)));
            statement.actions.iter().any(action)
                && statement.resources.iter().any(|pattern| like(pattern, resource))
        };
        let heard: Vec<&Statement> = statements.iter().filter(speaks).collect();
        !heard.is_empty() && heard.iter().all(|statement| statement.allows)
    };
    let may = resources(page, call, key.account, edition).iter().all(may);
    (!may).then_some(match page.version {
        "2017-12-14" => "NotAuthorized",
        "2015-04-01" => "NoPermission",
        _ => "Forbidden.RAM",
    })
}
