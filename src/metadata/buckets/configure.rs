//! Changing what governs a bucket.

use cairn_catalog::command::{BucketScope, CommandBody, RecordConfiguration, SetBucketDocument};
use cairn_catalog::reply::Refusal;
use cairn_runtime::Instant;

use super::changed;
use crate::client::Route;
use crate::error::MetadataError;
use crate::session::WriterSession;

/// Sets or removes a sub-resource of a bucket. Returns once every shard of the bucket refuses what was decided before.
pub async fn set_bucket_document(
    session: &WriterSession,
    change: SetBucketDocument,
    deadline: Instant,
) -> Result<BucketScope, MetadataError> {
    let body = CommandBody::SetBucketDocument(Box::new(change));
    let scope = changed(session.submit(Route::ROOT, body, deadline).await?)?;
    record_configuration(session, scope, deadline).await?;
    Ok(scope)
}

/// Records a configuration version of a bucket, as the root shard says it, in every shard of the bucket. To record an
/// older one than a shard has changes nothing there.
pub async fn record_configuration(
    session: &WriterSession,
    scope: BucketScope,
    deadline: Instant,
) -> Result<(), MetadataError> {
    let map = session.client().shard_map(deadline).await?;
    for shard in map.shards_of(scope.bucket) {
        let body = CommandBody::RecordConfiguration(RecordConfiguration { scope });
        match session.submit(Route::Shard(shard.id), body, deadline).await {
            // A newer one is recorded: what it replaces governs no more either.
            Ok(_) | Err(MetadataError::Refused(Refusal::StaleConfiguration(_))) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
