//! The one place where errors of the layers below become S3's.

use std::error::Error;

use cairn_catalog::reply::Refusal;
use cairn_metadata::MetadataError;
use cairn_objects::{
    BucketRefusal, DeleteError, ListError, LookupError, PutError, ReadError, StageError, UpdateError, UploadError,
};
use cairn_s3::condition::DeleteConditions;
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{ErrorKind, HasKind};

/// A failed call, as far as it matters what to do about it.
pub(crate) enum Refused {
    /// The bucket is not as the gateway knew it: look, and try again.
    Bucket(BucketRefusal),
    /// That is the answer.
    Answer(S3Error),
}

/// The answer to a failed call that nothing more exact is known of. Logged where a person must look.
pub(crate) fn failed<E: Error + HasKind>(error: &E) -> S3Error {
    let kind = error.kind();
    match kind {
        ErrorKind::Corrupt | ErrorKind::Bug => tracing::error!(error = %Chain(error), ?kind, "request failed"),
        ErrorKind::Unknown => tracing::warn!(error = %Chain(error), ?kind, "outcome unknown"),
        _ => tracing::debug!(error = %Chain(error), ?kind, "request failed"),
    }
    kind.into()
}

/// An error and its causes in one line.
struct Chain<'a>(&'a dyn Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(inner) = cause {
            write!(f, ": {inner}")?;
            cause = inner.source();
        }
        Ok(())
    }
}

/// The answer to a failed call of the catalog about buckets and identities.
pub(crate) fn catalog_failed(error: &MetadataError) -> S3Error {
    match error {
        MetadataError::Refused(Refusal::NoSuchBucket(_)) => S3ErrorCode::NoSuchBucket.into(),
        MetadataError::Refused(Refusal::BucketNotEmpty(_)) => S3ErrorCode::BucketNotEmpty.into(),
        MetadataError::Refused(Refusal::BucketExists(_)) => S3ErrorCode::BucketAlreadyExists.into(),
        MetadataError::Refused(Refusal::BucketOwnedByYou(_)) => S3ErrorCode::BucketAlreadyOwnedByYou.into(),
        MetadataError::Refused(Refusal::BucketBusy(_) | Refusal::ConfigurationChanged(_)) => {
            S3ErrorCode::OperationAborted.into()
        }
        other => failed(other),
    }
}

impl From<S3Error> for Refused {
    fn from(error: S3Error) -> Self {
        Self::Answer(error)
    }
}

impl From<LookupError> for Refused {
    fn from(error: LookupError) -> Self {
        Self::Answer(match error {
            LookupError::Bucket(refusal) => return Self::Bucket(refusal),
            LookupError::NoSuchKey => S3ErrorCode::NoSuchKey.into(),
            LookupError::NoSuchVersion => S3ErrorCode::NoSuchVersion.into(),
            other @ LookupError::Metadata(_) => failed(&other),
        })
    }
}

impl From<ListError> for Refused {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Bucket(refusal) => Self::Bucket(refusal),
            other @ ListError::Metadata(_) => Self::Answer(failed(&other)),
        }
    }
}

impl From<PutError> for Refused {
    fn from(error: PutError) -> Self {
        Self::Answer(match error {
            PutError::Bucket(refusal) => return Self::Bucket(refusal),
            PutError::PreconditionFailed => S3ErrorCode::PreconditionFailed.into(),
            PutError::NoSuchKey => S3ErrorCode::NoSuchKey.into(),
            PutError::SourceChanged => S3ErrorCode::OperationAborted.into(),
            PutError::Locked => locked(),
            PutError::VersionedBucket => versions_are_kept(),
            PutError::InvalidWriteOffset(_) => S3ErrorCode::InvalidWriteOffset.into(),
            PutError::TooManyAppends => S3ErrorCode::TooManyParts.into(),
            PutError::KeysApart => S3Error::with_message(
                S3ErrorCode::NotImplemented,
                "A rename between keys that are stored apart is not implemented: copy the object and delete it.",
            ),
            other @ (PutError::StagedLost | PutError::Metadata(_) | PutError::Stopped) => failed(&other),
        })
    }
}

impl From<DeleteError> for Refused {
    fn from(error: DeleteError) -> Self {
        Self::Answer(match error {
            DeleteError::Bucket(refusal) => return Self::Bucket(refusal),
            DeleteError::PreconditionFailed => DeleteConditions::failed(),
            DeleteError::NoSuchKey => S3ErrorCode::NoSuchKey.into(),
            DeleteError::Locked => locked(),
            other @ (DeleteError::Metadata(_) | DeleteError::Stopped) => failed(&other),
        })
    }
}

impl From<UpdateError> for Refused {
    fn from(error: UpdateError) -> Self {
        Self::Answer(match error {
            UpdateError::Bucket(refusal) => return Self::Bucket(refusal),
            UpdateError::NoSuchKey => S3ErrorCode::NoSuchKey.into(),
            UpdateError::NoSuchVersion => S3ErrorCode::NoSuchVersion.into(),
            UpdateError::IsDeleteMarker => S3Error::method_not_allowed("PUT", "DeleteMarker", "DELETE"),
            UpdateError::Locked => locked(),
            UpdateError::ObjectLockOff => object_lock_off(),
            other @ (UpdateError::Metadata(_) | UpdateError::Stopped) => failed(&other),
        })
    }
}

/// The answer to who would remove, replace or weaken what a lock protects.
fn locked() -> S3Error {
    S3Error::with_message(S3ErrorCode::AccessDenied, "Access Denied because object protected by object lock.")
}

/// The answer to appends in a bucket that keeps, or kept, versions.
pub(crate) fn versions_are_kept() -> S3Error {
    S3Error::with_message(
        S3ErrorCode::InvalidRequest,
        "Objects can be appended to only in buckets on which versioning was never set.",
    )
}

/// The answer to locks in a bucket that has none.
pub(crate) fn object_lock_off() -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidRequest, "Bucket is missing Object Lock Configuration")
}

impl From<UploadError> for Refused {
    fn from(error: UploadError) -> Self {
        let part = |code, number: u16| S3Error::new(code).element("PartNumber", number.to_string());
        Self::Answer(match error {
            UploadError::Bucket(refusal) => return Self::Bucket(refusal),
            UploadError::NoSuchUpload => S3ErrorCode::NoSuchUpload.into(),
            UploadError::InvalidPart(number) => part(S3ErrorCode::InvalidPart, number),
            UploadError::InvalidPartOrder(_) => S3ErrorCode::InvalidPartOrder.into(),
            UploadError::EntityTooSmall { number, size } => part(S3ErrorCode::EntityTooSmall, number)
                .element("ProposedSize", size.to_string())
                .element("MinSizeAllowed", cairn_s3::limits::PART_BYTES_MIN.to_string()),
            UploadError::SizeMismatch(size) => S3Error::with_message(
                S3ErrorCode::InvalidRequest,
                "The provided 'x-amz-mp-object-size' header does not match what was computed.",
            )
            .element("ComputedSize", size.to_string()),
            UploadError::BadDigest => S3ErrorCode::BadDigest.into(),
            UploadError::ChecksumMissing(number) => S3Error::with_message(
                S3ErrorCode::InvalidRequest,
                format!(
                    "The upload was created with a checksum. The complete request must include the checksum for each part. It was missing for part {number} in the request."
                ),
            ),
            UploadError::PreconditionFailed => S3ErrorCode::PreconditionFailed.into(),
            UploadError::NoSuchKey => S3ErrorCode::NoSuchKey.into(),
            other @ (UploadError::PartChanged(_)
            | UploadError::StagedLost
            | UploadError::Metadata(_)
            | UploadError::Stopped) => failed(&other),
        })
    }
}

impl From<StageError<S3Error>> for Refused {
    fn from(error: StageError<S3Error>) -> Self {
        Self::Answer(match error {
            StageError::Body(refusal) => refusal,
            StageError::TooLong(_) => S3ErrorCode::EntityTooLarge.into(),
            StageError::TooShort { .. } => S3ErrorCode::IncompleteBody.into(),
            other @ (StageError::Busy | StageError::Blob(_)) => failed(&other),
        })
    }
}

impl From<StageError<ReadError>> for Refused {
    fn from(error: StageError<ReadError>) -> Self {
        match error {
            StageError::Body(error) => error.into(),
            other => Self::Answer(failed(&other)),
        }
    }
}

impl From<ReadError> for Refused {
    fn from(error: ReadError) -> Self {
        Self::Answer(match error {
            // It was replaced while it was read: another attempt reads what is there now.
            ReadError::VersionGone => S3ErrorCode::ServiceUnavailable.into(),
            other => failed(&other),
        })
    }
}

impl Refused {
    /// The answer where the bucket is not looked at again.
    pub(crate) fn into_answer(self) -> S3Error {
        match self {
            Self::Answer(error) => error,
            Self::Bucket(refusal) => failed(&refusal),
        }
    }
}

impl From<Refused> for S3Error {
    fn from(refused: Refused) -> Self {
        refused.into_answer()
    }
}

#[cfg(test)]
mod tests {
    use cairn_metadata::MetadataError;
    use cairn_objects::{BlobError, PutError, ReadError, StageError, UploadError};
    use cairn_s3::{S3Error, S3ErrorCode};
    use cairn_types::{BlobId, ShardId};

    use super::Refused;

    fn code(refused: impl Into<Refused>) -> S3ErrorCode {
        refused.into().into_answer().code
    }

    #[test]
    fn who_may_try_again_is_told_so() {
        let shard = ShardId(3);
        assert_eq!(code(PutError::Metadata(MetadataError::Busy { shard })), S3ErrorCode::SlowDown);
        assert_eq!(code(PutError::Metadata(MetadataError::Unavailable { shard })), S3ErrorCode::ServiceUnavailable);
        assert_eq!(code(PutError::Metadata(MetadataError::Unknown { shard })), S3ErrorCode::InternalError);
        assert_eq!(code(StageError::<S3Error>::Busy), S3ErrorCode::SlowDown);
        let blob = StageError::<S3Error>::Blob(BlobError::BelowFloor { written: 2, floor: 5 });
        assert_eq!(code(blob), S3ErrorCode::ServiceUnavailable);
        let few = ReadError::TooFewFragments { blob: BlobId::default(), readable: 3, needed: 4 };
        assert_eq!(code(few), S3ErrorCode::ServiceUnavailable);
    }

    #[test]
    fn exact_errors_keep_their_codes() {
        assert_eq!(code(StageError::Body(S3Error::from(S3ErrorCode::BadDigest))), S3ErrorCode::BadDigest);
        assert_eq!(code(UploadError::InvalidPart(7)), S3ErrorCode::InvalidPart);
        assert_eq!(code(UploadError::EntityTooSmall { number: 1, size: 5 }), S3ErrorCode::EntityTooSmall);
        assert_eq!(code(PutError::PreconditionFailed), S3ErrorCode::PreconditionFailed);
    }
}
