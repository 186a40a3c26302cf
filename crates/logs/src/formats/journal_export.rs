//! journald's export format: `journalctl -o export`. Blocks of `NAME=value`; a value that holds control characters follows
//! its name in a separate line, after its length in eight bytes. <https://systemd.io/JOURNAL_EXPORT_FORMATS/>

use super::{Format, Message, Record, journal::process_of, time};

pub const FORMAT: Format = Format { name: "journal_export", envelopes: &[], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    if !record.text.starts_with("__") {
        return None;
    }
    let field = |name: &str| record.text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    let owned = |name: &str| field(name).map(str::to_owned);
    let text = field("MESSAGE").or_else(|| binary(record.text))?;
    let process = process_of(
        owned("_HOSTNAME"),
        owned("SYSLOG_IDENTIFIER").or_else(|| owned("_COMM")),
        owned("_PID").or_else(|| owned("SYSLOG_PID")),
    );
    Some(Message::of(text).at(field("__REALTIME_TIMESTAMP").and_then(time::of_text)).by(process))
}

/// The first line of a message, without its length. A length is not text: bytes of it that are not UTF-8 are one character each.
fn binary(block: &str) -> Option<&str> {
    let mut lines = block.lines();
    lines.find(|line| *line == "MESSAGE")?;
    let line = lines.next()?;
    let (length, _) = line.char_indices().nth(8)?;
    Some(&line[length..])
}
