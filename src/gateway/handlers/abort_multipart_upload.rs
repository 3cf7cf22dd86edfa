//! `AbortMultipartUpload`

use cairn_s3::S3Error;
use cairn_s3::operation::AbortMultipartUpload;
use cairn_s3::response::no_content;

use crate::pipeline::{Answer, Exchange, Governed, governed};

/// `DELETE /b/k?uploadId`
pub(crate) async fn abort_multipart_upload(
    exchange: &Exchange,
    bucket: &mut Governed,
    abort: AbortMultipartUpload,
) -> Result<Answer, S3Error> {
    let objects = exchange.gateway.objects();
    governed!(bucket, |view| objects.abort_upload(&view, &abort.key, abort.upload_id))?;
    Ok(no_content().into())
}
