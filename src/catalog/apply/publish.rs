//! Publishing versions: the one point where an object becomes visible.
//!
//! # Invariants
//! One command: preconditions, the new version, the old null version's body onto the garbage table, counters, degraded
//! and feed rows: all or nothing, once.

use super::body::{move_body, place_body};
use super::conditions::check_precondition;
use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::key_edit::{KeyEdit, Remains};
use super::share::Share;
use crate::command::{PublishVersion, ReplaceMetadata};
use crate::keys::version_key;
use crate::reply::{Published, Refusal, Reply};
use crate::rows::{FeedEvent, VersionKind, VersionRow, VersioningMode};
use crate::state::CatalogRead;

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
    let body = move_body(draft, scope.bucket, (&scope.key, &source), (&scope.key, order))?;
    let version =
        VersionRow { order, meta: command.meta.clone(), body, config_version: scope.config_version, ..source };
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
