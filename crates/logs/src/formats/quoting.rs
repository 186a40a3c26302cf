//! Events anywhere in a text, in whatever quotes a program put around them: the quote after the brace of an event tells how it
//! was written. What is quoted several times is read layer by layer.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use run_id_core::event::{MARKER, OPENING};

use crate::formats::event::{self, Event};

/// Layers of quotes that are taken off: a log in a log in a log.
const MAX_LAYERS: usize = 6;

/// What was found in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Events, those about no run included.
    pub events: usize,
    /// Markers that no event follows.
    pub torn: usize,
}

/// Where the first marker is.
#[must_use]
pub fn marker_in(text: &str) -> Option<usize> {
    static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(OPENING));
    FINDER.find(text.as_bytes())
}

/// Tells each event in a text.
pub fn events(text: &str, each: &mut dyn FnMut(Event<'_>)) -> Found {
    let mut search = Search { found: Found::default(), retries: 0, each };
    let mut rest = text;
    while let Some(at) = marker_in(rest) {
        rest = &rest[at + MARKER.len()..];
        // Each region of a text is read a bounded number of times, whatever is in it.
        search.retries = MAX_LAYERS;
        rest = &rest[search.object(rest, MAX_LAYERS)..];
    }
    search.found
}

struct Search<'e> {
    found: Found,
    /// How often a text may be read again with other quotes.
    retries: usize,
    each: &'e mut dyn FnMut(Event<'_>),
}

impl Search<'_> {
    fn events(&mut self, text: &str, layers: usize) {
        let mut rest = text;
        while let Some(at) = marker_in(rest) {
            rest = &rest[at + MARKER.len()..];
            rest = &rest[self.object(rest, layers)..];
        }
    }

    /// Reads the object after a marker, in whatever quotes. Returns how far the text was looked at.
    fn object(&mut self, text: &str, layers: usize) -> usize {
        let Some(quotes) = Quotes::of(text) else {
            let Ok((event, length)) = event::read(text) else {
                self.found.torn += 1;
                return 1;
            };
            self.found.events += 1;
            (self.each)(event);
            // What it quotes is its own.
            return length;
        };
        let region = quotes.region(text);
        if layers == 0 {
            self.found.torn += 1;
        } else {
            self.region(quotes, region, layers - 1);
        }
        region.len().max(1)
    }

    fn region(&mut self, quotes: Quotes, region: &str, layers: usize) {
        let before = self.found;
        self.layer(&quotes.taken_off(region), layers);
        // In HTML, quotes do not show whether all of it is in a string: then its backslashes are doubled.
        let mut region = Cow::Borrowed(region);
        while quotes == Quotes::Html
            && self.found.events == before.events
            && self.retries > 0
            && region.contains('\\')
        {
            self.retries -= 1;
            self.found = before;
            region = unescaped(&region).into();
            self.layer(&quotes.taken_off(&region), layers);
        }
    }

    /// What was within one layer of quotes, from the object on.
    fn layer(&mut self, written: &str, layers: usize) {
        let taken = self.object(written, layers);
        self.events(&written[taken..], layers);
    }
}

/// The outermost quotes around an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quotes {
    /// A string of JSON, or of another language that has its escapes.
    Json,
    /// A field of CSV. RFC 4180, section 2.
    Csv,
    /// HTML and XML.
    Html,
}

/// Character references as escaping functions write them.
const REFERENCES: [(&str, char); 9] = [
    ("&quot;", '"'),
    ("&#34;", '"'),
    ("&#x22;", '"'),
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&#39;", '\''),
    ("&#x27;", '\''),
    ("&apos;", '\''),
];

impl Quotes {
    /// The quotes around the object that begins here; none if it is not quoted, or not an object.
    fn of(text: &str) -> Option<Self> {
        let inner = text.strip_prefix('{')?.trim_ascii_start();
        let quote = inner.trim_start_matches('\\');
        // An ampersand stands for a quote that was escaped twice.
        let is_quote = |(reference, character): &(&str, char)| {
            matches!(character, '"' | '&') && quote.starts_with(reference)
        };
        if REFERENCES.iter().any(is_quote) {
            return Some(Self::Html);
        }
        // An empty name is followed by a colon.
        if quote.strip_prefix("\"\"").is_some_and(|name| !name.trim_ascii_start().starts_with(':')) {
            return Some(Self::Csv);
        }
        (quote.len() < inner.len() && quote.starts_with('"')).then_some(Self::Json)
    }

    /// What is within the quotes, from here on.
    fn region(self, text: &str) -> &str {
        let bytes = text.as_bytes();
        let end = match self {
            Self::Json => {
                let mut is_escaped = false;
                bytes.iter().position(|byte| {
                    let is_end = *byte == b'"' && !is_escaped;
                    is_escaped = *byte == b'\\' && !is_escaped;
                    is_end
                })
            }
            Self::Csv => {
                let mut quotes = 0_usize;
                let after = bytes.iter().position(|byte| {
                    let is_after = *byte != b'"' && quotes % 2 == 1;
                    quotes = if *byte == b'"' { quotes + 1 } else { 0 };
                    is_after
                });
                after.map(|after| after - 1).or((quotes % 2 == 1).then(|| bytes.len() - 1))
            }
            Self::Html => memchr::memchr2(b'<', b'"', bytes),
        };
        &text[..end.unwrap_or(text.len())]
    }

    /// The text without this layer of quotes.
    fn taken_off(self, quoted: &str) -> Cow<'_, str> {
        match self {
            Self::Json => unescaped(quoted).into(),
            Self::Csv => quoted.replace("\"\"", "\"").into(),
            Self::Html => unreferenced(quoted).into(),
        }
    }
}

/// A backslash that begins no escape of JSON stays.
#[must_use]
pub fn unescaped(quoted: &str) -> String {
    let mut written = String::with_capacity(quoted.len());
    let mut rest = quoted;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        written.push_str(&rest[..at]);
        let escape = &rest[at..];
        let (character, length) = match escape.as_bytes().get(1) {
            Some(b'"') => ('"', 2),
            Some(b'\\') => ('\\', 2),
            Some(b'/') => ('/', 2),
            Some(b'n') => ('\n', 2),
            Some(b't') => ('\t', 2),
            Some(b'r') => ('\r', 2),
            Some(b'b') => ('\u{8}', 2),
            Some(b'f') => ('\u{C}', 2),
            Some(b'u') => {
                let unit = escape.get(2..6).and_then(|hex| u32::from_str_radix(hex, 16).ok());
                // Half a pair can only be in a client's text.
                unit.map_or(('\\', 1), |unit| {
                    (char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER), 6)
                })
            }
            _ => ('\\', 1),
        };
        written.push(character);
        rest = &escape[length..];
    }
    written.push_str(rest);
    written
}

fn unreferenced(quoted: &str) -> String {
    let mut written = String::with_capacity(quoted.len());
    let mut rest = quoted;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        written.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = REFERENCES.iter().find(|(reference, _)| rest.starts_with(reference));
        let (length, character) =
            known.map_or((1, '&'), |(reference, character)| (reference.len(), *character));
        written.push(character);
        rest = &rest[length..];
    }
    written.push_str(rest);
    written
}
