//! What was met while simulating: figures, and which operations, editions and errors there were.

use crate::call::Call;
use crate::model::Expect;
use crate::model::atlas::{EDITIONS, Edition};
use crate::rig::Back;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What was counted.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Seeds that were run.
    pub seeds: u64,
    /// Steps.
    pub steps: u64,
    /// Signed calls.
    pub requests: u64,
    /// Control calls.
    pub controls: u64,
    /// Orders that were placed.
    pub orders: u64,
    /// Answers that repeated an earlier one.
    pub replays: u64,
    /// Answers with a status from 500 on.
    pub server_errors: u64,
    /// Answers that were lost: cut connections and deaths with calls on their way.
    pub lost: u64,
    /// Batches.
    pub batches: u64,
    /// Proposals of batches that failed.
    pub store_faults: u64,
    /// Seeds in which the power was cut.
    pub seeds_with_power_cuts: u64,
    /// Power cuts, those on the way of a start included.
    pub power_cuts: u64,
    /// Calls that the disk failed.
    pub disk_failures: u64,
    /// Deaths of the process, by where they were.
    pub crashes: BTreeMap<String, u64>,
    /// Moves of the clock.
    pub time_jumps: u64,
    /// Calls, by version, operation and edition.
    pub called: BTreeMap<(&'static str, String, Edition), u64>,
    /// Refusals, by operation and code.
    pub refusals: BTreeMap<(String, String), u64>,
}

impl Tally {
    /// A call was sent.
    pub fn sent(&mut self, call: &Call, edition: Edition) {
        self.requests += 1;
        let place = (call.version, call.action.clone(), edition);
        *self.called.entry(place).or_default() += 1;
    }

    /// A call was answered.
    pub fn answered(&mut self, call: &Call, back: Option<&Back>, expect: &Expect) {
        self.server_errors += u64::from(back.is_some_and(|back| back.status >= 500));
        match (back, expect) {
            (None, _) => self.lost += 1,
            (Some(_), Expect::Error(_, code)) => {
                let place = (call.action.clone(), code.clone());
                *self.refusals.entry(place).or_default() += 1;
            }
            (Some(back), _) if back.replay_of.is_some() => self.replays += 1,
            _ => {}
        }
    }

    /// Takes in what somebody else has counted.
    pub fn add(&mut self, other: Self) {
        self.seeds += other.seeds;
        self.steps += other.steps;
        self.requests += other.requests;
        self.controls += other.controls;
        self.orders += other.orders;
        self.replays += other.replays;
        self.server_errors += other.server_errors;
        self.lost += other.lost;
        self.batches += other.batches;
        self.store_faults += other.store_faults;
        self.time_jumps += other.time_jumps;
        self.seeds_with_power_cuts += other.seeds_with_power_cuts;
        self.power_cuts += other.power_cuts;
        self.disk_failures += other.disk_failures;
        for (place, count) in other.crashes {
            *self.crashes.entry(place).or_default() += count;
        }
        for (place, count) in other.called {
            *self.called.entry(place).or_default() += count;
        }
        for (place, count) in other.refusals {
            *self.refusals.entry(place).or_default() += count;
        }
    }

    /// Codes that an operation can be refused with, by its declaration, and that were not met.
    pub fn unmet(&self) -> Vec<String> {
        let mut unmet = BTreeSet::new();
        for operation in api::OPERATIONS {
            let met = |row: &&&api::error::ErrorRow| row.unreached.or(row.setting).is_none();
            for row in operation.error_table().iter().filter(met) {
                let place = (operation.name.to_owned(), row.code.to_owned());
                if !self.refusals.contains_key(&place) {
                    unmet.insert(format!("{} {}", operation.name, row.code));
                }
            }
        }
        unmet.into_iter().collect()
    }

    /// Operations and editions that were never called together.
    pub fn uncalled(&self) -> Vec<String> {
        let mut uncalled = Vec::new();
        for operation in api::OPERATIONS {
            for (edition, name) in EDITIONS.iter().enumerate() {
                let place = (operation.product.version, operation.name.to_owned(), edition);
                if !self.called.contains_key(&place) {
                    uncalled.push(format!("{} in {name}", operation.name));
                }
            }
        }
        uncalled
    }

    /// For people, in a line.
    pub fn closing(&self, elapsed_s: f64) -> String {
        format!(
            "{} seeds, {} with power cuts, {} steps in {elapsed_s:.0} s, all as the model says",
            self.seeds, self.seeds_with_power_cuts, self.steps
        )
    }

    /// For people.
    pub fn text(&self, elapsed_s: f64, jobs: usize) -> String {
        let mut text = String::new();
        let mut row = |name: &str, value: String| {
            let _ = writeln!(text, "{name:<22} {value:>12}");
        };
        let crashes: u64 = self.crashes.values().sum();
        for (name, count) in [
            ("seeds", self.seeds),
            ("steps", self.steps),
            ("requests", self.requests),
            ("control calls", self.controls),
            ("orders", self.orders),
            ("replays", self.replays),
            ("answers 5xx", self.server_errors),
            ("answers lost", self.lost),
            ("batches", self.batches),
            ("proposals rolled back", self.store_faults),
            ("time jumps", self.time_jumps),
            ("disk failures", self.disk_failures),
            ("power cuts", self.power_cuts),
            ("  seeds with some", self.seeds_with_power_cuts),
            ("deaths", crashes),
        ] {
            row(name, count.to_string());
        }
        for (point, count) in &self.crashes {
            row(&format!("  {point}"), count.to_string());
        }
        let speed = per_second(self.seeds, elapsed_s);
        row("seeds a second", format!("{speed:.1}"));
        row("  a job", format!("{:.1}", speed / per_second(jobs as u64, 1.0)));
        let mut by_code: BTreeMap<&str, u64> = BTreeMap::new();
        for ((_, code), count) in &self.refusals {
            *by_code.entry(code).or_default() += count;
        }
        let _ = writeln!(text, "\nrefusals");
        for (code, count) in by_code {
            let _ = writeln!(text, "  {code:<52} {count:>9}");
        }
        list(&mut text, "declared errors that were not met", &self.unmet());
        list(&mut text, "operations that were not called in an edition", &self.uncalled());
        text
    }

    /// For machines.
    pub fn json(&self, elapsed_s: f64) -> Value {
        let refusals: Vec<_> = self
            .refusals
            .iter()
            .map(|((operation, code), count)| {
                json!({"operation": operation, "code": code, "count": count})
            })
            .collect();
        let called: Vec<_> = self
            .called
            .iter()
            .map(|((version, action, edition), count)| {
                json!({"version": version, "operation": action, "edition": EDITIONS[*edition],
                    "count": count})
            })
            .collect();
        json!({"seeds": self.seeds, "steps": self.steps, "requests": self.requests,
            "control_calls": self.controls, "orders": self.orders, "replays": self.replays,
            "answers_5xx": self.server_errors, "answers_lost": self.lost, "batches": self.batches,
            "proposals_rolled_back": self.store_faults, "time_jumps": self.time_jumps,
            "disk_failures": self.disk_failures,
            "power_cuts": self.power_cuts, "seeds_with_power_cuts": self.seeds_with_power_cuts,
            "deaths": self.crashes, "elapsed_s": elapsed_s,
            "seeds_per_second": per_second(self.seeds, elapsed_s), "refusals": refusals,
            "called": called, "unmet": self.unmet(), "uncalled": self.uncalled()})
    }
}

#[expect(clippy::cast_precision_loss, reason = "a speed is read, not reckoned with")]
fn per_second(count: u64, elapsed_s: f64) -> f64 {
    count as f64 / elapsed_s.max(0.001)
}

fn list(text: &mut String, title: &str, lines: &[String]) {
    let _ = writeln!(text, "\n{title}: {}", lines.len());
    for line in lines {
        let _ = writeln!(text, "  {line}");
    }
}
