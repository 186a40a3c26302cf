//! Texts that occur again and again, by numbers.

use std::hash::{BuildHasher, Hasher};
use std::num::NonZeroU32;

use hashbrown::{DefaultHashBuilder, HashTable};

/// A text that is kept once, by its number, from 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(NonZeroU32);

impl Name {
    /// The first of all.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// Its number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0.get()
    }

    /// The name with a number, if there is one.
    #[must_use]
    pub fn numbered(number: u32) -> Option<Self> {
        NonZeroU32::new(number).map(Self)
    }

    /// Its place among all.
    #[must_use]
    pub fn at(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// Names are numbers that no outsider chooses.
#[derive(Clone, Copy, Debug, Default)]
pub struct NameHasher(u64);

impl Hasher for NameHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 ^= number;
    }

    fn write_u32(&mut self, number: u32) {
        // Fibonacci hashing: maps look at the highest and at the lowest bits.
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32);
    }
}

/// Texts, each of them once. They come from outside, so their hash has a key that is drawn for each table.
#[derive(Debug, Default)]
pub struct Names {
    /// One after the other.
    texts: String,
    /// Where each of them ends.
    ends: Vec<usize>,
    numbers: HashTable<Name>,
    hash: DefaultHashBuilder,
}

impl Names {
    /// The name of a text.
    pub fn name(&mut self, text: &str) -> Name {
        if let Some(name) = self.find(text) {
            return name;
        }
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
        let number = u32::try_from(self.ends.len()).ok().and_then(NonZeroU32::new);
        let name = Name(number.unwrap_or(NonZeroU32::MAX));
        let Self { texts, ends, numbers, hash } = self;
        let hash_of = |name: &Name| hash.hash_one(text_of(texts, ends, *name));
        numbers.insert_unique(hash_of(&name), name, hash_of);
        name
    }

    /// The text of a name.
    #[must_use]
    pub fn text(&self, name: Name) -> &str {
        text_of(&self.texts, &self.ends, name)
    }

    /// The name that a text has, if any.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Name> {
        self.numbers.find(self.hash.hash_one(text), |name| self.text(*name) == text).copied()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All of them, with their texts, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (Name, &str)> {
        let names = (1..).filter_map(NonZeroU32::new).map(Name).take(self.len());
        names.map(|name| (name, self.text(name)))
    }
}

fn text_of<'t>(texts: &'t str, ends: &[usize], name: Name) -> &'t str {
    let at = name.at();
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    &texts[start..ends[at]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_one_name_and_each_name_its_text() {
        let mut names = Names::default();
        let texts: Vec<String> =
            (0..2000).map(|number| "é".repeat(number % 50) + &number.to_string()).collect();
        for _ in 0..2 {
            for (at, text) in texts.iter().enumerate() {
                assert_eq!(names.name(text).at(), at);
            }
        }
        assert!(names.iter().map(|(_, text)| text).eq(&texts));
        assert!(names.iter().all(|(name, text)| names.find(text) == Some(name)));
        assert_eq!((names.len(), names.find("é"), names.name("").at()), (2000, None, 2000));
    }
}
