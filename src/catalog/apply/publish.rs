//! Publishing versions: the one point where an object becomes visible.
//!
//! # Invariants
//! One command: preconditions, the new version, the old null version's body onto the garbage table, counters, degraded
//! and feed rows: all or nothing, once.

use bytes::Bytes;

use super::conditions::check_precondition;
use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::key_edit::{KeyEdit, Remains};
use super::runs;
use super::share::Share;
use crate::command::{Body, KeyScope, PublishVersion, ReplaceMetadata};
use crate::keys::{inline_key, run_key, version_key};
use crate::limits::INLINE_BYTES_MAX;
use crate::reply::{Published, Refusal, Reply};
use crate::rows::{
    BodyPlace, FeedEvent, Holder, InlinePlace, RunPlace, RunPlaces, VersionKind, VersionRow, VersioningMode,
};
use crate::state::{CatalogRead, contradiction};
use cairn_types::VersionOrder;

/// Publishes a version with a new body.
pub(super) fn publish_version<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &PublishVersion,
) -> Result<Reply, Halt> {
    let mut share = Share::enter(draft, &command.scope)?;
    let mut edit = KeyEdit::read(draft, &command.scope, command.versioning)?;
    check_precondition(&command.precondition, edit.present())?;
    let order = edit.next_order(draft);
    let version = VersionRow {
        order,
        null: command.versioning != VersioningMode::Enabled,
        kind: VersionKind::Object,
        facts: command.facts.clone(),
        meta: command.meta.clone(),
        body: place_body(draft, &command.scope, &command.body, order)?,
        config_version: command.scope.config_version,
        ..VersionRow::default()
    };
    edit.publish(draft, &mut share, &version, (FeedEvent::Published, Remains::Discard))?;
    edit.store(draft, &mut share)?;
    share.store(draft);
    Ok(published(&version))
}

/// Replaces the latest, null version by one with other metadata and the same body.
pub(super) fn replace_metadata<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &ReplaceMetadata,
) -> Result<Reply, Halt> {
    let scope = &command.scope;
    let mut share = Share::enter(draft, scope)?;
    let mut edit = KeyEdit::read(draft, scope, command.versioning)?;
    check_precondition(&command.precondition, edit.present())?;
    let replaceable = command.versioning != VersioningMode::Enabled
        && edit.head.as_ref().is_some_and(|head| {
            !head.is_marked() && head.latest == command.source && head.null == Some(command.source)
        });
    if !replaceable {
        return refuse(Refusal::SourceChanged);
    }
    let source: VersionRow = draft.named(&version_key(scope.bucket, &scope.key, command.source))?;
    let order = edit.next_order(draft);
    move_body(draft, scope, &source, order)?;
    let version = VersionRow { order, meta: command.meta.clone(), config_version: scope.config_version, ..source };
    edit.publish(draft, &mut share, &version, (FeedEvent::Changed, Remains::Moved))?;
    edit.store(draft, &mut share)?;
    share.store(draft);
    Ok(published(&version))
}

/// The reply that names a version.
pub(super) fn published(version: &VersionRow) -> Reply {
    Reply::Published(named(version))
}

/// A version as replies name it.
pub(super) fn named(version: &VersionRow) -> Published {
    Published { order: version.order, null: version.null, ..Published::default() }
}

fn place_body<S: CatalogRead>(
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

/// Gives the body of `source` to the version of `order`. Parts are held by their upload and stay as they are.
fn move_body<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    scope: &KeyScope,
    source: &VersionRow,
    order: VersionOrder,
) -> Result<(), Halt> {
    match &source.body {
        BodyPlace::Absent(_) | BodyPlace::Upload(_) => {}
        BodyPlace::Inline(_) => {
            let old = inline_key(scope.bucket, &scope.key, source.order);
            let bytes: Bytes =
                draft.state.get(&old)?.ok_or_else(|| contradiction(&old, "a version names it; it is not there"))?;
            draft.put_bytes(inline_key(scope.bucket, &scope.key, order), bytes);
        }
        BodyPlace::Runs(places) => {
            for place in &places.runs {
                let key = run_key(scope.bucket, &scope.key, place.run);
                runs::move_hold(draft, &key, &Holder::Version(source.order), Holder::Version(order))?;
            }
        }
    }
    Ok(())
}
