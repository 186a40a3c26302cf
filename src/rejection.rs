//! Rejections as they cross the border; JavaScript creates a `RunIdError` from them.

use napi_derive::napi;
use run_id_core::fault::{CODES, Fault};
use run_id_core::rejection::Rejection;

/// The content of an error: the code's number in `CODES`, the message, the received value, the hint, and what few
/// errors have.
///
/// An array, because setting each property would take longer than everything else, and because nothing else that crosses
/// the border is one: that is how JavaScript distinguishes a rejection from a result. Each element takes time, too.
#[napi(array, object_from_js = false, use_nullable = true)]
pub struct RejectionTuple(
    pub u32,
    pub String,
    pub Option<String>,
    pub Option<String>,
    pub Option<DetailsTuple>,
);

/// The source, the file, and the milliseconds until the same call may succeed.
#[napi(array, object_from_js = false, use_nullable = true)]
pub struct DetailsTuple(pub Option<String>, pub Option<String>, pub Option<f64>);

impl From<Fault> for RejectionTuple {
    fn from(fault: Fault) -> Self {
        Rejection::from(fault).into()
    }
}

impl From<Rejection> for RejectionTuple {
    fn from(rejection: Rejection) -> Self {
        let fault = &rejection.fault;
        let code = fault.code();
        let number = CODES.iter().position(|known| *known == code).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a wait of 285,000 years may be a millisecond off")]
        let retry_after_ms = fault.retry_after_ms().map(|ms| ms as f64);
        let path = fault.path().map(|path| path.to_string_lossy().into_owned());
        let message = rejection.message();
        let received = fault.received().map(str::to_owned);
        let has_details = rejection.source.is_some() || path.is_some() || retry_after_ms.is_some();
        Self(
            u32::try_from(number).unwrap_or_default(),
            message,
            received,
            rejection.hint.map(std::borrow::Cow::into_owned),
            has_details.then_some(DetailsTuple(rejection.source, path, retry_after_ms)),
        )
    }
}
