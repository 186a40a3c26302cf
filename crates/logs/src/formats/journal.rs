//! journald as JSON: `journalctl -o json`, `-o json-pretty`, and what reads it. A message that holds control characters is
//! an array of its bytes. <https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format>

use super::{Format, Message, Record, first_text, message_of, time_of};

pub const FORMAT: Format = Format { name: "journal", envelopes: &[], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let object = record.object.as_ref()?;
    let message = message_of(object, &["MESSAGE"])?;
    let host = first_text(object, &["_HOSTNAME"]);
    let app = first_text(object, &["SYSLOG_IDENTIFIER", "_COMM"]);
    let pid = first_text(object, &["_PID", "SYSLOG_PID"]);
    let process = process_of(host, app, pid);
    Some(message.at(time_of(object, &["__REALTIME_TIMESTAMP", "_SOURCE_REALTIME_TIMESTAMP"])).by(process))
}

/// As syslog names a process.
pub fn process_of(host: Option<String>, app: Option<String>, pid: Option<String>) -> Option<String> {
    Some(format!("{} {}[{}]", host?, app?, pid?))
}
