//! Azure Monitor: resource logs in storage or from an event hub, with the line in `properties.log` or `properties.Log`,
//! and rows of the table `ContainerLogV2`.
//! <https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerlogv2>

use super::{Format, Message, Record, first_text, message_of, time_of};

pub const FORMAT: Format = Format { name: "azure", envelopes: &[&["records"]], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let object = record.object.as_ref()?;
    let nested = object.object("properties");
    let log = nested.as_ref().unwrap_or(object);
    let message = message_of(log, if nested.is_some() { &["log", "Log"] } else { &["LogMessage"] })?;
    let process = first_text(log, &["pod", "PodName", "ContainerGroupName", "InstanceName"]);
    Some(message.at(time_of(object, &["time", "TimeGenerated"])).by(process))
}
