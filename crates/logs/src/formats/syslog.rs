//! Syslog, old and new, and `journalctl` as it prints by default. RFC 3164, section 4.1; RFC 5424, section 6.
//! <https://datatracker.ietf.org/doc/html/rfc5424>

use super::{Format, Message, Record, after_word, time};

pub const FORMAT: Format = Format { name: "syslog", envelopes: &[], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let text = without_priority(record.text);
    if let Some(rest) = text.strip_prefix("1 ") {
        return of_2009(rest);
    }
    let length = time::length_of(text)?;
    let rest = text[length..].strip_prefix(' ')?;
    let (host, rest) = after_word(rest)?;
    let (tag, text) = rest.split_once(' ')?;
    let tag = tag.strip_suffix(':')?;
    // Without a process only if nothing but syslog can have written the line.
    let has_priority = record.text.starts_with('<');
    let app = tag.strip_suffix(']').and_then(|tag| tag.split_once('[')).filter(|(_, pid)| is_number(pid));
    let app = app.map(|(app, _)| app).or(has_priority.then_some(tag))?;
    (is_name(host) && is_name(app)).then(|| Message::behind(text.trim_start()))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Of a host or an application.
fn is_name(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/:@()".contains(&byte);
    text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text.bytes().all(is_inner)
}

/// `TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG`
fn of_2009(text: &str) -> Option<Message<'_>> {
    let (time, rest) = text.split_once(' ')?;
    time::of_iso(time.as_bytes())?;
    let mut rest = rest;
    for _ in 0..4 {
        let (word, after) = rest.split_once(' ')?;
        if !is_word(word) {
            return None;
        }
        rest = after;
    }
    let text = match rest.strip_prefix("- ") {
        Some(text) => text,
        // A bracket within a value is escaped.
        None => rest.strip_prefix('[')?.split_once("] ").filter(|(data, _)| !data.ends_with('\\'))?.1,
    };
    Some(Message::behind(text.strip_prefix('\u{FEFF}').unwrap_or(text)))
}

fn without_priority(text: &str) -> &str {
    let rest = text.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    rest.filter(|(number, _)| number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(text, |(_, rest)| rest)
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'{')
}
