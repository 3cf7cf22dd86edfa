//! Accounts, as requests name them and as answers show them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cairn_catalog::query::{Answer, FindAccount, NamedAccount, Query};
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::AliasKind;
use cairn_metadata::{MetadataError, Route};
use cairn_s3::S3Error;
use cairn_s3::response::Owner;
use cairn_types::{AccountId, CanonicalId, ShardId};

use super::errors::catalog_failed;
use super::exchange::Exchange;
use crate::limits::NAMES_WAIT_MAX;

/// What an account is named by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Naming {
    /// Its canonical id.
    Canonical(CanonicalId),
    /// Its e-mail address.
    Email(String),
    /// Its 12-digit id.
    Number(AccountId),
}

/// Canonical ids, each once.
pub(crate) struct DistinctIds(BTreeSet<CanonicalId>);

impl<'a> FromIterator<&'a CanonicalId> for DistinctIds {
    fn from_iter<I: IntoIterator<Item = &'a CanonicalId>>(ids: I) -> Self {
        let (mut distinct, mut last) = (BTreeSet::new(), None);
        for id in ids {
            // A listing has few owners, in runs: most ids are not looked at twice.
            if last.replace(id) != Some(id) && !distinct.contains(id) {
                distinct.insert(id.clone());
            }
        }
        Self(distinct)
    }
}

/// The accounts that one answer shows.
pub(crate) struct Owners(BTreeMap<CanonicalId, Arc<str>>);

impl Owners {
    /// Names are an ornament: where the catalog does not say one in time, the answer goes without.
    pub(crate) async fn of(exchange: &Exchange, ids: DistinctIds) -> Self {
        let mut names = BTreeMap::new();
        for id in ids.0 {
            if let Some(name) = name(exchange, &id).await {
                names.insert(id, name);
            }
        }
        Self(names)
    }

    /// An account as documents show it.
    pub(crate) fn show(&self, id: &CanonicalId) -> Owner {
        Owner { id: id.clone(), display_name: self.0.get(id).cloned() }
    }
}

async fn name(exchange: &Exchange, id: &CanonicalId) -> Option<Arc<str>> {
    let known = exchange.gateway.account_names();
    if let Some(name) = known.get(id) {
        return Some(name);
    }
    // Once for each account: boxed, so that requests that need no name do not carry the room for it.
    let find = Box::pin(find_account(exchange, Naming::Canonical(id.clone())));
    let found = exchange.gateway.context().clock.within(NAMES_WAIT_MAX, find).await;
    let account = found.ok()?.ok()??;
    Some(known.keep(account.id, &account.row.name))
}

/// Finds an account; `None` if there is none of that name.
pub(crate) async fn find_account(exchange: &Exchange, naming: Naming) -> Result<Option<NamedAccount>, S3Error> {
    let find = match naming {
        // An empty id would ask for a name.
        Naming::Canonical(id) if id.digits.is_empty() => return Ok(None),
        Naming::Canonical(id) => FindAccount { id, ..FindAccount::default() },
        Naming::Email(name) => FindAccount { kind: AliasKind::Email, name, ..FindAccount::default() },
        Naming::Number(number) => {
            FindAccount { kind: AliasKind::Number, name: number.to_string(), ..FindAccount::default() }
        }
    };
    let metadata = exchange.gateway.metadata();
    match metadata.query(Route::ROOT, Query::FindAccount(find), exchange.deadline).await {
        Ok(Answer::Account(account)) => Ok(Some(*account)),
        Err(MetadataError::Refused(Refusal::NoSuchEntity(_))) => Ok(None),
        Ok(_) => Err(catalog_failed(&MetadataError::UnexpectedAnswer { shard: ShardId::ROOT })),
        Err(error) => Err(catalog_failed(&error)),
    }
}
