//! `cargo xtask bench`: the whole server against hello-world, in one run on one machine.
//!
//! Rates differ between machines, and on one machine from hour to hour, by more than most changes
//! make: read the ratios. The generator shares the processors with the server.

mod filters;
mod hello;
pub mod load;
pub mod measure;
pub mod proc;
mod report;
pub mod server;
pub mod sign;
pub mod stream;
mod time;
mod verify;

use crate::place::Build;
use measure::Bench;
use sign::Scheme;

/// How to measure.
#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "switches are what they are")]
pub struct Options {
    /// How long each measurement lasts
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// How many connections create orders; one measurement each
    #[arg(long, value_delimiter = ',', default_values_t = [1, 64, 256])]
    connections: Vec<usize>,
    /// How orders are signed; one measurement each
    #[arg(long, value_delimiter = ',', default_values = ["rpc", "acs3"])]
    scheme: Vec<Scheme>,
    /// Which circuits are ordered one after another; one measurement each
    #[arg(long, value_delimiter = ',', default_values = ["local", "random"])]
    pick: Vec<Pick>,
    /// Measure only this
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,
    /// Also create orders beside this many circuits and orders of another account
    #[arg(long, value_name = "N")]
    beside: Option<usize>,
    /// The same as --beside 1000000
    #[arg(long)]
    million: bool,
    /// With how many circuits the start is measured, beside an empty store
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    circuits: usize,
    /// How the server, and what it is compared with, are built
    #[arg(long, value_enum, default_value_t = Build::Dist)]
    build: Build,
    /// Measure the binary as it is
    #[arg(long)]
    no_build: bool,
    /// Before each load, wait up to this many seconds until nobody else uses the machine
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    patience: u64,
    /// Measure this binary instead, to compare two builds
    #[arg(long, value_name = "FILE")]
    binary: Option<std::path::PathBuf>,
    /// Keep a profile of each load, made by perf, in this folder
    #[arg(long, value_name = "FOLDER")]
    profile: Option<std::path::PathBuf>,
    /// For machines
    #[arg(long)]
    json: bool,
    /// Be hello-world
    #[arg(long, hide = true)]
    serve_hello: bool,
}

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Orders.
    Create,
    /// Circuits by their ids.
    Describe,
    /// Hello-world itself.
    Hello,
    /// Exec to ready.
    Start,
    /// Resident memory.
    Memory,
    /// Parsing and checking signatures, without a server.
    Signature,
    /// Orders, and circuits by their ids, over TLS.
    Tls,
    /// Orders beside many others.
    Beside,
    /// Circuits by id, name and tag among 1,000,000, and others beside who asks after all of them.
    Filters,
    /// A year of subscriptions that renew themselves, and others meanwhile.
    Renew,
}

/// Which circuits are ordered one after another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Pick {
    /// In the order they were made, as customers do by and large: neighbours share a page.
    Local,
    /// Any of all that wait: each on a page of its own, the worst there is.
    Random,
}

impl Pick {
    fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Random => "random",
        }
    }
}

impl Options {
    fn wants(&self, part: Part) -> bool {
        match part {
            Part::Beside => self.million || self.beside.is_some() || self.only.contains(&part),
            Part::Filters => self.only.contains(&part),
            _ => self.only.is_empty() || self.only.contains(&part),
        }
    }

    fn binary(&self) -> std::path::PathBuf {
        self.binary.clone().unwrap_or_else(|| self.build.binary())
    }

    fn beside(&self) -> usize {
        self.beside.unwrap_or(1_000_000)
    }
}

/// Measures.
pub fn run(options: &Options) -> Result<(), String> {
    if options.serve_hello {
        return hello::serve();
    }
    if !(0.1..=300.0).contains(&options.seconds) || options.connections.contains(&0) {
        return Err("--seconds is 0.1 to 300, --connections at least 1".into());
    }
    if !options.no_build && options.binary.is_none() {
        eprintln!("bench: building the server");
        options.build.make()?;
    }
    let mut bench = Bench::start(options)?;
    // What was measured before a failure took its time: it is told all the same.
    let done = bench.all();
    let report = bench.finish();
    if options.json {
        println!("{:#}", report.json());
    } else {
        println!("{}", report.text());
    }
    done
}
