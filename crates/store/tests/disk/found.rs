//! What the failing disks found, each as small as it gets.

use crate::rig::{Library, PATH, Rig};
use crate::script::{Played, Script, Step};
use diskfault::{Call, Choice, Disk, Effect, Failure};
use domain::Proposal;
use rusqlite::{Connection, OpenFlags};
use store::Fault;

/// Some step that settles orders, when others were placed before.
const STEP: usize = 12;

/// A store that was reset and then settled the script's batches up to this step; and that step's.
fn before(script: &Script, step: usize, seed: u64) -> (Disk, Rig, &[crate::rig::Asked]) {
    let disk = Disk::new(seed);
    let rig = Rig::open(&disk, script.log_pages).expect("a store");
    for played in &script.played[..step] {
        match &played.step {
            Step::Settle(batch) => drop(rig.settle(batch).expect("nothing fails yet")),
            Step::Tidy(wall) => rig.tidy(*wall).expect("nothing fails yet"),
            Step::World(whole) => rig.change(whole).expect("nothing fails yet"),
            Step::Look | Step::Restart => {}
        }
    }
    let Step::Settle(batch) = &script.played[step].step else { panic!("step {step} settles") };
    (disk, rig, batch)
}

/// The last write of a commit said that it failed, but all of it was on the disk. Callers were told
/// that nothing had happened; a kill before the next commit, and everything had.
#[test]
fn a_batch_that_failed_stays_undone_though_all_of_it_was_written() {
    let script = Script::play(1, 60);
    let (disk, rig, batch) = before(&script, STEP, 0);
    let writes = disk.count(Call::Write);
    rig.settle(batch).expect("nothing fails");
    let last = disk.count(Call::Write) - writes;
    for seed in 0..20 {
        let (disk, rig, batch) = before(&script, STEP, seed);
        disk.fail_nth(Call::Write, last, Failure::Io);
        let fault = rig.settle(batch).expect_err("its last write failed");
        assert!(matches!(fault, Fault::Unavailable(_)), "{fault}");
        let library = Library::after(&disk.image(), &mut Choice::keep()).expect("a sound file");
        assert!(library == script.played[STEP - 1].library, "seed {seed}: it did happen");
    }
}

/// Writing over such a batch fails as well: it may lie in the log, whole, and nothing stands in its
/// place. Nobody is told that it did not happen, nor that it did.
#[test]
fn a_batch_that_could_not_be_written_over_is_unknown_and_there_wholly_or_not_at_all() {
    let script = Script::play(1, 60);
    let (disk, rig, batch) = before(&script, STEP, 0);
    let writes = disk.count(Call::Write);
    disk.remember();
    rig.settle(batch).expect("nothing fails");
    let last = disk.count(Call::Write) - writes;
    let history = disk.history();
    let synced = history.last().is_some_and(Effect::is_sync) && history.len() > 1;
    assert!(synced, "a batch is written, then synced");
    let mut seen = [0, 0];
    for seed in 0..20 {
        let (disk, rig, batch) = before(&script, STEP, seed);
        disk.fail_nth(Call::Write, last, Failure::Io);
        // What is left of that write is the last thing that is done to the disk.
        disk.power_off_after(history.len() as u64 - 1);
        let fault = rig.settle(batch).expect_err("its last write failed");
        assert!(matches!(fault, Fault::Unknown(_)), "seed {seed}: {fault}");
        assert!(disk.is_off() && !rig.is_fatal(), "seed {seed}: it did not come so far");
        for choice in 0..4 {
            let when = format!("seed {seed}, choice {choice}");
            let library = Library::after(&disk.image(), &mut Choice::nth(choice));
            let library = library.unwrap_or_else(|e| panic!("{when}: {e}"));
            library.audit(&when);
            let whole = [STEP - 1, STEP].map(|step| &script.played[step].library);
            let happened = whole.iter().position(|whole| library == **whole);
            seen[happened.unwrap_or_else(|| panic!("{when}: half of it happened"))] += 1;
        }
    }
    assert!(seen.iter().all(|times| *times > 0), "not there, there: {seen:?}");
}

/// A store that met a damaged page rolled back and went on, the page still in its cache: what it
/// wrote next could carry the damage on. It stops, and the next start reads the file anew.
#[test]
fn a_store_that_meets_a_damaged_page_stops() {
    const PAGE_BYTES: usize = 4096;
    let script = Script::play(1, 60);
    let (disk, rig, batch) = before(&script, STEP, 0);
    rig.close();
    let whole = disk.image();
    let file = whole.find(PATH).expect("a store");
    let pages = whole.bytes(file).len() / PAGE_BYTES;
    let mut met = 0;
    for page in 1..pages {
        let mut image = whole.clone();
        let (offset, bytes) = (page * PAGE_BYTES, [0; PAGE_BYTES].into());
        image.apply(&Effect::Write { file, offset, bytes });
        let disk = Disk::holding(image, 0);
        // What is read at the start is not opened at all.
        let Ok(rig) = Rig::open(&disk, script.log_pages) else { continue };
        if rig.settle(batch).is_err() {
            assert!(rig.is_fatal(), "page {page}: it goes on");
            met += 1;
        }
    }
    assert!(met > 0, "of {pages} pages none is read by a batch alone");
}

/// A sync failed and the process ended, but the machine lived on. The next process found in the
/// machine's memory, whole and in its place in the log, what the disk had never got and no later
/// sync would write. What it told was behind that in the log, and a power cut took both.
#[test]
fn what_is_told_after_a_failed_sync_and_a_restart_survives_a_power_cut() {
    let script = Script::play(1, 60);
    for seed in 0..40 {
        let (disk, rig, batch) = before(&script, STEP, seed);
        disk.fail_nth(Call::Sync, 1, Failure::Io);
        let fault = rig.settle(batch).expect_err("it was not synced");
        assert!(rig.is_fatal(), "{fault}");
        let disk = Disk::holding(disk.image(), seed);
        let rig = Rig::open(&disk, script.log_pages).expect("a store");
        rig.settle(batch).expect("nothing fails any more");
        let told = Library::of(&disk).expect("a sound file");
        let left = Library::after(&disk.image(), &mut Choice::seeded(seed));
        assert!(left.expect("a sound file") == told, "seed {seed}: something told is gone");
    }
}

/// Whether a step commits a batch that comes to nothing new when it is asked for again: all of it
/// is calls with tokens.
fn can_be_asked_again(played: &Played) -> bool {
    let has_token =
        |proposal: &Proposal| proposal.origin.as_ref().is_some_and(|origin| origin.token.is_some());
    let Step::Settle(batch) = &played.step else { return false };
    played.is_written() && batch.iter().all(|(_, proposal)| has_token(proposal))
}

/// The start after that carried over into the file, page by page, what the machine remembered of
/// the log. A power cut in the midst of it left some pages as they were and others new, and nothing
/// on the disk to tell how they belong together.
#[test]
fn a_start_after_a_failed_sync_can_be_cut_off_anywhere() {
    // The log begins anew every few steps: then the file alone has what a batch writes over.
    const LOG_PAGES: u32 = 8;
    let script = Script::play(1, LOG_PAGES);
    let steps = (STEP..script.played.len()).filter(|at| can_be_asked_again(&script.played[*at]));
    for step in steps.take(5) {
        let seed = step as u64;
        let (disk, rig, batch) = before(&script, step, seed);
        disk.fail_nth(Call::Sync, 1, Failure::Io);
        rig.settle(batch).expect_err("it was not synced");
        let left = disk.image();
        let begin = |power_off_after: u64| {
            let disk = Disk::holding(left.clone(), seed);
            disk.remember();
            disk.power_off_after(power_off_after);
            let _ = Rig::open(&disk, LOG_PAGES).map(|rig| rig.settle(batch));
            disk
        };
        let effects = begin(u64::MAX).history_len() as u64;
        for effect in 1..=effects {
            let after = begin(effect).image();
            for choice in 0..4 {
                let when = format!("step {step}, effect {effect}, choice {choice}");
                let after = Library::after(&after, &mut Choice::nth(choice));
                let after = after.unwrap_or_else(|e| panic!("{when}: {e}"));
                let whole = [step - 1, step].map(|step| &script.played[step].library);
                assert!(whole.contains(&&after), "{when}: half is gone");
            }
        }
    }
}

/// A reader beside kept a part of the log from being carried over and synced; when it was gone, the
/// rest was carried over, and the sync for all of it failed. SQLite told nobody, and began the log
/// anew once the next sync was well, which made durable only what had been written since.
#[test]
fn a_log_that_could_not_be_carried_over_stops_the_store() {
    const LOG_PAGES: u32 = 8;
    let script = Script::play(1, LOG_PAGES);
    let mut stopped = 0;
    for nth in 1..=12 {
        for seed in 0..4 {
            let (disk, rig, _) = before(&script, STEP, seed);
            let mut reader = Some(reader(&disk));
            let mut told = STEP - 1;
            for place in STEP..STEP + 16 {
                if place == STEP + 6 {
                    reader.take();
                    disk.fail_nth(Call::Sync, nth, Failure::Io);
                }
                let done = match &script.played[place].step {
                    Step::Settle(batch) => rig.settle(batch).map(drop),
                    Step::World(whole) => rig.change(whole),
                    Step::Tidy(wall) => rig.tidy(*wall),
                    Step::Look | Step::Restart => Ok(()),
                };
                if rig.is_fatal() {
                    break;
                }
                done.expect("only a sync fails");
                told = place;
            }
            let left = Library::after(&disk.image(), &mut Choice::lose()).expect("a sound file");
            let whole = |place: usize| left == script.played[place].library;
            let on_its_way = rig.is_fatal() && whole(told + 1);
            assert!(whole(told) || on_its_way, "sync {nth}, seed {seed}: something told is gone");
            stopped += usize::from(rig.is_fatal());
        }
    }
    assert!(stopped >= 40, "a failed sync stops it, whatever was being synced: {stopped} of 48");
}

/// Somebody who reads the store and does not come to an end.
fn reader(disk: &Disk) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let db = Connection::open_with_flags_and_vfs(PATH, flags, disk.register());
    let db = db.expect("it can be read");
    db.execute_batch("BEGIN; SELECT count(*) FROM orders").expect("it is read");
    db
}
