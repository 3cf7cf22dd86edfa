//! The key service of the cluster itself.

use std::sync::Arc;

use async_trait::async_trait;
use cairn_catalog::rows::{KmsKey, KmsKeyState, KmsKeyVersion};
use cairn_encryption::{UnwrapError, WrappingKey};
use cairn_runtime::collections::FixedMap;
use cairn_runtime::{Context, Instant};
use cairn_types::HasKind;
use parking_lot::RwLock;
use zeroize::Zeroizing;

use super::{KeyCatalog, KeyError, KeyName, KeyService, WrappedKey};
use crate::limits::{KEY_FRESH_MAX, KEY_STALE_MAX, KEYS_KEPT_MAX};

/// Wraps with keys of the catalog. Keys in use are kept in memory for a few seconds; a key that is not there is not
/// remembered.
pub(crate) struct BuiltInKeys {
    context: Context,
    catalog: Arc<KeyCatalog>,
    kept: RwLock<FixedMap<KeyName, Kept>>,
}

#[derive(Clone)]
struct Kept {
    key: Arc<OpenKey>,
    /// When the lookup began: what is known is at least as new.
    asked: Instant,
}

/// A key that may be used, or not.
struct OpenKey {
    state: KmsKeyState,
    versions: Vec<(u64, WrappingKey)>,
}

impl BuiltInKeys {
    pub(crate) fn new(context: Context, catalog: Arc<KeyCatalog>) -> Self {
        Self { context, catalog, kept: RwLock::default() }
    }

    /// A key that is not disabled.
    async fn enabled(&self, name: &KeyName) -> Result<Arc<OpenKey>, KeyError> {
        let key = self.find(name).await?;
        match key.state {
            KmsKeyState::Enabled => Ok(key),
            KmsKeyState::Disabled => Err(KeyError::Disabled(name.to_string())),
        }
    }

    async fn find(&self, name: &KeyName) -> Result<Arc<OpenKey>, KeyError> {
        let known = self.kept.read().get(name).cloned();
        let age = |known: &Kept| self.context.clock.now() - known.asked;
        if let Some(known) = known.as_ref().filter(|known| age(known) < KEY_FRESH_MAX) {
            return Ok(Arc::clone(&known.key));
        }
        match (self.look_up(name).await, known) {
            (Err(KeyError::Catalog(error)), Some(known))
                if error.kind().is_retriable() && age(&known) < KEY_STALE_MAX =>
            {
                tracing::warn!(%error, "keys cannot be looked up; the last ones are used");
                Ok(known.key)
            }
            (result, _) => result,
        }
    }

    async fn look_up(&self, name: &KeyName) -> Result<Arc<OpenKey>, KeyError> {
        let asked = self.context.clock.now();
        let found = self.catalog.find(name).await;
        if let Err(KeyError::NotFound(_)) = found {
            self.kept.write().remove(name);
        }
        let key = Arc::new(self.open(name, &found?.0)?);
        let mut kept = self.kept.write();
        if kept.len() >= KEYS_KEPT_MAX && !kept.contains_key(name) {
            // Rare, and what is lost is one lookup for each key in use.
            kept.clear();
        }
        if kept.get(name).is_none_or(|known| known.asked <= asked) {
            kept.insert(name.clone(), Kept { key: Arc::clone(&key), asked });
        }
        Ok(key)
    }

    fn open(&self, name: &KeyName, key: &KmsKey) -> Result<OpenKey, KeyError> {
        let open = |version: &KmsKeyVersion| Ok((version.number, self.catalog.open(name, version)?));
        let versions = key.versions.iter().map(open).collect::<Result<_, KeyError>>()?;
        Ok(OpenKey { state: key.state, versions })
    }

    /// The default key is there from its first use on.
    async fn for_writing(&self, name: &KeyName) -> Result<Arc<OpenKey>, KeyError> {
        match self.enabled(name).await {
            Err(KeyError::NotFound(_)) if name.is_default() => {
                match self.catalog.create(name, "the key of requests that name none").await {
                    Ok(()) | Err(KeyError::Exists(_)) => self.enabled(name).await,
                    Err(error) => Err(error),
                }
            }
            result => result,
        }
    }
}

impl OpenKey {
    fn version(&self, number: u64) -> Option<&WrappingKey> {
        self.versions.iter().find(|(known, _)| *known == number).map(|(_, key)| key)
    }
}

#[async_trait]
impl KeyService for BuiltInKeys {
    async fn wrap(&self, name: &KeyName, about: &[&[u8]], secret: &[u8]) -> Result<WrappedKey, KeyError> {
        let key = self.for_writing(name).await?;
        let (version, wrapping) = key.versions.last().ok_or_else(|| KeyError::Row(name.to_string()))?;
        let bytes = wrapping.wrap(about, self.context.entropy.bytes(), secret);
        Ok(WrappedKey { name: name.clone(), version: *version, bytes })
    }

    async fn unwrap(&self, wrapped: &WrappedKey, about: &[&[u8]]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let name = &wrapped.name;
        let mut key = self.enabled(name).await?;
        if key.version(wrapped.version).is_none() {
            // Rotated since it was looked up.
            key = self.look_up(name).await?;
        }
        let gone = || KeyError::NotFound(name.to_string());
        let wrapping = key.version(wrapped.version).ok_or_else(gone)?;
        wrapping.unwrap(about, &wrapped.bytes).map_err(|error| match error {
            // Another key of the same name, made after the one that encrypted was deleted.
            UnwrapError::OtherKey => gone(),
            UnwrapError::Form | UnwrapError::Damaged => KeyError::Unwrap(error),
        })
    }
}
