//! `PutObject`

use cairn_objects::PutObject as Publish;
use cairn_s3::S3Error;
use cairn_s3::checksum::ObjectChecksum;
use cairn_s3::encryption::ShownEncryption;
use cairn_s3::operation::PutObject;
use cairn_s3::response::PutObjectOutput;

use super::acl::Given;
use super::append_object::append_object;
use super::encryption::{new_encryption, whole_seal};
use super::new_object::{Bytes, admit_lock, check_lock, with_lock, with_settings};
use super::rows::{etag, meta, new_id, precondition, with_condition};
use crate::encryption::shown;
use crate::pipeline::{Answer, Exchange, Governed, Payload, Promised, Refused, StagedBody, governed};

/// `PUT /b/k`: returns after the version is durable and visible.
pub(crate) async fn put_object(
    exchange: &Exchange,
    bucket: &mut Governed,
    put: PutObject,
    payload: Payload<'_>,
) -> Result<Answer, S3Error> {
    if let Some(offset) = put.write_offset {
        return Box::pin(append_object(exchange, bucket, (put, offset), payload)).await;
    }
    stored(exchange, bucket, put, payload)
        .await
        .map(|stored| stored.output.into_response().encrypted(stored.encryption.as_ref()).into())
}

/// An object that was stored.
pub(super) struct Stored {
    pub(super) output: PutObjectOutput,
    /// As answers show it.
    pub(super) encryption: Option<ShownEncryption>,
}

/// Stores an object, however it was sent: forms append nothing.
pub(super) async fn stored(
    exchange: &Exchange,
    bucket: &mut Governed,
    put: PutObject,
    payload: Payload<'_>,
) -> Result<Stored, S3Error> {
    if put.write_offset.is_some() {
        return Err(S3Error::not_implemented_header("x-amz-write-offset-bytes"));
    }
    let (now, lock) = (exchange.gateway.context().clock.wall(), put.settings.lock);
    let bytes = if put.is_proved() { Bytes::Proved } else { Bytes::Unproved };
    admit_lock(bucket, &lock, (now, bytes)).await?;
    let (writer, given) = (exchange.writer(), Given::of(exchange, &put.settings.acl).await?);
    let mut meta = with_settings(meta(&writer, put.headers, put.user_metadata), put.tags, &put.settings);
    given.stamp(&bucket.bucket().access, &writer, &mut meta)?;
    let encryption = new_encryption(exchange, bucket, &put.settings.encryption).await?;
    let promised = Promised { content_md5: put.content_md5, checksum: put.checksum, unless_sent: None };
    let target = (bucket.pin(), &put.key, whole_seal(encryption.as_ref()));
    let StagedBody { staged, checksum } = payload.stage(&exchange.gateway, target, promised).await?;
    meta.encryption = encryption.map(|new| new.row);
    let shown = shown(meta.encryption.as_ref(), put.settings.encryption.customer_key());
    let publish = Publish { key: put.key, precondition: precondition(&put.precondition), meta, checksum };
    let objects = exchange.gateway.objects();
    let published = governed!(bucket, |view| async {
        let mut publish = publish.clone();
        check_lock(bucket.bucket(), &lock, (now, bytes))?;
        given.stamp(&bucket.bucket().access, &writer, &mut publish.meta)?;
        publish.meta = with_lock(publish.meta, bucket.bucket(), &lock, now);
        objects.put(&view, publish, &staged).await.map_err(Refused::from)
    });
    let published = published.map_err(|error| with_condition(error, &put.precondition))?;
    let measured = staged.measured();
    let value = checksum.map_or(measured.crc64_nvme, |checksum| checksum.value);
    let output = PutObjectOutput {
        etag: etag(&measured.etag()),
        checksum: Some(ObjectChecksum::FullObject(value)),
        version_id: new_id(bucket.bucket(), published.id()),
    };
    Ok(Stored { output, encryption: shown })
}
