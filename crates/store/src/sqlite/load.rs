//! Reading a whole file: to rebuild worlds at start, and to audit them.
//! Long because what a start reads on two threads is one story.

use super::file::{OpenError, known_version, open_reader, read_words};
use super::options::Options;
use super::rows;
use super::slots::Slots;
use crate::row::{Row as _, Spot, Stored as _};
use crate::tables::{Described, Moved, Receipted, Remembered, Renewed, STATE_ALONE};
use crate::words::Words;
use crate::world::{DEFAULT_WORLD, World, WorldId};
use domain::audit::Books;
use domain::circuit::{Circuit, CircuitState};
use domain::order::Order;
use domain::price::PriceList;
use domain::receipt::TOKEN_LIFE_MS;
use domain::{State, Timestamp};
use parking_lot::RwLockWriteGuard;
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::{HashMap, VecDeque};
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
    let mut named = db.prepare("SELECT id, name, clock, forgotten_to FROM worlds ORDER BY id")?;
    let found = named.query_map([], |row| {
        let (name, clock): (String, i64) = (row.get(1)?, row.get(2)?);
        Ok((WorldId(row.get(0)?), name, clock, row.get::<_, Option<i64>>(3)?))
    })?;
    let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
    if found.is_empty() {
        let sql = "INSERT INTO worlds (id, name, clock) VALUES (0, ?1, 0)";
        db.execute(sql, [DEFAULT_WORLD])?;
        slots.add(World::new(WorldId(0), DEFAULT_WORLD), options.rules);
        return Ok(());
    }
    for (id, name, clock, forgotten_to) in found {
        slots.add(World::new(id, &name), options.rules);
        let slot = slots.slot(id);
        let mut state = slot.state.write();
        state.set_clock(clock);
        if let Some(until) = forgotten_to {
            // Whoever's receipts they were, nobody decides before they were old.
            state.reach_all(Timestamp::from_ms(until).plus_ms(TOKEN_LIFE_MS));
        }
    }
    // Nobody else is here yet: each world is locked once, not once a record.
    let nonces = &slots.nonces;
    let slots: Vec<_> = slots.all();
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
                    self.of(world).put(circuit);
                }
            }
            Bundle::Receipts(receipts) => {
                for (world, Remembered { account, key, earlier, .. }) in receipts {
                    self.of(world).put_receipt(account, key, earlier);
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
    Receipts(Vec<(WorldId, Remembered)>),
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
        let mut renewed: HashMap<Spot, Renewed> = HashMap::new();
        each(&db, &rows::select_all(&Renewed::SHAPE), progress, |row| {
            let (spot, row) = rows::read(row, words)?;
            renewed.insert(spot, row);
            Ok(())
        })?;
        let circuit = |row: &Row| {
            let (spot, described) = rows::read::<Described>(row, words)?;
            let state = Renewed::restore(renewed.remove(&spot), standing.next(spot.world)?);
            Ok((spot.world, described.standing(state)))
        };
        // A loader that has failed does not listen any more, and says why itself.
        let send = |bundle| drop(bundles.send(bundle));
        bundle(&db, &rows::select_all(&Described::SHAPE), progress, circuit, |some| {
            send(Bundle::Circuits(some));
        })?;
        standing.finish()?;
        if !renewed.is_empty() {
            return Err(rows::unreadable(STATE_ALONE.into()));
        }
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
            let (world, remembered) = rows::read_remembered(row, self.words)?;
            if remembered.nonce.1 >= oldest {
                nonces.push(remembered.nonce);
            }
            Ok((world, remembered))
        };
        let take = |some| take(Bundle::Receipts(some));
        bundle(db, &rows::select_all(&Receipted::SHAPE), self.progress, receipt, take)?;
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
        let mut tables = Tables { db: self.db, words: self.words };
        read_small(&mut tables, &mut self.worlds)
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
        each(self.db, &rows::select_all(&Order::SHAPE), self.progress, |row| {
            rows_read += 1;
            if rows_read.is_multiple_of(BUNDLE_LEN) {
                self.worlds.take_in_all(bundles.try_iter());
            }
            let (spot, order) = rows::read::<Order>(row, self.words)?;
            self.worlds.of(spot.world).put(order);
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

/// How every circuit stands, by world and place: for a start, which must be quick.
struct Standing(HashMap<WorldId, VecDeque<Option<CircuitState>>>);

impl Standing {
    /// Reads the history of all circuits, or the part of it after the first of these rows and up
    /// to the second; `step` is called for each row.
    fn read(
        db: &Connection,
        words: &Words,
        part: (i64, i64),
        step: impl Fn(),
    ) -> rusqlite::Result<Self> {
        let mut standing: HashMap<_, VecDeque<Option<CircuitState>>> = HashMap::new();
        // Newest first: the last row of a circuit is how it stands, and the others need not be
        // read.
        let select = rows::select(&Moved::SHAPE);
        let sql = format!("{select} WHERE id > ?1 AND id <= ?2 ORDER BY id DESC");
        let mut statement = db.prepare(&sql)?;
        let mut rows = statement.query([part.0, part.1])?;
        while let Some(row) = rows.next()? {
            step();
            let Spot { world, place } = rows::spot(Moved::SHAPE.rows, row.get(0)?);
            let states = standing.entry(world).or_default();
            if states.len() <= place {
                states.resize(place + 1, None);
            }
            if states[place].is_none() {
                states[place] = Some(rows::read_standing(row, words)?.1);
            }
        }
        Ok(Self(standing))
    }

    /// The row in the middle of the history, by number.
    fn middle(db: &Connection) -> rusqlite::Result<i64> {
        let sql = "SELECT COALESCE((SELECT MIN(id) FROM circuit_states) / 2 \
             + (SELECT MAX(id) FROM circuit_states) / 2, 0)";
        db.query_row(sql, [], |row| row.get(0))
    }

    /// Adds what an older part of the history says of circuits that this one says nothing of.
    fn after(mut self, older: Self) -> Self {
        for (world, older) in older.0 {
            let newer = self.0.entry(world).or_default();
            let len = newer.len().max(older.len());
            newer.resize(len, None);
            for (newer, older) in newer.iter_mut().zip(older) {
                *newer = newer.or(older);
            }
        }
        self
    }

    /// How the next circuit of this world stands. They are asked for in the order of making.
    fn next(&mut self, world: WorldId) -> rusqlite::Result<CircuitState> {
        let state = self.0.get_mut(&world).and_then(VecDeque::pop_front).flatten();
        state.ok_or_else(|| rows::unreadable("a circuit without a state".into()))
    }

    /// Every circuit was asked for.
    fn finish(self) -> rusqlite::Result<()> {
        let left = self.0.values().any(|states| !states.is_empty());
        if left { Err(rows::unreadable(STATE_ALONE.into())) } else { Ok(()) }
    }
}

/// The tables of a file.
struct Tables<'t> {
    db: &'t Connection,
    words: &'t Words,
}

impl crate::row::Reading for Tables<'_> {
    type Error = rusqlite::Error;

    fn each<R: crate::row::Row>(
        &mut self,
        mut take: impl FnMut(Spot, R) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare(&rows::select_all(&R::SHAPE))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (spot, record) = rows::read(row, self.words)?;
            take(spot, record)?;
        }
        Ok(())
    }

    fn unreadable(&self, why: String) -> rusqlite::Error {
        rows::unreadable(why)
    }
}

/// Kinds of which there are so many that a start reads them in its own way.
macro_rules! is_large {
    (Circuit) => {
        true
    };
    (Order) => {
        true
    };
    ($kind:ident) => {
        false
    };
}

/// What a start reads of what is appended, for each kind: a new one has to say so.
macro_rules! at_start {
    (PriceList, $tables:ident, $worlds:ident) => {
        PriceList::read($tables, |world, list| {
            $worlds.of(world).put_prices(list);
            Ok(())
        })?
    };
    // Only audits read these.
    (Posting, $tables:ident, $worlds:ident) => {};
    (CircuitMove, $tables:ident, $worlds:ident) => {};
    (OrderMove, $tables:ident, $worlds:ident) => {};
    // Read last, and only what is remembered of them.
    (Receipt, $tables:ident, $worlds:ident) => {};
}

macro_rules! read_kinds {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        /// Reads what is not large into worlds.
        fn read_small(tables: &mut Tables, worlds: &mut Worlds) -> rusqlite::Result<()> {
            $(if !is_large!($kind) {
                <$record>::read(tables, |world, record| {
                    worlds.of(world).put(record);
                    Ok(())
                })?;
            })+
            $(at_start!($entry, tables, worlds);)+
            Ok(())
        }

        /// Reads every record of every kind.
        fn read_everything(tables: &mut Tables) -> rusqlite::Result<HashMap<WorldId, Books>> {
            let mut books: HashMap<WorldId, Books> = HashMap::new();
            $(<$record>::read(tables, |world, record| {
                books.entry(world).or_default().$many.push(record);
                Ok(())
            })?;)+
            $(<$appended>::read(tables, |world, record| {
                books.entry(world).or_default().$entries.push(record);
                Ok(())
            })?;)+
            Ok(books)
        }
    };
}

domain::records!(read_kinds);

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
    if version != known_version() {
        return Err(OpenError::Release(version));
    }
    let words = read_words(&db)?;
    let mut found = db.prepare("SELECT id, name FROM worlds ORDER BY id")?;
    let found = found.query_map([], |row| Ok((WorldId(row.get(0)?), row.get::<_, String>(1)?)))?;
    let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut books = read_everything(&mut Tables { db: &db, words: &words })?;
    let named = |(id, name)| (name, books.remove(&id).unwrap_or_default());
    Ok(found.into_iter().map(named).collect())
}
