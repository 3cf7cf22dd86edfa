//! Deleting.

use cairn_types::record::{record, record_choice};
use cairn_types::{UnixMillis, VersionOrder};

use super::scope::KeyScope;
use crate::rows::{ETag, Nothing, VersioningMode};

record_choice! {
    /// What to delete.
    pub enum DeleteTarget {
        /// The key: with versioning this writes a delete marker.
        1 => Latest(Nothing),
        /// The null version.
        2 => Null(Nothing),
        /// The version of that id (never the null version).
        3 => Ordered(VersionOrder),
    }
}

record_choice! {
    /// `If-Match` of a delete.
    pub enum ETagCondition {
        /// Any version (`*`).
        1 => Any(Nothing),
        /// This ETag. Only the text counts.
        2 => Is(ETag),
    }
}

record! {
    /// What must be true of the version that is addressed; all of it.
    pub struct DeleteConditions {
        /// ETag. On a missing key or a delete marker the answer is that there is no such key.
        1 => pub etag: Option<ETagCondition>,
        /// Last-modified, compared in whole seconds; holds where there is no version.
        2 => pub last_modified: Option<UnixMillis>,
        /// Size; holds where there is no version.
        3 => pub size: Option<u64>,
    }
}

record! {
    /// Deletes a key or one version.
    pub struct DeleteObject {
        /// The key.
        1 => pub scope: KeyScope,
        /// Versioning of the bucket under that configuration.
        2 => pub versioning: VersioningMode,
        /// What to delete.
        3 => pub target: DeleteTarget,
        /// What must be true.
        4 => pub conditions: DeleteConditions,
        /// The caller may, and wants to, remove a version under governance retention.
        5 => pub bypass_governance: bool,
        /// Owner of the delete marker, if one is written.
        6 => pub owner: cairn_types::CanonicalId,
    }
}
