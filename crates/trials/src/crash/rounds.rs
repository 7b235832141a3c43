//! Rounds: a load, the end of the server, its next start, and the comparison.

use super::How;
use super::books::{self, ACCOUNT, Promise};
use super::client::Wish;
use super::load::{Sightings, Signals, Tally, drive, note, wishes};
use crate::bench::server::{self, Server};
use chance::Chance;
use serde_json::json;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

impl How {
    /// A store is used for so many rounds, so that it stays small.
    fn store_rounds(self) -> u64 {
        if self == Self::Full { 1 } else { 10 }
    }

    /// Circuits that wait for an order, made for each round: more than are ordered in it, since
    /// replays write nothing.
    fn circuits(self) -> usize {
        if self == Self::Full { 8000 } else { 600 }
    }
}

/// The end comes within so many milliseconds.
const END_WITHIN_MS: u64 = 160;

/// What the account gets for each round: enough for all circuits.
const TOP_UP: i64 = 2_000_000;

/// Rounds under way.
pub struct Rounds<'r> {
    binary: &'r Path,
    folder: &'r Path,
    how: How,
    clients: usize,
    chance: Chance,
    /// What they came to so far.
    pub tally: Tally,
}

/// A store, what was told about it, and what came into its account.
struct Store {
    path: PathBuf,
    told: Sightings,
    start: i64,
}

impl<'r> Rounds<'r> {
    /// None yet.
    pub fn new(binary: &'r Path, folder: &'r Path, how: How, clients: usize, seed: u64) -> Self {
        let (chance, tally) = (Chance::of(seed, 0), Tally::default());
        Self { binary, folder, how, clients, chance, tally }
    }

    /// So many rounds.
    pub fn run(&mut self, rounds: u32) -> Result<(), String> {
        let mut open: Option<(Server, Store)> = None;
        for round in 0..u64::from(rounds) {
            self.tally.rounds = round + 1;
            let (server, store) = match open.take() {
                Some(open) => open,
                None => self.fresh(round)?,
            };
            let (server, store) = self.round(server, store)?;
            if (round + 1) % self.how.store_rounds() == 0 || round + 1 == u64::from(rounds) {
                self.close(server, &store)?;
                self.tell();
            } else {
                open = Some((server, store));
            }
        }
        Ok(())
    }

    fn fresh(&self, round: u64) -> Result<(Server, Store), String> {
        let folder = self.folder.join(round.to_string());
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let path = folder.join("store.db");
        let server = Server::start(self.binary, &path)?;
        let start = books::balance(&server.look("state")?)?;
        Ok((server, Store { path, told: Sightings::new(), start }))
    }

    /// Ends a server in good order, looks its books over and forgets its store.
    fn close(&mut self, server: Server, store: &Store) -> Result<(), String> {
        self.tally.orders += books::compare(&server.look("state")?, &store.told, store.start)?;
        let path = server.stop()?;
        self.audit(&path)?;
        let folder = path.parent().expect("a store lies in its folder");
        std::fs::remove_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))
    }

    fn audit(&mut self, store: &Path) -> Result<(), String> {
        server::audit(self.binary, store)?;
        self.tally.audits += 1;
        Ok(())
    }

    fn round(&mut self, server: Server, mut store: Store) -> Result<(Server, Store), String> {
        let circuits = json!({"account": ACCOUNT, "region": "cn-hangzhou", "status": "Confirmed",
            "port_type": "1000Base-LX", "count": self.how.circuits()});
        let made = server.control("circuits", &circuits)?;
        let ids = made["ids"].as_array().ok_or("no circuits were made")?;
        let ids: Vec<_> = ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect();
        let credit = json!({"amount": format!("{TOP_UP}.00")});
        server.control(&format!("accounts/{ACCOUNT}/credit"), &credit)?;
        store.start += TOP_UP * 10_000;
        let wishes = wishes(&ids, &mut self.chance);
        let mut round = Sightings::new();
        let (ended, promise) = self.load_and_end(server, &wishes, &mut round)?;
        let server = match ended {
            Ended::Runs(server) => server,
            Ended::Gone => {
                self.audit(&store.path)?;
                Server::start(self.binary, &store.path)?
            }
        };
        let (tally, chance) = (&mut self.tally, &mut self.chance);
        books::repeat(&server, &mut round, promise, tally, chance)?;
        store.told.append(&mut round);
        books::compare(&server.look("state")?, &store.told, store.start)?;
        Ok((server, store))
    }

    /// Has clients order until the end that this round is about.
    fn load_and_end(
        &mut self,
        server: Server,
        wishes: &[Wish],
        round: &mut Sightings,
    ) -> Result<(Ended, Promise), String> {
        let (address, clients, chance) = (server.address, self.clients, self.chance.clone());
        let after = Duration::from_micros(1000 + self.chance.draw() % (END_WITHIN_MS * 1000));
        let (how, killed) = (self.how, self.tally.rounds.is_multiple_of(2));
        let folder = self.folder;
        let signals = Signals::default();
        let (seen, ended) = std::thread::scope(|scope| {
            let signals = &signals;
            let load = scope.spawn(move || drive(address, wishes, clients, &chance, signals));
            let ended = match how {
                How::Kill => {
                    std::thread::sleep(after);
                    server.kill();
                    Ok(Ended::Gone)
                }
                How::Term => {
                    std::thread::sleep(after);
                    server.stop().map(|_| Ended::Gone)
                }
                How::Full => fill_up(server, folder, after, killed, signals),
            };
            signals.stop.store(true, Ordering::Relaxed);
            (load.join().expect("clients do not fail"), ended)
        });
        note(&seen, round, &mut self.tally)?;
        let ended = ended?;
        let promise = if how == How::Kill || (how == How::Full && killed) {
            Promise::MayHaveCommitted
        } else {
            Promise::ToldAll
        };
        Ok((ended, promise))
    }

    fn tell(&self) {
        let Tally { rounds, calls, acknowledged, unanswered, found_committed, .. } = &self.tally;
        eprintln!(
            "crash: {rounds} rounds, {calls} calls, {acknowledged} acknowledged, {unanswered} \
             unanswered, {found_committed} of them found committed"
        );
    }
}

/// What became of the server.
enum Ended {
    /// It is still there.
    Runs(Server),
    /// It is gone.
    Gone,
}

/// Room that is left when the disk is being filled: less than a round of orders needs.
const ROOM_LEFT: u64 = 64 << 10;

/// Nothing that is waited for may take longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Fills the disk under a working server until somebody is told so; then gives the room back and
/// waits until orders are placed again, or kills it.
fn fill_up(
    server: Server,
    folder: &Path,
    after: Duration,
    killed: bool,
    signals: &Signals,
) -> Result<Ended, String> {
    std::thread::sleep(after);
    let path = folder.join("ballast");
    let said = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut ballast = std::fs::File::create(&path).map_err(said)?;
    let mut filled = 0;
    while ballast.write_all(&[1; 4096]).is_ok() {
        filled += 4096;
    }
    ballast.set_len(u64::saturating_sub(filled, ROOM_LEFT)).map_err(said)?;
    // An open file keeps its room, also when it is removed.
    drop(ballast);
    wait_for("503 on a full disk", &signals.unavailable, 0)?;
    std::thread::sleep(after);
    if killed {
        server.kill();
        std::fs::remove_file(&path).map_err(said)?;
        return Ok(Ended::Gone);
    }
    std::fs::remove_file(&path).map_err(said)?;
    let placed = signals.placed.load(Ordering::Relaxed);
    wait_for("orders once there is room again", &signals.placed, placed)?;
    Ok(Ended::Runs(server))
}

fn wait_for(what: &str, counter: &AtomicU64, more_than: u64) -> Result<(), String> {
    let started = crate::bench::proc::now();
    while counter.load(Ordering::Relaxed) <= more_than {
        if started.elapsed() > PATIENCE {
            return Err(format!("{what}: waited for {} s in vain", PATIENCE.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}
