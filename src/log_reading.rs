//! Run IDs in buffers and in logs, for JavaScript. Files are read on threads of their own.

#![expect(clippy::needless_pass_by_value, reason = "generated bindings convert into owned values")]
#![expect(clippy::cast_precision_loss, reason = "nothing that is counted here comes to 2^53")]

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

use napi::bindgen_prelude::{AsyncTask, Env, Error, Result, Task, ToNapiValue, TypeName, Uint8Array};
use napi_derive::napi;
use run_id_logs::judge::class::{Class, Severity};
use run_id_logs::read::{input, scan};
use run_id_logs::show::inventory::{self, Order, Selection};
use run_id_logs::show::{flow, picture, report};
use serde_json::to_string;

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
pub fn scan_buffer(bytes: Uint8Array) -> Vec<FindObject> {
    let mut finds = Vec::new();
    scan::scan(&bytes, |find| {
        let run_id = String::from_utf8_lossy(find.text).into_owned();
        finds.push(FindObject { run_id, offset: find.offset as f64, line: find.line as f64 });
    });
    finds
}

/// A class of inconsistencies.
#[napi(object, object_from_js = false)]
pub struct ClassObject {
    /// Its name in reports.
    pub name: &'static str,
    /// How much harm it does.
    pub severity: &'static str,
    /// What it means.
    pub sentence: &'static str,
}

/// The classes of inconsistencies, the first that fits first.
#[napi(catch_unwind)]
#[must_use]
pub fn finding_classes() -> Vec<ClassObject> {
    let described = |(class, severity, sentence): (Class, Severity, _)| ClassObject {
        name: class.name(),
        severity: severity.name(),
        sentence,
    };
    Class::ALL.into_iter().map(described).collect()
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
    pub fn read(&self) -> f64 {
        self.0.read() as f64
    }
}

/// Every run ID of some files. JavaScript takes it in pieces: as one text it may be longer than a string can be.
#[napi]
pub struct Inventory {
    inner: inventory::Inventory,
    all: usize,
}

#[napi]
impl Inventory {
    /// How many run IDs were selected.
    #[napi(getter, catch_unwind)]
    pub fn count(&self) -> f64 {
        self.inner.len() as f64
    }

    /// How many there are in all.
    #[napi(getter, catch_unwind)]
    pub fn all(&self) -> f64 {
        self.all as f64
    }

    /// How often those that were selected were found.
    #[napi(getter, catch_unwind)]
    pub fn finds(&self) -> f64 {
        self.inner.finds() as f64
    }

    /// At most `count` of the selected ones from the one at `from` on, as JSON.
    #[napi(catch_unwind)]
    pub fn rows(&self, from: u32, count: u32) -> Result<String> {
        self.inner.rows(from as usize, count as usize).map_err(internal)
    }

    /// The files that could not be read to their ends, as JSON.
    #[napi(catch_unwind)]
    pub fn problems(&self) -> Result<String> {
        self.inner.problems().map_err(internal)
    }
}

/// Which run IDs are wanted, and in which order.
#[napi(object, object_to_js = false)]
pub struct SelectionObject {
    /// Of this client.
    pub client: Option<String>,
    /// Of runs that began then or later, in milliseconds since 1970.
    pub since: Option<i64>,
    /// Of runs that began before.
    pub until: Option<i64>,
    /// The name of an order.
    pub sort: String,
}

/// What is done on a thread of the pool.
pub struct Work<T> {
    work: Option<Box<dyn FnOnce() -> Result<T> + Send>>,
}

impl<T: ToNapiValue + TypeName + Send + 'static> Task for Work<T> {
    type Output = T;
    type JsValue = T;

    fn compute(&mut self) -> Result<T> {
        let work = self.work.take().ok_or_else(|| internal("the work is done once"))?;
        // The border catches panics in calls from JavaScript, and this is none.
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(internal("the reader panicked")))
    }

    fn resolve(&mut self, _: Env, answer: T) -> Result<T> {
        Ok(answer)
    }
}

fn start<T>(work: impl FnOnce() -> Result<T> + Send + 'static) -> AsyncTask<Work<T>>
where
    T: ToNapiValue + TypeName + Send + 'static,
{
    AsyncTask::new(Work { work: Some(Box::new(work)) })
}

fn internal(error: impl Display) -> Error {
    Error::from_reason(error.to_string())
}

/// Every run ID in files.
#[napi(catch_unwind, ts_return_type = "Promise<Inventory>")]
pub fn scan_files(
    files: Vec<String>,
    selection: SelectionObject,
    progress: &Progress,
) -> Result<AsyncTask<Work<Inventory>>> {
    let SelectionObject { client, since, until, sort } = selection;
    let order = Order::named(&sort).ok_or_else(|| internal(format!("there is no order {sort}")))?;
    let progress = progress.0.clone();
    Ok(start(move || {
        let mut inner = inventory::Inventory::of(files, &progress);
        let all = inner.len();
        inner.arrange(&Selection { client, since, until }, order);
        Ok(Inventory { inner, all })
    }))
}

/// What is inconsistent in files, as the JSON of [`report::Verdict`].
#[napi(catch_unwind, ts_return_type = "Promise<string>")]
pub fn check_files(files: Vec<String>, grace_ms: i64, progress: &Progress) -> AsyncTask<Work<String>> {
    let progress = progress.0.clone();
    start(move || to_string(&report::check(&files, grace_ms, &progress)).map_err(internal))
}

/// The same with the flows of the runs that are inconsistent, as the JSON of [`picture::Picture`].
#[napi(catch_unwind, ts_return_type = "Promise<string>")]
pub fn picture_files(files: Vec<String>, grace_ms: i64, progress: &Progress) -> AsyncTask<Work<String>> {
    let progress = progress.0.clone();
    start(move || to_string(&picture::check(&files, grace_ms, &progress)).map_err(internal))
}

/// The life of a run in files, as the JSON of [`flow::Answer`]; `null` when that is not a run ID.
#[napi(catch_unwind, ts_return_type = "Promise<string>")]
pub fn flow_files(
    run_id: String,
    files: Vec<String>,
    grace_ms: i64,
    progress: &Progress,
) -> AsyncTask<Work<String>> {
    let progress = progress.0.clone();
    start(move || to_string(&flow::flow(&run_id, &files, grace_ms, &progress)).map_err(internal))
}
