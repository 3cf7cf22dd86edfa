//! Renaming: a version becomes another key's, and its bytes stay where they are.

use cairn_catalog::command::{CommandBody, HttpConditions, RenameObject as Command};
use cairn_catalog::reply::{Published, Reply};
use cairn_types::{CanonicalId, ObjectKey};

use crate::bucket_view::BucketView;
use crate::error::PutError;
use crate::objects::{Objects, unexpected};

/// What to rename.
#[derive(Clone, Debug)]
pub struct RenameObject {
    /// The new key.
    pub key: ObjectKey,
    /// The old key: another one of the bucket.
    pub source: ObjectKey,
    /// What must be true of the old key.
    pub source_conditions: HttpConditions,
    /// What must be true of the new key.
    pub conditions: HttpConditions,
    /// Owner of the delete marker, if one is written.
    pub owner: CanonicalId,
}

impl Objects {
    /// Gives the latest version of a key to another key, at once: nobody sees both or neither. Keys that lie in different
    /// shards are refused.
    ///
    /// # Cancel safety
    /// Dropping the call loses only its reply.
    pub async fn rename(&self, bucket: &BucketView, rename: RenameObject) -> Result<Published, PutError> {
        let scope = bucket.key_scope(&rename.key);
        let body = CommandBody::RenameObject(Box::new(Command {
            scope: scope.clone(),
            source: rename.source,
            versioning: bucket.versioning,
            source_conditions: rename.source_conditions,
            conditions: rename.conditions,
            owner: rename.owner,
            ..Command::default()
        }));
        match self.0.submit(scope, body, None).await? {
            Reply::Published(published) => Ok(published),
            _ => Err(PutError::Metadata(unexpected())),
        }
    }
}
