//! Datadog: the answer of its search for logs, and the lines of its archives. What it parsed of a message is among the
//! attributes. <https://docs.datadoghq.com/api/latest/logs/#search-logs>

use super::{Format, Message, Record, attributes::names_run, event, first_text, message_of, time_of};

pub const FORMAT: Format = Format { name: "datadog", envelopes: &[&["data"]], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let object = record.object.as_ref()?;
    let is_answer = object.text("type").is_some_and(|kind| kind == "log");
    let is_archive = object.has("_id") && object.has("attributes");
    let nested = if is_answer { object.object("attributes") } else { None };
    let log = match &nested {
        Some(log) => log,
        None if is_archive => object,
        None => return None,
    };
    let parsed = log.object("attributes");
    let is_event = parsed.is_some_and(|fields| event::among(&fields).is_some() || names_run(&fields));
    let message = if is_event { None } else { message_of(log, &["message"]) };
    let message = message.or_else(|| message_of(log, &["attributes"]))?;
    Some(message.at(time_of(log, &["timestamp", "date"])).by(first_text(log, &["host"])))
}
