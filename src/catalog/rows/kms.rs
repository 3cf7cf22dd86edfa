//! Keys of the built-in key service: identity documents of a kind of their own.

use bytes::Bytes;
use cairn_types::UnixMillis;
use cairn_types::record::{record, record_enum};

/// Kind of the identity documents, under the root account, that hold a [`KmsKey`] each; their names are the keys' names.
pub const KMS_KEY_KIND: &str = "kms-key";

record_enum! {
    /// Whether a key encrypts and decrypts.
    pub enum KmsKeyState {
        /// It does.
        1 => Enabled,
        /// It does not.
        2 => Disabled,
    }
}

record! {
    /// One version of a key's material.
    #[derive(Eq)]
    pub struct KmsKeyVersion {
        /// Its number, from 1: bodies name it.
        1 => pub number: u64,
        /// The material, encrypted with the cluster's key. Never plain.
        2 => pub wrapped: Bytes,
        /// When it was made.
        3 => pub created: UnixMillis,
    }
}

record! {
    /// A named key. Rotation adds a version; older ones stay, for the bodies that name them.
    #[derive(Eq)]
    pub struct KmsKey {
        /// Whether it encrypts and decrypts.
        1 => pub state: KmsKeyState,
        /// Versions by number; the last one encrypts.
        2 => pub versions: Vec<KmsKeyVersion>,
        /// What it is for, for people.
        3 => pub description: String,
    }
}
