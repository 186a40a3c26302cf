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
    #[inline]
    pub fn parse<U: Unit>(text: &[U; BASE_LENGTH]) -> Result<Self, BadBase> {
        let [year, month, day, hour, minute, second] = read_pairs(text).ok_or(BadBase::Shape)?;
        let base = Self { year, month, day, hour, minute, second };
        let real =
            day.wrapping_sub(1) < days_in_month(year, month) && hour < 24 && minute < 60 && second < 60;
        if real { Ok(base) } else { Err(base.explain()) }
    }

    /// The same for bytes. Here it is compiled for speed; a generic function is compiled like its callers.
    #[inline(never)]
    #[must_use]
    pub fn of_bytes(text: &[u8; BASE_LENGTH]) -> Option<Self> {
        Self::parse(text).ok()
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
    text.first_chunk().is_some_and(|start: &[U; BASE_LENGTH]| read_pairs(start).is_some())
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

/// The six two-digit numbers of `NNNNNN-NNNNNN`, four characters at a time: this is the hot path. No four
/// of them reach over the eighth, because text comes in stores of eight units, and a processor stalls when
/// it loads what two stores have just written.
#[inline]
fn read_pairs<U: Unit>(text: &[U; BASE_LENGTH]) -> Option<[u8; 6]> {
    let quad = |at: usize| text[at..].first_chunk().map_or(u64::MAX, |units| U::lanes(*units));
    let year_month = digit_values(quad(0), *b"0000");
    let day_hour = digit_values(quad(4), *b"00-0");
    let hour_ones = text[8].bits().wrapping_sub(b'0'.into());
    let minute_second = digit_values(quad(9), *b"0000");
    if year_month.spilled | day_hour.spilled | minute_second.spilled != 0 || hour_ones > 9 {
        return None;
    }
    let ([year, month], [day, _]) = (year_month.pairs(), day_hour.pairs());
    let [minute, second] = minute_second.pairs();
    let hour_tens = day_hour.values >> 48;
    let hour = (hour_tens * 10 + u64::from(hour_ones)).to_le_bytes()[0];
    Some([year, month, day, hour, minute, second])
}

/// Four lanes of 16 bits, as distances from the expected characters.
#[derive(Clone, Copy)]
struct DigitValues {
    values: u64,
    /// 0 when each is in range.
    spilled: u64,
}

/// `zero` is '0' where a digit is expected and '-' where a hyphen is.
#[inline]
fn digit_values(lanes: u64, zero: [u8; 4]) -> DigitValues {
    // What may be added before a lane overflows its lowest four bits: 6 lets 0 to 9 pass, 15 only 0.
    let room = zero.map(|zero| if zero == b'-' { 15u8 } else { 6 });
    let values = lanes ^ u8::lanes(zero);
    // A lane carries into its neighbour only when it is out of range itself, which already refuses.
    let spilled = (values | values.wrapping_add(u8::lanes(room))) & u16::lanes([0xFFF0; 4]);
    DigitValues { values, spilled }
}

impl DigitValues {
    /// The numbers in the first two and the last two lanes.
    #[inline]
    fn pairs(self) -> [u8; 2] {
        let bytes = self.values.wrapping_mul(10).wrapping_add(self.values >> 16).to_le_bytes();
        [bytes[0], bytes[4]]
    }
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
