//! What is kept as rows: the shapes of tables, and what an engine has to do with them.

use crate::codec::Codec;
use crate::world::WorldId;
use domain::CircuitId;
use domain::circuit::Circuit;

/// How the rows of a table are told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rows {
    /// By the world and these columns: the last word counts.
    Keyed(&'static [&'static str]),
    /// By the first column, whichever the world: the last word counts.
    Numbered,
    /// They are added and never changed; the engine counts them.
    Appended,
    /// By the world and the place of the record in it, which are one number before the columns.
    Placed,
    /// As [`Rows::Placed`], but a history: the last row of a place counts.
    History,
}

/// A table: its name, its columns but for what tells worlds apart, and how its rows are told apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) rows: Rows,
    pub(crate) columns: &'static [&'static str],
}

/// What is kept as the rows of one table.
pub(crate) trait Row: Codec {
    /// The table.
    const SHAPE: Shape;
}

/// Where a row was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Spot {
    pub(crate) world: WorldId,
    /// The record's place in its world, where rows are placed; else 0.
    pub(crate) place: usize,
}

/// An engine within the transaction of a commit, writing what changed in one world.
pub(crate) trait Writing {
    /// The engine's own.
    type Error;

    /// The place of a circuit in its world, and what it was there before: the next place of one
    /// that is new.
    fn before(&mut self, circuit: &CircuitId) -> (usize, Option<&Circuit>);

    /// Puts a row there, in the place of the one that is told apart by the same. `place`: where
    /// rows are placed, the record's.
    fn put<R: Row>(&mut self, place: usize, row: &R) -> Result<(), Self::Error>;

    /// Removes the rows that begin with the same as this one, in so many of the columns by which
    /// they are told apart.
    fn remove_like<R: Row>(&mut self, row: &R, columns: usize) -> Result<(), Self::Error>;
}

/// An engine reading all of a store.
pub(crate) trait Reading {
    /// The engine's own.
    type Error;

    /// Calls `take` with every row of a table, in the order by which they are told apart, or in
    /// which they were added.
    fn each<R: Row>(
        &mut self,
        take: impl FnMut(Spot, R) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error>;

    /// A row is not what any release wrote.
    fn unreadable(&self, why: String) -> Self::Error;
}

/// A kind of record, as it is kept.
pub(crate) trait Stored: Sized {
    /// Its tables.
    const SHAPES: &'static [Shape];

    /// Writes one.
    fn write<W: Writing>(&self, to: &mut W) -> Result<(), W::Error>;

    /// Reads all.
    fn read<F: Reading>(
        from: &mut F,
        take: impl FnMut(WorldId, Self) -> Result<(), F::Error>,
    ) -> Result<(), F::Error>;
}

/// A record that is one row.
impl<R: Row> Stored for R {
    const SHAPES: &'static [Shape] = &[R::SHAPE];

    fn write<W: Writing>(&self, to: &mut W) -> Result<(), W::Error> {
        to.put(0, self)
    }

    fn read<F: Reading>(
        from: &mut F,
        mut take: impl FnMut(WorldId, Self) -> Result<(), F::Error>,
    ) -> Result<(), F::Error> {
        from.each(|spot, row| take(spot.world, row))
    }
}

/// Declares a row: its table, and each field with its columns. A field that is forgotten does not
/// compile; a column that is, fails the comparison with what migrations made.
macro_rules! row {
    (
        $type:ty, $rows:expr, $table:literal {
            $($field:ident: $($column:literal)+,)+
        }
    ) => {
        impl $crate::row::Row for $type {
            const SHAPE: $crate::row::Shape = $crate::row::Shape {
                name: $table,
                rows: $rows,
                columns: &[$($($column,)+)+],
            };
        }

        impl $crate::codec::Codec for $type {
            fn put<S: $crate::codec::Sink>(
                &self,
                words: &$crate::words::Words,
                into: &mut S,
            ) -> Result<(), S::Error> {
                let Self { $($field,)+ } = self;
                $($crate::codec::Codec::put($field, words, into)?;)+
                Ok(())
            }

            fn take<S: $crate::codec::Source>(
                words: &$crate::words::Words,
                from: &mut S,
            ) -> Result<Self, S::Error> {
                // In the order of the columns.
                $(let $field = $crate::codec::Codec::take(words, from)?;)+
                Ok(Self { $($field,)+ })
            }
        }
    };
}
pub(crate) use row;
