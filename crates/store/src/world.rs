//! A world, as far as it is known without asking its store.

use domain::history::Cause;
use domain::{Delta, State, Timestamp, View as _};
use parking_lot::RwLock;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

/// A world's number in the store; 0 is the default world. None is given to another world for as
/// long as the store is open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WorldId(pub u32);

impl WorldId {
    /// The default world's.
    pub const DEFAULT: Self = Self(0);
}

/// The name of the world that is always there.
pub const DEFAULT_WORLD: &str = "default";

/// How a world stood once, kept under a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// Its name.
    pub name: Box<str>,
    /// The world's time then.
    pub taken_at: Timestamp,
    /// What the wall showed then.
    pub saved_at: Timestamp,
    /// The number of a world that its records are kept under, for which nobody can sign.
    pub(crate) copy: WorldId,
}

/// What is known of a world without asking its store.
#[derive(Debug)]
pub struct World {
    /// Its number.
    pub id: WorldId,
    /// Its name; `default` for number 0.
    pub name: Box<str>,
    clock_ms: AtomicI64,
    next_due_ms: AtomicI64,
    forgets_at_ms: AtomicI64,
    /// Whether it waits to be tidied.
    tidying: AtomicBool,
    /// How often each cause of time has brought something about since the process began.
    happened: [AtomicU64; Cause::ALL.len()],
    removed: AtomicBool,
    snapshots: RwLock<BTreeMap<Box<str>, Snapshot>>,
}

impl World {
    pub(crate) fn new(id: WorldId, name: &str) -> Self {
        let never = || AtomicI64::new(i64::MAX);
        Self {
            id,
            name: name.into(),
            clock_ms: AtomicI64::new(0),
            next_due_ms: never(),
            forgets_at_ms: never(),
            tidying: AtomicBool::new(false),
            happened: std::array::from_fn(|_| AtomicU64::new(0)),
            removed: AtomicBool::new(false),
            snapshots: RwLock::default(),
        }
    }

    /// How often each cause of time has brought something about since the process began.
    pub fn happened(&self) -> impl Iterator<Item = (Cause, u64)> + '_ {
        let counts = self.happened.iter().map(|count| count.load(Ordering::Acquire));
        let all = Cause::ALL.iter().copied().zip(counts);
        all.filter(|(cause, _)| cause.is_of_time())
    }

    /// Counts what time has brought about in a commit.
    pub(crate) fn note(&self, delta: &Delta) {
        for cause in delta.causes().filter(|cause| cause.is_of_time()) {
            self.happened[cause as usize].fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Whether it was removed: whoever holds it still can do nothing with it.
    pub fn is_removed(&self) -> bool {
        self.removed.load(Ordering::Acquire)
    }

    /// Its snapshots, by name.
    pub fn snapshots(&self) -> Vec<Snapshot> {
        self.snapshots.read().values().cloned().collect()
    }

    /// Its snapshot of this name.
    pub fn snapshot(&self, name: &str) -> Option<Snapshot> {
        self.snapshots.read().get(name).cloned()
    }

    pub(crate) fn put_snapshot(&self, snapshot: Snapshot) {
        self.snapshots.write().insert(snapshot.name.clone(), snapshot);
    }

    pub(crate) fn discard_snapshot(&self, name: &str) {
        self.snapshots.write().remove(name);
    }

    pub(crate) fn is_gone(&self) {
        self.removed.store(true, Ordering::Release);
    }

    /// The world's time when the wall shows `wall`.
    pub fn time(&self, wall: Timestamp) -> Timestamp {
        wall.plus_ms(self.clock_ms.load(Ordering::Acquire))
    }

    /// What the wall shows when it is `time` in the world.
    pub fn wall(&self, time: Timestamp) -> Timestamp {
        time.plus_ms(-self.clock_ms.load(Ordering::Acquire))
    }

    /// When something next happens by itself in this world, of whomever, in its own time. Before
    /// that nobody has to be asked whose it is.
    pub fn next_due(&self) -> Option<Timestamp> {
        instant(&self.next_due_ms)
    }

    /// When its store next has receipts to forget, in the world's time.
    pub fn forgets_at(&self) -> Option<Timestamp> {
        instant(&self.forgets_at_ms)
    }

    /// It is to be tidied: says whether that is news.
    pub(crate) fn asks_for_tidying(&self) -> bool {
        !self.tidying.swap(true, Ordering::AcqRel)
    }

    /// It does not wait to be tidied any more.
    pub(crate) fn is_tidied(&self) {
        self.tidying.store(false, Ordering::Release);
    }

    pub(crate) fn publish(&self, state: &State) {
        let put = |into: &AtomicI64, at: Option<Timestamp>| {
            into.store(at.map_or(i64::MAX, Timestamp::ms), Ordering::Release);
        };
        self.clock_ms.store(state.clock(), Ordering::Release);
        put(&self.next_due_ms, state.earliest_due());
        put(&self.forgets_at_ms, state.forgets_at());
    }
}

fn instant(of: &AtomicI64) -> Option<Timestamp> {
    let ms = of.load(Ordering::Acquire);
    (ms != i64::MAX).then(|| Timestamp::from_ms(ms))
}
