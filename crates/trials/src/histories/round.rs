//! Rounds: many groups at once on one server, which may die meanwhile, and the judgement of what
//! they recorded.

use super::Options;
use super::group::{Group, Whereabouts};
use super::history::{History, Judgement, What};
use super::specification::Answer;
use crate::bench::proc;
use crate::bench::server::{self, Server};
use crate::place;
use chance::Chance;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::time::Duration;

/// A store is used for so many rounds, so that it stays small.
const STORE_ROUNDS: u64 = 10;

/// Accounts lie in so many worlds, the default one among them.
const WORLDS: usize = 4;

/// What a run came to.
#[derive(Default)]
pub struct Tally {
    /// Histories that were recorded.
    pub histories: u64,
    /// Of them, those that one call after another explains.
    pub linearizable: u64,
    /// Calls in them.
    pub calls: u64,
    /// Calls that were never answered.
    pub lost: u64,
    /// Histories in which there are such.
    pub with_lost: u64,
    /// Servers that were killed while they answered.
    pub kills: u64,
    /// Histories that were made wrong afterwards.
    pub made_wrong: u64,
    /// Of them, those that were found to be impossible.
    pub found_wrong: u64,
    /// Audits of stores.
    pub audits: u64,
    /// The longest that a judgement took, milliseconds.
    pub longest_ms: u64,
}

/// Rounds under way.
pub struct Rounds<'r> {
    binary: &'r Path,
    folder: &'r Path,
    options: &'r Options,
    seed: u64,
    chance: Chance,
    accounts: u64,
    /// How long the last round's clients took, microseconds.
    last_us: u64,
    /// What they came to so far.
    pub tally: Tally,
}

impl<'r> Rounds<'r> {
    /// None yet.
    pub fn new(binary: &'r Path, folder: &'r Path, options: &'r Options, seed: u64) -> Self {
        let (chance, tally) = (Chance::of(seed, 0), Tally::default());
        Self { binary, folder, options, seed, chance, accounts: 0, last_us: 10_000, tally }
    }

    /// As many as were asked for.
    pub fn run(&mut self) -> Result<(), String> {
        let mut stores = 0;
        while self.tally.histories < self.options.histories {
            stores += 1;
            let store = self.folder.join(format!("{stores}.db"));
            // Every second server tells too little money as an error.
            let short = if stores % 2 == 0 { "error" } else { "cancel" };
            let mut server = self.start(&store, short)?;
            for _ in 0..STORE_ROUNDS {
                if self.tally.histories >= self.options.histories {
                    break;
                }
                server = self.round(server, &store, short)?;
            }
            let store = server.stop()?;
            server::audit(self.binary, &store)?;
            self.tally.audits += 1;
            std::fs::remove_file(&store).map_err(|e| format!("{}: {e}", store.display()))?;
            self.tell();
        }
        Ok(())
    }

    fn start(&self, store: &Path, short: &str) -> Result<Server, String> {
        Server::start_with(self.binary, store, &[("INSUFFICIENT_BALANCE", short)])
    }

    fn tell(&self) {
        let Tally { histories, calls, lost, kills, .. } = &self.tally;
        eprintln!("histories: {histories}, {calls} calls, {lost} never answered, {kills} kills");
    }

    fn round(&mut self, server: Server, store: &Path, short: &str) -> Result<Server, String> {
        let place = Whereabouts::default();
        place.is(Some(server.address));
        let groups = self.open(&place, short)?;
        self.lose_some(&server)?;
        let began = proc::now();
        let server = self.drive(server, &place, &groups, store, short)?;
        self.last_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        for (nth, group) in groups.into_iter().enumerate() {
            let history = group.history();
            self.judge(&history)?;
            // To find that no order explains a history takes the checker longer by far.
            if nth == 0 {
                self.judge_wrong(&history)?;
            }
        }
        Ok(server)
    }

    fn open<'g>(&mut self, place: &'g Whereabouts, short: &str) -> Result<Vec<Group<'g>>, String> {
        let groups = self.options.clients / self.options.group;
        let first = self.accounts;
        self.accounts += groups as u64;
        let open = |nth: usize| {
            let world = match nth % WORLDS {
                0 => String::new(),
                world => format!("history-{world}"),
            };
            Group::open(place, &world, first + nth as u64, short == "error")
        };
        let open = &open;
        std::thread::scope(|scope| {
            let started: Vec<_> = (0..groups).map(|nth| scope.spawn(move || open(nth))).collect();
            started.into_iter().map(|one| one.join().expect("it tells its failures")).collect()
        })
    }

    /// Has the server lose answers to some orders that it commits, and some before it does.
    fn lose_some(&mut self, server: &Server) -> Result<(), String> {
        for kind in ["drop_after_commit", "drop_before"] {
            let count = self.chance.below(4);
            let world = match self.chance.below(WORLDS) {
                0 => String::new(),
                world => format!("worlds/history-{world}/"),
            };
            if count > 0 {
                let fault = json!({"action": "CreatePhysicalConnectionOccupancyOrder",
                    "kind": kind, "count": count});
                server.control(&format!("{world}faults"), &fault)?;
            }
        }
        Ok(())
    }

    /// Has all clients of all groups call at once. The server that is there in the end.
    fn drive(
        &mut self,
        server: Server,
        place: &Whereabouts,
        groups: &[Group],
        store: &Path,
        short: &str,
    ) -> Result<Server, String> {
        let Options { group: size, calls, kill, .. } = *self.options;
        let all_there = Barrier::new(groups.len() * size + 1);
        let seed = self.chance.draw();
        let after = Duration::from_micros(self.chance.draw() % self.last_us.clamp(2_000, 500_000));
        let client = |nth: usize| {
            all_there.wait();
            let chance = Chance::of(seed, nth as u64);
            groups[nth / size].call_some(nth % size, calls, chance)
        };
        let client = &client;
        let server = std::thread::scope(|scope| {
            let started: Vec<_> =
                (0..groups.len() * size).map(|nth| scope.spawn(move || client(nth))).collect();
            all_there.wait();
            let server = if kill {
                std::thread::sleep(after);
                place.is(None);
                server.kill();
                self.tally.kills += 1;
                self.start(store, short).inspect(|server| place.is(Some(server.address)))
            } else {
                Ok(server)
            };
            let ended = started.into_iter().map(|one| one.join().expect("it tells its failures"));
            let ended: Result<Vec<()>, String> = ended.collect();
            server.and_then(|server| ended.map(|_| server))
        })?;
        for group in groups {
            group.look_over(size)?;
        }
        Ok(server)
    }

    fn judge(&mut self, history: &History) -> Result<(), String> {
        let began = proc::now();
        let judgement = history.judge();
        let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.tally.longest_ms = self.tally.longest_ms.max(took);
        self.tally.histories += 1;
        self.tally.calls += history.calls() as u64;
        self.tally.lost += history.lost() as u64;
        self.tally.with_lost += u64::from(history.lost() > 0);
        if judgement != Judgement::Linearizable {
            let kept = self.keep(history)?;
            return Err(format!("{judgement:?}:\n{}  kept in {}", history.text(), kept.display()));
        }
        self.tally.linearizable += 1;
        Ok(())
    }

    /// Makes a history wrong, and sees that this is found.
    fn judge_wrong(&mut self, history: &History) -> Result<(), String> {
        for wrong in [stale(history), doubled(history)].into_iter().flatten() {
            self.tally.made_wrong += 1;
            if wrong.judge() != Judgement::Impossible {
                let kept = self.keep(&wrong)?;
                let text = wrong.text();
                return Err(format!("made wrong and not found:\n{text}  {}", kept.display()));
            }
            self.tally.found_wrong += 1;
        }
        Ok(())
    }

    fn keep(&self, history: &History) -> Result<PathBuf, String> {
        let name = format!("history-{}-{}.txt", self.seed, self.tally.histories);
        let path = place::target().join(name);
        let kept = std::fs::write(&path, history.text());
        kept.map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }
}

/// The same history, but the last balance is a cent more.
fn stale(history: &History) -> Option<History> {
    let mut wrong = history.clone();
    let balances = wrong.events.iter_mut().rev().filter_map(|event| match &mut event.what {
        What::Answered(Answer::Balance(balance)) => Some(balance),
        _ => None,
    });
    // All that comes and goes is whole months: no order of the calls explains it.
    *balances.into_iter().next()? += 1;
    Some(wrong)
}

/// The same history, but one token's replay tells another order than its twin.
fn doubled(history: &History) -> Option<History> {
    let mut wrong = history.clone();
    let mut orders = wrong.events.iter_mut().rev().filter_map(|event| match &mut event.what {
        What::Answered(Answer::Order { id: Some(id), replayed }) => Some((id, *replayed)),
        _ => None,
    });
    let (id, _) = orders.by_ref().find(|(_, replayed)| *replayed)?;
    // The twin was told as well: else nobody could know better.
    orders.find(|(other, _)| *other == id)?;
    *id += 1_000_000;
    Some(wrong)
}
