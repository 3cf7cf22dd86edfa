//! Derived signing keys, kept for their day.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;

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
/// Holds at most its capacity; the oldest goes first. Only the key of a good signature is kept, so strangers cannot push
/// keys out by claims for other days.
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

    /// The key of a scope that `check` accepts, which is then kept.
    ///
    /// # Errors
    ///
    /// Those of `check`. A key that it refused is not kept.
    pub(super) fn checked<T, E>(
        &self,
        access_key: &str,
        scope: &Scope,
        secret: &SecretKey,
        check: impl FnOnce(SigningKey) -> Result<T, E>,
    ) -> Result<T, E> {
        let name = [access_key, scope.as_str()].join("/");
        if let Some(key) = self.find(&name, secret) {
            return check(key);
        }
        let key = SigningKey::of_scope(secret, scope);
        let checked = check(key.clone())?;
        self.keep(name, Entry { secret: secret.clone(), key });
        Ok(checked)
    }

    /// The key of a scope, which is then kept.
    pub(super) fn key(&self, access_key: &str, scope: &Scope, secret: &SecretKey) -> SigningKey {
        let key = self.checked(access_key, scope, secret, Ok::<_, Infallible>);
        key.unwrap_or_else(|never| match never {})
    }

    fn find(&self, name: &str, secret: &SecretKey) -> Option<SigningKey> {
        let kept = self.kept.lock();
        kept.keys.get(name).filter(|entry| entry.secret.is(secret)).map(|entry| entry.key.clone())
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
    fn the_key_of_a_bad_signature_is_not_kept() {
        let (cache, scope) = (SigningKeyCache::new(3), Scope::new("20130524", "us-east-1", "s3"));
        let refused: Result<(), ()> = cache.checked("AK", &scope, &secret("s"), |_| Err(()));
        assert_eq!((refused, cache.kept.lock().keys.len()), (Err(()), 0));
        assert_eq!(cache.checked("AK", &scope, &secret("s"), |_| Ok::<_, ()>(7)), Ok(7));
        assert_eq!(cache.kept.lock().keys.len(), 1);
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
