//! Users and other documents of accounts, in the root shard.

use cairn_types::CanonicalId;

use super::access_key::keys_of;
use super::draft::Draft;
use super::halt::{Halt, refuse};
use crate::command::{DeleteUser, PutIdentityDocument, PutUser, VersionCheck};
use crate::keys::{account_key, identity_document_key, user_key};
use crate::limits::DOCUMENT_BYTES_MAX;
use crate::reply::{Refusal, Reply};
use crate::rows::{AccountRow, IdentityDocumentRow, UserRow};
use crate::state::CatalogRead;

/// Puts a user of an account that exists.
pub(super) fn put_user<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &PutUser) -> Result<Reply, Halt> {
    check_name(&[&command.account.digits, &command.name])?;
    check_account(draft, &command.account)?;
    let key = user_key(&command.account, &command.name);
    let version = next_version(&command.check, draft.get::<UserRow>(&key)?.map(|row| row.version))?;
    draft.put(key, &UserRow { version, ..command.row.clone() });
    Ok(Reply::DocumentPut(version))
}

/// Removes a user that has no access key.
pub(super) fn delete_user<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &DeleteUser) -> Result<Reply, Halt> {
    let key = user_key(&command.account, &command.name);
    if draft.get::<UserRow>(&key)?.is_none() {
        return refuse(Refusal::NoSuchEntity);
    }
    if !keys_of(draft, &command.account, &command.name)?.is_empty() {
        return refuse(Refusal::EntityInUse);
    }
    draft.delete(key);
    Ok(Reply::done())
}

/// Puts or removes another document.
pub(super) fn put_document<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &PutIdentityDocument,
) -> Result<Reply, Halt> {
    check_name(&[&command.account.digits, &command.kind, &command.name])?;
    if command.document.as_ref().is_some_and(|document| document.len() > DOCUMENT_BYTES_MAX) {
        return refuse(Refusal::OutOfBounds);
    }
    let key = identity_document_key(&command.account, &command.kind, &command.name);
    let before = draft.get::<IdentityDocumentRow>(&key)?;
    let version = next_version(&command.check, before.as_ref().map(|row| row.version))?;
    let Some(document) = &command.document else {
        if before.is_none() {
            return refuse(Refusal::NoSuchEntity);
        }
        draft.delete(key);
        return Ok(Reply::done());
    };
    check_account(draft, &command.account)?;
    let created = before.map_or(draft.now, |row| row.created);
    let row = IdentityDocumentRow { document: document.clone(), version, created, ..Default::default() };
    draft.put(key, &row);
    Ok(Reply::DocumentPut(version))
}

/// Names stand in keys, where a NUL parts them.
pub(super) fn check_name(names: &[&str]) -> Result<(), Halt> {
    let bad = |name: &&str| name.is_empty() || name.contains('\0');
    if names.iter().any(bad) { refuse(Refusal::OutOfBounds) } else { Ok(()) }
}

/// Refuses where there is no such account.
pub(super) fn check_account<S: CatalogRead>(draft: &Draft<'_, S>, account: &CanonicalId) -> Result<(), Halt> {
    match draft.get::<AccountRow>(&account_key(account))? {
        Some(_) => Ok(()),
        None => refuse(Refusal::NoSuchEntity),
    }
}

/// The version that a row gets, if what is asked of the one before is true.
pub(super) fn next_version(check: &VersionCheck, present: Option<u64>) -> Result<u64, Halt> {
    let holds = match check {
        VersionCheck::Any(_) => true,
        VersionCheck::Absent(_) => present.is_none(),
        VersionCheck::Is(version) => present == Some(*version),
    };
    let present = present.unwrap_or(0);
    if holds { Ok(present + 1) } else { Err(Refusal::VersionDiffers(present).into()) }
}
