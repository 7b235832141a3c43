//! Reading whole tables: of all worlds that live, at a start and for an audit; or of one.

use super::file::{OpenError, known_version, open_reader, read_words};
use super::rows::{self, Worlds};
use super::standing::Standing;
use crate::row::{Row, Shape, Spot, Stored as _};
use crate::tables::{Receipted, Remembered};
use crate::words::Words;
use crate::world::WorldId;
use domain::audit::Books;
use domain::price::PriceList;
use domain::receipt::TOKEN_LIFE_MS;
use domain::{Rules, State, Timestamp};
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::HashMap;
use std::path::Path;

/// The tables of a file, as far as they are of these worlds.
pub(super) struct Tables<'t> {
    pub(super) db: &'t Connection,
    pub(super) words: &'t Words,
    pub(super) worlds: Worlds,
}

impl crate::row::Reading for Tables<'_> {
    type Error = rusqlite::Error;

    fn each<R: Row>(
        &mut self,
        mut take: impl FnMut(Spot, R) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        each(self.db, &R::SHAPE, self.worlds, |row| {
            let (spot, record) = rows::read(row, self.words)?;
            take(spot, record)
        })
    }

    fn unreadable(&self, why: String) -> rusqlite::Error {
        rows::unreadable(why)
    }
}

/// Calls `take` with each row that a table has of these worlds.
pub(super) fn each(
    db: &Connection,
    shape: &Shape,
    worlds: Worlds,
    mut take: impl FnMut(&rusqlite::Row) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = db.prepare(&rows::select_all(shape))?;
    let mut rows = statement.query(rows::span(shape, worlds))?;
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}

/// The state of a world of which nothing is read yet: its clock, and how far its receipts were
/// forgotten.
pub(super) fn begun(rules: Rules, clock: i64, forgotten_to: Option<i64>) -> State {
    let mut state = State::new(rules);
    state.set_clock(clock);
    if let Some(until) = forgotten_to {
        // Whoever's receipts they were, nobody decides before they were old.
        state.reach_all(Timestamp::from_ms(until).plus_ms(TOKEN_LIFE_MS));
    }
    state
}

/// What a world takes in of what is appended, for each kind: a new one has to say so.
macro_rules! take_in {
    (PriceList, $tables:ident, $state:ident) => {
        PriceList::read(&mut $tables, |_, list| {
            $state.put_prices(list);
            Ok(())
        })?
    };
    // Only audits read these.
    (Posting, $tables:ident, $state:ident) => {};
    (CircuitMove, $tables:ident, $state:ident) => {};
    (OrderMove, $tables:ident, $state:ident) => {};
    (RouterMove, $tables:ident, $state:ident) => {};
    (Receipt, $tables:ident, $state:ident) => {
        each($tables.db, &Receipted::SHAPE, $tables.worlds, |row| {
            let (_, remembered) = rows::read_remembered(row, $tables.words)?;
            let Remembered { account, key, earlier, .. } = remembered;
            $state.put_receipt(account, key, earlier);
            Ok(())
        })?
    };
}

/// Kinds whose last word is sought in a history, in a way of their own.
macro_rules! has_history {
    (Circuit) => {
        true
    };
    ($kind:ident) => {
        false
    };
}

macro_rules! read_kinds {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        /// Rebuilds one world, as a start rebuilds all of them: from one of which its clock is
        /// known, and nothing else.
        fn read_state(
            db: &Connection,
            words: &Words,
            world: WorldId,
            mut state: State,
        ) -> rusqlite::Result<State> {
            let worlds = Worlds::one(world);
            let mut tables = Tables { db, words, worlds };
            $(if !has_history!($kind) {
                <$record>::read(&mut tables, |_, record| {
                    state.put(record);
                    Ok(())
                })?;
            })+
            $(take_in!($entry, tables, state);)+
            let standing = Standing::read(db, words, Standing::part(worlds), || ())?;
            standing.circuits(db, words, worlds, |_, circuit| {
                state.put(circuit);
                Ok(())
            })?;
            Ok(state)
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

/// Rebuilds one world of what is committed in a file, or a snapshot, on a connection of its own.
pub(super) fn read_state_in(
    path: &Path,
    vfs: Option<&str>,
    words: &Words,
    world: WorldId,
    begun: State,
) -> rusqlite::Result<State> {
    let db = open_reader(path, vfs)?;
    db.execute_batch("BEGIN")?;
    read_state(&db, words, world, begun)
}

/// Every world's records as they stand in the file, for an audit beside a running server: one
/// consistent view, nothing written.
pub fn read_books(path: &Path) -> Result<Vec<(String, Books)>, OpenError> {
    read_books_in(path, None)
}

/// The same, by the file layer of this name.
pub fn read_books_in(path: &Path, vfs: Option<&str>) -> Result<Vec<(String, Books)>, OpenError> {
    read(path, vfs, File::living)
}

/// The same of one world; nothing if there is none of this name.
pub fn read_world(path: &Path, world: &str) -> Result<Option<Books>, OpenError> {
    read(path, None, |file| file.world(world))
}

/// The same of every snapshot, each called `WORLD@NAME`, by the file layer of this name.
pub fn read_snapshots_in(
    path: &Path,
    vfs: Option<&str>,
) -> Result<Vec<(String, Books)>, OpenError> {
    read(path, vfs, File::snapshots)
}

/// Reads a store of this release.
fn read<T>(
    path: &Path,
    vfs: Option<&str>,
    read: impl FnOnce(&File) -> rusqlite::Result<T>,
) -> Result<T, OpenError> {
    let db = open_reader(path, vfs)?;
    // All of it is read as it stands now; the end of the connection ends that.
    db.execute_batch("BEGIN")?;
    let version: u32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version != known_version() {
        return Err(OpenError::Release(version));
    }
    let words = read_words(&db)?;
    Ok(read(&File { db, words })?)
}

/// A file that is being read.
struct File {
    db: Connection,
    words: Words,
}

impl File {
    fn read(&self, worlds: Worlds) -> rusqlite::Result<HashMap<WorldId, Books>> {
        read_everything(&mut Tables { db: &self.db, words: &self.words, worlds })
    }

    fn living(&self) -> rusqlite::Result<Vec<(String, Books)>> {
        let mut books = self.read(Worlds::LIVING)?;
        let mut worlds = self.db.prepare("SELECT name, id FROM worlds ORDER BY id")?;
        let worlds = worlds.query_map([], |row| Ok((row.get(0)?, WorldId(row.get(1)?))))?;
        worlds
            .map(|world| world.map(|(name, id)| (name, books.remove(&id).unwrap_or_default())))
            .collect()
    }

    fn one(&self, world: WorldId) -> rusqlite::Result<Books> {
        Ok(self.read(Worlds::one(world))?.remove(&world).unwrap_or_default())
    }

    fn world(&self, name: &str) -> rusqlite::Result<Option<Books>> {
        let sql = "SELECT id FROM worlds WHERE name = ?1";
        let found = self.db.query_row(sql, [name], |row| row.get(0).map(WorldId)).optional()?;
        found.map(|world| self.one(world)).transpose()
    }

    fn snapshots(&self) -> rusqlite::Result<Vec<(String, Books)>> {
        let sql = "SELECT worlds.name || '@' || snapshots.name, copy FROM snapshots \
             JOIN worlds ON id = world ORDER BY id, snapshots.name";
        let mut found = self.db.prepare(sql)?;
        let found = found.query_map([], |row| Ok((row.get(0)?, WorldId(row.get(1)?))))?;
        let found = found.collect::<rusqlite::Result<Vec<(String, _)>>>()?;
        found.into_iter().map(|(name, copy)| Ok((name, self.one(copy)?))).collect()
    }
}
