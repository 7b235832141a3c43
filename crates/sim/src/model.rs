//! What each answer must be, worked out a second time: separately written, sharing no code with
//! the product's business, and simple enough to be believed. It reads CONTRACT and the reference
//! documents; what they leave open it says as the product's documents say it (`ASSUMED`).
//!
//! A call is followed in three moments, as the product's own are what a client can observe:
//! [`Model::arrive`] (everything that is looked at before the store), [`Model::decide`] (its turn
//! among the writes) and [`Model::finish`] (the answer leaves).

pub mod atlas;
mod bills;
pub mod calendar;
mod catalogue;
mod changes;
mod control;
mod forms;
pub mod hosted;
mod hosted_changes;
mod hosted_looks;
mod ledger;
pub mod letters;
mod looks;
pub mod macsec;
mod months;
mod names;
pub mod offers;
pub mod pages;
mod pattern;
pub mod policy;
mod prices;
pub mod quotes;
pub mod reference;
mod renewals;
mod router_addresses;
mod router_changes;
mod router_forms;
mod router_groups;
mod router_looks;
pub mod routers;
mod sets;
mod setups;
mod snapshots;
pub mod state;
mod tags;
pub mod time;

pub use control::Order as ControlOrder;
pub use names::Name;
pub use policy::Statement;

use crate::call::{Call, Scheme};
use atlas::Edition;
use calendar::Ms;
use pages::Reading;
use snapshots::Snapshot;
use state::{Account, FaultOrder, Key, Outcome, Receipt, Settings, World};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Something that an answer's body must hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Leaf {
    /// The value at a path is this.
    Is(String, String),
    /// The list at a path has so many members.
    Count(String, usize),
    /// The members of a list have, in some order, these values of a field.
    Set(String, &'static str, Vec<String>),
}

/// What an answer must be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expect {
    /// The connection is cut.
    Cut,
    /// This status and code.
    Error(u16, String),
    /// A success.
    Answer {
        /// What its body holds.
        leaves: Vec<Leaf>,
        /// The first call's request id, if it is a replay.
        replay_of: Option<String>,
    },
}

/// What a write came to in its turn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// What it is answered with, unless the answer is lost.
    pub expect: Expect,
    /// Whether something happened, now and for the first time.
    pub accepted: bool,
}

/// What comes next for a call that has arrived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stage {
    /// It is answered at once.
    Answered(Expect),
    /// It waits for its turn among the writes.
    Decides,
    /// It looks.
    Looks,
}

/// The account that owns most of the sandbox. SOURCE: CONTRACT.
pub const RICH: u64 = 1_000_000_000_000_001;
/// The account without money. SOURCE: CONTRACT.
pub const POOR: u64 = 1_000_000_000_000_002;

/// How far a stamp may be from the time, either way.
const STAMP_TOLERANCE_MS: Ms = 900_000;

/// How long a nonce is surely remembered.
const NONCE_LIFE_MS: Ms = 1_800_000;

/// How many calls that were done are kept for making them again.
const DONE_LEN_MAX: usize = 8;

/// A nonce that was used.
#[derive(Clone, Debug)]
struct Used {
    at: Ms,
    world: String,
    /// Whether it came with a write that was done, and so survives a crash.
    kept: bool,
}

/// The model of a server.
#[derive(Clone)]
pub struct Model {
    /// What is set.
    pub settings: Settings,
    /// The wall's time.
    pub wall: Ms,
    /// The worlds by name.
    pub worlds: BTreeMap<String, World>,
    /// The last calls that were done, oldest first.
    pub done: VecDeque<Call>,
    keys: BTreeMap<String, Key>,
    made_keys: BTreeMap<(String, String), Key>,
    /// RAM users by world, account and name.
    users: BTreeMap<(String, u64, String), Vec<Statement>>,
    nonces: BTreeMap<(String, String), Used>,
    /// Nonces of which nobody can say whether the server knows them.
    doubtful: BTreeSet<(String, String)>,
    /// Snapshots by their world and their name.
    snapshots: BTreeMap<(String, String), Snapshot>,
    /// Every order number that was ever given, in any world.
    pub order_ids: BTreeSet<String>,
}

impl Model {
    /// A server that has just begun, its default world filled.
    pub fn new(settings: Settings, wall: Ms) -> Self {
        let mut keys = BTreeMap::new();
        let key = |account, user: Option<&str>, edition, active| Key {
            account,
            user: user.map(str::to_owned),
            edition,
            active,
        };
        keys.insert("sandbox".to_owned(), key(RICH, None, None, true));
        for (edition, name) in atlas::EDITIONS.iter().enumerate() {
            keys.insert(format!("sandbox-{name}"), key(RICH, None, Some(edition), true));
        }
        for user in ["readonly", "denied"] {
            keys.insert(format!("sandbox-{user}"), key(RICH, Some(user), None, true));
        }
        keys.insert("sandbox-poor".to_owned(), key(POOR, None, None, true));
        keys.insert("sandbox-inactive".to_owned(), key(RICH, None, None, false));
        let mut model = Self {
            settings,
            wall,
            keys,
            worlds: BTreeMap::new(),
            done: VecDeque::new(),
            made_keys: BTreeMap::new(),
            users: BTreeMap::new(),
            nonces: BTreeMap::new(),
            doubtful: BTreeSet::new(),
            snapshots: BTreeMap::new(),
            order_ids: BTreeSet::new(),
        };
        model.fill("default");
        model
    }

    /// The key of a call.
    pub fn key(&self, call: &Call) -> Option<&Key> {
        let made = self.made_keys.get(&(call.world().to_owned(), call.key_name().to_owned()));
        made.or_else(|| self.keys.get(call.key_name()))
    }

    /// The names of the keys that were made in a world; of those that every world has, if none was.
    pub fn key_names(&self, world: &str) -> Vec<String> {
        let made = self.made_keys.keys().filter(|(of, _)| of == world);
        let made: Vec<String> = made.map(|(_, name)| name.clone()).collect();
        if made.is_empty() { self.keys.keys().cloned().collect() } else { made }
    }

    /// How a call is understood.
    pub fn edition(&self, call: &Call) -> Edition {
        let Some(key) = self.key(call) else { return self.settings.edition };
        let account = self.worlds.get(call.world()).and_then(|w| w.accounts.get(&key.account));
        let of_account = account.and_then(|account| account.edition);
        key.edition.or(of_account).unwrap_or(self.settings.edition)
    }

    fn world(&mut self, call: &Call) -> &mut World {
        self.worlds.get_mut(call.world()).expect("calls are made in worlds that are open")
    }

    /// A call comes in.
    pub fn arrive(&mut self, call: &Call) -> Stage {
        if let Err((status, code)) = self.authenticate(call) {
            return Stage::Answered(Expect::Error(status, code.to_owned()));
        }
        let edition = self.edition(call);
        let page = pages::find(call.version, &call.action).filter(|page| (page.has)(edition));
        let Some(page) = page else {
            let expect = Expect::Error(404, "InvalidAction.NotFound".into());
            return Stage::Answered(expect);
        };
        let key = self.key(call).expect("it is authenticated").clone();
        let user =
            key.user.as_ref().map(|user| (call.world().to_owned(), key.account, user.clone()));
        let statements = user.and_then(|user| self.users.get(&user));
        let statements = statements.cloned().unwrap_or_default();
        if let Some(denied) = policy::denial(page, call, &key, &statements, self.edition(call)) {
            return Stage::Answered(Expect::Error(403, denied.to_owned()));
        }
        if let Some(fault) = take_fault(&mut self.world(call).faults, page.action, false) {
            return Stage::Answered(match fault.kind.as_str() {
                "throttle" => Expect::Error(400, "Throttling.User".into()),
                "unavailable" => Expect::Error(503, "ServiceUnavailable".into()),
                "error" => match fault.error {
                    Some((status, code)) => Expect::Error(status, code.to_owned()),
                    None => Expect::Error(500, "InternalError".into()),
                },
                _ => Expect::Cut,
            });
        }
        let (edition, now) = (self.edition(call), self.wall + self.world(call).offset_ms);
        let reading = Reading { call, account: key.account, edition, now };
        if let Some((status, code)) = reading.first_error(page) {
            return Stage::Answered(Expect::Error(status, code));
        }
        if page.action == quotes::PRICE {
            return self.arrive_quote(call, &key, &statements);
        }
        if page.writes {
            return Stage::Decides;
        }
        match looks::at_once(call, &key, edition, &self.settings) {
            Some(expect) => Stage::Answered(expect),
            None => Stage::Looks,
        }
    }

    /// A call is asked about: it is permitted and checked as if it were made.
    fn arrive_quote(&self, call: &Call, key: &Key, statements: &[Statement]) -> Stage {
        let edition = self.edition(call);
        let (asked, page) = match quotes::asked(call, edition) {
            Ok(asked) => asked,
            Err(expect) => return Stage::Answered(expect),
        };
        if let Some(denied) = policy::denial(page, &asked, key, statements, edition) {
            return Stage::Answered(Expect::Error(403, denied.to_owned()));
        }
        let now = self.wall + self.worlds[call.world()].offset_ms;
        let reading = Reading { call: &asked, account: key.account, edition, now };
        match reading.first_error(page) {
            Some((_, code)) => Stage::Answered(quotes::refused(code.into())),
            None => Stage::Looks,
        }
    }

    /// Time, key, signature, nonce, in this order. SOURCE: CONTRACT, order of checks.
    fn authenticate(&mut self, call: &Call) -> Result<(), (u16, &'static str)> {
        let offset = self.worlds.get(call.world()).map_or(0, |world| world.offset_ms);
        let fresh = |now: Ms| (call.stamped - now).abs() <= STAMP_TOLERANCE_MS;
        let known = self.key(call).cloned();
        let by_world = known.is_some() && fresh(self.wall + offset);
        if !(fresh(self.wall) || by_world) {
            return Err((400, "InvalidTimeStamp.Expired"));
        }
        let Some(key) = known else { return Err((404, "InvalidAccessKeyId.NotFound")) };
        if !key.active {
            return Err((400, "InvalidAccessKeyId.Inactive"));
        }
        if call.secret != crate::call::SECRET {
            return Err((400, "SignatureDoesNotMatch"));
        }
        if call.scheme == Scheme::Roa {
            return Ok(());
        }
        let wall = self.wall;
        self.nonces.retain(|_, used| used.at + 4 * NONCE_LIFE_MS > wall);
        let mark = (call.key.clone(), call.nonce.clone());
        if self.nonces.contains_key(&mark) {
            return Err((400, "SignatureNonceUsed"));
        }
        let used = Used { at: wall, world: call.world().to_owned(), kept: false };
        self.nonces.insert(mark, used);
        Ok(())
    }

    /// Whether there is no doubt about the nonce of a call: it is still remembered for sure, or
    /// the call's stamp is stale anyway, or it was never used.
    pub fn is_sure_of_nonce(&self, call: &Call) -> bool {
        if call.scheme == Scheme::Roa {
            return true;
        }
        let mark = (call.key.clone(), call.nonce.clone());
        if self.doubtful.contains(&mark) {
            return false;
        }
        let Some(used) = self.nonces.get(&mark) else {
            // It may be remembered beyond the time for which it is noted here.
            return (call.stamped - self.wall).abs() < NONCE_LIFE_MS;
        };
        used.at + NONCE_LIFE_MS > self.wall
    }

    /// A call has its turn. It came when the wall showed `came`; `request` is its id.
    pub fn decide(&mut self, call: &Call, came: Ms, request: &str) -> Decision {
        let edition = self.edition(call);
        let account = self.key(call).expect("it is authenticated").account;
        let page = pages::find(call.version, &call.action).expect("it has arrived");
        let settings = self.settings.clone();
        let world = self.world(call);
        let parties = world.parties(account, call);
        let at = parties.iter().map(|account| world.instant(*account, came)).max();
        let at = at.expect("the caller is one of them");
        for account in parties {
            world.pass(account, at, &settings);
        }
        let now = at;
        let reading = Reading { call, account, edition, now };
        let region = call.parameter("RegionId").unwrap_or_default().to_owned();
        let is_token = |name: &str| {
            name == "ClientToken" || (name == "Token" && page.version == reference::VPC)
        };
        let token = page.rules.iter().find(|rule| is_token(rule.name));
        let token = token.and_then(|rule| call.parameter(rule.name)).map(str::to_owned);
        let words = reading.words(page);
        // Where tokens are cut short each call has one of its own.
        let cut = routers::CUT.contains(&page.action);
        let own = cut.then(|| words.clone());
        let place = token.map(|token| (account, region, page.action, token, own));
        let earlier = place.as_ref().and_then(|place| world.receipts.get(place));
        if let Some(receipt) = earlier.filter(|receipt| receipt.made + 7 * calendar::DAY_MS > at) {
            let same = receipt.words == words;
            if !same {
                return refused(400, "IdempotentParameterMismatch");
            }
            if !cut || world.stands(&reading) {
                let (outcome, first) = (receipt.outcome, receipt.request.clone());
                let expect = changes::told(page, edition, outcome, Some(first), &settings);
                return Decision { expect, accepted: false };
            }
        }
        let done = changes::Change { world, settings: &settings, account, reading: &reading, at };
        match done.run(page.action) {
            Err((status, code)) => refused(status, code),
            Ok(outcome) => {
                self.keep(call, place, words, outcome, request, at);
                let expect = changes::told(page, edition, outcome, None, &settings);
                Decision { expect, accepted: true }
            }
        }
    }

    fn keep(
        &mut self,
        call: &Call,
        place: Option<state::TokenKey>,
        words: state::Words,
        outcome: Outcome,
        request: &str,
        made: Ms,
    ) {
        if let Some(used) = self.nonces.get_mut(&(call.key.clone(), call.nonce.clone())) {
            used.kept = true;
        }
        self.done.push_back(call.clone());
        if self.done.len() > DONE_LEN_MAX {
            self.done.pop_front();
        }
        if let Some(place) = place {
            let request = request.to_owned();
            let receipt = Receipt { words, outcome, request, made };
            self.world(call).receipts.insert(place, receipt);
        }
    }

    /// The answer of a write leaves. By now everything has a name.
    pub fn finish(&mut self, call: &Call, decision: Decision) -> Expect {
        let world = self.world(call);
        if decision.accepted && take_fault(&mut world.faults, &call.action, true).is_some() {
            return Expect::Cut;
        }
        let mut expect = decision.expect;
        if let Expect::Answer { leaves, .. } = &mut expect {
            for leaf in leaves {
                let Leaf::Is(_, text) = leaf else { continue };
                let at = |mark: &str| text.strip_prefix(mark)?.parse::<usize>().ok();
                let name = at(changes::CIRCUIT_MARK)
                    .map(|place| &world.circuits[place].id)
                    .or_else(|| at(changes::ORDER_MARK).map(|place| &world.orders[place].id))
                    .or_else(|| at(changes::ROUTER_MARK).map(|place| &world.routers[place].id))
                    .or_else(|| at(changes::GROUP_MARK).map(|place| &world.groups[place].id));
                if let Some(name) = name.cloned() {
                    *text = name;
                }
            }
        }
        expect
    }

    /// What a call that looks sees now. It came when the wall showed `came`.
    pub fn look(&mut self, call: &Call, came: Ms) -> Expect {
        let edition = self.edition(call);
        let account = self.key(call).expect("it is authenticated").account;
        let settings = self.settings.clone();
        let world = self.world(call);
        let now = came + world.offset_ms;
        for account in world.parties(account, call) {
            world.pass(account, now, &settings);
        }
        let reading = Reading { call, account, edition, now };
        match call.action.as_str() {
            quotes::PRICE => quotes::look(world, account, &settings, &reading),
            "InquiryPriceRefundInstance" => quotes::refund(world, account, &settings, &reading),
            _ => looks::look(world, account, &reading),
        }
    }

    /// Time passes for an account because somebody looked when the wall showed `wall`.
    pub fn wake(&mut self, world: &str, account: u64, wall: Ms) {
        let settings = self.settings.clone();
        if let Some(world) = self.worlds.get_mut(world) {
            let at = world.instant(account, wall);
            world.pass(account, at, &settings);
        }
    }

    /// Time passes for everybody in a world, as when a process begins.
    pub fn wake_all(&mut self, world: &str, wall: Ms) {
        let settings = self.settings.clone();
        if let Some(world) = self.worlds.get_mut(world) {
            world.pass_all(wall + world.offset_ms, &settings);
        }
    }

    /// Whether something is due of the caller that has to happen before a call is answered that
    /// came when the wall showed `came`.
    pub fn is_due(&self, call: &Call, came: Ms) -> bool {
        let (key, world) = (self.key(call), self.worlds.get(call.world()));
        let due = key.zip(world).and_then(|(key, world)| {
            let parties = world.parties(key.account, call).into_iter();
            parties.filter_map(|account| world.due_at(account)).min()
        });
        due.zip(world).is_some_and(|(due, world)| due <= came + world.offset_ms)
    }

    /// The process died and began anew. What was only in memory is gone.
    pub fn restart(&mut self) {
        // Those of writes that were done are taken up again, for how long is not said: what is old
        // enough to be in doubt stays in doubt.
        self.nonces.retain(|_, used| used.kept);
        for world in self.worlds.values_mut() {
            world.faults.clear();
        }
    }

    /// An account, for looking it over.
    pub fn account(&self, world: &str, account: u64) -> Option<&Account> {
        self.worlds.get(world)?.accounts.get(&account)
    }
}

fn refused(status: u16, code: &str) -> Decision {
    Decision { expect: Expect::Error(status, code.to_owned()), accepted: false }
}

/// The next fault for an operation. SOURCE: CONTRACT: the first n calls.
fn take_fault(faults: &mut Vec<FaultOrder>, action: &str, after: bool) -> Option<FaultOrder> {
    let place = faults.iter().position(|fault| {
        (fault.kind == "drop_after_commit") == after
            && (fault.action == "*" || fault.action == action)
    })?;
    let fault = faults[place].clone();
    faults[place].count -= 1;
    if faults[place].count == 0 {
        faults.remove(place);
    }
    Some(fault)
}
