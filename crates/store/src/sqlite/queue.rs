//! What waits for the writer: first come, first served, so many at most, and each only so long.

use super::writer::Job;
use crate::Fault;
use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::time::Duration;

/// The queue in front of the writer.
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    more: Condvar,
    len_max: usize,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    /// The writer has nothing to do and waits to be told.
    idle: bool,
    /// Nobody will ever look again.
    closed: bool,
}

impl Queue {
    /// An empty queue for this many.
    pub(super) fn new(len_max: usize) -> Self {
        Self { waiting: Mutex::default(), more: Condvar::new(), len_max }
    }

    /// Adds a job, if there is a place for it.
    pub(super) fn push(&self, job: Job) -> Result<(), Fault> {
        let mut waiting = self.waiting.lock();
        if waiting.closed {
            return Err(Fault::Closed);
        }
        // There is always a place for the end.
        if waiting.jobs.len() >= self.len_max && !matches!(job, Job::Close) {
            return Err(Fault::Busy);
        }
        waiting.jobs.push_back(job);
        let wakes = std::mem::take(&mut waiting.idle);
        drop(waiting);
        if wakes {
            self.more.notify_one();
        }
        Ok(())
    }

    /// Waits until there is a job, for so long at most. Says whether there is one.
    pub(super) fn wait(&self, limit: Option<Duration>) -> bool {
        let mut waiting = self.waiting.lock();
        while waiting.jobs.is_empty() {
            waiting.idle = true;
            match limit {
                None => self.more.wait(&mut waiting),
                Some(limit) => {
                    if self.more.wait_for(&mut waiting, limit).timed_out() {
                        break;
                    }
                }
            }
        }
        waiting.idle = false;
        !waiting.jobs.is_empty()
    }

    /// Takes the oldest jobs, so many at most.
    pub(super) fn take(&self, len_max: usize, into: &mut Vec<Job>) {
        let mut waiting = self.waiting.lock();
        let len = waiting.jobs.len().min(len_max);
        into.extend(waiting.jobs.drain(..len));
    }

    /// Refuses what came before `since`, microseconds of the store's clock: the writer has not
    /// begun it, so it never happens.
    pub(super) fn refuse_before(&self, since_us: u64) {
        let mut late = Vec::new();
        let mut waiting = self.waiting.lock();
        let is_late = |job: &Job| job.queued_us().is_some_and(|queued_us| queued_us < since_us);
        while waiting.jobs.front().is_some_and(is_late) {
            late.extend(waiting.jobs.pop_front());
        }
        drop(waiting);
        for job in late {
            job.refuse(Fault::Busy);
        }
    }

    /// Lets everyone go: nobody will look again.
    pub(super) fn close(&self) {
        let mut waiting = self.waiting.lock();
        waiting.closed = true;
        let jobs = std::mem::take(&mut waiting.jobs);
        drop(waiting);
        // Whoever waits for one of these learns that the store is closed.
        drop(jobs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[test]
    fn whatever_has_waited_too_long_is_refused_worlds_too() {
        let queue = Queue::new(8);
        let mut asked = Vec::new();
        for queued_us in [10, 20, 30] {
            let (sender, receiver) = oneshot::channel();
            queue.push(Job::Open { name: "w".into(), queued_us, sender }).expect("a place");
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
}
