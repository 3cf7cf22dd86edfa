//! `UploadPartCopy`

use cairn_catalog::query::BodyWish;
use cairn_objects::{PublishedPart, StageTarget};
use cairn_s3::S3Error;
use cairn_s3::operation::UploadPartCopy;
use cairn_s3::range::ByteRange;
use cairn_s3::response::{Response, UploadPartCopyOutput};

use super::copy_object::{find_source, refuse_too_large};
use super::encryption::{part_seal, unlocked};
use super::rows::{etag, shown_id, upload_checksum};
use crate::encryption::shown;
use crate::pipeline::{Answer, Exchange, Governed, Refused, answer_slowly, governed};

/// `PUT /b/k?partNumber&uploadId` with a source.
pub(crate) async fn upload_part_copy(
    exchange: &Exchange,
    bucket: Governed,
    copy: UploadPartCopy,
) -> Result<Answer, S3Error> {
    let owned = exchange.clone();
    answer_slowly(exchange, async move { copy_part(&owned, bucket, copy).await }).await
}

async fn copy_part(exchange: &Exchange, mut bucket: Governed, copy: UploadPartCopy) -> Result<Response, S3Error> {
    let objects = exchange.gateway.objects();
    let row = governed!(bucket, |view| objects.upload(&view, &copy.key, copy.upload_id))?;
    let mut source = exchange.source(&copy.source, copy.expected_source_owner).await?;
    let found = find_source(exchange, &mut source, &copy.source, &copy.source_conditions, BodyWish::From(0)).await?;
    let found = unlocked(exchange, found, copy.source_customer_key.as_ref()).await?;
    let encryption = row.meta.encryption.as_ref();
    let seal = part_seal(exchange, encryption, copy.customer_key.as_ref()).await?;
    let shown = shown(encryption, copy.customer_key.as_ref());
    let range = copy.range.map_or(Ok(ByteRange::whole(found.size())), |range| range.resolve(found.size()))?;
    refuse_too_large(range.len)?;
    let checksum = upload_checksum(row.checksum.as_ref()).map(|promise| promise.algorithm());
    let (key, length) = (copy.key.clone(), Some(range.len));
    let target = StageTarget { bucket: bucket.pin(), key, length, checksum, seal };
    let bytes = range.offset..range.offset + range.len;
    let staged = objects.stage_copy(target, &found, bytes).await.map_err(|error| Refused::from(error).into_answer())?;
    let (key, number) = (copy.key, copy.part_number.get());
    let part = PublishedPart { key, upload: copy.upload_id, number, checksum: None };
    let published = governed!(bucket, |view| objects.put_part(&view, part.clone(), &staged))?;
    let output = UploadPartCopyOutput {
        etag: etag(&staged.measured().etag()),
        last_modified: published.modified,
        checksum: staged.measured().wanted,
        source_version_id: shown_id(source.bucket(), found.version().id()),
    };
    Ok(output.into_response().encrypted(shown.as_ref()))
}
