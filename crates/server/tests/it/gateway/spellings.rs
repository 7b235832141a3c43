//! The many ways in which one call may be put, and what is found of it afterwards.

use super::{SERVICE, look, now, plain, signer, stamped, told, vpc};
use crate::rig::{ORDER, READY, RICH, Rig, VPC, ask};
use crossconnect::clock::draw_text;
use crossconnect::keys::SANDBOX_SECRET;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wire::client::{Place, Signed, sign_acs3, sign_rpc};

/// A call signed in the header, its parameters in a JSON body.
fn sign_json(rig: &Rig, action: &str, body: &Value) -> Signed {
    let body = body.to_string();
    let hash = |text: &str| hex(&Sha256::digest(text));
    let content_hash = hash(&body);
    let mut headers = [
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("host", rig.address.to_string()),
        ("x-acs-action", action.to_owned()),
        ("x-acs-content-sha256", content_hash.clone()),
        ("x-acs-date", now(rig)),
        ("x-acs-signature-nonce", draw_text()),
        ("x-acs-version", VPC.to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec();
    let lines: Vec<String> =
        headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(";");
    let request = format!("POST\n/\n\n{}\n{names}\n{content_hash}", lines.concat());
    let text = format!("ACS3-HMAC-SHA256\n{}", hash(&request));
    let key = Hmac::<Sha256>::new_from_slice(SANDBOX_SECRET.as_bytes()).expect("any length");
    let signature = hex(&key.chain_update(text).finalize().into_bytes());
    headers.push((
        "authorization".into(),
        format!("ACS3-HMAC-SHA256 Credential=sandbox,SignedHeaders={names},Signature={signature}"),
    ));
    Signed { method: "POST".into(), target: "/".into(), headers, body: body.into() }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_call_may_be_put_in_many_ways_and_is_one_call() {
    let rig = Rig::sandbox().await;
    let order = [
        ("RegionId", "cn-hangzhou"),
        ("PhysicalConnectionId", READY),
        ("ClientToken", "a b+c~d*"),
        ("Period", "2"),
    ];
    let common = [("Action", ORDER), ("Version", VPC), ("Format", "json")];
    let (signer, host) = (signer("sandbox", SANDBOX_SECRET), rig.address.to_string());
    let mut calls = Vec::new();
    for (method, place) in
        [("GET", Place::Query), ("POST", Place::Query), ("GET", Place::Form), ("POST", Place::Form)]
    {
        let (nonce, at) = (draw_text(), now(&rig));
        let all = [common.as_slice(), &order].concat();
        calls.push(sign_rpc(&signer, method, &all, place, &nonce, &at));
        calls.push(sign_acs3(
            &signer,
            method,
            ORDER,
            VPC,
            &order,
            place,
            &host,
            &nonce.to_ascii_lowercase(),
            &at,
        ));
    }
    // As pop-core puts it: everything in the body.
    let mut all_in_form = calls[2].clone();
    let query = all_in_form.target.split_off(2);
    all_in_form.target = "/".into();
    all_in_form.headers = vec![form()];
    all_in_form.body = query.into();
    calls[2] = all_in_form;
    calls.push(sign_json(
        &rig,
        ORDER,
        &json!({"RegionId": "cn-hangzhou", "Period": 2,
        "PhysicalConnectionId": READY, "ClientToken": "a b+c~d*"}),
    ));
    let mut ids = Vec::new();
    for call in &calls {
        ids.push(rig.send(call).await.ok().order_id());
    }
    assert!(ids.iter().all(|id| *id == ids[0]) && ids.len() == 9, "{ids:?}");
    assert_eq!(rig.state().await["orders"].as_array().expect("a list").len(), 1);
    rig.end().await;
}

fn form() -> (String, String) {
    ("content-type".into(), "application/x-www-form-urlencoded".into())
}

/// SOURCE: CONTRACT: equal values in query and form are one parameter.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_parameter_in_query_and_form_must_be_the_same() {
    let rig = Rig::sandbox().await;
    let mut twice = look(&rig, "JSON");
    twice.headers.push(form());
    twice.body = b"RegionId=cn-hangzhou".to_vec();
    rig.send(&twice).await.ok();
    let mut unlike = look(&rig, "JSON");
    unlike.headers.push(form());
    unlike.body = b"RegionId=cn-beijing".to_vec();
    rig.send(&unlike).await.refused(400, "InvalidRegionId");
    rig.end().await;
}

/// SOURCE: wire dossier 1.1: Terraform writes `bandwidth`.
#[tokio::test(flavor = "multi_thread")]
async fn names_of_parameters_are_known_in_any_case() {
    let rig = Rig::sandbox().await;
    let made = rig
        .call(
            "CreatePhysicalConnection",
            &[
                ("AccessPointId", "ap-cn-hangzhou-yh-B"),
                ("LineOperator", "CT"),
                ("PortType", "10GBase-LR"),
                ("bandwidth", "50"),
            ],
        )
        .await
        .ok();
    let id = &made.body["PhysicalConnectionId"];
    let state = rig.state().await;
    let circuits = state["circuits"].as_array().expect("a list");
    let circuit = circuits.iter().find(|circuit| circuit["id"] == *id).expect("it is there");
    assert_eq!(circuit["bandwidth"], 50);
    let lower = [("physicalconnectionid", READY), ("PERIOD", "3")];
    let order = rig.call(ORDER, &lower).await.ok().order_id();
    let state = rig.state().await;
    assert_eq!(state["orders"][0]["id"], order);
    assert_eq!(state["orders"][0]["term"]["period"], 3);
    rig.end().await;
}

/// SOURCE: CONTRACT: XML for RPC 1.0, JSON for the header schemes.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_format_each_scheme_has_its_own() {
    let rig = Rig::sandbox().await;
    let parameters = [("Action", SERVICE), ("Version", VPC), ("RegionId", "cn-hangzhou")];
    let xml = ask(&rig, &plain(&rig, &parameters)).await.ok();
    assert_eq!(xml.header("content-type"), Some("text/xml;charset=utf-8"));
    let root = format!("<?xml version='1.0' encoding='UTF-8'?><{SERVICE}Response><RequestId>");
    assert!(xml.text.starts_with(&root), "{xml:?}");
    let call = sign_json(&rig, SERVICE, &json!({"RegionId": "cn-hangzhou"}));
    let json = ask(&rig, &call).await.ok();
    assert_eq!(json.header("content-type"), Some("application/json;charset=utf-8"));
    for (format, content_type) in
        [("json", "application/json;charset=utf-8"), ("Xml", "text/xml;charset=utf-8")]
    {
        let answer = ask(&rig, &look(&rig, format)).await.ok();
        assert_eq!(answer.header("content-type"), Some(content_type));
    }
    let unknown = ask(&rig, &look(&rig, "YAML")).await;
    let message = "Specified parameter format is not valid.";
    told(&unknown, "XML", &vpc(400, "InvalidParameter.Format", message));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn host_id_is_the_host_that_was_called_without_its_port() {
    let rig = Rig::sandbox().await;
    for (host, host_id) in [
        ("vpc.aliyuncs.com", "vpc.aliyuncs.com"),
        ("vpc.aliyuncs.com:8616", "vpc.aliyuncs.com"),
        ("[::1]:8616", "[::1]"),
        ("<&>", "<&>"),
    ] {
        let mut call =
            plain(&rig, &[("Action", "OpenSesame"), ("Version", VPC), ("Format", "JSON")]);
        call.headers.push(("host".into(), host.into()));
        assert_eq!(rig.send(&call).await.body["HostId"], host_id);
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_token_speaks_for_its_key_as_long_as_the_key_has_it() {
    let rig = Rig::sandbox().await;
    let call = |token: &str| {
        let query = format!(
            "Action={SERVICE}&Version={VPC}&Format=JSON&RegionId=cn-hangzhou\
             &SignatureType=BEARERTOKEN&BearerToken={token}"
        );
        let target = format!("/?{query}");
        Signed { method: "POST".into(), target, headers: vec![], body: vec![] }
    };
    let key = |token: &str| rig.put_key(RICH, "bearer", json!({"bearer_token": token}));
    key("first").await;
    ask(&rig, &call("first")).await.ok();
    let malformed =
        vpc(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.");
    for unknown in ["second", "", "first@other"] {
        told(&ask(&rig, &call(unknown)).await, "JSON", &malformed);
    }
    key("second").await;
    ask(&rig, &call("second")).await.ok();
    told(&ask(&rig, &call("first")).await, "JSON", &malformed);
    rig.put_key(RICH, "bearer", json!({"bearer_token": "second", "active": false})).await;
    let inactive = vpc(400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.");
    told(&ask(&rig, &call("second")).await, "JSON", &inactive);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_is_found_by_its_id_in_the_world_of_its_key() {
    let rig = Rig::sandbox().await;
    let wrong = |key: &str| stamped(key, "wrong", &now(&rig), &[("Action", SERVICE)]);
    for (key, world) in [("sandbox", ""), ("nobody", ""), ("sandbox@ci", "/worlds/ci")] {
        let back = rig.send(&wrong(key)).await;
        let path = format!("{world}/requests/{}", back.request_id);
        let (status, found) = rig.control("GET", &path, &Value::Null).await;
        assert_eq!(status, 200, "{key}: {found}");
        assert_eq!(found["code"], back.code());
        assert_eq!(found["access_key_id"], key);
        let (_, recent) = rig.control("GET", &format!("{world}/requests"), &Value::Null).await;
        assert_eq!(recent["requests"][0], found);
    }
    let (status, _) = rig.control("GET", "/requests/none", &Value::Null).await;
    assert_eq!(status, 404);
    rig.end().await;
}
