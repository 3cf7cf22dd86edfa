//! `DeleteBucket`

use cairn_metadata::delete_bucket as delete;
use cairn_s3::S3Error;
use cairn_s3::response::no_content;

use crate::pipeline::{Answer, Exchange, Governed, catalog_failed};

/// `DELETE /b`
pub(crate) async fn delete_bucket(exchange: &Exchange, bucket: &Governed) -> Result<Answer, S3Error> {
    let session = exchange.gateway.objects().session();
    let deleted = delete(session, bucket.bucket().id, exchange.deadline).await;
    exchange.gateway.buckets().forget(bucket.qualified_name());
    deleted.map_err(|error| catalog_failed(&error).element("BucketName", bucket.name().as_str()))?;
    Ok(no_content().into())
}
