//! Reading a whole file: to rebuild worlds at start, and to audit them.

use super::{MIGRATIONS, OpenError, Options, Slots, open_reader, rows};
use crate::{World, WorldId};
use domain::audit::Books;
use domain::{State, View};
use parking_lot::RwLockWriteGuard;
use rusqlite::Connection;
use std::collections::HashMap;
use std::path::Path;

/// Rebuilds every world from the file.
pub(super) fn load(db: &Connection, slots: &Slots, options: &Options) -> rusqlite::Result<()> {
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
    // Nobody else is here yet: each world is locked once, not once a record.
    let slots: Vec<_> = slots.by_id.read().clone();
    let worlds = Worlds(slots.iter().map(|slot| slot.state.write()).collect());
    let mut loader = Loader { db, worlds, options, done: 0, total: 0 };
    loader.measure()?;
    loader.small_tables()?;
    loader.circuits_and_orders()?;
    loader.each(rows::RECEIPTS, |worlds, row| {
        let (world, receipt) = rows::receipt(row)?;
        worlds.of(world).add_receipt(&receipt);
        Ok(())
    })?;
    for (slot, state) in slots.iter().zip(&loader.worlds.0) {
        slot.world.publish(state.clock(), state.next_due().map(|(at, _)| at));
    }
    Ok(())
}

/// The worlds being rebuilt, by number.
struct Worlds<'l>(Vec<RwLockWriteGuard<'l, State>>);

impl Worlds<'_> {
    fn of(&mut self, world: WorldId) -> &mut State {
        &mut self.0[world.0 as usize]
    }
}

/// Reads tables into worlds, telling how far it has come.
struct Loader<'l> {
    db: &'l Connection,
    worlds: Worlds<'l>,
    options: &'l Options,
    done: usize,
    total: usize,
}

/// So many records between two reports.
const PROGRESS_STEP: usize = 250_000;

impl Loader<'_> {
    /// About how much there is to read, and room for it. The spans of row numbers are near enough
    /// and, unlike counts, cost nothing.
    fn measure(&mut self) -> rusqlite::Result<()> {
        let span = |table| {
            let sql = format!("SELECT COALESCE(MAX(id) - MIN(id) + 1, 0) FROM {table}");
            let rows: i64 = self.db.query_row(&sql, [], |row| row.get(0))?;
            Ok::<_, rusqlite::Error>(usize::try_from(rows).unwrap_or(0))
        };
        let orders = span("orders")?;
        self.total = orders + span("receipts")? + span("circuit_states")?;
        let alone = self.worlds.0.len() == 1;
        for (world, state) in (0..).map(WorldId).zip(&mut self.worlds.0) {
            let first = rows::circuit_row(world, 0);
            let sql = "SELECT COALESCE(MAX(n) - ?1 + 1, 0) FROM circuits WHERE n BETWEEN ?1 AND ?2";
            let last = first | i64::from(u32::MAX);
            let circuits: i64 = self.db.query_row(sql, [first, last], |row| row.get(0))?;
            let circuits = usize::try_from(circuits).unwrap_or(0);
            state.reserve(circuits, if alone { orders } else { 0 });
            self.total += circuits;
        }
        Ok(())
    }

    fn each(
        &mut self,
        sql: &str,
        mut take: impl FnMut(&mut Worlds, &rusqlite::Row) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            take(&mut self.worlds, row)?;
            self.done += 1;
            if self.done.is_multiple_of(PROGRESS_STEP) {
                (self.options.on_progress)(self.done, self.total.max(self.done));
            }
        }
        Ok(())
    }

    fn small_tables(&mut self) -> rusqlite::Result<()> {
        self.each(rows::ACCOUNTS, |worlds, row| {
            let (world, account) = rows::account(row)?;
            worlds.of(world).apply(vec![domain::Change::Account(account)]);
            Ok(())
        })?;
        for (world, list) in rows::price_lists(self.db)? {
            self.worlds.of(world).add_prices(list);
        }
        for (world, user) in rows::users(self.db)? {
            self.worlds.of(world).apply(vec![domain::Change::User(user)]);
        }
        self.each(rows::KEYS, |worlds, row| {
            let (world, key) = rows::key(row)?;
            worlds.of(world).apply(vec![domain::Change::Key(key)]);
            Ok(())
        })
    }

    fn circuits_and_orders(&mut self) -> rusqlite::Result<()> {
        let mut standing = rows::Standing::default();
        self.each(rows::CIRCUIT_STATES, |_, row| standing.take(row))?;
        self.each(rows::CIRCUITS, |worlds, row| {
            let (world, circuit) = rows::circuit(row, &standing)?;
            worlds.of(world).add_circuit(circuit);
            Ok(())
        })?;
        self.each(rows::ORDERS, |worlds, row| {
            let (world, order) = rows::order(row)?;
            worlds.of(world).put_order(order);
            Ok(())
        })
    }
}

/// Every world's records as they stand in the file, for an audit beside a running server: one
/// consistent view, nothing written.
pub fn read_books(path: &Path) -> Result<Vec<(String, Books)>, OpenError> {
    read_books_in(path, None)
}

/// The same, by the file layer of [`Options::vfs`].
pub fn read_books_in(path: &Path, vfs: Option<&str>) -> Result<Vec<(String, Books)>, OpenError> {
    let mut db = open_reader(path, vfs)?;
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
    let standing = rows::Standing::read(&db)?;
    let circuit = |row: &rusqlite::Row| rows::circuit(row, &standing);
    shelve(&db, rows::CIRCUITS, &mut books, circuit, |b| &mut b.circuits)?;
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
