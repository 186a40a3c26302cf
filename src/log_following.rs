//! Logs that grow, for JavaScript. They are read on threads of the pool, one step after the other.

#![expect(clippy::needless_pass_by_value, reason = "generated bindings convert into owned values")]
#![expect(clippy::cast_precision_loss, reason = "nothing that is counted here comes to 2^53")]

use std::sync::{Arc, Mutex, PoisonError};

use napi::bindgen_prelude::{AsyncTask, Result, Uint8Array};
use napi_derive::napi;
use run_id_logs::show::follow::{End, Follow, Step, Terms};

use crate::log_reading::{CheckObject, Verdict, Work, internal, start};

/// What a step led to.
#[napi(object, object_from_js = false)]
pub struct StepObject {
    /// What is to be told, a JSON object each.
    pub told: Vec<String>,
    /// Whether there is more to be read at once.
    pub has_more: bool,
    /// Whether nothing more can come.
    pub is_over: bool,
    /// Whether runs were forgotten.
    pub has_forgotten: bool,
}

/// Logs that are followed.
#[napi]
pub struct Following(Arc<Mutex<Option<Follow>>>);

#[napi]
impl Following {
    /// Files, and streams by their numbers among them: what comes of those is handed over. How long runs are kept, and what
    /// is found waits for what may be on its way, is in milliseconds.
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
        Ok(Self(Arc::new(Mutex::new(Some(follow)))))
    }

    /// Hands over what has come of a stream; nothing when it is at its end. Not while a step is under way.
    #[napi(catch_unwind)]
    pub fn feed(&self, stream: u32, bytes: Uint8Array) -> Result<()> {
        self.with(|follow| follow.feed(stream as usize, &bytes))
    }

    /// Reads what is new. `wall` is the time of a clock that is never set, in milliseconds.
    #[napi(catch_unwind, ts_return_type = "Promise<StepObject>")]
    pub fn step(&self, wall: i64) -> AsyncTask<Work<StepObject>> {
        let own = Self(Arc::clone(&self.0));
        start(move || {
            let step = own.with(|follow| follow.step(wall))?.map_err(internal)?;
            let Step { told, has_more, is_over, has_forgotten } = step;
            Ok(StepObject { told, has_more, is_over, has_forgotten })
        })
    }

    /// The files that are not read at present, as JSON.
    #[napi(catch_unwind)]
    pub fn problems(&self) -> Result<String> {
        self.with(|follow| follow.problems())?.map_err(internal)
    }

    /// The clients of runs that are new since this was asked for; all that are kept, after some were forgotten.
    #[napi(catch_unwind)]
    pub fn clients(&self) -> Result<Vec<String>> {
        self.with(Follow::clients)
    }

    /// How many runs and names are kept, and findings, groups and others.
    #[napi(catch_unwind)]
    pub fn sizes(&self) -> Result<Vec<f64>> {
        self.with(|follow| follow.sizes().map(|size| size as f64).to_vec())
    }

    /// Reads what is left, and judges all that is kept. Then there is nothing more to be asked for.
    #[napi(catch_unwind, ts_return_type = "Promise<FollowingEnd>")]
    pub fn finish(&self, wall: i64) -> AsyncTask<Work<FollowingEnd>> {
        let own = Self(Arc::clone(&self.0));
        start(move || {
            let follow = own.0.lock().unwrap_or_else(PoisonError::into_inner).take();
            let follow = follow.ok_or_else(|| internal("it is finished"))?;
            let End { told, past, clients, verdict } = follow.finish(wall).map_err(internal)?;
            let verdict = Some(Verdict { inner: verdict, picture: None });
            Ok(FollowingEnd { told, past, clients, verdict })
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Follow) -> T) -> Result<T> {
        let mut follow = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        follow.as_mut().map(work).ok_or_else(|| internal("it is finished"))
    }
}

/// What was told last, and the verdict.
#[napi]
pub struct FollowingEnd {
    told: Vec<String>,
    past: String,
    clients: Vec<String>,
    verdict: Option<Verdict>,
}

#[napi]
impl FollowingEnd {
    /// What is to be told, a JSON object each.
    #[napi(catch_unwind)]
    pub fn told(&mut self) -> Vec<String> {
        std::mem::take(&mut self.told)
    }

    /// The clients of runs that are new since `Following.clients` told of them.
    #[napi(catch_unwind)]
    pub fn clients(&mut self) -> Vec<String> {
        std::mem::take(&mut self.clients)
    }

    /// The groups with findings of runs that were forgotten, as a JSON array.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn past(&self) -> String {
        self.past.clone()
    }

    /// The verdict, once.
    #[napi(catch_unwind)]
    pub fn verdict(&mut self) -> Result<Verdict> {
        self.verdict.take().ok_or_else(|| internal("the verdict is told once"))
    }
}
