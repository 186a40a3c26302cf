//! Loggers that write JSON, given an event as the message: pino, bunyan, winston and the like. In their other lines, the fields
//! count. <https://github.com/pinojs/pino/blob/main/docs/api.md>,
//! <https://github.com/winstonjs/winston#readme>

use run_id_core::event::OPENING;

use super::{Format, Message, Record, message_of};

pub const FORMAT: Format = Format { name: "logger", envelopes: &[], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let object = record.object.as_ref().filter(|object| object.has("level"))?;
    message_of(object, &["msg", "message"]).filter(|message| message.text.starts_with(OPENING))
}
