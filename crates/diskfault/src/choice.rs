//! What is left of what was not synced: all, nothing, or what a seed says, the same everywhere.

use chance::Chance;
use std::ops::Range;

/// Storage keeps or loses these many bytes together.
pub const SECTOR_BYTES: usize = 512;

/// What becomes, at a power cut, of each thing that was not synced.
#[derive(Clone, Debug)]
pub struct Choice {
    how: How,
    any_byte: bool,
}

#[derive(Clone, Debug)]
enum How {
    Lose,
    Keep,
    /// Keeps a thing whole with so many eighths.
    Draw(Chance, usize),
}

impl Choice {
    /// Everything that was not synced is lost.
    pub const fn lose() -> Self {
        Self { how: How::Lose, any_byte: false }
    }

    /// Everything is kept, as when only the process dies.
    pub const fn keep() -> Self {
        Self { how: How::Keep, any_byte: false }
    }

    /// Each thing is kept, lost or, if it is a write, torn at sectors, whatever became of those
    /// before it. Some seeds keep most, some lose most.
    pub fn seeded(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let eighths = chance.below(9);
        Self { how: How::Draw(chance, eighths), any_byte: false }
    }

    /// A spread by number: 0 loses all, 1 keeps all, the others are seeded, every second of them
    /// torn [at any byte](Self::at_any_byte).
    pub fn nth(number: u64) -> Self {
        match number {
            0 => Self::lose(),
            1 => Self::keep(),
            seed if seed % 2 == 0 => Self::seeded(seed),
            seed => Self::seeded(seed).at_any_byte(),
        }
    }

    /// A write may also be torn within a sector, which real disks promise not to do.
    #[must_use]
    pub const fn at_any_byte(mut self) -> Self {
        self.any_byte = true;
        self
    }

    /// Whether a thing that cannot be torn is kept.
    pub(crate) fn keeps(&mut self) -> bool {
        match &mut self.how {
            How::Lose => false,
            How::Keep => true,
            How::Draw(chance, eighths) => chance.below(8) < *eighths,
        }
    }

    /// Which of some states a thing comes to rest in: the first is the durable one, the last the
    /// one that was seen.
    pub(crate) fn one_of<'s, T>(&mut self, states: &'s [T]) -> &'s T {
        match &mut self.how {
            How::Lose => &states[0],
            How::Keep => &states[states.len() - 1],
            How::Draw(chance, _) => &states[chance.below(states.len())],
        }
    }

    /// The parts of a write that are kept, as ranges of its bytes; the write begins at `offset` of
    /// its file.
    pub(crate) fn parts(&mut self, offset: usize, length: usize) -> Vec<Range<usize>> {
        let whole = self.keeps();
        let How::Draw(chance, _) = &mut self.how else {
            return if whole { all(length) } else { Vec::new() };
        };
        if whole {
            return all(length);
        }
        if chance.below(2) == 0 {
            return Vec::new();
        }
        let mut parts = Vec::new();
        let mut start = 0;
        while start < length {
            let sector_end = (offset + start) / SECTOR_BYTES * SECTOR_BYTES + SECTOR_BYTES - offset;
            let end = sector_end.min(length);
            if chance.below(2) == 0 {
                parts.push(start..end);
            }
            start = end;
        }
        if self.any_byte
            && let Some(last) = parts.last_mut()
        {
            last.end -= chance.below(last.len());
        }
        parts
    }
}

/// The one part that is the whole.
pub(crate) fn all(length: usize) -> Vec<Range<usize>> {
    std::iter::once(0..length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_is_torn_at_sectors_of_its_file_only() {
        let mut torn = 0;
        for seed in 0..200 {
            for part in Choice::seeded(seed).parts(500, 2000) {
                for edge in [part.start, part.end] {
                    let at_sector = (500 + edge).is_multiple_of(SECTOR_BYTES);
                    assert!(at_sector || edge == 0 || edge == 2000, "{part:?}");
                }
                torn += usize::from(part.len() < 2000);
            }
        }
        assert!(torn > 100, "{torn} parts of torn writes");
    }

    #[test]
    fn a_harsher_choice_tears_within_a_sector_too() {
        let inner = |seed| {
            let parts = Choice::seeded(seed).at_any_byte().parts(0, 4096);
            parts.last().is_some_and(|last| !last.end.is_multiple_of(SECTOR_BYTES))
        };
        assert!((0..50).any(inner));
    }
}
