//! One client: what it asks for, and what it is told.

use crate::caller::{Caller, Reply, Whole};
use chance::Chance;
use std::net::SocketAddr;

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

/// A client.
pub struct Client(Caller);

impl Client {
    /// One that has not connected yet.
    pub fn new(address: SocketAddr, nonces: Chance) -> Self {
        Self(Caller::new(address, "sandbox", nonces))
    }

    /// Places an order.
    pub fn order(&mut self, wish: &Wish) -> Answer {
        let period = wish.period.to_string();
        let reply = self.0.call(&[
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
        ]);
        match reply {
            Reply::Whole(whole) => read(&whole),
            Reply::Nothing => Answer::Nothing,
            Reply::NotSent => Answer::NotSent,
        }
    }
}

fn read(answer: &Whole) -> Answer {
    match answer.status {
        200 => {
            let id = answer.body["Data"]["OrderId"].as_str().unwrap_or("?").to_owned();
            Answer::Order(id, answer.replayed)
        }
        503 => Answer::Unavailable,
        status => {
            let code = answer.body["Code"].as_str();
            Answer::Refused(code.map_or_else(|| status.to_string(), str::to_owned))
        }
    }
}
