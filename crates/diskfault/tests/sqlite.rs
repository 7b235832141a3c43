//! SQLite on a disk of ours: it works as on any other, and a power cut costs what was not synced.

use diskfault::{Call, Choice, Disk, Failure};
use rusqlite::{Connection, OpenFlags};

fn open(disk: &Disk) -> rusqlite::Result<Connection> {
    Connection::open_with_flags_and_vfs("/a.db", OpenFlags::default(), disk.register())
}

fn table(disk: &Disk, settings: &str) -> Connection {
    let db = open(disk).expect("it opens");
    db.execute_batch(settings).expect("settings");
    db.execute_batch("CREATE TABLE t (n)").expect("a table");
    db
}

fn put(db: &Connection, n: u32) -> rusqlite::Result<usize> {
    db.execute("INSERT INTO t VALUES (?1)", [n])
}

fn count(db: &Connection) -> u32 {
    let count = db.query_row("SELECT count(*) FROM t", [], |row| row.get(0));
    count.expect("a sound file")
}

const SAFE: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";
const HASTY: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF";

#[test]
fn connections_of_one_disk_share_its_files_and_locks() {
    let disk = Disk::new(1);
    let (writer, reader) = (table(&disk, SAFE), open(&disk).expect("it opens"));
    writer.execute_batch("BEGIN IMMEDIATE").expect("nobody else writes");
    put(&writer, 1).expect("there is room");
    assert_eq!(count(&reader), 0, "not committed yet");
    let refused = reader.execute_batch("BEGIN IMMEDIATE").expect_err("somebody writes");
    assert_eq!(refused.sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy));
    writer.execute_batch("COMMIT").expect("it is written");
    assert_eq!(count(&reader), 1);
    let other = Disk::new(2);
    assert!(open(&other).expect("it opens").prepare("SELECT * FROM t").is_err(), "another disk");
}

#[test]
fn synced_commits_survive_any_power_cut() {
    for seed in 0..200 {
        let disk = Disk::new(seed);
        let db = table(&disk, SAFE);
        for n in 0..20 {
            put(&db, n).expect("it is written");
        }
        let after = disk.power_cut(&mut Choice::nth(seed));
        put(&db, 20).expect_err("the old disk is dead");
        assert_eq!(count(&open(&after).expect("it opens")), 20, "seed {seed}");
    }
}

/// The disk would hide a missing sync if it kept what was not synced.
#[test]
fn commits_that_were_not_synced_are_lost_in_some_power_cuts() {
    let lost = |seed| {
        let disk = Disk::new(seed);
        let db = table(&disk, HASTY);
        put(&db, 1).expect("it is written");
        let after = disk.power_cut(&mut Choice::nth(seed));
        let db = open(&after).expect("it opens");
        let count = db.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, u32>(0));
        count.ok() != Some(1)
    };
    let lost = (0..50).filter(|seed| lost(*seed)).count();
    assert!((10..50).contains(&lost), "{lost} of 50");
}

/// With `FULL` a journal's removal is not synced, so the last commit may be undone: SQLite says so
/// itself, and a disk that does not know it hides it.
#[test]
fn a_rollback_journal_works_too() {
    let disk = Disk::new(1);
    let db = table(&disk, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA");
    for n in 0..50 {
        put(&db, n).expect("it is written");
    }
    for seed in 0..50 {
        let image = disk.image().after_power_cut(&mut Choice::nth(seed));
        assert_eq!(count(&open(&Disk::holding(image, seed)).expect("it opens")), 50);
    }
}

#[test]
fn the_call_that_was_named_fails_once() {
    let disk = Disk::new(1);
    let db = table(&disk, SAFE);
    let writes = disk.count(Call::Write);
    disk.fail_nth(Call::Write, 2, Failure::Full);
    let full = put(&db, 1).expect_err("the second write has no room");
    assert_eq!(full.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
    assert_eq!(disk.count(Call::Write), writes + 2);
    assert!(disk.has_failed());
    put(&db, 2).expect("there is room again");
    assert_eq!(count(&db), 1);
}

/// What was done to a disk can be done again, up to any point.
#[test]
fn a_history_leads_to_what_the_disk_holds() {
    let disk = Disk::new(1);
    disk.remember();
    let db = table(&disk, SAFE);
    put(&db, 1).expect("it is written");
    let mut again = diskfault::Image::default();
    for effect in disk.history() {
        again.apply(&effect);
    }
    assert_eq!(count(&open(&Disk::holding(again, 1)).expect("it opens")), 1);
}

#[test]
fn layers_of_disks_that_are_gone_are_used_again() {
    let mut names = std::collections::BTreeSet::new();
    for seed in 0..100 {
        let disk = Disk::new(seed);
        let db = table(&disk, SAFE);
        names.insert(disk.register().to_owned());
        // The connection outlives our hold on the disk.
        drop(disk);
        put(&db, 1).expect("it is written");
    }
    assert!(names.len() < 50, "{names:?}");
}

#[test]
fn a_log_that_an_earlier_process_made_keeps_its_name_with_the_first_commit_of_the_next() {
    let disk = Disk::new(1);
    drop(table(&disk, SAFE));
    // This one makes a log anew by looking, writes nothing into it, and is killed.
    let looker = open(&disk).expect("it opens");
    assert_eq!(count(&looker), 0);
    let next = Disk::holding(disk.image(), 2);
    put(&open(&next).expect("it opens"), 1).expect("there is room");
    let after = next.power_cut(&mut Choice::lose());
    assert_eq!(count(&open(&after).expect("it opens")), 1);
}

#[test]
fn the_power_goes_after_so_many_writes_and_syncs() {
    let disk = Disk::new(1);
    let db = table(&disk, SAFE);
    disk.power_off_after(1);
    assert!(!disk.is_off());
    put(&db, 1).expect_err("one write does not make a commit");
    assert!(disk.is_off());
    let after = disk.power_cut(&mut Choice::keep());
    assert_eq!(count(&open(&after).expect("it opens")), 0);
    let db = open(&after).expect("it opens");
    after.power_off_after(1);
    after.spare();
    put(&db, 1).expect("what is called off does not come");
}

#[test]
fn a_disk_that_ignores_syncs_loses_what_it_was_to_keep() {
    let disk = Disk::new(1);
    let db = table(&disk, SAFE);
    disk.ignore_syncs();
    put(&db, 1).expect("it says so");
    let after = disk.power_cut(&mut Choice::lose());
    assert_eq!(count(&open(&after).expect("it opens")), 0);
}
