//! A store and the model side by side: whatever happens to both must come to the same.

use super::bench::{Bench, Open};
use super::model::{Model, News};
use super::wishes::{Act, START, Sight, Step, WORLDS, Whole, Wish};
use crate::{Settled, Told, Watch, World, WorldChange, WorldRefusal};
use domain::audit::{Books, audit};
use domain::{Found, Proposal, Query, Rules, Timestamp, Verdict, View as _};
use std::sync::Arc;
use tokio::runtime::Runtime;

/// How long any store tells the nonces of, milliseconds by the wall, to who opens it again.
const NONCE_LIFE_MS: i64 = 3_600_000;

/// A store and the model side by side.
pub(super) struct Play {
    pub(super) bench: Box<dyn Bench>,
    model: Model,
    runtime: Runtime,
    watch: Watch,
    /// The number of the last commit that was heard of.
    heard: u64,
    /// The store was closed and opened since it was new.
    restarted: bool,
}

impl Play {
    /// A new store with these rules, its worlds opened, and `filled` or left empty.
    pub(super) fn begin(open: &Open, rules: Rules, filled: bool) -> Self {
        let bench = open(rules);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let watch = bench.store().watch();
        let model = Model::new(rules);
        let mut play = Self { bench, model, runtime, watch, heard: 0, restarted: false };
        for name in WORLDS {
            let opened = play.runtime.block_on(play.bench.store().open_world(name));
            opened.expect("nothing fails").expect("there may be two");
        }
        if filled {
            play.settle(&both(&Act::Fill));
        }
        play
    }

    /// One step, in both.
    pub(super) fn step(&mut self, step: &Step) {
        match step {
            Step::Settle(wishes) => self.settle(wishes),
            Step::Look(sight) => self.look(sight),
            Step::Tidy => self.tidy(),
            Step::Reopen => self.reopen(),
            Step::World(whole) => self.whole(*whole),
        }
    }

    /// Whatever stands, stands when the store is opened again.
    pub(super) fn end(mut self) {
        self.reopen();
        self.bench.store().close();
    }

    /// What comes of something that the store was asked.
    pub(super) fn wait<T>(&self, asked: impl Future<Output = T>) -> T {
        self.runtime.block_on(asked)
    }

    /// Closes the store and opens what it left, and nothing more.
    pub(super) fn open_again(&mut self) {
        self.bench.open_again();
        (self.watch, self.heard) = (self.bench.store().watch(), 0);
        self.restarted = true;
    }

    /// The world at this place.
    pub(super) fn world(&self, place: usize) -> Arc<World> {
        self.bench.store().world(WORLDS[place]).expect("it was opened")
    }

    /// What the store holds in memory of a world, without anything happening.
    pub(super) fn peek(&self, place: usize) -> Books {
        let world = self.world(place);
        let at = Timestamp::default();
        let found = self.runtime.block_on(self.bench.store().look(&world, at, Query::World));
        let Ok(Found::World(books)) = found else { panic!("a world is found: {found:?}") };
        *books
    }

    /// What becomes of a proposal to the store alone.
    pub(super) fn propose(&self, place: usize, proposal: Proposal) -> Verdict {
        let world = self.world(place);
        let settled = self.runtime.block_on(self.bench.store().settle(&world, proposal));
        settled.expect("it is settled").verdict
    }

    fn settle(&mut self, wishes: &[Wish]) {
        let Self { bench, model, runtime, .. } = self;
        let worlds = WORLDS.map(|name| bench.store().world(name).expect("it was opened"));
        let (mut expected, mut settlings) = (Vec::new(), Vec::new());
        bench.hold(&mut |store| {
            for wish in wishes {
                let proposal = model.proposal(wish);
                // A task each: who is woken first passes the news on to others.
                let settling = store.settle(&worlds[wish.world], proposal.clone());
                settlings.push(runtime.spawn(settling));
                expected.push((model.settle(wish.world, &proposal), proposal));
            }
        });
        for (settling, (expected, proposal)) in settlings.into_iter().zip(expected) {
            let settled = runtime.block_on(settling).expect("a task").expect("it is settled");
            let Settled { verdict, stages } = settled;
            assert_eq!(verdict, expected, "{proposal:?}");
            assert_eq!(stages.batch_len, wishes.len(), "they were one batch");
        }
        self.compare();
    }

    fn look(&mut self, sight: &Sight) {
        let world = self.world(sight.world);
        let query = sight.query(&self.model.sides[sight.world].state);
        let at = world.time(self.model.wall);
        let found = self.runtime.block_on(self.bench.store().look(&world, at, query.clone()));
        let expected = self.model.look(sight.world, &query);
        assert_eq!(found, Ok(expected), "{query:?}");
        self.compare();
    }

    /// What is proposed next comes after it. So that nobody can tell whether a receipt was
    /// forgotten or not, which is for a store to choose, everybody then sees how late it is.
    fn tidy(&mut self) {
        self.bench.store().tidy(self.model.wall);
        self.model.tidy();
        self.settle(&both(&Act::Fill));
    }

    /// Something is done to a world as a whole, later than it ever was. Who finds a world put back
    /// sees that: how late it was for whom has gone with what was in memory.
    fn whole(&mut self, whole: Whole) {
        self.model.wall = self.model.wall_max;
        let expected = self.model.whole(whole);
        let (wall, ids) = (self.model.wall, [0, 1].map(|place| self.world(place).id));
        let change = match whole {
            Whole::Save(world, nth) => WorldChange::Save {
                world: ids[world],
                snapshot: Whole::name(nth),
                replace: Whole::replaces(nth),
                wall,
            },
            Whole::Restore(world, nth) => {
                WorldChange::Restore { world: ids[world], snapshot: Whole::name(nth), wall }
            }
            Whole::Discard(world, nth) => {
                WorldChange::Discard { world: ids[world], snapshot: Whole::name(nth) }
            }
            Whole::Fork(nth) => {
                let (name, snapshot) = (WORLDS[1].into(), nth.map(Whole::name));
                if expected.is_ok() {
                    assert_eq!(self.change(WorldChange::Remove { world: ids[1], wall }), Ok(()));
                } else {
                    // Who is there is looked for first.
                    let name = "another".into();
                    let fork = WorldChange::Fork { name, from: ids[0], snapshot, wall };
                    return assert_eq!(self.change(fork), expected);
                }
                WorldChange::Fork { name, from: ids[0], snapshot, wall }
            }
        };
        assert_eq!(self.change(change), expected, "{whole:?}");
        let again = match whole {
            Whole::Restore(world, _) if expected.is_ok() => world,
            Whole::Fork(_) => 1,
            _ => return self.compare(),
        };
        // What was kept for its nonce comes back, as at a start.
        self.restarted = true;
        self.settle(&[Wish { world: again, ..Wish::of(Act::Fill) }]);
    }

    /// What comes of a change of a world.
    pub(super) fn change(&self, change: WorldChange) -> Result<(), WorldRefusal> {
        let changed = self.wait(self.bench.store().change_world(change));
        changed.expect("nothing fails").map(drop)
    }

    /// What is kept and what is remembered is what there was. Who starts a store again does so when
    /// it is later than it ever was, and everybody sees that: how late it was for whom may have
    /// gone with the memory.
    fn reopen(&mut self) {
        for (name, books) in self.bench.books() {
            for finding in audit(&books) {
                let broken = (finding.invariant, finding.offenders);
                assert!(broken.1.is_empty(), "{name}: {broken:?}");
            }
            let place = WORLDS.iter().position(|world| *world == name).expect("one of ours");
            self.model.sides[place].compare(&name, &books);
        }
        self.open_again();
        self.compare_nonces();
        self.compare();
        self.model.wall = self.model.wall_max;
        self.settle(&both(&Act::Fill));
    }

    fn compare_nonces(&self) {
        let (found, all) = (self.bench.store().found_nonces(), self.model.nonces());
        assert!(
            found.iter().all(|nonce| all.contains(nonce)),
            "nonces that nobody used: {found:?}"
        );
        let newest = self.model.newest;
        let fresh = all.iter().filter(|(_, came)| came.plus_ms(NONCE_LIFE_MS) > newest);
        let lost: Vec<_> = fresh.filter(|nonce| !found.contains(nonce)).collect();
        assert!(lost.is_empty(), "nonces that are forgotten and fresh: {lost:?}");
        assert_eq!(self.bench.store().found_nonces(), [], "only the first who asks is told");
    }

    /// What the store has in memory and says without being asked is what the model has.
    fn compare(&mut self) {
        let mut heard = self.hear();
        for (place, name) in WORLDS.iter().enumerate() {
            let (world, books) = (self.world(place), self.peek(place));
            let side = &mut self.model.sides[place];
            assert_eq!(books, side.state.books(), "{name}");
            assert_eq!(world.next_due(), side.state.earliest_due(), "{name}: what is due next");
            assert_eq!(
                world.time(START).ms() - START.ms(),
                side.state.clock(),
                "{name}: its clock"
            );
            assert_eq!(std::mem::take(&mut heard[place]), std::mem::take(&mut side.news), "{name}");
            let kept = world.snapshots().into_iter().map(|it| (it.name, it.taken_at));
            let ours = side.snapshots.iter().map(|(name, taken)| (name.clone(), taken.at));
            assert!(kept.eq(ours), "{name}: its snapshots are {:?}", world.snapshots());
            // A start may bring back receipts that were kept for their nonces.
            let forgets = (world.forgets_at(), side.state.forgets_at());
            assert!(self.restarted || forgets.0 == forgets.1, "{name}: {forgets:?}");
        }
    }

    /// What was told of each world since it was last asked: callers were answered after that.
    fn hear(&mut self) -> [News; 2] {
        let mut news = [News::default(), News::default()];
        while let Some(told) = self.watch.heard() {
            let Told::Commit(commit) = told else { panic!("nobody is that slow: {told:?}") };
            assert!(commit.number >= self.heard, "numbers rise");
            self.heard = commit.number;
            let place = WORLDS.iter().position(|world| **world == *commit.world);
            let mentions = commit.mentions.iter().cloned().collect();
            let (cleared, clock) = (commit.cleared, commit.clock);
            news[place.expect("one of ours")].add(News { cleared, clock, mentions });
        }
        news
    }
}

/// The same wish in each world.
fn both(act: &Act) -> [Wish; 2] {
    [0, 1].map(|world| Wish { world, ..Wish::of(act.clone()) })
}
