//! Chance that a seed repeats: splitmix64.

/// A source of numbers.
#[derive(Clone)]
pub struct Chance(u64);

impl Chance {
    /// Always the same for a seed and a purpose.
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut mixed = Self(seed ^ purpose.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        mixed.draw();
        mixed
    }

    /// A seed nobody has chosen.
    pub fn seed_of_now() -> u64 {
        let now = jiff::Timestamp::now().as_nanosecond();
        u64::try_from(now & 0xFFFF_FFFF).expect("masked to 32 bits")
    }

    /// Any number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one, which is not 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.draw() % end
    }

    /// A place in a list of this length, which is not 0.
    pub fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("below a length")
    }
}
