//! Tags of objects and buckets.
//!
//! # Invariants
//!
//! A [`TagSet`] holds S3's rules: no key twice, keys and values of S3's letters and lengths, and no more of them than its
//! holder may have.

mod document;
mod header;
mod tag_set;

pub(crate) use document::parse_tags;
pub use tag_set::{TagHolder, TagSet};

#[cfg(test)]
mod tests;
