//! The base of a run ID: `YYMMDD-hhmmss`, a real UTC second of the years 2000 to 2099.
//!
//! References: SPEC §2. Leap seconds (`:60`) are not seconds of POSIX time and are refused.

use std::fmt::{self, Write};

use chrono::{DateTime, Datelike, NaiveDate, Timelike};

use crate::text::Unit;

/// Characters in a base; a client ID begins one hyphen later. Split here, never at a hyphen.
pub const BASE_LENGTH: usize = 13;

/// 2000-01-01T00:00:00Z in Unix seconds.
pub const FIRST_SECOND: i64 = 946_684_800;

/// 2099-12-31T23:59:59Z in Unix seconds.
pub const LAST_SECOND: i64 = 4_102_444_799;

/// One UTC second of 2000–2099, in the fields a base is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Base {
    /// Years since 2000, 0–99.
    pub year: u8,
    /// 1–12.
    pub month: u8,
    /// 1–31, as the month has them.
    pub day: u8,
    /// 0–23.
    pub hour: u8,
    /// 0–59.
    pub minute: u8,
    /// 0–59.
    pub second: u8,
}

/// Why thirteen characters are not a base. The variants for date parts imply that the shape was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadBase {
    /// Not six digits, a hyphen and six digits.
    Shape,
    /// Month 00 or above 12.
    Month,
    /// A day this month does not have.
    Day,
    /// Above 23.
    Hour,
    /// Above 59.
    Minute,
    /// Above 59.
    Second,
}

impl Base {
    /// Reads a base from exactly its 13 characters.
    ///
    /// # Errors
    /// The first part that is wrong, in the order in which they are written.
    #[expect(
        clippy::inline_always,
        reason = "its result would be packed into a register, which takes as long as half of the check"
    )]
    #[inline(always)]
    pub fn parse<U: Unit>(text: &[U; BASE_LENGTH]) -> Result<Self, BadBase> {
        let quads = Quads::read(text);
        let base = quads.base();
        if quads.are_within(RANGES) && base.hour < 24 && base.has_day() {
            Ok(base)
        } else {
            Err(quads.explain())
        }
    }

    /// The same for bytes. Here it is compiled for speed; a generic function is compiled like its callers.
    #[inline(never)]
    #[must_use]
    pub fn of_bytes(text: &[u8; BASE_LENGTH]) -> Option<Self> {
        Self::parse(text).ok()
    }

    /// Whether the month has this day.
    #[inline]
    fn has_day(self) -> bool {
        let day = self.day.wrapping_sub(1);
        // Most days exist in every month, and need no look at the calendar.
        (day < 28 && self.month.wrapping_sub(1) < 12) || day < days_in_month(self.year, self.month)
    }

    #[cold]
    fn explain(self) -> BadBase {
        if !(1..=12).contains(&self.month) {
            BadBase::Month
        } else if self.day == 0 || self.day > days_in_month(self.year, self.month) {
            BadBase::Day
        } else if self.hour > 23 {
            BadBase::Hour
        } else if self.minute > 59 {
            BadBase::Minute
        } else {
            BadBase::Second
        }
    }

    /// The base of a Unix second; `None` outside 2000–2099.
    #[inline]
    #[must_use]
    pub fn from_unix(seconds: i64) -> Option<Self> {
        if !(FIRST_SECOND..=LAST_SECOND).contains(&seconds) {
            return None;
        }
        // Naive, because a `DateTime` adds its offset each time one of its parts is read.
        let time = DateTime::from_timestamp(seconds, 0)?.naive_utc();
        let narrow = |part: u32| u8::try_from(part).ok();
        Some(Self {
            year: u8::try_from(time.year() - 2000).ok()?,
            month: narrow(time.month())?,
            day: narrow(time.day())?,
            hour: narrow(time.hour())?,
            minute: narrow(time.minute())?,
            second: narrow(time.second())?,
        })
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix(self) -> i64 {
        NaiveDate::from_ymd_opt(2000 + i32::from(self.year), self.month.into(), self.day.into())
            .and_then(|date| date.and_hms_opt(self.hour.into(), self.minute.into(), self.second.into()))
            .map_or(FIRST_SECOND, |time| time.and_utc().timestamp())
    }

    /// The 13 ASCII characters.
    #[inline]
    #[must_use]
    pub fn text(self) -> [u8; BASE_LENGTH] {
        let [y, mo, d, h, mi, s] =
            [self.year, self.month, self.day, self.hour, self.minute, self.second].map(digits);
        [y[0], y[1], mo[0], mo[1], d[0], d[1], b'-', h[0], h[1], mi[0], mi[1], s[0], s[1]]
    }
}

impl fmt::Display for Base {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().into_iter().try_for_each(|character| out.write_char(character.into()))
    }
}

/// Whether the text begins with six digits, a hyphen and six digits, whether or not they are a real second.
#[inline]
#[must_use]
pub fn begins_like_base<U: Unit>(text: &[U]) -> bool {
    text.first_chunk().is_some_and(|start: &[U; BASE_LENGTH]| Quads::read(start).are_within(DIGITS))
}

const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut value = 0u8;
    while value < 100 {
        pairs[value as usize] = [b'0' + value / 10, b'0' + value % 10];
        value += 1;
    }
    pairs
};

#[inline]
fn digits(value: u8) -> [u8; 2] {
    PAIRS[usize::from(value) % PAIRS.len()]
}

/// 0 for an invalid month.
#[inline]
fn days_in_month(year: u8, month: u8) -> u8 {
    const DAYS: [u8; 128] = {
        let mut days = [0; 128];
        let real = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mut month = 0;
        while month < real.len() {
            days[month + 1] = real[month];
            month += 1;
        }
        days
    };
    // Within 2000-2099 every fourth year is a leap year, 2000 included.
    DAYS[usize::from(month) % DAYS.len()] + u8::from(month == 2 && year.is_multiple_of(4))
}

/// The limits of the characters in [`Quads`] if all digits are allowed; 0 for the hyphen.
const DIGITS: [[u8; 4]; 3] = [[9; 4], [9, 9, 0, 9], [9; 4]];

/// The same for the digits that months, days, hours, minutes and seconds have.
const RANGES: [[u8; 4]; 3] = [[9, 9, 1, 9], [3, 9, 0, 2], [5, 9, 5, 9]];

/// The characters of `NNNNNN-NNNNNN`, four at a time, as distances from the digit 0 or the hyphen: this is the hot path. No
/// four of them reach over the eighth, because text comes in stores of eight units, and a processor stalls when it loads what
/// two stores have just written. Not an array of numbers, which would be packed into one and unpacked again.
#[derive(Clone, Copy)]
struct Quads {
    year_month: u64,
    day_hour: u64,
    minute_second: u64,
    hour_ones: u16,
}

impl Quads {
    #[inline]
    fn read<U: Unit>(text: &[U; BASE_LENGTH]) -> Self {
        let quad = |at: usize| text[at..].first_chunk().map_or(u64::MAX, |units| U::lanes(*units));
        Self {
            year_month: quad(0) ^ u8::lanes(*b"0000"),
            day_hour: quad(4) ^ u8::lanes(*b"00-0"),
            minute_second: quad(9) ^ u8::lanes(*b"0000"),
            hour_ones: text[8].bits().wrapping_sub(b'0'.into()),
        }
    }

    /// Whether no digit exceeds its limit, and the hyphen is one.
    #[inline]
    fn are_within(self, [year_month, day_hour, minute_second]: [[u8; 4]; 3]) -> bool {
        let spilled = spilled(self.year_month, year_month)
            | spilled(self.day_hour, day_hour)
            | spilled(self.minute_second, minute_second);
        spilled == 0 && self.hour_ones <= 9
    }

    #[cold]
    fn explain(self) -> BadBase {
        if self.are_within(DIGITS) { self.base().explain() } else { BadBase::Shape }
    }

    /// The numbers, if all are digits.
    #[inline]
    fn base(self) -> Base {
        let ([year, month], [day, _]) = (pairs(self.year_month), pairs(self.day_hour));
        let [minute, second] = pairs(self.minute_second);
        let hour = ((self.day_hour >> 48) * 10 + u64::from(self.hour_ones)).to_le_bytes()[0];
        Base { year, month, day, hour, minute, second }
    }
}

/// 0 when no lane exceeds its limit.
#[inline]
fn spilled(values: u64, limits: [u8; 4]) -> u64 {
    // What may be added before a lane overflows its lowest four bits. A lane carries into its neighbour only when it is out
    // of range itself, which already refuses.
    let room = u8::lanes(limits.map(|limit| 15 - limit));
    (values | values.wrapping_add(room)) & u16::lanes([0xFFF0; 4])
}

/// The numbers in the first two and the last two lanes.
#[inline]
fn pairs(values: u64) -> [u8; 2] {
    let bytes = values.wrapping_mul(10).wrapping_add(values >> 16).to_le_bytes();
    [bytes[0], bytes[4]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Base, BadBase> {
        Base::parse(text.as_bytes().try_into().unwrap())
    }

    #[test]
    fn names_the_first_wrong_part() {
        for (text, wrong) in [
            ("25100a-143000", BadBase::Shape),
            ("251006_143000", BadBase::Shape),
            ("251006-14300:", BadBase::Shape),
            ("2510061143000", BadBase::Shape),
            ("25100/-143000", BadBase::Shape),
            ("250006-143000", BadBase::Month),
            ("251306-143000", BadBase::Month),
            ("250229-143000", BadBase::Day),
            ("250400-143000", BadBase::Day),
            ("250431-143000", BadBase::Day),
            ("251006-243000", BadBase::Hour),
            ("251006-146000", BadBase::Minute),
            ("251006-235960", BadBase::Second),
        ] {
            assert_eq!(parse(text), Err(wrong), "{text}");
        }
    }

    #[test]
    fn every_byte_in_every_place_is_a_digit_or_refused() {
        let good = *b"000101-000000";
        for place in 0..BASE_LENGTH {
            for byte in 0..=u8::MAX {
                let mut text = good;
                text[place] = byte;
                let fits = if place == 6 { byte == b'-' } else { byte.is_ascii_digit() };
                assert_eq!(Base::parse(&text) != Err(BadBase::Shape), fits, "{text:?}");
            }
        }
    }

    #[test]
    fn every_day_of_the_century_goes_there_and_back() {
        for seconds in (FIRST_SECOND..=LAST_SECOND).step_by(86_399) {
            let base = Base::from_unix(seconds).unwrap();
            assert_eq!(base.unix(), seconds);
            assert_eq!(Base::parse(&base.text()), Ok(base));
        }
    }

    #[test]
    fn only_days_that_chrono_knows_are_accepted() {
        for year in 0..100u8 {
            for month in 0..100u8 {
                for day in 0..100u8 {
                    let mut text = *b"000000-000000";
                    for (at, part) in [year, month, day].into_iter().enumerate() {
                        text[at * 2..at * 2 + 2].copy_from_slice(&digits(part));
                    }
                    let real =
                        NaiveDate::from_ymd_opt(2000 + i32::from(year), month.into(), day.into()).is_some();
                    assert_eq!(Base::parse(&text).is_ok(), real, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn the_century_ends_where_it_says() {
        assert_eq!(Base::from_unix(FIRST_SECOND).unwrap().text(), *b"000101-000000");
        assert_eq!(Base::from_unix(LAST_SECOND).unwrap().text(), *b"991231-235959");
        assert_eq!(Base::from_unix(FIRST_SECOND - 1), None);
        assert_eq!(Base::from_unix(LAST_SECOND + 1), None);
    }
}
