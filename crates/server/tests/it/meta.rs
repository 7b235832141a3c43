//! What the server says of itself: metadata in the portal's format, OpenAPI, and what of a call
//! came to nothing.

use crate::rig::{BSS, ORDER, POOR, READY, Rig, VPC, ask, run};
use api::{Edition, OPERATIONS};
use crossconnect::http::serve_connection;
use crossconnect::keys::SANDBOX_SECRET;
use http_body_util::BodyExt;
use hyper::body::{Bytes, Frame};
use serde_json::Value;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

const BILLING: &str = "/meta/v1/products/BssOpenApi/versions/2017-12-14";
const PRODUCT: &str = "/meta/v1/products/Vpc/versions/2016-04-28";

/// What is answered at a path of ours.
async fn got(rig: &Rig, path: &str) -> (u16, Value) {
    rig.ask("GET", path, &Value::Null).await
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_names_every_operation_in_its_directory() {
    let rig = Rig::sandbox().await;
    let (status, products) = got(&rig, "/meta/v1/products.json").await;
    assert_eq!(status, 200);
    let mut named = Vec::new();
    for product in products.as_array().expect("a list") {
        let (code, version) = (&product["code"], &product["defaultVersion"]);
        assert_eq!((&product["style"], &product["versions"][0]), (&"RPC".into(), version));
        let (code, version) = (code.as_str().expect("a text"), version.as_str().expect("a text"));
        let path = format!("/meta/v1/products/{code}/versions/{version}");
        let (status, overview) = got(&rig, &format!("{path}/overview.json")).await;
        assert_eq!(status, 200, "{path}");
        let (_, documents) = got(&rig, &format!("{path}/api-docs.json")).await;
        assert_eq!(documents["directories"], overview["directories"]);
        for directory in overview["directories"].as_array().expect("a list") {
            assert!(!directory["title"].as_str().expect("a text").is_empty());
            for name in directory["children"].as_array().expect("a list") {
                let name = name.as_str().expect("a text");
                let (status, one) = got(&rig, &format!("{path}/apis/{name}/api.json")).await;
                assert_eq!((status, &one), (200, &documents["apis"][name]), "{name}");
                named.push((version.to_owned(), name.to_owned()));
            }
        }
    }
    let mut served: Vec<_> = OPERATIONS
        .iter()
        .map(|operation| (operation.product.version.to_owned(), operation.name.to_owned()))
        .collect();
    named.sort();
    served.sort();
    assert_eq!(named, served);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_is_told_as_the_edition_that_is_asked_for_has_it() {
    let rig = Rig::sandbox().await;
    let path = format!("{PRODUCT}/apis/{ORDER}/api.json");
    let has = |api: &Value, name: &str| {
        let mut parameters = api["parameters"].as_array().expect("a list").iter();
        parameters.any(|parameter| parameter["name"] == name)
    };
    let (_, newest) = got(&rig, &path).await;
    assert!(has(&newest, "AutoRenew") && has(&newest, "Period"));
    let (_, of_2024) = got(&rig, &format!("{path}?edition=2024-03&language=ZH_CN")).await;
    assert!(!has(&of_2024, "AutoRenew") && has(&of_2024, "Period"));
    let (_, of_2019) = got(&rig, &format!("{path}?edition=2019&language=EN_US")).await;
    let answer = |api: &Value| api["responses"]["200"]["schema"]["properties"].clone();
    assert!(answer(&of_2019)["data"]["properties"]["orderId"].is_object());
    assert!(answer(&of_2024)["Data"]["properties"]["OrderId"].is_object());
    for (path, message) in [
        (format!("{path}?edition=1999"), "edition not found"),
        (format!("{PRODUCT}/apis/Nothing/api.json"), "api not found"),
        (format!("{BILLING}/apis/PayOrder/api.json?edition=2025-03"), "api not found"),
        ("/meta/v1/products/Rds/versions/1/overview.json".to_owned(), "product not found"),
    ] {
        let (status, body) = got(&rig, &path).await;
        assert_eq!((status, &body["message"]), (404, &message.into()), "{path}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openapi_has_a_path_for_every_operation_in_every_edition() {
    let rig = Rig::sandbox().await;
    for edition in Edition::ALL {
        let (status, openapi) =
            got(&rig, &format!("/openapi.json?edition={}", edition.name())).await;
        assert_eq!((status, &openapi["openapi"]), (200, &"3.1.0".into()));
        let paths = openapi["paths"].as_object().expect("paths");
        let has = OPERATIONS.iter().filter(|operation| operation.editions.contains(edition));
        assert_eq!(paths.len(), has.count());
        let order = &paths[&format!("/#Action={ORDER}&Version={VPC}")]["post"];
        assert!(order["responses"]["200"].is_object(), "{order}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_to_nothing_is_named_where_it_was_asked_for() {
    let rig = Rig::sandbox().await;
    let own = [("PhysicalConnectionId", READY), ("Period", "1"), ("InstanceChargeType", "PrePaid")];
    let call = |more: &[(&'static str, &'static str)]| [&own[..], more].concat();
    for (key, more, ignored) in [
        ("sandbox", &[("AutoRenew", "true"), ("Unknown", "1")][..], &[][..]),
        ("sandbox", &[("OwnerId", "1"), ("OwnerAccount", "")], &["OwnerId"]),
        ("sandbox", &[("AutoRenew", "False"), ("AutoRenewDuration", "1")], &[]),
        ("sandbox-2024-03", &[("AutoRenew", "true")], &["AutoRenew"]),
        (
            "sandbox-2024-03",
            &[("AutoRenew", "true"), ("AutoRenewDuration", "3")],
            &["AutoRenew", "AutoRenewDuration"],
        ),
        ("sandbox-2019", &[], &[]),
    ] {
        let back = rig.call_as(key, VPC, ORDER, &call(more)).await.ok();
        assert_eq!(back.ignored, ignored, "{key} {more:?}");
        let order = [("OrderId", back.order_id())];
        let order: Vec<_> = order.iter().map(|(name, id)| (*name, id.as_str())).collect();
        // Editions that pay at once have none to cancel, and come last.
        if key != "sandbox-2019" {
            rig.call_as(key, BSS, "CancelOrder", &order).await.ok();
        }
    }
    let own = [("BillingCycle", "2026-11"), ("OwnerID", "1000000000000001")];
    let bill = rig.call_as("sandbox", BSS, "QueryAccountBill", &own).await.ok();
    assert!(bill.ignored.is_empty(), "it is looked at there: {:?}", bill.ignored);
    rig.end().await;
}

/// Whatever it says: the edition does not listen to it.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_edition_lacks_is_named_though_it_asks_for_what_holds_anyway() {
    let rig = Rig::sandbox().await;
    let call = [("AcceptLanguage", "en-US")];
    for (key, ignored) in [("sandbox-2019", &["AcceptLanguage"][..]), ("sandbox", &[])] {
        let back = rig.call_as(key, VPC, "DescribeAccessPoints", &call).await.ok();
        assert_eq!(back.ignored, ignored, "{key}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_names_what_came_to_nothing_lists_too() {
    let rig = Rig::sandbox().await;
    let call = [
        ("RegionId", "cn-hangzhou"),
        ("AccessPointId", "ap-cn-hangzhou-yh-B"),
        ("LineOperator", "CT"),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "network"),
        ("DeviceAdvancedCapacity.1", "BFD"),
    ];
    let apply = |call| rig.sign("sandbox", SANDBOX_SECRET, VPC, "CreatePhysicalConnection", call);
    let answer = ask(&rig, &apply(&call)).await.ok();
    assert_eq!(answer.header("x-crossconnect-ignored"), Some("DeviceAdvancedCapacity"));
    let answer = ask(&rig, &apply(&call[..3])).await.ok();
    assert_eq!(answer.header("x-crossconnect-ignored"), None);
    // What an object has that the edition lacks, and what means nothing beside something else.
    let set = [
        ("RegionId", "cn-hangzhou"),
        ("HighReliableType", "SingleApMultiDevice"),
        ("PortType", "1000Base-LX"),
        ("ApList.1.RegionId", "cn-hangzhou"),
        ("ApList.1.AccessPointId", "ap-cn-hangzhou-yh-B"),
        ("ApList.1.LineOperator", "CT"),
        ("ApList.1.OpticalModuleModel", "anything"),
    ];
    let grant = [
        ("RegionId", "cn-hangzhou"),
        ("VbrOwnerUid", POOR),
        ("InstanceId", "vpc-a"),
        ("GrantType", "All"),
        ("VbrRegionNo", "cn-hangzhou"),
        ("VbrInstanceIds", "vbr-nope"),
    ];
    for (key, action, said, ignored) in [
        ("sandbox-2024-03", "CreateHighReliablePhysicalConnection", &set[..], "OpticalModuleModel"),
        ("sandbox", "GrantInstanceToVbr", &grant[..], "VbrInstanceIds"),
    ] {
        let back = rig.call_as(key, VPC, action, said).await.ok();
        assert_eq!(back.ignored, [ignored], "{action}");
    }
    rig.end().await;
}

#[test]
fn editions_says_what_each_changed_and_refuses_names_of_nothing() {
    let text = |output: std::process::Output| String::from_utf8(output.stdout).expect("UTF-8");
    let told = text(run(&["editions", ORDER]));
    assert!(told.contains("2025-09  Orders can renew themselves"), "{told}");
    assert!(told.contains("+ parameter AutoRenew: boolean"), "{told}");
    assert!(told.contains("parameter AutoPay: default: true -> false"), "{told}");
    let json: Value = serde_json::from_str(&text(run(&["editions", "--json"]))).expect("JSON");
    assert_eq!(json.as_array().map(Vec::len), Some(OPERATIONS.len() * Edition::ALL.len()));
    assert_eq!(run(&["editions", "Nothing"]).status.code(), Some(1));
}

/// A body whose parts come as they are sent.
struct Parts(mpsc::Receiver<&'static str>);

impl hyper::body::Body for Parts {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let part = self.0.poll_recv(context);
        part.map(|part| part.map(|text| Ok(Frame::data(Bytes::from_static(text.as_bytes())))))
    }
}

#[tokio::test]
async fn a_first_part_of_a_body_is_read_before_the_last_is_made() {
    let rig = Rig::sandbox().await;
    let (parts, receiver) = mpsc::channel(1);
    let body = Arc::new(std::sync::Mutex::new(Some(Parts(receiver))));
    let slow = axum::routing::get(move || async move {
        let parts = body.lock().expect("nobody panics").take().expect("it is asked once");
        axum::body::Body::new(parts.map_err(|never| match never {}).boxed_unsync())
    });
    let router = axum::Router::new().route("/control/slow", slow);
    let (mut client, server) = tokio::io::duplex(4096);
    let serving = serve_connection(server, Arc::clone(&rig.app), router);
    let read = async move {
        let request = b"GET /control/slow HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n";
        client.write_all(request).await.expect("it listens");
        let mut read = Vec::new();
        parts.send("first").await.expect("somebody takes it");
        while !read.windows(5).any(|part| part == b"first") {
            assert_ne!(client.read_buf(&mut read).await.expect("it answers"), 0);
        }
        parts.send("last").await.expect("somebody takes it");
        drop(parts);
        client.read_to_end(&mut read).await.expect("it ends");
        String::from_utf8(read).expect("UTF-8")
    };
    let ((), text) = tokio::join!(serving, read);
    assert!(text.starts_with("HTTP/1.1 200") && text.contains("last"), "{text}");
    rig.end().await;
}
