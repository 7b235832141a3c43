//! Rows of SQLite: the statements that the shapes of tables come to, and their columns.
//!
//! In each table the rows of a world lie together: its number is the first thing by which rows are
//! told apart, or the upper part of it. So a world is read, copied and removed without a look at
//! any other.

use crate::codec::{Sink, Source, Value};
use crate::row::{Row, Rows, Shape, Spot};
use crate::words::Words;
use crate::world::WorldId;
use rusqlite::types::{ToSqlOutput, Type, ValueRef};
use rusqlite::{Error, Result, Statement};

/// Rows that are counted or numbered have a span of 2^36 numbers in each world, the default world's
/// own first and each next world's below it. So what the default world is given comes at the end of
/// a table, where that costs least.
const SPAN_BITS: u32 = 36;

/// The numbers of orders come after this one. SOURCE: billing dossier 1.3: they have 15 digits.
pub(super) const ORDERS_FROM: i64 = 200_000_000_000_000;

/// From this number on worlds are snapshots, which nobody can sign for. They lie apart from those
/// that live, and no start reads them.
pub(super) const SNAPSHOTS: WorldId = WorldId(1 << 26);

/// Worlds whose numbers lie side by side.
#[derive(Clone, Copy)]
pub(super) struct Worlds {
    first: WorldId,
    last: WorldId,
}

impl Worlds {
    /// All that live.
    pub(super) const LIVING: Self = Self { first: WorldId(0), last: WorldId(SNAPSHOTS.0 - 1) };

    /// One alone.
    pub(super) fn one(world: WorldId) -> Self {
        Self { first: world, last: world }
    }
}

/// What stands before the columns of a table: what tells worlds apart.
fn head(rows: Rows) -> &'static str {
    match rows {
        Rows::Keyed(_) | Rows::Numbered | Rows::Appended => "world",
        Rows::Placed | Rows::History => "n",
    }
}

/// The column by which a table is in order.
fn lead(rows: Rows) -> &'static str {
    match rows {
        Rows::Keyed(_) => "world",
        Rows::Placed => "n",
        Rows::Numbered | Rows::Appended | Rows::History => "id",
    }
}

/// Whether rows are counted by a number of no meaning.
fn is_counted(rows: Rows) -> bool {
    matches!(rows, Rows::Appended | Rows::History)
}

/// The first and last number that rows of these worlds can have in the column by which a table is
/// in order.
pub(super) fn span(shape: &Shape, worlds: Worlds) -> [i64; 2] {
    let Worlds { first, last } = worlds;
    match lead(shape.rows) {
        "world" => [first.0.into(), last.0.into()],
        "n" => [placed(first, 0), placed(last, 0) | i64::from(u32::MAX)],
        _ => {
            let from = if shape.rows == Rows::Numbered { ORDERS_FROM } else { 0 };
            let begin = |world: WorldId| from - (i64::from(world.0) << SPAN_BITS);
            // Nothing is above the default world.
            let end = if first == WorldId::DEFAULT { i64::MAX } else { begin(first) + SPAN_MAX };
            [begin(last), end]
        }
    }
}

/// What the last number of a span is above the first.
const SPAN_MAX: i64 = (1 << SPAN_BITS) - 1;

/// The columns by which rows are told apart, if they are not just added.
fn told_apart_by(shape: &Shape) -> Vec<&'static str> {
    match shape.rows {
        Rows::Keyed(columns) => [&["world"], columns].concat(),
        Rows::Numbered => shape.columns[..1].to_vec(),
        Rows::Placed => vec!["n"],
        Rows::Appended | Rows::History => Vec::new(),
    }
}

/// Where a new row goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// To the end of the table, in the default world: SQLite counts it, if rows are counted.
    Last,
    /// To the end of its world's span. Where rows are counted the number comes after the columns.
    InSpan,
}

/// The statement that puts a row there.
pub(super) fn insert(shape: &Shape, place: Place) -> String {
    let mut columns = [&[head(shape.rows)], shape.columns].concat();
    if is_counted(shape.rows) && place == Place::InSpan {
        columns.push("id");
    }
    let value = |nth: usize| match (shape.rows, place, nth) {
        (Rows::Numbered, Place::InSpan, 2) => format!("?2 - (?1 << {SPAN_BITS})"),
        _ => format!("?{nth}"),
    };
    let values: Vec<String> = (1..=columns.len()).map(value).collect();
    let (name, into, values) = (shape.name, columns.join(", "), values.join(", "));
    let insert = format!("INSERT INTO {name} ({into}) VALUES ({values})");
    let keys = told_apart_by(shape);
    if keys.is_empty() {
        return insert;
    }
    let others = columns.iter().filter(|column| !keys.contains(*column));
    let set: Vec<String> = others.map(|column| format!("{column} = excluded.{column}")).collect();
    let conflict = format!("{insert} ON CONFLICT ({})", keys.join(", "));
    if set.is_empty() {
        format!("{conflict} DO NOTHING")
    } else {
        format!("{conflict} DO UPDATE SET {}", set.join(", "))
    }
}

/// The statement that finds the last number in a span of a table that counts its rows, if this is
/// one.
pub(super) fn newest(shape: &Shape) -> Option<String> {
    let sql = format!("SELECT MAX(id) FROM {} WHERE id BETWEEN ?1 AND ?2", shape.name);
    is_counted(shape.rows).then_some(sql)
}

/// The statement that removes rows of a world by their first so many keys.
pub(super) fn remove_like(shape: &Shape, columns: usize) -> String {
    let keys = told_apart_by(shape);
    let like = (1..).zip(&keys[..=columns]).map(|(place, key)| format!("{key} = ?{place}"));
    format!("DELETE FROM {} WHERE {}", shape.name, like.collect::<Vec<_>>().join(" AND "))
}

/// The statement that removes whatever is in a [`span`].
pub(super) fn clear(shape: &Shape) -> String {
    format!("DELETE FROM {} WHERE {} BETWEEN ?1 AND ?2", shape.name, lead(shape.rows))
}

/// The statement that gives one world what another one has in a table; `?1` and `?2` are the
/// other's [`span`].
pub(super) fn copy(shape: &Shape, from: WorldId, to: WorldId) -> String {
    let (name, lead, head) = (shape.name, lead(shape.rows), head(shape.rows));
    let further = i64::from(to.0) - i64::from(from.0);
    let counted = is_counted(shape.rows).then_some("id");
    let columns: Vec<&str> =
        counted.into_iter().chain([head]).chain(shape.columns.iter().copied()).collect();
    let moved = |column: &&str| match *column {
        "world" if head == "world" => to.0.to_string(),
        "n" if head == "n" => format!("n + ({})", further << 32),
        "id" if lead == "id" => format!("id - ({})", further << SPAN_BITS),
        same => same.to_owned(),
    };
    let values: Vec<String> = columns.iter().map(moved).collect();
    let (into, values) = (columns.join(", "), values.join(", "));
    format!(
        "INSERT INTO {name} ({into}) SELECT {values} FROM {name} WHERE {lead} BETWEEN ?1 AND ?2 \
         ORDER BY {lead}"
    )
}

/// The statement that reads a table, but for which rows and their order.
pub(super) fn select(shape: &Shape) -> String {
    let number = format!("id + (world << {SPAN_BITS})");
    let column = |column: &&'static str| match (shape.rows, *column) {
        (Rows::Numbered, "id") => number.clone(),
        (_, same) => same.to_owned(),
    };
    let columns: Vec<_> =
        [&[head(shape.rows)], shape.columns].concat().iter().map(column).collect();
    format!("SELECT {} FROM {}", columns.join(", "), shape.name)
}

/// The same of whatever is in a [`span`], in the order by which rows are told apart, or in which
/// they were added.
pub(super) fn select_all(shape: &Shape) -> String {
    let keys = told_apart_by(shape);
    let order = if keys.is_empty() { "id".to_owned() } else { keys.join(", ") };
    format!("{} WHERE {} BETWEEN ?1 AND ?2 ORDER BY {order}", select(shape), lead(shape.rows))
}

/// The statement that finds the newest receipt's wall time, over all worlds that live.
pub(super) fn newest_receipt() -> String {
    let begin = format!("-(worlds.id << {SPAN_BITS})");
    format!(
        "SELECT MAX((SELECT received_at FROM receipts WHERE id BETWEEN {begin} \
         AND {begin} + {SPAN_MAX} ORDER BY id DESC LIMIT 1)) FROM worlds"
    )
}

/// The statement that finds the largest number that was given to anything, over all worlds and
/// snapshots: orders and bills share one counter.
pub(super) fn newest_number() -> String {
    let begin = format!("{ORDERS_FROM} - (number << {SPAN_BITS})");
    let newest = |table: &str| {
        format!(
            "SELECT (SELECT MAX(id) FROM {table} WHERE id BETWEEN {begin} \
             AND {begin} + {SPAN_MAX}) + (number << {SPAN_BITS}) AS newest \
             FROM (SELECT id AS number FROM worlds UNION ALL SELECT copy FROM snapshots)"
        )
    };
    format!("SELECT MAX(newest) FROM ({} UNION ALL {})", newest("orders"), newest("bills"))
}

/// A record's number where rows are placed: the world above, the place below.
pub(super) fn placed(world: WorldId, place: usize) -> i64 {
    (i64::from(world.0) << 32) | i64::try_from(place).expect("fewer than 2^32 records")
}

/// The first column of a row, read.
pub(super) fn spot(rows: Rows, head: i64) -> Spot {
    let world = |number: i64| WorldId(u32::try_from(number).unwrap_or(u32::MAX));
    match rows {
        Rows::Placed | Rows::History => {
            let place = usize::try_from(head & i64::from(u32::MAX)).expect("32 bits");
            Spot { world: world(head >> 32), place }
        }
        Rows::Keyed(_) | Rows::Numbered | Rows::Appended => Spot { world: world(head), place: 0 },
    }
}

/// The parameters of a statement, bound one after the other. Each is bound by the routine of its
/// own type; a list of `dyn ToSql` costs a third of the whole row.
pub(super) struct Binder<'s, 'c> {
    statement: &'s mut Statement<'c>,
    place: usize,
    /// How many are bound; those that come after are left out.
    places_max: usize,
}

impl<'s, 'c> Binder<'s, 'c> {
    /// Binds so many at most.
    pub(super) fn new(statement: &'s mut Statement<'c>, places_max: usize) -> Self {
        Self { statement, place: 0, places_max }
    }
}

impl Sink for Binder<'_, '_> {
    type Error = Error;

    fn put(&mut self, value: Value<'_>) -> Result<()> {
        if self.place == self.places_max {
            return Ok(());
        }
        self.place += 1;
        match value {
            Value::Nothing => self.statement.raw_bind_parameter(self.place, rusqlite::types::Null),
            Value::Integer(number) => self.statement.raw_bind_parameter(self.place, number),
            Value::Text(bytes) => {
                let text = ToSqlOutput::Borrowed(ValueRef::Text(bytes));
                self.statement.raw_bind_parameter(self.place, text)
            }
            Value::Blob(bytes) => self.statement.raw_bind_parameter(self.place, bytes),
        }
    }
}

/// The columns of a row, read one after the other.
struct Columns<'r, 's> {
    row: &'r rusqlite::Row<'s>,
    place: usize,
}

impl Source for Columns<'_, '_> {
    type Error = Error;

    // A start asks for ten million of them.
    #[inline]
    fn next(&mut self) -> Result<Value<'_>> {
        let place = self.place;
        self.place += 1;
        Ok(match self.row.get_ref(place)? {
            ValueRef::Null => Value::Nothing,
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Text(bytes) => Value::Text(bytes),
            ValueRef::Blob(bytes) => Value::Blob(bytes),
            ValueRef::Real(_) => {
                return Err(unreadable_at(place, "a number that is not whole".into()));
            }
        })
    }

    fn unreadable(&self, why: String) -> Error {
        unreadable_at(self.place.saturating_sub(1), why)
    }
}

fn unreadable_at(place: usize, why: String) -> Error {
    Error::FromSqlConversionFailure(place, Type::Null, why.into())
}

/// What is read is not what any release wrote.
pub(super) fn unreadable(why: String) -> Error {
    unreadable_at(0, why)
}

/// A row of [`select`].
pub(super) fn read<R: Row>(row: &rusqlite::Row, words: &Words) -> Result<(Spot, R)> {
    read_with(row, R::SHAPE.rows, |columns| R::take(words, columns))
}

/// How a circuit stood, of a row of its history.
pub(super) fn read_standing(
    row: &rusqlite::Row,
    words: &Words,
) -> Result<(Spot, domain::circuit::CircuitState)> {
    let rows = crate::tables::Moved::SHAPE.rows;
    read_with(row, rows, |columns| crate::codec::Codec::take(words, columns))
}

/// What is remembered of a receipt's row.
pub(super) fn read_remembered(
    row: &rusqlite::Row,
    words: &Words,
) -> Result<(WorldId, crate::tables::Remembered)> {
    let rows = crate::tables::Receipted::SHAPE.rows;
    let take = |columns: &mut Columns| crate::tables::Remembered::take(words, columns);
    read_with(row, rows, take).map(|(spot, remembered)| (spot.world, remembered))
}

fn read_with<T>(
    row: &rusqlite::Row,
    rows: Rows,
    take: impl FnOnce(&mut Columns) -> Result<T>,
) -> Result<(Spot, T)> {
    let head = row.get(0)?;
    let mut columns = Columns { row, place: 1 };
    Ok((spot(rows, head), take(&mut columns)?))
}

#[cfg(test)]
#[path = "tests/rows.rs"]
mod tests;
