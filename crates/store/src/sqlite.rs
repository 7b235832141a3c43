//! The store in one SQLite file: a [`domain::State`] a world in memory, rebuilt at start, and one
//! writer that keeps it and the file alike.
//!
//! It refuses a file that another server has open. Audits and other readers may look at any time.

mod batch_length;
mod change;
mod failure;
mod file;
mod load;
mod open;
mod options;
mod queue;
mod reading;
mod records;
mod rows;
mod slots;
mod standing;
#[cfg(test)]
mod tests;
mod writer;

pub use file::OpenError;
pub use open::open_writer;
pub use options::{FileLayer, Options, Point, WriteAgain};
pub use reading::{read_books, read_books_in, read_snapshots_in, read_world};
pub use slots::Slots;
pub use writer::Writer;

use crate::fault::Fault;
use crate::settling::Settling;
use crate::store::{Answering, Store, wake};
use crate::watch::{Feed, Watch};
use crate::world::{World, WorldId};
use crate::worlds::{WorldChange, WorldRefusal};
use domain::query::Record;
use domain::{Found, Proposal, Query, Timestamp};
use file::take_lock;
use parking_lot::Mutex;
use queue::{Job, Queue, Waiting};
use records::Place;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// The store.
pub struct SqliteStore {
    slots: Arc<Slots>,
    queue: Arc<Queue>,
    writer: Mutex<Option<JoinHandle<()>>>,
    held: Arc<Mutex<()>>,
    feed: Arc<Feed>,
    checks: bool,
    now_us: fn() -> u64,
    place: Place,
    lock: Mutex<Option<File>>,
}

impl SqliteStore {
    /// Opens the store at `path`, making it if it is not there, and rebuilds its worlds.
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        let lock = if options.files.is_none() { Some(take_lock(path)?) } else { None };
        let (now_us, checks) = (options.now_us, options.checks);
        let place = Place { path: path.to_owned(), vfs: options.vfs().map(Into::into) };
        let queue = Arc::new(Queue::new(options.queue_len_max));
        let (writer, slots) = open_writer(path, options)?;
        let feed = writer.feed();
        let held = Arc::new(Mutex::new(()));
        let (jobs, turn) = (Arc::clone(&queue), Arc::clone(&held));
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || writer::run(writer, &jobs, &turn))?;
        Ok(Self {
            slots,
            queue,
            writer: Mutex::new(Some(thread)),
            held,
            feed,
            checks,
            now_us,
            place,
            lock: Mutex::new(lock),
        })
    }

    /// Reads what is not held in memory.
    async fn read(&self, world: WorldId, record: Record) -> Result<Found, Fault> {
        let (place, at) = (self.place.clone(), self.slots.place_of(world, &record));
        let found = beside(move || place.find(world, &record, at)).await;
        // Of a world that went meanwhile the file says nothing.
        if self.slots.slot(world).is_some() { found } else { Err(Fault::Removed) }
    }

    /// Looks at what is held in memory.
    async fn look_up(&self, world: WorldId, query: Query) -> Result<Found, Fault> {
        let soon = self.slots.look_soon(world, &query, self.checks, LOOKED_AT_MAX)?;
        if let Some(found) = soon {
            return Ok(found);
        }
        let (slots, checks) = (Arc::clone(&self.slots), self.checks);
        beside(move || slots.look(world, &query, checks).ok_or(Fault::Removed)).await
    }

    /// Keeps the writer from beginning a batch for as long as the guard lives.
    pub fn hold(&self) -> impl Drop + '_ {
        self.held.lock()
    }
}

/// What a file holds of a world that is not held in memory, for who has no thread in between:
/// simulations, beside a writer.
pub fn find_record(
    path: &Path,
    vfs: Option<&str>,
    slots: &Slots,
    world: WorldId,
    record: &Record,
) -> Result<Found, Fault> {
    let place = Place { path: path.to_owned(), vfs: vfs.map(Into::into) };
    place.find(world, record, slots.place_of(world, record))
}

/// Who looks at more circuits than these, which takes a quarter of a millisecond, keeps others who
/// are served by the same thread waiting.
const LOOKED_AT_MAX: usize = 16_384;

/// Finds something on a thread of its own.
async fn beside(
    find: impl FnOnce() -> Result<Found, Fault> + Send + 'static,
) -> Result<Found, Fault> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new().name("reader".into());
    let begun = thread.spawn(move || drop(sender.send(find())));
    begun.map_err(|error| Fault::Unavailable(error.to_string()))?;
    receiver.await.unwrap_or(Err(Fault::Closed))
}

impl Store for SqliteStore {
    fn settle(&self, world: &World, proposal: Proposal) -> Settling {
        let (settling, sender) = Settling::new();
        let queued_us = (self.now_us)();
        let waiting = Waiting { world: world.id, proposal, queued_us, sender };
        match self.queue.push(Job::Settle(Box::new(waiting))) {
            Ok(()) => settling,
            Err(fault) => Settling::done(Err(fault)),
        }
    }

    fn refuse_late(&self, wait: Duration) {
        let wait_us = u64::try_from(wait.as_micros()).unwrap_or(u64::MAX);
        self.queue.refuse_before((self.now_us)().saturating_sub(wait_us));
    }

    fn tidy(&self, wall: Timestamp) {
        for world in self.worlds() {
            let due = world.forgets_at().is_some_and(|at| at <= world.time(wall));
            if due && world.asks_for_tidying() {
                let (queued_us, ours) = ((self.now_us)(), Arc::clone(&world));
                // A full queue has better things to do, and is asked again.
                if self.queue.push(Job::Tidy { world: ours, wall, queued_us }).is_err() {
                    world.is_tidied();
                }
            }
        }
    }

    fn look<'s>(&'s self, world: &'s World, at: Timestamp, query: Query) -> Answering<'s, Found> {
        // Now, by the clock that `at` was read off: it may be reset meanwhile.
        let wall = world.wall(at);
        Box::pin(async move {
            // Before anything is due of anybody, nobody is asked whose the query is.
            if world.next_due().is_some_and(|due| due <= at) {
                let accounts = self.slots.overdue(world.id, &query, at);
                wake(self, world, wall, accounts).await?;
            }
            match query {
                Query::Record(record) => self.read(world.id, record).await,
                query => self.look_up(world.id, query).await,
            }
        })
    }

    fn watch(&self) -> Watch {
        self.feed.watch()
    }

    fn world(&self, name: &str) -> Option<Arc<World>> {
        self.slots.world(name)
    }

    fn worlds(&self) -> Vec<Arc<World>> {
        self.slots.worlds()
    }

    fn change_world(&self, change: WorldChange) -> Answering<'_, Result<Arc<World>, WorldRefusal>> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let (change, queued_us) = (Box::new(change), (self.now_us)());
        let queued = self.queue.push(Job::World { change, queued_us, sender });
        Box::pin(async move {
            queued?;
            receiver.await.unwrap_or(Err(Fault::Closed))
        })
    }

    fn found_nonces(&self) -> Vec<(u128, Timestamp)> {
        self.slots.found_nonces()
    }

    fn ready(&self) -> bool {
        self.writer.lock().as_ref().is_some_and(|thread| !thread.is_finished())
    }

    fn close(&self) {
        if let Some(thread) = self.writer.lock().take() {
            let _ = self.queue.push(Job::Close);
            let _ = thread.join();
        }
        // Whoever still holds this store cannot use it; the file is free for the next.
        drop(self.lock.lock().take());
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.close();
    }
}
