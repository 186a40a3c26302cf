//! `CloudWatch` Logs Insights: `aws logs get-query-results`, whose rows are arrays of fields, and its rows as objects.
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html>

use super::json::{self, Object, Value};
use super::{Format, Message, Record, first_text, message_of, time_of};

pub const FORMAT: Format = Format { name: "insights", envelopes: &[&["results"]], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    if let Some(object) = &record.object {
        let message = message_of(object, &["@message"])?;
        return Some(message.at(time_of(object, &["@timestamp"])).by(first_text(object, &["@logStream"])));
    }
    if !record.text.starts_with('[') {
        return None;
    }
    let (mut message, mut time, mut stream) = (None, None, None);
    json::elements(record.text, |value| {
        let Value::Nested(field) = value else { return };
        let Some(field) = Object::of(field) else { return };
        match field.text("field").as_deref() {
            Some("@message") => message = message_of(&field, &["value"]),
            Some("@timestamp") => time = time_of(&field, &["value"]),
            Some("@logStream") => stream = first_text(&field, &["value"]),
            _ => {}
        }
    })
    .ok()?;
    Some(message?.at(time).by(stream))
}
