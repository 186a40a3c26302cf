//! Tables as the web pages of logging services export them: Datadog, Kibana, Splunk, `CloudWatch` and its Insights. The
//! header tells which column holds the message. RFC 4180.
//! <https://docs.datadoghq.com/logs/explorer/export/>,
//! <https://www.elastic.co/docs/explore-analyze/report-and-share>,
//! <https://help.splunk.com/en/splunk-enterprise/search/search-manual/9.0/export-search-results>

use std::borrow::Cow;

use super::layout::fields;
use super::{Format, Message, Record, time};

pub const FORMAT: Format = Format { name: "csv", envelopes: &[], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let header = record.header?;
    let row = fields(record.text)?;
    let column = |at: usize| row.get(at).map(|field| unquoted(field));
    // A row of a different length is the rest of a message of several lines.
    if row.len() != header.columns {
        return None;
    }
    let time = header.time.and_then(column).and_then(|text| time::of_text(&text));
    Some(Message::of(column(header.message)?).at(time))
}

fn unquoted(field: &str) -> Cow<'_, str> {
    match field.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) if inner.contains('"') => inner.replace("\"\"", "\"").into(),
        Some(inner) => inner.into(),
        None => field.into(),
    }
}
