//! Run IDs in buffers and in logs, for JavaScript. Files are read on separate threads.

#![expect(clippy::needless_pass_by_value, reason = "generated bindings convert into owned values")]
#![expect(clippy::cast_precision_loss, reason = "nothing that is counted here comes to 2^53")]

use std::fmt::Display;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use napi::bindgen_prelude::{AsyncTask, Env, Error, Result, Task, ToNapiValue, TypeName, Uint8Array};
use napi_derive::napi;
use run_id_logs::facts::{origins, service};
use run_id_logs::judge::class::{Class, Row, Severity};
use run_id_logs::read::{compressed, input, scan};
use run_id_logs::show::extract::{self, Extractor};
use run_id_logs::show::inventory::{self, Order};
use run_id_logs::show::selection::Selection;
use run_id_logs::show::verdict::{self, Files};
use run_id_logs::show::{flow, picture};
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
    /// Its heading.
    pub title: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// The classes of inconsistencies, in the order in which they are tried.
#[napi(catch_unwind)]
#[must_use]
pub fn finding_classes() -> Vec<ClassObject> {
    let described = |row: &Row| ClassObject {
        name: row.class.name(),
        severity: row.severity.name(),
        sentence: row.sentence,
        title: row.title,
        remedy: row.remedy,
    };
    // Reading and writing another run's record are one class with two severities: the greater one is given.
    Class::ALL.iter().filter(|row| row.class != Class::OtherRunRead).map(described).collect()
}

/// The service of a process in a verdict; other process names unchanged.
#[napi(catch_unwind)]
#[must_use]
pub fn service_of(process: String) -> String {
    service::service_of(&process).to_owned()
}

/// An argument as one word of a shell.
#[napi(catch_unwind)]
#[must_use]
pub fn shell_quoted(argument: String) -> String {
    compressed::quoted(&argument)
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

    /// Stops the reading: only what was read is judged.
    #[napi(catch_unwind)]
    pub fn stop(&self) {
        self.0.stop();
    }
}

/// Every run ID of some files. JavaScript fetches it in pieces: as one text, it may exceed the maximum length of a string.
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

/// Which run IDs are requested, and in which order.
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
        // The border catches panics in calls from JavaScript only.
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(internal("the reader panicked")))
    }

    fn resolve(&mut self, _: Env, answer: T) -> Result<T> {
        Ok(answer)
    }
}

pub(crate) fn start<T>(work: impl FnOnce() -> Result<T> + Send + 'static) -> AsyncTask<Work<T>>
where
    T: ToNapiValue + TypeName + Send + 'static,
{
    AsyncTask::new(Work { work: Some(Box::new(work)) })
}

pub(crate) fn internal(error: impl Display) -> Error {
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
        inner.arrange(&inventory::Selection { client, since, until }, order);
        Ok(Inventory { inner, all })
    }))
}

/// What was extracted.
#[napi(object, object_from_js = false)]
pub struct ExtractObject {
    /// Lines read.
    pub lines: f64,
    /// Records extracted.
    pub kept: f64,
    /// The files that could not be read to their ends, as JSON.
    pub problems: String,
    /// Why the extract could not be written, in the system's words; absent where it was.
    pub unwritten: Option<String>,
    /// Whether that is because its reader is gone.
    pub is_abandoned: bool,
}

/// Writes what `check` needs from files, under their `names`, to standard output. `by` is a name that no other process has.
#[napi(catch_unwind, ts_return_type = "Promise<ExtractObject>")]
pub fn extract_files(
    files: Vec<String>,
    names: Vec<String>,
    by: String,
    host: String,
    progress: &Progress,
) -> AsyncTask<Work<ExtractObject>> {
    let progress = progress.0.clone();
    start(move || {
        let writer = extract::standard_output().map_err(internal)?;
        let answer = extract::extract(&files, &names, &Extractor { by, host }, writer, &progress);
        Ok(ExtractObject {
            lines: answer.lines as f64,
            kept: answer.kept as f64,
            problems: answer.problems(&files).map_err(internal)?,
            is_abandoned: answer
                .unwritten
                .as_ref()
                .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe),
            unwritten: answer.unwritten.map(|error| error.to_string()),
        })
    })
}

/// The numbers of the files that are extracts.
#[napi(catch_unwind, ts_return_type = "Promise<Array<number>>")]
#[must_use]
pub fn extracts_among(files: Vec<String>) -> AsyncTask<Work<Vec<u32>>> {
    start(move || Ok(origins::extracts_among(&files)))
}

/// The files from which extracts were made, written into a folder: a JSON array of `{ path, name }`.
#[napi(catch_unwind, ts_return_type = "Promise<string>")]
#[must_use]
pub fn divide_extracts(extracts: Vec<String>, names: Vec<String>, folder: String) -> AsyncTask<Work<String>> {
    start(move || {
        let origins = origins::divide(&extracts, &names, Path::new(&folder)).map_err(internal)?;
        to_string(&origins).map_err(internal)
    })
}

/// What is wrong in files. JavaScript fetches it in pieces: as one text, it may exceed the maximum length of a string.
#[napi]
pub struct Verdict {
    pub(crate) inner: verdict::Verdict,
    pub(crate) picture: Option<String>,
}

#[napi]
impl Verdict {
    /// Everything but findings and groups, as JSON.
    #[napi(catch_unwind)]
    pub fn summary(&self) -> Result<String> {
        self.inner.summary().map_err(internal)
    }

    /// At most `count` of the groups from the one at `from` on, the worst first, as a JSON array.
    #[napi(catch_unwind)]
    pub fn groups(&self, from: u32, count: u32) -> Result<String> {
        self.inner.groups(from as usize, count as usize).map_err(internal)
    }

    /// At most `count` of the findings from the one at `from` on, those of the worst group first, as a JSON array.
    #[napi(catch_unwind)]
    pub fn findings(&self, from: u32, count: u32) -> Result<String> {
        self.inner.findings(from as usize, count as usize).map_err(internal)
    }

    /// What a page draws of them, as the JSON of [`picture::Picture`]; `null` if that was not requested.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn picture(&self) -> String {
        self.picture.clone().unwrap_or_else(|| "null".to_owned())
    }
}

/// How files are judged, and which findings are requested.
#[napi(object, object_to_js = false)]
pub struct CheckObject {
    /// The silence after which a run counts as never completed, in milliseconds.
    pub stale_ms: i64,
    /// The names of the files on the command line, if these are copies.
    pub names: Option<Vec<String>>,
    /// The arguments there, including folders and patterns in which the files were found.
    pub given: Option<Vec<String>>,
    /// How many of the files were cut off, because the pipe that fills them was interrupted.
    pub cut: Option<u32>,
    /// Whether the lives of the worst runs are read for a page.
    pub picture: Option<bool>,
    /// Findings that last until then or later, in milliseconds since 1970.
    pub since: Option<i64>,
    /// Those that begin before.
    pub until: Option<i64>,
    /// Of this client.
    pub client: Option<String>,
    /// Of this run ID.
    pub run: Option<String>,
    /// Of this service.
    pub service: Option<String>,
    /// Of this process.
    pub process: Option<String>,
    /// Of these classes.
    pub classes: Option<Vec<String>>,
    /// Of this severity and above.
    pub severity: Option<String>,
}

impl CheckObject {
    /// The requested findings.
    pub(crate) fn take_selection(&mut self) -> Result<Selection> {
        let severity = match self.severity.take() {
            None => None,
            Some(name) => Some(
                Severity::ALL
                    .into_iter()
                    .find(|severity| severity.name() == name)
                    .ok_or_else(|| internal(format!("there is no severity {name}")))?,
            ),
        };
        Ok(Selection {
            since: self.since,
            until: self.until,
            client: self.client.take(),
            run: self.run.take(),
            service: self.service.take(),
            process: self.process.take(),
            classes: self.classes.take().unwrap_or_default(),
            severity,
        })
    }
}

/// What is wrong in files.
#[napi(catch_unwind, ts_return_type = "Promise<Verdict>")]
pub fn check_files(
    files: Vec<String>,
    options: CheckObject,
    progress: &Progress,
) -> Result<AsyncTask<Work<Verdict>>> {
    let mut options = options;
    let selection = options.take_selection()?;
    let CheckObject { stale_ms, cut, picture, .. } = options;
    let names = options.names.unwrap_or_else(|| files.clone());
    let given = options.given.unwrap_or_else(|| names.clone());
    let files = Files { paths: files, names, given, cut: cut.unwrap_or(0) as usize };
    let progress = progress.0.clone();
    Ok(start(move || {
        let inner = verdict::Verdict::of(files, stale_ms, &selection, &progress);
        // Only the first reading was stopped.
        let progress = if progress.is_stopped() { input::Progress::default() } else { progress };
        let picture = match picture {
            Some(true) => Some(to_string(&picture::of(&inner, &progress)).map_err(internal)?),
            _ => None,
        };
        Ok(Verdict { inner, picture })
    }))
}

/// The life of a run. JavaScript fetches it in pieces: as one text, it may exceed the maximum length of a string.
#[napi]
pub struct Flow(flow::Answer);

#[napi]
impl Flow {
    /// All but the lists, with how long these are, as JSON.
    #[napi(catch_unwind)]
    pub fn summary(&self) -> Result<String> {
        self.0.summary().map_err(internal)
    }

    /// The files that could not be read to their ends, as JSON.
    #[napi(catch_unwind)]
    pub fn problems(&self) -> String {
        self.0.problems().to_owned()
    }

    /// At most `count` events from the one at `from` on, as JSON; with their lines, which are read again, or without.
    #[napi(catch_unwind)]
    pub fn events(&mut self, from: u32, count: u32, has_lines: bool) -> Result<String> {
        self.0.events(from as usize, count as usize, has_lines).map_err(internal)
    }

    /// The same of hand-overs.
    #[napi(catch_unwind)]
    pub fn hand_overs(&self, from: u32, count: u32) -> Result<String> {
        self.0.hand_overs(from as usize, count as usize).map_err(internal)
    }

    /// The same of findings.
    #[napi(catch_unwind)]
    pub fn findings(&self, from: u32, count: u32) -> String {
        self.0.findings(from as usize, count as usize)
    }

    /// The same of the events at which findings are seen.
    #[napi(catch_unwind)]
    pub fn marks(&self, from: u32, count: u32) -> Result<String> {
        self.0.marks(from as usize, count as usize).map_err(internal)
    }
}

/// The life of a run in files, which have `names` on the command line.
#[napi(catch_unwind, ts_return_type = "Promise<Flow>")]
pub fn flow_files(
    run_id: String,
    files: Vec<String>,
    names: Vec<String>,
    stale_ms: i64,
    progress: &Progress,
) -> AsyncTask<Work<Flow>> {
    let progress = progress.0.clone();
    let files = Files { paths: files, given: names.clone(), names, cut: 0 };
    start(move || {
        let answer = flow::flow(&run_id, files, stale_ms, &progress);
        answer.map(Flow).ok_or_else(|| internal("that is not a run ID"))
    })
}
