//! Maps and sets that keep their entries in the order of insertion.
//!
//! The standard library compiles the growth of a map for each type of its entries, 1.3 KB of addon every time, and there are
//! fifty such types here. The table of these holds the numbers of the entries instead, so that one serves all of them.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};
use std::{iter, mem, ops, slice, vec};

use hashbrown::{DefaultHashBuilder, HashTable};

/// The numbers of entries, by the hashes of their keys.
#[derive(Clone, Debug, Default)]
struct Numbers {
    table: HashTable<u32>,
    hash: DefaultHashBuilder,
}

impl Numbers {
    #[inline(never)]
    fn find(&self, hash: u64, is_it: &mut dyn FnMut(usize) -> bool) -> Option<usize> {
        self.table.find(hash, |number| is_it(*number as usize)).map(|number| *number as usize)
    }

    /// Adds the next number.
    #[inline(never)]
    fn push(&mut self, hash: u64, hash_of: &dyn Fn(usize) -> u64) {
        // Four billion entries would take more memory than there is.
        let number = u32::try_from(self.table.len()).unwrap_or(u32::MAX);
        self.table.insert_unique(hash, number, |number| hash_of(*number as usize));
    }

    /// Takes a number out, and gives it to the last entry. `hash` is that of the removed entry, `last_hash` that of the last.
    #[inline(never)]
    fn swap_remove(&mut self, hash: u64, number: usize, last_hash: u64) {
        let is = |wanted: usize| move |number: &u32| *number as usize == wanted;
        if let Ok(entry) = self.table.find_entry(hash, is(number)) {
            entry.remove();
        }
        let last = self.table.len();
        if number < last
            && let Some(moved) = self.table.find_mut(last_hash, is(last))
        {
            *moved = u32::try_from(number).unwrap_or(u32::MAX);
        }
    }

    #[inline(never)]
    fn renumber(&mut self, count: usize, hash_of: &dyn Fn(usize) -> u64) {
        self.table.clear();
        for number in 0..count {
            self.push(hash_of(number), hash_of);
        }
    }
}

/// Values by their keys.
#[derive(Clone, Debug)]
pub struct Map<K, V> {
    entries: Vec<(K, V)>,
    numbers: Numbers,
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), numbers: Numbers::default() }
    }
}

impl<K, V> Map<K, V> {
    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The values.
    #[must_use]
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(_, value)| value)
    }

    /// The entries with mutable values.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// The values, mutable.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    /// Takes all entries out.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.numbers.table.clear();
    }

    /// The values without their keys.
    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.entries.into_iter().map(|(_, value)| value)
    }
}

impl<K: Eq + Hash, V> Map<K, V> {
    fn number_of<Q: Eq + Hash + ?Sized>(&self, hash: u64, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        self.numbers.find(hash, &mut |number| self.entries[number].0.borrow() == key)
    }

    fn find<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        if self.is_empty() { None } else { self.number_of(self.numbers.hash.hash_one(key), key) }
    }

    /// Whether there is an entry of this key.
    #[must_use]
    pub fn contains_key<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_some()
    }

    /// The value of a key.
    #[must_use]
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.find(key).map(|number| &self.entries[number].1)
    }

    /// The same, mutable.
    #[must_use]
    pub fn get_mut<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.find(key).map(|number| &mut self.entries[number].1)
    }

    /// The place of a key.
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        let hash = self.numbers.hash.hash_one(&key);
        let number = self.number_of(hash, &key);
        Entry { map: self, key, hash, number }
    }

    /// Sets the value of a key, and returns the one that it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let Entry { map, key, hash, number } = self.entry(key);
        if let Some(number) = number {
            return Some(mem::replace(&mut map.entries[number].1, value));
        }
        map.push(hash, key, value);
        None
    }

    fn push(&mut self, hash: u64, key: K, value: V) {
        self.entries.push((key, value));
        let Self { entries, numbers } = self;
        let builder = numbers.hash.clone();
        numbers.push(hash, &|number| builder.hash_one(&entries[number].0));
    }

    /// Takes an entry out. The last one takes its place.
    pub fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let number = self.find(key)?;
        let hash = self.numbers.hash.hash_one(key);
        let last_hash = self.entries.last().map_or(hash, |(last, _)| self.numbers.hash.hash_one(last));
        self.numbers.swap_remove(hash, number, last_hash);
        Some(self.entries.swap_remove(number).1)
    }

    /// Keeps the entries for which `is_kept` is true.
    pub fn retain(&mut self, mut is_kept: impl FnMut(&K, &mut V) -> bool) {
        let count = self.len();
        self.entries.retain_mut(|(key, value)| is_kept(key, value));
        if self.len() < count {
            let Self { entries, numbers } = self;
            let builder = numbers.hash.clone();
            numbers.renumber(entries.len(), &|number| builder.hash_one(&entries[number].0));
        }
    }
}

/// The place of a key in a map, whether or not it is in it.
pub struct Entry<'m, K, V> {
    map: &'m mut Map<K, V>,
    key: K,
    hash: u64,
    number: Option<usize>,
}

impl<'m, K: Eq + Hash, V> Entry<'m, K, V> {
    /// Changes the value, if there is one.
    #[must_use]
    pub fn and_modify(self, change: impl FnOnce(&mut V)) -> Self {
        if let Some(number) = self.number {
            change(&mut self.map.entries[number].1);
        }
        self
    }

    /// The value, which `new` makes if there is none.
    pub fn or_insert_with(self, new: impl FnOnce() -> V) -> &'m mut V {
        let Self { map, key, hash, number } = self;
        let number = number.unwrap_or_else(|| {
            map.push(hash, key, new());
            map.len() - 1
        });
        &mut map.entries[number].1
    }

    /// The value, which is this one if there is none.
    pub fn or_insert(self, value: V) -> &'m mut V {
        self.or_insert_with(|| value)
    }

    /// The value, which is the default if there is none.
    pub fn or_default(self) -> &'m mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }
}

impl<K: Borrow<Q> + Eq + Hash, V, Q: Eq + Hash + ?Sized> ops::Index<&Q> for Map<K, V> {
    type Output = V;

    fn index(&self, key: &Q) -> &V {
        let number = self.find(key).unwrap_or(usize::MAX);
        &self.entries[number].1
    }
}

impl<K: Eq + Hash, V> Extend<(K, V)> for Map<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Eq + Hash, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        map.extend(entries);
        map
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'m, K, V> IntoIterator for &'m Map<K, V> {
    type Item = (&'m K, &'m V);
    type IntoIter = iter::Map<slice::Iter<'m, (K, V)>, fn(&'m (K, V)) -> (&'m K, &'m V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter().map(|(key, value)| (key, value))
    }
}

impl<'m, K, V> IntoIterator for &'m mut Map<K, V> {
    type Item = (&'m K, &'m mut V);
    type IntoIter = iter::Map<slice::IterMut<'m, (K, V)>, fn(&'m mut (K, V)) -> (&'m K, &'m mut V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }
}

/// Different values.
#[derive(Clone, Debug)]
pub struct Set<T>(Map<T, ()>);

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(Map::default())
    }
}

impl<T> Set<T> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes all of them out.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// All of them.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator + Clone {
        self.0.keys()
    }
}

impl<T: Eq + Hash> Set<T> {
    /// Whether one is in it.
    #[must_use]
    pub fn contains<Q: Eq + Hash + ?Sized>(&self, value: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.contains_key(value)
    }

    /// Adds one. Returns whether it is new.
    pub fn insert(&mut self, value: T) -> bool {
        self.0.insert(value, ()).is_none()
    }

    /// Keeps the values for which `is_kept` is true.
    pub fn retain(&mut self, mut is_kept: impl FnMut(&T) -> bool) {
        self.0.retain(|value, ()| is_kept(value));
    }
}

impl<T: Eq + Hash> Extend<T> for Set<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        self.0.extend(values.into_iter().map(|value| (value, ())));
    }
}

impl<T: Eq + Hash> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut set = Self::default();
        set.extend(values);
        set
    }
}

impl<T> IntoIterator for Set<T> {
    type Item = T;
    type IntoIter = iter::Map<vec::IntoIter<(T, ())>, fn((T, ())) -> T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().map(|(value, ())| value)
    }
}

impl<'m, T> IntoIterator for &'m Set<T> {
    type Item = &'m T;
    type IntoIter = iter::Map<slice::Iter<'m, (T, ())>, fn(&'m (T, ())) -> &'m T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.entries.iter().map(|(value, ())| value)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u8, u32),
        Add(u8, u32),
        Remove(u8),
        Retain(u32),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (any::<u8>(), any::<u32>()).prop_map(|(key, value)| Step::Insert(key, value)),
            2 => (any::<u8>(), any::<u32>()).prop_map(|(key, value)| Step::Add(key, value)),
            2 => any::<u8>().prop_map(Step::Remove),
            1 => (2_u32..9).prop_map(Step::Retain),
        ];
        prop::collection::vec(step, 0..400)
    }

    proptest! {
        #[test]
        fn a_map_holds_what_the_standard_library_would(steps in steps()) {
            let mut map = Map::default();
            let mut known = HashMap::new();
            for step in steps {
                match step {
                    Step::Insert(key, value) => {
                        prop_assert_eq!(map.insert(key, value), known.insert(key, value));
                    }
                    Step::Add(key, value) => {
                        *map.entry(key).or_default() ^= value;
                        *known.entry(key).or_default() ^= value;
                    }
                    Step::Remove(key) => prop_assert_eq!(map.remove(&key), known.remove(&key)),
                    Step::Retain(divisor) => {
                        map.retain(|_, value| *value % divisor > 0);
                        known.retain(|_, value| *value % divisor > 0);
                    }
                }
                prop_assert_eq!(map.len(), known.len());
                prop_assert!((0..=u8::MAX).all(|key| map.get(&key) == known.get(&key)));
            }
        }
    }

    #[test]
    fn entries_stand_in_the_order_in_which_they_came() {
        let words = ["one", "two", "three", "one", "four", "two"];
        let set: Set<&str> = words.into_iter().collect();
        assert!(set.iter().eq(&["one", "two", "three", "four"]));
        let mut map: Map<String, usize> = words.iter().map(|word| (*word).to_owned()).zip(0..).collect();
        assert!(map.values().eq(&[3, 5, 2, 4]));
        map.remove("two");
        assert!(map.keys().eq(&["one", "four", "three"]));
        assert_eq!((map["four"], map.get("two")), (4, None));
    }
}
