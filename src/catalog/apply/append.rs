//! Appending to an object.
//!
//! # Invariants
//! E2: the version after has the parts of the version before and one more. A body that is not in parts becomes the first
//! part: its run changes its holder once, and later appends touch no run but their own. Nothing becomes garbage. The
//! rows that an append writes do not grow with the appends before it; the part index in the version's row does, by a few
//! bytes each, or not at all while appends have one length.

use cairn_types::{ObjectKey, UploadId};

use super::body::{inline_bytes, place_body};
use super::conditions::check_precondition;
use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::key_edit::{KeyEdit, Remains};
use super::multipart::stored_length;
use super::publish::published;
use super::runs;
use super::share::Share;
use crate::command::{AppendObject, Body};
use crate::keys::{inline_key, part_inline_key, part_key, run_key, upload_key, version_key};
use crate::limits::{APPENDED_PART_FIRST, APPENDS_MAX, INLINE_BYTES_MAX};
use crate::reply::{Refusal, Reply};
use crate::rows::{
    AttemptId, BodyFacts, BodyPlace, FeedEvent, Holder, InlinePlace, PartBody, PartHolder, PartRow, UploadPlace,
    UploadRow, VersionKind, VersionRow, VersioningMode,
};
use crate::state::{CatalogRead, contradiction};

/// Appends.
pub(super) fn append_object<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &AppendObject) -> Result<Reply, Halt> {
    let scope = &command.scope;
    if command.versioning != VersioningMode::Off {
        return refuse(Refusal::VersionedBucket);
    }
    let mut share = Share::enter(draft, scope)?;
    let mut edit = KeyEdit::read(draft, scope, command.versioning)?;
    check_precondition(&command.precondition, edit.present())?;
    let size = edit.present().map_or(0, |present| present.size);
    if command.offset != size {
        return Err(Refusal::InvalidWriteOffset(size).into());
    }
    if command.offset.checked_add(command.part.size) != Some(command.whole.size) {
        return refuse(Refusal::OutOfBounds);
    }
    let source = edit.latest_object(draft)?;
    if source.as_ref().map(|source| source.order) != command.source {
        return refuse(Refusal::SourceChanged);
    }
    let order = edit.next_order(draft);
    let version = match source {
        Some(source) => VersionRow { order, ..grown(draft, command, source)? },
        None => VersionRow {
            order,
            null: true,
            kind: VersionKind::Object,
            facts: command.whole.clone(),
            meta: command.meta.clone(),
            body: place_body(draft, scope, &command.body, order)?,
            config_version: scope.config_version,
            ..VersionRow::default()
        },
    };
    edit.publish(draft, &mut share, &version, (FeedEvent::Published, Remains::Moved))?;
    edit.store(draft, &mut share)?;
    share.store(draft);
    Ok(published(&version))
}

/// The version with the command's bytes as one more part.
fn grown<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &AppendObject,
    source: VersionRow,
) -> Result<VersionRow, Halt> {
    if source.appends >= APPENDS_MAX {
        return refuse(Refusal::TooManyAppends);
    }
    let mut place = in_parts(draft, command, &source)?;
    let number = APPENDED_PART_FIRST + source.appends as u16;
    let home = place.home.clone().unwrap_or_else(|| command.scope.key.clone());
    let body = place_appended(draft, command, &home, (place.upload, number))?;
    let part = PartRow {
        length: stored_length(&command.body),
        encryption_salt: command.encryption_salt.clone(),
        ..part_row(draft, &command.part, body)
    };
    place.parts.push(number, part.length);
    draft.put(part_key(command.scope.bucket, &home, place.upload, number), &part);
    Ok(VersionRow {
        facts: command.whole.clone(),
        body: BodyPlace::Upload(place),
        // A repeated Complete would answer for a body that is gone.
        upload: None,
        appends: source.appends + 1,
        config_version: command.scope.config_version,
        ..source
    })
}

fn part_row<S: CatalogRead>(draft: &Draft<'_, S>, facts: &BodyFacts, body: PartBody) -> PartRow {
    PartRow {
        attempt: AttemptId { session: draft.session, number: draft.number },
        size: facts.size,
        etag: facts.etag.clone(),
        modified: draft.now,
        checksums: facts.checksums.clone(),
        crc64_xz: facts.crc64_xz,
        body,
        ..PartRow::default()
    }
}

fn place_appended<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &AppendObject,
    home: &ObjectKey,
    (upload, number): (UploadId, u16),
) -> Result<PartBody, Halt> {
    let scope = &command.scope;
    match &command.body {
        Body::Inline(bytes) if bytes.len() > INLINE_BYTES_MAX => refuse(Refusal::OutOfBounds),
        Body::Inline(bytes) => {
            draft.put_bytes(part_inline_key(scope.bucket, home, upload, number), bytes.clone());
            Ok(PartBody::Inline(InlinePlace { length: bytes.len() as u64 }))
        }
        Body::Run(staged) => {
            runs::introduce(draft, scope, staged, Holder::Part(PartHolder { upload, number }))?;
            Ok(PartBody::of_run(staged.run, &scope.key, home))
        }
    }
}

/// The parts of a body; one that is not in parts becomes part 1 under the command's id, unless it is empty.
fn in_parts<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &AppendObject,
    source: &VersionRow,
) -> Result<UploadPlace, Halt> {
    if let BodyPlace::Upload(place) = &source.body {
        return Ok(place.clone());
    }
    check_unused(draft, command)?;
    let mut place = UploadPlace { upload: command.upload, ..UploadPlace::default() };
    if let Some((body, length)) = first_part(draft, command, source)? {
        let scope = &command.scope;
        let part = PartRow { length, modified: source.last_modified(), ..part_row(draft, &source.facts, body) };
        draft.put(part_key(scope.bucket, &scope.key, command.upload, 1), &part);
        place.parts.push(1, length);
    }
    Ok(place)
}

fn first_part<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &AppendObject,
    source: &VersionRow,
) -> Result<Option<(PartBody, u64)>, Halt> {
    let (bucket, own) = (command.scope.bucket, &command.scope.key);
    match &source.body {
        BodyPlace::Inline(place) if place.length > 0 => {
            let bytes = inline_bytes(draft, &inline_key(bucket, own, source.order))?;
            draft.put_bytes(part_inline_key(bucket, own, command.upload, 1), bytes);
            Ok(Some((PartBody::Inline(*place), place.length)))
        }
        BodyPlace::Runs(places) => {
            let home = source.body.home(own);
            let row_key = |run| run_key(bucket, home, run);
            let [place] = places.runs[..] else {
                let key = version_key(bucket, own, source.order);
                return Err(contradiction(&key, "a body of several runs is not in parts").into());
            };
            let holder = Holder::Part(PartHolder { upload: command.upload, number: 1 });
            runs::move_hold(draft, &row_key(place.run), &Holder::Version(source.order), holder)?;
            Ok(Some((PartBody::of_run(place.run, home, own), place.length)))
        }
        BodyPlace::Absent(_) | BodyPlace::Inline(_) | BodyPlace::Upload(_) => Ok(None),
    }
}

/// Parts of another would be taken for the object's.
fn check_unused<S: CatalogRead>(draft: &Draft<'_, S>, command: &AppendObject) -> Result<(), Halt> {
    let (bucket, key) = (command.scope.bucket, &command.scope.key);
    let open = draft.get::<UploadRow>(&upload_key(bucket, key, command.upload))?.is_some();
    let appended = part_key(bucket, key, command.upload, APPENDED_PART_FIRST);
    if open || draft.get::<PartRow>(&appended)?.is_some() { refuse(Refusal::UploadExists) } else { Ok(()) }
}
