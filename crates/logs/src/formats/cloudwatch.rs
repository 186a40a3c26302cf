//! Amazon `CloudWatch` Logs: `aws logs filter-log-events` and `get-log-events`, and what a subscription sends (to Kinesis,
//! Firehose or Lambda).
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilteredLogEvent.html>,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>

use super::{Format, Message, Record, first_text, message_of, time_of};

pub const FORMAT: Format = Format { name: "cloudwatch", envelopes: &[&["events"], &["logEvents"]], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let object = record.object.as_ref()?;
    let has_any = |names: &[&str]| names.iter().any(|name| object.has(name));
    if !object.has("timestamp") || !has_any(&["eventId", "ingestionTime", "logStreamName", "id"]) {
        return None;
    }
    let message = message_of(object, &["message"])?;
    Some(message.at(time_of(object, &["timestamp"])).by(first_text(object, &["logStreamName"])))
}
