//! Instants and paid periods. Values only: the clock itself lives outside and is handed in.

use jiff::civil::Date;
use jiff::{Span, Unit};
use std::fmt;
use std::num::NonZeroU64;

/// An instant of a world's time, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Held from the beginning of time on, so that zero is free and an `Option` of it is no larger:
/// stores keep millions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(NonZeroU64);

/// Where 1970 lies in what a [`Timestamp`] holds.
const SINCE_BEGINNING: u64 = 1 << 63;

const DAY_MS: i64 = 86_400_000;

/// Billing days are counted in UTC+8.
/// SOURCE: billing dossier 2.5.
const BILLING_OFFSET_MS: i64 = 8 * 3_600_000;

impl Timestamp {
    /// The instant this many milliseconds after 1970 began; `i64::MIN` is the one after it.
    pub const fn from_ms(ms: i64) -> Self {
        match NonZeroU64::new(ms.cast_unsigned() ^ SINCE_BEGINNING) {
            Some(held) => Self(held),
            None => Self(NonZeroU64::MIN),
        }
    }

    /// Milliseconds since 1970 began.
    pub const fn ms(self) -> i64 {
        (self.0.get() ^ SINCE_BEGINNING).cast_signed()
    }

    /// The instant `ms` milliseconds later (earlier when negative), at the ends of time at most.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self::from_ms(self.ms().saturating_add(ms))
    }

    /// Whole seconds since 1970, rounded down.
    pub const fn seconds(self) -> i64 {
        self.ms().div_euclid(1000)
    }

    /// Reads `yyyy-MM-ddTHH:mm:ssZ`, a fraction and other offsets allowed.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self::from_ms(t.as_millisecond()))
    }

    /// The civil date at this instant in the billing zone.
    fn billing_date(self) -> Option<Date> {
        let days = self.ms().checked_add(BILLING_OFFSET_MS)?.div_euclid(DAY_MS);
        Date::constant(1970, 1, 1).checked_add(Span::new().try_days(days).ok()?).ok()
    }
}

/// The beginning of 1970.
impl Default for Timestamp {
    fn default() -> Self {
        Self::from_ms(0)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}ms", self.ms())
    }
}

/// `2026-11-22T08:00:00Z`: seconds, as every time on the wire.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => f.write_str(std::str::from_utf8(&text).expect("ASCII")),
            None => write!(f, "{}s", self.seconds()),
        }
    }
}

impl Timestamp {
    /// `yyyy-MM-ddTHH:mm:ssZ`; `None` outside the years 0 to 9999. By hand, since answers carry
    /// several and logs one a request; the calendar part is the public algorithm for days since
    /// 1970, counted in years that begin with March.
    pub fn text(self) -> Option<[u8; 20]> {
        let days = self.seconds().div_euclid(86_400) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        if !(0..=9999).contains(&year) {
            return None;
        }
        let second = self.seconds().rem_euclid(86_400);
        let mut text = *b"0000-00-00T00:00:00Z";
        let parts = [
            (0, year / 100),
            (2, year % 100),
            (5, month),
            (8, day),
            (11, second / 3600),
            (14, second / 60 % 60),
            (17, second % 60),
        ];
        for (place, number) in parts {
            let number = u8::try_from(number).expect("two digits");
            text[place] = b'0' + number / 10;
            text[place + 1] = b'0' + number % 10;
        }
        Some(text)
    }
}

/// The end of a paid period: 00:00 in UTC+8 of the day after the expiry date, which lies `months`
/// after the start date, clamped to the month's last day. `None` past the year 9999.
///
/// SOURCE: billing dossier 2.5 (example of the page: 2022-08-09 13:00, one month, ends
/// 2022-09-10 00:00). ASSUMED: the clamp; month ends are not documented.
pub fn period_end(start: Timestamp, months: u32) -> Option<Timestamp> {
    let months = i64::from(months);
    let expiry = start.billing_date()?.checked_add(Span::new().try_months(months).ok()?).ok()?;
    let end = expiry.checked_add(Span::new().days(1)).ok()?;
    let days = Date::constant(1970, 1, 1).until((Unit::Day, end)).ok()?.get_days();
    Some(Timestamp::from_ms(i64::from(days) * DAY_MS - BILLING_OFFSET_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paid_period_ends_at_midnight_utc8_of_the_day_after() {
        for (start, months, end) in [
            ("2022-08-09T05:00:00Z", 1, "2022-09-09T16:00:00Z"), // the page's own example
            ("2021-10-08T10:44:00Z", 1, "2021-11-08T16:00:00Z"), // an API sample
            ("2026-01-31T00:00:00Z", 1, "2026-02-28T16:00:00Z"), // clamped
            ("2024-01-31T00:00:00Z", 1, "2024-02-29T16:00:00Z"),
            ("2026-11-22T15:59:59Z", 12, "2027-11-22T16:00:00Z"),
            ("2026-11-22T16:00:00Z", 12, "2027-11-23T16:00:00Z"), // already the 23rd in UTC+8
        ] {
            let start = Timestamp::parse(start).expect("a test instant");
            let got = period_end(start, months).expect("within the calendar");
            assert_eq!(got.to_string(), end, "{start} + {months} months");
        }
    }

    proptest::proptest! {
        #[test]
        fn an_instant_is_told_as_the_calendar_tells_it(
            seconds in -62_167_219_200..253_402_300_800_i64,
        ) {
            let plain = jiff::Timestamp::from_second(seconds).map(|time| time.to_string());
            if let Ok(plain) = plain {
                proptest::prop_assert_eq!(Timestamp::from_ms(seconds * 1000).to_string(), plain);
            }
        }
    }

    #[test]
    fn every_day_of_the_odd_years_is_told_as_the_calendar_tells_it() {
        for year in [0, 1, 4, 100, 400, 401, 1600, 1900, 1970, 1999, 2000, 2100, 2400, 9999] {
            let first = jiff::civil::date(year, 1, 1);
            for day in first.series(Span::new().days(1)).take_while(|day| day.year() == year) {
                let days = Date::constant(1970, 1, 1).until((Unit::Day, day)).expect("it is one");
                let seconds = (i64::from(days.get_days()) + 1) * 86_400 - 2;
                let at = Timestamp::from_ms(seconds * 1000);
                assert_eq!(at.to_string(), format!("{day}T23:59:58Z"));
            }
        }
    }

    #[test]
    fn an_instant_outside_the_years_of_four_digits_is_told_in_seconds() {
        for (seconds, text) in [
            (-62_167_219_201, "-62167219201s"),
            (-62_167_219_200, "0000-01-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
            (253_402_300_800, "253402300800s"),
        ] {
            assert_eq!(Timestamp::from_ms(seconds * 1000).to_string(), text);
        }
        assert_eq!(Timestamp::from_ms(-1).to_string(), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn instants_are_ordered_and_told_apart_to_the_ends_of_time() {
        let ordered = [i64::MIN + 1, -1, 0, 1, 1_795_459_541_123, i64::MAX];
        let times = ordered.map(Timestamp::from_ms);
        assert!(times.is_sorted());
        assert_eq!(times.map(Timestamp::ms), ordered);
        assert_eq!(Timestamp::from_ms(i64::MIN), times[0]);
        assert_eq!(format!("{:?}", times[4]), "1795459541123ms");
        assert_eq!(times[5].plus_ms(1), times[5]);
        assert_eq!(times[0].plus_ms(-1), times[0]);
    }

    #[test]
    fn a_period_past_the_calendar_has_no_end() {
        let start = Timestamp::parse("2026-11-22T00:00:00Z").expect("a test instant");
        assert_eq!(period_end(start, 8000 * 12), None);
        assert_eq!(period_end(start, u32::MAX), None);
    }
}
