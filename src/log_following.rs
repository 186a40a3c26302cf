//! Growing logs, for JavaScript. They are read on threads of the pool, one step at a time.

#![expect(clippy::needless_pass_by_value, reason = "generated bindings convert into owned values")]

use std::sync::{Arc, Mutex, PoisonError};

use napi::bindgen_prelude::{AsyncTask, Result, Uint8Array};
use napi_derive::napi;
use run_id_logs::show::follow::{End, Follow, Terms};
use serde_json::to_string;

use crate::log_reading::{CheckObject, Verdict, Work, internal, start};

/// Logs that are followed.
#[napi]
pub struct Following {
    follow: Arc<Mutex<Option<Follow>>>,
    last: Arc<Mutex<String>>,
}

#[napi]
impl Following {
    /// Files, and the numbers of those that are streams, whose data is handed over. The times for which runs are kept and
    /// findings wait for late lines are in milliseconds.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        files: Vec<String>,
        streams: Vec<u32>,
        keep_ms: i64,
        settle_ms: i64,
        options: CheckObject,
    ) -> Result<Self> {
        let mut options = options;
        let selection = options.take_selection()?;
        let terms = Terms { keep: keep_ms, settle: settle_ms, stale: options.stale_ms };
        let streams: Vec<usize> = streams.into_iter().map(|stream| stream as usize).collect();
        let follow = Follow::new(files, &streams, terms, selection);
        Ok(Self { follow: Arc::new(Mutex::new(Some(follow))), last: Arc::default() })
    }

    /// Hands over a stream's data; nothing at its end. Not to be called during a step.
    #[napi(catch_unwind)]
    pub fn feed(&self, stream: u32, bytes: Uint8Array) -> Result<()> {
        with(&self.follow, |follow| follow.feed(stream as usize, &bytes))
    }

    /// Reads what is new, and returns the result as JSON. `wall` is the time of a monotonic clock, in milliseconds.
    #[napi(catch_unwind, ts_return_type = "Promise<string>")]
    pub fn step(&self, wall: i64) -> AsyncTask<Work<String>> {
        let follow = Arc::clone(&self.follow);
        start(move || {
            let step = with(&follow, |follow| follow.step(wall))?.map_err(internal)?;
            to_string(&step).map_err(internal)
        })
    }

    /// The files that are not read at present, as JSON.
    #[napi(catch_unwind)]
    pub fn problems(&self) -> Result<String> {
        with(&self.follow, |follow| follow.problems())?.map_err(internal)
    }

    /// The clients of runs that are new since the last call; all that are kept, if some were forgotten.
    #[napi(catch_unwind)]
    pub fn clients(&self) -> Result<Vec<String>> {
        with(&self.follow, Follow::clients)
    }

    /// Reads what is left, and judges all that is kept.
    #[napi(catch_unwind, ts_return_type = "Promise<Verdict>")]
    pub fn finish(&self, wall: i64) -> AsyncTask<Work<Verdict>> {
        let (follow, last) = (Arc::clone(&self.follow), Arc::clone(&self.last));
        start(move || {
            let follow = follow.lock().unwrap_or_else(PoisonError::into_inner).take();
            let follow = follow.ok_or_else(|| internal("it is finished"))?;
            let End { told, past, clients, verdict } = follow.finish(wall).map_err(internal)?;
            let all = format!(
                r#"{{"told":{},"past":{past},"clients":{}}}"#,
                to_string(&told).map_err(internal)?,
                to_string(&clients).map_err(internal)?,
            );
            *last.lock().unwrap_or_else(PoisonError::into_inner) = all;
            Ok(Verdict { inner: verdict, picture: None })
        })
    }

    /// After it has finished: the last reports, the groups with findings of forgotten runs, and the new clients, as JSON.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn last(&self) -> String {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn with<T>(follow: &Mutex<Option<Follow>>, work: impl FnOnce(&mut Follow) -> T) -> Result<T> {
    let mut follow = follow.lock().unwrap_or_else(PoisonError::into_inner);
    follow.as_mut().map(work).ok_or_else(|| internal("it is finished"))
}
