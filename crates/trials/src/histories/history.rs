//! A recorded history: which calls began and ended in which order, and whether one call after
//! another could have come to the same. That is for stateright's tester to say.

use super::specification::{Account, Answer, Call};
use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

/// Something that a client did or saw.
#[derive(Clone, Debug)]
pub struct Event {
    /// Since the history began, microseconds; for people.
    pub at_us: u128,
    /// Which client.
    pub client: usize,
    /// What it did or saw.
    pub what: What,
}

/// What a client did or saw.
#[derive(Clone, Debug)]
pub enum What {
    /// It called.
    Called(Call),
    /// Its call was answered.
    Answered(Answer),
    /// Its call will never be answered: it may have happened, may happen yet, or never will.
    Lost,
}

/// What some clients did to an account, in the order in which it came about.
#[derive(Clone, Debug)]
pub struct History {
    /// The account before it.
    pub start: Account,
    /// What came about.
    pub events: Vec<Event>,
}

/// What the checker says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Judgement {
    /// It could have happened one call after another.
    Linearizable,
    /// It could not.
    Impossible,
    /// The checker found no end.
    Undecided,
}

/// The checker gets no more time for a history.
const PATIENCE: Duration = Duration::from_mins(1);

/// A call, and its place among all of a history.
type Step = (u32, Call);

/// The specification, and where the checker has been: which calls had happened, and what they had
/// come to. Coming there again by another way leads nowhere new, and the first time led nowhere,
/// or the checker would be done. Without this, a handful of lost answers keeps it busy for hours.
#[derive(Clone)]
struct Explored {
    account: Account,
    happened: u128,
    nothing_new: bool,
    seen: Arc<Mutex<HashSet<(u128, Account)>>>,
}

impl Explored {
    fn from(account: Account) -> Self {
        Self { account, happened: 0, nothing_new: false, seen: Arc::default() }
    }

    fn is_new(&mut self, nth: u32) -> bool {
        self.happened |= 1 << nth;
        let place = (self.happened, self.account.clone());
        self.nothing_new |= !self.seen.lock().expect("nobody fails with it").insert(place);
        !self.nothing_new
    }
}

impl SequentialSpec for Explored {
    type Op = Step;
    type Ret = Answer;

    fn invoke(&mut self, (nth, call): &Step) -> Answer {
        let answer = self.account.invoke(call);
        // It cannot be said here that this leads nowhere: no later step will be valid.
        self.is_new(*nth);
        answer
    }

    fn is_valid_step(&mut self, (nth, call): &Step, answer: &Answer) -> bool {
        !self.nothing_new && self.account.is_valid_step(call, answer) && self.is_new(*nth)
    }
}

/// The most calls of a history.
pub const CALLS_MAX: usize = 128;

impl History {
    /// Looks for an order of the calls that explains every answer.
    pub fn judge(&self) -> Judgement {
        let tester = self.tester(Explored::from(self.start.clone()), |nth, call| (nth, call));
        let (sender, receiver) = mpsc::channel();
        // A checker that finds no end is left to itself.
        std::thread::spawn(move || sender.send(tester.serialized_history().is_some()));
        match receiver.recv_timeout(PATIENCE) {
            Ok(true) => Judgement::Linearizable,
            Ok(false) => Judgement::Impossible,
            Err(_) => Judgement::Undecided,
        }
    }

    /// Has a tester look at the history in the words of a specification.
    fn tester<S>(
        &self,
        start: S,
        step: impl Fn(u32, Call) -> S::Op,
    ) -> LinearizabilityTester<usize, S>
    where
        S: SequentialSpec<Ret = Answer> + Clone,
        S::Op: Clone + std::fmt::Debug,
    {
        let mut tester = LinearizabilityTester::new(start);
        let mut steps = 0;
        // A client whose call was lost goes on as another one, for the call stays open.
        let clients = 1 + self.events.iter().map(|event| event.client).max().unwrap_or_default();
        let mut lives = vec![0; clients];
        for event in &self.events {
            let who = event.client + clients * lives[event.client];
            let fits = match &event.what {
                What::Called(call) => {
                    steps += 1;
                    tester.on_invoke(who, step(steps - 1, call.clone())).is_ok()
                }
                What::Answered(answer) => tester.on_return(who, answer.clone()).is_ok(),
                What::Lost => {
                    lives[event.client] += 1;
                    true
                }
            };
            assert!(fits, "a client calls, and then is answered");
        }
        tester
    }

    /// The same judgement without [`Explored`], to compare with; for short ones.
    #[cfg(test)]
    pub fn is_plainly_possible(&self) -> bool {
        self.tester(self.start.clone(), |_, call| call).is_consistent()
    }

    /// How many calls it has.
    pub fn calls(&self) -> usize {
        self.count(|what| matches!(what, What::Called(_)))
    }

    /// How many calls were never answered.
    pub fn lost(&self) -> usize {
        self.count(|what| matches!(what, What::Lost))
    }

    fn count(&self, is: impl Fn(&What) -> bool) -> usize {
        self.events.iter().filter(|event| is(&event.what)).count()
    }

    /// For people: a line for each call, from its beginning to its end.
    pub fn text(&self) -> String {
        let mut text = format!("at first: {:?}\n", self.start);
        for (place, event) in self.events.iter().enumerate() {
            let What::Called(call) = &event.what else { continue };
            let mut later = self.events[place + 1..].iter();
            let end = later.find(|later| later.client == event.client);
            let (until, what) = match end.map(|end| (end.at_us, &end.what)) {
                Some((at, What::Answered(answer))) => (at.to_string(), format!("{answer:?}")),
                _ => ("?".into(), "no answer".into()),
            };
            let span = format!("{}..{until} us", event.at_us);
            // Writing to a text does not fail.
            let _ = writeln!(text, "{span:<20} client {}: {call:?} => {what}", event.client);
        }
        text
    }
}
