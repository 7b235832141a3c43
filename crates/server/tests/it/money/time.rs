//! When orders die, periods begin and end, and circuits are enabled.

use super::{
    POORS, described, detailed, month, order, pay, poor_in, set_clock, shown, status, still,
};
use crate::rig::{ORDER, POOR, RICH, Rig, VPC};
use serde_json::{Value, json};

/// O2, E4.
#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_order_dies_after_seven_days_at_its_own_instant() {
    let rig = still(&[]).await;
    let [early, late, last] = [
        rig.circuit("Confirmed").await,
        rig.circuit("Confirmed").await,
        rig.circuit("Confirmed").await,
    ];
    let early = order(&rig, "sandbox", &early, "false").await.ok().order_id();
    set_clock(&rig, "2026-11-22T08:00:00.001Z").await;
    let late = order(&rig, "sandbox", &late, "false").await.ok().order_id();
    let paid = order(&rig, "sandbox", &last, "false").await.ok().order_id();
    set_clock(&rig, "2026-11-29T07:59:59.999Z").await;
    assert_eq!(status(&rig, &early).await, "Unpaid");
    set_clock(&rig, "2026-11-29T08:00:00Z").await;
    assert_eq!(status(&rig, &early).await, "Cancelled");
    assert_eq!(shown(&rig, &early).await["cancel_cause"], "expired");
    assert_eq!(pay(&rig, &early).await.0, 409, "at its deadline it is too late");
    assert_eq!(status(&rig, &late).await, "Unpaid");
    assert_eq!(pay(&rig, &paid).await.0, 200, "a millisecond before it is not");
    set_clock(&rig, "2026-11-29T08:00:00.001Z").await;
    assert_eq!(status(&rig, &late).await, "Cancelled");
    assert_eq!(status(&rig, &paid).await, "Paid");
    assert_eq!(rig.balance("sandbox").await, "99915.00");
    rig.end().await;
}

/// Everything due on the way happens in order: a long leap is as good as many short ones.
#[tokio::test(flavor = "multi_thread")]
async fn a_leap_over_years_leaves_what_short_steps_leave() {
    let mut states = Vec::new();
    for steps in [1, 400] {
        let rig = still(&[("enable_delay", "PT36H")]).await;
        for (id, auto_pay) in [("pc-a", "true"), ("pc-b", "false"), ("pc-c", "false")] {
            let given = json!({"account": RICH, "region": "cn-hangzhou", "status": "Confirmed",
                "id": id});
            rig.post("/circuits", given).await;
            order(&rig, "sandbox", id, auto_pay).await.ok();
        }
        for _ in 0..steps {
            let span = format!("PT{}H", 400 / steps * 24);
            rig.advance(&span).await;
        }
        states.push(rig.state().await);
        rig.end().await;
    }
    assert_eq!(states[0], states[1]);
}

/// SOURCE: billing dossier 2.5.
#[tokio::test(flavor = "multi_thread")]
async fn a_paid_period_ends_at_midnight_utc8_of_the_day_after() {
    let rig = still(&[]).await;
    for (now, period, cycle, end) in [
        ("2026-11-22T08:00:00.001Z", "1", "Month", "2026-12-22T16:00:00Z"),
        ("2026-11-22T15:59:59.999Z", "9", "Month", "2027-08-22T16:00:00Z"),
        ("2026-11-22T16:00:00Z", "1", "Month", "2026-12-23T16:00:00Z"),
        ("2027-01-30T16:00:00Z", "1", "Month", "2027-02-28T16:00:00Z"),
        ("2028-02-28T16:00:00Z", "1", "Year", "2029-02-28T16:00:00Z"),
        ("2028-02-29T16:00:00Z", "5", "Year", "2033-03-01T16:00:00Z"),
    ] {
        set_clock(&rig, now).await;
        let circuit = rig.circuit("Confirmed").await;
        let mut call = month(&circuit, "true").to_vec();
        call[2].1 = period;
        call.push(("PricingCycle", cycle));
        let id = rig.call(ORDER, &call).await.ok().order_id();
        let seen = described(&rig, &circuit).await;
        let begun = format!("{}Z", &now[..19]);
        assert_eq!((&seen["EnabledTime"], &seen["EndTime"]), (&json!(begun), &json!(end)));
        let line = detailed(&rig, "sandbox", &id).await;
        let usage = (&line["UsageStartTime"], &line["UsageEndTime"]);
        assert_eq!(usage, (&json!(begun), &json!(end)));
        assert_eq!(line["PaymentTime"], json!(begun));
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_paid_later_begins_when_it_is_paid() {
    let rig = still(&[]).await;
    let circuit = rig.circuit("Confirmed").await;
    let id = order(&rig, "sandbox", &circuit, "false").await.ok().order_id();
    set_clock(&rig, "2026-11-25T20:00:00Z").await;
    assert_eq!(pay(&rig, &id).await.0, 200);
    let line = detailed(&rig, "sandbox", &id).await;
    for (name, value) in [
        ("CreateTime", "2026-11-22T08:00:00Z"),
        ("PaymentTime", "2026-11-25T20:00:00Z"),
        ("UsageStartTime", "2026-11-25T20:00:00Z"),
        ("UsageEndTime", "2026-12-26T16:00:00Z"),
    ] {
        assert_eq!(line[name], value, "{name}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postpaid_order_is_free_paid_at_once_and_has_no_end() {
    let rig = Rig::sandbox().await;
    for (edition, said) in [("2019", "false"), ("2019-intl", "true"), ("2020", "")] {
        let key = poor_in(&rig, edition).await;
        let circuit = rig.circuit_of(POOR, json!({"port_type": "100GBase-LR"})).await;
        let mut call = month(&circuit, said).to_vec();
        call[1].1 = "PostPaid";
        call[2].1 = "not a number, but ignored";
        let id = rig.call_as(&key, VPC, ORDER, &call).await.ok().order_id();
        let line = detailed(&rig, &key, &id).await;
        for (name, value) in [
            ("PaymentStatus", "Paid"),
            ("PretaxAmount", "0.00"),
            ("SubscriptionType", "PayAsYouGo"),
            ("UsageEndTime", ""),
        ] {
            assert_eq!(line[name], value, "{edition} {name}");
        }
        let state = rig.state().await;
        let circuits = state["circuits"].as_array().expect("circuits");
        let seen = circuits.iter().find(|c| c["id"] == *circuit).expect("it is there");
        assert_eq!((&seen["status"], &seen["ends_at"]), (&json!("Enabled"), &Value::Null));
    }
    assert_eq!(rig.balance("sandbox-poor").await, "0.00");
    let mut call = month(POORS, "true").to_vec();
    call[1].1 = "PostPaid";
    for edition in ["2022", "2023", "2025-09"] {
        let key = poor_in(&rig, edition).await;
        let back = rig.call_as(&key, VPC, ORDER, &call).await;
        back.refused(400, "InvalidPhysicalConnectionChargeType.Malformed");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_delay_a_paid_circuit_is_enabled_at_its_instant_and_not_before() {
    let rig = still(&[("enable_delay", "PT30S")]).await;
    let circuit = rig.circuit("Confirmed").await;
    let id = order(&rig, "sandbox", &circuit, "true").await.ok().order_id();
    assert_eq!(status(&rig, &id).await, "Paid");
    let seen = described(&rig, &circuit).await;
    assert_eq!((&seen["Status"], &seen["EndTime"]), (&json!("Confirmed"), &json!("")));
    // The row "already Enabled", whatever the circuit's Status still says.
    let again = order(&rig, "sandbox", &circuit, "true").await;
    again.refused(400, "INSTANCE.STATUS.NOT.ALLOW");
    let again = order(&rig, "sandbox-2023", &circuit, "true").await;
    again.refused(400, "Forbidden.NotAllowedInState");
    let named = [("PhysicalConnectionId", circuit.as_str())];
    let gone = rig.call("DeletePhysicalConnection", &named).await;
    gone.refused(400, "Forbidden.NotInAllowDeleteStatus");
    // A lock does not stop what is under way.
    let events = format!("/circuits/{circuit}/events");
    rig.post(&events, json!({"event": "lock_security"})).await;
    rig.post(&events, json!({"event": "unlock"})).await;
    set_clock(&rig, "2026-11-22T08:00:29.999Z").await;
    assert_eq!(described(&rig, &circuit).await["Status"], "Confirmed");
    set_clock(&rig, "2026-11-22T09:00:00Z").await;
    let seen = described(&rig, &circuit).await;
    for (name, value) in [
        ("Status", "Enabled"),
        ("EnabledTime", "2026-11-22T08:00:30Z"),
        ("EndTime", "2026-12-22T16:00:00Z"),
    ] {
        assert_eq!(seen[name], value, "{name}");
    }
    assert_eq!(rig.balance("sandbox").await, "99915.00");
    rig.end().await;
}
