//! A subscription as callers see it: renewed by itself and by calls, stopped, released.

use super::{described, detailed, month, order, set_clock, shown, still};
use crate::rig::{BSS, Back, ORDER, RICH, Rig, VPC};
use serde_json::{Value, json};

async fn renew(rig: &Rig, key: &str, circuit: &str, months: &str) -> Back {
    let call = [("ProductCode", "pconn"), ("InstanceId", circuit), ("RenewPeriod", months)];
    rig.call_as(key, BSS, "RenewInstance", &call).await
}

async fn set(rig: &Rig, circuits: &str, status: &str, months: &str) -> Back {
    let call = [
        ("ProductCode", "pconn"),
        ("InstanceIDs", circuits),
        ("RenewalStatus", status),
        ("RenewalPeriod", months),
        ("RenewalPeriodUnit", "M"),
    ];
    rig.call_as("sandbox", BSS, "SetRenewal", &call).await
}

/// A circuit in service, ordered by this key.
async fn served(rig: &Rig, key: &str) -> String {
    let circuit = rig.circuit("Confirmed").await;
    order(rig, key, &circuit, "true").await.ok();
    circuit
}

/// The circuit as the control API shows it, released or not.
async fn seen(rig: &Rig, circuit: &str) -> Option<Value> {
    let state = rig.state().await;
    let circuits = state["circuits"].as_array().expect("circuits");
    circuits.iter().find(|seen| seen["id"] == circuit).cloned()
}

/// The orders of account 1 since 2026, of this type, newest first.
async fn orders(rig: &Rig, kind: &str) -> Vec<Value> {
    let call = [("CreateTimeStart", "2026-01-01T00:00:00Z"), ("OrderType", kind)];
    let back = rig.call_as("sandbox", BSS, "QueryOrders", &call).await.ok();
    back.body["Data"]["OrderList"]["Order"].as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_with_auto_renew_is_renewed_before_its_end_and_shows_what_waits() {
    let rig = still(&[]).await;
    let circuit = rig.circuit("Confirmed").await;
    let call = [&month(&circuit, "true")[..], &[("AutoRenew", "true"), ("AutoRenewDuration", "2")]];
    let first = rig.call(ORDER, &call.concat()).await.ok().order_id();
    set_clock(&rig, "2026-12-13T23:59:59Z").await;
    assert_eq!(orders(&rig, "Renew").await, [] as [Value; 0]);
    let before = described(&rig, &circuit).await;
    assert_eq!(
        (&before["HasReservationData"], &before["EndTime"]),
        (&json!("false"), &json!("2026-12-22T16:00:00Z"))
    );
    set_clock(&rig, "2026-12-14T00:00:00Z").await;
    let [renewed] = &orders(&rig, "Renew").await[..] else { panic!("one renewal") };
    let id = renewed["OrderId"].as_str().expect("a number");
    assert_eq!(
        (&renewed["PretaxAmount"], &renewed["PaymentStatus"]),
        (&json!("170.00"), &json!("Paid"))
    );
    let line = detailed(&rig, "sandbox", id).await;
    assert_eq!(
        (&line["UsageStartTime"], &line["UsageEndTime"]),
        (&json!("2026-12-22T16:00:00Z"), &json!("2027-02-22T16:00:00Z"))
    );
    assert_eq!(
        (&line["OrderType"], &line["InstanceIDs"]),
        (&json!("Renew"), &json!(format!("[\"{circuit}\"]")))
    );
    assert_eq!(shown(&rig, id).await["follows"], json!(first));
    // What is paid is told at once; the order waits for the end of the period before.
    let with = [
        ("Filter.1.Key", "PhysicalConnectionId"),
        ("Filter.1.Value.1", circuit.as_str()),
        ("IncludeReservationData", "true"),
    ];
    for (now, has, kind, at) in [
        ("2026-12-22T15:59:59Z", "true", "RENEW", "2026-12-22T16:00:00Z"),
        ("2026-12-22T16:00:00Z", "false", "", ""),
    ] {
        set_clock(&rig, now).await;
        let found = rig.call("DescribePhysicalConnections", &with).await.ok();
        let found = &found.body["PhysicalConnectionSet"]["PhysicalConnectionType"][0];
        assert_eq!(found["EndTime"], "2027-02-22T16:00:00Z");
        let told = ["HasReservationData", "ReservationOrderType", "ReservationActiveTime"]
            .map(|name| &found[name]);
        assert_eq!(told, [has, kind, at], "{now}");
        let plain = described(&rig, &circuit).await;
        assert_eq!(
            (&plain["HasReservationData"], &plain["ReservationOrderType"]),
            (&json!(has), &json!(""))
        );
    }
    assert_eq!(rig.balance("sandbox").await, "99745.00");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_edition_keeps_a_stopped_circuit_as_long_as_its_pages_said() {
    let rig = still(&[]).await;
    let mut circuits = Vec::new();
    for edition in api::Edition::ALL {
        circuits.push((edition.name(), served(&rig, &format!("sandbox-{}", edition.name())).await));
    }
    let released = |edition: &str| match edition {
        "2024-03" | "2025-03" | "2025-09" => "2027-01-13T16:00:00Z",
        _ => "2027-01-21T16:00:00Z",
    };
    for (edition, circuit) in &circuits {
        let seen = seen(&rig, circuit).await.expect("it is there");
        let told = ["ends_at", "stops_at", "releases_at"].map(|name| &seen[name]);
        let ends = ["2026-12-22T16:00:00Z", "2027-01-06T16:00:00Z", released(edition)];
        assert_eq!(told, ends, "{edition}");
    }
    for (now, lock, left) in [
        ("2027-01-06T15:59:59Z", "Normal", 8),
        ("2027-01-06T16:00:00Z", "FinancialLocked", 8),
        ("2027-01-13T16:00:00Z", "FinancialLocked", 5),
        ("2027-01-21T16:00:00Z", "FinancialLocked", 0),
    ] {
        set_clock(&rig, now).await;
        let found = rig.call("DescribePhysicalConnections", &[("PageSize", "50")]).await.ok();
        let list = found.body["PhysicalConnectionSet"]["PhysicalConnectionType"].as_array();
        let ours = list.expect("a list").iter().filter(|found| {
            circuits.iter().any(|(_, circuit)| found["PhysicalConnectionId"] == circuit.as_str())
        });
        let ours: Vec<_> = ours.map(|found| found["BusinessStatus"].clone()).collect();
        assert_eq!(ours, vec![json!(lock); left], "{now}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_circuit_is_renewed_from_its_old_end_and_goes_on() {
    let rig = still(&[]).await;
    let circuit = served(&rig, "sandbox").await;
    set_clock(&rig, "2027-01-13T15:59:59Z").await;
    assert_eq!(described(&rig, &circuit).await["BusinessStatus"], "FinancialLocked");
    let back = renew(&rig, "sandbox", &circuit, "1").await.ok();
    assert_eq!((&back.body["Code"], &back.body["Success"]), (&json!("Success"), &json!(true)));
    let told = described(&rig, &circuit).await;
    assert_eq!(
        (&told["BusinessStatus"], &told["EndTime"]),
        (&json!("Normal"), &json!("2027-01-22T16:00:00Z"))
    );
    // Too late.
    set_clock(&rig, "2027-02-13T16:00:00Z").await;
    renew(&rig, "sandbox", &circuit, "1").await.refused(400, "ResourceNotExists");
    assert_eq!(rig.balance("sandbox").await, "99830.00");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_with_too_little_money_is_a_cancelled_order_or_an_error() {
    for (form, edition, error) in [
        ("cancel", "sandbox", false),
        ("cancel", "sandbox-2019", false),
        ("error", "sandbox", true),
    ] {
        let rig = still(&[("insufficient_balance", form), ("release_after", "P7D")]).await;
        let given = json!({"account": RICH, "region": "cn-hangzhou", "status": "Enabled",
            "id": "pc-dear", "port_type": "100GBase-LR"});
        rig.post("/circuits", given).await;
        // 36 months of 5,200 dollars are more than the account has.
        let back = renew(&rig, edition, "pc-dear", "36").await;
        if error {
            back.refused(400, "PAY.INSUFFICIENT_BALANCE");
        } else {
            back.ok();
        }
        let orders = orders(&rig, "renew").await;
        let [cancelled] = &orders[..] else { panic!("{orders:?}") };
        assert_eq!(
            (&cancelled["PaymentStatus"], &cancelled["PretaxAmount"]),
            (&json!("Cancelled"), &json!("187200.00"))
        );
        assert_eq!(seen(&rig, "pc-dear").await.expect("it is there")["stops_at"], Value::Null);
        assert_eq!(rig.balance("sandbox").await, "100000.00");
        rig.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_set_holds_until_it_is_set_otherwise() {
    let rig = still(&[]).await;
    let [one, two] = [served(&rig, "sandbox").await, served(&rig, "sandbox").await];
    set(&rig, &format!("{one},{two}"), "AutoRenewal", "3").await.ok();
    set(&rig, &two, "NotRenewal", "").await.ok();
    for (circuit, status, months) in
        [(&one, "AutoRenewal", json!(3)), (&two, "NotRenewal", Value::Null)]
    {
        let seen = seen(&rig, circuit).await.expect("it is there");
        assert_eq!((&seen["renewal"], &seen["renewal_months"]), (&json!(status), &months));
    }
    set_clock(&rig, "2027-02-01T00:00:00Z").await;
    assert_eq!(seen(&rig, &one).await.expect("it is there")["ends_at"], "2027-03-22T16:00:00Z");
    assert_eq!(seen(&rig, &two).await, None);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_by_itself_that_would_pass_the_calendar_is_refused_at_the_order() {
    let rig = still(&[]).await;
    let circuit = rig.circuit("Confirmed").await;
    for (months, auto_renew, refused) in
        [("95665", "true", true), ("95664", "true", false), ("2147483647", "false", false)]
    {
        let call = [
            &month(&circuit, "false")[..],
            &[("AutoRenew", auto_renew), ("AutoRenewDuration", months)],
        ]
        .concat();
        let back = rig.call(ORDER, &call).await;
        if refused {
            back.refused(400, "InvalidAutoRenewDuration");
        } else {
            let id = back.ok().order_id();
            rig.call_as("sandbox", BSS, "CancelOrder", &[("OrderId", &id)]).await.ok();
        }
    }
    rig.end().await;
}

/// Each of both is lifted for itself; a payment lifts only the one for want of payment.
#[tokio::test(flavor = "multi_thread")]
async fn two_locks_are_set_and_lifted_for_themselves() {
    let rig = still(&[]).await;
    let circuit = served(&rig, "sandbox").await;
    let event = async |event: &str| {
        rig.post(&format!("/circuits/{circuit}/events"), json!({"event": event})).await
    };
    event("lock_security").await;
    set_clock(&rig, "2027-01-06T16:00:00Z").await;
    let locks = async || seen(&rig, &circuit).await.expect("it is there")["locks"].clone();
    assert_eq!(locks().await, json!({"financial": true, "security": true}));
    assert_eq!(described(&rig, &circuit).await["BusinessStatus"], "SecurityLocked");
    renew(&rig, "sandbox", &circuit, "1").await.ok();
    assert_eq!(locks().await, json!({"financial": false, "security": true}));
    event("lock_financial").await;
    event("unlock_security").await;
    assert_eq!(described(&rig, &circuit).await["BusinessStatus"], "FinancialLocked");
    event("unlock").await;
    assert_eq!(locks().await, json!({"financial": false, "security": false}));
    rig.end().await;
}

/// The sandbox's circuits rest, whatever their EndTime.
#[tokio::test(flavor = "multi_thread")]
async fn a_given_circuit_never_expires_until_its_term_is_touched() {
    let rig = still(&[]).await;
    rig.advance("P3650D").await;
    let told = described(&rig, "pc-sandboxenabled").await;
    assert_eq!((&told["Status"], &told["BusinessStatus"]), (&json!("Enabled"), &json!("Normal")));
    renew(&rig, "sandbox", "pc-sandboxenabled", "12").await.ok();
    // From now on, and not from an end that is long gone.
    assert_eq!(described(&rig, "pc-sandboxenabled").await["EndTime"], "2037-11-19T16:00:00Z");
    let terminate = [("PhysicalConnectionId", "pc-sandboxenabled")];
    rig.call_as("sandbox", VPC, "TerminatePhysicalConnection", &terminate).await.ok();
    rig.advance("P400D").await;
    assert_eq!(seen(&rig, "pc-sandboxenabled").await, None);
    rig.end().await;
}

/// What is billed, of all regions, and how long it is paid for.
#[tokio::test(flavor = "multi_thread")]
async fn instances_tell_how_long_they_are_paid_for_and_what_comes_then() {
    let rig = still(&[]).await;
    let circuit = served(&rig, "sandbox").await;
    let given = json!({"account": RICH, "region": "cn-beijing", "status": "Enabled",
        "id": "pc-away"});
    rig.post("/circuits", given).await;
    set(&rig, &circuit, "AutoRenewal", "12").await.ok();
    let ask = async |more: &[(&str, &str)]| {
        let back = rig.call_as("sandbox", BSS, "QueryAvailableInstances", more).await.ok();
        back.body["Data"].clone()
    };
    let one = ask(&[("InstanceIDs", &circuit)]).await["InstanceList"][0].clone();
    for (name, told) in [
        ("Status", json!("Normal")),
        ("RenewStatus", json!("AutoRenewal")),
        ("RenewalDuration", json!(12)),
        ("RenewalDurationUnit", json!("M")),
        ("EndTime", json!("2026-12-22T16:00:00Z")),
        ("StopTime", json!("2027-01-06T16:00:00Z")),
        ("ReleaseTime", json!("2027-01-13T16:00:00Z")),
        ("OwnerId", json!(1_000_000_000_000_001_u64)),
    ] {
        assert_eq!(one[name], told, "{name}");
    }
    set(&rig, &circuit, "ManualRenewal", "").await.ok();
    for (now, status) in [
        ("2026-12-22T15:59:59Z", "Normal"),
        ("2026-12-22T16:00:00Z", "WaitForExpire"),
        ("2027-01-06T16:00:00Z", "Expired"),
    ] {
        set_clock(&rig, now).await;
        let found = ask(&[("InstanceIDs", &circuit)]).await;
        assert_eq!(found["InstanceList"][0]["Status"], status, "{now}");
    }
    let ids = async |more: &[(&str, &str)]| {
        let found = ask(more).await;
        let list = found["InstanceList"].as_array().expect("a list").clone();
        list.iter()
            .map(|one| one["InstanceID"].as_str().expect("an id").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&[("Region", "cn-beijing")]).await, ["pc-away"]);
    assert_eq!(ids(&[("EndTimeEnd", "2026-12-22T15:59:59Z")]).await, [""; 0]);
    let until =
        [("EndTimeEnd", "2026-12-22T16:00:00Z"), ("CreateTimeStart", "2026-11-22T08:00:00Z")];
    assert_eq!(ids(&until).await.len(), 5, "three of the sandbox, the one away, and ours");
    set_clock(&rig, "2027-01-13T16:00:00Z").await;
    assert_eq!(ids(&[("InstanceIDs", &circuit)]).await, [""; 0]);
    rig.end().await;
}

/// An order is paid once, by whoever made it, in the edition that has such a call.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_paid_by_its_own_account_once() {
    let rig = still(&[]).await;
    let circuit = rig.circuit("Confirmed").await;
    let id = order(&rig, "sandbox", &circuit, "false").await.ok().order_id();
    let call = [
        ("OrderId", id.as_str()),
        ("BuyerId", "1"),
        ("PayerId", "2"),
        ("PaySubmitUid", "3"),
        ("Token", "t"),
    ];
    rig.call_as("sandbox-2025-03", BSS, "PayOrder", &call)
        .await
        .refused(404, "InvalidAction.NotFound");
    rig.call_as("sandbox-poor", BSS, "PayOrder", &call).await.refused(400, "InvalidParameter");
    assert_eq!(rig.balance("sandbox").await, "100000.00");
    let back = rig.call_as("sandbox", BSS, "PayOrder", &call).await.ok();
    assert_eq!((&back.body["PayStatus"], &back.body["PayerId"]), (&json!(1), &json!(2)));
    assert_eq!(back.ignored, ["BuyerId", "PayerId", "PaySubmitUid", "Token"]);
    assert_eq!(described(&rig, &circuit).await["Status"], "Enabled");
    rig.call_as("sandbox", BSS, "PayOrder", &call).await.refused(400, "NotApplicable");
    assert_eq!(rig.balance("sandbox").await, "99915.00");
    rig.end().await;
}

/// SOURCE: the numbers of the assumed arithmetic: a period of 31 days, of which one has begun.
#[tokio::test(flavor = "multi_thread")]
async fn a_terminated_circuit_is_given_back_once_and_its_order_says_so() {
    let rig = still(&[]).await;
    let circuit = served(&rig, "sandbox").await;
    renew(&rig, "sandbox", &circuit, "1").await.ok();
    let call = [("ProductCode", "pconn"), ("InstanceId", circuit.as_str()), ("ClientToken", "t")];
    let refund = async || rig.call_as("sandbox", BSS, "RefundInstance", &call).await;
    refund().await.refused(400, "ResourceStatusError");
    rig.call_as("sandbox-2020", BSS, "RefundInstance", &call)
        .await
        .refused(404, "InvalidAction.NotFound");
    let terminate = [("PhysicalConnectionId", circuit.as_str())];
    rig.call_as("sandbox", VPC, "TerminatePhysicalConnection", &terminate).await.ok();
    rig.advance("PT1S").await;
    let back = refund().await.ok();
    let id = back.body["Data"]["OrderId"].to_string();
    let line = detailed(&rig, "sandbox", &id).await;
    for (name, told) in [
        ("OrderType", json!("Refund")),
        ("OrderSubType", json!("RefundSubOrder")),
        ("PretaxAmount", json!("85.00")),
        ("PaymentStatus", Value::Null),
    ] {
        assert_eq!(line[name], told, "{name}");
    }
    // A sub-order for each order that something is given back of.
    let whole = [("OrderId", id.as_str())];
    let whole = rig.call_as("sandbox", BSS, "GetOrderDetail", &whole).await.ok().body;
    let parts = &whole["Data"]["OrderList"]["Order"];
    assert_eq!(
        (&whole["Data"]["TotalCount"], &parts[1]["PretaxAmount"]),
        (&json!(2), &json!("82.25"))
    );
    assert_ne!(parts[0]["RelatedOrderId"], parts[1]["RelatedOrderId"]);
    assert_eq!(orders(&rig, "Refund").await[0]["PretaxAmount"], "167.25");
    // 85 for the renewal, 82.25 for 30 of the first 31 days.
    assert_eq!(rig.balance("sandbox").await, "99997.25");
    let again = refund().await.ok();
    assert_eq!(again.body["Data"]["OrderId"].to_string(), id, "the token's first answer");
    let other = [("ProductCode", "pconn"), ("InstanceId", circuit.as_str())];
    rig.call_as("sandbox", BSS, "RefundInstance", &other)
        .await
        .refused(400, "ExistRefundingOrderError");
    assert_eq!(seen(&rig, &circuit).await, None);
    assert_eq!(orders(&rig, "Refund").await.len(), 1);
    rig.end().await;
}
