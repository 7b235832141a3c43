//! Where the time of requests goes, stage by stage: told by `/metrics` and by the benchmark.

use crate::clock::now_ns;
use crate::metrics::note_stage;
use std::num::NonZeroU64;
use store::Stages;

/// A part of a request's way, as a label.
#[derive(Clone, Copy, Debug)]
pub enum Stage {
    /// Reading parameters and headers.
    Parse,
    /// Who speaks: key, stamp, signature, nonce.
    Verify,
    /// Policies, and faults on purpose.
    Permit,
    /// Checking parameters, and making a proposal or a query of them.
    Check,
    /// Looking at the state, for reads.
    Look,
    /// Waiting for the writer.
    Queue,
    /// Deciding: the request's share of its batch, as are the next two.
    Decide,
    /// Writing and syncing.
    Commit,
    /// Letting the state in memory know.
    Apply,
    /// From the end of the batch until the caller goes on.
    Wake,
    /// Writing the answer.
    Answer,
    /// The log line, the ring of recent requests, and counting.
    Note,
}

impl Stage {
    /// Each, in the order in which a request comes to them.
    pub const ALL: [(Self, &str); 12] = [
        (Self::Parse, "parse"),
        (Self::Verify, "verify"),
        (Self::Permit, "permit"),
        (Self::Check, "check"),
        (Self::Look, "look"),
        (Self::Queue, "queue"),
        (Self::Decide, "decide"),
        (Self::Commit, "commit"),
        (Self::Apply, "apply"),
        (Self::Wake, "wake"),
        (Self::Answer, "answer"),
        (Self::Note, "note"),
    ];
}

/// One request out of so many is timed: to look at the clock this often costs more than some of
/// the stages.
const TIMED_OF: u128 = 64;

/// Times the stages of a request, or does nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watch {
    /// When the stage that the request is in began, nanoseconds.
    since: Option<NonZeroU64>,
}

impl Watch {
    /// Begins with some requests, as chance has it.
    pub fn start(chance: u128) -> Self {
        let since = if chance.is_multiple_of(TIMED_OF) { NonZeroU64::new(now_ns()) } else { None };
        Self { since }
    }

    /// A stage has ended, and the next begins.
    pub fn lap(&mut self, stage: Stage) {
        let Some(since) = self.since else { return };
        let now = now_ns();
        note_stage(stage, now.saturating_sub(since.get()));
        self.since = NonZeroU64::new(now);
    }

    /// The store has settled the request, in a batch with others.
    pub fn lap_settled(&mut self, stages: &Stages) {
        let Some(since) = self.since else { return };
        let Stages { queue_us, decide_us, commit_us, apply_us, batch_len } = *stages;
        let share = |batch_us: u64| batch_us * 1000 / u64::try_from(batch_len.max(1)).unwrap_or(1);
        note_stage(Stage::Queue, queue_us * 1000);
        note_stage(Stage::Decide, share(decide_us));
        note_stage(Stage::Commit, share(commit_us));
        note_stage(Stage::Apply, share(apply_us));
        let elsewhere_us = queue_us + decide_us + commit_us + apply_us;
        self.since = NonZeroU64::new(since.get() + elsewhere_us * 1000);
        self.lap(Stage::Wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_stands_in_its_place() {
        for (place, (stage, name)) in Stage::ALL.into_iter().enumerate() {
            assert_eq!(stage as usize, place);
            assert_eq!(format!("{stage:?}").to_lowercase(), name);
        }
    }
}
