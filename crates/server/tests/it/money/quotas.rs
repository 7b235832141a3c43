//! Who is refused a further circuit: where there are enough at an access point, and while one is
//! overdue.

use super::{order, set_clock, still};
use crate::rig::{BSS, Rig, VPC};

const APPLY: &str = "CreatePhysicalConnection";
const SET: &str = "CreateHighReliablePhysicalConnection";
const SETUP: &str = "CreatePhysicalConnectionSetupOrder";

const HERE: [(&str, &str); 2] = [("AccessPointId", "ap-cn-hangzhou-yh-B"), ("LineOperator", "CT")];
const THERE: [(&str, &str); 2] = [("AccessPointId", "ap-cn-hangzhou-jg-B"), ("LineOperator", "CT")];
const PAIR: [(&str, &str); 5] = [
    ("HighReliableType", "SingleApMultiDevice"),
    ("PortType", "1000Base-LX"),
    ("ApList.1.RegionId", "cn-hangzhou"),
    ("ApList.1.AccessPointId", "ap-cn-hangzhou-yh-B"),
    ("ApList.1.LineOperator", "CT"),
];

#[tokio::test(flavor = "multi_thread")]
async fn as_many_circuits_stand_at_an_access_point_as_the_setting_says() {
    let rig = Rig::with(&[("access_point_circuits_max", "2"), ("carrier", "manual")]).await;
    // The sandbox's own circuits there do not count.
    rig.call(SET, &PAIR).await.ok();
    rig.call(APPLY, &HERE).await.refused(400, "QuotaExceeded.pConnPerAP");
    rig.call(SET, &PAIR).await.refused(400, "QuotaExceeded.pConnPerAP");
    rig.call(SETUP, &HERE).await.refused(400, "QuotaExceeded.PerAccessPoint");
    let tried = rig.call(SET, &[&PAIR[..], &[("DryRun", "true")]].concat()).await;
    tried.refused(400, "DRYRUN.FAIL");
    rig.call(APPLY, &THERE).await.ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_counts_no_circuits_by_access_point_unless_it_is_told_to() {
    let rig = still(&[]).await;
    for _ in 0..5 {
        rig.call(APPLY, &HERE).await.ok();
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_applies_for_a_circuit_while_another_is_past_its_end() {
    let rig = still(&[]).await;
    let circuit = rig.circuit("Confirmed").await;
    order(&rig, "sandbox", &circuit, "true").await.ok();
    set_clock(&rig, "2026-12-22T15:59:59Z").await;
    rig.call(APPLY, &HERE).await.ok();
    set_clock(&rig, "2026-12-22T16:00:00Z").await;
    for edition in api::Edition::ALL {
        let key = format!("sandbox-{}", edition.name());
        let called = [&HERE[..], &[("PeerLocation", "XX Street")]].concat();
        let refused = rig.call_as(&key, VPC, APPLY, &called).await;
        refused.refused(403, "InstanceExpiredOrInArrears");
    }
    rig.call(SET, &PAIR).await.refused(403, "InstanceExpiredOrInArrears");
    rig.call(SETUP, &HERE).await.refused(403, "InstanceExpiredOrInArrears");
    // Another account owes nothing; and who has renewed does not either.
    rig.call_as("sandbox-poor", VPC, APPLY, &HERE).await.ok();
    let renew = [("ProductCode", "pconn"), ("InstanceId", &*circuit), ("RenewPeriod", "1")];
    rig.call_as("sandbox", BSS, "RenewInstance", &renew).await.ok();
    rig.call(APPLY, &HERE).await.ok();
    rig.end().await;
}
