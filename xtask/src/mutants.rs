//! `cargo xtask mutants`: changes `domain` and `wire` in every small way that cargo-mutants knows,
//! and looks whether anything notices.
//!
//! Asked are the unit tests first, being built and run in seconds, and then, for whatever they let
//! through, tests that see more and take longer: each stage sees only what no earlier one caught.
//! What nothing catches must stand in `docs/mutants.md`, with the reason why it cannot matter.

mod listed;

use crate::place::{self, cargo};
use listed::Listed;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

/// What is changed and asked.
#[derive(clap::Args)]
pub struct Options {
    /// Only mutants of files that this glob matches, such as `crates/wire/src/call/**`
    #[arg(long = "file", value_name = "GLOB")]
    files: Vec<String>,
    /// Goes on from the last run: what was caught then is not tried again
    #[arg(long)]
    again: bool,
    /// For machines
    #[arg(long)]
    json: bool,
}

/// The version whose mutants docs/mutants.md speaks of: others know other changes.
const VERSION: &str = "27.1.0";

/// The crates that are changed.
const CHANGED: [&str; 2] = ["domain", "wire"];

/// Who is asked, and by which tests.
struct Stage {
    name: &'static str,
    /// Whose tests; none: those of the mutated crate.
    packages: &'static [&'static str],
    targets: &'static [&'static str],
    /// To the tests themselves.
    arguments: &'static [&'static str],
    /// The simulator's seeds, if it is asked: 10,000 steps.
    seeds: Option<&'static str>,
    /// Whatever takes longer hangs, seconds.
    limit_s: &'static str,
}

const STAGES: [Stage; 4] = [
    Stage {
        name: "unit tests",
        packages: &[],
        targets: &["--lib"],
        arguments: &[],
        seeds: None,
        limit_s: "60",
    },
    Stage {
        name: "api, store, recorded requests",
        packages: &["wire", "api", "store"],
        targets: &["--lib", "--test=fixtures"],
        arguments: &[],
        seeds: None,
        limit_s: "120",
    },
    Stage {
        name: "simulator, 10,000 steps",
        packages: &["sim"],
        targets: &["--test=seeds"],
        arguments: &["seeds_are_as_the_model_says"],
        seeds: Some("67"),
        limit_s: "300",
    },
    Stage {
        name: "whole server",
        packages: &["server"],
        targets: &["--lib", "--test=it"],
        // Those two need what `cargo xtask test` installs.
        arguments: &["--skip", "clients::", "--skip", "terraform::"],
        seeds: None,
        limit_s: "600",
    },
];

const UNVIABLE: &str = "does not compile";
const HANGS: &str = "runs into the time limit";

/// Mutants and what became of them: who caught each, [`UNVIABLE`], or nothing.
type Verdicts = BTreeMap<String, Option<String>>;

/// Runs every stage, tells what became of all, and fails if that is not what the list says.
pub fn run(options: &Options) -> Result<(), String> {
    install()?;
    sees_every_file()?;
    let mut verdicts = if options.again { read()? } else { forget()? };
    for (nth, stage) in STAGES.iter().enumerate() {
        let left = verdicts.values().filter(|verdict| verdict.is_none()).count();
        if nth > 0 && left == 0 {
            break;
        }
        let goes_on = nth > 0 || options.again;
        eprintln!("\nxtask: stage {} of {}: {}", nth + 1, STAGES.len(), stage.name);
        is_sound(stage)?;
        ask(stage, &options.files, goes_on)?;
        take_in(stage, &mut verdicts)?;
        write(&verdicts)?;
    }
    let listed = Listed::read()?;
    let wrong = listed.compare(&verdicts, options.files.is_empty());
    if options.json {
        println!("{:#}", as_json(&verdicts, &wrong));
    } else {
        print!("{}", table(&verdicts));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n  ")) }
}

/// From the registry, as any other part of the tests.
fn install() -> Result<(), String> {
    let told = cargo().args(["mutants", "--version"]).output();
    if told.is_ok_and(|told| String::from_utf8_lossy(&told.stdout).contains(VERSION)) {
        return Ok(());
    }
    let arguments = ["install", "cargo-mutants", "--locked", "--version", VERSION];
    match cargo().args(arguments).status() {
        Ok(status) if status.success() => Ok(()),
        other => Err(format!("cargo-mutants {VERSION} cannot be installed: {other:?}")),
    }
}

/// A module whose file cargo-mutants does not find is left out with a warning: nothing in it would
/// ever be changed, and nobody would notice.
fn sees_every_file() -> Result<(), String> {
    let mut list = cargo();
    list.args(["mutants", "--list"]).args(CHANGED.iter().flat_map(|name| ["--package", name]));
    let told = list.output().map_err(|error| format!("cargo: {error}"))?;
    let warnings = String::from_utf8_lossy(&told.stderr);
    if told.status.success() && !warnings.contains("referent of mod not found") {
        return Ok(());
    }
    Err(format!("cargo-mutants does not see every file:\n{warnings}"))
}

/// Where runs are kept: beside the build.
fn home() -> PathBuf {
    place::target().join("mutation")
}

fn forget() -> Result<Verdicts, String> {
    let home = home().join("mutants.out");
    if home.exists() {
        std::fs::remove_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    }
    Ok(Verdicts::new())
}

fn read() -> Result<Verdicts, String> {
    let path = home().join("verdicts.json");
    let text = std::fs::read(&path).map_err(|e| format!("no run to go on from: {e}"))?;
    serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(verdicts: &Verdicts) -> Result<(), String> {
    let text = serde_json::to_vec_pretty(verdicts).map_err(|error| error.to_string())?;
    std::fs::write(home().join("verdicts.json"), text).map_err(|error| error.to_string())
}

/// The stage's tests must pass where nothing is changed, or whatever is changed would seem caught.
/// cargo-mutants would look itself, but for a stage's tests only in the crates that it changes.
fn is_sound(stage: &Stage) -> Result<(), String> {
    let mut command = cargo();
    command.args(["test", "--quiet", "--profile", "mutants"]);
    let packages = if stage.packages.is_empty() { &CHANGED[..] } else { stage.packages };
    command.args(packages.iter().flat_map(|package| ["--package", package]));
    command.args(stage.targets).arg("--").args(stage.arguments);
    // Built apart: what is built of a copied tree looks for its files there.
    match environment(&mut command, stage, "sound").status() {
        Ok(status) if status.success() => Ok(()),
        other => Err(format!("{}: they fail where nothing is changed: {other:?}", stage.name)),
    }
}

/// What both programs are told. What is built stays in `folder`, so that dependencies are built
/// once.
fn environment<'c>(command: &'c mut Command, stage: &Stage, folder: &str) -> &'c mut Command {
    command.env("CARGO_TARGET_DIR", home().join(folder));
    if let Some(seeds) = stage.seeds {
        command.env("CROSSCONNECT_SEEDS", seeds);
    }
    // Standard output is for the table or the JSON.
    command.stdout(std::io::stderr())
}

/// Runs one stage of cargo-mutants, which tells its progress itself.
fn ask(stage: &Stage, files: &[String], goes_on: bool) -> Result<(), String> {
    std::fs::create_dir_all(home()).map_err(|error| error.to_string())?;
    let mut command = cargo();
    command.arg("mutants").args(CHANGED.iter().flat_map(|package| ["--package", package]));
    command.args(["--baseline", "skip", "--timeout", stage.limit_s, "--output"]).arg(home());
    command.args(files.iter().flat_map(|glob| ["--file", glob]));
    if !stage.packages.is_empty() {
        command.args(["--test-package", &stage.packages.join(",")]);
    }
    if goes_on {
        command.arg("--iterate");
    }
    command.args(stage.targets.iter().map(|target| format!("--cargo-arg={target}")));
    command.arg("--").arg("--").args(stage.arguments);
    match environment(&mut command, stage, "target").status().map(|status| status.code()) {
        // All caught; some survived; some hung.
        Ok(Some(0 | 2 | 3)) => Ok(()),
        other => Err(format!("cargo mutants failed: {other:?}")),
    }
}

/// Takes in what a stage came to. Whatever hung is caught, and not tried again.
fn take_in(stage: &Stage, verdicts: &mut Verdicts) -> Result<(), String> {
    let out = home().join("mutants.out");
    let path = out.join("outcomes.json");
    let text = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let told: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    let mut caught = String::new();
    for outcome in told["outcomes"].as_array().into_iter().flatten() {
        let Some(name) = outcome["scenario"]["Mutant"]["name"].as_str() else { continue };
        let verdict = match outcome["summary"].as_str() {
            Some("CaughtMutant") => Some(stage.name),
            Some("Timeout") => Some(HANGS),
            Some("Unviable") => Some(UNVIABLE),
            _ => None,
        };
        if verdict == Some(HANGS) {
            caught.push_str(name);
            caught.push('\n');
        }
        verdicts.insert(name.to_owned(), verdict.map(str::to_owned));
    }
    let path = out.join("caught.txt");
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::write(path, before + &caught).map_err(|error| error.to_string())
}

/// The lines of the table: what became of mutants, and of how many in each crate.
fn rows(verdicts: &Verdicts) -> Vec<(&str, [usize; 2])> {
    let count = |is: &dyn Fn(Option<&str>) -> bool| {
        ["crates/domain/", "crates/wire/"].map(|of| {
            verdicts.iter().filter(|(name, v)| name.starts_with(of) && is(v.as_deref())).count()
        })
    };
    let mut rows = vec![("mutants", count(&|_| true))];
    let stages = STAGES.iter().map(|stage| stage.name);
    for name in [UNVIABLE].into_iter().chain(stages).chain([HANGS]) {
        rows.push((name, count(&|verdict| verdict == Some(name))));
    }
    rows.push(("survive", count(&|verdict| verdict.is_none())));
    rows
}

fn table(verdicts: &Verdicts) -> String {
    let mut text = format!("{:<32} {:>8} {:>8}\n", "", "domain", "wire");
    for (name, [domain, wire]) in rows(verdicts) {
        let _ = writeln!(text, "{name:<32} {domain:>8} {wire:>8}");
    }
    text
}

fn as_json(verdicts: &Verdicts, wrong: &[String]) -> Value {
    let rows = rows(verdicts).into_iter();
    let counts: Vec<_> = rows
        .map(|(name, [domain, wire])| json!({"what": name, "domain": domain, "wire": wire}))
        .collect();
    let survive = verdicts.iter().filter(|(_, verdict)| verdict.is_none());
    let survive: Vec<_> = survive.map(|(name, _)| name).collect();
    json!({"counts": counts, "survive": survive, "unexplained": wrong})
}
