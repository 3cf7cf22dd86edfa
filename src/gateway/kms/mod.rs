//! The key service: keys with names, which encrypt the data keys of objects (SSE-KMS, DSSE-KMS).
//!
//! # Invariants
//! X5: material of a key is stored wrapped under the cluster key, and leaves this module never. A key that is disabled or
//! gone neither encrypts nor decrypts, from [`KEY_FRESH_MAX`](crate::limits::KEY_FRESH_MAX) after the change on.
//!
//! # Not here
//! What is encrypted with the data keys (`cairn-objects`), which key a request means (`crate::encryption`).

mod built_in;
mod catalog;
mod error;
mod key_name;
mod service;

pub(crate) use built_in::BuiltInKeys;
pub(crate) use catalog::KeyCatalog;
pub(crate) use error::KeyError;
pub(crate) use key_name::KeyName;
pub(crate) use service::{KeyService, WrappedKey};
