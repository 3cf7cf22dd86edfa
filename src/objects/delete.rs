//! Deleting keys and versions.

use cairn_catalog::command::{CommandBody, DeleteConditions, DeleteObject, DeleteTarget};
use cairn_catalog::reply::{Deleted, Reply};
use cairn_types::{CanonicalId, ObjectKey};
use futures::StreamExt;
use futures::stream;

use crate::bucket_view::BucketView;
use crate::error::DeleteError;
use crate::limits::DELETES_IN_FLIGHT;
use crate::objects::{Objects, SubmitError, unexpected};

/// What to delete.
#[derive(Clone, Debug)]
pub struct DeleteRequest {
    /// The key.
    pub key: ObjectKey,
    /// The latest, or one version.
    pub target: DeleteTarget,
    /// What must be true.
    pub conditions: DeleteConditions,
    /// The caller may, and wants to, remove a version under governance retention.
    pub bypass_governance: bool,
    /// Owner of the delete marker, if one is written.
    pub owner: CanonicalId,
}

impl Objects {
    /// Deletes a key or one version. That there was nothing to delete is no error.
    ///
    /// # Cancel safety
    /// Dropping the call loses only its reply.
    pub async fn delete(&self, bucket: &BucketView, delete: DeleteRequest) -> Result<Deleted, DeleteError> {
        let scope = bucket.key_scope(&delete.key);
        let body = CommandBody::DeleteObject(Box::new(DeleteObject {
            scope: scope.clone(),
            versioning: bucket.versioning,
            target: delete.target,
            conditions: delete.conditions,
            bypass_governance: delete.bypass_governance,
            owner: delete.owner,
            ..DeleteObject::default()
        }));
        match self.0.submit(scope, body, None).await? {
            Reply::Deleted(deleted) => Ok(deleted),
            _ => Err(DeleteError::Metadata(unexpected())),
        }
    }

    /// Deletes many, several at once: one result for each, in the order given. A key that is refused for the bucket's
    /// sake can be asked for again alone.
    pub async fn delete_many(
        &self,
        bucket: &BucketView,
        deletes: Vec<DeleteRequest>,
    ) -> Vec<Result<Deleted, DeleteError>> {
        let each = deletes.into_iter().map(|delete| self.delete(bucket, delete));
        stream::iter(each).buffered(DELETES_IN_FLIGHT).collect().await
    }
}

impl From<SubmitError> for DeleteError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Metadata(error) => error.into(),
            SubmitError::Stopped => Self::Stopped,
        }
    }
}
