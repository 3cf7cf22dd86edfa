//! Who an access key speaks for.
//!
//! # Invariants
//! X6: a revoked key is refused within 5 s while the root shard answers; without it, an identity is used for 60 s at most.
//! Policies of users are as fresh as their keys, and compiled once for each lookup.
//! X5: secrets are unwrapped here and leave this module only as [`SecretKey`](cairn_s3::auth::SecretKey).

mod cache;
mod found;

pub(crate) use cache::Identities;
pub(crate) use found::Identity;
