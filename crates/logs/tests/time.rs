//! Times as logs write them against chrono's reading, and at the edges of the calendar.

use chrono::{DateTime, NaiveDate};
use proptest::prelude::*;
use run_id_core::base::Base;
use run_id_logs::formats::time::{Millis, Stamp, first_in, of_iso};

const BASE: Base = Base { year: 25, month: 10, day: 6, hour: 14, minute: 30, second: 0 };

fn at(year: i32, month: u32, day: u32, hour: u32, minute: u32, second: u32) -> Option<Millis> {
    let time = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(hour, minute, second)?;
    Some(time.and_utc().timestamp_millis())
}

fn first(line: &str, base: Base) -> Option<Millis> {
    first_in(line.as_bytes(), base).map(|stamp| stamp.millis)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn iso_times_with_a_zone_are_read_as_chrono_reads_them(
        text in "(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])",
    ) {
        let wanted = DateTime::parse_from_rfc3339(&text).ok().map(|time| time.timestamp_millis());
        prop_assert_eq!(of_iso(text.as_bytes()), wanted);
        let line = format!("<{text}> x");
        let length = text.len();
        prop_assert_eq!(first_in(line.as_bytes(), BASE), wanted.map(|millis| Stamp { millis, span: 1..1 + length, has_zone: true }));
    }

    #[test]
    fn any_line_has_a_time_or_none(line in prop_oneof![
        ".{0,40}",
        "[JFMASOND][a-z]{2} [ 0-3][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}[.,+-]?[0-9:]{0,6}",
        "\u{e9}{70,90}2025-10-06T14:30:00Z",
    ]) {
        if let Some(stamp) = first_in(line.as_bytes(), BASE) {
            prop_assert!(stamp.span.len() >= 15 && stamp.span.end <= line.len());
        }
    }
}

#[test]
fn a_time_says_its_zone_or_none() {
    for (text, has_zone) in [
        ("2025-10-06T14:30:00Z x", true),
        ("2025-10-06 14:30:00.123+0200 x", true),
        ("2025-10-06 14:30:00,123-05 x", true),
        ("2025-10-06 14:30:00.123 x", false),
        ("2025-10-06T14:30:00", false),
        ("Oct  6 14:30:00 host", false),
    ] {
        assert_eq!(first_in(text.as_bytes(), BASE).map(|stamp| stamp.has_zone), Some(has_zone), "{text}");
    }
}

#[test]
fn impossible_days_and_hours_are_not_times() {
    for text in [
        "2025-02-29T00:00:00Z",
        "2025-00-01T00:00:00Z",
        "2025-01-00T00:00:00Z",
        "2025-04-31T00:00:00Z",
        "2025-01-01T24:00:00Z",
        "2025-01-01T00:60:00Z",
        "2025-01-01x00:00:00Z",
        "2025-01-01T00:00:00.Z",
        "2025-01-01T00:00:00+24:00",
        "2025-01-01T00:00:00+02:60",
        "2025-1-01T00:00:00Z",
        "+025-01-01T00:00:00Z",
    ] {
        assert_eq!(of_iso(text.as_bytes()), None, "{text}");
    }
    assert_eq!(of_iso(b"2024-02-29t23:59:59z"), at(2024, 2, 29, 23, 59, 59));
    assert_eq!(of_iso(b"2025-12-31T23:59:60Z"), at(2025, 12, 31, 23, 59, 59));
    assert_eq!(of_iso(b"2025-12-31T23:59:59-00:00"), at(2025, 12, 31, 23, 59, 59));
    assert_eq!(of_iso(b"2025-12-31T23:30:00-0030"), at(2026, 1, 1, 0, 0, 0));
    for (fraction, millis) in [(".9", 900), (",09", 90), (".0019", 1), (".999999999", 999)] {
        let text = format!("2025-10-06T14:30:00{fraction}Z");
        assert_eq!(of_iso(text.as_bytes()), at(2025, 10, 6, 14, 30, 0).map(|whole| whole + millis));
    }
}

#[test]
fn the_first_of_several_times_counts_and_none_begins_within_a_number() {
    let noon = at(2025, 10, 6, 12, 0, 0);
    assert_eq!(first("2025-10-06 12:00:00 2025-10-07 12:00:00", BASE), noon);
    assert_eq!(first("2025-13-06 12:00:00 2025-10-06T12:00:00", BASE), noon);
    assert_eq!(first("99 Oct  6 12:00:00 2025-10-07 12:00:00", BASE), noon);
    assert_eq!(first("12025-10-06 12:00:00", BASE), None);
    assert_eq!(first(&format!("{}2025-10-06 12:00:00", " ".repeat(159)), BASE), noon);
    assert_eq!(first(&format!("{}2025-10-06 12:00:00", " ".repeat(160)), BASE), None);
}

#[test]
fn syslog_times_take_one_or_two_digits_for_the_day() {
    for (text, wanted) in [
        ("Oct  6 12:00:00", at(2025, 10, 6, 12, 0, 0)),
        ("Oct 06 12:00:00", at(2025, 10, 6, 12, 0, 0)),
        ("Oct 16 12:00:00", at(2025, 10, 16, 12, 0, 0)),
        ("Oct 6 12:00:00", None),
        ("Oct  0 12:00:00", None),
        ("Oct 32 12:00:00", None),
        ("Okt  6 12:00:00", None),
        ("oct  6 12:00:00", None),
        ("Oct  6 24:00:00", None),
        ("Oct  6 12:60:00", None),
        ("Oct  6 12:00:60", at(2025, 10, 6, 12, 0, 59)),
        ("Oct  6 12:00:0", None),
    ] {
        assert_eq!(first(text, BASE), wanted, "{text}");
    }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    for (name, month) in months.into_iter().zip(1..) {
        let base = Base { month: u8::try_from(month).unwrap_or(0), ..BASE };
        assert_eq!(first(&format!("{name}  6 14:30:00"), base), at(2025, month, 6, 14, 30, 0));
    }
}

#[test]
fn syslog_gets_the_year_that_is_closest() {
    let base = |year, month, day| Base { year, month, day, hour: 0, minute: 0, second: 0 };
    assert_eq!(first("Jan  1 00:00:01", base(25, 12, 31)), at(2026, 1, 1, 0, 0, 1));
    assert_eq!(first("Dec 31 23:59:59", base(26, 1, 1)), at(2025, 12, 31, 23, 59, 59));
    assert_eq!(first("Dec 31 23:59:59", base(0, 1, 1)), at(1999, 12, 31, 23, 59, 59));
    assert_eq!(first("Feb 29 00:00:00", base(25, 1, 10)), at(2024, 2, 29, 0, 0, 0));
    assert_eq!(first("Feb 29 00:00:00", base(26, 3, 1)), None);
}

#[test]
fn syslog_has_no_second_above_60() {
    assert_eq!(first("Oct  6 12:00:61", BASE), None);
}

#[test]
fn a_zone_may_be_hours_alone() {
    // As PostgreSQL writes them; ISO 8601 allows it, RFC 3339 does not.
    assert_eq!(of_iso(b"2025-10-06 14:30:00+02"), at(2025, 10, 6, 12, 30, 0));
    assert_eq!(
        first("2025-10-06 14:30:00.5+02 x", BASE),
        at(2025, 10, 6, 12, 30, 0).map(|whole| whole + 500)
    );
}
