//! `CreateMultipartUpload`

use cairn_catalog::rows::ObjectMeta;
use cairn_objects::NewUpload;
use cairn_s3::S3Error;
use cairn_s3::operation::CreateMultipartUpload;
use cairn_s3::response::CreateMultipartUploadOutput;

use super::acl::Given;
use super::encryption::new_encryption;
use super::new_object::{Bytes, admit_lock, with_lock, with_settings};
use super::rows::{checksum_form, meta};
use crate::encryption::shown;
use crate::pipeline::{Answer, Exchange, Governed, Refused, governed};

/// `POST /b/k?uploads`
pub(crate) async fn create_multipart_upload(
    exchange: &Exchange,
    bucket: &mut Governed,
    create: CreateMultipartUpload,
) -> Result<Answer, S3Error> {
    let (account, _) = exchange.account()?;
    let (now, lock) = (exchange.gateway.context().clock.wall(), create.settings.lock);
    admit_lock(bucket, &lock, (now, Bytes::Proved)).await?;
    let encryption = new_encryption(exchange, bucket, &create.settings.encryption).await?.map(|new| new.row);
    let shown = shown(encryption.as_ref(), create.settings.encryption.customer_key());
    bucket.pin();
    let given = Given::of(exchange, &create.settings.acl).await?;
    let meta = meta(account, create.headers.clone(), create.user_metadata.clone());
    let meta = with_settings(meta, create.tags.clone(), &create.settings);
    let new = NewUpload {
        key: create.key.clone(),
        initiator: account.clone(),
        meta: ObjectMeta { encryption, ..meta },
        checksum: create.checksum.map(checksum_form),
    };
    let objects = exchange.gateway.objects();
    let upload_id = governed!(bucket, |view| async {
        let mut new = new.clone();
        given.stamp(&bucket.bucket().access, account, &mut new.meta)?;
        new.meta = with_lock(new.meta, bucket.bucket(), &lock, now);
        objects.create_upload(&view, new).await.map_err(Refused::from)
    })?;
    Ok(CreateMultipartUploadOutput { upload_id }.into_response(&create).encrypted(shown.as_ref()).into())
}
