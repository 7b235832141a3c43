//! Circuits that are given, and what happens to them.

use super::{month, refused};
use crate::rig::{ORDER, READY, RICH, Rig, STATUSES, merged};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn circuits_are_born_as_ordered() {
    let rig = Rig::sandbox().await;
    let given = |more: Value| {
        merged(json!({"account": RICH, "region": "cn-hangzhou", "status": "Confirmed"}), more)
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
    for (event, from, to) in EVENTS {
        for status in STATUSES {
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
    for (loa, event, after) in [
        ("Applying", "approve_loa", Some("Available")),
        ("Applying", "reject_loa", Some("Rejected")),
        ("Available", "approve_loa", None),
        ("", "reject_loa", None),
        ("Completing", "finish_construction", Some("Complete")),
    ] {
        let given = json!({"status": "Allocated", "loa_status": loa});
        let id = rig.circuit_of(RICH, given).await;
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
        rig.advance("PT1S").await;
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
