//! All of a world in memory, and what a decision may read of it.
//!
//! [`State`] is what is committed. It is a [`View`], as is the state with changes that are not
//! committed yet (`overlay.rs`); a committed delta is merged into it.

use crate::catalogue::Region;
use crate::overlay::Delta;
use crate::price::{Currency, PriceList};
use crate::record::{
    Account, AccountId, Change, Circuit, CircuitId, Earlier, Key, Order, OrderId, Receipt,
    ReceiptKey, User,
};
use crate::replay::TOKEN_LIFE_MS;
use crate::time::Timestamp;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::ops::Bound;

/// Who plays the carrier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Carrier {
    /// The server does, for circuits that calls have moved.
    Auto,
    /// Nobody: it waits for events.
    Manual,
}

/// What the operator of a server decides for every world in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// Who plays the carrier.
    pub carrier: Carrier,
    /// How long after payment a circuit is enabled, milliseconds.
    pub enable_delay_ms: i64,
    /// How long an unpaid order lives, milliseconds.
    pub unpaid_life_ms: i64,
    /// How many circuits of an account may wait to be enabled.
    pub waiting_circuits_max: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            carrier: Carrier::Manual,
            enable_delay_ms: 0,
            // SOURCE: billing dossier 2.6 (seven days by default; circuits are not named).
            unpaid_life_ms: 7 * 86_400_000,
            // SOURCE: api dossier 7.
            waiting_circuits_max: 5,
        }
    }
}

/// What moves by itself, in the order in which it moves when several are due at one instant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Due {
    /// A circuit's next step.
    Circuit(CircuitId),
    /// An unpaid order dies.
    Order(OrderId),
    /// Old receipts are forgotten.
    Receipts,
}

/// What a decision may read.
pub trait View {
    /// The operator's rules.
    fn rules(&self) -> &Rules;
    /// How far the clock is ahead of the wall, milliseconds.
    fn clock(&self) -> i64;
    /// An account.
    fn account(&self, id: AccountId) -> Option<&Account>;
    /// A circuit, deleted ones included.
    fn circuit(&self, id: &CircuitId) -> Option<&Circuit>;
    /// An order.
    fn order(&self, id: OrderId) -> Option<&Order>;
    /// A receipt with a token, whether or not its life has ended.
    fn receipt(&self, key: &ReceiptKey) -> Option<Earlier>;
    /// The newest price list loaded in a currency.
    fn price_list(&self, currency: Currency) -> Option<&PriceList>;
    /// The newest version of any price list; 1 when none was loaded.
    fn price_version(&self) -> u32;
    /// A RAM user.
    fn user(&self, account: AccountId, name: &str) -> Option<&User>;
    /// What is due next, and when.
    fn next_due(&self) -> Option<(Timestamp, Due)>;
}

/// When and what a circuit does by itself next.
pub(crate) fn circuit_due(circuit: &Circuit) -> Option<(Timestamp, Due)> {
    circuit.state.wakes_at.map(|at| (at, Due::Circuit(circuit.id)))
}

/// When an order dies.
pub(crate) fn order_due(order: &Order) -> Option<(Timestamp, Due)> {
    order.dies_at.map(|at| (at, Due::Order(order.id)))
}

/// Receipts are forgotten an hour after the first of them has ended, many at a time.
const FORGET_SLACK_MS: i64 = 3_600_000;

/// When receipts are next forgotten, the oldest having been made at `oldest`.
pub(crate) fn receipts_due(oldest: Timestamp) -> (Timestamp, Due) {
    (oldest.plus_ms(TOKEN_LIFE_MS + FORGET_SLACK_MS), Due::Receipts)
}

/// All of a world.
#[derive(Debug)]
pub struct State {
    rules: Rules,
    clock: i64,
    accounts: HashMap<AccountId, Account>,
    /// In order of making; an id leads to its place.
    circuits: Vec<Circuit>,
    circuit_places: HashMap<CircuitId, u32>,
    circuits_of: HashMap<(AccountId, Region), Vec<u32>>,
    /// By number, which is also the order of making.
    orders: Vec<Order>,
    orders_of: HashMap<AccountId, Vec<u32>>,
    receipts: HashMap<ReceiptKey, Earlier>,
    /// Receipts with a token in order of making, so that the oldest are forgotten first.
    receipt_queue: VecDeque<(Timestamp, ReceiptKey)>,
    prices: Vec<PriceList>,
    users: HashMap<(AccountId, Box<str>), User>,
    keys: HashMap<Box<str>, Key>,
    due: BTreeSet<(Timestamp, Due)>,
    latest: Timestamp,
}

impl State {
    /// An empty world.
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            clock: 0,
            accounts: HashMap::new(),
            circuits: Vec::new(),
            circuit_places: HashMap::new(),
            circuits_of: HashMap::new(),
            orders: Vec::new(),
            orders_of: HashMap::new(),
            receipts: HashMap::new(),
            receipt_queue: VecDeque::new(),
            prices: Vec::new(),
            users: HashMap::new(),
            keys: HashMap::new(),
            due: BTreeSet::new(),
            latest: Timestamp::default(),
        }
    }

    /// The latest instant at which anything was decided here: time never runs back from it.
    pub fn latest(&self) -> Timestamp {
        self.latest
    }

    /// Notes that something was decided at `at`.
    pub fn reach(&mut self, at: Timestamp) {
        self.latest = self.latest.max(at);
    }

    /// Takes over what a commit has made durable.
    pub fn merge(&mut self, delta: Delta) {
        if delta.cleared {
            *self = Self::new(self.rules);
        }
        self.clock = delta.clock.unwrap_or(self.clock);
        for (id, account) in delta.accounts {
            self.accounts.insert(id, account);
        }
        let mut circuits = delta.circuits;
        for id in delta.born {
            let (circuit, _) = circuits.remove(&id).expect("a born circuit is in the delta");
            self.add_circuit(circuit);
        }
        for (id, (circuit, _)) in circuits {
            self.replace_circuit(id, circuit);
        }
        let mut orders: Vec<Order> = delta.orders.into_values().collect();
        orders.sort_unstable_by_key(|order| order.id);
        for order in orders {
            self.put_order(order);
        }
        for receipt in delta.receipts {
            self.add_receipt(&receipt);
        }
        if let Some(until) = delta.forget_receipts {
            self.forget_receipts(until);
        }
        self.prices.extend(delta.prices);
        self.users.extend(delta.users);
        self.keys.extend(delta.keys);
    }

    /// Adds a circuit that was not there: by a commit, or when the world is rebuilt.
    pub fn add_circuit(&mut self, circuit: Circuit) {
        let place = u32::try_from(self.circuits.len()).expect("fewer than 2^32 circuits");
        self.due.extend(circuit_due(&circuit));
        self.reach(circuit.created_at);
        let before = self.circuit_places.insert(circuit.id, place);
        assert!(before.is_none(), "circuit {} was there already", circuit.id);
        self.circuits_of.entry((circuit.account, circuit.region)).or_default().push(place);
        self.circuits.push(circuit);
    }

    fn replace_circuit(&mut self, id: CircuitId, circuit: Circuit) {
        let place = self.circuit_places[&id] as usize;
        if let Some(before) = circuit_due(&self.circuits[place]) {
            self.due.remove(&before);
        }
        self.due.extend(circuit_due(&circuit));
        self.circuits[place] = circuit;
    }

    /// Adds or replaces an order: by a commit, or when the world is rebuilt.
    pub fn put_order(&mut self, order: Order) {
        self.reach(order.created_at);
        match self.orders.binary_search_by_key(&order.id, |o| o.id) {
            Ok(place) => {
                if let Some(before) = order_due(&self.orders[place]) {
                    self.due.remove(&before);
                }
                self.due.extend(order_due(&order));
                self.orders[place] = order;
            }
            Err(place) => {
                assert_eq!(place, self.orders.len(), "order numbers only go up");
                self.due.extend(order_due(&order));
                let place = u32::try_from(place).expect("fewer than 2^32 orders");
                self.orders_of.entry(order.account).or_default().push(place);
                self.orders.push(order);
            }
        }
    }

    /// Adds a receipt: by a commit, or when the world is rebuilt.
    pub fn add_receipt(&mut self, receipt: &Receipt) {
        self.reach(receipt.made_at);
        if let Some(key) = receipt.key() {
            self.receipt_queue.push_back((receipt.made_at, key.clone()));
            self.receipts.insert(key, receipt.earlier());
        }
    }

    fn forget_receipts(&mut self, until: Timestamp) {
        while let Some((made_at, _)) = self.receipt_queue.front() {
            if *made_at > until {
                return;
            }
            let (made_at, key) = self.receipt_queue.pop_front().expect("there is a front");
            // The token may have been used anew since its first life ended.
            if self.receipts.get(&key).is_some_and(|receipt| receipt.made_at == made_at) {
                self.receipts.remove(&key);
            }
        }
    }

    /// Makes room for records about to be loaded.
    pub fn reserve(&mut self, circuits: usize, orders: usize) {
        self.circuits.reserve_exact(circuits);
        self.circuit_places.reserve(circuits);
        self.orders.reserve_exact(orders);
    }

    /// Applies changes at once: for rebuilding, models and tests.
    pub fn apply(&mut self, changes: Vec<Change>) {
        let mut delta = Delta::default();
        for change in changes {
            delta.apply(self, change);
        }
        self.merge(delta);
    }

    /// Every account.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// Every circuit, in order of making, deleted ones included.
    pub fn circuits(&self) -> &[Circuit] {
        &self.circuits
    }

    /// What is due first after `passed` among what `counts`, once the receipts made until
    /// `forgotten` are gone.
    pub(crate) fn first_due(
        &self,
        passed: Option<(Timestamp, Due)>,
        counts: impl Fn(&Due) -> bool,
        forgotten: Option<Timestamp>,
    ) -> Option<(Timestamp, Due)> {
        let start = passed.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = self.due.range((start, Bound::Unbounded));
        let first = rest.find(|(_, due)| counts(due)).copied();
        let place = forgotten.map_or(0, |until| {
            // In the order of making, as time never runs back.
            self.receipt_queue.partition_point(|(made_at, _)| *made_at <= until)
        });
        let receipts = self.receipt_queue.get(place).map(|(oldest, _)| receipts_due(*oldest));
        [first, receipts].into_iter().flatten().min()
    }

    /// Whether nothing was ever kept here.
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.circuits.is_empty()
    }

    /// Where a circuit stands in the order of making.
    pub fn place(&self, id: &CircuitId) -> Option<usize> {
        self.circuit_places.get(id).map(|&place| place as usize)
    }

    /// The circuits of an account in a region, in order of making, deleted ones included.
    pub fn circuits_of(
        &self,
        account: AccountId,
        region: Region,
    ) -> impl Iterator<Item = &Circuit> {
        let places = self.circuits_of.get(&(account, region)).map_or(&[][..], Vec::as_slice);
        places.iter().map(|&place| &self.circuits[place as usize])
    }

    /// Every order, by number.
    pub fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// The orders of an account, newest first.
    pub fn orders_of(&self, account: AccountId) -> impl Iterator<Item = &Order> {
        let places = self.orders_of.get(&account).map_or(&[][..], Vec::as_slice);
        places.iter().rev().map(|&place| &self.orders[place as usize])
    }

    /// Adds a price list: when the world is rebuilt.
    pub fn add_prices(&mut self, list: PriceList) {
        self.prices.push(list);
    }

    /// Every RAM user.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.values()
    }
}

impl View for State {
    fn rules(&self) -> &Rules {
        &self.rules
    }

    fn clock(&self) -> i64 {
        self.clock
    }

    fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id)
    }

    fn circuit(&self, id: &CircuitId) -> Option<&Circuit> {
        self.circuit_places.get(id).map(|&place| &self.circuits[place as usize])
    }

    fn order(&self, id: OrderId) -> Option<&Order> {
        let place = self.orders.binary_search_by_key(&id, |order| order.id).ok()?;
        Some(&self.orders[place])
    }

    fn receipt(&self, key: &ReceiptKey) -> Option<Earlier> {
        self.receipts.get(key).copied()
    }

    fn price_list(&self, currency: Currency) -> Option<&PriceList> {
        self.prices.iter().rev().find(|list| list.currency == currency)
    }

    fn price_version(&self) -> u32 {
        self.prices.last().map_or(1, |list| list.version)
    }

    fn user(&self, account: AccountId, name: &str) -> Option<&User> {
        self.users.get(&(account, Box::from(name)))
    }

    fn next_due(&self) -> Option<(Timestamp, Due)> {
        self.first_due(None, |_| true, None)
    }
}
