//! Docker's json-file driver. <https://docs.docker.com/engine/logging/drivers/json-file/>

use super::{Format, Message, Record, message_of, time_of};

pub const FORMAT: Format = Format { name: "docker", envelopes: &[], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let object = record.object.as_ref()?;
    let is_docker =
        object.has("log") && object.has("stream") && object.has("time") && !object.has("kubernetes");
    is_docker.then(|| message_of(object, &["log"]))?.map(|message| message.at(time_of(object, &["time"])))
}
