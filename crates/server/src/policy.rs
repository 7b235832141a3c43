//! Who may do what: policies of Effect, Action and Resource with wildcards, explicit deny first.
//!
//! The first form of the language. A document that uses more (Condition, NotAction, NotResource)
//! is refused when it is loaded rather than understood wrongly.
//! SOURCE: wire dossier 6.

use api::{Caller, Edition, Operation};
use serde::Deserialize;
use wire::{AccessDenied, Call, Reject};

/// A user's policies, read.
#[derive(Clone, Default, Debug)]
pub struct Policies(Vec<Statement>);

#[derive(Clone, Debug)]
struct Statement {
    allows: bool,
    actions: Vec<String>,
    resources: Vec<String>,
}

/// Why a call is denied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Denial {
    /// No statement allows it.
    Implicit,
    /// A statement denies it.
    Explicit,
}

impl Denial {
    /// `NoPermissionType` on the wire.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Implicit => "ImplicitDeny",
            Self::Explicit => "ExplicitDeny",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "Version")]
    _version: String,
    #[serde(rename = "Statement")]
    statements: OneOrMany<StatementText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct StatementText {
    effect: String,
    action: OneOrMany<String>,
    resource: OneOrMany<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    fn list(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

impl Policies {
    /// Reads policy documents, JSON.
    pub fn read<'d>(documents: impl IntoIterator<Item = &'d str>) -> Result<Self, String> {
        let mut statements = Vec::new();
        for document in documents {
            let document: Document = serde_json::from_str(document)
                .map_err(|error| format!("not a policy of Effect, Action and Resource: {error}"))?;
            for text in document.statements.list() {
                let allows = match text.effect.as_str() {
                    "Allow" => true,
                    "Deny" => false,
                    other => return Err(format!("Effect is Allow or Deny, not {other:?}")),
                };
                let (actions, resources) = (text.action.list(), text.resource.list());
                statements.push(Statement { allows, actions, resources });
            }
        }
        Ok(Self(statements))
    }

    /// Whether an action, under any of its names, may be done to all of these resources. Who denies
    /// is heard before silence is.
    pub fn decide_all(&self, names: &[&str], resources: &[String]) -> Result<(), Denial> {
        let decided = || resources.iter().map(|resource| self.decide(names, resource));
        let denied = decided().find(|decision| *decision == Err(Denial::Explicit));
        denied.or_else(|| decided().find(Result::is_err)).unwrap_or(Ok(()))
    }

    /// Whether an action, under any of its names, may be done to a resource.
    fn decide(&self, names: &[&str], resource: &str) -> Result<(), Denial> {
        let speaks = |statement: &&Statement| {
            statement.actions.iter().any(|pattern| names.iter().any(|n| like(pattern, n, true)))
                && statement.resources.iter().any(|pattern| like(pattern, resource, false))
        };
        let mut allowed = false;
        for statement in self.0.iter().filter(speaks) {
            if !statement.allows {
                return Err(Denial::Explicit);
            }
            allowed = true;
        }
        if allowed { Ok(()) } else { Err(Denial::Implicit) }
    }
}

/// Whether `text` matches a pattern of `*` (any run) and `?` (any one). Linear but for one step
/// back to the last `*`.
/// ASSUMED: actions are compared without regard to case, resources with.
fn like(pattern: &str, text: &str, ignore_case: bool) -> bool {
    let same = |a: u8, b: u8| if ignore_case { a.eq_ignore_ascii_case(&b) } else { a == b };
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == b'?' || same(c, text[t]) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((star_p, star_t)) => {
                    star = Some((star_p, star_t + 1));
                    p = star_p + 1;
                    t = star_t + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == b'*')
}

/// The resources that policies speak of, filled in from the call as it came.
pub fn resources(
    operation: &Operation,
    edition: Edition,
    caller: &Caller,
    call: &Call<'_>,
) -> Vec<String> {
    let own = operation.resources.filter(|(editions, _)| editions.contains(edition));
    let arns = own.map_or(&["*"][..], |(_, arns)| arns);
    arns.iter().map(|arn| fill(arn, caller, call)).collect()
}

fn fill(arn: &str, caller: &Caller, call: &Call<'_>) -> String {
    let mut filled = String::with_capacity(arn.len() + 32);
    for (place, piece) in arn.split(['{', '}']).enumerate() {
        match piece {
            // Every second piece stands in braces.
            _ if place % 2 == 0 => filled.push_str(piece),
            "account" => filled.push_str(&caller.account.to_string()),
            "region" => filled.push_str(call.parameter("RegionId").unwrap_or("*")),
            // PHYSICALCONNECTION is physicalconnection.
            "kind" => match call.parameter("ResourceType").filter(|kind| !kind.is_empty()) {
                Some(kind) => filled.push_str(&kind.to_ascii_lowercase()),
                None => filled.push('*'),
            },
            name => filled.push_str(call.parameter(name).unwrap_or("*")),
        }
    }
    filled
}

/// A denial in the service's words. SOURCE: wire dossier 6 (AccessDeniedDetail).
pub fn denied(operation: &Operation, caller: &Caller, denial: Denial) -> (Reject, AccessDenied) {
    use base64::Engine as _;
    let user = caller.user.as_deref().unwrap_or_default();
    let action = format!("{}:{}", operation.product.ram_prefix, operation.name);
    // ASSUMED: the real one is encrypted; ours says in base64 what the fields say.
    let message = format!("{}:{user}:{action}:{}", caller.account, denial.text());
    let detail = AccessDenied {
        auth_action: action,
        principal_type: "SubUser".into(),
        principal_owner_id: caller.account.to_string(),
        principal_display_name: user.into(),
        no_permission_type: denial.text().into(),
        policy_type: "AccountLevelIdentityBasedPolicy".into(),
        encoded_diagnostic_message: base64::prelude::BASE64_STANDARD.encode(message),
    };
    let (status, code, message) = operation.product.denial;
    (Reject::new(status, code, message), detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_wildcards_do() {
        for (pattern, text, matches) in [
            ("*", "", true),
            ("vpc:*", "vpc:DescribeRegions", true),
            ("vpc:Describe*", "vpc:CreateX", false),
            ("VPC:describe*", "vpc:DescribeX", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*b*c", "abxbc", true),
            ("*b", "abx", false),
        ] {
            assert_eq!(like(pattern, text, true), matches, "{pattern} {text}");
        }
    }

    #[test]
    fn an_explicit_deny_wins_and_silence_denies() {
        let policies = Policies::read([r#"{"Version":"1","Statement":[
            {"Effect":"Allow","Action":"vpc:*","Resource":"*"},
            {"Effect":"Deny","Action":["vpc:Delete*"],"Resource":"acs:vpc:*:*:physicalconnection/*"}
        ]}"#])
        .expect("a policy");
        let decide = |action: &str, resource: &str| policies.decide(&[action], resource);
        assert_eq!(decide("vpc:CreateX", "*"), Ok(()));
        assert_eq!(decide("bss:X", "*"), Err(Denial::Implicit));
        let circuit = "acs:vpc:cn-hangzhou:1:physicalconnection/pc-1";
        assert_eq!(decide("vpc:DeletePhysicalConnection", circuit), Err(Denial::Explicit));
    }

    #[test]
    fn a_call_on_two_things_needs_both_and_is_denied_by_whoever_denies_one() {
        let policies = Policies::read([r#"{"Version":"1","Statement":[
            {"Effect":"Allow","Action":"*","Resource":["a","b"]},
            {"Effect":"Deny","Action":"*","Resource":"d"}
        ]}"#])
        .expect("a policy");
        let decide =
            |things: [&str; 2]| policies.decide_all(&["vpc:X"], &things.map(str::to_owned));
        assert_eq!(decide(["a", "b"]), Ok(()));
        assert_eq!(decide(["a", "c"]), Err(Denial::Implicit));
        assert_eq!(decide(["c", "d"]), Err(Denial::Explicit));
        assert_eq!(decide(["d", "c"]), Err(Denial::Explicit));
    }

    #[test]
    fn what_is_not_understood_is_refused_when_it_is_loaded() {
        for document in [
            r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}]}"#,
            r#"{"Version":"1","Statement":[{"Effect":"Allow","NotAction":"*","Resource":"*"}]}"#,
            r#"{"Version":"1","Statement":[{"Effect":"Maybe","Action":"*","Resource":"*"}]}"#,
            "{}",
            "",
        ] {
            assert!(Policies::read([document]).is_err(), "{document}");
        }
    }
}
