//! Graylog's GELF. Through TCP, each message ends with a zero byte.
//! <https://go2docs.graylog.org/current/getting_in_log_data/gelf_format.html>

use super::{Format, Message, Record, first_text, message_of, time_of};

pub const FORMAT: Format = Format { name: "gelf", envelopes: &[], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let object = record.object.as_ref()?;
    if !object.has("version") || !object.has("host") {
        return None;
    }
    // The short message may be cut.
    let message = message_of(object, &["full_message", "short_message"])?;
    Some(message.at(time_of(object, &["timestamp"])).by(first_text(object, &["host"])))
}
