//! Attributes as OpenTelemetry writes them next to a message: as members, as an object, or as OTLP's list of
//! keys and values. <https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/>

use std::borrow::Cow;

use run_id_core::run_id::RunId;

use super::json::{self, Object, Value};

/// The attribute that names a run. `RunIdLogRecordProcessor` writes it.
const RUN_ID: &str = "run.id";

/// The members that name a run: as in this library's recipes, as in the attribute, and in snake case.
const NAMES: [&str; 3] = ["runId", RUN_ID, "run_id"];

/// Where attributes are if they have an object of their own.
const ATTRIBUTES: &str = "attributes";

/// The run that a record names outside its message: in the field from this library's recipes, or in the attribute.
#[must_use]
pub fn run_of<'a>(record: &Object<'a>) -> Option<Cow<'a, str>> {
    let own = NAMES.into_iter().filter_map(|name| record.text(name));
    own.chain(among(record.get(ATTRIBUTES))).find(|run_id| RunId::of(run_id).is_some())
}

/// Whether there is a member that names it.
#[must_use]
pub fn names_run(fields: &Object<'_>) -> bool {
    NAMES.iter().any(|name| fields.has(name))
}

fn among<'a>(attributes: Option<&Value<'a>>) -> Option<Cow<'a, str>> {
    let Some(Value::Nested(nested)) = attributes else { return None };
    if nested.starts_with('{') {
        return Object::of(nested)?.text(RUN_ID);
    }
    let mut found = None;
    json::elements(nested, |element| {
        let Value::Nested(element) = element else { return };
        if found.is_none() && element.contains(RUN_ID) {
            found = value_of(element);
        }
    })
    .ok()?;
    found
}

/// That of one key and value of OTLP's.
fn value_of(element: &str) -> Option<Cow<'_, str>> {
    let attribute = Object::of(element)?;
    attribute.text("key").filter(|key| key == RUN_ID)?;
    attribute.object("value")?.text("stringValue")
}
