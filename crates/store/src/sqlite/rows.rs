//! Rows of SQLite: the statements that the shapes of tables come to, and their columns.

use crate::codec::{Sink, Source, Value};
use crate::row::{Row, Rows, Shape, Spot};
use crate::words::Words;
use crate::world::WorldId;
use rusqlite::types::{ToSqlOutput, Type, ValueRef};
use rusqlite::{Error, Result, Statement};

/// What stands before the columns of a table: what tells worlds apart.
fn head(rows: Rows) -> &'static str {
    match rows {
        Rows::Keyed(_) | Rows::Numbered | Rows::Appended => "world",
        Rows::Placed | Rows::History => "n",
    }
}

/// The columns by which rows are told apart, if they are not just added.
fn told_apart_by(shape: &Shape) -> Vec<&'static str> {
    match shape.rows {
        Rows::Keyed(columns) => [&["world"], columns].concat(),
        Rows::Numbered => shape.columns[..1].to_vec(),
        Rows::Placed => vec!["n"],
        Rows::Appended | Rows::History => Vec::new(),
    }
}

/// The statement that puts a row there.
pub(super) fn insert(shape: &Shape) -> String {
    let columns = [&[head(shape.rows)], shape.columns].concat();
    let values: Vec<String> = (1..=columns.len()).map(|place| format!("?{place}")).collect();
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

/// The statement that removes rows of a world by their first so many keys.
pub(super) fn remove_like(shape: &Shape, columns: usize) -> String {
    let keys = told_apart_by(shape);
    let like = (1..).zip(&keys[..=columns]).map(|(place, key)| format!("{key} = ?{place}"));
    format!("DELETE FROM {} WHERE {}", shape.name, like.collect::<Vec<_>>().join(" AND "))
}

/// The statement that removes whatever a world has in a table, between these two numbers: twice the
/// world's, or the first and last of its places.
pub(super) fn clear(shape: &Shape) -> String {
    format!("DELETE FROM {} WHERE {} BETWEEN ?1 AND ?2", shape.name, head(shape.rows))
}

/// The numbers for [`clear`].
pub(super) fn span(shape: &Shape, world: WorldId) -> [i64; 2] {
    match head(shape.rows) {
        "world" => [i64::from(world.0); 2],
        _ => [placed(world, 0), placed(world, 0) | i64::from(u32::MAX)],
    }
}

/// The statement that reads a table, but for its order.
pub(super) fn select(shape: &Shape) -> String {
    let columns = [&[head(shape.rows)], shape.columns].concat().join(", ");
    format!("SELECT {columns} FROM {}", shape.name)
}

/// The same in the order by which rows are told apart, or in which they were added.
pub(super) fn select_all(shape: &Shape) -> String {
    let keys = told_apart_by(shape);
    let order = if keys.is_empty() { "id".to_owned() } else { keys.join(", ") };
    format!("{} ORDER BY {order}", select(shape))
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
mod tests {
    use super::*;

    const fn shape(rows: Rows) -> Shape {
        Shape { name: "t", rows, columns: &["a", "b", "c"] }
    }

    const ALL: [Rows; 5] =
        [Rows::Keyed(&["a", "b"]), Rows::Numbered, Rows::Appended, Rows::Placed, Rows::History];

    #[test]
    fn of_what_is_told_apart_the_last_word_counts_and_the_rest_is_added() {
        let world = "INSERT INTO t (world, a, b, c) VALUES (?1, ?2, ?3, ?4)";
        let n = "INSERT INTO t (n, a, b, c) VALUES (?1, ?2, ?3, ?4)";
        let set = "a = excluded.a, b = excluded.b, c = excluded.c";
        let expected = [
            format!("{world} ON CONFLICT (world, a, b) DO UPDATE SET c = excluded.c"),
            format!(
                "{world} ON CONFLICT (a) DO UPDATE SET world = excluded.world, b = excluded.b, \
                 c = excluded.c"
            ),
            world.to_owned(),
            format!("{n} ON CONFLICT (n) DO UPDATE SET {set}"),
            n.to_owned(),
        ];
        assert_eq!(ALL.map(|rows| insert(&shape(rows))), expected);
        // Where there is nothing else to say, the first word is as good.
        let keyed = shape(Rows::Keyed(&["a", "b", "c"]));
        let nothing = format!("{world} ON CONFLICT (world, a, b, c) DO NOTHING");
        assert_eq!(insert(&keyed), nothing);
    }

    #[test]
    fn rows_are_removed_by_their_world_and_so_many_keys() {
        let keyed = shape(Rows::Keyed(&["a", "b"]));
        for (columns, expected) in [
            (0, "DELETE FROM t WHERE world = ?1"),
            (1, "DELETE FROM t WHERE world = ?1 AND a = ?2"),
            (2, "DELETE FROM t WHERE world = ?1 AND a = ?2 AND b = ?3"),
        ] {
            assert_eq!(remove_like(&keyed, columns), expected);
        }
    }

    #[test]
    fn a_world_is_cleared_of_its_rows_and_of_no_others() {
        let db = rusqlite::Connection::open_in_memory().expect("memory");
        for rows in ALL {
            let (shape, column) = (shape(rows), head(rows));
            db.execute_batch(&format!("DROP TABLE IF EXISTS t; CREATE TABLE t ({column})"))
                .expect("a table");
            let last = usize::try_from(u32::MAX).expect("64 bits");
            let of = |world| [0, 1, last].map(|place| placed(WorldId(world), place));
            let placed = [0, 1, 2].map(of).concat();
            let heads = if column == "world" { vec![0, 1, 2] } else { placed };
            for head in &heads {
                db.execute("INSERT INTO t VALUES (?1)", [head]).expect("a row");
            }
            db.execute(&clear(&shape), span(&shape, WorldId(1))).expect("it is cleared");
            let mut left = db.prepare("SELECT * FROM t ORDER BY rowid").expect("a statement");
            let left = left.query_map([], |row| row.get::<_, i64>(0)).expect("rows");
            let left: Vec<_> = left.map(|head| head.expect("a row")).collect();
            let others = |head: &i64| spot(rows, *head).world != WorldId(1);
            let expected: Vec<_> = heads.iter().copied().filter(others).collect();
            assert_eq!(left, expected, "{rows:?}");
            assert_eq!(left.len(), heads.len() / 3 * 2, "{rows:?}");
        }
    }

    #[test]
    fn a_table_is_read_in_the_order_by_which_rows_are_told_apart_or_were_added() {
        let world = "SELECT world, a, b, c FROM t ORDER BY";
        let n = "SELECT n, a, b, c FROM t ORDER BY";
        assert_eq!(
            ALL.map(|rows| select_all(&shape(rows))),
            [
                format!("{world} world, a, b"),
                format!("{world} a"),
                format!("{world} id"),
                format!("{n} n"),
                format!("{n} id"),
            ]
        );
    }

    #[test]
    fn a_place_is_found_again_in_the_number_before_its_row() {
        let last = usize::try_from(u32::MAX).expect("64 bits");
        for (world, place) in [(0, 0), (0, 7), (1, 0), (1000, last), (i32::MAX as u32, last)] {
            let expected = Spot { world: WorldId(world), place };
            let number = placed(WorldId(world), place);
            assert_eq!(spot(Rows::Placed, number), expected);
            assert_eq!(spot(Rows::History, number), expected);
        }
        for rows in [Rows::Keyed(&[]), Rows::Numbered, Rows::Appended] {
            assert_eq!(spot(rows, 7), Spot { world: WorldId(7), place: 0 });
        }
    }
}
