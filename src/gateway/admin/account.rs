//! Accounts.

use cairn_catalog::command::{self, CommandBody, PutAccount, VersionCheck};
use cairn_catalog::query::{self, Answer, NamedAccount, Query};
use cairn_catalog::rows::{AccountRow, AccountState, AliasKind};
use cairn_types::{AccountId, CanonicalId};
use serde::{Deserialize, Serialize};

use super::LISTED_MAX;
use super::administrator::Administrator;
use super::api::Perform;
use super::catalog::{UNEXPECTED, absent};
use super::error::{AdminError, Entity};
use super::key::add_key;
use super::key_pair::ShownSecret;
use super::names::{AccountName, AccountReference, Email, NamespaceName};
use super::operation::{Nothing, Operation, State};

/// How often another 12-digit id is drawn where one is taken: among a million accounts one draw in a million is.
const NUMBER_DRAWS_MAX: usize = 8;

/// Makes an account and its first access key. Where the second step fails the account is there without a key; one is made
/// with [`CreateKey`](super::CreateKey).
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateAccount {
    /// Its name.
    pub name: AccountName,
    /// Its e-mail address.
    pub email: Email,
    /// The namespace of its buckets' names, if it gets one of its own.
    pub namespace: Option<NamespaceName>,
}

/// A new account, and the pair that speaks for it.
#[derive(Serialize, Deserialize)]
pub struct AccountCreated {
    /// The 12-digit id, which ARNs name.
    pub account_id: String,
    /// The canonical id, which ACLs name.
    pub canonical_id: String,
    /// Its name.
    pub display_name: String,
    /// Its e-mail address.
    pub email: String,
    /// The namespace of its buckets' names, if it has one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The id of its access key.
    pub access_key: String,
    /// The secret of that key: shown here and never again.
    pub secret_key: ShownSecret,
}

/// Lists accounts by name.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListAccounts {
    /// Those after this name.
    pub after: String,
}

/// A page of accounts.
#[derive(Serialize, Deserialize)]
pub struct AccountList {
    /// By name.
    pub accounts: Vec<AccountInfo>,
    /// Whether there are more.
    pub more: bool,
}

/// Shows an account.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowAccount {
    /// Which.
    pub account: AccountReference,
}

/// Enables or disables an account: whether any key of it or of its users signs.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetAccountState {
    /// Which.
    pub account: AccountReference,
    /// What it shall be.
    pub state: State,
}

/// Removes an account that has no users and no buckets, with its own access keys and policies.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteAccount {
    /// Which.
    pub account: AccountReference,
}

/// An account.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct AccountInfo {
    /// The 12-digit id.
    pub account_id: String,
    /// The canonical id.
    pub canonical_id: String,
    /// Its name.
    pub display_name: String,
    /// Its e-mail address.
    pub email: String,
    /// The namespace of its buckets' names, if it has one of its own.
    pub namespace: Option<String>,
    /// Whether its keys sign.
    pub state: State,
    /// Whether it administers the cluster.
    pub administrator: bool,
    /// When it was made, in ISO 8601.
    pub created: String,
}

impl Operation for CreateAccount {
    const PATH: &'static str = "account/create";
    type Answer = AccountCreated;
}

impl Operation for ListAccounts {
    const PATH: &'static str = "account/list";
    type Answer = AccountList;
}

impl Operation for ShowAccount {
    const PATH: &'static str = "account/show";
    type Answer = AccountInfo;
}

impl Operation for SetAccountState {
    const PATH: &'static str = "account/set-state";
    type Answer = AccountInfo;
}

impl Operation for DeleteAccount {
    const PATH: &'static str = "account/delete";
    type Answer = Nothing;
}

impl AccountInfo {
    fn of(found: NamedAccount) -> Self {
        let NamedAccount { id, row, .. } = found;
        Self {
            account_id: row.account.to_string(),
            canonical_id: id.digits,
            display_name: row.name,
            email: row.email,
            namespace: (!row.namespace.is_empty()).then_some(row.namespace),
            state: match row.state {
                AccountState::Active => State::Active,
                AccountState::Disabled => State::Disabled,
            },
            administrator: row.administrator,
            created: row.created.to_string(),
        }
    }
}

impl Perform for CreateAccount {
    async fn perform(self, by: &Administrator) -> Result<AccountCreated, AdminError> {
        let context = by.gateway.context();
        let id = CanonicalId { digits: hex::encode(context.entropy.bytes::<32>()) };
        let row = AccountRow {
            name: self.name.to_string(),
            email: self.email.to_string(),
            namespace: self.namespace.as_ref().map(ToString::to_string).unwrap_or_default(),
            created: context.clock.wall(),
            ..AccountRow::default()
        };
        let row = put_new(by, &id, row, &self.name).await?;
        let pair = add_key(by, &id, "").await?;
        Ok(AccountCreated {
            account_id: row.account.to_string(),
            canonical_id: id.digits,
            display_name: row.name,
            email: row.email,
            namespace: self.namespace.map(String::from),
            access_key: pair.access_key,
            secret_key: ShownSecret::new(pair.secret),
        })
    }
}

/// Puts a new account under a 12-digit id that nobody has.
async fn put_new(
    by: &Administrator,
    id: &CanonicalId,
    mut row: AccountRow,
    name: &AccountName,
) -> Result<AccountRow, AdminError> {
    let entity = Entity::Account(name.to_string());
    for _ in 0..NUMBER_DRAWS_MAX {
        // Twelve digits, the first not 0, as AWS's are.
        row.account = AccountId { number: 100_000_000_000 + by.gateway.context().entropy.below(900_000_000_000) };
        let put = PutAccount { id: id.clone(), check: absent(), row: row.clone(), ..PutAccount::default() };
        match by
            .submit(CommandBody::PutAccount(put.into()))
            .await
            .map_err(|error| AdminError::of(error, entity.clone()))
        {
            Ok(_) => return Ok(row),
            Err(AdminError::Taken(AliasKind::Number)) => {}
            Err(error) => return Err(error),
        }
    }
    Err(AdminError::Taken(AliasKind::Number))
}

impl Perform for ListAccounts {
    async fn perform(self, by: &Administrator) -> Result<AccountList, AdminError> {
        let list = query::ListAccounts { after: self.after, max: LISTED_MAX, ..query::ListAccounts::default() };
        match by.ask(Query::ListAccounts(list)).await.map_err(AdminError::Catalog)? {
            Answer::Accounts(page) => {
                Ok(AccountList { accounts: page.entries.into_iter().map(AccountInfo::of).collect(), more: page.more })
            }
            _ => Err(AdminError::Catalog(UNEXPECTED)),
        }
    }
}

impl Perform for ShowAccount {
    async fn perform(self, by: &Administrator) -> Result<AccountInfo, AdminError> {
        by.account(Some(&self.account)).await.map(AccountInfo::of)
    }
}

impl Perform for SetAccountState {
    async fn perform(self, by: &Administrator) -> Result<AccountInfo, AdminError> {
        let mut found = by.account(Some(&self.account)).await?;
        if found.row.administrator && self.state == State::Disabled {
            return Err(AdminError::Protected("the administrator's account cannot be disabled"));
        }
        let check = VersionCheck::Is(found.row.version);
        found.row.state = match self.state {
            State::Active => AccountState::Active,
            State::Disabled => AccountState::Disabled,
        };
        let put = PutAccount { id: found.id.clone(), check, row: found.row.clone(), ..PutAccount::default() };
        let entity = Entity::Account(self.account.to_string());
        by.submit(CommandBody::PutAccount(put.into())).await.map_err(|error| AdminError::of(error, entity))?;
        Ok(AccountInfo::of(found))
    }
}

impl Perform for DeleteAccount {
    async fn perform(self, by: &Administrator) -> Result<Nothing, AdminError> {
        let found = by.account(Some(&self.account)).await?;
        if found.row.administrator {
            return Err(AdminError::Protected("the administrator's account cannot be deleted"));
        }
        let entity = Entity::Account(self.account.to_string());
        let delete = command::DeleteAccount { id: found.id, ..command::DeleteAccount::default() };
        let deleted = by.submit(CommandBody::DeleteAccount(delete)).await;
        deleted.map_err(|error| AdminError::of_removal(error, entity, "users or buckets: delete them first"))?;
        Ok(Nothing {})
    }
}
