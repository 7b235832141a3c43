//! Dates as the model counts them: by hand, from the rules, and not with the product's calendar.

/// Milliseconds since 1970.
pub type Ms = i64;

/// A day.
pub const DAY_MS: Ms = 86_400_000;

/// Beijing is so far ahead of UTC, and paid periods are counted in its days.
const BEIJING_MS: Ms = 8 * 3_600_000;

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + is_leap(year) as i64,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the first day of a year.
const fn days_to_year(year: i64) -> i64 {
    let past = year - 1;
    let leaps = past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400);
    past * 365 + leaps - (1969 * 365 + 477)
}

/// Year, month and day of a number of days since 1970.
fn date(days: i64) -> (i64, i64, i64) {
    let mut year = 1970 + days.div_euclid(366);
    while days_to_year(year + 1) <= days {
        year += 1;
    }
    let mut left = days - days_to_year(year);
    let mut month = 1;
    while left >= days_of_month(year, month) {
        left -= days_of_month(year, month);
        month += 1;
    }
    (year, month, left + 1)
}

fn days((year, month, day): (i64, i64, i64)) -> i64 {
    days_to_year(year) + (1..month).map(|m| days_of_month(year, m)).sum::<i64>() + day - 1
}

/// When a period that begins at `start` and is paid for so many months ends: 00:00 in Beijing of
/// the day after the day so many months later, or after the last day of that month. `None` after
/// the year 9999.
pub fn period_end(start: Ms, months: i64) -> Option<Ms> {
    let (year, month, day) = date((start + BEIJING_MS).div_euclid(DAY_MS));
    let count = year.checked_mul(12)?.checked_add(month - 1)?.checked_add(months)?;
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
    if year > 9999 {
        return None;
    }
    let last = (year, month, day.min(days_of_month(year, month)));
    if last == (9999, 12, 31) {
        return None;
    }
    Some((days(last) + 1) * DAY_MS - BEIJING_MS)
}

/// Days in Beijing from 1970 to the one of an instant.
pub fn days_until(at: Ms) -> i64 {
    (at + BEIJING_MS).div_euclid(DAY_MS)
}

/// How many days the month has in Beijing.
pub fn month_days(at: Ms) -> i64 {
    let (year, month, _) = date((at + BEIJING_MS).div_euclid(DAY_MS));
    days_of_month(year, month)
}

/// Whether it is midnight in Beijing.
pub fn is_midnight(at: Ms) -> bool {
    (at + BEIJING_MS).rem_euclid(DAY_MS) == 0
}

/// The first midnight in Beijing of the month after.
pub fn next_month(at: Ms) -> Ms {
    let (year, month, _) = date((at + BEIJING_MS).div_euclid(DAY_MS));
    let first = if month == 12 { (year + 1, 1, 1) } else { (year, month + 1, 1) };
    days(first) * DAY_MS - BEIJING_MS
}

/// The first 08:00 in Beijing after an instant, which is midnight in UTC.
pub fn morning_after(at: Ms) -> Ms {
    (at.div_euclid(DAY_MS) + 1) * DAY_MS
}

/// The day of the month in Beijing.
pub fn day_of_month(at: Ms) -> i64 {
    date((at + BEIJING_MS).div_euclid(DAY_MS)).2
}

/// When what is paid until `end` ends after so many months more: on the day after the `day` of the
/// month, or after the month's last. `None` after the year 9999.
pub fn longer(end: Ms, months: i64, day: i64) -> Option<Ms> {
    let (year, month, _) = date((end - 1 + BEIJING_MS).div_euclid(DAY_MS));
    let count = (year * 12 + month - 1).checked_add(months)?;
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
    if year > 9999 {
        return None;
    }
    let last = (year, month, day.min(days_of_month(year, month)));
    let past = last == (9999, 12, 31);
    (!past).then(|| (days(last) + 1) * DAY_MS - BEIJING_MS)
}

/// Whether an instant is before the year 9999.
pub fn before_9999(at: Ms) -> bool {
    at < days_to_year(9999) * DAY_MS
}

/// `yyyy-MM-ddTHH:mm:ssZ`, as times stand on the wire.
pub fn stamp(at: Ms) -> String {
    let seconds = at.div_euclid(1000);
    let (year, month, day) = date(seconds.div_euclid(86_400));
    let second = seconds.rem_euclid(86_400);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z", second % 60)
}

/// `yyyy-MM-ddTHH:mm:ssZ` of what clocks in Beijing show.
pub fn beijing(at: Ms) -> String {
    stamp(at + BEIJING_MS)
}

/// When a day that is written `yyyy-MM-dd` begins in Beijing.
pub fn day(text: &str) -> Option<Ms> {
    Some(parse(&format!("{text}T00:00:00Z"))? - BEIJING_MS)
}

/// Reads such a time, and nothing else: the simulation writes no other.
pub fn parse(text: &str) -> Option<Ms> {
    let bytes = text.as_bytes();
    let shape = b"0000-00-00T00:00:00Z";
    let fits = |(a, b): (&u8, &u8)| if *b == b'0' { a.is_ascii_digit() } else { a == b };
    if bytes.len() != shape.len() || !bytes.iter().zip(shape).all(fits) {
        return None;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let sane = (1..=12).contains(&month)
        && (1..=days_of_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let seconds = days((year, month, day)) * 86_400 + hour * 3600 + minute * 60 + second;
    sane.then_some(seconds * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_end_as_the_documents_say() {
        for (start, months, end) in [
            ("2022-08-09T05:00:00Z", 1, "2022-09-09T16:00:00Z"), // SOURCE: billing dossier 2.5
            ("2021-10-08T10:44:00Z", 1, "2021-11-08T16:00:00Z"), // SOURCE: an API sample
            ("2026-01-31T00:00:00Z", 1, "2026-02-28T16:00:00Z"),
            ("2024-01-31T00:00:00Z", 1, "2024-02-29T16:00:00Z"),
            ("2026-11-22T16:00:00Z", 12, "2027-11-23T16:00:00Z"),
        ] {
            let end_ms = period_end(parse(start).expect("a time"), months).expect("an end");
            assert_eq!(stamp(end_ms), end, "{start} and {months} months");
        }
    }

    #[test]
    fn a_time_reads_back_as_itself() {
        for day in (0..80_000).step_by(13) {
            let at = day * DAY_MS + 3_661_000;
            assert_eq!(parse(&stamp(at)), Some(at));
        }
        assert_eq!(stamp(0), "1970-01-01T00:00:00Z");
        assert_eq!(stamp(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(parse("2026-02-29T00:00:00Z"), None);
    }
}
