//! What is done to the project rather than by it: `cargo xtask ci`, `test`, `bench`, `count`,
//! `crash`, `fuzz`, `generate`, `histories`, `load`, `mutants`, `powercut`, `sim`, `terraform`,
//! `tidy`.
//!
//! It is built in the debug build and depends on little, so that `cargo xtask tidy` answers in
//! seconds: what needs more is a program or a test of its own, which it starts.

mod ci;
mod count;
mod fuzz;
mod generate;
mod mutants;
mod place;
mod powercut;
mod programs;
mod terraform;
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
    #[command(disable_help_flag = true)]
    Bench(programs::Options),
    /// Counts the instructions of the hot path and compares them with those committed.
    Count(count::Options),
    /// Ends the server under load, and holds it to every answer that it gave.
    #[command(disable_help_flag = true)]
    Crash(programs::Options),
    /// Looks for inputs that break a promise, with coverage.
    Fuzz(fuzz::Options),
    /// Writes what is read off the code into docs/generated.
    Generate(generate::Options),
    /// Records what colliding clients see, and looks for an order of calls that explains it.
    #[command(disable_help_flag = true)]
    Histories(programs::Options),
    /// Loads the server for long, with clients that only cost, or with more than it can take.
    #[command(disable_help_flag = true)]
    Load(programs::Options),
    /// Changes `domain` and `wire` in every small way, and looks whether a test notices.
    Mutants(mutants::Options),
    /// Cuts the power of a store's disk, and fails its calls, one after the other.
    Powercut(powercut::Options),
    /// Simulates seeds against the model.
    #[command(disable_help_flag = true)]
    Sim(programs::Options),
    /// Takes the example for Terraform from apply to destroy, with the real provider.
    Terraform,
    /// Checks the style that no compiler checks.
    Tidy,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Ci => ci::run(),
        Task::Lint => ci::lint(),
        Task::Test => ci::test(),
        Task::Bench(options) => programs::trial("bench", &options),
        Task::Count(options) => count::run(&options),
        Task::Crash(options) => programs::trial("crash", &options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Generate(options) => generate::run(&options),
        Task::Histories(options) => programs::trial("histories", &options),
        Task::Load(options) => programs::trial("load", &options),
        Task::Mutants(options) => mutants::run(&options),
        Task::Powercut(options) => powercut::run(&options),
        Task::Sim(options) => programs::simulation(&options),
        Task::Terraform => terraform::run(),
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
