//! `CreateMultipartUpload`

use cairn_objects::NewUpload;
use cairn_s3::S3Error;
use cairn_s3::operation::CreateMultipartUpload;
use cairn_s3::response::CreateMultipartUploadOutput;

use super::rows::{checksum_form, meta};
use crate::pipeline::{Answer, Exchange, Governed, governed};

/// `POST /b/k?uploads`
pub(crate) async fn create_multipart_upload(
    exchange: &Exchange,
    bucket: &mut Governed,
    create: CreateMultipartUpload,
) -> Result<Answer, S3Error> {
    let (account, _) = exchange.account()?;
    let new = NewUpload {
        key: create.key.clone(),
        initiator: account.clone(),
        meta: meta(account, create.headers.clone(), create.user_metadata.clone()),
        checksum: create.checksum.map(checksum_form),
    };
    let objects = exchange.gateway.objects();
    let upload_id = governed!(bucket, |view| objects.create_upload(&view, new.clone()))?;
    Ok(CreateMultipartUploadOutput { upload_id }.into_response(&create).into())
}
