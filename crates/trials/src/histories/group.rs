//! A few clients of one account who call at the same time, and the history that they make.

use super::history::{Event, History, What};
use super::specification::{Account, Answer, Call, MONTH, Status, Wish};
use crate::bench::proc;
use crate::caller::{Caller, Reply, Whole};
use crate::seed;
use chance::Chance;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

/// Where the server is, which may be nowhere for a while.
#[derive(Default)]
pub struct Whereabouts(Mutex<Option<SocketAddr>>, Condvar);

/// A server is started again in less.
const PATIENCE: Duration = Duration::from_mins(1);

impl Whereabouts {
    /// It is there now, or nowhere.
    pub fn is(&self, address: Option<SocketAddr>) {
        *self.0.lock().expect("nobody fails with it") = address;
        self.1.notify_all();
    }

    /// Waits until it is somewhere.
    fn wait(&self) -> Result<SocketAddr, String> {
        let nowhere = self.0.lock().expect("nobody fails with it");
        let gone = |address: &mut Option<SocketAddr>| address.is_none();
        let (address, _) =
            self.1.wait_timeout_while(nowhere, PATIENCE, gone).expect("nobody fails with it");
        address.ok_or_else(|| "the server does not come back".into())
    }
}

const VPC: &str = "2016-04-28";

/// The addresses of both sides of a router on its own circuit.
const SIDES: &[(&str, &str)] = &[
    ("LocalGatewayIp", "10.0.0.1"),
    ("PeerGatewayIp", "10.0.0.2"),
    ("PeeringSubnetMask", "255.255.255.252"),
];

/// Those on a further circuit: no address is there twice.
const FURTHER_SIDES: &[(&str, &str)] = &[
    ("LocalGatewayIp", "10.0.1.1"),
    ("PeerGatewayIp", "10.0.1.2"),
    ("PeeringSubnetMask", "255.255.255.252"),
];

/// A token as Terraform sends it: cut to 64 characters, the last of which alone is by chance.
fn cut(token: u8) -> String {
    format!("{}{token}", "terraform-".repeat(7).split_at(63).0)
}

fn one_of(chance: &mut Chance, count: usize) -> u8 {
    u8::try_from(chance.below(count)).expect("few")
}

/// Circuits of each account.
const CIRCUITS: usize = 2;

/// Calls that look everything over in the end.
pub const LOOKS: usize = 2 + CIRCUITS;

/// Tokens that its clients use.
const TOKENS: usize = 2;

/// Money that an account has at first: enough for two circuits for a month.
const START: i64 = 2 * MONTH;

/// An account on a server, and what is known of it.
pub struct Group<'g> {
    place: &'g Whereabouts,
    world: String,
    account: String,
    key: String,
    circuits: Vec<String>,
    /// A router, and a further circuit for it.
    router: String,
    further: String,
    /// Numbers of orders that anybody was told.
    known: Mutex<Vec<u64>>,
    events: Mutex<Vec<Event>>,
    began: Instant,
    start: Account,
}

impl<'g> Group<'g> {
    /// Opens an account in a world, and gives it money, a key and circuits.
    pub fn open(
        place: &'g Whereabouts,
        world: &str,
        number: u64,
        short_is_error: bool,
    ) -> Result<Self, String> {
        let address = place.wait()?;
        let mut group = Self {
            place,
            world: world.into(),
            account: (4_000_000_000_000_000 + number).to_string(),
            key: format!("history-{number}"),
            circuits: Vec::new(),
            router: String::new(),
            further: String::new(),
            known: Mutex::default(),
            events: Mutex::default(),
            began: proc::now(),
            start: Account::new(START, short_is_error),
        };
        let mut operator = Caller::new(address, "", Chance::of(number, 0));
        let mut order = |path: &str, body: &Value| match operator.control(&group.path(path), body) {
            Reply::Whole(Whole { status: 200, body, .. }) => Ok(body),
            other => Err(format!("control {path}: {other:?}")),
        };
        let account = group.account.as_str();
        order("accounts", &json!({"account": account, "currency": "USD"}))?;
        let key = json!({"account": account, "access_key_id": group.key,
            "secret": "sandbox-secret"});
        let key = order("keys", &key)?;
        order(&format!("accounts/{account}/credit"), &json!({"amount": money(START)}))?;
        let circuits = json!({"account": account, "region": "cn-hangzhou", "status": "Confirmed",
            "port_type": "1000Base-LX", "count": CIRCUITS});
        let made = order("circuits", &circuits)?;
        let in_service = json!({"account": account, "region": "cn-hangzhou", "status": "Enabled",
            "port_type": "1000Base-LX", "count": 2});
        let in_service = order("circuits", &in_service)?;
        let ids = made["ids"].as_array().into_iter().flatten();
        group.circuits = ids.filter_map(|id| id.as_str().map(str::to_owned)).collect();
        group.key = key["access_key_id"].as_str().unwrap_or_default().into();
        let ids = [&in_service["ids"][0], &in_service["ids"][1]]
            .map(|id| id.as_str().unwrap_or_default());
        group.make_router(address, ids)?;
        Ok(group)
    }

    /// Makes a router on one circuit, which clients put on the other and take off again.
    fn make_router(&mut self, address: SocketAddr, ids: [&str; 2]) -> Result<(), String> {
        let mut caller = self.caller(0);
        if !caller.connect(address) {
            return Err("the server takes no connections".into());
        }
        let mut done = |action: &str, parameters: &[(&str, &str)]| {
            let common = [("Action", action), ("Version", VPC), ("Format", "JSON")];
            match caller.call(&[&common[..], &[("RegionId", "cn-hangzhou")], parameters].concat()) {
                Reply::Whole(Whole { status: 200, body, .. }) => Ok(body),
                other => Err(format!("{action}: {other:?}")),
            }
        };
        done("OpenPhysicalConnectionService", &[])?;
        let on = [("PhysicalConnectionId", ids[0]), ("VlanId", "1")];
        let made = done("CreateVirtualBorderRouter", &[&on[..], SIDES].concat())?;
        self.router = made["VbrId"].as_str().unwrap_or_default().into();
        self.further = ids[1].into();
        Ok(())
    }

    /// A path of the control API in this world.
    fn path(&self, path: &str) -> String {
        match self.world.as_str() {
            "" => path.into(),
            world => format!("worlds/{world}/{path}"),
        }
    }

    /// What came about.
    pub fn history(self) -> History {
        let events = self.events.into_inner().expect("clients do not fail with it");
        History { start: self.start, events }
    }

    /// One client makes so many calls.
    pub fn call_some(&self, client: usize, calls: u32, mut chance: Chance) -> Result<(), String> {
        let mut again = None;
        let mut caller = self.caller(chance.draw());
        for _ in 0..calls {
            let call = again.take().unwrap_or_else(|| self.any_call(&mut chance));
            // Who gets no answer mostly asks again, as SDKs do.
            if !self.call(&mut caller, client, &call)? && chance.below(4) > 0 {
                again = Some(call);
            }
        }
        Ok(())
    }

    /// Looks at everything once the others have ended.
    pub fn look_over(&self, client: usize) -> Result<(), String> {
        let mut caller = self.caller(u64::MAX);
        let circuits = (0..CIRCUITS).map(Call::Circuit);
        for call in [Call::Balance, Call::Orders].into_iter().chain(circuits) {
            self.call(&mut caller, client, &call)?;
        }
        Ok(())
    }

    fn caller(&self, seed: u64) -> Caller {
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        Caller::new(nowhere, &self.key, Chance::of(seed, seed::of_now()))
    }

    fn any_call(&self, chance: &mut Chance) -> Call {
        let known = self.known.lock().expect("clients do not fail with it");
        let order = (!known.is_empty()).then(|| known[chance.below(known.len().max(1))]);
        drop(known);
        match (chance.below(100), order) {
            (55..65, _) => Call::Balance,
            (65..70, _) => Call::Orders,
            (70..75, _) => Call::Circuit(chance.below(CIRCUITS)),
            (35..50, _) => {
                Call::Join { token: one_of(chance, TOKENS), vlan: 1 + one_of(chance, 2) }
            }
            (50..55, _) => Call::Part { token: one_of(chance, TOKENS) },
            (75..84, Some(order)) => Call::Detail(order),
            (84..92, Some(order)) => Call::Cancel(order),
            (92..98, Some(order)) => Call::Pay(order),
            (98.., _) => Call::Credit(MONTH),
            _ => {
                let token = (chance.below(10) > 0).then(|| one_of(chance, TOKENS));
                let months = if chance.below(4) > 0 { 1 } else { 2 };
                // Most who use a token mean the same by it.
                let circuit = match token {
                    Some(token) if chance.below(4) > 0 => usize::from(token) % CIRCUITS,
                    _ => chance.below(CIRCUITS),
                };
                Call::Order { token, wish: Wish { circuit, months, pays: chance.below(5) > 1 } }
            }
        }
    }

    /// Makes a call and notes what came of it. Says whether it was answered.
    fn call(&self, caller: &mut Caller, client: usize, call: &Call) -> Result<bool, String> {
        let waits = proc::now();
        while !caller.connect(self.place.wait()?) {
            if waits.elapsed() > PATIENCE {
                return Err("the server takes no connections".into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        self.note(client, What::Called(call.clone()));
        let (answered, what) = match self.send(caller, call) {
            Reply::Whole(whole) => (true, What::Answered(self.read(call, &whole)?)),
            Reply::Nothing | Reply::NotSent => (false, What::Lost),
        };
        if let What::Answered(Answer::Order { id: Some(id), .. }) = &what {
            let mut known = self.known.lock().expect("clients do not fail with it");
            if !known.contains(id) {
                known.push(*id);
            }
        }
        self.note(client, what);
        Ok(answered)
    }

    fn note(&self, client: usize, what: What) {
        let mut events = self.events.lock().expect("clients do not fail with it");
        events.push(Event { at_us: self.began.elapsed().as_micros(), client, what });
    }

    fn send(&self, caller: &mut Caller, call: &Call) -> Reply {
        const BSS: &str = "2017-12-14";
        let mut signed = |action: &str, version: &str, parameters: &[(&str, &str)]| {
            let common = [("Action", action), ("Version", version), ("Format", "JSON")];
            caller.call(&[&common[..], parameters].concat())
        };
        let circuit = |circuit: usize| self.circuits[circuit].as_str();
        match *call {
            Call::Order { token, wish } => {
                let token = token.map_or_else(String::new, |token| format!("token-{token}"));
                let months = wish.months.to_string();
                let parameters = [
                    ("RegionId", "cn-hangzhou"),
                    ("PhysicalConnectionId", circuit(wish.circuit)),
                    ("InstanceChargeType", "PrePaid"),
                    ("PricingCycle", "Month"),
                    ("Period", &months),
                    ("AutoPay", if wish.pays { "true" } else { "false" }),
                    ("ClientToken", &token),
                ];
                signed("CreatePhysicalConnectionOccupancyOrder", VPC, &parameters)
            }
            Call::Cancel(id) => signed("CancelOrder", BSS, &[("OrderId", &id.to_string())]),
            Call::Detail(id) => signed("GetOrderDetail", BSS, &[("OrderId", &id.to_string())]),
            Call::Balance => signed("QueryAccountBalance", BSS, &[]),
            Call::Orders => signed("QueryOrders", BSS, &[("PageSize", "100")]),
            Call::Circuit(place) => {
                let parameters = [
                    ("RegionId", "cn-hangzhou"),
                    ("Filter.1.Key", "PhysicalConnectionId"),
                    ("Filter.1.Value.1", circuit(place)),
                ];
                signed("DescribePhysicalConnections", VPC, &parameters)
            }
            Call::Join { token, vlan } => {
                let (token, vlan) = (cut(token), (10 + vlan).to_string());
                let named = self.further(&token);
                let parameters = [&named[..], &[("VlanId", &*vlan)], FURTHER_SIDES].concat();
                signed("AssociatePhysicalConnectionToVirtualBorderRouter", VPC, &parameters)
            }
            Call::Part { token } => {
                let action = "UnassociatePhysicalConnectionFromVirtualBorderRouter";
                signed(action, VPC, &self.further(&cut(token)))
            }
            Call::Pay(id) => caller.control(&self.path(&format!("orders/{id}/pay")), &json!({})),
            Call::Credit(amount) => {
                let path = self.path(&format!("accounts/{}/credit", self.account));
                caller.control(&path, &json!({"amount": money(amount)}))
            }
        }
    }

    /// An answer in the specification's words.
    fn read(&self, call: &Call, whole: &Whole) -> Result<Answer, String> {
        let Whole { status, replayed, body } = whole;
        if *status != 200 {
            let code = body["Code"].as_str().or_else(|| body["error"]["code"].as_str());
            let code = code.map_or_else(|| status.to_string(), str::to_owned);
            return Ok(Answer::Refused { code, replayed: *replayed });
        }
        let answer = match call {
            Call::Order { .. } => number(&body["Data"]["OrderId"])
                .map(|id| Answer::Order { id: Some(id), replayed: *replayed }),
            Call::Cancel(_) | Call::Pay(_) | Call::Credit(_) => Some(Answer::Done),
            Call::Join { .. } | Call::Part { .. } => Some(Answer::Went { replayed: *replayed }),
            Call::Balance => amount(&body["Data"]["AvailableAmount"]).map(Answer::Balance),
            Call::Detail(_) => self.detail(&body["Data"]["OrderList"]["Order"][0]),
            Call::Orders => {
                let orders = body["Data"]["OrderList"]["Order"].as_array().into_iter().flatten();
                let read = |order: &Value| Some((number(&order["OrderId"])?, standing(order)?));
                let list: Option<Vec<_>> = orders.map(read).collect();
                list.map(|mut list| {
                    list.sort_unstable_by_key(|(id, _)| *id);
                    Answer::Orders(list)
                })
            }
            Call::Circuit(_) => {
                let circuit = &body["PhysicalConnectionSet"]["PhysicalConnectionType"][0];
                match circuit["Status"].as_str() {
                    Some("Enabled") => Some(Answer::Circuit { enabled: true }),
                    Some("Confirmed") => Some(Answer::Circuit { enabled: false }),
                    _ => None,
                }
            }
        };
        answer.ok_or_else(|| format!("{call:?} was answered {body}"))
    }

    /// What names the router's further circuit.
    fn further<'a>(&'a self, token: &'a str) -> [(&'a str, &'a str); 4] {
        [
            ("RegionId", "cn-hangzhou"),
            ("VbrId", &self.router),
            ("PhysicalConnectionId", &self.further),
            ("ClientToken", token),
        ]
    }

    fn detail(&self, order: &Value) -> Option<Answer> {
        let named = order["InstanceIDs"].as_str()?;
        let circuit = self.circuits.iter().position(|id| named.contains(id.as_str()))?;
        let (status, amount) = (standing(order)?, amount(&order["PretaxAmount"])?);
        Some(Answer::Detail { status, amount, circuit })
    }
}

fn standing(order: &Value) -> Option<Status> {
    match order["PaymentStatus"].as_str()? {
        "Unpaid" => Some(Status::Unpaid),
        "Paid" => Some(Status::Paid),
        "Cancelled" => Some(Status::Cancelled),
        _ => None,
    }
}

fn number(text: &Value) -> Option<u64> {
    text.as_str()?.parse().ok()
}

/// An amount with two decimals, as a whole number of the smallest unit.
fn amount(text: &Value) -> Option<i64> {
    let (whole, part) = text.as_str()?.split_once('.')?;
    (part.len() == 2).then(|| format!("{whole}{part}").replace(',', "").parse().ok())?
}

fn money(amount: i64) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}
