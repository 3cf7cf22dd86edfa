//! `CompleteMultipartUpload`

use cairn_objects::{CompleteParts, CompletedUpload, ListedUploadPart};
use cairn_s3::address::encode_key;
use cairn_s3::operation::{CompleteMultipartUpload, CompletedPart};
use cairn_s3::response::{CompleteMultipartUploadOutput, Response};
use cairn_s3::{S3Error, S3ErrorCode};

use super::rows::{etag, new_id, object_checksum, precondition, upload_checksum, with_condition};
use crate::encryption::{check_part_key, shown};
use crate::pipeline::{Answer, Exchange, Governed, answer_slowly, governed};

/// `POST /b/k?uploadId`: returns after the object is visible.
pub(crate) async fn complete_multipart_upload(
    exchange: &Exchange,
    bucket: Governed,
    complete: CompleteMultipartUpload,
    document: &[u8],
) -> Result<Answer, S3Error> {
    let parts = CompletedPart::parse_list(document)?;
    let owned = exchange.clone();
    answer_slowly(exchange, async move { complete_upload(&owned, bucket, complete, parts).await }).await
}

async fn complete_upload(
    exchange: &Exchange,
    mut bucket: Governed,
    complete: CompleteMultipartUpload,
    parts: Vec<CompletedPart>,
) -> Result<Response, S3Error> {
    check_against_upload(exchange, &mut bucket, &complete).await?;
    let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
    let wanted = CompleteParts {
        key: complete.key.clone(),
        upload: complete.upload_id,
        precondition: precondition(&complete.precondition),
        parts: parts.into_iter().map(listed).collect(),
        expected_size: complete.object_size,
        expected_checksum: complete.checksum,
    };
    let objects = exchange.gateway.objects();
    let done = governed!(bucket, |view| objects.complete_upload(&view, &wanted));
    let CompletedUpload { completed: done, encryption } =
        done.map_err(|error| with_condition(error, &complete.precondition))?;
    let shown = shown(encryption.as_ref(), complete.customer_key.as_ref());
    let output = CompleteMultipartUploadOutput {
        location: format!("/{}/{}", complete.bucket, encode_key(complete.key.as_str())),
        etag: etag(&done.facts.etag),
        checksum: object_checksum(&done.facts, Some(count)),
        version_id: new_id(bucket.bucket(), done.version.id()),
    };
    Ok(output.into_response(&complete).encrypted(shown.as_ref()))
}

/// A type that is named and a key that is brought must be those that the upload was begun with.
async fn check_against_upload(
    exchange: &Exchange,
    bucket: &mut Governed,
    complete: &CompleteMultipartUpload,
) -> Result<(), S3Error> {
    let (named, key) = (complete.checksum_type, complete.customer_key.as_ref());
    if named.is_none() && key.is_none() {
        return Ok(());
    }
    let objects = exchange.gateway.objects();
    let row = match governed!(bucket, |view| objects.upload(&view, &complete.key, complete.upload_id)) {
        Ok(row) => row,
        // Perhaps it is complete already; a repeat is answered as the first time.
        Err(error) if error.code == S3ErrorCode::NoSuchUpload => return Ok(()),
        Err(error) => return Err(error),
    };
    if key.is_some() {
        check_part_key(row.meta.encryption.as_ref(), key)?;
    }
    match upload_checksum(row.checksum.as_ref()) {
        Some(promised) if named.is_some_and(|named| named != promised.kind()) => Err(S3ErrorCode::BadDigest.into()),
        Some(_) | None => Ok(()),
    }
}

fn listed(part: CompletedPart) -> ListedUploadPart {
    ListedUploadPart {
        number: part.number.get(),
        etag: part.etag.as_str().to_ascii_lowercase(),
        checksum: part.checksum,
    }
}
