//! Requests as real clients sign them, made before the clock starts.

use super::load::{Expected, Requests};
use crate::seed;
use chance::Chance;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Instant;
use wire::client::{Place, Signed, Signer, sign_acs3, sign_rpc};

/// How a request says who sends it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Scheme {
    /// RPC 1.0: HMAC-SHA1, common parameters in the query, the others in a form.
    Rpc,
    /// ACS3-HMAC-SHA256: parameters in a form, the rest in headers.
    Acs3,
}

impl Scheme {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rpc => "rpc",
            Self::Acs3 => "acs3",
        }
    }
}

/// Signs for one account on one server.
#[derive(Clone)]
pub struct Desk {
    /// Where requests go.
    pub address: SocketAddr,
    /// Who signs.
    pub signer: Signer,
    /// How.
    pub scheme: Scheme,
    stamp: String,
    since: Instant,
}

/// A stamp is fresh for 15 minutes; a run that comes near that is not started.
const STAMP_LIFE_S: u64 = 600;

const VERSION: &str = "2016-04-28";

/// A text in the form of a UUID.
fn uuid(chance: &mut Chance) -> String {
    let (high, low) = (chance.draw(), chance.draw());
    let (time, middle, version) = (high >> 32, high >> 16 & 0xFFFF, high & 0xFFF);
    let (variant, node) = (low >> 48 & 0x3FFF | 0x8000, low & 0xFFFF_FFFF_FFFF);
    format!("{time:08x}-{middle:04x}-4{version:03x}-{variant:04x}-{node:012x}")
}

impl Desk {
    /// A desk whose stamps are of now.
    pub fn open(address: SocketAddr, key: &str, scheme: Scheme) -> Self {
        let signer = Signer { access_key_id: key.into(), secret: "sandbox-secret".into() };
        let stamp = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        Self { address, signer, scheme, stamp, since: super::proc::now() }
    }

    /// Whether what was signed here will still be fresh when it is sent.
    pub fn fresh(&self) -> Result<(), String> {
        let old_s = self.since.elapsed().as_secs();
        if old_s < STAMP_LIFE_S { Ok(()) } else { Err(format!("the signatures are {old_s} s old")) }
    }

    /// An order for each circuit, each with its own token, paid at once.
    pub fn orders(&self, circuits: &[&str]) -> Requests {
        self.orders_with(circuits, &[])
    }

    /// The same, of what renews itself every month.
    pub fn subscriptions(&self, circuits: &[&str]) -> Requests {
        self.orders_with(circuits, &[("AutoRenew", "true"), ("AutoRenewDuration", "1")])
    }

    fn orders_with(&self, circuits: &[&str], more: &[(&str, &str)]) -> Requests {
        let mut requests = self.on_all_processors(circuits, |desk, circuit, chance| {
            let token = uuid(chance);
            let mut parameters = vec![
                ("RegionId", "cn-hangzhou"),
                ("PhysicalConnectionId", circuit),
                ("InstanceChargeType", "PrePaid"),
                ("PricingCycle", "Month"),
                ("Period", "1"),
                ("AutoPay", "true"),
                ("ClientToken", token.as_str()),
            ];
            parameters.extend(more);
            let action = "CreatePhysicalConnectionOccupancyOrder";
            desk.sign(VERSION, action, &parameters, &uuid(chance))
        });
        requests.expected = vec![Expected::success("\"OrderId\":\"")];
        requests
    }

    /// A look at each circuit.
    pub fn looks(&self, circuits: &[&str]) -> Requests {
        let mut requests = self.on_all_processors(circuits, |desk, circuit, chance| {
            let parameters = [
                ("RegionId", "cn-hangzhou"),
                ("Filter.1.Key", "PhysicalConnectionId"),
                ("Filter.1.Value.1", circuit),
            ];
            desk.sign(VERSION, "DescribePhysicalConnections", &parameters, &uuid(chance))
        });
        let expected =
            |circuit: &&str| Expected::success(format!("\"PhysicalConnectionId\":\"{circuit}\""));
        requests.expected = circuits.iter().map(expected).collect();
        requests
    }

    /// One call.
    pub fn sign(
        &self,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
        nonce: &str,
    ) -> Vec<u8> {
        let signed = match self.scheme {
            Scheme::Rpc => {
                let mut all = vec![("Action", action), ("Version", version), ("Format", "JSON")];
                all.extend(parameters);
                sign_rpc(&self.signer, "POST", &all, Place::Form, nonce, &self.stamp)
            }
            Scheme::Acs3 => sign_acs3(
                &self.signer,
                "POST",
                action,
                version,
                parameters,
                Place::Form,
                &self.address.to_string(),
                nonce,
                &self.stamp,
            ),
        };
        http_text(self.address, &signed)
    }

    fn on_all_processors(
        &self,
        circuits: &[&str],
        make: impl Fn(&Self, &str, &mut Chance) -> Vec<u8> + Sync,
    ) -> Requests {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let chunks = circuits.chunks(circuits.len().div_ceil(threads).max(1));
        let seed = seed::of_now();
        let work = &|(thread, circuits): (usize, &[&str])| {
            let mut chance = Chance::of(seed, thread as u64);
            let mut part = Requests::default();
            for circuit in circuits {
                part.push(&make(self, circuit, &mut chance));
            }
            part
        };
        let parts: Vec<Requests> = std::thread::scope(|scope| {
            let started: Vec<_> =
                chunks.enumerate().map(|chunk| scope.spawn(move || work(chunk))).collect();
            started.into_iter().map(|one| one.join().expect("signing does not fail")).collect()
        });
        let mut all = Requests::default();
        all.bytes.reserve(parts.iter().map(|part| part.bytes.len()).sum());
        for part in &parts {
            all.append(part);
        }
        all
    }
}

/// A request with the headers that clients send. Writing to a text does not fail.
fn http_text(address: SocketAddr, signed: &Signed) -> Vec<u8> {
    let mut text = format!("{} {} HTTP/1.1\r\n", signed.method, signed.target);
    if !signed.headers.iter().any(|(name, _)| name == "host") {
        let _ = write!(text, "host: {address}\r\n");
    }
    for (name, value) in &signed.headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    text.push_str("user-agent: crossconnect-bench\r\naccept: application/json\r\n");
    let _ = write!(text, "content-length: {}\r\n\r\n", signed.body.len());
    [text.as_bytes(), &signed.body].concat()
}

/// What hello-world is sent: a form of 470 bytes.
pub fn greetings(address: SocketAddr) -> Requests {
    const FORM_BYTES: usize = 470;
    let mut chance = Chance::new(seed::of_now());
    // As many different ones as would be sent in a second or so: what is sent is read from
    // memory, not from a cache, as signed requests are.
    let mut requests = Requests { again: true, ..Requests::default() };
    for _ in 0..100_000 {
        let mut form = String::new();
        while form.len() < FORM_BYTES {
            let _ = write!(form, "Parameter={}&", uuid(&mut chance));
        }
        form.truncate(FORM_BYTES);
        let signed = Signed {
            method: "POST".into(),
            target: "/".into(),
            headers: vec![("content-type".into(), "application/x-www-form-urlencoded".into())],
            body: form.into_bytes(),
        };
        requests.push(&http_text(address, &signed));
    }
    requests
}

/// The same things in another order, always the same one.
pub fn shuffled(things: &[String]) -> Vec<&str> {
    let mut mixed: Vec<&str> = things.iter().map(String::as_str).collect();
    let mut chance = Chance::new(1);
    for place in (1..mixed.len()).rev() {
        mixed.swap(place, chance.below(place + 1));
    }
    mixed
}
