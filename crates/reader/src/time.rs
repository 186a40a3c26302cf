//! Times as logs write them: ISO 8601 and syslog. Without a zone they are taken for UTC.

use std::cell::Cell;
use std::ops::Range;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat};
use run_id_core::base::{BASE_LENGTH, Base};

/// Milliseconds since 1970.
pub type Millis = i64;

/// How far into a line a time is looked for.
const REACH: usize = 160;

const MINUTE: i64 = 60;

/// A time, and which bytes of the line it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The time.
    pub millis: Millis,
    /// Where it stands.
    pub span: Range<usize>,
    /// Whether it has a zone; if not, it was taken for UTC.
    pub has_zone: bool,
}

/// Reads a whole text as an ISO 8601 time.
#[must_use]
pub fn of_iso(text: &[u8]) -> Option<Millis> {
    let (millis, length) = iso_at(text)?;
    (length == text.len()).then_some(millis)
}

/// Reads a whole text as a time: ISO 8601, or a number as [`of_number`] takes it.
#[must_use]
pub fn of_text(text: &str) -> Option<Millis> {
    let whole = text.split('.').next().filter(|whole| !whole.is_empty())?;
    match whole.parse() {
        Ok(number) if whole.bytes().all(|byte| byte.is_ascii_digit()) => Some(of_number(number)),
        _ => of_iso(text.as_bytes()),
    }
}

/// A number since 1970: seconds, milliseconds, microseconds or nanoseconds, by its size. Each unit reaches from 1973 to
/// the year 5138.
#[must_use]
pub fn of_number(number: i64) -> Millis {
    match number.unsigned_abs() {
        0..100_000_000_000 => number * 1000,
        100_000_000_000..100_000_000_000_000 => number,
        100_000_000_000_000..100_000_000_000_000_000 => number / 1000,
        _ => number / 1_000_000,
    }
}

/// The length of a time that a text begins with: ISO 8601, or syslog's.
#[must_use]
pub fn length_of(text: &str) -> Option<usize> {
    let any = Base { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
    let text = text.as_bytes();
    iso_at(text).or_else(|| syslog_at(text, any)).map(|(_, length)| length)
}

/// A time as events write it. SPEC §6.
#[must_use]
pub fn iso(millis: Millis) -> String {
    DateTime::from_timestamp_millis(millis)
        .map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true))
        .unwrap_or_default()
}

/// The first time in a line. Syslog leaves the year out: it is the one that brings the time closest to `base`, a
/// run that the line is about.
#[must_use]
pub fn first_in(line: &[u8], base: Base) -> Option<Stamp> {
    let reach = &line[..line.len().min(REACH)];
    (0..reach.len()).find_map(|at| {
        // No time begins within a number.
        if at > 0 && reach[at - 1].is_ascii_digit() {
            return None;
        }
        let (millis, length) = match reach[at] {
            b'0'..=b'9' => iso_at(&line[at..])?,
            b'A'..=b'S' => syslog_at(&line[at..], base)?,
            _ => return None,
        };
        let has_zone = ends_in_zone(&line[at..at + length]);
        Some(Stamp { millis, span: at..at + length, has_zone })
    })
}

/// Whether what was read as a time ends in a zone: otherwise nothing but a fraction follows the second.
fn ends_in_zone(time: &[u8]) -> bool {
    time.get(19..).is_some_and(|rest| !fraction_of(rest).1.is_empty())
}

/// A time at the start of a text, and its length. RFC 3339, with a blank allowed for the `T`, the zone optional
/// and its colon too.
fn iso_at(text: &[u8]) -> Option<(Millis, usize)> {
    let shape = text.first_chunk::<19>()?;
    let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    if separators.iter().any(|(at, byte)| shape[*at] != *byte) || !matches!(shape[10], b'T' | b't' | b' ') {
        return None;
    }
    let seconds = in_last_minute(shape).or_else(|| {
        let seconds = of_this_century(shape).or_else(|| seconds_of(shape))?;
        LAST_MINUTE.set((minute_of(shape), seconds - seconds.rem_euclid(MINUTE)));
        Some(seconds)
    })?;
    let rest = &text[shape.len()..];
    // The form in nearly every log.
    if let [b'.', digits @ .., b'Z'] = rest.first_chunk::<5>().unwrap_or(b"     ")
        && let Some(fraction) = number(digits)
    {
        return Some((seconds * 1000 + i64::from(fraction), shape.len() + 5));
    }
    let (fraction, rest) = fraction_of(rest);
    let (zone, rest) = zone_of(rest);
    let millis = (seconds - zone) * 1000 + fraction;
    Some((millis, text.len() - rest.len()))
}

thread_local! {
    /// A minute as written, and its first second: most lines of a log are in the same minute as the line before.
    static LAST_MINUTE: Cell<(u128, i64)> = const { Cell::new((0, 0)) };
}

fn minute_of(shape: &[u8; 19]) -> u128 {
    shape.first_chunk().map_or(0, |minute| u128::from_le_bytes(*minute))
}

fn in_last_minute(shape: &[u8; 19]) -> Option<i64> {
    let (minute, start) = LAST_MINUTE.get();
    let second = number(&shape[17..]).filter(|second| *second < 60)?;
    (minute == minute_of(shape)).then_some(start + i64::from(second))
}

/// The seconds of nearly every time, read as a base, which is fast.
fn of_this_century(shape: &[u8; 19]) -> Option<i64> {
    /// Where the characters of a base are in it, except for the hyphen.
    const PLACES: [usize; BASE_LENGTH] = [2, 3, 5, 6, 8, 9, 0, 11, 12, 14, 15, 17, 18];
    if !shape.starts_with(b"20") {
        return None;
    }
    let mut base = PLACES.map(|at| shape[at]);
    base[6] = b'-';
    Base::of_bytes(&base).map(Base::unix)
}

fn seconds_of(shape: &[u8; 19]) -> Option<i64> {
    let date = NaiveDate::from_ymd_opt(
        i32::try_from(number(&shape[..4])?).ok()?,
        number(&shape[5..7])?,
        number(&shape[8..10])?,
    )?;
    let second = number(&shape[17..])?;
    // A leap second is shown as the one before it.
    let time = NaiveTime::from_hms_opt(number(&shape[11..13])?, number(&shape[14..16])?, second.min(59))?;
    if second > 60 {
        return None;
    }
    Some(NaiveDateTime::new(date, time).and_utc().timestamp())
}

/// Milliseconds of a fraction of a second, and what follows it.
fn fraction_of(text: &[u8]) -> (i64, &[u8]) {
    let Some((b'.' | b',', rest)) = text.split_first() else { return (0, text) };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return (0, text);
    }
    let millis = (0..3).fold(0, |sum, at| {
        let digit = if at < digits { i64::from(rest[at] - b'0') } else { 0 };
        sum * 10 + digit
    });
    (millis, &rest[digits..])
}

/// Seconds east of UTC, and what follows the zone.
fn zone_of(text: &[u8]) -> (i64, &[u8]) {
    let (sign, hours, minutes, length) = match text {
        [b'Z' | b'z', rest @ ..] => return (0, rest),
        [sign @ (b'+' | b'-'), a, b, b':', c, d, ..] => (*sign, [*a, *b], [*c, *d], 6),
        [sign @ (b'+' | b'-'), a, b, c, d, ..] if c.is_ascii_digit() => (*sign, [*a, *b], [*c, *d], 5),
        // Hours only.
        [sign @ (b'+' | b'-'), a, b, rest @ ..] if !rest.first().is_some_and(u8::is_ascii_alphanumeric) => {
            (*sign, [*a, *b], *b"00", 3)
        }
        _ => return (0, text),
    };
    let (Some(hours), Some(minutes)) = (number(&hours), number(&minutes)) else { return (0, text) };
    if hours > 23 || minutes > 59 {
        return (0, text);
    }
    let seconds = (i64::from(hours) * MINUTE + i64::from(minutes)) * MINUTE;
    (if sign == b'-' { -seconds } else { seconds }, &text[length..])
}

const MONTHS: [&[u8]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

/// `Oct  6 14:30:00`, and its length. RFC 3164, section 4.1.2.
fn syslog_at(text: &[u8], base: Base) -> Option<(Millis, usize)> {
    let shape = text.first_chunk::<15>()?;
    let month = MONTHS.iter().zip(1..).find(|(name, _)| shape.starts_with(name))?.1;
    if [(3, b' '), (6, b' '), (9, b':'), (12, b':')].iter().any(|(at, byte)| shape[*at] != *byte) {
        return None;
    }
    let day = number(if shape[4] == b' ' { &shape[5..6] } else { &shape[4..6] })?;
    let time = NaiveTime::from_hms_opt(
        number(&shape[7..9])?,
        number(&shape[10..12])?,
        number(&shape[13..]).filter(|second| *second <= 60)?.min(59),
    )?;
    let near = 2000 + i32::from(base.year);
    let seconds = (near - 1..=near + 1)
        .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
        .map(|date| NaiveDateTime::new(date, time).and_utc().timestamp())
        .min_by_key(|seconds| seconds.abs_diff(base.unix()))?;
    Some((seconds * 1000, shape.len()))
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: Base = Base { year: 25, month: 10, day: 6, hour: 14, minute: 30, second: 0 };

    fn rfc3339(millis: Millis) -> String {
        DateTime::from_timestamp_millis(millis).unwrap().to_rfc3339()
    }

    #[test]
    fn iso_times_are_read_in_every_usual_form() {
        for (text, wanted) in [
            ("2025-10-06T14:30:00Z", "2025-10-06T14:30:00+00:00"),
            ("2025-10-06 14:30:00", "2025-10-06T14:30:00+00:00"),
            ("2025-10-06T14:30:00.25Z", "2025-10-06T14:30:00.250+00:00"),
            ("2025-10-06T14:30:00,123456+02:00", "2025-10-06T12:30:00.123+00:00"),
            ("2025-10-06T14:30:00-0530", "2025-10-06T20:00:00+00:00"),
        ] {
            assert_eq!(of_iso(text.as_bytes()).map(rfc3339).as_deref(), Some(wanted), "{text}");
        }
        for text in
            ["", "2025-13-06T14:30:00Z", "2025-10-06", "2025-10-06T14:30:00Zx", "2025-10-06T14:30:61Z"]
        {
            assert_eq!(of_iso(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_found_anywhere_near_the_start_of_a_line() {
        let stamp = first_in(b"[web] <13>Oct  6 14:30:01 host app[7]: x", BASE).unwrap();
        assert_eq!((rfc3339(stamp.millis).as_str(), stamp.span), ("2025-10-06T14:30:01+00:00", 10..25));
        assert_eq!(first_in(b"12025-10-06T14:30:00Z", BASE), None);
        assert_eq!(first_in(b"nothing", BASE), None);
    }

    #[test]
    fn syslog_gets_the_year_that_is_closest_to_the_run() {
        let new_year = Base { year: 26, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
        let stamp = first_in(b"Dec 31 23:59:59 host app[7]: x", new_year).unwrap();
        assert_eq!(rfc3339(stamp.millis), "2025-12-31T23:59:59+00:00");
    }
}
