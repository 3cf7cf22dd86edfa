//! `HeadBucket` and `GetBucketLocation`: answered from the bucket's row, which was read for this request.

use cairn_s3::response::{GetBucketLocationOutput, HeadBucketOutput};

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
