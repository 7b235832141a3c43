//! The store in one SQLite file: a [`domain::State`] a world in memory, rebuilt at start, and one
//! writer that keeps it and the file alike.
//!
//! It refuses a file that another server has open. Audits and other readers may look at any time.

mod rows;
mod writer;

pub use writer::Writer;

use crate::{Answering, Fault, Settling, Store, World, WorldId};
use domain::audit::Books;
use domain::{AccountId, Command, Found, OrderId, Proposal, Query, Rules, State, Timestamp, View};
use parking_lot::{Mutex, RwLock};
use rusqlite::{Connection, OpenFlags};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
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
                "the store has schema version {version}, made by a later release; this one knows {}",
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
        self.world.publish(state.clock(), state.next_due().map(|(at, _)| at));
    }
}

/// Every world, by number and by name.
#[derive(Default)]
pub struct Slots {
    by_id: RwLock<Vec<Arc<Slot>>>,
    by_name: RwLock<HashMap<Box<str>, Arc<Slot>>>,
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
    queue: SyncSender<Job>,
    writer: Mutex<Option<JoinHandle<()>>>,
    held: Arc<Mutex<()>>,
    path: PathBuf,
    now_us: fn() -> u64,
    _lock: File,
}

impl SqliteStore {
    /// Opens the store at `path`, making it if it is not there, and rebuilds its worlds.
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        let lock = take_lock(path)?;
        let now_us = options.now_us;
        let queue_len_max = options.queue_len_max;
        let (writer, slots) = open_writer(path, options)?;
        let (queue, jobs) = sync_channel(queue_len_max);
        let held = Arc::new(Mutex::new(()));
        let turn = Arc::clone(&held);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || writer::run(writer, &jobs, &turn))?;
        Ok(Self {
            slots,
            queue,
            writer: Mutex::new(Some(thread)),
            held,
            path: path.to_owned(),
            now_us,
            _lock: lock,
        })
    }

    /// Keeps the writer from beginning a batch for as long as the guard lives.
    pub fn hold(&self) -> impl Drop + '_ {
        self.held.lock()
    }

    fn send(&self, job: Job) -> Result<(), Fault> {
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Fault::Busy,
            TrySendError::Disconnected(_) => Fault::Closed,
        })
    }

    /// What is due by `at` happens.
    async fn wake(&self, world: &World, at: Timestamp) -> Result<(), Fault> {
        let region = domain::sandbox::region();
        let wake = Proposal {
            at,
            seed: 0,
            owner: AccountId(0),
            region,
            token: None,
            origin: None,
            order: OrderId(0),
            command: Command::Wake,
        };
        self.settle(world, wake).await.map(drop)
    }
}

impl Store for SqliteStore {
    fn settle(&self, world: &World, proposal: Proposal) -> Settling {
        let (settling, sender, claim) = Settling::new();
        let queued_us = (self.now_us)();
        let waiting = Waiting { world: world.id, proposal, queued_us, claim, sender };
        match self.send(Job::Settle(Box::new(waiting))) {
            Ok(()) => settling,
            Err(_) => Settling::refused(),
        }
    }

    fn look<'s>(&'s self, world: &'s World, at: Timestamp, query: Query) -> Answering<'s, Found> {
        Box::pin(async move {
            if world.next_due().is_some_and(|due| due <= at) {
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
            self.send(Job::Open(name.into(), sender))?;
            receiver.await.unwrap_or(Err(Fault::Closed))
        })
    }

    fn nonces_since(&self, since: Timestamp) -> Result<Vec<(u128, Timestamp)>, Fault> {
        let fault = |error: rusqlite::Error| Fault::Unavailable(error.to_string());
        let db = open_reader(&self.path).map_err(fault)?;
        nonces_since(&db, since).map_err(fault)
    }

    fn ready(&self) -> bool {
        self.writer.lock().as_ref().is_some_and(|thread| !thread.is_finished())
    }

    fn close(&self) {
        if let Some(thread) = self.writer.lock().take() {
            // The queue may be full: then this waits for a place, and the writer makes one.
            let _ = self.queue.send(Job::Close);
            let _ = thread.join();
        }
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.close();
    }
}

/// One server a file. The lock goes with the process, however it ends.
fn take_lock(path: &Path) -> Result<File, OpenError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock =
        OpenOptions::new().create(true).write(true).truncate(false).mode(0o600).open(name)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(OpenError::Taken(path.to_owned())),
        Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
    }
}

/// The writing connection and the rebuilt worlds, without a thread: what simulations use.
pub fn open_writer(path: &Path, options: Options) -> Result<(Writer, Arc<Slots>), OpenError> {
    // The file holds secrets: it is its owner's alone.
    drop(OpenOptions::new().create(true).append(true).mode(0o600).open(path)?);
    let mut db = Connection::open(path)?;
    // STACK 2.4: a small page cache, since SQLite walks it at each commit; short checkpoints.
    db.busy_timeout(std::time::Duration::from_millis(options.busy_timeout_ms))?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -4000; \
         PRAGMA wal_autocheckpoint = 1000; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;",
    )?;
    db.set_prepared_statement_cache_capacity(64);
    migrate(&mut db)?;
    let slots = Arc::new(Slots::default());
    load(&db, &slots, &options)?;
    let writer = Writer::new(db, Arc::clone(&slots), options)?;
    Ok((writer, slots))
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

fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(db)
}

fn nonces_since(db: &Connection, since: Timestamp) -> rusqlite::Result<Vec<(u128, Timestamp)>> {
    // Newest first, and stop at the first old one: writes are kept in the order they came.
    let mut newest = db.prepare("SELECT nonce_mark, received_at FROM receipts ORDER BY id DESC")?;
    let mut rows = newest.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let received_at = Timestamp(row.get(1)?);
        if received_at < since {
            break;
        }
        found.push((u128::from_be_bytes(row.get(0)?), received_at));
    }
    Ok(found)
}

/// Rebuilds every world from the file.
fn load(db: &Connection, slots: &Slots, options: &Options) -> rusqlite::Result<()> {
    let mut worlds = db.prepare("SELECT id, name, clock FROM worlds ORDER BY id")?;
    let found = worlds.query_map([], |row| {
        Ok((WorldId(row.get(0)?), row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
    })?;
    let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
    if found.is_empty() {
        db.execute("INSERT INTO worlds VALUES (0, ?1, 0)", [crate::DEFAULT_WORLD])?;
        slots.add(World::new(WorldId(0), crate::DEFAULT_WORLD), options.rules);
        return Ok(());
    }
    for (id, name, clock) in found {
        slots.add(World::new(id, &name), options.rules);
        let clock = vec![domain::Change::Clock(clock)];
        slots.slot(id).state.write().apply(clock);
    }
    let mut loader = Loader::new(db, slots, options)?;

    loader.small_tables()?;
    loader.circuits_and_orders()?;
    loader.each(rows::RECEIPTS, |row| {
        let (world, receipt) = rows::receipt(row)?;
        slots.slot(world).state.write().add_receipt(receipt);
        Ok(())
    })?;
    for slot in slots.by_id.read().iter() {
        let state = slot.state.read();
        slot.world.publish(state.clock(), state.next_due().map(|(at, _)| at));
    }
    Ok(())
}

/// Reads tables into worlds, telling how far it has come.
struct Loader<'l> {
    db: &'l Connection,
    slots: &'l Slots,
    options: &'l Options,
    done: usize,
    total: usize,
}

/// So many records between two reports.
const PROGRESS_STEP: usize = 50_000;

impl<'l> Loader<'l> {
    fn new(db: &'l Connection, slots: &'l Slots, options: &'l Options) -> rusqlite::Result<Self> {
        // The greatest row number is near enough and, unlike a count, costs nothing.
        let sql = "SELECT COALESCE((SELECT MAX(rowid) FROM receipts), 0)";
        let total: i64 = db.query_row(sql, [], |row| row.get(0))?;
        let total = usize::try_from(total).unwrap_or(0);
        Ok(Self { db, slots, options, done: 0, total })
    }

    fn each(
        &mut self,
        sql: &str,
        mut take: impl FnMut(&rusqlite::Row) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            take(row)?;
            self.done += 1;
            if self.done.is_multiple_of(PROGRESS_STEP) {
                (self.options.on_progress)(self.done, self.total.max(self.done));
            }
        }
        Ok(())
    }

    fn small_tables(&mut self) -> rusqlite::Result<()> {
        let slots = self.slots;
        self.each(rows::ACCOUNTS, |row| {
            let (world, account) = rows::account(row)?;
            slots.slot(world).state.write().apply(vec![domain::Change::Account(account)]);
            Ok(())
        })?;
        for (world, list) in rows::price_lists(self.db)? {
            slots.slot(world).state.write().add_prices(list);
        }
        for (world, user) in rows::users(self.db)? {
            slots.slot(world).state.write().apply(vec![domain::Change::User(user)]);
        }
        self.each(rows::KEYS, |row| {
            let (world, key) = rows::key(row)?;
            slots.slot(world).state.write().apply(vec![domain::Change::Key(key)]);
            Ok(())
        })
    }

    fn circuits_and_orders(&mut self) -> rusqlite::Result<()> {
        let slots = self.slots;
        self.each(rows::CIRCUITS, |row| {
            let (world, circuit) = rows::circuit(row)?;
            slots.slot(world).state.write().add_circuit(circuit);
            Ok(())
        })?;
        self.each(rows::ORDERS, |row| {
            let (world, order) = rows::order(row)?;
            slots.slot(world).state.write().put_order(order);
            Ok(())
        })
    }
}

/// Every world's records as they stand in the file, for an audit beside a running server: one
/// consistent view, nothing written.
pub fn read_books(path: &Path) -> Result<Vec<(String, Books)>, OpenError> {
    let mut db = open_reader(path)?;
    let db = db.transaction()?;
    let version: u32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version as usize != MIGRATIONS.len() {
        return Err(OpenError::Newer(version));
    }
    let mut worlds = db.prepare("SELECT id, name FROM worlds ORDER BY id")?;
    let worlds =
        worlds.query_map([], |row| Ok((WorldId(row.get(0)?), row.get::<_, String>(1)?)))?;
    let worlds = worlds.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut books: HashMap<WorldId, Books> = HashMap::new();
    for (world, list) in rows::price_lists(&db)? {
        books.entry(world).or_default().prices.push(list);
    }
    shelve(&db, rows::ACCOUNTS, &mut books, rows::account, |b| &mut b.accounts)?;
    shelve(&db, rows::CIRCUITS, &mut books, rows::circuit, |b| &mut b.circuits)?;
    shelve(&db, rows::ORDERS, &mut books, rows::order, |b| &mut b.orders)?;
    shelve(&db, rows::POSTINGS, &mut books, rows::posting, |b| &mut b.postings)?;
    shelve(&db, rows::RECEIPTS, &mut books, rows::receipt, |b| &mut b.receipts)?;
    let named = |(id, name)| (name, books.remove(&id).unwrap_or_default());
    Ok(worlds.into_iter().map(named).collect())
}

fn shelve<T>(
    db: &Connection,
    sql: &str,
    books: &mut HashMap<WorldId, Books>,
    read: impl Fn(&rusqlite::Row) -> rusqlite::Result<(WorldId, T)>,
    shelf: impl Fn(&mut Books) -> &mut Vec<T>,
) -> rusqlite::Result<()> {
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (world, record) = read(row)?;
        shelf(books.entry(world).or_default()).push(record);
    }
    Ok(())
}
