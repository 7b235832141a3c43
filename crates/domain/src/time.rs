//! Instants and paid periods. Values only: the clock itself lives outside and is handed in.

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
    /// No instant is before it.
    pub const MIN: Self = Self(NonZeroU64::MIN);

    /// The instant this many milliseconds after 1970 began; `i64::MIN` is the one after it.
    pub const fn from_ms(ms: i64) -> Self {
        match NonZeroU64::new(ms.cast_unsigned() ^ SINCE_BEGINNING) {
            Some(held) => Self(held),
            None => Self::MIN,
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

    /// The date at this instant in the billing zone. `None` outside the years 0 to 9999.
    fn billing_date(self) -> Option<Date> {
        Date::of(self.ms().checked_add(BILLING_OFFSET_MS)?.div_euclid(DAY_MS))
    }
}

/// A date of the years 0 to 9999. By hand, since every order counts some and answers carry several:
/// the calendar part is the public algorithm for days since 1970, counted in years that begin with
/// March.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Date {
    year: i64,
    /// From 1.
    month: i64,
    /// From 1.
    day: i64,
}

impl Date {
    /// So many days after 1970-01-01.
    fn of(days: i64) -> Option<Self> {
        let days = days.checked_add(719_468)?;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (0..=9999).contains(&year).then_some(Self { year, month, day })
    }

    /// Days since 1970-01-01.
    fn days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let month_from_march = (self.month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + self.day - 1;
        let year_of_era = year.rem_euclid(400);
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// This day of the month so many months later, or that month's last where it has no such day.
    /// `None` past the year 9999.
    fn months_later(self, months: u32, day: i64) -> Option<Self> {
        let months = self.year * 12 + self.month - 1 + i64::from(months);
        let (year, month) = (months / 12, months % 12 + 1);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        (year <= 9999).then_some(Self { year, month, day: day.clamp(1, last) })
    }

    /// 00:00 in the billing zone of the day after. `None` past the year 9999.
    fn over(self) -> Option<Timestamp> {
        let end = Self::of(self.days() + 1)?;
        Some(Timestamp::from_ms(end.days() * DAY_MS - BILLING_OFFSET_MS))
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
    /// `yyyy-MM-ddTHH:mm:ssZ`; `None` outside the years 0 to 9999.
    pub fn text(self) -> Option<[u8; 20]> {
        let Date { year, month, day } = Date::of(self.seconds().div_euclid(86_400))?;
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

impl Timestamp {
    /// `yyyy-MM-dd HH:mm:ss`, as clocks in the billing zone show it.
    pub fn billing_text(self) -> String {
        let text = self.plus_ms(BILLING_OFFSET_MS).to_string();
        text.trim_end_matches('Z').replace('T', " ")
    }

    /// `yyyy-MM-dd`, the day that it is in the billing zone.
    pub fn billing_day_text(self) -> String {
        let text = self.billing_text();
        text.split(' ').next().unwrap_or_default().to_owned()
    }
}

/// The end of a paid period: 00:00 in UTC+8 of the day after the expiry date, which lies `months`
/// after the start date, clamped to the month's last day. `None` past the year 9999.
///
/// SOURCE: billing dossier 2.5 (example of the page: 2022-08-09 13:00, one month, ends
/// 2022-09-10 00:00). ASSUMED: the clamp; month ends are not documented.
pub fn period_end(start: Timestamp, months: u32) -> Option<Timestamp> {
    let begun = start.billing_date()?;
    begun.months_later(months, begun.day)?.over()
}

/// The end of a renewal by `months` of what is paid until `end`: 00:00 in UTC+8, so many months on,
/// of the day after the one on which the periods expire. That is `anchor_day`, or the month's last
/// day where it has no such day. `None` past the year 9999.
///
/// SOURCE: billing dossier 2.5 (example of the page: 2022-09-10 00:00 and one month, ends
/// 2022-10-10 00:00). ASSUMED: the day; that it is counted from the first period is what the
/// dossier recommends, so that a circuit begun on the 30th does not lose days in each February.
pub fn renewed_end(end: Timestamp, months: u32, anchor_day: u8) -> Option<Timestamp> {
    end.plus_ms(-1).billing_date()?.months_later(months, i64::from(anchor_day))?.over()
}

/// How many days of the billing zone lie between two instants, as midnights count.
pub fn billing_days(from: Timestamp, until: Timestamp) -> Option<i64> {
    Some(until.billing_date()?.days() - from.billing_date()?.days())
}

/// The day of the month at an instant, in the billing zone: 1 to 31. `None` outside the calendar.
pub fn billing_day(at: Timestamp) -> Option<u8> {
    u8::try_from(at.billing_date()?.day).ok()
}

/// Whether a day of the billing zone begins at this instant.
pub fn is_billing_midnight(at: Timestamp) -> bool {
    at.ms().saturating_add(BILLING_OFFSET_MS).rem_euclid(DAY_MS) == 0
}

/// How many days the month of an instant has, in the billing zone.
pub fn days_of_month(at: Timestamp) -> Option<i64> {
    let first = Date { day: 1, ..at.billing_date()? };
    let last = first.months_later(0, 31)?;
    Some(last.day)
}

/// When the month after an instant's begins: 00:00 of the first in the billing zone. `None` past
/// the year 9999.
pub fn next_month(at: Timestamp) -> Option<Timestamp> {
    at.billing_date()?.months_later(0, 31)?.over()
}

/// The month of an instant in the billing zone, counted from the year 0.
pub fn billing_month(at: Timestamp) -> Option<u32> {
    let Date { year, month, .. } = at.billing_date()?;
    u32::try_from(year * 12 + month - 1).ok()
}

/// `yyyy-MM` of a month that is counted as [`billing_month`] counts.
pub fn month_text(month: u32) -> String {
    format!("{:04}-{:02}", month / 12, month % 12 + 1)
}

/// The month that `yyyy-MM` says, counted as [`billing_month`] counts.
pub fn parse_month(text: &str) -> Option<u32> {
    let (year, month) = text.split_once('-')?;
    let (year, month) = (digits(year, 4)?, digits(month, 2)?);
    (1..=12).contains(&month).then_some(year * 12 + month - 1)
}

/// When the day that `yyyy-MM-dd` says begins in the billing zone.
pub fn parse_day(text: &str) -> Option<Timestamp> {
    let (month, day) = text.rsplit_once('-')?;
    let (month, day) = (i64::from(parse_month(month)?), i64::from(digits(day, 2)?));
    let date = Date { year: month / 12, month: month % 12 + 1, day };
    let days = date.days();
    let exists = Date::of(days) == Some(date);
    exists.then(|| Timestamp::from_ms(days * DAY_MS - BILLING_OFFSET_MS))
}

/// A number of so many digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    let plain = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// The first 08:00 in UTC+8 that is not before this instant: midnight in UTC.
pub fn daily(at: Timestamp) -> Timestamp {
    let days = at.ms().div_euclid(DAY_MS) + i64::from(at.ms().rem_euclid(DAY_MS) != 0);
    Timestamp::from_ms(days.saturating_mul(DAY_MS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{Span, Unit, civil};

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
            let first = civil::date(year, 1, 1);
            for day in first.series(Span::new().days(1)).take_while(|day| day.year() == year) {
                let days = civil::date(1970, 1, 1).until((Unit::Day, day)).expect("it is one");
                let seconds = (i64::from(days.get_days()) + 1) * 86_400 - 2;
                let at = Timestamp::from_ms(seconds * 1000);
                assert_eq!(at.to_string(), format!("{day}T23:59:58Z"));
            }
        }
    }

    proptest::proptest! {
        /// With the calendar's own months and days.
        #[test]
        fn a_period_ends_where_the_calendar_ends_it(
            seconds in -62_167_219_200..253_402_300_800_i64,
            months in 0..120_000_u32,
        ) {
            let start = Timestamp::from_ms(seconds * 1000);
            let days = (seconds + 28_800).div_euclid(86_400);
            let first = civil::date(1970, 1, 1);
            let day = Span::new().try_days(days).ok().and_then(|days| first.checked_add(days).ok());
            let end = day
                .and_then(|day| day.checked_add(Span::new().months(months)).ok())
                .and_then(|day| day.checked_add(Span::new().days(1)).ok())
                .map(|day| day.to_string());
            let ours = period_end(start, months).map(|end| end.plus_ms(BILLING_OFFSET_MS));
            let ours = ours.map(|end| end.to_string());
            proptest::prop_assert_eq!(ours, end.map(|day| format!("{day}T00:00:00Z")));
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

    /// From the first instant of service, the ends of what is paid with each renewal.
    /// SOURCE: the page's example and an API sample, as above; ASSUMED: the ends of months.
    #[test]
    fn a_renewal_expires_on_the_day_of_the_first_period_or_the_last_of_a_shorter_month() {
        for (start, months, ends) in [
            ("2022-08-09T05:00:00Z", 1, "2022-09-09 2022-10-09 2022-11-09"), // the page's example
            ("2026-01-31T00:00:00Z", 1, "2026-02-28 2026-03-31 2026-04-30 2026-05-31"),
            ("2026-01-30T00:00:00Z", 1, "2026-02-28 2026-03-30 2026-04-30 2026-05-30"),
            ("2026-01-29T00:00:00Z", 1, "2026-02-28 2026-03-29"),
            ("2024-01-29T00:00:00Z", 1, "2024-02-29 2024-03-29"),
            ("2024-01-31T00:00:00Z", 1, "2024-02-29 2024-03-31"),
            ("2024-02-29T00:00:00Z", 12, "2025-02-28 2026-02-28 2027-02-28 2028-02-29"),
            ("2026-11-30T00:00:00Z", 3, "2027-02-28 2027-05-30 2027-08-30"),
            ("2026-12-31T15:59:59Z", 2, "2027-02-28 2027-04-30 2027-06-30"),
        ] {
            let start = Timestamp::parse(start).expect("a test instant");
            let anchor_day = billing_day(start).expect("within the calendar");
            let mut end = None;
            for expiry in ends.split(' ') {
                let next = match end {
                    None => period_end(start, months),
                    Some(end) => renewed_end(end, months, anchor_day),
                };
                let text = next.expect("within the calendar").to_string();
                assert_eq!(text, format!("{expiry}T16:00:00Z"), "{start} and {months} months");
                end = next;
            }
        }
        let last = Timestamp::parse("9999-11-30T16:00:00Z").expect("a test instant");
        assert_eq!(renewed_end(last, 2, 31), None);
        assert_eq!(renewed_end(last, u32::MAX, 31), None);
    }

    #[test]
    fn months_and_days_of_the_billing_zone_are_read_as_they_are_told() {
        let at = Timestamp::parse("2026-11-30T16:00:01Z").expect("a test instant");
        assert_eq!(at.billing_text(), "2026-12-01 00:00:01");
        assert_eq!(at.billing_day_text(), "2026-12-01");
        assert_eq!(parse_day("2026-12-01"), Some(at.plus_ms(-1000)));
        assert_eq!(parse_month("2026-12"), billing_month(at));
        assert_eq!(billing_month(at).map(month_text).as_deref(), Some("2026-12"));
        for text in ["2026-13", "2026-00", "2026-1", "26-01", "202612", "2026-12-01", "+026-12"] {
            assert_eq!(parse_month(text), None, "{text}");
        }
        for text in ["2026-02-29", "2026-12-00", "2026-12-32", "2026-12", "2026-12-1", ""] {
            assert_eq!(parse_day(text), None, "{text}");
        }
        let never = Timestamp::from_ms(i64::MAX);
        assert_eq!(never.billing_day_text(), never.billing_text());
    }

    #[test]
    fn a_period_past_the_calendar_has_no_end() {
        let start = Timestamp::parse("2026-11-22T00:00:00Z").expect("a test instant");
        assert_eq!(period_end(start, 8000 * 12), None);
        assert_eq!(period_end(start, u32::MAX), None);
    }
}
