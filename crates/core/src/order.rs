//! Sorts slices. All of them share one instance of the standard library's sort: each type with its own instance adds
//! about 6 KB to the addon.

use std::cmp::Ordering;

/// Sorts by the elements themselves. Equal ones keep their order, as in all of these functions.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// Sorts by a key that is computed once for each element.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl FnMut(&T) -> K) {
    let keys: Vec<K> = items.iter().map(key).collect();
    let numbers = numbers_in_order(keys.len(), &|one, other| keys[one].cmp(&keys[other]));
    arrange(items, numbers);
}

/// Sorts by a comparison.
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let numbers = numbers_in_order(items.len(), &|one, other| compare(&items[one], &items[other]));
    arrange(items, numbers);
}

#[inline(never)]
fn numbers_in_order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..count).collect();
    numbers.sort_by(|one, other| compare(*one, *other));
    numbers
}

/// Moves to each position the element whose number is there.
fn arrange<T>(items: &mut [T], mut numbers: Vec<usize>) {
    for start in 0..numbers.len() {
        let mut at = start;
        // Along a cycle of positions, each of which is handled once.
        while numbers[at] != start {
            let from = numbers[at];
            numbers[at] = at;
            items.swap(at, from);
            at = from;
        }
        numbers[at] = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that repeat, in no order.
    fn mixed(count: u64) -> Vec<(u64, u64)> {
        (0..count).map(|at| (at.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 60, at)).collect()
    }

    #[test]
    fn sorts_as_the_standard_library_does_and_keeps_equals_in_order() {
        for count in [0, 1, 2, 3, 20, 21, 1000] {
            let mut wanted = mixed(count);
            wanted.sort_by_key(|(key, _)| *key);
            let [mut by_key, mut by] = [mixed(count), mixed(count)];
            sort_by_key(&mut by_key, |(key, _)| *key);
            sort_by(&mut by, |(one, _), (other, _)| one.cmp(other));
            assert_eq!((&by_key, &by), (&wanted, &wanted), "{count}");
            let mut texts: Vec<String> = mixed(count).iter().map(|(key, at)| format!("{key}-{at}")).collect();
            let mut sorted = texts.clone();
            sorted.sort();
            sort(&mut texts);
            assert_eq!(texts, sorted, "{count}");
        }
    }
}
