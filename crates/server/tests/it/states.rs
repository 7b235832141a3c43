//! Every state of a circuit and everything that can happen to it, through the public API, against
//! the tables that the states are drawn from.

use crate::rig::{POOR, Rig, VPC};
use domain::circuit::machine::{By, relocked};
use domain::circuit::{BusinessStatus, CircuitState, Event, LoaStatus, Locks, Status, step};
use serde_json::{Value, json};

/// An event, the operation that brings it about, what that calls the id, and what it says besides.
type Call = (Event, &'static str, &'static str, &'static [(&'static str, &'static str)]);

const OF_LETTERS: &[&str] = &[
    "IncorrectStatus.PhysicalConnection",
    "IncorrectStatus.PhysicalConnectionLOA",
    "OperationDenied.LOAStatusNotAllowComplete",
];

/// What the newest edition tells of a circuit that stands elsewhere, or of its letter.
const REFUSED: &[(&str, &[&str])] = &[
    ("ModifyPhysicalConnectionAttribute", &["InvalidStatus"]),
    ("ConfirmPhysicalConnection", &["IncorrectStatus.PhysicalConnection"]),
    ("CancelPhysicalConnection", &["Forbidden.NotAllowedInState"]),
    ("TerminatePhysicalConnection", &["Forbidden.NotAllowedInState"]),
    ("DeletePhysicalConnection", &["Forbidden.NotInAllowDeleteStatus"]),
    (
        "CreatePhysicalConnectionOccupancyOrder",
        &["Forbidden.NotAllowedInState", "INSTANCE.STATUS.NOT.ALLOW"],
    ),
    ("EnablePhysicalConnection", &["Forbidden.NotAllowedInState"]),
    ("ApplyPhysicalConnectionLOA", OF_LETTERS),
    ("SecondApplyPhysicalConnectionLOA", OF_LETTERS),
    ("CompletePhysicalConnectionLOA", OF_LETTERS),
];

const CALLS: &[Call] = &[
    (Event::Amend, "ModifyPhysicalConnectionAttribute", ID, &[("Name", "another")]),
    (Event::AmendSpecification, "ModifyPhysicalConnectionAttribute", ID, &[OTHER_PORT]),
    (Event::Confirm, "ConfirmPhysicalConnection", ID, &[]),
    (Event::Cancel, "CancelPhysicalConnection", ID, &[]),
    (Event::Terminate, "TerminatePhysicalConnection", ID, &[]),
    (Event::Delete, "DeletePhysicalConnection", ID, &[]),
    (Event::Enable, "CreatePhysicalConnectionOccupancyOrder", ID, &[("AutoPay", "true")]),
    (Event::ApplyForLoa, "ApplyPhysicalConnectionLOA", "InstanceId", LETTER),
    (Event::ApplyForLoaAgain, "SecondApplyPhysicalConnectionLOA", "InstanceId", LETTER),
    (Event::CompleteLoa, "CompletePhysicalConnectionLOA", "InstanceId", &[]),
    (
        Event::MaintainLine,
        "CompletePhysicalConnectionLOA",
        "InstanceId",
        &[("FinishWork", "false")],
    ),
];

const ID: &str = "PhysicalConnectionId";

const OTHER_PORT: (&str, &str) = ("PortType", "10GBase-LR");

const LETTER: &[(&str, &str)] = &[
    ("CompanyName", "company"),
    ("LineType", "FIBRE"),
    ("Si", "builder"),
    ("ConstructionTime", "2026-12-01T00:00:00Z"),
    ("PMInfo.1.PMName", "name"),
];

/// A circuit that stands so, and what is told of it.
async fn born(rig: &Rig, status: Status, loa: Option<LoaStatus>) -> String {
    let letter = loa.map(LoaStatus::text);
    let body = json!({"account": "1000000000000001", "region": "cn-hangzhou",
        "port_type": "1000Base-T", "status": status.text(), "loa_status": letter});
    rig.post("/circuits", body).await["id"].as_str().expect("an id").to_owned()
}

/// `Status` and `LoaStatus` as they are listed; nothing of a circuit that is gone.
async fn stands(rig: &Rig, id: &str) -> Option<(String, String)> {
    let filter = [("Filter.1.Key", ID), ("Filter.1.Value.1", id)];
    let told = rig.call("DescribePhysicalConnections", &filter).await.ok();
    let rows = &told.body["PhysicalConnectionSet"]["PhysicalConnectionType"];
    let text = |row: &Value, name: &str| row[name].as_str().expect("a text").to_owned();
    rows.get(0).map(|row| (text(row, "Status"), text(row, "LoaStatus")))
}

fn listed(state: CircuitState) -> Option<(String, String)> {
    let letter = state.loa.map_or("", LoaStatus::text);
    (!state.deleted).then(|| (state.status.text().to_owned(), letter.to_owned()))
}

/// Makes an event happen, by whomever it is brought about. Says whether it did.
async fn happens(rig: &Rig, event: Event, id: &str) -> bool {
    if event.by() == By::Carrier {
        let path = format!("/circuits/{id}/events");
        let body = json!({"event": event.text()});
        let (status, told) = rig.control("POST", &path, &body).await;
        assert!([200, 409].contains(&status), "{event:?}: {told}");
        return status == 200;
    }
    let call = CALLS.iter().find(|(of, ..)| *of == event);
    let (_, action, name, more) = call.expect("a call that brings it about");
    let mut parameters = vec![("RegionId", "cn-hangzhou"), (*name, id)];
    parameters.extend_from_slice(more);
    let told = rig.call(action, &parameters).await;
    if told.status == 200 {
        return true;
    }
    let (_, codes) = REFUSED.iter().find(|(of, _)| of == action).expect("every call is refused");
    let code = told.body["Code"].as_str().expect("a code");
    assert!(told.status == 400 && codes.contains(&code), "{event:?}: {told:?}");
    false
}

/// The circuit with what locks it brought about by the carrier, whatever it was.
const LOCKING: &[(Locks, &[Event])] = &[
    (Locks::None, &[Event::Unlock]),
    (Locks::Financial, &[Event::Unlock, Event::LockFinancial]),
    (Locks::Security, &[Event::Unlock, Event::LockSecurity]),
    (Locks::Both, &[Event::Unlock, Event::LockSecurity, Event::LockFinancial]),
];

/// `BusinessStatus` as it is listed.
async fn business(rig: &Rig, id: &str) -> String {
    let filter = [("Filter.1.Key", ID), ("Filter.1.Value.1", id)];
    let told = rig.call("DescribePhysicalConnections", &filter).await.ok();
    let row = &told.body["PhysicalConnectionSet"]["PhysicalConnectionType"][0];
    row["BusinessStatus"].as_str().expect("a text").to_owned()
}

/// Both locks are looked at: where both are set one alone is told, so that is lifted afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn locks_are_set_and_lifted_wherever_a_circuit_stands_as_the_table_says() {
    let rig = Rig::with(&[("carrier", "manual")]).await;
    for &status in Status::ALL {
        let id = born(&rig, status, None).await;
        for &(locks, events) in LOCKING {
            for &event in Event::ALL {
                let Some(after) = relocked(locks, event) else { continue };
                for before in events {
                    assert!(happens(&rig, *before, &id).await);
                }
                assert_eq!(business(&rig, &id).await, locks.business().text());
                assert!(happens(&rig, event, &id).await);
                let told = business(&rig, &id).await;
                assert_eq!(told, after.business().text(), "{event:?} of {status:?}, {locks:?}");
                assert!(happens(&rig, Event::UnlockSecurity, &id).await);
                let left = if after.financial() {
                    BusinessStatus::FinancialLocked
                } else {
                    BusinessStatus::Normal
                };
                assert_eq!(business(&rig, &id).await, left.text(), "{event:?} of {locks:?}");
                assert_eq!(stands(&rig, &id).await, listed(CircuitState::born(status)));
            }
        }
    }
    rig.end().await;
}

/// The other way into service: whatever EnablePhysicalConnection may, the order may too.
#[tokio::test(flavor = "multi_thread")]
async fn a_circuit_is_enabled_from_where_the_table_says() {
    let rig = Rig::with(&[("carrier", "manual")]).await;
    for &status in Status::ALL {
        let id = born(&rig, status, None).await;
        let it = [("RegionId", "cn-hangzhou"), (ID, &*id)];
        let told = rig.call("EnablePhysicalConnection", &it).await;
        let before = CircuitState::born(status);
        let meant = step(before, Event::Enable);
        // SOURCE: dossier 3.2: what is in service already is so from 2025-09 on.
        if meant.is_ok() || status == Status::Enabled {
            told.ok();
        } else {
            told.refused(400, "Forbidden.NotAllowedInState");
        }
        assert_eq!(stands(&rig, &id).await, listed(meant.unwrap_or(before)), "{status:?}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_does_in_every_state_what_the_tables_say() {
    let rig = Rig::with(&[("carrier", "manual")]).await;
    let mut walked = 0;
    let others = |event: &&Event| event.by() != By::AutomaticCarrier && **event != Event::Recover;
    for &event in Event::ALL.iter().filter(others) {
        // Where no letter matters, one that is done is as good as none.
        let of_letters = event.text().contains("loa") || event == Event::MaintainLine;
        let letters = LoaStatus::ALL.iter().map(|loa| Some(*loa)).chain([None]);
        let letters =
            letters.filter(|loa| of_letters || [None, Some(LoaStatus::Complete)].contains(loa));
        for loa in letters {
            for &status in Status::ALL {
                let before = CircuitState { loa, ..CircuitState::born(status) };
                let meant = step(before, event);
                let id = born(&rig, status, loa).await;
                let done = happens(&rig, event, &id).await;
                assert_eq!(done, meant.is_ok(), "{event:?} of {status:?} with {loa:?}");
                let after = listed(meant.unwrap_or(before));
                assert_eq!(stands(&rig, &id).await, after, "{event:?} of {status:?} with {loa:?}");
                walked += 1;
            }
        }
    }
    assert!(walked > 900, "{walked} pairs");
    rig.end().await;
}

/// What a tenant's calls and the carrier make of a shared circuit, so that it stands so.
const SHARED: &[(Status, &[Event])] = &[
    (Status::Allocated, &[]),
    (Status::Confirmed, &[Event::Confirm]),
    (Status::Canceled, &[Event::Cancel]),
    (Status::Enabled, &[Event::Confirm]),
    (Status::Terminating, &[Event::Confirm, Event::Terminate]),
    (Status::Terminated, &[Event::Confirm, Event::Terminate, Event::FinishTermination]),
];

/// Only shared circuits come back, and those of accounts without money are paid by their partners.
#[tokio::test(flavor = "multi_thread")]
async fn a_shared_circuit_is_brought_back_from_where_the_table_says_and_no_other_is() {
    let rig = Rig::with(&[("carrier", "manual")]).await;
    let port = born(&rig, Status::Enabled, None).await;
    for (vlan, (status, events)) in (1..).zip(SHARED) {
        let vlan = vlan.to_string();
        // Of accounts without money: one that its owner has to pay waits to be paid.
        let payer = match status {
            Status::Confirmed => "PayByVirtualPhysicalConnectionOwner",
            _ => "PayByPhysicalConnectionOwner",
        };
        let wanted = [
            (ID, &*port),
            ("VlanId", &*vlan),
            ("Spec", "50M"),
            ("OrderMode", payer),
            ("VpconnAliUid", POOR),
        ];
        let made = rig.call("CreateVirtualPhysicalConnection", &wanted).await.ok();
        let id = made.body["VirtualPhysicalConnection"].as_str().expect("an id");
        for event in *events {
            if event.by() == By::Carrier {
                let path = format!("/circuits/{id}/events");
                rig.post(&path, json!({"event": event.text()})).await;
                continue;
            }
            let call = CALLS.iter().find(|(of, ..)| of == event);
            let (_, action, name, _) = call.expect("a call that brings it about");
            let it = [("RegionId", "cn-hangzhou"), (*name, id)];
            rig.call_as("sandbox-poor", VPC, action, &it).await.ok();
        }
        let it = [("RegionId", "cn-hangzhou"), ("InstanceId", id)];
        let told = rig.call_as("sandbox-poor", VPC, "RecoverPhysicalConnection", &it).await;
        let meant = step(CircuitState::born(*status), Event::Recover);
        assert_eq!(told.status == 200, meant.is_ok(), "{status:?}: {told:?}");
    }
    for &status in Status::ALL {
        let id = born(&rig, status, None).await;
        let told = rig.call("RecoverPhysicalConnection", &[("InstanceId", &*id)]).await;
        told.refused(400, "OperationDenied.PconnNotAllowRecover");
    }
    rig.end().await;
}
