//! Multipart uploads.

mod begin;
mod complete;
mod parts;
mod sums;

pub use begin::NewUpload;
pub use complete::{CompleteParts, CompletedUpload, ListedUploadPart};
pub use parts::{PublishedPart, UploadPartPage};
