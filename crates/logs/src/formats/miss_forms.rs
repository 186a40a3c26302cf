//! The forms in which a text says that the record of a run was not found. SPEC §11, "A miss".
//!
//! The run ID must be what was looked up: `Run <ID>: lead 12 not found` is about a lead.

use std::ops::Range;

use crate::read::scan::spans;

/// The code of a lookup that missed.
pub const CODE: &str = "ERR_JOB_NOT_FOUND";

/// The beginning of the line that names what was looked for, in an error as Node.js shows it.
pub const RECEIVED: &str = "received: '";

/// How far from a run ID the words of a form may be, in bytes.
const REACH: usize = 96;

/// How far into a message without a run ID a form is looked for, in bytes.
const MESSAGE: usize = 240;

/// What is looked for.
const NOUNS: [&str; 13] = [
    "job tracking record",
    "job_tracking record",
    "client run record",
    "tracking record",
    "job record",
    "run record",
    "record",
    "client run",
    "job run",
    "job",
    "jobs",
    "run",
    "runs",
];

/// That it is not there, after it.
const GONE: [&str; 14] = [
    "could not be found",
    "cannot be found",
    "was not found",
    "is not found",
    "not found",
    "not_found",
    "notfound",
    "notfounderror",
    "does not exist",
    "doesn't exist",
    "did not exist",
    "is missing",
    "was missing",
    "missing",
];

/// The same before it.
const SOUGHT: [&str; 10] = [
    "could not find",
    "couldn't find",
    "cannot find",
    "can not find",
    "can't find",
    "did not find",
    "didn't find",
    "unable to find",
    "failed to find",
    "no such",
];

/// Errors that are named after what was not found, without underscores and the `error` or `exception` at their end.
const ERRORS: [&str; 9] = [
    "runnotfound",
    "jobnotfound",
    "recordnotfound",
    "clientrunnotfound",
    "runrecordnotfound",
    "jobrecordnotfound",
    "jobtrackingrecordnotfound",
    "errjobnotfound",
    "errrunnotfound",
];

/// Things that get their names from runs: that one is missing says nothing about the record.
const THINGS: [&str; 20] = [
    "folder",
    "directory",
    "dir",
    "file",
    "path",
    "lock",
    "cache",
    "entry",
    "session",
    "queue",
    "topic",
    "bucket",
    "object",
    "prefix",
    "index",
    "table",
    "container",
    "checkpoint",
    "report",
    "lead",
];

/// What may stand between a form, its noun and the ID.
const LINKS: [&str; 10] = ["for", "with", "of", "by", "id", "ids", "runid", "run_id", "key", "the"];

/// Names of fields that hold a message, in front of it.
const FIELDS: [&str; 5] = ["msg", "message", "reason", "detail", "exception"];

/// What may precede a noun that is the whole subject: a print job is something else.
const LEADS: [&str; 12] =
    ["the", "a", "this", "its", "error", "err", "warn", "warning", "info", "fatal", "debug", "because"];

/// Parts of words, one of which is in each form, and the place of two rare letters in each, by which it is found.
const PARTS: [(&str, usize); 6] =
    [("ound", 1), ("issing", 1), ("find", 2), ("no ", 0), ("xist", 0), ("such", 1)];

/// For each byte, the parts whose first letter it is, a bit each in the low half, and those whose second letter it is, in the high
/// half; small or capital.
const LETTERS: [u16; 256] = {
    let mut letters = [0; 256];
    let mut at = 0;
    while at < PARTS.len() {
        let (part, first) = PARTS[at];
        let mut which = 0;
        while which < 2 {
            let letter = part.as_bytes()[first + which];
            let bit = 1 << (at + 8 * which);
            letters[letter as usize] |= bit;
            letters[letter.to_ascii_uppercase() as usize] |= bit;
            which += 1;
        }
        at += 1;
    }
    letters
};

/// The beginnings of the forms in [`GONE`].
const FIRST_WORDS: [&str; 8] = ["not", "is", "was", "missing", "does", "did", "could", "cannot"];

/// The last words of the forms in [`GONE`] and [`SOUGHT`], and of `no record`.
const LAST_WORDS: [u64; 11] = beginnings([
    "found",
    "not_found",
    "notfound",
    "notfounderror",
    "exist",
    "missing",
    "find",
    "such",
    "no",
    "matching",
    "existing",
]);

/// Those of [`ERRORS`], also with underscores.
const ERROR_WORDS: [u64; ERRORS.len()] = beginnings(ERRORS);
const CODE_WORDS: [u64; 9] = beginnings([
    "err_job_not_found",
    "err_run_not_found",
    "run_not_found",
    "job_not_found",
    "record_not_found",
    "client_run_not_found",
    "run_record_not_found",
    "job_record_not_found",
    "job_tracking_record_not_found",
]);

/// The words of an object: those of [`NOUNS`] and [`LINKS`].
const OBJECT_WORDS: [u64; 18] = beginnings([
    "run",
    "job",
    "job_tracking",
    "record",
    "runs",
    "jobs",
    "tracking",
    "client",
    "for",
    "with",
    "of",
    "by",
    "id",
    "ids",
    "runid",
    "run_id",
    "key",
    "the",
]);

/// The first eight letters of a word, as a number that is the same for small and capital ones.
const fn beginning(word: &[u8]) -> u64 {
    let (mut number, mut at) = (0, 0);
    while at < 8 && at < word.len() {
        number = number << 8 | (word[at] | b' ') as u64;
        at += 1;
    }
    number
}

const fn beginnings<const COUNT: usize>(words: [&str; COUNT]) -> [u64; COUNT] {
    let (mut numbers, mut at) = ([0; COUNT], 0);
    while at < COUNT {
        numbers[at] = beginning(words[at].as_bytes());
        at += 1;
    }
    numbers
}

/// Whether [`is_missed`] may be true. It takes long, and in few lines a form ends right before the run ID and its object, or
/// begins right after the run ID.
#[must_use]
pub fn may_be_missed(text: &str, span: Range<usize>) -> bool {
    let (before, after) = (&text.as_bytes()[..span.start], &text.as_bytes()[span.end..]);
    let next = after.iter().position(u8::is_ascii_alphabetic).unwrap_or(after.len());
    let after = &after[next..after.len().min(next + REACH)];
    let begins =
        |word: &str| after.get(..word.len()).is_some_and(|first| first.eq_ignore_ascii_case(word.as_bytes()));
    let may_begin = FIRST_WORDS.iter().any(|word| begins(word)) || may_be_message(after);
    (may_begin && are_in(after)) || may_end_missed(&before[before.len().saturating_sub(REACH)..])
}

/// Whether a text may begin with a noun of more than one word, behind what leads to a message.
fn may_be_message(text: &[u8]) -> bool {
    const FIRST: [u64; 5] = beginnings(["job", "job_tracking", "tracking", "run", "client"]);
    const LEAD_WORDS: [u64; LEADS.len()] = beginnings(LEADS);
    const FIELD_WORDS: [u64; FIELDS.len()] = beginnings(FIELDS);
    const LETTERS: u32 = letters(&FIRST) | letters(&LEAD_WORDS) | letters(&FIELD_WORDS);
    let mut rest = text;
    for _ in 0..MAX_LEADS {
        let Some(start) = rest.iter().position(u8::is_ascii_alphabetic) else { return false };
        // Most messages begin with another letter.
        if LETTERS & 1 << (rest[start] & 31) == 0 {
            return false;
        }
        rest = &rest[start..];
        let is_outer = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'_';
        let end = rest.iter().position(is_outer).unwrap_or(rest.len());
        let word = beginning(&rest[..end]);
        if FIRST.contains(&word) {
            return true;
        }
        if !LEAD_WORDS.contains(&word) && !FIELD_WORDS.contains(&word) {
            return false;
        }
        rest = &rest[end..];
    }
    false
}

/// The letters with which some words begin: a bit for each.
const fn letters(words: &[u64]) -> u32 {
    let (mut letters, mut at) = (0, 0);
    while at < words.len() {
        let mut word = words[at];
        while word > 255 {
            word >>= 8;
        }
        letters |= 1 << (word & 31);
        at += 1;
    }
    letters
}

/// Words that may lead to a message, and the first one of it.
const MAX_LEADS: usize = 4;

/// Whether the last word before the object may belong to a form.
fn may_end_missed(before: &[u8]) -> bool {
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'\'');
    let mut rest = before;
    loop {
        let Some(end) = rest.iter().rposition(|byte| is_inner(byte) || !byte.is_ascii()) else {
            return false;
        };
        let start = rest[..end].iter().rposition(|byte| !is_inner(byte)).map_or(0, |gap| gap + 1);
        let word = &rest[start..=end];
        // Words that are cut off, quoted or not ASCII need the full check.
        if start == 0 || !rest[start - 1].is_ascii() || word.contains(&b'\'') || !rest[end].is_ascii() {
            return true;
        }
        let word = beginning(word);
        if !OBJECT_WORDS.contains(&word) {
            return LAST_WORDS.contains(&word) || ERROR_WORDS.contains(&word) || CODE_WORDS.contains(&word);
        }
        // `job_tracking_record_not_found` begins like a noun.
        if end - start > "job_tracking".len() {
            return true;
        }
        rest = &rest[..start];
    }
}

/// Whether a text contains a part of a word that each form has.
#[must_use]
pub fn may_be_in(text: &str) -> bool {
    are_in(text.as_bytes())
}

fn are_in(text: &[u8]) -> bool {
    let holds = |at: usize| {
        PARTS.iter().any(|(part, first)| {
            let start = at.checked_sub(*first);
            let own = start.and_then(|start| text.get(start..start + part.len()));
            own.is_some_and(|own| own.eq_ignore_ascii_case(part.as_bytes()))
        })
    };
    let mut firsts = 0;
    for (at, byte) in text.iter().enumerate() {
        let letters = LETTERS[usize::from(*byte)];
        if firsts & (letters >> 8) != 0 && holds(at - 1) {
            return true;
        }
        firsts = letters;
    }
    false
}

/// Whether a text says that the record of the run ID in `span` was not found.
#[must_use]
pub fn is_missed(text: &str, span: Range<usize>) -> bool {
    let before = Words::of(&text[floor(text, span.start.saturating_sub(REACH))..span.start]);
    let after = &text[span.end..floor(text, span.end + REACH)];
    before.say_missed() || (before.are_a_subject() && begins_missed(after)) || is_headed(text, span.end)
}

/// Whether a message that holds no run ID says that a record was not found: a noun of the table is its subject.
#[must_use]
pub fn is_of_record(message: &str) -> bool {
    record_missed_in(message).is_some()
}

/// The same of a noun of more than one word, which means nothing else.
#[must_use]
pub fn is_of_named_record(message: &str) -> bool {
    record_missed_in(message).is_some_and(|missed| missed.is_named)
}

struct MissedRecord {
    /// Whether the noun has more than one word.
    is_named: bool,
    /// Whether the message begins with it, and nothing is said to be what was not found.
    is_first: bool,
}

fn record_missed_in(message: &str) -> Option<MissedRecord> {
    let words = Words::of(&message[..floor(message, MESSAGE)]);
    words.all.iter().enumerate().find_map(|(at, word)| {
        let after = words.gap_after(at).trim_start();
        let is_last = at + 1 == words.all.len();
        let is_whole = is_last || after.starts_with(['.', ':', ';', ',', '(', '!', '"', '\'', '\n', '{']);
        if !is_whole || !GONE.iter().any(|form| form.ends_with(&word.text.to_ascii_lowercase())) {
            return None;
        }
        let words = Words::of(&message[..word.end()]);
        let subject = words.upto(at + 1).phrase(&GONE)?;
        let rest = subject.noun()?;
        let is_named = subject.end - rest.end > 1 || words.all[rest.end].text.contains('_');
        Some(MissedRecord { is_named, is_first: rest.end == 0 && !after.starts_with(':') })
    })
}

/// Whether the lines before a value say that it was not found: an error as Node shows it.
#[must_use]
pub fn is_announced(lines: &str) -> bool {
    lines.contains(CODE) || lines.lines().any(is_of_record)
}

/// Whether the run ID that ends there is what a line begins with, or a field before the message, which says that the
/// record was not found: `[<ID>] Job tracking record not found`. The noun has to have more than one word: in the middle
/// of a run, a job or a record that was not found may be anything. Another run ID after it is what was looked up.
fn is_headed(text: &str, end: usize) -> bool {
    let rest = &text[end..floor(text, end + MESSAGE)];
    let words = Words::of(&rest[..floor(rest, REACH)]);
    let is_lead = |word: &&Word<'_>| {
        word.text.bytes().all(|byte| byte.is_ascii_digit())
            || LEADS.iter().any(|lead| word.is(lead))
            || FIELDS.iter().any(|field| word.is(field))
    };
    let leads = words.all.iter().take_while(is_lead).count();
    let Some(first) = words.all.get(leads).filter(|_| leads < MAX_LEADS) else { return false };
    let missed = record_missed_in(&words.part[first.start..]);
    missed.is_some_and(|missed| missed.is_first && missed.is_named) && spans(rest.as_bytes(), 0).is_empty()
}

fn begins_missed(after: &str) -> bool {
    let closed = after.trim_start_matches(['"', '\'', '`', ')', '>', '}', '”', '’']);
    let is_apart = closed.starts_with([' ', ':']);
    let bare = closed.trim_start_matches([' ', ':']);
    let words = Words::of(bare);
    let form = GONE.iter().filter(|form| words.begin_with(form)).max_by_key(|form| form.len());
    let Some(form) = form.filter(|_| is_apart && words.all.first().is_some_and(|first| first.start == 0))
    else {
        return false;
    };
    let count = form.split(' ').count();
    let rest = words.gap_after(count - 1).trim_start_matches(['"', '\'']);
    let is_end = rest.trim_end().is_empty() && words.all.len() == count;
    // After a colon or as an adjective, it may be about something else.
    let is_adjective = !form.contains(' ') || form.ends_with("missing");
    if closed.trim_start().starts_with(':') || is_adjective {
        return is_end || (!closed.trim_start().starts_with(':') && !rest.starts_with([' ', ':']));
    }
    let place = words.all.get(count).filter(|_| rest.trim().is_empty());
    match place {
        Some(word) if ["in", "on", "at", "by"].iter().any(|place| word.is(place)) => {
            let what = words.all[count + 1..].iter().take(3);
            what.clone().any(|word| PLACES.iter().any(|place| word.is(place)))
        }
        _ => true,
    }
}

/// Where a record is looked for.
const PLACES: [&str; 8] = ["job", "jobs", "tracking", "database", "db", "table", "records", "runs"];

#[derive(Clone, Copy)]
struct Word<'t> {
    text: &'t str,
    start: usize,
}

impl Word<'_> {
    fn is(self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    fn end(self) -> usize {
        self.start + self.text.len()
    }
}

/// The words of a part of a text.
#[derive(Clone)]
struct Words<'t> {
    part: &'t str,
    all: Vec<Word<'t>>,
}

/// The first words of some.
#[derive(Clone, Copy)]
struct Upto<'w, 't> {
    words: &'w Words<'t>,
    end: usize,
}

impl<'t> Words<'t> {
    fn of(part: &'t str) -> Self {
        let is_inner = |unit: char| unit.is_alphanumeric() || unit == '_' || unit == '\'';
        let mut all = Vec::new();
        for word in part.split(|unit| !is_inner(unit)) {
            let bare = word.trim_matches('\'');
            if !bare.is_empty() {
                all.push(Word { text: bare, start: bare.as_ptr() as usize - part.as_ptr() as usize });
            }
        }
        Self { part, all }
    }

    fn upto(&self, end: usize) -> Upto<'_, 't> {
        Upto { words: self, end }
    }

    fn begin_with(&self, form: &str) -> bool {
        let mut own = self.all.iter();
        form.split(' ').all(|word| own.next().is_some_and(|own| own.is(word)))
    }

    /// What stands between a word and the next.
    fn gap_after(&self, at: usize) -> &'t str {
        let end = self.all.get(at + 1).map_or(self.part.len(), |next| next.start);
        &self.part[self.all[at].end()..end]
    }

    /// Whether they end in a form whose object comes next.
    fn say_missed(&self) -> bool {
        let all = self.upto(self.all.len());
        if all.without_links().last_is_error() {
            return true;
        }
        let (object, is_linked) = all.object();
        // What ends a sentence about a plain noun may begin another one, unless the ID is called one.
        let is_named = all.without_ids().end < all.end;
        let is_told =
            |subject: Upto<'_, '_>| subject.noun().is_some_and(|rest| is_named || subject.end - rest.end > 1);
        if object.ends_sentence() && object.last_of(&GONE).is_some_and(is_told) {
            return true;
        }
        let gone = object.phrase(&GONE).or_else(|| all.without_links().phrase(&GONE));
        if let Some(subject) = gone {
            let is_bare = object.end == all.end || !is_linked;
            return subject.noun().is_some() || (is_bare && subject.is_alone());
        }
        // `the record for run`
        let of_record = || object.noun_of_any().map(Upto::without_links);
        if [Some(object), of_record()].into_iter().flatten().any(|of| of.phrase(&SOUGHT).is_some()) {
            return true;
        }
        // `no record for`: the preposition makes the ID its object, or that it was not found.
        let is_no = |rest: Upto<'_, '_>| {
            let is_found = rest.phrase(&["found"]).is_some();
            let rest = if is_found { rest.less(1) } else { rest };
            let kind = rest.noun_of_any().map(|rest| rest.without(&["matching", "existing"]));
            (is_linked || is_found) && kind.is_some_and(|rest| rest.last("no"))
        };
        is_no(all.without_links()) || is_no(object)
    }

    /// Whether the ID that comes next may be the subject of a form after it, and not the object of another word or the run that
    /// a line is about.
    fn are_a_subject(&self) -> bool {
        let opened = self.part.trim_end();
        if opened.ends_with(['[', '/', '&', '?']) {
            return false;
        }
        let all = self.upto(self.all.len());
        // `record for`, `record of run`: the noun is the subject.
        let is_of_record = |rest: Upto<'_, '_>| rest.without_links().noun().is_some();
        if let Some(rest) = all.without_ids().noun_of_any() {
            let is_path = self.part[..self.all[rest.end].start].ends_with('/');
            return !is_path && (!rest.has_preposition() || is_of_record(rest));
        }
        if all.has_preposition() {
            return is_of_record(all);
        }
        !opened.ends_with(',') && !THINGS.iter().any(|thing| all.last(thing))
    }
}

impl Upto<'_, '_> {
    fn less(self, count: usize) -> Self {
        Self { end: self.end - count, ..self }
    }

    fn last(self, word: &str) -> bool {
        self.end > 0 && self.words.all[self.end - 1].is(word)
    }

    /// Without a phrase at the end, the longest of several. Only blanks and quotes may be within it, and what introduces an
    /// object after it.
    fn phrase(self, forms: &[&str]) -> Option<Self> {
        let is_introduced = self.end > 0 && is_introduction(self.words.gap_after(self.end - 1));
        if is_introduced { self.last_of(forms) } else { None }
    }

    /// The same, whatever follows it.
    fn last_of(self, forms: &[&str]) -> Option<Self> {
        let ends = |form: &&&str| {
            let count = form.split(' ').count();
            count <= self.end
                && form.split(' ').zip(&self.words.all[self.end - count..]).all(|(word, own)| own.is(word))
                && (self.end - count..self.end - 1).all(|at| self.words.gap_after(at).trim().is_empty())
        };
        let longest = forms.iter().filter(ends).max_by_key(|form| form.len())?;
        Some(self.less(longest.split(' ').count()))
    }

    /// Whether only the end of a sentence, or a dash, and what introduces an object, follow the last word.
    fn ends_sentence(self) -> bool {
        let gap = self.end.checked_sub(1).map_or("", |last| self.words.gap_after(last));
        let is_end = |unit: char| matches!(unit, '.' | ',' | ';' | '-' | '>' | '|' | '\u{2013}' | '\u{2014}');
        gap.chars().any(is_end) && gap.chars().all(|unit| is_end(unit) || introduces(unit))
    }

    /// Whether the last word is the name of an error about a record.
    fn last_is_error(self) -> bool {
        let Some(word) = self.end.checked_sub(1).map(|at| self.words.all[at]) else { return false };
        let letters = || word.text.bytes().filter(|byte| *byte != b'_');
        let is_error = |name: &str| {
            let mut own = letters();
            name.bytes().all(|byte| own.next().is_some_and(|own| own.eq_ignore_ascii_case(&byte)))
                && matches!(own.count(), 0 | 5 | 9)
        };
        is_introduction(self.words.gap_after(self.end - 1)) && ERRORS.iter().any(|name| is_error(name))
    }

    /// Without a noun that is the whole subject.
    fn noun(self) -> Option<Self> {
        let rest = self.noun_of_any()?;
        let is_plain = self.end - rest.end < 2;
        (!is_plain || rest.is_alone()).then_some(rest)
    }

    fn noun_of_any(self) -> Option<Self> {
        self.phrase(&NOUNS)
    }

    /// Whether what follows begins a sentence, or what counts as one in a log.
    fn is_alone(self) -> bool {
        let Some(at) = self.end.checked_sub(1) else { return true };
        let gap = self.words.gap_after(at);
        gap.contains([':', ';', '|', ']', '>', '"', '=', '.', '\n', '-', ')'])
            || LEADS.iter().any(|lead| self.last(lead))
            || self.ends_in_time()
    }

    /// Whether the last word ends a time of day.
    fn ends_in_time(self) -> bool {
        let Some(at) = self.end.checked_sub(1) else { return false };
        let told = &self.words.part.as_bytes()[..self.words.all[at].end()];
        let is_of_time = |byte: &&u8| byte.is_ascii_digit() || b":.,TZ+-".contains(byte);
        told.iter().rev().take_while(is_of_time).filter(|byte| **byte == b':').count() > 1
    }

    fn has_preposition(self) -> bool {
        ["for", "with", "of", "by", "in", "from", "to"].iter().any(|word| self.last(word))
    }

    fn without(self, words: &[&str]) -> Self {
        let mut rest = self;
        while words.iter().any(|word| rest.last(word)) && is_introduction(rest.words.gap_after(rest.end - 1))
        {
            rest = rest.less(1);
        }
        rest
    }

    fn without_links(self) -> Self {
        self.without(&LINKS)
    }

    fn without_ids(self) -> Self {
        self.without(&["id", "ids", "runid", "run_id", "key", "with"])
    }

    /// Without the noun of the ID and what links it, and whether a preposition did.
    fn object(self) -> (Self, bool) {
        let rest = self.without_links();
        let rest = rest.noun_of_any().unwrap_or(rest).without_links();
        let is_linked = (rest.end..self.end).any(|at| self.words.upto(at + 1).has_preposition());
        (rest, is_linked)
    }
}

/// Whether nothing stands between a word and its object but what introduces it.
fn is_introduction(gap: &str) -> bool {
    gap.chars().all(introduces)
}

fn introduces(unit: char) -> bool {
    matches!(unit, ' ' | ':' | '"' | '\'' | '`' | '(' | '<' | '{' | '=' | '#' | '\\' | '“')
}

/// The nearest boundary of characters at or before a byte.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_is_missing_in_the_tables_by_which_forms_are_found() {
        let is_last = |form: &str| {
            let word = form.rsplit(' ').next().unwrap_or(form);
            LAST_WORDS.contains(&beginning(word.as_bytes()))
        };
        for form in GONE.iter().chain(&SOUGHT).chain(&["no "]) {
            assert!(may_be_in(form) && is_last(form.trim_end()), "{form}");
        }
        for form in GONE {
            assert!(FIRST_WORDS.iter().any(|word| form.starts_with(word)), "{form}");
        }
        for word in NOUNS.iter().chain(&LINKS).flat_map(|words| words.split(' ')) {
            assert!(OBJECT_WORDS.contains(&beginning(word.as_bytes())), "{word}");
        }
    }
}
