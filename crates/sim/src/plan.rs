//! The steps of a seed, chosen before anything runs. A step says what kind of thing is done and
//! brings its own chance; what exactly it does follows from that and from how things stand when its
//! turn comes. So any step can be left out and the others still mean something: that is what makes
//! a failing seed small.

use chance::Chance;
use std::fmt;

/// What the simulator draws from a seed must not be what the clock and the disk draw from it.
pub const PURPOSE: u64 = 0x5851_F42D_4C95_7F2D;

/// What kind of thing a step does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// One call.
    Call,
    /// One call several times at once, all with one token.
    Twins,
    /// Several calls at once.
    Burst,
    /// Payment, cancellation and order of one circuit at once.
    Race,
    /// An earlier call again, as a client would that lost the answer.
    Retry,
    /// The bytes of an earlier call again.
    Resend,
    /// The wall's time goes on.
    Pause,
    /// The clock moves to about when something is due.
    Leap,
    /// A control call.
    Operator,
    /// A fault is ordered for the calls to come.
    Fault,
    /// The file is busy while calls are settled.
    Busy,
    /// The queue is full while calls come.
    Full,
    /// Calls wait for the store too long.
    Late,
    /// The process dies between calls.
    Kill,
    /// The process dies somewhere on the way of a batch.
    Crash,
    /// The power goes with calls on their way.
    PowerCut,
    /// The disk fails a call while calls are settled.
    Disk,
    /// The process dies once the clock has moved, before anything that is due by then happens.
    Between,
    /// Old receipts are forgotten; the process may die of it.
    Tidy,
    /// The world is reset.
    Reset,
    /// The world is saved.
    Save,
    /// The world is put back.
    Restore,
}

/// A step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// Its place in the whole plan, from 0.
    pub place: usize,
    /// What it does.
    pub kind: Kind,
    /// Its own chance.
    pub chance: u64,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {:>3} {:?}", self.place, self.kind)
    }
}

/// How often each kind of step is taken.
const WEIGHTS: &[(u64, Kind)] = &[
    (400, Kind::Call),
    (80, Kind::Twins),
    (90, Kind::Burst),
    (30, Kind::Race),
    (90, Kind::Retry),
    (25, Kind::Resend),
    (60, Kind::Pause),
    (45, Kind::Leap),
    (130, Kind::Operator),
    (20, Kind::Fault),
    (12, Kind::Busy),
    (10, Kind::Full),
    (10, Kind::Late),
    (6, Kind::Kill),
    (10, Kind::Crash),
    (12, Kind::PowerCut),
    (8, Kind::Disk),
    (6, Kind::Between),
    (20, Kind::Tidy),
    (3, Kind::Reset),
    (8, Kind::Save),
    (8, Kind::Restore),
];

/// How often each kind of step is taken on a walk: one world that is never reset, put back or
/// failed, whose clock goes on so slowly that it can be renewed and billed for as long as it lasts,
/// and so far that tokens and nonces are forgotten again and again.
const WALK_WEIGHTS: &[(u64, Kind)] = &[
    (400, Kind::Call),
    (80, Kind::Twins),
    (90, Kind::Burst),
    (30, Kind::Race),
    (90, Kind::Retry),
    (25, Kind::Resend),
    (60, Kind::Pause),
    (4, Kind::Leap),
    (60, Kind::Operator),
    (20, Kind::Tidy),
    (1, Kind::Kill),
];

/// The steps of a walk.
pub fn walk(seed: u64, steps: usize) -> Vec<Step> {
    steps_of(&mut Chance::of(seed, PURPOSE), steps, WALK_WEIGHTS)
}

/// The steps of a seed: so many, between the two numbers.
pub fn plan(seed: u64, steps_min: usize, steps_max: usize) -> Vec<Step> {
    let mut chance = Chance::of(seed, PURPOSE);
    let count = steps_min + chance.below(steps_max.saturating_sub(steps_min) + 1);
    steps_of(&mut chance, count, WEIGHTS)
}

fn steps_of(chance: &mut Chance, count: usize, weights: &[(u64, Kind)]) -> Vec<Step> {
    let step = |place| Step { place, kind: chance.weighted(weights), chance: chance.draw() };
    (0..count).map(step).collect()
}
