//! Identities in the root shard.

use bytes::Bytes;

use super::entry::{just_after, page, trailing_text};
use crate::apply::{Halt, refuse};
use crate::keys::{access_key_key, account_key, identity_document_key, prefix_range, user_key};
use crate::limits::ENTRIES_PER_QUERY_MAX;
use crate::query::{
    AccessKeyFound, Answer, FindAccessKey, FindAccount, FindIdentityDocument, FindUser, IdentityDocumentPage,
    ListIdentityDocuments, NamedUser, UserPage,
};
use crate::reply::Refusal;
use crate::rows::{AccessKeyRow, Row};
use crate::state::{CatalogRead, ReadError, named_row, read_row};

/// An access key and whom it speaks for. A key whose user is gone speaks for nobody.
pub(super) fn access_key<S: CatalogRead>(state: &S, query: &FindAccessKey) -> Result<Answer, Halt> {
    let key: AccessKeyRow = find(state, &access_key_key(&query.id))?;
    let account = named_row(state, &account_key(&key.account))?;
    let user = match key.user.is_empty() {
        true => None,
        false => Some(find(state, &user_key(&key.account, &key.user))?),
    };
    Ok(Answer::AccessKey(Box::new(AccessKeyFound { key, account, user, ..AccessKeyFound::default() })))
}

/// An account.
pub(super) fn account<S: CatalogRead>(state: &S, query: &FindAccount) -> Result<Answer, Halt> {
    Ok(Answer::Account(Box::new(find(state, &account_key(&query.id))?)))
}

/// A user.
pub(super) fn user<S: CatalogRead>(state: &S, query: &FindUser) -> Result<Answer, Halt> {
    Ok(Answer::User(Box::new(find(state, &user_key(&query.account, &query.name))?)))
}

/// Users of an account.
pub(super) fn users<S: CatalogRead>(state: &S, query: &ListIdentityDocuments) -> Result<Answer, Halt> {
    let (found, more) = named(state, &user_key(&query.account, ""), query)?;
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
    let (entries, more) = named(state, &identity_document_key(&query.account, &query.kind, ""), query)?;
    Ok(Answer::IdentityDocuments(IdentityDocumentPage { entries, more, ..IdentityDocumentPage::default() }))
}

fn find<S: CatalogRead, R: Row>(state: &S, key: &Bytes) -> Result<R, Halt> {
    match read_row(state, key)? {
        Some(row) => Ok(row),
        None => refuse(Refusal::NoSuchEntity),
    }
}

type Named<R> = (Vec<(String, R)>, bool);

fn named<S: CatalogRead, R: Row>(
    state: &S,
    prefix: &Bytes,
    query: &ListIdentityDocuments,
) -> Result<Named<R>, ReadError> {
    let range = prefix_range(prefix.to_vec());
    let after = just_after(&[prefix, query.after.as_bytes()].concat());
    let (found, more) = page(state, &(after..range.end), (query.max as usize).min(ENTRIES_PER_QUERY_MAX))?;
    let names = found.into_iter().map(|(key, row)| Ok((trailing_text(&key, prefix.len())?, row)));
    Ok((names.collect::<Result<_, ReadError>>()?, more))
}
