//! Accounts, users, keys and other identity documents.

use bytes::Bytes;
use cairn_types::CanonicalId;
use cairn_types::record::{record, record_choice};

use crate::rows::{AccessKeyRow, AccountRow, Nothing, UserRow};

record_choice! {
    /// What must be true of the row that is replaced.
    pub enum VersionCheck {
        /// Nothing.
        1 => Any(Nothing),
        /// There is none.
        2 => Absent(Nothing),
        /// It has this version.
        3 => Is(u64),
    }
}

record! {
    /// Makes or replaces an account. The row's version is set here; name, e-mail, 12-digit id and namespace are each one
    /// account's alone.
    pub struct PutAccount {
        /// Its canonical id.
        1 => pub id: CanonicalId,
        /// What must be true.
        2 => pub check: VersionCheck,
        /// The account.
        3 => pub row: AccountRow,
    }
}

record! {
    /// Removes an account with its own access keys and identity documents. Refused while it has users or buckets, and
    /// for the root account.
    #[derive(Eq)]
    pub struct DeleteAccount {
        /// Its canonical id.
        1 => pub id: CanonicalId,
    }
}

record! {
    /// Makes or replaces a user. The row's version is set here.
    pub struct PutUser {
        /// Account of the user.
        1 => pub account: CanonicalId,
        /// Name of the user.
        2 => pub name: String,
        /// What must be true.
        3 => pub check: VersionCheck,
        /// The user.
        4 => pub row: UserRow,
    }
}

record! {
    /// Removes a user. Refused while it has access keys.
    #[derive(Eq)]
    pub struct DeleteUser {
        /// Account of the user.
        1 => pub account: CanonicalId,
        /// Name of the user.
        2 => pub name: String,
    }
}

record! {
    /// Makes or replaces an access key. The row's version is set here; the key stays its account's and user's. At most
    /// [`ACTIVE_KEYS_PER_USER_MAX`](crate::limits::ACTIVE_KEYS_PER_USER_MAX) of a user are active, temporary keys (those
    /// that expire) apart.
    pub struct PutAccessKey {
        /// Id of the key.
        1 => pub id: String,
        /// There must be none.
        2 => pub only_new: bool,
        /// The key.
        3 => pub row: AccessKeyRow,
        /// What else must be true: who notes a use must not undo that the key was switched off meanwhile.
        4 => pub check: VersionCheck,
    }
}

record! {
    /// Removes an access key.
    #[derive(Eq)]
    pub struct DeleteAccessKey {
        /// Id of the key.
        1 => pub id: String,
    }
}

record! {
    /// Makes, replaces or removes any other identity document.
    pub struct PutIdentityDocument {
        /// Account that it belongs to.
        1 => pub account: CanonicalId,
        /// Kind of the document, as the policy layer names it.
        2 => pub kind: String,
        /// Its name.
        3 => pub name: String,
        /// What must be true.
        4 => pub check: VersionCheck,
        /// The document; absent removes it.
        5 => pub document: Option<Bytes>,
    }
}
