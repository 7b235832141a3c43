//! The feed of what happens.

use super::month;

use crate::rig::{BSS, Line, ORDER, POOR, RICH, Rig, VPC, fresh_folder};
use crossconnect::server::Parts;
use serde_json::{Value, json};
use std::time::Duration;

/// A reader of the feed.
struct Feed(Line);

/// What a reader was told: the id, the name, and what.
struct Heard {
    id: String,
    name: Option<String>,
    data: Value,
}

impl Feed {
    async fn follow(rig: &Rig, path: &str, after: Option<&str>) -> Self {
        let mut line = Line::open(rig).await;
        let after = after.map_or_else(String::new, |id| format!("Last-Event-ID: {id}\r\n"));
        // HTTP/1.0 has no chunks.
        line.say(format!("GET /control/v1{path} HTTP/1.0\r\nHost: localhost\r\n{after}\r\n")).await;
        let head = line.hear_head().await;
        assert_eq!((head.status, head.header("content-type")), (200, Some("text/event-stream")));
        Self(line)
    }

    async fn next(&mut self) -> Heard {
        let text = loop {
            let text = self.0.hear_until("\n\n").await;
            if !text.starts_with(':') {
                break text;
            }
        };
        let field = |name: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
                .map(str::to_owned)
        };
        let data = serde_json::from_str(&field("data").expect("data")).expect("JSON");
        Heard { id: field("id").expect("an id"), name: field("event"), data }
    }

    /// The kinds of the next events.
    async fn kinds(&mut self, count: usize) -> Vec<String> {
        let mut kinds = Vec::new();
        for _ in 0..count {
            kinds.push(self.next().await.data["kind"].as_str().expect("a kind").to_owned());
        }
        kinds
    }
}

#[tokio::test]
async fn a_reader_hears_a_subscription_from_its_order_to_its_release() {
    let rig = Rig::sandbox().await;
    let mut feed = Feed::follow(&rig, &format!("/events?account={RICH}"), None).await;
    let circuit = rig.circuit("Confirmed").await;
    let paid = rig.call(ORDER, &month(&circuit, "one")).await.ok();
    assert_eq!(
        feed.kinds(4).await,
        ["circuit.created", "order.placed", "order.paid", "circuit.enabled"]
    );
    rig.advance("P90D").await;
    let mut told = Vec::new();
    loop {
        let Heard { data, .. } = feed.next().await;
        let kind = data["kind"].as_str().expect("a kind").to_owned();
        told.push((kind.clone(), data["cause"].as_str().expect("a cause").to_owned()));
        if kind == "circuit.released" {
            assert_eq!(
                (data["world"].as_str(), data["circuit"].as_str(), data["account"].as_str()),
                (Some("default"), Some(circuit.as_str()), Some(RICH))
            );
            break;
        }
    }
    let told: Vec<_> = told.iter().map(|(kind, cause)| (kind.as_str(), cause.as_str())).collect();
    assert_eq!(
        told,
        [
            ("clock.moved", "operator"),
            ("renewal.due_soon", "due_soon"),
            ("renewal.due_soon", "due_soon"),
            ("renewal.due_soon", "due_soon"),
            ("circuit.stopped", "stop"),
            ("circuit.terminated", "release"),
            ("circuit.released", "release"),
        ]
    );
    let order = paid.order_id();
    let mut orders = Feed::follow(&rig, "/events?kind=order.*", None).await;
    let other = rig.circuit("Confirmed").await;
    let placed = rig.call(ORDER, &month(&other, "two")).await.ok();
    let Heard { data, .. } = orders.next().await;
    assert_eq!(
        (data["kind"].as_str(), data["cause"].as_str()),
        (Some("order.placed"), Some("call"))
    );
    assert_eq!(data["order"], json!(placed.order_id()));
    assert_eq!(data["request_id"], placed.body["RequestId"]);
    assert_ne!(data["order"], json!(order));
    drop((feed, orders));
    rig.end().await;
}

#[tokio::test]
async fn a_bill_and_what_it_locks_is_told_with_whoever_paid_it() {
    let rig = Rig::sandbox().await;
    let mut feed = Feed::follow(&rig, "/events?kind=bill,circuit", None).await;
    let poor = "3000000000000003";
    rig.open_account(poor, "USD").await;
    rig.put_key(poor, "poor", json!({"edition": "2019"})).await;
    let circuit = rig.circuit_of(poor, json!({"status": "Confirmed"})).await;
    let order = [
        ("PhysicalConnectionId", circuit.as_str()),
        ("InstanceChargeType", "PostPaid"),
        ("AutoPay", "true"),
        ("ClientToken", "metered"),
    ];
    rig.call_as("poor", VPC, ORDER, &order).await.ok();
    rig.advance("P60D").await;
    rig.credit(poor, "1000.00").await;
    let mut told = Vec::new();
    while told.last() != Some(&("circuit.unlocked".to_owned(), "operator".to_owned())) {
        let Heard { data, .. } = feed.next().await;
        let text = |name: &str| data[name].as_str().expect("a text").to_owned();
        assert_eq!(text("circuit"), circuit);
        told.push((text("kind"), text("cause")));
    }
    told.dedup();
    let told: Vec<_> = told.iter().map(|(kind, cause)| (kind.as_str(), cause.as_str())).collect();
    for (place, wanted) in [
        (0, ("circuit.created", "operator")),
        (1, ("circuit.enabled", "call")),
        (2, ("bill.made", "bill")),
        (3, ("circuit.locked", "bill_overdue")),
    ] {
        assert_eq!(told.get(place), Some(&wanted), "{told:?}");
    }
    assert!(told.contains(&("bill.paid", "operator")), "{told:?}");
    drop(feed);
    rig.end().await;
}

#[tokio::test]
async fn a_refund_and_a_renewal_are_told_with_their_orders() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    rig.call(ORDER, &month(&circuit, "one")).await.ok();
    let path = format!("/events?account={RICH}&kind=order,renewal,circuit.released");
    let mut feed = Feed::follow(&rig, &path, None).await;
    let more = [
        ("ProductCode", "pconn"),
        ("InstanceId", circuit.as_str()),
        ("RenewPeriod", "1"),
        ("ClientToken", "more"),
    ];
    let renewed = rig.call_as("sandbox", BSS, "RenewInstance", &more).await.ok();
    let Heard { data, .. } = feed.next().await;
    assert_eq!(data["kind"], "order.placed");
    let id = renewed.body["Data"]["OrderId"].to_string();
    assert_eq!(data["order"].as_str(), Some(id.trim_matches('"')));
    assert_eq!(feed.kinds(1).await, ["order.paid"]);
    let Heard { data: renewal, .. } = feed.next().await;
    assert_eq!((&renewal["kind"], &renewal["order"]), (&json!("renewal.renewed"), &data["order"]));
    rig.call("TerminatePhysicalConnection", &[("PhysicalConnectionId", &circuit)]).await.ok();
    rig.advance("PT1S").await;
    let back = [
        ("ProductCode", "pconn"),
        ("InstanceId", circuit.as_str()),
        ("ImmediatelyRelease", "1"),
        ("ClientToken", "back"),
    ];
    rig.call_as("sandbox", BSS, "RefundInstance", &back).await.ok();
    assert_eq!(
        feed.kinds(4).await,
        ["order.placed", "order.paid", "renewal.set", "circuit.released"],
        "what is given back does not go on"
    );
    drop(feed);
    rig.end().await;
}

#[tokio::test]
async fn a_reader_whose_connection_broke_goes_on_where_it_was() {
    let rig = Rig::sandbox().await;
    let mut feed = Feed::follow(&rig, "/events", None).await;
    rig.advance("PT1S").await;
    let Heard { id, .. } = feed.next().await;
    drop(feed);
    rig.circuit("Confirmed").await;
    rig.advance("PT1S").await;
    let mut feed = Feed::follow(&rig, "/events", Some(&id)).await;
    assert_eq!(feed.kinds(2).await, ["circuit.created", "clock.moved"]);
    // Of a world of its own each reader hears alone.
    let mut other = Feed::follow(&rig, "/worlds/other/events", None).await;
    rig.advance("PT1S").await;
    rig.post("/worlds/other/clock", json!({"advance": "PT1S"})).await;
    let Heard { data, .. } = other.next().await;
    assert_eq!(
        (data["world"].as_str(), data["kind"].as_str()),
        (Some("other"), Some("clock.moved"))
    );
    drop((feed, other));
    // Another process does not know what was told before.
    let folder = rig.stop().await;
    let rig = Rig::open(&folder, &[], Parts::default()).await;
    let mut feed = Feed::follow(&rig, "/events", Some(&id)).await;
    let Heard { name, data, .. } = feed.next().await;
    assert_eq!((name.as_deref(), data), (Some("missed"), json!({"count": null})));
    rig.advance("PT1S").await;
    assert_eq!(feed.kinds(1).await, ["clock.moved"]);
    drop(feed);
    rig.end().await;
}

#[tokio::test]
async fn a_reader_is_told_two_hundred_a_second_and_how_many_it_missed() {
    let rig = Rig::sandbox().await;
    let mut feed = Feed::follow(&rig, "/events?kind=circuit.created", None).await;
    rig.circuits(450).await;
    for _ in 0..200 {
        assert_eq!(feed.next().await.name, None);
    }
    let Heard { id, name, data } = feed.next().await;
    assert_eq!((name.as_deref(), data), (Some("missed"), json!({"count": 250})));
    rig.circuits(1).await;
    assert_eq!(feed.next().await.name, None);
    drop(feed);
    let mut feed = Feed::follow(&rig, "/events", Some(&id)).await;
    assert_eq!(feed.kinds(1).await, ["circuit.created"]);
    drop(feed);
    rig.end().await;
}

#[tokio::test]
async fn a_silent_feed_is_no_idle_connection_and_ends_with_the_server() {
    let rig = Rig::open(&fresh_folder(), &[("idle_timeout", "PT0.2S")], Parts::default()).await;
    let mut feed = Feed::follow(&rig, &format!("/events?account={POOR}"), None).await;
    tokio::time::sleep(Duration::from_millis(900)).await;
    rig.advance("PT1S").await;
    assert_eq!(feed.kinds(1).await, ["clock.moved"]);
    let ended = tokio::time::timeout(Duration::from_secs(5), rig.end());
    ended.await.expect("who follows does not keep the server from stopping");
    feed.0.hear_all().await;
}

#[tokio::test]
async fn what_is_no_account_no_kind_and_no_id_is_refused() {
    let rig = Rig::sandbox().await;
    for path in ["/events?account=-1", "/events?kind=order.eaten", "/events?kind=circuit,nothing"] {
        let (status, answer) = rig.control("GET", path, &Value::Null).await;
        assert_eq!(
            (status, answer["error"]["code"].as_str()),
            (400, Some("bad_request")),
            "{path}"
        );
        super::only_an_error(&answer);
    }
    let mut line = Line::open(&rig).await;
    let ask =
        "GET /control/v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: yesterday\r\n\r\n";
    line.say(ask).await;
    assert_eq!(line.hear().await.status, 400);
    drop(line);
    rig.end().await;
}
