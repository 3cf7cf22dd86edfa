//! Identity policies: named documents of an account, attached to its users.

use bytes::Bytes;
use cairn_catalog::command::{CommandBody, PutIdentityDocument, PutUser, VersionCheck};
use cairn_catalog::query::{Answer, FindIdentityDocument, ListIdentityDocuments, Query};
use cairn_catalog::rows::{IdentityDocumentRow, Nothing as Anything, UserRow};
use cairn_policy::IdentityPolicy;
use cairn_types::CanonicalId;
use serde::{Deserialize, Serialize};

use super::LISTED_MAX;
use super::administrator::Administrator;
use super::api::Perform;
use super::catalog::{UNEXPECTED, absent};
use super::error::{AdminError, Entity};
use super::names::{AccountReference, PolicyName, UserName};
use super::operation::{Nothing, Operation};

/// Kind of the identity documents that are policies.
const KIND: &str = "policy";

/// Policies attached to one user at most (IAM's quota): each is sent with the user's keys.
const ATTACHED_MAX: usize = 10;

/// Makes or replaces a policy. Users that it is attached to follow within 5 seconds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreatePolicy {
    /// The account; the administrator's own where none is named.
    pub account: Option<AccountReference>,
    /// Its name.
    pub name: PolicyName,
    /// The document, as JSON text.
    pub document: String,
    /// Whether it takes the place of one that is there.
    pub replace: bool,
}

/// Lists policies by name, without their documents.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListPolicies {
    /// The account; the administrator's own where none is named.
    pub account: Option<AccountReference>,
    /// Those after this name.
    pub after: String,
}

/// A page of policies.
#[derive(Serialize, Deserialize)]
pub struct PolicyList {
    /// By name.
    pub policies: Vec<PolicyLine>,
    /// Whether there are more.
    pub more: bool,
}

/// A policy in a list.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct PolicyLine {
    /// Its name.
    pub policy_name: String,
    /// How often it was put, a first time included.
    pub version: u64,
    /// When it was made, in ISO 8601.
    pub created: String,
}

/// Shows a policy.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowPolicy {
    /// The account; the administrator's own where none is named.
    pub account: Option<AccountReference>,
    /// Its name.
    pub name: PolicyName,
}

/// A policy with its document.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct PolicyInfo {
    /// Its name.
    pub policy_name: String,
    /// How often it was put, a first time included.
    pub version: u64,
    /// When it was made, in ISO 8601.
    pub created: String,
    /// The document, as it was given.
    pub document: String,
}

/// Removes a policy that is attached to no user.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeletePolicy {
    /// The account; the administrator's own where none is named.
    pub account: Option<AccountReference>,
    /// Its name.
    pub name: PolicyName,
}

/// Attaches a policy of the account to a user of it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachPolicy {
    /// The account; the administrator's own where none is named.
    pub account: Option<AccountReference>,
    /// The policy.
    pub name: PolicyName,
    /// The user.
    pub user: UserName,
}

/// Takes a policy from a user.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetachPolicy {
    /// The account; the administrator's own where none is named.
    pub account: Option<AccountReference>,
    /// The policy.
    pub name: PolicyName,
    /// The user.
    pub user: UserName,
}

impl Operation for CreatePolicy {
    const PATH: &'static str = "policy/create";
    type Answer = PolicyLine;
}

impl Operation for ListPolicies {
    const PATH: &'static str = "policy/list";
    type Answer = PolicyList;
}

impl Operation for ShowPolicy {
    const PATH: &'static str = "policy/show";
    type Answer = PolicyInfo;
}

impl Operation for DeletePolicy {
    const PATH: &'static str = "policy/delete";
    type Answer = Nothing;
}

impl Operation for AttachPolicy {
    const PATH: &'static str = "policy/attach";
    type Answer = Nothing;
}

impl Operation for DetachPolicy {
    const PATH: &'static str = "policy/detach";
    type Answer = Nothing;
}

impl PolicyLine {
    fn of(policy_name: String, row: &IdentityDocumentRow) -> Self {
        Self { policy_name, version: row.version, created: row.created.to_string() }
    }
}

fn entity(name: &PolicyName) -> Entity {
    Entity::Policy(name.to_string())
}

async fn find(by: &Administrator, account: CanonicalId, name: &PolicyName) -> Result<IdentityDocumentRow, AdminError> {
    let find = FindIdentityDocument {
        account,
        kind: KIND.to_owned(),
        name: name.to_string(),
        ..FindIdentityDocument::default()
    };
    match by.ask(Query::FindIdentityDocument(find)).await {
        Ok(Answer::IdentityDocument(row)) => Ok(*row),
        Ok(_) => Err(AdminError::Catalog(UNEXPECTED)),
        Err(error) => Err(AdminError::of(error, entity(name))),
    }
}

impl Perform for CreatePolicy {
    async fn perform(self, by: &Administrator) -> Result<PolicyLine, AdminError> {
        let account = by.account(self.account.as_ref()).await?.id;
        IdentityPolicy::parse(self.document.as_bytes()).map_err(AdminError::BadPolicy)?;
        let put = PutIdentityDocument {
            account: account.clone(),
            kind: KIND.to_owned(),
            name: self.name.to_string(),
            check: if self.replace { VersionCheck::Any(Anything::default()) } else { absent() },
            document: Some(Bytes::from(self.document)),
            ..PutIdentityDocument::default()
        };
        let done = by.submit(CommandBody::PutIdentityDocument(put.into())).await;
        done.map_err(|error| AdminError::of_new(error, entity(&self.name)))?;
        let row = find(by, account, &self.name).await?;
        Ok(PolicyLine::of(self.name.to_string(), &row))
    }
}

impl Perform for ListPolicies {
    async fn perform(self, by: &Administrator) -> Result<PolicyList, AdminError> {
        let account = by.account(self.account.as_ref()).await?.id;
        let list = ListIdentityDocuments {
            account,
            kind: KIND.to_owned(),
            after: self.after,
            max: LISTED_MAX,
            ..ListIdentityDocuments::default()
        };
        match by.ask(Query::ListIdentityDocuments(list)).await.map_err(AdminError::Catalog)? {
            Answer::IdentityDocuments(page) => Ok(PolicyList {
                policies: page.entries.into_iter().map(|(name, row)| PolicyLine::of(name, &row)).collect(),
                more: page.more,
            }),
            _ => Err(AdminError::Catalog(UNEXPECTED)),
        }
    }
}

impl Perform for ShowPolicy {
    async fn perform(self, by: &Administrator) -> Result<PolicyInfo, AdminError> {
        let account = by.account(self.account.as_ref()).await?.id;
        let row = find(by, account, &self.name).await?;
        Ok(PolicyInfo {
            policy_name: self.name.to_string(),
            version: row.version,
            created: row.created.to_string(),
            document: String::from_utf8_lossy(&row.document).into_owned(),
        })
    }
}

impl Perform for DeletePolicy {
    async fn perform(self, by: &Administrator) -> Result<Nothing, AdminError> {
        let account = by.account(self.account.as_ref()).await?.id;
        let row = find(by, account.clone(), &self.name).await?;
        // Who attaches it at this moment is left with a name that allows nothing.
        if is_attached(by, &account, self.name.as_str()).await? {
            return Err(AdminError::InUse { entity: entity(&self.name), rest: "users: detach it from them first" });
        }
        let put = PutIdentityDocument {
            account,
            kind: KIND.to_owned(),
            name: self.name.to_string(),
            check: VersionCheck::Is(row.version),
            document: None,
            ..PutIdentityDocument::default()
        };
        let done = by.submit(CommandBody::PutIdentityDocument(put.into())).await;
        done.map_err(|error| AdminError::of(error, entity(&self.name)))?;
        Ok(Nothing {})
    }
}

/// Whether any user of the account has the policy.
async fn is_attached(by: &Administrator, account: &CanonicalId, name: &str) -> Result<bool, AdminError> {
    let mut after = String::new();
    loop {
        let list = ListIdentityDocuments {
            account: account.clone(),
            after,
            max: LISTED_MAX,
            ..ListIdentityDocuments::default()
        };
        let Answer::Users(page) = by.ask(Query::ListUsers(list)).await.map_err(AdminError::Catalog)? else {
            return Err(AdminError::Catalog(UNEXPECTED));
        };
        if page.entries.iter().any(|user| has(&user.row, name)) {
            return Ok(true);
        }
        match page.entries.into_iter().next_back().filter(|_| page.more) {
            Some(last) => after = last.name,
            None => return Ok(false),
        }
    }
}

fn has(user: &UserRow, policy: &str) -> bool {
    user.policies.iter().any(|attached| attached == policy)
}

impl Perform for AttachPolicy {
    async fn perform(self, by: &Administrator) -> Result<Nothing, AdminError> {
        let account = by.account(self.account.as_ref()).await?.id;
        find(by, account.clone(), &self.name).await?;
        let mut row = by.user(&account, &self.user).await?;
        if has(&row, self.name.as_str()) {
            return Ok(Nothing {});
        }
        if row.policies.len() >= ATTACHED_MAX {
            return Err(AdminError::TooManyPolicies(ATTACHED_MAX));
        }
        row.policies.push(self.name.to_string());
        change_user(by, account, &self.user, row).await
    }
}

impl Perform for DetachPolicy {
    async fn perform(self, by: &Administrator) -> Result<Nothing, AdminError> {
        let account = by.account(self.account.as_ref()).await?.id;
        let mut row = by.user(&account, &self.user).await?;
        if !has(&row, self.name.as_str()) {
            return Err(AdminError::NotFound(entity(&self.name)));
        }
        row.policies.retain(|attached| attached != self.name.as_str());
        change_user(by, account, &self.user, row).await
    }
}

/// Puts a user that was read and changed.
async fn change_user(
    by: &Administrator,
    account: CanonicalId,
    name: &UserName,
    row: UserRow,
) -> Result<Nothing, AdminError> {
    let check = VersionCheck::Is(row.version);
    let put = PutUser { account, name: name.to_string(), check, row, ..PutUser::default() };
    let done = by.submit(CommandBody::PutUser(put.into())).await;
    done.map_err(|error| AdminError::of(error, Entity::User(name.to_string())))?;
    Ok(Nothing {})
}
