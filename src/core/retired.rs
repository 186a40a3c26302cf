//! The names of the legacy run ID service that must not come back, each with what replaces it.
//!
//! References: SPEC §1; design document, "Migration Guide".

/// A function of the legacy service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retired {
    /// Its name.
    pub name: &'static str,
    /// A sentence that says what to use instead.
    pub instead: &'static str,
}

/// Every retired name. The first is the one that the design document words.
pub const RETIRED: [Retired; 17] = [
    Retired { name: "generateRunId", instead: "Use generateTimestampRunId() directly instead." },
    Retired { name: "addClientSuffix", instead: "Use createClientRunId(baseRunId, clientId) instead." },
    Retired { name: "stripClientSuffix", instead: "Use getBaseRunId(runId) instead." },
    Retired { name: "extractClientId", instead: "Use getClientId(runId) instead." },
    Retired { name: "getOrCreateRunId", instead: "Use resolveRunId(req, options) instead." },
    Retired {
        name: "validateRunId",
        instead: "Use normalizeRunId(runId) to throw, or isRunId(value) to ask.",
    },
    Retired {
        name: "validateAndStandardizeRunId",
        instead: "Use normalizeRunId(runId): it refuses a bad ID and changes none.",
    },
    Retired {
        name: "convertToStandardFormat",
        instead: "Pass the ID that created the record, unchanged; normalizeRunId(runId) checks it.",
    },
    Retired {
        name: "detectRunIdFormat",
        instead: "There is one format: use isRunId(value) or parseRunId(runId).",
    },
    Retired {
        name: "jobIdToTimestamp",
        instead: "A job ID holds no run ID: use generateTimestampRunId() once and store it beside the job ID.",
    },
    Retired { name: "cacheRecordId", instead: "Look the record up by its exact run ID instead." },
    Retired { name: "getCachedRecordId", instead: "Look the record up by its exact run ID instead." },
    Retired {
        name: "clearClientRunId",
        instead: "Nothing is cached: use generateTimestampRunId(clientId) for a new run.",
    },
    Retired { name: "registerApifyRunId", instead: "Store the run ID beside the external ID instead." },
    Retired { name: "registerRunRecord", instead: "Create the record under its exact run ID instead." },
    Retired { name: "getRunRecordId", instead: "Look the record up by its exact run ID instead." },
    Retired { name: "clearCache", instead: "Nothing is cached: remove the call." },
];

/// The entry of a retired name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Retired> {
    RETIRED.iter().find(|retired| retired.name == name)
}
