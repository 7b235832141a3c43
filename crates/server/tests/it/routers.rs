//! Virtual border routers, from their making to a restart of the server, and every state of one.

use crate::rig::{POOR, Rig, VPC, fresh_folder};
use crossconnect::server::Parts;
use domain::router::{RouterEvent, RouterStatus, step};
use serde_json::{Value, json};

const OWN: &str = "1000000000000001";

const MAKE: [(&str, &str); 4] = [
    ("VlanId", "10"),
    ("LocalGatewayIp", "10.0.0.1"),
    ("PeerGatewayIp", "10.0.0.2"),
    ("PeeringSubnetMask", "255.255.255.252"),
];

/// A circuit in service.
async fn circuit(rig: &Rig) -> String {
    let body = json!({"account": OWN, "region": "cn-hangzhou", "status": "Enabled"});
    rig.post("/circuits", body).await["id"].as_str().expect("an id").to_owned()
}

/// A router on it; what else is said may take the place of what is usual.
async fn router(rig: &Rig, circuit: &str, more: &[(&str, &str)]) -> String {
    let mut call = vec![("PhysicalConnectionId", circuit)];
    let said = |name: &str| more.iter().any(|(its, _)| *its == name);
    call.extend(MAKE.into_iter().filter(|(name, _)| !said(name)));
    call.extend(more);
    let made = rig.call("CreateVirtualBorderRouter", &call).await.ok();
    made.body["VbrId"].as_str().expect("an id").to_owned()
}

/// For another account.
const FOR_POOR: [(&str, &str); 4] = [
    ("VbrOwnerId", POOR),
    ("LocalGatewayIp", ""),
    ("PeerGatewayIp", ""),
    ("PeeringSubnetMask", ""),
];

/// The row of a router, as Terraform asks for it.
async fn row(rig: &Rig, id: &str) -> Value {
    let call =
        [("IncludeCrossAccountVbr", "true"), ("Filter.1.Key", "VbrId"), ("Filter.1.Value.1", id)];
    let found = rig.call("DescribeVirtualBorderRouters", &call).await.ok();
    found.body["VirtualBorderRouterSet"]["VirtualBorderRouterType"][0].clone()
}

async fn status(rig: &Rig, id: &str) -> Option<String> {
    row(rig, id).await["Status"].as_str().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_router_outlives_a_restart_with_all_that_hangs_off_it() {
    let rig = Rig::open(&fresh_folder(), &[("carrier", "manual")], Parts::default()).await;
    let (one, other) = (circuit(&rig).await, circuit(&rig).await);
    let words = [("Name", "office"), ("Tags.1.Key", "team"), ("Tags.1.Value", "network")];
    let id = router(&rig, &one, &words).await;
    let peer = router(&rig, &circuit(&rig).await, &[]).await;
    let join = "AssociatePhysicalConnectionToVirtualBorderRouter";
    let joined = [("VbrId", &*id), ("PhysicalConnectionId", &other), ("VlanId", "20")];
    rig.call(join, &joined).await.ok();
    let group = [("VbrId", &*id), ("PeerVbrId", &peer), ("Name", "both")];
    let made = rig.call("CreateVbrHa", &group).await.ok();
    let group = made.body["VbrHaId"].as_str().expect("an id").to_owned();
    let folder = rig.stop().await;

    let rig = Rig::open(&folder, &[("carrier", "manual")], Parts::default()).await;
    let found = row(&rig, &id).await;
    assert_eq!(found["Name"], "office");
    assert_eq!(found["Tags"]["Tags"], json!([{"Key": "team", "Value": "network"}]));
    let further = &found["AssociatedPhysicalConnections"]["AssociatedPhysicalConnection"][0];
    assert_eq!(further["PhysicalConnectionId"], *other);
    assert_eq!((&further["VlanId"], &further["Status"]), (&json!("20"), &json!("Associated")));
    let by_router = [("VbrId", &*peer)];
    let found = rig.call("DescribeVbrHa", &by_router).await.ok();
    assert_eq!(
        (&found.body["VbrHaId"], &found.body["Status"]),
        (&json!(group), &json!("Creating"))
    );
    let finish = json!({"event": "finish"});
    let told = rig.post(&format!("/router-groups/{group}/events"), finish.clone()).await;
    assert_eq!(told["status"], "Active");
    let path = format!("/router-groups/{group}/events");
    assert_eq!(rig.control("POST", &path, &finish).await.0, 409);

    // It holds its circuits back, the one and the other.
    let circuit = [("PhysicalConnectionId", &*one)];
    rig.call("TerminatePhysicalConnection", &circuit).await.refused(400, "Forbidden.VbrAttached");
    let tagged = [("ResourceType", "VIRTUALBORDERROUTER"), ("Tag.1.Key", "team")];
    let listed = rig.call("ListTagResourcesForExpressConnect", &tagged).await.ok();
    let listed = &listed.body["TagResources"]["TagResource"][0];
    assert_eq!((&listed["ResourceId"], &listed["ResourceType"]), (&json!(id), &json!(tagged[0].1)));
    let group = [
        ("ResourceType", "VIRTUALBORDERROUTER"),
        ("ResourceId", &*id),
        ("NewResourceGroupId", "rg-other"),
    ];
    rig.call("ChangeResourceGroup", &group).await.ok();
    assert_eq!(row(&rig, &id).await["ResourceGroupId"], "rg-other");
    let parted = [("VbrId", &*id), ("PhysicalConnectionId", &other)];
    rig.call("UnassociatePhysicalConnectionFromVirtualBorderRouter", &parted).await.ok();
    rig.call("DeleteVirtualBorderRouter", &[("VbrId", &id)]).await.ok();
    assert_eq!(status(&rig, &id).await.as_deref(), Some("deleting"));
    rig.post(&format!("/routers/{id}/events"), finish).await;
    assert_eq!(status(&rig, &id).await, None);
    rig.call("DeleteVirtualBorderRouter", &[("VbrId", &id)])
        .await
        .refused(404, "InvalidVbrId.NotFound");
    rig.call("TerminatePhysicalConnection", &circuit).await.ok();
    let path = format!("/routers/{id}/history");
    let (_, history) = rig.control("GET", &path, &Value::Null).await;
    let stood = history["history"].as_array().expect("a list").iter();
    let stood: Vec<_> = stood.map(|it| (it["status"].clone(), it["deleted"].clone())).collect();
    let expected = [("active", false), ("deleting", false), ("deleting", true)];
    assert_eq!(stood, expected.map(|(status, deleted)| (json!(status), json!(deleted))));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_router_for_another_account_is_taken_over_and_seen_by_both() {
    let rig = Rig::sandbox().await;
    let circuit = circuit(&rig).await;
    let id = router(&rig, &circuit, &FOR_POOR).await;
    let list = "DescribeVirtualBorderRouters";
    let mine = rig.call(list, &[]).await.ok();
    assert_eq!(mine.body["TotalCount"], 0, "one asks for others' routers");
    let theirs = rig.call_as("sandbox-poor", VPC, list, &[]).await.ok();
    let theirs = &theirs.body["VirtualBorderRouterSet"]["VirtualBorderRouterType"][0];
    assert_eq!((&theirs["VbrId"], &theirs["Status"]), (&json!(id), &json!("unconfirmed")));
    assert_eq!(theirs["PhysicalConnectionOwnerUid"], OWN);

    let terminate = "TerminateVirtualBorderRouter";
    let named = [("VbrId", &*id)];
    rig.call(terminate, &named).await.refused(400, "InvalidOperation.OperationNotAllowedInState");
    let amend = "ModifyVirtualBorderRouterAttribute";
    let addresses = [named[0], MAKE[1], MAKE[2], MAKE[3]];
    let refused = rig.call(amend, &addresses).await;
    refused.refused(403, "Forbidden.LocalGatewayIpNotAllowedByCaller");
    rig.call_as("sandbox-poor", VPC, amend, &addresses).await.ok();
    let found = row(&rig, &id).await;
    assert_eq!(
        (&found["Status"], &found["LocalGatewayIp"]),
        (&json!("active"), &json!("10.0.0.1"))
    );
    assert_ne!(found["ActivationTime"], "");
    let remove = "DeleteVirtualBorderRouter";
    rig.call(remove, &named).await.refused(403, "Forbidden.OperationDeleteNotAllowedByUser");
    let off = rig.call_as("sandbox-poor", VPC, terminate, &named).await;
    off.refused(403, "Forbidden.OperationTerminateNotAllowedByUser");

    // Whoever has a VPC opens it to the routers of the other.
    let grant = [
        ("VbrOwnerUid", POOR),
        ("InstanceId", "vpc-office"),
        ("GrantType", "Specify"),
        ("VbrRegionNo", "cn-hangzhou"),
        ("VbrInstanceIds", &*format!("[\"{id}\"]")),
    ];
    rig.call("GrantInstanceToVbr", &grant).await.ok();
    rig.call("RevokeInstanceFromVbr", &grant).await.ok();
    rig.call("RevokeInstanceFromVbr", &grant).await.refused(404, "EcGrantRelation.NotExist");
    rig.call_as("sandbox-poor", VPC, remove, &named).await.ok();
    let theirs = rig.call_as("sandbox-poor", VPC, list, &[]).await.ok();
    assert_eq!(theirs.body["TotalCount"], 0);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strict_failover_groups_want_what_there_is_not() {
    let rig = Rig::with(&[("vbr_ha_strict", "true")]).await;
    let (one, other) = (circuit(&rig).await, circuit(&rig).await);
    let (first, second) = (router(&rig, &one, &[]).await, router(&rig, &other, &[]).await);
    let both = [("VbrId", &*first), ("PeerVbrId", &second)];
    let refused = rig.call("CreateVbrHa", &both).await;
    refused.refused(400, "OperationFailed.VbrBgpPeerNotEnableBfd");
    for id in [&first, &second] {
        let detects = [
            ("VbrId", &**id),
            ("MinTxInterval", "300"),
            ("MinRxInterval", "300"),
            ("DetectMultiplier", "3"),
        ];
        rig.call("ModifyVirtualBorderRouterAttribute", &detects).await.ok();
    }
    rig.call("CreateVbrHa", &both).await.refused(400, "OperationFailed.VbrCenNotRelation");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quotas_are_what_the_settings_say() {
    let rig = Rig::with(&[("routers_max", "1"), ("associations_max", "1")]).await;
    let (one, other, third) = (circuit(&rig).await, circuit(&rig).await, circuit(&rig).await);
    let id = router(&rig, &one, &[]).await;
    let mut second = vec![("PhysicalConnectionId", &*one)];
    second.extend(MAKE.map(|(name, value)| (name, if name == "VlanId" { "11" } else { value })));
    let refused = rig.call("CreateVirtualBorderRouter", &second).await;
    refused.refused(400, "QuotaExceeded.vbrPerpConn");
    let join = "AssociatePhysicalConnectionToVirtualBorderRouter";
    let on = |circuit| [("VbrId", &*id), ("PhysicalConnectionId", circuit), ("VlanId", "20")];
    rig.call(join, &on(&other)).await.ok();
    rig.call(join, &on(&third)).await.refused(400, "EXCEED_ASSOCIATE_MAX_NUM");
    rig.end().await;
}

/// The tokens of Terraform, of which too little is left. SOURCE: ROUTERS 13.1.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_terraform_has_cut_stands_for_a_call_while_what_that_did_is_so() {
    let rig = Rig::sandbox().await;
    let (one, other, third) = (circuit(&rig).await, circuit(&rig).await, circuit(&rig).await);
    let id = router(&rig, &one, &[]).await;
    let join = "AssociatePhysicalConnectionToVirtualBorderRouter";
    let part = "UnassociatePhysicalConnectionFromVirtualBorderRouter";
    let token = "TF-AssociatePhysicalConnectionToVirtualBorderRouter-1764471600-a";
    assert_eq!(token.len(), 64);
    let on = |circuit, token| {
        [
            ("VbrId", &*id),
            ("PhysicalConnectionId", circuit),
            ("VlanId", "20"),
            ("ClientToken", token),
        ]
    };
    let first = rig.call(join, &on(&other, token)).await.ok();
    let again = rig.call(join, &on(&other, token)).await.ok();
    assert_eq!(again.replay_of.as_deref(), first.body["RequestId"].as_str());
    // Another circuit with the same token is another call.
    rig.call(join, &on(&third, token)).await.ok();
    let token = "TF-UnassociatePhysicalConnectionFromVirtualBorderRouter-17644716";
    let off =
        |circuit| [("VbrId", &*id), ("PhysicalConnectionId", circuit), ("ClientToken", token)];
    rig.call(part, &off(&other)).await.ok();
    rig.call(part, &off(&third)).await.ok();
    let found = row(&rig, &id).await;
    let further = &found["AssociatedPhysicalConnections"]["AssociatedPhysicalConnection"];
    assert_eq!(*further, json!([]), "both are off, though one token was said");
    rig.end().await;
}

/// Makes an event happen to a router, by whomever it is brought about. Says whether it did.
async fn happens(rig: &Rig, event: RouterEvent, id: &str, free: &str, peer: &str) -> bool {
    let name = [("VbrId", id)];
    let call = async |action: &str, more: &[(&str, &str)]| {
        let told = rig.call(action, &[&name[..], more].concat()).await;
        assert!([200, 400].contains(&told.status), "{event:?}: {told:?}");
        told.status == 200
    };
    match event {
        RouterEvent::Accept => {
            let addresses = [name[0], MAKE[1], MAKE[2], MAKE[3]];
            let action = "ModifyVirtualBorderRouterAttribute";
            let told = rig.call_as("sandbox-poor", VPC, action, &addresses).await;
            told.status == 200
        }
        RouterEvent::Amend => call("ModifyVirtualBorderRouterAttribute", &[("VlanId", "99")]).await,
        RouterEvent::SetBandwidth => {
            let call = [("VirtualBorderRouterId", id), ("Bandwidth", "5")];
            rig.call("UpdateVirtualBorderBandwidth", &call).await.status == 200
        }
        RouterEvent::Terminate => call("TerminateVirtualBorderRouter", &[]).await,
        RouterEvent::Recover => call("RecoverVirtualBorderRouter", &[]).await,
        RouterEvent::Delete => call("DeleteVirtualBorderRouter", &[]).await,
        RouterEvent::Associate | RouterEvent::Unassociate => {
            let on = [("PhysicalConnectionId", free), ("VlanId", "30")];
            let join = "AssociatePhysicalConnectionToVirtualBorderRouter";
            let part = "UnassociatePhysicalConnectionFromVirtualBorderRouter";
            let action = if event == RouterEvent::Associate { join } else { part };
            call(action, &on).await
        }
        RouterEvent::Join => call("CreateVbrHa", &[("PeerVbrId", peer)]).await,
        RouterEvent::Finish => {
            let path = format!("/routers/{id}/events");
            let (status, told) = rig.control("POST", &path, &json!({"event": "finish"})).await;
            assert!([200, 409].contains(&status), "{told}");
            status == 200
        }
    }
}

/// A router that stands so; with a further circuit, if that is to be taken from it.
async fn stands(rig: &Rig, status: RouterStatus, circuit: &str, further: Option<&str>) -> String {
    let unconfirmed = status == RouterStatus::Unconfirmed;
    let id = router(rig, circuit, if unconfirmed { &FOR_POOR } else { &[] }).await;
    if let Some(further) = further.filter(|_| !unconfirmed && status != RouterStatus::Deleting) {
        let join = "AssociatePhysicalConnectionToVirtualBorderRouter";
        let on = [("VbrId", &*id), ("PhysicalConnectionId", further), ("VlanId", "30")];
        rig.call(join, &on).await.ok();
    }
    let way: &[RouterEvent] = match status {
        RouterStatus::Unconfirmed | RouterStatus::Active => &[],
        RouterStatus::Terminating => &[RouterEvent::Terminate],
        RouterStatus::Terminated => &[RouterEvent::Terminate, RouterEvent::Finish],
        RouterStatus::Recovering => {
            &[RouterEvent::Terminate, RouterEvent::Finish, RouterEvent::Recover]
        }
        RouterStatus::Deleting => &[RouterEvent::Delete],
    };
    for event in way {
        assert!(happens(rig, *event, &id, "", "").await, "{event:?} on the way to {status:?}");
    }
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_does_to_a_router_in_every_state_what_the_table_says() {
    let rig = Rig::with(&[("carrier", "manual")]).await;
    let mut walked = 0;
    for &event in RouterEvent::ALL {
        for &status in RouterStatus::ALL {
            let (one, free, other) =
                (circuit(&rig).await, circuit(&rig).await, circuit(&rig).await);
            let parts = event == RouterEvent::Unassociate;
            let id = stands(&rig, status, &one, Some(&*free).filter(|_| parts)).await;
            let peer = if event == RouterEvent::Join {
                router(&rig, &other, &[]).await
            } else {
                String::new()
            };
            let meant = step(status, event);
            let done = happens(&rig, event, &id, &free, &peer).await;
            assert_eq!(done, meant.is_ok(), "{event:?} of {status:?}");
            let gone = status == RouterStatus::Deleting && event == RouterEvent::Finish;
            let after = meant.unwrap_or(status);
            let told = self::status(&rig, &id).await;
            assert_eq!(told.as_deref(), (!gone).then_some(after.text()), "{event:?} of {status:?}");
            walked += 1;
        }
    }
    assert_eq!(walked, RouterEvent::ALL.len() * RouterStatus::ALL.len());
    rig.end().await;
}
