//! Reasons why a request was not read completely, so that it may contain a run ID that was not seen: then a new one must
//! not be generated. And what a carrier may contain instead of a single readable run ID.
//!
//! References: SPEC §4, §10.

use crate::fault::{Fault, LookedIn, Wanted};
use crate::text::Kind;

/// One reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The name by which JavaScript refers to it.
    pub name: &'static str,
    /// What was wanted, if the object has the wrong type; none if its run ID is missing.
    pub wanted: Option<&'static str>,
    /// Which parser, argument or option is wanted.
    pub hint: &'static str,
}

const fn request(name: &'static str, hint: &'static str) -> Unread {
    Unread { name, wanted: None, hint }
}

const fn other(name: &'static str, hint: &'static str) -> Unread {
    Unread { name, wanted: Some("request"), hint }
}

const fn carrier(name: &'static str, wanted: &'static str, hint: &'static str) -> Unread {
    Unread { name, wanted: Some(wanted), hint }
}

/// Every reason.
pub const UNREAD: [Unread; 30] = [
    request(
        "unparsed-body",
        "The body has not been parsed yet: mount this after the body parser, such as express.json().",
    ),
    request(
        "text-body",
        "The body is a string, a Buffer, a stream or a function: parse it first, as express.json() does, or pass \
         { query, body: JSON.parse(text) }.",
    ),
    request(
        "fetch-body",
        "A Fetch Request has a body, which is not read here: pass { query: new URL(request.url).searchParams, body: \
         await request.json() }.",
    ),
    request(
        "unread-body",
        "Only a JSON body of a Fetch Request is read: send the run ID in the query, or read the body yourself and pass \
         it to enterRun from unified-run-id/boundary.",
    ),
    request(
        "hono-context",
        "It is a context of Hono and not its request, which has the query and the body: pass c.req.raw.",
    ),
    request(
        "query-text",
        "The query is not an object with its parameters: pass one, or URLSearchParams, such as { query: new \
         URLSearchParams(text), body }, or in Hono c.req.raw.",
    ),
    request(
        "url",
        "The URL has a runId that the query lacks: mount this after the query parser and before what rewrites the URL, or \
         pass { query: new URL(req.url, 'http://localhost').searchParams, body: req.body }.",
    ),
    request(
        "header",
        "The run-id header has one, but is read only on demand: set { header: true } on the boundary, or pass { \
         parentRunId: extract(req.headers, 'headers') }, with extract from unified-run-id/context.",
    ),
    request(
        "misspelled-header",
        "Only run-id is read, but a header with nearly the same name is not ignored: send the run ID as run-id.",
    ),
    request(
        "path-parameter",
        "The path has one, but is read only on demand: pass { parentRunId: req.params.runId }.",
    ),
    request("path-promise", "The parameters of the path are a promise: pass params: await params."),
    request(
        "event",
        "It is the event of a serverless function: pass { query: event.queryStringParameters ?? {}, body: \
         JSON.parse(event.body ?? '{}') }, and pass a run ID in the path as parentRunId.",
    ),
    request(
        "no-source",
        "There is one, but in no place that is read: the sources are req.specificRunId, req.query.runId, req.body.runId \
         and parentRunId.",
    ),
    request(
        "inherited",
        "There is one, but it is inherited, as a getter of a class is, and only an own runId is read: pass a plain \
         object, such as { runId: object.runId }.",
    ),
    other(
        "own-run-id",
        "An object with its own run ID is not a request: pass { body: object }, or read the run ID with \
         extract(object, 'data') from unified-run-id/context.",
    ),
    other(
        "job",
        "It looks like a job or a message, not a request: call receive(job, 'bullmq', fn) or, for another queue, \
         receive(job.data, 'data', fn) from unified-run-id/context, which calls fn in the job's run.",
    ),
    other(
        "context",
        "It looks like the context of a framework, not a request: pass its request, such as ctx.request in Koa or \
         c.req.raw in Hono.",
    ),
    other(
        "misspelled-key",
        "Only runId is read, but a key with nearly the same name is not ignored: send the run ID as runId.",
    ),
    carrier(
        "misspelled-place",
        "carrier",
        "Only the exact name is read (runId in data and URLs, run-id in headers, RunId in SQS attributes): send the run \
         ID under that name.",
    ),
    carrier(
        "several-values",
        "string",
        "There are several values, identical or not: was the run ID sent more than once? HTTP joins headers that differ \
         only in case; inject() keeps one.",
    ),
    carrier(
        "repeated-run",
        "a job that runs once",
        "It is a repeated job with the run ID of the run that scheduled it, which must not run again: schedule it without \
         a run ID, and start a new run each time, with jobs.run() or runWithRunId(resolveRunId({}), fn).",
    ),
    request(
        "bare-repetition",
        "It is a repeated job, which has no run until it starts one: start a new run each time, with jobs.run() or \
         runWithRunId(resolveRunId({}), fn).",
    ),
    carrier(
        "job-data",
        "the data of a job",
        "The data of the job is not an object, so it has no runId: add the job with inject({ leads }, 'bullmq').",
    ),
    carrier(
        "kafka-headers",
        "headers",
        "Kafka headers are an object, a Map or a list of objects with one key each, whose values are text or bytes: pass \
         the message as the client delivers it.",
    ),
    carrier(
        "amqp-headers",
        "headers",
        "The headers of an AMQP message are an object: pass the message as the client delivers it, with its properties.",
    ),
    carrier(
        "sqs-attribute",
        "an attribute",
        "An SQS attribute is { DataType: 'String', StringValue }, or { dataType, stringValue } in a Lambda event: send \
         the run ID as one, with inject({}, 'sqs').",
    ),
    request(
        "sns-envelope",
        "Its body is an SNS envelope around the original message: turn on raw message delivery for the subscription. \
         Bodies are never unwrapped.",
    ),
    request(
        "no-attributes",
        "It has no attributes at all: ask for them when receiving, MessageAttributeNames: ['RunId'], and send them with \
         inject({}, 'sqs').",
    ),
    other(
        "not-a-fetch-request",
        "It has no Headers, so it is not a Request of the Fetch API: use the boundary of the framework that calls the \
         handler, or pass the parts of its request to enterRun from unified-run-id/boundary.",
    ),
    other(
        "not-a-request",
        "It has no query, body, method or url: pass the request itself; a script without a request passes {}.",
    ),
];

impl Unread {
    /// The row of a name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        UNREAD.iter().find(|unread| unread.name == name)
    }

    /// The fault of an object passed to a public function, whose name is read only when it is needed.
    pub fn fault(&'static self, kind: Kind, function: impl FnOnce() -> String) -> Fault {
        if self.wanted.is_none() {
            Fault::Missing(LookedIn::Unread(self))
        } else {
            Fault::Type { kind, function: function(), wanted: Wanted::Readable(self) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rejection::Rejection;

    #[test]
    fn each_row_is_found_and_its_hint_told_in_full() {
        for (at, unread) in UNREAD.iter().enumerate() {
            assert_eq!(Unread::find(unread.name), Some(&UNREAD[at]));
            let fault = unread.fault(Kind::Object, || "resolveRunIdWithSource".to_owned());
            let start = match unread.wanted {
                None => "STRICT RUN ID ERROR: No run ID found".to_owned(),
                Some(wanted) => {
                    format!(
                        "STRICT RUN ID ERROR: Object passed to resolveRunIdWithSource instead of {wanted}"
                    )
                }
            };
            let key = "x".repeat(80);
            let message = Rejection::from(fault).at(Some(key.clone())).message();
            assert_eq!(message, format!("{start} ({key}). {}", unread.hint));
            assert!(message.len() < 500, "{message}");
            assert!(
                unread.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
                "{}",
                unread.name
            );
        }
        assert_eq!(Unread::find("query"), None);
    }

    #[test]
    fn only_what_is_a_request_lacks_a_run_id() {
        for (name, code) in [
            ("unparsed-body", "ERR_RUN_ID_MISSING"),
            ("event", "ERR_RUN_ID_MISSING"),
            ("no-source", "ERR_RUN_ID_MISSING"),
            ("inherited", "ERR_RUN_ID_MISSING"),
            ("path-parameter", "ERR_RUN_ID_MISSING"),
            ("own-run-id", "ERR_RUN_ID_TYPE"),
            ("misspelled-key", "ERR_RUN_ID_TYPE"),
            ("misspelled-place", "ERR_RUN_ID_TYPE"),
            ("several-values", "ERR_RUN_ID_TYPE"),
            ("repeated-run", "ERR_RUN_ID_TYPE"),
            ("bare-repetition", "ERR_RUN_ID_MISSING"),
            ("sns-envelope", "ERR_RUN_ID_MISSING"),
            ("no-attributes", "ERR_RUN_ID_MISSING"),
            ("not-a-request", "ERR_RUN_ID_TYPE"),
        ] {
            let unread = Unread::find(name).unwrap();
            assert_eq!(unread.fault(Kind::Object, String::new).code().name, code, "{name}");
        }
    }
}
