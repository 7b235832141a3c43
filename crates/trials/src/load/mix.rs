//! What good clients ask for: a mix that can go on for long, since most of it writes nothing.
//!
//! Of a thousand requests 560 look at a circuit, 150 at an order and 100 at the balance, 120 repeat
//! an order under its token, 69 are refused since the circuit is taken, and 1 places an order.

use crate::bench::load::{Expected, Load, Requests, Run};
use crate::bench::measure::{give, top_up};
use crate::bench::proc;
use crate::bench::server::Server;
use crate::bench::sign::{Desk, Scheme};
use crate::seed;
use chance::Chance;
use std::net::SocketAddr;
use std::time::Duration;

/// The sandbox's account with money, and its key.
pub const ACCOUNT: (u64, &str) = (1_000_000_000_000_001, "sandbox");

const VPC: &str = "2016-04-28";
const BSS: &str = "2017-12-14";

/// Orders that are there from the beginning.
const ORDERS_BEFORE: usize = 1000;

/// Of a thousand requests, so many place orders.
const NEW_PER_THOUSAND: usize = 1;

/// Requests are sent this many times a second, a share each time.
const SLICES: usize = 10;

/// Good clients under way.
pub struct Good<'s> {
    server: &'s Server,
    load: Load,
    mix: Mix,
    rate: usize,
}

/// What they ask for.
struct Mix {
    address: SocketAddr,
    circuits: Vec<String>,
    /// Of so many circuits the order is there; the token of each is its place.
    ordered: usize,
    orders: Vec<u64>,
    chance: Chance,
}

impl<'s> Good<'s> {
    /// Connects so many, and makes circuits and orders for so many requests.
    pub fn ready(
        server: &'s Server,
        connections: usize,
        rate: usize,
        requests: usize,
    ) -> Result<Self, String> {
        let enough = ORDERS_BEFORE + 1000 + requests / 1000 * (NEW_PER_THOUSAND + 1);
        let circuits = give(server, ACCOUNT.0, enough)?;
        top_up(server, ACCOUNT.0, enough)?;
        let chance = Chance::of(seed::of_now(), 7);
        let (ordered, orders) = (0, Vec::new());
        let mix = Mix { address: server.address, circuits, ordered, orders, chance };
        let load = Load::connect(server.address, connections)?;
        let mut good = Self { server, load, mix, rate };
        let first = good.mix.new_orders(ORDERS_BEFORE);
        let run = good.send(&first)?;
        good.mix.took(&run);
        if run.errors > 0 || run.orders.len() != ORDERS_BEFORE {
            return Err(format!("{} errors, the first: {:?}", run.errors, run.first_error));
        }
        Ok(good)
    }

    /// Sends a second's requests, a part at a time, and waits until the second is over.
    pub fn second(&mut self) -> Result<Run, String> {
        let began = proc::now();
        let mut all = Run::default();
        for slice in 1..=SLICES {
            let due = self.rate * slice / SLICES - self.rate * (slice - 1) / SLICES;
            let requests = self.mix.requests(due);
            let run = self.send(&requests)?;
            self.mix.took(&run);
            all.done += run.done;
            all.errors += run.errors;
            all.first_error = all.first_error.or(run.first_error);
            all.latencies_us.extend(run.latencies_us);
            let until = Duration::from_secs(1) * u32::try_from(slice).expect("few")
                / u32::try_from(SLICES).expect("few");
            std::thread::sleep(until.saturating_sub(began.elapsed()));
        }
        all.latencies_us.sort_unstable();
        all.lasted = began.elapsed();
        Ok(all)
    }

    /// How many orders there are.
    pub fn orders(&self) -> usize {
        self.mix.orders.len()
    }

    fn send(&mut self, requests: &Requests) -> Result<Run, String> {
        let patience = Duration::from_mins(1);
        self.load.drive(patience, requests, || self.server.usage())
    }
}

impl Mix {
    /// Orders that run placed are there from now on.
    fn took(&mut self, run: &Run) {
        let mut known = std::collections::BTreeSet::new();
        // Replays and looks tell known numbers again.
        let newest = self.orders.iter().max().copied().unwrap_or_default();
        known.extend(run.orders.iter().copied().filter(|order| *order > newest));
        self.orders.extend(known);
        self.ordered = self.orders.len();
    }

    fn nonce(&mut self) -> String {
        format!("{:016x}{:016x}", self.chance.draw(), self.chance.draw())
    }

    fn new_orders(&mut self, count: usize) -> Requests {
        let desk = Desk::open(self.address, ACCOUNT.1, Scheme::Rpc);
        let mut requests = Requests::default();
        for place in self.ordered..self.ordered + count {
            self.order(&desk, place, &format!("steady-{place}"), &mut requests);
        }
        requests.expected = vec![Expected::success("\"OrderId\":\"")];
        requests
    }

    fn order(&mut self, desk: &Desk, place: usize, token: &str, into: &mut Requests) {
        let parameters = [
            ("RegionId", "cn-hangzhou"),
            ("PhysicalConnectionId", self.circuits[place].as_str()),
            ("PricingCycle", "Month"),
            ("Period", "1"),
            ("AutoPay", "true"),
            ("ClientToken", token),
        ];
        let action = "CreatePhysicalConnectionOccupancyOrder";
        let nonce = format!("{:016x}{:016x}", self.chance.draw(), self.chance.draw());
        into.push(&desk.sign(VPC, action, &parameters, &nonce));
    }

    /// So many requests of the mix.
    fn requests(&mut self, count: usize) -> Requests {
        let desk = Desk::open(self.address, ACCOUNT.1, Scheme::Rpc);
        let mut requests = Requests::default();
        let mut new = self.ordered;
        for _ in 0..count {
            let nonce = self.nonce();
            let place = self.chance.below(self.ordered);
            let expected = match self.chance.below(1000) {
                0..560 => {
                    let circuit = &self.circuits[place];
                    let parameters = [
                        ("RegionId", "cn-hangzhou"),
                        ("Filter.1.Key", "PhysicalConnectionId"),
                        ("Filter.1.Value.1", circuit),
                    ];
                    let action = "DescribePhysicalConnections";
                    requests.push(&desk.sign(VPC, action, &parameters, &nonce));
                    Expected::success(format!("\"PhysicalConnectionId\":\"{circuit}\""))
                }
                560..710 => {
                    let order = self.orders[place].to_string();
                    let parameters = [("OrderId", order.as_str())];
                    requests.push(&desk.sign(BSS, "GetOrderDetail", &parameters, &nonce));
                    Expected::success(format!("\"OrderId\":\"{order}\""))
                }
                710..810 => {
                    requests.push(&desk.sign(BSS, "QueryAccountBalance", &[], &nonce));
                    Expected::success("\"AvailableAmount\":\"")
                }
                810..930 => {
                    self.order(&desk, place, &format!("steady-{place}"), &mut requests);
                    Expected::success("\"OrderId\":\"")
                }
                930..999 => {
                    self.order(&desk, place, &nonce, &mut requests);
                    Expected::answer(400, "\"INSTANCE.STATUS.NOT.ALLOW\"")
                }
                _ => {
                    self.order(&desk, new, &format!("steady-{new}"), &mut requests);
                    new += 1;
                    Expected::success("\"OrderId\":\"")
                }
            };
            requests.expected.push(expected);
        }
        requests
    }
}
