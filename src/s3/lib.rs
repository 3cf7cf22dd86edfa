//! The S3 wire: signatures, XML, headers, error codes, typed operations.
//!
//! A request's head becomes an [`operation::S3Request`], its payload plain bytes ([`payload`]), its signature a verified
//! claim ([`auth`]); a typed output becomes a [`response::Response`], every refusal an [`S3Error`].
//!
//! # Invariants
//!
//! X1: a bad input gets its exact code; nothing that a client asked for is dropped in silence. X2: no input panics, and
//! what is read of one is bounded ([`limits`]).
//!
//! # Not here
//!
//! Sockets, clocks, and whatever needs the bucket or the object to decide.

pub mod acl;
pub mod address;
pub mod auth;
pub mod checksum;
pub mod condition;
pub mod configuration;
pub mod cors;
pub mod encryption;
pub mod error;
pub mod form;
mod head;
pub mod header;
pub mod limits;
pub mod lock;
pub mod operation;
pub mod payload;
mod query;
pub mod range;
pub mod response;
pub mod tagging;
pub mod xml;

pub use error::{RequestIds, S3Error, S3ErrorCode};
pub use head::RequestHead;
