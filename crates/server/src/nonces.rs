//! Nonces that were used, for as long as a stamp that carries them could still be fresh.
//!
//! Two generations of half an hour by the wall: a stamp may be early by the tolerance and late by
//! it. Only marks are kept. Those of accepted writes come back from the store at start.

use domain::Timestamp;
use domain::replay::mark;
use hashbrown::HashSet;
use parking_lot::Mutex;

const SHARDS: usize = 64;

#[derive(Default)]
struct Shard {
    generation: i64,
    current: HashSet<u128>,
    previous: HashSet<u128>,
}

/// The nonces in use.
pub struct Nonces {
    shards: Vec<Mutex<Shard>>,
    generation_ms: i64,
}

/// The mark of a nonce: unique per key, as replays are.
pub fn nonce_mark(access_key_id: &str, nonce: &str) -> u128 {
    mark(&[access_key_id, nonce])
}

impl Nonces {
    /// None yet. A generation is twice the tolerance of stamps.
    pub fn new(stamp_tolerance_ms: i64) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { shards, generation_ms: (stamp_tolerance_ms * 2).max(1) }
    }

    /// Notes a nonce at `wall`; `false` if it was there.
    pub fn first_use(&self, mark: u128, wall: Timestamp) -> bool {
        let place = usize::try_from(mark % SHARDS as u128).expect("below the number of shards");
        let mut shard = self.shards[place].lock();
        let generation = wall.ms().div_euclid(self.generation_ms);
        if generation > shard.generation {
            let current = std::mem::take(&mut shard.current);
            let follows = generation == shard.generation + 1;
            shard.previous = if follows { current } else { HashSet::new() };
            shard.generation = generation;
        }
        !shard.previous.contains(&mark) && shard.current.insert(mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_used_once_for_as_long_as_its_stamp_can_be_fresh() {
        let nonces = Nonces::new(900_000);
        let at = |minutes: i64| Timestamp::from_ms(minutes * 60_000);
        let mark = nonce_mark("key", "nonce");
        assert!(nonces.first_use(mark, at(29)));
        assert!(!nonces.first_use(mark, at(29)));
        assert!(!nonces.first_use(mark, at(59)), "a stamp 15 minutes early, 15 minutes late");
        assert!(nonces.first_use(nonce_mark("other", "nonce"), at(59)));
        assert!(nonces.first_use(mark, at(200)));
    }
}
