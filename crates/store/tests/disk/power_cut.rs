//! The power goes at each of the writes and syncs of a script in turn. What had been told is there,
//! what had not is there wholly or not at all, every token leads to its first outcome, and a caller
//! who asks again gets what would have come of it without the power cut.
//!
//! The script is played once. What was done to its disk is then done to another one step by step,
//! and the power cut there: a process leaves nothing behind at a power cut but its disk, so nothing
//! is lost by not playing the script again each time.

use crate::rig::{Library, Rig};
use crate::script::{Played, Script, Step};
use crate::{is_all, on_two_threads, seed};
use diskfault::{Chance, Choice, Disk, Effect, Image};
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
        Step::World(whole) => rig.change(whole).expect("the disk is well"),
        Step::Tidy(wall) => rig.tidy(*wall).expect("the disk is well"),
        Step::Look | Step::Restart => {}
    }
}

/// Cuts the power when so much of the script's history had been done to a disk, and looks.
fn cut(script: &Script, image: &Image, point: usize, number: u64) {
    let when = format!("point {point}, cut {number}, log {}", script.log_pages);
    // The first two are plain; of the others each point has its own.
    let seed = if number < 2 { number } else { number + CUTS_A_POINT * (1 + point as u64) };
    let image = image.after_power_cut(&mut Choice::nth(seed));
    let disk = Disk::holding(image.clone(), seed);
    disk.remember();
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
    } else {
        // A power cut while the one before is being made good.
        let history = disk.history();
        let done = Chance::new(seed).below(history.len() + 1);
        let mut again = image;
        history[..done].iter().for_each(|effect| again.apply(effect));
        let again = Library::after(&again, &mut Choice::nth(seed)).expect("a sound file");
        assert!(again == library || again == stands.library, "{when}: and cut on the way");
    }
    assert!(!rig.is_fatal(), "{when}");
}

/// Cuts the power at these points of a script, so often at each.
fn cut_at(script: &Script, cuts: u64, is_chosen: impl Fn(usize) -> bool + Sync) {
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
}

#[test]
fn whatever_the_power_cut_what_was_told_stays_and_nothing_is_doubled() {
    // A short log is carried over often; the other is as long as a server's.
    for log_pages in if is_all() { &[60, 1000][..] } else { &[60] } {
        let script = Script::play(seed(), *log_pages);
        let orders = script.played.last().expect("steps").library.orders();
        assert!(orders >= 300, "{orders} orders");
        let points = script.history.len() + 1;
        let mut chance = Chance::new(seed());
        let mut chosen = vec![is_all(); points];
        (0..POINTS_SAMPLED).for_each(|_| chosen[chance.below(points)] = true);
        // Receipts are rarely forgotten: one time of that is not left to chance.
        let forgetting = script.forgetting();
        assert!(forgetting.len() >= 2, "receipts were forgotten {} times", forgetting.len());
        let (began, told) = forgetting[chance.below(forgetting.len())];
        chosen[began..=told].fill(true);
        let cuts = if is_all() { CUTS_A_POINT } else { CUTS_SAMPLED };
        cut_at(&script, cuts, |point| chosen[point]);
        let tried = chosen.iter().filter(|chosen| **chosen).count();
        eprintln!(
            "{orders} orders, log of {log_pages} pages: {cuts} power cuts at each of {tried}"
        );
    }
}

/// A store that told a caller before it synced would be found out.
#[test]
#[should_panic(expected = "neither what was told nor what was asked")]
fn a_commit_that_is_not_synced_is_found_out() {
    let mut script = Script::play(1, 60);
    let commits_alone = |played: &&mut Played| {
        let span = &script.history[played.span.0..played.span.1];
        span.last().is_some_and(Effect::is_sync) && span.iter().filter(|e| e.is_sync()).count() == 1
    };
    let told = script.played.iter_mut().skip(50).find(commits_alone).expect("commits sync");
    told.span.1 -= 1;
    let point = told.span.1;
    let mut image = Image::default();
    script.history[..point].iter().for_each(|effect| image.apply(effect));
    cut(&script, &image, point, 0);
}
