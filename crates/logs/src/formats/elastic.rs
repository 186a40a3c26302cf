//! Elasticsearch: the hits of `_search`, and elasticdump's lines, each with the document in `_source`.
//! <https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search>

use super::{Format, Message, Record, attributes::names_run, event, first_text, message_of, time_of};

pub const FORMAT: Format = Format { name: "elastic", envelopes: &[&["hits", "hits"]], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let object = record.object.as_ref()?;
    if !object.has("_index") {
        return None;
    }
    let source = object.object("_source")?;
    let is_event = event::among(&source).is_some() || names_run(&source);
    let message = if is_event { None } else { message_of(&source, &["message", "log", "msg"]) };
    let message = message.or_else(|| message_of(object, &["_source"]))?;
    let host = source.object("host").and_then(|host| first_text(&host, &["name", "hostname"]));
    Some(message.at(time_of(&source, &["@timestamp", "time"])).by(host))
}
