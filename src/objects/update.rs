//! Changing what a version carries beside its body: tags, ACL, retention, legal hold.

use cairn_catalog::command::{CommandBody, UpdateTarget, UpdateVersion, VersionChange};
use cairn_catalog::reply::{Published, Reply};
use cairn_types::ObjectKey;

use crate::bucket_view::BucketView;
use crate::error::UpdateError;
use crate::objects::{Objects, SubmitError, unexpected};

/// What to change of which version.
#[derive(Clone, Debug)]
pub struct UpdateRequest {
    /// The key.
    pub key: ObjectKey,
    /// The latest, or one version.
    pub target: UpdateTarget,
    /// What changes, all of it at once.
    pub changes: Vec<VersionChange>,
}

impl Objects {
    /// Changes a version in place: its body, ETag, id and last-modified time stay. Answers which version it was.
    ///
    /// # Cancel safety
    /// Dropping the call loses only its reply.
    pub async fn update(&self, bucket: &BucketView, update: UpdateRequest) -> Result<Published, UpdateError> {
        let scope = bucket.key_scope(&update.key);
        let body = CommandBody::UpdateVersion(Box::new(UpdateVersion {
            scope: scope.clone(),
            target: update.target,
            object_lock: bucket.object_lock,
            changes: update.changes,
            ..UpdateVersion::default()
        }));
        match self.0.submit(scope, body, None).await? {
            Reply::Published(published) => Ok(published),
            _ => Err(UpdateError::Metadata(unexpected())),
        }
    }
}

impl From<SubmitError> for UpdateError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Metadata(error) => error.into(),
            SubmitError::Stopped => Self::Stopped,
        }
    }
}
