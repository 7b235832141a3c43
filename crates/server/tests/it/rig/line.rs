//! Real connections: what is said on them byte for byte, and what is heard.

use super::Rig;
use serde_json::Value;
use std::fmt::Write as _;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use wire::client::Signed;

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
pub struct Line<S = TcpStream> {
    /// The connection itself.
    pub stream: S,
    heard: Vec<u8>,
}

impl Line {
    pub async fn open(rig: &Rig) -> Self {
        Self::over(TcpStream::connect(rig.address).await.expect("the server listens"))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    pub fn over(stream: S) -> Self {
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
    pub async fn hear_head(&mut self) -> Wired {
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

    /// What comes up to a mark, without it.
    pub async fn hear_until(&mut self, mark: &str) -> String {
        let length = mark.len();
        let end = loop {
            match self.heard.windows(length).position(|some| some == mark.as_bytes()) {
                Some(end) => break end,
                None => assert!(self.read().await, "it ended: {:?}", self.heard),
            }
        };
        let rest = self.heard.split_off(end + length);
        let before = std::mem::replace(&mut self.heard, rest);
        String::from_utf8(before[..end].to_vec()).expect("UTF-8")
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
