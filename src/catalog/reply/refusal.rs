//! Why a command or query is refused.

use std::fmt;

use cairn_types::record::{record, record_choice};
use cairn_types::{BlobId, ConfigVersion, Epoch, ErrorKind, HasKind};

use crate::command::BucketScope;
use crate::rows::{AliasKind, Nothing};

record! {
    /// A part that does not fit.
    #[derive(Copy, Eq)]
    pub struct WrongPart without unknown {
        /// Its number.
        1 => pub number: u16,
        /// Its size, where it has one.
        2 => pub size: Option<u64>,
    }
}

record! {
    /// The bucket's seal.
    #[derive(Copy, Eq)]
    pub struct SealedBy without unknown {
        /// The bucket and the configuration version recorded for it.
        1 => pub scope: BucketScope,
    }
}

record_choice! {
    /// A deterministic refusal: the command changed nothing.
    pub enum Refusal {
        /// The session is fenced; it never comes back.
        1 => Fenced(Nothing),
        /// The number is below the session's request floor: the request was resolved long ago.
        2 => BelowRequestFloor(Nothing),
        /// Too many replies are kept for the session: raise the request floor first.
        3 => TooManyReplies(Nothing),
        /// The command takes effect more than once if repeated, so it needs a session; or its number is 0.
        4 => SessionRequired(Nothing),
        /// The key or the command belongs to another shard.
        5 => WrongShard(Nothing),
        /// Decided under an older configuration than the one that governs.
        6 => StaleConfiguration(ConfigVersion),
        /// The bucket is being deleted, or is gone.
        7 => BucketSealed(SealedBy),
        /// The shard has no configuration of the bucket.
        8 => UnknownBucket(Nothing),
        /// A blob was introduced already, is resolved, or belongs to another session.
        9 => BlobNotIntroducible(BlobId),
        /// A number of the command is out of its bounds.
        10 => OutOfBounds(Nothing),

        /// A condition does not hold.
        20 => PreconditionFailed(Nothing),
        /// A condition asks for a version, and there is none.
        21 => NoSuchKey(Nothing),
        /// No version of that id.
        22 => NoSuchVersion(Nothing),
        /// The version that was read is not the one there.
        23 => SourceChanged(Nothing),
        /// Retention or a legal hold protects the version.
        24 => Locked(Nothing),
        /// The bucket has no object lock.
        25 => ObjectLockOff(Nothing),
        /// The version is a delete marker, which has nothing to change.
        26 => IsDeleteMarker(Nothing),
        /// Only objects of a bucket without versioning take appends.
        27 => VersionedBucket(Nothing),
        /// The append does not begin at the object's end; its size.
        28 => InvalidWriteOffset(u64),
        /// The object took as many appends as it can.
        29 => TooManyAppends(Nothing),

        /// No such upload.
        30 => NoSuchUpload(Nothing),
        /// No such part, or another ETag or checksum.
        31 => InvalidPart(WrongPart),
        /// Parts are not in ascending order.
        32 => InvalidPartOrder(WrongPart),
        /// A part that is not the last is too small.
        33 => EntityTooSmall(WrongPart),
        /// The part was published again after it was read: read and decide anew.
        34 => PartChanged(WrongPart),
        /// The parts do not have the size that the client expects.
        35 => SizeMismatch(u64),
        /// The upload id is taken.
        36 => UploadExists(Nothing),
        /// The keys of a rename lie in different shards.
        37 => KeysApart(Nothing),

        /// The bucket holds versions or delete markers.
        40 => BucketNotEmpty(Nothing),
        /// The bucket's name is taken by its owner.
        41 => BucketOwnedByYou(BucketScope),
        /// The bucket's name is taken by another.
        42 => BucketExists(Nothing),
        /// No such bucket.
        43 => NoSuchBucket(Nothing),
        /// The bucket is in another state than the command asks for.
        44 => BucketBusy(Nothing),
        /// The configuration is not the one that was read; the present one.
        45 => ConfigurationChanged(ConfigVersion),
        /// Sessions that may know the bucket still live.
        46 => NotYet(Nothing),

        /// The cluster exists already.
        60 => ClusterExists(Nothing),
        /// There is no cluster yet, or it is another one.
        61 => ForeignCluster(Nothing),
        /// The id belongs to another node or disk, or was removed.
        62 => IdTaken(Nothing),
        /// No such node or disk.
        63 => NoSuchMember(Nothing),
        /// The map is not the one that the change was made from; the present epoch.
        64 => EpochChanged(Epoch),
        /// The generation was seen already: an old copy of a directory.
        65 => GenerationSeen(Nothing),
        /// Too many sessions are open.
        66 => TooManySessions(Nothing),
        /// No such session.
        67 => NoSuchSession(Nothing),

        /// The document, user, account or key exists already, or has another version.
        80 => VersionDiffers(u64),
        /// No such document, user, account or key.
        81 => NoSuchEntity(Nothing),
        /// A name of the account is another's.
        82 => AliasTaken(AliasKind),
        /// What belongs to the account or user is still there.
        83 => EntityInUse(Nothing),
        /// The user has as many access keys as it may.
        84 => TooManyKeys(Nothing),
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Fenced(_) => "the session is fenced",
            Self::BelowRequestFloor(_) => "the request is below the session's floor",
            Self::TooManyReplies(_) => "too many replies are kept for the session",
            Self::SessionRequired(_) => "the command needs a session and a number",
            Self::WrongShard(_) => "the key or command belongs to another shard",
            Self::StaleConfiguration(current) => {
                return write!(f, "decided under an older configuration than {current}");
            }
            Self::BucketSealed(_) => "the bucket is sealed",
            Self::UnknownBucket(_) => "the shard does not know the bucket",
            Self::BlobNotIntroducible(blob) => return write!(f, "blob {blob} cannot be introduced"),
            Self::OutOfBounds(_) => "a number of the command is out of bounds",
            Self::PreconditionFailed(_) => "a condition does not hold",
            Self::NoSuchKey(_) => "the key has no version",
            Self::NoSuchVersion(_) => "the key has no such version",
            Self::SourceChanged(_) => "the source is not the version that was read",
            Self::Locked(_) => "the version is locked",
            Self::ObjectLockOff(_) => "the bucket has no object lock",
            Self::IsDeleteMarker(_) => "the version is a delete marker",
            Self::VersionedBucket(_) => "the bucket has versioning",
            Self::InvalidWriteOffset(size) => return write!(f, "the object has {size} bytes"),
            Self::TooManyAppends(_) => "the object takes no more appends",
            Self::NoSuchUpload(_) => "no such upload",
            Self::InvalidPart(part) => return write!(f, "part {} is not the one listed", part.number),
            Self::InvalidPartOrder(part) => return write!(f, "part {} is out of order", part.number),
            Self::EntityTooSmall(part) => return write!(f, "part {} is too small", part.number),
            Self::PartChanged(part) => return write!(f, "part {} changed since it was read", part.number),
            Self::SizeMismatch(size) => return write!(f, "the parts have {size} bytes"),
            Self::UploadExists(_) => "the upload id is taken",
            Self::KeysApart(_) => "the keys lie in different shards",
            Self::BucketNotEmpty(_) => "the bucket is not empty",
            Self::BucketOwnedByYou(_) => "the bucket exists and is its owner's",
            Self::BucketExists(_) => "the bucket exists",
            Self::NoSuchBucket(_) => "no such bucket",
            Self::BucketBusy(_) => "the bucket is in another state",
            Self::ConfigurationChanged(current) => return write!(f, "the configuration is {current}"),
            Self::NotYet(_) => "sessions that may know the bucket still live",
            Self::ClusterExists(_) => "the cluster exists already",
            Self::ForeignCluster(_) => "not of this cluster",
            Self::IdTaken(_) => "the id belongs to another or was removed",
            Self::NoSuchMember(_) => "no such node or disk",
            Self::EpochChanged(epoch) => return write!(f, "the map has epoch {epoch}"),
            Self::GenerationSeen(_) => "the generation was seen already",
            Self::TooManySessions(_) => "too many sessions are open",
            Self::NoSuchSession(_) => "no such session",
            Self::VersionDiffers(version) => return write!(f, "the document has version {version}"),
            Self::NoSuchEntity(_) => "no such entity",
            Self::AliasTaken(_) => "a name of the account is another's",
            Self::EntityInUse(_) => "what belongs to the entity is still there",
            Self::TooManyKeys(_) => "the user has too many access keys",
        };
        f.write_str(text)
    }
}

impl std::error::Error for Refusal {}

impl HasKind for Refusal {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Fenced(_)
            | Self::WrongShard(_)
            | Self::StaleConfiguration(_)
            | Self::UnknownBucket(_)
            | Self::PartChanged(_)
            | Self::SourceChanged(_) => ErrorKind::Unavailable,
            Self::BelowRequestFloor(_) => ErrorKind::Unknown,
            Self::TooManyReplies(_) | Self::TooManySessions(_) | Self::NotYet(_) => ErrorKind::Busy,
            Self::SessionRequired(_) | Self::BlobNotIntroducible(_) => ErrorKind::Bug,
            Self::OutOfBounds(_)
            | Self::InvalidPart(_)
            | Self::InvalidPartOrder(_)
            | Self::EntityTooSmall(_)
            | Self::SizeMismatch(_)
            | Self::ObjectLockOff(_)
            | Self::IsDeleteMarker(_)
            | Self::VersionedBucket(_)
            | Self::InvalidWriteOffset(_)
            | Self::TooManyAppends(_)
            | Self::KeysApart(_) => ErrorKind::Invalid,
            Self::Locked(_) | Self::ForeignCluster(_) => ErrorKind::Denied,
            Self::BucketSealed(_)
            | Self::NoSuchKey(_)
            | Self::NoSuchVersion(_)
            | Self::NoSuchUpload(_)
            | Self::NoSuchBucket(_)
            | Self::NoSuchMember(_)
            | Self::NoSuchSession(_)
            | Self::NoSuchEntity(_) => ErrorKind::NotFound,
            Self::PreconditionFailed(_)
            | Self::UploadExists(_)
            | Self::BucketNotEmpty(_)
            | Self::BucketOwnedByYou(_)
            | Self::BucketExists(_)
            | Self::BucketBusy(_)
            | Self::ConfigurationChanged(_)
            | Self::ClusterExists(_)
            | Self::IdTaken(_)
            | Self::EpochChanged(_)
            | Self::GenerationSeen(_)
            | Self::VersionDiffers(_)
            | Self::AliasTaken(_)
            | Self::EntityInUse(_)
            | Self::TooManyKeys(_) => ErrorKind::Conflict,
        }
    }
}
