//! Identities in the root shard.

use bytes::Bytes;
use cairn_types::CanonicalId;

use super::entry::{just_after, page, trailing_text};
use crate::apply::{Halt, refuse};
use crate::keys::{
    access_key_key, account_alias_key, account_key, identity_document_key, prefix_range, user_key, user_key_key,
};
use crate::limits::ENTRIES_PER_QUERY_MAX;
use crate::query::{
    AccessKeyFound, AccessKeyPage, AccountPage, Answer, FindAccessKey, FindAccount, FindIdentityDocument, FindUser,
    IdentityDocumentPage, ListAccessKeys, ListAccounts, ListIdentityDocuments, NamedAccount, NamedUser, UserPage,
};
use crate::reply::Refusal;
use crate::rows::{AccessKeyRow, AccountAliasRow, AliasKind, IdentityDocumentRow, Nothing, POLICY_KIND, Row, UserRow};
use crate::state::{CatalogRead, ReadError, named_row, read_row};

/// An access key and whom it speaks for. A key whose account or user is gone speaks for nobody.
pub(super) fn access_key<S: CatalogRead>(state: &S, query: &FindAccessKey) -> Result<Answer, Halt> {
    let key: AccessKeyRow = find(state, &access_key_key(&query.id))?;
    let account = find(state, &account_key(&key.account))?;
    let user: Option<UserRow> = match key.user.is_empty() {
        true => None,
        false => Some(find(state, &user_key(&key.account, &key.user))?),
    };
    let names = user.iter().flat_map(|user| &user.policies);
    let policies = names.map(|name| policy(state, &key.account, name)).collect::<Result<_, ReadError>>()?;
    Ok(Answer::AccessKey(Box::new(AccessKeyFound { key, account, user, policies, ..AccessKeyFound::default() })))
}

/// An attached policy. One that is gone is an empty document, which no reader takes for a policy: to leave it out could
/// allow what it denied.
fn policy<S: CatalogRead>(state: &S, account: &CanonicalId, name: &str) -> Result<Bytes, ReadError> {
    let row: Option<IdentityDocumentRow> = read_row(state, &identity_document_key(account, POLICY_KIND, name))?;
    Ok(row.map(|row| row.document).unwrap_or_default())
}

/// An account, by its id or by a name that is its alone.
pub(super) fn account<S: CatalogRead>(state: &S, query: &FindAccount) -> Result<Answer, Halt> {
    let id = match query.id.digits.is_empty() {
        false => query.id.clone(),
        true => {
            let name = match query.kind {
                AliasKind::Email => query.name.to_ascii_lowercase(),
                AliasKind::Name | AliasKind::Number | AliasKind::Namespace => query.name.clone(),
            };
            find::<S, AccountAliasRow>(state, &account_alias_key(query.kind, &name))?.account
        }
    };
    let row = find(state, &account_key(&id))?;
    Ok(Answer::Account(Box::new(NamedAccount { id, row, ..NamedAccount::default() })))
}

/// Accounts by name.
pub(super) fn accounts<S: CatalogRead>(state: &S, query: &ListAccounts) -> Result<Answer, Halt> {
    let prefix = account_alias_key(AliasKind::Name, "");
    let (names, more) = named::<S, AccountAliasRow>(state, &prefix, (&query.after, query.max))?;
    let of_name = |(_, alias): (String, AccountAliasRow)| {
        let row = named_row(state, &account_key(&alias.account))?;
        Ok(NamedAccount { id: alias.account, row, ..NamedAccount::default() })
    };
    let entries = names.into_iter().map(of_name).collect::<Result<_, ReadError>>()?;
    Ok(Answer::Accounts(AccountPage { entries, more, ..AccountPage::default() }))
}

/// Access keys of a user.
pub(super) fn access_keys<S: CatalogRead>(state: &S, query: &ListAccessKeys) -> Result<Answer, Halt> {
    let prefix = user_key_key(&query.account, &query.user, "");
    let (ids, more) = named::<S, Nothing>(state, &prefix, (&query.after, query.max))?;
    let of_id = |(id, _): (String, Nothing)| {
        let row = named_row(state, &access_key_key(&id))?;
        Ok((id, row))
    };
    let entries = ids.into_iter().map(of_id).collect::<Result<_, ReadError>>()?;
    Ok(Answer::AccessKeys(AccessKeyPage { entries, more, ..AccessKeyPage::default() }))
}

/// A user.
pub(super) fn user<S: CatalogRead>(state: &S, query: &FindUser) -> Result<Answer, Halt> {
    Ok(Answer::User(Box::new(find(state, &user_key(&query.account, &query.name))?)))
}

/// Users of an account.
pub(super) fn users<S: CatalogRead>(state: &S, query: &ListIdentityDocuments) -> Result<Answer, Halt> {
    let (found, more) = named(state, &user_key(&query.account, ""), (&query.after, query.max))?;
    let entries = found.into_iter().map(|(name, row)| NamedUser { name, row, ..NamedUser::default() }).collect();
    Ok(Answer::Users(UserPage { entries, more, ..UserPage::default() }))
}

/// Another identity document.
pub(super) fn document<S: CatalogRead>(state: &S, query: &FindIdentityDocument) -> Result<Answer, Halt> {
    let key = identity_document_key(&query.account, &query.kind, &query.name);
    Ok(Answer::IdentityDocument(Box::new(find(state, &key)?)))
}

/// Other identity documents of a kind.
pub(super) fn documents<S: CatalogRead>(state: &S, query: &ListIdentityDocuments) -> Result<Answer, Halt> {
    let prefix = identity_document_key(&query.account, &query.kind, "");
    let (entries, more) = named(state, &prefix, (&query.after, query.max))?;
    Ok(Answer::IdentityDocuments(IdentityDocumentPage { entries, more, ..IdentityDocumentPage::default() }))
}

fn find<S: CatalogRead, R: Row>(state: &S, key: &Bytes) -> Result<R, Halt> {
    match read_row(state, key)? {
        Some(row) => Ok(row),
        None => refuse(Refusal::NoSuchEntity),
    }
}

type Named<R> = (Vec<(String, R)>, bool);

fn named<S: CatalogRead, R: Row>(state: &S, prefix: &Bytes, (after, max): (&str, u32)) -> Result<Named<R>, ReadError> {
    let range = prefix_range(prefix.to_vec());
    let after = just_after(&[prefix, after.as_bytes()].concat());
    let (found, more) = page(state, &(after..range.end), (max as usize).min(ENTRIES_PER_QUERY_MAX))?;
    let names = found.into_iter().map(|(key, row)| Ok((trailing_text(&key, prefix.len())?, row)));
    Ok((names.collect::<Result<_, ReadError>>()?, more))
}
