//! Shippers that keep the line in a member of their own: Fluent Bit and Fluentd, Filebeat, Vector.
//! <https://docs.fluentbit.io/manual/data-pipeline/outputs/file>,
//! <https://www.elastic.co/docs/reference/beats/filebeat/exported-fields-log>,
//! <https://vector.dev/docs/reference/configuration/sources/file/#outputs>

use super::{Format, Message, Record, first_text, message_of, time_of};

pub const FORMAT: Format = Format { name: "shipper", envelopes: &[], read };

/// What only a shipper adds.
const OF_SHIPPERS: [&str; 8] =
    ["kubernetes", "stream", "container_id", "container_name", "source_type", "agent", "input", "date"];

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let object = record.object.as_ref()?;
    if !OF_SHIPPERS.iter().any(|name| object.has(name)) {
        return None;
    }
    let message = message_of(object, &["log", "message"]).filter(|message| !message.text.starts_with('{'));
    let message = message.or_else(|| message_of(object, &["message", "log"]))?;
    let kubernetes = object.object("kubernetes");
    let pod = kubernetes.and_then(|kubernetes| {
        first_text(&kubernetes, &["pod_name"])
            .or_else(|| kubernetes.object("pod").and_then(|pod| first_text(&pod, &["name"])))
    });
    let process = pod.or_else(|| first_text(object, &["container_name"]));
    Some(message.at(time_of(object, &["time", "@timestamp", "timestamp", "date"])).by(process))
}
