//! Changes that are not committed yet: a batch's [`Delta`], and the [`Overlay`] of one over a state
//! on which the next proposal of the batch is decided. Changes are applied in one place,
//! [`Delta::apply`].

use crate::command::{Command, Proposal};
use crate::ledger::Posting;
use crate::price::{Currency, PriceList};
use crate::record::{
    Account, AccountId, Change, Circuit, CircuitId, Earlier, Key, Order, OrderId, Receipt,
    ReceiptKey, User,
};
use crate::state::{Due, Rules, State, View, circuit_due, order_due, receipts_due};
use crate::time::Timestamp;
use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};

/// Which parts of a circuit a delta has changed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Touched {
    /// Its place in the order of making; `None` when it was not there before.
    pub place: Option<usize>,
    /// Its state.
    pub state: bool,
    /// Its particulars.
    pub particulars: bool,
}

/// Changes that belong together: what one commit writes, each record once and in its final form.
#[derive(Default, Debug)]
pub struct Delta {
    /// Everything before was forgotten.
    pub cleared: bool,
    /// The clock, if it was moved.
    pub clock: Option<i64>,
    /// Accounts as they now are.
    pub accounts: HashMap<AccountId, Account>,
    /// Circuits as they now are.
    pub circuits: HashMap<CircuitId, (Circuit, Touched)>,
    /// New circuits, in order of making.
    pub born: Vec<CircuitId>,
    /// Orders as they now are.
    pub orders: BTreeMap<OrderId, Box<Order>>,
    /// Postings, in order.
    pub postings: Vec<Posting>,
    /// Receipts, in order.
    pub receipts: Vec<Receipt>,
    /// Receipts made at or before this are forgotten.
    pub forget_receipts: Option<Timestamp>,
    /// Price lists, in order.
    pub prices: Vec<PriceList>,
    /// RAM users.
    pub users: HashMap<(AccountId, Box<str>), User>,
    /// Keys.
    pub keys: HashMap<Box<str>, Key>,
    /// Where each new receipt with a token stands in `receipts`.
    pub(crate) by_key: HashMap<ReceiptKey, usize>,
    /// What is due among the circuits and orders above.
    due: BTreeSet<(Timestamp, Due)>,
}

impl Delta {
    /// Nothing to write.
    pub fn is_empty(&self) -> bool {
        !self.cleared
            && self.clock.is_none()
            && self.accounts.is_empty()
            && self.circuits.is_empty()
            && self.orders.is_empty()
            && self.postings.is_empty()
            && self.receipts.is_empty()
            && self.forget_receipts.is_none()
            && self.prices.is_empty()
            && self.users.is_empty()
            && self.keys.is_empty()
    }

    /// Applies one change on top of `base`.
    pub(crate) fn apply(&mut self, base: &State, change: Change) {
        match change {
            Change::Clear => *self = Self { cleared: true, ..Self::default() },
            Change::Clock(offset_ms) => self.clock = Some(offset_ms),
            Change::Account(account) => {
                self.accounts.insert(account.id, account);
            }
            Change::Circuit(circuit) => {
                self.due.extend(circuit_due(&circuit));
                self.born.push(circuit.id);
                self.circuits.insert(circuit.id, (*circuit, Touched::default()));
            }
            Change::CircuitState(id, state) => {
                let old = self.touch(base, id);
                let before = circuit_due(&old.0);
                old.0.state = state;
                old.1.state = true;
                let after = circuit_due(&old.0);
                self.reschedule(before, after);
            }
            Change::Particulars(id, particulars) => {
                let old = self.touch(base, id);
                old.0.particulars = *particulars;
                old.1.particulars = true;
            }
            Change::Order(order) => {
                let after = order_due(&order);
                let before = self.orders.insert(order.id, order).and_then(|o| order_due(&o));
                self.reschedule(before, after);
            }
            Change::Posting(posting) => self.postings.push(posting),
            Change::Receipt(receipt) => {
                if let Some(key) = receipt.key() {
                    self.by_key.insert(key, self.receipts.len());
                }
                self.receipts.push(*receipt);
            }
            Change::ForgetReceipts(until) => self.forget_receipts = Some(until),
            Change::Prices(list) => self.prices.push(list),
            Change::User(user) => {
                self.users.insert((user.account, user.name.clone()), user);
            }
            Change::Key(key) => {
                self.keys.insert(key.id.clone(), key);
            }
        }
    }

    fn reschedule(&mut self, before: Option<(Timestamp, Due)>, after: Option<(Timestamp, Due)>) {
        if let Some(before) = before {
            self.due.remove(&before);
        }
        self.due.extend(after);
    }

    /// The delta's copy of a circuit, taken from the base the first time.
    fn touch(&mut self, base: &State, id: CircuitId) -> &mut (Circuit, Touched) {
        self.circuits.entry(id).or_insert_with(|| {
            let place = base.place(&id).expect("a decision only moves circuits it has seen");
            let circuit = base.circuit_at(place);
            // From here on this delta says when it moves by itself, also if that did not change.
            self.due.extend(circuit_due(circuit));
            (circuit.clone(), Touched { place: Some(place), ..Touched::default() })
        })
    }

    /// Whether this delta, and not the base, says when `due` happens.
    fn speaks_for(&self, due: &Due) -> bool {
        self.cleared
            || match due {
                Due::Circuit(id) => self.circuits.contains_key(id),
                Due::Order(id) => self.orders.contains_key(id),
                // Those of both count: see `Overlay::next_due`.
                Due::Receipts => false,
            }
    }

    /// When the receipts with a token that are new here are to be forgotten.
    fn receipts_due(&self) -> Option<(Timestamp, Due)> {
        if self.by_key.is_empty() {
            return None;
        }
        let kept = |at: &Timestamp| self.forget_receipts.is_none_or(|until| *at > until);
        let tokens = self.receipts.iter().filter(|receipt| receipt.token.is_some());
        tokens.map(|receipt| receipt.made_at).find(kept).map(receipts_due)
    }
}

/// A state with changes that are not committed yet.
#[derive(Debug)]
pub struct Overlay<'s> {
    base: &'s State,
    delta: Delta,
    latest: Timestamp,
    /// What of the base has been made to happen: nothing before it is due any more.
    passed: Option<(Timestamp, Due)>,
}

impl<'s> Overlay<'s> {
    /// The state as it is, with room for the changes of about so many proposals.
    pub fn over(base: &'s State, proposals: usize) -> Self {
        let mut delta = Delta::default();
        delta.circuits.reserve(proposals);
        delta.by_key.reserve(proposals);
        delta.receipts.reserve(proposals);
        delta.postings.reserve(proposals);
        Self { base, delta, latest: base.latest(), passed: None }
    }

    /// Notes that `due` has happened, so that it is not looked for again.
    pub fn pass(&mut self, due: (Timestamp, Due)) {
        self.passed = Some(due);
    }

    /// The instant at which a proposal is decided, by the world's clock as it is now: a clock that
    /// was moved or reset since the proposal was made is the one that counts. Time never runs back.
    pub fn instant(&mut self, proposal: &Proposal) -> Timestamp {
        let at = match proposal.command {
            Command::MoveClock { to, .. } => to,
            _ => proposal.wall.plus_ms(self.clock()),
        };
        self.latest = self.latest.max(at);
        self.latest
    }

    /// Applies a decision.
    pub fn apply(&mut self, changes: Vec<Change>) {
        for change in changes {
            if matches!(change, Change::Clear) {
                self.latest = Timestamp::default();
            }
            self.delta.apply(self.base, change);
        }
    }

    /// The changes, to be committed and then merged.
    pub fn into_delta(self) -> (Delta, Timestamp) {
        (self.delta, self.latest)
    }

    /// The changes so far.
    pub fn delta(&self) -> &Delta {
        &self.delta
    }

    /// The base, unless it was cleared.
    fn below(&self) -> Option<&'s State> {
        (!self.delta.cleared).then_some(self.base)
    }
}

impl View for Overlay<'_> {
    fn rules(&self) -> &Rules {
        self.base.rules()
    }

    fn clock(&self) -> i64 {
        self.delta.clock.or_else(|| self.below().map(State::clock)).unwrap_or(0)
    }

    fn account(&self, id: AccountId) -> Option<&Account> {
        self.delta.accounts.get(&id).or_else(|| self.below()?.account(id))
    }

    fn circuit(&self, id: &CircuitId) -> Option<&Circuit> {
        match self.delta.circuits.get(id) {
            Some((circuit, _)) => Some(circuit),
            None => self.below()?.circuit(id),
        }
    }

    fn order(&self, id: OrderId) -> Option<&Order> {
        let ours = self.delta.orders.get(&id).map(|order| &**order);
        ours.or_else(|| self.below()?.order(id))
    }

    fn receipt(&self, key: &ReceiptKey) -> Option<Earlier> {
        match self.delta.by_key.get(key) {
            Some(&place) => Some(self.delta.receipts[place].earlier()),
            None => self.below()?.receipt(key),
        }
    }

    fn price_list(&self, currency: Currency) -> Option<&PriceList> {
        let newest = self.delta.prices.iter().rev().find(|list| list.currency == currency);
        newest.or_else(|| self.below()?.price_list(currency))
    }

    fn price_version(&self) -> u32 {
        let newest = self.delta.prices.last().map(|list| list.version);
        newest.or_else(|| self.below().map(State::price_version)).unwrap_or(1)
    }

    fn user(&self, account: AccountId, name: &str) -> Option<&User> {
        let found = self.delta.users.get(&(account, Box::from(name)));
        found.or_else(|| self.below()?.user(account, name))
    }

    fn next_due(&self) -> Option<(Timestamp, Due)> {
        let ours = [self.delta.due.first().copied(), self.delta.receipts_due()];
        let theirs = self.below().and_then(|base| {
            let counts = |due: &Due| !self.delta.speaks_for(due);
            base.first_due(self.passed, counts, self.delta.forget_receipts)
        });
        ours.into_iter().chain([theirs]).flatten().min()
    }
}
