//! `cargo xtask fuzz`: libFuzzer over the targets of `crates/fuzz`, with coverage, on stable.
//!
//! Why this way: docs/decisions/0006-fuzzing.md. What was found once stays in
//! `crates/fuzz/regressions`, where `cargo test` meets it too; the corpora that grow here stay
//! beside the build.

mod engine;

use crate::place;
use engine::{Engine, Outcome};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

/// How to fuzz.
#[derive(clap::Args)]
pub struct Options {
    /// Only these targets
    #[arg(long = "target", value_name = "T")]
    targets: Vec<String>,
    /// How long each target is fuzzed
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Says which targets there are, and ends
    #[arg(long)]
    list: bool,
    /// Runs one target on this file alone, and ends
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
    /// For machines
    #[arg(long)]
    json: bool,
}

impl Options {
    /// Every target, for so long each.
    pub fn all(seconds: u64) -> Self {
        Self { targets: Vec::new(), seconds, list: false, replay: None, json: false }
    }
}

/// A target as its file shows it.
struct Target {
    name: String,
    about: String,
}

/// Every target: a file each, whose first line says what it is about.
fn targets() -> Result<Vec<Target>, String> {
    let folder = place::root().join("crates/fuzz/src/targets");
    let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        let text =
            std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let lines = text.lines().map_while(|line| line.strip_prefix("//! "));
        let about = lines.collect::<Vec<_>>().join(" ");
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        found.push(Target { name, about });
    }
    found.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(found)
}

/// Fuzzes.
pub fn run(options: &Options) -> Result<(), String> {
    let mut targets = targets()?;
    if let Some(unknown) =
        options.targets.iter().find(|name| targets.iter().all(|target| target.name != **name))
    {
        return Err(format!("there is no target {unknown}: see cargo xtask fuzz --list"));
    }
    targets.retain(|t| options.targets.is_empty() || options.targets.contains(&t.name));
    if options.list {
        list(&targets, options.json);
        return Ok(());
    }
    let engine = Engine::build()?;
    if let Some(file) = &options.replay {
        let [target] = targets.as_slice() else {
            return Err("--replay wants one --target".into());
        };
        return engine.replay(&target.name, file);
    }
    let mut outcomes = Vec::new();
    for target in &targets {
        outcomes.push(engine.fuzz(&target.name, options.seconds)?);
    }
    if options.json {
        let all: Vec<Value> = outcomes.iter().map(Outcome::json).collect();
        println!("{:#}", json!({ "targets": all, "seconds": options.seconds }));
    } else {
        print!("{}", table(&outcomes));
    }
    tell_findings(&outcomes)
}

fn list(targets: &[Target], as_json: bool) {
    if as_json {
        let one = |t: &Target| json!({"target": t.name, "about": t.about});
        println!("{:#}", Value::Array(targets.iter().map(one).collect()));
        return;
    }
    for Target { name, about } in targets {
        println!("{name:<14} {about}");
    }
}

fn table(outcomes: &[Outcome]) -> String {
    let head = ["target", "seconds", "executions", "exec/s", "corpus", "edges", "features"];
    let mut text = format!("{:<14}", head[0]);
    for name in &head[1..] {
        let _ = write!(text, "{name:>12}");
    }
    text.push_str("    findings\n");
    for outcome in outcomes {
        let _ = write!(text, "{:<14}", outcome.target);
        for number in [
            outcome.seconds,
            outcome.executions,
            outcome.executions / outcome.seconds.max(1),
            outcome.corpus,
            outcome.edges,
            outcome.features,
        ] {
            let _ = write!(text, "{number:>12}");
        }
        let _ = writeln!(text, "{:>12}", u8::from(outcome.finding.is_some()));
    }
    let edges = outcomes.first().map_or(0, |outcome| outcome.edges_all);
    let _ = writeln!(text, "({edges} edges are instrumented, dependencies included)");
    text
}

/// Says how each finding is seen again, and where it is to be kept.
fn tell_findings(outcomes: &[Outcome]) -> Result<(), String> {
    let found: Vec<_> = outcomes.iter().filter_map(|o| Some((o, o.finding.as_ref()?))).collect();
    for (Outcome { target, .. }, finding) in &found {
        eprintln!("\n{target}: {}", finding.why);
        eprintln!("  cargo xtask fuzz --target {target} --replay {}", finding.file.display());
        eprintln!("  to be kept as crates/fuzz/regressions/{target}/the-promise-that-it-broke");
    }
    if found.is_empty() { Ok(()) } else { Err(format!("{} findings", found.len())) }
}

/// Where corpora and findings are kept: beside the build, so that they grow from run to run.
fn home() -> PathBuf {
    place::target().join("fuzz")
}
