//! Worlds as wholes: opened, kept as they stand, put back, forked and removed, each in one commit.
//!
//! A snapshot is a world that nobody can sign for: its records lie in the same tables, under a
//! number of its own, and none of them in memory.

use super::Writer;
use crate::fault::Fault;
use crate::sqlite::reading::{begun, read_state_in};
use crate::sqlite::rows::SNAPSHOTS;
use crate::sqlite::slots::Slot;
use crate::world::{Snapshot, World, WorldId};
use crate::worlds::{WorldChange, WorldRefusal};
use domain::{State, Timestamp, View as _};
use rusqlite::{Connection, params};
use std::path::Path;
use std::sync::Arc;

/// The numbers of the next world and the next snapshot. None is given twice while the store is
/// open: whoever holds a world that was removed must not meet another one.
pub(super) struct Next {
    world: WorldId,
    copy: WorldId,
}

impl Next {
    /// What comes after those that are there.
    pub(super) fn after(db: &Connection) -> rusqlite::Result<Self> {
        let sql = "SELECT (SELECT MAX(id) FROM worlds), (SELECT MAX(copy) FROM snapshots)";
        let (world, copy): (Option<u32>, Option<u32>) =
            db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let after = |last: Option<u32>, first| last.map_or(first, |last| WorldId(last + 1));
        Ok(Self { world: after(world, WorldId::DEFAULT), copy: after(copy, SNAPSHOTS) })
    }

    /// The next world's number, unless so many have come and gone that they would meet snapshots.
    fn world(&self) -> Result<WorldId, Fault> {
        given(self.world, SNAPSHOTS.0)
    }

    /// The next snapshot's number.
    fn copy(&self) -> Result<WorldId, Fault> {
        given(self.copy, 2 * SNAPSHOTS.0)
    }
}

fn given(number: WorldId, end: u32) -> Result<WorldId, Fault> {
    let used_up = || Fault::Unavailable("67 million worlds were numbered".into());
    if number.0 < end { Ok(number) } else { Err(used_up()) }
}

/// What comes of it: a world, or a no.
type Changed = Result<Result<Arc<World>, WorldRefusal>, Fault>;

impl Writer {
    /// Changes a world as a whole: only between batches. It may leave a long log, which whoever
    /// waits need not see carried over.
    pub fn change_world(&mut self, change: WorldChange) -> Changed {
        match change {
            WorldChange::Open { name } => self.open(&name),
            WorldChange::Fork { name, from, snapshot, wall } => {
                self.fork(&name, from, snapshot.as_deref(), wall)
            }
            WorldChange::Save { world, snapshot, replace, wall } => {
                self.save(world, snapshot, replace, wall)
            }
            WorldChange::Restore { world, snapshot, wall } => self.restore(world, &snapshot, wall),
            WorldChange::Discard { world, snapshot } => self.discard(world, &snapshot),
            WorldChange::Remove { world, wall } => self.remove(world, wall),
        }
    }

    fn there(&self, world: WorldId) -> Result<Arc<Slot>, Fault> {
        self.slots.slot(world).ok_or(Fault::Removed)
    }

    /// Whether there are as many worlds as there may be; the default one is not counted.
    fn is_full(&self) -> bool {
        self.slots.len() > self.options.worlds_max
    }

    fn open(&mut self, name: &str) -> Changed {
        if let Some(slot) = self.slots.named(name) {
            return Ok(Ok(Arc::clone(&slot.world)));
        }
        if self.is_full() {
            return Ok(Err(WorldRefusal::WorldsMax));
        }
        let id = self.next.world()?;
        self.transact(|writer| writer.name(id, name))?;
        Ok(Ok(self.begin(id, name, State::new(self.options.rules))))
    }

    fn name(&self, id: WorldId, name: &str) -> rusqlite::Result<()> {
        let sql = "INSERT INTO worlds (id, name, clock) VALUES (?1, ?2, 0)";
        self.db.execute(sql, params![id.0, name]).map(drop)
    }

    /// A world is there from now on.
    fn begin(&mut self, id: WorldId, name: &str, state: State) -> Arc<World> {
        self.next.world = WorldId(id.0 + 1);
        self.slots.add(World::new(id, name), state)
    }

    fn fork(
        &mut self,
        name: &str,
        from: WorldId,
        snapshot: Option<&str>,
        wall: Timestamp,
    ) -> Changed {
        let origin = self.there(from)?;
        if self.slots.named(name).is_some() {
            return Ok(Err(WorldRefusal::WorldExists));
        }
        if self.is_full() {
            return Ok(Err(WorldRefusal::WorldsMax));
        }
        let id = self.next.world()?;
        let (records, clock) = match snapshot.map(|snapshot| origin.world.snapshot(snapshot)) {
            None => (from, origin.state.read().clock()),
            Some(Some(snapshot)) => (snapshot.copy, clock_of(&snapshot, wall)),
            Some(None) => return Ok(Err(WorldRefusal::NoSuchSnapshot)),
        };
        let state = self.transact(|writer| {
            writer.name(id, name)?;
            writer.take_over(id, records, clock)
        })?;
        self.heed_replaced(name, Some(&state));
        let world = self.begin(id, name, state);
        self.feed.tell_replaced(&world, Some(clock), wall.plus_ms(clock));
        Ok(Ok(world))
    }

    fn save(&mut self, world: WorldId, name: Box<str>, replace: bool, wall: Timestamp) -> Changed {
        let slot = self.there(world)?;
        let earlier = slot.world.snapshot(&name);
        if earlier.is_some() && !replace {
            return Ok(Err(WorldRefusal::SnapshotExists));
        }
        let (taken_at, copy) = (slot.world.time(wall), self.next.copy()?);
        self.transact(|writer| {
            if let Some(earlier) = &earlier {
                writer.pen().clear_rows(earlier.copy)?;
            }
            writer.pen().copy_rows(world, copy)?;
            let sql = "INSERT OR REPLACE INTO snapshots (world, name, copy, taken_at, saved_at, \
                 forgotten_to) SELECT id, ?2, ?3, ?4, ?5, forgotten_to FROM worlds WHERE id = ?1";
            let row = params![world.0, name, copy.0, taken_at.ms(), wall.ms()];
            writer.db.execute(sql, row).map(drop)
        })?;
        self.next.copy = WorldId(copy.0 + 1);
        slot.world.put_snapshot(Snapshot { name, taken_at, saved_at: wall, copy });
        Ok(Ok(Arc::clone(&slot.world)))
    }

    fn restore(&mut self, world: WorldId, name: &str, wall: Timestamp) -> Changed {
        let slot = self.there(world)?;
        let Some(snapshot) = slot.world.snapshot(name) else {
            return Ok(Err(WorldRefusal::NoSuchSnapshot));
        };
        let clock = clock_of(&snapshot, wall);
        let state = self.transact(|writer| {
            writer.pen().clear_rows(world)?;
            writer.take_over(world, snapshot.copy, clock)
        })?;
        self.heed_replaced(&slot.world.name, Some(&state));
        slot.replace(state);
        self.feed.tell_replaced(&slot.world, Some(clock), wall.plus_ms(clock));
        Ok(Ok(Arc::clone(&slot.world)))
    }

    fn discard(&mut self, world: WorldId, name: &str) -> Changed {
        let slot = self.there(world)?;
        let Some(snapshot) = slot.world.snapshot(name) else {
            return Ok(Err(WorldRefusal::NoSuchSnapshot));
        };
        self.transact(|writer| {
            writer.pen().clear_rows(snapshot.copy)?;
            let sql = "DELETE FROM snapshots WHERE world = ?1 AND name = ?2";
            writer.db.execute(sql, params![world.0, name]).map(drop)
        })?;
        slot.world.discard_snapshot(name);
        Ok(Ok(Arc::clone(&slot.world)))
    }

    fn remove(&mut self, world: WorldId, wall: Timestamp) -> Changed {
        let slot = self.there(world)?;
        if world == WorldId::DEFAULT {
            return Ok(Err(WorldRefusal::DefaultWorld));
        }
        self.transact(|writer| {
            for snapshot in slot.world.snapshots() {
                writer.pen().clear_rows(snapshot.copy)?;
            }
            writer.pen().clear_rows(world)?;
            writer.db.execute("DELETE FROM snapshots WHERE world = ?1", [world.0])?;
            writer.db.execute("DELETE FROM worlds WHERE id = ?1", [world.0]).map(drop)
        })?;
        self.heed_replaced(&slot.world.name, None);
        self.slots.remove(&slot.world);
        self.feed.tell_replaced(&slot.world, None, slot.world.time(wall));
        Ok(Ok(Arc::clone(&slot.world)))
    }

    /// A world without records takes over those of another one, or of a snapshot, with its clock so
    /// far ahead of the wall. What it then is, is read from the file meanwhile, as at a start: so
    /// nobody's time is further than what is kept of him tells.
    fn take_over(&self, world: WorldId, records: WorldId, clock: i64) -> rusqlite::Result<State> {
        let sql = "SELECT forgotten_to FROM worlds WHERE id = ?1 \
             UNION ALL SELECT forgotten_to FROM snapshots WHERE copy = ?1";
        let forgotten_to = self.db.query_row(sql, [records.0], |row| row.get(0))?;
        let begun = begun(self.options.rules, clock, forgotten_to);
        let (path, vfs, words) = (self.db.path(), self.options.vfs(), &self.words);
        let path = Path::new(path.unwrap_or_default());
        std::thread::scope(|scope| {
            // All of it is committed, and nobody else writes.
            let reading = scope.spawn(move || read_state_in(path, vfs, words, records, begun));
            let copied = self.pen().copy_rows(records, world);
            let state = reading.join().expect("reading does not panic")?;
            copied?;
            let sql = "UPDATE worlds SET clock = ?2, forgotten_to = ?3 WHERE id = ?1";
            self.db.execute(sql, params![world.0, clock, forgotten_to])?;
            Ok(state)
        })
    }

    fn heed_replaced(&self, world: &str, state: Option<&State>) {
        if let Some(listener) = &self.options.listener {
            listener.replaced(world, state);
        }
    }
}

/// How far ahead of the wall a clock is that goes back to when a snapshot was taken, milliseconds.
fn clock_of(snapshot: &Snapshot, wall: Timestamp) -> i64 {
    snapshot.taken_at.ms() - wall.ms()
}
