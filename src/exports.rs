//! Everything that JavaScript may call off the hot path. Each function returns a result or a rejection.

#![expect(clippy::needless_pass_by_value, reason = "generated bindings convert into owned values")]

use std::path::PathBuf;

use napi::bindgen_prelude::{Either, Env, Error, JsObjectValue, Object, Result, Unknown};
use napi::sys;
use napi_derive::napi;
use run_id_core::base::{BASE_LENGTH, Base};
use run_id_core::event::Level;
use run_id_core::fault::{CODES, Fault, NAMED};
use run_id_core::process::{MAX_SERVICE_LENGTH, PROCESS, Settings};
use run_id_core::rejection::{FIRST_CODE, Rejection};
use run_id_core::run_id::{MAX_LENGTH, PATTERN, RunId};
use run_id_core::sequence::MAX_LEAD_LIMIT;
use run_id_core::source::{GENERATED, SOURCES};
use run_id_core::text::Kind;
use run_id_core::unread::{UNREAD, Unread};
use run_id_core::{client_id, clock, copies, retired};

use crate::own_clock::OwnClock;
use crate::passed::Passed;
use crate::rejection::RejectionTuple;
use run_id_fast as fast;

/// A value, or a rejection, as returned to JavaScript.
type Answer<T> = Result<Either<T, RejectionTuple>>;

/// The same inside Rust.
pub(crate) type Checked<T> = std::result::Result<T, Rejection>;

/// A place in which a run ID may be passed.
#[napi(object, object_from_js = false)]
pub struct SourceObject {
    /// Name in results.
    pub name: &'static str,
    /// Name in errors.
    pub path: &'static str,
}

/// What callers tell errors apart by.
#[napi(object, object_from_js = false)]
pub struct CodeObject {
    /// Such as `ERR_RUN_ID_FORMAT`.
    pub code: &'static str,
    /// HTTP status.
    pub status_code: u16,
}

/// A generated run ID.
#[napi(object, object_from_js = false)]
pub struct GeneratedObject {
    /// The run ID.
    pub run_id: String,
    /// Seconds it is ahead of the clock.
    pub lead_seconds: i64,
    /// A warning to show, once.
    pub warning: Option<String>,
}

/// The parts of a run ID.
#[napi(object, object_from_js = false)]
pub struct PartsObject {
    /// The first 13 characters.
    pub base_run_id: String,
    /// The base's second, in milliseconds since 1970.
    pub started_at_ms: f64,
}

/// Rejections that were not logged.
#[napi(object, object_from_js = false, use_nullable = true)]
pub struct LeftOutObject {
    /// The error code.
    pub code: &'static str,
    /// The line of code; null for the others, and if it is not known.
    pub at: Option<String>,
    /// Whether these are all places that are not counted individually.
    pub is_others: bool,
    /// How many.
    pub count: f64,
}

/// Settings of the process.
#[napi(object, object_to_js = false)]
pub struct SettingsObject {
    /// Absolute path.
    pub sequence_file: Option<String>,
    /// Seconds.
    pub max_lead_seconds: Option<i64>,
    /// Name of the level that is logged.
    pub log: Option<String>,
    /// Whether every event is logged.
    pub debug: Option<bool>,
    /// Name of the service.
    pub service: Option<String>,
}

/// A function that is called without a generated binding around it.
type Callback = unsafe extern "C" fn(sys::napi_env, sys::napi_callback_info) -> sys::napi_value;

#[napi(module_exports)]
pub fn init(mut exports: Object<'_>, env: Env) -> Result<()> {
    fast::keep_loaded();
    PROCESS.stderr.enter();
    env.add_env_cleanup_hook((), |()| PROCESS.stderr.leave())?;
    let callbacks: &[(&str, Callback)] = &[
        ("isRunId", fast::is_run_id),
        ("isClientId", fast::is_client_id),
        ("refuseText", fast::refuse_text),
        ("pass", fast::pass),
        ("nextBase", fast::next_base),
        ("nextClientRunId", fast::next_client_run_id),
        ("countObserved", fast::count_observed),
        ("openTally", fast::open_tally),
        #[cfg(feature = "probe")]
        ("floorRead", fast::probe::floor_read),
        #[cfg(feature = "probe")]
        ("floorString", fast::probe::floor_string),
        #[cfg(feature = "probe")]
        ("panicFast", fast::probe::panic_fast),
    ];
    for (name, callback) in callbacks {
        exports.set_named_property(name, env.create_function::<(), ()>(name, *callback)?)?;
    }
    for (name, length) in [
        ("MAX_LENGTH", MAX_LENGTH),
        ("BASE_LENGTH", BASE_LENGTH),
        ("MAX_SERVICE_LENGTH", MAX_SERVICE_LENGTH),
        ("MAX_LEAD_LIMIT", MAX_LEAD_LIMIT),
        ("FIRST_CODE", usize::from(FIRST_CODE)),
    ] {
        exports.set_named_property(name, u32::try_from(length).unwrap_or(u32::MAX))?;
    }
    exports.set_named_property("PATTERN", PATTERN)?;
    exports.set_named_property("CLIENT_ID_PATTERN", client_id::PATTERN)?;
    exports.set_named_property("GENERATED", GENERATED)?;
    exports.set_named_property("PROCESS", PROCESS.number())?;
    exports.set_named_property("COPIES", copies::loaded_once("unified-run-id.node", fast::loaded_files))?;
    let sources = SOURCES.map(|source| SourceObject { name: source.name, path: source.path });
    exports.set_named_property("SOURCES", Vec::from(sources))?;
    let codes = CODES.iter().map(|code| CodeObject { code: code.name, status_code: code.status });
    exports.set_named_property("CODES", codes.collect::<Vec<_>>())?;
    exports.set_named_property("FAULTS", Vec::from(NAMED))?;
    exports.set_named_property("EVENTS", crate::events::table())?;
    exports.set_named_property("UNKNOWN_LEVEL", PROCESS.unknown_level())?;
    exports.set_named_property("UNREAD", Vec::from(UNREAD.map(|unread| unread.name)))?;
    exports.set_named_property("RETIRED", retired::names(|_| true))?;
    exports.set_named_property("RETIRED_VALUES", retired::names(|retired| !retired.is_function))
}

/// Why a value is not a run ID; nothing if it is one.
#[napi(catch_unwind)]
pub fn refuse_run_id(
    value: Unknown<'_>,
    caller: Unknown<'_>,
    source: Option<String>,
) -> Result<Option<RejectionTuple>> {
    let passed = Passed::read(&value)?;
    Ok(run_id(&passed, &caller).err().map(|rejection| rejection.at(source).into()))
}

/// Why a value is not a client ID; nothing if it is one.
#[napi(catch_unwind)]
pub fn refuse_client_id(value: Unknown<'_>, source: Option<String>) -> Result<Option<RejectionTuple>> {
    let passed = Passed::read(&value)?;
    Ok(client(&passed).err().map(|rejection| rejection.at(source).into()))
}

/// The rejection of a request that could not be read completely, by the name of the reason, or of something that is
/// not a request; nothing for an unknown name.
#[napi(catch_unwind)]
pub fn refuse_unread(
    reason: String,
    value: Unknown<'_>,
    caller: Unknown<'_>,
    source: Option<String>,
) -> Result<Option<RejectionTuple>> {
    let kind = Passed::read(&value)?.value().kind();
    let fault = Unread::find(&reason).map(|unread| unread.fault(kind, || name_of(&caller)));
    Ok(fault.map(|fault| Rejection::from(fault).at(source).into()))
}

/// The rejection that JavaScript reports, by its name in the core's table of faults. `detail` is what else its message or
/// its hint needs, such as the called function's name.
#[napi(catch_unwind)]
pub fn refuse(
    #[napi(ts_arg_type = "FaultName")] name: String,
    value: Unknown<'_>,
    detail: Option<String>,
    source: Option<String>,
) -> Result<RejectionTuple> {
    let passed = Passed::read(&value)?;
    let fault = Fault::named(&name, &passed.value(), detail.unwrap_or_default());
    let unknown = || Error::from_reason(format!("unknown fault {name}"));
    Ok(Rejection::from(fault.ok_or_else(unknown)?).at(source).into())
}

/// A value as it may be shown.
#[napi(catch_unwind)]
pub fn show(value: Unknown<'_>) -> Result<String> {
    Ok(Passed::read(&value)?.value().received())
}

/// A new run ID, by the real clock if no other is given. `clientId` is absent only if it is `undefined`.
#[napi(catch_unwind)]
pub fn generate(
    client_id: Unknown<'_>,
    source: Unknown<'_>,
    clock: Option<&OwnClock>,
) -> Answer<GeneratedObject> {
    let passed = Passed::read(&client_id)?;
    let client = match passed {
        Passed::Other(Kind::Undefined) => None,
        _ => match client(&passed) {
            Ok(client) => Some(client),
            Err(rejection) => return Ok(Either::B(rejection.at(Some(name_of(&source))).into())),
        },
    };
    let generated = match clock {
        None => PROCESS.generator.generate(clock::now_ms()),
        Some(own) => own.generate(),
    };
    Ok(match generated {
        Ok(generated) => {
            let lead_seconds = generated.issued.lead_seconds;
            Either::A(GeneratedObject {
                run_id: client.map_or_else(
                    || base_text(generated.issued.base),
                    |_| RunId { base: generated.issued.base, client }.to_string(),
                ),
                lead_seconds,
                warning: generated.warn.then(|| {
                    format!("Run IDs are {lead_seconds} s ahead of the clock: is one generated per request?")
                }),
            })
        }
        Err(fault) => Either::B(fault.into()),
    })
}

/// A base with a client ID.
#[napi(catch_unwind)]
pub fn join_client(base: Unknown<'_>, client_id: Unknown<'_>, caller: Unknown<'_>) -> Answer<String> {
    let (base, client_id) = (Passed::read(&base)?, Passed::read(&client_id)?);
    Ok(match add_client(&base, &client_id, &caller) {
        Ok(joined) => Either::A(joined),
        Err(rejection) => Either::B(rejection.into()),
    })
}

/// The run ID of a client, from a base or from this client's own run ID.
#[napi(catch_unwind)]
pub fn client_run_id_for(run_id: Unknown<'_>, client_id: Unknown<'_>, caller: Unknown<'_>) -> Answer<String> {
    let (run_id, client_id) = (Passed::read(&run_id)?, Passed::read(&client_id)?);
    Ok(match for_client(&run_id, &client_id, &caller) {
        Ok(own) => Either::A(own),
        Err(rejection) => Either::B(rejection.into()),
    })
}

/// The parts of a run ID.
#[napi(catch_unwind)]
pub fn parts(value: Unknown<'_>, caller: Unknown<'_>) -> Answer<PartsObject> {
    let passed = Passed::read(&value)?;
    Ok(match run_id(&passed, &caller) {
        Ok(run_id) => Either::A(PartsObject {
            base_run_id: base_text(run_id.base),
            #[expect(clippy::cast_precision_loss, reason = "milliseconds until 2099 are exact")]
            started_at_ms: (run_id.base.unix() * 1000) as f64,
        }),
        Err(rejection) => Either::B(rejection.into()),
    })
}

/// Changes settings of the process, all or none; returns a rejection if it can't.
#[napi(catch_unwind)]
pub fn configure(settings: SettingsObject) -> Option<RejectionTuple> {
    let settings = Settings {
        sequence_file: settings.sequence_file.map(PathBuf::from),
        max_lead_seconds: settings.max_lead_seconds,
        log: settings.log.as_deref().and_then(Level::named),
        debug: settings.debug,
        service: settings.service,
    };
    PROCESS.configure(settings).err().map(RejectionTuple::from)
}

/// Whether every event is logged.
#[napi(catch_unwind)]
pub fn is_debug() -> bool {
    PROCESS.is_debug()
}

/// The number of the level that is logged.
#[napi(catch_unwind)]
pub fn log_level() -> u32 {
    PROCESS.level().into()
}

/// The number of the next line of this thread.
#[napi(catch_unwind)]
pub fn next_line() -> u32 {
    PROCESS.next_line()
}

/// Whether the end of this thread is to be reported now.
#[napi(catch_unwind)]
pub fn take_end() -> bool {
    PROCESS.take_end()
}

/// The service's name.
#[napi(catch_unwind)]
pub fn service() -> Option<String> {
    PROCESS.service()
}

/// Whether the process's own environment, which a worker thread may share or not, holds this run ID.
#[napi(catch_unwind)]
pub fn environment_holds(run_id: String) -> bool {
    std::env::var_os("RUN_ID").is_some_and(|held| held == *run_id)
}

/// Keeps the run ID that was removed from the environment, for this thread or, from the main one, for all.
#[napi(catch_unwind)]
pub fn keep_inherited(run_id: String, is_main_thread: bool) {
    PROCESS.keep_inherited(run_id, is_main_thread);
}

/// The run ID that was removed from the environment.
#[napi(catch_unwind)]
pub fn inherited() -> Option<String> {
    PROCESS.inherited()
}

/// Takes a line from the reject log's allowance: 0, or the milliseconds until there is room.
#[napi(catch_unwind)]
pub fn take_log_line() -> u32 {
    PROCESS
        .take_log_line()
        .map_or_else(|wait| u32::try_from(wait.as_millis() + 1).unwrap_or(u32::MAX), |()| 0)
}

/// Counts a rejection that was not logged, by the number of its code and its call site, if known.
#[napi(catch_unwind)]
pub fn leave_out(code: u32, at: Option<String>) {
    if let Some(code) = CODES.get(code as usize) {
        PROCESS.leave_out(*code, at.as_deref());
    }
}

/// Writes a line to standard error, or keeps or counts it; `reports` is the number of lost lines that it reports. Returns
/// whether anything waits.
#[napi(catch_unwind)]
pub fn write_line(line: String, reports: u32) -> bool {
    PROCESS.stderr.write(line.as_bytes(), reports.into())
}

/// Writes as much of the waiting lines as standard error accepts. Returns whether anything still waits.
#[napi(catch_unwind)]
pub fn flush_lines() -> bool {
    PROCESS.stderr.flush()
}

/// The same at the end of the process, which waits for a while.
#[napi(catch_unwind)]
pub fn flush_lines_at_exit() {
    PROCESS.stderr.flush_at_exit();
}

/// How many lost lines the next line has to report.
#[napi(catch_unwind)]
pub fn due_report(at_end: bool) -> u32 {
    u32::try_from(PROCESS.stderr.due_report(at_end)).unwrap_or(u32::MAX)
}

/// How many lines were lost since the start.
#[napi(catch_unwind)]
pub fn lines_lost() -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "9,007,199,254,740,992 lines are exact")]
    let lost = PROCESS.stderr.lost() as f64;
    lost
}

/// How far the last base is ahead of the clock, in seconds.
#[napi(catch_unwind)]
pub fn lead_seconds() -> i64 {
    PROCESS.generator.lead()
}

/// The sums of the counts of all threads of the process, by their places in a tally.
#[napi(catch_unwind)]
pub fn tallies() -> Vec<f64> {
    PROCESS.tallies.totals()
}

/// The rejections that were not logged since the last call, the most frequent first.
#[napi(catch_unwind)]
pub fn take_left_out() -> Vec<LeftOutObject> {
    let left_out = PROCESS.take_left_out().into_iter();
    left_out
        .map(|one| LeftOutObject {
            code: one.code.name,
            at: one.at.map(String::from),
            is_others: one.is_others,
            #[expect(clippy::cast_precision_loss, reason = "9,007,199,254,740,992 are exact")]
            count: one.count as f64,
        })
        .collect()
}

pub(crate) fn run_id<'a>(passed: &'a Passed, caller: &Unknown<'_>) -> Checked<RunId<'a, u16>> {
    passed
        .units()
        .and_then(|units| RunId::parse(units).ok())
        .ok_or_else(|| Rejection::of_run_id(&passed.value(), || name_of(caller)))
}

/// The name of a public function or of a source, passed as a value so that it is read only when it is needed.
fn name_of(caller: &Unknown<'_>) -> String {
    match Passed::read(caller) {
        Ok(Passed::Text(name)) => text(&name),
        _ => String::new(),
    }
}

fn client(passed: &Passed) -> Checked<&[u16]> {
    passed
        .units()
        .filter(|units| client_id::check(units).is_ok())
        .ok_or_else(|| Rejection::of_client_id(&passed.value()))
}

fn add_client(base: &Passed, client_id: &Passed, caller: &Unknown<'_>) -> Checked<String> {
    let run_id = run_id(base, caller)?;
    if run_id.client.is_some() {
        let is_own = run_id.client == client_id.units();
        return Err(Fault::Suffix { received: base.value().received(), is_own }.into());
    }
    Ok(RunId { client: Some(client(client_id)?), ..run_id }.to_string())
}

fn for_client(passed: &Passed, client_id: &Passed, caller: &Unknown<'_>) -> Checked<String> {
    let run_id = run_id(passed, caller)?;
    let own = run_id.for_client(client(client_id)?).map(|own| own.to_string());
    own.ok_or_else(|| {
        let received = passed.value().received();
        Rejection::from(Fault::ClientMismatch { received }).at(Some("runId".to_owned()))
    })
}

pub(crate) fn base_text(base: Base) -> String {
    base.text().map(char::from).iter().collect()
}

fn text(units: &[u16]) -> String {
    String::from_utf16_lossy(units)
}
