//! What one line tells about a run.

use std::borrow::Cow;
use std::str;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use memchr::{memchr, memchr2_iter};
use run_id_core::event::{Action, MARKER, OPENING};
use run_id_core::run_id::RunId;

use crate::formats::event::{self, Event, EventKind, Process};
use crate::formats::time::{self, Stamp};
use crate::read::lines::Line;

/// An event, or what can be taken for one.
#[derive(Clone, Debug)]
pub struct Observation<'a> {
    /// What happened.
    pub event: Event<'a>,
    /// Whether the library itself or a structured log says so, and not just a text.
    pub is_certain: bool,
}

/// How sure a report is of what an event, or only a text, says.
#[must_use]
pub fn confidence(is_certain: bool) -> &'static str {
    if is_certain { "certain" } else { "likely" }
}

/// Tells what a line says. Returns whether something in it could not be read.
pub fn observe(line: &Line<'_>, each: &mut dyn FnMut(Observation<'_>)) -> bool {
    let text = line.text.trim_ascii_start();
    let structured = if text.starts_with(b"{") { event::read_structured(text, OPENING) } else { None };
    if let Some(wrapped) = structured.as_ref().and_then(|line| line.wrapped.as_deref()) {
        return read_marked(wrapped.as_bytes(), each);
    }
    if line.is_marked {
        return read_marked(line.text, each);
    }
    match structured {
        Some(line) if line.run_id.as_deref().is_some_and(is_run_id) => {
            let (run_id, process) = (line.run_id, line.process);
            let event =
                Event { time: line.time, process, op: line.op, at: None, run_id, kind: EventKind::Pass };
            each(Observation { event, is_certain: true });
        }
        // What a torn object says is anybody's guess.
        None if text.starts_with(b"{\"") => return true,
        _ => read_text(line, each),
    }
    false
}

fn is_run_id(text: &str) -> bool {
    RunId::parse(text.as_bytes()).is_ok()
}

/// Reads a text that holds [`OPENING`]: events, or the object of a collector that quotes it, behind what another
/// one may have put before it.
fn read_marked(text: &[u8], each: &mut dyn FnMut(Observation<'_>)) -> bool {
    let (before, object) = text.split_at(memchr(b'{', text).unwrap_or(text.len()));
    let is_event = before.ends_with(MARKER.as_bytes());
    let quoted = if is_event { None } else { event::read_structured(object, OPENING) };
    match quoted.and_then(|object| object.wrapped) {
        Some(wrapped) => read_marked(wrapped.as_bytes(), each),
        None => read_events(text, each),
    }
}

/// Reads every event in a line: two stand in one when processes tore each other's lines.
fn read_events(text: &[u8], each: &mut dyn FnMut(Observation<'_>)) -> bool {
    static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(OPENING));
    let mut is_torn = false;
    let mut rest = text;
    while let Some(at) = FINDER.find(rest) {
        rest = &rest[at + MARKER.len()..];
        match event::read(rest) {
            Ok((event, length)) => {
                if let Some(event) = event {
                    each(Observation { event, is_certain: true });
                }
                // What it quotes is its own.
                rest = &rest[length..];
            }
            Err(_) => is_torn = true,
        }
    }
    is_torn
}

/// Of other text only run IDs, times, syslog's processes and "not found" are known.
fn read_text(line: &Line<'_>, each: &mut dyn FnMut(Observation<'_>)) {
    let Some(first) = line.finds.first() else { return };
    let stamp = time::first_in(line.text, first.run_id.base);
    let process = stamp.as_ref().and_then(|stamp| process_in(line.text, stamp));
    let process = process.map_or(Process::Unnamed, |name| Process::Named(name.into()));
    let is_missing = says_not_found(line.text);
    for (at, find) in line.finds.iter().enumerate() {
        let Ok(run_id) = str::from_utf8(find.text) else { continue };
        if line.finds[..at].iter().any(|earlier| earlier.text == find.text) {
            continue;
        }
        let kind = if is_missing {
            EventKind::Record { action: Action::Missing, table: None, client: None }
        } else {
            EventKind::Pass
        };
        let event = Event {
            time: stamp.as_ref().map(|stamp| stamp.millis),
            process: process.clone(),
            op: None,
            at: None,
            run_id: Some(Cow::Borrowed(run_id)),
            kind,
        };
        each(Observation { event, is_certain: false });
    }
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

const NOT_FOUND: &[u8] = b"not found";

fn says_not_found(text: &[u8]) -> bool {
    memchr2_iter(b'f', b'F', text).any(|at| {
        at.checked_sub(b"not ".len())
            .and_then(|start| text.get(start..start + NOT_FOUND.len()))
            .is_some_and(|words| words.eq_ignore_ascii_case(NOT_FOUND))
    })
}
