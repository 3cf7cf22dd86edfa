//! The configurations of buckets. What a kind's document means is said by its own file; this one shows, sets and removes.

mod cors;
mod encryption;
mod object_lock;
mod ownership;
mod policy;
mod public_access_block;
mod request_payment;
mod tagging;
mod versioning;

pub(super) use ownership::setting as ownership_setting;

use bytes::Bytes;
use cairn_catalog::command::SetBucketDocument;
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::BucketSettings;
use cairn_metadata::{MetadataError, set_bucket_document};
use cairn_objects::BucketRefusal;
use cairn_s3::S3Error;
use cairn_s3::operation::{
    AbsentAnswer, BucketConfiguration, DeleteBucketConfiguration, GetBucketConfiguration, PutBucketConfiguration,
};
use cairn_s3::response::Response;
use http::StatusCode;

use crate::pipeline::{Answer, Exchange, Governed, Refused, catalog_failed, governed};

pub(super) use object_lock::default_retention;
pub(super) use tagging::kept as kept_tags;
pub(crate) use tagging::{list_resource_tags, tag_resource, untag_resource};

/// What a request makes of a bucket.
pub(super) struct Change {
    /// The document that is kept under the kind's name.
    document: Kept,
    /// The settings that follow from it; `None` leaves them.
    settings: Option<BucketSettings>,
}

enum Kept {
    /// As it was.
    Unchanged,
    Set(Bytes),
    Removed,
}

impl Change {
    /// Only what commands read in a bucket's row.
    pub(super) fn settings(settings: BucketSettings) -> Self {
        Self { document: Kept::Unchanged, settings: Some(settings) }
    }

    /// A document that is given back as it is.
    pub(super) fn document(document: Bytes) -> Self {
        Self { document: Kept::Set(document), settings: None }
    }

    /// A document, and what of it commands read.
    pub(super) fn with_settings(document: Bytes, settings: BucketSettings) -> Self {
        Self { document: Kept::Set(document), settings: Some(settings) }
    }

    fn removal() -> Self {
        Self { document: Kept::Removed, settings: None }
    }

    fn removal_with(settings: BucketSettings) -> Self {
        Self { document: Kept::Removed, settings: Some(settings) }
    }
}

/// `GET /b?x`
pub(crate) fn get_bucket_configuration(bucket: &Governed, get: &GetBucketConfiguration) -> Result<Answer, S3Error> {
    let bucket = bucket.bucket();
    let shown = match get.kind {
        BucketConfiguration::ObjectLock => object_lock::shown(bucket),
        BucketConfiguration::OwnershipControls => ownership::shown(bucket),
        BucketConfiguration::Policy => policy::shown(bucket),
        BucketConfiguration::PolicyStatus => policy::shown_status(bucket),
        BucketConfiguration::Versioning => Some(versioning::shown(bucket)),
        kind => bucket.document(kind.parameter()).map(|document| Response::xml(StatusCode::OK, document.clone())),
    };
    match (shown, get.absent()) {
        (Some(response), _) => Ok(response.into()),
        (None, AbsentAnswer::Document(document)) => Ok(Response::xml(StatusCode::OK, document).into()),
        (None, AbsentAnswer::Error(error)) => Err(error),
    }
}

/// `PUT /b?x`: returns once every shard refuses what was decided under the configuration before.
pub(crate) async fn put_bucket_configuration(
    exchange: &Exchange,
    bucket: &mut Governed,
    put: &PutBucketConfiguration,
    document: &[u8],
) -> Result<Answer, S3Error> {
    put.proof.verify(document)?;
    governed!(bucket, |_view| async {
        let change = change(exchange, bucket, put, document).await?;
        apply(exchange, bucket, put.kind, change).await
    })?;
    let status = match put.kind {
        BucketConfiguration::Policy | BucketConfiguration::Tagging => StatusCode::NO_CONTENT,
        _ => StatusCode::OK,
    };
    Ok(Response::empty(status).into())
}

async fn change(
    exchange: &Exchange,
    bucket: &Governed,
    put: &PutBucketConfiguration,
    document: &[u8],
) -> Result<Change, S3Error> {
    Ok(match put.kind {
        BucketConfiguration::Cors => cors::change(document)?,
        BucketConfiguration::OwnershipControls => ownership::change(bucket.bucket(), document)?,
        BucketConfiguration::Policy => policy::change(exchange, bucket, put, document).await?,
        BucketConfiguration::PublicAccessBlock => public_access_block::change(document)?,
        BucketConfiguration::RequestPayment => request_payment::change(document)?,
        BucketConfiguration::ObjectLock => object_lock::change(bucket.bucket(), document)?,
        BucketConfiguration::Tagging => tagging::change(document)?,
        BucketConfiguration::Versioning => versioning::change(bucket.bucket(), document)?,
        BucketConfiguration::Encryption => encryption::change(document)?,
        // What can be set is `cairn-s3`'s to say: the rest comes no further than its list.
        _ => return Err(S3Error::not_implemented_operation()),
    })
}

/// `DELETE /b?x`: it need not have been set.
pub(crate) async fn delete_bucket_configuration(
    exchange: &Exchange,
    bucket: &mut Governed,
    delete: &DeleteBucketConfiguration,
) -> Result<Answer, S3Error> {
    governed!(bucket, |_view| {
        let change = match delete.kind {
            BucketConfiguration::OwnershipControls => ownership::removal(bucket.bucket()),
            _ => Change::removal(),
        };
        apply(exchange, bucket, delete.kind, change)
    })?;
    Ok(Response::empty(StatusCode::NO_CONTENT).into())
}

/// Changes a bucket that is still as it was when that was decided: whoever changes it meanwhile is not undone, and the
/// change is decided anew.
pub(super) async fn apply(
    exchange: &Exchange,
    governed: &Governed,
    kind: BucketConfiguration,
    change: Change,
) -> Result<(), Refused> {
    let bucket = governed.bucket();
    let (sub_resource, document) = match change.document {
        Kept::Unchanged => ("", None),
        Kept::Set(document) => (kind.parameter(), Some(document)),
        Kept::Removed => (kind.parameter(), None),
    };
    let change = SetBucketDocument {
        bucket: bucket.id,
        expected: bucket.config_version,
        sub_resource: sub_resource.to_owned(),
        document,
        settings: change.settings,
        ..SetBucketDocument::default()
    };
    let session = exchange.gateway.objects().session();
    match set_bucket_document(session, change, exchange.deadline).await {
        Ok(_) => {
            exchange.gateway.buckets().forget(governed.qualified_name());
            Ok(())
        }
        Err(MetadataError::Refused(Refusal::ConfigurationChanged(current))) => {
            Err(Refused::Bucket(BucketRefusal::Stale(current)))
        }
        Err(error) => Err(Refused::Answer(catalog_failed(&error))),
    }
}
