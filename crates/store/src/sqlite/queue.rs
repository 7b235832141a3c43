//! What waits for the writer: first come, first served, so many at most, and each only so long.

use crate::fault::Fault;
use crate::settling::{Sent, Settled};
use crate::world::{World, WorldId};
use crate::worlds::{WorldChange, WorldRefusal};
use domain::{Proposal, Timestamp};
use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// What the writer can be asked.
pub(super) enum Job {
    /// Settle a proposal.
    Settle(Box<Waiting>),
    /// Change a world as a whole.
    World { change: Box<WorldChange>, queued_us: u64, sender: oneshot::Sender<Changed> },
    /// Forget receipts that are old when the wall shows this. Nobody waits.
    Tidy { world: Arc<World>, wall: Timestamp, queued_us: u64 },
    /// Finish what came before and end.
    Close,
}

/// What came of changing a world.
pub(super) type Changed = Result<Result<Arc<World>, WorldRefusal>, Fault>;

/// A proposal, and who waits for it.
pub(super) struct Waiting {
    pub(super) world: WorldId,
    pub(super) proposal: Proposal,
    pub(super) queued_us: u64,
    pub(super) sender: oneshot::Sender<Sent>,
}

impl Job {
    /// When it came, by the store's clock; the end has all the time there is.
    pub(super) fn queued_us(&self) -> Option<u64> {
        match self {
            Self::Settle(waiting) => Some(waiting.queued_us),
            // Housekeeping too, or those who wait behind it would not be refused.
            Self::World { queued_us, .. } | Self::Tidy { queued_us, .. } => Some(*queued_us),
            Self::Close => None,
        }
    }

    /// Tells whoever waits that it will never be done.
    pub(super) fn refuse(self, fault: Fault) {
        match self {
            Self::Settle(waiting) => waiting.answer(Err(fault)),
            // A caller that has gone away learns of it when it asks again.
            Self::World { sender, .. } => drop(sender.send(Err(fault))),
            Self::Tidy { world, .. } => world.is_tidied(),
            Self::Close => {}
        }
    }
}

impl Waiting {
    /// Tells whoever waits, unless it has gone away.
    pub(super) fn answer(self, result: Result<Settled, Fault>) {
        let _ = self.sender.send(Sent::alone(result));
    }
}

/// The queue in front of the writer.
pub(super) struct Queue {
    line: Mutex<Line>,
    more: Condvar,
    len_max: usize,
}

#[derive(Default)]
struct Line {
    jobs: VecDeque<Job>,
    /// The writer has nothing to do and waits to be told.
    idle: bool,
    /// Whether something waits that has waited before.
    again: bool,
    /// Nobody will ever look again.
    closed: bool,
}

impl Queue {
    /// An empty queue for this many.
    pub(super) fn new(len_max: usize) -> Self {
        Self { line: Mutex::default(), more: Condvar::new(), len_max }
    }

    /// Adds a job, if there is a place for it.
    pub(super) fn push(&self, job: Job) -> Result<(), Fault> {
        let mut line = self.line.lock();
        if line.closed {
            return Err(Fault::Closed);
        }
        // There is always a place for the end.
        if line.jobs.len() >= self.len_max && !matches!(job, Job::Close) {
            return Err(Fault::Busy);
        }
        line.jobs.push_back(job);
        let wakes = std::mem::take(&mut line.idle);
        drop(line);
        if wakes {
            self.more.notify_one();
        }
        Ok(())
    }

    /// Puts a proposal behind all others that was begun and not settled: there is a place for it.
    pub(super) fn push_again(&self, waiting: Box<Waiting>) {
        let mut line = self.line.lock();
        if !line.closed {
            line.jobs.push_back(Job::Settle(waiting));
            line.again = true;
        }
    }

    /// Waits until there is a job, for so long at most. Says whether there is one.
    pub(super) fn wait(&self, limit: Option<Duration>) -> bool {
        let mut line = self.line.lock();
        while line.jobs.is_empty() {
            line.idle = true;
            match limit {
                None => self.more.wait(&mut line),
                Some(limit) => {
                    if self.more.wait_for(&mut line, limit).timed_out() {
                        break;
                    }
                }
            }
        }
        line.idle = false;
        !line.jobs.is_empty()
    }

    /// Takes the oldest jobs, so many at most.
    pub(super) fn take(&self, len_max: usize, into: &mut Vec<Job>) {
        let mut line = self.line.lock();
        let len = line.jobs.len().min(len_max);
        into.extend(line.jobs.drain(..len));
    }

    /// Refuses what came before `since`, microseconds of the store's clock: the writer has not
    /// begun it, so it never happens.
    pub(super) fn refuse_before(&self, since_us: u64) {
        let mut late = Vec::new();
        let mut line = self.line.lock();
        let is_late = |job: &Job| job.queued_us().is_some_and(|queued_us| queued_us < since_us);
        while line.jobs.front().is_some_and(is_late) {
            late.extend(line.jobs.pop_front());
        }
        // What was begun and waits again stands behind what came after it.
        if line.again {
            for job in std::mem::take(&mut line.jobs) {
                if is_late(&job) { late.push(job) } else { line.jobs.push_back(job) }
            }
            line.again = !line.jobs.is_empty();
        }
        drop(line);
        for job in late {
            job.refuse(Fault::Busy);
        }
    }

    /// Lets everyone go: nobody will look again.
    pub(super) fn close(&self) {
        let mut line = self.line.lock();
        line.closed = true;
        let jobs = std::mem::take(&mut line.jobs);
        drop(line);
        // Whoever waits for one of these learns that the store is closed.
        drop(jobs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(queued_us: u64) -> (Job, oneshot::Receiver<Changed>) {
        let (sender, receiver) = oneshot::channel();
        let change = Box::new(WorldChange::Open { name: "w".into() });
        (Job::World { change, queued_us, sender }, receiver)
    }

    fn tidy(queued_us: u64) -> Job {
        let world = Arc::new(World::new(WorldId(0), "w"));
        Job::Tidy { world, wall: Timestamp::default(), queued_us }
    }

    #[test]
    fn whatever_has_waited_too_long_is_refused_worlds_too() {
        let queue = Queue::new(8);
        let mut asked = Vec::new();
        for queued_us in [10, 20, 30] {
            let (job, receiver) = open(queued_us);
            queue.push(job).expect("a place");
            asked.push(receiver);
        }
        queue.refuse_before(30);
        for late in &mut asked[..2] {
            assert!(matches!(late.try_recv(), Ok(Err(Fault::Busy))));
        }
        assert!(asked[2].try_recv().is_err(), "it has time left");
        let mut left = Vec::new();
        queue.take(8, &mut left);
        assert_eq!(left.len(), 1);
    }

    /// Housekeeping that nobody waits for kept those behind it from being refused.
    #[test]
    fn who_waits_behind_housekeeping_is_refused_all_the_same() {
        let queue = Queue::new(8);
        queue.push(tidy(10)).expect("a place");
        let (job, mut asked) = open(20);
        queue.push(job).expect("a place");
        queue.push(tidy(30)).expect("a place");
        queue.refuse_before(30);
        assert!(matches!(asked.try_recv(), Ok(Err(Fault::Busy))));
        let mut left = Vec::new();
        queue.take(8, &mut left);
        // What was left undone is begun again soon.
        assert!(matches!(left[..], [Job::Tidy { queued_us: 30, .. }]));
    }

    #[test]
    fn a_full_queue_has_a_place_for_the_end_alone() {
        let queue = Queue::new(1);
        queue.push(tidy(0)).expect("a place");
        assert_eq!(queue.push(open(0).0), Err(Fault::Busy));
        queue.push(Job::Close).expect("always");
        let (job, mut asked) = open(0);
        queue.close();
        assert_eq!(queue.push(job), Err(Fault::Closed));
        assert!(asked.try_recv().is_err());
    }
}
