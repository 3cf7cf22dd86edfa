//! `UploadPart`

use cairn_objects::PublishedPart;
use cairn_s3::S3Error;
use cairn_s3::operation::UploadPart;
use cairn_s3::response::UploadPartOutput;

use super::encryption::part_seal;
use super::rows::{etag, upload_checksum};
use crate::encryption::shown;
use crate::pipeline::{Answer, Exchange, Governed, Payload, Promised, StagedBody, governed};

/// `PUT /b/k?partNumber&uploadId`: returns after the part is durable and belongs to the upload.
pub(crate) async fn upload_part(
    exchange: &Exchange,
    bucket: &mut Governed,
    upload: UploadPart,
    payload: Payload<'_>,
) -> Result<Answer, S3Error> {
    let objects = exchange.gateway.objects();
    let row = governed!(bucket, |view| objects.upload(&view, &upload.key, upload.upload_id))?;
    let promise = upload_checksum(row.checksum.as_ref());
    if let Some(promise) = promise {
        promise.admit_part(upload.checksum.map(|sent| sent.algorithm()))?;
    }
    let encryption = row.meta.encryption.as_ref();
    let seal = part_seal(exchange, encryption, upload.customer_key.as_ref()).await?;
    let shown = shown(encryption, upload.customer_key.as_ref());
    let unless_sent = promise.map(|promise| promise.algorithm());
    let promised = Promised { content_md5: upload.content_md5, checksum: upload.checksum, unless_sent };
    let target = (bucket.pin(), &upload.key, seal);
    let StagedBody { staged, checksum } = payload.stage(&exchange.gateway, target, promised).await?;
    let (key, number) = (upload.key, upload.part_number.get());
    let part = PublishedPart { key, upload: upload.upload_id, number, checksum };
    governed!(bucket, |view| objects.put_part(&view, part.clone(), &staged))?;
    let measured = staged.measured();
    let checksum = checksum.map(|checksum| checksum.value).or(measured.wanted);
    let output = UploadPartOutput { etag: etag(&measured.etag()), checksum };
    Ok(output.into_response().encrypted(shown.as_ref()).into())
}
