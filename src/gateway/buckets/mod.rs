//! Buckets as this gateway knows them.
//!
//! # Invariants
//! C7, E5: what is remembered of a bucket is used only where a shard checks it: the shard refuses a configuration older than
//! the one that governs, and a bucket that is being deleted. That a bucket does not exist is never remembered.
//! Policies are compiled once for each version of a bucket's configuration.

mod access;
mod bucket;
mod directory;
mod qualified_name;

pub(crate) use access::ownership;
pub(crate) use bucket::Bucket;
pub(crate) use directory::{Buckets, Seen};
pub(crate) use qualified_name::QualifiedName;
