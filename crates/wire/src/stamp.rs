//! The two ways a client writes a moment, each parsed strictly to epoch seconds.
//!
//! Whether a moment is fresh is not decided here: that needs a clock.

use std::time::UNIX_EPOCH;

/// Epoch seconds of `yyyy-MM-ddTHH:mm:ssZ`, with or without a fraction of 1 to 9 digits, which is
/// cut off. `None` when the text is anything else or names no real date.
///
/// SOURCE: wire dossier 1.4; a client sends nanoseconds (fixture `rust-rpclient__occupancy`).
/// ASSUMED: a leap second (`:60`) is refused, since no client sends one.
pub fn iso_stamp(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let (fixed, rest) = bytes.split_at_checked(19)?;
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|&(index, separator)| fixed[index] != separator) {
        return None;
    }
    let fraction = rest.strip_suffix(b"Z")?;
    if let Some((dot, digits)) = fraction.split_first()
        && (*dot != b'.' || number(digits).is_none())
    {
        return None;
    }
    let date = Date {
        year: number(&fixed[0..4])?,
        month: number(&fixed[5..7])?,
        day: number(&fixed[8..10])?,
    };
    let time = seconds_of_day(&fixed[11..13], &fixed[14..16], &fixed[17..19])?;
    Some(date.days_since_epoch()? * DAY_SECONDS + time)
}

/// Epoch seconds of an RFC 1123 date such as `Mon, 23 Nov 2026 18:39:34 GMT`. `None` when the
/// text is anything else, names no real date, or its weekday is another.
///
/// SOURCE: wire dossier 1.2b. ASSUMED: a date before 1970 is refused as none at all, where any
/// other stamp of that time is refused as too old.
pub fn http_date(text: &str) -> Option<i64> {
    // The library reads two older forms of HTTP dates too, neither of which is as long.
    let time = httpdate::parse_http_date(text).ok().filter(|_| text.len() == HTTP_DATE_BYTES)?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

const HTTP_DATE_BYTES: usize = "Mon, 23 Nov 2026 18:39:34 GMT".len();
const DAY_SECONDS: i64 = 86_400;

/// One to nine ASCII digits as a number.
fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || digits.len() > 9 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

fn seconds_of_day(hour: &[u8], minute: &[u8], second: &[u8]) -> Option<i64> {
    let (hour, minute, second) = (number(hour)?, number(minute)?, number(second)?);
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

struct Date {
    year: i64,
    month: i64,
    day: i64,
}

impl Date {
    /// `None` when the calendar has no such day.
    fn days_since_epoch(&self) -> Option<i64> {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let month_days = match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        if self.day < 1 || self.day > month_days {
            return None;
        }
        // Years begin in March here, so that the leap day is a year's last: no month after it
        // has to know about it.
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let month = (self.month + 9) % 12;
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let days = year * 365 + leap_days + (month * 153 + 2) / 5 + self.day - 1;
        Some(days - EPOCH_DAYS)
    }
}

/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_DAYS: i64 = 719_468;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn stamps_of_real_clients_are_read() {
        // Epoch values checked with `date -u -d @N`.
        let table = [
            ("1970-01-01T00:00:00Z", 0),
            ("2016-02-23T12:46:24Z", 1_456_231_584),
            ("2023-10-26T10:22:32Z", 1_698_315_752),
            ("2026-11-22T08:06:05.594417720Z", 1_795_334_765),
            ("2000-02-29T23:59:59.1Z", 951_868_799),
            ("1900-03-01T00:00:00Z", -2_203_891_200),
        ];
        for (text, seconds) in table {
            assert_eq!(iso_stamp(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for text in [
            "",
            "2023-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2023-04-31T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-00-01T00:00:00Z",
            "2023-01-00T00:00:00Z",
            "2023-01-01T24:00:00Z",
            "2023-01-01T00:60:00Z",
            "2023-01-01T00:00:60Z",
            "2023-01-01T00:00:00",
            "2023-01-01T00:00:00.Z",
            "2023-01-01T00:00:00.1234567890Z",
            "2023-01-01 00:00:00Z",
            "2023-01-01T00:00:00+00:00",
            "2023-1-01T00:00:00Z",
            "2023-01-01T00:00:00Zz",
            "٢٠٢٣-01-01T00:00:00Z",
        ] {
            assert_eq!(iso_stamp(text), None, "{text}");
        }
    }

    #[test]
    fn an_http_date_has_one_form_and_names_its_own_weekday() {
        assert_eq!(http_date("Mon, 23 Nov 2026 18:39:34 GMT"), Some(1_795_459_174));
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        for text in [
            "Tue, 23 Nov 2026 18:39:34 GMT",
            "Mon, 23 nov 2026 18:39:34 GMT",
            "Mon, 23 Nov 2026 18:39:34 UTC",
            "Mon, 31 Nov 2026 18:39:34 GMT",
            "Mon, 23 Nov 2026 18:39:34",
            "Mon, 23 Nov 2026 24:00:00 GMT",
            "Mon, 23 Nov 2026 18:39:60 GMT",
            "Mon,  3 Nov 2026 18:39:34 GMT",
            "Wed, 31 Dec 1969 23:59:59 GMT",
            // The older forms of RFC 9110, section 5.6.7.
            "Monday, 23-Nov-26 18:39:34 GMT",
            "Mon Nov 23 18:39:34 2026",
            " Mon, 23 Nov 2026 18:39:34 GMT",
        ] {
            assert_eq!(http_date(text), None, "{text}");
        }
    }

    #[test]
    fn every_byte_of_a_stamp_has_to_be_what_it_is() {
        type Read = fn(&str) -> Option<i64>;
        let table: [(&str, Read); 3] = [
            ("2026-11-22T08:06:05Z", iso_stamp),
            ("2026-11-22T08:06:05.5Z", iso_stamp),
            ("Mon, 23 Nov 2026 18:39:34 GMT", http_date),
        ];
        for (text, read) in table {
            assert!(read(text).is_some(), "{text}");
            for place in 0..text.len() {
                let mut broken = text.to_owned();
                broken.replace_range(place..=place, "#");
                assert_eq!(read(&broken), None, "{broken}");
            }
        }
    }

    #[test]
    fn an_http_date_is_read_on_each_day_of_four_years() {
        const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let mut days = 0;
        for year in 1970..1974_i64 {
            let lengths =
                [31, 28 + i64::from(year == 1972), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            for (month, length) in MONTHS.into_iter().zip(lengths) {
                for day in 1..=length {
                    let weekday = WEEKDAYS[usize::try_from(days).expect("a few") % 7];
                    let text = format!("{weekday}, {day:02} {month} {year} 01:02:03 GMT");
                    assert_eq!(http_date(&text), Some(days * 86_400 + 3_723), "{text}");
                    days += 1;
                }
            }
        }
    }

    /// Counts day by day from 1970, as slowly and plainly as can be.
    fn slow_days(year: i64, month: i64, day: i64) -> Option<i64> {
        let mut days = 0;
        for y in 1970..=year {
            let leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
            let lengths = [31, 28 + i64::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            for (m, length) in (1..).zip(lengths) {
                for d in 1..=length {
                    if (y, m, d) == (year, month, day) {
                        return Some(days);
                    }
                    days += 1;
                }
            }
        }
        None
    }

    proptest! {
        #[test]
        fn the_parser_accepts_what_a_slow_calendar_accepts(
            year in 1970i64..2400, month in 0i64..14, day in 0i64..33,
            hour in 0i64..26, minute in 0i64..62, second in 0i64..62,
        ) {
            let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
            let expected = slow_days(year, month, day)
                .filter(|_| hour < 24 && minute < 60 && second < 60)
                .map(|days| days * 86_400 + hour * 3600 + minute * 60 + second);
            prop_assert_eq!(iso_stamp(&text), expected);
        }

        #[test]
        fn arbitrary_text_never_panics_either_parser(text in "\\PC{0,40}") {
            let _ = (iso_stamp(&text), http_date(&text));
        }

        #[test]
        fn one_changed_byte_is_read_only_if_it_is_still_a_stamp(
            index in 0usize..20, byte in 0x20u8..0x7f,
        ) {
            let mut text = b"2024-02-29T12:34:56Z".to_vec();
            text[index] = byte;
            let text = String::from_utf8(text).expect("ASCII stays UTF-8");
            let shape = text.bytes().zip("dddd-dd-ddTdd:dd:ddZ".bytes())
                .all(|(is, want)| if want == b'd' { is.is_ascii_digit() } else { is == want });
            if !shape {
                prop_assert_eq!(iso_stamp(&text), None);
            }
        }
    }
}
