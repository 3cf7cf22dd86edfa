//! `PutBucketVersioning`. What other configurations can be set is `cairn-s3`'s to say: the rest comes no further than its list.

use cairn_catalog::command::SetBucketDocument;
use cairn_catalog::rows::{BucketSettings, VersioningMode};
use cairn_metadata::set_bucket_document;
use cairn_s3::S3Error;
use cairn_s3::configuration::{VersioningConfiguration, VersioningStatus};
use cairn_s3::operation::{BucketConfiguration, PutBucketConfiguration};
use cairn_s3::response::Response;
use http::StatusCode;

use crate::pipeline::{Answer, Exchange, Governed, catalog_failed};

/// `PUT /b?x`: returns once every shard refuses what was decided under the configuration before.
pub(crate) async fn put_bucket_configuration(
    exchange: &Exchange,
    bucket: &Governed,
    put: &PutBucketConfiguration,
    document: &[u8],
) -> Result<Answer, S3Error> {
    put.proof.verify(document)?;
    let settings = match put.kind {
        BucketConfiguration::Versioning => versioned(bucket, document)?,
        _ => return Err(S3Error::not_implemented_operation()),
    };
    let bucket = bucket.bucket();
    // Whoever changes the bucket meanwhile is not undone: this change is refused then.
    let change = SetBucketDocument {
        bucket: bucket.id,
        expected: bucket.config_version,
        settings: Some(settings),
        ..SetBucketDocument::default()
    };
    let session = exchange.gateway.objects().session();
    let changed = set_bucket_document(session, change, exchange.deadline).await;
    changed.map_err(|error| catalog_failed(&error))?;
    Ok(Response::empty(StatusCode::OK).into())
}

/// The bucket's settings with another versioning.
fn versioned(bucket: &Governed, document: &[u8]) -> Result<BucketSettings, S3Error> {
    let versioning = match VersioningConfiguration::parse(document)? {
        VersioningStatus::Enabled => VersioningMode::Enabled,
        VersioningStatus::Suspended => VersioningMode::Suspended,
    };
    Ok(BucketSettings { versioning, ..bucket.bucket().settings.clone() })
}
