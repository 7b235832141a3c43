//! What no recording has: a failover group, and all that can be said of a router.
//!
//! The calls are those of the provider's source. SOURCE: ROUTERS 13.2, 13.5.

use super::{ACCOUNT, Carrier, Provider, list, text};
use crate::rig::Back;
use serde_json::{Value, json};

const AMEND: &str = "ModifyVirtualBorderRouterAttribute";

/// What every call that makes or changes a router says.
const LINE: [(&str, &str); 4] = [
    ("VlanId", "10"),
    ("LocalGatewayIp", "10.0.0.1"),
    ("PeerGatewayIp", "10.0.0.2"),
    ("PeeringSubnetMask", "255.255.255.252"),
];

/// A call with a token of its own, as the provider's are.
async fn say(provider: &mut Provider, action: &str, said: &[(&str, &str)]) -> Back {
    let token = provider.token(action);
    provider.call(action, &[said, &[("ClientToken", &token)]].concat()).await
}

/// A router on a circuit in service.
async fn router(provider: &mut Provider, more: &[(&str, &str)]) -> String {
    let circuit = provider.rig.circuit_of(ACCOUNT, json!({"status": "Enabled"})).await;
    let said = [&LINE[..], &[("PhysicalConnectionId", &*circuit)], more].concat();
    let made = say(provider, "CreateVirtualBorderRouter", &said).await.ok();
    text(&made.body["VbrId"]).to_owned()
}

/// The router's row; `None` once it is gone.
async fn row(provider: &mut Provider, id: &str) -> Option<Value> {
    let asked =
        [("IncludeCrossAccountVbr", "true"), ("Filter.1.Key", "VbrId"), ("Filter.1.Value.1", id)];
    let back = provider.call("DescribeVirtualBorderRouters", &asked).await.ok();
    list(&back, "/VirtualBorderRouterSet/VirtualBorderRouterType").first().cloned()
}

/// The status that a call leads to, once that is there.
async fn leads_to(provider: &mut Provider, action: &str, id: &str) -> Value {
    say(provider, action, &[("VbrId", id)]).await.ok();
    provider.carry(&format!("/routers/{id}"), "finish").await;
    row(provider, id).await.map_or(Value::Null, |row| row["Status"].clone())
}

fn holds(row: &Value, wanted: &[(&str, &str)]) {
    for (field, value) in wanted {
        let told = row[field].as_str().map_or_else(|| row[field].to_string(), str::to_owned);
        assert_eq!(told, *value, "{field} of {row}");
    }
}

async fn a_router_in_full(provider: &mut Provider) {
    let described = [
        ("CircuitCode", "longtel001"),
        ("Bandwidth", "200"),
        ("Description", "made by terraform"),
        ("Name", "office"),
        ("EnableIpv6", "true"),
        // Not as anybody would write them, and told again letter for letter.
        ("LocalIpv6GatewayIp", "2408:4004:CC:0400:0:0:0:1"),
        ("PeerIpv6GatewayIp", "2408:4004:cc:400::2"),
        ("PeeringIpv6SubnetMask", "2408:4004:cc:400::/56"),
        ("ResourceGroupId", "rg-first"),
    ];
    // The provider's own mistake: these tags have another name here, and mean nothing.
    let tags = [("Tag.1.Key", "team"), ("Tag.1.Value", "network")];
    let id = router(provider, &[&described[..], &tags].concat()).await;
    let made = row(provider, &id).await.expect("it is there");
    holds(&made, &LINE);
    holds(&made, &described);
    assert_eq!((&made["Status"], &made["Tags"]["Tags"]), (&json!("active"), &json!([])));

    // In the same apply.
    let name = [("VbrId", &*id)];
    let timing = [
        ("MinRxInterval", "300"),
        ("MinTxInterval", "400"),
        ("DetectMultiplier", "5"),
        ("Mtu", "1500"),
        ("SitelinkEnable", "true"),
    ];
    let known = &described[2..4];
    say(provider, AMEND, &[&name[..], &LINE, known, &timing].concat()).await.ok();
    let tagged = [("ResourceType", "VIRTUALBORDERROUTER"), ("ResourceId.1", &*id)];
    let tag = "TagResourcesForExpressConnect";
    provider.call(tag, &[&tagged[..], &tags].concat()).await.ok();
    let amended = row(provider, &id).await.expect("it is there");
    holds(&amended, &described);
    holds(&amended, &timing);
    assert_eq!(amended["Tags"]["Tags"], json!([{"Key": "team", "Value": "network"}]));

    // And in later ones.
    assert_eq!(leads_to(provider, "TerminateVirtualBorderRouter", &id).await, "terminated");
    assert_eq!(leads_to(provider, "RecoverVirtualBorderRouter", &id).await, "active");
    let group = [
        ("ResourceType", "VIRTUALBORDERROUTER"),
        ("ResourceId", &*id),
        ("NewResourceGroupId", "rg-second"),
    ];
    provider.call("ChangeResourceGroup", &group).await.ok();
    let untag = [tagged[0], tagged[1], ("TagKey.1", "team")];
    provider.call("UntagResourcesForExpressConnect", &untag).await.ok();
    let moved = row(provider, &id).await.expect("it is there");
    assert_eq!(
        (&moved["ResourceGroupId"], &moved["Tags"]["Tags"]),
        (&json!("rg-second"), &json!([]))
    );
    assert_eq!(leads_to(provider, "DeleteVirtualBorderRouter", &id).await, Value::Null);
    // A second destroy takes that for success.
    let again = say(provider, "DeleteVirtualBorderRouter", &name).await;
    again.refused(404, "InvalidVbrId.NotFound");
}

async fn a_failover_group(provider: &mut Provider) {
    let (one, other) = (router(provider, &[]).await, router(provider, &[]).await);
    let configured = [
        ("VbrId", &*one),
        ("PeerVbrId", &*other),
        ("Name", "both"),
        ("Description", "made by terraform"),
    ];
    let made = say(provider, "CreateVbrHa", &configured).await.ok();
    let id = text(&made.body["VbrHaId"]).to_owned();
    let name = [("VbrHaId", &*id)];
    let first = say(provider, "DescribeVbrHa", &name).await.ok();
    assert_eq!(first.body["Status"], "Creating");
    provider.carry(&format!("/router-groups/{id}"), "finish").await;
    let group = say(provider, "DescribeVbrHa", &name).await.ok().body;
    holds(&group, &configured);
    holds(&group, &[name[0], ("Status", "Active"), ("RegionId", "cn-hangzhou")]);
    assert_ne!(text(&group["CreationTime"]), "");

    say(provider, "DeleteVbrHa", &[("InstanceId", &id)]).await.ok();
    let gone = say(provider, "DescribeVbrHa", &name).await;
    gone.refused(404, "ResourceNotFound.VbrHa");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_terraform_says_of_a_router_is_told_again_letter_for_letter() {
    for carrier in [Carrier::Auto, Carrier::Manual] {
        let mut provider = Provider::opened(carrier).await;
        a_router_in_full(&mut provider).await;
        provider.rig.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn terraform_makes_and_destroys_a_failover_group() {
    for carrier in [Carrier::Auto, Carrier::Manual] {
        let mut provider = Provider::opened(carrier).await;
        a_failover_group(&mut provider).await;
        provider.rig.end().await;
    }
}
