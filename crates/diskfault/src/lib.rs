//! A disk in memory for tests. SQLite writes to it as to any other; it then loses power, and with
//! it whatever was not synced, or fails the n-th of its calls.
//!
//! ```
//! use diskfault::{Call, Choice, Disk, Failure};
//! use rusqlite::{Connection, OpenFlags};
//!
//! let open = |disk: &Disk| {
//!     let flags = OpenFlags::default();
//!     Connection::open_with_flags_and_vfs("/a.db", flags, disk.register()).expect("it opens")
//! };
//! let disk = Disk::new(1);
//! let db = open(&disk);
//! db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (n)")
//!     .expect("a schema");
//!
//! // The n-th failure: the next sync but one says that it could not.
//! disk.fail_nth(Call::Sync, 2, Failure::Io);
//! db.execute("INSERT INTO t VALUES (1)", []).expect("the first sync is well");
//! db.execute("INSERT INTO t VALUES (2)", []).expect_err("the second is not");
//! assert!(disk.has_failed());
//!
//! // A power cut: the process is gone, and of the disk only what was synced is sure to be there.
//! let after = disk.power_cut(&mut Choice::lose());
//! let count = "SELECT count(*) FROM t";
//! let rows: u32 = open(&after).query_row(count, [], |row| row.get(0)).expect("it recovers");
//! assert_eq!(rows, 1);
//! ```
//!
//! # What it promises SQLite
//!
//! What SQLite's own file layer for Unix does on Linux with its defaults: bytes beside a torn write
//! stay as they are (`SQLITE_IOCAP_POWERSAFE_OVERWRITE`), sectors of 4096 bytes, a journal's
//! folder is synced with its first sync, locks between connections, shared memory. No more:
//! unsynced writes come to rest in any order, torn at 512 bytes or anywhere, and so do truncations,
//! new names and removed ones.
//!
//! # Why our own
//!
//! `sqlite-vfs` has no shared memory. `sqlite-plugin` 0.11 does not tell whether a removal is to be
//! synced, on which the commit of a rollback journal rests, and takes a name for ever; the store's
//! tests need a fresh disk a hundred thousand times.

mod choice;
mod disk;
mod image;
mod locks;
#[expect(unsafe_code, reason = "SQLite takes a file layer only as a table of C functions")]
mod vfs;

pub use chance::Chance;
pub use choice::{Choice, SECTOR_BYTES};
pub use disk::{Call, Disk, Failure};
pub use image::{Effect, FileId, Image};
