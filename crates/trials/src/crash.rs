//! `cargo xtask crash`: the release binary under load, ended at moments of chance, started again,
//! and held to every answer that it gave.
//!
//! Several clients order at once, many of them the same circuit or under the same token. Whatever
//! ends the server, afterwards every call is repeated with its token, and what is then in the
//! books must be what the clients were told: each acknowledged order with its id, one order a
//! token, one paid order a circuit, and a balance that is what came in less what was paid.

mod books;
mod client;
mod load;
mod rounds;

use crate::place::{self, Scratch};
use crate::seed;
use load::Tally;
use rounds::Rounds;
use serde_json::json;
use std::path::PathBuf;
use std::process::Command;

/// How to end servers.
#[derive(clap::Args)]
pub struct Options {
    /// How often
    #[arg(long, default_value_t = 30)]
    rounds: u32,
    /// What calls there are and when each end comes; drawn when not given
    #[arg(long)]
    seed: Option<u64>,
    /// What happens to the server
    #[arg(long, value_enum, default_value_t = How::Kill)]
    how: How,
    /// How many clients order at once
    #[arg(long, default_value_t = 12)]
    clients: usize,
    /// End this binary instead of the release one
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// For machines
    #[arg(long)]
    json: bool,
    /// The small disk that was mounted for this very process
    #[arg(long, hide = true)]
    disk: Option<PathBuf>,
}

/// What happens to the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum How {
    /// SIGKILL.
    Kill,
    /// SIGTERM: whatever it committed, it also answers.
    Term,
    /// Its disk is full for a while; every second time it is killed meanwhile.
    Full,
}

impl How {
    fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Term => "term",
            Self::Full => "full",
        }
    }
}

/// How large the disk is that gets full.
const DISK_MIB: u64 = 24;

/// Ends servers.
pub fn run(options: &Options) -> Result<(), String> {
    if options.clients == 0 || options.rounds == 0 {
        return Err("--clients and --rounds are at least 1".into());
    }
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => place::Build::Release.make()?,
    };
    let seed = options.seed.unwrap_or_else(seed::of_now);
    if options.how == How::Full && options.disk.is_none() {
        return on_a_small_disk(options, &binary, seed);
    }
    eprintln!("crash: --how {} --seed {seed}", options.how.name());
    let scratch = match &options.disk {
        Some(disk) => Scratch::under(disk, "crash")?,
        None => Scratch::under(&place::target(), "crash")?,
    };
    let started = crate::bench::proc::now();
    let mut rounds = Rounds::new(&binary, &scratch.0, options.how, options.clients, seed);
    let done = rounds.run(options.rounds).and_then(|()| rounds.tally.meant_something());
    let seconds = started.elapsed().as_secs_f64();
    report(&rounds.tally, options, seed, seconds);
    done.map_err(|why| {
        // What is needed to look into it.
        let kept = place::target().join(format!("crash-{seed}"));
        let copied = Command::new("cp").arg("-r").arg(&scratch.0).arg(&kept).status();
        let kept = if copied.is_ok() { kept.display().to_string() } else { "nowhere".into() };
        format!(
            "round {}: {why}\n  --seed {seed}; the store is kept in {kept}",
            rounds.tally.rounds
        )
    })
}

/// Runs this program again where a small disk can be mounted by anyone.
fn on_a_small_disk(options: &Options, binary: &std::path::Path, seed: u64) -> Result<(), String> {
    let may = Command::new("unshare").args(["-Urm", "true"]).status();
    if !may.is_ok_and(|status| status.success()) {
        eprintln!("crash: left out: no user namespace to mount a small disk in");
        return Ok(());
    }
    let point = Scratch::under(&std::env::temp_dir(), "small-disk")?;
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let mount = format!("mount -t tmpfs -o size={DISK_MIB}M none \"$0\" && exec \"$@\"");
    let mut command = Command::new("unshare");
    command.args(["-Urm", "sh", "-c", &mount]).arg(&point.0).arg(this);
    command.args(["crash", "--how", "full", "--seed", &seed.to_string()]);
    command.args(["--rounds", &options.rounds.to_string()]);
    command.args(["--clients", &options.clients.to_string()]).arg("--binary").arg(binary);
    command.arg("--disk").arg(&point.0).args(options.json.then_some("--json"));
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("on a small disk: {status}")),
        Err(error) => Err(format!("unshare, which is to mount a small disk: {error}")),
    }
}

fn report(tally: &Tally, options: &Options, seed: u64, seconds: f64) {
    let rows = [
        ("rounds", tally.rounds),
        ("calls", tally.calls),
        ("orders acknowledged", tally.acknowledged),
        ("answers that were replays", tally.replays),
        ("refusals", tally.refused),
        ("answers 503", tally.unavailable),
        ("calls unanswered at the end", tally.unanswered),
        ("of their tokens, found committed", tally.found_committed),
        ("of their tokens, not committed", tally.not_committed),
        ("calls repeated afterwards", tally.repeats),
        ("orders in the books", tally.orders),
        ("audits passed", tally.audits),
    ];
    if options.json {
        let mut all = serde_json::Map::new();
        for (name, number) in rows {
            all.insert(name.replace([' ', ','], "_").replace("__", "_"), json!(number));
        }
        all.insert("seconds".into(), json!((seconds * 10.0).round() / 10.0));
        all.insert("seed".into(), json!(seed));
        all.insert("how".into(), json!(options.how.name()));
        println!("{:#}", serde_json::Value::Object(all));
        return;
    }
    for (name, number) in rows {
        println!("{name:<36}{number:>10}");
    }
    println!("{:<36}{seconds:>10.1}", "seconds");
}
