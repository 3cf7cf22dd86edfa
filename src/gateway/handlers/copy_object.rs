//! `CopyObject`

use cairn_catalog::query::BodyWish;
use cairn_catalog::reply::Published;
use cairn_catalog::rows::{EncryptionMode, ObjectMeta, StandardHeaders as RowHeaders, VersioningMode};
use cairn_objects::{ObjectRead, PutObject, ReplaceObject, StageTarget, wire_algorithm};
use cairn_policy::Action;
use cairn_s3::address::CopySource;
use cairn_s3::checksum::{ChecksumAlgorithm, ObjectChecksum};
use cairn_s3::condition::{ETag, ReadConditions};
use cairn_s3::limits::COPY_BYTES_MAX;
use cairn_s3::operation::{CopyMetadata, CopyObject, CopyTags};
use cairn_s3::response::{CopyObjectOutput, Response};
use cairn_s3::tagging::TagSet;
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{CanonicalId, UnixMillis};

use super::acl::Given;
use super::encryption::{new_encryption, unlocked, whole_seal};
use super::lookup::find_object;
use super::new_object::{Bytes, admit_lock, with_lock, with_settings};
use super::rows::{etag, facts, meta, object_checksum, parts_count, precondition, shown_id, with_condition};
use crate::encryption::{NewEncryption, shown};
use crate::limits::COPY_TRIES_MAX;
use crate::pipeline::{Answer, Exchange, Governed, On, READ_TAGS, Refused, Right, answer_slowly, governed};

/// `PUT /b/k` with a source.
pub(crate) async fn copy_object(exchange: &Exchange, bucket: Governed, copy: CopyObject) -> Result<Answer, S3Error> {
    let owned = exchange.clone();
    answer_slowly(exchange, async move { copy_version(&owned, bucket, copy).await }).await
}

async fn copy_version(exchange: &Exchange, mut bucket: Governed, copy: CopyObject) -> Result<Response, S3Error> {
    let now = exchange.gateway.context().clock.wall();
    admit_lock(&mut bucket, &copy.settings.lock, (now, Bytes::Proved)).await?;
    let mut source = exchange.source(&copy.source, copy.expected_source_owner).await?;
    let mut tries = 1;
    loop {
        match copy_found(exchange, (&mut bucket, &mut source), &copy).await {
            // What was to change in place is another version by now.
            Err(error) if error.code == S3ErrorCode::OperationAborted && tries < COPY_TRIES_MAX => tries += 1,
            result => return result,
        }
    }
}

/// Copies the version that the source is now.
async fn copy_found(
    exchange: &Exchange,
    (bucket, source): (&mut Governed, &mut Governed),
    copy: &CopyObject,
) -> Result<Response, S3Error> {
    let found = find_source(exchange, source, &copy.source, &copy.source_conditions, BodyWish::From(0)).await?;
    refuse_too_large(found.size())?;
    require_tags(bucket, source, copy, &found).await?;
    let found = unlocked(exchange, found, copy.source_customer_key.as_ref()).await?;
    let target = Target { writer: exchange.writer(), given: Given::of(exchange, &copy.settings.acl).await? };
    let meta = meta_of_copy(&target.writer, copy, &found);
    let encryption = new_encryption(exchange, bucket, &copy.settings.encryption).await?;
    let shown = shown(encryption.as_ref().map(|new| &new.row), copy.settings.encryption.customer_key());
    let source_version_id = shown_id(source.bucket(), found.version().id());
    let keeps_bytes = keeps_encryption(&found, encryption.as_ref());
    let copied = if keeps_bytes && replaces_metadata(bucket, source, copy, &found) {
        replace(exchange, bucket, copy, &found, (&target, meta)).await
    } else {
        copy_bytes(exchange, bucket, copy, &found, (&target, meta, encryption)).await
    };
    let copied = copied.map_err(|error| with_condition(error, &copy.precondition))?;
    let output = CopyObjectOutput {
        etag: copied.etag,
        last_modified: UnixMillis(copied.published.order.time),
        checksum: copied.checksum,
        version_id: shown_id(bucket.bucket(), copied.published.id()),
        source_version_id,
    };
    Ok(output.into_response().encrypted(shown.as_ref()))
}

/// The version that a copy reads, if it meets its conditions.
pub(super) async fn find_source(
    exchange: &Exchange,
    bucket: &mut Governed,
    source: &CopySource,
    conditions: &ReadConditions,
    body: BodyWish,
) -> Result<ObjectRead, S3Error> {
    let found = find_object(exchange, bucket, (&source.key, source.version_id), body).await;
    let found = found.map_err(|error| match error.code {
        S3ErrorCode::MethodNotAllowed => S3Error::with_message(
            S3ErrorCode::InvalidRequest,
            "The source of a copy request may not specifically refer to a delete marker by version id.",
        ),
        _ => error,
    })?;
    let facts = facts(bucket.bucket(), found.version());
    conditions.evaluate_copy_source(&facts.etag, facts.last_modified)?;
    Ok(found)
}

/// One copy has the bound of one PUT.
pub(super) fn refuse_too_large(bytes: u64) -> Result<(), S3Error> {
    if bytes <= COPY_BYTES_MAX {
        return Ok(());
    }
    Err(S3Error::with_message(
        S3ErrorCode::InvalidRequest,
        "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120",
    ))
}

/// A version made by copying.
struct Copied {
    published: Published,
    etag: ETag,
    checksum: Option<ObjectChecksum>,
}

/// Who makes a copy, and the ACL that it is to have.
struct Target {
    writer: CanonicalId,
    given: Given,
}

impl Target {
    /// The metadata as the bucket is now.
    fn stamped(&self, bucket: &Governed, meta: &ObjectMeta) -> Result<ObjectMeta, S3Error> {
        let mut meta = meta.clone();
        self.given.stamp(&bucket.bucket().access, &self.writer, &mut meta)?;
        Ok(meta)
    }
}

/// Tags that come along are read there and put here.
async fn require_tags(
    bucket: &mut Governed,
    source: &mut Governed,
    copy: &CopyObject,
    found: &ObjectRead,
) -> Result<(), S3Error> {
    if copy.tags != CopyTags::Copy || found.version().meta.tags.is_empty() {
        return Ok(());
    }
    source.require(vec![Right::on_version(READ_TAGS, &copy.source.key, copy.source.version_id)]).await?;
    let on = On::NewObject(copy.key.clone());
    bucket.require(vec![Right { action: Action::PutObjectTagging, on }]).await
}

fn meta_of_copy(owner: &CanonicalId, copy: &CopyObject, found: &ObjectRead) -> ObjectMeta {
    let source = &found.version().meta;
    let said = match &copy.metadata {
        CopyMetadata::Replace { headers, user_metadata } => meta(owner, headers.clone(), user_metadata.clone()),
        // A redirect is asked for with each copy, like an ACL.
        CopyMetadata::Copy => ObjectMeta {
            owner: owner.clone(),
            headers: RowHeaders { website_redirect: None, ..source.headers.clone() },
            user: source.user.clone(),
            ..ObjectMeta::default()
        },
    };
    let tags = match &copy.tags {
        CopyTags::Copy => TagSet::from_stored(source.tags.clone()),
        CopyTags::Replace(tags) => tags.clone(),
    };
    with_settings(said, tags, &copy.settings)
}

/// Whether nothing but the metadata of one null version changes: then its bytes stay where they are.
fn replaces_metadata(bucket: &Governed, source: &Governed, copy: &CopyObject, found: &ObjectRead) -> bool {
    let version = found.version();
    let has_checksum = |wanted: ChecksumAlgorithm| match object_checksum(&version.facts, parts_count(version)) {
        Some(ObjectChecksum::FullObject(value)) => value.algorithm() == wanted,
        Some(ObjectChecksum::Composite { .. }) | None => false,
    };
    let keeps_versions = bucket.bucket().settings.versioning == VersioningMode::Enabled;
    bucket.bucket().id == source.bucket().id
        && copy.key == copy.source.key
        && found.is_latest()
        && version.null
        && !keeps_versions
        && copy.checksum_algorithm.is_none_or(has_checksum)
}

/// Whether the bytes may stay as they are stored: not encrypted, or with the cluster's key, before and after.
fn keeps_encryption(found: &ObjectRead, new: Option<&NewEncryption>) -> bool {
    match (&found.version().meta.encryption, new) {
        (None, None) => true,
        (Some(before), Some(new)) => before.mode == EncryptionMode::Managed && new.row.mode == EncryptionMode::Managed,
        (None, Some(_)) | (Some(_), None) => false,
    }
}

async fn replace(
    exchange: &Exchange,
    bucket: &mut Governed,
    copy: &CopyObject,
    found: &ObjectRead,
    (target, meta): (&Target, ObjectMeta),
) -> Result<Copied, S3Error> {
    let version = found.version();
    let (key, precondition) = (copy.key.clone(), precondition(&copy.precondition));
    let meta = ObjectMeta { encryption: version.meta.encryption.clone(), ..meta };
    let replace = ReplaceObject { key, precondition, source: version.order, meta };
    let objects = exchange.gateway.objects();
    let published = governed!(bucket, |view| async {
        let meta = target.stamped(bucket, &replace.meta)?;
        objects.replace_metadata(&view, ReplaceObject { meta, ..replace.clone() }).await.map_err(Refused::from)
    })?;
    let checksum = object_checksum(&version.facts, parts_count(version));
    Ok(Copied { published, etag: etag(&version.facts.etag), checksum })
}

async fn copy_bytes(
    exchange: &Exchange,
    bucket: &mut Governed,
    copy: &CopyObject,
    found: &ObjectRead,
    (target, meta, encryption): (&Target, ObjectMeta, Option<NewEncryption>),
) -> Result<Copied, S3Error> {
    let objects = exchange.gateway.objects();
    let own = found.version().facts.checksums.first().and_then(|checksum| wire_algorithm(checksum.algorithm));
    let place = StageTarget {
        bucket: bucket.pin(),
        key: copy.key.clone(),
        length: Some(found.size()),
        checksum: copy.checksum_algorithm.or(own),
        seal: whole_seal(encryption.as_ref()),
    };
    let meta = ObjectMeta { encryption: encryption.map(|new| new.row), ..meta };
    let staged = objects.stage_copy(place, found, 0..found.size()).await;
    let staged = staged.map_err(|error| Refused::from(error).into_answer())?;
    let (key, precondition) = (copy.key.clone(), precondition(&copy.precondition));
    let put = PutObject { key, precondition, meta, checksum: None };
    let (now, lock) = (exchange.gateway.context().clock.wall(), copy.settings.lock);
    let published = governed!(bucket, |view| async {
        let meta = with_lock(target.stamped(bucket, &put.meta)?, bucket.bucket(), &lock, now);
        objects.put(&view, PutObject { meta, ..put.clone() }, &staged).await.map_err(Refused::from)
    })?;
    let measured = staged.measured();
    let checksum = ObjectChecksum::FullObject(measured.wanted.unwrap_or(measured.crc64_nvme));
    Ok(Copied { published, etag: etag(&measured.etag()), checksum: Some(checksum) })
}
