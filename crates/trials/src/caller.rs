//! Calls as real clients make them: a connection that is kept, requests that are signed, and
//! answers that are whole or none.

use crate::connection::{Connection, Unanswered};
use bytes::Bytes;
use chance::Chance;
use http::Request;
use http::header::{CONNECTION, CONTENT_TYPE};
use serde_json::Value;
use std::net::SocketAddr;
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
    connection: Option<Connection>,
    nonces: Chance,
}

impl Caller {
    /// One that has not connected yet.
    pub fn new(address: SocketAddr, access_key_id: &str, nonces: Chance) -> Self {
        let signer =
            Signer { access_key_id: access_key_id.into(), secret: "sandbox-secret".into() };
        Self { address, signer, connection: None, nonces }
    }

    /// Connects unless it is connected; says whether it is. `address` is where to.
    pub fn connect(&mut self, address: SocketAddr) -> bool {
        if self.address != address {
            (self.address, self.connection) = (address, None);
        }
        if self.connection.is_none() {
            self.connection = Connection::open(self.address, PATIENCE).ok();
        }
        self.connection.is_some()
    }

    /// Calls an operation; the parameters hold `Action` and `Version`.
    pub fn call(&mut self, parameters: &[(&str, &str)]) -> Reply {
        let nonce = format!("{:016x}{:016x}", self.nonces.draw(), self.nonces.draw());
        let stamp = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let signed = sign_rpc(&self.signer, "POST", parameters, Place::Form, &nonce, &stamp);
        let mut request = Request::post(signed.target);
        for (name, value) in signed.headers {
            request = request.header(name, value);
        }
        self.send(request.body(signed.body.into()).expect("what is signed can be sent"))
    }

    /// Posts to the control API.
    pub fn control(&mut self, path: &str, body: &Value) -> Reply {
        let request = Request::post(format!("/control/v1/{path}"))
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string().into());
        self.send(request.expect("paths of the control API are plain"))
    }

    fn send(&mut self, request: Request<Bytes>) -> Reply {
        self.connect(self.address);
        let Some(mut connection) = self.connection.take() else { return Reply::NotSent };
        let answer = match connection.call(request) {
            Ok(answer) => answer,
            Err(Unanswered::NotSent) => return Reply::NotSent,
            Err(Unanswered::Lost) => return Reply::Nothing,
        };
        let says = |name, value| answer.headers().get(name).is_some_and(|said| said == value);
        // A server that is about to end says so with its last answer.
        if !says(CONNECTION.as_str(), "close") {
            self.connection = Some(connection);
        }
        Reply::Whole(Whole {
            status: answer.status().as_u16(),
            replayed: says("x-crossconnect-replayed", "true"),
            body: serde_json::from_slice(answer.body()).unwrap_or_default(),
        })
    }
}
