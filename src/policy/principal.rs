//! Who asks.

use cairn_types::{AccountId, CanonicalId};

/// Who a request was proved to come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Principal {
    /// Nobody: the request carries no credentials.
    Anonymous,
    /// An account itself, by one of its own keys.
    Account {
        /// The id by which buckets and objects name it.
        id: CanonicalId,
        /// The id by which ARNs name it.
        account: AccountId,
    },
    /// A user of an account.
    User {
        /// The account.
        id: CanonicalId,
        /// The account's number.
        account: AccountId,
        /// The path before the user's name: `/`, or names between slashes.
        path: String,
        /// The user's name.
        name: String,
        /// The user's unique id.
        user_id: String,
    },
}

impl Principal {
    /// The account that it belongs to, and that will own what it writes.
    pub fn account(&self) -> Option<(&CanonicalId, AccountId)> {
        match self {
            Self::Anonymous => None,
            Self::Account { id, account } | Self::User { id, account, .. } => Some((id, *account)),
        }
    }

    /// Its ARN.
    pub fn arn(&self) -> Option<String> {
        match self {
            Self::Anonymous => None,
            Self::Account { account, .. } => Some(format!("arn:aws:iam::{account}:root")),
            Self::User { account, path, name, .. } => Some(format!("arn:aws:iam::{account}:user{path}{name}")),
        }
    }

    /// What kind it is, as `aws:PrincipalType` tells it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Anonymous => "Anonymous",
            Self::Account { .. } => "Account",
            Self::User { .. } => "User",
        }
    }

    /// Its unique id, as STS tells it.
    pub fn unique_id(&self) -> Option<String> {
        match self {
            Self::Anonymous => None,
            Self::Account { account, .. } => Some(account.to_string()),
            Self::User { user_id, .. } => Some(user_id.clone()),
        }
    }
}
