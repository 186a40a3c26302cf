//! Where a run ID is looked for, highest priority first. JavaScript walks this list and never has one of
//! its own.
//!
//! References: SPEC §4; design document, "Priority Order".

/// One place in which a run ID may be passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name that `resolveRunIdWithSource` and `resolve` events give.
    pub name: &'static str,
    /// The name that errors give.
    pub path: &'static str,
    /// The property of the request that holds the ID, or holds the object that does; `None` for what is
    /// passed beside the request.
    pub property: Option<&'static str>,
    /// The own property of that object.
    pub key: Option<&'static str>,
}

/// The sources of an existing run ID, in order of priority. When none has one, a new ID is generated.
pub const SOURCES: [Source; 4] = [
    Source {
        name: "specificRunId",
        path: "req.specificRunId",
        property: Some("specificRunId"),
        key: None,
    },
    Source { name: "query", path: "req.query.runId", property: Some("query"), key: Some("runId") },
    Source { name: "body", path: "req.body.runId", property: Some("body"), key: Some("runId") },
    Source { name: "parentRunId", path: "parentRunId", property: None, key: None },
];

/// The source's name for an ID that nobody passed.
pub const GENERATED: &str = "generated";
