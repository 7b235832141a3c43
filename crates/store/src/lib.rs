//! Remembering: stores know records and changes, never operations, and hold no `if` about
//! business. Each gives [`domain::decide`] a view, keeps the changes it lists, commits them, and
//! only then lets anyone see them.

#[cfg(feature = "sqlite")]
pub mod sqlite;

use domain::{Found, Outcome, Proposal, Query, Refusal, RequestId, State, Timestamp, View as _};
use parking_lot::Mutex;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::oneshot;

/// A world's number in the store; 0 is the default world.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WorldId(pub u32);

/// What is known of a world without asking its store.
#[derive(Debug)]
pub struct World {
    /// Its number.
    pub id: WorldId,
    /// Its name; `default` for number 0.
    pub name: Box<str>,
    clock_ms: AtomicI64,
    next_due_ms: AtomicI64,
    next_seen_ms: AtomicI64,
}

/// The name of the world that is always there.
pub const DEFAULT_WORLD: &str = "default";

impl World {
    fn new(id: WorldId, name: &str) -> Self {
        let never = || AtomicI64::new(i64::MAX);
        let (next_due_ms, next_seen_ms) = (never(), never());
        Self { id, name: name.into(), clock_ms: AtomicI64::new(0), next_due_ms, next_seen_ms }
    }

    /// The world's time when the wall shows `wall`.
    pub fn time(&self, wall: Timestamp) -> Timestamp {
        wall.plus_ms(self.clock_ms.load(Ordering::Acquire))
    }

    /// What the wall shows when it is `time` in the world.
    fn wall(&self, time: Timestamp) -> Timestamp {
        time.plus_ms(-self.clock_ms.load(Ordering::Acquire))
    }

    /// When something next happens by itself in this world, in its own time.
    pub fn next_due(&self) -> Option<Timestamp> {
        instant(&self.next_due_ms)
    }

    /// The same of what a look could see: it does not wait for mere housekeeping.
    pub fn next_seen(&self) -> Option<Timestamp> {
        instant(&self.next_seen_ms)
    }

    fn publish(&self, state: &State) {
        let put = |into: &AtomicI64, at: Option<Timestamp>| {
            into.store(at.map_or(i64::MAX, Timestamp::ms), Ordering::Release);
        };
        self.clock_ms.store(state.clock(), Ordering::Release);
        put(&self.next_due_ms, state.next_due().map(|(at, _)| at));
        put(&self.next_seen_ms, state.next_seen());
    }
}

fn instant(of: &AtomicI64) -> Option<Timestamp> {
    let ms = of.load(Ordering::Acquire);
    (ms != i64::MAX).then(|| Timestamp::from_ms(ms))
}

/// What became of a proposal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It happened, and is on disk.
    Accepted(Outcome),
    /// It had happened before, in this request, and is on disk.
    Replayed(Outcome, RequestId),
    /// It did not happen.
    Refused(Refusal),
}

/// Where the time of a settled proposal went, microseconds.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Stages {
    /// Waiting to be picked up.
    pub queue_us: u64,
    /// Deciding the batch it was in.
    pub decide_us: u64,
    /// Writing and syncing that batch.
    pub commit_us: u64,
    /// Letting the state in memory know of that batch.
    pub apply_us: u64,
    /// How many proposals the batch held.
    pub batch_len: usize,
}

/// A settled proposal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settled {
    /// What became of it.
    pub verdict: Verdict,
    /// Where its time went.
    pub stages: Stages,
}

/// The store failed, or could not take more. Nothing was written for the caller.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Too much is waiting, or it waited too long: try again.
    Busy,
    /// The batch could not be written and was rolled back: try again.
    Unavailable(String),
    /// A rule broke while deciding. The proposal is dropped, the rest goes on.
    Broken(String),
    /// There are as many worlds as there may be.
    WorldsMax,
    /// The store is closed.
    Closed,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("too much is waiting"),
            Self::Unavailable(why) => write!(f, "the batch was rolled back: {why}"),
            Self::Broken(why) => write!(f, "a rule broke: {why}"),
            Self::WorldsMax => f.write_str("there are as many worlds as there may be"),
            Self::Closed => f.write_str("the store is closed"),
        }
    }
}

impl std::error::Error for Fault {}

/// A proposal on its way. Await it for what became of it, and soon: callers of one batch pass
/// their results on among themselves, so one that is not looked at keeps others waiting a little.
#[derive(Debug)]
pub struct Settling(Result<oneshot::Receiver<Sent>, Result<Settled, Fault>>);

/// What a waiting caller is sent: its own result, and those of others to pass on.
#[derive(Debug)]
struct Sent {
    result: Result<Settled, Fault>,
    rest: Rest,
}

/// Results that are yet to be delivered. Whoever drops it first delivers them.
///
/// A writer that wakes each caller of a batch by itself crosses from its thread into the runtime
/// as often. So it wakes a few, each of them wakes others from within, and the writer keeps a hand
/// on what is left, should one of the few be slow to look.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rest(Arc<Mutex<Vec<Awaited>>>);

/// A result and who awaits it.
type Awaited = (oneshot::Sender<Sent>, Result<Settled, Fault>);

/// How many callers of a batch the writer wakes by itself: about one a core.
const WOKEN_BY_WRITER: usize = 2;

impl Rest {
    /// Begins to deliver the results of a batch, and hands back what is not delivered yet.
    pub(crate) fn deliver(results: Vec<Awaited>) -> Vec<Self> {
        let share = results.len().div_ceil(WOKEN_BY_WRITER).max(1);
        let mut results = results.into_iter();
        let mut undelivered = Vec::with_capacity(WOKEN_BY_WRITER);
        while let Some((sender, result)) = results.next() {
            let rest = Self(Arc::new(Mutex::new(results.by_ref().take(share - 1).collect())));
            undelivered.push(rest.clone());
            // A caller that has gone away drops its share here, which delivers it.
            let _ = sender.send(Sent { result, rest });
        }
        undelivered
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        let results = std::mem::take(&mut *self.0.lock());
        for (sender, result) in results {
            // A caller that has gone away learns of it when it asks again.
            let _ = sender.send(Sent { result, rest: Self::default() });
        }
    }
}

impl Settling {
    fn new() -> (Self, oneshot::Sender<Sent>) {
        let (sender, receiver) = oneshot::channel();
        (Self(Ok(receiver)), sender)
    }

    /// What has come to this already: refused before it could wait, or told by a store that stands
    /// before another, as in tests.
    pub fn done(result: Result<Settled, Fault>) -> Self {
        Self(Err(result))
    }
}

impl Future for Settling {
    type Output = Result<Settled, Fault>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Err(done) => Poll::Ready(done.clone()),
            Ok(receiver) => Pin::new(receiver).poll(context).map(|sent| match sent {
                Ok(Sent { result, rest }) => {
                    drop(rest);
                    result
                }
                Err(_) => Err(Fault::Closed),
            }),
        }
    }
}

/// The other end of a [`Settling`], for stores that are made outside of this crate: simulations
/// settle by themselves.
#[derive(Debug)]
pub struct Promise(oneshot::Sender<Sent>);

impl Promise {
    /// A promise, and what its caller awaits.
    pub fn new() -> (Self, Settling) {
        let (settling, sender) = Settling::new();
        (Self(sender), settling)
    }

    /// Tells the caller what became of the proposal.
    pub fn keep(self, result: Result<Settled, Fault>) {
        // A caller that has gone away learns of it when it asks again.
        let _ = self.0.send(Sent { result, rest: Rest::default() });
    }
}

/// A future that a store hands out behind `dyn`.
pub type Answering<'s, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 's>>;

/// A store.
pub trait Store: Send + Sync {
    /// Decides a proposal and makes what it changes durable. Whatever is due in the world up to
    /// the proposal's instant happens first, each at its own instant.
    fn settle(&self, world: &World, proposal: Proposal) -> Settling;

    /// Refuses every proposal, and every world to be opened, that has waited longer than this and
    /// that nobody has begun: it will never happen. What is being done is not touched, its answer
    /// is about to come.
    fn refuse_late(&self, wait: Duration);

    /// Answers a query as of `at`: what is due by then has happened.
    fn look<'s>(&'s self, world: &'s World, at: Timestamp, query: Query) -> Answering<'s, Found>;

    /// The world of this name, if it was opened.
    fn world(&self, name: &str) -> Option<Arc<World>>;

    /// Every world.
    fn worlds(&self) -> Vec<Arc<World>>;

    /// The world of this name, empty if it was not there.
    fn open_world<'s>(&'s self, name: &'s str) -> Answering<'s, Arc<World>>;

    /// Marks of keys and nonces of the last accepted writes that were found when the store was
    /// opened, and when they came, by the wall. Only the first who asks is told.
    fn found_nonces(&self) -> Vec<(u128, Timestamp)>;

    /// Whether it can answer.
    fn ready(&self) -> bool;

    /// Takes no more, finishes what is waiting, and lets go of its files.
    fn close(&self);
}
