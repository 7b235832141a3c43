//! A run as a picture: three curves over the same minutes, in plain SVG.

use std::fmt::Write as _;

/// A look at a run.
pub struct Sample {
    /// Since it began, seconds.
    pub at_s: f64,
    /// Resident memory of the server, KiB.
    pub resident_kib: u64,
    /// Good answers so far.
    pub done: u64,
    /// Good answers a second, just before.
    pub rate: f64,
    /// Their 99th percentile, milliseconds.
    pub p99_ms: f64,
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 40.0;
const GAP: f64 = 50.0;

/// Draws it.
#[allow(clippy::cast_precision_loss)] // Below 2^53.
pub fn svg(samples: &[Sample], connections: usize) -> String {
    let all = 3.0 * (HEIGHT + GAP) + TOP;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {all}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
        LEFT + WIDTH + 30.0
    );
    let title = format!("{connections} connections");
    let memory = samples.iter().map(|sample| sample.resident_kib as f64 / 1024.0).collect();
    let rate = samples.iter().map(|sample| sample.rate).collect();
    let slowest = samples.iter().map(|sample| sample.p99_ms).collect();
    let panels: [(String, Vec<f64>); 3] = [
        (format!("{title}: resident memory, MiB"), memory),
        ("answers a second".into(), rate),
        ("99th percentile of each second, ms".into(), slowest),
    ];
    for (nth, (name, values)) in panels.iter().enumerate() {
        let top = TOP + nth as f64 * (HEIGHT + GAP);
        panel(&mut out, top, name, samples, values);
    }
    out.push_str("</svg>\n");
    out
}

/// Draws one curve, from zero to a round number above its highest point.
fn panel(out: &mut String, top: f64, name: &str, samples: &[Sample], values: &[f64]) {
    let highest = round_above(values.iter().copied().fold(0.0, f64::max));
    let last_s = samples.last().map_or(1.0, |sample| sample.at_s);
    let bottom = top + HEIGHT;
    let right = LEFT + WIDTH;
    // Writing to a text does not fail.
    let _ = write!(
        out,
        "<text x=\"{LEFT}\" y=\"{}\" font-weight=\"bold\">{name}</text>\n\
         <path d=\"M{LEFT} {top}V{bottom}H{right}\" fill=\"none\" stroke=\"black\"/>\n",
        top - 8.0
    );
    for part in 0..=2 {
        let y = bottom - HEIGHT * f64::from(part) / 2.0;
        let label = highest * f64::from(part) / 2.0;
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{label}</text>",
            LEFT - 6.0,
            y + 4.0
        );
    }
    for part in 0..=5 {
        let x = LEFT + WIDTH * f64::from(part) / 5.0;
        let minutes = last_s / 60.0 * f64::from(part) / 5.0;
        let y = bottom + 16.0;
        let _ = writeln!(
            out,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{minutes:.1} min</text>"
        );
    }
    out.push_str("<polyline fill=\"none\" stroke=\"#1f5fa8\" points=\"");
    for (sample, value) in samples.iter().zip(values) {
        let (x, y) = (LEFT + WIDTH * sample.at_s / last_s, bottom - HEIGHT * value / highest);
        let _ = write!(out, "{x:.1},{y:.1} ");
    }
    out.push_str("\"/>\n");
}

/// 1, 2 or 5 times a power of ten.
fn round_above(value: f64) -> f64 {
    let mut round = 1.0;
    for factor in [2.0, 2.5, 2.0].into_iter().cycle() {
        if round >= value {
            break;
        }
        round *= factor;
    }
    round
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_a_round_number_above_the_highest_point() {
        for (value, round) in [(0.3, 1.0), (1.0, 1.0), (1.1, 2.0), (4.0, 5.0), (73.0, 100.0)] {
            assert!((round_above(value) - round).abs() < 1e-9, "{value}");
        }
    }
}
