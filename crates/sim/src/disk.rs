//! The disk of a simulated server: in memory, and as unkind as one is. It loses or tears at a power
//! cut whatever was not synced, and fails a call when it is told to.

use chance::Chance;
use crossconnect::audit::Report;
use diskfault::{Choice, Image};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use store::sqlite::read_books_in;

/// Where the store lies on every disk.
pub const PATH: &str = "/crossconnect.db";

/// How what is on a disk comes to be without its server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// The process died: the operating system has everything that it wrote.
    Killed,
    /// The power went: of what was not synced, each thing is there, torn or lost.
    PowerCut,
}

/// Cuts the power, or ends what runs on a disk, and gives the disk that the next process finds.
pub fn after(disk: &diskfault::Disk, end: End, chance: &mut Chance) -> diskfault::Disk {
    let seed = chance.draw();
    match end {
        End::PowerCut => disk.power_cut(&mut Choice::nth(seed)),
        End::Killed => {
            disk.power_off();
            diskfault::Disk::holding(disk.image(), seed)
        }
    }
}

/// A connection to the store on a disk, as any other process could have one.
pub fn connect(disk: &diskfault::Disk) -> rusqlite::Result<Connection> {
    Connection::open_with_flags_and_vfs(PATH, OpenFlags::default(), disk.register())
}

/// The audit of what is on a disk.
pub fn audit(disk: &diskfault::Disk) -> Result<(), String> {
    let books = read_books_in(Path::new(PATH), Some(disk.register()));
    let report = Report::of_books(books.map_err(|error| error.to_string())?);
    if report.holds() { Ok(()) } else { Err(report.text()) }
}

/// Every row of every table.
pub type Content = Vec<(String, Vec<Vec<Value>>)>;

/// What a process that starts now would find in the tables of the store.
pub fn content(image: &Image) -> rusqlite::Result<Content> {
    let disk = diskfault::Disk::holding(image.clone(), 0);
    let db = connect(&disk)?;
    let mut tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let tables = tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    tables.into_iter().map(|table: String| Ok((table.clone(), rows(&db, &table)?))).collect()
}

fn rows(db: &Connection, table: &str) -> rusqlite::Result<Vec<Vec<Value>>> {
    let mut all = db.prepare(&format!("SELECT * FROM {table}"))?;
    let columns = all.column_count();
    let row = |row: &rusqlite::Row| (0..columns).map(|column| row.get(column)).collect();
    all.query_map([], row)?.collect()
}
