//! Statements, and where the rows of each world lie.

use super::*;

const fn shape(rows: Rows) -> Shape {
    Shape { name: "t", rows, columns: &["a", "b", "c"] }
}

/// Its first column is called as the numbers of orders are.
const fn numbered() -> Shape {
    Shape { name: "t", rows: Rows::Numbered, columns: &["id", "b", "c"] }
}

fn all() -> [Shape; 5] {
    let [keyed, appended, placed, history] =
        [Rows::Keyed(&["a", "b"]), Rows::Appended, Rows::Placed, Rows::History].map(shape);
    [keyed, numbered(), appended, placed, history]
}

#[test]
fn of_what_is_told_apart_the_last_word_counts_and_the_rest_is_added() {
    let world = "INSERT INTO t (world, a, b, c) VALUES (?1, ?2, ?3, ?4)";
    let n = "INSERT INTO t (n, a, b, c) VALUES (?1, ?2, ?3, ?4)";
    let set = "a = excluded.a, b = excluded.b, c = excluded.c";
    let mut expected = [
        format!("{world} ON CONFLICT (world, a, b) DO UPDATE SET c = excluded.c"),
        "INSERT INTO t (world, id, b, c) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) \
         DO UPDATE SET world = excluded.world, b = excluded.b, c = excluded.c"
            .to_owned(),
        world.to_owned(),
        format!("{n} ON CONFLICT (n) DO UPDATE SET {set}"),
        n.to_owned(),
    ];
    assert_eq!(all().map(|shape| insert(&shape, Place::Last)), expected);
    expected[1] = expected[1].replace("?2", "?2 - (?1 << 36)");
    for (place, head) in [(2, "world"), (4, "n")] {
        expected[place] =
            format!("INSERT INTO t ({head}, a, b, c, id) VALUES (?1, ?2, ?3, ?4, ?5)");
    }
    assert_eq!(all().map(|shape| insert(&shape, Place::InSpan)), expected);
    // Where there is nothing else to say, the first word is as good.
    let keyed = shape(Rows::Keyed(&["a", "b", "c"]));
    let nothing = format!("{world} ON CONFLICT (world, a, b, c) DO NOTHING");
    assert_eq!(insert(&keyed, Place::Last), nothing);
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

/// Worlds and a snapshot, the last there can be among them.
const NUMBERS: [u32; 6] = [0, 1, 2, SNAPSHOTS.0 - 1, SNAPSHOTS.0, 2 * SNAPSHOTS.0 - 1];

#[test]
fn no_two_worlds_share_a_number_and_those_that_live_lie_together() {
    for shape in all() {
        let spans = NUMBERS.map(|world| span(&shape, Worlds::one(WorldId(world))));
        let [first, last] = span(&shape, Worlds::LIVING);
        for (place, [begin, end]) in spans.into_iter().enumerate() {
            assert!(begin <= end, "{shape:?}");
            let is_living = NUMBERS[place] < SNAPSHOTS.0;
            assert_eq!(first <= begin && end <= last, is_living, "{shape:?}");
            assert_eq!(begin <= last && first <= end, is_living, "{shape:?}");
            for [other_begin, other_end] in &spans[place + 1..] {
                assert!(end < *other_begin || *other_end < begin, "{shape:?}");
            }
        }
    }
}

/// The columns of a row that say whose it is, in this world, its n-th.
fn whose(shape: &Shape, world: u32, nth: i64) -> (Vec<&'static str>, Vec<i64>) {
    let [first, _] = span(shape, Worlds::one(WorldId(world)));
    let n = placed(WorldId(world), 0);
    match shape.rows {
        Rows::Keyed(_) => (vec!["world", "a"], vec![world.into(), nth]),
        Rows::Numbered | Rows::Appended => (vec!["id", "world"], vec![first + nth, world.into()]),
        Rows::Placed => (vec!["n", "a"], vec![n + nth, nth]),
        Rows::History => (vec!["id", "n"], vec![first + nth, n + nth / 2]),
    }
}

#[test]
fn a_world_is_copied_and_cleared_and_no_other_is_touched() {
    let db = rusqlite::Connection::open_in_memory().expect("memory");
    for shape in all() {
        let (columns, _) = whose(&shape, 0, 0);
        let others = shape.columns.iter().filter(|column| !columns.contains(column));
        let others: Vec<_> = columns.iter().chain(others).copied().collect();
        let sql = format!("DROP TABLE IF EXISTS t; CREATE TABLE t ({})", others.join(", "));
        db.execute_batch(&sql).expect("a table");
        let insert = format!("INSERT INTO t ({}) VALUES (?1, ?2)", columns.join(", "));
        let mut expected = Vec::new();
        let row = |world, nth| whose(&shape, world, nth).1;
        for world in [0, 1, 2, SNAPSHOTS.0] {
            for nth in 1..4 {
                let row = row(world, nth);
                db.execute(&insert, [row[0], row[1]]).expect("a row");
                expected.push(row);
            }
        }
        let rows = || {
            let sql = format!("SELECT {} FROM t ORDER BY 1, 2", columns.join(", "));
            let mut rows = db.prepare(&sql).expect("a statement");
            let rows = rows.query_map([], |row| Ok(vec![row.get(0)?, row.get(1)?]));
            rows.expect("rows").map(|row| row.expect("a row")).collect::<Vec<Vec<i64>>>()
        };
        let clear = |world| {
            let span = span(&shape, Worlds::one(WorldId(world)));
            db.execute(&clear(&shape), span).expect("it is cleared");
        };
        let copy = |from, to| {
            let (from, to) = (WorldId(from), WorldId(to));
            let span = span(&shape, Worlds::one(from));
            db.execute(&copy(&shape, from, to), span).expect("it is copied");
        };
        copy(2, SNAPSHOTS.0 + 7);
        copy(SNAPSHOTS.0, 3);
        clear(0);
        copy(SNAPSHOTS.0 + 7, 0);
        clear(1);
        expected.retain(|it| *it != row(1, 1) && *it != row(1, 2) && *it != row(1, 3));
        for world in [SNAPSHOTS.0 + 7, 3] {
            expected.extend((1..4).map(|nth| row(world, nth)));
        }
        expected.sort_unstable();
        assert_eq!(rows(), expected, "{shape:?}");
    }
}

#[test]
fn a_table_is_read_in_the_order_by_which_rows_are_told_apart_or_were_added() {
    let world = "SELECT world, a, b, c FROM t WHERE";
    let n = "SELECT n, a, b, c FROM t WHERE";
    assert_eq!(
        all().map(|shape| select_all(&shape)),
        [
            format!("{world} world BETWEEN ?1 AND ?2 ORDER BY world, a, b"),
            "SELECT world, id + (world << 36), b, c FROM t WHERE id BETWEEN ?1 AND ?2 \
             ORDER BY id"
                .to_owned(),
            format!("{world} id BETWEEN ?1 AND ?2 ORDER BY id"),
            format!("{n} n BETWEEN ?1 AND ?2 ORDER BY n"),
            format!("{n} id BETWEEN ?1 AND ?2 ORDER BY id"),
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
