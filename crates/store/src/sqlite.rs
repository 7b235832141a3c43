//! The store in one SQLite file: a [`domain::State`] a world in memory, rebuilt at start, and one
//! writer that keeps it and the file alike.
//!
//! It refuses a file that another server has open. Audits and other readers may look at any time.

mod bare;
mod change;
mod failure;
mod load;
mod pace;
mod queue;
mod rows;
mod words;
mod writer;

pub use load::{read_books, read_books_in};
pub use writer::Writer;

use crate::{Answering, Fault, Settling, Store, World, WorldId};
use domain::{AccountId, Command, Found, OrderId, Proposal, Query, Rules, State, Timestamp};
use parking_lot::{Mutex, RwLock};
use queue::Queue;
use rusqlite::{Connection, OpenFlags};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use words::Words;
use writer::{Job, Waiting};

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
    /// How many proposals may wait; more are refused at once.
    pub queue_len_max: usize,
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
    /// Called at each point of a commit.
    pub at_point: Option<Arc<dyn Fn(Point) + Send + Sync>>,
}

impl Options {
    /// Sensible for a server; the caller gives the clock and what to do when all is lost.
    pub fn new(now_us: fn() -> u64, on_fatal: Arc<dyn Fn(&str) + Send + Sync>) -> Self {
        Self {
            rules: Rules::default(),
            queue_len_max: 8192,
            worlds_max: 1000,
            busy_timeout_ms: 1000,
            pages_max: None,
            log_pages: 1000,
            nonce_life_ms: 3_600_000,
            files: None,
            now_us,
            on_progress: Arc::new(|_, _| {}),
            on_fatal,
            at_point: None,
        }
    }

    fn pass(&self, point: Point) {
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
    fn vfs(&self) -> Option<&str> {
        self.files.as_ref().map(|files| &*files.vfs)
    }
}

/// Why a store could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// Another server has it.
    Taken(PathBuf),
    /// It was made by a later release.
    Newer(u32),
    /// The file system said no.
    Io(std::io::Error),
    /// SQLite said no, or a row is not what this release writes.
    Sqlite(rusqlite::Error),
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Taken(path) => {
                write!(f, "another crossconnect has {} open; stop it first", path.display())
            }
            Self::Newer(version) => write!(
                f,
                "the store has schema version {version}, made by another release; this one has {}",
                MIGRATIONS.len()
            ),
            Self::Io(error) => write!(f, "{error}"),
            Self::Sqlite(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// Numbered from 1; never changed once released, only added to.
const MIGRATIONS: &[&str] = &[include_str!("sqlite/schema.sql")];

/// A world and its state.
struct Slot {
    world: Arc<World>,
    state: RwLock<State>,
}

impl Slot {
    /// Takes over what a commit has made durable.
    fn merge(&self, delta: domain::Delta, latest: Timestamp) {
        let mut state = self.state.write();
        if !delta.is_empty() {
            state.merge(delta);
        }
        state.reach(latest);
        self.world.publish(&state);
    }
}

/// Every world, by number and by name.
#[derive(Default)]
pub struct Slots {
    by_id: RwLock<Vec<Arc<Slot>>>,
    by_name: RwLock<HashMap<Box<str>, Arc<Slot>>>,
    /// Found in the file when it was loaded, until somebody asks.
    nonces: Mutex<Vec<(u128, Timestamp)>>,
}

impl Slots {
    fn add(&self, world: World, rules: Rules) -> Arc<World> {
        let world = Arc::new(world);
        let state = RwLock::new(State::new(rules));
        let slot = Arc::new(Slot { world: Arc::clone(&world), state });
        self.by_id.write().push(Arc::clone(&slot));
        self.by_name.write().insert(world.name.clone(), slot);
        world
    }

    fn slot(&self, id: WorldId) -> Arc<Slot> {
        Arc::clone(&self.by_id.read()[id.0 as usize])
    }

    fn named(&self, name: &str) -> Option<Arc<Slot>> {
        self.by_name.read().get(name).cloned()
    }

    fn len(&self) -> usize {
        self.by_id.read().len()
    }
}

/// The store.
pub struct SqliteStore {
    slots: Arc<Slots>,
    queue: Arc<Queue>,
    writer: Mutex<Option<JoinHandle<()>>>,
    held: Arc<Mutex<()>>,
    now_us: fn() -> u64,
    lock: Mutex<Option<File>>,
}

impl SqliteStore {
    /// Opens the store at `path`, making it if it is not there, and rebuilds its worlds.
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        let lock = if options.files.is_none() { Some(take_lock(path)?) } else { None };
        let now_us = options.now_us;
        let queue = Arc::new(Queue::new(options.queue_len_max));
        let (writer, slots) = open_writer(path, options)?;
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
            now_us,
            lock: Mutex::new(lock),
        })
    }

    /// Keeps the writer from beginning a batch for as long as the guard lives.
    pub fn hold(&self) -> impl Drop + '_ {
        self.held.lock()
    }

    /// What is due by `at` happens.
    async fn wake(&self, world: &World, at: Timestamp) -> Result<(), Fault> {
        let region = domain::sandbox::region();
        let wake = Proposal {
            // A query is answered as of its own instant, whatever the wall says now.
            wall: world.wall(at),
            at,
            seed: 0,
            owner: AccountId(0),
            region,
            token: None,
            origin: None,
            order: OrderId::UNSET,
            command: Command::Wake,
        };
        self.settle(world, wake).await.map(drop)
    }
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

    fn look<'s>(&'s self, world: &'s World, at: Timestamp, query: Query) -> Answering<'s, Found> {
        Box::pin(async move {
            if world.next_seen().is_some_and(|due| due <= at) {
                self.wake(world, at).await?;
            }
            let slot = self.slots.slot(world.id);
            let state = slot.state.read();
            Ok(domain::look(&state, &query))
        })
    }

    fn world(&self, name: &str) -> Option<Arc<World>> {
        self.slots.named(name).map(|slot| Arc::clone(&slot.world))
    }

    fn worlds(&self) -> Vec<Arc<World>> {
        self.slots.by_id.read().iter().map(|slot| Arc::clone(&slot.world)).collect()
    }

    fn open_world<'s>(&'s self, name: &'s str) -> Answering<'s, Arc<World>> {
        Box::pin(async move {
            if let Some(world) = self.world(name) {
                return Ok(world);
            }
            let (sender, receiver) = tokio::sync::oneshot::channel();
            let queued_us = (self.now_us)();
            self.queue.push(Job::Open { name: name.into(), queued_us, sender })?;
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

/// One server a file, under whatever name: the file itself is locked, and the lock goes with the
/// process, however it ends. It is of another kind than SQLite's own, so readers are not kept out;
/// the handle must outlive the connection, since closing any handle of a file drops those.
fn take_lock(path: &Path) -> Result<File, OpenError> {
    // The file holds secrets: it is its owner's alone.
    let lock = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(OpenError::Taken(path.to_owned())),
        Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
    }
}

/// The writing connection and the rebuilt worlds, without a thread: what simulations use.
pub fn open_writer(path: &Path, options: Options) -> Result<(Writer, Arc<Slots>), OpenError> {
    keep_log(path, &options)?;
    let mut db = connect(path, OpenFlags::default(), options.vfs())?;
    // STACK 2.4: a small page cache, since SQLite walks it at each commit; short checkpoints.
    db.busy_timeout(std::time::Duration::from_millis(options.busy_timeout_ms))?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -1000; \
         PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;",
    )?;
    db.set_prepared_statement_cache_capacity(64);
    migrate(&mut db)?;
    if let Some(pages) = options.pages_max {
        db.pragma_update(None, "max_page_count", pages)?;
    }
    let slots = Arc::new(Slots::default());
    let words = Words::complete(&db)?;
    load::load(&db, &words, path, &slots, &options)?;
    let writer = Writer::new(db, words, Arc::clone(&slots), options)?;
    Ok((writer, slots))
}

/// Makes durable what a log holds, before anybody trusts it. A process that ended because a sync
/// failed may have left in it what the machine remembers and the disk never got: no later sync
/// would write that, since the machine holds it for written, and a power cut would take it together
/// with whatever was committed behind it. So it is written again, the same bytes in their place.
fn keep_log(path: &Path, options: &Options) -> std::io::Result<()> {
    // SQLite names the log after the file itself, whatever the link to it is called.
    let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut log = whole.into_os_string();
    log.push("-wal");
    match &options.files {
        Some(files) => (files.write_again)(Path::new(&log)),
        None => write_again(Path::new(&log)),
    }
}

/// [`WriteAgain`] on the system's disks.
fn write_again(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::FileExt;
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let mut some = vec![0; 1 << 20];
    let mut place = 0;
    loop {
        let length = file.read_at(&mut some, place)?;
        if length == 0 {
            return file.sync_all();
        }
        file.write_all_at(&some[..length], place)?;
        place += length as u64;
    }
}

fn migrate(db: &mut Connection) -> Result<(), OpenError> {
    let version: u32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = u32::try_from(MIGRATIONS.len()).expect("few migrations");
    if version > known {
        return Err(OpenError::Newer(version));
    }
    for (place, migration) in (1..).zip(MIGRATIONS).skip(version as usize) {
        let transaction = db.transaction()?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", place)?;
        transaction.commit()?;
    }
    Ok(())
}

/// `vfs`: as in [`FileLayer`].
fn connect(path: &Path, flags: OpenFlags, vfs: Option<&str>) -> rusqlite::Result<Connection> {
    match vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs),
        None => Connection::open_with_flags(path, flags),
    }
}

fn open_reader(path: &Path, vfs: Option<&str>) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = connect(path, flags, vfs)?;
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(db)
}
