//! HTTP in, typed S3 operation, one call down, response out.
//!
//! A [`Gateway`] serves listeners. Each request is read by `http1`, understood by `cairn-s3`, authenticated and authorised by
//! `pipeline`, done by the one of `handlers` that has its name, and answered. A gateway keeps no state that another one could
//! not have: what it remembers of identities and buckets is checked against the catalog.
//!
//! # Invariants
//! X1: every bad request gets its exact error and changes nothing. X2: what a client can make us hold is bounded. X5: no
//! secret and no signature is logged. X6: a revoked key is refused within 5 s. C7: what another gateway acknowledged is seen.
//!
//! # Cancel safety
//! A request is dropped when its client goes away. What publishes or deletes runs in tasks of the data path.
//!
//! # Limits
//! [`limits`].
//!
//! # Not here
//! The form of requests and answers (`cairn-s3`), rights (`cairn-policy`), bytes and versions (`cairn-objects`), metrics'
//! and administration's own listener.

mod account_names;
pub mod admin;
mod buckets;
mod cluster_key;
mod encryption;
#[cfg(test)]
mod fake_root;
mod gateway;
mod handlers;
mod http1;
mod identity;
mod kms;
pub mod limits;
mod metrics;
mod pipeline;
mod renames;
mod settings;

pub use cluster_key::{ClusterKey, ClusterKeyError, UnwrapError};
pub use gateway::{Components, Gateway};
pub use settings::{EncryptAll, GatewaySettings, GatewaySettingsError, InsecureSseC};
