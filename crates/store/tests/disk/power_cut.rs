//! The power goes at each of the writes and syncs of a script in turn. What had been told is there,
//! what had not is there wholly or not at all, every token leads to its first outcome, and a caller
//! who asks again gets what would have come of it without the power cut.
//!
//! The script is played once. What was done to its disk is then done to another one step by step,
//! and the power cut there: a process leaves nothing behind at a power cut but its disk, so nothing
//! is lost by not playing the script again each time.

use crate::rig::{Library, Rig};
use crate::script::{Played, Script, Step};
use crate::{Extent, extent, on_two_threads};
use diskfault::{Chance, Choice, Disk, Image};
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many power cuts at each point: everything unsynced lost, all of it kept, the others seeded,
/// every second of those torn at any byte.
const CUTS_A_POINT: u64 = 8;
/// A sample is of so many points, and of so many cuts at each.
const POINTS_SAMPLED: usize = 150;
const CUTS_SAMPLED: u64 = 4;

/// Makes up a step that the power cut kept from happening.
fn retry(rig: &Rig, next: &Played, when: &str) {
    match &next.step {
        Step::Settle(batch) => {
            let told = rig.settle(batch).expect("the disk is well");
            assert_eq!(told, next.told, "{when}: what is told at the second attempt");
        }
        Step::World(name) => drop(rig.open_world(name).expect("the disk is well")),
        Step::Nonces | Step::Restart => {}
    }
}

/// Cuts the power when so much of the script's history had been done to a disk, and looks.
fn cut(script: &Script, image: &Image, point: usize, number: u64) {
    let when = format!("point {point}, cut {number}, log {}", script.log_pages);
    // The first two are plain; of the others each point has its own.
    let seed = if number < 2 { number } else { number + CUTS_A_POINT * (1 + point as u64) };
    let image = image.after_power_cut(&mut Choice::nth(seed));
    let disk = Disk::holding(image, seed);
    let rig = Rig::open(&disk, script.log_pages).unwrap_or_else(|e| panic!("{when}: {e}"));
    let library = Library::of(&disk).unwrap_or_else(|e| panic!("{when}: {e}"));
    library.audit(&when);
    let told = script.told_at(point);
    let mut stands = &script.played[told.saturating_sub(1)];
    let next = script.played.get(told);
    if library == stands.library {
        if let Some(next) = next {
            retry(&rig, next, &when);
            let library = Library::of(&disk).expect("a sound file");
            assert!(library == next.library, "{when}: the second attempt comes to something else");
            stands = next;
        }
    } else {
        // It was on its way: then all of it happened.
        let next = next.filter(|next| point > next.span.0 && library == next.library);
        stands = next.unwrap_or_else(|| panic!("{when}: neither what was told nor what was asked"));
    }
    let (again, expected): (Vec<_>, Vec<_>) =
        stands.kept.iter().map(|kept| kept.again(stands.wall)).unzip();
    let replayed = rig.settle(&again).expect("the disk is well");
    assert_eq!(replayed, expected, "{when}: calls that are made again");
    if number == 0 {
        // What was told since is as safe as what was told before.
        let library = Library::of(&disk).expect("a sound file");
        let again = Library::of(&disk.power_cut(&mut Choice::lose())).expect("a sound file");
        assert!(again == library, "{when}: and cut again");
    }
    assert!(!rig.is_fatal(), "{when}");
}

/// Cuts the power at these points of a script, so often at each. Returns how many points there are.
fn cut_at(script: &Script, cuts: u64, is_chosen: impl Fn(usize) -> bool + Sync) -> usize {
    let points = script.history.len() + 1;
    let done = AtomicUsize::new(0);
    on_two_threads(|thread| {
        let mut image = Image::default();
        for point in 0..points {
            if point % 2 == thread && is_chosen(point) {
                (0..cuts).for_each(|number| cut(script, &image, point, number));
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                if done.is_multiple_of(500) {
                    eprintln!("power cuts at {done} of {points} points");
                }
            }
            if let Some(effect) = script.history.get(point) {
                image.apply(effect);
            }
        }
    });
    points
}

#[test]
fn whatever_the_power_cut_what_was_told_stays_and_nothing_is_doubled() {
    let all = extent() == Extent::All;
    let seed = if let Extent::Sample(seed) = extent() { seed } else { 1 };
    for log_pages in if all { &[60, 1000][..] } else { &[60] } {
        let script = Script::play(seed, *log_pages);
        let orders = script.played.last().expect("steps").library.orders();
        assert!(orders >= 300, "{orders} orders");
        if all {
            let points = cut_at(&script, CUTS_A_POINT, |_| true);
            eprintln!("{orders} orders, log {log_pages}: {CUTS_A_POINT} power cuts at {points}");
            continue;
        }
        let points = script.history.len() + 1;
        let mut chance = Chance::new(seed);
        let mut chosen = vec![false; points];
        (0..POINTS_SAMPLED).for_each(|_| chosen[chance.below(points)] = true);
        cut_at(&script, CUTS_SAMPLED, |point| chosen[point]);
    }
}

/// A store that told a caller before it synced would be found out.
#[test]
#[should_panic(expected = "neither what was told nor what was asked")]
fn a_commit_that_is_not_synced_is_found_out() {
    let mut script = Script::play(1, 60);
    let ends_with_sync = |played: &&mut Played| script.history[played.span.1 - 1].is_sync();
    let told = script.played.iter_mut().skip(50).find(ends_with_sync).expect("commits sync");
    told.span.1 -= 1;
    let point = told.span.1;
    let mut image = Image::default();
    script.history[..point].iter().for_each(|effect| image.apply(effect));
    cut(&script, &image, point, 0);
}
