//! The load: clients that order at once, many of them the same things, and what each saw.

use super::client::{Answer, Client, Wish};
use chance::Chance;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// What a run came to.
#[derive(Default)]
pub struct Tally {
    /// Ends of servers.
    pub rounds: u64,
    /// Calls that were sent, repeats left out.
    pub calls: u64,
    /// Tokens under which an order was told before the end.
    pub acknowledged: u64,
    /// Answers that were replays.
    pub replays: u64,
    /// Answers that were refusals.
    pub refused: u64,
    /// Answers 503.
    pub unavailable: u64,
    /// Calls that were never answered.
    pub unanswered: u64,
    /// Tokens of such calls whose order is there although nobody was told.
    pub found_committed: u64,
    /// Tokens of such calls without an order.
    pub not_committed: u64,
    /// Calls made again after the end.
    pub repeats: u64,
    /// Orders in all stores.
    pub orders: u64,
    /// Audits.
    pub audits: u64,
}

impl Tally {
    /// Fails unless there was something to lose.
    pub fn meant_something(&self) -> Result<(), String> {
        if self.acknowledged == 0 {
            return Err("no order was acknowledged, so none could be lost".into());
        }
        Ok(())
    }
}

/// What is known of a wish.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The orders that it was told to have, each once.
    pub orders: Vec<String>,
    /// The last refusal.
    pub refused: Option<String>,
    /// Calls for it that were never answered.
    pub unanswered: u64,
}

/// What is known of all wishes.
pub type Sightings = BTreeMap<Wish, Seen>;

/// What clients under way say and are told.
#[derive(Default)]
pub struct Signals {
    /// They are to stop.
    pub stop: AtomicBool,
    /// Orders that were placed, replays left out.
    pub placed: AtomicU64,
    /// Answers 503.
    pub unavailable: AtomicU64,
}

/// Who is told 503 waits so long.
const BACK_OFF: Duration = Duration::from_millis(2);

/// So many wishes are about at the same time.
const WINDOW: usize = 16;

/// Each wish is asked for by about so many clients.
const TWINS: usize = 3;

/// Wishes for these circuits: most with a rival for the same circuit under another token.
pub fn wishes(circuits: &[String], chance: &mut Chance) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for circuit in circuits {
        for _ in 0..=chance.below(3).min(1) {
            let token = format!("t-{:016x}", chance.draw());
            let (period, pays) = (1 + chance.draw() % 2, chance.below(5) > 0);
            wishes.push(Wish { token, circuit: circuit.clone(), period, pays });
        }
    }
    // Rivals stand near each other, and not always in the same order.
    for place in 1..wishes.len() {
        let near = place.saturating_sub(chance.below(4));
        wishes.swap(place, near);
    }
    wishes
}

/// Has clients ask for the wishes until they are told to stop or nobody answers. What each saw.
pub fn drive(
    address: SocketAddr,
    wishes: &[Wish],
    clients: usize,
    chance: &Chance,
    signals: &Signals,
) -> Vec<(Wish, Answer)> {
    let client = |number: usize| {
        let mut chance = Chance::of(chance.clone().draw(), number as u64);
        let client = Client::new(address, Chance::of(chance.draw(), 1));
        one_client(client, wishes, clients, &mut chance, signals)
    };
    let client = &client;
    std::thread::scope(|scope| {
        let started: Vec<_> =
            (0..clients).map(|number| scope.spawn(move || client(number))).collect();
        let ended = started.into_iter().map(|one| one.join().expect("a client does not fail"));
        ended.flatten().collect()
    })
}

/// Goes through the wishes window by window, and then asks again for any, which are replays.
fn one_client(
    mut client: Client,
    wishes: &[Wish],
    clients: usize,
    chance: &mut Chance,
    signals: &Signals,
) -> Vec<(Wish, Answer)> {
    let mut seen = Vec::new();
    let windows = wishes.chunks(WINDOW).chain(std::iter::repeat(wishes));
    for window in windows {
        for _ in 0..window.len() {
            let wish = &window[chance.below(window.len())];
            if chance.below(clients) >= TWINS {
                continue;
            }
            if signals.stop.load(Ordering::Relaxed) {
                return seen;
            }
            let answer = client.order(wish);
            let ended = matches!(answer, Answer::Nothing | Answer::NotSent);
            match &answer {
                Answer::Order(_, false) => drop(signals.placed.fetch_add(1, Ordering::Relaxed)),
                Answer::Unavailable => {
                    signals.unavailable.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(BACK_OFF);
                }
                _ => {}
            }
            seen.push((wish.clone(), answer));
            if ended {
                return seen;
            }
        }
    }
    seen
}

/// Notes what clients saw. An error when one token was told two orders.
pub fn note(
    seen: &[(Wish, Answer)],
    sightings: &mut Sightings,
    tally: &mut Tally,
) -> Result<(), String> {
    for (wish, answer) in seen {
        let known = sightings.entry(wish.clone()).or_default();
        tally.calls += u64::from(*answer != Answer::NotSent);
        match answer {
            Answer::Order(order, replayed) => {
                tally.replays += u64::from(*replayed);
                if !known.orders.contains(order) {
                    known.orders.push(order.clone());
                    tally.acknowledged += 1;
                }
                if known.orders.len() > 1 {
                    return Err(format!("one token, two orders: {wish:?}: {:?}", known.orders));
                }
            }
            Answer::Refused(code) => {
                tally.refused += 1;
                known.refused = Some(code.clone());
            }
            Answer::Unavailable => tally.unavailable += 1,
            Answer::Nothing => {
                tally.unanswered += 1;
                known.unanswered += 1;
            }
            Answer::NotSent => {}
        }
    }
    Ok(())
}
