//! How a body is encrypted.

use bytes::Bytes;
use cairn_types::record::{record, record_enum};

record_enum! {
    /// Who holds the key.
    pub enum EncryptionMode {
        /// Our own key (`AES256`).
        1 => Managed,
        /// A key service (`aws:kms`).
        2 => Kms,
        /// A key service, two layers (`aws:kms:dsse`).
        3 => KmsDual,
        /// The customer, with every request (SSE-C).
        4 => Customer,
    }
}

record! {
    /// What is needed, beside the key, to read an encrypted body.
    #[derive(Eq)]
    pub struct Encryption {
        /// Who holds the key.
        1 => pub mode: EncryptionMode,
        /// Name of the key.
        2 => pub key_id: String,
        /// Version of the key.
        3 => pub key_version: u64,
        /// The data key, encrypted with the key.
        4 => pub wrapped_data_key: Bytes,
        /// Goes into every key of its bodies: random for each object.
        5 => pub encryption_id: Bytes,
        /// Proves that a customer's key is the one of the write, without revealing it.
        6 => pub customer_verifier: Bytes,
        /// `x-amz-server-side-encryption-bucket-key-enabled`.
        7 => pub bucket_key: bool,
        /// What the writer gave to be authenticated with the data key (`x-amz-server-side-encryption-context`), decoded.
        8 => pub context: Bytes,
    }
}
