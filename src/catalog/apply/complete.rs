//! Making the parts of an upload a version.
//!
//! # Invariants
//! C5: the version appears and the upload's row goes in one command. Part rows stay where they are: the version names
//! the upload and, in its part index, the parts. A repeat after success is answered by the version itself.

use cairn_types::UploadId;

use super::conditions::check_precondition;
use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::key_edit::{KeyEdit, Remains};
use super::multipart::{end_upload, open_upload};
use super::publish::named;
use super::share::Share;
use crate::command::{CompleteUpload, ListedPart};
use crate::keys::{ObjectRowKey, Table, object_prefix, parts_prefix, prefix_range};
use crate::limits::{PART_BYTES_MIN, PART_NUMBER_MAX, REPEATED_COMPLETE_VERSIONS_MAX};
use crate::reply::{Completed, Refusal, Reply, WrongPart};
use crate::rows::{BodyPlace, FeedEvent, PartIndex, PartRow, UploadPlace, VersionKind, VersionRow, VersioningMode};
use crate::state::{CatalogRead, ReadError, contradiction, decode_row};

/// Completes an upload.
pub(super) fn complete_upload<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &CompleteUpload,
) -> Result<Reply, Halt> {
    let scope = &command.scope;
    let mut share = Share::enter(draft, scope)?;
    let mut edit = KeyEdit::read(draft, scope, command.versioning)?;
    let Some(upload) = open_upload(draft.state, &share.row, scope, command.upload)? else {
        return repeated(draft, command);
    };
    let parts = verify_parts(draft, command)?;
    check_precondition(&command.precondition, edit.present())?;
    let version = VersionRow {
        order: edit.next_order(draft),
        null: command.versioning != VersioningMode::Enabled,
        kind: VersionKind::Object,
        facts: command.facts.clone(),
        meta: upload.meta.clone(),
        body: BodyPlace::Upload(UploadPlace { upload: command.upload, parts, ..UploadPlace::default() }),
        upload: Some(command.upload),
        config_version: scope.config_version,
        ..VersionRow::default()
    };
    let numbers = command.parts.iter().map(|part| u64::from(part.number)).collect();
    end_upload(draft, &mut share, scope, (command.upload, &upload), numbers)?;
    edit.publish(draft, &mut share, &version, (FeedEvent::Published, Remains::Discard))?;
    edit.store(draft, &mut share)?;
    share.store(draft);
    Ok(completed(&version))
}

/// The answer of the first time, as long as the version that the upload made is there and not many came after it.
fn repeated<S: CatalogRead>(draft: &Draft<'_, S>, command: &CompleteUpload) -> Result<Reply, Halt> {
    let range = prefix_range(object_prefix(Table::Version, command.scope.bucket, &command.scope.key));
    for row in draft.state.scan(&range.start[..]..&range.end[..]).take(REPEATED_COMPLETE_VERSIONS_MAX) {
        let (key, value) = row?;
        let version: VersionRow = decode_row(&key, value)?;
        if version.upload == Some(command.upload) {
            return Ok(completed(&version));
        }
    }
    refuse(Refusal::NoSuchUpload)
}

fn completed(version: &VersionRow) -> Reply {
    Reply::Completed(Completed { version: named(version), facts: version.facts.clone(), ..Completed::default() })
}

/// Verifies that the listed parts are in order and are those that were read, and returns their index.
fn verify_parts<S: CatalogRead>(draft: &Draft<'_, S>, command: &CompleteUpload) -> Result<PartIndex, Halt> {
    check_list(&command.parts)?;
    let mut rows = Parts::new(draft, command)?;
    let mut index = PartIndex::default();
    let mut total = 0u64;
    let last = command.parts.len() - 1;
    for (place, listed) in command.parts.iter().enumerate() {
        let row = rows.take(listed.number)?;
        let size = row.as_ref().map(|row| row.size);
        let wrong = WrongPart { number: listed.number, size };
        let (Some(row), Some(attempt)) = (row, listed.attempt) else {
            return Err(Refusal::InvalidPart(wrong).into());
        };
        if row.attempt != attempt {
            return Err(Refusal::PartChanged(wrong).into());
        }
        if place < last && row.size < PART_BYTES_MIN {
            return Err(Refusal::EntityTooSmall(wrong).into());
        }
        total = total.saturating_add(row.size);
        index.push(listed.number, row.length);
    }
    if command.facts.size != total || command.expected_size.is_some_and(|size| size != total) {
        return Err(Refusal::SizeMismatch(total).into());
    }
    Ok(index)
}

fn check_list(parts: &[ListedPart]) -> Result<(), Halt> {
    if parts.is_empty() {
        return refuse(Refusal::OutOfBounds);
    }
    if let Some(pair) = parts.windows(2).find(|pair| pair[0].number >= pair[1].number) {
        return Err(Refusal::InvalidPartOrder(WrongPart { number: pair[1].number, size: None }).into());
    }
    let bad = parts.iter().find(|part| !(1..=PART_NUMBER_MAX).contains(&part.number));
    bad.map_or(Ok(()), |part| Err(Refusal::InvalidPart(WrongPart { number: part.number, size: None }).into()))
}

/// Part rows of an upload in one scan, taken by ascending number.
struct Parts<'a> {
    rows: std::iter::Peekable<PartRows<'a>>,
}

impl<'a> Parts<'a> {
    fn new<S: CatalogRead>(draft: &Draft<'a, S>, command: &CompleteUpload) -> Result<Self, ReadError> {
        let rows = part_rows(draft.state, command, command.upload);
        Ok(Self { rows: rows.peekable() })
    }

    fn take(&mut self, number: u16) -> Result<Option<PartRow>, ReadError> {
        loop {
            match self.rows.peek() {
                Some(Ok((found, _))) if *found > number => return Ok(None),
                None => return Ok(None),
                Some(_) => {}
            }
            match self.rows.next().transpose()? {
                Some((found, row)) if found == number => return Ok(Some(row)),
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }
}

type PartRows<'a> = Box<dyn Iterator<Item = Result<(u16, PartRow), ReadError>> + 'a>;

fn part_rows<'a, S: CatalogRead>(state: &'a S, command: &CompleteUpload, upload: UploadId) -> PartRows<'a> {
    let range = prefix_range(parts_prefix(command.scope.bucket, &command.scope.key, upload));
    Box::new(state.scan(&range.start[..]..&range.end[..]).map(|row| {
        let (key, value) = row?;
        let number = ObjectRowKey::parse(&key).and_then(|key| key.part_number());
        let number = number.ok_or_else(|| contradiction(&key, "not the key of a part"))?;
        Ok((number, decode_row(&key, value)?))
    }))
}
