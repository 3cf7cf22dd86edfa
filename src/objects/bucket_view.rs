//! A bucket as the caller decided to touch it.

use cairn_catalog::command::{BucketScope, KeyScope};
use cairn_catalog::rows::VersioningMode;
use cairn_types::{BucketId, ConfigVersion, ObjectKey};

/// A bucket, and what of its configuration a request was decided under. A shard that knows a newer one refuses
/// ([`BucketRefusal::Stale`](crate::BucketRefusal::Stale)); the caller then looks the bucket up, decides anew, and calls
/// again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BucketView {
    /// The bucket.
    pub id: BucketId,
    /// Its configuration version.
    pub config_version: ConfigVersion,
    /// Versioning under that configuration.
    pub versioning: VersioningMode,
    /// Whether object lock is on under that configuration.
    pub object_lock: bool,
}

impl BucketView {
    pub(crate) fn scope(&self) -> BucketScope {
        BucketScope { bucket: self.id, config_version: self.config_version }
    }

    pub(crate) fn key_scope(&self, key: &ObjectKey) -> KeyScope {
        KeyScope { bucket: self.id, key: key.clone(), config_version: self.config_version }
    }
}
