//! Splunk: the results of a search or of `/services/search/jobs/export` with `output_mode=json`.
//! <https://help.splunk.com/en/splunk-enterprise/search/search-manual/9.0/export-search-results>

use super::{Format, Message, Record, first_text, message_of, time_of};

pub const FORMAT: Format = Format { name: "splunk", envelopes: &[&["results"]], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let object = record.object.as_ref()?;
    let nested = object.object("result");
    let result = nested.as_ref().unwrap_or(object);
    let message = message_of(result, &["_raw"])?;
    Some(message.at(time_of(result, &["_time"])).by(first_text(result, &["host"])))
}
