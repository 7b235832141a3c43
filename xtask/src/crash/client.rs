//! One client: a connection that is kept, calls that are signed as real clients sign them, and
//! answers that are whole or none.

use super::chance::Chance;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use wire::client::{Place, Signer, sign_rpc};

/// An order that may be asked for any number of times under its one token.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Wish {
    /// The ClientToken.
    pub token: String,
    /// The circuit; several wishes may be for one.
    pub circuit: String,
    /// Months.
    pub period: u64,
    /// Whether it is paid at once.
    pub pays: bool,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An order, and whether it had been placed before.
    Order(String, bool),
    /// The business said no.
    Refused(String),
    /// 503: try again.
    Unavailable,
    /// It was sent, at least in part, and no whole answer came.
    Nothing,
    /// There was nobody to send it to.
    NotSent,
}

/// Nobody waits longer for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client.
pub struct Client {
    address: SocketAddr,
    signer: Signer,
    stream: Option<TcpStream>,
    nonces: Chance,
}

impl Client {
    /// One that has not connected yet.
    pub fn new(address: SocketAddr, nonces: Chance) -> Self {
        let signer = Signer { access_key_id: "sandbox".into(), secret: "sandbox-secret".into() };
        Self { address, signer, stream: None, nonces }
    }

    /// Places an order.
    pub fn order(&mut self, wish: &Wish) -> Answer {
        let request = self.request(wish);
        if self.stream.is_none() {
            self.stream = connect(self.address).ok();
        }
        let Some(stream) = &mut self.stream else { return Answer::NotSent };
        if let Ok(text) = exchange(stream, &request) {
            // A server that is about to end says so with its last answer.
            if text.to_ascii_lowercase().contains("\r\nconnection: close\r\n") {
                self.stream = None;
            }
            return read(&text);
        }
        self.stream = None;
        Answer::Nothing
    }

    fn request(&mut self, wish: &Wish) -> Vec<u8> {
        let period = wish.period.to_string();
        let parameters = [
            ("Action", "CreatePhysicalConnectionOccupancyOrder"),
            ("Version", "2016-04-28"),
            ("Format", "JSON"),
            ("RegionId", "cn-hangzhou"),
            ("PhysicalConnectionId", &wish.circuit),
            ("InstanceChargeType", "PrePaid"),
            ("PricingCycle", "Month"),
            ("Period", &period),
            ("AutoPay", if wish.pays { "true" } else { "false" }),
            ("ClientToken", &wish.token),
        ];
        let nonce = format!("{:016x}{:016x}", self.nonces.draw(), self.nonces.draw());
        let stamp = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let signed = sign_rpc(&self.signer, "POST", &parameters, Place::Form, &nonce, &stamp);
        let mut text = format!("POST {} HTTP/1.1\r\nhost: {}\r\n", signed.target, self.address);
        for (name, value) in &signed.headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        let _ = write!(text, "content-length: {}\r\n\r\n", signed.body.len());
        [text.as_bytes(), &signed.body].concat()
    }
}

fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// A whole answer: its head and its body.
fn exchange(stream: &mut TcpStream, request: &[u8]) -> std::io::Result<String> {
    stream.write_all(request)?;
    let mut answer = Vec::with_capacity(1024);
    let mut part = [0; 4096];
    loop {
        let length = stream.read(&mut part)?;
        if length == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        answer.extend_from_slice(&part[..length]);
        if is_whole(&answer) {
            return String::from_utf8(answer).map_err(std::io::Error::other);
        }
    }
}

fn is_whole(answer: &[u8]) -> bool {
    let Some(head) = memchr::memmem::find(answer, b"\r\n\r\n") else { return false };
    let text = String::from_utf8_lossy(&answer[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    length
        .and_then(|text| text.parse::<usize>().ok())
        .is_some_and(|length| answer.len() >= head + 4 + length)
}

fn read(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    match head.get(9..12) {
        Some("200") => {
            let id = body["Data"]["OrderId"].as_str().unwrap_or("?").to_owned();
            Answer::Order(id, head.contains("x-crossconnect-replayed: true"))
        }
        Some("503") => Answer::Unavailable,
        _ => Answer::Refused(body["Code"].as_str().unwrap_or(head).to_owned()),
    }
}
