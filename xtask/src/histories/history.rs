//! A recorded history: which calls began and ended in which order, and whether one call after
//! another could have come to the same. That is for stateright's tester to say.

use super::specification::{Account, Answer, Call};
use stateright::semantics::{ConsistencyTester, LinearizabilityTester};
use std::fmt::Write as _;
use std::sync::mpsc;
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

impl History {
    /// Looks for an order of the calls that explains every answer.
    pub fn judge(&self) -> Judgement {
        let tester = self.tester();
        let (sender, receiver) = mpsc::channel();
        // A checker that finds no end is left to itself.
        std::thread::spawn(move || sender.send(tester.serialized_history().is_some()));
        match receiver.recv_timeout(PATIENCE) {
            Ok(true) => Judgement::Linearizable,
            Ok(false) => Judgement::Impossible,
            Err(_) => Judgement::Undecided,
        }
    }

    fn tester(&self) -> LinearizabilityTester<usize, Account> {
        let mut tester = LinearizabilityTester::new(self.start.clone());
        // A client whose call was lost goes on as another one, for the call stays open.
        let clients = 1 + self.events.iter().map(|event| event.client).max().unwrap_or_default();
        let mut lives = vec![0; clients];
        for event in &self.events {
            let who = event.client + clients * lives[event.client];
            let fits = match &event.what {
                What::Called(call) => tester.on_invoke(who, call.clone()).is_ok(),
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
