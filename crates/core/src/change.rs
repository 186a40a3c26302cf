//! How a run ID was changed: the single vocabulary for how a wrong run ID differs from the right one.
//!
//! References: SPEC §11; `docs/changes.md` lists the words for users.

use std::ops::Range;

use chrono::NaiveDate;

use crate::base::{BASE_LENGTH, Base};
use crate::client_id::{self, is_separator};
use crate::named::named;
use crate::order;
use crate::run_id::RunId;

/// Distances between UTC and the time zones in use, in minutes, without their sign. A zone that is read as UTC moves a
/// time one way, and UTC that is read as a zone moves it the other way.
pub const ZONE_OFFSETS: [i64; 25] = [
    60, 120, 150, 180, 210, 240, 270, 300, 330, 345, 360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720,
    765, 780, 825, 840,
];

/// The maximum distance of a changed date in days, unless its parts are exchanged.
pub const MAX_DAYS: i64 = 31;

/// Texts that a program writes in place of a missing client ID.
pub const PLACEHOLDERS: [&str; 3] = ["undefined", "null", "NaN"];

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

/// Where a client ID begins in a run ID.
const CLIENT_START: usize = BASE_LENGTH + 1;

named! {
    /// How a wrong run ID differs from the right one. The most specific first: if several apply, the first one is used.
    Kind {
        /// Nothing but the case of letters.
        CaseChanged = "case-changed",
        /// `-` and `_` were exchanged or dropped; the case of letters may differ too.
        SeparatorChanged = "separator-changed",
        /// One of [`PLACEHOLDERS`] is in place of the client ID.
        PlaceholderClient = "placeholder-client",
        /// It contains the client ID twice.
        SuffixTwice = "suffix-twice",
        /// The client ID was added to another client's run ID.
        SuffixAdded = "suffix-added",
        /// The client ID lost its end.
        SuffixCut = "suffix-cut",
        /// The time is off by the distance between UTC and a time zone.
        TimeZoneShift = "time-zone-shift",
        /// Two neighbouring digits of the base are exchanged.
        DigitsExchanged = "digits-exchanged",
        /// The time of day is right, but the date is not.
        DateChanged = "date-changed",
        /// The client ID is another client's.
        SuffixOfAnotherClient = "suffix-of-another-client",
        /// One of the two is the base alone.
        SuffixMissing = "suffix-missing",
    }
}

impl Kind {
    /// Whether the base differs, and the client does not.
    #[must_use]
    pub fn is_of_time(self) -> bool {
        matches!(self, Self::TimeZoneShift | Self::DigitsExchanged | Self::DateChanged)
    }
}

/// How one run ID became another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The kind of change.
    pub kind: Kind,
    /// The characters of the wrong run ID that differ. Empty, at the position of the missing ones, if it lacks some.
    pub span: Range<usize>,
    /// How far the wrong time is ahead of the right one, for [`Kind::TimeZoneShift`].
    pub minutes: Option<i64>,
}

/// How `right` was changed; `None` if the two are equal, or have too little in common.
#[must_use]
pub fn between(wrong: RunId<'_>, right: RunId<'_>) -> Option<Change> {
    if wrong.base != right.base {
        return if wrong.client == right.client { between_bases(wrong.base, right.base) } else { None };
    }
    let (kind, span) = match (wrong.client, right.client) {
        (Some(wrong), Some(right)) => {
            let (kind, span) = between_clients(wrong, right)?;
            (kind, CLIENT_START + span.start..CLIENT_START + span.end)
        }
        (None, Some(_)) => (Kind::SuffixMissing, BASE_LENGTH..BASE_LENGTH),
        (Some(wrong), None) => (Kind::SuffixMissing, BASE_LENGTH..CLIENT_START + wrong.len()),
        (None, None) => return None,
    };
    Some(Change { kind, span, minutes: None })
}

fn between_clients(wrong: &[u8], right: &[u8]) -> Option<(Kind, Range<usize>)> {
    let whole = 0..wrong.len();
    Some(if wrong == right {
        return None;
    } else if wrong.eq_ignore_ascii_case(right) {
        (Kind::CaseChanged, difference(wrong, right))
    } else if has_other_separators(wrong, right) {
        (Kind::SeparatorChanged, difference(wrong, right))
    } else if is_placeholder(wrong) && !is_placeholder(right) {
        (Kind::PlaceholderClient, whole)
    } else if client_id::repeated(wrong) == Some(right) {
        (Kind::SuffixTwice, right.len()..wrong.len())
    } else if let Some(front) = before_suffix(wrong, right) {
        (Kind::SuffixAdded, 0..front.len() + 1)
    } else if right.starts_with(wrong) {
        (Kind::SuffixCut, wrong.len()..wrong.len())
    } else {
        (Kind::SuffixOfAnotherClient, whole)
    })
}

fn between_bases(wrong: Base, right: Base) -> Option<Change> {
    let apart = wrong.unix() - right.unix();
    let minutes = apart / MINUTE;
    let [wrong_text, right_text] = [wrong, right].map(Base::text);
    let is_zone = apart % MINUTE == 0 && ZONE_OFFSETS.binary_search(&minutes.abs()).is_ok();
    let kind = if is_zone {
        Kind::TimeZoneShift
    } else if is_exchanged(wrong_text, right_text) {
        Kind::DigitsExchanged
    } else if apart % DAY == 0 && ((apart / DAY).abs() <= MAX_DAYS || has_same_parts(wrong, right)) {
        Kind::DateChanged
    } else {
        return None;
    };
    Some(Change { kind, span: difference(&wrong_text, &right_text), minutes: is_zone.then_some(minutes) })
}

/// From the first to the last character of `wrong` that differs.
fn difference(wrong: &[u8], right: &[u8]) -> Range<usize> {
    let start = wrong.iter().zip(right).take_while(|(a, b)| a == b).count();
    let rest = wrong[start..].iter().rev().zip(right[start..].iter().rev());
    start..wrong.len() - rest.take_while(|(a, b)| a == b).count()
}

fn is_placeholder(client: &[u8]) -> bool {
    PLACEHOLDERS.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(client))
}

/// Whether it has each character of `right`, in order, except that separators may be exchanged or missing.
fn has_other_separators(wrong: &[u8], right: &[u8]) -> bool {
    let mut rest = wrong;
    for &unit in right {
        match rest.split_first() {
            Some((&found, after))
                if found.eq_ignore_ascii_case(&unit) || (is_separator(found) && is_separator(unit)) =>
            {
                rest = after;
            }
            _ if is_separator(unit) => {}
            _ => return false,
        }
    }
    rest.is_empty()
}

/// The client ID to which `suffix` was added.
fn before_suffix<'a>(client: &'a [u8], suffix: &[u8]) -> Option<&'a [u8]> {
    let front = client.strip_suffix(suffix)?.strip_suffix(b"-")?;
    client_id::check(front).is_ok().then_some(front)
}

/// Whether two neighbours are exchanged, and nothing else differs.
fn is_exchanged(wrong: [u8; BASE_LENGTH], right: [u8; BASE_LENGTH]) -> bool {
    let Range { start, end } = difference(&wrong, &right);
    end - start == 2 && wrong[start] == right[start + 1] && wrong[start + 1] == right[start]
}

/// Whether year, month and day are the same numbers in another order.
fn has_same_parts(wrong: Base, right: Base) -> bool {
    let [wrong, right] = [wrong, right].map(|base| {
        let mut parts = [base.year, base.month, base.day];
        order::sort(&mut parts);
        parts
    });
    wrong == right
}

/// Every second whose base a change of time may have turned into `wrong`, with that change: the most specific
/// first, within a kind the nearest first, and of two that are as near the earlier one.
pub fn right_times(wrong: Base) -> impl Iterator<Item = (Kind, i64)> {
    let at = wrong.unix();
    let around = move |apart: i64| [at - apart, at + apart];
    let zones: Vec<i64> = ZONE_OFFSETS.into_iter().flat_map(|minutes| around(minutes * MINUTE)).collect();
    let mut exchanged = exchanges(wrong);
    exchanged.retain(|right| !zones.contains(right));
    let mut days: Vec<i64> = (1..=MAX_DAYS).flat_map(|days| around(days * DAY)).collect();
    days.extend(
        arrangements(wrong).into_iter().filter(|right| at.abs_diff(*right) > (MAX_DAYS * DAY).unsigned_abs()),
    );
    days.retain(|right| !exchanged.contains(right));
    let kinds = [(Kind::TimeZoneShift, zones), (Kind::DigitsExchanged, exchanged), (Kind::DateChanged, days)];
    kinds.into_iter().flat_map(|(kind, times)| times.into_iter().map(move |right| (kind, right)))
}

/// The bases that are one exchange of neighbouring digits away and real.
fn exchanges(base: Base) -> Vec<i64> {
    let text = base.text();
    let exchanged = (0..BASE_LENGTH - 1).filter_map(|at| {
        let mut other = text;
        other.swap(at, at + 1);
        Base::parse(&other).ok().filter(|other| *other != base)
    });
    in_order_of_nearness(base, exchanged)
}

/// The bases with the same time whose year, month and day are the same numbers in another order.
fn arrangements(base: Base) -> Vec<i64> {
    let [y, m, d] = [base.year, base.month, base.day];
    let others = [[y, d, m], [m, y, d], [m, d, y], [d, y, m], [d, m, y]];
    let arranged = others.into_iter().filter_map(|[year, month, day]| {
        let other = Base { year, month, day, ..base };
        NaiveDate::from_ymd_opt(2000 + i32::from(year), month.into(), day.into())?;
        (other != base).then_some(other)
    });
    in_order_of_nearness(base, arranged)
}

fn in_order_of_nearness(base: Base, others: impl Iterator<Item = Base>) -> Vec<i64> {
    let mut seconds: Vec<i64> = others.map(Base::unix).collect();
    order::sort_by_key(&mut seconds, |other| (base.unix().abs_diff(*other), *other));
    seconds.dedup();
    seconds
}
