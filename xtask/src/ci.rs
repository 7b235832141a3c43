//! The gate, step by step.

use crate::place::{cargo, program, root};
use crate::programs::{Options, simulation, trial};
use std::process::Command;

/// How long CI fuzzes each target.
const FUZZ_SECONDS: u64 = 30;

/// How long the gate simulates.
const SIM_SECONDS: u64 = 20;

fn step(name: &str, mut command: Command, arguments: &[&str]) -> Result<(), String> {
    let called = command.get_program().to_string_lossy().into_owned();
    println!("\n==> {name}: {called} {}", arguments.join(" "));
    match command.args(arguments).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name} failed: {status}")),
        Err(error) => Err(format!("{name}: {called}: {error}")),
    }
}

/// What needs no server: formatting, lints, licences, style.
pub fn lint() -> Result<(), String> {
    step("format", cargo(), &["fmt", "--all", "--check"])?;
    operation_files()?;
    step("lints", cargo(), &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    // Advisories need a database from outside; they are looked at where that can be had.
    step("licences", cargo(), &["deny", "check", "bans", "licenses", "sources"])?;
    crate::generate::check()?;
    crate::tidy::run()
}

/// Everything that must hold before a change lands.
pub fn run() -> Result<(), String> {
    lint()?;
    test()?;
    println!("\n==> fuzzing");
    crate::fuzz::run(&crate::fuzz::Options::all(FUZZ_SECONDS))?;
    println!("\n==> instructions of the hot path");
    crate::count::run(&crate::count::Options::compare())
}

/// Installs what the tests need and runs them all, then simulates, then ends servers under load.
pub fn test() -> Result<(), String> {
    step("clients", program("bash"), &["clients/setup.sh"])?;
    step("tests", cargo(), &["test", "--workspace"])?;
    println!("\n==> simulation, power cuts among it");
    simulation(&Options::of(&format!("--brief --seconds {SIM_SECONDS}")))?;
    println!("\n==> kills");
    trial("crash", &Options::of("--rounds 30"))?;
    println!("\n==> ends in good order, under load");
    trial("crash", &Options::of("--how term --rounds 5"))?;
    println!("\n==> full disks, under load");
    trial("crash", &Options::of("--how full --rounds 4"))?;
    println!("\n==> histories, and histories with kills in the middle");
    trial("histories", &Options::of("--histories 320"))?;
    trial("histories", &Options::of("--histories 160 --kill"))
}

/// `cargo fmt` does not see the modules that the table of contents declares.
fn operation_files() -> Result<(), String> {
    let folder = root().join("crates/api/src/operations");
    let entries = std::fs::read_dir(&folder).map_err(|error| error.to_string())?;
    let paths = entries.flatten().map(|entry| entry.path().display().to_string());
    let mut arguments = vec!["--edition".to_owned(), "2024".to_owned(), "--check".to_owned()];
    arguments.extend(paths);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    println!("\n==> format of operation files");
    let status = program("rustfmt").args(arguments).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        other => Err(format!("operation files are not formatted: {other:?}")),
    }
}
