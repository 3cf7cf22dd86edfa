//! Deleting keys and versions.

use super::conditions::{Present, check_delete};
use super::draft::Draft;
use super::halt::Halt;
use super::key_edit::{KeyEdit, Remains};
use super::lock::{Bypass, check_removable};
use super::publish::named;
use super::share::Share;
use cairn_types::CanonicalId;
use cairn_types::planted::Bug;

use crate::command::{DeleteObject, DeleteTarget, KeyScope};
use crate::keys::version_key;
use crate::reply::{Deleted, Reply};
use crate::rows::{FeedEvent, ObjectMeta, VersionKind, VersionRow, VersioningMode};
use crate::state::{CatalogRead, ReadError};

/// Deletes a key or one version. What is not there counts as deleted.
pub(super) fn delete_object<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &DeleteObject) -> Result<Reply, Halt> {
    let mut share = Share::enter(draft, &command.scope)?;
    let mut edit = KeyEdit::read(draft, &command.scope, command.versioning)?;
    let deleted = match &command.target {
        DeleteTarget::Latest(_) => {
            check_delete(&command.conditions, edit.present())?;
            match command.versioning {
                VersioningMode::Off => remove_null(draft, command, &mut share, &mut edit)?,
                VersioningMode::Enabled | VersioningMode::Suspended => mark(draft, command, &mut share, &mut edit)?,
            }
        }
        DeleteTarget::Null(_) | DeleteTarget::Ordered(_) => {
            let version = find(draft, command, &edit)?;
            check_delete(&command.conditions, version.as_ref().and_then(Present::version))?;
            match version {
                Some(version) => remove(draft, command, &mut share, &mut edit, &version)?,
                None => Deleted::default(),
            }
        }
    };
    if deleted.version.is_some() {
        edit.store(draft, &mut share)?;
        share.store(draft);
    }
    Ok(Reply::Deleted(deleted))
}

fn remove_null<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &DeleteObject,
    share: &mut Share,
    edit: &mut KeyEdit,
) -> Result<Deleted, Halt> {
    match null_version(draft, command, edit)? {
        Some(version) => remove(draft, command, share, edit, &version),
        None => Ok(Deleted::default()),
    }
}

fn remove<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &DeleteObject,
    share: &mut Share,
    edit: &mut KeyEdit,
    version: &VersionRow,
) -> Result<Deleted, Halt> {
    let bypass = if command.bypass_governance { Bypass::Governance } else { Bypass::No };
    if !Bug::LockIgnored.is_planted() {
        check_removable(version, draft.now, bypass)?;
    }
    edit.remove(draft, share, (version, Remains::Discard))?;
    Ok(Deleted { version: Some(named(version)), marker: version.is_marker(), ..Deleted::default() })
}

fn mark<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &DeleteObject,
    share: &mut Share,
    edit: &mut KeyEdit,
) -> Result<Deleted, Halt> {
    let marker = marker(draft, edit, (&command.scope, command.versioning), &command.owner);
    if !(Bug::MarkerLost.is_planted() && command.conditions.etag.is_some()) {
        edit.publish(draft, share, &marker, (FeedEvent::Published, Remains::Discard))?;
    }
    Ok(Deleted { version: Some(named(&marker)), marker: true, written: true, ..Deleted::default() })
}

/// A delete marker as the latest version.
pub(super) fn marker<S: CatalogRead>(
    draft: &Draft<'_, S>,
    edit: &KeyEdit,
    (scope, versioning): (&KeyScope, VersioningMode),
    owner: &CanonicalId,
) -> VersionRow {
    VersionRow {
        order: edit.next_order(draft),
        null: versioning == VersioningMode::Suspended,
        kind: VersionKind::DeleteMarker,
        meta: ObjectMeta { owner: owner.clone(), ..ObjectMeta::default() },
        config_version: scope.config_version,
        ..VersionRow::default()
    }
}

fn find<S: CatalogRead>(
    draft: &Draft<'_, S>,
    command: &DeleteObject,
    edit: &KeyEdit,
) -> Result<Option<VersionRow>, ReadError> {
    match &command.target {
        DeleteTarget::Latest(_) | DeleteTarget::Null(_) => null_version(draft, command, edit),
        DeleteTarget::Ordered(order) => {
            let version: Option<VersionRow> =
                draft.get(&version_key(command.scope.bucket, &command.scope.key, *order))?;
            Ok(version.filter(|version| !version.null))
        }
    }
}

fn null_version<S: CatalogRead>(
    draft: &Draft<'_, S>,
    command: &DeleteObject,
    edit: &KeyEdit,
) -> Result<Option<VersionRow>, ReadError> {
    let order = edit.head.as_ref().and_then(|head| head.null);
    let key = |order| version_key(command.scope.bucket, &command.scope.key, order);
    order.map(|order| draft.named(&key(order))).transpose()
}
