//! The control API, call by call, as CONTRACT lists it.
//! Long because each control call has its story.

use crate::rig::{BSS, Back, ORDER, Rig, VPC, fresh_folder, stopped_clock};
use crossconnect::config::Config;
use crossconnect::keys::SANDBOX_SECRET;
use crossconnect::server::{Parts, Server};
use serde_json::{Value, json};
use std::sync::Arc;

const RICH: &str = "1000000000000001";
const POOR: &str = "1000000000000002";
const READY: &str = "pc-sandboxconfirmed";
const REGIONS: &str = "DescribeRegions";

/// An order of a month for a circuit, paid at once.
fn month<'a>(circuit: &'a str, token: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("PhysicalConnectionId", circuit),
        ("InstanceChargeType", "PrePaid"),
        ("Period", "1"),
        ("AutoPay", "true"),
        ("ClientToken", token),
    ]
}

/// Asserts that a control call is refused in the documented shape and no other.
async fn refused(rig: &Rig, path: &str, body: Value, status: u16, code: &str) {
    let (got, answer) = rig.control("POST", path, &body).await;
    assert_eq!((got, answer["error"]["code"].as_str()), (status, Some(code)), "{path} {body}");
    only_an_error(&answer);
}

#[track_caller]
fn only_an_error(answer: &Value) {
    let members = answer.as_object().expect("an object");
    let error = answer["error"].as_object().expect("an error");
    let code = error["code"].as_str().expect("a code");
    assert!(members.len() == 1 && error.len() == 2 && !code.is_empty(), "{answer}");
    assert!(!error["message"].as_str().expect("a text").is_empty());
}

/// A control call as raw as need be: status, content type and body.
async fn raw(
    rig: &Rig,
    method: &str,
    path: &str,
    bearer: Option<&str>,
    body: Vec<u8>,
) -> (u16, String, String) {
    let url = format!("http://{}{path}", rig.address);
    let mut request = http::Request::builder().method(method).uri(url);
    if let Some(token) = bearer {
        request = request.header("authorization", token);
    }
    let request = request.body(body).expect("a request");
    tokio::task::spawn_blocking(move || {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true);
        let agent: ureq::Agent = config.build().into();
        let mut answer = agent.run(request).expect("an answer");
        let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap_or("?"));
        let kind = kind.unwrap_or_default().to_owned();
        let text = answer.body_mut().read_to_string().expect("a body");
        (answer.status().as_u16(), kind, text)
    })
    .await
    .expect("a control call")
}

// Who may, and how no is said.

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_is_told_in_one_shape() {
    let rig = Rig::sandbox().await;
    for (method, path, body, status, code) in [
        ("POST", "/control/v1/clock", &b"{"[..], 400, "bad_request"),
        ("POST", "/control/v1/clock", b"", 400, "bad_request"),
        ("POST", "/control/v1/clock", b"[]", 400, "bad_request"),
        ("POST", "/control/v1/clock", b"{\"advance\":\"PT1S\",\"x\":1}", 400, "bad_request"),
        ("POST", "/control/v1/clock", b"\xff\xfe", 400, "bad_request"),
        ("POST", "/control/v1/nothing", b"{}", 404, "not_found"),
        ("GET", "/control/v1", b"", 404, "not_found"),
        ("GET", "/control/v2/state", b"", 404, "not_found"),
        ("GET", "/control/v1/reset", b"", 405, "method_not_allowed"),
        ("DELETE", "/control/v1/state", b"", 405, "method_not_allowed"),
        ("PUT", "/control/v1/worlds/a/faults", b"{}", 405, "method_not_allowed"),
        ("GET", "/control/v1/worlds/%FF/state", b"", 400, "bad_request"),
        ("GET", "/control/v1/requests/%FF", b"", 400, "bad_request"),
    ] {
        let (got, kind, text) = raw(&rig, method, path, None, body.to_vec()).await;
        let answer: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        let told = answer["error"]["code"].as_str();
        assert_eq!((got, told), (status, Some(code)), "{method} {path}: {text}");
        assert_eq!(kind, "application/json", "{method} {path}");
        only_an_error(&answer);
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_token_every_call_must_carry_it() {
    for sandbox in ["true", "false"] {
        let rig = Rig::with(&[("control_token", "s3cret"), ("sandbox", sandbox)]).await;
        let path = "/control/v1/state";
        let wrong = [None, Some("Bearer"), Some("Bearer "), Some("Bearer s3cre")];
        let also_wrong = [Some("Bearer s3cret "), Some("bearer s3cret"), Some("Basic s3cret")];
        for bearer in wrong.into_iter().chain(also_wrong) {
            let (status, _, text) = raw(&rig, "GET", path, bearer, Vec::new()).await;
            // HTTP itself trims a trailing blank.
            let trimmed = bearer.is_some_and(|b| b.trim_end() == "Bearer s3cret");
            assert_eq!(status, if trimmed { 200 } else { 401 }, "{bearer:?}: {text}");
            assert!(!text.contains("s3cret"));
            if !trimmed {
                only_an_error(&serde_json::from_str(&text).expect("JSON"));
            }
        }
        let bearer = Some("Bearer s3cret");
        let (status, _, text) = raw(&rig, "GET", path, bearer, Vec::new()).await;
        assert_eq!(status, 200, "{text}");
        let account = json!({"account": "77", "currency": "USD"}).to_string().into_bytes();
        let path = "/control/v1/accounts";
        let (status, ..) = raw(&rig, "POST", path, None, account.clone()).await;
        assert_eq!(status, 401);
        let (status, ..) = raw(&rig, "POST", path, bearer, account).await;
        assert_eq!(status, 200, "the first account of a server without a sandbox too");
        rig.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_sandbox_or_a_token_there_is_no_control() {
    let rig = Rig::with(&[("sandbox", "false")]).await;
    let (status, answer) = rig.control("GET", "/state", &Value::Null).await;
    assert_eq!((status, &answer["error"]["code"]), (401, &json!("unauthorized")));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn off_loopback_a_sandbox_without_a_token_does_not_start() {
    for (listen, token, starts) in [
        ("0.0.0.0:0", "", false),
        ("[::]:0", "", false),
        ("0.0.0.0:0", "s3cret", true),
        ("127.0.0.1:0", "", true),
        ("localhost:0", "", true),
    ] {
        let folder = fresh_folder();
        let store = format!("sqlite:{}", folder.join("crossconnect.db").display());
        let config = Config::with(&[
            ("listen", listen),
            ("store", &store),
            ("sandbox", "true"),
            ("control_token", token),
            ("log", "off"),
        ]);
        let server = Server::start(config.expect("settings"), Parts::default()).await;
        match server {
            Ok(server) => {
                assert!(starts, "{listen} {token}");
                server.gateway.store.close();
            }
            Err(why) => {
                assert!(!starts && why.contains("--control-token"), "{listen}: {why}");
                assert!(!folder.join("crossconnect.db").exists(), "it made a store first");
            }
        }
        std::fs::remove_dir_all(folder).expect("the folder was the test's own");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_sandbox_gives_nothing_away() {
    let rig = Rig::with(&[("control_token", "t"), ("sandbox", "false")]).await;
    let bearer = Some("Bearer t");
    let circuit = json!({"account": RICH, "region": "cn-hangzhou", "status": "Enabled"});
    for (path, body, code) in [
        ("/circuits", circuit, "not_a_sandbox"),
        ("/reset", Value::Null, "not_a_sandbox"),
        ("/clock", json!({"advance": "PT1S"}), "no_virtual_clock"),
    ] {
        let path = format!("/control/v1{path}");
        let body = body.to_string().into_bytes();
        let (status, _, text) = raw(&rig, "POST", &path, bearer, body).await;
        assert!(status == 409 && text.contains(code), "{path}: {text}");
    }
    let (status, _, text) =
        raw(&rig, "GET", "/control/v1/worlds/a/state", bearer, Vec::new()).await;
    assert!(status == 404 && text.contains("no_such_world"), "{text}");
    rig.end().await;
}

// State and clock.

#[tokio::test(flavor = "multi_thread")]
async fn the_state_is_the_documented_world_and_shows_no_secret() {
    let rig = Rig::sandbox().await;
    let state = rig.state().await;
    let accounts: Vec<_> = state["accounts"].as_array().expect("accounts").iter().collect();
    let told = |account: &Value| {
        let text = |name: &str| account[name].as_str().expect("a text").to_owned();
        (text("account"), text("currency"), text("balance"))
    };
    let expected = [(RICH, "USD", "100000.00"), (POOR, "USD", "0.00")];
    let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
    assert_eq!(accounts.iter().map(|a| told(a)).collect::<Vec<_>>(), expected);
    let statuses = [
        "Initial",
        "Approved",
        "Allocating",
        "Allocated",
        "Confirmed",
        "Enabled",
        "Rejected",
        "Canceled",
        "Allocation Failed",
        "Terminating",
        "Terminated",
    ];
    let circuits = state["circuits"].as_array().expect("circuits");
    for (circuit, status) in circuits.iter().zip(statuses) {
        let id = format!("pc-sandbox{}", status.to_lowercase().replace(' ', ""));
        assert_eq!((&circuit["id"], &circuit["status"]), (&json!(id), &json!(status)));
        assert_eq!(
            (&circuit["account"], &circuit["region"]),
            (&json!(RICH), &json!("cn-hangzhou"))
        );
        assert_eq!(circuit["port_type"], "1000Base-LX");
    }
    let last = circuits.last().expect("the poor one");
    assert_eq!((&last["id"], &last["account"]), (&json!("pc-sandboxpoor"), &json!(POOR)));
    assert_eq!(circuits.len(), 12);
    assert_eq!(state["orders"], json!([]));
    let key = json!({"account": RICH, "access_key_id": "mine", "secret": "hush-hush",
        "security_token": "hush-token", "bearer_token": "hush-bearer"});
    rig.post("/keys", key).await;
    let text = rig.state().await.to_string();
    assert!(text.contains("mine") && !text.contains("hush"), "{text}");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_is_advanced_and_set_and_never_goes_back() {
    let parts = Parts { clock: Some(stopped_clock("2026-11-22T08:00:00Z")), ..Parts::default() };
    let rig = Rig::open(&fresh_folder(), &[], parts).await;
    for (how, now) in [
        (json!({"advance": "PT0S"}), "2026-11-22T08:00:00Z"),
        (json!({"advance": "P30D"}), "2026-12-22T08:00:00Z"),
        (json!({"advance": "P1W"}), "2026-12-29T08:00:00Z"),
        (json!({"advance": "PT1H30M"}), "2026-12-29T09:30:00Z"),
        (json!({"set": "2027-01-01T00:00:00Z"}), "2027-01-01T00:00:00Z"),
        (json!({"set": "2027-01-01T08:00:00+08:00"}), "2027-01-01T00:00:00Z"),
        (json!({"set": "2027-01-01T00:00:00.5Z"}), "2027-01-01T00:00:00Z"),
    ] {
        assert_eq!(rig.post("/clock", how).await["clock"], now);
        assert_eq!(rig.control("GET", "/clock", &Value::Null).await.1["clock"], now);
        assert_eq!(rig.state().await["clock"], now);
    }
    for (how, status, code) in [
        (json!({"set": "2027-01-01T00:00:00.499Z"}), 409, "clock_back"),
        (json!({"set": "2026-11-22T08:00:00Z"}), 409, "clock_back"),
        (json!({"advance": "-PT1S"}), 409, "clock_back"),
        (json!({"advance": "P1M"}), 400, "bad_request"),
        (json!({"advance": "soon"}), 400, "bad_request"),
        (json!({"advance": "P9999999999999D"}), 400, "bad_request"),
        (json!({"set": "tomorrow"}), 400, "bad_request"),
        (json!({"set": "9999-12-31T23:59:59Z"}), 400, "bad_request"),
        (json!({"advance": "PT1S", "set": "2028-01-01T00:00:00Z"}), 400, "bad_request"),
        (json!({}), 400, "bad_request"),
    ] {
        refused(&rig, "/clock", how, status, code).await;
    }
    assert_eq!(rig.state().await["clock"], "2027-01-01T00:00:00Z");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn clocks_advanced_by_many_at_once_lose_no_step() {
    let parts = Parts { clock: Some(stopped_clock("2026-11-22T08:00:00Z")), ..Parts::default() };
    let rig = Arc::new(Rig::open(&fresh_folder(), &[], parts).await);
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let rig = Arc::clone(&rig);
            tokio::spawn(async move { rig.post("/clock", json!({"advance": "PT1H"})).await })
        })
        .collect();
    for task in tasks {
        task.await.expect("a step");
    }
    assert_eq!(rig.state().await["clock"], "2026-11-23T00:00:00Z");
    Arc::into_inner(rig).expect("no task has it any more").end().await;
}

// Accounts, users, keys.

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_opened_once_and_speaks_its_edition() {
    let rig = Rig::sandbox().await;
    let order = json!({"account": "42", "currency": "USD", "edition": "2019"});
    let made = rig.post("/accounts", order.clone()).await;
    assert_eq!((&made["account"], &made["balance"]), (&json!("42"), &json!("0.00")));
    rig.post("/accounts", json!({"account": 43, "currency": "JPY"})).await;
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
    let key = |id: &str, edition: Value| {
        json!({"account": "42", "access_key_id": id, "secret": SANDBOX_SECRET,
            "edition": edition})
    };
    rig.post("/keys", key("by-account", Value::Null)).await;
    rig.post("/keys", key("by-key", json!("2025-09"))).await;
    let circuit = json!({"account": "42", "region": "cn-hangzhou", "status": "Confirmed"});
    let id = rig.post("/circuits", circuit).await["id"].as_str().expect("an id").to_owned();
    let mut call = month(&id, "once");
    call[3].1 = "false";
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
    let key = json!({"account": RICH, "access_key_id": "bob", "secret": SANDBOX_SECRET,
        "user": "bob"});
    rig.post("/keys", key).await;
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
        let mut body = json!({"account": RICH, "access_key_id": id, "secret": "a"});
        let members = body.as_object_mut().expect("an object");
        members.extend(more.as_object().expect("an object").clone());
        body
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

#[tokio::test(flavor = "multi_thread")]
async fn a_price_list_is_loaded_wholly_or_not_at_all() {
    let rig = Rig::sandbox().await;
    let row = |port: &str, region: &str, month: Value| -> Value {
        json!({"port_type": port, "region": region, "month": month})
    };
    let good = || row("1000Base-LX", "cn-hangzhou", json!("1.00"));
    for prices in [
        json!([good(), row("1000Base-XX", "cn-hangzhou", json!("1.00"))]),
        json!([good(), row("1000Base-LX", "cn-nowhere", json!("1.00"))]),
        json!([good(), row("10GBase-T", "cn-hangzhou", json!("-1.00"))]),
        json!([good(), row("10GBase-T", "cn-hangzhou", json!("1.00001"))]),
        json!([good(), row("10GBase-T", "cn-hangzhou", json!(1.0))]),
        json!([good(), good()]),
        json!("free"),
    ] {
        let body = json!({"currency": "USD", "prices": prices});
        refused(&rig, "/prices", body, 400, "bad_request").await;
    }
    let body = json!({"currency": "XXX", "prices": [good()]});
    refused(&rig, "/prices", body, 400, "bad_request").await;
    rig.call(ORDER, &month(READY, "once")).await.ok();
    let state = rig.state().await;
    assert_eq!(state["orders"][0]["price_version"], 1, "nothing was loaded");
    let body = json!({"currency": "USD", "prices": [good()]});
    let loaded = rig.post("/prices", body).await;
    assert_eq!((&loaded["currency"], &loaded["prices"]), (&json!("USD"), &json!(1)));
    let circuit = rig.circuit("Confirmed").await;
    rig.call(ORDER, &month(&circuit, "then")).await.ok();
    let order = rig.state().await["orders"][1].clone();
    assert_eq!((&order["price_version"], &order["amount"]), (&json!(2), &json!("1.00")));
    rig.end().await;
}

// Circuits and events.

#[tokio::test(flavor = "multi_thread")]
async fn circuits_are_born_as_ordered() {
    let rig = Rig::sandbox().await;
    let given = |more: Value| {
        let mut body = json!({"account": RICH, "region": "cn-hangzhou", "status": "Confirmed"});
        let members = body.as_object_mut().expect("an object");
        members.extend(more.as_object().expect("an object").clone());
        body
    };
    let full = json!({"region": "ap-southeast-1", "status": "Allocation Failed",
        "port_type": "40GBase-LR", "loa_status": "Available",
        "business_status": "SecurityLocked", "id": "pc-mine", "name": "mine",
        "access_point": "ap-sg-singpore-A", "line_operator": "Equinix", "bandwidth": 2000});
    let made = rig.post("/circuits", given(full.clone())).await;
    assert_eq!((&made["id"], &made["ids"]), (&json!("pc-mine"), &json!(["pc-mine"])));
    let state = rig.state().await;
    let seen = state["circuits"].as_array().expect("circuits").last().expect("one").clone();
    for name in ["id", "region", "status", "port_type", "loa_status", "business_status", "name"] {
        assert_eq!(seen[name], full[name], "{name}");
    }
    assert_eq!((&seen["bandwidth"], &seen["given"]), (&json!(2000), &json!(true)));
    assert_eq!(seen["access_point"], full["access_point"]);
    refused(&rig, "/circuits", given(json!({"id": "pc-mine"})), 409, "circuit_exists").await;
    refused(&rig, "/circuits", given(json!({"account": "7"})), 404, "no_such_account").await;
    for more in [
        json!({"region": "cn-nowhere"}),
        json!({"status": "AllocationFailed"}),
        json!({"port_type": "1T"}),
        json!({"loa_status": "Maybe"}),
        json!({"business_status": "Odd"}),
        json!({"access_point": "ap-nowhere"}),
        json!({"line_operator": "Nobody"}),
        json!({"id": "vbr-1"}),
        json!({"id": "pc-UPPER"}),
        json!({"count": 0}),
        json!({"count": 100_001}),
        json!({"count": -1}),
        json!({"count": 2, "id": "pc-two"}),
    ] {
        refused(&rig, "/circuits", given(more), 400, "bad_request").await;
    }
    assert_eq!(rig.state().await["circuits"].as_array().expect("circuits").len(), 13);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_circuits_come_in_one_call() {
    let rig = Rig::sandbox().await;
    let order = json!({"account": RICH, "region": "cn-beijing", "status": "Confirmed",
        "count": 100_000});
    let made = rig.post("/circuits", order).await;
    let ids: std::collections::HashSet<_> =
        made["ids"].as_array().expect("ids").iter().map(|id| id.as_str().expect("text")).collect();
    assert_eq!(ids.len(), 100_000, "all of them are different");
    assert_eq!(made["id"], made["ids"][0]);
    let region = ("RegionId", "cn-beijing");
    let found = rig.call("DescribePhysicalConnections", &[region]).await.ok();
    assert_eq!(found.body["TotalCount"], 100_000);
    let last = made["ids"][99_999].as_str().expect("an id");
    let mut call = month(last, "once").to_vec();
    call.push(region);
    rig.call(ORDER, &call).await.ok();
    rig.end().await;
}

/// The carrier's events, the states that each starts from, and where it leads. An empty list is
/// any state; no place is none other.
const EVENTS: &[(&str, &[&str], Option<&str>)] = &[
    ("approve", &["Initial"], Some("Approved")),
    ("reject", &["Initial", "Approved"], Some("Rejected")),
    ("allocate", &["Initial", "Approved", "Allocating"], Some("Allocated")),
    ("fail_allocation", &["Initial", "Approved", "Allocating"], Some("Allocation Failed")),
    ("finish_construction", &["Allocated"], Some("Confirmed")),
    ("finish_termination", &["Terminating"], Some("Terminated")),
    ("lock_financial", &[], None),
    ("lock_security", &[], None),
    ("unlock", &[], None),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_event_moves_a_circuit_that_is_in_a_state_for_it_and_no_other() {
    let rig = Rig::sandbox().await;
    let statuses = [
        "Initial",
        "Approved",
        "Allocating",
        "Allocated",
        "Confirmed",
        "Enabled",
        "Rejected",
        "Canceled",
        "Allocation Failed",
        "Terminating",
        "Terminated",
    ];
    for (event, from, to) in EVENTS {
        for status in statuses {
            let id = rig.circuit(status).await;
            let path = format!("/circuits/{id}/events");
            let body = json!({"event": event});
            if from.is_empty() || from.contains(&status) {
                let moved = rig.post(&path, body).await;
                assert_eq!(moved["status"], to.unwrap_or(status), "{event} in {status}");
            } else {
                refused(&rig, &path, body, 409, "circuit_state").await;
            }
        }
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_and_locks_are_what_events_make_them() {
    let rig = Rig::sandbox().await;
    let given = |loa: &str| {
        json!({"account": RICH, "region": "cn-hangzhou", "status": "Allocated",
            "loa_status": loa})
    };
    for (loa, event, after) in [
        ("Applying", "approve_loa", Some("Available")),
        ("Applying", "reject_loa", Some("Rejected")),
        ("Available", "approve_loa", None),
        ("", "reject_loa", None),
        ("Completing", "finish_construction", Some("Complete")),
    ] {
        let id = rig.post("/circuits", given(loa)).await["id"].as_str().expect("an id").to_owned();
        let path = format!("/circuits/{id}/events");
        let body = json!({"event": event});
        match after {
            Some(after) => assert_eq!(rig.post(&path, body).await["loa_status"], after),
            None => refused(&rig, &path, body, 409, "circuit_state").await,
        }
    }
    let path = format!("/circuits/{READY}/events");
    for (event, business, code) in [
        ("lock_financial", "FinancialLocked", "INSTANCE.STATUS.NOT.ALLOW"),
        ("lock_security", "SecurityLocked", "INSTANCE.STATUS.NOT.ALLOW"),
        ("unlock", "Normal", ""),
    ] {
        let moved = rig.post(&path, json!({"event": event})).await;
        assert_eq!(moved["business_status"], business);
        assert_eq!(rig.call(ORDER, &month(READY, event)).await.code(), code, "{event}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_calls_can_do_is_no_event() {
    let rig = Rig::sandbox().await;
    let path = format!("/circuits/{READY}/events");
    for event in ["confirm", "enable", "terminate", "delete", "amend", "begin_allocation", "x"] {
        refused(&rig, &path, json!({"event": event}), 400, "bad_request").await;
    }
    let unlock = || json!({"event": "unlock"});
    refused(&rig, "/circuits/pc-nobody/events", unlock(), 404, "no_such_circuit").await;
    refused(&rig, "/circuits/vbr-1/events", unlock(), 404, "no_such_circuit").await;
    let named = [("PhysicalConnectionId", READY)];
    rig.call("DeletePhysicalConnection", &named).await.ok();
    refused(&rig, &path, unlock(), 404, "no_such_circuit").await;
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_carrier_plays_for_applications_or_waits_for_events() {
    for carrier in ["auto", "manual"] {
        let rig = Rig::with(&[("carrier", carrier)]).await;
        let new = [("AccessPointId", "ap-cn-hangzhou-yh-B"), ("LineOperator", "CT")];
        let applied = rig.call("CreatePhysicalConnection", &new).await.ok();
        let id = applied.body["PhysicalConnectionId"].as_str().expect("an id").to_owned();
        rig.post("/clock", json!({"advance": "PT1S"})).await;
        let state = rig.state().await;
        let circuits = state["circuits"].as_array().expect("circuits");
        let status = |id: &str| {
            let found = circuits.iter().find(|circuit| circuit["id"] == id);
            found.expect("it is there")["status"].as_str().expect("a status")
        };
        assert_eq!(status(&id), if carrier == "auto" { "Allocated" } else { "Initial" });
        // Given ones rest as they are.
        assert_eq!(status("pc-sandboxinitial"), "Initial");
        assert_eq!(status("pc-sandboxallocating"), "Allocating");
        assert_eq!(status("pc-sandboxterminating"), "Terminating");
        if carrier == "manual" {
            rig.post(&format!("/circuits/{id}/events"), json!({"event": "allocate"})).await;
        }
        rig.call("ConfirmPhysicalConnection", &[("PhysicalConnectionId", &id)]).await.ok();
        rig.call(ORDER, &month(&id, "once")).await.ok();
        rig.end().await;
    }
}

// Faults.

#[tokio::test(flavor = "multi_thread")]
async fn the_first_calls_fail_as_ordered_and_the_next_do_not() {
    let rig = Rig::sandbox().await;
    let fault = |kind: &str, more: Value| {
        let mut body = json!({"action": REGIONS, "kind": kind});
        let members = body.as_object_mut().expect("an object");
        members.extend(more.as_object().expect("an object").clone());
        body
    };
    let teapot = json!({"status": 418, "code": "Teapot", "message": "Short and stout."});
    for (body, count, status, code) in [
        (fault("throttle", json!({"count": 2})), 2, 400, "Throttling.User"),
        (fault("unavailable", json!({})), 1, 503, "ServiceUnavailable"),
        (fault("error", json!({"count": 3})), 3, 500, "InternalError"),
        (fault("error", teapot), 1, 418, "Teapot"),
        (fault("unavailable", json!({"action": "*"})), 1, 503, "ServiceUnavailable"),
    ] {
        rig.post("/faults", body).await;
        for _ in 0..count {
            rig.call(REGIONS, &[]).await.refused(status, code);
        }
        rig.call(REGIONS, &[]).await.ok();
    }
    rig.post("/faults", fault("drop_before", json!({}))).await;
    let signed = rig.sign("sandbox", SANDBOX_SECRET, VPC, REGIONS, &[]);
    assert!(rig.try_send(&signed).await.is_none());
    rig.call(REGIONS, &[]).await.ok();
    // Orders add up; one operation's are not another's; all can be called off.
    rig.post("/faults", fault("throttle", json!({}))).await;
    rig.post("/faults", fault("unavailable", json!({"count": 100}))).await;
    rig.balance("sandbox").await;
    rig.call(REGIONS, &[]).await.refused(400, "Throttling.User");
    rig.call(REGIONS, &[]).await.refused(503, "ServiceUnavailable");
    let (status, _) = rig.control("DELETE", "/faults", &Value::Null).await;
    assert_eq!(status, 200);
    rig.call(REGIONS, &[]).await.ok();
    for body in [
        fault("explode", json!({})),
        fault("error", json!({"count": 0})),
        fault("error", json!({"status": 200})),
        fault("error", json!({"status": 600})),
        fault("error", json!({"action": "NoSuchOperation"})),
        json!({"kind": "error"}),
    ] {
        refused(&rig, "/faults", body, 400, "bad_request").await;
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_before_a_call_keeps_it_from_happening() {
    let rig = Rig::sandbox().await;
    for kind in ["throttle", "unavailable", "error", "drop_before"] {
        rig.post("/faults", json!({"action": ORDER, "kind": kind})).await;
        let signed = rig.sign("sandbox", SANDBOX_SECRET, VPC, ORDER, &month(READY, "once"));
        assert!(rig.try_send(&signed).await.is_none_or(|back| back.status != 200), "{kind}");
        assert_eq!(rig.state().await["orders"], json!([]), "{kind}");
    }
    // It is meant for those who are let in: others learn nothing of it, and do not use it up.
    rig.post("/faults", json!({"action": ORDER, "kind": "unavailable"})).await;
    let denied = rig.call_as("sandbox-denied", VPC, ORDER, &month(READY, "once")).await;
    denied.refused(403, "Forbidden.RAM");
    rig.call(ORDER, &month(READY, "once")).await.refused(503, "ServiceUnavailable");
    let first = rig.call(ORDER, &month(READY, "once")).await.ok();
    assert_eq!(first.replay_of, None);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_lost_only_after_a_commit_and_only_so_often() {
    let rig = Rig::sandbox().await;
    let fault = json!({"action": ORDER, "kind": "drop_after_commit", "count": 2});
    rig.post("/faults", fault).await;
    // Neither a refusal nor a replay is a commit.
    let back = rig.call(ORDER, &month("pc-sandboxenabled", "never")).await;
    back.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    for nth in 0..2 {
        let (circuit, token) = (rig.circuit("Confirmed").await, format!("token-{nth}"));
        let call = month(&circuit, &token);
        let signed = rig.sign("sandbox", SANDBOX_SECRET, VPC, ORDER, &call);
        assert!(rig.try_send(&signed).await.is_none());
        let again = rig.call(ORDER, &call).await.ok();
        assert!(again.replay_of.is_some(), "it was committed before the answer was lost");
    }
    rig.call(ORDER, &month(READY, "last")).await.ok();
    assert_eq!(rig.balance("sandbox").await, "99745.00");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_is_late_before_or_after_the_commit_as_ordered() {
    let rig = Arc::new(Rig::sandbox().await);
    for (after_commit, circuit) in [(false, READY), (true, "pc-sandboxpoor")] {
        let key = if after_commit { "sandbox-poor" } else { "sandbox" };
        let fault = json!({"action": ORDER, "kind": "latency", "milliseconds": 300_u32,
            "after_commit": after_commit});
        rig.post("/faults", fault).await;
        let ours = Arc::clone(&rig);
        let call = tokio::spawn(async move {
            ours.call_as(key, VPC, ORDER, &month(circuit, "once")).await.ok()
        });
        let made = || async {
            let state = rig.state().await;
            let orders = state["orders"].as_array().expect("orders");
            orders.iter().any(|order| order["circuit"] == circuit)
        };
        if after_commit {
            while !made().await {
                tokio::task::yield_now().await;
            }
            assert!(!call.is_finished(), "the order is there before the answer");
        } else {
            assert!(!made().await, "nothing happens while it waits");
        }
        call.await.expect("a late answer");
        assert!(made().await);
    }
    Arc::into_inner(rig).expect("no task has it any more").end().await;
}

// Reset and requests.

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_brings_back_the_fixed_world() {
    let rig = Rig::sandbox().await;
    rig.call(ORDER, &month(READY, "once")).await.ok();
    rig.post("/clock", json!({"advance": "P90D"})).await;
    let reset = rig.post("/reset", Value::Null).await;
    let state = rig.state().await;
    assert!(state["clock"].as_str() >= reset["clock"].as_str());
    assert_eq!(state["orders"], json!([]));
    assert_eq!(rig.balance("sandbox").await, "100000.00");
    let first = rig.call(ORDER, &month(READY, "once")).await.ok();
    assert_eq!(first.replay_of, None);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_remembered_to_a_number_and_without_what_proves_the_caller() {
    let rig = Rig::with(&[("requests_kept", "3")]).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        let back = rig.call(ORDER, &month("pc-sandboxenabled", "sesame")).await;
        ids.push(back.request_id);
    }
    ids.reverse();
    let recent = async |query: &str| {
        let (status, found) = rig.control("GET", &format!("/requests{query}"), &Value::Null).await;
        assert_eq!(status, 200, "{found}");
        found["requests"].as_array().expect("requests").clone()
    };
    let all = recent("").await;
    let told: Vec<_> = all.iter().map(|r| r["request_id"].as_str().expect("an id")).collect();
    assert_eq!(told, ids[..3].iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(recent("?count=2").await.len(), 2);
    assert_eq!(recent("?count=0").await.len(), 0);
    let newest = &all[0];
    for (name, value) in [
        ("action", json!(ORDER)),
        ("version", json!(VPC)),
        ("access_key_id", json!("sandbox")),
        ("account", json!(RICH)),
        ("edition", json!("2025-09")),
        ("world", json!("default")),
        ("status", json!(400)),
        ("code", json!("INSTANCE.STATUS.NOT.ALLOW")),
    ] {
        assert_eq!(newest[name], value, "{name}");
    }
    let text = Value::Array(all.clone()).to_string();
    for proof in ["Signature=", "SignatureNonce", SANDBOX_SECRET] {
        assert!(!text.contains(proof), "{proof} is kept: {text}");
    }
    let find = async |id: &str| rig.control("GET", &format!("/requests/{id}"), &Value::Null).await;
    assert_eq!(find(&ids[0].to_lowercase()).await.1["request_id"], ids[0].as_str());
    for id in [&ids[4], "nonsense"] {
        let (status, answer) = find(id).await;
        assert_eq!((status, &answer["error"]["code"]), (404, &json!("no_such_request")));
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_is_answered_as_the_state_shows_it() {
    let rig = Rig::sandbox().await;
    let mut call = month(READY, "once");
    call[3].1 = "false";
    let id = rig.call(ORDER, &call).await.ok().order_id();
    let paid = rig.post(&format!("/orders/{id}/pay"), Value::Null).await;
    assert_eq!(paid, rig.state().await["orders"][0]);
    assert_eq!((&paid["status"], &paid["amount"]), (&json!("Paid"), &json!("85.00")));
    refused(&rig, &format!("/orders/{id}/pay"), Value::Null, 409, "order_not_unpaid").await;
    refused(&rig, "/orders/x/pay", Value::Null, 404, "no_such_order").await;
    let credit = rig.post(&format!("/accounts/{RICH}/credit"), json!({"amount": "0.5"})).await;
    assert_eq!((&credit["account"], &credit["balance"]), (&json!(RICH), &json!("99915.50")));
    let told = rig.call_as("sandbox", BSS, "QueryAccountBalance", &[]).await.ok();
    assert_eq!(told.body["Data"]["AvailableAmount"], "99915.50");
    rig.end().await;
}
