//! Encryption at rest, as requests and buckets ask for it.
//!
//! # Invariants
//! X4: what is to be encrypted is decided before a byte of a body is read, and a body whose key cannot be had is not read at
//! all. X5: a customer's key is used and forgotten. Where the cluster encrypts everything, nothing a request or a bucket says
//! turns it off.
//!
//! # Not here
//! Ciphers and formats (`cairn-encryption`), the bytes (`cairn-objects`), named keys (`crate::kms`).

mod choice;
mod customer;
mod vault;

pub(crate) use choice::{Chosen, choose};
pub(crate) use customer::{Privacy, check_customer_key, check_part_key, refuse_insecure};
pub(crate) use vault::{NewEncryption, Vault, shown};
