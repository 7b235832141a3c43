//! The file: who may have it, what migrations made of it, what its log holds, and its words.

use super::options::Options;
use crate::words::Words;
use rusqlite::{Connection, OpenFlags};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Why a store could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// Another server has it.
    Taken(PathBuf),
    /// It was made by another release: its schema's version.
    Release(u32),
    /// What is in it makes no sense to those who are to be told.
    Unfit(String),
    /// The file system said no.
    Io(std::io::Error),
    /// SQLite said no, or a row is not what this release writes.
    Sqlite(rusqlite::Error),
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Taken(path) => {
                write!(f, "another crossconnect has {} open; stop it first", path.display())
            }
            Self::Release(version) if *version < known_version() => write!(
                f,
                "the store was written by an earlier release (schema version {version}, this one \
                 has {}): serve it once with this release, or use that one",
                known_version()
            ),
            Self::Release(version) => write!(
                f,
                "the store has schema version {version}, made by another release; this one has {}",
                known_version()
            ),
            Self::Unfit(why) => f.write_str(why),
            Self::Io(error) => write!(f, "{error}"),
            Self::Sqlite(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// Numbered from 1; never changed once released, only added to.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("orders_of_time.sql"),
    include_str!("subscriptions.sql"),
    include_str!("histories.sql"),
    include_str!("prices.sql"),
    include_str!("snapshots.sql"),
    include_str!("letters.sql"),
    include_str!("routers.sql"),
    include_str!("macsec.sql"),
    include_str!("hosted.sql"),
    include_str!("down_delay.sql"),
    include_str!("grants.sql"),
];

/// The version of a store that this release has written to.
pub(super) fn known_version() -> u32 {
    u32::try_from(MIGRATIONS.len()).expect("few migrations")
}

/// One server a file, under whatever name: the file itself is locked, and the lock goes with the
/// process, however it ends. It is of another kind than SQLite's own, so readers are not kept out;
/// the handle must outlive the connection, since closing any handle of a file drops those.
pub(super) fn take_lock(path: &Path) -> Result<File, OpenError> {
    // The file holds secrets: it is its owner's alone.
    let lock = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(OpenError::Taken(path.to_owned())),
        Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Makes durable what a log holds, before anybody trusts it. A process that ended because a sync
/// failed may have left in it what the machine remembers and the disk never got: no later sync
/// would write that, since the machine holds it for written, and a power cut would take it together
/// with whatever was committed behind it. So it is written again, the same bytes in their place.
pub(super) fn keep_log(path: &Path, options: &Options) -> std::io::Result<()> {
    // SQLite names the log after the file itself, whatever the link to it is called.
    let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut log = whole.into_os_string();
    log.push("-wal");
    match &options.files {
        Some(files) => (files.write_again)(Path::new(&log)),
        None => write_again(Path::new(&log)),
    }
}

/// [`WriteAgain`] on the system's disks.
fn write_again(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::FileExt;
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let mut some = vec![0; 1 << 20];
    let mut place = 0;
    loop {
        let length = file.read_at(&mut some, place)?;
        if length == 0 {
            return file.sync_all();
        }
        file.write_all_at(&some[..length], place)?;
        place += length as u64;
    }
}

pub(super) fn migrate(db: &mut Connection) -> Result<(), OpenError> {
    let version: u32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > known_version() {
        return Err(OpenError::Release(version));
    }
    for (place, migration) in (1..).zip(MIGRATIONS).skip(version as usize) {
        let transaction = db.transaction()?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", place)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Reads a file's words.
pub(super) fn read_words(db: &Connection) -> rusqlite::Result<Words> {
    let mut words = db.prepare("SELECT n, text FROM words ORDER BY n")?;
    let words = words.query_map([], |row| Ok((row.get::<_, u32>(0)?, row.get(1)?)))?;
    let mut texts = vec![String::new()];
    for word in words {
        let (number, text) = word?;
        let number = number as usize;
        if number >= texts.len() {
            texts.resize(number + 1, String::new());
        }
        texts[number] = text;
    }
    Ok(Words::of(texts))
}

/// The same, once whatever text of this release has no number yet is given one.
pub(super) fn complete_words(db: &Connection) -> rusqlite::Result<Words> {
    let words = read_words(db)?;
    let missing = words.missing();
    if missing.is_empty() {
        return Ok(words);
    }
    db.execute_batch("BEGIN IMMEDIATE")?;
    let mut put = db.prepare("INSERT INTO words (text) VALUES (?1)")?;
    for text in missing {
        put.execute([text])?;
    }
    db.execute_batch("COMMIT")?;
    read_words(db)
}

/// `vfs`: as in [`FileLayer`].
pub(super) fn connect(
    path: &Path,
    flags: OpenFlags,
    vfs: Option<&str>,
) -> rusqlite::Result<Connection> {
    match vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs),
        None => Connection::open_with_flags(path, flags),
    }
}

/// A connection that only reads.
pub(super) fn open_reader(path: &Path, vfs: Option<&str>) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = connect(path, flags, vfs)?;
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(db)
}
