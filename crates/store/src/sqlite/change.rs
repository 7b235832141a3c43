//! What a batch changed in one world, written as rows within the writer's transaction.

use super::options::{Options, Point};
use super::rows::{self, Binder, Place, Worlds};
use super::slots::Slot;
use crate::codec::{Sink as _, Value};
use crate::row::{Row, Rows, Shape, Stored, Writing};
use crate::tables::{Receipted, shapes};
use crate::words::Words;
use crate::world::WorldId;
use domain::circuit::Circuit;
use domain::{CircuitId, Delta, State, Timestamp};
use parking_lot::RwLockReadGuard;
use rusqlite::{CachedStatement, Connection, Result, params};
use std::cell::Cell;
use std::collections::HashMap;

/// The statements that put rows there, by table: made once.
pub(super) struct Inserts(HashMap<&'static str, Insert>);

/// Those of one table.
struct Insert {
    last: String,
    in_span: String,
    newest: Option<String>,
    /// Whether the default world is known to have a row there.
    has_last: Cell<bool>,
}

impl Inserts {
    pub(super) fn new() -> Self {
        let insert = |shape: Shape| Insert {
            last: rows::insert(&shape, Place::Last),
            in_span: rows::insert(&shape, Place::InSpan),
            newest: rows::newest(&shape),
            has_last: Cell::new(false),
        };
        Self(shapes().map(|shape| (shape.name, insert(shape))).collect())
    }

    /// Rows of the default world may be gone.
    fn removed(&self) {
        self.0.values().for_each(|insert| insert.has_last.set(false));
    }
}

/// What writing needs to know.
pub(super) struct Pen<'w> {
    pub(super) db: &'w Connection,
    pub(super) words: &'w Words,
    pub(super) inserts: &'w Inserts,
    pub(super) options: &'w Options,
}

macro_rules! write_all {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        fn write_records(page: &mut Page, delta: &Delta) -> Result<()> {
            // What is new has its place before anything is said of it.
            $(delta.$many.iter().try_for_each(|record| record.write(page))?;)+
            $(delta.$entries.iter().try_for_each(|record| record.write(page))?;)+
            Ok(())
        }
    };
}

domain::records!(write_all);

impl Pen<'_> {
    /// Writes what changed in one world.
    pub(super) fn write(&self, slot: &Slot, delta: &Delta) -> Result<()> {
        let before = slot.state.read();
        let world = slot.world.id;
        if delta.cleared && !before.is_new() {
            self.clear(world)?;
        }
        if let Some(clock) = delta.clock {
            let sql = "UPDATE worlds SET clock = ?2 WHERE id = ?1";
            self.wrote(self.db.execute(sql, params![world.0, clock]).map(drop))?;
        }
        let next_place = if delta.cleared { 0 } else { before.circuits_len() };
        let (cleared, statements) = (delta.cleared, Vec::new());
        let new_places = HashMap::new();
        let mut page =
            Page { pen: self, world, before, cleared, next_place, new_places, statements };
        write_records(&mut page, delta)
    }

    fn wrote(&self, result: Result<()>) -> Result<()> {
        result.map(|()| self.options.pass(Point::Statement))
    }

    /// Removes everything of a world but the world itself.
    fn clear(&self, world: WorldId) -> Result<()> {
        self.clear_rows(world)?;
        let sql = "UPDATE worlds SET forgotten_to = NULL WHERE id = ?1";
        self.wrote(self.db.execute(sql, [world.0]).map(drop))
    }

    /// Removes every record of a world, or of a snapshot.
    pub(super) fn clear_rows(&self, world: WorldId) -> Result<()> {
        self.inserts.removed();
        for shape in shapes() {
            let span = rows::span(&shape, Worlds::one(world));
            self.wrote(self.db.execute(&rows::clear(&shape), span).map(drop))?;
        }
        Ok(())
    }

    /// Gives one world, which has none, every record of another one.
    pub(super) fn copy_rows(&self, from: WorldId, to: WorldId) -> Result<()> {
        for shape in shapes() {
            let span = rows::span(&shape, Worlds::one(from));
            self.wrote(self.db.execute(&rows::copy(&shape, from, to), span).map(drop))?;
        }
        Ok(())
    }

    /// Removes receipts made at or before `until` whose nonces cannot be fresh any more, and keeps
    /// how far that was. A nonce lives by the wall, which the newest receipt of all shows well
    /// enough. Receipts are kept in the order they came, so only the oldest are looked at.
    pub(super) fn forget_receipts(&self, world: WorldId, until: Timestamp) -> Result<()> {
        self.inserts.removed();
        let newest: Option<i64> =
            self.db.query_row(&rows::newest_receipt(), [], |row| row.get(0))?;
        let used_until = newest.unwrap_or_default().saturating_sub(self.options.nonce_life_ms);
        let [first, last] = rows::span(&Receipted::SHAPE, Worlds::one(world));
        let sql = "DELETE FROM receipts WHERE id BETWEEN ?1 AND ?2 AND id < COALESCE((SELECT id \
             FROM receipts WHERE id BETWEEN ?1 AND ?2 AND (made_at > ?3 OR received_at > ?4) \
             ORDER BY id LIMIT 1), ?5)";
        let forget = params![first, last, until.ms(), used_until, i64::MAX];
        self.wrote(self.db.execute(sql, forget).map(drop))?;
        let sql = "UPDATE worlds SET forgotten_to = ?2 WHERE id = ?1";
        self.wrote(self.db.execute(sql, params![world.0, until.ms()]).map(drop))
    }
}

/// What is being written of one world.
struct Page<'p, 'w> {
    pen: &'p Pen<'w>,
    world: WorldId,
    before: RwLockReadGuard<'p, State>,
    cleared: bool,
    /// The place of the next new circuit.
    next_place: usize,
    /// The places of those that are new.
    new_places: HashMap<CircuitId, usize>,
    /// A statement is prepared once a batch: to look it up for each record costs as much as a
    /// quarter of the record.
    statements: Vec<Line<'w>>,
}

/// Where the rows of a table go.
struct Line<'w> {
    table: &'static str,
    statement: CachedStatement<'w>,
    /// The number of the next row, where rows are counted and SQLite does not know it.
    next: Option<i64>,
}

impl<'w> Page<'_, 'w> {
    /// Where the rows of this table go.
    fn line(&mut self, shape: &Shape) -> Result<&mut Line<'w>> {
        let known = |line: &Line| std::ptr::eq(line.table, shape.name);
        let place = if let Some(place) = self.statements.iter().position(known) {
            place
        } else {
            let (db, insert) = (self.pen.db, &self.pen.inserts.0[shape.name]);
            let next = self.next(insert, shape)?;
            let is_last = self.world == WorldId::DEFAULT && next.is_none();
            let sql = if is_last { &insert.last } else { &insert.in_span };
            let statement = db.prepare_cached(sql)?;
            self.statements.push(Line { table: shape.name, statement, next });
            self.statements.len() - 1
        };
        Ok(&mut self.statements[place])
    }

    /// The number of the world's next row where rows are counted, unless SQLite finds it by itself,
    /// which counts on from the last row of a table: the default world's, unless others alone have
    /// rows there.
    fn next(&self, insert: &Insert, shape: &Shape) -> Result<Option<i64>> {
        let is_default = self.world == WorldId::DEFAULT;
        let Some(newest) = &insert.newest else { return Ok(None) };
        if is_default && insert.has_last.get() {
            return Ok(None);
        }
        let span = rows::span(shape, Worlds::one(self.world));
        let among = if is_default { [i64::MIN, i64::MAX] } else { span };
        let mut newest = self.pen.db.prepare_cached(newest)?;
        let newest: Option<i64> = newest.query_row(among, |row| row.get(0))?;
        if is_default && newest.is_none_or(|newest| newest >= span[0]) {
            // From 1 on where there is none.
            insert.has_last.set(newest.is_some());
            return Ok(None);
        }
        Ok(Some(newest.unwrap_or(span[0]).max(span[0]) + 1))
    }
}

/// The number that stands before the columns of a row.
fn head<R: Row>(world: WorldId, place: usize) -> i64 {
    match R::SHAPE.rows {
        Rows::Placed | Rows::History => rows::placed(world, place),
        Rows::Keyed(_) | Rows::Numbered | Rows::Appended => world.0.into(),
    }
}

impl Writing for Page<'_, '_> {
    type Error = rusqlite::Error;

    fn before(&mut self, circuit: &CircuitId) -> (usize, Option<&Circuit>) {
        let state = (!self.cleared).then_some(&*self.before);
        if let Some((place, before)) = state.and_then(|state| state.placed_circuit(circuit)) {
            return (place, Some(before));
        }
        let place = *self.new_places.entry(*circuit).or_insert(self.next_place);
        self.next_place = self.next_place.max(place + 1);
        (place, None)
    }

    fn put<R: Row>(&mut self, place: usize, row: &R) -> Result<()> {
        let (world, pen) = (self.world, self.pen);
        let Line { statement, next, .. } = self.line(&R::SHAPE)?;
        let mut binder = Binder::new(statement, usize::MAX);
        binder.put(Value::Integer(head::<R>(world, place)))?;
        row.put(pen.words, &mut binder)?;
        if let Some(next) = next {
            binder.put(Value::Integer(*next))?;
            *next += 1;
        }
        pen.wrote(statement.raw_execute().map(drop))
    }

    fn remove_like<R: Row>(&mut self, row: &R, columns: usize) -> Result<()> {
        let mut statement = self.pen.db.prepare_cached(&rows::remove_like(&R::SHAPE, columns))?;
        let mut binder = Binder::new(&mut statement, 1 + columns);
        binder.put(Value::Integer(head::<R>(self.world, 0)))?;
        row.put(self.pen.words, &mut binder)?;
        statement.raw_execute().map(drop)
    }
}

#[cfg(test)]
#[path = "tests/records.rs"]
mod tests;
