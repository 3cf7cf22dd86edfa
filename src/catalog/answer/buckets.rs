//! Buckets in the root shard.

use bytes::Bytes;
use cairn_types::{BucketId, BucketName, LogIndex};

use super::entry::{just_after, page, rows, trailing_id, trailing_text};
use crate::apply::{Halt, refuse};
use crate::keys::{
    Table, bucket_document_key, bucket_key, bucket_name_key, owned_buckets_prefix, prefix_range, root_prefix,
};
use crate::limits::ENTRIES_PER_QUERY_MAX;
use crate::query::{Answer, BucketFound, BucketPage, DeletedBuckets, FindBucket, ListBuckets, ListedBucket};
use crate::reply::Refusal;
use crate::rows::{BucketDocumentRow, BucketNameRow, BucketRow, DeletedBucketRow};
use crate::state::{CatalogRead, ReadError, named_row, read_row};

/// A bucket with its sub-resources.
pub(super) fn find<S: CatalogRead>(state: &S, query: &FindBucket) -> Result<Answer, Halt> {
    let bucket = match (query.bucket, BucketName::parse(&query.name)) {
        (BucketId(0), Err(_)) => return refuse(Refusal::NoSuchBucket),
        (BucketId(0), Ok(name)) => {
            let entry: Option<BucketNameRow> = read_row(state, &bucket_name_key(&query.namespace, &name))?;
            match entry {
                Some(entry) => entry.bucket,
                None => return refuse(Refusal::NoSuchBucket),
            }
        }
        (bucket, _) => bucket,
    };
    let Some(row) = read_row::<BucketRow>(state, &bucket_key(bucket))? else {
        return refuse(Refusal::NoSuchBucket);
    };
    let prefix = bucket_document_key(bucket, "");
    let skip = prefix.len();
    let documents = rows(state, &prefix_range(prefix.to_vec()))
        .map(|found: Result<(Bytes, BucketDocumentRow), ReadError>| {
            let (key, row) = found?;
            Ok((trailing_text(&key, skip)?, row.document))
        })
        .collect::<Result<_, ReadError>>()?;
    Ok(Answer::Bucket(Box::new(BucketFound { bucket, row, documents, ..BucketFound::default() })))
}

/// Buckets by name: those of an owner, or all of a namespace.
pub(super) fn list<S: CatalogRead>(state: &S, query: &ListBuckets) -> Result<Answer, Halt> {
    let all = match &query.owner {
        Some(owner) => owned_buckets_prefix(owner, &query.namespace),
        None => names_prefix(&query.namespace),
    };
    let range = prefix_range([&all, query.prefix.as_bytes()].concat());
    let after = just_after(&[&all, query.after.as_bytes()].concat());
    let start = if query.after.is_empty() { range.start } else { range.start.max(after) };
    if start >= range.end {
        return Ok(Answer::Buckets(BucketPage::default()));
    }
    let max = (query.max as usize).min(ENTRIES_PER_QUERY_MAX);
    let (names, more) = page::<BucketNameRow, _>(state, &(start..range.end), max)?;
    let last = names.last().map(|(key, _)| trailing_text(key, all.len())).transpose()?;
    let listed = |(_, entry): (Bytes, BucketNameRow)| {
        let row = named_row(state, &bucket_key(entry.bucket))?;
        Ok(ListedBucket { bucket: entry.bucket, row, ..ListedBucket::default() })
    };
    let entries = names.into_iter().map(listed).collect::<Result<_, ReadError>>()?;
    let next = last.filter(|_| more);
    Ok(Answer::Buckets(BucketPage { entries, next, ..BucketPage::default() }))
}

/// Where the names of a namespace begin.
fn names_prefix(namespace: &str) -> Vec<u8> {
    let mut prefix = root_prefix(Table::BucketName);
    prefix.extend_from_slice(namespace.as_bytes());
    prefix.push(0);
    prefix
}

/// Deleted buckets whose seals stand.
pub(super) fn deleted<S: CatalogRead>(state: &S) -> Result<Answer, Halt> {
    let entries = rows(state, &prefix_range(root_prefix(Table::DeletedBucket)))
        .take(ENTRIES_PER_QUERY_MAX)
        .map(|found: Result<(Bytes, DeletedBucketRow), ReadError>| {
            let (key, row) = found?;
            Ok((BucketId(trailing_id(&key)?), row.deleted))
        })
        .collect::<Result<Vec<(BucketId, LogIndex)>, ReadError>>()?;
    Ok(Answer::DeletedBuckets(DeletedBuckets { entries, ..DeletedBuckets::default() }))
}
