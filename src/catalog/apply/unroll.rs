//! Larger garbage, step by step: parts of an upload into runs, uploads of a bucket into parts.

use bytes::Bytes;

use super::draft::Draft;
use super::halt::Halt;
use super::multipart::discard_part_body;
use crate::command::{KeyScope, UnrollGarbage};
use crate::keys::{KeyRange, ObjectRowKey, Table, garbage_key, object_range, part_key, parts_prefix, prefix_range};
use crate::limits::UNROLL_STEP;
use crate::reply::{Reply, Stepped};
use crate::rows::{BucketGarbage, GarbageId, GarbageRow, NumberSet, PartRow, UploadGarbage, UploadRow};
use crate::state::{CatalogRead, ReadError, contradiction, decode_row};
use cairn_types::{ConfigVersion, ObjectKey};

/// Takes one step; the last one removes the row.
pub(super) fn step<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &UnrollGarbage) -> Result<Reply, Halt> {
    let more = match draft.get(&garbage_key(draft.shard.shard, command.row))? {
        Some(GarbageRow::Upload(row)) => unroll_upload(draft, command.row, row)?,
        Some(GarbageRow::Bucket(row)) => unroll_bucket(draft, command.row, row)?,
        Some(GarbageRow::Run(_)) | None => false,
    };
    Ok(Reply::Stepped(Stepped { more, ..Stepped::default() }))
}

fn unroll_upload<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    id: GarbageId,
    mut row: UploadGarbage,
) -> Result<bool, ReadError> {
    let scope = KeyScope { bucket: row.bucket, key: row.key.clone(), config_version: ConfigVersion(0) };
    let end = prefix_range(parts_prefix(row.bucket, &row.key, row.upload)).end;
    let start = part_key(row.bucket, &row.key, row.upload, row.done.saturating_add(1));
    let end = end.min(part_key(row.bucket, &row.key, row.upload, row.last_number() + 1));
    let parts: Vec<_> = draft.state.scan(&start[..]..&end[..]).take(UNROLL_STEP).collect::<Result<_, _>>()?;
    for (key, value) in &parts {
        let number = parsed(key)?.part_number().ok_or_else(|| contradiction(key, "not the key of a part"))?;
        row.done = number;
        if !row.named.contains(u64::from(number)) {
            let part: PartRow = decode_row(key, value.clone())?;
            discard_part_body(draft, &scope, (row.upload, number), &part, None)?;
            draft.delete(key.clone());
        }
    }
    Ok(step_or_end(draft, id, &GarbageRow::Upload(row), parts.len()))
}

fn unroll_bucket<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    id: GarbageId,
    mut row: BucketGarbage,
) -> Result<bool, ReadError> {
    let range = object_range(Table::Upload, &uploads_of(draft, &row));
    let start = if row.done.is_empty() { range.start } else { after(&row.done) };
    let uploads: Vec<_> = draft.state.scan(&start[..]..&range.end[..]).take(UNROLL_STEP).collect::<Result<_, _>>()?;
    for (key, value) in &uploads {
        let upload: UploadRow = decode_row(key, value.clone())?;
        row.done = key.clone();
        if upload.created < row.before {
            draft.delete(key.clone());
            if upload.parts > 0 {
                let garbage = upload_garbage(&row, key)?;
                draft.put_garbage(&GarbageRow::Upload(garbage));
            }
        }
    }
    Ok(step_or_end(draft, id, &GarbageRow::Bucket(row), uploads.len()))
}

fn step_or_end<S: CatalogRead>(draft: &mut Draft<'_, S>, id: GarbageId, row: &GarbageRow, taken: usize) -> bool {
    let key = garbage_key(draft.shard.shard, id);
    if taken < UNROLL_STEP {
        draft.delete(key);
        return false;
    }
    draft.put(key, row);
    true
}

fn upload_garbage(row: &BucketGarbage, key: &Bytes) -> Result<UploadGarbage, ReadError> {
    let parsed = parsed(key)?;
    let upload = parsed.upload().ok_or_else(|| contradiction(key, "not the key of an upload"))?;
    let object = ObjectKey::parse(parsed.key.to_vec()).map_err(|_| contradiction(key, "not an object key"))?;
    let named = NumberSet::default();
    Ok(UploadGarbage { bucket: row.bucket, key: object, upload, named, ..UploadGarbage::default() })
}

fn parsed(key: &Bytes) -> Result<ObjectRowKey<'_>, ReadError> {
    ObjectRowKey::parse(key).ok_or_else(|| contradiction(key, "not the key of an object's row"))
}

/// The bucket's keys that are this shard's.
fn uploads_of<S: CatalogRead>(draft: &Draft<'_, S>, row: &BucketGarbage) -> KeyRange {
    draft.shard.range.clone().within(row.bucket)
}

fn after(key: &Bytes) -> Bytes {
    let mut after = key.to_vec();
    after.push(0);
    after.into()
}
