//! The only place that reads the clock or draws chance. Values go in from here; sources never do.

#![allow(clippy::disallowed_methods)] // This is the one place that may.

use chance::{STEP, number};
use domain::{RequestId, Timestamp};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// What one request needs of time and chance, drawn once at the door.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The wall's time.
    pub wall: Timestamp,
    /// The request's id.
    pub request: RequestId,
    /// Chance for whatever the request brings about.
    pub seed: u128,
}

/// The wall clock and the source of chance.
#[derive(Debug, Default)]
pub struct Clock {
    /// Where the wall stands still, in tests; 0 when it runs.
    stopped_ms: AtomicI64,
    /// Where chance comes from in simulations; nowhere when it is real.
    chance: Option<AtomicU64>,
}

impl Clock {
    /// A clock that shows real time.
    pub fn real() -> Self {
        Self::default()
    }

    /// A clock that stands at `wall` until it is set anew: for replaying recorded requests.
    pub fn stopped(wall: Timestamp) -> Self {
        Self { stopped_ms: AtomicI64::new(wall.ms()), chance: None }
    }

    /// A stopped clock whose chance follows from a seed: for simulations.
    pub fn seeded(wall: Timestamp, seed: u64) -> Self {
        Self { stopped_ms: AtomicI64::new(wall.ms()), chance: Some(AtomicU64::new(seed)) }
    }

    /// 128 bits of chance.
    fn draw(&self) -> u128 {
        let Some(chance) = &self.chance else { return rand::random() };
        let half = || u128::from(number(chance.fetch_add(STEP, Ordering::Relaxed)));
        (half() << 64) | half()
    }

    /// Sets a stopped clock.
    pub fn set(&self, wall: Timestamp) {
        self.stopped_ms.store(wall.ms(), Ordering::Release);
    }

    /// The wall's time.
    pub fn wall(&self) -> Timestamp {
        match self.stopped_ms.load(Ordering::Acquire) {
            0 => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            ms => Timestamp::from_ms(ms),
        }
    }

    /// Everything a request needs. Its id is a version 4 UUID.
    pub fn moment(&self) -> Moment {
        let id = self.draw();
        let id = (id & !(0xF << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
        Moment { wall: self.wall(), request: RequestId(id), seed: self.draw() }
    }
}

/// Nanoseconds since the process began: never goes back.
pub fn now_ns() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// The same in microseconds.
pub fn now_us() -> u64 {
    now_ns() / 1000
}

/// A random text for a ClientToken or a nonce.
pub fn draw_text() -> String {
    RequestId(rand::random()).to_string()
}
