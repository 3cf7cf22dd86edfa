//! Data path: bodies become durable blobs, blobs become visible versions, versions become bodies again.
//!
//! [`Objects`] is what callers hold. A write is [`Objects::stage`] and then [`Objects::put`] or [`Objects::put_part`]; a
//! read is [`Objects::open`] and then [`ObjectRead::stream`].
//!
//! # Invariants
//! D2: a version is published only when every blob of it is durable on at least the write floor of disks. D3, L4: a write
//! goes to a group with all disks up where there is one. D6: bytes that are handed out were verified. E6: they are all
//! of one version.
//!
//! # Crash
//! What was staged and not published is named by no row; it is collected once its session is over or says so.
//!
//! # Limits
//! [`limits`]; memory comes from two budgets ([`Settings`]).
//!
//! # Not here
//! What a publish means (`cairn-catalog`), collecting (`cairn-repair`), S3's requests and errors (`cairn-gateway`).

mod append;
mod bucket_view;
mod checksum_rows;
mod copy;
mod degraded;
mod delete;
mod error;
pub mod limits;
mod list;
mod objects;
mod placement_view;
mod put;
mod read;
mod rename;
mod settings;
mod stage;
mod update;
mod upload;

pub use append::{AppendObject, Appended};
pub use bucket_view::BucketView;
pub use checksum_rows::{row_algorithm, row_kind, wire_algorithm, wire_kind, wire_value};
pub use delete::DeleteRequest;
pub use error::{
    BlobError, BucketRefusal, DeleteError, ListError, LookupError, PutError, ReadError, StageError, UpdateError,
    UploadError,
};
pub use list::{ListPage, ListRequest};
pub use objects::Objects;
pub use put::{PutObject, ReplaceObject};
pub use read::{BodyStream, ObjectRead, ReadRequest, layers_of};
pub use rename::RenameObject;
pub use settings::{Settings, SettingsError};
pub use stage::{BodySeal, Measured, SealedETag, StageTarget, Staged, VerifiedChecksum};
pub use update::UpdateRequest;
pub use upload::{CompleteParts, CompletedUpload, ListedUploadPart, NewUpload, PublishedPart, UploadPartPage};

#[cfg(test)]
mod tests;
