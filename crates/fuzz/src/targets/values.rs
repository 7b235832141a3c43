//! Dates, amounts and numbers: read exactly as a plain reader reads them, and told as they are
//! read.

use crate::input::{Input, Seed};
use api::parameter::Value as _;
use crossconnect::config::parse_span;
use domain::Timestamp;
use domain::price::{Currency, Money};
use jiff::civil::{Date, Time};
use jiff::{Span, Unit};

/// Seconds from 1970 to a moment of the civil calendar, by the library's calendar.
fn seconds(date: Date, time: Time) -> Option<i64> {
    let days = Date::constant(1970, 1, 1).until((Unit::Day, date)).ok()?.get_days();
    let of_day = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60;
    Some(i64::from(days) * 86_400 + of_day + i64::from(time.second()))
}

fn moment(parts: [i64; 6]) -> Option<(Date, Time)> {
    let [year, month, day, hour, minute, second] = parts;
    let small = |number: i64| i8::try_from(number).ok();
    let date = Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok()?;
    let time = Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?;
    Some((date, time))
}

/// The digits in a text as numbers, cut wherever something else stands.
fn numbers(text: &str) -> Vec<i64> {
    let words = text.split(|c: char| !c.is_ascii_digit()).filter(|word| !word.is_empty());
    words.map(|word| word.parse().unwrap_or(i64::MAX)).collect()
}

/// `yyyy-MM-ddTHH:mm:ssZ`, perhaps with a fraction: read by telling it again.
fn plain_iso(text: &str) -> Option<i64> {
    let body = text.strip_suffix('Z')?;
    let (whole, fraction) = match body.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (body, None),
    };
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if fraction.is_some_and(|text| !(1..=9).contains(&text.len()) || !digits(text)) {
        return None;
    }
    let parts = <[i64; 6]>::try_from(numbers(whole)).ok()?;
    let [year, month, day, hour, minute, second] = parts;
    let told = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    let (date, time) = moment(parts).filter(|_| told == whole)?;
    seconds(date, time)
}

/// `Mon, 23 Nov 2026 18:39:34 GMT`, from 1970: read by telling it again.
fn plain_http(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.iter().position(|name| text.get(8..11) == Some(name))?;
    let [day, year, hour, minute, second] = <[i64; 5]>::try_from(numbers(text)).ok()?;
    let (date, time) = moment([year, i64::try_from(month).ok()? + 1, day, hour, minute, second])?;
    let weekday = format!("{:?}", date.weekday());
    let told = format!(
        "{}, {day:02} {} {year:04} {hour:02}:{minute:02}:{second:02} GMT",
        weekday.get(..3)?,
        MONTHS[month]
    );
    seconds(date, time).filter(|seconds| told == text && *seconds >= 0)
}

/// An exact decimal of at most four digits after the point, in ten-thousandths.
fn plain_money(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (units, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let fits = |text: &str, length: usize| {
        (1..=length).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit())
    };
    if !fits(units, usize::MAX) || !fits(fraction, 4) {
        return None;
    }
    let all = format!("{units}{fraction:0<4}");
    let amount: i64 = all
        .trim_start_matches('0')
        .parse()
        .or_else(|_| if all.chars().all(|c| c == '0') { Ok(0) } else { Err(()) })
        .ok()?;
    Some(if digits.len() < text.len() { -amount } else { amount })
}

fn plain_number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.chars().all(|c| c.is_ascii_digit());
    let number = text.parse::<i128>().ok().filter(|_| plain)?;
    i64::try_from(number).ok()
}

fn texts(text: &str) {
    assert_eq!(wire::iso_stamp(text), plain_iso(text), "{text:?}");
    assert_eq!(wire::http_date(text), plain_http(text), "{text:?}");
    assert_eq!(Money::parse(text).map(|money| money.0), plain_money(text), "{text:?}");
    assert_eq!(i64::read(text), plain_number(text), "{text:?}");
    let small = plain_number(text).and_then(|number| u32::try_from(number).ok());
    assert_eq!(u32::read(text), small, "{text:?}");
    if let Some(time) = Timestamp::parse(text) {
        // Told in whole seconds, and read again as those.
        if let Some(told) = time.text() {
            let told = String::from_utf8(told.to_vec()).expect("ASCII");
            assert_eq!(wire::iso_stamp(&told), Some(time.seconds()), "{text:?}");
        }
    }
    if let Some(span) = parse_span(text) {
        let again = format!("PT{}S", span / 1000);
        if span >= 0 && span / 1000 <= 600_000_000_000 {
            assert_eq!(parse_span(&again), Some(span / 1000 * 1000), "{text:?}");
        }
    }
}

fn numbers_told(number: i64) {
    for currency in Currency::ALL {
        let told = Money(number).render(*currency);
        if number != i64::MIN {
            assert_eq!(Money::parse(&told), Some(Money(number)), "{told}");
        }
    }
    assert_eq!(i64::read(&number.to_string()), Some(number));
    let epoch = Date::constant(1970, 1, 1);
    let days = Span::new().try_days(number.div_euclid(86_400_000)).ok();
    let date = days.and_then(|days| epoch.checked_add(days).ok());
    let told = Timestamp::from_ms(number).text().map(|text| String::from_utf8(text.to_vec()));
    let plain = date.filter(|date| date.year() >= 0).map(|date| {
        let second = number.div_euclid(1000).rem_euclid(86_400);
        let (hour, minute) = (second / 3600, second / 60 % 60);
        Ok(format!("{date}T{hour:02}:{minute:02}:{:02}Z", second % 60))
    });
    assert_eq!(told, plain, "{number}");
    if let Some(Ok(told)) = told {
        assert_eq!(wire::iso_stamp(&told), Some(number.div_euclid(1000)));
    }
}

/// Input: eight bytes of a number, then a text.
pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let mut number = 0;
    for _ in 0..8 {
        number = number << 8 | i64::from(input.byte());
    }
    numbers_told(number);
    texts(&String::from_utf8_lossy(input.rest()));
}

pub fn seeds() -> Vec<Vec<u8>> {
    let texts = [
        "2016-02-23T12:46:24Z",
        "2026-11-22T08:06:05.594417720Z",
        "2000-02-29T23:59:59.1Z",
        "2016-12-31T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-11-22T08:00:00+08:00",
        "Mon, 23 Nov 2026 18:39:34 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Wed, 31 Dec 1969 23:59:59 GMT",
        "Monday, 23-Nov-26 18:39:34 GMT",
        "Mon Nov 23 18:39:34 2026",
        "1000.00",
        "-0.5",
        "922337203685477.5807",
        "9223372036854775807",
        "-9223372036854775808",
        "4294967295",
        "PT15M",
        "P7D",
        "P1W2DT3H4M5.678S",
        "-PT1S",
    ];
    let numbers =
        [0, -1, 1_795_334_765_594, i64::MIN, i64::MAX, -62_167_219_200_000, 253_402_300_799_999];
    let mut seeds = Vec::new();
    for (place, text) in texts.iter().enumerate() {
        let number: i64 = numbers[place % numbers.len()];
        let seed = number.to_be_bytes().into_iter().fold(Seed::default(), Seed::byte);
        seeds.push(seed.rest(text.as_bytes()));
    }
    seeds
}
