//! Which keys exist. Keys are numbered, so that a set of a million of them is two counters.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::random::Random;

/// Prefixes of a listing with a delimiter: keys are spread over this many.
pub(crate) const PREFIXES: u64 = 1_000;

/// The keys below one name: `made` of them were asked for, the first `taken` of them are taken for deletion.
#[derive(Debug, Default)]
pub struct KeySet {
    name: String,
    made: AtomicU64,
    taken: AtomicU64,
    /// Made by a mixed load and not taken yet.
    fresh: Mutex<VecDeque<u64>>,
}

impl KeySet {
    /// No keys yet, below `name`.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// The prefix of all.
    pub(crate) fn prefix(&self) -> String {
        format!("{}/", self.name)
    }

    /// The key with this number, in the folder of its prefix. Needs no encoding in a path.
    pub(crate) fn key(&self, number: u64) -> String {
        format!("{}/{:04}/{number:010}", self.name, number % PREFIXES)
    }

    /// How many were made.
    pub fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    /// How many were made and not taken.
    pub fn left(&self) -> u64 {
        self.made().saturating_sub(self.taken.load(Ordering::Relaxed))
    }

    /// The number of a new key.
    pub(crate) fn make(&self) -> u64 {
        self.made.fetch_add(1, Ordering::Relaxed)
    }

    /// Any of those that were made, while none is taken.
    pub(crate) fn any(&self, random: &mut Random) -> Option<u64> {
        let made = self.made();
        (made > 0).then(|| random.below(made))
    }

    /// Takes up to `count` numbers for deletion.
    pub(crate) fn take(&self, count: u64) -> Option<std::ops::Range<u64>> {
        let made = self.made();
        let first = self.taken.fetch_add(count, Ordering::Relaxed);
        (first < made).then(|| first..made.min(first + count))
    }

    /// Remembers a key that a mixed load made.
    pub(crate) fn remember(&self, number: u64) {
        self.fresh.lock().expect("no holder panics").push_back(number);
    }

    /// Takes the oldest key that was remembered.
    pub(crate) fn recall(&self) -> Option<u64> {
        self.fresh.lock().expect("no holder panics").pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_taken_once_and_never_more_than_were_made() {
        let keys = KeySet::new("a");
        (0..5).for_each(|_| {
            keys.make();
        });
        assert_eq!((keys.take(3), keys.take(3), keys.take(3)), (Some(0..3), Some(3..5), None));
        assert_eq!(keys.left(), 0);
    }

    #[test]
    fn keys_are_spread_over_the_prefixes() {
        let keys = KeySet::new("list");
        assert_eq!(keys.key(0), "list/0000/0000000000");
        assert_eq!(keys.key(1_001), "list/0001/0000001001");
    }
}
