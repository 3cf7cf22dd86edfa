//! Deleting keys and versions.

use super::conditions::{Present, check_delete};
use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::key_edit::{KeyEdit, Remains};
use super::publish::named;
use super::share::Share;
use crate::command::{DeleteObject, DeleteTarget};
use crate::keys::version_key;
use crate::reply::{Deleted, Refusal, Reply};
use crate::rows::{FeedEvent, ObjectMeta, RetentionMode, VersionKind, VersionRow, VersioningMode};
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
            check_delete(&command.conditions, version.as_ref().and_then(present))?;
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
    if is_locked(draft, version, command.bypass_governance) {
        return refuse(Refusal::Locked);
    }
    edit.remove(draft, share, version)?;
    Ok(Deleted { version: Some(named(version)), marker: version.is_marker(), ..Deleted::default() })
}

fn mark<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &DeleteObject,
    share: &mut Share,
    edit: &mut KeyEdit,
) -> Result<Deleted, Halt> {
    let marker = VersionRow {
        order: edit.next_order(draft),
        null: command.versioning == VersioningMode::Suspended,
        kind: VersionKind::DeleteMarker,
        meta: ObjectMeta { owner: command.owner.clone(), ..ObjectMeta::default() },
        config_version: command.scope.config_version,
        ..VersionRow::default()
    };
    edit.publish(draft, share, &marker, (FeedEvent::Published, Remains::Discard))?;
    Ok(Deleted { version: Some(named(&marker)), marker: true, written: true, ..Deleted::default() })
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

fn present(version: &VersionRow) -> Option<Present<'_>> {
    let facts = &version.facts;
    (!version.is_marker()).then_some(Present { etag: &facts.etag.text, size: facts.size, time: version.order.time })
}

/// Whether retention or a legal hold protects the version, by the leader's clock when it proposed the delete.
fn is_locked<S: CatalogRead>(draft: &Draft<'_, S>, version: &VersionRow, bypass_governance: bool) -> bool {
    let Some(lock) = &version.meta.lock else { return false };
    let retained = lock.retention.is_some_and(|retention| {
        let firm = match retention.mode {
            RetentionMode::Governance => !bypass_governance,
            RetentionMode::Compliance => true,
        };
        firm && retention.until > draft.now
    });
    lock.legal_hold || retained
}
