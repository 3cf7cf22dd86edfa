//! `PutObject`

use cairn_objects::PutObject as Publish;
use cairn_s3::S3Error;
use cairn_s3::checksum::ObjectChecksum;
use cairn_s3::encryption::ShownEncryption;
use cairn_s3::operation::PutObject;
use cairn_s3::response::PutObjectOutput;

use super::acl::Given;
use super::encryption::{new_encryption, whole_seal};
use super::rows::{etag, meta, precondition, shown_id, with_condition};
use crate::encryption::shown;
use crate::pipeline::{Answer, Exchange, Governed, Payload, Promised, Refused, StagedBody, governed};

/// `PUT /b/k`: returns after the version is durable and visible.
pub(crate) async fn put_object(
    exchange: &Exchange,
    bucket: &mut Governed,
    put: PutObject,
    payload: Payload<'_>,
) -> Result<Answer, S3Error> {
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

/// Stores an object, however it was sent.
pub(super) async fn stored(
    exchange: &Exchange,
    bucket: &mut Governed,
    put: PutObject,
    payload: Payload<'_>,
) -> Result<Stored, S3Error> {
    let (writer, given) = (exchange.writer(), Given::of(exchange, &put.settings.acl).await?);
    let mut meta = meta(&writer, put.headers, put.user_metadata);
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
        given.stamp(&bucket.bucket().access, &writer, &mut publish.meta)?;
        objects.put(&view, publish, &staged).await.map_err(Refused::from)
    });
    let published = published.map_err(|error| with_condition(error, &put.precondition))?;
    let measured = staged.measured();
    let value = checksum.map_or(measured.crc64_nvme, |checksum| checksum.value);
    let output = PutObjectOutput {
        etag: etag(&measured.etag()),
        checksum: Some(ObjectChecksum::FullObject(value)),
        version_id: shown_id(bucket.bucket(), published.id()),
    };
    Ok(Stored { output, encryption: shown })
}
