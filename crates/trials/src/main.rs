//! Trials of the release binary, over TCP and from outside: `cargo xtask bench`, `crash`,
//! `histories` and `load` start this program with their arguments.

mod bench;
mod caller;
mod connection;
mod crash;
mod histories;
mod load;
mod place;
mod seed;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "Trials of the release binary, from outside")]
struct Arguments {
    #[command(subcommand)]
    trial: Trial,
}

#[derive(Subcommand)]
enum Trial {
    /// Measures the whole server against hello-world, in one run.
    Bench(bench::Options),
    /// Ends the server under load, and holds it to every answer that it gave.
    Crash(crash::Options),
    /// Records what colliding clients see, and looks for an order of calls that explains it.
    Histories(histories::Options),
    /// Loads the server for long, with clients that only cost, or with more than it can take.
    Load(load::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().trial {
        Trial::Bench(options) => bench::run(&options),
        Trial::Crash(options) => crash::run(&options),
        Trial::Histories(options) => histories::run(&options),
        Trial::Load(options) => load::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("trials: {why}");
            ExitCode::FAILURE
        }
    }
}
