//! `PutObject` with `x-amz-write-offset-bytes`

use cairn_catalog::query::BodyWish;
use cairn_catalog::rows::{Nothing, VersioningMode};
use cairn_objects::{AppendObject, wire_algorithm};
use cairn_s3::checksum::ChecksumAlgorithm;
use cairn_s3::operation::PutObject;
use cairn_s3::response::PutObjectOutput;
use cairn_s3::{S3Error, S3ErrorCode};

use super::acl::Given;
use super::encryption::{new_encryption, whole_seal};
use super::lookup::find_object;
use super::new_object::with_settings;
use super::rows::{etag, meta, object_checksum, precondition, shown_id, with_condition};
use crate::pipeline::{
    Answer, Exchange, Governed, Payload, Promised, Refused, StagedBody, governed, object_lock_off, versions_are_kept,
};

/// `PUT /b/k` at an offset: returns after the bytes are durable behind those of the object.
pub(crate) async fn append_object(
    exchange: &Exchange,
    bucket: &mut Governed,
    (put, offset): (PutObject, u64),
    payload: Payload<'_>,
) -> Result<Answer, S3Error> {
    if bucket.bucket().settings.versioning != VersioningMode::Off {
        return Err(versions_are_kept());
    }
    if !put.settings.lock.is_none() {
        return Err(object_lock_off());
    }
    let unless_sent = checksum_of(exchange, bucket, (&put, offset)).await?;
    if new_encryption(exchange, bucket, &put.settings.encryption).await?.is_some() {
        return Err(encrypted());
    }
    let (writer, given) = (exchange.writer(), Given::of(exchange, &put.settings.acl).await?);
    let mut meta = with_settings(meta(&writer, put.headers, put.user_metadata), put.tags, &put.settings);
    given.stamp(&bucket.bucket().access, &writer, &mut meta)?;
    let promised = Promised { content_md5: put.content_md5, checksum: put.checksum, unless_sent };
    let target = (bucket.pin(), &put.key, whole_seal(None));
    let StagedBody { staged, checksum } = payload.stage(&exchange.gateway, target, promised).await?;
    let append = AppendObject { key: put.key, precondition: precondition(&put.precondition), offset, meta, checksum };
    let objects = exchange.gateway.objects();
    let appended = governed!(bucket, |view| async {
        let mut append = append.clone();
        given.stamp(&bucket.bucket().access, &writer, &mut append.meta)?;
        objects.append(&view, append, &staged).await.map_err(Refused::from)
    });
    let appended = appended.map_err(|error| with_condition(error, &put.precondition))?;
    let output = PutObjectOutput {
        etag: etag(&appended.facts.etag),
        checksum: object_checksum(&appended.facts, None),
        version_id: shown_id(bucket.bucket(), appended.version.id()),
    };
    let mut response = output.into_response();
    response.head.show_object_size(appended.facts.size);
    Ok(response.into())
}

/// New bytes would need a key of their own under the object's encryption.
fn encrypted() -> S3Error {
    S3Error::with_message(S3ErrorCode::NotImplemented, "Appends to encrypted objects are not implemented.")
}

/// The checksum that the object has, which the new bytes need too. An offset that is wrong already is told before the bytes
/// are sent.
async fn checksum_of(
    exchange: &Exchange,
    bucket: &mut Governed,
    (put, offset): (&PutObject, u64),
) -> Result<Option<ChecksumAlgorithm>, S3Error> {
    let wish = BodyWish::Nothing(Nothing::default());
    match find_object(exchange, bucket, (&put.key, None), wish).await {
        Ok(found) if found.size() != offset => Err(S3ErrorCode::InvalidWriteOffset.into()),
        Ok(found) if found.version().meta.encryption.is_some() => Err(encrypted()),
        Ok(found) => {
            let first = found.version().facts.checksums.first();
            Ok(first.and_then(|checksum| wire_algorithm(checksum.algorithm)))
        }
        Err(error) if error.code == S3ErrorCode::NoSuchKey && offset == 0 => Ok(None),
        Err(error) if error.code == S3ErrorCode::NoSuchKey => Err(S3ErrorCode::InvalidWriteOffset.into()),
        Err(error) => Err(error),
    }
}
