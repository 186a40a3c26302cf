//! Usually a few entries, in the order in which they came; if there are many, each is found without searching the others.

use std::hash::Hash;

use crate::map::Map;
use std::ops::Deref;

/// Up to this many, a search costs less than a map.
const FEW: usize = 16;

/// An entry with a key.
pub trait HasKey {
    /// The type of the key.
    type Key: Copy + Eq + Hash;

    /// The key.
    fn key(&self) -> Self::Key;
}

/// Entries with different keys.
#[derive(Clone, Debug)]
pub struct Keyed<E: HasKey> {
    entries: Vec<E>,
    /// Numbers of the entries; only if there are more than a [`FEW`], because most runs have two processes. In a box,
    /// because hardly any run needs it.
    numbers: Option<Box<Map<E::Key, usize>>>,
}

impl<E: HasKey> Default for Keyed<E> {
    fn default() -> Self {
        Self { entries: Vec::new(), numbers: None }
    }
}

impl<E: HasKey> Keyed<E> {
    /// The number of the entry with this key, if there is one.
    #[must_use]
    pub fn number_of(&self, key: E::Key) -> Option<usize> {
        match &self.numbers {
            Some(numbers) => numbers.get(&key).copied(),
            None => self.entries.iter().position(|entry| entry.key() == key),
        }
    }

    /// The number of the entry with this key, which `new` makes if there is none; and the entry.
    pub fn entry(&mut self, key: E::Key, new: impl FnOnce() -> E) -> (usize, &mut E) {
        let number = self.number_of(key).unwrap_or_else(|| self.push(key, new()));
        (number, &mut self.entries[number])
    }

    fn push(&mut self, key: E::Key, entry: E) -> usize {
        let number = self.entries.len();
        if number == self.entries.capacity() && number <= FEW {
            // There may be three in each of 100,000, and a vector would grow to four.
            self.entries.reserve_exact(1 + number / 4);
        }
        self.entries.push(entry);
        match &mut self.numbers {
            Some(numbers) => _ = numbers.insert(key, number),
            None if number >= FEW => {
                let keys = self.entries.iter().map(HasKey::key);
                self.numbers = Some(Box::new(keys.zip(0..).collect()));
            }
            None => {}
        }
        number
    }
}

impl<E: HasKey> Deref for Keyed<E> {
    type Target = [E];

    fn deref(&self) -> &[E] {
        &self.entries
    }
}

impl<'k, E: HasKey> IntoIterator for &'k Keyed<E> {
    type Item = &'k E;
    type IntoIter = std::slice::Iter<'k, E>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

impl<E: HasKey> IntoIterator for Keyed<E> {
    type Item = E;
    type IntoIter = std::vec::IntoIter<E>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local!(static LOOKS: Cell<usize> = const { Cell::new(0) });

    impl HasKey for (u32, &str) {
        type Key = u32;

        fn key(&self) -> u32 {
            LOOKS.set(LOOKS.get() + 1);
            self.0
        }
    }

    #[test]
    fn entries_are_found_by_their_keys_and_stay_in_order() {
        for count in [0, 1, 15, 16, 17, 18, 100] {
            let mut keyed = Keyed::default();
            for key in (0..count).chain(0..count) {
                assert_eq!(keyed.entry(key * 7, || (key * 7, "")).0, key as usize);
            }
            assert_eq!(keyed.len(), count as usize);
            assert_eq!(keyed.number_of(count * 7), None);
            assert!(keyed.into_iter().map(|entry| entry.0).eq((0..count).map(|key| key * 7)));
        }
    }

    #[test]
    fn finding_one_of_many_takes_no_look_at_the_others() {
        let mut keyed = Keyed::default();
        LOOKS.set(0);
        for key in (0..10_000).chain(0..10_000) {
            keyed.entry(key, || (key, ""));
        }
        assert!(LOOKS.get() < 1000, "{}", LOOKS.get());
    }
}
