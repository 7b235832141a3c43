//! What the operator of a world asks through the control API, and what comes of it.

use super::atlas::{UNIT_E4, render};
use super::calendar::{Ms, stamp};
use super::state::{Account, FaultOrder, Key};
use super::{Expect, Leaf, Model, Statement, atlas, time};
use serde_json::{Value, json};
use std::fmt;

/// A control call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Order {
    /// Opens a world.
    OpenWorld,
    /// Moves the clock on, milliseconds, or tries to move it back.
    MoveClock(Ms),
    /// Puts whole units of money on an account.
    TopUp(u64, i64),
    /// Pays an order.
    Pay(String),
    /// Something happens to a circuit.
    Event(String, &'static str),
    /// The carrier ends what is under way with a router.
    FinishRouter(String),
    /// The same of a failover group.
    FinishGroup(String),
    /// A circuit that nobody applied for: account, region, id, status, port, LOA, business.
    Give(u64, &'static str, String, &'static str, &'static str, &'static str, &'static str),
    /// A price list: currency, port, region and whole units a month, and units for a set-up.
    Prices(&'static str, Vec<(&'static str, &'static str, i64)>, Option<i64>),
    /// A new account: number, currency, edition.
    Account(u64, &'static str, Option<&'static str>, bool),
    /// A new key: account, id, edition, and whether it is a RAM user's of the same name.
    Key(u64, String, Option<&'static str>, bool),
    /// A RAM user: account, name, what it may.
    User(u64, String, Vec<Statement>),
    /// A fault on purpose: operation, kind, how often, status and code of an error.
    Fault(String, &'static str, u32, Option<(u16, &'static str)>),
    /// All faults are called off.
    ClearFaults,
    /// The world is as it was.
    Reset,
    /// How the world stands is kept under a name; whether in the place of an earlier one.
    Save(&'static str, bool),
    /// The world is as it was then.
    Restore(&'static str),
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "control: {self:?}")
    }
}

impl Order {
    /// Method, path below `/control/v1[/worlds/NAME]`, and body.
    pub fn request(&self) -> (&'static str, String, Value) {
        match self {
            Self::OpenWorld => ("GET", "/clock".into(), Value::Null),
            Self::MoveClock(ms) => {
                let seconds = ms.abs() / 1000;
                let sign = if *ms < 0 { "-" } else { "" };
                ("POST", "/clock".into(), json!({"advance": format!("{sign}PT{seconds}S")}))
            }
            Self::TopUp(account, units) => {
                let body = json!({"amount": format!("{units}.00")});
                ("POST", format!("/accounts/{account}/credit"), body)
            }
            Self::Pay(order) => ("POST", format!("/orders/{order}/pay"), Value::Null),
            Self::Event(circuit, event) => {
                ("POST", format!("/circuits/{circuit}/events"), json!({"event": event}))
            }
            Self::FinishRouter(id) => {
                ("POST", format!("/routers/{id}/events"), json!({"event": "finish"}))
            }
            Self::FinishGroup(id) => {
                ("POST", format!("/router-groups/{id}/events"), json!({"event": "finish"}))
            }
            Self::Give(account, region, id, status, port, loa, business) => {
                let body = json!({"account": account.to_string(), "region": region, "id": id,
                    "status": status, "port_type": port, "loa_status": loa,
                    "business_status": business});
                ("POST", "/circuits".into(), body)
            }
            Self::Prices(currency, rows, setup) => {
                let rows: Vec<Value> = rows.iter().map(price_row).collect();
                let setup = setup.map(|units| units.to_string());
                let body = json!({"currency": currency, "prices": rows, "setup": setup});
                ("POST", "/prices".into(), body)
            }
            Self::Account(account, currency, edition, orderless) => {
                let body = json!({"account": account.to_string(), "currency": currency,
                    "edition": edition, "bypass_sp": orderless});
                ("POST", "/accounts".into(), body)
            }
            Self::Key(account, id, edition, is_users) => {
                let body = json!({"account": account.to_string(), "access_key_id": id,
                    "secret": crate::call::SECRET, "edition": edition,
                    "user": is_users.then_some(id)});
                ("POST", "/keys".into(), body)
            }
            Self::User(account, name, statements) => {
                let statements: Vec<Value> = statements.iter().map(Statement::json).collect();
                let policy = json!({"Version": "1", "Statement": statements});
                let body = json!({"account": account.to_string(), "name": name,
                    "policies": [policy]});
                ("POST", "/users".into(), body)
            }
            Self::Fault(action, kind, count, error) => {
                let (status, code) = (error.map(|(status, _)| status), error.map(|(_, code)| code));
                let body = json!({"action": action, "kind": kind, "count": count,
                    "status": status, "code": code});
                ("POST", "/faults".into(), body)
            }
            Self::ClearFaults => ("DELETE", "/faults".into(), Value::Null),
            Self::Reset => ("POST", "/reset".into(), Value::Null),
            Self::Save(name, replace) => {
                ("POST", "/snapshots".into(), json!({"name": name, "replace": replace}))
            }
            Self::Restore(name) => ("POST", format!("/snapshots/{name}/restore"), Value::Null),
        }
    }

    /// Whether it waits for a turn among the writes.
    pub fn decides(&self) -> bool {
        !matches!(
            self,
            Self::OpenWorld
                | Self::Fault(..)
                | Self::ClearFaults
                | Self::Save(..)
                | Self::Restore(..)
        )
    }
}

fn price_row((port, region, units): &(&str, &str, i64)) -> Value {
    json!({"port_type": port, "region": region, "month": format!("{units}.00")})
}

fn error(status: u16, code: &str) -> Expect {
    Expect::Error(status, code.to_owned())
}

fn answer<const N: usize>(leaves: [(&str, String); N]) -> Expect {
    let leaves = leaves.into_iter().map(|(path, text)| Leaf::Is(path.to_owned(), text)).collect();
    Expect::Answer { leaves, replay_of: None }
}

fn edition_at(name: Option<&str>) -> Option<usize> {
    atlas::EDITIONS.iter().position(|edition| Some(*edition) == name)
}

impl Model {
    /// A control call happens; it came when the wall showed `came`.
    pub fn control(&mut self, world_name: &str, order: &Order, came: Ms) -> Expect {
        match order {
            Order::OpenWorld => {
                if !self.worlds.contains_key(world_name) {
                    self.fill(world_name);
                }
                return answer([]);
            }
            Order::Reset => {
                self.fill(world_name);
                return answer([("clock", stamp(self.wall))]);
            }
            Order::Save(..) | Order::Restore(_) => return self.travel(world_name, order, came),
            _ => {}
        }
        let settings = self.settings.clone();
        let world = self.worlds.get_mut(world_name).expect("the world is open");
        match order {
            Order::Fault(action, kind, count, error) => {
                let (action, kind) = (action.clone(), (*kind).to_owned());
                world.faults.push(FaultOrder { action, kind, count: *count, error: *error });
                return answer([]);
            }
            Order::ClearFaults => {
                world.faults.clear();
                return answer([]);
            }
            _ => {}
        }
        let parties = self.parties(world_name, order);
        let world = self.worlds.get_mut(world_name).expect("the world is open");
        let ats = parties.iter().map(|account| world.instant(*account, came));
        let at = ats.max().unwrap_or_else(|| (came + world.offset_ms).max(world.floor));
        for account in parties {
            world.pass(account, at, &settings);
        }
        if matches!(order, Order::Prices(..)) {
            world.pass_all(at, &settings);
        }
        match order {
            Order::MoveClock(ms) if *ms < 0 => error(409, "clock_back"),
            Order::MoveClock(ms) => {
                // The clock alone: what is due by then happens account by account, afterwards.
                world.offset_ms += ms;
                world.floor = (came + world.offset_ms).max(world.floor);
                answer([("clock", stamp(came + world.offset_ms))])
            }
            Order::Account(..) | Order::User(..) | Order::Key(..) => self.people(world_name, order),
            Order::Prices(currency, rows, setup) => {
                let rows = rows.iter().map(|(port, region, units)| {
                    (((*port).to_owned(), (*region).to_owned()), units * UNIT_E4)
                });
                world.prices.insert((*currency).to_owned(), rows.collect());
                let setup = setup.map(|units| units * UNIT_E4);
                world.setups.insert((*currency).to_owned(), setup);
                answer([("currency", (*currency).to_owned())])
            }
            Order::TopUp(account, units) => top_up(world, *account, *units, at),
            Order::Pay(id) => pay(world, id, at, &settings),
            Order::Event(id, event) => carrier(world, id, event),
            Order::FinishRouter(id) => finish_router(world, id, at),
            Order::FinishGroup(id) => finish_group(world, id),
            Order::Give(..) => give(world, order, at),
            _ => unreachable!("answered above"),
        }
    }

    /// A world is saved, once everything that is due has happened, or put back.
    fn travel(&mut self, world_name: &str, order: &Order, came: Ms) -> Expect {
        match order {
            Order::Save(name, replace) => {
                if self.has_snapshot(world_name, name) && !replace {
                    return error(409, "snapshot_exists");
                }
                answer([("clock", stamp(came + self.worlds[world_name].offset_ms))])
            }
            Order::Restore(name) => match self.restore(world_name, name) {
                Some(at) => answer([("clock", stamp(at))]),
                None => error(404, "no_such_snapshot"),
            },
            _ => unreachable!("only called for these"),
        }
    }

    /// Whose accounts an order is about: what is due of them happens first.
    fn parties(&self, world_name: &str, order: &Order) -> Vec<u64> {
        let world = &self.worlds[world_name];
        match order {
            Order::TopUp(account, _)
            | Order::Give(account, ..)
            | Order::Account(account, ..)
            | Order::User(account, ..) => vec![*account],
            Order::Pay(id) => {
                world.order_at(id).map(|at| world.orders[at].account).into_iter().collect()
            }
            Order::Event(id, _) => {
                world.circuit_at(id).map(|at| world.circuits[at].account).into_iter().collect()
            }
            Order::FinishRouter(id) => {
                world.router_at(id).map(|at| world.routers[at].home).into_iter().collect()
            }
            Order::FinishGroup(id) => {
                world.group_at(id).map(|at| world.groups[at].account).into_iter().collect()
            }
            // Whoever has a key of that name loses it.
            Order::Key(account, id, ..) => {
                let taken = self.made_keys.get(&(world_name.to_owned(), id.clone()));
                let loser = taken.map(|key| key.account).filter(|other| other != account);
                loser.into_iter().chain([*account]).collect()
            }
            _ => Vec::new(),
        }
    }

    /// An account, a RAM user or a key comes to be.
    fn people(&mut self, world_name: &str, order: &Order) -> Expect {
        let world = self.worlds.get_mut(world_name).expect("the world is open");
        match order {
            Order::Account(account, currency, edition, orderless) => {
                let orderless = *orderless;
                if world.accounts.contains_key(account) {
                    return error(409, "account_exists");
                }
                let edition = edition_at(*edition);
                let currency = (*currency).to_owned();
                let new =
                    Account { currency, balance_e4: 0, service_open: false, edition, orderless };
                world.accounts.insert(*account, new);
                answer([("account", account.to_string())])
            }
            Order::Key(account, ..) | Order::User(account, ..)
                if !world.accounts.contains_key(account) =>
            {
                error(404, "no_such_account")
            }
            Order::Key(account, id, edition, is_users) => {
                let user = (world_name.to_owned(), *account, id.clone());
                if *is_users && !self.users.contains_key(&user) {
                    return error(404, "no_such_user");
                }
                let (edition, user) = (edition_at(*edition), is_users.then(|| id.clone()));
                let key = Key { account: *account, user, edition, active: true };
                self.made_keys.insert((world_name.to_owned(), id.clone()), key);
                answer([("account", account.to_string())])
            }
            Order::User(account, name, statements) => {
                let user = (world_name.to_owned(), *account, name.clone());
                self.users.insert(user, statements.clone());
                answer([("name", name.clone())])
            }
            _ => unreachable!("only called for these"),
        }
    }
}

fn top_up(world: &mut super::World, account: u64, units: i64, at: Ms) -> Expect {
    if !world.accounts.contains_key(&account) {
        return error(404, "no_such_account");
    }
    let amount = units.checked_mul(UNIT_E4);
    let posted = amount.and_then(|amount| world.post(account, at, "Payment", amount, None));
    if posted.is_none() {
        return error(400, "amount_too_large");
    }
    world.pay_bills(account, at);
    let account = &world.accounts[&account];
    answer([("balance", render(account.balance_e4, &account.currency))])
}

fn pay(world: &mut super::World, id: &str, at: Ms, settings: &super::Settings) -> Expect {
    let Some(place) = world.order_at(id) else { return error(404, "no_such_order") };
    if world.orders[place].status != "Unpaid" {
        return error(409, "order_not_unpaid");
    }
    if !world.pay(place, at, settings) {
        return error(409, "balance_too_low");
    }
    let order = &world.orders[place];
    answer([("status", "Paid".into()), ("amount", render(order.amount_e4, &order.currency))])
}

/// SOURCE: CONTRACT, "Control API"; api dossier 3.2. ASSUMED: the states that `approve`, `reject`
/// and the events of letters start from.
fn carrier(world: &mut super::World, id: &str, event: &str) -> Expect {
    let place = world.circuit_at(id).filter(|place| !world.circuits[*place].deleted);
    let Some(place) = place else { return error(404, "no_such_circuit") };
    let circuit = &mut world.circuits[place];
    // SOURCE: docs/circuits.md: the carrier leaves alone what is not paid.
    let waits = circuit.waits_for_setup() && !event.contains("lock");
    if waits || (event == "fail_macsec_key" && circuit.fail_key().is_none()) {
        return error(409, "circuit_state");
    }
    if event == "fail_macsec_key" {
        return answer([("status", circuit.status.to_owned())]);
    }
    let not_allocated = ["Initial", "Approved", "Allocating"].contains(&circuit.status);
    let status = match event {
        "approve" if circuit.status == "Initial" => "Approved",
        "reject" if ["Initial", "Approved"].contains(&circuit.status) => "Rejected",
        "allocate" if not_allocated => "Allocated",
        "fail_allocation" if not_allocated => "Allocation Failed",
        "finish_termination" if circuit.status == "Terminating" => "Terminated",
        "finish_construction" if circuit.status == "Allocated" && circuit.hosted.is_none() => {
            circuit.hand_over();
            "Confirmed"
        }
        "finish_construction"
            if ["Confirmed", "Enabled"].contains(&circuit.status)
                && circuit.loa == "Completing" =>
        {
            circuit.loa = "Complete".into();
            circuit.status
        }
        "approve_loa" if circuit.loa == "Applying" => {
            circuit.loa = "Available".into();
            circuit.status
        }
        "reject_loa" if circuit.loa == "Applying" => {
            circuit.loa = "Rejected".into();
            circuit.status
        }
        "lock_financial" => {
            circuit.locked.0 = true;
            circuit.status
        }
        "lock_security" => {
            circuit.locked.1 = true;
            circuit.status
        }
        "unlock" => {
            circuit.locked = (false, false);
            circuit.status
        }
        "unlock_financial" => {
            circuit.locked.0 = false;
            circuit.status
        }
        "unlock_security" => {
            circuit.locked.1 = false;
            circuit.status
        }
        _ => return error(409, "circuit_state"),
    };
    if status != circuit.status {
        circuit.status = status;
        circuit.wakes = None;
    }
    answer([
        ("status", circuit.status.to_owned()),
        ("business_status", circuit.business().to_owned()),
    ])
}

fn finish_router(world: &mut super::World, id: &str, at: Ms) -> Expect {
    let place = world.router_at(id).filter(|place| !world.routers[*place].deleted);
    let Some(place) = place else { return error(404, "no_such_router") };
    if world.finish_router(place, at).is_none() {
        return error(409, "router_state");
    }
    answer([("id", id.to_owned()), ("status", world.routers[place].status.to_owned())])
}

fn finish_group(world: &mut super::World, id: &str) -> Expect {
    let place = world.group_at(id).filter(|place| !world.groups[*place].deleted);
    let Some(place) = place else { return error(404, "no_such_router_group") };
    if world.finish_group(place).is_none() {
        return error(409, "router_state");
    }
    answer([("id", id.to_owned()), ("status", "Active".to_owned())])
}

fn give(world: &mut super::World, order: &Order, at: Ms) -> Expect {
    let Order::Give(account, region, id, status, port, loa, business) = order else {
        unreachable!("only called for this order")
    };
    if !world.accounts.contains_key(account) {
        return error(404, "no_such_account");
    }
    if world.circuit_at(id).is_some() {
        return error(409, "circuit_exists");
    }
    let mut circuit = time::given(*account, region, id, status, at);
    let mbps = atlas::port(port).map_or(0, |(_, mbps)| mbps);
    circuit.words.insert("PortType", (*port).to_owned());
    circuit.words.insert("Bandwidth", mbps.to_string());
    // ASSUMED: the first of its region, and any where none is known.
    let point = atlas::ACCESS_POINTS.iter().find(|(_, of)| of == region);
    let point = point.map_or("ap-cn-hangzhou-yh-B", |(point, _)| point);
    circuit.words.insert("AccessPointId", point.to_owned());
    (*loa).clone_into(&mut circuit.loa);
    circuit.locked = (*business == "FinancialLocked", *business == "SecurityLocked");
    world.circuits.push(circuit);
    answer([("id", id.clone())])
}
