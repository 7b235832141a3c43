//! Seeds that nobody has chosen.

/// One that is short enough to be typed again.
pub fn of_now() -> u64 {
    let now = jiff::Timestamp::now().as_nanosecond();
    u64::try_from(now & 0xFFFF_FFFF).expect("masked to 32 bits")
}
