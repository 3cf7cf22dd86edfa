//! Access keys in the root shard.
//!
//! # Invariants
//! A key that does not expire has an entry under its account and user; there are few of a user, and fewer active ones.
//! Temporary keys have no entry: they end by themselves.

use cairn_types::CanonicalId;

use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::identity::{check_account, check_name, next_version};
use crate::command::{DeleteAccessKey, PutAccessKey};
use crate::keys::{access_key_key, prefix_range, user_key, user_key_key};
use crate::limits::{ACCESS_KEYS_PER_USER_MAX, ACTIVE_KEYS_PER_USER_MAX};
use crate::reply::{Refusal, Reply};
use crate::rows::{AccessKeyRow, AccessKeyState, Nothing, UserRow};
use crate::state::{CatalogRead, ReadError, contradiction};

/// Puts an access key of an account that exists, and of a user that does.
pub(super) fn put<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &PutAccessKey) -> Result<Reply, Halt> {
    check_name(&[&command.id])?;
    let row = &command.row;
    check_account(draft, &row.account)?;
    if !row.user.is_empty() && draft.get::<UserRow>(&user_key(&row.account, &row.user))?.is_none() {
        return refuse(Refusal::NoSuchEntity);
    }
    let key = access_key_key(&command.id);
    let before = draft.get::<AccessKeyRow>(&key)?;
    let present = before.as_ref().map(|before| before.version);
    if command.only_new && before.is_some() {
        return Err(Refusal::VersionDiffers(present.unwrap_or_default()).into());
    }
    let version = next_version(&command.check, present)?;
    let is_others = |before: &AccessKeyRow| {
        (&before.account, &before.user, before.expires.is_some()) != (&row.account, &row.user, row.expires.is_some())
    };
    if before.as_ref().is_some_and(is_others) {
        return refuse(Refusal::OutOfBounds);
    }
    if row.expires.is_none() {
        check_count(draft, command, before.is_none())?;
    }
    insert(draft, &command.id, &AccessKeyRow { version, ..row.clone() });
    Ok(Reply::DocumentPut(version))
}

/// Removes an access key.
pub(super) fn delete<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &DeleteAccessKey) -> Result<Reply, Halt> {
    let key = access_key_key(&command.id);
    let Some(row) = draft.get::<AccessKeyRow>(&key)? else {
        return refuse(Refusal::NoSuchEntity);
    };
    if row.expires.is_none() {
        draft.delete(user_key_key(&row.account, &row.user, &command.id));
    }
    draft.delete(key);
    Ok(Reply::done())
}

/// Writes a key and its entry.
pub(super) fn insert<S: CatalogRead>(draft: &mut Draft<'_, S>, id: &str, row: &AccessKeyRow) {
    if row.expires.is_none() {
        draft.put(user_key_key(&row.account, &row.user, id), &Nothing::default());
    }
    draft.put(access_key_key(id), row);
}

/// Removes all keys of a user that do not expire.
pub(super) fn remove_all<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    account: &CanonicalId,
    user: &str,
) -> Result<(), ReadError> {
    for id in keys_of(draft, account, user)? {
        draft.delete(user_key_key(account, user, &id));
        draft.delete(access_key_key(&id));
    }
    Ok(())
}

/// Ids of the keys of a user that do not expire.
pub(super) fn keys_of<S: CatalogRead>(
    draft: &Draft<'_, S>,
    account: &CanonicalId,
    user: &str,
) -> Result<Vec<String>, ReadError> {
    let prefix = user_key_key(account, user, "");
    let range = prefix_range(prefix.to_vec());
    let rows = draft.state.scan(&range.start[..]..&range.end[..]).take(ACCESS_KEYS_PER_USER_MAX);
    rows.map(|row| {
        let (key, _) = row?;
        let id = String::from_utf8(key[prefix.len()..].to_vec());
        id.map_err(|_| contradiction(&key, "the key does not end with a name"))
    })
    .collect()
}

fn check_count<S: CatalogRead>(draft: &Draft<'_, S>, command: &PutAccessKey, is_new: bool) -> Result<(), Halt> {
    let row = &command.row;
    let keys = keys_of(draft, &row.account, &row.user)?;
    if is_new && keys.len() >= ACCESS_KEYS_PER_USER_MAX {
        return refuse(Refusal::TooManyKeys);
    }
    if row.state != AccessKeyState::Active {
        return Ok(());
    }
    let mut active = 1;
    for id in keys.iter().filter(|id| **id != command.id) {
        let other: AccessKeyRow = draft.named(&access_key_key(id))?;
        active += usize::from(other.state == AccessKeyState::Active);
    }
    if active > ACTIVE_KEYS_PER_USER_MAX { refuse(Refusal::TooManyKeys) } else { Ok(()) }
}
