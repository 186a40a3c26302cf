//! Logfmt: `name=value` pairs, quoted where they have to be. <https://brandur.org/logfmt>

use std::borrow::Cow;

use super::quoting::unescaped;
use super::{Format, Message, Record, time};

pub const FORMAT: Format = Format { name: "logfmt", envelopes: &[], read };

/// The names that a line has to begin with: loggers put these first.
const FIRST: [&str; 6] = ["time", "ts", "timestamp", "level", "lvl", "at"];

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let (first, _) = record.text.split_once('=')?;
    if !FIRST.contains(&first) {
        return None;
    }
    let pairs = pairs(record.text)?;
    let value = |names: &[&str]| pairs.iter().find(|(name, _)| names.contains(name)).map(|(_, value)| value);
    let time = value(&["time", "ts", "timestamp"]).and_then(|time| time::of_text(time));
    let message = value(&["msg", "message"])?.clone();
    Some(Message::of(message).at(time).by(value(&["service", "app"]).map(|name| name.clone().into_owned())))
}

/// `None` if the line contains anything but pairs.
fn pairs(line: &str) -> Option<Vec<(&str, Cow<'_, str>)>> {
    let mut pairs = Vec::new();
    let mut rest = line.trim_ascii_end();
    while !rest.is_empty() {
        let at = rest.find(['=', ' ', '"'])?;
        let name = &rest[..at];
        if name.is_empty() || rest.as_bytes()[at] == b'"' {
            return None;
        }
        rest = &rest[at..];
        let value = match rest.strip_prefix("=\"") {
            Some(quoted) => {
                let end = end_of(quoted)?;
                rest = &quoted[end + 1..];
                unescaped(&quoted[..end]).into()
            }
            None if rest.starts_with('=') => {
                let bare = &rest[1..];
                let end = bare.find(' ').unwrap_or(bare.len());
                rest = &bare[end..];
                bare[..end].into()
            }
            // A name alone is a flag.
            None => Cow::Borrowed(""),
        };
        pairs.push((name, value));
        if !rest.is_empty() && !rest.starts_with(' ') {
            return None;
        }
        rest = rest.trim_start();
    }
    Some(pairs)
}

/// Where a quoted value ends.
fn end_of(quoted: &str) -> Option<usize> {
    let mut is_escaped = false;
    quoted.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })
}
