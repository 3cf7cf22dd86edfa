//! Accounts, as requests name them.

use cairn_catalog::query::{Answer, FindAccount, NamedAccount, Query};
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::AliasKind;
use cairn_metadata::{MetadataError, Route};
use cairn_s3::S3Error;
use cairn_types::{AccountId, CanonicalId, ShardId};

use super::errors::catalog_failed;
use super::exchange::Exchange;

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
