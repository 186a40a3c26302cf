//! Which texts say that the record of a run was not found.

#![expect(clippy::unwrap_used, reason = "each form has a place for the run ID")]

use proptest::prelude::*;
use run_id_logs::formats::miss_forms::{is_announced, is_missed, is_of_record, may_be_in, may_be_missed};

const ID: &str = "251006-143000-Ann";

fn says_missed(form: &str) -> bool {
    let at = form.find('#').unwrap();
    let text = form.replacen('#', ID, 1);
    let is_missed = is_missed(&text, at..at + ID.len());
    let may_be = may_be_in(&text) && may_be_missed(&text, at..at + ID.len());
    assert!(!is_missed || may_be, "{form}: it is not even looked at");
    is_missed
}

#[test]
fn a_form_has_the_run_id_as_its_object() {
    for form in [
        "Job tracking record not found: #",
        "2025-10-06T14:30:05Z ERROR Job tracking record not found: #",
        "Error: Job tracking record Not Found: \"#\"",
        "JobNotFoundError: run record not found (#)",
        "[main] warn: job not found: #",
        "run not found #",
        "Not Found: #",
        "NotFoundError: #",
        "NotFoundError: job #",
        "NOT_FOUND: #",
        "error: NOT_FOUND run #",
        "no such job ID: #",
        "no such job #",
        "no such run: '#'",
        "no record for #",
        "No job found for #",
        "no job tracking record for run #",
        "no client run with id #",
        "could not find job #",
        "Could not find run record for #",
        "couldn't find #",
        "cannot find run '#'",
        "unable to find the job with id #",
        "failed to find job tracking record #",
        "record missing: #",
        "run record missing for #",
        "job does not exist: #",
        "# not found",
        "# nOT fOUND",
        "2025-10-06T14:30:00Z # not found",
        "2025-10-06 14:30:00 # does not exist",
        "# was not found",
        "run # not found",
        "Job \"#\" does not exist.",
        "job with id # not found",
        "job tracking record # could not be found",
        "# is missing",
        "run # missing",
        "job # not found in the database",
        "# not found q=[run-id] {",
        "# not found, retrying",
        "\u{1F600} run # not found \u{1F600}",
        "#: not found",
        "2025-10-06T14:30:05.000Z record not found: #",
        "2025-10-06 14:30:05,123 record missing: #",
        "job_tracking record not found: #",
        "job tracking record for # not found",
        "job tracking record for run \"#\" not found",
        "record for run # not found",
        "Error: Job tracking record with Run ID # not found.",
        "Unable to find job tracking record for run ID: #",
        "no job tracking record found for run ID: #",
        "Job tracking record not found. Run ID: #",
        "Job tracking record not found, runId: #",
        "Job tracking record not found - #",
        "run record not found -> #",
        "ERROR job not found, run ID #",
        "[#] Job tracking record not found",
        "[#] error: Job tracking record not found.",
        "#: job tracking record not found",
        "# | ERROR | run record does not exist",
        "runId=# error=\"Job tracking record not found\"",
        "level=error runId=# msg=\"job tracking record not found\"",
        "GET /webhook?runId=# 404 Job tracking record not found",
        "RunNotFoundError: #",
        "JobTrackingRecordNotFoundError: #",
        "JobNotFoundException: \"#\"",
        "RUN_NOT_FOUND: #",
        "ERR_JOB_NOT_FOUND #",
        "job_tracking_record_not_found: #",
        "No record found: #",
        "No matching record for #",
        "no matching job found for #",
    ] {
        assert!(says_missed(form), "{form}");
    }
}

#[test]
fn what_is_about_something_else_is_none() {
    for form in [
        "Run #: lead 12 not found",
        "[#] warn: lead 12 not found",
        "[#] info: cache entry not found, fetching",
        "[#] info: GET https://crm.example/leads/4 404 Not Found",
        "[#] not found",
        "[#] lead not found",
        "#: lead not found",
        "# lead not found",
        "# not found in cache, fetching",
        "# missing in cache",
        "# missing lead 12",
        "#: missing leads",
        "lead not found for run #",
        "lead 12 not found: #",
        "Lead 12 not found for #",
        "lead for run # not found",
        "no lead for #",
        "no leads found for #",
        "found no record: #",
        "no email for run #",
        "could not find lead for #",
        "could not find lead 12 of run #",
        "print job not found: #",
        "cron job not found for run #",
        "404 Not Found: #",
        "GET /runs?runId=# 404 Not Found",
        "GET /runs/# not found",
        "lead 12 not found, run #",
        "lead 12 not found; #",
        "nothing missing: # is complete",
        "the run # was found",
        "run # found no leads",
        "retrying # after not finding it",
        "job # started; lead not found",
        "{\"run\":{\"id\":\"#\"},\"msg\":\"lead not found\"}",
        "{\"msg\":\"lead not found\",\"id\":\"#\"}",
        "notfound.example #",
        "LeadNotFoundError: #",
        "# NotFoundError: lead 12",
        "# missing: lead 12",
        "No jobs found, # idle",
        "[#] client run not found: lead 12",
        "found no record: #",
        "lead not found. Run ID: #",
        "lead 12 not found - run ID #",
        "record not found in cache, run ID: #",
        "job not found, # goes on",
        "CRM record for run # not found",
        "lead of job # not found",
        "[#] record not found",
        "[#] job not found",
        "[#] cron job tracking record not found",
        "[#] lead job tracking record not found",
        "[#] job tracking record not found in the cache",
        "[#] Job tracking record not found: 251006-143000-Lee",
        "[#] job started; job tracking record not found",
        "12:30 lead 12 record not found: #",
        "/tmp/run # does not exist",
        "runs/# not found",
        "folder # not found, creating",
        "Directory # does not exist",
        "run # is missing an avatar",
        "run # was missing leads",
        "#",
    ] {
        assert!(!says_missed(form), "{form}");
    }
}

/// A form has 96 bytes before the run ID, and as many after it.
#[test]
fn a_form_stands_close_to_the_run_id() {
    for (gap, is_close) in [(1, true), (87, true), (88, false), (1000, false)] {
        let gap = " ".repeat(gap);
        assert_eq!(says_missed(&format!("not found{gap}#")), is_close, "before: {}", gap.len());
        assert_eq!(says_missed(&format!("#{gap}not found")), is_close, "after: {}", gap.len());
    }
}

#[test]
fn a_message_alone_is_about_a_record() {
    for message in [
        "Job tracking record not found",
        "Error: Job tracking record not found. A lookup never creates a record: find where",
        "job not found",
        "client run not found!",
        "run record does not exist",
        "failed: record missing",
    ] {
        assert!(is_of_record(message), "{message}");
    }
    for message in [
        "not found",
        "lead not found",
        "lead 12 not found",
        "print job not found",
        "404 Not Found",
        "",
        "job found",
        "job not found anywhere else",
        "no lead for job",
    ] {
        assert!(!is_of_record(message), "{message}");
    }
}

#[test]
fn an_error_as_node_shows_it_announces_what_was_received() {
    assert!(is_announced("    at handle (a.js:1:1) {\n  code: 'ERR_JOB_NOT_FOUND',\n  statusCode: 404,\n"));
    assert!(is_announced("RunIdError: Job tracking record not found\n    at x\n"));
    assert!(!is_announced("RunIdError: STRICT RUN ID ERROR: Non-standard\n  code: 'ERR_RUN_ID_FORMAT',\n"));
}

#[test]
fn a_text_may_be_cut_at_any_character() {
    let text = "\u{e9}\u{1F600}'".repeat(60);
    for (at, _) in text.char_indices() {
        assert!(!is_missed(&text, at..at), "{at}");
        assert!(!is_of_record(&text[at..]), "{at}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// The forms consist of these words. Every miss must be found worth a look, in any combination of them.
    #[test]
    fn whatever_says_missed_is_looked_at(
        before in prop::collection::vec((0..WORDS.len(), 0..GAPS.len()), 0..7),
        after in prop::collection::vec((0..GAPS.len(), 0..WORDS.len()), 0..4),
        is_loud in any::<bool>(),
    ) {
        let before: String = before.into_iter().map(|(word, gap)| [WORDS[word], GAPS[gap]].concat()).collect();
        let after: String = after.into_iter().map(|(gap, word)| [GAPS[gap], WORDS[word]].concat()).collect();
        let text = format!("{before}#{after}");
        let text = if is_loud { text.to_uppercase() } else { text };
        let at = text.find('#').unwrap();
        let text = text.replacen('#', ID, 1);
        let span = at..at + ID.len();
        prop_assert!(!is_missed(&text, span.clone()) || may_be_missed(&text, span), "{text}");
    }
}

const WORDS: [&str; 44] = [
    "job_tracking",
    "RunNotFoundError",
    "RUN_NOT_FOUND",
    "ERR_JOB_NOT_FOUND",
    "matching",
    "msg",
    "error",
    "404",
    "no",
    "not",
    "found",
    "not_found",
    "NotFoundError",
    "could",
    "couldn't",
    "cannot",
    "find",
    "failed",
    "unable",
    "to",
    "such",
    "does",
    "doesn't",
    "exist",
    "is",
    "was",
    "missing",
    "be",
    "job",
    "jobs",
    "run",
    "record",
    "tracking",
    "client",
    "runs",
    "for",
    "with",
    "of",
    "id",
    "run_id",
    "key",
    "the",
    "lead",
    "\u{e9}t\u{e9}",
];

const GAPS: [&str; 14] =
    [" ", " ", " ", " ", ". ", " - ", "] ", "=\"", ": ", "'", " \"", " (", " \u{201C}", "\u{2019} "];
