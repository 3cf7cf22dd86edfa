//! Publishing: the one point where an object becomes visible.
//!
//! # Invariants
//! D2: every blob of the version is durable on at least the write floor of disks before the command is sent.
//! # Crash
//! Before the command commits the fragments are orphans and collected. After: visible, nothing to undo.
//! # Cancel safety
//! The command runs in a task of its own; dropping the call loses only its reply.

use cairn_catalog::command::{CommandBody, Precondition, PublishVersion, ReplaceMetadata};
use cairn_catalog::reply::{Published, Reply};
use cairn_catalog::rows::ObjectMeta;
use cairn_types::{ObjectKey, VersionOrder};

use crate::bucket_view::BucketView;
use crate::error::PutError;
use crate::objects::{Objects, SubmitError, unexpected};
use crate::stage::{Staged, VerifiedChecksum};

/// What a version becomes, apart from its bytes.
#[derive(Clone, Debug)]
pub struct PutObject {
    /// The key; the one that the bytes were staged for.
    pub key: ObjectKey,
    /// What must be true of the latest version.
    pub precondition: Precondition,
    /// What the writer says.
    pub meta: ObjectMeta,
    /// The client's checksum, verified; without one the computed one is stored.
    pub checksum: Option<VerifiedChecksum>,
}

/// What a version becomes when only its metadata changes.
#[derive(Clone, Debug)]
pub struct ReplaceObject {
    /// The key.
    pub key: ObjectKey,
    /// What must be true of the latest version.
    pub precondition: Precondition,
    /// The version that was read: the key's latest and null version.
    pub source: VersionOrder,
    /// What the writer says.
    pub meta: ObjectMeta,
}

impl Objects {
    /// Publishes staged bytes as a version: PutObject and CopyObject. A refusal leaves `staged` as it was: after a
    /// [`PutError::Bucket`] the caller decides anew and calls again with it.
    pub async fn put(&self, bucket: &BucketView, put: PutObject, staged: &Staged) -> Result<Published, PutError> {
        let scope = bucket.key_scope(&put.key);
        let body = CommandBody::PublishVersion(Box::new(PublishVersion {
            scope: scope.clone(),
            versioning: bucket.versioning,
            precondition: put.precondition,
            facts: staged.body_facts(put.checksum.as_ref()),
            meta: put.meta,
            body: staged.body(),
            ..PublishVersion::default()
        }));
        published(self.0.submit(scope, body, staged.held()).await?)
    }

    /// Replaces the metadata of a null version and leaves its bytes where they are: CopyObject onto itself.
    pub async fn replace_metadata(&self, bucket: &BucketView, replace: ReplaceObject) -> Result<Published, PutError> {
        let scope = bucket.key_scope(&replace.key);
        let body = CommandBody::ReplaceMetadata(Box::new(ReplaceMetadata {
            scope: scope.clone(),
            versioning: bucket.versioning,
            precondition: replace.precondition,
            source: replace.source,
            meta: replace.meta,
            ..ReplaceMetadata::default()
        }));
        published(self.0.submit(scope, body, None).await?)
    }
}

fn published(reply: Reply) -> Result<Published, PutError> {
    match reply {
        Reply::Published(published) => Ok(published),
        _ => Err(PutError::Metadata(unexpected())),
    }
}

impl From<SubmitError> for PutError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Metadata(error) => error.into(),
            SubmitError::Stopped => Self::Stopped,
        }
    }
}
