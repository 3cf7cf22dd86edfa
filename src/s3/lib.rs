//! The S3 wire: signatures, XML, headers, error codes, typed operations.

pub mod address;
pub mod auth;
pub mod checksum;
pub mod condition;
pub mod error;
mod head;
pub mod header;
pub mod limits;
pub mod operation;
pub mod payload;
mod query;
pub mod range;
pub mod response;
pub mod xml;

pub use error::{RequestIds, S3Error, S3ErrorCode};
pub use head::RequestHead;
