//! `cargo xtask load`: the release binary under much load, under clients that only cost, and under
//! more than it can take.
//!
//! The generator shares the processors with the server, and both with whatever else runs: errors
//! and ratios within one run mean something, rates hardly.

mod hostile;
mod mix;
mod overload;
mod plot;
mod slow;
mod steady;

use crate::place;
use serde_json::Value;
use std::path::PathBuf;

/// What to load the server with.
#[derive(clap::Args, Clone)]
pub struct Options {
    /// Which load
    #[arg(long, value_enum)]
    scenario: Scenario,
    /// steady: for how long
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// steady, slow: how many requests a second good clients send at most
    #[arg(long, default_value_t = 2000)]
    rate: usize,
    /// steady, overload: how many connections
    #[arg(long, default_value_t = 256)]
    connections: usize,
    /// slow, overload: how long each part lasts
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// slow: how many connections on which nothing comes
    #[arg(long, default_value_t = 5000)]
    idle: usize,
    /// slow: how many clients send a byte a second, and how many send bodies that never end
    #[arg(long, default_value_t = 200)]
    hostile: usize,
    /// overload: how many writes may wait
    #[arg(long, default_value_t = 64)]
    queue: usize,
    /// steady: how far stamps may be off, which is how long nonces are kept
    #[arg(long, default_value = "PT15M")]
    tolerance: String,
    /// steady: draw the run into this file
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Load this binary instead of the release one
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// For machines
    #[arg(long)]
    json: bool,
}

/// Which load.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Scenario {
    /// Many connections for long: no error, and memory that can be explained.
    Steady,
    /// Idle connections, clients that send a byte a second, bodies that never end.
    Slow,
    /// Many more writes than may wait.
    Overload,
}

/// Loads.
pub fn run(options: &Options) -> Result<(), String> {
    if options.connections == 0 || options.rate == 0 || options.seconds == 0 {
        return Err("--connections, --rate and --seconds are at least 1".into());
    }
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => place::Build::Release.make()?,
    };
    let scratch = place::Scratch::under(&place::target(), "load")?;
    let store = scratch.0.join("store.db");
    let rows = match options.scenario {
        Scenario::Steady => steady::run(options, &binary, &store)?,
        Scenario::Slow => slow::run(options, &binary, &store)?,
        Scenario::Overload => overload::run(options, &binary, &store)?,
    };
    if options.json {
        let name = |name: &str| name.replace([' ', ','], "_").replace("__", "_");
        let all: serde_json::Map<_, _> =
            rows.facts.iter().map(|(row, value)| (name(row), value.clone())).collect();
        println!("{:#}", Value::Object(all));
    } else {
        for (name, value) in &rows.facts {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            println!("{name:<52}{value:>12}");
        }
    }
    match rows.broken.as_slice() {
        [] => Ok(()),
        broken => Err(broken.join("; ")),
    }
}

/// What a scenario came to: facts in their order, and which promises they break.
#[derive(Default)]
struct Findings {
    facts: Vec<(String, Value)>,
    broken: Vec<String>,
}

impl Findings {
    /// Notes a fact.
    fn fact(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.facts.push((name.into(), value.into()));
    }

    /// Notes a figure with two decimals.
    fn figure(&mut self, name: impl Into<String>, value: f64) {
        self.fact(name, (value * 100.0).round() / 100.0);
    }

    /// Notes what must hold.
    fn must(&mut self, holds: bool, promise: impl Into<String>) {
        if !holds {
            self.broken.push(promise.into());
        }
    }
}
