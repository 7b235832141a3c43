//! Who may do what: users and their policies, and how a denial is told.

use crate::examples::elements;
use crate::rig::{BSS, Back, ORDER, POOR, READY, RICH, Rig, VPC};
use crossconnect::server::Parts;
use serde_json::{Value, json};

const STS: &str = "2015-04-01";
const CONFIRMED: [(&str, &str); 1] = [("PhysicalConnectionId", READY)];

/// A policy of one statement.
fn policy(effect: &str, action: &str, resource: &str) -> Value {
    json!({"Version": "1",
        "Statement": [{"Effect": effect, "Action": action, "Resource": resource}]})
}

/// Gives a user of account 1 these policies and no others, and a key of the user's name.
async fn user(rig: &Rig, name: &str, policies: &[Value]) {
    rig.post("/users", json!({"account": RICH, "name": name, "policies": policies})).await;
    rig.put_key(RICH, name, json!({"user": name})).await;
}

/// Orders the Confirmed circuit of the sandbox with a token.
async fn order(rig: &Rig, key: &str, token: &str) -> Back {
    let parameters = [CONFIRMED[0], ("ClientToken", token)];
    rig.call_as(key, VPC, ORDER, &parameters).await
}

/// Fails the test unless a call was denied in this way.
#[track_caller]
fn denied(back: &Back, code: &str, action: &str, user: &str, kind: &str) {
    back.refused(403, code);
    let detail = &back.body["AccessDeniedDetail"];
    assert_eq!(detail["AuthAction"], action, "{}", back.text);
    assert_eq!(detail["AuthPrincipalType"], "SubUser");
    assert_eq!(detail["AuthPrincipalOwnerId"], RICH);
    assert_eq!(detail["AuthPrincipalDisplayName"], user);
    assert_eq!(detail["NoPermissionType"], kind, "{}", back.text);
    assert_eq!(detail["PolicyType"], "AccountLevelIdentityBasedPolicy");
    assert!(detail["EncodedDiagnosticMessage"].as_str().is_some_and(|text| text.len() > 20));
}

/// SOURCE: CONTRACT: Vpc Forbidden.RAM, Sts NoPermission, BssOpenApi NotAuthorized.
#[tokio::test(flavor = "multi_thread")]
async fn a_denial_is_told_in_the_words_of_its_product() {
    let rig = Rig::sandbox().await;
    let key = "sandbox-denied";
    let back = rig.call_as(key, VPC, ORDER, &CONFIRMED).await;
    denied(&back, "Forbidden.RAM", &format!("vpc:{ORDER}"), "denied", "ImplicitDeny");
    let message = "User not authorized to operate on the specified resource, \
                   or this API doesn't support RAM.";
    assert_eq!(back.body["Message"], message);
    let back = rig.call_as(key, BSS, "QueryAccountBalance", &[]).await;
    let action = "bssapi:QueryAccountBalance";
    denied(&back, "NotAuthorized", action, "denied", "ImplicitDeny");
    assert_eq!(back.body["Message"], "This API is not authorized for caller.");
    // Of the token service only what is open to all is served yet.
    assert_eq!((api::operation::STS.denial.0, api::operation::STS.denial.1), (403, "NoPermission"));
    let back = rig.call_as(key, STS, "GetCallerIdentity", &[]).await.ok();
    assert_eq!(back.body["Arn"], format!("acs:ram::{RICH}:user/denied"));
    rig.call_as(key, VPC, "DescribeRegions", &[]).await.ok();
    assert_eq!(rig.state().await["orders"], json!([]));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_in_xml_says_the_same() {
    let rig = Rig::sandbox().await;
    let parameters = [CONFIRMED[0], ("Format", "XML")];
    let back = rig.call_as("sandbox-denied", VPC, ORDER, &parameters).await;
    let found = elements(&back.text);
    let names: Vec<&str> = found.iter().map(|element| element.path.as_str()).collect();
    let detail = |name: &str| format!("Error.AccessDeniedDetail.{name}");
    let fields = [
        "PolicyType",
        "AuthPrincipalOwnerId",
        "EncodedDiagnosticMessage",
        "AuthPrincipalType",
        "AuthPrincipalDisplayName",
        "NoPermissionType",
        "AuthAction",
    ]
    .map(detail);
    let head = [
        "Error",
        "Error.RequestId",
        "Error.HostId",
        "Error.Code",
        "Error.Message",
        "Error.Recommend",
        "Error.AccessDeniedDetail",
    ];
    let expected: Vec<&str> = head.into_iter().chain(fields.iter().map(String::as_str)).collect();
    assert_eq!(names, expected);
    assert_eq!(found[3].text, "Forbidden.RAM");
    assert_eq!(found[13].text, format!("vpc:{ORDER}"));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_look_may_not_change() {
    let rig = Rig::sandbox().await;
    let key = "sandbox-readonly";
    for (version, action) in [
        (VPC, "DescribePhysicalConnections"),
        (VPC, "DescribeAccessPoints"),
        (VPC, "GetPhysicalConnectionServiceStatus"),
        (BSS, "QueryAccountBalance"),
        (BSS, "QueryOrders"),
    ] {
        rig.call_as(key, version, action, &[]).await.ok();
    }
    for action in [
        ORDER,
        "ConfirmPhysicalConnection",
        "CreatePhysicalConnection",
        "DeletePhysicalConnection",
        "ModifyPhysicalConnectionAttribute",
        "OpenPhysicalConnectionService",
        "TerminatePhysicalConnection",
    ] {
        let back = rig.call_as(key, VPC, action, &CONFIRMED).await;
        denied(&back, "Forbidden.RAM", &format!("vpc:{action}"), "readonly", "ImplicitDeny");
    }
    let back = rig.call_as(key, BSS, "CancelOrder", &[("OrderId", "1")]).await;
    denied(&back, "NotAuthorized", "bssapi:CancelOrder", "readonly", "ImplicitDeny");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explicit_deny_wins_wherever_it_stands() {
    let rig = Rig::sandbox().await;
    let (all, no_orders) = (policy("Allow", "*", "*"), policy("Deny", "vpc:Create*Order", "*"));
    let both = [all.clone(), no_orders.clone()];
    for policies in [both.to_vec(), both.iter().rev().cloned().collect()] {
        user(&rig, "clerk", &policies).await;
        let back = order(&rig, "clerk", "token").await;
        denied(&back, "Forbidden.RAM", &format!("vpc:{ORDER}"), "clerk", "ExplicitDeny");
        rig.call_as("clerk", VPC, "DescribePhysicalConnections", &[]).await.ok();
    }
    user(&rig, "clerk", &[all]).await;
    order(&rig, "clerk", "token").await.ok();
    rig.end().await;
}

/// SOURCE: CONTRACT: all resources in 2024-03, the circuit's ARN in 2025-03 on.
#[tokio::test(flavor = "multi_thread")]
async fn permission_for_one_circuit_counts_since_2025() {
    let rig = Rig::sandbox().await;
    let (ours, other) = (rig.circuit("Confirmed").await, rig.circuit("Confirmed").await);
    let arn = format!("acs:vpc:cn-hangzhou:{RICH}:physicalconnection/{ours}");
    user(&rig, "clerk", &[policy("Allow", &format!("vpc:{ORDER}"), &arn)]).await;
    for edition in api::Edition::ALL {
        let name = edition.name();
        let key = format!("clerk-{name}");
        rig.put_key(RICH, &key, json!({"user": "clerk", "edition": name})).await;
        let call = async |circuit: &str| {
            let parameters = [
                ("PhysicalConnectionId", circuit),
                ("Period", "1"),
                ("InstanceChargeType", "PrePaid"),
                ("AutoPay", "false"),
                ("ClientToken", "token"),
            ];
            rig.call_as(&key, VPC, ORDER, &parameters).await
        };
        let action = format!("vpc:{ORDER}");
        if edition >= api::Edition::E2025_03 {
            call(&ours).await.ok();
        } else {
            denied(&call(&ours).await, "Forbidden.RAM", &action, "clerk", "ImplicitDeny");
        }
        denied(&call(&other).await, "Forbidden.RAM", &action, "clerk", "ImplicitDeny");
    }
    rig.end().await;
}

/// SOURCE: ROUTERS 17; api dossier, annex A (UntagResourcesForExpressConnect).
#[tokio::test(flavor = "multi_thread")]
async fn a_call_on_two_things_needs_both_and_a_tag_the_thing_that_it_is_put_on() {
    let rig = Rig::sandbox().await;
    let (first, second) = (rig.circuit("Enabled").await, rig.circuit("Enabled").await);
    let circuits = format!("acs:vpc:*:{RICH}:physicalconnection/*");
    let routers = format!("acs:vpc:*:{RICH}:virtualborderrouter/*");
    let router = [
        ("PhysicalConnectionId", &*first),
        ("VlanId", "10"),
        ("LocalGatewayIp", "10.0.0.1"),
        ("PeerGatewayIp", "10.0.0.2"),
        ("PeeringSubnetMask", "255.255.255.252"),
    ];
    let made = rig.call("CreateVirtualBorderRouter", &router).await.ok();
    let id = made.body["VbrId"].as_str().expect("an id").to_owned();
    let join = [("VbrId", &*id), ("PhysicalConnectionId", &*second), ("VlanId", "20")];
    let tag = |kind, thing| {
        [("ResourceType", kind), ("ResourceId.1", thing), ("Tag.1.Key", "k"), ("Tag.1.Value", "v")]
    };
    let tag_router = tag("VIRTUALBORDERROUTER", &*id);
    let tag_circuit = tag("PHYSICALCONNECTION", &*first);
    let join = ("AssociatePhysicalConnectionToVirtualBorderRouter", &join[..]);
    let calls = [
        ("CreateVirtualBorderRouter", &router[..], false, false),
        (join.0, join.1, false, false),
        ("TagResourcesForExpressConnect", &tag_router[..], false, true),
        ("TagResourcesForExpressConnect", &tag_circuit[..], true, false),
    ];
    let allow = |resource: &str| policy("Allow", "*", resource);
    for (action, said, with_circuits, with_routers) in calls {
        for (resource, may) in [(&circuits, with_circuits), (&routers, with_routers)] {
            user(&rig, "clerk", &[allow(resource)]).await;
            let back = rig.call_as("clerk", VPC, action, said).await;
            assert_eq!(back.status == 403, !may, "{action} with {resource}: {}", back.text);
            user(&rig, "clerk", &[allow("*"), policy("Deny", "vpc:*", resource)]).await;
            let back = rig.call_as("clerk", VPC, action, said).await;
            let other = with_circuits || with_routers;
            let denied = if other { may } else { true };
            assert_eq!(back.status == 403, denied, "{action} without {resource}: {}", back.text);
        }
    }
    user(&rig, "clerk", &[allow(&circuits), allow(&routers)]).await;
    rig.call_as("clerk", VPC, join.0, join.1).await.ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn permission_names_the_region_the_account_and_the_circuit() {
    let rig = Rig::sandbox().await;
    let arn = |region: &str, account: &str, circuit: &str| {
        format!("acs:vpc:{region}:{account}:physicalconnection/{circuit}")
    };
    let circuit = READY;
    for (resource, allowed) in [
        (arn("*", "*", "*"), true),
        (arn("cn-hangzhou", RICH, "pc-sandbox?onfirmed"), true),
        (arn("cn-*", "*", circuit), true),
        ("*".into(), true),
        (arn("cn-beijing", RICH, circuit), false),
        (arn("cn-hangzhou", POOR, circuit), false),
        (arn("cn-hangzhou", RICH, "PC-SANDBOXCONFIRMED"), false),
        (arn("cn-hangzhou", RICH, "pc-sandbox"), false),
        ("acs:ecs:*".into(), false),
        (String::new(), false),
    ] {
        user(&rig, "clerk", &[policy("Allow", "VPC:createphysical*", &resource)]).await;
        let back = order(&rig, "clerk", "token").await;
        assert_eq!(back.status, if allowed { 200 } else { 403 }, "{resource}: {}", back.text);
    }
    // What the call leaves out, or makes up, is no way around the circuit that is named.
    user(&rig, "clerk", &[policy("Allow", "*", &arn("cn-hangzhou", RICH, circuit))]).await;
    for made_up in ["", "*", "pc-sandbox*", "pc-sandboxenabled"] {
        let parameters = [("PhysicalConnectionId", made_up)];
        rig.call_as("clerk", VPC, ORDER, &parameters).await.refused(403, "Forbidden.RAM");
    }
    rig.call_as("clerk", VPC, ORDER, &[]).await.refused(403, "Forbidden.RAM");
    rig.end().await;
}

/// SOURCE: idempotency cases C5.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_and_the_account_itself_share_a_token() {
    let rig = Rig::sandbox().await;
    user(&rig, "clerk", &[policy("Allow", "vpc:*", "*")]).await;
    let first = order(&rig, "clerk", "shared").await.ok();
    let again = order(&rig, "sandbox", "shared").await.ok();
    assert_eq!(again.order_id(), first.order_id());
    assert_eq!(again.replay_of, Some(first.request_id));
    order(&rig, "sandbox-denied", "shared").await.refused(403, "Forbidden.RAM");
    order(&rig, "sandbox-readonly", "shared").await.refused(403, "Forbidden.RAM");
    assert_eq!(rig.state().await["orders"].as_array().map(Vec::len), Some(1));
    rig.end().await;
}

/// SOURCE: idempotency cases C6.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_permission_was_withdrawn_is_not_replayed() {
    let rig = Rig::sandbox().await;
    user(&rig, "clerk", &[policy("Allow", "vpc:*", "*")]).await;
    let first = order(&rig, "clerk", "token").await.ok().order_id();
    user(&rig, "clerk", &[]).await;
    let back = order(&rig, "clerk", "token").await;
    denied(&back, "Forbidden.RAM", &format!("vpc:{ORDER}"), "clerk", "ImplicitDeny");
    assert!(!back.text.contains(&first) && back.replay_of.is_none(), "{}", back.text);
    user(&rig, "clerk", &[policy("Allow", "vpc:*", "*")]).await;
    assert_eq!(order(&rig, "clerk", "token").await.ok().order_id(), first);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn users_and_their_policies_outlive_a_restart() {
    let rig = Rig::sandbox().await;
    user(&rig, "clerk", &[policy("Allow", "vpc:Describe*", "*")]).await;
    let folder = rig.end_keeping().await;
    let rig = Rig::open(&folder, &[], Parts::default()).await;
    rig.call_as("clerk", VPC, "DescribePhysicalConnections", &[]).await.ok();
    order(&rig, "clerk", "token").await.refused(403, "Forbidden.RAM");
    rig.end().await;
}

/// SOURCE: billing dossier 1.1: billing's policies also use older names of its actions.
#[tokio::test(flavor = "multi_thread")]
async fn billing_is_permitted_under_either_of_its_names() {
    let rig = Rig::sandbox().await;
    for (action, status) in
        [("bssapi:QueryOrders", 200), ("bss:DescribeOrderList", 200), ("bss:QueryOrders", 403)]
    {
        user(&rig, "clerk", &[policy("Allow", action, "*")]).await;
        let back = rig.call_as("clerk", BSS, "QueryOrders", &[]).await;
        assert_eq!(back.status, status, "{action}: {}", back.text);
    }
    user(&rig, "clerk", &[policy("Allow", "*", "*"), policy("Deny", "bss:Describe*", "*")]).await;
    rig.call_as("clerk", BSS, "QueryOrders", &[]).await.refused(403, "NotAuthorized");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_is_not_understood_is_refused_when_it_is_loaded() {
    let rig = Rig::sandbox().await;
    let with = |name: &str, value: Value| {
        let mut policy = policy("Allow", "*", "*");
        policy["Statement"][0][name] = value;
        policy
    };
    let mut unread = policy("Allow", "*", "*");
    unread["Statement"] = json!("all");
    for policy in [
        with("Condition", json!({"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}})),
        with("NotAction", json!("vpc:Delete*")),
        with("NotResource", json!("*")),
        with("Principal", json!("*")),
        with("Effect", json!("allow")),
        with("Action", json!(7)),
        unread,
        json!({"Statement": []}),
        json!("not JSON"),
        json!([]),
    ] {
        let body = json!({"account": RICH, "name": "clerk", "policies": [policy]});
        let (status, answer) = rig.control("POST", "/users", &body).await;
        assert_eq!(status, 400, "{body}: {answer}");
        assert_eq!(answer["error"]["code"], "bad_request");
    }
    assert_eq!(rig.state().await["users"], json!([]));
    // A document may also come as its text.
    let text = policy("Allow", "vpc:*", "*").to_string();
    user(&rig, "clerk", &[json!(text)]).await;
    order(&rig, "clerk", "token").await.ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_belongs_to_one_account_and_one_world() {
    let rig = Rig::sandbox().await;
    user(&rig, "clerk", &[policy("Allow", "*", "*")]).await;
    let key = json!({"account": POOR, "user": "clerk", "access_key_id": "x",
        "secret": "s"});
    let (status, answer) = rig.control("POST", "/keys", &key).await;
    assert_eq!((status, &answer["error"]["code"]), (404, &json!("no_such_user")));
    order(&rig, "clerk@other", "token").await.refused(404, "InvalidAccessKeyId.NotFound");
    let body = json!({"account": "7", "name": "clerk", "policies": []});
    let (status, answer) = rig.control("POST", "/users", &body).await;
    assert_eq!((status, &answer["error"]["code"]), (404, &json!("no_such_account")));
    rig.end().await;
}
