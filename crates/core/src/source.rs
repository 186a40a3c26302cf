//! Where a run ID is looked for, highest priority first. JavaScript walks through this list and never has its own.
//!
//! References: SPEC §4; design document, "Priority Order".

/// One place in which a run ID may be passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name that `resolveRunIdWithSource` and `resolve` events give.
    pub name: &'static str,
    /// The name that errors give: where it is, as one would write it.
    pub path: &'static str,
    /// Whether it is read only where a boundary asks for it.
    pub on_demand: bool,
}

const fn source(name: &'static str, path: &'static str) -> Source {
    Source { name, path, on_demand: false }
}

/// The sources of an existing run ID, in order of priority.
pub const SOURCES: [Source; 5] = [
    source("specificRunId", "req.specificRunId"),
    source("query", "req.query.runId"),
    source("body", "req.body.runId"),
    Source { name: "header", path: "req.headers[\"run-id\"]", on_demand: true },
    source("parentRunId", "parentRunId"),
];

/// The source of an ID that was in none of [`SOURCES`]: the last resort.
pub const GENERATED: &str = "generated";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_design_document() {
        let names = SOURCES.map(|source| source.name);
        assert_eq!(names, ["specificRunId", "query", "body", "header", "parentRunId"]);
    }

    #[test]
    fn only_the_header_is_read_on_demand() {
        let on_demand: Vec<_> = SOURCES.iter().filter(|source| source.on_demand).collect();
        assert_eq!(on_demand.iter().map(|source| source.name).collect::<Vec<_>>(), ["header"]);
    }
}
