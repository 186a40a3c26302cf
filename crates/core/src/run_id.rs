//! The run ID: a base, or a base, a hyphen and a client ID. Case-sensitive, ASCII, nothing trimmed.
//!
//! References: SPEC §2.

use std::fmt::{self, Write};

use crate::base::{BASE_LENGTH, BadBase, Base};
use crate::client_id::{self, BadClient, MAX_CLIENT_LENGTH, client_id_pattern};
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
    "(?:-",
    client_id_pattern!(),
    ")?$",
);

/// A checked run ID: its base, and the client's part of the text it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunId<'a, U = u8> {
    /// The second in which the run began.
    pub base: Base,
    /// The client ID, when there is one.
    pub client: Option<&'a [U]>,
}

/// Why a text is not a run ID. One machine word: a full [`Fault`](crate::fault::Fault) is created from it only on
/// demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRunId {
    /// Fewer characters than a base has.
    TooShort,
    /// The first 13 characters are not a base.
    Base(BadBase),
    /// The character after the base is not a hyphen.
    Separator,
    /// What follows the base and its hyphen is not a client ID.
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

impl<'a> RunId<'a> {
    /// The run ID that a text is, if it is one.
    #[must_use]
    pub fn of(text: &'a str) -> Option<Self> {
        Self::of_bytes(text.as_bytes())
    }

    /// The run ID that some bytes are, if they are one.
    #[must_use]
    pub fn of_bytes(text: &'a [u8]) -> Option<Self> {
        Self::parse(text).ok()
    }
}

impl<U: Unit + PartialEq> RunId<'_, U> {
    /// A client's run ID in this run: a base with the client ID added, or this client's own run ID unchanged. `None`
    /// if it is another client's.
    #[must_use]
    pub fn for_client(self, client: &[U]) -> Option<RunId<'_, U>> {
        let is_open = self.client.is_none_or(|own| own == client);
        is_open.then_some(RunId { base: self.base, client: Some(client) })
    }
}

impl<U: Unit> fmt::Display for RunId<'_, U> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(out)?;
        let Some(client) = self.client else { return Ok(()) };
        out.write_char('-')?;
        client.iter().try_for_each(|unit| out.write_char(unit.ascii().into()))
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
    fn a_client_has_a_run_id_under_a_base_and_under_its_own_only() {
        let for_ann = |text: &[u8]| RunId::parse(text).unwrap().for_client(b"Ann").map(|own| own.to_string());
        assert_eq!(for_ann(b"251006-143000").as_deref(), Some("251006-143000-Ann"));
        assert_eq!(for_ann(b"251006-143000-Ann").as_deref(), Some("251006-143000-Ann"));
        for other in ["Bob", "ann", "Ann-Ann", "An", "Anna"] {
            assert_eq!(for_ann(format!("251006-143000-{other}").as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn a_run_id_is_written_as_it_was_read() {
        for text in ["251006-143000", "000101-000009-Ann-Marie_7"] {
            let units: Vec<u16> = text.encode_utf16().collect();
            assert_eq!(RunId::parse(text.as_bytes()).unwrap().to_string(), text);
            assert_eq!(RunId::parse(&units).unwrap().to_string(), text);
        }
    }

    #[test]
    fn the_longest_one_has_max_length() {
        let longest = format!("251006-143000-{}", "x".repeat(MAX_CLIENT_LENGTH));
        assert_eq!(longest.len(), MAX_LENGTH);
        assert!(RunId::parse(longest.as_bytes()).is_ok());
        assert!(RunId::parse(format!("{longest}x").as_bytes()).is_err());
    }
}
