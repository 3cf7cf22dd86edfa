//! Checksums that S3 clients send and ask for, and the MD5 of ETags.
//!
//! # Invariants
//!
//! X1: a header that names a checksum is understood, or the request is refused: none is dropped in silence.
//! D6: a combined checksum equals the one over the joined bytes; a composite one is the digest of the parts' digests.
//! Each hasher sees a byte once; who needs two algorithms holds two hashers.
//!
//! # Limits
//!
//! One request carries at most one checksum. Values have the fixed length of their algorithm.

mod algorithm;
mod body_checksum;
mod checksum_type;
mod content_md5;
mod hasher;
mod md5;
mod object_checksum;
mod value;

pub use self::md5::{Md5, Md5Digest, multipart_etag};
pub use algorithm::ChecksumAlgorithm;
pub use body_checksum::BodyChecksum;
pub use checksum_type::{ChecksumType, UploadChecksum};
pub use content_md5::ContentMd5;
pub use hasher::ChecksumHasher;
pub use object_checksum::{ObjectChecksum, PartChecksum};
pub use value::ChecksumValue;
