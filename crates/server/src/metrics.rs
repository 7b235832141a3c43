//! What the server counts, in the form Prometheus reads.
//!
//! Every series is registered at the start, so that a request only adds to numbers it knows.

use crate::requests::Trace;
use crate::stages::Stage;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::sync::OnceLock;

/// How an answer ended, as a label.
const CLASSES: [&str; 4] = ["2xx", "4xx", "5xx", "cut"];

/// Names and values of labels.
type Labels<const N: usize> = [(&'static str, &'static str); N];

/// Bounds of what a request takes, seconds.
const REQUEST_BOUNDS: [f64; 12] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0];

/// Bounds of what a stage of it takes, seconds: most take microseconds.
const STAGE_BOUNDS: [f64; 15] =
    [5e-7, 1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 1e-2, 1e-1, 1.0];

struct Counted {
    requests: [Counter; 4],
    seconds: Histogram,
    replays: Counter,
}

struct Metrics {
    registry: Registry,
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
        let requests: Family<Labels<2>, Counter> = Family::default();
        let replays: Family<Labels<1>, Counter> = Family::default();
        let seconds: Family<Labels<1>, Histogram> =
            Family::new_with_constructor(|| Histogram::new(REQUEST_BOUNDS));
        let stages: Family<Labels<1>, Histogram> =
            Family::new_with_constructor(|| Histogram::new(STAGE_BOUNDS));
        let counted = |action| Counted {
            requests: CLASSES.map(|class| {
                requests.get_or_create_owned(&[("action", action), ("status", class)])
            }),
            seconds: seconds.get_or_create_owned(&[("action", action)]),
            replays: replays.get_or_create_owned(&[("action", action)]),
        };
        let names = api::OPERATIONS.iter().map(|operation| operation.name).chain(["other"]);
        let actions = names.map(counted).collect();
        let by_stage = Stage::ALL.map(|(_, name)| stages.get_or_create_owned(&[("stage", name)]));
        let mut registry = Registry::with_prefix("crossconnect");
        registry.register("requests", "Answers, by operation and class of status", requests);
        registry.register("replays", "Answers of an earlier call with the same token", replays);
        registry.register("request_seconds", "What requests took", seconds);
        registry.register("stage_seconds", "What stages of one request in 64 took", stages);
        Metrics { registry, actions, stages: by_stage }
    });
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
    counted.requests[class].inc();
    counted.seconds.observe(seconds(trace.total_us * 1000));
    if trace.replay_of.is_some() {
        counted.replays.inc();
    }
}

/// Notes how long a stage of a request took, nanoseconds.
pub fn note_stage(stage: Stage, ns: u64) {
    if let Some(metrics) = METRICS.get() {
        metrics.stages[stage as usize].observe(seconds(ns));
    }
}

#[allow(clippy::cast_precision_loss)] // A request lasts less than 2^52 nanoseconds, 52 days.
fn seconds(ns: u64) -> f64 {
    ns as f64 / 1e9
}

/// Everything counted so far, as OpenMetrics text.
pub fn render() -> String {
    let mut text = String::new();
    if let Some(metrics) = METRICS.get() {
        encode(&mut text, &metrics.registry).expect("a text takes whatever is written");
    }
    text
}
