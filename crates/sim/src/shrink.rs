//! Makes a failing seed small: leaves out whatever it also fails without.

use crate::plan::Step;
use crate::run::{Failure, Options, run};

/// A failing seed, as small as it was found.
pub struct Shrunk {
    /// The steps that are left.
    pub steps: Vec<Step>,
    /// How it fails with them, and what happens on the way.
    pub failure: Failure,
    /// How often it was run for that.
    pub runs: usize,
}

/// At most so many runs are made of a failing seed.
const RUNS_MAX: usize = 600;

/// Delta debugging: leaves out ever smaller parts for as long as it still fails. Any failure
/// counts, also another one: what is left is a bug either way.
pub fn shrink(seed: u64, steps: &[Step], options: Options) -> Shrunk {
    let mut kept = steps.to_vec();
    let mut runs = 0;
    let mut fails = |steps: &[Step]| {
        runs += 1;
        run(seed, steps, Options { trail: false, ..options }).1.err()
    };
    // Nothing after the step that failed matters.
    if let Some(failure) = fails(&kept)
        && let Some(step) = failure.step
    {
        kept.retain(|other| other.place <= step.place);
    }
    let mut part = (kept.len() / 2).max(1);
    let mut tried = 0;
    loop {
        let mut smaller = false;
        let mut from = 0;
        while from < kept.len() && tried < RUNS_MAX {
            let end = (from + part).min(kept.len());
            let rest: Vec<Step> = kept[..from].iter().chain(&kept[end..]).copied().collect();
            tried += 1;
            if fails(&rest).is_some() {
                kept = rest;
                smaller = true;
            } else {
                from = end;
            }
        }
        if tried >= RUNS_MAX || (part == 1 && !smaller) {
            break;
        }
        part = if smaller { part.min(kept.len().max(1)) } else { (part / 2).max(1) };
    }
    let failed = run(seed, &kept, Options { trail: true, ..options }).1.err();
    let lost = || Failure { step: None, why: "it does not fail again".into(), trail: Vec::new() };
    Shrunk { steps: kept, failure: failed.unwrap_or_else(lost), runs: runs + 1 }
}
