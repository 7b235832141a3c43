//! What a batch changed in one world, written as rows within the writer's transaction.

use super::options::{Options, Point};
use super::rows::{self, Binder};
use super::slots::Slot;
use crate::codec::{Sink as _, Value};
use crate::row::{Row, Rows, Shape, Stored, Writing};
use crate::tables::shapes;
use crate::words::Words;
use crate::world::WorldId;
use domain::circuit::Circuit;
use domain::{CircuitId, Delta, State, Timestamp};
use parking_lot::RwLockReadGuard;
use rusqlite::{CachedStatement, Connection, Result, params};
use std::collections::HashMap;

/// The statements that put rows there, by table: made once.
pub(super) struct Inserts(HashMap<&'static str, String>);

impl Inserts {
    pub(super) fn new() -> Self {
        Self(shapes().map(|shape| (shape.name, rows::insert(&shape))).collect())
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
            self.wrote(self.clear(world))?;
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
        for shape in shapes() {
            self.db.execute(&rows::clear(&shape), rows::span(&shape, world))?;
        }
        let sql = "UPDATE worlds SET forgotten_to = NULL WHERE id = ?1";
        self.db.execute(sql, [world.0]).map(drop)
    }

    /// Removes receipts made at or before `until` whose nonces cannot be fresh any more, and keeps
    /// how far that was. A nonce lives by the wall, which the newest receipt of all shows well
    /// enough. Receipts are kept in the order they came, so only the oldest are looked at.
    pub(super) fn forget_receipts(&self, world: WorldId, until: Timestamp) -> Result<()> {
        let sql = "DELETE FROM receipts WHERE world = ?1 AND id < COALESCE((SELECT id FROM \
             receipts WHERE world = ?1 AND (made_at > ?2 OR received_at > (SELECT received_at \
             FROM receipts ORDER BY id DESC LIMIT 1) - ?3) ORDER BY id LIMIT 1), ?4)";
        let nonce_life_ms = self.options.nonce_life_ms;
        let forget = params![world.0, until.ms(), nonce_life_ms, i64::MAX];
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
    statements: Vec<(&'static str, CachedStatement<'w>)>,
}

impl<'w> Page<'_, 'w> {
    /// The statement that puts a row of this table there.
    fn statement(&mut self, shape: &Shape) -> Result<&mut CachedStatement<'w>> {
        let known = |(name, _): &(&str, _)| std::ptr::eq(*name, shape.name);
        let place = if let Some(place) = self.statements.iter().position(known) {
            place
        } else {
            let statement = self.pen.db.prepare_cached(&self.pen.inserts.0[shape.name])?;
            self.statements.push((shape.name, statement));
            self.statements.len() - 1
        };
        Ok(&mut self.statements[place].1)
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
        let statement = self.statement(&R::SHAPE)?;
        let mut binder = Binder::new(statement, usize::MAX);
        binder.put(Value::Integer(head::<R>(world, place)))?;
        row.put(pen.words, &mut binder)?;
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
