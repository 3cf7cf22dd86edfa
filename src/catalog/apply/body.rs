//! Bodies of versions: where a command's bytes go, and how a body changes its version.
//!
//! # Invariants
//! E2: a body that moves keeps its runs and parts where their labels say; only the hold of a run is rewritten. Parts are
//! held by their upload and stay as they are. No run becomes garbage here.

use bytes::Bytes;
use cairn_types::{BucketId, ObjectKey, VersionOrder};

use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::runs;
use crate::command::{Body, KeyScope};
use crate::keys::{inline_key, run_key};
use crate::limits::INLINE_BYTES_MAX;
use crate::reply::Refusal;
use crate::rows::{BodyPlace, Holder, InlinePlace, RunPlace, RunPlaces, UploadPlace, VersionRow};
use crate::state::{CatalogRead, ReadError, contradiction};

/// Writes the bytes that a command brings as the body of the version of `order`.
pub(super) fn place_body<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    scope: &KeyScope,
    body: &Body,
    order: VersionOrder,
) -> Result<BodyPlace, Halt> {
    match body {
        Body::Inline(bytes) if bytes.len() > INLINE_BYTES_MAX => refuse(Refusal::OutOfBounds),
        Body::Inline(bytes) => {
            draft.put_bytes(inline_key(scope.bucket, &scope.key, order), bytes.clone());
            Ok(BodyPlace::Inline(InlinePlace { length: bytes.len() as u64 }))
        }
        Body::Run(staged) => {
            runs::introduce(draft, scope, staged, Holder::Version(order))?;
            let place = RunPlace { run: staged.run, length: staged.length() };
            Ok(BodyPlace::Runs(RunPlaces { runs: vec![place], ..RunPlaces::default() }))
        }
    }
}

/// Gives the body of the version `source` of the key `from` to the version of `order` of the key `to`.
pub(super) fn move_body<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    bucket: BucketId,
    (from, source): (&ObjectKey, &VersionRow),
    (to, order): (&ObjectKey, VersionOrder),
) -> Result<BodyPlace, ReadError> {
    let home = source.body.home(from);
    let named_home = (home != to).then(|| home.clone());
    Ok(match &source.body {
        BodyPlace::Absent(_) => source.body.clone(),
        BodyPlace::Inline(_) => {
            let bytes = inline_bytes(draft, &inline_key(bucket, from, source.order))?;
            draft.put_bytes(inline_key(bucket, to, order), bytes);
            source.body.clone()
        }
        BodyPlace::Upload(place) => BodyPlace::Upload(UploadPlace { home: named_home, ..place.clone() }),
        BodyPlace::Runs(places) => {
            for place in &places.runs {
                let key = run_key(bucket, home, place.run);
                runs::move_hold(draft, &key, &Holder::Version(source.order), Holder::Version(order))?;
            }
            BodyPlace::Runs(RunPlaces { home: named_home, ..places.clone() })
        }
    })
}

/// The bytes of an inline body that a row names.
pub(super) fn inline_bytes<S: CatalogRead>(draft: &Draft<'_, S>, key: &Bytes) -> Result<Bytes, ReadError> {
    draft.state.get(key)?.ok_or_else(|| contradiction(key, "a row names it; it is not there"))
}
