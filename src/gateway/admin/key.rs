//! Access keys of accounts and users.

use cairn_catalog::command::{self, CommandBody, PutAccessKey, VersionCheck};
use cairn_catalog::query::{AccessKeyFound, Answer, ListAccessKeys, Query};
use cairn_catalog::rows::{AccessKeyRow, AccessKeyState};
use cairn_types::CanonicalId;
use serde::{Deserialize, Serialize};

use super::LISTED_MAX;
use super::administrator::Administrator;
use super::api::Perform;
use super::catalog::UNEXPECTED;
use super::error::{AdminError, Entity};
use super::key_pair::{KeyPair, ShownSecret};
use super::names::{AccountReference, UserName};
use super::operation::{Nothing, Operation, State};

/// Makes an access key of a user, or of the account itself.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateKey {
    /// The account; the administrator's own where none is named.
    pub account: Option<AccountReference>,
    /// The user; where none is named, the key is the account's own.
    pub user: Option<UserName>,
}

/// A new access key.
#[derive(Serialize, Deserialize)]
pub struct KeyCreated {
    /// The account's 12-digit id.
    pub account_id: String,
    /// The user, unless the key is the account's own.
    pub user_name: Option<String>,
    /// The id of the key.
    pub access_key: String,
    /// Its secret: shown here and never again.
    pub secret_key: ShownSecret,
}

/// Lists access keys of a user, or of the account itself.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListKeys {
    /// The account; the administrator's own where none is named.
    pub account: Option<AccountReference>,
    /// The user; where none is named, the account's own keys.
    pub user: Option<UserName>,
}

/// The access keys of one user: never more than one page of them.
#[derive(Serialize, Deserialize)]
pub struct KeyList {
    /// By id.
    pub keys: Vec<KeyInfo>,
}

/// Enables or disables an access key.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetKeyState {
    /// Its id.
    pub access_key: String,
    /// What it shall be.
    pub state: State,
}

/// Removes an access key.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteKey {
    /// Its id.
    pub access_key: String,
}

/// An access key, without its secret.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct KeyInfo {
    /// Its id.
    pub access_key: String,
    /// The user, unless the key is the account's own.
    pub user_name: Option<String>,
    /// Whether it signs.
    pub state: State,
    /// When it was made, in ISO 8601.
    pub created: String,
}

impl Operation for CreateKey {
    const PATH: &'static str = "key/create";
    type Answer = KeyCreated;
}

impl Operation for ListKeys {
    const PATH: &'static str = "key/list";
    type Answer = KeyList;
}

impl Operation for SetKeyState {
    const PATH: &'static str = "key/set-state";
    type Answer = KeyInfo;
}

impl Operation for DeleteKey {
    const PATH: &'static str = "key/delete";
    type Answer = Nothing;
}

impl KeyInfo {
    fn of(access_key: String, row: AccessKeyRow) -> Self {
        Self {
            access_key,
            user_name: some_name(&row.user),
            state: match row.state {
                AccessKeyState::Active => State::Active,
                AccessKeyState::Inactive => State::Disabled,
            },
            created: row.created.to_string(),
        }
    }
}

/// A user's name as rows have it: empty is the account itself.
fn some_name(user: &str) -> Option<String> {
    (!user.is_empty()).then(|| user.to_owned())
}

/// Makes a key of a user; of the account itself where the name is empty.
pub(super) async fn add_key(by: &Administrator, account: &CanonicalId, user: &str) -> Result<KeyPair, AdminError> {
    let context = by.gateway.context();
    let pair = KeyPair::generate(&context.entropy);
    let row = AccessKeyRow {
        account: account.clone(),
        user: user.to_owned(),
        wrapped_secret: by.gateway.cluster_key().wrap(&pair.access_key, &pair.secret),
        state: AccessKeyState::Active,
        created: context.clock.wall(),
        ..AccessKeyRow::default()
    };
    let put = PutAccessKey { id: pair.access_key.clone(), only_new: true, row, ..PutAccessKey::default() };
    // The id is new, so what is not there can only be whom the key is to speak for.
    let entity = if user.is_empty() { Entity::Account(account.to_string()) } else { Entity::User(user.to_owned()) };
    by.submit(CommandBody::PutAccessKey(put.into())).await.map_err(|error| AdminError::of(error, entity))?;
    Ok(pair)
}

impl Perform for CreateKey {
    async fn perform(self, by: &Administrator) -> Result<KeyCreated, AdminError> {
        let account = by.account(self.account.as_ref()).await?;
        let pair = add_key(by, &account.id, self.user.as_ref().map_or("", UserName::as_str)).await?;
        Ok(KeyCreated {
            account_id: account.row.account.to_string(),
            user_name: self.user.map(String::from),
            access_key: pair.access_key,
            secret_key: ShownSecret::new(pair.secret),
        })
    }
}

impl Perform for ListKeys {
    async fn perform(self, by: &Administrator) -> Result<KeyList, AdminError> {
        let account = by.account(self.account.as_ref()).await?.id;
        if let Some(user) = &self.user {
            by.user(&account, user).await?;
        }
        let keys = keys_of(by, account, self.user.map(String::from).unwrap_or_default()).await?;
        Ok(KeyList { keys: keys.into_iter().map(|(id, row)| KeyInfo::of(id, row)).collect() })
    }
}

async fn keys_of(
    by: &Administrator,
    account: CanonicalId,
    user: String,
) -> Result<Vec<(String, AccessKeyRow)>, AdminError> {
    let list = ListAccessKeys { account, user, max: LISTED_MAX, ..ListAccessKeys::default() };
    match by.ask(Query::ListAccessKeys(list)).await.map_err(AdminError::Catalog)? {
        Answer::AccessKeys(page) => Ok(page.entries),
        _ => Err(AdminError::Catalog(UNEXPECTED)),
    }
}

impl Perform for SetKeyState {
    async fn perform(self, by: &Administrator) -> Result<KeyInfo, AdminError> {
        let found = by.key(&self.access_key).await?;
        if self.state == State::Disabled {
            keep_one(by, &self.access_key, &found).await?;
        }
        let mut row = found.key;
        let check = VersionCheck::Is(row.version);
        row.state = match self.state {
            State::Active => AccessKeyState::Active,
            State::Disabled => AccessKeyState::Inactive,
        };
        let id = self.access_key.clone();
        let put = PutAccessKey { id, row: row.clone(), check, ..PutAccessKey::default() };
        let entity = Entity::Key(self.access_key.clone());
        by.submit(CommandBody::PutAccessKey(put.into())).await.map_err(|error| AdminError::of(error, entity))?;
        Ok(KeyInfo::of(self.access_key, row))
    }
}

impl Perform for DeleteKey {
    async fn perform(self, by: &Administrator) -> Result<Nothing, AdminError> {
        let found = by.key(&self.access_key).await?;
        keep_one(by, &self.access_key, &found).await?;
        let entity = Entity::Key(self.access_key.clone());
        let delete = command::DeleteAccessKey { id: self.access_key, ..command::DeleteAccessKey::default() };
        by.submit(CommandBody::DeleteAccessKey(delete)).await.map_err(|error| AdminError::of(error, entity))?;
        Ok(Nothing {})
    }
}

/// Refuses to take the last key that administers: nobody could make another. It is a guard against a slip, not against two
/// administrators who take a key each at the same moment.
async fn keep_one(by: &Administrator, id: &str, found: &AccessKeyFound) -> Result<(), AdminError> {
    if !found.account.administrator || found.user.is_some() {
        return Ok(());
    }
    let keys = keys_of(by, found.key.account.clone(), String::new()).await?;
    let is_other = |(other, row): &&(String, AccessKeyRow)| other != id && row.state == AccessKeyState::Active;
    match keys.iter().find(is_other) {
        Some(_) => Ok(()),
        None => Err(AdminError::Protected("it is the last active key that administers: make another one first")),
    }
}
