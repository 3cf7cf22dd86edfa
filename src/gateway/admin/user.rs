//! Users of accounts.

use cairn_catalog::command::{self, CommandBody, PutUser};
use cairn_catalog::query::{Answer, ListIdentityDocuments, NamedAccount, Query};
use cairn_catalog::rows::UserRow;
use cairn_policy::Principal;
use serde::{Deserialize, Serialize};

use super::LISTED_MAX;
use super::administrator::Administrator;
use super::api::Perform;
use super::catalog::{UNEXPECTED, absent};
use super::error::{AdminError, Entity};
use super::key_pair::draw;
use super::names::{AccountReference, UserName, UserPath};
use super::operation::{Nothing, Operation};

/// What the unique ids of users begin with (IAM).
const ID_PREFIX: &str = "AIDA";

/// Makes a user without keys and policies: it may do nothing yet.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// The account; the administrator's own where none is named.
    pub account: Option<AccountReference>,
    /// Its name.
    pub name: UserName,
    /// Its path.
    pub path: UserPath,
}

/// Lists users by name.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListUsers {
    /// The account; the administrator's own where none is named.
    pub account: Option<AccountReference>,
    /// Those after this name.
    pub after: String,
}

/// A page of users.
#[derive(Serialize, Deserialize)]
pub struct UserList {
    /// By name.
    pub users: Vec<UserInfo>,
    /// Whether there are more.
    pub more: bool,
}

/// Shows a user.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowUser {
    /// The account; the administrator's own where none is named.
    pub account: Option<AccountReference>,
    /// Its name.
    pub name: UserName,
}

/// Removes a user that has no access keys.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteUser {
    /// The account; the administrator's own where none is named.
    pub account: Option<AccountReference>,
    /// Its name.
    pub name: UserName,
}

/// A user.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct UserInfo {
    /// The account's 12-digit id.
    pub account_id: String,
    /// Its name.
    pub user_name: String,
    /// Its unique id.
    pub user_id: String,
    /// Its path.
    pub path: String,
    /// What policies call it.
    pub arn: String,
    /// Names of the policies attached to it.
    pub policies: Vec<String>,
    /// When it was made, in ISO 8601.
    pub created: String,
}

impl Operation for CreateUser {
    const PATH: &'static str = "user/create";
    type Answer = UserInfo;
}

impl Operation for ListUsers {
    const PATH: &'static str = "user/list";
    type Answer = UserList;
}

impl Operation for ShowUser {
    const PATH: &'static str = "user/show";
    type Answer = UserInfo;
}

impl Operation for DeleteUser {
    const PATH: &'static str = "user/delete";
    type Answer = Nothing;
}

impl UserInfo {
    fn of(account: &NamedAccount, name: String, row: UserRow) -> Self {
        let principal = Principal::User {
            id: account.id.clone(),
            account: account.row.account,
            path: row.path.clone(),
            name: name.clone(),
            user_id: row.user_id.clone(),
        };
        Self {
            account_id: account.row.account.to_string(),
            user_name: name,
            user_id: row.user_id,
            path: row.path,
            arn: principal.arn().expect("a user has an ARN"),
            policies: row.policies,
            created: row.created.to_string(),
        }
    }
}

impl Perform for CreateUser {
    async fn perform(self, by: &Administrator) -> Result<UserInfo, AdminError> {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let account = by.account(self.account.as_ref()).await?;
        let context = by.gateway.context();
        let row = UserRow {
            user_id: format!("{ID_PREFIX}{}", draw(&context.entropy, LETTERS, 17)),
            path: self.path.to_string(),
            created: context.clock.wall(),
            ..UserRow::default()
        };
        let put = PutUser {
            account: account.id.clone(),
            name: self.name.to_string(),
            check: absent(),
            row: row.clone(),
            ..PutUser::default()
        };
        let entity = Entity::User(self.name.to_string());
        by.submit(CommandBody::PutUser(put.into())).await.map_err(|error| AdminError::of_new(error, entity))?;
        Ok(UserInfo::of(&account, self.name.to_string(), row))
    }
}

impl Perform for ListUsers {
    async fn perform(self, by: &Administrator) -> Result<UserList, AdminError> {
        let account = by.account(self.account.as_ref()).await?;
        let list = ListIdentityDocuments {
            account: account.id.clone(),
            after: self.after,
            max: LISTED_MAX,
            ..ListIdentityDocuments::default()
        };
        match by.ask(Query::ListUsers(list)).await.map_err(AdminError::Catalog)? {
            Answer::Users(page) => Ok(UserList {
                users: page.entries.into_iter().map(|user| UserInfo::of(&account, user.name, user.row)).collect(),
                more: page.more,
            }),
            _ => Err(AdminError::Catalog(UNEXPECTED)),
        }
    }
}

impl Perform for ShowUser {
    async fn perform(self, by: &Administrator) -> Result<UserInfo, AdminError> {
        let account = by.account(self.account.as_ref()).await?;
        let row = by.user(&account.id, &self.name).await?;
        Ok(UserInfo::of(&account, self.name.to_string(), row))
    }
}

impl Perform for DeleteUser {
    async fn perform(self, by: &Administrator) -> Result<Nothing, AdminError> {
        let account = by.account(self.account.as_ref()).await?.id;
        let entity = Entity::User(self.name.to_string());
        let delete = command::DeleteUser { account, name: self.name.to_string(), ..command::DeleteUser::default() };
        let deleted = by.submit(CommandBody::DeleteUser(delete)).await;
        deleted.map_err(|error| AdminError::of_removal(error, entity, "access keys: delete them first"))?;
        Ok(Nothing {})
    }
}
