//! What goes over real connections: framing, limits, methods, both versions of HTTP, cuts, and the
//! end of a server.
//! Long because what reads raw answers stands beside the tests that ask for them.

use crate::rig::{Gate, ORDER, Rig, VPC, fresh_folder, stamp};
use bytes::Bytes;
use crossconnect::clock::draw_text;
use crossconnect::keys::SANDBOX_SECRET;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wire::client::{Place, Signed, Signer, sign_acs3};

/// Longer than any answer here takes; only a broken server makes a test wait for it.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer as it came over a connection.
#[derive(Debug)]
pub struct Wired {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub text: String,
}

impl Wired {
    /// The only value of a header; `None` when it is absent.
    #[track_caller]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(known, _)| known == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} twice: {self:?}");
        value
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Fails the test unless it is this error, told in JSON.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.json()["Code"].as_str()), (status, Some(code)), "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/json;charset=utf-8"));
    }

    /// Fails the test unless it is a success.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{self:?}");
        self
    }
}

/// A connection that says what it is told, byte for byte.
pub struct Line {
    stream: TcpStream,
    heard: Vec<u8>,
}

impl Line {
    pub async fn open(rig: &Rig) -> Self {
        let stream = TcpStream::connect(rig.address).await.expect("the server listens");
        Self { stream, heard: Vec::new() }
    }

    pub async fn say(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.expect("the server reads");
    }

    /// Reads on; `false` when the other side has ended.
    async fn read(&mut self) -> bool {
        let mut bytes = [0; 4096];
        let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut bytes));
        let count = read.await.expect("an answer in time").expect("the connection holds");
        self.heard.extend_from_slice(&bytes[..count]);
        count > 0
    }

    /// The next answer, whose request was no HEAD.
    pub async fn hear(&mut self) -> Wired {
        let mut answer = self.hear_head().await;
        let length =
            answer.header("content-length").map_or(0, |text| text.parse().expect("digits"));
        while self.heard.len() < length {
            assert!(self.read().await, "it ended within the body");
        }
        let rest = self.heard.split_off(length);
        let body = std::mem::replace(&mut self.heard, rest);
        answer.text = String::from_utf8(body).expect("UTF-8");
        answer
    }

    /// The head of the next answer.
    async fn hear_head(&mut self) -> Wired {
        let end = loop {
            match self.heard.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None => assert!(self.read().await, "it ended: {:?}", self.heard),
            }
        };
        let rest = self.heard.split_off(end);
        let head = std::mem::replace(&mut self.heard, rest);
        let head = String::from_utf8(head).expect("a head is ASCII");
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(": ").expect("a header");
            (name.to_ascii_lowercase(), value.to_owned())
        });
        let headers = headers.collect();
        Wired { status: status.parse().expect("digits"), headers, text: String::new() }
    }

    /// Whatever comes until the other side ends.
    pub async fn hear_all(&mut self) -> String {
        while self.read().await {}
        String::from_utf8(std::mem::take(&mut self.heard)).expect("UTF-8")
    }
}

/// The head of a signed request, without the blank line, and without any word on its length.
pub fn head(rig: &Rig, signed: &Signed) -> String {
    let mut text = format!("{} {} HTTP/1.1\r\n", signed.method, signed.target);
    if !signed.headers.iter().any(|(name, _)| name == "host") {
        let _ = write!(text, "host: {}\r\n", rig.address);
    }
    for (name, value) in &signed.headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    text
}

/// A whole signed request.
pub fn request(rig: &Rig, signed: &Signed) -> Vec<u8> {
    let length = format!("content-length: {}\r\n\r\n", signed.body.len());
    [head(rig, signed).as_bytes(), length.as_bytes(), &signed.body].concat()
}

/// Sends one signed request over a connection of its own.
pub async fn ask(rig: &Rig, signed: &Signed) -> Wired {
    let mut line = Line::open(rig).await;
    line.say(request(rig, signed)).await;
    line.hear().await
}

/// A call that looks, its one parameter in a form.
fn look(rig: &Rig) -> Signed {
    let action = "GetPhysicalConnectionServiceStatus";
    rig.sign("sandbox", SANDBOX_SECRET, VPC, action, &[("RegionId", "cn-hangzhou")])
}

/// The same, signed in the header, all in the query.
fn look_acs3(rig: &Rig) -> Signed {
    let signer = Signer { access_key_id: "sandbox".into(), secret: SANDBOX_SECRET.into() };
    let (host, at) = (rig.address.to_string(), stamp(rig.gateway.clock.wall()));
    let action = "GetPhysicalConnectionServiceStatus";
    let parameters = [("RegionId", "cn-hangzhou")];
    let nonce = draw_text();
    sign_acs3(&signer, "POST", action, VPC, &parameters, Place::Query, &host, &nonce, &at)
}

/// An order of the sandbox's Confirmed circuit.
fn order(rig: &Rig) -> Signed {
    let parameters = [("PhysicalConnectionId", "pc-sandboxconfirmed"), ("AutoPay", "true")];
    rig.sign("sandbox", SANDBOX_SECRET, VPC, ORDER, &parameters)
}

async fn orders_len(rig: &Rig) -> usize {
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
        rig.post("/faults", json!({"action": ORDER, "kind": kind})).await;
        let mut line = Line::open(&rig).await;
        line.say(request(&rig, &order(&rig))).await;
        assert_eq!(line.hear_all().await, "", "{kind}");
        assert_eq!(orders_len(&rig).await, orders, "{kind}");
    }
    rig.end().await;
}

/// HTTP/2 with prior knowledge.
async fn http2(rig: &Rig) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(rig.address).await.expect("the server listens");
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .expect("HTTP/2 is spoken");
    tokio::spawn(connection);
    sender
}

/// Sends a signed request over HTTP/2, its host only as `:authority`; `None` if it is reset.
async fn ask_http2(sender: &SendRequest<Full<Bytes>>, rig: &Rig, signed: &Signed) -> Option<Wired> {
    let mut request = http::Request::builder()
        .method(signed.method.as_str())
        .uri(format!("http://{}{}", rig.address, signed.target));
    for (name, value) in signed.headers.iter().filter(|(name, _)| name != "host") {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from(signed.body.clone()))).expect("a request");
    let answer = match sender.clone().send_request(request).await {
        Ok(answer) => answer,
        Err(error) => {
            assert!(!error.is_closed() && !error.is_canceled(), "only the stream ends: {error}");
            return None;
        }
    };
    let text = |value: &http::HeaderValue| value.to_str().expect("ASCII").to_owned();
    let headers = answer.headers().iter().map(|(name, value)| (name.to_string(), text(value)));
    let (status, headers) = (answer.status().as_u16(), headers.collect());
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    Some(Wired { status, headers, text: String::from_utf8(body.to_vec()).expect("UTF-8") })
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_speaks_every_scheme_with_its_authority_as_the_host() {
    let rig = Rig::sandbox().await;
    let sender = http2(&rig).await;
    for signed in [look(&rig), look_acs3(&rig)] {
        let answer = ask_http2(&sender, &rig, &signed).await.expect("an answer").ok();
        assert_eq!(answer.json()["Enabled"], true);
        assert_eq!(answer.header("x-acs-request-id"), answer.json()["RequestId"].as_str());
    }
    let mut wrong = look(&rig);
    wrong.method = "PUT".into();
    let answer = ask_http2(&sender, &rig, &wrong).await.expect("an answer");
    answer.refused(400, "UnsupportedHTTPMethod");
    assert_eq!(answer.json()["HostId"], "127.0.0.1");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_2_a_dropped_call_resets_its_stream_alone() {
    let rig = Rig::sandbox().await;
    let sender = http2(&rig).await;
    for (kind, orders) in [("drop_before", 0), ("drop_after_commit", 1)] {
        rig.post("/faults", json!({"action": ORDER, "kind": kind})).await;
        let (signed, beside) = (order(&rig), look(&rig));
        let (dropped, answered) =
            tokio::join!(ask_http2(&sender, &rig, &signed), ask_http2(&sender, &rig, &beside));
        assert!(dropped.is_none(), "{kind}: {dropped:?}");
        answered.expect("a stream of its own").ok();
        assert_eq!(orders_len(&rig).await, orders, "{kind}");
    }
    ask_http2(&sender, &rig, &look(&rig)).await.expect("the connection holds").ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_2_limits_hold_stream_by_stream() {
    let rig = Rig::with(&[("body_bytes_max", "1000")]).await;
    let sender = http2(&rig).await;
    let mut large = look(&rig);
    large.body = vec![b'x'; 5000];
    let answer = ask_http2(&sender, &rig, &large).await.expect("an answer");
    answer.refused(413, "RequestEntityTooLarge");
    ask_http2(&sender, &rig, &look(&rig)).await.expect("the connection holds").ok();
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
