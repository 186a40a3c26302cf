//! What one record says, in whichever form it was written.
//!
//! | module | holds |
//! |---|---|
//! | [`time`] | times as logs write them |
//! | [`json`] | the members of a JSON object |
//! | [`event`] | the library's own events |
//! | [`extract`] | what `check` needs from a log, in a separate line format |
//! | [`quoting`] | events in any quotes |
//! | [`attributes`] | the run that a record names outside its message |
//! | [`layout`] | how records lie in a file, from its first bytes |
//! | [`records`] | the records of a file that may be about a run |
//! | [`miss_forms`] | how texts say that a record was not found |
//! | [`observation`] | what one record says |
//! | all others | one format each: what a collector, a logging service or a logger writes around a message |
//!
//! A new format is a file with a `FORMAT` in it, its row in [`FORMATS`], and a fixture of its name in `fixtures/`, which
//! the tests of both languages find by themselves.

pub mod attributes;
pub mod event;
pub mod extract;
pub mod layout;
pub mod miss_forms;
pub mod observation;
pub mod quoting;
pub mod records;

mod azure;
mod cloudwatch;
mod compose;
mod cri;
mod csv;
mod datadog;
mod docker;
mod elastic;
mod gelf;
mod google_cloud;
mod heroku;
mod insights;
mod journal;
mod journal_export;
mod kubectl;
mod logfmt;
mod logger;
mod loki;
mod nest;
mod otlp;
mod shipper;
mod splunk;
mod stamped;
mod syslog;

use std::borrow::Cow;

use run_id_reader::json::{Object, Value};
pub use run_id_reader::{json, time};

use crate::formats::layout::Header;
use crate::formats::time::Millis;

/// A form in which a message may be wrapped.
pub struct Format {
    /// Its name, and that of its fixture.
    pub name: &'static str,
    /// Where the records are in a document that holds many: the names on the way to an array of them.
    pub envelopes: &'static [&'static [&'static str]],
    /// The message in a record of this form.
    pub read: for<'a> fn(&Record<'a>) -> Option<Message<'a>>,
}

/// All of them. The first match counts: those that are recognized by their own names come first.
pub const FORMATS: &[&Format] = &[
    &docker::FORMAT,
    &journal::FORMAT,
    &journal_export::FORMAT,
    &gelf::FORMAT,
    &google_cloud::FORMAT,
    &otlp::FORMAT,
    &elastic::FORMAT,
    &splunk::FORMAT,
    &datadog::FORMAT,
    &azure::FORMAT,
    &cloudwatch::FORMAT,
    &insights::FORMAT,
    &loki::FORMAT,
    &shipper::FORMAT,
    &logger::FORMAT,
    &csv::FORMAT,
    &cri::FORMAT,
    &compose::FORMAT,
    &kubectl::FORMAT,
    &heroku::FORMAT,
    &nest::FORMAT,
    &syslog::FORMAT,
    &logfmt::FORMAT,
    &stamped::FORMAT,
];

/// What may have one of these forms: a record, or a message in one.
#[derive(Debug)]
pub struct Record<'a> {
    /// Without blanks and colours at its start.
    pub text: &'a str,
    /// Its members, if it is one JSON object.
    pub object: Option<Object<'a>>,
    /// The header of the table that it is a row of.
    pub header: Option<&'a Header>,
}

/// What stands in a record, as the program wrote it, and what the record says about it.
#[derive(Debug, Default)]
pub struct Message<'a> {
    /// The text that the program wrote, or the fields of its logger as JSON.
    pub text: Cow<'a, str>,
    /// When.
    pub time: Option<Millis>,
    /// The process, host or container; absent where the record names none.
    pub process: Option<String>,
    /// The run that the record names outside the message.
    pub run_id: Option<Cow<'a, str>>,
    /// Whether only a prefix was removed: then the whole line is read as a text.
    pub is_prefixed: bool,
}

impl<'a> Message<'a> {
    /// A message without anything about it.
    fn of(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The text after a prefix.
    fn behind(text: &'a str) -> Self {
        Self { text: text.into(), is_prefixed: true, ..Self::default() }
    }

    fn at(mut self, time: Option<Millis>) -> Self {
        self.time = time;
        self
    }

    fn about(mut self, run_id: Option<Cow<'a, str>>) -> Self {
        self.run_id = run_id;
        self
    }

    fn by(mut self, process: Option<String>) -> Self {
        self.process = process;
        self
    }
}

/// The first of some members that holds a message: a text, an array of its bytes, or an object of fields.
fn message_of<'a>(object: &Object<'a>, names: &[&str]) -> Option<Message<'a>> {
    names.iter().find_map(|name| Some(Message::of(text_of(object.get(name)?)?)))
}

fn text_of<'a>(value: &Value<'a>) -> Option<Cow<'a, str>> {
    match value {
        Value::Text(text) => Some(text.decode()),
        Value::Nested(nested) if nested.starts_with('[') => bytes_of(nested).map(Cow::Owned),
        Value::Nested(nested) => Some(Cow::Borrowed(*nested)),
        _ => None,
    }
}

/// A text as journald writes one that holds control characters: byte by byte.
fn bytes_of(array: &str) -> Option<String> {
    let mut bytes = Some(Vec::new());
    json::elements(array, |value| {
        let byte = if let Value::Number(byte) = value { u8::try_from(byte).ok() } else { None };
        bytes = bytes.take().zip(byte).map(|(mut bytes, byte)| {
            bytes.push(byte);
            bytes
        });
    })
    .ok()?;
    bytes.filter(|bytes| !bytes.is_empty()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The time in the first of some members that has one.
fn time_of(object: &Object<'_>, names: &[&str]) -> Option<Millis> {
    names.iter().find_map(|name| time_in(object.get(name)?))
}

fn time_in(value: &Value<'_>) -> Option<Millis> {
    match value {
        Value::Number(number) => Some(time::of_number(*number)),
        Value::Text(text) => time::of_text(text.raw()),
        _ => None,
    }
}

/// The first of some members that is a text.
fn first_text(object: &Object<'_>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| object.text(name)).map(Cow::into_owned)
}

/// What follows a word of a prefix and the blanks after it.
fn after_word(text: &str) -> Option<(&str, &str)> {
    let (word, rest) = text.split_once([' ', '\t'])?;
    (!word.is_empty()).then(|| (word, rest.trim_start_matches([' ', '\t'])))
}
