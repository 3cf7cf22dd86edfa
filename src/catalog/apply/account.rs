//! Accounts in the root shard.
//!
//! # Invariants
//! Name, e-mail address, 12-digit id and namespace each belong to one account: an alias row per name that is not empty.
//! An account goes only when no user and no bucket is left of it, and what goes with it is bounded: its own access keys
//! (few) and its documents (one range).

use cairn_types::CanonicalId;

use super::access_key;
use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::identity::{check_name, next_version};
use crate::command::{DeleteAccount, PutAccount};
use crate::keys::{
    account_alias_key, account_key, cluster_key, identity_documents_prefix, owner_prefix, prefix_range, user_key,
};
use crate::reply::{Refusal, Reply};
use crate::rows::{AccountAliasRow, AccountRow, AliasKind, ClusterRow};
use crate::state::{CatalogRead, ReadError};

/// Puts an account.
pub(super) fn put<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &PutAccount) -> Result<Reply, Halt> {
    check_name(&[&command.id.digits])?;
    if command.row.namespace.contains('\0') {
        return refuse(Refusal::OutOfBounds);
    }
    let key = account_key(&command.id);
    let before = draft.get::<AccountRow>(&key)?;
    let version = next_version(&command.check, before.as_ref().map(|row| row.version))?;
    let moves = before.as_ref().is_some_and(|before| before.namespace != command.row.namespace);
    if moves && has_rows(draft, owner_prefix(&command.id))? {
        return refuse(Refusal::EntityInUse);
    }
    claim(draft, &command.id, before.as_ref(), &command.row)?;
    draft.put(key, &AccountRow { version, ..command.row.clone() });
    Ok(Reply::DocumentPut(version))
}

/// Removes an account.
pub(super) fn delete<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &DeleteAccount) -> Result<Reply, Halt> {
    let id = &command.id;
    check_name(&[&id.digits])?;
    let key = account_key(id);
    let Some(row) = draft.get::<AccountRow>(&key)? else {
        return refuse(Refusal::NoSuchEntity);
    };
    let is_root = draft.get::<ClusterRow>(&cluster_key())?.is_some_and(|cluster| cluster.root_account == *id);
    if is_root || has_rows(draft, user_key(id, "").to_vec())? || has_rows(draft, owner_prefix(id))? {
        return refuse(Refusal::EntityInUse);
    }
    access_key::remove_all(draft, id, "")?;
    draft.delete_range(prefix_range(identity_documents_prefix(id)));
    for (kind, name) in aliases(&row) {
        draft.delete(account_alias_key(kind, &name));
    }
    draft.delete(key);
    Ok(Reply::done())
}

/// Takes the names of an account for it, and lets go of those that it had before.
pub(super) fn claim<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    id: &CanonicalId,
    before: Option<&AccountRow>,
    after: &AccountRow,
) -> Result<(), Halt> {
    let (before, after) = (before.map(aliases).unwrap_or_default(), aliases(after));
    for (kind, name) in &after {
        let key = account_alias_key(*kind, name);
        match draft.get::<AccountAliasRow>(&key)? {
            Some(taken) if taken.account != *id => return Err(Refusal::AliasTaken(*kind).into()),
            Some(_) => {}
            None => draft.put(key, &AccountAliasRow { account: id.clone() }),
        }
    }
    for (kind, name) in before.into_iter().filter(|alias| !after.contains(alias)) {
        draft.delete(account_alias_key(kind, &name));
    }
    Ok(())
}

/// The names that are the account's alone.
fn aliases(row: &AccountRow) -> Vec<(AliasKind, String)> {
    let number = if row.account.number == 0 { String::new() } else { row.account.to_string() };
    let mut names = vec![
        (AliasKind::Name, row.name.clone()),
        (AliasKind::Email, row.email.to_ascii_lowercase()),
        (AliasKind::Number, number),
        (AliasKind::Namespace, row.namespace.clone()),
    ];
    names.retain(|(_, name)| !name.is_empty());
    names
}

fn has_rows<S: CatalogRead>(draft: &Draft<'_, S>, prefix: Vec<u8>) -> Result<bool, ReadError> {
    let range = prefix_range(prefix);
    Ok(draft.state.scan(&range.start[..]..&range.end[..]).next().transpose()?.is_some())
}
