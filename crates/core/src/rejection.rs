//! A fault as it is reported: with where the value came from, and with a hint.
//!
//! A message is one line of printable ASCII under [`MAX_MESSAGE`] characters: the text of the fault, the
//! source in brackets where there is one, and the hint.
//!
//! References: SPEC §5.

use std::borrow::Cow;
use std::fmt::Write;

use crate::fault::{CODES, Fault, Wanted};
use crate::hint;
use crate::text::Value;

/// A message stays below this many characters.
pub const MAX_MESSAGE: usize = 500;

/// Stands for the first code in a packed rejection.
pub const FIRST_CODE: u8 = b'A';

/// A fault together with where it came from and what to do about it: the whole content of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// What went wrong.
    pub fault: Fault,
    /// Which of several inputs it was, such as `req.query.runId`.
    pub source: Option<String>,
    /// What the value looks like, and what to do.
    pub hint: Option<Cow<'static, str>>,
}

impl Rejection {
    /// A value that is not a run ID, passed to a public function, whose name is read only when it is needed.
    pub fn of_run_id(value: &Value<'_>, function: impl FnOnce() -> String) -> Self {
        let fault = match value {
            Value::Other(kind) => Fault::Type { kind: *kind, function: function(), wanted: Wanted::RunId },
            text => Fault::Format { received: text.received() },
        };
        Self { fault, source: None, hint: Some(hint::for_run_id(value)) }
    }

    /// A value that is not a client ID.
    #[must_use]
    pub fn of_client_id(value: &Value<'_>) -> Self {
        let fault = Fault::Client { received: value.received() };
        Self { fault, source: None, hint: Some(hint::for_client_id(value)) }
    }

    /// Names the input it came from.
    #[must_use]
    pub fn at(mut self, source: Option<String>) -> Self {
        self.source = source;
        self
    }

    /// The whole message.
    #[must_use]
    pub fn message(&self) -> String {
        let mut message = String::with_capacity(MAX_MESSAGE);
        self.write_message(&mut message);
        message
    }

    /// The number of the code as a letter, what was received, the hint and the message, each of the last two in a new line:
    /// what most rejections are, as one text, since each value that crosses the border takes its time. `None` where it is
    /// not printable ASCII.
    #[must_use]
    pub fn packed(&self) -> Option<String> {
        let code = self.fault.code();
        let number = CODES.iter().position(|known| *known == code)?;
        let mut packed = String::with_capacity(2 * MAX_MESSAGE);
        packed.push((FIRST_CODE + u8::try_from(number).ok()?).into());
        packed.push_str(self.fault.received()?);
        packed.push('\n');
        packed.push_str(self.hint.as_deref()?);
        packed.push('\n');
        self.write_message(&mut packed);
        let is_plain = packed.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n'));
        (is_plain && packed.matches('\n').count() == 2).then_some(packed)
    }

    fn write_message(&self, message: &mut String) {
        // Writing to a string cannot fail.
        let _ = write!(message, "{}", self.fault);
        if let Some(source) = &self.source {
            message.push_str(" (");
            message.push_str(source);
            message.push(')');
        }
        if let Some(hint) = &self.hint {
            message.push_str(if message.ends_with('.') { " " } else { ". " });
            message.push_str(hint);
        }
    }
}

impl From<Fault> for Rejection {
    fn from(fault: Fault) -> Self {
        let hint = fault.hint();
        Self { fault, source: None, hint }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retired::RETIRED;
    use crate::text::Kind;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn the_documented_words() {
        let object = Rejection::of_run_id(&Value::Other(Kind::Promise), || "normalizeRunId".to_owned());
        assert!(
            object
                .message()
                .starts_with("STRICT RUN ID ERROR: Object passed to normalizeRunId instead of string. ")
        );
        let format = Rejection::of_run_id(&Value::Text(&units("abc")), || "normalizeRunId".to_owned());
        assert!(
            format
                .message()
                .starts_with("STRICT RUN ID ERROR: Non-standard run ID format encountered: \"abc\". ")
        );
        assert_eq!(
            Rejection::from(Fault::Deprecated(&RETIRED[0])).message(),
            "DEPRECATED: generateRunId() has been removed. Use generateTimestampRunId() directly instead."
        );
    }

    #[test]
    fn the_source_stands_between_words_and_hint() {
        let rejection = Rejection::of_run_id(&Value::Text(&units("")), || "resolveRunId".to_owned())
            .at(Some("req.query.runId".to_owned()));
        assert!(rejection.message().contains("encountered: \"\" (req.query.runId). "));
    }

    #[test]
    fn a_packed_rejection_holds_all_that_the_other_does() {
        let rejection = Rejection::of_run_id(&Value::Text(&units("251306-143000")), String::new);
        let hint = rejection.hint.as_deref().unwrap();
        let expected = format!("B251306-143000\n{hint}\n{}", rejection.message());
        assert_eq!(rejection.packed().as_deref(), Some(expected.as_str()));
        assert_eq!(rejection.clone().at(Some("\n".to_owned())).packed(), None);
        assert_eq!(Rejection::from(Fault::Deprecated(&RETIRED[0])).packed(), None);
    }

    #[test]
    fn a_message_takes_the_memory_of_the_longest_at_once() {
        let rejection = Rejection::of_run_id(&Value::Text(&units("abc")), String::new);
        assert_eq!(rejection.message().capacity(), 500);
        assert_eq!(rejection.packed().unwrap().capacity(), 1000);
    }

    #[test]
    fn retired_names_are_found_and_fit() {
        for retired in &RETIRED {
            let message = Rejection::from(Fault::Deprecated(retired)).message();
            assert!(message.contains(retired.name) && message.len() < 500);
        }
    }
}
