//! OpenTelemetry's OTLP as JSON, as the Collector's file exporter writes it: a batch a line.
//! <https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/>

use super::{Format, Message, Record, attributes, message_of, time_of};

pub const FORMAT: Format =
    Format { name: "otlp", envelopes: &[&["resourceLogs", "scopeLogs", "logRecords"]], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let object = record.object.as_ref()?;
    if !object.has("timeUnixNano") && !object.has("observedTimeUnixNano") {
        return None;
    }
    let message = message_of(&object.object("body")?, &["stringValue"])?;
    // A record without a time of its own has 0.
    let time = time_of(object, &["timeUnixNano"]).filter(|time| *time > 0);
    let time = time.or_else(|| time_of(object, &["observedTimeUnixNano"]));
    Some(message.at(time).about(attributes::run_of(object)))
}
