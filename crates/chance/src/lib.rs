//! Chance that follows from a seed, the same on every machine and release: a seed that was printed
//! once replays for as long as what is done with it stays the same. That is why it is written out
//! here, once. Where seeds come from is not known here, and what must not be guessed is not drawn.

/// How far the state goes on with each number: odd, so it meets every state before it repeats.
pub const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// SplitMix64's number of a state: every state gives another one.
pub const fn number(state: u64) -> u64 {
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// A source of chance. SplitMix64: small, and good enough to choose by what a test does.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The chance of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The chance of a seed for one of several purposes, which must not draw alike.
    pub const fn of(seed: u64, purpose: u64) -> Self {
        Self(seed.wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ purpose)
    }

    /// Any number.
    pub const fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        number(self.0)
    }

    /// A number below `end`, which is above zero.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).expect("a length");
        usize::try_from(self.draw() % end).expect("below a length")
    }

    /// A number of a range, both ends included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).saturating_add(1).max(1);
        low.wrapping_add_unsigned(self.draw() % span)
    }

    /// `true` so many times of a hundred.
    pub const fn percent(&mut self, of_hundred: u64) -> bool {
        self.draw() % 100 < of_hundred
    }

    /// One of several; there is at least one.
    pub fn pick<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }

    /// One of several, each as often as its weight says.
    pub fn weighted<T: Copy>(&mut self, of: &[(u64, T)]) -> T {
        let sum: u64 = of.iter().map(|(weight, _)| weight).sum();
        let mut rest = self.draw() % sum.max(1);
        for (weight, what) in of {
            if rest < *weight {
                return *what;
            }
            rest -= weight;
        }
        of[0].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_what_splitmix64_does() {
        let mut chance = Chance::new(1_234_567);
        // SOURCE: https://rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64
        assert_eq!(chance.draw(), 6_457_827_717_110_365_317);
        assert_eq!(chance.draw(), 3_203_168_211_198_807_973);
        assert_eq!(chance.draw(), 9_817_491_932_198_370_423);
    }

    #[test]
    fn purposes_do_not_draw_alike() {
        let draw = |seed, purpose| Chance::of(seed, purpose).draw();
        assert_eq!(draw(7, 1), draw(7, 1));
        assert_ne!(draw(7, 1), draw(7, 2));
        assert_ne!(draw(7, 1), draw(8, 1));
        assert_ne!(draw(7, 0), Chance::new(7).draw());
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut chance = Chance::new(1);
        for _ in 0..1000 {
            assert!((-3..=4).contains(&chance.between(-3, 4)));
            assert!(chance.below(3) < 3);
        }
    }
}
