//! The run ID: a base, or a base, a hyphen and a client ID. Case-sensitive, ASCII, nothing trimmed.
//!
//! References: SPEC §2.

use crate::base::{BASE_LENGTH, BadBase, Base};
use crate::client_id::{self, BadClient, MAX_CLIENT_LENGTH};
use crate::text::Unit;

/// The most characters a run ID may have.
pub const MAX_LENGTH: usize = BASE_LENGTH + 1 + MAX_CLIENT_LENGTH;

/// The grammar as an anchored regular expression for places that cannot call this library: JavaScript
/// (with or without the `u` and `v` flags), JSON Schema, PostgreSQL. Hence no `\d`, no named groups, and
/// an escaped hyphen in the class. It accepts exactly what [`RunId::parse`] accepts.
pub const PATTERN: &str = concat!(
    "^(?:",
    "[0-9]{2}(?:",
    "(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])",
    "|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)",
    "|02(?:0[1-9]|1[0-9]|2[0-8])",
    ")",
    "|(?:[02468][048]|[13579][26])0229",
    ")-(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]",
    "(?:-(?![0-9]{6}-[0-9]{6})[A-Za-z0-9](?:[A-Za-z0-9_\\-]{0,62}[A-Za-z0-9])?)?$",
);

/// A checked run ID: its base, and the client's part of the text it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunId<'a, U = u8> {
    /// The second in which the run began.
    pub base: Base,
    /// The client ID, when there is one.
    pub client: Option<&'a [U]>,
}

/// Why a text is not a run ID. One word wide: a full [`Fault`](crate::fault::Fault) is made of it only
/// when somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRunId {
    /// Fewer characters than a base has.
    TooShort,
    /// The first 13 characters are no base.
    Base(BadBase),
    /// The character after the base is not a hyphen.
    Separator,
    /// What follows the base and its hyphen is no client ID.
    Client(BadClient),
}

impl<'a, U: Unit> RunId<'a, U> {
    /// Reads a run ID from all of `text`.
    ///
    /// # Errors
    /// The first reason that applies, from left to right.
    #[expect(
        clippy::inline_always,
        reason = "a call and its result in memory would cost a tenth of the whole check"
    )]
    #[inline(always)]
    pub fn parse(text: &'a [U]) -> Result<Self, BadRunId> {
        let (start, rest) = text.split_first_chunk::<BASE_LENGTH>().ok_or(BadRunId::TooShort)?;
        let base = Base::parse(start).map_err(BadRunId::Base)?;
        let Some((separator, client)) = rest.split_first() else { return Ok(Self { base, client: None }) };
        if separator.ascii() != b'-' {
            return Err(BadRunId::Separator);
        }
        client_id::check(client).map_err(BadRunId::Client)?;
        Ok(Self { base, client: Some(client) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_the_width_and_never_at_a_hyphen() {
        let run = RunId::parse(b"251006-143000-Ann-Marie-Carver").unwrap();
        assert_eq!(run.base.text(), *b"251006-143000");
        assert_eq!(run.client, Some(b"Ann-Marie-Carver".as_slice()));
        assert_eq!(RunId::parse(b"251006-143000").unwrap().client, None);
    }

    #[test]
    fn what_follows_a_base_must_be_a_hyphen_and_a_client() {
        assert_eq!(RunId::parse(b"251006-14300"), Err(BadRunId::TooShort));
        assert_eq!(RunId::parse(b"251006-1430001"), Err(BadRunId::Separator));
        assert_eq!(RunId::parse(b"251006-143000_Ann"), Err(BadRunId::Separator));
        assert_eq!(RunId::parse(b"251006-143000-"), Err(BadRunId::Client(BadClient::Empty)));
        assert_eq!(
            RunId::parse(b"251006-143000-251006-143000"),
            Err(BadRunId::Client(BadClient::NestedRunId))
        );
        assert_eq!(RunId::parse(b"251306-143000-Ann"), Err(BadRunId::Base(BadBase::Month)));
    }

    #[test]
    fn the_longest_one_has_max_length() {
        let longest = format!("251006-143000-{}", "x".repeat(MAX_CLIENT_LENGTH));
        assert_eq!(longest.len(), MAX_LENGTH);
        assert!(RunId::parse(longest.as_bytes()).is_ok());
        assert!(RunId::parse(format!("{longest}x").as_bytes()).is_err());
    }
}
