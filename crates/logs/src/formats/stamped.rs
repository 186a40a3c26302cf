//! A time and a level, as loggers of lines and terminals of services put them before a message; `aws logs tail` has the
//! log's stream between them. <https://docs.aws.amazon.com/cli/latest/reference/logs/tail.html>

use super::{Format, Message, Record, after_word, time};

pub const FORMAT: Format = Format { name: "stamped", envelopes: &[], read };

const LEVELS: [&str; 12] = [
    "trace", "debug", "verbose", "info", "notice", "warn", "warning", "error", "err", "critical", "fatal",
    "silly",
];

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let mut rest = record.text;
    let mut has_time = false;
    if let Some((length, inner)) = time_at(rest) {
        has_time = true;
        rest = rest[length..].trim_start_matches([' ', '\t']);
        rest = rest.strip_prefix("- ").unwrap_or(rest);
        if inner == 0 {
            rest = after_stream(rest);
        }
    }
    let level = after_word(rest).filter(|(word, _)| is_level(word));
    match level {
        Some((_, text)) => Some(Message::behind(text.strip_prefix("- ").unwrap_or(text))),
        None => has_time.then(|| Message::behind(rest)),
    }
}

/// The length of a time at the start, in brackets or not, and how many of these there are.
fn time_at(text: &str) -> Option<(usize, usize)> {
    let inner = text.strip_prefix('[').unwrap_or(text);
    let brackets = text.len() - inner.len();
    let length = time::length_of(inner)?;
    let rest = &inner[length..];
    (rest.starts_with(if brackets == 1 { "]" } else { " " }) || (brackets == 0 && rest.starts_with('\t')))
        .then_some((length + 2 * brackets, brackets))
}

/// The text after the name of a stream: one word with a slash or a bracket, and no colon or brace.
fn after_stream(text: &str) -> &str {
    let is_stream = |word: &str| {
        (word.contains('/') || word.ends_with(']'))
            && !word.starts_with('[')
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/.-_$[]".contains(&byte))
    };
    after_word(text).filter(|(word, _)| is_stream(word)).map_or(text, |(_, rest)| rest)
}

/// In brackets or before a colon as well.
fn is_level(word: &str) -> bool {
    let word = word.strip_suffix(':').unwrap_or(word);
    let word = word.strip_prefix('[').and_then(|word| word.strip_suffix(']')).unwrap_or(word);
    LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word))
}
