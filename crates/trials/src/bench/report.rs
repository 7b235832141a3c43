//! What was measured, told to people and to machines.

use super::load::Run;
use super::server::OWN_STAGES;
use serde_json::{Value, json};

/// A load and its measure.
pub struct Row {
    /// What was done.
    pub measure: String,
    /// How many connections did it.
    pub connections: usize,
    /// What it came to.
    pub run: Run,
    /// Hello-world's answers a second over as many connections, before and after.
    pub hello: Option<[f64; 2]>,
    /// What was found when all was over.
    pub check: Option<String>,
}

impl Row {
    /// The rate in hello-worlds.
    pub fn ratio(&self) -> Option<f64> {
        self.hello.map(|[before, after]| self.run.rate() / f64::midpoint(before, after))
    }

    fn name(&self) -> String {
        format!("{} c={}", self.measure, self.connections)
    }

    fn json(&self) -> Value {
        let run = &self.run;
        let threads = run.server.threads.iter();
        let threads: serde_json::Map<_, _> =
            threads.map(|(name, ns)| (name.clone(), run.each_us(*ns).into())).collect();
        let stages = run.stages.iter().map(|(name, us)| (name.clone(), json!(us)));
        json!({
            "measure": self.measure,
            "connections": self.connections,
            "requests": run.done,
            "errors": run.errors,
            "seconds": run.lasted.as_secs_f64(),
            "per_second": run.rate(),
            "ratio_to_hello": self.ratio(),
            "hello_per_second": self.hello,
            "p50_ms": run.quantile_ms(0.5),
            "p99_ms": run.quantile_ms(0.99),
            "p999_ms": run.quantile_ms(0.999),
            "max_ms": run.quantile_ms(1.0),
            "server_us_each": run.each_us(run.server.total()),
            "server_us_each_by_thread": threads,
            "written_kib_each": run.written_kib(),
            "generator_us_each": run.each_us(run.own_ns),
            "stages_us": stages.collect::<serde_json::Map<_, _>>(),
            "http_us": self.http_us(),
            "idle_share": run.idle,
            "foreign_share": run.foreign,
            "stolen_share": run.stolen,
            "check": self.check,
        })
    }

    fn text(&self) -> String {
        let run = &self.run;
        let ratio = self.ratio().map_or_else(|| "-".into(), |ratio| format!("{ratio:.3}"));
        format!(
            "{:<28} {:>8.0} {:>6} {:>7.2} {:>7.2} {:>7.2} {:>7.1} {:>8.1} {:>7.1} {:>7.0}%",
            self.name(),
            run.rate(),
            ratio,
            run.quantile_ms(0.5),
            run.quantile_ms(0.99),
            run.quantile_ms(0.999),
            run.quantile_ms(1.0),
            run.each_us(run.server.total()),
            run.each_us(run.own_ns),
            (run.foreign + run.stolen) * 100.0,
        )
    }

    /// What the threads that serve requests spent on one beside its own stages: reading and
    /// writing HTTP, waiting for sockets, waking others. Microseconds.
    fn http_us(&self) -> f64 {
        let run = &self.run;
        let spent = run.server.threads.get("tokio-rt-worker").copied().unwrap_or_default();
        let own = |(name, _): &&(String, f64)| OWN_STAGES.contains(&name.as_str());
        run.each_us(spent) - run.stages.iter().filter(own).map(|(_, us)| us).sum::<f64>()
    }

    /// Where the time of a request went, by stages.
    fn stages(&self) -> Option<String> {
        let stage = |(name, us): &(String, f64)| format!("{name} {us:.2}");
        let stages: Vec<_> = self.run.stages.iter().map(stage).collect();
        let told =
            || format!("  {:<28} http {:.2}, {}", self.name(), self.http_us(), stages.join(", "));
        (!stages.is_empty()).then(told)
    }

    /// Where the server's processor time went, by threads; and what the check said.
    fn details(&self) -> String {
        let run = &self.run;
        let spent = |(name, ns): (&String, &u64)| format!("{name} {:.1}", run.each_us(*ns));
        let threads: Vec<_> = run.server.threads.iter().map(spent).collect();
        let check = self.check.as_ref().map_or_else(String::new, |check| format!("; {check}"));
        let written = run.written_kib();
        let name = self.name();
        let idle = run.idle * 100.0;
        let threads = threads.join(", ");
        format!("  {name:<28} {threads} us; wrote {written:.1} KiB; idle {idle:.0}%{check}")
    }
}

/// A figure that is no load.
pub struct Fact {
    /// What it is.
    pub measure: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: &'static str,
}

/// All that was measured in a run.
#[derive(Default)]
pub struct Report {
    /// Where and on what.
    pub place: Vec<(&'static str, String)>,
    /// Loads.
    pub rows: Vec<Row>,
    /// Other figures.
    pub facts: Vec<Fact>,
}

/// A line of the last table.
struct Goal {
    measure: String,
    figure: String,
    ratio: String,
    wanted: String,
    met: &'static str,
}

/// Measure, connections, the ratio that must be reached, and the one that is to be later.
const RATIOS: [(&str, usize, f64, f64); 9] = [
    ("describe rpc", 64, 0.50, 0.60),
    ("create rpc local", 64, 0.30, 0.40),
    ("create rpc local", 256, 0.40, 0.50),
    ("create rpc random", 64, 0.30, 0.40),
    ("create rpc random", 256, 0.40, 0.50),
    ("create acs3 local", 64, 0.30, 0.40),
    ("create acs3 local", 256, 0.40, 0.50),
    ("create acs3 random", 64, 0.30, 0.40),
    ("create acs3 random", 256, 0.40, 0.50),
];

/// Measure, the figure to stay below, and the later one.
const FACTS: [(&str, f64, Option<f64>); 12] = [
    ("resident idle", 20.0, Some(15.0)),
    ("resident after 100000 orders, one a circuit", 60.0, None),
    ("ready, empty store", 50.0, None),
    ("ready, 1000000 circuits", 1000.0, None),
    ("ready, 1000000 circuits and orders", 1500.0, None),
    ("slower beside others", 20.0, Some(10.0)),
    ("signature check, rpc", 1.5, None),
    ("signature check, acs3", 1.5, None),
    (super::time::MEANWHILE, 100.0, None),
    (super::filters::AMONG_MANY, 2.0, None),
    (super::filters::MATCH_MANY, 50.0, None),
    (super::filters::OTHERS, 2.0, None),
];

/// p99.9 of `create rpc` orders at 64 connections, milliseconds: now and later.
const LATENCY: (f64, f64) = (30.0, 15.0);

/// Renewals a second that time must bring about at least.
const RENEWALS: f64 = 20_000.0;

fn verdict(first: bool, later: bool) -> &'static str {
    match (first, later) {
        (true, true) => "yes, and the later one",
        (true, false) => "yes",
        _ => "NO",
    }
}

impl Report {
    /// Adds a figure.
    pub fn fact(&mut self, measure: impl Into<String>, value: f64, unit: &'static str) {
        let measure = measure.into();
        eprintln!("bench: {measure}: {value:.1} {unit}");
        self.facts.push(Fact { measure, value, unit });
    }

    /// Adds a load.
    pub fn row(&mut self, row: Row) {
        eprintln!("bench: {}", row.text());
        self.rows.push(row);
    }

    fn find(&self, measure: &str, connections: usize) -> impl Iterator<Item = &Row> {
        let ours = move |row: &&Row| row.measure == measure && row.connections == connections;
        self.rows.iter().filter(ours)
    }

    fn goals(&self) -> Vec<Goal> {
        let mut goals = Vec::new();
        for (measure, connections, now, later) in RATIOS {
            for row in self.find(measure, connections) {
                let ratio = row.ratio().unwrap_or_default();
                goals.push(Goal {
                    measure: row.name(),
                    figure: format!("{:.0}/s", row.run.rate()),
                    ratio: format!("{ratio:.3}"),
                    wanted: format!(">= {now:.2} [{later:.2}]"),
                    met: verdict(ratio >= now, ratio >= later),
                });
            }
        }
        let (now, later) = LATENCY;
        let create = ["create rpc local", "create rpc random"].map(|create| self.find(create, 64));
        for row in create.into_iter().flatten() {
            let figure = row.run.quantile_ms(0.999);
            goals.push(Goal {
                measure: format!("{}, p99.9", row.name()),
                figure: format!("{figure:.1} ms"),
                ratio: "-".into(),
                wanted: format!("< {now} ms [{later} ms]"),
                met: verdict(figure < now, figure < later),
            });
        }
        let renewals = self.facts.iter().filter(|fact| fact.measure == super::time::RENEWALS);
        goals.extend(renewals.map(|fact| Goal {
            measure: fact.measure.clone(),
            figure: format!("{:.0}/s", fact.value),
            ratio: "-".into(),
            wanted: format!(">= {RENEWALS:.0}/s"),
            met: verdict(fact.value >= RENEWALS, fact.value >= RENEWALS),
        }));
        for (measure, most, later) in FACTS {
            for fact in self.facts.iter().filter(|fact| fact.measure == measure) {
                let met = verdict(fact.value < most, later.is_none_or(|later| fact.value < later));
                goals.push(Goal {
                    measure: measure.into(),
                    figure: format!("{:.1} {}", fact.value, fact.unit),
                    ratio: "-".into(),
                    wanted: format!("< {most} {}", fact.unit),
                    met: if later.is_none() && met != "NO" { "yes" } else { met },
                });
            }
        }
        goals
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut lines: Vec<String> =
            self.place.iter().map(|(name, value)| format!("{name:<12} {value}")).collect();
        lines.push(format!(
            "\n{:<28} {:>8} {:>6} {:>7} {:>7} {:>7} {:>7} {:>8} {:>7} {:>8}",
            "load", "per s", "ratio", "p50 ms", "p99", "p99.9", "max", "srv us", "gen us", "others"
        ));
        lines.extend(self.rows.iter().map(Row::text));
        lines.push("\nserver CPU a request by thread, and what was checked afterwards".into());
        lines.extend(self.rows.iter().map(Row::details));
        lines.push(
            "\nstages of a request: means, us; http is what is left of the serving threads; \
             decide, commit and apply are its share of a batch"
                .into(),
        );
        lines.extend(self.rows.iter().filter_map(Row::stages));
        lines.push(String::new());
        let fact = |fact: &Fact| format!("{:<44} {:>10.1} {}", fact.measure, fact.value, fact.unit);
        lines.extend(self.facts.iter().map(fact));
        let (measure, figure, ratio, goal) = ("measure", "figure", "ratio", "goal");
        lines.push(format!("\n{measure:<36} {figure:>12} {ratio:>6}  {goal:<18} met"));
        lines.extend(self.goals().iter().map(|line| {
            let Goal { measure, figure, ratio, wanted, met } = line;
            format!("{measure:<36} {figure:>12} {ratio:>6}  {wanted:<18} {met}")
        }));
        lines.join("\n")
    }

    /// For machines.
    pub fn json(&self) -> Value {
        let place = self.place.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
        let fact =
            |fact: &Fact| json!({"measure": fact.measure, "value": fact.value, "unit": fact.unit});
        let goal = |line: &Goal| {
            json!({"measure": line.measure, "figure": line.figure, "ratio": line.ratio,
                "goal": line.wanted, "met": line.met != "NO"})
        };
        json!({
            "place": place.collect::<serde_json::Map<_, _>>(),
            "loads": self.rows.iter().map(Row::json).collect::<Vec<_>>(),
            "facts": self.facts.iter().map(fact).collect::<Vec<_>>(),
            "goals": self.goals().iter().map(goal).collect::<Vec<_>>(),
        })
    }
}
