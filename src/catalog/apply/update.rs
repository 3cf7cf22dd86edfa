//! Changing what a version carries beside its body.
//!
//! # Invariants
//! The version keeps its order, so its id and last-modified time, and its body and ETag. A locked version may be changed
//! so: what its lock protects is the body.

use super::conditions::{Present, check_precondition};
use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::key_edit::find_head;
use super::lock::retain;
use super::publish::published;
use super::share::Share;
use crate::command::{UpdateTarget, UpdateVersion, VersionChange};
use crate::keys::version_key;
use crate::limits::VERSION_CHANGES_MAX;
use crate::reply::{Refusal, Reply};
use crate::rows::{Encryption, FeedEvent, ObjectLock, VersionRow};
use crate::state::CatalogRead;

/// Changes a version in place.
pub(super) fn update_version<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &UpdateVersion) -> Result<Reply, Halt> {
    let scope = &command.scope;
    let mut share = Share::enter(draft, scope)?;
    if command.changes.len() > VERSION_CHANGES_MAX {
        return refuse(Refusal::OutOfBounds);
    }
    let mut version = find(draft, command)?;
    if version.is_marker() {
        return refuse(Refusal::IsDeleteMarker);
    }
    check_precondition(&command.precondition, Present::version(&version))?;
    for change in &command.changes {
        apply(draft, command, &mut version, change)?;
    }
    version.config_version = scope.config_version;
    draft.put(version_key(scope.bucket, &scope.key, version.order), &version);
    share.feed(draft, &scope.key, (version.order, version.null), FeedEvent::Changed);
    share.store(draft);
    Ok(published(&version))
}

fn find<S: CatalogRead>(draft: &Draft<'_, S>, command: &UpdateVersion) -> Result<VersionRow, Halt> {
    let scope = &command.scope;
    let key = |order| version_key(scope.bucket, &scope.key, order);
    let head = || find_head(draft.state, scope.bucket, &scope.key);
    match &command.target {
        UpdateTarget::Latest(_) => match head()? {
            Some(head) => Ok(draft.named(&key(head.latest))?),
            None => refuse(Refusal::NoSuchKey),
        },
        UpdateTarget::Null(_) => match head()?.and_then(|head| head.null) {
            Some(order) => Ok(draft.named(&key(order))?),
            None => refuse(Refusal::NoSuchVersion),
        },
        UpdateTarget::Ordered(order) => match draft.get::<VersionRow>(&key(*order))?.filter(|version| !version.null) {
            Some(version) => Ok(version),
            None => refuse(Refusal::NoSuchVersion),
        },
    }
}

fn apply<S: CatalogRead>(
    draft: &Draft<'_, S>,
    command: &UpdateVersion,
    version: &mut VersionRow,
    change: &VersionChange,
) -> Result<(), Halt> {
    let meta = &mut version.meta;
    match change {
        VersionChange::Tags(set) => meta.tags = set.tags.clone(),
        VersionChange::Acl(change) => meta.acl = change.acl.clone(),
        VersionChange::Encryption(encryption) => rewrap(&mut meta.encryption, encryption)?,
        VersionChange::Retention(_) | VersionChange::LegalHold(_) if !command.object_lock => {
            return refuse(Refusal::ObjectLockOff);
        }
        VersionChange::Retention(change) => {
            retain(lock(&mut meta.lock), change, draft.now)?;
            meta.lock = meta.lock.take().filter(|lock| *lock != ObjectLock::default());
        }
        // A hold that was lifted is shown as lifted, so the lock stays.
        VersionChange::LegalHold(on) => lock(&mut meta.lock).legal_hold = *on,
    }
    Ok(())
}

fn lock(lock: &mut Option<ObjectLock>) -> &mut ObjectLock {
    lock.get_or_insert_with(ObjectLock::default)
}

/// The body is not written anew, so what was derived from its encryption id must still hold.
fn rewrap(before: &mut Option<Encryption>, after: &Encryption) -> Result<(), Halt> {
    match before {
        Some(before) if before.encryption_id == after.encryption_id => {
            *before = after.clone();
            Ok(())
        }
        Some(_) | None => refuse(Refusal::SourceChanged),
    }
}
