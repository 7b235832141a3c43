//! What goes over real connections: framing, limits, methods, cuts, and the end of a server.

pub mod http2;

use crate::rig::{Gate, Line, ORDER, READY, Rig, VPC, ask, fresh_folder, head, request, stamp};
use crossconnect::clock::draw_text;
use crossconnect::keys::SANDBOX_SECRET;
use std::fmt::Write as _;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use wire::client::{Place, Signed, Signer, sign_acs3};

/// A call that looks, its one parameter in a form.
pub fn look(rig: &Rig) -> Signed {
    let action = "GetPhysicalConnectionServiceStatus";
    rig.sign("sandbox", SANDBOX_SECRET, VPC, action, &[("RegionId", "cn-hangzhou")])
}

/// The same, signed in the header, all in the query.
fn look_acs3(rig: &Rig) -> Signed {
    let signer = Signer { access_key_id: "sandbox".into(), secret: SANDBOX_SECRET.into() };
    let (host, at) = (rig.address.to_string(), stamp(rig.app.clock.wall()));
    let action = "GetPhysicalConnectionServiceStatus";
    let parameters = [("RegionId", "cn-hangzhou")];
    let nonce = draw_text();
    sign_acs3(&signer, "POST", action, VPC, &parameters, Place::Query, &host, &nonce, &at)
}

/// An order of the sandbox's Confirmed circuit.
pub fn order(rig: &Rig) -> Signed {
    let parameters = [("PhysicalConnectionId", READY), ("AutoPay", "true")];
    rig.sign("sandbox", SANDBOX_SECRET, VPC, ORDER, &parameters)
}

pub async fn orders_len(rig: &Rig) -> usize {
    rig.state().await["orders"].as_array().expect("a list").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_carries_many_requests_also_sent_at_once() {
    let rig = Rig::sandbox().await;
    let mut line = Line::open(&rig).await;
    for _ in 0..3 {
        line.say(request(&rig, &look(&rig))).await;
        let answer = line.hear().await.ok();
        assert_eq!(answer.json()["Enabled"], true);
        assert_eq!(answer.header("connection"), None);
    }
    let both = [request(&rig, &look(&rig)), request(&rig, &look_acs3(&rig))].concat();
    line.say(both).await;
    let (first, second) = (line.hear().await.ok(), line.hear().await.ok());
    assert_ne!(first.json()["RequestId"], second.json()["RequestId"]);
    rig.end().await;
}

/// hyper can hold answers back while anything lies unread behind a request: the order was paid, and
/// its answer never left.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_leaves_whatever_comes_behind_its_request() {
    let rig = Rig::sandbox().await;
    for behind in ["\r\n", "POST / HT", "hello\r\n\r\n"] {
        let mut line = Line::open(&rig).await;
        line.say([&request(&rig, &look(&rig)), behind.as_bytes()].concat()).await;
        line.hear().await.ok();
    }
    let mut line = Line::open(&rig).await;
    line.say([&request(&rig, &order(&rig)), b"\r\n".as_slice()].concat()).await;
    line.hear().await.ok();
    line.say(request(&rig, &look(&rig))).await;
    line.hear().await.ok();
    rig.end().await;
}

/// What is no HTTP, or more of a head than is read, has no format to be answered in: the status
/// says it.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_answered_with_a_status() {
    let rig = Rig::sandbox().await;
    let host = format!("host: {}\r\n", rig.address);
    let long = "a".repeat(70_000);
    let many = "x: 1\r\n".repeat(200);
    for (status, asked) in [
        (414, format!("GET /?a={long} HTTP/1.1\r\n{host}\r\n")),
        (431, format!("GET / HTTP/1.1\r\n{host}{many}\r\n")),
        (400, "hello\r\n\r\n".into()),
        (400, format!("GET / HTTP/1.1\r\n{host}nonsense\r\n\r\n")),
        (400, format!("POST / HTTP/1.1\r\n{host}content-length: 1\r\ncontent-length: 2\r\n\r\n")),
    ] {
        let mut line = Line::open(&rig).await;
        line.say(&asked).await;
        assert_eq!(line.hear().await.status, status, "{asked:.60}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_that_clients_look_at() {
    let rig = Rig::sandbox().await;
    let answer = ask(&rig, &look(&rig)).await.ok();
    assert_eq!(answer.header("content-type"), Some("application/json;charset=utf-8"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-expose-headers"), Some("*"));
    assert_eq!(answer.header("x-acs-request-id"), answer.json()["RequestId"].as_str());
    assert_eq!(answer.header("content-length"), Some(&*answer.text.len().to_string()));
    assert!(answer.header("date").is_some(), "{answer:?}");
    assert_eq!(answer.header("x-crossconnect-replayed"), None);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_may_come_in_chunks() {
    let rig = Rig::sandbox().await;
    let signed = look(&rig);
    let mut text = head(&rig, &signed) + "transfer-encoding: chunked\r\n\r\n";
    for chunk in std::str::from_utf8(&signed.body).expect("ASCII").as_bytes().chunks(5) {
        let chunk = std::str::from_utf8(chunk).expect("ASCII");
        let _ = write!(text, "{:x}\r\n{chunk}\r\n", chunk.len());
    }
    let mut line = Line::open(&rig).await;
    line.say(text + "0\r\n\r\n").await;
    assert_eq!(line.hear().await.ok().json()["Enabled"], true);
    rig.end().await;
}

/// SOURCE: wire dossier 1.2: Java's SDK sends its empty bodies so.
#[tokio::test(flavor = "multi_thread")]
async fn an_empty_body_in_chunks_without_a_length_is_no_body() {
    let rig = Rig::sandbox().await;
    let mut line = Line::open(&rig).await;
    for _ in 0..2 {
        let head = head(&rig, &look_acs3(&rig));
        line.say(head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n").await;
        assert_eq!(line.hear().await.ok().json()["Enabled"], true);
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_never_ends_is_not_read_for_ever() {
    let rig = Rig::with(&[("body_bytes_max", "1000")]).await;
    let mut line = Line::open(&rig).await;
    line.say("POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n").await;
    let chunk = format!("100000\r\n{}\r\n", "x".repeat(1 << 20));
    let mut chunks = 0;
    while chunks < 512 && line.stream.write_all(chunk.as_bytes()).await.is_ok() {
        chunks += 1;
    }
    assert!(chunks < 128, "{chunks} MiB were read");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_waits_for_100_is_told_to_go_on() {
    let rig = Rig::sandbox().await;
    let signed = look(&rig);
    let length = signed.body.len();
    let mut line = Line::open(&rig).await;
    let wait = format!("content-length: {length}\r\nexpect: 100-continue\r\n\r\n");
    line.say(head(&rig, &signed) + &wait).await;
    assert_eq!(line.hear_head().await.status, 100);
    line.say(&signed.body).await;
    assert_eq!(line.hear().await.ok().json()["Enabled"], true);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn http_1_0_is_answered_and_ended() {
    let rig = Rig::sandbox().await;
    let whole = String::from_utf8(request(&rig, &look(&rig))).expect("ASCII");
    let mut line = Line::open(&rig).await;
    line.say(whole.replace("HTTP/1.1", "HTTP/1.0")).await;
    let answer = line.hear_all().await;
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\"Enabled\":true"), "{answer}");
    rig.end().await;
}

/// SOURCE: RFC 9112, section 3.2, which asks for 400; ASSUMED: the codes.
#[tokio::test(flavor = "multi_thread")]
async fn http_1_1_names_its_host_once_or_is_refused_in_the_asked_format() {
    let rig = Rig::sandbox().await;
    let host = format!("host: {}\r\n", rig.address);
    for (hosts, code) in [(0, "MissingHost"), (2, "InvalidParameter.Format")] {
        let named = |signed: &Signed| {
            let whole = String::from_utf8(request(&rig, signed)).expect("ASCII");
            assert_eq!(whole.matches(&host).count(), 1, "{whole}");
            whole.replace(&host, &host.repeat(hosts))
        };
        let mut line = Line::open(&rig).await;
        line.say(named(&order(&rig))).await;
        line.hear().await.refused(400, code);
        assert_eq!(line.hear_all().await, "", "whoever speaks no HTTP/1.1 is let go");
        let xml = rig.sign("sandbox", SANDBOX_SECRET, VPC, "DescribeRegions", &[("Format", "XML")]);
        let mut line = Line::open(&rig).await;
        line.say(named(&xml)).await;
        let answer = line.hear().await;
        assert_eq!(answer.header("content-type"), Some("text/xml;charset=utf-8"));
        assert!(answer.text.contains(&format!("<Code>{code}</Code>")), "{answer:?}");
        for path in ["/healthz", "/control/v1/state"] {
            let mut line = Line::open(&rig).await;
            line.say(format!("GET {path} HTTP/1.1\r\n{}\r\n", host.repeat(hosts))).await;
            let answer = line.hear().await;
            assert_eq!(answer.status, 400, "{answer:?}");
            assert_eq!(answer.json()["error"]["code"], "bad_request");
        }
    }
    // The target may name a host beside the header, not instead of it.
    let mut line = Line::open(&rig).await;
    line.say(format!("GET http://{}/?Format=JSON HTTP/1.1\r\n\r\n", rig.address)).await;
    line.hear().await.refused(400, "MissingHost");
    assert_eq!(orders_len(&rig).await, 0);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn http_1_0_need_not_name_a_host() {
    let rig = Rig::sandbox().await;
    let host = format!("host: {}\r\n", rig.address);
    let whole = String::from_utf8(request(&rig, &look(&rig))).expect("ASCII");
    let mut line = Line::open(&rig).await;
    line.say(whole.replace("HTTP/1.1", "HTTP/1.0").replace(&host, "")).await;
    let answer = line.hear_all().await;
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n"), "{answer}");
    let mut line = Line::open(&rig).await;
    line.say("GET /healthz HTTP/1.0\r\n\r\n").await;
    assert!(line.hear_all().await.starts_with("HTTP/1.0 200 OK\r\n"));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_on_a_line_harms_nobody_else() {
    let rig = Rig::sandbox().await;
    for nonsense in ["\r\n\r\n\r\n", "hello\r\n\r\n", "GET\r\n\r\n", "\u{16}\u{3}\u{1}\0\u{1}\0"] {
        let mut line = Line::open(&rig).await;
        line.say(nonsense).await;
        line.stream.shutdown().await.expect("our own half");
        line.hear_all().await;
    }
    ask(&rig, &look(&rig)).await.ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_are_refused_in_the_asked_format() {
    let rig = Rig::sandbox().await;
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "PURGE"] {
        let mut signed = look(&rig);
        signed.method = method.into();
        ask(&rig, &signed).await.refused(400, "UnsupportedHTTPMethod");
        signed.target = signed.target.replace("Format=JSON", "Format=XML");
        let answer = ask(&rig, &signed).await;
        assert_eq!(answer.header("content-type"), Some("text/xml;charset=utf-8"));
        assert!(answer.text.contains("<Code>UnsupportedHTTPMethod</Code>"), "{answer:?}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn head_is_refused_without_a_body_and_the_line_goes_on() {
    let rig = Rig::sandbox().await;
    let mut line = Line::open(&rig).await;
    line.say(format!("HEAD /?Format=JSON HTTP/1.1\r\nhost: {}\r\n\r\n", rig.address)).await;
    let answer = line.hear_head().await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.header("x-acs-request-id").is_some(), "{answer:?}");
    line.say(request(&rig, &look(&rig))).await;
    line.hear().await.ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_the_limit_is_refused_in_the_asked_format() {
    let rig = Rig::with(&[("body_bytes_max", "1000")]).await;
    for (format, content_type) in
        [("JSON", "application/json;charset=utf-8"), ("XML", "text/xml;charset=utf-8")]
    {
        for length in [1001, 20_000_000] {
            let start = format!("POST /?Format={format} HTTP/1.1\r\nhost: {}\r\n", rig.address);
            let length_line = format!("content-length: {length}\r\n\r\n");
            let mut line = Line::open(&rig).await;
            line.say(start + &length_line + &"x".repeat(length)).await;
            let answer = line.hear().await;
            assert_eq!(answer.status, 413, "{answer:?}");
            assert_eq!(answer.header("content-type"), Some(content_type));
            assert!(answer.text.contains("RequestEntityTooLarge"), "{answer:?}");
            assert_eq!(answer.header("connection"), Some("close"));
        }
    }
    // SOURCE: fixture `node-popcore__occupancy_post`: everything in the body, the format too.
    let form = format!("Action=A&Format=JSON&a={}", "x".repeat(3000));
    let mut line = Line::open(&rig).await;
    line.say(format!(
        "POST / HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{form}",
        rig.address,
        form.len()
    ))
    .await;
    line.hear().await.refused(413, "RequestEntityTooLarge");
    let fits = format!("POST / HTTP/1.1\r\nhost: {}\r\ncontent-length: 1000\r\n\r\n", rig.address);
    let mut line = Line::open(&rig).await;
    line.say(fits + &"x".repeat(1000)).await;
    assert_eq!(line.hear().await.status, 400);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_waits_for_100_is_not_asked_for_a_body_over_the_limit() {
    let rig = Rig::with(&[("body_bytes_max", "1000")]).await;
    let mut line = Line::open(&rig).await;
    line.say(format!(
        "POST /?Format=JSON HTTP/1.1\r\nhost: {}\r\ncontent-length: 3000000\r\n\
         expect: 100-continue\r\n\r\n",
        rig.address
    ))
    .await;
    line.hear().await.refused(413, "RequestEntityTooLarge");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_too_slow_is_told_so_and_cut() {
    let rig = Rig::with(&[("read_timeout", "PT0.2S")]).await;
    let mut signed = look(&rig);
    for (format, code) in [("JSON", "\"Code\":\""), ("XML", "<Code>")] {
        signed.target = signed.target.replace("Format=JSON", &format!("Format={format}"));
        let mut line = Line::open(&rig).await;
        line.say(head(&rig, &signed) + "content-length: 10\r\n\r\nReg").await;
        let answer = line.hear_all().await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains(code), "{answer}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_call_is_cut_without_a_byte_and_leaves_nothing_or_everything() {
    let rig = Rig::sandbox().await;
    for (kind, orders) in [("drop_before", 0), ("drop_after_commit", 1)] {
        rig.fault(ORDER, kind).await;
        let mut line = Line::open(&rig).await;
        line.say(request(&rig, &order(&rig))).await;
        assert_eq!(line.hear_all().await, "", "{kind}");
        assert_eq!(orders_len(&rig).await, orders, "{kind}");
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_finishes_what_is_in_flight_and_takes_nothing_new() {
    let (gate, parts) = Gate::parts();
    let rig = Rig::open(&fresh_folder(), &[], parts).await;
    let address = rig.address;
    let mut idle = Line::open(&rig).await;
    idle.say(request(&rig, &look(&rig))).await;
    idle.hear().await.ok();
    gate.shut();
    let mut line = Line::open(&rig).await;
    line.say(request(&rig, &order(&rig))).await;
    gate.reached().await;
    let ending = tokio::spawn(rig.end());
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert_eq!(idle.hear_all().await, "", "a connection that waits is let go");
    assert!(!ending.is_finished());
    gate.open();
    let answer = line.hear().await.ok();
    assert!(answer.json()["Data"]["OrderId"].is_string(), "{answer:?}");
    ending.await.expect("the server ends and its store is consistent");
}

/// SOURCE: CONTRACT: `/` is the RPC gateway; any other path is no operation's.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_path_is_verified_before_it_is_not_found() {
    let rig = Rig::sandbox().await;
    for path in ["/api/v9/none", "/index.html", "//", "/control", "/controls/v1/state"] {
        let mut signed = look(&rig);
        signed.target = signed.target.replacen('/', path, 1);
        ask(&rig, &signed).await.refused(404, "InvalidAction.NotFound");
        let mut wrong = signed.clone();
        wrong.target = wrong.target.replace("Signature=", "Signature=x");
        ask(&rig, &wrong).await.refused(400, "SignatureDoesNotMatch");
    }
    let nobody = Signed {
        method: "GET".into(),
        target: "/api/v9/none?Format=JSON".into(),
        headers: vec![],
        body: vec![],
    };
    ask(&rig, &nobody).await.refused(400, "MissingAccessKeyId");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_paths_answer_without_a_signature() {
    let rig = Rig::sandbox().await;
    rig.call("DescribeRegions", &[]).await.ok();
    for (path, holds) in
        [("/healthz", "ok"), ("/readyz", "ready"), ("/metrics", "crossconnect_requests_total")]
    {
        let mut line = Line::open(&rig).await;
        line.say(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
        let answer = line.hear().await.ok();
        assert!(answer.text.contains(holds), "{path}: {}", answer.text);
    }
    rig.end().await;
}
