//! Hash maps with a fixed hash: the same order of iteration in every run of a seed. For keys from outside that could be
//! chosen to collide, use a `BTreeMap`.

#![allow(clippy::disallowed_types, reason = "this is the replacement that the ban names")]

use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::Xxh3DefaultBuilder;

/// A hash map whose order of iteration is the same in every run.
pub type FixedMap<K, V> = HashMap<K, V, Xxh3DefaultBuilder>;

/// A hash set whose order of iteration is the same in every run.
pub type FixedSet<K> = HashSet<K, Xxh3DefaultBuilder>;
