//! `?ownershipControls`: may be set with the bucket.

use cairn_s3::operation::{BucketConfiguration, ObjectOwnership};
use cairn_s3::response::{GetBucketOwnershipControlsOutput, Response};

use crate::buckets::Bucket;

/// The rule, if one was set.
pub(super) fn shown(bucket: &Bucket) -> Option<Response> {
    use ObjectOwnership::{BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter};
    let stored = bucket.document(BucketConfiguration::OwnershipControls.parameter())?;
    let all = [BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter];
    let object_ownership = all.into_iter().find(|known| known.as_str().as_bytes() == &stored[..])?;
    Some(GetBucketOwnershipControlsOutput { object_ownership }.into_response())
}
