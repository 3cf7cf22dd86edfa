//! Derived signing keys, kept for their day.

use std::collections::{BTreeMap, VecDeque};

use parking_lot::Mutex;

use super::scope::Scope;
use super::{SecretKey, SigningKey};

/// Signing keys by access key, day, region and service: deriving one costs as much as verifying several requests.
///
/// # Invariants
///
/// A key is used only while the secret it was derived from is the one asked with: a changed secret takes effect at once.
///
/// # Limits
///
/// Holds at most its capacity; the oldest goes first. Only access keys that exist get this far, so strangers cannot
/// push keys out.
pub struct SigningKeyCache {
    capacity: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    keys: BTreeMap<String, Entry>,
    order: VecDeque<String>,
}

struct Entry {
    secret: SecretKey,
    key: SigningKey,
}

impl SigningKeyCache {
    /// Makes a cache of at most `capacity` keys (at least one).
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), kept: Mutex::default() }
    }

    /// The key of a scope, derived if it is not there.
    pub(super) fn key(&self, access_key: &str, scope: &Scope, secret: &SecretKey) -> SigningKey {
        let name = [access_key, scope.as_str()].join("/");
        if let Some(entry) = self.kept.lock().keys.get(&name)
            && entry.secret.is(secret)
        {
            return entry.key.clone();
        }
        let key = SigningKey::of_scope(secret, scope);
        self.keep(name, Entry { secret: secret.clone(), key: key.clone() });
        key
    }

    fn keep(&self, name: String, entry: Entry) {
        let mut kept = self.kept.lock();
        if kept.keys.insert(name.clone(), entry).is_some() {
            return;
        }
        kept.order.push_back(name);
        if kept.order.len() > self.capacity
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.keys.remove(&oldest);
        }
    }
}

impl Default for SigningKeyCache {
    fn default() -> Self {
        Self::new(crate::limits::SIGNING_KEYS_DEFAULT)
    }
}

#[cfg(test)]
mod tests {
    use super::SigningKeyCache;
    use crate::auth::scope::Scope;
    use crate::auth::{SecretKey, SigningKey};

    fn secret(text: &str) -> SecretKey {
        SecretKey::new(text.to_owned())
    }

    #[test]
    fn a_cached_key_signs_like_a_derived_one() {
        let (cache, scope) = (SigningKeyCache::new(2), Scope::new("20130524", "us-east-1", "s3"));
        let derived = SigningKey::of_scope(&secret("s"), &scope).sign(b"m");
        assert_eq!(cache.key("AK", &scope, &secret("s")).sign(b"m"), derived);
        assert_eq!(cache.key("AK", &scope, &secret("s")).sign(b"m"), derived);
    }

    #[test]
    fn a_changed_secret_is_not_answered_from_the_cache() {
        let (cache, scope) = (SigningKeyCache::new(2), Scope::new("20130524", "us-east-1", "s3"));
        let old = cache.key("AK", &scope, &secret("old")).sign(b"m");
        let new = cache.key("AK", &scope, &secret("new")).sign(b"m");
        assert_ne!(old, new);
        assert_eq!(new, SigningKey::of_scope(&secret("new"), &scope).sign(b"m"));
    }

    #[test]
    fn the_cache_keeps_no_more_than_its_capacity() {
        let (cache, scope) = (SigningKeyCache::new(3), Scope::new("20130524", "us-east-1", "s3"));
        for number in 0..10 {
            cache.key(&format!("AK{number}"), &scope, &secret("s"));
        }
        let kept = cache.kept.lock();
        assert_eq!((kept.keys.len(), kept.order.len()), (3, 3));
        assert!(kept.keys.keys().any(|name| name.starts_with("AK9/")));
    }
}
