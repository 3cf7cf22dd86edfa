//! Accounts, users and access keys: rows of the root shard.

use bytes::Bytes;
use cairn_types::record::{record, record_enum};
use cairn_types::{AccountId, CanonicalId, UnixMillis};

record_enum! {
    /// Whether an account's keys sign.
    pub enum AccountState {
        /// They do.
        1 => Active,
        /// None does, nor does any of its users'.
        2 => Disabled,
    }
}

record! {
    /// Row of an account.
    #[derive(Eq)]
    pub struct AccountRow {
        /// The 12-digit id.
        1 => pub account: AccountId,
        /// Name.
        2 => pub name: String,
        /// E-mail address.
        3 => pub email: String,
        /// Namespace of its buckets; empty is the shared one.
        4 => pub namespace: String,
        /// When it was made.
        5 => pub created: UnixMillis,
        /// Whether it may administer the cluster.
        6 => pub administrator: bool,
        /// Grows with every change.
        7 => pub version: u64,
        /// Whether its keys sign.
        8 => pub state: AccountState,
    }
}

record_enum! {
    /// A name that belongs to one account alone.
    pub enum AliasKind {
        /// Its name.
        1 => Name,
        /// Its e-mail address, in lower case.
        2 => Email,
        /// Its 12-digit id, in decimal.
        3 => Number,
        /// Its namespace.
        4 => Namespace,
    }
}

record! {
    /// Entry of a name of an account.
    #[derive(Eq)]
    pub struct AccountAliasRow without unknown {
        /// The account.
        1 => pub account: CanonicalId,
    }
}

record! {
    /// Row of a user of an account.
    #[derive(Eq)]
    pub struct UserRow {
        /// Unique id of the user.
        1 => pub user_id: String,
        /// Path.
        2 => pub path: String,
        /// Names of attached policies.
        3 => pub policies: Vec<String>,
        /// When it was made.
        4 => pub created: UnixMillis,
        /// Tags.
        5 => pub tags: Vec<(String, String)>,
        /// Grows with every change.
        6 => pub version: u64,
    }
}

record_enum! {
    /// Whether an access key signs.
    pub enum AccessKeyState {
        /// It does.
        1 => Active,
        /// It does not.
        2 => Inactive,
    }
}

record! {
    /// Row of an access key.
    #[derive(Eq)]
    pub struct AccessKeyRow {
        /// Account that it speaks for.
        1 => pub account: CanonicalId,
        /// User of that account; empty is the account itself.
        2 => pub user: String,
        /// The secret, encrypted with the cluster's key. Never plain.
        3 => pub wrapped_secret: Bytes,
        /// Whether it signs.
        4 => pub state: AccessKeyState,
        /// When it was made.
        5 => pub created: UnixMillis,
        /// Last use, coarse.
        6 => pub last_used: Option<UnixMillis>,
        /// When it ends (temporary keys).
        7 => pub expires: Option<UnixMillis>,
        /// Session policy and tags of a temporary key, a document of the policy layer.
        8 => pub session: Option<Bytes>,
        /// Grows with every change.
        9 => pub version: u64,
    }
}

/// The kind of the identity documents that are policies for users: [`UserRow::policies`] names them.
pub const POLICY_KIND: &str = "policy";

record! {
    /// Row of any other identity document: groups, roles, policies, providers.
    #[derive(Eq)]
    pub struct IdentityDocumentRow {
        /// The document of the policy layer.
        1 => pub document: Bytes,
        /// Grows with every change.
        2 => pub version: u64,
        /// When it was made.
        3 => pub created: UnixMillis,
    }
}
