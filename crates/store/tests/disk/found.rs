//! What the failing disks found, each as small as it gets.

use crate::rig::{Library, Rig};
use crate::script::{Script, Step};
use diskfault::{Call, Choice, Disk, Failure};
use store::Fault;

/// Some step that settles orders, when others were placed before.
const STEP: usize = 12;

/// A store that was reset and then settled the script's batches up to this step; and that step's.
fn before(script: &Script, step: usize, seed: u64) -> (Disk, Rig, &[crate::rig::Asked]) {
    let disk = Disk::new(seed);
    let rig = Rig::open(&disk, script.log_pages).expect("a store");
    for played in &script.played[..step] {
        if let Step::Settle(batch) = &played.step {
            rig.settle(batch).expect("nothing fails yet");
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
