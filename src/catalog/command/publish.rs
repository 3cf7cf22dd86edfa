//! Publishing a version.

use bytes::Bytes;
use cairn_types::VersionOrder;
use cairn_types::record::{record, record_choice};

use super::scope::KeyScope;
use crate::rows::{BodyFacts, ETag, Nothing, ObjectMeta, StagedRun, VersioningMode};

record_choice! {
    /// What must be true of the key's latest version. A delete marker counts as no version.
    pub enum Precondition {
        /// Nothing.
        1 => Unconditional(Nothing),
        /// There is none (`If-None-Match: *`).
        2 => Absent(Nothing),
        /// There is one (`If-Match: *`).
        3 => Exists(Nothing),
        /// There is one with this ETag (`If-Match`). Only the text counts.
        4 => Matches(ETag),
    }
}

record_choice! {
    /// The bytes of a version or part.
    pub enum Body {
        /// Here.
        1 => Inline(Bytes),
        /// Staged as a run, which this command introduces.
        2 => Run(StagedRun),
    }
}

record! {
    /// Publishes a version: PutObject and CopyObject.
    pub struct PublishVersion {
        /// The key.
        1 => pub scope: KeyScope,
        /// Versioning of the bucket under that configuration.
        2 => pub versioning: VersioningMode,
        /// What must be true.
        3 => pub precondition: Precondition,
        /// What was measured on the body.
        4 => pub facts: BodyFacts,
        /// What the writer said.
        5 => pub meta: ObjectMeta,
        /// The bytes.
        6 => pub body: Body,
    }
}

record! {
    /// Replaces the null version by one with other metadata and the same body: CopyObject onto itself. The run or the
    /// parts change their holder, nothing becomes garbage. Where the source would stay (versioning enabled, or the
    /// source is not the null version) the body has to be copied and published instead.
    pub struct ReplaceMetadata {
        /// The key.
        1 => pub scope: KeyScope,
        /// Versioning of the bucket under that configuration.
        2 => pub versioning: VersioningMode,
        /// What must be true.
        3 => pub precondition: Precondition,
        /// The version that was read: refused when it is not the key's latest and null version any more.
        4 => pub source: VersionOrder,
        /// The new metadata.
        5 => pub meta: ObjectMeta,
    }
}
