//! Each call to the disk fails once, in each way it can. Every caller gets an honest answer: what
//! was refused did not happen, what was told is there; a store goes on, or stops as it says it
//! does; and in the end everything stands as if nothing had failed.

use crate::rig::{Library, Rig};
use crate::script::{Played, Script, Step};
use crate::{is_all, on_two_threads, seed};
use diskfault::{Call, Chance, Choice, Disk, Failure, Image};
use std::sync::atomic::{AtomicUsize, Ordering};
use store::Fault;

/// So many failures are sampled.
const SAMPLED: usize = 150;

/// A call that fails, and how.
#[derive(Clone, Copy, Debug)]
struct Ordered {
    call: Call,
    nth: u64,
    failure: Failure,
}

/// A script played again on a disk that fails once.
struct Play<'s> {
    script: &'s Script,
    ordered: Ordered,
    disk: Disk,
    rig: Option<Rig>,
    /// The step being played.
    place: usize,
    /// Callers were told that something failed.
    told_of_failure: bool,
}

impl<'s> Play<'s> {
    fn new(script: &'s Script, ordered: Ordered) -> Self {
        let disk = Disk::new(ordered.nth);
        disk.fail_nth(ordered.call, ordered.nth, ordered.failure);
        Self { script, ordered, disk, rig: None, place: 0, told_of_failure: false }
    }

    fn when(&self) -> String {
        format!("{:?}, step {}", self.ordered, self.place)
    }

    fn rig(&self) -> &Rig {
        self.rig.as_ref().expect("a store is open")
    }

    /// Somebody was told that something failed: that must be once, and because it did.
    fn note(&mut self) {
        assert!(self.disk.has_failed(), "{}: nothing has failed", self.when());
        assert!(!self.told_of_failure, "{}: it failed once", self.when());
        self.told_of_failure = true;
    }

    /// Opens the store; a second attempt must do.
    fn open(&mut self) {
        if let Some(rig) = self.rig.take() {
            rig.close();
        }
        let pages = self.script.log_pages;
        let rig = Rig::open(&self.disk, pages).unwrap_or_else(|_| {
            self.note();
            Rig::open(&self.disk, pages).unwrap_or_else(|e| panic!("{}: {e}", self.when()))
        });
        self.rig = Some(rig);
    }

    /// The process is gone, as after a failed sync alone, and another one starts on what is left.
    fn start_anew(&mut self) {
        assert_eq!(self.ordered.call, Call::Sync, "{}", self.when());
        self.disk = self.disk.power_cut(&mut Choice::nth(self.ordered.nth));
        self.rig = Some(Rig::open(&self.disk, self.script.log_pages).expect("a sound file"));
    }

    /// Settles the step's batch, as callers do who try again when they are told to.
    fn settle(&mut self) {
        let played = &self.script.played[self.place];
        let Step::Settle(batch) = &played.step else { unreachable!("this step settles") };
        let fault = match self.rig().settle(batch) {
            Ok(_) if self.rig().is_fatal() => {
                // The log could not be carried over: the process ended before anybody was told.
                self.note();
                self.start_anew();
                let library = Library::of(&self.disk).expect("a sound file");
                assert!(library == played.library, "{}: committed and gone", self.when());
                return;
            }
            Ok(told) => return assert_eq!(told, played.told, "{}", self.when()),
            Err(fault) => fault,
        };
        self.note();
        // One failure leaves nothing unknown, unless it ends the process.
        let is_known = matches!(fault, Fault::Unavailable(_)) || self.rig().is_fatal();
        assert!(is_known, "{}: {fault}", self.when());
        let before = &self.script.played[self.place - 1].library;
        if self.rig().is_fatal() {
            // Nobody was told what became of the batch.
            self.start_anew();
            let library = Library::of(&self.disk).expect("a sound file");
            library.audit(&self.when());
            if library == played.library {
                return;
            }
            assert!(library == *before, "{}: half of it happened", self.when());
        } else {
            for choice in 0..3 {
                // Whoever is told that nothing happened is told the truth, whatever follows.
                let mut choice = Choice::nth(choice);
                let library = Library::after(&self.disk.image(), &mut choice);
                let library = library.unwrap_or_else(|e| panic!("{}: {e}", self.when()));
                assert!(library == *before, "{}: it did happen, {choice:?}", self.when());
            }
        }
        let told = self.rig().settle(batch);
        let told = told.unwrap_or_else(|e| panic!("{}: again: {e}", self.when()));
        assert_eq!(told, played.told, "{}: at the second attempt", self.when());
    }

    /// What changes no order: a second attempt must do, in a process that starts anew if this one
    /// is gone.
    fn try_twice(&mut self, attempt: impl Fn(&Rig) -> Result<(), Fault>) {
        // A process may also end when the attempt itself is done: nobody is told that it is.
        if attempt(self.rig()).is_err() || self.rig().is_fatal() {
            self.note();
            if self.rig().is_fatal() {
                self.start_anew();
            }
            attempt(self.rig()).unwrap_or_else(|e| panic!("{}: again: {e}", self.when()));
        }
    }

    fn play(mut self) {
        for place in 0..self.script.played.len() {
            self.place = place;
            match &self.script.played[place].step {
                Step::Restart => self.open(),
                Step::Settle(_) => self.settle(),
                Step::World(whole) => self.try_twice(|rig| rig.change(whole)),
                Step::Tidy(wall) => self.try_twice(|rig| rig.tidy(*wall)),
                Step::Look => self.try_twice(Rig::look),
            }
        }
        let rig = self.rig.take().expect("a store is open");
        rig.close();
        let when = self.when();
        self.open();
        let library = Library::of(&self.disk).unwrap_or_else(|e| panic!("{when}: {e}"));
        library.audit(&when);
        let last = &self.script.played.last().expect("steps").library;
        assert!(library == *last, "{when}: not as if nothing had failed");
    }
}

/// Every call of a script, with every way in which it can fail.
fn all(script: &Script) -> Vec<Ordered> {
    let ways = |call: Call| call.failures().map(move |failure| (call, failure));
    let of = |(call, failure)| {
        let count = script.disk.count(call);
        (1..=count).map(move |nth| Ordered { call, nth, failure })
    };
    Call::ALL.into_iter().flat_map(ways).flat_map(of).collect()
}

/// Some of them; rare calls are as likely to be chosen as frequent ones.
fn sample(mut all: Vec<Ordered>) -> Vec<Ordered> {
    let mut chance = Chance::new(seed());
    let mut chosen = Vec::new();
    while chosen.len() < SAMPLED && !all.is_empty() {
        let call = Call::ALL[chance.below(Call::ALL.len())];
        let of_it: Vec<_> = (0..all.len()).filter(|place| all[*place].call == call).collect();
        if !of_it.is_empty() {
            chosen.push(all.swap_remove(of_it[chance.below(of_it.len())]));
        }
    }
    chosen
}

#[test]
fn whichever_call_to_the_disk_fails_every_answer_is_honest_and_the_store_goes_on() {
    let script = Script::play(seed(), 60);
    let all = all(&script);
    let chosen = if is_all() { all } else { sample(all) };
    let next = AtomicUsize::new(0);
    on_two_threads(|_| {
        while let Some(ordered) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
            Play::new(&script, *ordered).play();
            let done = next.load(Ordering::Relaxed);
            if done.is_multiple_of(500) {
                eprintln!("{done} of {} failures", chosen.len());
            }
        }
    });
    for call in Call::ALL {
        let tried = chosen.iter().filter(|ordered| ordered.call == call).count();
        eprintln!("{call:?}: {tried} failures of {} calls", script.disk.count(call));
    }
}

/// Nobody waits for it, so nobody is told that it failed: memory forgets what the file has
/// forgotten and nothing else, and the next time all of it goes.
#[test]
fn whichever_call_fails_while_receipts_are_forgotten_memory_and_file_forget_the_same() {
    let script = Script::play(1, 60);
    let forgets = |played: &Played| matches!(played.step, Step::Tidy(_)) && played.is_written();
    let place = script.played.iter().position(forgets).expect("receipts are forgotten");
    let Step::Tidy(wall) = script.played[place].step else { unreachable!("this step tidies") };
    let [before, after] = [place - 1, place].map(|place| &script.played[place].library);
    let mut image = Image::default();
    script.history[..script.played[place].span.0].iter().for_each(|effect| image.apply(effect));
    let open = |seed| {
        let disk = Disk::holding(image.clone(), seed);
        let rig = Rig::open(&disk, script.log_pages).expect("a store");
        (disk, rig)
    };
    let (disk, rig) = open(0);
    let counts = || Call::ALL.map(|call| disk.count(call));
    let began = counts();
    rig.tidy(wall).expect("nothing fails");
    let made = counts();
    let calls = Call::ALL.into_iter().zip(began.into_iter().zip(made));
    for (call, (began, made)) in calls {
        let each = |failure| (1..=made - began).map(move |nth| (failure, nth));
        for (failure, nth) in call.failures().flat_map(each) {
            let when = format!("{call:?} {nth} fails: {failure:?}");
            let (disk, rig) = open(nth);
            disk.fail_nth(call, nth, failure);
            let done = rig.tidy(wall);
            // What the start has read already is not always the same.
            disk.spare();
            let library = Library::after(&disk.image(), &mut Choice::keep()).expect("a sound file");
            if rig.is_fatal() {
                assert!(library == *before || library == *after, "{when}: half of it is forgotten");
                continue;
            }
            assert!(library == *if done.is_ok() { after } else { before }, "{when}");
            rig.tidy(wall).unwrap_or_else(|e| panic!("{when}: again: {e}"));
            assert!(Library::of(&disk).expect("a sound file") == *after, "{when}: at last");
        }
    }
}
