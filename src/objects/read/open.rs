//! Finding a version to read.

use std::sync::Arc;

use cairn_catalog::query::{Answer, BodyWish, LookupVersion, Query, VersionTarget};
use cairn_metadata::Route;
use cairn_types::ObjectKey;

use super::object_read::ObjectRead;
use crate::bucket_view::BucketView;
use crate::error::LookupError;
use crate::objects::{Objects, unexpected};

/// Which version to read, and which of its bytes come first.
#[derive(Clone, Debug)]
pub struct ReadRequest {
    /// The key.
    pub key: ObjectKey,
    /// The latest, or one version.
    pub target: VersionTarget,
    /// Where reading will probably begin: places of those bytes come with the version, others cost another question.
    /// [`BodyWish::Nothing`] for metadata alone.
    pub body: BodyWish,
}

impl Objects {
    /// Finds a version, linearizable. Delete markers are found too.
    pub async fn open(&self, bucket: &BucketView, request: ReadRequest) -> Result<ObjectRead, LookupError> {
        let scope = bucket.key_scope(&request.key);
        let reads_body = !matches!(request.body, BodyWish::Nothing(_));
        let lookup = LookupVersion {
            scope: scope.clone(),
            target: request.target,
            body: request.body,
            ..LookupVersion::default()
        };
        let (route, deadline) = (Route::of_scope(&scope), self.0.catalog_deadline());
        let answered = self.metadata().query_at(route, Query::LookupVersion(lookup), deadline).await?;
        let Answer::Version(found) = answered.answer else { return Err(LookupError::Metadata(unexpected())) };
        // Inline bytes are here already: nothing that is collected can take them away.
        let open = if reads_body && found.stretches.iter().any(|stretch| stretch.inline.is_none()) {
            let map = self.metadata().shard_map(deadline).await?;
            let shard = map.shard_for(scope.bucket, scope.key.as_bytes());
            shard.map(|shard| Arc::new(self.session().open_read(shard.id, answered.at)))
        } else {
            None
        };
        Ok(ObjectRead::new(Arc::clone(&self.0), scope, *found, open))
    }
}
