//! Identities in the root shard.

use bytes::Bytes;
use cairn_types::CanonicalId;
use cairn_types::record::record;

use crate::rows::{AccessKeyRow, AccountRow, AliasKind, IdentityDocumentRow, UserRow};

record! {
    /// Asks for an access key.
    #[derive(Eq)]
    pub struct FindAccessKey {
        /// Its id.
        1 => pub id: String,
    }
}

record! {
    /// An access key and whom it speaks for.
    #[derive(Eq)]
    pub struct AccessKeyFound {
        /// The key.
        1 => pub key: AccessKeyRow,
        /// Its account.
        2 => pub account: AccountRow,
        /// Its user, unless it is the account's own.
        3 => pub user: Option<UserRow>,
        /// The policies that are attached to the user, in the order of their names in its row; empty where one is not there.
        4 => pub policies: Vec<Bytes>,
    }
}

record! {
    /// Asks for an account by its canonical id or, where that is empty, by a name that is its alone.
    #[derive(Eq)]
    pub struct FindAccount {
        /// Its canonical id.
        1 => pub id: CanonicalId,
        /// Kind of the name.
        2 => pub kind: AliasKind,
        /// The name: an e-mail address in any case, a 12-digit id with all its digits.
        3 => pub name: String,
    }
}

record! {
    /// An account and its canonical id.
    #[derive(Eq)]
    pub struct NamedAccount {
        /// The canonical id.
        1 => pub id: CanonicalId,
        /// The account.
        2 => pub row: AccountRow,
    }
}

record! {
    /// Asks for accounts.
    #[derive(Eq)]
    pub struct ListAccounts {
        /// Names after this one.
        1 => pub after: String,
        /// So many at most.
        2 => pub max: u32,
    }
}

record! {
    /// A page of accounts that have a name.
    #[derive(Eq)]
    pub struct AccountPage {
        /// By name.
        1 => pub entries: Vec<NamedAccount>,
        /// Whether there are more.
        2 => pub more: bool,
    }
}

record! {
    /// Asks for the access keys of a user that do not expire.
    #[derive(Eq)]
    pub struct ListAccessKeys {
        /// The account.
        1 => pub account: CanonicalId,
        /// The user; empty for the account's own.
        2 => pub user: String,
        /// Ids after this one.
        3 => pub after: String,
        /// So many at most.
        4 => pub max: u32,
    }
}

record! {
    /// A page of access keys.
    #[derive(Eq)]
    pub struct AccessKeyPage {
        /// By id.
        1 => pub entries: Vec<(String, AccessKeyRow)>,
        /// Whether there are more.
        2 => pub more: bool,
    }
}

record! {
    /// Asks for a user.
    #[derive(Eq)]
    pub struct FindUser {
        /// The account.
        1 => pub account: CanonicalId,
        /// The name.
        2 => pub name: String,
    }
}

record! {
    /// Asks for an identity document.
    #[derive(Eq)]
    pub struct FindIdentityDocument {
        /// The account.
        1 => pub account: CanonicalId,
        /// Its kind.
        2 => pub kind: String,
        /// Its name.
        3 => pub name: String,
    }
}

record! {
    /// Asks for identity documents of a kind, or for users.
    #[derive(Eq)]
    pub struct ListIdentityDocuments {
        /// The account.
        1 => pub account: CanonicalId,
        /// Their kind; not looked at for users.
        2 => pub kind: String,
        /// Names after this one.
        3 => pub after: String,
        /// So many at most.
        4 => pub max: u32,
    }
}

record! {
    /// A user and its name.
    #[derive(Eq)]
    pub struct NamedUser {
        /// The name.
        1 => pub name: String,
        /// The user.
        2 => pub row: UserRow,
    }
}

record! {
    /// A page of users.
    #[derive(Eq)]
    pub struct UserPage {
        /// By name.
        1 => pub entries: Vec<NamedUser>,
        /// Whether there are more.
        2 => pub more: bool,
    }
}

record! {
    /// A page of identity documents.
    #[derive(Eq)]
    pub struct IdentityDocumentPage {
        /// By name.
        1 => pub entries: Vec<(String, IdentityDocumentRow)>,
        /// Whether there are more.
        2 => pub more: bool,
    }
}
