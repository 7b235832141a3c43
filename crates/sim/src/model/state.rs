//! What the model remembers: plain records in plain lists.

use super::atlas::Edition;
use super::calendar::Ms;
use super::hosted::Hosted;
use super::letters::Letter;
use super::macsec;
use super::offers::Offer;
use super::routers::{Grant, GrantKey, Group, Router};
use std::collections::BTreeMap;

/// What the operator of the server has set for a seed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether the carrier moves circuits by itself.
    pub carrier_auto: bool,
    /// From payment to Enabled.
    pub enable_delay_ms: Ms,
    /// Whether too little money is told as an error.
    pub shortfall_is_error: bool,
    /// How many circuits of an account may stand at an access point, if that is limited.
    pub per_point: Option<usize>,
    /// What access points offer that have not everything.
    pub offers: Vec<Offer>,
    /// The edition of those who name none.
    pub edition: Edition,
    /// How long the store's log grows before it is carried over; no answer depends on it.
    pub log_pages: u32,
    /// Whether calls are signed by ROA 1.0 too, which no answer shows.
    pub roa_too: bool,
}

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    /// `USD`, `CNY` or `JPY`.
    pub currency: String,
    /// 1/10000 of the unit.
    pub balance_e4: i64,
    /// Whether outbound traffic is billed.
    pub service_open: bool,
    /// How its calls are understood.
    pub edition: Option<Edition>,
    /// Whether its circuits may be enabled without an order.
    pub orderless: bool,
}

/// A circuit.
#[derive(Clone, Debug, Default)]
pub struct Circuit {
    /// Its id, as the product chose it; empty until it is known.
    pub id: String,
    /// Its owner.
    pub account: u64,
    /// Its region.
    pub region: String,
    /// When it came to be.
    pub created: Ms,
    /// Whether nobody applied for it.
    pub given: bool,
    /// Everything that describes it, by the answer's names.
    pub words: BTreeMap<&'static str, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its MACsec keys, in the order in which they came into use.
    pub keys: Vec<macsec::Key>,
    /// `Status`.
    pub status: &'static str,
    /// `LoaStatus`, empty for none.
    pub loa: String,
    /// What its letter says, if anybody has said anything.
    pub letter: Option<Letter>,
    /// Whether it is locked for want of payment, and whether for security.
    pub locked: (bool, bool),
    /// The unpaid order, as its place.
    pub open_order: Option<usize>,
    /// The paid order, as its place.
    pub paid_order: Option<usize>,
    /// Since when it is in service.
    pub enabled: Option<Ms>,
    /// Until when it is paid for.
    pub ends: Option<Ms>,
    /// When it moves by itself.
    pub wakes: Option<Ms>,
    /// How it goes on at its end.
    pub renewal: Renewal,
    /// From its end to the stop, and from that to the release; `None` while it does not end.
    pub kept: Option<(Ms, Ms)>,
    /// The day of the month on which its periods expire.
    pub day: i64,
    /// The order that paid for its last period, as its place, and when that period begins.
    pub last: Option<(usize, Ms)>,
    /// When it ended, if it had rested until then: nothing has paid for it since.
    pub rested: Option<Ms>,
    /// Until when its use is billed, if it is paid as it goes.
    pub billed: Option<Ms>,
    /// The order that gave back what was left, as its place.
    pub refund: Option<usize>,
    /// Up to when its steps were taken.
    pub looked: Ms,
    /// Whether it is gone.
    pub deleted: bool,
    /// What it is of another's, if it is shared.
    pub hosted: Option<Hosted>,
}

/// How a circuit goes on at its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Renewal {
    /// As somebody says then.
    #[default]
    ByHand,
    /// Not at all.
    Never,
    /// By itself, by so many months.
    Months(i64),
}

impl Circuit {
    /// A word that describes it.
    pub fn word(&self, name: &str) -> &str {
        self.words.get(name).map_or("", String::as_str)
    }

    /// `RenewStatus`.
    pub fn renew_status(&self) -> &'static str {
        match self.renewal {
            Renewal::ByHand => "ManualRenewal",
            Renewal::Never => "NotRenewal",
            Renewal::Months(_) => "AutoRenewal",
        }
    }

    /// `BusinessStatus`.
    pub fn business(&self) -> &'static str {
        match self.locked {
            (_, true) => "SecurityLocked",
            (true, false) => "FinancialLocked",
            (false, false) => "Normal",
        }
    }

    /// Whether it counts among those that wait to be enabled.
    pub fn waits(&self) -> bool {
        let waiting = ["Initial", "Approved", "Allocating", "Allocated", "Confirmed"];
        let own = self.hosted.is_none();
        own && !self.given && !self.deleted && waiting.contains(&self.status)
    }

    /// Whether it counts among those at an access point.
    pub fn stands_at(&self, point: &str) -> bool {
        let over = ["Rejected", "Canceled", "Allocation Failed", "Terminated"];
        let counts = !self.given && !self.deleted && !over.contains(&self.status);
        counts && self.hosted.is_none() && self.word("AccessPointId") == point
    }

    /// Whether it is owed for.
    pub fn is_overdue(&self, at: Ms) -> bool {
        let past = self.kept.is_some() && self.ends.is_some_and(|end| end <= at);
        !self.deleted && self.status == "Enabled" && (self.locked.0 || past)
    }
}

/// An order.
#[derive(Clone, Debug)]
pub struct Order {
    /// Its number, as the product chose it; empty until it is known.
    pub id: String,
    /// Whose it is.
    pub account: u64,
    /// `New`, `Renew`, `Refund`, `Setup` or `Hosting`.
    pub kind: &'static str,
    /// Whether nobody called for it.
    pub by_time: bool,
    /// The paid order before it, as its place; of a refund the last.
    pub follows: Option<usize>,
    /// The circuit's place.
    pub circuit: usize,
    /// The port it was priced for.
    pub port: String,
    /// The speed of the part of it; empty for the whole.
    pub shared: String,
    /// Months; `None` when billed as it goes.
    pub months: Option<i64>,
    /// `Unpaid`, `Paid`, `Cancelled` or `Abnormal`.
    pub status: &'static str,
    /// 1/10000 of the unit.
    pub amount_e4: i64,
    /// What a month cost when it was made.
    pub month_e4: i64,
    /// The currency.
    pub currency: String,
    /// When it was made.
    pub created: Ms,
    /// When it was paid.
    pub paid: Option<Ms>,
    /// When it dies unpaid.
    pub dies: Option<Ms>,
    /// From when and until when the circuit may be used.
    pub usage: Option<(Ms, Option<Ms>)>,
    /// How the circuit goes on once it is paid.
    pub renewal: Renewal,
}

/// A bill of what was used of a circuit in a month.
#[derive(Clone, Debug)]
pub struct Bill {
    /// Who pays.
    pub account: u64,
    /// The circuit's place.
    pub circuit: usize,
    /// From when, and until when.
    pub used: (Ms, Ms),
    /// 1/10000 of the unit.
    pub amount_e4: i64,
    /// When it was made.
    pub made: Ms,
    /// When it was paid.
    pub paid: Option<Ms>,
    /// When it is next tried.
    pub tries: Option<Ms>,
    /// When its circuit is locked.
    pub overdue: Option<Ms>,
}

/// What moved money of an account.
#[derive(Clone, Debug)]
pub struct Posting {
    /// Whose.
    pub account: u64,
    /// When.
    pub at: Ms,
    /// `TransactionType`.
    pub kind: &'static str,
    /// 1/10000 of the unit, never below zero.
    pub amount_e4: i64,
    /// What was there afterwards.
    pub balance_e4: i64,
    /// The order that it pays or that gives it back, as its place.
    pub order: Option<usize>,
}

/// What a call came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It was done.
    Done,
    /// This circuit came to be.
    Circuit(usize),
    /// So many circuits came to be, the first at this place.
    Circuits(usize, usize),
    /// This router came to be.
    Router(usize),
    /// This failover group came to be.
    Group(usize),
    /// This order; whether the money was missing.
    Order(usize, bool),
    /// This circuit came to be, with this order.
    SetUp(usize, usize),
}

/// The call's own words after defaults.
pub type Words = BTreeMap<&'static str, String>;

/// Whose token, where, and for what; the call too where tokens are cut short.
pub type TokenKey = (u64, String, &'static str, String, Option<Words>);

/// What a token stands for.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// What it was made for.
    pub words: Words,
    /// What it came to.
    pub outcome: Outcome,
    /// The request that brought it about.
    pub request: String,
    /// When.
    pub made: Ms,
}

/// A fault that was ordered.
#[derive(Clone, Debug)]
pub struct FaultOrder {
    /// The operation; `*` for any.
    pub action: String,
    /// As the control API names it.
    pub kind: String,
    /// How many calls it is for.
    pub count: u32,
    /// For errors: the status and code, if some were named.
    pub error: Option<(u16, &'static str)>,
}

/// A world.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// How far it is ahead of the wall.
    pub offset_ms: Ms,
    /// The instant that the clock was last set to: nobody decides before it.
    pub floor: Ms,
    /// The latest instant at which something of an account was decided.
    pub latest: BTreeMap<u64, Ms>,
    /// Accounts by number.
    pub accounts: BTreeMap<u64, Account>,
    /// Circuits in order of making.
    pub circuits: Vec<Circuit>,
    /// Routers in order of making.
    pub routers: Vec<Router>,
    /// Failover groups in order of making.
    pub groups: Vec<Group>,
    /// What is granted to routers.
    pub grants: BTreeMap<GrantKey, Grant>,
    /// Orders in order of making.
    pub orders: Vec<Order>,
    /// Bills in order of making.
    pub bills: Vec<Bill>,
    /// What moved money, in the order in which it did.
    pub postings: Vec<Posting>,
    /// Tokens.
    pub receipts: BTreeMap<TokenKey, Receipt>,
    /// Price lists by currency; a later one replaces an earlier one.
    pub prices: BTreeMap<String, BTreeMap<(String, String), i64>>,
    /// What each of these says of setting a circuit up, if it does.
    pub setups: BTreeMap<String, Option<i64>>,
    /// Faults on purpose, in the order in which they were ordered.
    pub faults: Vec<FaultOrder>,
}

impl World {
    /// The circuit of this id, whoever's and in whatever state.
    pub fn circuit_at(&self, id: &str) -> Option<usize> {
        if id.is_empty() {
            return None;
        }
        self.circuits.iter().position(|circuit| circuit.id == id)
    }

    /// The order of this number.
    pub fn order_at(&self, id: &str) -> Option<usize> {
        if id.is_empty() {
            return None;
        }
        self.orders.iter().position(|order| order.id == id)
    }

    /// The instant at which something of an account is decided that came when the wall showed
    /// `wall`. No account's time ever runs back.
    pub fn instant(&self, account: u64, wall: Ms) -> Ms {
        let latest = self.latest.get(&account).copied().unwrap_or_default();
        latest.max(self.floor).max(wall + self.offset_ms)
    }
}

/// A key.
#[derive(Clone, Debug)]
pub struct Key {
    /// Whose.
    pub account: u64,
    /// The RAM user, if it is one's.
    pub user: Option<String>,
    /// How its calls are understood.
    pub edition: Option<Edition>,
    /// Whether it may be used.
    pub active: bool,
}
