//! `HeadBucket`, `GetBucketLocation`, `GetBucketAcl` and the configurations of buckets: answered from the bucket's row,
//! which was read for this request.

use cairn_catalog::rows::VersioningMode;
use cairn_s3::S3Error;
use cairn_s3::configuration::{VersioningConfiguration, VersioningStatus};
use cairn_s3::operation::{AbsentAnswer, BucketConfiguration, GetBucketConfiguration, ObjectOwnership};
use cairn_s3::response::{
    AccessControlOutput, GetBucketLocationOutput, GetBucketOwnershipControlsOutput, HeadBucketOutput, Response,
    empty_resource_tags,
};
use http::StatusCode;

use super::rows::owner;
use crate::pipeline::{Answer, Governed};

/// `HEAD /b`
pub(crate) fn head_bucket(bucket: &Governed) -> Answer {
    let region = bucket.bucket().region.clone();
    HeadBucketOutput { bucket: bucket.name().clone(), region }.into_response().into()
}

/// `GET /b?location`
pub(crate) fn get_bucket_location(bucket: &Governed) -> Answer {
    GetBucketLocationOutput { region: bucket.bucket().region.clone() }.into_response().into()
}

/// `GET /b?acl`
pub(crate) fn get_bucket_acl(bucket: &Governed) -> Answer {
    AccessControlOutput::owner_only(owner(&bucket.bucket().access.owner)).into_response().into()
}

/// `GET /v20180820/tags/{arn}`
pub(crate) fn list_resource_tags() -> Answer {
    empty_resource_tags().into()
}

/// `GET /b?x` of a configuration: that of ownership may have been set with the bucket, versioning later, all others never.
pub(crate) fn get_bucket_configuration(bucket: &Governed, get: &GetBucketConfiguration) -> Result<Answer, S3Error> {
    match get.kind {
        BucketConfiguration::OwnershipControls => {
            if let Some(object_ownership) = ownership(bucket) {
                return Ok(GetBucketOwnershipControlsOutput { object_ownership }.into_response().into());
            }
        }
        BucketConfiguration::Versioning => {
            let document = VersioningConfiguration { status: versioning(bucket) }.to_xml();
            return Ok(Response::xml(StatusCode::OK, document).into());
        }
        _ => {}
    }
    match get.absent() {
        AbsentAnswer::Document(document) => Ok(Response::xml(StatusCode::OK, document).into()),
        AbsentAnswer::Error(error) => Err(error),
    }
}

fn versioning(bucket: &Governed) -> Option<VersioningStatus> {
    match bucket.bucket().settings.versioning {
        VersioningMode::Off => None,
        VersioningMode::Enabled => Some(VersioningStatus::Enabled),
        VersioningMode::Suspended => Some(VersioningStatus::Suspended),
    }
}

fn ownership(bucket: &Governed) -> Option<ObjectOwnership> {
    use ObjectOwnership::{BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter};
    let stored = bucket.bucket().document(BucketConfiguration::OwnershipControls.parameter())?;
    let all = [BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter];
    all.into_iter().find(|known| known.as_str().as_bytes() == &stored[..])
}
