//! What happens by itself, each thing at its own instant, and the world as it begins.

use super::calendar::Ms;
use super::setups::SETUP;
use super::state::{Account, Circuit, Renewal, Settings, World};
use super::{Model, POOR, RICH, atlas, calendar};
use std::collections::BTreeMap;

/// How long each step of the automatic carrier takes.
/// ASSUMED: CONTRACT says that an application is Allocated within a second; two steps fit well.
pub const CARRIER_STEP_MS: Ms = 250;

/// How long an unpaid order lives. SOURCE: CONTRACT ("dies with the others after 7 days").
pub const UNPAID_LIFE_MS: Ms = 7 * calendar::DAY_MS;

/// How long before the end renewals are first tried. SOURCE: billing dossier 2.6 (of ECS).
const LEAD_MS: Ms = 9 * calendar::DAY_MS;

#[derive(Clone, Copy)]
enum Due {
    Circuit(usize),
    Order(usize),
    Bill(usize),
    Router(usize),
    Group(usize),
}

impl World {
    /// Whatever is due of an account by `at` happens; what is due of others stays due.
    pub fn pass(&mut self, account: u64, at: Ms, settings: &Settings) {
        while let Some((due, what)) = self.next_due(account)
            && due <= at
        {
            match what {
                Due::Circuit(place) => self.move_circuit(place, due, settings),
                Due::Order(place) => self.void(place),
                Due::Bill(nth) => self.wake_bill(nth, due),
                Due::Router(place) => drop(self.finish_router(place, due)),
                Due::Group(place) => drop(self.finish_group(place)),
            }
        }
        let latest = self.latest.entry(account).or_default();
        *latest = at.max(*latest);
    }

    /// Whatever is due of anybody by `at` happens.
    pub fn pass_all(&mut self, at: Ms, settings: &Settings) {
        let accounts: Vec<u64> = self.accounts.keys().copied().collect();
        for account in accounts {
            self.pass(account, at, settings);
        }
        self.floor = at.max(self.floor);
    }

    /// When something next happens by itself, of whomever.
    pub fn next_due_at(&self) -> Option<Ms> {
        self.accounts.keys().filter_map(|account| self.due_at(*account)).min()
    }

    /// When something of an account next happens by itself.
    pub fn due_at(&self, account: u64) -> Option<Ms> {
        self.next_due(account).map(|(at, _)| at)
    }

    fn next_due(&self, account: u64) -> Option<(Ms, Due)> {
        let circuits = self.circuits.iter().enumerate().filter(|(_, c)| c.account == account);
        let circuits = circuits.filter_map(|(place, c)| {
            let at = [c.wakes, c.next_step()].into_iter().flatten().min()?;
            Some(((at, 0, c.id.as_str()), Due::Circuit(place)))
        });
        let orders = self.orders.iter().enumerate().filter(|(_, o)| o.account == account);
        let orders = orders.filter_map(|(place, o)| Some(((o.dies?, 1, ""), Due::Order(place))));
        let bills = self.bills.iter().enumerate().filter(|(_, bill)| bill.account == account);
        let bills = bills.filter_map(|(nth, bill)| Some(((bill.due()?, 2, ""), Due::Bill(nth))));
        let routers = self.routers.iter().enumerate().filter(|(_, its)| its.home == account);
        let routers = routers.filter_map(|(place, its)| {
            Some(((its.wakes?, 3, its.id.as_str()), Due::Router(place)))
        });
        let groups = self.groups.iter().enumerate().filter(|(_, group)| group.account == account);
        let groups = groups.filter_map(|(place, group)| {
            Some(((group.wakes?, 4, group.id.as_str()), Due::Group(place)))
        });
        // At one instant circuits come before orders, by their names, both before bills, by their
        // numbers, and all before routers and failover groups.
        let all = circuits.chain(orders).chain(bills).chain(routers).chain(groups);
        let (key, due) = all.min_by_key(|(key, _)| *key)?;
        Some((key.0, due))
    }

    fn move_circuit(&mut self, place: usize, at: Ms, settings: &Settings) {
        let circuit = &self.circuits[place];
        let (wakes, steps) = (circuit.wakes == Some(at), circuit.next_step() == Some(at));
        if wakes {
            self.wake_circuit(place, at, settings);
        }
        if steps {
            self.take_step(place, at);
        }
    }

    /// A try to renew, the stop, or the release.
    fn take_step(&mut self, place: usize, at: Ms) {
        if self.circuits[place].bill_due() == Some(at) {
            self.bill(place, at);
        }
        let circuit = &self.circuits[place];
        if let (Renewal::Months(months), Some(end)) = (circuit.renewal, circuit.ends) {
            let tries = circuit.status == "Enabled" && at % calendar::DAY_MS == 0;
            if tries && at >= end - LEAD_MS && circuit.released().is_some_and(|gone| at < gone) {
                self.renew_by_itself(place, months, at);
            }
        }
        let circuit = &mut self.circuits[place];
        if circuit.stopped() == Some(at) {
            circuit.locked.0 = true;
        }
        if circuit.released() == Some(at) {
            circuit.status = "Terminated";
            circuit.wakes = None;
            circuit.deleted = true;
        }
        circuit.looked = at;
        if circuit.deleted {
            self.release_routers(place);
        }
    }

    /// It goes on as fast as it is, whatever speed waits to be paid for.
    fn renew_by_itself(&mut self, place: usize, months: i64, at: Ms) {
        let hosted = &mut self.circuits[place].hosted;
        let expected = hosted.as_mut().and_then(|hosted| hosted.expected.take());
        self.renew_as_it_is(place, months, at);
        if let Some(hosted) = &mut self.circuits[place].hosted {
            hosted.expected = expected;
        }
    }

    /// No order is made where there is no price, no money, or no such date.
    fn renew_as_it_is(&mut self, place: usize, months: i64, at: Ms) {
        let account = self.circuits[place].account;
        let Some(amount_e4) = self.price(place, account, Some(months)) else { return };
        let longer = self.circuits[place].longer(months).is_some();
        if longer && self.accounts[&account].balance_e4 >= amount_e4 {
            let order = self.order_more(place, months, amount_e4, at);
            self.orders[order].by_time = true;
            self.pay_more(order, at);
        }
    }

    fn wake_circuit(&mut self, place: usize, at: Ms, settings: &Settings) {
        let circuit = &mut self.circuits[place];
        circuit.wakes = None;
        match circuit.status {
            "Initial" => circuit.go("Allocating", at, settings),
            "Allocating" => circuit.go("Allocated", at, settings),
            "Terminating" => circuit.go("Terminated", at, settings),
            _ => {
                let order = circuit.paid_order.expect("only what is paid for waits here");
                let (start, end) = self.orders[order].usage.expect("a paid order has a use");
                circuit.status = "Enabled";
                circuit.serve(order, start, end);
            }
        }
    }

    /// An order that was not paid is cancelled, and its circuit is free of it.
    pub fn void(&mut self, place: usize) {
        let order = &mut self.orders[place];
        order.status = "Cancelled";
        order.dies = None;
        let circuit = &mut self.circuits[order.circuit];
        if circuit.open_order == Some(place) {
            circuit.open_order = None;
        }
        if order.kind == SETUP {
            circuit.status = "Canceled";
        }
    }
}

impl Circuit {
    /// It goes into service.
    pub fn serve(&mut self, order: usize, start: Ms, end: Option<Ms>) {
        self.status = "Enabled";
        self.enabled = Some(start);
        self.ends = end;
        self.day = calendar::day_of_month(start);
        self.last = Some((order, start));
        self.billed = if end.is_none() { Some(start) } else { None };
        self.looked = start;
    }

    /// When it is stopped.
    pub fn stopped(&self) -> Option<Ms> {
        let ((stop, _), end) = (self.kept?, self.ends?);
        (!self.deleted).then_some(end + stop)
    }

    /// When it is released.
    pub fn released(&self) -> Option<Ms> {
        let (_, release) = self.kept?;
        Some(self.stopped()? + release)
    }

    /// When its subscription takes its next step.
    pub fn next_step(&self) -> Option<Ms> {
        let mut steps: Vec<Ms> = self.bill_due().into_iter().collect();
        let Some((stop, release)) = self.stopped().zip(self.released()) else {
            return steps.into_iter().min();
        };
        steps.extend([stop, release]);
        // Its owner is told 7, 3 and 1 days before the end. SOURCE: billing dossier 2.6.
        if self.status == "Enabled" && self.renewal == Renewal::ByHand && self.billed.is_none() {
            steps.extend(
                [7, 3, 1].map(|days| self.ends.unwrap_or_default() - days * calendar::DAY_MS),
            );
        }
        if self.status == "Enabled" && matches!(self.renewal, Renewal::Months(_)) {
            let from = (self.ends? - LEAD_MS).max(self.looked + 1);
            // 08:00 in Beijing is midnight in UTC.
            let days = (from + calendar::DAY_MS - 1).div_euclid(calendar::DAY_MS);
            let morning = days * calendar::DAY_MS;
            if morning < release {
                steps.push(morning);
            }
        }
        steps.into_iter().filter(|at| *at > self.looked).min()
    }

    /// Until when it is paid for after so many months more.
    pub fn longer(&self, months: i64) -> Option<Ms> {
        calendar::longer(self.ends?, months, self.day)
    }

    /// Somebody touches the term of one that may have rested.
    pub fn begin(&mut self, kept: (Ms, Ms), at: Ms) {
        if self.kept.is_some() {
            return;
        }
        let Some(end) = self.ends else { return };
        // What goes on from its end expires on the day on which it began, as any other.
        let began = if end >= at { self.enabled.unwrap_or(end - 1) } else { at - 1 };
        self.rested = if end >= at { None } else { Some(at) };
        self.ends = Some(end.max(at));
        self.kept = Some(kept);
        self.day = calendar::day_of_month(began);
        self.looked = at;
    }

    /// It takes a step, from which the automatic carrier may go on.
    pub fn go(&mut self, status: &'static str, at: Ms, settings: &Settings) {
        self.status = status;
        let more = ["Initial", "Allocating", "Terminating"].contains(&status);
        self.wakes = (more && settings.carrier_auto).then_some(at + CARRIER_STEP_MS);
    }
}

/// A circuit that nobody applied for. One that is or was in service has run for a month's term.
pub fn given(account: u64, region: &str, id: &str, status: &'static str, at: Ms) -> Circuit {
    let words = BTreeMap::from([
        ("LineOperator", "CT".to_owned()),
        ("PortType", "1000Base-LX".to_owned()),
        ("Bandwidth", "1000".to_owned()),
    ]);
    let served = ["Enabled", "Terminating", "Terminated"].contains(&status);
    Circuit {
        id: id.to_owned(),
        account,
        region: region.to_owned(),
        created: at,
        given: true,
        words,
        status,
        enabled: served.then_some(at),
        ends: if served { calendar::period_end(at, 1) } else { None },
        ..Circuit::default()
    }
}

impl Model {
    /// A world becomes the fixed sandbox. SOURCE: CONTRACT, "The sandbox".
    pub fn fill(&mut self, name: &str) {
        let at = self.wall;
        let account = |balance_e4| Account {
            currency: "USD".into(),
            balance_e4,
            service_open: true,
            edition: None,
            orderless: false,
        };
        let accounts = BTreeMap::from([(RICH, account(0)), (POOR, account(0))]);
        let mut circuits = Vec::new();
        for status in atlas::STATUSES.iter() {
            let id = format!("pc-sandbox{}", status.to_lowercase().replace(' ', ""));
            circuits.push(given(RICH, "cn-hangzhou", &id, status, at));
        }
        circuits.push(given(POOR, "cn-hangzhou", "pc-sandboxpoor", "Confirmed", at));
        for circuit in &mut circuits {
            circuit.words.insert("AccessPointId", "ap-cn-hangzhou-yh-B".into());
        }
        let mut world = World { accounts, circuits, ..World::default() };
        world.post(RICH, at, "Payment", 1_000_000_000, None).expect("it fits");
        self.worlds.insert(name.to_owned(), world);
        self.made_keys.retain(|(of, _), _| of != name);
        self.users.retain(|(of, ..), _| of != name);
        let user = |user: &str| (name.to_owned(), RICH, user.to_owned());
        self.users.insert(user("readonly"), super::policy::readonly());
        for used in self.nonces.values_mut().filter(|used| used.world == name) {
            // The receipts are gone, and with them the nonces that they kept.
            used.kept = false;
        }
    }
}
