//! Nonces that were used, for as long as the stamps that carried them could still be fresh.
//!
//! Every signed request leaves one behind, so only a mark of each is kept, with the turn at whose
//! end it may be forgotten: nine bytes. Those of accepted writes come back from the store at start.

use domain::{Timestamp, mark};
use hashbrown::HashMap;
use parking_lot::Mutex;

const SHARDS: usize = 64;

/// So many turns make the tolerance of stamps: a turn is a minute by default.
const TURNS: i64 = 15;

/// In a sandbox a stamp that is too old by the wall may still become fresh by its world, which runs
/// ahead of the wall or behind it and is put back to what it was: a nonce is kept for so many
/// tolerances of the wall at least, and so many at most.
///
/// ASSUMED: that is long enough. A world that is put back after an hour takes the bytes of that
/// hour anew; to remember all that came since the oldest snapshot would have no bound.
const KEPT_ASTRAY: (i64, i64) = (2, 4);

#[derive(Default)]
struct Shard {
    /// The turn up to which it was tidied.
    turn: i64,
    /// Marks, and the lowest byte of the turn that each is kept to. Bytes, so that nothing is
    /// lost to alignment; no turn is so far away that its byte could mean another.
    kept: HashMap<[u8; 8], u8>,
}

/// The nonces in use.
pub struct Nonces {
    shards: Vec<Mutex<Shard>>,
    tolerance_ms: i64,
    turn_ms: i64,
    /// Whether worlds have a time of their own.
    sandbox: bool,
}

/// The mark of a nonce: unique per key, as replays are.
pub fn nonce_mark(access_key_id: &str, nonce: &str) -> u128 {
    mark(&[access_key_id, nonce])
}

impl Nonces {
    /// None yet. In a sandbox worlds have a time of their own.
    pub fn new(stamp_tolerance_ms: i64, sandbox: bool) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        let turn_ms = (stamp_tolerance_ms / TURNS).max(1);
        Self { shards, tolerance_ms: stamp_tolerance_ms.max(0), turn_ms, sandbox }
    }

    /// How long a nonce can matter, with stamps of this tolerance.
    pub fn life_ms(stamp_tolerance_ms: i64) -> i64 {
        stamp_tolerance_ms.max(0).saturating_mul(KEPT_ASTRAY.1)
    }

    /// Notes a nonce that came with `stamp`, in seconds, when the wall showed this time; `false` if
    /// it was there.
    ///
    /// Half of a mark tells enough: that two of a hundred million nonces have the same is as
    /// likely as one in four thousand, and then a client is asked to try another.
    pub fn first_use(&self, mark: u128, stamp: Option<i64>, wall: Timestamp) -> bool {
        let folded = u64::try_from((mark >> 64) ^ (mark & u128::from(u64::MAX)));
        let half = folded.expect("both halves have 64 bits");
        let place = usize::try_from(half % SHARDS as u64).expect("below the number of shards");
        let mut shard = self.shards[place].lock();
        shard.tidy(wall.ms().div_euclid(self.turn_ms));
        let last = self.last_ms(stamp, wall).div_euclid(self.turn_ms).max(shard.turn);
        let entry = shard.kept.entry(half.to_le_bytes());
        let first = matches!(entry, hashbrown::hash_map::Entry::Vacant(_));
        entry.or_insert(byte(last));
        first
    }

    /// The last instant, by the wall, at which this stamp could be fresh.
    fn last_ms(&self, stamp: Option<i64>, wall: Timestamp) -> i64 {
        let after = |tolerances| wall.ms().saturating_add(tolerances * self.tolerance_ms);
        let (at_least, at_most) = (after(KEPT_ASTRAY.0), after(KEPT_ASTRAY.1));
        let Some(stamp) = stamp else { return at_most };
        let last = stamp.saturating_mul(1000).saturating_add(self.tolerance_ms);
        if self.sandbox { last.clamp(at_least, at_most) } else { last }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().kept.len()).sum()
    }
}

impl Shard {
    /// Forgets what is kept to a turn that is over. A clock that goes back forgets nothing.
    fn tidy(&mut self, turn: i64) {
        let over = turn.saturating_sub(self.turn);
        if over <= 0 {
            return;
        }
        self.turn = turn;
        if over > KEPT_ASTRAY.1 * TURNS * 2 {
            self.kept = HashMap::new();
            return;
        }
        let now = byte(turn);
        // As far ahead of now as it can be, or as far behind: the sign of a byte tells.
        self.kept.retain(|_, last| last.wrapping_sub(now).cast_signed() >= 0);
        // A table grows for what it has forgotten as well, and never shrinks: a fresh one has room
        // for what is left.
        let mut fresh = HashMap::with_capacity(self.kept.len());
        fresh.extend(self.kept.drain());
        self.kept = fresh;
    }
}

/// The lowest byte of a turn.
fn byte(turn: i64) -> u8 {
    turn.to_le_bytes()[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: i64 = 60_000;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_ms(minutes * MINUTE_MS)
    }

    /// In seconds, as calls carry it.
    fn stamp(minutes: i64) -> i64 {
        minutes * 60
    }

    #[test]
    fn a_nonce_is_used_once_for_as_long_as_its_stamp_can_be_fresh() {
        let mark = nonce_mark("key", "nonce");
        // Any instant of a turn, any distance between stamp and wall.
        for start in [29_000_000, 29_000_000_123, 29_000_059_999] {
            for early_s in (-900..=900).step_by(75) {
                let nonces = Nonces::new(900_000, false);
                let wall = Timestamp::from_ms(start * 1000);
                let stamp = Some(start + early_s);
                assert!(nonces.first_use(mark, stamp, wall));
                assert!(!nonces.first_use(mark, stamp, wall));
                let last = wall.plus_ms((early_s + 900) * 1000);
                assert!(!nonces.first_use(mark, stamp, last), "{early_s} s early");
                let other = nonce_mark("other", "nonce");
                assert!(nonces.first_use(other, stamp, last));
            }
        }
    }

    #[test]
    fn a_nonce_is_forgotten_when_its_stamp_is_too_old() {
        let nonces = Nonces::new(900_000, false);
        for nonce in 0..1000 {
            let mark = nonce_mark("key", &nonce.to_string());
            assert!(nonces.first_use(mark, Some(stamp(100)), at(100)));
        }
        let visit_all = |wall| {
            for nonce in 0..SHARDS * 16 {
                nonces.first_use(nonce_mark("visitor", &nonce.to_string()), Some(stamp(100)), wall);
            }
        };
        visit_all(at(115));
        assert_eq!(nonces.len(), 1000 + SHARDS * 16, "fresh to the last");
        visit_all(at(116));
        assert!(nonces.len() <= SHARDS * 16, "{} are left", nonces.len());
    }

    #[test]
    fn what_is_forgotten_takes_no_room() {
        let (nonces, mut most, mut marks) = (Nonces::new(900_000, false), 0, 0_u128..);
        for minute in 0..600 {
            // All in one shard, and enough that its table is more than half full.
            for mark in marks.by_ref().take(300) {
                let (stamp, wall) = (Some(stamp(minute)), at(minute));
                assert!(nonces.first_use(mark * SHARDS as u128, stamp, wall));
            }
            let room = nonces.shards[0].lock().kept.capacity();
            most = if minute < 30 { room.max(most) } else { most };
            assert!(room <= most, "room for {room} after {minute} minutes, for {most} before");
        }
    }

    #[test]
    fn a_nonce_is_kept_until_neither_wall_nor_world_takes_its_stamp() {
        let mark = nonce_mark("key", "nonce");
        // A world that lags behind or runs ahead, and stamps by either.
        for world in [-30, -20, -1, 0, 1, 20, 45] {
            let nonces = Nonces::new(900_000, true);
            let stamp = Some(stamp(1000 + world));
            assert!(nonces.first_use(mark, stamp, at(1000)));
            // Its stamp is fresh until then; a world that is put back makes it so again.
            for later in [0, 15, 30, (world + 15).max(30)] {
                let again = nonces.first_use(mark, stamp, at(1000 + later));
                assert!(!again, "in a world {world} ahead, {later} minutes later");
            }
        }
        let nonces = Nonces::new(900_000, true);
        assert!(nonces.first_use(mark, None, at(1000)));
        assert!(!nonces.first_use(mark, None, at(1060)), "a call without a stamp");
    }

    #[test]
    fn a_clock_that_jumps_neither_lets_a_nonce_in_again_nor_keeps_it_for_ever() {
        let (mark, nonces) = (nonce_mark("key", "nonce"), Nonces::new(900_000, false));
        assert!(nonces.first_use(mark, Some(stamp(5000)), at(5000)));
        assert!(!nonces.first_use(mark, Some(stamp(5000)), at(4900)), "it went back");
        assert!(!nonces.first_use(mark, Some(stamp(5000)), at(5010)));
        // By as many turns as a byte can tell apart, and by more.
        for later in [256, 512, 100_000] {
            assert!(nonces.first_use(mark, Some(stamp(5000 + later)), at(5000 + later)), "{later}");
            for shard in &nonces.shards {
                *shard.lock() = Shard::default();
            }
            assert!(nonces.first_use(mark, Some(stamp(5000)), at(5000)));
        }
    }
}
