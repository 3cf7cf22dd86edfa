//! Key heads.

use cairn_types::record::record;
use cairn_types::{CanonicalId, VersionOrder};

use super::checksum::ChecksumForm;
use super::etag::ETag;
use super::storage_class::StorageClass;
use super::version::{VersionKind, VersionRow};

record! {
    /// What listings show of a key's latest version.
    #[derive(Eq)]
    pub struct HeadSummary {
        /// What it is.
        1 => pub kind: VersionKind,
        /// Bytes.
        2 => pub size: u64,
        /// ETag.
        3 => pub etag: ETag,
        /// Storage class.
        4 => pub class: StorageClass,
        /// Owner.
        5 => pub owner: CanonicalId,
        /// Checksums that it has.
        6 => pub checksums: Vec<ChecksumForm>,
        /// Whether it is the null version.
        7 => pub null: bool,
    }
}

record! {
    /// Row of a key: one for each key that has a version. A listing reads nothing else.
    #[derive(Eq)]
    pub struct HeadRow {
        /// The latest version; its time is the last-modified time of listings.
        1 => pub latest: VersionOrder,
        /// The null version.
        2 => pub null: Option<VersionOrder>,
        /// Versions and delete markers of the key.
        3 => pub versions: u64,
        /// What listings show.
        4 => pub summary: HeadSummary,
    }
}

impl HeadRow {
    /// Whether the latest version is a delete marker.
    pub fn is_marked(&self) -> bool {
        self.summary.kind == VersionKind::DeleteMarker
    }
}

impl HeadSummary {
    /// The summary of a version.
    pub fn of(version: &VersionRow) -> Self {
        let form = |sum: &super::checksum::Checksum| ChecksumForm { algorithm: sum.algorithm, kind: sum.kind };
        Self {
            kind: version.kind,
            size: version.facts.size,
            etag: version.facts.etag.clone(),
            class: version.meta.class,
            owner: version.meta.owner.clone(),
            checksums: version.facts.checksums.iter().map(form).collect(),
            null: version.null,
            ..Self::default()
        }
    }
}
