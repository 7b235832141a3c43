//! `cargo xtask count`: instructions on the hot path against those committed. Counts do not know
//! how busy the machine is, so they can stand guard where times cannot.

use crate::place::{cargo, root};
use clap::Args;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// How a count is taken.
#[derive(Args)]
pub struct Options {
    /// Writes the counts of this commit: a change that costs more is then a change on purpose.
    #[arg(long)]
    renew: bool,
    /// For machines.
    #[arg(long)]
    json: bool,
}

impl Options {
    /// Compares with what is committed.
    pub fn compare() -> Self {
        Self { renew: false, json: false }
    }
}

/// A count may grow by this much, percent, before it has to be renewed: other machines choose
/// other routines for the same work.
const GROWTH_MAX: u64 = 5;

/// The version of the counter, which must be that of the library.
const RUNNER: &str = "0.20.0";

fn committed() -> PathBuf {
    root().join("crates/server/benches/hot_path.counts")
}

/// Counts, and compares or renews.
pub fn run(options: &Options) -> Result<(), String> {
    install_runner()?;
    let counts = count()?;
    if options.renew {
        let mut text = String::from(
            "# Instructions on the hot path, by `cargo xtask count --renew`. One grows by more \
             than 5 %\n# only in a commit that renews it and says why.\n",
        );
        for (name, instructions) in &counts {
            let _ = writeln!(text, "{name} {instructions}");
        }
        return std::fs::write(committed(), text).map_err(|error| error.to_string());
    }
    compare(&counts, &read_committed()?, options.json)
}

/// The counter runs beside the benchmark, from the registry as any other part of the tests.
fn install_runner() -> Result<(), String> {
    let version = Command::new("gungraun-runner").arg("--version").output();
    let there = version.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).contains(RUNNER));
    if there {
        return Ok(());
    }
    let arguments = ["install", "gungraun-runner", "--locked", "--version", RUNNER];
    match cargo().args(arguments).status() {
        Ok(status) if status.success() => Ok(()),
        other => Err(format!("gungraun-runner {RUNNER} cannot be installed: {other:?}")),
    }
}

fn count() -> Result<BTreeMap<String, u64>, String> {
    eprintln!("xtask: building and counting; this takes some minutes the first time");
    let output = cargo()
        .args(["bench", "--package", "server", "--bench", "hot_path", "--"])
        .arg("--output-format=json")
        .env("CARGO_PROFILE_BENCH_DEBUG", "line-tables-only")
        .env("CARGO_PROFILE_BENCH_STRIP", "none")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("the count failed: {}", output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let summaries = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let counts: BTreeMap<_, _> = summaries.filter_map(|summary| one_count(&summary)).collect();
    if counts.is_empty() {
        Err("nothing was counted: is valgrind there?".into())
    } else {
        Ok(counts)
    }
}

/// The name of a benchmark and its instructions.
fn one_count(summary: &Value) -> Option<(String, u64)> {
    let name = summary["function_name"].as_str()?;
    let profiles = summary["profiles"].as_array()?;
    let mut counts =
        profiles.iter().map(|profile| &profile["data"]["total"]["metrics"]["Ir"]["values"]);
    counts.find_map(|values| values["new"].as_u64()).map(|count| (name.to_owned(), count))
}

fn read_committed() -> Result<BTreeMap<String, u64>, String> {
    let path = committed();
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let pair = line.split_once(' ').and_then(|(name, n)| Some((name, n.parse().ok()?)));
            let (name, count) = pair.ok_or_else(|| format!("{}: {line:?}", path.display()))?;
            Ok((name.to_owned(), count))
        })
        .collect()
}

fn compare(
    counts: &BTreeMap<String, u64>,
    committed: &BTreeMap<String, u64>,
    json: bool,
) -> Result<(), String> {
    let mut grown = Vec::new();
    let mut rows = Vec::new();
    for (name, &count) in counts {
        let Some(&before) = committed.get(name) else {
            return Err(format!("{name} is counted but not committed: cargo xtask count --renew"));
        };
        if count * 100 > before * (100 + GROWTH_MAX) {
            grown.push(format!("{name}: {before} -> {count}"));
        }
        rows.push((name, before, count));
    }
    if let Some(lost) = committed.keys().find(|name| !counts.contains_key(*name)) {
        return Err(format!("{lost} is committed but was not counted"));
    }
    if json {
        let rows = rows.iter().map(|(name, before, count)| {
            serde_json::json!({"name": name, "committed": before, "counted": count})
        });
        println!("{}", Value::Array(rows.collect()));
    } else {
        println!("{:<20} {:>12} {:>12} {:>8}", "instructions", "committed", "counted", "change");
        for (name, before, count) in rows {
            #[allow(clippy::cast_precision_loss)] // Far below 2^52.
            let change = (count as f64 / before as f64 - 1.0) * 100.0;
            println!("{name:<20} {before:>12} {count:>12} {change:>+7.1}%");
        }
    }
    if grown.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the hot path costs more than {GROWTH_MAX} % more: {}; if that is meant, \
         cargo xtask count --renew",
        grown.join(", ")
    ))
}
