//! How circuits stand, for a start, which must be quick.

use super::reading::each;
use super::rows::{self, Worlds};
use crate::row::{Row as _, Spot};
use crate::tables::{Described, Moved, Renewed, STATE_ALONE};
use crate::words::Words;
use crate::world::WorldId;
use domain::circuit::{Circuit, CircuitState};
use rusqlite::Connection;
use std::collections::{HashMap, VecDeque};

/// How every circuit stands, by world and place.
pub(super) struct Standing(HashMap<WorldId, VecDeque<Option<CircuitState>>>);

impl Standing {
    /// Reads the history of all circuits, or the part of it after the first of these rows and up
    /// to the second; `step` is called for each row.
    pub(super) fn read(
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

    /// The row in the middle of the default world's history, by number: that world is the largest.
    pub(super) fn middle(db: &Connection) -> rusqlite::Result<i64> {
        db.query_row("SELECT COALESCE(MAX(id), 0) / 2 FROM circuit_states", [], |row| row.get(0))
    }

    /// What comes before the first row of these worlds, and their last.
    pub(super) fn part(worlds: Worlds) -> (i64, i64) {
        let [first, last] = rows::span(&Moved::SHAPE, worlds);
        (first - 1, last)
    }

    /// Adds what an older part of the history says of circuits that this one says nothing of.
    pub(super) fn after(mut self, older: Self) -> Self {
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

    /// Reads the circuits of these worlds, each standing so, in the order of making.
    pub(super) fn circuits(
        mut self,
        db: &Connection,
        words: &Words,
        of: Worlds,
        mut take: impl FnMut(WorldId, Circuit) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let mut renewed: HashMap<Spot, Renewed> = HashMap::new();
        each(db, &Renewed::SHAPE, of, |row| {
            let (spot, row) = rows::read(row, words)?;
            renewed.insert(spot, row);
            Ok(())
        })?;
        each(db, &Described::SHAPE, of, |row| {
            let (spot, described) = rows::read::<Described>(row, words)?;
            let state = Renewed::restore(renewed.remove(&spot), self.next(spot.world)?);
            take(spot.world, described.standing(state))
        })?;
        self.finish()?;
        if renewed.is_empty() { Ok(()) } else { Err(rows::unreadable(STATE_ALONE.into())) }
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
