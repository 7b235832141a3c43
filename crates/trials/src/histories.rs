//! `cargo xtask histories`: clients who collide, what each was told and when, and whether one call
//! after another could have come to the same.
//!
//! Many clients call the release binary at once, a few of them each account, under the same tokens
//! and for the same circuits, with money for some of what they want. Answers get lost on purpose,
//! and with `--kill` the server dies in the middle and is started again. Each account's calls and
//! answers are a short history, which stateright's tester holds against a specification of a page
//! (`histories/specification.rs`). Some histories are then made wrong, to see that this is found.

mod group;
mod history;
mod round;
mod specification;
#[cfg(test)]
mod tests;

use crate::place::{self, Scratch};
use crate::seed;
use round::{Rounds, Tally};
use serde_json::json;
use std::path::PathBuf;

/// How many histories, and how.
#[derive(clap::Args, Clone)]
pub struct Options {
    /// How many histories are recorded and judged
    #[arg(long, default_value_t = 320)]
    histories: u64,
    /// How many clients call at the same time
    #[arg(long, default_value_t = 64)]
    clients: usize,
    /// How many of them share an account
    #[arg(long, default_value_t = 4)]
    group: usize,
    /// How many calls each of them makes
    #[arg(long, default_value_t = 3)]
    calls: u32,
    /// Kill the server in the middle of the histories, and start it again
    #[arg(long)]
    kill: bool,
    /// What calls there are; drawn when not given
    #[arg(long)]
    seed: Option<u64>,
    /// Call this binary instead of the release one
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// For machines
    #[arg(long)]
    json: bool,
}

/// Records histories and judges them.
pub fn run(options: &Options) -> Result<(), String> {
    let Options { clients, group, calls, .. } = *options;
    if group == 0 || calls == 0 || clients < group {
        return Err("--group and --calls are at least 1, --clients at least --group".into());
    }
    if group * (calls as usize + 1) + group::LOOKS > history::CALLS_MAX {
        return Err("--group and --calls make histories that are too long".into());
    }
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => place::Build::Release.make()?,
    };
    let seed = options.seed.unwrap_or_else(seed::of_now);
    eprintln!("histories: --seed {seed}{}", if options.kill { " --kill" } else { "" });
    let scratch = Scratch::under(&place::target(), "histories")?;
    let began = crate::bench::proc::now();
    let mut rounds = Rounds::new(&binary, &scratch.0, options, seed);
    let done = rounds.run();
    report(&rounds.tally, options, seed, began.elapsed().as_secs_f64());
    done.map_err(|why| format!("{why}\n  --seed {seed}"))
}

fn report(tally: &Tally, options: &Options, seed: u64, seconds: f64) {
    let rows = [
        ("histories", tally.histories),
        ("linearizable", tally.linearizable),
        ("calls", tally.calls),
        ("calls never answered", tally.lost),
        ("histories with such calls", tally.with_lost),
        ("servers killed in the middle", tally.kills),
        ("histories made wrong", tally.made_wrong),
        ("of them found impossible", tally.found_wrong),
        ("audits passed", tally.audits),
        ("longest judgement, ms", tally.longest_ms),
    ];
    if options.json {
        let name = |name: &str| name.replace([' ', ','], "_").replace("__", "_");
        let mut all: serde_json::Map<_, _> =
            rows.iter().map(|(row, number)| (name(row), json!(number))).collect();
        all.insert("seconds".into(), json!((seconds * 10.0).round() / 10.0));
        all.insert("seed".into(), json!(seed));
        all.insert("kill".into(), json!(options.kill));
        println!("{:#}", serde_json::Value::Object(all));
        return;
    }
    for (name, number) in rows {
        println!("{name:<36}{number:>10}");
    }
    println!("{:<36}{seconds:>10.1}", "seconds");
}
