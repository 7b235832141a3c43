//! Reading a whole file: to rebuild worlds at start, and to audit them.

use super::rows::Standing;
use super::words::Words;
use super::{MIGRATIONS, OpenError, Options, Slots, open_reader, rows};
use crate::{World, WorldId};
use domain::audit::Books;
use domain::record::{Circuit, Earlier, ReceiptKey};
use domain::{State, Timestamp};
use parking_lot::RwLockWriteGuard;
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Rebuilds every world from the file.
pub(super) fn load(
    db: &Connection,
    words: &Words,
    path: &Path,
    slots: &Slots,
    options: &Options,
) -> rusqlite::Result<()> {
    let mut named = db.prepare("SELECT id, name, clock FROM worlds ORDER BY id")?;
    let found = named.query_map([], |row| {
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
    // Nobody else is here yet: each world is locked once, not once a record.
    let nonces = &slots.nonces;
    let slots: Vec<_> = slots.by_id.read().clone();
    let states = Worlds(slots.iter().map(|slot| slot.state.write()).collect());
    let progress = Progress::of(db, options)?;
    let mut loader = Loader { db, worlds: states, progress: &progress, words };
    loader.small_tables()?;
    *nonces.lock() = loader.large_tables(path)?;
    for (slot, state) in slots.iter().zip(&loader.worlds.0) {
        slot.world.publish(state);
    }
    Ok(())
}

/// The worlds being rebuilt, by number.
struct Worlds<'l>(Vec<RwLockWriteGuard<'l, State>>);

impl Worlds<'_> {
    fn of(&mut self, world: WorldId) -> &mut State {
        &mut self.0[world.0 as usize]
    }

    fn take_in_all(&mut self, bundles: impl IntoIterator<Item = Bundle>) {
        for bundle in bundles {
            self.take_in(bundle);
        }
    }

    fn take_in(&mut self, bundle: Bundle) {
        match bundle {
            Bundle::Circuits(circuits) => {
                for (world, circuit) in circuits {
                    self.of(world).add_circuit(circuit);
                }
            }
            Bundle::Receipts(receipts) => {
                for (world, key, earlier) in receipts {
                    self.of(world).add_receipt(key, earlier);
                }
            }
        }
    }
}

/// How far loading has come.
struct Progress<'l> {
    done: AtomicUsize,
    total: usize,
    options: &'l Options,
}

/// So many records between two reports.
const PROGRESS_STEP: usize = 250_000;

impl<'l> Progress<'l> {
    /// About how much there is to read. The spans of row numbers are near enough and, unlike
    /// counts, cost nothing.
    fn of(db: &Connection, options: &'l Options) -> rusqlite::Result<Self> {
        let mut total = 0;
        for table in ["orders", "receipts", "circuit_states"] {
            // Each end is looked up by itself: SQLite reads the whole table to find both at once.
            let sql = format!(
                "SELECT COALESCE((SELECT MAX(id) FROM {table}) - (SELECT MIN(id) FROM {table}), 0)"
            );
            let rows: i64 = db.query_row(&sql, [], |row| row.get(0))?;
            total += usize::try_from(rows).unwrap_or(0);
        }
        Ok(Self { done: AtomicUsize::new(0), total, options })
    }

    fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(PROGRESS_STEP) {
            (self.options.on_progress)(done, self.total.max(done));
        }
    }
}

/// Calls `take` with each row.
fn each(
    db: &Connection,
    sql: &str,
    progress: &Progress,
    mut take: impl FnMut(&Row) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        take(row)?;
        progress.step();
    }
    Ok(())
}

/// So many records are handed over together, and so many such bundles may wait.
const BUNDLE_LEN: usize = 1024;
const BUNDLES_MAX: usize = 64;

/// The mark of a nonce, and when it came.
type Nonce = (u128, Timestamp);

/// Records on their way from the reader beside.
enum Bundle {
    Circuits(Vec<(WorldId, Circuit)>),
    Receipts(Vec<(WorldId, Option<ReceiptKey>, Earlier)>),
}

/// What both readers know.
#[derive(Clone, Copy)]
struct Reading<'l> {
    words: &'l Words,
    progress: &'l Progress<'l>,
    /// The row of the circuits' history after which the newer half begins.
    middle: i64,
    /// Whether somebody reads the receipts already: whoever is first with the rest does.
    receipts_taken: &'l AtomicBool,
}

impl Reading<'_> {
    /// Reads half of how circuits stand and all circuits on a connection of its own, while the
    /// loader reads the older half and orders, and takes in everything; then receipts, unless the
    /// loader was sooner done.
    fn beside(
        self,
        path: &Path,
        older: &Receiver<Standing>,
        bundles: &SyncSender<Bundle>,
    ) -> rusqlite::Result<Vec<Nonce>> {
        let Self { words, progress, middle, .. } = self;
        let db = open_reader(path, progress.options.vfs())?;
        let newer = Standing::read(&db, words, (middle, i64::MAX), || progress.step())?;
        // A loader that has failed sends nothing, and says why itself.
        let Ok(older) = older.recv() else { return Ok(Vec::new()) };
        let mut standing = newer.after(older);
        let circuit = |row: &Row| rows::circuit(row, words, &mut standing);
        // A loader that has failed does not listen any more, and says why itself.
        let send = |bundle| drop(bundles.send(bundle));
        bundle(&db, rows::CIRCUITS, progress, circuit, |some| send(Bundle::Circuits(some)))?;
        standing.finish()?;
        self.receipts(&db, send)
    }

    /// Reads receipts, unless somebody does already; also gives the nonces that may matter still.
    fn receipts(
        self,
        db: &Connection,
        mut take: impl FnMut(Bundle),
    ) -> rusqlite::Result<Vec<Nonce>> {
        let mut nonces = Vec::new();
        if self.receipts_taken.swap(true, Ordering::Relaxed) {
            return Ok(nonces);
        }
        // The newest receipt of all shows the wall's time well enough.
        let sql = "SELECT received_at FROM receipts ORDER BY id DESC LIMIT 1";
        let newest: i64 = db.query_row(sql, [], |row| row.get(0)).optional()?.unwrap_or_default();
        let life_ms = self.progress.options.nonce_life_ms;
        let oldest = Timestamp::from_ms(newest.saturating_sub(life_ms));
        let receipt = |row: &Row| {
            let rows::Remembered { world, key, earlier, nonce } =
                rows::remembered(row, self.words)?;
            if nonce.1 >= oldest {
                nonces.push(nonce);
            }
            Ok((world, key, earlier))
        };
        let take = |some| take(Bundle::Receipts(some));
        bundle(db, rows::RECEIPTS, self.progress, receipt, take)?;
        Ok(nonces)
    }
}

/// Reads rows and hands them over in bundles.
fn bundle<T>(
    db: &Connection,
    sql: &str,
    progress: &Progress,
    mut read: impl FnMut(&Row) -> rusqlite::Result<T>,
    mut take: impl FnMut(Vec<T>),
) -> rusqlite::Result<()> {
    let mut some = Vec::with_capacity(BUNDLE_LEN);
    each(db, sql, progress, |row| {
        some.push(read(row)?);
        if some.len() == BUNDLE_LEN {
            take(std::mem::replace(&mut some, Vec::with_capacity(BUNDLE_LEN)));
        }
        Ok(())
    })?;
    take(some);
    Ok(())
}

/// Reads tables into worlds.
struct Loader<'l> {
    db: &'l Connection,
    worlds: Worlds<'l>,
    progress: &'l Progress<'l>,
    words: &'l Words,
}

impl Loader<'_> {
    fn small_tables(&mut self) -> rusqlite::Result<()> {
        each(self.db, rows::ACCOUNTS, self.progress, |row| {
            let (world, account) = rows::account(row, self.words)?;
            self.worlds.of(world).apply(vec![domain::Change::Account(account)]);
            Ok(())
        })?;
        for (world, list) in rows::price_lists(self.db, self.words)? {
            self.worlds.of(world).add_prices(list);
        }
        for (world, user) in rows::users(self.db)? {
            self.worlds.of(world).apply(vec![domain::Change::User(user)]);
        }
        each(self.db, rows::KEYS, self.progress, |row| {
            let (world, key) = rows::key(row)?;
            self.worlds.of(world).apply(vec![domain::Change::Key(key)]);
            Ok(())
        })
    }

    /// The nonces that may matter still.
    fn large_tables(&mut self, path: &Path) -> rusqlite::Result<Vec<Nonce>> {
        let receipts_taken = AtomicBool::new(false);
        let (words, progress) = (self.words, self.progress);
        let middle = Standing::middle(self.db)?;
        let reading = Reading { words, progress, middle, receipts_taken: &receipts_taken };
        std::thread::scope(|scope| {
            let (sender, bundles) = sync_channel(BUNDLES_MAX);
            let (older_to, older) = sync_channel(1);
            let beside = scope.spawn(move || reading.beside(path, &older, &sender));
            let older = Standing::read(self.db, words, (i64::MIN, middle), || progress.step());
            let ours = older.and_then(|older| {
                // A reader that has failed says so itself.
                let _ = older_to.send(older);
                self.orders(reading, &bundles)
            });
            drop(older_to);
            // A reader that is stuck with a full channel must not wait for us.
            drop(bundles);
            let theirs = beside.join().expect("reading does not panic")?;
            ours.map(|ours| [ours, theirs].concat())
        })
    }

    /// Reads orders, and receipts if nobody else does by then; takes in whatever comes from beside
    /// meanwhile.
    fn orders(
        &mut self,
        reading: Reading,
        bundles: &Receiver<Bundle>,
    ) -> rusqlite::Result<Vec<Nonce>> {
        let mut rows_read = 0_usize;
        each(self.db, rows::ORDERS, self.progress, |row| {
            rows_read += 1;
            if rows_read.is_multiple_of(BUNDLE_LEN) {
                self.worlds.take_in_all(bundles.try_iter());
            }
            let (world, order) = rows::order(row, self.words)?;
            self.worlds.of(world).put_order(order);
            Ok(())
        })?;
        let nonces = reading.receipts(self.db, |receipts| {
            self.worlds.take_in(receipts);
            self.worlds.take_in_all(bundles.try_iter());
        })?;
        self.worlds.take_in_all(bundles);
        Ok(nonces)
    }
}

/// Every world's records as they stand in the file, for an audit beside a running server: one
/// consistent view, nothing written.
pub fn read_books(path: &Path) -> Result<Vec<(String, Books)>, OpenError> {
    read_books_in(path, None)
}

/// The same, by the file layer of this name.
pub fn read_books_in(path: &Path, vfs: Option<&str>) -> Result<Vec<(String, Books)>, OpenError> {
    let mut db = open_reader(path, vfs)?;
    let db = db.transaction()?;
    let version: u32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version as usize != MIGRATIONS.len() {
        return Err(OpenError::Newer(version));
    }
    let words = Words::read(&db)?;
    let mut found = db.prepare("SELECT id, name FROM worlds ORDER BY id")?;
    let found = found.query_map([], |row| Ok((WorldId(row.get(0)?), row.get::<_, String>(1)?)))?;
    let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut books: HashMap<WorldId, Books> = HashMap::new();
    for (world, list) in rows::price_lists(&db, &words)? {
        books.entry(world).or_default().prices.push(list);
    }
    shelve(&db, rows::ACCOUNTS, &mut books, |row| rows::account(row, &words), |b| &mut b.accounts)?;
    let mut standing = Standing::read(&db, &words, Standing::ALL, || {})?;
    let circuit = |row: &Row| rows::circuit(row, &words, &mut standing);
    shelve(&db, rows::CIRCUITS, &mut books, circuit, |b| &mut b.circuits)?;
    standing.finish()?;
    shelve(&db, rows::ORDERS, &mut books, |row| rows::order(row, &words), |b| &mut b.orders)?;
    shelve(&db, rows::POSTINGS, &mut books, |row| rows::posting(row, &words), |b| &mut b.postings)?;
    shelve(&db, rows::RECEIPTS, &mut books, |row| rows::receipt(row, &words), |b| &mut b.receipts)?;
    let named = |(id, name)| (name, books.remove(&id).unwrap_or_default());
    Ok(found.into_iter().map(named).collect())
}

fn shelve<T>(
    db: &Connection,
    sql: &str,
    books: &mut HashMap<WorldId, Books>,
    mut read: impl FnMut(&Row) -> rusqlite::Result<(WorldId, T)>,
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
