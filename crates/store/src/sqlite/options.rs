//! How a store is opened.

use crate::watch::Listener;
use domain::Rules;
use std::path::Path;
use std::sync::Arc;

/// A place on the path of a commit, for tests that stop the process there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Point {
    /// The transaction has begun.
    Begun,
    /// A statement was executed.
    Statement,
    /// Everything is written; the commit is about to be.
    Committing,
    /// The commit is done; nobody was told yet.
    Committed,
}

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// The operator's rules, for every world.
    pub rules: Rules,
    /// Whether it is made sure that nothing is read of others than the parties of a decision or a
    /// query; what does is a mistake, and panics. For tests: it costs a little.
    pub checks: bool,
    /// How many proposals may wait; more are refused at once.
    pub queue_len_max: usize,
    /// How many things that are due one commit may bring about: so that others are not kept waiting
    /// while years pass.
    pub due_max: usize,
    /// How many worlds there may be beside the default one.
    pub worlds_max: usize,
    /// How long a write waits for another process that holds the file, milliseconds.
    pub busy_timeout_ms: u64,
    /// The most pages the file may grow to; at least what it has. A write that needs more fails as
    /// on a full disk.
    pub pages_max: Option<u32>,
    /// So many pages in the log make a commit carry them over into the file.
    pub log_pages: u32,
    /// How long a nonce of an accepted write is told to who opens the store again, milliseconds.
    pub nonce_life_ms: i64,
    /// The file layer to use instead of the system's: for tests on disks that fail. Its paths are
    /// its own, so nothing keeps a second server out.
    pub files: Option<FileLayer>,
    /// A clock that never goes back, microseconds.
    pub now_us: fn() -> u64,
    /// Told how far loading has come: records so far, and in all.
    pub on_progress: Arc<dyn Fn(usize, usize) + Send + Sync>,
    /// Told when the process must end. Does not return in a server.
    pub on_fatal: Arc<dyn Fn(&str) + Send + Sync>,
    /// Told of every world when it is opened, and of each commit before anybody else is.
    pub listener: Option<Arc<dyn Listener>>,
    /// Called at each point of a commit.
    pub at_point: Option<Arc<dyn Fn(Point) + Send + Sync>>,
}

impl Options {
    /// Sensible for a server; the caller gives the clock and what to do when all is lost.
    pub fn new(now_us: fn() -> u64, on_fatal: Arc<dyn Fn(&str) + Send + Sync>) -> Self {
        Self {
            rules: Rules::default(),
            checks: false,
            queue_len_max: 8192,
            due_max: 1024,
            worlds_max: 1000,
            busy_timeout_ms: 1000,
            pages_max: None,
            log_pages: 1000,
            nonce_life_ms: 3_600_000,
            files: None,
            now_us,
            on_progress: Arc::new(|_, _| {}),
            on_fatal,
            listener: None,
            at_point: None,
        }
    }

    /// Passes a point of a commit.
    pub(super) fn pass(&self, point: Point) {
        if let Some(at_point) = &self.at_point {
            at_point(point);
        }
    }
}

/// Writes a file's bytes over themselves and syncs them; does nothing if there is no such file.
pub type WriteAgain = dyn Fn(&Path) -> std::io::Result<()> + Send + Sync;

/// Where files are, if not on the system's disks.
#[derive(Clone)]
pub struct FileLayer {
    /// The name that SQLite knows it by.
    pub vfs: Box<str>,
    /// Does to its files what the store does to those of the system.
    pub write_again: Arc<WriteAgain>,
}

impl Options {
    /// As in [`FileLayer`].
    pub(super) fn vfs(&self) -> Option<&str> {
        self.files.as_ref().map(|files| &*files.vfs)
    }
}
