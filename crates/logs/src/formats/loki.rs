//! Grafana Loki: the streams that its API answers with, and `logcli --output=jsonl`.
//! <https://grafana.com/docs/loki/latest/reference/loki-http-api/>

use super::json::{self, Value};
use super::{Format, Message, Record, message_of, time_in, time_of};

pub const FORMAT: Format =
    Format { name: "loki", envelopes: &[&["data", "result", "values"], &["streams", "values"]], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    if let Some(object) = &record.object {
        let is_line = object.has("labels") && object.has("timestamp");
        let message = is_line.then(|| message_of(object, &["line"]))??;
        return Some(message.at(time_of(object, &["timestamp"])));
    }
    if !record.text.starts_with("[\"") && !record.text.starts_with("[ ") && !record.text.starts_with("[\n") {
        return None;
    }
    let mut values = Vec::new();
    json::elements(record.text, |value| {
        if values.len() < 2 {
            values.push(value);
        }
    })
    .ok()?;
    let [time @ Value::Text(_), Value::Text(line)] = values.as_slice() else { return None };
    Some(Message::of(line.decode()).at(Some(time_in(time)?)))
}
