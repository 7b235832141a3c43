//! The feed of what was committed. Commits are numbered in a process and told in order, before those
//! who waited for them are answered. An entry names kinds and names, not records: whoever wants to
//! know more looks, and whoever was too slow to hear all is told so and looks again.

use crate::world::World;
use domain::{Delta, Mention, State};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::broadcast;

/// What one commit changed in one world.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commit {
    /// Its number, from 1 in each process. A commit of several worlds is told once a world.
    pub number: u64,
    /// The world's name.
    pub world: Box<str>,
    /// Everything before was forgotten: a reset.
    pub cleared: bool,
    /// The clock was moved, to so far ahead of the wall, milliseconds.
    pub clock: Option<i64>,
    /// The records that were changed or added.
    pub mentions: Vec<Mention>,
}

/// What somebody who watches hears.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    /// Something was committed.
    Commit(Arc<Commit>),
    /// So many were missed: what is known is to be read again.
    Missed(u64),
}

/// An ear on the feed.
#[derive(Debug)]
pub struct Watch(broadcast::Receiver<Arc<Commit>>);

impl Watch {
    /// What is told next; `None` when the store is gone.
    pub async fn next(&mut self) -> Option<Told> {
        match self.0.recv().await {
            Ok(commit) => Some(Told::Commit(commit)),
            Err(broadcast::error::RecvError::Lagged(missed)) => Some(Told::Missed(missed)),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }

    /// What has been told already, if anything was that is not heard yet.
    pub fn heard(&mut self) -> Option<Told> {
        match self.0.try_recv() {
            Ok(commit) => Some(Told::Commit(commit)),
            Err(broadcast::error::TryRecvError::Lagged(missed)) => Some(Told::Missed(missed)),
            Err(_) => None,
        }
    }
}

/// Somebody whom the store itself tells of each commit, and who is never behind: before anybody is
/// answered he knows. He is told the records, and must be quick.
pub trait Listener: Send + Sync {
    /// A world as it was found when the store was opened. `Err`: it makes no sense to him, so the
    /// store is not to be opened.
    fn found(&self, world: &str, state: &State) -> Result<(), String>;

    /// Something was committed in a world.
    fn committed(&self, world: &str, delta: &Delta);
}

/// So many entries are kept for those who are slow.
const ENTRIES_MAX: usize = 1024;

/// The speaking end of the feed.
#[derive(Debug)]
pub struct Feed {
    number: AtomicU64,
    sender: broadcast::Sender<Arc<Commit>>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { number: AtomicU64::new(0), sender: broadcast::Sender::new(ENTRIES_MAX) }
    }
}

impl Feed {
    /// A new ear.
    pub fn watch(&self) -> Watch {
        Watch(self.sender.subscribe())
    }

    /// A commit has happened, which the next entries are of.
    pub(crate) fn count(&self) {
        self.number.fetch_add(1, Ordering::Relaxed);
    }

    /// Tells what it changed in a world. Where nobody watches nothing is made.
    pub(crate) fn tell(&self, world: &World, delta: &Delta) {
        if self.sender.receiver_count() == 0 {
            return;
        }
        let commit = Commit {
            number: self.number.load(Ordering::Relaxed),
            world: world.name.clone(),
            cleared: delta.cleared,
            clock: delta.clock,
            mentions: delta.mentions(),
        };
        // The last ear may have gone meanwhile.
        let _ = self.sender.send(Arc::new(commit));
    }
}
