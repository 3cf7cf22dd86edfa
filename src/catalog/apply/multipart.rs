//! Uploads and their parts.
//!
//! # Invariants
//! C5: a part is published only while its upload's row exists. The upload's row counts its parts and their bytes, so
//! that ending it is one step.

use bytes::Bytes;

use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::runs;
use super::share::Share;
use crate::command::{AbortUpload, Body, CreateUpload, KeyScope, PublishPart};
use crate::keys::{part_inline_key, part_key, upload_key};
use crate::limits::{INLINE_BYTES_MAX, PART_NUMBER_MAX};
use crate::reply::{PartPublished, Refusal, Reply};
use crate::rows::{
    AttemptId, GarbageRow, Holder, InlinePlace, NumberSet, PartBody, PartHolder, PartRow, ShareRow, UploadGarbage,
    UploadRow, UploadState,
};
use crate::state::{CatalogRead, ReadError, read_row};
use cairn_types::{ObjectKey, RunId, UploadId};

/// An open upload. One from before the bucket's last seal waits to be collected and counts as gone.
pub(crate) fn open_upload(
    state: &impl CatalogRead,
    share: &ShareRow,
    scope: &KeyScope,
    upload: UploadId,
) -> Result<Option<UploadRow>, ReadError> {
    let row: Option<UploadRow> = read_row(state, &upload_key(scope.bucket, &scope.key, upload))?;
    Ok(row.filter(|row| is_open(share, row)))
}

/// Whether an upload takes parts.
pub(crate) fn is_open(share: &ShareRow, row: &UploadRow) -> bool {
    row.created > share.uploads_cut && row.state == UploadState::Open
}

/// Begins an upload.
pub(super) fn create_upload<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &CreateUpload) -> Result<Reply, Halt> {
    let scope = &command.scope;
    let mut share = Share::enter(draft, scope)?;
    let key = upload_key(scope.bucket, &scope.key, command.upload);
    if draft.get::<UploadRow>(&key)?.is_some() {
        return refuse(Refusal::UploadExists);
    }
    let row = UploadRow {
        initiated: draft.now,
        created: draft.index,
        initiator: command.initiator.clone(),
        meta: command.meta.clone(),
        checksum: command.checksum,
        config_version: scope.config_version,
        ..UploadRow::default()
    };
    draft.put(key, &row);
    share.row.usage.uploads += 1;
    share.store(draft);
    Ok(Reply::done())
}

/// Publishes a part; an earlier one of its number becomes garbage.
pub(super) fn publish_part<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &PublishPart) -> Result<Reply, Halt> {
    let scope = &command.scope;
    let mut share = Share::enter(draft, scope)?;
    if !(1..=PART_NUMBER_MAX).contains(&command.number) {
        return refuse(Refusal::OutOfBounds);
    }
    let Some(mut upload) = open_upload(draft.state, &share.row, scope, command.upload)? else {
        return refuse(Refusal::NoSuchUpload);
    };
    let key = part_key(scope.bucket, &scope.key, command.upload, command.number);
    let before: Option<PartRow> = draft.get(&key)?;
    let body = place_part(draft, command)?;
    if let Some(before) = &before {
        discard_part_body(draft, scope, (command.upload, command.number), before, Some(&body))?;
    }
    let part = PartRow {
        attempt: AttemptId { session: draft.session, number: draft.number },
        size: command.facts.size,
        etag: command.facts.etag.clone(),
        modified: draft.now,
        checksums: command.facts.checksums.clone(),
        crc64_xz: command.facts.crc64_xz,
        length: stored_length(&command.body),
        body,
        encryption_salt: command.encryption_salt.clone(),
        ..PartRow::default()
    };
    let size_before = before.as_ref().map_or(0, |part| part.size);
    upload.parts += u32::from(before.is_none());
    upload.part_bytes = (upload.part_bytes - size_before).saturating_add(part.size);
    share.replace_part(size_before, part.size)?;
    draft.put(key, &part);
    draft.put(upload_key(scope.bucket, &scope.key, command.upload), &upload);
    share.store(draft);
    Ok(Reply::PartPublished(PartPublished { attempt: part.attempt, modified: part.modified, ..Default::default() }))
}

/// Ends an upload without a version.
pub(super) fn abort_upload<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &AbortUpload) -> Result<Reply, Halt> {
    let scope = &command.scope;
    let mut share = Share::enter(draft, scope)?;
    let Some(upload) = open_upload(draft.state, &share.row, scope, command.upload)? else {
        return refuse(Refusal::NoSuchUpload);
    };
    end_upload(draft, &mut share, scope, (command.upload, &upload), NumberSet::default())?;
    share.store(draft);
    Ok(Reply::done())
}

/// Takes an upload's row away; parts that are not named go onto the garbage table as one row.
pub(super) fn end_upload<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    share: &mut Share,
    scope: &KeyScope,
    (upload, row): (UploadId, &UploadRow),
    named: NumberSet,
) -> Result<(), ReadError> {
    draft.delete(upload_key(scope.bucket, &scope.key, upload));
    share.close_upload(row.part_bytes)?;
    if row.parts as usize > named.len() {
        let (bucket, key) = (scope.bucket, scope.key.clone());
        draft.put_garbage(&GarbageRow::Upload(UploadGarbage { bucket, key, upload, named, ..Default::default() }));
    }
    Ok(())
}

/// Puts a part's body on its way out. `unless` is the body that takes its place, where it lies in the same row.
pub(super) fn discard_part_body<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    scope: &KeyScope,
    (upload, number): (UploadId, u16),
    part: &PartRow,
    replaced_by: Option<&PartBody>,
) -> Result<(), ReadError> {
    match &part.body {
        PartBody::Inline(_) if matches!(replaced_by, Some(PartBody::Inline(_))) => Ok(()),
        PartBody::Inline(_) => {
            draft.delete(part_inline_key(scope.bucket, &scope.key, upload, number));
            Ok(())
        }
        PartBody::Run(run) => discard_part_run(draft, scope, (upload, number), (*run, &scope.key)),
        PartBody::RunElsewhere(place) => discard_part_run(draft, scope, (upload, number), (place.run, &place.key)),
    }
}

fn discard_part_run<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    scope: &KeyScope,
    (upload, number): (UploadId, u16),
    (run, label): (RunId, &ObjectKey),
) -> Result<(), ReadError> {
    runs::discard(draft, (scope.bucket, label), run, &Holder::Part(PartHolder { upload, number }))
}

fn place_part<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &PublishPart) -> Result<PartBody, Halt> {
    let scope = &command.scope;
    match &command.body {
        Body::Inline(bytes) if bytes.len() > INLINE_BYTES_MAX => refuse(Refusal::OutOfBounds),
        Body::Inline(bytes) => {
            let key = part_inline_key(scope.bucket, &scope.key, command.upload, command.number);
            draft.put_bytes(key, Bytes::clone(bytes));
            Ok(PartBody::Inline(InlinePlace { length: bytes.len() as u64 }))
        }
        Body::Run(staged) => {
            let holder = Holder::Part(PartHolder { upload: command.upload, number: command.number });
            runs::introduce(draft, scope, staged, holder)?;
            Ok(PartBody::Run(staged.run))
        }
    }
}

/// Stored bytes of a body.
pub(super) fn stored_length(body: &Body) -> u64 {
    match body {
        Body::Inline(bytes) => bytes.len() as u64,
        Body::Run(staged) => staged.length(),
    }
}
