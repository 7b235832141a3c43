//! Who may ask the control API anything, and how no is said.

use super::only_an_error;
use crate::rig::{RICH, Rig, fresh_folder};
use crossconnect::config::Config;
use crossconnect::server::{Parts, Server};
use serde_json::{Value, json};

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
                server.app.store.close();
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
