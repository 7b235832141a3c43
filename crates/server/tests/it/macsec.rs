//! MACsec keys: said over TLS alone where there is TLS, and secret wherever they could show.

use crate::http_wire::http2::{ask_http2, http2_over};
use crate::rig::{Line, Rig, VPC, ask, fresh_folder, request};
use crate::tls::{https, with_own_ca};
use crossconnect::keys::SANDBOX_SECRET;
use crossconnect::server::Parts;
use serde_json::{Value, json};
use wire::client::Signed;

const NAME: &str = "0123456789ABCDEF0123456789ABCDEF";
const SECRET: &str = "fedcba9876543210fedcba9876543210";

fn keyed(rig: &Rig, circuit: &str) -> Signed {
    let said = [
        ("RegionId", "cn-hangzhou"),
        ("PhysicalConnectionId", circuit),
        ("CipherSuite", "GCM-AES-128"),
        ("Ckn", NAME),
        ("Cak", SECRET),
    ];
    rig.sign("sandbox", SANDBOX_SECRET, VPC, "AssociateMacSecKey", &said)
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_refused_in_the_clear_where_there_is_tls_and_taken_over_it() {
    let rig = with_own_ca().await;
    let circuit = rig.circuit("Enabled").await;
    let refused = ask(&rig, &keyed(&rig, &circuit)).await;
    assert_eq!((refused.status, &refused.json()["Code"]), (400, &json!("InvalidProtocol.NeedSsl")));
    let named = [("PhysicalConnectionId", circuit.as_str()), ("Ckn", NAME)];
    let unkeyed = rig.sign("sandbox", SANDBOX_SECRET, VPC, "DisassociateMacSecKey", &named);
    let refused = ask(&rig, &unkeyed).await;
    assert_eq!(refused.json()["Code"], "InvalidProtocol.NeedSsl");
    let mut line = Line::over(https(&rig, &["http/1.1"]).await);
    line.say(request(&rig, &keyed(&rig, &circuit))).await;
    line.hear().await.ok();
    let sender = http2_over(https(&rig, &["h2"]).await).await;
    ask_http2(&sender, &rig, &keyed(&rig, &circuit)).await.expect("an answer").ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_reach_no_request_no_state_and_no_file() {
    let rig = Rig::open(&fresh_folder(), &[], Parts::default()).await;
    let circuit = rig.circuit("Enabled").await;
    ask(&rig, &keyed(&rig, &circuit)).await.ok();
    let mut shown = Vec::new();
    let history = format!("/circuits/{circuit}/history");
    for path in ["/state", "/requests", "/circuits", &history] {
        let (status, told) = rig.control("GET", path, &Value::Null).await;
        assert_eq!(status, 200, "{path}");
        shown.push(told.to_string());
    }
    assert!(shown[1].contains("Cak=***"), "{}", shown[1]);
    assert!(!shown.concat().contains(NAME), "the name is shown");
    let folder = rig.stop().await;
    for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
        if entry.path().is_file() {
            let bytes = std::fs::read(entry.path()).expect("a file");
            shown.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    assert!(shown.len() > 4, "the store is among them");
    let all = shown.concat().to_ascii_lowercase();
    assert!(!all.contains(SECRET), "the secret is shown");
}
