//! The names of the legacy run ID service and of its sibling modules that must not come back, each with what replaces it.
//!
//! References: SPEC §1; design document, "Migration Guide".

/// A name of the legacy service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retired {
    /// The name.
    pub name: &'static str,
    /// A sentence that says what to use instead.
    pub instead: &'static str,
    /// Whether it was one; else it was a value.
    pub is_function: bool,
}

const fn function(name: &'static str, instead: &'static str) -> Retired {
    Retired { name, instead, is_function: true }
}

const fn value(name: &'static str, instead: &'static str) -> Retired {
    Retired { name, instead, is_function: false }
}

const CHECKED: &str = "Use normalizeRunId(runId): it refuses a bad ID and never changes one.";
const CLIENT: &str =
    "Use isClientId(value) to test; every function that takes a client ID refuses a bad one.";
const LOOK_UP: &str = "Look the record up by its exact run ID instead.";
const UNCACHED: &str = "Nothing is cached: remove the call.";

/// Every retired name. The design document specifies the message of the first one.
pub const RETIRED: [Retired; 32] = [
    function("generateRunId", "Use generateTimestampRunId() directly instead."),
    function(
        "addClientSuffix",
        "Use clientRunIdFor(runId, clientId), which takes a base or this client's own run ID; createClientRunId(baseRunId, clientId) takes only a base.",
    ),
    function(
        "stripClientSuffix",
        "Use getBaseRunId(runId) for a job's key, clientRunIdFor(runId, clientId) for a client's run ID.",
    ),
    function("extractClientId", "Use getClientId(runId) instead."),
    function(
        "getOrCreateRunId",
        "Use resolveRunId(req, options); without a request, generateTimestampRunId() once, and pass it on.",
    ),
    function("validateRunId", "Use normalizeRunId(runId) to throw, or isRunId(value) to test."),
    function("validateAndStandardizeRunId", CHECKED),
    function("validateAndNormalize", CHECKED),
    function("validateAndNormalizeRunId", CHECKED),
    function("standardizeRunId", CHECKED),
    function("validateClientId", CLIENT),
    function("validateAndNormalizeClientId", CLIENT),
    function("hasClientSuffix", "Use isClientRunId(value) instead."),
    function("hasSpecificClientSuffix", "Use getClientId(runId) === clientId instead."),
    function(
        "convertToStandardFormat",
        "Pass the ID that created the record, unchanged: for a job's key getBaseRunId(runId), for a client's clientRunIdFor(runId, clientId).",
    ),
    function("detectRunIdFormat", "There is one format: use isRunId(value) or parseRunId(runId)."),
    function(
        "jobIdToTimestamp",
        "A job ID does not contain a run ID: use generateTimestampRunId() once and store it beside the job ID.",
    ),
    function("extractId", "Pass the run ID itself, a string; parseRunId(runId) gives its parts."),
    function("cacheRecordId", LOOK_UP),
    function("getCachedRecordId", LOOK_UP),
    function("getRunRecordId", LOOK_UP),
    function(
        "getCachedRunInfo",
        "Nothing is cached: use parseRunId(runId) for the parts, getJob(runId) of JobTracking for the record.",
    ),
    function("clearClientRunId", "Nothing is cached: use generateTimestampRunId(clientId) for a new run."),
    function(
        "registerApifyRunId",
        "Use linkExternalId({ runId, system, externalId }) of JobTracking instead.",
    ),
    function("registerRunRecord", "Create the record under its exact run ID instead."),
    function("clearCache", UNCACHED),
    function("clearAllRunIds", UNCACHED),
    function(
        "createJobTrackingRecord",
        "Use createJob(options), or createClientRun(runId) for a client, of JobTracking instead.",
    ),
    function(
        "findJobTrackingRecord",
        "Use getJob(runId), or getClientRun(runId) for a client, of JobTracking instead.",
    ),
    function(
        "updateJobTrackingRecord",
        "Use updateJob(runId, options), or updateClientRun(runId, options) for a client, of JobTracking instead.",
    ),
    value("recordIdCache", LOOK_UP),
    value("RUN_ID_FORMATS", "There is one format: use isRunId(value), or RUN_ID_PATTERN."),
];

impl Retired {
    /// The name as the message shows it.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}{}", self.name, if self.is_function { "()" } else { "" })
    }
}

/// The retired names that are of a kind.
pub fn names(is_wanted: impl Fn(&Retired) -> bool) -> Vec<&'static str> {
    RETIRED.iter().filter(|retired| is_wanted(retired)).map(|retired| retired.name).collect()
}

/// The entry of a retired name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Retired> {
    RETIRED.iter().find(|retired| retired.name == name)
}
