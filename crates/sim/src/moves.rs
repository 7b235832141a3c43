//! What steps send beside plain calls: twins, races, retries, moves of the clock, control calls.

use crate::call::Call;
use crate::flight::Item;
use crate::generate::{Maker, ORDER};
use crate::model::calendar::{DAY_MS, Ms};
use crate::model::{ControlOrder, POOR, RICH, Statement, atlas};
use std::collections::VecDeque;

/// What the carrier or the operator can do to a circuit.
const EVENTS: &[&str] = &[
    "approve",
    "reject",
    "allocate",
    "allocate",
    "fail_allocation",
    "approve_loa",
    "reject_loa",
    "finish_construction",
    "finish_construction",
    "lock_financial",
    "lock_security",
    "unlock",
    "unlock",
    "finish_termination",
    "fail_macsec_key",
    "fail_macsec_key",
];

/// Actions of policies.
const ACTIONS: &[&str] = &[
    "*",
    "vpc:*",
    "vpc:Create*",
    "VPC:describe*",
    "vpc:*PhysicalConnection",
    "vpc:CreatePhysicalConnectionOccupancyOrder",
    "vpc:?eletePhysicalConnection",
    "bss*:*",
    "bss:CancelOrder",
    "bssapi:QueryOrders",
    "*:Get*",
];

/// Resources of policies.
const RESOURCES: &[&str] = &[
    "*",
    "*",
    "*",
    "acs:vpc:*:*:physicalconnection/*",
    "acs:vpc:cn-hangzhou:*:physicalconnection/pc-*",
    "acs:vpc:*:1000000000000001:*",
    "acs:vpc:*:*:physicalconnection/pc-given?",
    "acs:vpc:*:*:physicalconnection/PC-*",
    "acs:vpc:*:*:virtualborderrouter/*",
    "acs:vpc:cn-*:*:virtualborderrouter/vbr-*",
];

/// Names of snapshots.
const SNAPSHOTS: [&str; 2] = ["one", "two"];

impl Maker<'_> {
    /// One call several times with one token, some of them with other parameters.
    pub fn twins(&mut self) -> Vec<Item> {
        let tokens = [
            ORDER,
            ORDER,
            ORDER,
            ORDER,
            "CreatePhysicalConnection",
            "ConfirmPhysicalConnection",
            "ModifyPhysicalConnectionAttribute",
            "DeletePhysicalConnection",
            "CreateVirtualBorderRouter",
            "ModifyVirtualBorderRouterAttribute",
            "AssociatePhysicalConnectionToVirtualBorderRouter",
            "UnassociatePhysicalConnectionFromVirtualBorderRouter",
        ];
        let name = *self.chance.pick(&tokens);
        let mut call = self.named(name);
        if self.chance.percent(85) {
            let token = format!("twin-{:x}", self.chance.draw());
            call.set("ClientToken", token);
        }
        let count = 2 + self.chance.below(6);
        let twin = |maker: &mut Self| {
            let mut twin = call.clone();
            maker.dress(&mut twin);
            if maker.chance.percent(15) {
                maker.alter(&mut twin);
            }
            Item::Call(twin)
        };
        (0..count).map(|_| twin(self)).collect()
    }

    /// Another value for one parameter, or one less.
    fn alter(&mut self, call: &mut Call) {
        let known = api::OPERATIONS.iter().any(|operation| operation.name == call.action);
        if !known {
            return;
        }
        let other = self.named(&call.action.clone());
        if other.parameters.is_empty() || self.chance.percent(25) {
            if !call.parameters.is_empty() {
                let place = self.chance.below(call.parameters.len());
                call.parameters.remove(place);
            }
            return;
        }
        let (name, value) = self.chance.pick(&other.parameters).clone();
        if name != "ClientToken" {
            call.set(&name, value);
        }
    }

    /// Whoever comes first with an unpaid order.
    pub fn race(&mut self) -> Vec<Item> {
        let state = &self.model.worlds[self.world];
        let open: Vec<_> = state.orders.iter().filter(|o| o.status == "Unpaid").collect();
        if open.is_empty() {
            let mut call = self.named(ORDER);
            call.set("AutoPay", "false");
            call.set("InstanceChargeType", "PrePaid");
            call.set("Period", "1");
            return vec![Item::Call(call)];
        }
        let order = open[self.chance.below(open.len())].clone();
        let circuit = state.circuits[order.circuit].clone();
        let pay = ControlOrder::Pay(order.id.clone());
        let mut items = vec![Item::Control(self.world.to_owned(), pay.clone())];
        for _ in 0..=self.chance.below(4) {
            let item = match self.chance.below(5) {
                0 => Item::Control(self.world.to_owned(), pay.clone()),
                1 => {
                    let mut call = self.named(ORDER);
                    call.set("PhysicalConnectionId", circuit.id.clone());
                    call.set("RegionId", circuit.region.clone());
                    Item::Call(call)
                }
                2 => {
                    let mut call = self.named("DeletePhysicalConnection");
                    call.set("PhysicalConnectionId", circuit.id.clone());
                    call.set("RegionId", circuit.region.clone());
                    Item::Call(call)
                }
                _ => {
                    let mut call = self.named("CancelOrder");
                    call.set("OrderId", order.id.clone());
                    Item::Call(call)
                }
            };
            items.push(item);
        }
        items
    }

    fn earlier(&mut self, history: &VecDeque<Call>) -> Option<Call> {
        let world = self.world;
        // What was done is worth more than what was refused or looked.
        let from = if self.chance.percent(50) { &self.model.done } else { history };
        let ours: Vec<&Call> = from.iter().filter(|call| call.world() == world).collect();
        if ours.is_empty() {
            return None;
        }
        Some(ours[self.chance.below(ours.len())].clone())
    }

    /// An earlier call again, signed anew; sometimes by another key or with another parameter.
    pub fn retry(&mut self, history: &VecDeque<Call>) -> Option<Item> {
        let mut call = self.earlier(history)?;
        self.dress(&mut call);
        if self.chance.percent(25) && call.key.starts_with("sandbox-2") {
            let edition = *self.chance.pick(atlas::EDITIONS);
            let world = call.world().to_owned();
            call.key = format!("sandbox-{edition}");
            if world != "default" {
                call.key = format!("{}@{world}", call.key);
            }
        }
        if self.chance.percent(20) {
            self.alter(&mut call);
        }
        Some(Item::Call(call))
    }

    /// The very bytes of an earlier call.
    pub fn resend(&mut self, history: &VecDeque<Call>) -> Option<Item> {
        let call = self.earlier(history)?;
        // How long a nonce is remembered beyond its surely fresh life is the server's affair.
        self.model.is_sure_of_nonce(&call).then_some(Item::Call(call))
    }

    /// How far the clock is moved: mostly to about when something is due.
    pub fn leap(&mut self) -> Ms {
        let state = &self.model.worlds[self.world];
        let now = self.model.wall + state.offset_ms;
        let tokens = state.receipts.values().map(|receipt| receipt.made + 7 * DAY_MS);
        let ends = state.circuits.iter().filter_map(|circuit| circuit.ends);
        let steps = state.circuits.iter().filter_map(crate::model::state::Circuit::next_step);
        let due: Vec<Ms> = tokens
            .chain(state.next_due_at())
            .chain(ends)
            .chain(steps)
            .filter(|at| *at > now && *at < now + 40 * DAY_MS)
            .collect();
        let to = match self.chance.below(10) {
            0..6 if !due.is_empty() => {
                let past = *self.chance.pick(&[-1_000, 0, 0, 1_000, 3_600_000]);
                due[self.chance.below(due.len())] - now + past
            }
            6 => 1_000,
            7 => DAY_MS,
            8 => 31 * DAY_MS,
            _ => -5_000,
        };
        to.div_euclid(1000) * 1000
    }

    /// An account of this world.
    fn account(&mut self) -> u64 {
        let accounts: Vec<u64> = self.model.worlds[self.world].accounts.keys().copied().collect();
        match self.chance.below(20) {
            0 => 7,
            1..6 => POOR,
            6..10 => RICH,
            _ => accounts[self.chance.below(accounts.len())],
        }
    }

    /// What the operator of a world does; `number` makes names of its own.
    pub fn operator(&mut self, number: u32) -> Vec<Item> {
        let world = self.world.to_owned();
        let one = |order| vec![Item::Control(world.clone(), order)];
        match self.chance.below(100) {
            0..16 => {
                let units = [1, 85, 170, 1_000, 100_000, 922_337_203_685_000];
                let units =
                    self.chance.weighted(&units.map(|n| (if n > 1 << 40 { 1 } else { 9 }, n)));
                let account = self.account();
                one(ControlOrder::TopUp(account, units))
            }
            16..30 => one(ControlOrder::Pay(self.some_order())),
            30..34 => one(self.finish()),
            34..50 => {
                let circuits = &self.model.worlds[self.world].circuits;
                // Those that came last are the ones that calls are about.
                let last = self.chance.percent(50) && circuits.len() > 14;
                let from = if last { circuits.len() - 8 } else { 0 };
                let place = from + self.chance.below(circuits.len() - from);
                let event = *self.chance.pick(EVENTS);
                let unknown = self.chance.percent(3);
                let id = if unknown { "pc-none".into() } else { circuits[place].id.clone() };
                one(ControlOrder::Event(id, event))
            }
            50..54 => {
                let account = self.account();
                self.gifts(account, &format!("pc-gift{number}"), 5)
            }
            54..82 => one(self.give(number)),
            82..87 => one(self.prices()),
            87..92 => self.newcomer(number),
            92..97 => self.user(number),
            97..99 => one(ControlOrder::ClearFaults),
            _ => vec![Item::Control("side".into(), ControlOrder::OpenWorld)],
        }
    }

    /// The carrier ends what is under way with a router or a group, where it does not by itself.
    fn finish(&mut self) -> ControlOrder {
        let state = &self.model.worlds[self.world];
        let busy = ["terminating", "recovering", "deleting"];
        let fits = self.chance.percent(70);
        let routers = state.routers.iter().filter(|its| !fits || busy.contains(&its.status));
        let routers: Vec<&String> = routers.map(|its| &its.id).collect();
        let groups = state.groups.iter().filter(|its| !fits || its.status == "Creating");
        let groups: Vec<&String> = groups.map(|its| &its.id).collect();
        match self.chance.below(20) {
            0 => ControlOrder::FinishRouter("vbr-none".into()),
            1 => ControlOrder::FinishGroup("vbrha-none".into()),
            2..8 if !groups.is_empty() => {
                ControlOrder::FinishGroup(groups[self.chance.below(groups.len())].clone())
            }
            _ if !routers.is_empty() => {
                ControlOrder::FinishRouter(routers[self.chance.below(routers.len())].clone())
            }
            _ => ControlOrder::FinishRouter("vbr-none".into()),
        }
    }

    fn some_order(&mut self) -> String {
        let orders = &self.model.worlds[self.world].orders;
        let unpaid = self.chance.percent(70);
        let found: Vec<_> = orders.iter().filter(|o| !unpaid || o.status == "Unpaid").collect();
        if found.is_empty() {
            return "200000000000000".into();
        }
        found[self.chance.below(found.len())].id.clone()
    }

    fn give(&mut self, number: u32) -> ControlOrder {
        let account = self.account();
        let regions = ["cn-hangzhou", "cn-hangzhou", "cn-shanghai", "me-central-1", "us-west-1"];
        let region = *self.chance.pick(&regions);
        let status = match self.chance.below(100) {
            0..60 => "Confirmed",
            60..78 => "Enabled",
            _ => *self.chance.pick(&atlas::STATUSES),
        };
        let (port, ..) = *self.chance.pick(&atlas::PORTS);
        let loas = ["Applying", "Complete", "Available", "Rejected", "Completing", "Accept"];
        let loa = if self.chance.percent(25) { *self.chance.pick(&loas) } else { "" };
        let lock = self.chance.percent(12);
        let business = if lock { "FinancialLocked" } else { "Normal" };
        let again = self.chance.percent(3);
        let id = if again { "pc-sandboxpoor".into() } else { format!("pc-given{number}") };
        ControlOrder::Give(account, region, id, status, port, loa, business)
    }

    /// Circuits in service, so many that routers can be on several.
    fn gifts(&mut self, account: u64, name: &str, count: usize) -> Vec<Item> {
        let gift = |nth: usize| {
            let (region, id) = ("cn-hangzhou", format!("{name}-{nth}"));
            let port = "1000Base-LX";
            let order = ControlOrder::Give(account, region, id, "Enabled", port, "", "Normal");
            Item::Control(self.world.to_owned(), order)
        };
        (0..count).map(gift).collect()
    }

    fn prices(&mut self) -> ControlOrder {
        let currency = *self.chance.pick(&["USD", "CNY", "JPY", "CNY"]);
        let mut rows = Vec::new();
        for (port, ..) in atlas::PORTS.iter() {
            for region in ["cn-hangzhou", "cn-shanghai"] {
                if self.chance.percent(75) {
                    rows.push((*port, region, self.chance.between(0, 900)));
                }
            }
        }
        let setup = self.chance.percent(50).then(|| self.chance.between(0, 3_000));
        ControlOrder::Prices(currency, rows, setup)
    }

    /// A new account and its key.
    fn newcomer(&mut self, number: u32) -> Vec<Item> {
        let account = 2_000_000 + u64::from(number);
        let currency = *self.chance.pick(&["USD", "CNY", "JPY"]);
        let edition = *self.chance.pick(atlas::EDITIONS);
        let of_account = self.chance.percent(50).then_some(edition);
        let of_key = self.chance.percent(30).then_some(*self.chance.pick(atlas::EDITIONS));
        let orderless = self.chance.percent(40);
        let world = self.world.to_owned();
        let key = |name: &str, edition| {
            let key = ControlOrder::Key(account, format!("{name}-{number}"), edition, false);
            Item::Control(world.clone(), key)
        };
        let made = ControlOrder::Account(account, currency, of_account, orderless);
        let mut items = vec![Item::Control(world.clone(), made), key("key", of_key)];
        // One with keys of two editions has done what it may do no more.
        if self.chance.percent(40) {
            items.extend([key("old", Some("2020")), key("new", Some("2025-09"))]);
            items.extend(self.gifts(account, &format!("pc-new{number}"), 2));
        }
        items
    }

    /// A RAM user and its key; sometimes the key alone, or what the user may from now on.
    fn user(&mut self, number: u32) -> Vec<Item> {
        let again = number > 1 && self.chance.percent(30);
        let of = if again { 1 + self.chance.below(number as usize) } else { number as usize };
        let (account, name) = (self.account(), format!("user-{of}"));
        let statements = (0..=self.chance.below(3)).map(|_| self.statement()).collect();
        let edition = self.chance.percent(50).then_some(*self.chance.pick(atlas::EDITIONS));
        let key = ControlOrder::Key(account, name.clone(), edition, true);
        let user = ControlOrder::User(account, name, statements);
        let orders = match self.chance.below(10) {
            0 => vec![key],
            1 => vec![user],
            _ => vec![user, key],
        };
        orders.into_iter().map(|order| Item::Control(self.world.to_owned(), order)).collect()
    }

    fn statement(&mut self) -> Statement {
        let mut some = |of: &'static [&'static str]| -> Vec<&'static str> {
            (0..=self.chance.below(2)).map(|_| *self.chance.pick(of)).collect()
        };
        let (actions, resources) = (some(ACTIONS), some(RESOURCES));
        Statement { allows: self.chance.percent(75), actions, resources }
    }

    /// The world is saved under one of few names.
    pub fn save(&mut self) -> Item {
        let (name, replace) = (*self.chance.pick(&SNAPSHOTS), self.chance.percent(60));
        Item::Control(self.world.to_owned(), ControlOrder::Save(name, replace))
    }

    /// The world is put back to one of its snapshots.
    pub fn restore(&mut self) -> Item {
        let there: Vec<&'static str> = SNAPSHOTS
            .into_iter()
            .filter(|name| self.model.has_snapshot(self.world, name))
            .collect();
        let any = there.is_empty() || self.chance.percent(5);
        let name = *self.chance.pick(if any { &SNAPSHOTS } else { &there });
        Item::Control(self.world.to_owned(), ControlOrder::Restore(name))
    }

    /// A fault for the calls to come.
    pub fn fault(&mut self) -> Item {
        let kinds = [
            "throttle",
            "error",
            "unavailable",
            "drop_before",
            "drop_after_commit",
            "drop_after_commit",
            "drop_after_commit",
        ];
        let kind = *self.chance.pick(&kinds);
        let writes = [ORDER, ORDER, "*", "CreatePhysicalConnection", "CancelOrder"];
        let action = (*self.chance.pick(&writes)).to_owned();
        let count = 1 + u32::try_from(self.chance.below(3)).expect("few");
        let named = kind == "error" && self.chance.percent(60);
        let errors = [(409, "OperationConflict"), (503, "Busy.Order"), (400, "PAY.RISK")];
        let error = named.then_some(*self.chance.pick(&errors));
        Item::Control(self.world.to_owned(), ControlOrder::Fault(action, kind, count, error))
    }
}
