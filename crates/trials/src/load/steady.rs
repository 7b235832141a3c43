//! Many connections for long: no error, and memory that what is kept explains.

use super::mix::Good;
use super::plot::{self, Sample};
use super::{Findings, Options};
use crate::bench::proc;
use crate::bench::server::{self, Server};
use std::path::Path;

/// By so much at most does memory grow for each answer in the second half: the mark of a nonce that
/// may still be fresh, with its table's spare room, and an order in a thousand.
const GROWTH_BYTES_MAX: f64 = 32.0;

/// Loads, and looks at the server each second.
pub fn run(options: &Options, binary: &Path, store: &Path) -> Result<Findings, String> {
    let settings = [("STAMP_TOLERANCE", options.tolerance.as_str())];
    let server = Server::start_with(binary, store, &settings)?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Some hours at most.
    let seconds = (options.minutes * 60.0).clamp(1.0, 86_400.0) as usize;
    let requests = seconds * options.rate;
    let mut good = Good::ready(&server, options.connections, options.rate, requests)?;
    let (began, at_first) = (proc::now(), server.resident_kib()?);
    let (mut samples, mut latencies_us) = (Vec::new(), Vec::new());
    let (mut done, mut errors, mut first_error) = (0, 0, None);
    let orders_before = good.orders();
    for second in 1..=seconds {
        let run = good.second()?;
        done += run.done;
        errors += run.errors;
        samples.push(Sample {
            at_s: began.elapsed().as_secs_f64(),
            resident_kib: server.resident_kib()?,
            done,
            rate: run.rate(),
            p99_ms: run.quantile_ms(0.99),
        });
        first_error = first_error.or(run.first_error);
        latencies_us.extend(run.latencies_us);
        if second % 30 == 0 {
            tell(&samples, errors, seconds);
        }
    }
    latencies_us.sort_unstable();
    let quantile = |share| crate::bench::load::quantile_ms(&latencies_us, share);
    let mut found = Findings::default();
    found.fact("connections", options.connections);
    found.figure("minutes", began.elapsed().as_secs_f64() / 60.0);
    found.fact("answers", done);
    found.fact("wrong answers", errors);
    found.figure("p50, ms", quantile(0.5));
    found.figure("p99, ms", quantile(0.99));
    found.fact("orders placed meanwhile", good.orders() - orders_before);
    found.figure("resident at first, MiB", mib(at_first));
    for (name, part) in [("after a tenth", 10), ("after half", 2), ("at last", 1)] {
        let sample = &samples[samples.len() / part - usize::from(part == 1)];
        found.figure(format!("resident {name}, MiB"), mib(sample.resident_kib));
    }
    let growth = last_half_bytes_each(&samples);
    found.figure("growth in the second half, bytes an answer", growth);
    let flat = growth <= GROWTH_BYTES_MAX;
    found.must(flat, format!("memory grew by {growth:.1} bytes an answer in the second half"));
    found.must(errors == 0, format!("{errors} wrong answers, the first: {first_error:?}"));
    if let Some(file) = &options.plot {
        let drawn = plot::svg(&samples, options.connections);
        std::fs::write(file, drawn).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let store = server.stop()?;
    found.fact("audit", server::audit(binary, &store)?);
    Ok(found)
}

fn tell(samples: &[Sample], errors: u64, seconds: usize) {
    let Some(Sample { at_s, resident_kib, done, .. }) = samples.last() else { return };
    let resident = mib(*resident_kib);
    eprintln!("load: {at_s:.0} of {seconds} s, {done} answers, {errors} wrong, {resident:.1} MiB");
}

/// By how much memory grew in the second half, for each answer in it.
#[allow(clippy::cast_precision_loss)] // Below 2^53.
fn last_half_bytes_each(samples: &[Sample]) -> f64 {
    let (Some(middle), Some(last)) = (samples.get(samples.len() / 2), samples.last()) else {
        return 0.0;
    };
    let grown = last.resident_kib as f64 - middle.resident_kib as f64;
    grown * 1024.0 / (last.done - middle.done).max(1) as f64
}

#[allow(clippy::cast_precision_loss)] // Below 2^53.
fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}
