//! `HeadBucket` and `GetBucketLocation`: answered from the bucket's row, which was read for this request.

use cairn_s3::response::{GetBucketLocationOutput, HeadBucketOutput, empty_resource_tags};

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

/// `GET /v20180820/tags/{arn}`
pub(crate) fn list_resource_tags() -> Answer {
    empty_resource_tags().into()
}
