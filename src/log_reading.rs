//! Run IDs in buffers and in logs, for JavaScript. Files are read on threads of their own.

use std::panic::{AssertUnwindSafe, catch_unwind};

use napi::bindgen_prelude::{AsyncTask, Env, Error, Result, Task, Uint8Array};
use napi_derive::napi;
use run_id_logs::class::Class;
use run_id_logs::{input, report, scan};
use serde_json::{Error as JsonError, to_string};

/// A run ID in a buffer.
#[napi(object, object_from_js = false)]
pub struct FindObject {
    /// The run ID.
    pub run_id: String,
    /// Bytes before it.
    pub offset: f64,
    /// The line it is in, from 1.
    pub line: f64,
}

/// Every run ID in a buffer, in order.
#[napi(catch_unwind)]
#[expect(clippy::needless_pass_by_value, reason = "generated bindings convert into owned values")]
pub fn scan_buffer(bytes: Uint8Array) -> Vec<FindObject> {
    let mut finds = Vec::new();
    scan::scan(&bytes, |find| {
        let run_id = String::from_utf8_lossy(find.text).into_owned();
        #[expect(clippy::cast_precision_loss, reason = "no buffer has 2^53 bytes")]
        finds.push(FindObject { run_id, offset: find.offset as f64, line: find.line as f64 });
    });
    finds
}

/// A class of inconsistencies.
#[napi(object, object_from_js = false)]
pub struct ClassObject {
    /// Its name in reports.
    pub name: &'static str,
    /// What it means.
    pub sentence: &'static str,
}

/// The classes of inconsistencies, the first that fits first.
#[napi(catch_unwind)]
#[must_use]
pub fn finding_classes() -> Vec<ClassObject> {
    Class::ALL.into_iter().map(|(_, name, sentence)| ClassObject { name, sentence }).collect()
}

/// How far the reading of logs has come.
#[napi]
#[derive(Default)]
pub struct Progress(input::Progress);

#[napi]
impl Progress {
    /// Nothing read yet.
    #[napi(constructor, catch_unwind)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes read so far.
    #[napi(catch_unwind)]
    #[expect(clippy::cast_precision_loss, reason = "only shown")]
    pub fn read(&self) -> f64 {
        self.0.read() as f64
    }
}

/// What is to be made of the files.
enum Command {
    Scan,
    Check { grace_ms: i64 },
    Flow { run_id: String, grace_ms: i64 },
}

/// Reads files on a thread of the pool.
pub struct Reading {
    command: Command,
    files: Vec<String>,
    progress: input::Progress,
}

impl Task for Reading {
    type Output = String;
    type JsValue = String;

    fn compute(&mut self) -> Result<String> {
        let read = || self.answer().map_err(|error| Error::from_reason(error.to_string()));
        // The border catches panics in calls from JavaScript, and this is none.
        catch_unwind(AssertUnwindSafe(read))
            .unwrap_or_else(|_| Err(Error::from_reason("the reader panicked")))
    }

    fn resolve(&mut self, _: Env, answer: String) -> Result<String> {
        Ok(answer)
    }
}

impl Reading {
    fn answer(&self) -> std::result::Result<String, JsonError> {
        let (files, progress) = (&self.files, &self.progress);
        match &self.command {
            Command::Scan => to_string(&report::scan(files, progress)),
            Command::Check { grace_ms } => to_string(&report::check(files, *grace_ms, progress)),
            Command::Flow { run_id, grace_ms } => {
                to_string(&report::flow(run_id, files, *grace_ms, progress))
            }
        }
    }
}

fn start(command: Command, files: Vec<String>, progress: &Progress) -> AsyncTask<Reading> {
    AsyncTask::new(Reading { command, files, progress: progress.0.clone() })
}

/// Every run ID in files, as the JSON of [`report::Inventory`].
#[napi(catch_unwind)]
pub fn scan_files(files: Vec<String>, progress: &Progress) -> AsyncTask<Reading> {
    start(Command::Scan, files, progress)
}

/// What is inconsistent in files, as the JSON of [`report::Verdict`].
#[napi(catch_unwind)]
pub fn check_files(files: Vec<String>, grace_ms: i64, progress: &Progress) -> AsyncTask<Reading> {
    start(Command::Check { grace_ms }, files, progress)
}

/// The life of a run in files, as the JSON of [`report::Flow`].
#[napi(catch_unwind)]
pub fn flow_files(
    run_id: String,
    files: Vec<String>,
    grace_ms: i64,
    progress: &Progress,
) -> AsyncTask<Reading> {
    start(Command::Flow { run_id, grace_ms }, files, progress)
}
