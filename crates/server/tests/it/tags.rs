//! Tags, from an application to a restart of the server.

use crate::rig::{Rig, VPC, fresh_folder};
use crossconnect::server::Parts;
use serde_json::json;

const APPLY: [(&str, &str); 4] = [
    ("AccessPointId", "ap-cn-hangzhou-yh-B"),
    ("LineOperator", "CT"),
    ("PeerLocation", "XX Street"),
    ("ClientToken", "tagged"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_circuit_is_tagged_when_it_is_applied_for_and_found_by_it_after_a_restart() {
    let rig = Rig::open(&fresh_folder(), &[], Parts::default()).await;
    let tagged = |value| [&APPLY[..], &[("Tag.1.Key", "team"), ("Tag.1.Value", value)]].concat();
    let applied = rig.call("CreatePhysicalConnection", &tagged("network")).await.ok();
    let again = rig.call("CreatePhysicalConnection", &tagged("network")).await.ok();
    assert_eq!(again.body["PhysicalConnectionId"], applied.body["PhysicalConnectionId"]);
    let other = rig.call("CreatePhysicalConnection", &tagged("other")).await;
    other.refused(400, "IdempotentParameterMismatch");
    let circuit = applied.body["PhysicalConnectionId"].as_str().expect("an id").to_owned();
    let call = [
        ("ResourceType", "PHYSICALCONNECTION"),
        ("ResourceId.1", &*circuit),
        ("Tag.1.Key", "成本"),
        ("Tag.1.Value", "a\tb"),
    ];
    rig.call("TagResourcesForExpressConnect", &call).await.refused(400, "InvalidTagValue");
    rig.call("TagResourcesForExpressConnect", &call[..3]).await.ok();
    let folder = rig.stop().await;

    let rig = Rig::open(&folder, &[], Parts::default()).await;
    let by_tag = [("Tags.1.Key", "team"), ("Tags.1.Value", "network"), ("Tags.2.Key", "成本")];
    let found = rig.call("DescribePhysicalConnections", &by_tag).await.ok();
    let found = &found.body["PhysicalConnectionSet"]["PhysicalConnectionType"];
    assert_eq!(found.as_array().map(Vec::len), Some(1));
    assert_eq!(found[0]["PhysicalConnectionId"], *circuit);
    let both = json!([{"Key": "team", "Value": "network"}, {"Key": "成本", "Value": ""}]);
    assert_eq!(found[0]["Tags"]["tags"], both);
    let call = [call[0], call[1], ("All", "true")];
    rig.call("UntagResourcesForExpressConnect", &call).await.ok();
    let listed = rig.call("ListTagResourcesForExpressConnect", &call[..2]).await.ok();
    assert_eq!(listed.body["TagResources"]["TagResource"], json!([]));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_edition_has_tags_before_2023_and_rows_tell_them_from_2024_on() {
    let rig = Rig::sandbox().await;
    let call = [
        ("ResourceType", "PHYSICALCONNECTION"),
        ("ResourceId.1", "pc-sandboxconfirmed"),
        ("Tag.1.Key", "team"),
    ];
    let tag = "TagResourcesForExpressConnect";
    rig.call_as("sandbox-2022", VPC, tag, &call).await.refused(404, "InvalidAction.NotFound");
    rig.call_as("sandbox-2023", VPC, tag, &call).await.ok();
    for (key, found, told) in [
        // Where there is no such condition it is ignored.
        ("sandbox-2022", true, false),
        ("sandbox-2023", false, false),
        ("sandbox-2024-03", false, true),
    ] {
        let by = |value| [("PageSize", "50"), ("Tags.1.Key", "team"), ("Tags.1.Value", value)];
        let describe = "DescribePhysicalConnections";
        let none = rig.call_as(key, VPC, describe, &by("other")).await.ok();
        assert_eq!(none.body["TotalCount"] != 0, found, "{key}");
        let some = rig.call_as(key, VPC, describe, &by("")).await.ok();
        let rows = &some.body["PhysicalConnectionSet"]["PhysicalConnectionType"];
        assert_eq!(rows[0].get("Tags").is_some(), told, "{key}");
    }
    rig.end().await;
}
