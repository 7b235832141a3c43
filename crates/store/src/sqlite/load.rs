//! Rebuilding every world from the file, at a start.

use super::file::open_reader;
use super::options::Options;
use super::reading::{self, Tables, begun};
use super::rows::{self, Worlds as Which};
use super::slots::Slots;
use super::standing::Standing;
use crate::row::{Row as _, Shape, Stored as _};
use crate::tables::{Receipted, Remembered};
use crate::words::Words;
use crate::world::{DEFAULT_WORLD, Snapshot, World, WorldId};
use domain::circuit::Circuit;
use domain::order::Order;
use domain::price::PriceList;
use domain::{State, Timestamp};
use parking_lot::RwLockWriteGuard;
use rusqlite::{Connection, Row};
use std::collections::BTreeMap;
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
    let mut named = named.query([])?;
    while let Some(row) = named.next()? {
        let state = begun(options.rules, row.get(2)?, row.get(3)?);
        slots.add(World::new(WorldId(row.get(0)?), &row.get::<_, String>(1)?), state);
    }
    if slots.len() == 0 {
        let sql = "INSERT INTO worlds (id, name, clock) VALUES (0, ?1, 0)";
        db.execute(sql, [DEFAULT_WORLD])?;
        slots.add(World::new(WorldId::DEFAULT, DEFAULT_WORLD), State::new(options.rules));
        return Ok(());
    }
    load_snapshots(db, slots)?;
    // Nobody else is here yet: each world is locked once, not once a record.
    let nonces = &slots.nonces;
    let slots: Vec<_> = slots.all();
    let states = slots.iter().map(|slot| (slot.world.id, slot.state.write()));
    let progress = Progress::of(db, options)?;
    let mut loader = Loader { db, worlds: Worlds::new(states), progress: &progress, words };
    loader.small_tables()?;
    *nonces.lock() = loader.large_tables(path)?;
    for (slot, state) in slots.iter().zip(&loader.worlds.states) {
        slot.world.publish(state);
    }
    Ok(())
}

/// What snapshots there are. Their records stay in the file.
fn load_snapshots(db: &Connection, slots: &Slots) -> rusqlite::Result<()> {
    let mut found = db.prepare("SELECT world, name, copy, taken_at, saved_at FROM snapshots")?;
    let mut found = found.query([])?;
    while let Some(row) = found.next()? {
        let slot = slots.slot(WorldId(row.get(0)?));
        let slot = slot.ok_or_else(|| rows::unreadable("a snapshot of no world".into()))?;
        slot.world.put_snapshot(Snapshot {
            name: row.get::<_, String>(1)?.into(),
            copy: WorldId(row.get(2)?),
            taken_at: Timestamp::from_ms(row.get(3)?),
            saved_at: Timestamp::from_ms(row.get(4)?),
        });
    }
    Ok(())
}

/// The worlds being rebuilt.
struct Worlds<'l> {
    states: Vec<RwLockWriteGuard<'l, State>>,
    places: BTreeMap<WorldId, usize>,
    /// The world that was asked for last, and its place: most rows are of the one before.
    last: (WorldId, usize),
}

impl<'l> Worlds<'l> {
    fn new(worlds: impl Iterator<Item = (WorldId, RwLockWriteGuard<'l, State>)>) -> Self {
        let (numbers, states): (Vec<_>, Vec<_>) = worlds.unzip();
        let last = (numbers[0], 0);
        let places = numbers.into_iter().zip(0..).collect();
        Self { states, places, last }
    }

    fn of(&mut self, world: WorldId) -> rusqlite::Result<&mut State> {
        if self.last.0 != world {
            let place = self.places.get(&world);
            let place = place.ok_or_else(|| rows::unreadable("a record of no world".into()))?;
            self.last = (world, *place);
        }
        Ok(&mut self.states[self.last.1])
    }

    fn take_in_all(&mut self, bundles: impl IntoIterator<Item = Bundle>) -> rusqlite::Result<()> {
        bundles.into_iter().try_for_each(|bundle| self.take_in(bundle))
    }

    fn take_in(&mut self, bundle: Bundle) -> rusqlite::Result<()> {
        match bundle {
            Bundle::Circuits(circuits) => {
                for (world, circuit) in circuits {
                    self.of(world)?.put(circuit);
                }
            }
            Bundle::Receipts(receipts) => {
                for (world, Remembered { account, key, earlier, .. }) in receipts {
                    self.of(world)?.put_receipt(account, key, earlier);
                }
            }
        }
        Ok(())
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
            // Worlds beside the default one are small.
            let first = format!("(SELECT MIN(id) FROM {table} WHERE id > 0)");
            let sql = format!("SELECT COALESCE((SELECT MAX(id) FROM {table}) - {first}, 0)");
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

/// Calls `take` with each row of the worlds that live.
fn each(
    db: &Connection,
    shape: &Shape,
    progress: &Progress,
    mut take: impl FnMut(&Row) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    reading::each(db, shape, Which::LIVING, |row| {
        take(row)?;
        progress.step();
        Ok(())
    })
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
        // A loader that has failed does not listen any more, and says why itself.
        let send = |bundle| drop(bundles.send(bundle));
        let mut some = Vec::with_capacity(BUNDLE_LEN);
        let standing = newer.after(older);
        standing.circuits(&db, words, Which::LIVING, |world, circuit| {
            progress.step();
            some.push((world, circuit));
            if some.len() == BUNDLE_LEN {
                let full = std::mem::replace(&mut some, Vec::with_capacity(BUNDLE_LEN));
                send(Bundle::Circuits(full));
            }
            Ok(())
        })?;
        send(Bundle::Circuits(some));
        self.receipts(&db, |bundle| {
            send(bundle);
            Ok(())
        })
    }

    /// Reads receipts, unless somebody does already; also gives the nonces that may matter still.
    fn receipts(
        self,
        db: &Connection,
        mut take: impl FnMut(Bundle) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<Vec<Nonce>> {
        let mut nonces = Vec::new();
        if self.receipts_taken.swap(true, Ordering::Relaxed) {
            return Ok(nonces);
        }
        // The newest receipt of all shows the wall's time well enough.
        let newest: Option<i64> = db.query_row(&rows::newest_receipt(), [], |row| row.get(0))?;
        let life_ms = self.progress.options.nonce_life_ms;
        let oldest = Timestamp::from_ms(newest.unwrap_or_default().saturating_sub(life_ms));
        let mut some = Vec::with_capacity(BUNDLE_LEN);
        each(db, &Receipted::SHAPE, self.progress, |row| {
            let (world, remembered) = rows::read_remembered(row, self.words)?;
            if remembered.nonce.1 >= oldest {
                nonces.push(remembered.nonce);
            }
            some.push((world, remembered));
            if some.len() == BUNDLE_LEN {
                let full = std::mem::replace(&mut some, Vec::with_capacity(BUNDLE_LEN));
                take(Bundle::Receipts(full))?;
            }
            Ok(())
        })?;
        take(Bundle::Receipts(some))?;
        Ok(nonces)
    }
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
        let mut tables = Tables { db: self.db, words: self.words, worlds: Which::LIVING };
        read_small(&mut tables, &mut self.worlds)
    }

    /// The nonces that may matter still.
    fn large_tables(&mut self, path: &Path) -> rusqlite::Result<Vec<Nonce>> {
        let receipts_taken = AtomicBool::new(false);
        let (words, progress) = (self.words, self.progress);
        let (middle, (first, _)) = (Standing::middle(self.db)?, Standing::part(Which::LIVING));
        let reading = Reading { words, progress, middle, receipts_taken: &receipts_taken };
        std::thread::scope(|scope| {
            let (sender, bundles) = sync_channel(BUNDLES_MAX);
            let (older_to, older) = sync_channel(1);
            let beside = scope.spawn(move || reading.beside(path, &older, &sender));
            let older = Standing::read(self.db, words, (first, middle), || progress.step());
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
        each(self.db, &Order::SHAPE, self.progress, |row| {
            rows_read += 1;
            if rows_read.is_multiple_of(BUNDLE_LEN) {
                self.worlds.take_in_all(bundles.try_iter())?;
            }
            let (spot, order) = rows::read::<Order>(row, self.words)?;
            self.worlds.of(spot.world)?.put(order);
            Ok(())
        })?;
        let nonces = reading.receipts(self.db, |receipts| {
            self.worlds.take_in(receipts)?;
            self.worlds.take_in_all(bundles.try_iter())
        })?;
        self.worlds.take_in_all(bundles)?;
        Ok(nonces)
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
            $worlds.of(world)?.put_prices(list);
            Ok(())
        })?
    };
    // Only audits read these.
    (Posting, $tables:ident, $worlds:ident) => {};
    (CircuitMove, $tables:ident, $worlds:ident) => {};
    (OrderMove, $tables:ident, $worlds:ident) => {};
    (RouterMove, $tables:ident, $worlds:ident) => {};
    // Read last, and only what is remembered of them.
    (Receipt, $tables:ident, $worlds:ident) => {};
}

macro_rules! small {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        /// Reads what is not large into worlds.
        fn read_small(tables: &mut Tables, worlds: &mut Worlds) -> rusqlite::Result<()> {
            $(if !is_large!($kind) {
                <$record>::read(tables, |world, record| {
                    worlds.of(world)?.put(record);
                    Ok(())
                })?;
            })+
            $(at_start!($entry, tables, worlds);)+
            Ok(())
        }
    };
}

domain::records!(small);
