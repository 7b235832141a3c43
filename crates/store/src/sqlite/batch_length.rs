//! How many proposals are committed together at most.
//!
//! One sync for many costs less than one for each, but the callers of a long batch all wait for it,
//! then all come back at once, and writer and callers take turns instead of working side by side.
//! So batches are short while a sync is soon done, and grow while syncs are what takes the time.

/// Where batches begin. SOURCE: docs/decisions/0009-short-batches-while-syncs-are-quick.md.
const LEN_MIN: usize = 64;

/// Nobody waits for more than these.
const LEN_MAX: usize = 1024;

/// The length that batches may have, as the disk has it.
#[derive(Debug)]
pub(super) struct BatchLength {
    max: usize,
}

impl BatchLength {
    /// A disk that nobody knows yet.
    pub(super) const fn new() -> Self {
        Self { max: LEN_MIN }
    }

    /// How long the next batch may be.
    pub(super) const fn max(&self) -> usize {
        self.max
    }

    /// Learns from a batch: how long it was, how long it took to decide and write it, and how long
    /// the disk then took to keep it, microseconds.
    pub(super) fn learn(&mut self, len: usize, work_us: u64, sync_us: u64) {
        if sync_us > work_us && len >= self.max {
            self.max = (self.max * 2).min(LEN_MAX);
        } else if sync_us < work_us / 4 {
            self.max = (self.max / 2).max(LEN_MIN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lengths that full batches come to on a disk whose syncs take so long, when each
    /// proposal takes 8 microseconds.
    fn settled(length: &mut BatchLength, sync_us: u64) -> usize {
        for _ in 0..32 {
            let len = length.max();
            length.learn(len, 8 * len as u64, sync_us);
        }
        length.max()
    }

    #[test]
    fn batches_grow_with_what_a_sync_costs_and_shrink_again() {
        let mut length = BatchLength::new();
        for (sync_us, len) in
            [(100, 64), (1_000, 128), (5_000, 1024), (1_000_000, 1024), (100, 64), (0, 64)]
        {
            assert_eq!(settled(&mut length, sync_us), len, "{sync_us}");
        }
    }

    #[test]
    fn a_batch_that_was_not_full_asks_for_no_longer_one() {
        let mut length = BatchLength::new();
        length.learn(LEN_MIN - 1, 10, 10_000);
        assert_eq!(length.max(), LEN_MIN);
        length.learn(LEN_MIN, 10, 10_000);
        assert_eq!(length.max(), LEN_MIN * 2);
    }
}
