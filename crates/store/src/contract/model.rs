//! What a store must come to: proposals decided one after the other, each on a plain state, which
//! then takes its changes over. There is no batch, and no file.

use super::wishes::{START, WORLDS, Whole, Wish};
use crate::WorldRefusal;
use crate::tables::Renewed;
use domain::audit::Books;
use domain::command::Wake;
use domain::history::{CircuitMove, OrderMove, RouterMove};
use domain::ledger::Posting;
use domain::receipt::{Origin, Receipt, TOKEN_LIFE_MS};
use domain::{
    Delta, Found, Mention, Numbers, Overlay, Proposal, Query, RequestId, Rules, State, Timestamp,
    Verdict, View as _, look, overdue, settle_at_once,
};
use std::collections::{BTreeMap, HashSet};

/// The first number of an order that a new store gives.
const FIRST_ORDER: u64 = 200_000_000_000_001;

/// What somebody who watches is to hear of a world.
#[derive(PartialEq, Eq, Default, Debug)]
pub(super) struct News {
    pub(super) cleared: bool,
    pub(super) clock: Option<i64>,
    pub(super) mentions: HashSet<Mention>,
}

impl News {
    /// What comes after it.
    pub(super) fn add(&mut self, later: Self) {
        if later.cleared {
            *self = Self::default();
        }
        self.cleared |= later.cleared;
        self.clock = later.clock.or(self.clock);
        self.mentions.extend(later.mentions);
    }
}

/// A world of the model, and what is to be kept of it.
pub(super) struct Side {
    pub(super) state: State,
    postings: Vec<Posting>,
    receipts: Vec<Receipt>,
    circuit_moves: Vec<CircuitMove>,
    order_moves: Vec<OrderMove>,
    router_moves: Vec<RouterMove>,
    /// Receipts made until then may be forgotten.
    old_until: Timestamp,
    pub(super) news: News,
    pub(super) snapshots: BTreeMap<Box<str>, Taken>,
}

/// What is kept of a world under a name, and when it was in the world's time.
pub(super) struct Taken {
    pub(super) at: Timestamp,
    side: Side,
}

/// The model.
pub(super) struct Model {
    pub(super) sides: [Side; 2],
    numbers: Numbers,
    /// What the wall shows, and the most that it has shown.
    pub(super) wall: Timestamp,
    pub(super) wall_max: Timestamp,
    /// When the last of all calls that were accepted came, by the wall.
    pub(super) newest: Timestamp,
    requests: u128,
}

impl Model {
    pub(super) fn new(rules: Rules) -> Self {
        let side = |_| Side {
            state: State::new(rules),
            postings: Vec::new(),
            receipts: Vec::new(),
            circuit_moves: Vec::new(),
            order_moves: Vec::new(),
            router_moves: Vec::new(),
            old_until: Timestamp::from_ms(i64::MIN),
            news: News::default(),
            snapshots: BTreeMap::new(),
        };
        Self {
            sides: WORLDS.map(side),
            numbers: Numbers { next_order: FIRST_ORDER },
            wall: START,
            wall_max: START,
            newest: Timestamp::default(),
            requests: 0,
        }
    }

    /// Settles a proposal; with and without checks it comes to the same.
    pub(super) fn settle(&mut self, world: usize, proposal: &Proposal) -> Verdict {
        let side = &mut self.sides[world];
        let decide = |checks| {
            let (mut overlay, mut numbers) = (Overlay::over(&side.state, 1), self.numbers);
            let verdict = settle_at_once(&mut overlay, proposal, &mut numbers, checks);
            (verdict, numbers, overlay.into_delta())
        };
        let [checked, unchecked] = [true, false].map(decide);
        assert_eq!((checked.0, checked.1), (unchecked.0, unchecked.1), "checks: {proposal:?}");
        assert_eq!(checked.2.mentions(), unchecked.2.mentions(), "checks: {proposal:?}");
        let (verdict, numbers, delta) = checked;
        self.numbers = numbers;
        let came = delta.receipts.iter().map(|receipt| receipt.received_at);
        self.newest = came.max().unwrap_or_default().max(self.newest);
        side.merge(delta);
        verdict
    }

    /// Does something to a world as a whole.
    pub(super) fn whole(&mut self, whole: Whole) -> Result<(), WorldRefusal> {
        let wall = self.wall;
        match whole {
            Whole::Save(world, nth) => {
                let (side, name) = (&mut self.sides[world], Whole::name(nth));
                if side.snapshots.contains_key(&name) && !Whole::replaces(nth) {
                    return Err(WorldRefusal::SnapshotExists);
                }
                let clock = side.state.clock();
                let taken = Taken { at: wall.plus_ms(clock), side: side.rebuilt(clock) };
                side.snapshots.insert(name, taken);
            }
            Whole::Restore(world, nth) => {
                let side = self.taken(world, nth)?;
                let before = std::mem::replace(&mut self.sides[world], side);
                self.sides[world].snapshots = before.snapshots;
            }
            Whole::Discard(world, nth) => {
                let gone = self.sides[world].snapshots.remove(&Whole::name(nth));
                gone.ok_or(WorldRefusal::NoSuchSnapshot)?;
            }
            Whole::Fork(None) => {
                self.sides[1] = self.sides[0].rebuilt(self.sides[0].state.clock());
            }
            Whole::Fork(Some(nth)) => self.sides[1] = self.taken(0, nth)?,
        }
        Ok(())
    }

    /// A world as a snapshot says, its clock at when that was taken.
    fn taken(&self, world: usize, nth: u8) -> Result<Side, WorldRefusal> {
        let taken = self.sides[world].snapshots.get(&Whole::name(nth));
        let Taken { at, side } = taken.ok_or(WorldRefusal::NoSuchSnapshot)?;
        Ok(side.rebuilt(at.ms() - self.wall.ms()))
    }

    /// Answers a query: what is due of its parties happens first.
    pub(super) fn look(&mut self, world: usize, query: &Query) -> Found {
        let wall = self.wall;
        let state = &self.sides[world].state;
        for account in overdue(state, query, wall.plus_ms(state.clock())) {
            let command = Wake { account }.into();
            self.settle(world, &Proposal { wall, seed: 0, origin: None, command });
        }
        let [checked, unchecked] =
            [true, false].map(|checks| look(&self.sides[world].state, query, checks));
        assert_eq!(checked, unchecked, "checks: {query:?}");
        checked
    }

    /// Forgets what has long ended.
    pub(super) fn tidy(&mut self) {
        for side in &mut self.sides {
            let now = self.wall.plus_ms(side.state.clock());
            let until = now.plus_ms(-TOKEN_LIFE_MS);
            side.old_until = until.max(side.old_until);
            if side.state.forgets_at().is_some_and(|at| at <= now) {
                side.state.forget_receipts(until);
            }
        }
    }

    /// The wall shows this much more.
    fn pass(&mut self, later_ms: i64) {
        self.wall = self.wall.plus_ms(later_ms);
        self.wall_max = self.wall_max.max(self.wall);
    }

    /// The proposal that a wish stands for, in the model as it is.
    pub(super) fn proposal(&mut self, wish: &Wish) -> Proposal {
        self.pass(wish.later_ms);
        self.requests += 1;
        let (wall, side) = (self.wall, &self.sides[wish.world]);
        let command = wish.command(&side.state, wall, wall.plus_ms(side.state.clock()));
        let origin = Origin {
            account: wish.account,
            region: wish.region(),
            token: wish.token.map(|nth| format!("token-{nth}").into()),
            request: RequestId((1 << 100) + self.requests),
            nonce_mark: self.requests,
            received_at: wall,
        };
        let origin = command.kind().map(|_| origin);
        Proposal { wall, seed: u128::from(wish.seed % 64), origin, command }
    }

    /// Marks of nonces, and when they came, of everything that was accepted and not reset since.
    pub(super) fn nonces(&self) -> HashSet<(u128, Timestamp)> {
        let receipts = self.sides.iter().flat_map(|side| &side.receipts);
        receipts.map(|receipt| (receipt.nonce_mark, receipt.received_at)).collect()
    }
}

macro_rules! rebuilt {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        /// A state of the same records, put there one by one.
        fn rebuilt(of: &State) -> State {
            let mut state = State::new(*of.rules());
            $(of.$many().for_each(|record| state.put(record.clone()));)+
            of.books().price_lists.into_iter().for_each(|list| state.put_prices(list));
            state
        }
    };
}

domain::records!(rebuilt);

impl Side {
    /// The same, of which nobody has heard, its clock so far ahead of the wall.
    fn rebuilt(&self, clock: i64) -> Self {
        let mut state = rebuilt(&self.state);
        state.set_clock(clock);
        for receipt in &self.receipts {
            state.put_receipt(receipt.account, receipt.key(), receipt.earlier());
        }
        let news = News { cleared: true, clock: Some(clock), ..News::default() };
        Self {
            state,
            postings: self.postings.clone(),
            receipts: self.receipts.clone(),
            circuit_moves: self.circuit_moves.clone(),
            order_moves: self.order_moves.clone(),
            router_moves: self.router_moves.clone(),
            old_until: self.old_until,
            news,
            snapshots: BTreeMap::new(),
        }
    }

    fn merge(&mut self, delta: Delta) {
        if delta.cleared {
            self.postings.clear();
            self.receipts.clear();
            self.circuit_moves.clear();
            self.order_moves.clear();
            self.router_moves.clear();
            self.old_until = Timestamp::from_ms(i64::MIN);
        }
        self.postings.extend(delta.postings.iter());
        self.receipts.extend(delta.receipts.iter().cloned());
        // What only renewals change is not kept with each move.
        let as_kept = |step: &CircuitMove| {
            let state = Renewed::restore(None, step.state);
            CircuitMove { state, ..*step }
        };
        self.circuit_moves.extend(delta.circuit_moves.iter().map(as_kept));
        self.order_moves.extend(delta.order_moves.iter());
        self.router_moves.extend(delta.router_moves.iter());
        let mentions = delta.mentions().into_iter().collect();
        self.news.add(News { cleared: delta.cleared, clock: delta.clock, mentions });
        self.state.merge(delta);
    }

    /// Fails the test unless this is what is kept of the world. The newest receipts are all there;
    /// of those that are old some may be.
    pub(super) fn compare(&self, name: &str, kept: &Books) {
        let (receipts, all) = (&kept.receipts, &self.receipts);
        let first = all.len().checked_sub(receipts.len()).expect("no receipt that nobody gave");
        assert_eq!(**receipts, all[first..], "{name}");
        assert!(all[..first].iter().all(|receipt| receipt.made_at <= self.old_until), "{name}");
        let expected = Books {
            postings: self.postings.clone(),
            receipts: receipts.clone(),
            circuit_moves: self.circuit_moves.clone(),
            order_moves: self.order_moves.clone(),
            router_moves: self.router_moves.clone(),
            ..self.state.books()
        };
        assert_eq!(*kept, expected, "{name}");
    }
}
