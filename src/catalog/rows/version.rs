//! Versions of objects.

use bytes::Bytes;
use cairn_types::record::{record, record_choice, record_enum};
use cairn_types::{
    CanonicalId, ConfigVersion, ObjectKey, RegionNumber, RunId, UnixMillis, UploadId, VersionId, VersionOrder,
};

use super::checksum::Checksum;
use super::encryption::Encryption;
use super::etag::ETag;
use super::lock::ObjectLock;
use super::nothing::Nothing;
use super::part_index::PartIndex;
use super::storage_class::StorageClass;

record_enum! {
    /// What a version is.
    pub enum VersionKind {
        /// An object with a body.
        1 => Object,
        /// A delete marker.
        2 => DeleteMarker,
        /// A link to another key.
        3 => Symlink,
        /// An object that grows by appends.
        4 => Appendable,
    }
}

record_enum! {
    /// How far a version has come to one destination.
    pub enum ReplicationStatus {
        /// Not yet there.
        1 => Pending,
        /// There.
        2 => Completed,
        /// Refused there.
        3 => Failed,
        /// Came from another region.
        4 => Replica,
    }
}

record! {
    /// State of a temporary copy of an archived object.
    #[derive(Eq)]
    pub struct RestoreState {
        /// Still under way.
        1 => pub ongoing: bool,
        /// When the copy goes.
        2 => pub expires: UnixMillis,
    }
}

record! {
    /// The headers that come back as they were sent, byte by byte.
    #[derive(Eq)]
    pub struct StandardHeaders {
        /// `Content-Type`.
        1 => pub content_type: Option<Bytes>,
        /// `Content-Encoding`, `aws-chunked` taken out.
        2 => pub content_encoding: Option<Bytes>,
        /// `Content-Disposition`.
        3 => pub content_disposition: Option<Bytes>,
        /// `Content-Language`.
        4 => pub content_language: Option<Bytes>,
        /// `Cache-Control`.
        5 => pub cache_control: Option<Bytes>,
        /// `Expires`.
        6 => pub expires: Option<Bytes>,
        /// `x-amz-website-redirect-location`.
        7 => pub website_redirect: Option<Bytes>,
    }
}

record! {
    /// What the writer of an object says about it, apart from its body: fixed by PutObject or CreateMultipartUpload.
    pub struct ObjectMeta {
        /// Owner of the object.
        1 => pub owner: CanonicalId,
        /// Who wrote it, where that is another.
        2 => pub uploader: Option<CanonicalId>,
        /// Storage class.
        3 => pub class: StorageClass,
        /// Headers kept as sent.
        4 => pub headers: StandardHeaders,
        /// `x-amz-meta-…`: names in lower case without the prefix, in the order sent.
        5 => pub user: Vec<(String, Bytes)>,
        /// Encryption, if any.
        6 => pub encryption: Option<Encryption>,
        /// Object lock, if any.
        7 => pub lock: Option<ObjectLock>,
        /// Tags.
        8 => pub tags: Vec<(String, String)>,
        /// ACL, a document of the policy layer; absent means private to the owner.
        9 => pub acl: Option<Bytes>,
        /// Status per destination of replication.
        10 => pub replication: Vec<(String, ReplicationStatus)>,
        /// Region that it was first written in; 0 is this one.
        11 => pub origin: RegionNumber,
        /// Temporary copy of an archived object.
        12 => pub restore: Option<RestoreState>,
    }
}

record! {
    /// What was measured on the body's bytes.
    #[derive(Eq)]
    pub struct BodyFacts {
        /// Bytes of the object as clients see it.
        1 => pub size: u64,
        /// ETag.
        2 => pub etag: ETag,
        /// Checksums.
        3 => pub checksums: Vec<Checksum>,
        /// CRC-64/XZ of the bytes, where known.
        4 => pub crc64_xz: Option<u64>,
    }
}

record! {
    /// A run of a version's body.
    #[derive(Copy, Eq)]
    pub struct RunPlace without unknown {
        /// The run.
        1 => pub run: RunId,
        /// Stored bytes.
        2 => pub length: u64,
    }
}

record! {
    /// Runs in the order of the body.
    #[derive(Eq)]
    pub struct RunPlaces {
        /// One: a body of several runs has them in parts.
        1 => pub runs: Vec<RunPlace>,
        /// Key that the runs' rows lie under, where it is not the version's: what their labels say.
        2 => pub home: Option<ObjectKey>,
    }
}

record! {
    /// The parts of an upload as a body.
    #[derive(Eq)]
    pub struct UploadPlace {
        /// The upload whose part rows are the manifest.
        1 => pub upload: UploadId,
        /// Which parts, and how long. Numbers above 10,000 are of appends.
        2 => pub parts: PartIndex,
        /// Key that the part rows lie under, where it is not the version's.
        3 => pub home: Option<ObjectKey>,
    }
}

record! {
    /// An inline body.
    #[derive(Copy, Eq)]
    pub struct InlinePlace without unknown {
        /// Stored bytes.
        1 => pub length: u64,
    }
}

record_choice! {
    /// Where a version's bytes are.
    pub enum BodyPlace {
        /// Nowhere: a delete marker.
        1 => Absent(Nothing),
        /// In a row of their own beside the version.
        2 => Inline(InlinePlace),
        /// In runs.
        3 => Runs(RunPlaces),
        /// In the parts of an upload.
        4 => Upload(UploadPlace),
    }
}

impl BodyPlace {
    /// The key that runs or parts lie under, of a version of `own`: another after a rename.
    pub fn home<'a>(&'a self, own: &'a ObjectKey) -> &'a ObjectKey {
        let home = match self {
            Self::Absent(_) | Self::Inline(_) => None,
            Self::Runs(places) => places.home.as_ref(),
            Self::Upload(place) => place.home.as_ref(),
        };
        home.unwrap_or(own)
    }
}

record! {
    /// Row of a version. Its last-modified time is the time of its order.
    pub struct VersionRow {
        /// Its place among the versions of its key.
        1 => pub order: VersionOrder,
        /// Whether clients name it `null`.
        2 => pub null: bool,
        /// What it is.
        3 => pub kind: VersionKind,
        /// What was measured on its body.
        4 => pub facts: BodyFacts,
        /// What its writer said.
        5 => pub meta: ObjectMeta,
        /// Where its bytes are.
        6 => pub body: BodyPlace,
        /// The upload that made it.
        7 => pub upload: Option<UploadId>,
        /// Appends so far.
        8 => pub appends: u32,
        /// Configuration it was decided with.
        9 => pub config_version: ConfigVersion,
    }
}

impl VersionRow {
    /// What clients call it.
    pub fn id(&self) -> VersionId {
        if self.null { VersionId::Null } else { VersionId::Ordered(self.order) }
    }

    /// When it was written.
    pub fn last_modified(&self) -> UnixMillis {
        UnixMillis(self.order.time)
    }

    /// Whether it is a delete marker.
    pub fn is_marker(&self) -> bool {
        self.kind == VersionKind::DeleteMarker
    }
}
