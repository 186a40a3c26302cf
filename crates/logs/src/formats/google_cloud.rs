//! Google Cloud Logging: `gcloud logging read --format json`, and its exports to Cloud Storage.
//! <https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry>

use super::{Format, Message, Record, attributes::names_run, event, first_text, message_of, time_of};

pub const FORMAT: Format = Format { name: "google_cloud", envelopes: &[&["entries"]], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let object = record.object.as_ref()?;
    if !object.has("insertId") && !object.has("logName") {
        return None;
    }
    let text = || {
        let fields = object.object("jsonPayload")?;
        let is_event = event::among(&fields).is_some() || names_run(&fields);
        (!is_event).then(|| message_of(&fields, &["message", "msg"]))?
    };
    let message = message_of(object, &["textPayload"]).or_else(text);
    let message = message.or_else(|| message_of(object, &["jsonPayload"]))?;
    let labels = object.object("resource").and_then(|resource| resource.object("labels"));
    let process =
        labels.and_then(|labels| first_text(&labels, &["pod_name", "revision_name", "instance_id"]));
    Some(message.at(time_of(object, &["timestamp", "receiveTimestamp"])).by(process))
}
