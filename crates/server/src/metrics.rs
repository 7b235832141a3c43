//! What the server counts, in the form Prometheus reads.
//!
//! Every series is registered at the start, so that a request only adds to numbers it knows.

use crate::requests::Trace;
use crate::stages::Stage;
use metrics::{Counter, Histogram, counter, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;

/// How an answer ended, as a label.
const CLASSES: [&str; 4] = ["2xx", "4xx", "5xx", "cut"];

struct Counted {
    requests: [Counter; 4],
    seconds: Histogram,
    replays: Counter,
}

struct Metrics {
    handle: PrometheusHandle,
    /// By place in the table of operations; the last for whatever is not ours, since callers
    /// choose those names.
    actions: Vec<Counted>,
    /// By [`Stage`].
    stages: [Histogram; Stage::ALL.len()],
}

static METRICS: OnceLock<Metrics> = OnceLock::new();

/// Begins to count. Only the first call does anything.
pub fn start() {
    METRICS.get_or_init(|| {
        let buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0];
        let requests = Matcher::Full("crossconnect_request_seconds".into());
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(requests, &buckets)
            .and_then(|builder| builder.set_quantiles(&[0.5, 0.99]))
            .expect("there are buckets and quantiles");
        let handle = builder.install_recorder().expect("nobody else counts in this process");
        let names = api::OPERATIONS.iter().map(|operation| operation.name).chain(["other"]);
        let stage = |(_, name)| histogram!("crossconnect_stage_seconds", "stage" => name);
        Metrics { handle, actions: names.map(counted).collect(), stages: Stage::ALL.map(stage) }
    });
}

fn counted(action: &'static str) -> Counted {
    let requests = CLASSES.map(
        |class| counter!("crossconnect_requests_total", "action" => action, "status" => class),
    );
    Counted {
        requests,
        seconds: histogram!("crossconnect_request_seconds", "action" => action),
        replays: counter!("crossconnect_replays_total", "action" => action),
    }
}

/// Counts a request.
pub fn note(trace: &Trace) {
    let Some(metrics) = METRICS.get() else { return };
    let is =
        |operation: &&api::Operation| trace.operation.is_some_and(|o| std::ptr::eq(*operation, o));
    let place = api::OPERATIONS.iter().position(is);
    let counted = &metrics.actions[place.unwrap_or(api::OPERATIONS.len())];
    let class = match trace.status {
        0 => 3,
        200..=299 => 0,
        400..=499 => 1,
        _ => 2,
    };
    counted.requests[class].increment(1);
    counted.seconds.record(seconds(trace.total_us * 1000));
    if trace.replay_of.is_some() {
        counted.replays.increment(1);
    }
}

/// Notes how long a stage of a request took, nanoseconds.
pub fn note_stage(stage: Stage, ns: u64) {
    if let Some(metrics) = METRICS.get() {
        metrics.stages[stage as usize].record(seconds(ns));
    }
}

#[allow(clippy::cast_precision_loss)] // A request lasts less than 2^52 nanoseconds, 52 days.
fn seconds(ns: u64) -> f64 {
    ns as f64 / 1e9
}

/// Folds what was recorded into its buckets. Without it a server that nobody scrapes would keep
/// every single figure.
pub fn upkeep() {
    if let Some(metrics) = METRICS.get() {
        metrics.handle.run_upkeep();
    }
}

/// Everything counted so far, as text.
pub fn render() -> String {
    upkeep();
    METRICS.get().map(|metrics| metrics.handle.render()).unwrap_or_default()
}
