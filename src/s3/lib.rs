//! The S3 wire: signatures, XML, headers, error codes, typed operations.

pub mod checksum;
pub mod error;

pub use error::{S3Error, S3ErrorCode};
