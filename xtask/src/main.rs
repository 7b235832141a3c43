//! What is done to the project rather than by it: `cargo xtask ci`, `test`, `bench`, `count`,
//! `crash`, `fuzz`, `generate`, `histories`, `load`, `mutants`, `powercut`, `sim`, `tidy`.

mod bench;
mod caller;
mod chance;
mod ci;
mod count;
mod crash;
mod fuzz;
mod generate;
mod histories;
mod load;
mod mutants;
mod place;
mod powercut;
mod sim;
mod tidy;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(about = "What is done to the project rather than by it")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything that must hold before a change lands, in the order of CI.
    Ci,
    /// What needs no server: formatting, lints, licences, style.
    Lint,
    /// Installs what the tests need and runs them all.
    Test,
    /// Measures the whole server against hello-world, in one run.
    Bench(bench::Options),
    /// Counts the instructions of the hot path and compares them with those committed.
    Count(count::Options),
    /// Ends the server under load, and holds it to every answer that it gave.
    Crash(crash::Options),
    /// Looks for inputs that break a promise, with coverage.
    Fuzz(fuzz::Options),
    /// Writes what is read off the code into docs/generated.
    Generate(generate::Options),
    /// Records what colliding clients see, and looks for an order of calls that explains it.
    Histories(histories::Options),
    /// Loads the server for long, with clients that only cost, or with more than it can take.
    Load(load::Options),
    /// Changes `domain` and `wire` in every small way, and looks whether a test notices.
    Mutants(mutants::Options),
    /// Cuts the power of a store's disk, and fails its calls, one after the other.
    Powercut(powercut::Options),
    /// Simulates seeds against the model.
    #[command(disable_help_flag = true)]
    Sim(sim::Options),
    /// Checks the style that no compiler checks.
    Tidy,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Ci => ci::run(),
        Task::Lint => ci::lint(),
        Task::Test => ci::test(),
        Task::Bench(options) => bench::run(&options),
        Task::Count(options) => count::run(&options),
        Task::Crash(options) => crash::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Generate(options) => generate::run(&options),
        Task::Histories(options) => histories::run(&options),
        Task::Load(options) => load::run(&options),
        Task::Mutants(options) => mutants::run(&options),
        Task::Powercut(options) => powercut::run(&options),
        Task::Sim(options) => sim::run(&options),
        Task::Tidy => tidy::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
