//! Finishes bucket deletions that were left behind, and has seals forgotten that nobody can meet any more.

use std::collections::BTreeSet;

use cairn_catalog::command::{CommandBody, ForgetBucket};
use cairn_catalog::query::{Answer, BucketPage, ListBuckets, Query};
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::{BucketState, Nothing};
use cairn_runtime::Instant;
use cairn_types::{BucketId, LogIndex, SessionId, ShardId};

use crate::buckets::{Submitter, delete_with};
use crate::client::{MetadataClient, Route};
use crate::error::MetadataError;

/// Buckets asked for at once.
const PAGE: u32 = 1_000;

/// Deletions that the last look saw: one that is still there is left behind.
#[derive(Default)]
pub(super) struct Closings {
    seen: BTreeSet<BucketId>,
}

impl Closings {
    pub(super) async fn turn(&mut self, client: &MetadataClient, deadline: Instant) {
        if let Err(error) = self.finish(client, deadline).await {
            tracing::warn!(%error, "could not finish bucket deletions; it is tried again");
        }
        if let Err(error) = forget(client, deadline).await {
            tracing::warn!(%error, "could not have seals forgotten; it is tried again");
        }
    }

    async fn finish(&mut self, client: &MetadataClient, deadline: Instant) -> Result<(), MetadataError> {
        let closing = closing_buckets(client, deadline).await?;
        for bucket in closing.intersection(&self.seen) {
            tracing::info!(%bucket, "finishing the deletion of a bucket that was left behind");
            match delete_with(Submitter::Internal(client), *bucket, deadline).await {
                Ok(()) | Err(MetadataError::Refused(Refusal::BucketNotEmpty(_) | Refusal::NoSuchBucket(_))) => {}
                Err(error) => return Err(error),
            }
        }
        self.seen = closing;
        Ok(())
    }
}

async fn closing_buckets(client: &MetadataClient, deadline: Instant) -> Result<BTreeSet<BucketId>, MetadataError> {
    let mut closing = BTreeSet::new();
    let mut after = String::new();
    loop {
        let page = bucket_page(client, after, deadline).await?;
        let deleting = page.entries.iter().filter(|entry| entry.row.state == BucketState::Deleting);
        closing.extend(deleting.map(|entry| entry.bucket));
        match page.next {
            Some(next) => after = next,
            None => return Ok(closing),
        }
    }
}

async fn bucket_page(client: &MetadataClient, after: String, deadline: Instant) -> Result<BucketPage, MetadataError> {
    let query = Query::ListBuckets(ListBuckets { after, max: PAGE, ..ListBuckets::default() });
    match client.query(Route::ROOT, query, deadline).await? {
        Answer::Buckets(page) => Ok(page),
        _ => Err(MetadataError::UnexpectedAnswer { shard: ShardId::ROOT }),
    }
}

/// Has the seals of deleted buckets forgotten, where every session that may know the bucket is gone.
async fn forget(client: &MetadataClient, deadline: Instant) -> Result<(), MetadataError> {
    let query = Query::DeletedBuckets(Nothing::default());
    let Answer::DeletedBuckets(deleted) = client.query(Route::ROOT, query, deadline).await? else {
        return Err(MetadataError::UnexpectedAnswer { shard: ShardId::ROOT });
    };
    for (bucket, at) in deleted.entries {
        forget_one(client, bucket, at, deadline).await?;
    }
    Ok(())
}

async fn forget_one(
    client: &MetadataClient,
    bucket: BucketId,
    at: LogIndex,
    deadline: Instant,
) -> Result<(), MetadataError> {
    let body = || CommandBody::ForgetBucket(ForgetBucket { bucket, sessions_below: SessionId(at.0) });
    let map = client.shard_map(deadline).await?;
    for shard in map.shards_of(bucket) {
        match client.submit(Route::Shard(shard.id), body(), deadline).await {
            Ok(_) => {}
            Err(MetadataError::Refused(Refusal::NotYet(_) | Refusal::BucketBusy(_))) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    client.submit(Route::ROOT, body(), deadline).await.map(|_| ())
}
