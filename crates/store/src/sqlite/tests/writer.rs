//! What a writer does after failures, tried from within.

use super::*;
use crate::sqlite::file::{complete_words, migrate};
use parking_lot::Mutex;
use rusqlite::ffi;

fn failure(extended_code: i32) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(extended_code), None)
}

/// A writer in the midst of a transaction, and what the process is told before it is to end.
fn amidst() -> (Writer, Arc<Mutex<Vec<String>>>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let ours = Arc::clone(&told);
    let options = Options::new(|| 0, Arc::new(move |why| ours.lock().push(why.to_owned())));
    let mut db = Connection::open_in_memory().expect("memory");
    migrate(&mut db).expect("the schema");
    let words = complete_words(&db).expect("words");
    let writer = Writer::new(db, words, Arc::default(), options).expect("a writer");
    writer.db.execute_batch("BEGIN IMMEDIATE").expect("a transaction");
    (writer, told)
}

/// What comes of this failure of a batch, and what the process was told.
fn told_after(error: &rusqlite::Error) -> (Fault, Vec<String>) {
    let (mut writer, told) = amidst();
    let fault = writer.rolled_back(error);
    assert!(writer.db.is_autocommit(), "the transaction is over");
    let told = told.lock().clone();
    (fault, told)
}

#[test]
fn a_failed_sync_ends_the_process() {
    for code in [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_DIR_FSYNC] {
        let (fault, told) = told_after(&failure(code));
        assert!(matches!(fault, Fault::Unavailable(_)));
        let [why] = &told[..] else { panic!("told {told:?}") };
        assert!(why.starts_with("the disk did not sync"), "{why}");
    }
}

#[test]
fn a_full_disk_or_a_busy_file_rolls_back_and_goes_on() {
    for code in [ffi::SQLITE_FULL, ffi::SQLITE_BUSY, ffi::SQLITE_IOERR_WRITE] {
        let (fault, told) = told_after(&failure(code));
        assert!(matches!(fault, Fault::Unavailable(_)));
        assert_eq!(told, Vec::<String>::new());
    }
    let (_, told) = told_after(&rusqlite::Error::QueryReturnedNoRows);
    assert_eq!(told, Vec::<String>::new());
}

/// What a batch that failed so came to is unknown only if its commit was tried, it may lie in
/// the log, and nothing could be put in its place.
#[test]
fn what_may_have_been_written_and_cannot_be_written_over_is_unknown() {
    for (code, committing, is_unknown) in [
        (ffi::SQLITE_IOERR_WRITE, true, true),
        (ffi::SQLITE_IOERR_FSYNC, true, true),
        (ffi::SQLITE_FULL, true, true),
        (ffi::SQLITE_IOERR_WRITE, false, false),
        (ffi::SQLITE_FULL, false, false),
        (ffi::SQLITE_BUSY, true, false),
        (ffi::SQLITE_CONSTRAINT_CHECK, true, false),
    ] {
        let (mut writer, _) = amidst();
        writer.committing = committing;
        writer.db.execute_batch("ROLLBACK; DROP TABLE numbers; BEGIN").expect("no numbers");
        let fault = writer.rolled_back(&failure(code));
        assert!(writer.db.is_autocommit(), "the transaction is over");
        match fault {
            Fault::Unknown(why) => {
                assert!(is_unknown, "{code}: {why}");
                assert!(why.contains("writing over it failed: no such table"), "{why}");
            }
            Fault::Unavailable(_) => assert!(!is_unknown, "{code}"),
            other => panic!("{code}: {other}"),
        }
    }
}

#[test]
fn a_panic_is_told_in_its_own_words() {
    let said = |f: fn()| words_of(&*catch_unwind(f).expect_err("it panics"));
    assert_eq!(said(|| panic!("plain")), "plain");
    assert_eq!(said(|| panic!("number {}", std::hint::black_box(7))), "number 7");
    assert_eq!(said(|| std::panic::panic_any(7_u8)), "no words");
}
