//! Deleting a bucket.

use cairn_catalog::command::{BucketScope, CommandBody, FinishDeleteBucket, SealBucket, SetBucketState};
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::BucketState;
use cairn_runtime::Instant;
use cairn_types::BucketId;

use super::{Submitter, changed};
use crate::client::Route;
use crate::error::MetadataError;
use crate::session::WriterSession;

/// Deletes an empty bucket. Refused as not empty, with everything as it was, if a shard holds a version or a delete
/// marker of it. Cut short, it is completed by the root's leader, one way or the other.
pub async fn delete_bucket(session: &WriterSession, bucket: BucketId, deadline: Instant) -> Result<(), MetadataError> {
    delete_with(Submitter::Session(session), bucket, deadline).await
}

pub(crate) async fn delete_with(
    submitter: Submitter<'_>,
    bucket: BucketId,
    deadline: Instant,
) -> Result<(), MetadataError> {
    let closing = set_state(submitter, bucket, BucketState::Deleting, deadline).await?;
    match seal(submitter, closing, deadline).await {
        Ok(()) => finish(submitter, bucket, deadline).await,
        Err(MetadataError::Refused(refusal @ Refusal::BucketNotEmpty(_))) => {
            reopen(submitter, bucket, deadline).await?;
            Err(MetadataError::Refused(refusal))
        }
        Err(error) => Err(error),
    }
}

async fn set_state(
    submitter: Submitter<'_>,
    bucket: BucketId,
    state: BucketState,
    deadline: Instant,
) -> Result<BucketScope, MetadataError> {
    let body = CommandBody::SetBucketState(SetBucketState { bucket, state });
    changed(submitter.submit(Route::ROOT, body, deadline).await?)
}

async fn seal(submitter: Submitter<'_>, scope: BucketScope, deadline: Instant) -> Result<(), MetadataError> {
    for_each_shard(submitter, scope, true, deadline).await
}

/// The bucket goes on: first in the root, whose new configuration version then lifts the seals of the older one.
async fn reopen(submitter: Submitter<'_>, bucket: BucketId, deadline: Instant) -> Result<(), MetadataError> {
    let open = set_state(submitter, bucket, BucketState::Active, deadline).await?;
    for_each_shard(submitter, open, false, deadline).await
}

async fn for_each_shard(
    submitter: Submitter<'_>,
    scope: BucketScope,
    sealed: bool,
    deadline: Instant,
) -> Result<(), MetadataError> {
    let map = submitter.client().shard_map(deadline).await?;
    for shard in map.shards_of(scope.bucket) {
        let body = CommandBody::SealBucket(SealBucket { scope, sealed });
        submitter.submit(Route::Shard(shard.id), body, deadline).await?;
    }
    Ok(())
}

async fn finish(submitter: Submitter<'_>, bucket: BucketId, deadline: Instant) -> Result<(), MetadataError> {
    let body = CommandBody::FinishDeleteBucket(FinishDeleteBucket { bucket });
    match submitter.submit(Route::ROOT, body, deadline).await {
        // Somebody else finished it.
        Ok(_) | Err(MetadataError::Refused(Refusal::NoSuchBucket(_))) => Ok(()),
        Err(error) => Err(error),
    }
}
