//! What one line says about a run.

use std::borrow::Cow;
use std::ptr;

use memchr::{memchr, memchr2_iter};
use run_id_core::event::{Action, MARKER, OPENING};
use run_id_core::run_id::RunId;

use crate::formats::event::{self, Event, EventKind, Process};
use crate::formats::extract;
use crate::formats::json::{Object, Value};
use crate::formats::layout::{Header, Layout};
use crate::formats::records::Entry;
use crate::formats::time::{self, Millis, Stamp};
use crate::formats::{FORMATS, Record, attributes, miss_forms, quoting, time_of};
use crate::map::Map;
use crate::read::lines::Line;
use crate::read::scan::{scan, spans};

/// An event, or what can be taken for one.
#[derive(Clone, Debug)]
pub struct Observation<'a> {
    /// What happened.
    pub event: Event<'a>,
    /// Whether the library itself or a structured log says so first-hand. An event is only where its marker begins the
    /// line, or follows what a known collector puts before it: anyone can put one into a text that is logged.
    pub is_certain: bool,
    /// Whether the line has an HTTP status of 400 or more: the run ID in it may have been refused.
    pub is_failed: bool,
    /// Its time without a zone, if the zone is not known yet.
    pub local: Option<Millis>,
}

/// How far the times without a zone in a file are ahead of UTC, if an event after such a time has told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Zone(Option<Millis>);

impl Zone {
    /// Learns from the time before an event.
    fn learn(&mut self, stamp: &Stamp, time: Millis) {
        const QUARTER: Millis = 15 * 60 * 1000;
        const DAY: Millis = 24 * 60 * 60 * 1000;
        let ahead = stamp.millis - time;
        let zone = (ahead + QUARTER / 2).div_euclid(QUARTER) * QUARTER;
        // The collector took the line some time after the event.
        let is_zone = (ahead - zone).abs() < 60_000 && zone.abs() < DAY;
        if !stamp.has_zone && is_zone {
            self.0 = Some(zone);
        }
    }

    /// The time of a stamp; none if its zone is not known.
    fn time_of(self, stamp: &Stamp) -> Option<Millis> {
        if stamp.has_zone { Some(stamp.millis) } else { self.time_of_local(stamp.millis) }
    }

    /// The time at which a clock in the zone shows this, if the zone is known.
    #[must_use]
    pub fn time_of_local(self, local: Millis) -> Option<Millis> {
        Some(local - self.0?)
    }

    /// The zone that was learnt later, if any was.
    #[must_use]
    pub fn or_later(self, later: Self) -> Self {
        Self(later.0.or(self.0))
    }
}

/// How sure a report is: an event is certain, and a text is not.
#[must_use]
pub fn confidence(is_certain: bool) -> &'static str {
    if is_certain { "certain" } else { "likely" }
}

/// The maximum of formats within one another, such as an export of what a collector made of a logger's line.
const MAX_WRAPPINGS: usize = 8;

/// Reports what a record says. Returns whether something in it could not be read.
pub fn observe(entry: &Entry<'_>, each: &mut dyn FnMut(Observation<'_>)) -> bool {
    observe_in(entry, &mut Zone::default(), each)
}

/// The same; `zone` is that of its file, and is learnt from the records.
pub fn observe_in(entry: &Entry<'_>, zone: &mut Zone, each: &mut dyn FnMut(Observation<'_>)) -> bool {
    let text = as_text(entry.line.text);
    let line = entry.line;
    let mut observer = Observer { each, zone, line, told: 0, events: 0, torn: 0, is_own_torn: false };
    let header = if let Layout::Table(header) = entry.layout { Some(header) } else { None };
    observer.read(&text, header, &Around::default(), MAX_WRAPPINGS);
    let Observer { told, events, torn, is_own_torn, .. } = observer;
    is_own_torn || (torn > 0 && told + events == 0)
}

/// What its surroundings say about a message.
#[derive(Clone, Debug, Default)]
struct Around<'a> {
    time: Option<Millis>,
    process: Option<String>,
    /// The run that is named outside it.
    run_id: Option<Cow<'a, str>>,
    /// The text whose end is the message.
    whole: Option<&'a str>,
}

struct Observer<'e> {
    each: &'e mut dyn FnMut(Observation<'_>),
    zone: &'e mut Zone,
    line: Line<'e>,
    told: usize,
    /// Events, those about no run included.
    events: usize,
    /// Markers that no event follows.
    torn: usize,
    /// Whether a line of this library is torn, or an object of another log.
    is_own_torn: bool,
}

impl Observer<'_> {
    fn tell(&mut self, event: Event<'_>, is_certain: bool) {
        self.told_of(Observation { event, is_certain, is_failed: false, local: None });
    }

    fn told_of(&mut self, observation: Observation<'_>) {
        self.told += 1;
        (self.each)(observation);
    }

    fn read(&mut self, text: &str, header: Option<&Header>, around: &Around<'_>, wrappings: usize) {
        let text = without_colours(text);
        let first = text.bytes().next();
        if first == Some(b'[') {
            if text.starts_with(OPENING) && self.read_own(text, around) {
                return;
            }
            if text.starts_with(extract::MARKER) && extract::read(text).is_some() {
                // Outside of an extract, its writer is not known.
                self.is_own_torn = true;
                return;
            }
        }
        // Most lines begin with a time, and what that belongs to matters only before an object.
        let may_be_wrapped = header.is_some()
            || !first.is_some_and(|first| first.is_ascii_digit())
            || memchr(b'{', text.as_bytes()).is_some();
        let object = if first == Some(b'{') { Object::of(text) } else { None };
        let record = Record { text, object, header };
        if may_be_wrapped
            && wrappings > 0
            && let Some(message) = FORMATS.iter().find_map(|format| (format.read)(&record))
        {
            let (told, events) = (self.told, self.events);
            let inner = Around {
                time: message.time.or(around.time),
                process: message.process.or_else(|| around.process.clone()),
                run_id: message.run_id.or_else(|| around.run_id.clone()),
                whole: message.is_prefixed.then(|| around.whole.unwrap_or(text)),
            };
            self.read(&message.text, None, &inner, wrappings - 1);
            if message.is_prefixed || self.told > told || self.events > events {
                return;
            }
            // The message says nothing, but the rest of the record may.
        }
        let is_line = ptr::eq(text.as_bytes(), self.line.text);
        let may_quote = if is_line { self.line.is_marked } else { quoting::marker_in(text).is_some() };
        if may_quote && self.read_quoted(text) {
            return;
        }
        match &record.object {
            Some(object) => self.read_object(text, object, around),
            // The content of a torn object is unknown.
            None if text.starts_with("{\"") && around.whole.is_none() => self.is_own_torn = true,
            None => self.read_text(text, around),
        }
    }

    /// Reads the event at the beginning of a text, those right after it, and those that are quoted later. Returns whether there
    /// are any.
    fn read_own(&mut self, text: &str, around: &Around<'_>) -> bool {
        let mut rest = text;
        while let Some(object) = rest.strip_prefix(MARKER).filter(|rest| rest.starts_with('{')) {
            let Ok((event, length)) = event::read(object) else {
                self.is_own_torn |= rest.len() == text.len();
                break;
            };
            self.events += 1;
            if self.zone.0.is_none() {
                self.learn_zone(text, around, &event);
            }
            self.tell(event, true);
            rest = object[length..].trim_start();
        }
        let is_read = rest.len() < text.len();
        if is_read && quoting::marker_in(rest).is_some() {
            self.read_quoted(rest);
        }
        is_read
    }

    fn learn_zone(&mut self, text: &str, around: &Around<'_>, event: &Event<'_>) {
        let prefix = around.whole.and_then(|whole| whole.strip_suffix(text)).unwrap_or_default();
        if prefix.is_empty() {
            return;
        }
        let base = event.run_id.as_deref().and_then(RunId::of).map(|run_id| run_id.base);
        let stamp = base.and_then(|base| time::first_in(prefix.as_bytes(), base));
        if let Some((stamp, time)) = stamp.zip(event.time) {
            self.zone.learn(&stamp, time);
        }
    }

    /// Reads events anywhere in a text. Returns whether there are any.
    fn read_quoted(&mut self, text: &str) -> bool {
        let mut told = 0;
        let found = quoting::events(text, &mut |event| {
            told += 1;
            (self.each)(Observation { event, is_certain: false, is_failed: false, local: None });
        });
        self.told += told;
        self.events += found.events;
        self.torn += found.torn;
        found.events > 0
    }

    /// Reads a line of another structured log: the fields of an event, or those of a logger.
    fn read_object(&mut self, text: &str, object: &Object<'_>, around: &Around<'_>) {
        let nested = || {
            object.members().find_map(|(_, value)| {
                let Value::Nested(nested) = value else { return None };
                event::among(&Object::of(nested)?)
            })
        };
        if let Some(event) = event::among(object).or_else(nested) {
            self.events += 1;
            self.tell(event, false);
            return;
        }
        let run_id = attributes::run_of(object).or_else(|| around.run_id.clone());
        let missed = missed_in(text, object, run_id.as_deref());
        if run_id.is_none() && missed.is_none() {
            return self.read_text(text, around);
        }
        let process =
            process_of(object).or_else(|| around.process.clone().map(|name| Process::Named(name.into())));
        let process = process.unwrap_or_default();
        let time = time_of(object, &["time", "timestamp", "ts", "@timestamp"]).or(around.time);
        let event =
            |run_id, kind| Event { time, op: object.text("op"), ..of_run(run_id, process.clone(), kind) };
        let is_failed = status_of(object).is_some_and(is_failure);
        if let Some(run_id) = run_id.filter(|run_id| missed.as_ref() != Some(run_id)) {
            let event = event(run_id, EventKind::Pass);
            self.told_of(Observation { event, is_certain: true, is_failed, local: None });
        }
        if let Some(missed) = missed {
            let event = event(missed, MISSING);
            self.told_of(Observation { event, is_certain: false, is_failed, local: None });
        }
    }

    /// Reads other text: run IDs, times, syslog's processes, and the forms of a miss.
    fn read_text(&mut self, text: &str, around: &Around<'_>) {
        let whole = around.whole.unwrap_or(text);
        let is_line = ptr::eq(whole.as_bytes(), self.line.text);
        let from = self.line.first.filter(|_| is_line).unwrap_or(0);
        let finds = spans(whole.as_bytes(), from);
        let beside = around.run_id.as_deref();
        let first = finds.first().map(|(_, run_id)| *run_id).or_else(|| RunId::of(beside?));
        let Some(first) = first else { return };
        let stamp = time::first_in(whole.as_bytes(), first.base);
        let process = stamp.as_ref().and_then(|stamp| process_in(whole.as_bytes(), stamp));
        let process = process.or_else(|| around.process.clone());
        let process = process.map_or(Process::Unnamed, |name| Process::Named(name.into()));
        let told = stamp.as_ref().and_then(|stamp| self.zone.time_of(stamp));
        let local = stamp.filter(|_| told.is_none()).map(|stamp| stamp.millis);
        let time = told.or(around.time);
        let is_received = self.is_received_in_vain(text);
        // One run ID has few words around it; among many, each may have the words of the others.
        let is_alone = finds.len() == 1;
        let may_be_missed = is_alone || miss_forms::may_be_in(whole);
        let is_failed = has_failed_status(whole.as_bytes());
        let mut seen: Option<Map<&str, bool>> = None;
        for (span, _) in &finds {
            let run_id = &whole[span.clone()];
            let may_be_missed =
                may_be_missed && (!is_alone || miss_forms::may_be_missed(whole, span.clone()));
            let is_missed = is_received || (may_be_missed && miss_forms::is_missed(whole, span.clone()));
            // Most lines have one run ID, some have thousands: each is reported once, and once more if it was missed.
            if finds.len() > 1 {
                let seen = seen.get_or_insert_default();
                if seen.get(run_id).is_some_and(|is_told_missed| *is_told_missed || !is_missed) {
                    continue;
                }
                seen.insert(run_id, is_missed);
            }
            let kind = if is_missed { MISSING } else { EventKind::Pass };
            let event = Event { time, ..of_run(Cow::Borrowed(run_id), process.clone(), kind) };
            self.told_of(Observation { event, is_certain: false, is_failed, local });
        }
        let Some(beside) =
            beside.filter(|run_id| !finds.iter().any(|(span, _)| whole[span.clone()] == **run_id))
        else {
            return;
        };
        // A text that names runs names the one that was looked for.
        let is_missed = finds.is_empty() && may_be_missed && miss_forms::is_of_record(text);
        let kind = if is_missed { MISSING } else { EventKind::Pass };
        let event = Event { time, ..of_run(Cow::Borrowed(beside), process, kind) };
        self.told_of(Observation { event, is_certain: !is_missed, is_failed, local });
    }

    /// Whether a line belongs to an error, as Node.js shows it, that names what was not found.
    fn is_received_in_vain(&self, text: &str) -> bool {
        text.starts_with(miss_forms::RECEIVED) && miss_forms::is_announced(&as_text(self.line.before))
    }
}

/// A lookup that missed, as texts tell it.
const MISSING: EventKind<Cow<'static, str>> =
    EventKind::Record { action: Action::Missing, table: None, client: None, near: Vec::new() };

/// The run ID that was not found according to a logger's line: according to its error, or its message.
fn missed_in<'a>(text: &str, object: &Object<'a>, run_id: Option<&str>) -> Option<Cow<'a, str>> {
    let own = || run_id.map(|run_id| Cow::Owned(run_id.to_owned()));
    let named = || only_run_in(text);
    if text.contains(miss_forms::CODE) {
        let nested = ["err", "error", "exception"].into_iter().filter_map(|name| object.object(name));
        let errors = std::iter::once(object.clone()).chain(nested);
        for error in errors {
            if error.text("code").as_deref() == Some(miss_forms::CODE) {
                return error
                    .text("received")
                    .filter(|received| is_run_id(received))
                    .or_else(own)
                    .or_else(named);
            }
        }
    }
    if !miss_forms::may_be_in(text) {
        return None;
    }
    let nested = ["err", "error"].into_iter().filter_map(|name| object.object(name));
    let messages = std::iter::once(object.clone()).chain(nested);
    let messages =
        messages.flat_map(|of| MESSAGES.map(|(name, is_plain)| Some((of.text(name)?, is_plain)))).flatten();
    messages.into_iter().find_map(|(message, is_plain)| {
        let mut missed = None;
        let mut finds = 0;
        scan(message.as_bytes(), |find| {
            finds += 1;
            let start = usize::try_from(find.offset).unwrap_or(usize::MAX);
            let end = start + find.text.len();
            if missed.is_none() && miss_forms::is_missed(&message, start..end) {
                missed = Some(Cow::Owned(message[start..end].to_owned()));
            }
        });
        let is_plain = is_plain && run_id.is_some();
        let is_missed = if is_plain { miss_forms::is_of_record } else { miss_forms::is_of_named_record };
        missed.or_else(|| if finds == 0 && is_missed(&message) { own().or_else(named) } else { None })
    })
}

/// The members in which loggers put a message, or an error as a text, and whether a plain record in it is that of the run.
const MESSAGES: [(&str, bool); 5] =
    [("msg", true), ("message", true), ("event", true), ("err", false), ("error", false)];

/// The run ID that a record names, whatever the member is called, if it names a single one.
fn only_run_in<'a>(text: &str) -> Option<Cow<'a, str>> {
    let mut finds = spans(text.as_bytes(), 0).into_iter().map(|(span, _)| &text[span]);
    let first = finds.next()?;
    finds.all(|other| other == first).then(|| Cow::Owned(first.to_owned()))
}

/// The HTTP status in a logger's line.
fn status_of(object: &Object<'_>) -> Option<i64> {
    let of = |object: &Object<'_>| {
        ["statusCode", "status", "status_code"].into_iter().find_map(|name| match object.get(name)? {
            Value::Number(status) => Some(*status),
            Value::Text(text) => text.raw().parse().ok(),
            _ => None,
        })
    };
    of(object).or_else(|| ["res", "response"].into_iter().find_map(|name| of(&object.object(name)?)))
}

/// Whether a line has what may be the HTTP status of a failure: a word of three digits, 400 to 599.
fn has_failed_status(text: &[u8]) -> bool {
    let is_apart = |at: Option<usize>| {
        at.and_then(|at| text.get(at)).is_none_or(|byte| matches!(byte, b' ' | b'=' | b'"' | b',' | b'\t'))
    };
    memchr2_iter(b'4', b'5', text).any(|at| {
        let is_number = || text.get(at + 1..at + 3).is_some_and(|rest| rest.iter().all(u8::is_ascii_digit));
        is_apart(at.checked_sub(1)) && is_apart(Some(at + 3)) && is_number()
    })
}

fn is_failure(status: i64) -> bool {
    (400..600).contains(&status)
}

fn of_run<'a>(run_id: Cow<'a, str>, process: Process<'a>, kind: EventKind<Cow<'a, str>>) -> Event<'a> {
    Event {
        time: None,
        process,
        v: None,
        thread: None,
        n: None,
        op: None,
        route: None,
        at: None,
        within: None,
        arrived: None,
        run_id: Some(run_id),
        kind,
    }
}

/// `hostname/pid` where given, else `service`.
fn process_of<'a>(object: &Object<'a>) -> Option<Process<'a>> {
    match (object.text("hostname"), object.get("pid")) {
        (Some(hostname), Some(Value::Number(pid))) => {
            Some(Process::Named(format!("{hostname}/{pid}").into()))
        }
        _ => object.text("service").map(Process::Named),
    }
}

fn is_run_id(text: &str) -> bool {
    RunId::parse(text.as_bytes()).is_ok()
}

/// Bytes that are not UTF-8 become a control character, which is invalid in a JSON string: so an event that was partly
/// overwritten counts as torn, not as a different one.
fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = str::from_utf8(bytes) {
        return text.into();
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '\u{1}'));
    }
    text.into()
}

/// Without blanks and control sequences at its start.
fn without_colours(text: &str) -> &str {
    let mut rest = text;
    if rest.starts_with(|first: char| first.is_ascii_graphic()) {
        return rest;
    }
    rest = rest.trim_start();
    while let Some(sequence) = rest.strip_prefix("\u{1B}[") {
        let Some(end) = sequence.find(|byte: char| ('@'..='~').contains(&byte)) else { break };
        rest = sequence[end + 1..].trim_start();
    }
    rest
}

/// `host app[pid]` after the time of a syslog line. RFC 3164, section 4.1.
fn process_in(line: &[u8], stamp: &Stamp) -> Option<String> {
    let rest = line.get(stamp.span.end..)?;
    let mut words = rest.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let (host, tag) = (words.next()?, words.next()?);
    let tag = tag.strip_suffix(b":").unwrap_or(tag);
    let (app, pid) = tag.strip_suffix(b"]")?.split_at(memchr(b'[', tag)?);
    let is_pid = pid.len() > 1 && pid[1..].iter().all(u8::is_ascii_digit);
    let is_name = |name: &[u8]| !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    (is_pid && is_name(app) && is_name(host))
        .then(|| String::from_utf8_lossy(&[host, b" ", app, pid, b"]"].concat()).into_owned())
}
