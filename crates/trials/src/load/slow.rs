//! Good clients among thousands that only cost.

use super::hostile::{Crowd, Seen};
use super::mix::Good;
use super::{Findings, Options};
use crate::bench::load::Run;
use crate::bench::server::Server;
use std::path::Path;
use std::sync::atomic::Ordering;

/// Good clients are so many.
const GOOD: usize = 16;

/// The 99th percentile may grow so much.
const GROWTH_MAX: f64 = 3.0;

/// Below this, milliseconds, a percentile is good whatever it was.
const GOOD_MS: f64 = 5.0;

/// What good clients saw in some seconds, and the 99th percentile of each, lowest first.
struct Seconds {
    all: Run,
    p99_ms: Vec<f64>,
}

impl Seconds {
    /// The 99th percentile of the median second: a machine that is shared has its own moments,
    /// which would decide that of all.
    fn usual_p99_ms(&self) -> f64 {
        self.p99_ms.get(self.p99_ms.len() / 2).copied().unwrap_or_default()
    }
}

/// Measures good clients alone, among the others, and alone again.
pub fn run(options: &Options, binary: &Path, store: &Path) -> Result<Findings, String> {
    let server = Server::start(binary, store)?;
    let requests = usize::try_from(options.seconds).unwrap_or(usize::MAX) * 4 * options.rate;
    let mut good = Good::ready(&server, GOOD, options.rate, requests)?;
    let mut found = Findings::default();
    // What is slow the first time only is not what is measured here.
    some_seconds(&mut good, 2)?;
    let before = some_seconds(&mut good, options.seconds)?;
    let (resident_before, address) = (server.resident_kib()?, server.address);
    let crowd = Crowd::connect(address, options.idle, options.hostile);
    found.fact("idle connections", options.idle);
    found.fact("clients that send a byte a second", options.hostile);
    found.fact("clients whose bodies never end", options.hostile);
    found.fact("of all of them, connected", crowd.connected());
    let all = options.idle + 2 * options.hostile;
    found.must(crowd.connected() == all, "not all could connect");
    let seen = Seen::default();
    let during = std::thread::scope(|scope| {
        scope.spawn(|| crowd.run(&seen));
        let during = some_seconds(&mut good, options.seconds);
        seen.stop.store(true, Ordering::Relaxed);
        during
    })?;
    let resident_during = server.resident_kib()?;
    let after = some_seconds(&mut good, options.seconds)?;
    found.fact("of them, thrown out and back again", seen.thrown_out.load(Ordering::Relaxed));
    found.fact("of them, refused", seen.refused.load(Ordering::Relaxed));
    found.fact("MiB taken from them", seen.taken.load(Ordering::Relaxed) >> 20);
    for (name, seconds) in [("before", &before), ("meanwhile", &during), ("after", &after)] {
        let run = &seconds.all;
        found.fact(format!("good answers {name}"), run.done);
        found.fact(format!("wrong answers {name}"), run.errors);
        found.figure(format!("p50 {name}, ms"), run.quantile_ms(0.5));
        found.figure(format!("p99 {name}, ms"), run.quantile_ms(0.99));
        found.figure(format!("p99 {name}, of the median second, ms"), seconds.usual_p99_ms());
        let first = &run.first_error;
        found.must(run.errors == 0, format!("{} wrong answers {name}: {first:?}", run.errors));
    }
    let (alone, among) = (before.usual_p99_ms(), during.usual_p99_ms());
    found.figure("the same meanwhile, times that before", among / alone.max(1e-3));
    found.fact("resident before, MiB", resident_before >> 10);
    found.fact("resident meanwhile, MiB", resident_during >> 10);
    let holds = among <= (alone * GROWTH_MAX).max(GOOD_MS);
    found.must(holds, format!("the 99th percentile grew from {alone:.2} to {among:.2} ms"));
    server.stop()?;
    Ok(found)
}

fn some_seconds(good: &mut Good, seconds: u64) -> Result<Seconds, String> {
    let (mut all, mut p99_ms) = (Run::default(), Vec::new());
    for _ in 0..seconds {
        let run = good.second()?;
        p99_ms.push(run.quantile_ms(0.99));
        all.done += run.done;
        all.errors += run.errors;
        all.first_error = all.first_error.or(run.first_error);
        all.latencies_us.extend(run.latencies_us);
    }
    all.latencies_us.sort_unstable();
    p99_ms.sort_unstable_by(f64::total_cmp);
    Ok(Seconds { all, p99_ms })
}
