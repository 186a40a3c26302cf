//! Faults as plain objects, of which JavaScript makes a `RunIdError`.

use std::borrow::Cow;

use napi_derive::napi;
use run_id_core::fault::Fault;
use run_id_core::rejection::Rejection;

/// All that an error tells.
#[napi(object, object_from_js = false)]
pub struct RejectionObject {
    /// Such as `ERR_RUN_ID_FORMAT`.
    pub code: &'static str,
    /// HTTP status.
    pub status_code: u16,
    /// The whole message.
    pub message: String,
    /// Which input it was.
    pub source: Option<String>,
    /// What came, escaped.
    pub received: Option<String>,
    /// What to do.
    pub hint: Option<String>,
    /// The file it is about.
    pub path: Option<String>,
    /// When the same call may succeed.
    pub retry_after_ms: Option<f64>,
}

impl From<Fault> for RejectionObject {
    fn from(fault: Fault) -> Self {
        Rejection::from(fault).into()
    }
}

impl From<Rejection> for RejectionObject {
    fn from(rejection: Rejection) -> Self {
        let fault = &rejection.fault;
        #[expect(clippy::cast_precision_loss, reason = "a wait of 285,000 years may be a millisecond off")]
        let retry_after_ms = fault.retry_after_ms().map(|ms| ms as f64);
        Self {
            code: fault.code(),
            status_code: fault.status(),
            message: rejection.message(),
            received: fault.received().map(str::to_owned),
            path: fault.path().map(|path| path.to_string_lossy().into_owned()),
            retry_after_ms,
            source: rejection.source,
            hint: rejection.hint.map(Cow::into_owned),
        }
    }
}
