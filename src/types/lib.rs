//! Ids, names, sizes, digests, error kinds and the record encoding: what every other crate may speak of.
//!
//! No async, no I/O, no clock, no randomness.

mod blob;
mod bytesize;
mod digest;
mod error_kind;
mod geometry;
mod ids;
mod label;
mod names;
pub mod planted;
mod principal;
pub mod record;
mod time;
mod version;

pub use blob::{BlobId, BlobSequence, RunId};
pub use bytesize::{GIB, KIB, MIB};
pub use digest::{Digest128, DigestBuilder, DigestMismatch, Digested};
pub use error_kind::{ErrorKind, HasKind};
pub use geometry::{FRAGMENTS_MAX, FragmentIndex, Geometry, GeometryError, PerFragment};
pub use ids::{
    BucketId, ClusterId, ConfigVersion, DiskId, Epoch, Generation, GroupId, LogIndex, NodeId, RegionNumber,
    RequestNumber, SessionId, ShardId, UploadId,
};
pub use label::Label;
pub use names::{BucketName, KEY_BYTES_MAX, NameError, ObjectKey};
pub use principal::{AccountId, CanonicalId};
pub use time::{UnixMillis, civil_from_unix_days};
pub use version::{VersionId, VersionIdError, VersionOrder};
