//! What is secret of letters, wherever it could show.

use crate::rig::{Rig, fresh_folder};
use crossconnect::server::Parts;
use serde_json::{Value, json};

/// Secrets of a letter and of a line.
const SECRETS: [&str; 3] = ["512345678901234569", "13900001234", "13888881234"];

async fn letter(rig: &Rig, circuit: &str) {
    let said = [
        ("InstanceId", circuit),
        ("CompanyName", "company"),
        ("LineType", "FIBRE"),
        ("Si", "builder"),
        ("ConstructionTime", "2026-12-01T00:00:00Z"),
        ("PMInfo.1.PMName", "name"),
        ("PMInfo.1.PMCertificateNo", SECRETS[0]),
        ("pminfo.1.pmcontactinfo", SECRETS[1]),
    ];
    rig.call("ApplyPhysicalConnectionLOA", &said).await.ok();
    let event = json!({"event": "approve_loa"});
    rig.post(&format!("/circuits/{circuit}/events"), event).await;
    let said = [("InstanceId", circuit), ("LineSPContactInfo", SECRETS[2])];
    rig.call("CompletePhysicalConnectionLOA", &said).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_of_letters_reach_no_answer_no_request_no_state_and_no_file() {
    let rig = Rig::open(&fresh_folder(), &[], Parts::default()).await;
    letter(&rig, "pc-sandboxallocated").await;
    // What is spelt wrongly is refused, or taken for nothing, and not shown either.
    for name in ["PMInfo", "PM_Info", "PMCertificateNo1", "pm-contact-info"] {
        let more = [("InstanceId", "pc-sandboxapproved"), (name, SECRETS[0])];
        rig.call("ApplyPhysicalConnectionLOA", &more).await;
    }
    let shown = [("InstanceId", "pc-sandboxallocated")];
    let told = rig.call("DescribePhysicalConnectionLOA", &shown).await.ok();
    let letter = &told.body["PhysicalConnectionLOAType"];
    assert_eq!(letter["PMInfo"]["PMInfo"][0]["PMCertificateNo"], "5****************9");
    assert_eq!(letter["PMInfo"]["PMInfo"][0]["PMContactInfo"], "1390000****");
    assert_eq!(letter["LineSPContactInfo"], "1388888****");
    let mut shown = vec![told.text];
    for path in ["/state", "/requests", "/circuits", "/circuits/pc-sandboxallocated/history"] {
        let (status, told) = rig.control("GET", path, &Value::Null).await;
        assert_eq!(status, 200, "{path}");
        shown.push(told.to_string());
    }
    assert!(shown[2].contains("PMCertificateNo=***"), "{}", shown[2]);
    let folder = rig.stop().await;
    for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
        if entry.path().is_file() {
            let bytes = std::fs::read(entry.path()).expect("a file");
            shown.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    assert!(shown.len() > 5, "the store is among them");
    for text in shown {
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} is shown");
        }
    }
}
