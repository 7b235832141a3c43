//! Accounts, users and keys.

use super::{REGIONS, refused};
use crate::rig::{Back, ORDER, RICH, Rig, VPC, merged, prepaid};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_opened_once_and_speaks_its_edition() {
    let rig = Rig::sandbox().await;
    let order = json!({"account": "42", "currency": "USD", "edition": "2019"});
    let made = rig.post("/accounts", order.clone()).await;
    assert_eq!((&made["account"], &made["balance"]), (&json!("42"), &json!("0.00")));
    rig.open_account("43", "JPY").await;
    refused(&rig, "/accounts", order, 409, "account_exists").await;
    for body in [
        json!({"account": "0", "currency": "USD"}),
        json!({"account": "-1", "currency": "USD"}),
        json!({"account": "9223372036854775808", "currency": "USD"}),
        json!({"account": "x", "currency": "USD"}),
        json!({"account": null, "currency": "USD"}),
        json!({"account": "44", "currency": "XXX"}),
        json!({"account": "44", "currency": "USD", "edition": "1999"}),
        json!({"account": "44"}),
    ] {
        refused(&rig, "/accounts", body, 400, "bad_request").await;
    }
    rig.put_key("42", "by-account", json!({})).await;
    rig.put_key("42", "by-key", json!({"edition": "2025-09"})).await;
    let id = rig.circuit_of("42", json!({})).await;
    let call = prepaid(&id, "1", "false", "once");
    let old = rig.call_as("by-account", VPC, ORDER, &call).await.ok();
    let new = rig.call_as("by-key", VPC, ORDER, &call).await.ok();
    assert!(old.body["data"]["orderId"].is_u64(), "the account's edition: {}", old.text);
    assert!(new.body["Data"]["OrderId"].is_string(), "the key's edition wins: {}", new.text);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_may_what_his_policies_say_at_once() {
    let rig = Rig::sandbox().await;
    let policy = |effect: &str| {
        json!({"Version": "1", "Statement":
            [{"Effect": effect, "Action": "vpc:DescribeAccessPoints", "Resource": "*"}]})
    };
    let user = |policies: Value| json!({"account": RICH, "name": "bob", "policies": policies});
    rig.post("/users", user(json!([]))).await;
    rig.put_key(RICH, "bob", json!({"user": "bob"})).await;
    let tries = || rig.call_as("bob", VPC, "DescribeAccessPoints", &[]);
    tries().await.refused(403, "Forbidden.RAM");
    rig.post("/users", user(json!([policy("Allow")]))).await;
    tries().await.ok();
    // A document may also come as its text.
    rig.post("/users", user(json!([policy("Allow").to_string()]))).await;
    tries().await.ok();
    rig.post("/users", user(json!([policy("Allow"), policy("Deny")]))).await;
    tries().await.refused(403, "Forbidden.RAM");
    for body in [
        user(json!(["not a policy"])),
        user(json!([{"Version": "1"}])),
        json!({"account": RICH, "name": "", "policies": []}),
        json!({"account": RICH, "name": "x".repeat(65), "policies": []}),
    ] {
        refused(&rig, "/users", body, 400, "bad_request").await;
    }
    let nobody = json!({"account": "7", "name": "bob", "policies": []});
    refused(&rig, "/users", nobody, 404, "no_such_account").await;
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_verifies_at_once_and_as_it_was_made() {
    let rig = Rig::sandbox().await;
    let key = |id: &str, more: Value| {
        merged(json!({"account": RICH, "access_key_id": id, "secret": "a"}), more)
    };
    let send = async |id: &str, secret: &str, more: &[(&str, &str)]| -> Back {
        rig.send(&rig.sign(id, secret, VPC, REGIONS, more)).await
    };
    send("mine", "a", &[]).await.refused(404, "InvalidAccessKeyId.NotFound");
    assert_eq!(rig.post("/keys", key("mine", json!({}))).await["access_key_id"], "mine");
    send("mine", "a", &[]).await.ok();
    rig.post("/keys", key("mine", json!({"secret": "b"}))).await;
    send("mine", "a", &[]).await.refused(400, "SignatureDoesNotMatch");
    send("mine", "b", &[]).await.ok();
    rig.post("/keys", key("off", json!({"active": false}))).await;
    send("off", "a", &[]).await.refused(400, "InvalidAccessKeyId.Inactive");
    rig.post("/keys", key("off", json!({"active": true}))).await;
    send("off", "a", &[]).await.ok();
    let token = json!({"security_token": "t", "expires_at": "2099-01-01T00:00:00Z"});
    rig.post("/keys", key("sts", token)).await;
    assert_eq!(send("sts", "a", &[]).await.status, 400);
    send("sts", "a", &[("SecurityToken", "t")]).await.ok();
    assert_eq!(send("sts", "a", &[("SecurityToken", "u")]).await.status, 400);
    let token = json!({"security_token": "t", "expires_at": "2020-01-01T00:00:00Z"});
    rig.post("/keys", key("gone", token)).await;
    let gone = send("gone", "a", &[("SecurityToken", "t")]).await;
    gone.refused(400, "InvalidSecurityToken.Expired");
    for body in [
        key("", json!({})),
        key("a@b", json!({})),
        key("a b", json!({})),
        key(&"x".repeat(129), json!({})),
        key("k", json!({"secret": ""})),
        key("k", json!({"secret": null})),
        key("k", json!({"public_key": "also"})),
        key("k", json!({"secret": null, "public_key": "no PEM"})),
        key("k", json!({"edition": "1999"})),
        key("k", json!({"expires_at": "soon"})),
    ] {
        refused(&rig, "/keys", body, 400, "bad_request").await;
    }
    refused(&rig, "/keys", key("k", json!({"account": "7"})), 404, "no_such_account").await;
    refused(&rig, "/keys", key("k", json!({"user": "nobody"})), 404, "no_such_user").await;
    rig.end().await;
}
