//! libFuzzer: built with coverage, run, and listened to.

use super::home;
use crate::place::{self, Scratch};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// LLVM's own pass counts edges and watches comparisons: what `cargo fuzz` passes, without a
/// sanitizer, since there is no `unsafe` of ours to watch.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Inputs are at most so long.
const LENGTH_MAX: &str = "-max_len=4096";

/// How long a finding is made smaller.
const MINIMISE_FOR: Duration = Duration::from_secs(30);

/// How often a line says how far a target has come.
const TELL_EVERY: Duration = Duration::from_secs(5);

/// The driver, built.
pub struct Engine {
    binary: PathBuf,
    /// Where the stores of the gateway's targets lie.
    scratch: Scratch,
}

/// What fuzzing a target came to.
#[derive(Default)]
pub struct Outcome {
    /// Its name.
    pub target: String,
    /// How long it took.
    pub seconds: u64,
    /// Inputs tried.
    pub executions: u64,
    /// Inputs worth keeping.
    pub corpus: u64,
    /// Edges of the program that were passed.
    pub edges: u64,
    /// Edges there are.
    pub edges_all: u64,
    /// Edges by how often they were passed, and comparisons.
    pub features: u64,
    /// What was found.
    pub finding: Option<Finding>,
}

/// An input that broke a promise.
pub struct Finding {
    /// The smallest that was found.
    pub file: PathBuf,
    /// The first line of what it broke.
    pub why: String,
}

impl Outcome {
    /// For machines.
    pub fn json(&self) -> Value {
        let finding = self.finding.as_ref();
        let file = finding.map(|finding| finding.file.display().to_string());
        json!({
            "target": self.target, "seconds": self.seconds, "executions": self.executions,
            "executions_per_second": self.executions / self.seconds.max(1),
            "corpus": self.corpus, "edges": self.edges, "edges_instrumented": self.edges_all,
            "features": self.features, "finding": file, "why": finding.map(|f| f.why.as_str()),
        })
    }

    /// Takes what libFuzzer says about itself out of a line.
    fn hear(&mut self, line: &str) {
        let after = |name: &str| {
            let (_, rest) = line.split_once(name)?;
            let digits = rest.trim_start().split(|c: char| !c.is_ascii_digit()).next()?;
            digits.parse::<u64>().ok()
        };
        let keep = |place: &mut u64, heard: Option<u64>| *place = heard.unwrap_or(*place);
        if line.starts_with('#') && line.contains(" cov: ") {
            keep(&mut self.executions, after("#"));
            keep(&mut self.edges, after("cov: "));
            keep(&mut self.features, after("ft: "));
            keep(&mut self.corpus, after("corp: "));
        }
        if line.starts_with("stat::number_of_executed_units") {
            keep(&mut self.executions, after(":: ").or_else(|| after("units:")));
        }
        if line.contains("PC tables") {
            keep(&mut self.edges_all, after("PC tables ("));
        }
    }
}

impl Engine {
    /// Builds it, in a folder of its own: everything in it is instrumented.
    pub fn build() -> Result<Self, String> {
        eprintln!("fuzz: building with coverage");
        let host = place::host()?;
        let given = std::env::var("RUSTFLAGS").unwrap_or_default();
        let mut command = place::cargo();
        command
            .args(["build", "--profile", "fuzz", "--package", "fuzz", "--bin", "libfuzzer"])
            .args(["--features", "fuzz/libfuzzer", "--target", &host, "--target-dir"])
            .arg(home().join("build"))
            .env("RUSTFLAGS", format!("{given} {COVERAGE}"));
        let status = command.status().map_err(|error| format!("cargo: {error}"))?;
        if !status.success() {
            return Err(format!("the fuzzer could not be built: {status}"));
        }
        let binary = home().join("build").join(host).join("fuzz/libfuzzer");
        Ok(Self { binary, scratch: Scratch::make("fuzz-run")? })
    }

    fn command(&self, target: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .env("CROSSCONNECT_FUZZ_TARGET", target)
            .env("CROSSCONNECT_FUZZ_FOLDER", &self.scratch.0)
            .args([LENGTH_MAX, "-timeout=20", "-rss_limit_mb=4096", "-detect_leaks=0"])
            .stdin(Stdio::null());
        command
    }

    /// Runs a target on one file.
    pub fn replay(&self, target: &str, file: &Path) -> Result<(), String> {
        let status = self.command(target).arg(file).status().map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("{target} breaks on it: {status}")) }
    }

    /// Fuzzes a target for so long, or until it breaks.
    pub fn fuzz(&self, target: &str, seconds: u64) -> Result<Outcome, String> {
        let folder = |name: &str| {
            let path = home().join(target).join(name);
            let made = std::fs::create_dir_all(&path);
            made.map(|()| path.clone()).map_err(|error| format!("{}: {error}", path.display()))
        };
        let (corpus, seeds, findings) = (folder("corpus")?, folder("seeds")?, folder("findings")?);
        let kept = place::root().join("crates/fuzz/regressions").join(target);
        let mut command = self.command(target);
        command
            .env("CROSSCONNECT_FUZZ_SEEDS", &seeds)
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/", findings.display()))
            .args(["-print_final_stats=1", "-reload=0"])
            .args([&corpus, &seeds])
            .args(kept.is_dir().then_some(&kept));
        let mut outcome = Outcome { target: target.into(), ..Outcome::default() };
        let (ended_well, said) = listen(command, &mut outcome)?;
        if !ended_well {
            let file = artifact(&said).ok_or_else(|| format!("{target}:\n{}", said.join("\n")))?;
            let why = said.iter().find(|line| line.contains("panicked at") || is_error(line));
            let mut why = why.cloned().unwrap_or_default();
            // What a panic says stands on the line after where it was.
            if let Some(place) = said.iter().position(|line| line.contains("panicked at")) {
                why = said[place..].iter().take(2).cloned().collect::<Vec<_>>().join(" ");
            }
            outcome.finding = Some(Finding { file: self.minimise(target, &file)?, why });
        }
        Ok(outcome)
    }

    /// The smallest input that was found to break the target too: parts are left out, large ones
    /// first, for as long as it breaks without them.
    fn minimise(&self, target: &str, file: &Path) -> Result<PathBuf, String> {
        let said = |error: std::io::Error| format!("{}: {error}", file.display());
        eprintln!("fuzz: {target}: making {} smaller", file.display());
        let (started, small) = (now(), file.with_extension("small"));
        let mut whole = std::fs::read(file).map_err(said)?;
        let mut length = whole.len() / 2;
        while length > 0 && started.elapsed() < MINIMISE_FOR {
            let mut start = 0;
            while start < whole.len() && started.elapsed() < MINIMISE_FOR {
                let end = whole.len().min(start + length);
                let shorter = [&whole[..start], &whole[end..]].concat();
                std::fs::write(&small, &shorter).map_err(said)?;
                let mut command = self.command(target);
                command.arg("-exact_artifact_path=/dev/null").arg(&small);
                let quiet = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
                if quiet.map_err(said)?.success() {
                    start = end;
                } else {
                    whole = shorter;
                }
            }
            length /= 2;
        }
        std::fs::write(&small, whole).map_err(said)?;
        Ok(small)
    }
}

fn is_error(line: &str) -> bool {
    line.contains("ERROR: libFuzzer:")
}

/// Where libFuzzer put what it found.
fn artifact(said: &[String]) -> Option<PathBuf> {
    let line = said.iter().find_map(|line| line.split_once("Test unit written to "));
    line.map(|(_, path)| PathBuf::from(path))
}

#[expect(clippy::disallowed_methods, reason = "how long a target is fuzzed is real time")]
fn now() -> Instant {
    Instant::now()
}

/// Runs libFuzzer to its end; whether that was a good one, and the last lines that it said.
fn listen(mut command: Command, outcome: &mut Outcome) -> Result<(bool, Vec<String>), String> {
    const LINES_KEPT: usize = 200;
    let started = now();
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| format!("libfuzzer: {error}"))?;
    let stderr = child.stderr.take().ok_or("its output is not ours to read")?;
    let mut said = Vec::new();
    let mut told_at = started;
    for line in BufReader::new(stderr).split(b'\n') {
        let line = String::from_utf8_lossy(&line.map_err(|error| error.to_string())?).into_owned();
        outcome.hear(&line);
        if told_at.elapsed() > TELL_EVERY {
            told_at = now();
            tell(outcome, started.elapsed());
        }
        if said.len() == LINES_KEPT {
            said.remove(0);
        }
        said.push(line);
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    outcome.seconds = started.elapsed().as_secs();
    tell(outcome, started.elapsed());
    Ok((status.success(), said))
}

fn tell(outcome: &Outcome, lasted: Duration) {
    let Outcome { target, executions, corpus, edges, features, .. } = outcome;
    eprintln!(
        "fuzz: {target}: {} s, {executions} executions, {corpus} in the corpus, {edges} edges, \
         {features} features",
        lasted.as_secs()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libfuzzer_says_is_understood() {
        let mut outcome = Outcome::default();
        for line in [
            "INFO: Loaded 1 PC tables (23456 PCs): 23456 [0x1,0x2),",
            "#127160\tREDUCE cov: 12 ft: 15 corp: 6/30b lim: 1240 exec/s: 0 rss: 27Mb L: 9/9",
            "stat::number_of_executed_units: 130000",
        ] {
            outcome.hear(line);
        }
        assert_eq!((outcome.edges_all, outcome.edges), (23_456, 12));
        assert_eq!((outcome.features, outcome.corpus), (15, 6));
        assert_eq!(outcome.executions, 130_000);
    }
}
