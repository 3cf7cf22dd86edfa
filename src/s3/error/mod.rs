//! S3's errors: code, status, words, XML.
//!
//! # Invariants
//!
//! X1: a code has exactly one HTTP status and one default message, both in the table of [`S3ErrorCode`]. The body names
//! the request by the same id as the header, so the id is given when the body is made, not before.

mod code;
mod kind;
mod request_ids;
mod s3_error;

pub use code::S3ErrorCode;
pub use request_ids::RequestIds;
pub use s3_error::S3Error;
