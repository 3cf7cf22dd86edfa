//! Renaming.

use cairn_types::record::record;
use cairn_types::{CanonicalId, ObjectKey, UnixMillis};

use super::delete::ETagCondition;
use super::scope::KeyScope;
use crate::rows::VersioningMode;

record! {
    /// HTTP's conditions on the latest version of a key; all of them. A delete marker counts as no version.
    pub struct HttpConditions {
        /// `If-Match`: asks for a version; without one the answer is that there is no such key.
        1 => pub matches: Option<ETagCondition>,
        /// `If-None-Match`: holds where there is no version.
        2 => pub differs: Option<ETagCondition>,
        /// `If-Modified-Since`, in whole seconds; holds where there is no version.
        3 => pub modified_since: Option<UnixMillis>,
        /// `If-Unmodified-Since`, in whole seconds; holds where there is no version.
        4 => pub unmodified_since: Option<UnixMillis>,
    }
}

record! {
    /// Gives the latest version of a key to another key of the same shard: it becomes that key's latest and keeps its
    /// body and metadata. Runs and parts stay where their labels say; what is replaced becomes garbage as by a PUT. Where
    /// versioning is or was on, a delete marker takes the version's place, and older versions stay behind it.
    pub struct RenameObject {
        /// The new key.
        1 => pub scope: KeyScope,
        /// The old key, in the same bucket.
        2 => pub source: ObjectKey,
        /// Versioning of the bucket under that configuration.
        3 => pub versioning: VersioningMode,
        /// What must be true of the old key.
        4 => pub source_conditions: HttpConditions,
        /// What must be true of the new key.
        5 => pub conditions: HttpConditions,
        /// Owner of the delete marker, if one is written.
        6 => pub owner: CanonicalId,
    }
}
