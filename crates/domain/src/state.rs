//! All of a world in memory, and what a decision may read of it.
//!
//! [`State`] is what is committed. It is a [`View`], as is the state with changes that are not
//! committed yet (`overlay.rs`); a committed delta is merged into it.

use crate::catalogue::Region;
use crate::overlay::Delta;
use crate::price::{Currency, PriceList};
use crate::record::{
    Account, AccountId, Change, Circuit, CircuitId, Earlier, Key, Order, OrderId, ReceiptKey, User,
};
use crate::replay::TOKEN_LIFE_MS;
use crate::shelf::{Places, Shelf};
use crate::time::Timestamp;
use hashbrown::HashMap;
use std::collections::BTreeSet;
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
    circuits: Shelf<Circuit>,
    circuit_places: Places,
    circuits_of: HashMap<(AccountId, Region), Vec<u32>>,
    /// By number, which is also the order of making.
    orders: Shelf<Order>,
    orders_of: HashMap<AccountId, Vec<u32>>,
    /// Receipts with a token, in order of making: the oldest are forgotten first.
    receipts: Shelf<(ReceiptKey, Earlier)>,
    receipt_places: Places,
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
            circuits: Shelf::new(),
            circuit_places: Places::new(),
            circuits_of: HashMap::new(),
            orders: Shelf::new(),
            orders_of: HashMap::new(),
            receipts: Shelf::new(),
            receipt_places: Places::new(),
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
        for (circuit, touched) in circuits.into_values() {
            self.replace_circuit(touched.place.expect("it was there before"), circuit);
        }
        for order in delta.orders.into_values() {
            self.put_order(*order);
        }
        let mut keys = vec![None; delta.receipts.len()];
        for (key, place) in delta.by_key {
            keys[place] = Some(key);
        }
        for (receipt, key) in delta.receipts.iter().zip(keys) {
            self.add_receipt(key, receipt.earlier());
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
        self.due.extend(circuit_due(&circuit));
        self.reach(circuit.created_at);
        let (id, account, region) = (circuit.id, circuit.account, circuit.region);
        assert!(self.place(&id).is_none(), "circuit {id} was there already");
        let place = self.circuits.push(circuit);
        self.circuit_places.insert(&id, place);
        let place = u32::try_from(place).expect("fewer than 2^32 circuits");
        self.circuits_of.entry((account, region)).or_default().push(place);
    }

    fn replace_circuit(&mut self, place: usize, circuit: Circuit) {
        let old = self.circuits.get_mut(place).expect("what is replaced was there");
        let (before, after) = (circuit_due(old), circuit_due(&circuit));
        *old = circuit;
        self.reschedule(before, after);
    }

    fn reschedule(&mut self, before: Option<(Timestamp, Due)>, after: Option<(Timestamp, Due)>) {
        if before != after {
            if let Some(before) = before {
                self.due.remove(&before);
            }
            self.due.extend(after);
        }
    }

    /// Adds or replaces an order: by a commit, or when the world is rebuilt.
    pub fn put_order(&mut self, order: Order) {
        self.reach(order.created_at);
        if let Some(place) = self.order_place(order.id) {
            let old = self.orders.get_mut(place).expect("it has a place");
            let (before, after) = (order_due(old), order_due(&order));
            *old = order;
            self.reschedule(before, after);
        } else {
            let newest = self.orders.get(self.orders.end().wrapping_sub(1));
            let rises = newest.is_none_or(|newest| newest.id < order.id);
            assert!(rises, "order numbers only go up");
            self.due.extend(order_due(&order));
            let account = order.account;
            let place = self.orders.push(order);
            let place = u32::try_from(place).expect("fewer than 2^32 orders");
            self.orders_of.entry(account).or_default().push(place);
        }
    }

    /// Where an order stands in the order of making.
    fn order_place(&self, id: OrderId) -> Option<usize> {
        let (oldest, newest) = (self.orders.get(0)?, self.orders.get(self.orders.end() - 1)?);
        // Numbers only go up, so an order is at most as many places from the first as its number
        // is from the first's, and in a store with one busy world just so many.
        let furthest = id.number().checked_sub(oldest.id.number())?;
        let furthest = usize::try_from(furthest).ok()?;
        let is = |place: &usize| self.orders.get(*place).is_some_and(|order| order.id == id);
        if id > newest.id {
            return None;
        }
        Some(furthest).filter(is).or_else(|| {
            Some(self.orders.partition_point(0..furthest, |order| order.id < id)).filter(is)
        })
    }

    /// Adds what a receipt says, under its key if it had a token: by a commit, or when the world is
    /// rebuilt.
    pub fn add_receipt(&mut self, key: Option<ReceiptKey>, earlier: Earlier) {
        self.reach(earlier.made_at);
        let Some(key) = key else {
            return;
        };
        // A token may be used anew once its life has ended: its newest receipt counts.
        if let Some(place) = self.receipt_place(&key) {
            self.receipt_places.remove(&key, place);
        }
        self.receipt_places.insert(&key, self.receipts.end());
        self.receipts.push((key, earlier));
    }

    fn receipt_place(&self, key: &ReceiptKey) -> Option<usize> {
        let is = |place| self.receipts.get(place).is_some_and(|(its, _)| its == key);
        self.receipt_places.find(key, is)
    }

    fn forget_receipts(&mut self, until: Timestamp) {
        while let Some((key, receipt)) = self.receipts.get(self.receipts.first()) {
            if receipt.made_at > until {
                return;
            }
            // It may have no place, if its token was used anew.
            self.receipt_places.remove(key, self.receipts.first());
            self.receipts.drop_first();
        }
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
    pub fn circuits(&self) -> impl Iterator<Item = &Circuit> {
        self.circuits.iter()
    }

    /// How many circuits there are, deleted ones included.
    pub fn circuits_len(&self) -> usize {
        self.circuits.end()
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
        let place = forgotten.map_or(self.receipts.first(), |until| {
            // In the order of making, as time never runs back.
            let all = self.receipts.first()..self.receipts.end();
            self.receipts.partition_point(all, |(_, receipt)| receipt.made_at <= until)
        });
        let receipts = self.receipts.get(place).map(|(_, oldest)| receipts_due(oldest.made_at));
        [first, receipts].into_iter().flatten().min()
    }

    /// When something next happens by itself that a look could see: whatever is due but for
    /// receipts, which are forgotten in silence.
    pub fn next_seen(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Whether nothing was ever kept here.
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.circuits_len() == 0
    }

    /// Where a circuit stands in the order of making.
    pub fn place(&self, id: &CircuitId) -> Option<usize> {
        let is = |place| self.circuits.get(place).is_some_and(|circuit| circuit.id == *id);
        self.circuit_places.find(id, is)
    }

    /// The circuit at a place.
    pub(crate) fn circuit_at(&self, place: usize) -> &Circuit {
        self.circuits.get(place).expect("circuits stay")
    }

    /// The circuits of an account in a region, in order of making, deleted ones included.
    pub fn circuits_of(
        &self,
        account: AccountId,
        region: Region,
    ) -> impl Iterator<Item = &Circuit> {
        let places = self.circuits_of.get(&(account, region)).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|&place| self.circuits.get(place as usize))
    }

    /// Every order, by number.
    pub fn orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.iter()
    }

    /// The orders of an account, newest first.
    pub fn orders_of(&self, account: AccountId) -> impl Iterator<Item = &Order> {
        let places = self.orders_of.get(&account).map_or(&[][..], Vec::as_slice);
        places.iter().rev().filter_map(|&place| self.orders.get(place as usize))
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
        self.circuits.get(self.place(id)?)
    }

    fn order(&self, id: OrderId) -> Option<&Order> {
        self.orders.get(self.order_place(id)?)
    }

    fn receipt(&self, key: &ReceiptKey) -> Option<Earlier> {
        let (_, receipt) = self.receipts.get(self.receipt_place(key)?)?;
        Some(*receipt)
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
