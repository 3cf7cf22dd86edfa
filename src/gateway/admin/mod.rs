//! The admin API: accounts, users, keys and policies, changed over HTTP by an administrator.
//!
//! An operation is `POST /admin/v1/NOUN/VERB` with its parameters as a JSON document, the same words as in `cairn admin NOUN
//! VERB`. Requests and answers are types that the command line shares. The listener is the binary's; it hands
//! requests to [`AdminApi::answer`].
//!
//! # Invariants
//! Nothing is read or changed before the request is proved to be an administrator's: signed with version 4 in the
//! `Authorization` header, for the service [`SERVICE`], body included. Everything else is 403, also where the operation does
//! not exist. X5: a secret leaves once, in the answer to what made it; it is kept wrapped under the cluster key.
//!
//! # Cancel safety
//! A command that was sent takes effect also when its asker goes away.
//!
//! # Limits
//! [`REQUEST_BYTES_MAX`] of a body, [`LISTED_MAX`] entries of an answer.
//!
//! # Not here
//! Health, metrics and status: they need no signature and belong to every process.

use std::time::Duration;

mod account;
mod administrator;
mod api;
mod catalog;
mod error;
mod key;
mod key_pair;
mod kms;
mod names;
mod operation;
mod policy;
mod user;

pub use account::{
    AccountCreated, AccountInfo, AccountList, CreateAccount, DeleteAccount, ListAccounts, SetAccountState, ShowAccount,
};
pub use api::{AdminAnswer, AdminApi};
pub use error::AdminFailure;
pub use key::{CreateKey, DeleteKey, KeyCreated, KeyInfo, KeyList, ListKeys, SetKeyState};
pub use key_pair::{KeyPair, ShownSecret};
pub use kms::{CreateKmsKey, DeleteKmsKey, KmsKeyInfo, KmsKeyList, ListKmsKeys, RotateKmsKey, SetKmsKeyState};
pub use names::{
    AccountName, AccountReference, Email, KmsKeyName, NameError, NamespaceName, PolicyName, UserName, UserPath,
};
pub use operation::{Nothing, Operation, State};
pub use policy::{
    AttachPolicy, CreatePolicy, DeletePolicy, DetachPolicy, ListPolicies, PolicyInfo, PolicyLine, PolicyList,
    ShowPolicy,
};
pub use user::{CreateUser, DeleteUser, ListUsers, ShowUser, UserInfo, UserList};

/// The service that the credential scope of a signature names: a signature for S3 opens nothing here.
pub const SERVICE: &str = "cairn-admin";

/// Longest body of a request: a policy of 64 KiB, and what escapes make of it.
pub const REQUEST_BYTES_MAX: usize = 256 << 10;

/// Entries of one answer; the asker goes on after the last.
pub const LISTED_MAX: u32 = 1_000;

/// How long a body may take to arrive.
const REQUEST_WAIT_MAX: Duration = Duration::from_secs(30);

/// What stands before the operation in a path.
pub const PATH_PREFIX: &str = "/admin/v1/";
