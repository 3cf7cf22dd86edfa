//! Between what requests say, what rows hold, and what answers show.

use cairn_catalog::command::{
    DeleteConditions as RowConditions, DeleteTarget, ETagCondition, Precondition, UpdateTarget,
};
use cairn_catalog::rows::{
    BodyFacts, BodyPlace, ChecksumForm, ChecksumKind, ETag as RowETag, ETagKind, Nothing, ObjectMeta,
    StandardHeaders as RowHeaders, StorageClass as RowClass, VersionRow, VersioningMode,
};
use cairn_objects::{row_algorithm, row_kind, wire_algorithm, wire_kind, wire_value};
use cairn_s3::checksum::{ChecksumAlgorithm, ChecksumType, ObjectChecksum, UploadChecksum};
use cairn_s3::condition::{DeleteConditions, ETag, ETagMatch, WritePrecondition};
use cairn_s3::encryption::CustomerKey;
use cairn_s3::header::{StandardHeaders, StorageClass, UserMetadata};
use cairn_s3::response::{ObjectFacts, ShownSettings};
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{CanonicalId, VersionId};

use crate::buckets::Bucket;
use crate::encryption::shown;

/// What the writer of an object says about it.
pub(super) fn meta(owner: &CanonicalId, headers: StandardHeaders, user: UserMetadata) -> ObjectMeta {
    let StandardHeaders {
        content_type,
        content_encoding,
        content_disposition,
        content_language,
        cache_control,
        expires,
    } = headers;
    ObjectMeta {
        owner: owner.clone(),
        headers: RowHeaders {
            content_type,
            content_encoding,
            content_disposition,
            content_language,
            cache_control,
            expires,
            ..RowHeaders::default()
        },
        user: user.into_pairs(),
        ..ObjectMeta::default()
    }
}

/// Everything of a version that every reader may know.
pub(super) fn facts(bucket: &Bucket, version: &VersionRow) -> ObjectFacts {
    let headers = &version.meta.headers;
    ObjectFacts {
        size: version.facts.size,
        etag: etag(&version.facts.etag),
        last_modified: version.last_modified(),
        headers: StandardHeaders {
            content_type: headers.content_type.clone(),
            content_encoding: headers.content_encoding.clone(),
            content_disposition: headers.content_disposition.clone(),
            content_language: headers.content_language.clone(),
            cache_control: headers.cache_control.clone(),
            expires: headers.expires.clone(),
        },
        user_metadata: UserMetadata::from_pairs(version.meta.user.clone()),
        checksum: object_checksum(&version.facts, parts_count(version)),
        parts_count: parts_count(version),
        version_id: shown_id(bucket, version.id()),
        settings: ShownSettings::default(),
    }
}

/// The same, for the owner of a customer's key.
pub(super) fn facts_for(bucket: &Bucket, version: &VersionRow, customer: Option<&CustomerKey>) -> ObjectFacts {
    let facts = facts(bucket, version);
    let encryption = shown(version.meta.encryption.as_ref(), customer);
    ObjectFacts { settings: ShownSettings { encryption, ..facts.settings }, ..facts }
}

/// How many parts a version was made of, if it was made of parts.
pub(super) fn parts_count(version: &VersionRow) -> Option<u32> {
    match &version.body {
        BodyPlace::Upload(place) => Some(place.parts.count()),
        BodyPlace::Absent(_) | BodyPlace::Inline(_) | BodyPlace::Runs(_) => None,
    }
}

/// The id of a version, where the bucket shows ids.
pub(super) fn shown_id(bucket: &Bucket, id: VersionId) -> Option<VersionId> {
    match bucket.settings.versioning {
        VersioningMode::Off => None,
        VersioningMode::Enabled | VersioningMode::Suspended => Some(id),
    }
}

/// The id of a version that was just uploaded: whoever writes to a bucket that keeps no more versions is told of none.
pub(super) fn new_id(bucket: &Bucket, id: VersionId) -> Option<VersionId> {
    match bucket.settings.versioning {
        VersioningMode::Off | VersioningMode::Suspended => None,
        VersioningMode::Enabled => Some(id),
    }
}

/// An entity tag of a row.
pub(super) fn etag(row: &RowETag) -> ETag {
    ETag::new(row.text.as_str())
}

/// An entity tag as a condition names it; only its text counts.
pub(super) fn row_etag(etag: &ETag) -> RowETag {
    RowETag { kind: ETagKind::Opaque, text: etag.as_str().to_ascii_lowercase() }
}

/// The checksum of an object.
pub(super) fn object_checksum(facts: &BodyFacts, parts_count: Option<u32>) -> Option<ObjectChecksum> {
    let row = facts.checksums.first()?;
    let value = wire_value(row)?;
    Some(match row.kind {
        ChecksumKind::FullObject => ObjectChecksum::FullObject(value),
        ChecksumKind::Composite => ObjectChecksum::Composite { value, parts: parts_count.unwrap_or(1) },
    })
}

/// The checksum form that listings show.
pub(super) fn listed_checksum(form: Option<&ChecksumForm>) -> Option<(ChecksumAlgorithm, ChecksumType)> {
    form.and_then(|form| Some((wire_algorithm(form.algorithm)?, wire_kind(form.kind))))
}

/// The checksum that an upload promised.
pub(super) fn upload_checksum(form: Option<&ChecksumForm>) -> Option<UploadChecksum> {
    let (algorithm, kind) = listed_checksum(form)?;
    UploadChecksum::new(algorithm, kind).ok()
}

/// The checksum that an upload promises, for its row.
pub(super) fn checksum_form(checksum: UploadChecksum) -> ChecksumForm {
    ChecksumForm { algorithm: row_algorithm(checksum.algorithm()), kind: row_kind(checksum.kind()) }
}

/// What must be true of a key for a write.
pub(super) fn precondition(wanted: &WritePrecondition) -> Precondition {
    match wanted {
        WritePrecondition::None => Precondition::Unconditional(Nothing::default()),
        WritePrecondition::Absent => Precondition::Absent(Nothing::default()),
        WritePrecondition::Exists => Precondition::Exists(Nothing::default()),
        WritePrecondition::Matches(etag) => Precondition::Matches(row_etag(etag)),
    }
}

/// Says which condition failed.
pub(super) fn with_condition(error: S3Error, wanted: &WritePrecondition) -> S3Error {
    if error.code == S3ErrorCode::PreconditionFailed { wanted.failed() } else { error }
}

/// Which version a delete is of.
pub(super) fn delete_target(id: Option<VersionId>) -> DeleteTarget {
    match id {
        None => DeleteTarget::Latest(Nothing::default()),
        Some(VersionId::Null) => DeleteTarget::Null(Nothing::default()),
        Some(VersionId::Ordered(order)) => DeleteTarget::Ordered(order),
    }
}

/// Which version a change in place is of.
pub(super) fn update_target(id: Option<VersionId>) -> UpdateTarget {
    match id {
        None => UpdateTarget::Latest(Nothing::default()),
        Some(VersionId::Null) => UpdateTarget::Null(Nothing::default()),
        Some(VersionId::Ordered(order)) => UpdateTarget::Ordered(order),
    }
}

/// A storage class for a row.
pub(super) fn row_class(class: StorageClass) -> RowClass {
    match class {
        StorageClass::Standard => RowClass::Standard,
        StorageClass::ReducedRedundancy => RowClass::ReducedRedundancy,
        StorageClass::StandardIa => RowClass::StandardIa,
        StorageClass::OneZoneIa => RowClass::OneZoneIa,
        StorageClass::IntelligentTiering => RowClass::IntelligentTiering,
        StorageClass::Glacier => RowClass::Glacier,
        StorageClass::GlacierIr => RowClass::GlacierIr,
        StorageClass::DeepArchive => RowClass::DeepArchive,
    }
}

/// A storage class of a row. Those of other kinds of buckets come from nowhere.
pub(super) fn wire_class(class: RowClass) -> StorageClass {
    match class {
        RowClass::Standard | RowClass::ExpressOneZone | RowClass::Outposts | RowClass::Snow => StorageClass::Standard,
        RowClass::ReducedRedundancy => StorageClass::ReducedRedundancy,
        RowClass::StandardIa => StorageClass::StandardIa,
        RowClass::OneZoneIa => StorageClass::OneZoneIa,
        RowClass::IntelligentTiering => StorageClass::IntelligentTiering,
        RowClass::Glacier => StorageClass::Glacier,
        RowClass::GlacierIr => StorageClass::GlacierIr,
        RowClass::DeepArchive => StorageClass::DeepArchive,
    }
}

/// What must be true of a version for its delete.
pub(super) fn delete_conditions(wanted: DeleteConditions) -> Result<RowConditions, S3Error> {
    let etag = wanted.etag.map(|tags| etag_condition(tags, "If-Match")).transpose()?;
    Ok(RowConditions { etag, last_modified: wanted.last_modified, size: wanted.size, ..RowConditions::default() })
}

/// What an ETag must be for a command. It compares one tag; of several, S3's clients send none.
pub(super) fn etag_condition(wanted: ETagMatch, header: &'static str) -> Result<ETagCondition, S3Error> {
    match wanted {
        ETagMatch::Any => Ok(ETagCondition::Any(Nothing::default())),
        ETagMatch::OneOf(tags) => match tags.as_slice() {
            [tag] => Ok(ETagCondition::Is(row_etag(tag))),
            _ => Err(S3Error::not_implemented_header(header)),
        },
    }
}
