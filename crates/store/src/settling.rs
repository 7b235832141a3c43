//! A proposal on its way through a store, and how those who wait are woken.

use crate::fault::Fault;
use domain::Verdict;
use parking_lot::Mutex;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::oneshot;

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

/// A proposal on its way. Await it for what became of it, and soon: callers of one batch pass
/// their results on among themselves, so one that is not looked at keeps others waiting a little.
#[derive(Debug)]
pub struct Settling(Result<oneshot::Receiver<Sent>, Result<Settled, Fault>>);

/// What a waiting caller is sent: its own result, and those of others to pass on.
#[derive(Debug)]
pub(crate) struct Sent {
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

impl Sent {
    /// A result for one caller alone.
    pub(crate) fn alone(result: Result<Settled, Fault>) -> Self {
        Self { result, rest: Rest::default() }
    }
}

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
            let _ = sender.send(Sent::alone(result));
        }
    }
}

impl Settling {
    /// A proposal on its way, and where to send what becomes of it.
    pub(crate) fn new() -> (Self, oneshot::Sender<Sent>) {
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
        let _ = self.0.send(Sent::alone(result));
    }
}
