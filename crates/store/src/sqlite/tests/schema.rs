//! What migrations make is what tables are declared to be: in a new store, and in one that every
//! earlier release may have left.

use super::super::file::{MIGRATIONS, OpenError, known_version};
use super::super::rows::{self, Worlds};
use super::super::{SqliteStore, read_books};
use super::{Folder, options};
use crate::row::{Rows, Shape};
use crate::tables::shapes;
use crate::world::WorldId;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::path::Path;

/// Tables that hold no records: what worlds and snapshots there are, what was numbered, and texts.
const OTHERS: [&str; 4] = ["numbers", "snapshots", "words", "worlds"];

/// The columns of a table, and those of its primary key in order.
fn columns(db: &Connection, table: &str) -> (BTreeSet<String>, Vec<String>) {
    let sql = format!("SELECT name, pk FROM pragma_table_info('{table}') ORDER BY pk");
    let mut found = db.prepare(&sql).expect("a statement");
    let found = found.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?)));
    let found: Vec<_> = found.expect("rows").collect::<Result<_, _>>().expect("rows");
    let keys = found.iter().filter(|(_, place)| *place > 0).map(|(name, _)| name.clone());
    (found.iter().map(|(name, _)| name.clone()).collect(), keys.collect())
}

/// The same as declared.
fn declared(shape: &Shape) -> (BTreeSet<String>, Vec<String>) {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let (before, keys) = match shape.rows {
        Rows::Keyed(keys) => (vec!["world"], [&["world"], keys].concat()),
        Rows::Numbered => (vec!["world"], vec![shape.columns[0]]),
        Rows::Appended => (vec!["id", "world"], vec!["id"]),
        Rows::Placed => (vec!["n"], vec!["n"]),
        Rows::History => (vec!["id", "n"], vec!["id"]),
    };
    (owned(&[&before, shape.columns].concat()).into_iter().collect(), owned(&keys))
}

/// Fails the test unless the file has the tables that are declared, and no others.
fn compare(path: &Path, when: &str) {
    let db = Connection::open(path).expect("a file");
    for shape in shapes() {
        assert_eq!(columns(&db, shape.name), declared(&shape), "{when}: {}", shape.name);
    }
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let mut found = db.prepare(sql).expect("a statement");
    let found = found.query_map([], |row| row.get(0)).expect("rows");
    let found: BTreeSet<String> = found.collect::<Result<_, _>>().expect("rows");
    let declared = shapes().map(|shape| shape.name).chain(OTHERS).map(str::to_owned);
    assert_eq!(found, declared.collect(), "{when}");
    let version: u32 =
        db.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a version");
    assert_eq!(version, known_version(), "{when}");
}

/// A file as the release of this version left it, new.
fn left_by(version: u32) -> Folder {
    let folder = Folder::new();
    let db = Connection::open(folder.store()).expect("a file");
    for migration in &MIGRATIONS[..version as usize] {
        db.execute_batch(migration).expect("a migration");
    }
    db.pragma_update(None, "user_version", version).expect("a version");
    folder
}

#[test]
fn a_new_store_has_the_tables_that_are_declared() {
    let folder = Folder::new();
    drop(SqliteStore::open(&folder.store(), options()).expect("a store"));
    compare(&folder.store(), "new");
}

#[test]
fn a_store_of_every_earlier_release_is_migrated_to_what_is_declared() {
    for version in 1..known_version() {
        let folder = left_by(version);
        let before = read_books(&folder.store()).expect_err("it was left by another release");
        assert!(matches!(before, OpenError::Release(found) if found == version));
        drop(SqliteStore::open(&folder.store(), options()).expect("a store"));
        compare(&folder.store(), &format!("from version {version}"));
        read_books(&folder.store()).expect("it is this release's now");
    }
}

/// The migration since which the rows of each world lie together.
const TOGETHER: usize = 6;

/// A row of a table that counts or numbers its rows, whose columns hold anything.
fn any_row(db: &Connection, shape: &Shape, id: i64, world: u32) {
    let sql = format!("SELECT name, type FROM pragma_table_info('{}')", shape.name);
    let mut found = db.prepare(&sql).expect("a statement");
    let found = found.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)));
    let columns: Vec<_> = found.expect("rows").collect::<Result<_, _>>().expect("rows");
    let value = |(name, kind): &(String, String)| match (name.as_str(), kind.as_str()) {
        ("id", _) => id.to_string(),
        ("world", _) => world.to_string(),
        ("n", _) => (i64::from(world) << 32 | 7).to_string(),
        (_, "INTEGER") => "1".to_owned(),
        (_, "TEXT") => "'text'".to_owned(),
        _ => "x'00'".to_owned(),
    };
    let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let values: Vec<_> = columns.iter().map(value).collect();
    let (name, names, values) = (shape.name, names.join(", "), values.join(", "));
    db.execute(&format!("INSERT INTO {name} ({names}) VALUES ({values})"), []).expect("a row");
}

#[test]
fn rows_of_an_earlier_release_lie_by_their_worlds_once_they_are_migrated() {
    let folder = left_by(u32::try_from(TOGETHER - 1).expect("few"));
    let db = Connection::open(folder.store()).expect("a file");
    let counted = |shape: &Shape| !matches!(shape.rows, Rows::Keyed(_) | Rows::Placed);
    // Later migrations make tables that were never otherwise.
    let known = |shape: &Shape| {
        let sql = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?1";
        db.query_row(sql, [shape.name], |row| row.get(0)).unwrap_or(0) == 1
    };
    let tables: Vec<_> = shapes().filter(|shape| counted(shape) && known(shape)).collect();
    assert!(tables.len() >= 6, "{tables:?}");
    // One after the other, whosever they are.
    let rows = || (1..).zip([0, 1, 2, 0, 1, 0]);
    for shape in &tables {
        let from = if shape.rows == Rows::Numbered { rows::ORDERS_FROM } else { 0 };
        rows().for_each(|(nth, world)| any_row(&db, shape, from + nth, world));
    }
    db.execute_batch(MIGRATIONS[TOGETHER - 1]).expect("the migration");
    for shape in &tables {
        let mut left = 6;
        for (world, expected) in [(0, 3), (1, 2), (2, 1)] {
            let sql = format!("SELECT COUNT(*) FROM {} WHERE id BETWEEN ?1 AND ?2", shape.name);
            let span = rows::span(shape, Worlds::one(WorldId(world)));
            let found: i64 = db.query_row(&sql, span, |row| row.get(0)).expect("a count");
            assert_eq!(found, expected, "{} of {world}", shape.name);
            left -= found;
        }
        assert_eq!(left, 0, "{}", shape.name);
    }
}

#[test]
fn a_store_of_a_later_release_is_left_alone() {
    let folder = left_by(known_version());
    let db = Connection::open(folder.store()).expect("a file");
    let later = known_version() + 1;
    db.pragma_update(None, "user_version", later).expect("a version");
    drop(db);
    let told = [
        SqliteStore::open(&folder.store(), options()).map(drop).expect_err("it is a later one's"),
        read_books(&folder.store()).map(drop).expect_err("it is a later one's"),
    ];
    for error in told {
        assert!(matches!(error, OpenError::Release(found) if found == later), "{error}");
        assert!(error.to_string().contains("made by another release"), "{error}");
    }
}
