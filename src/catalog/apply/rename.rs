//! Renaming an object.
//!
//! # Invariants
//! One command takes the version from under one key and puts it under the other: nobody sees both or neither. E2: the
//! body is held by the version throughout; what the other key had goes as by a PUT. Keys of different shards are refused.

use cairn_types::planted::Bug;

use super::body::move_body;
use super::conditions::check_http;
use super::delete::marker;
use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::key_edit::{KeyEdit, Remains};
use super::lock::{Bypass, check_removable};
use super::publish::published;
use super::share::Share;
use crate::command::{KeyScope, RenameObject};
use crate::reply::{Refusal, Reply};
use crate::rows::{FeedEvent, VersionRow, VersioningMode};
use crate::state::CatalogRead;

/// Renames.
pub(super) fn rename_object<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &RenameObject) -> Result<Reply, Halt> {
    let scope = &command.scope;
    let mut share = Share::enter(draft, scope)?;
    let from = source_scope(draft, command)?;
    let mut source = KeyEdit::read(draft, &from, command.versioning)?;
    let mut target = KeyEdit::read(draft, scope, command.versioning)?;
    let Some(before) = source.latest_object(draft)? else {
        return refuse(Refusal::NoSuchKey);
    };
    check_http(&command.source_conditions, source.present())?;
    check_http(&command.conditions, target.present())?;
    check_removable(&before, draft.now, Bypass::No)?;
    let order = target.next_order(draft);
    let version = VersionRow {
        order,
        null: command.versioning != VersioningMode::Enabled,
        body: move_body(draft, scope.bucket, (&from.key, &before), (&scope.key, order))?,
        // Its upload was of the other key.
        upload: None,
        config_version: scope.config_version,
        ..before.clone()
    };
    if !Bug::SecondHolder.is_planted() {
        source.remove(draft, &mut share, (&before, Remains::Moved))?;
    }
    if command.versioning != VersioningMode::Off {
        let marker = marker(draft, &source, (&from, command.versioning), &command.owner);
        source.publish(draft, &mut share, &marker, (FeedEvent::Published, Remains::Discard))?;
    }
    target.publish(draft, &mut share, &version, (FeedEvent::Published, Remains::Discard))?;
    source.store(draft, &mut share)?;
    target.store(draft, &mut share)?;
    share.store(draft);
    Ok(published(&version))
}

/// The old key, if it is another one of this shard.
fn source_scope<S: CatalogRead>(draft: &Draft<'_, S>, command: &RenameObject) -> Result<KeyScope, Halt> {
    let (bucket, key) = (command.scope.bucket, &command.source);
    if key.as_bytes().is_empty() || *key == command.scope.key {
        return refuse(Refusal::OutOfBounds);
    }
    if !draft.shard.range.contains(bucket, key.as_bytes()) {
        return refuse(Refusal::KeysApart);
    }
    Ok(KeyScope { key: key.clone(), ..command.scope.clone() })
}
