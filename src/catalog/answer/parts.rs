//! Uploads and parts.

use bytes::Bytes;
use cairn_types::{BucketId, ObjectKey, UploadId};

use super::entry::{enter_key, page};
use crate::apply::{Halt, open_upload, refuse};
use crate::command::KeyScope;
use crate::keys::{ObjectRowKey, ShardContext, part_key, parts_prefix, prefix_range};
use crate::limits::ENTRIES_PER_QUERY_MAX;
use crate::query::{Answer, GetUpload, ListParts, PartPage, PartRows, PartWithNumber};
use crate::reply::Refusal;
use crate::rows::UploadRow;
use crate::state::{CatalogRead, ReadError, contradiction};

/// An open upload.
pub(super) fn get_upload<S: CatalogRead>(state: &S, shard: &ShardContext, query: &GetUpload) -> Result<Answer, Halt> {
    let upload = find(state, shard, &query.scope, query.upload)?;
    Ok(Answer::Upload(Box::new(upload)))
}

/// An open upload and parts of it.
pub(super) fn list_parts<S: CatalogRead>(state: &S, shard: &ShardContext, query: &ListParts) -> Result<Answer, Halt> {
    let upload = find(state, shard, &query.scope, query.upload)?;
    let page = parts(state, (query.scope.bucket, &query.scope.key, query.upload), (query.after, query.max))?;
    Ok(Answer::UploadParts(PartPage { upload: Some(upload), ..page }))
}

/// Part rows of any upload.
pub(super) fn part_rows<S: CatalogRead>(state: &S, shard: &ShardContext, query: &PartRows) -> Result<Answer, Halt> {
    enter_key(state, shard, &query.scope)?;
    let home = query.home.as_ref().unwrap_or(&query.scope.key);
    if !shard.range.contains(query.scope.bucket, home.as_bytes()) {
        return refuse(Refusal::WrongShard);
    }
    let place = (query.scope.bucket, home, query.upload);
    Ok(Answer::Parts(parts(state, place, (query.after, query.max))?))
}

fn find<S: CatalogRead>(
    state: &S,
    shard: &ShardContext,
    scope: &KeyScope,
    upload: UploadId,
) -> Result<UploadRow, Halt> {
    let share = enter_key(state, shard, scope)?;
    match open_upload(state, &share, scope, upload)? {
        Some(upload) => Ok(upload),
        None => refuse(Refusal::NoSuchUpload),
    }
}

fn parts<S: CatalogRead>(
    state: &S,
    (bucket, key, upload): (BucketId, &ObjectKey, UploadId),
    (after, max): (u16, u32),
) -> Result<PartPage, ReadError> {
    let Some(first) = after.checked_add(1) else { return Ok(PartPage::default()) };
    let end = prefix_range(parts_prefix(bucket, key, upload)).end;
    let range = part_key(bucket, key, upload, first)..end;
    let (rows, more) = page(state, &range, (max as usize).min(ENTRIES_PER_QUERY_MAX))?;
    let named = |(key, part): (Bytes, _)| {
        let number = ObjectRowKey::parse(&key).and_then(|row| row.part_number());
        let number = number.ok_or_else(|| contradiction(&key, "not the key of a part"))?;
        Ok(PartWithNumber { number, part, ..PartWithNumber::default() })
    };
    let parts = rows.into_iter().map(named).collect::<Result<_, ReadError>>()?;
    Ok(PartPage { parts, more, ..PartPage::default() })
}
