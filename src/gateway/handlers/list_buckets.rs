//! `ListBuckets`

use cairn_catalog::query::{Answer as CatalogAnswer, BucketPage, ListBuckets as Ask, ListedBucket, Query};
use cairn_metadata::{MetadataError, Route};
use cairn_s3::S3Error;
use cairn_s3::operation::{ListBuckets, ListPosition};
use cairn_s3::response::{BucketEntry, ListBucketsOutput};
use cairn_types::ShardId;

use crate::limits::BUCKETS_PER_QUERY;
use crate::pipeline::{Answer, Exchange, Owners, catalog_failed};

/// `GET /`
pub(crate) async fn list_buckets(exchange: &Exchange, list: ListBuckets) -> Result<Answer, S3Error> {
    let max = list.max_buckets as usize;
    let mut buckets = if has_region(exchange, &list) { find(exchange, &list, max + 1).await? } else { Vec::new() };
    let is_truncated = buckets.len() > max;
    buckets.truncate(max);
    let buckets = buckets.into_iter().map(entry).collect();
    let (caller, _) = exchange.account()?;
    let owner = Owners::of(exchange, [caller].into_iter().collect()).await.show(caller);
    Ok(ListBucketsOutput { owner, buckets, is_truncated }.into_response(&list).into())
}

/// Whether buckets of the region that is asked for can be here.
fn has_region(exchange: &Exchange, list: &ListBuckets) -> bool {
    list.region.as_deref().is_none_or(|region| region == exchange.gateway.settings().region())
}

/// The caller's buckets, `count` of them at most.
async fn find(exchange: &Exchange, list: &ListBuckets, count: usize) -> Result<Vec<ListedBucket>, S3Error> {
    let mut found = Vec::new();
    let mut after = list.position.as_ref().map(ListPosition::as_str).unwrap_or_default().to_owned();
    loop {
        let page = page(exchange, list, after, count - found.len()).await.map_err(|error| catalog_failed(&error))?;
        found.extend(page.entries);
        match page.next {
            Some(next) if found.len() < count => after = next,
            _ => return Ok(found),
        }
    }
}

async fn page(
    exchange: &Exchange,
    list: &ListBuckets,
    after: String,
    count: usize,
) -> Result<BucketPage, MetadataError> {
    let ask = Ask {
        namespace: exchange.namespace.as_str().to_owned(),
        owner: exchange.caller.principal().account().map(|(id, _)| id.clone()),
        prefix: list.prefix.clone(),
        after,
        max: u32::try_from(count).unwrap_or(u32::MAX).min(BUCKETS_PER_QUERY),
        ..Ask::default()
    };
    match exchange.gateway.metadata().query(Route::ROOT, Query::ListBuckets(ask), exchange.deadline).await? {
        CatalogAnswer::Buckets(page) => Ok(page),
        _ => Err(MetadataError::UnexpectedAnswer { shard: ShardId::ROOT }),
    }
}

fn entry(listed: ListedBucket) -> BucketEntry {
    BucketEntry { name: listed.row.name, created: listed.row.created, region: listed.row.region }
}
