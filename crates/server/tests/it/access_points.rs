//! Access points that do not offer everything: what is told of them, and what is refused there, in
//! each edition.

use crate::rig::{RICH, Rig, VPC};
use api::Edition;
use serde_json::json;

const APPLY: &str = "CreatePhysicalConnection";
const SET: &str = "CreateHighReliablePhysicalConnection";
const SETUP: &str = "CreatePhysicalConnectionSetupOrder";
const ROUTER: &str = "CreateVirtualBorderRouter";

/// One of each kind; the last two are the only ones of their regions.
const OFFERS: &str = "ap-cn-hangzhou-yh-C=disabled; ap-cn-hangzhou-jg-B=full; \
                      ap-cn-hangzhou-xs-B=full; \
                      ap-cn-hangzhou-yh-B=hot,no-ipv6,no-bypass,no-1000Base-LX; \
                      ap-sg-singpore-A=disabled; ap-eu-frankfurt-B=no-ipv6";

async fn rig() -> Rig {
    Rig::with(&[("access_points", OFFERS), ("carrier", "manual")]).await
}

fn at(point: &str) -> [(&str, &str); 4] {
    let (carrier, place) = (("LineOperator", "CT"), ("PeerLocation", "XX Street"));
    [("AccessPointId", point), carrier, place, ("PortType", "1000Base-LX")]
}

/// Whether an edition is this one or a later one.
fn since(edition: Edition, first: &str) -> bool {
    edition >= Edition::find(first).expect("an edition")
}

async fn refused(rig: &Rig, edition: Edition, call: (&str, &[(&str, &str)]), as_: (u16, &str)) {
    let key = format!("sandbox-{}", edition.name());
    rig.call_as(&key, VPC, call.0, call.1).await.refused(as_.0, as_.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_point_takes_no_application_that_it_has_nothing_for() {
    let rig = rig().await;
    let [disabled, full, lacks] =
        ["ap-cn-hangzhou-yh-C", "ap-cn-hangzhou-jg-B", "ap-cn-hangzhou-yh-B"].map(at);
    for edition in Edition::ALL {
        let not_enabled = (400, "InvalidAccessPointId.NotEnabled");
        let used = (400, "Invalid.Status");
        let new = since(edition, "2022");
        let of_disabled = if edition.name() == "2024-03" { used } else { not_enabled };
        let of_full = if new { used } else { not_enabled };
        let no_port = (404, "InvalidPortType.NotFound");
        let of_port = if new { no_port } else { (400, "InvalidPortType.Malformd") };
        for (call, told) in [(&disabled, of_disabled), (&full, of_full), (&lacks, of_port)] {
            refused(&rig, edition, (APPLY, call), told).await;
        }
        for (call, code) in [
            (&disabled, "IncorrectStatus.AccessPoint"),
            (&full, "IncorrectStatus.AccessPoint"),
            (&lacks, "InvalidPortType.NotFound"),
        ] {
            refused(&rig, edition, (SETUP, call), (400, code)).await;
        }
    }
    // Another port is there, and what was refused left nothing.
    let here = [("AccessPointId", "ap-cn-hangzhou-yh-B"), ("LineOperator", "CT")];
    for _ in 0..5 {
        rig.call(APPLY, &here).await.ok();
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_says_whether_a_region_an_access_point_or_the_whole_set_has_nothing_for_it() {
    let rig = rig().await;
    let one = |region, point| {
        vec![
            ("HighReliableType", "SingleApMultiDevice"),
            ("PortType", "1000Base-LX"),
            ("ApList.1.RegionId", region),
            ("ApList.1.AccessPointId", point),
            ("ApList.1.LineOperator", "CT"),
        ]
    };
    let two = |point, other| {
        let mut two = one("cn-hangzhou", point);
        two[0].1 = "MultiApMultiDevice";
        two.extend([
            ("ApList.2.RegionId", "cn-hangzhou"),
            ("ApList.2.AccessPointId", other),
            ("ApList.2.LineOperator", "CT"),
        ]);
        two
    };
    let hangzhou = |point| one("cn-hangzhou", point);
    for edition in Edition::ALL.into_iter().filter(|edition| since(*edition, "2024-03")) {
        let disabled = if since(edition, "2025-03") {
            "IllegalParam.UnsupportedAccessPoint"
        } else {
            "Invalid.Status"
        };
        let (full, free) = ("ap-cn-hangzhou-jg-B", "ap-cn-hangzhou-yh-ts-A");
        for (call, status, code) in [
            (one("ap-southeast-1", "ap-sg-singpore-A"), 400, "EcNotSupportRegion"),
            (hangzhou("ap-cn-hangzhou-yh-C"), 400, disabled),
            (hangzhou(full), 400, "EcNotEnoughResource"),
            (two(full, "ap-cn-hangzhou-xs-B"), 400, "EcNotEnoughResource"),
            (two(free, full), 400, "Invalid.Status"),
            (hangzhou("ap-cn-hangzhou-yh-B"), 404, "InvalidPortType.NotFound"),
        ] {
            refused(&rig, edition, (SET, &call), (status, code)).await;
        }
    }
    let tried = [&hangzhou("ap-cn-hangzhou-jg-B")[..], &[("DryRun", "true")]].concat();
    rig.call(SET, &tried).await.refused(400, "DRYRUN.FAIL");
    rig.call(SET, &hangzhou("ap-cn-hangzhou-yh-ts-A")).await.ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_may_want_an_order() {
    let rig = rig().await;
    let listed = "1000000000000077";
    let account = json!({"account": listed, "currency": "USD", "bypass_sp": true});
    rig.post("/accounts", account).await;
    let there = rig.circuit_of(listed, json!({"access_point": "ap-cn-hangzhou-yh-B"})).await;
    for edition in Edition::ALL.into_iter().filter(|edition| since(*edition, "2024-03")) {
        let key = format!("listed-{}", edition.name());
        rig.put_key(listed, &key, json!({"edition": edition.name()})).await;
        let enable = async |circuit: &str| {
            let call = [("PhysicalConnectionId", circuit), ("ByPassSp", "true")];
            rig.call_as(&key, VPC, "EnablePhysicalConnection", &call).await
        };
        enable(&there).await.refused(400, "ACCESS.DEVICE.NOT.ALLOW.WITHOUT.SP");
        let point = json!({"access_point": "ap-cn-hangzhou-yh-ts-A"});
        enable(&rig.circuit_of(listed, point).await).await.ok();
    }
    rig.end().await;
}

/// A circuit of account 1 in service there.
async fn circuit(rig: &Rig, region: &str, point: &str) -> String {
    let more = json!({"region": region, "access_point": point, "status": "Enabled"});
    rig.circuit_of(RICH, more).await
}

fn router<'c>(region: &'c str, circuit: &'c str, ipv6: &'c str) -> [(&'c str, &'c str); 7] {
    [
        ("RegionId", region),
        ("PhysicalConnectionId", circuit),
        ("VlanId", "10"),
        ("LocalGatewayIp", "10.0.0.1"),
        ("PeerGatewayIp", "10.0.0.2"),
        ("PeeringSubnetMask", "255.255.255.252"),
        ("EnableIpv6", ipv6),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_may_be_disabled_and_have_no_ipv6() {
    let rig = rig().await;
    let no_device = (404, "OperationFailed.AccessDeviceDisabled");
    let no_ipv6 = (400, "OperationUnsupported.VirtualBorderRouterEnableIPv6");
    let nowhere = (400, "OperationUnsupported.IPV6ForThisRegion");
    for edition in Edition::ALL {
        let key = format!("sandbox-{}", edition.name());
        for (region, point, ipv6, told) in [
            ("cn-hangzhou", "ap-cn-hangzhou-yh-C", "false", no_device),
            ("cn-hangzhou", "ap-cn-hangzhou-yh-B", "true", no_ipv6),
            ("eu-central-1", "ap-eu-frankfurt-B", "true", nowhere),
        ] {
            let circuit = circuit(&rig, region, point).await;
            let made = rig.call_as(&key, VPC, ROUTER, &router(region, &circuit, ipv6)).await;
            if !since(edition, "2024-03") {
                made.ok();
                continue;
            }
            made.refused(told.0, told.1);
            if told == no_device {
                continue;
            }
            let made =
                rig.call_as(&key, VPC, ROUTER, &router(region, &circuit, "false")).await.ok();
            let id = made.body["VbrId"].as_str().expect("an id");
            let on = [("RegionId", region), ("VbrId", id), ("EnableIpv6", "true")];
            let amended = "ModifyVirtualBorderRouterAttribute";
            refused(&rig, edition, (amended, &on), told).await;
        }
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_access_points_tell_what_they_offer() {
    let rig = rig().await;
    for edition in Edition::ALL {
        let key = format!("sandbox-{}", edition.name());
        let told = rig.call_as(&key, VPC, "DescribeAccessPoints", &[]).await.ok();
        let points = &told.body["AccessPointSet"]["AccessPointType"];
        let told = |id: &str| {
            let its = points.as_array().expect("a list").iter();
            let point = its.clone().find(|its| its["AccessPointId"] == id).expect("it is listed");
            point["Status"].as_str().expect("a status").to_owned()
        };
        for (id, status) in [
            ("ap-cn-hangzhou-yh-C", "disabled"),
            ("ap-cn-hangzhou-jg-B", "full"),
            ("ap-cn-hangzhou-yh-B", "hot"),
            ("ap-cn-hangzhou-yh-ts-A", "recommended"),
        ] {
            assert_eq!(told(id), status, "{id} in {}", edition.name());
        }
    }
    let told = rig.call("ListBusinessAccessPoints", &[("RegionId", "cn-hangzhou")]).await.ok();
    let point = &told.body["BusinessAccessPoints"][0];
    assert_eq!(point["AccessPointId"], "ap-cn-hangzhou-yh-B");
    let ports = point["SupportPortTypes"].as_str().expect("a text");
    assert!(ports.contains("1000Base-T") && !ports.contains("1000Base-LX"), "{ports}");
    let modules = point["OpticalModuleModels"].as_array().expect("a list").iter();
    assert!(modules.clone().count() > 0);
    assert!(modules.clone().all(|module| module["PortType"] != "1000Base-LX"));
    rig.end().await;
}
