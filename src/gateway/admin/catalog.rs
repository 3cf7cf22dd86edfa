//! The catalog, as operations ask it.

use cairn_catalog::command::{CommandBody, VersionCheck};
use cairn_catalog::query::{AccessKeyFound, Answer, FindAccessKey, FindUser, NamedAccount, Query};
use cairn_catalog::reply::Reply;
use cairn_catalog::rows::{Nothing, UserRow};
use cairn_metadata::{MetadataError, Route};
use cairn_types::{CanonicalId, ShardId};

use super::administrator::Administrator;
use super::error::{AdminError, Entity};
use super::names::{AccountReference, UserName};
use crate::kms::KeyCatalog;
use crate::limits::CATALOG_WAIT_MAX;

/// An answer to another question.
pub(super) const UNEXPECTED: MetadataError = MetadataError::UnexpectedAnswer { shard: ShardId::ROOT };

/// There must be none yet.
pub(super) fn absent() -> VersionCheck {
    VersionCheck::Absent(Nothing::default())
}

impl Administrator {
    /// Asks the root shard.
    pub(super) async fn ask(&self, query: Query) -> Result<Answer, MetadataError> {
        let deadline = self.gateway.context().clock.now() + CATALOG_WAIT_MAX;
        self.gateway.metadata().query(Route::ROOT, query, deadline).await
    }

    /// Has the root shard apply a command, once.
    pub(super) async fn submit(&self, body: CommandBody) -> Result<Reply, MetadataError> {
        let deadline = self.gateway.context().clock.now() + CATALOG_WAIT_MAX;
        self.gateway.objects().session().submit(Route::ROOT, body, deadline).await
    }

    /// Keys of the key service.
    pub(super) fn keys(&self) -> &KeyCatalog {
        self.gateway.key_catalog()
    }

    /// An account; where none is named, the administrator's own.
    pub(super) async fn account(&self, reference: Option<&AccountReference>) -> Result<NamedAccount, AdminError> {
        let (query, name) = match reference {
            Some(reference) => (reference.query(), reference.to_string()),
            None => (self.own_account(), self.account.to_string()),
        };
        match self.ask(Query::FindAccount(query)).await {
            Ok(Answer::Account(found)) => Ok(*found),
            Ok(_) => Err(AdminError::Catalog(UNEXPECTED)),
            Err(error) => Err(AdminError::of(error, Entity::Account(name))),
        }
    }

    /// A user of an account.
    pub(super) async fn user(&self, account: &CanonicalId, name: &UserName) -> Result<UserRow, AdminError> {
        let find = FindUser { account: account.clone(), name: name.to_string(), ..FindUser::default() };
        match self.ask(Query::FindUser(find)).await {
            Ok(Answer::User(row)) => Ok(*row),
            Ok(_) => Err(AdminError::Catalog(UNEXPECTED)),
            Err(error) => Err(AdminError::of(error, Entity::User(name.to_string()))),
        }
    }

    /// An access key.
    pub(super) async fn key(&self, id: &str) -> Result<AccessKeyFound, AdminError> {
        let find = FindAccessKey { id: id.to_owned(), ..FindAccessKey::default() };
        match self.ask(Query::FindAccessKey(find)).await {
            Ok(Answer::AccessKey(found)) => Ok(*found),
            Ok(_) => Err(AdminError::Catalog(UNEXPECTED)),
            Err(error) => Err(AdminError::of(error, Entity::Key(id.to_owned()))),
        }
    }
}
