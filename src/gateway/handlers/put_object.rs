//! `PutObject`

use cairn_objects::PutObject as Publish;
use cairn_s3::S3Error;
use cairn_s3::checksum::ObjectChecksum;
use cairn_s3::condition::ETag;
use cairn_s3::operation::PutObject;
use cairn_s3::response::PutObjectOutput;

use super::rows::{meta, precondition, shown_id, with_condition};
use crate::pipeline::{Answer, Exchange, Governed, Payload, Promised, StagedBody, governed};

/// `PUT /b/k`: returns after the version is durable and visible.
pub(crate) async fn put_object(
    exchange: &Exchange,
    bucket: &mut Governed,
    put: PutObject,
    payload: Payload<'_>,
) -> Result<Answer, S3Error> {
    stored(exchange, bucket, put, payload).await.map(|output| output.into_response().into())
}

/// Stores an object, however it was sent.
pub(super) async fn stored(
    exchange: &Exchange,
    bucket: &mut Governed,
    put: PutObject,
    payload: Payload<'_>,
) -> Result<PutObjectOutput, S3Error> {
    let meta = meta(exchange.account()?.0, put.headers, put.user_metadata);
    let promised = Promised { content_md5: put.content_md5, checksum: put.checksum, unless_sent: None };
    let StagedBody { staged, checksum } = payload.stage(&exchange.gateway, (bucket.pin(), &put.key), promised).await?;
    let publish = Publish { key: put.key, precondition: precondition(&put.precondition), meta, checksum };
    let objects = exchange.gateway.objects();
    let published = governed!(bucket, |view| objects.put(&view, publish.clone(), &staged));
    let published = published.map_err(|error| with_condition(error, &put.precondition))?;
    let measured = staged.measured();
    let value = checksum.map_or(measured.crc64_nvme, |checksum| checksum.value);
    Ok(PutObjectOutput {
        etag: ETag::new(measured.md5.to_hex()),
        checksum: Some(ObjectChecksum::FullObject(value)),
        version_id: shown_id(bucket.bucket(), published.id()),
    })
}
