//! Calls as real clients make them: a connection that is kept, requests that are signed, and
//! answers that are whole or none.

use chance::Chance;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use wire::client::{Place, Signer, sign_rpc};

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// A whole answer.
    Whole(Whole),
    /// It was sent, at least in part, and no whole answer came.
    Nothing,
    /// There was nobody to send it to.
    NotSent,
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// HTTP status.
    pub status: u16,
    /// Whether it told again what an earlier call had come to.
    pub replayed: bool,
    /// The body, when it is JSON.
    pub body: Value,
}

/// Nobody waits longer for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Someone who calls, with an access key.
pub struct Caller {
    address: SocketAddr,
    signer: Signer,
    stream: Option<TcpStream>,
    nonces: Chance,
}

impl Caller {
    /// One that has not connected yet.
    pub fn new(address: SocketAddr, access_key_id: &str, nonces: Chance) -> Self {
        let signer =
            Signer { access_key_id: access_key_id.into(), secret: "sandbox-secret".into() };
        Self { address, signer, stream: None, nonces }
    }

    /// Connects unless it is connected; says whether it is. `address` is where to.
    pub fn connect(&mut self, address: SocketAddr) -> bool {
        if self.address != address {
            (self.address, self.stream) = (address, None);
        }
        if self.stream.is_none() {
            self.stream = open(self.address).ok();
        }
        self.stream.is_some()
    }

    /// Calls an operation; the parameters hold `Action` and `Version`.
    pub fn call(&mut self, parameters: &[(&str, &str)]) -> Reply {
        let nonce = format!("{:016x}{:016x}", self.nonces.draw(), self.nonces.draw());
        let stamp = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let signed = sign_rpc(&self.signer, "POST", parameters, Place::Form, &nonce, &stamp);
        let mut text = format!("POST {} HTTP/1.1\r\nhost: {}\r\n", signed.target, self.address);
        for (name, value) in &signed.headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        let _ = write!(text, "content-length: {}\r\n\r\n", signed.body.len());
        self.send(&[text.as_bytes(), &signed.body].concat())
    }

    /// Posts to the control API.
    pub fn control(&mut self, path: &str, body: &Value) -> Reply {
        let body = body.to_string();
        let text = format!(
            "POST /control/v1/{path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        self.send(text.as_bytes())
    }

    fn send(&mut self, request: &[u8]) -> Reply {
        if !self.connect(self.address) {
            return Reply::NotSent;
        }
        let Some(stream) = &mut self.stream else { return Reply::NotSent };
        if let Ok(text) = exchange(stream, request) {
            // A server that is about to end says so with its last answer.
            if text.to_ascii_lowercase().contains("\r\nconnection: close\r\n") {
                self.stream = None;
            }
            return Reply::Whole(read(&text));
        }
        self.stream = None;
        Reply::Nothing
    }
}

fn open(address: SocketAddr) -> std::io::Result<TcpStream> {
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

fn read(text: &str) -> Whole {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    Whole {
        status: head.get(9..12).and_then(|code| code.parse().ok()).unwrap_or_default(),
        replayed: head.contains("x-crossconnect-replayed: true"),
        body: serde_json::from_str(body).unwrap_or_default(),
    }
}
