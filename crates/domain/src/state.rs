//! All that is committed of a world, in memory. A committed delta is merged into it, and a store
//! that is opened rebuilds it record by record.

use crate::bill::Bill;
use crate::catalogue::{AccessPoint, Region};
use crate::circuit::{Circuit, Circuits};
use crate::delta::Delta;
use crate::id::{AccountId, CircuitId, Name};
use crate::kept::{Home, Record};
use crate::order::Order;
use crate::price::{Currency, PriceList};
use crate::receipt::{Earlier, FORGET_SLACK_MS, ReceiptKey, TOKEN_LIFE_MS};
use crate::record::{Books, Due, Scheduled};
use crate::records;
use crate::reference::Reference;
use crate::router::Router;
use crate::rules::Rules;
use crate::shelf::{Places, Shelf};
use crate::time::Timestamp;
use crate::view::{Records, View, Whose as _};
use hashbrown::HashMap;
use std::collections::BTreeSet;
use std::ops::Bound;

/// When what happens by itself is due, and whose it is.
pub(crate) type Appointment = (AccountId, Timestamp, Due);

/// Whatever is due of an account, or only what comes after `passed`; behind it that of others.
pub(crate) fn appointments(
    account: AccountId,
    passed: Option<(Timestamp, Due)>,
) -> (Bound<Appointment>, Bound<Appointment>) {
    let start = match passed {
        Some((at, due)) => Bound::Excluded((account, at, due)),
        // Nothing is ever due at the beginning of time, so what it would be does not matter.
        None => {
            Bound::Included((account, Timestamp::from_ms(i64::MIN), Due::Circuit(CircuitId::NONE)))
        }
    };
    (start, Bound::Unbounded)
}

/// When what happens by itself is due: by account, and for the world as a whole.
#[derive(Debug, Default)]
struct Agenda {
    of_accounts: BTreeSet<Appointment>,
    /// When something is first due of each account of which anything is.
    of_world: BTreeSet<(Timestamp, AccountId)>,
}

impl Agenda {
    fn next(
        &self,
        account: AccountId,
        passed: Option<(Timestamp, Due)>,
    ) -> Option<(Timestamp, Due)> {
        let (whose, at, due) = *self.of_accounts.range(appointments(account, passed)).next()?;
        (whose == account).then_some((at, due))
    }

    fn reschedule(
        &mut self,
        account: AccountId,
        before: Option<(Timestamp, Due)>,
        now: Option<(Timestamp, Due)>,
    ) {
        if before == now {
            return;
        }
        let first_before = self.next(account, None);
        if let Some((at, due)) = before {
            self.of_accounts.remove(&(account, at, due));
        }
        if let Some((at, due)) = now {
            self.of_accounts.insert((account, at, due));
        }
        // Only if what was first is so no longer has it to be looked for.
        let first_now = if before.is_some() && before == first_before {
            self.next(account, None)
        } else {
            [first_before, now].into_iter().flatten().min()
        };
        if first_before.map(|(at, _)| at) != first_now.map(|(at, _)| at) {
            if let Some((at, _)) = first_before {
                self.of_world.remove(&(at, account));
            }
            if let Some((at, _)) = first_now {
                self.of_world.insert((at, account));
            }
        }
    }
}

/// All of a world.
#[derive(Debug)]
pub struct State {
    rules: Rules,
    clock: i64,
    floor: Timestamp,
    latest: HashMap<AccountId, Timestamp>,
    homes: Homes,
    price_lists: Vec<PriceList>,
    /// Receipts with a token, in order of making: the oldest are forgotten first.
    receipts: Shelf<(ReceiptKey, Earlier)>,
    receipt_places: Places,
    agenda: Agenda,
}

/// Whether a state holds what is appended of a kind, for each of them: a new kind has to say so.
macro_rules! held {
    (PriceList, $held:expr, $not:expr) => {
        $held
    };
    (Posting, $held:expr, $not:expr) => {
        $not
    };
    (CircuitMove, $held:expr, $not:expr) => {
        $not
    };
    (OrderMove, $held:expr, $not:expr) => {
        $not
    };
    (RouterMove, $held:expr, $not:expr) => {
        $not
    };
    // Of receipts it holds what their tokens stand for.
    (Receipt, $held:expr, $not:expr) => {
        $not
    };
}

macro_rules! homes {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        /// The records that have names.
        #[derive(Debug, Default)]
        struct Homes {
            $($many: <$record as Record>::Home,)+
        }

        $(impl Housed for $record {
            fn home(state: &mut State) -> &mut Self::Home {
                &mut state.homes.$many
            }
        })+

        impl State {
            /// Takes over what a commit has made durable.
            pub fn merge(&mut self, delta: Delta) {
                if delta.cleared {
                    *self = Self::new(self.rules);
                }
                self.clock = delta.clock.unwrap_or(self.clock);
                self.floor = self.floor.max(delta.floor);
                for reached in delta.latest.iter() {
                    self.reach(reached.account, reached.at);
                }
                for (key, earlier) in delta.tokens() {
                    self.keep_token(key, earlier);
                }
                $(held!($entry, self.$entries.extend(delta.$entries.into_records()), ());)+
                $(for record in delta.$many.into_records() {
                    self.house(record);
                })+
            }

            $(#[doc = concat!("All ", stringify!($many), ", in order of making or of their names.")]
            pub fn $many(&self) -> impl Iterator<Item = &$record> {
                self.homes.$many.all()
            })+

            /// Every record that is held here: of what is appended, price lists alone.
            pub fn books(&self) -> Books {
                Books {
                    $($many: self.$many().cloned().collect(),)+
                    $($entries: held!($entry, self.$entries.clone(), Vec::new()),)+
                }
            }
        }

        impl Records for State {
            $(fn $one(&self, name: &<$record as Record>::Name) -> Option<&$record> {
                self.homes.$many.get(name)
            })+
        }
    };
}

records!(homes);

/// A kind of record that a state keeps.
pub trait Housed: Scheduled {
    /// Where.
    #[doc(hidden)]
    fn home(state: &mut State) -> &mut Self::Home;
}

impl State {
    /// An empty world.
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            clock: 0,
            floor: Timestamp::default(),
            latest: HashMap::new(),
            homes: Homes::default(),
            price_lists: Vec::new(),
            receipts: Shelf::new(),
            receipt_places: Places::new(),
            agenda: Agenda::default(),
        }
    }

    /// Sets the clock, milliseconds ahead of the wall: when the world is rebuilt.
    pub fn set_clock(&mut self, offset_ms: i64) {
        self.clock = offset_ms;
    }

    /// Takes in a record: when the world is rebuilt.
    pub fn put<R: Housed>(&mut self, record: R) {
        self.reach(record.owner(), record.decided_at());
        self.house(record);
    }

    fn house<R: Housed>(&mut self, record: R) {
        let (owner, now) = (record.owner(), record.scheduled());
        let mut before = None;
        let mut moved = None;
        R::home(self).put(record, |old| {
            before = old.scheduled();
            moved = Some(old.owner());
        });
        match moved {
            // A key's id may come to be another account's.
            Some(earlier) if earlier != owner => {
                self.agenda.reschedule(earlier, before, None);
                self.agenda.reschedule(owner, None, now);
            }
            _ => self.agenda.reschedule(owner, before, now),
        }
    }

    /// Adds a price list: when the world is rebuilt.
    pub fn put_prices(&mut self, list: PriceList) {
        self.price_lists.push(list);
    }

    /// Adds what a receipt says, under its key if it had a token: when the world is rebuilt.
    pub fn put_receipt(&mut self, account: AccountId, key: Option<ReceiptKey>, earlier: Earlier) {
        self.reach(account, earlier.made_at);
        if let Some(key) = key {
            self.keep_token(key, earlier);
        }
    }

    fn keep_token(&mut self, key: ReceiptKey, earlier: Earlier) {
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

    /// When receipts are next worth forgetting: an hour after the oldest of them has ended, so that
    /// many go at a time.
    pub fn forgets_at(&self) -> Option<Timestamp> {
        let (_, oldest) = self.receipts.get(self.receipts.first())?;
        Some(oldest.made_at.plus_ms(TOKEN_LIFE_MS + FORGET_SLACK_MS))
    }

    /// When the newest of the oldest receipts was made, those made at or before `until`; `None` if
    /// there are none.
    pub fn oldest_receipts(&self, until: Timestamp) -> Option<Timestamp> {
        let made = self.receipts.iter().map(|(_, receipt)| receipt.made_at);
        made.take_while(|at| *at <= until).max()
    }

    /// Forgets the oldest receipts, those made at or before `until`, whose life must have ended.
    /// Their accounts' time is raised to where it has: a wall that steps back must never find a
    /// token forgotten and yet alive, or it would buy twice.
    pub fn forget_receipts(&mut self, until: Timestamp) {
        while let Some((key, receipt)) = self.receipts.get(self.receipts.first()) {
            if receipt.made_at > until {
                return;
            }
            let (key, ended) = (*key, receipt.made_at.plus_ms(TOKEN_LIFE_MS));
            self.reach(key.account, ended);
            // It may have no place, if its token was used anew.
            self.receipt_places.remove(&key, self.receipts.first());
            self.receipts.drop_first();
        }
    }

    /// Notes that something of an account was decided at `at`.
    pub fn reach(&mut self, account: AccountId, at: Timestamp) {
        let latest = self.latest.entry(account).or_default();
        *latest = at.max(*latest);
    }

    /// Notes that nobody decides before `at` any more.
    pub fn reach_all(&mut self, at: Timestamp) {
        self.floor = at.max(self.floor);
    }

    /// How many things are due by an instant, of whomever.
    pub fn due_count(&self, until: Timestamp) -> usize {
        self.agenda.of_accounts.iter().filter(|(_, at, _)| *at <= until).count()
    }

    /// Whether nothing was ever kept here.
    pub fn is_new(&self) -> bool {
        self.homes.accounts.is_empty() && self.circuits_len() == 0 && self.price_lists.is_empty()
    }

    /// How many circuits there are, deleted ones included.
    pub fn circuits_len(&self) -> usize {
        self.homes.circuits.len()
    }

    /// Every circuit, for those who seek some.
    pub(crate) fn circuits_home(&self) -> &Circuits {
        &self.homes.circuits
    }

    /// A circuit, and its place in the order of making.
    pub fn placed_circuit(&self, id: &CircuitId) -> Option<(usize, &Circuit)> {
        let place = self.homes.circuits.place(id)?;
        Some((place, self.homes.circuits.at(place)))
    }
}

impl View for State {
    fn rules(&self) -> &Rules {
        &self.rules
    }

    fn clock(&self) -> i64 {
        self.clock
    }

    fn floor(&self) -> Timestamp {
        self.floor
    }

    fn latest(&self, account: AccountId) -> Timestamp {
        self.latest.get(&account).copied().unwrap_or_default().max(self.floor)
    }

    fn receipt(&self, key: &ReceiptKey) -> Option<Earlier> {
        let (_, receipt) = self.receipts.get(self.receipt_place(key)?)?;
        Some(*receipt)
    }

    fn price_list(&self, currency: Currency) -> Option<&PriceList> {
        self.price_lists.iter().rev().find(|list| list.currency == currency)
    }

    fn price_list_of(&self, version: u32) -> Option<&PriceList> {
        self.price_lists.iter().find(|list| list.version == version)
    }

    fn price_version(&self) -> u32 {
        self.price_lists.last().map_or(1, |list| list.version)
    }

    fn is_filled(&self) -> bool {
        !self.homes.accounts.is_empty()
    }

    fn is_taken(&self, name: Name<'_>) -> bool {
        self.owner(name).is_some()
    }

    fn next_due(
        &self,
        account: AccountId,
        passed: Option<(Timestamp, Due)>,
    ) -> Option<(Timestamp, Due)> {
        self.agenda.next(account, passed)
    }

    fn earliest_due(&self) -> Option<Timestamp> {
        self.agenda.of_world.first().map(|(at, _)| *at)
    }

    fn due_accounts(&self, until: Timestamp) -> Vec<AccountId> {
        let due = self.agenda.of_world.iter().take_while(|(at, _)| *at <= until);
        due.map(|(_, account)| *account).collect()
    }

    fn circuits_of(
        &self,
        account: AccountId,
        region: Region,
    ) -> Box<dyn Iterator<Item = &Circuit> + '_> {
        Box::new(self.homes.circuits.of(account, region))
    }

    fn standing(&self, account: AccountId, region: Region, point: AccessPoint) -> usize {
        self.homes.circuits.standing((account, region), point)
    }

    fn overdue(&self, account: AccountId, at: Timestamp) -> usize {
        self.homes.circuits.overdue(account, at)
    }

    fn orders_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Order> + '_> {
        Box::new(self.homes.orders.of(account))
    }

    fn bills_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Bill> + '_> {
        Box::new(self.homes.bills.of(account))
    }

    fn routers_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Router> + '_> {
        Box::new(self.homes.routers.of(account))
    }

    fn routers_on(
        &self,
        account: AccountId,
        circuit: CircuitId,
    ) -> Box<dyn Iterator<Item = &Router> + '_> {
        let on = self.homes.routers.on(circuit);
        Box::new(on.filter(move |router| router.account == account))
    }

    fn references_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Reference> + '_> {
        Box::new(self.homes.references.of(account))
    }
}
