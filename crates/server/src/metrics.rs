//! What the server counts, in the form Prometheus reads.

use crate::requests::Trace;
use metrics::{counter, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to count. Only the first call does anything.
pub fn start() {
    HANDLE.get_or_init(|| {
        let buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0];
        let builder = PrometheusBuilder::new().set_buckets(&buckets).expect("there are buckets");
        builder.install_recorder().expect("nobody else counts in this process")
    });
}

/// Counts a request. Actions that are not ours are one label: callers choose their names.
pub fn note(trace: &Trace) {
    let ours = api::OPERATIONS.iter().find(|operation| operation.name == &*trace.action);
    let action = ours.map_or("other", |operation| operation.name);
    let class = match trace.status {
        0 => "cut",
        200..=299 => "2xx",
        400..=499 => "4xx",
        _ => "5xx",
    };
    counter!("crossconnect_requests_total", "action" => action, "status" => class).increment(1);
    #[allow(clippy::cast_precision_loss)] // A request lasts less than 2^52 microseconds.
    let seconds = trace.total_us as f64 / 1e6;
    histogram!("crossconnect_request_seconds", "action" => action).record(seconds);
    if trace.replay_of.is_some() {
        counter!("crossconnect_replays_total", "action" => action).increment(1);
    }
}

/// Everything counted so far, as text.
pub fn render() -> String {
    HANDLE
        .get()
        .map(|handle| {
            handle.run_upkeep();
            handle.render()
        })
        .unwrap_or_default()
}
