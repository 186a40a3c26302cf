//! Where a run ID is looked for, highest priority first. JavaScript walks this list and never has one of
//! its own.
//!
//! References: SPEC §4; design document, "Priority Order".

/// One place in which a run ID may be passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name that `resolveRunIdWithSource` and `resolve` events give.
    pub name: &'static str,
    /// The name that errors give: where it is, as one would write it.
    pub path: &'static str,
}

/// The sources of an existing run ID, in order of priority.
pub const SOURCES: [Source; 4] = [
    Source { name: "specificRunId", path: "req.specificRunId" },
    Source { name: "query", path: "req.query.runId" },
    Source { name: "body", path: "req.body.runId" },
    Source { name: "parentRunId", path: "parentRunId" },
];

/// The source of an ID that none of [`SOURCES`] held: the last resort.
pub const GENERATED: &str = "generated";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_design_document() {
        let names = SOURCES.map(|source| source.name);
        assert_eq!(names, ["specificRunId", "query", "body", "parentRunId"]);
    }
}
